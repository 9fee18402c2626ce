//! What was proved before: a line for each proof, found again by everything that decides it.

use super::plan::{Plan, Task};
use super::{Item, Kind};
use crate::failure::Failure;
use crate::fsx;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILE: &str = "proofs.txt";
/// More proofs than this are those of older content: forgotten.
const MOST: usize = 50_000;

/// Proofs that hold, by their keys.
pub struct Ledger {
    file: Option<PathBuf>,
    /// Of whatever decides every proof: the compiler, the kit, drill.
    common: u64,
    known: BTreeMap<u64, Vec<String>>,
    used: BTreeMap<u64, Vec<String>>,
}

impl Ledger {
    /// The ledger in `folder`. A file that can't be read is an empty one: then everything is proved again.
    pub fn open(folder: &Path, common: u64) -> Ledger {
        let file = folder.join(FILE);
        let bytes = fsx::read_if_there(&file).ok().flatten().unwrap_or_default();
        let known = String::from_utf8_lossy(&bytes).lines().filter_map(parse).collect();
        Ledger { file: Some(file), common, known, used: BTreeMap::new() }
    }

    /// One that nobody keeps.
    pub fn in_memory(common: u64) -> Ledger {
        Ledger { file: None, common, known: BTreeMap::new(), used: BTreeMap::new() }
    }

    /// Everything that decides what `task` comes to.
    pub fn key(&self, plan: &Plan, task: &Task, seeds: u64) -> u64 {
        let mut all = format!("{:x} {} ", self.common, env!("CARGO_PKG_VERSION"));
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

    pub fn remember(&mut self, key: u64, item: &Item) {
        // What a program lacked may be there the next time.
        if !matches!(item.kind, Kind::Program(_)) || item.holds() {
            self.used.insert(key, item.fails.clone());
        }
    }

    /// Writes it down, with what others have proved meanwhile.
    pub fn save(&self) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut all = self.known.clone();
        if all.len() + self.used.len() > MOST {
            all.clear();
        }
        all.extend(self.used.clone());
        let line = |(key, fails): (&u64, &Vec<String>)| format!("{key:016x} {}\n", fails.join(" "));
        fsx::write_replaceable(file, all.iter().map(line).collect::<String>())
    }
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
    fn damage_costs_only_the_damaged_lines() {
        let dir = tempfile::tempdir().unwrap();
        let text = "00000000000000ff a b\nnonsense\n\u{0}\n0000000000000001\n00ff";
        std::fs::write(dir.path().join(FILE), text).unwrap();
        let ledger = Ledger::open(dir.path(), 7);
        let expected = [(1, vec![]), (255, vec!["a".to_string(), "b".to_string()])];
        assert_eq!(ledger.known, BTreeMap::from(expected));
    }
}
