//! What one attempt at an exercise came to: plain data. Knows nothing of processes, files or terminals.

use crate::content::checklist::CheckInfo;
use std::time::Duration;

/// The answer to a save.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// `<topic>/<nn-name>`.
    pub exercise: String,
    /// The learner's file: `exercises/...`.
    pub file: String,
    pub outcome: Outcome,
    /// Every check, in the file's order.
    pub checks: Vec<CheckResult>,
    pub scorecard: Vec<Score>,
    pub series: Vec<Series>,
    /// Compiler errors in the learner's file; for an exercise without hidden checks also clippy's.
    pub diagnostics: Vec<Diagnostic>,
    /// What somebody believes who gets exactly these checks wrong.
    pub belief: Option<String>,
    /// What the learner's program printed.
    pub output: Output,
    /// From the start of the build to the verdict.
    pub took: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// At least one check failed.
    Failed,
    /// Nothing failed, but `todo!()` is still there.
    NotWritten,
    NotCompiling(NotCompiling),
    /// A limit of time was reached.
    TimedOut {
        check: Option<String>,
        limit: Limit,
    },
    /// The process ended before the end mark.
    Crashed {
        check: Option<String>,
        how: Crash,
    },
    /// The report is not one that the checks write.
    Untrusted {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotCompiling {
    /// The learner's file does not compile by itself: see `Verdict::diagnostics`.
    Errors,
    /// It does, but the checks can't use it: which public items differ from the stub's.
    Interface {
        differences: Vec<Difference>,
        /// The compiler's words, without the checks' code.
        said: Vec<String>,
    },
    /// rustc did not finish.
    Endless { limit: Duration },
}

/// A public item that the stub promises and the learner's file has otherwise, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// As the stub declares it, on one or more lines.
    pub stub: String,
    /// As the learner's file declares it; `None` when it is gone.
    pub yours: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// CPU time of one check.
    Cpu(Duration),
    /// Wall-clock time of one check: it waits for something that never comes.
    Wall(Duration),
    /// All checks together.
    Total(Duration),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Crash {
    /// The program left by itself, as by `std::process::exit`.
    Exit(i32),
    /// Unbounded recursion, or a huge value on the stack.
    StackOverflow,
    /// `abort`, or a panic that could not unwind.
    Abort,
    /// More memory than the limit, in MiB.
    OutOfMemory(u64),
    /// More output than any limit can hold, in MiB.
    OutputFlood(u64),
    Signal(i32),
}

#[derive(Clone, Debug, PartialEq)]
pub struct CheckResult {
    pub info: CheckInfo,
    pub outcome: CheckOutcome,
    /// What the check wanted known, also when it passed.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum CheckOutcome {
    Passed,
    Failed(Counterexample),
    /// The learner's code panicked.
    Panicked {
        message: String,
        place: Option<Place>,
        /// The line at that place, as saved.
        source: Option<String>,
        counterexample: Counterexample,
    },
    /// `todo!()` was reached.
    NotWritten,
    TimedOut,
    Crashed,
    /// After a hang or a crash, or asked to be left out.
    NotRun,
}

/// The smallest evidence that a promise is broken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counterexample {
    /// What was promised and what happened.
    pub message: String,
    /// Decisions around the first difference.
    pub rows: Vec<Row>,
    /// The minimal input, a step a line, where there are no rows.
    pub trace: Vec<String>,
    /// What each node did, as aligned text: a header, and a line or more for each instant.
    pub timeline: Vec<String>,
    pub notes: Vec<String>,
}

/// One step: the decision that was due beside the one that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Virtual time in nanoseconds.
    pub at_ns: u64,
    pub input: String,
    pub expected: String,
    pub actual: String,
    pub same: bool,
}

/// A place in the learner's file, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

/// A line of a lab's scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    pub check: String,
    pub metric: String,
    /// `None` when the figure is not a number.
    pub value: Option<f64>,
    pub unit: String,
    pub bound: Bound,
    pub limit: f64,
    pub pass: bool,
    /// What a naive design and the reference solution reach.
    pub naive: Option<f64>,
    pub reference: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    AtMost,
    AtLeast,
}

/// A curve over virtual time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub check: String,
    pub name: String,
    pub unit: String,
    /// Nanoseconds, value.
    pub points: Vec<(u64, Option<f64>)>,
    /// Where something happened that the check wants seen.
    pub marks: Vec<Mark>,
}

/// A stretch of virtual time, or an instant where both ends are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub from_ns: u64,
    pub to_ns: u64,
    /// What happened there: `overshoot 12.4 pp`.
    pub label: String,
}

/// A compiler error in the learner's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub message: String,
    /// `E0308`.
    pub code: Option<String>,
    pub place: Option<Place>,
    /// rustc's own picture of it, without colours.
    pub rendered: String,
}

/// Both streams, capped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    pub stdout: Captured,
    pub stderr: Captured,
}

/// The head and the tail of what was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    pub head: String,
    /// Bytes left out between head and tail.
    pub skipped: u64,
    pub tail: String,
}

impl Captured {
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }
}

impl Outcome {
    /// The word in JSON and in the progress file.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::NotWritten => "not-written",
            Outcome::NotCompiling(_) => "not-compiling",
            Outcome::TimedOut { .. } => "timed-out",
            Outcome::Crashed { .. } => "crashed",
            Outcome::Untrusted { .. } => "untrusted",
        }
    }
}

impl CheckOutcome {
    /// The word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            CheckOutcome::Passed => "passed",
            CheckOutcome::Failed(_) => "failed",
            CheckOutcome::Panicked { .. } => "panicked",
            CheckOutcome::NotWritten => "not-written",
            CheckOutcome::TimedOut => "timed-out",
            CheckOutcome::Crashed => "crashed",
            CheckOutcome::NotRun => "not-run",
        }
    }
}

impl Verdict {
    pub fn passed(&self) -> bool {
        self.outcome == Outcome::Passed
    }

    /// `(passed, all)`.
    pub fn tally(&self) -> (usize, usize) {
        let passed = self.checks.iter().filter(|c| c.outcome == CheckOutcome::Passed).count();
        (passed, self.checks.len())
    }

    /// The names of the checks that fail, in the file's order.
    pub fn failing(&self) -> Vec<&str> {
        let failed = |outcome: &CheckOutcome| {
            matches!(
                outcome,
                CheckOutcome::Failed(_) | CheckOutcome::Panicked { .. } | CheckOutcome::NotWritten
            )
        };
        self.checks.iter().filter(|c| failed(&c.outcome)).map(|c| c.info.name.as_str()).collect()
    }
}
