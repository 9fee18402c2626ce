//! Proves content: a plan of everything that has to be true, carried out on all cores. What was proved before and
//! has not changed since is remembered. Prints nothing.

pub mod formatting;
pub mod ledger;
pub mod mutation;
pub mod next;
pub mod plan;
pub mod record;
pub mod worker;

use crate::attempt::Bench;
use crate::content::problem::Problem;
use crate::failure::Failure;
use crate::process::Cancel;
use crate::proof::Proof;
use crate::proof::mutants::Mutant;
use ledger::Ledger;
use plan::{Plan, Task};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

/// Seeds under which a right text must pass, unless told otherwise.
pub const SEEDS: u64 = 20;

/// What one task came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The exercise's id, or the quiz's file.
    pub subject: String,
    pub kind: Kind,
    /// Where its author finds it; the line is 0 for a whole file.
    pub file: String,
    pub line: usize,
    pub proof: Proof,
    /// What else is wrong with it.
    pub slips: Vec<String>,
    /// The checks that a wrong variant fails; none where not all of them ran to their end.
    pub fails: Vec<String>,
    pub took: Duration,
    /// Proved by an earlier call.
    pub remembered: bool,
}

/// What was proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Stub,
    Solution,
    Alternative(String),
    Decoy,
    Variant(String),
    /// A program of a quiz, by its question.
    Program(String),
    /// A small edit of the solution.
    Mutant(Box<Mutant>),
}

impl Kind {
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Stub => "stub",
            Kind::Solution => "solution",
            Kind::Alternative(_) => "alternative",
            Kind::Decoy => "decoy",
            Kind::Variant(_) => "variant",
            Kind::Program(_) => "program",
            Kind::Mutant(_) => "mutant",
        }
    }

    /// Its own name, where there are several of a kind.
    pub fn name(&self) -> Option<&str> {
        match self {
            Kind::Alternative(name) | Kind::Variant(name) | Kind::Program(name) => Some(name),
            Kind::Stub | Kind::Solution | Kind::Decoy | Kind::Mutant(_) => None,
        }
    }
}

impl Item {
    pub fn holds(&self) -> bool {
        self.proof == Proof::Holds && self.slips.is_empty()
    }

    /// `caught`, `missed`, `unviable` or `timed out` of a variant; of anything else `holds` instead of the first.
    pub fn word(&self) -> &'static str {
        match (&self.proof, &self.kind) {
            (Proof::Holds, Kind::Variant(_) | Kind::Mutant(_)) => "caught",
            (Proof::Holds, _) => "holds",
            (Proof::Missed { .. }, _) => "missed",
            (Proof::Unviable { .. }, _) => "unviable",
            (Proof::TimedOut { .. }, _) => "timed out",
        }
    }

    /// What an author has to mend, with the place.
    pub fn problems(&self) -> Vec<Problem> {
        let what = match &self.kind {
            Kind::Stub | Kind::Solution | Kind::Alternative(_) => String::new(),
            Kind::Decoy => "beside items named like the kit's ".to_string(),
            Kind::Variant(name) => format!("variant `{name}` "),
            Kind::Program(question) => format!("question `{question}`: the program "),
            // A survivor is worth a look; how many are too many is for the survey to say.
            Kind::Mutant(_) => return Vec::new(),
        };
        let claim = match (&self.proof, &self.kind) {
            (Proof::Holds, _) => None,
            (Proof::Missed { instead }, Kind::Variant(_)) => Some(format!("is missed: {instead}")),
            (Proof::Missed { .. }, Kind::Stub) => Some("passes as it is given".to_string()),
            (Proof::Missed { instead }, _) => Some(format!("does not hold: {instead}")),
            (proof, _) => Some(format!("is {proof}").replace("is timed out", "times out")),
        };
        let problem = |said: String| {
            let message = format!("{what}{said}");
            Problem { file: self.file.clone(), line: self.line, message }
        };
        claim.into_iter().chain(self.slips.iter().cloned()).map(problem).collect()
    }
}

