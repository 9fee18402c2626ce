//! What was proved before: a line for each proof, found again by everything that decides it.

use super::Item;
use super::plan::{Plan, Task};
use crate::failure::Failure;
use crate::fsx;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILE: &str = "proofs.txt";
/// The code that proves, as `build.rs` saw it.
const ENGINE: &str = env!("DRILL_ENGINE");
/// More proofs than this are those of older content: forgotten.
const MOST: usize = 50_000;

/// Proofs that hold, by their keys.
pub struct Ledger {
    file: PathBuf,
    /// Of whatever decides every proof: the compiler and the kit.
    common: u64,
    known: BTreeMap<u64, Vec<String>>,
    used: BTreeMap<u64, Vec<String>>,
}

impl Ledger {
    /// The ledger in `folder`. A file that can't be read is an empty one: then everything is proved again.
    pub fn open(folder: &Path, common: u64) -> Ledger {
        let file = folder.join(FILE);
        Ledger { known: read(&file), file, common, used: BTreeMap::new() }
    }

    /// Everything that decides what `task` comes to.
    pub fn key(&self, plan: &Plan, task: &Task, seeds: u64) -> u64 {
        let mut all = format!("{:x} {} ", self.common, ENGINE);
        match task {
            Task::Program { tracing, .. } => all += &format!("{tracing:?}"),
            Task::Mutant(edited) => {
                all += &format!("mutant {:?}", edited.mutant.text);
                if let Some(exercise) = plan.exercises.get(&edited.exercise) {
                    all += &format!("{:?} {}", exercise.limits, exercise.opt_level);
                    all += &plan.source.read(&exercise.checks_path()).ok().flatten().unwrap_or_default();
                }
            }
            Task::Text { exercise, candidate } => {
                let read = |path: String| plan.source.read(&path).ok().flatten().unwrap_or_default();
                all += &format!("{seeds} {:?} {:?}", candidate.claim, candidate.text);
                if let Some(exercise) = plan.exercises.get(exercise) {
                    all += &format!("{:?} {} {:?}", exercise.limits, exercise.opt_level, exercise.foreign);
                    // The stub decides what a leak is; the solution too.
                    for path in [exercise.checks_path(), exercise.stub_path(), exercise.solution_path()] {
                        all += &read(path);
                    }
                }
            }
        }
        fsx::hash(all.as_bytes())
    }

    /// The item of a proof that is known.
    pub fn recall(&mut self, key: u64, task: &Task) -> Option<Item> {
        let fails = self.known.get(&key)?.clone();
        self.used.insert(key, fails.clone());
        Some(Item { fails, remembered: true, ..Item::of(task) })
    }

    /// Keeps the proof of an item that holds.
    pub fn remember(&mut self, key: u64, item: &Item) {
        self.used.insert(key, item.fails.clone());
    }

    /// Writes it down, with what others have proved meanwhile.
    pub fn save(&self) -> Result<(), Failure> {
        let mut all = read(&self.file);
        if all.len() + self.used.len() > MOST {
            all.clear();
        }
        all.extend(self.used.clone());
        let line = |(key, fails): (&u64, &Vec<String>)| format!("{key:016x} {}\n", fails.join(" "));
        fsx::write_replaceable(&self.file, all.iter().map(line).collect::<String>())
    }
}

fn read(file: &Path) -> BTreeMap<u64, Vec<String>> {
    let bytes = fsx::read_if_there(file).ok().flatten().unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<(u64, Vec<String>)> {
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let key = words.next().filter(|key| key.len() == 16)?;
    Some((u64::from_str_radix(key, 16).ok()?, words.map(ToString::to_string).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::embedded;
    use crate::content::question;
    use crate::proof::quiz::Tracing;

    fn task(program: &str) -> Task {
        let outcome = question::Outcome::Compiles { stdout: Some(String::new()) };
        let task = question::Tracing { program: program.to_string(), outcome, cause: None, key_line: 3 };
        Task::Program {
            quiz: "q.toml".to_string(),
            tracing: Tracing { question: "a".to_string(), line: 3, edition: "2024", task },
        }
    }

    fn plan() -> Plan {
        super::super::plan::quiz_file(&embedded::source(), "q.toml", "")
    }

    #[test]
    fn a_proof_is_recalled_until_something_that_decides_it_changes() {
        let dir = tempfile::tempdir().unwrap();
        let plan = plan();
        let (one, other) = (task("fn main() {}"), task("fn main() { }"));
        let mut ledger = Ledger::open(dir.path(), 7);
        let key = ledger.key(&plan, &one, 20);
        assert_eq!(ledger.recall(key, &one), None);
        ledger.remember(key, &Item { fails: vec!["x".to_string()], ..Item::of(&one) });
        ledger.save().unwrap();

        let mut again = Ledger::open(dir.path(), 7);
        let recalled = again.recall(again.key(&plan, &one, 20), &one).unwrap();
        assert!(recalled.remembered && recalled.fails == ["x"]);
        assert_ne!(again.key(&plan, &other, 20), key);
        assert_ne!(Ledger::open(dir.path(), 8).key(&plan, &one, 20), key);
    }

    #[test]
    fn two_at_once_keep_what_both_have_proved() {
        let dir = tempfile::tempdir().unwrap();
        let plan = plan();
        let (mut a, mut b) = (Ledger::open(dir.path(), 7), Ledger::open(dir.path(), 7));
        for (ledger, task) in [(&mut a, task("fn main() {}")), (&mut b, task("fn main() { }"))] {
            let key = ledger.key(&plan, &task, 20);
            ledger.remember(key, &Item::of(&task));
            ledger.save().unwrap();
        }
        assert_eq!(Ledger::open(dir.path(), 7).known.len(), 2);
    }

    #[test]
    fn damage_costs_only_the_damaged_lines() {
        let dir = tempfile::tempdir().unwrap();
        let text = "00000000000000ff a b\nnonsense\n\u{0}\n0000000000000001\n00ff";
        std::fs::write(dir.path().join(FILE), text).unwrap();
        let ledger = Ledger::open(dir.path(), 7);
        let expected = [(1, vec![]), (255, vec!["a".to_string(), "b".to_string()])];
        assert_eq!(ledger.known, BTreeMap::from(expected));
    }
}