/// How to go about it.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Seeds for what is right.
    pub seeds: u64,
    /// Proves again also what was proved before.
    pub all: bool,
}

/// Carries out `plan` with one bench for each thread; `done` hears of each task as it ends, with how many there
/// are. Answers the items in the plan's order: fewer than there are tasks when cancelled.
pub fn carry_out(
    plan: &Plan,
    benches: Vec<Bench>,
    ledger: &mut Ledger,
    settings: Settings,
    cancel: &Cancel,
    mut done: impl FnMut(&Item),
) -> Result<Vec<Item>, Failure> {
    let mut items: Vec<Option<Item>> = vec![None; plan.tasks.len()];
    let mut queues: Vec<VecDeque<usize>> = Vec::new();
    let keys: Vec<u64> = plan.tasks.iter().map(|task| ledger.key(plan, task, settings.seeds)).collect();
    for (i, task) in plan.tasks.iter().enumerate() {
        if let Some(item) = ledger.recall(keys[i], task).filter(|_| !settings.all) {
            done(&item);
            items[i] = Some(item);
            continue;
        }
        match queues.last_mut() {
            Some(queue) if plan.tasks[queue[0]].subject() == task.subject() => queue.push_back(i),
            _ => queues.push(VecDeque::from([i])),
        }
    }
    let queues = Mutex::new(queues);
    let (sender, receiver) = channel();
    let mut failed = None;
    std::thread::scope(|scope| {
        for bench in benches {
            let (sender, queues) = (sender.clone(), &queues);
            scope.spawn(move || work(plan, &bench, queues, settings, cancel, &sender));
        }
        drop(sender);
        for (i, result) in receiver {
            match result {
                Ok(item) => {
                    if item.holds() {
                        ledger.remember(keys[i], &item);
                    }
                    done(&item);
                    items[i] = Some(item);
                }
                Err(failure) => {
                    cancel.cancel();
                    failed.get_or_insert(failure);
                }
            }
        }
    });
    match failed {
        Some(failure) => Err(failure),
        None => Ok(items.into_iter().flatten().collect()),
    }
}

/// Takes tasks of one subject as long as there are any, because they share what rustc keeps; then of the subject
/// with the most left.
fn work(
    plan: &Plan,
    bench: &Bench,
    queues: &Mutex<Vec<VecDeque<usize>>>,
    settings: Settings,
    cancel: &Cancel,
    sender: &Sender<(usize, Result<Item, Failure>)>,
) {
    let mut at = None;
    while !cancel.is_cancelled() {
        let Some(i) = next(queues, &mut at) else { return };
        let started = Instant::now();
        let result = match worker::prove(plan, bench, &plan.tasks[i], settings.seeds, cancel) {
            Ok(None) => return,
            Ok(Some(item)) => Ok(Item { took: started.elapsed(), ..item }),
            Err(failure) => Err(failure),
        };
        if sender.send((i, result)).is_err() {
            return;
        }
    }
}

fn next(queues: &Mutex<Vec<VecDeque<usize>>>, at: &mut Option<usize>) -> Option<usize> {
    let Ok(mut queues) = queues.lock() else { return None };
    if at.is_none_or(|at| queues[at].is_empty()) {
        // A whole subject first: the one that has not been begun is as good as any.
        *at = (0..queues.len()).max_by_key(|&i| queues[i].len());
    }
    queues[(*at)?].pop_front()
}

impl Item {
    /// An item for `task` that nothing is known of yet.
    fn of(task: &Task) -> Item {
        let (file, line) = task.place();
        Item {
            subject: task.subject().to_string(),
            kind: task.kind(),
            file: file.to_string(),
            line,
            proof: Proof::Holds,
            slips: Vec::new(),
            fails: Vec::new(),
            took: Duration::ZERO,
            remembered: false,
        }
    }
}
