//! What has to be true of an exercise's content: which texts prove it, what each must come to, and what a
//! verdict proves. Reads content and judges verdicts; runs nothing.

pub mod candidates;
pub mod decoy;
pub mod hints;
pub mod leaks;
pub mod mutants;
pub mod quiz;
pub mod unfinished;
pub mod write_up;
pub mod survey;

use crate::verdict::{CheckOutcome, NotCompiling, Outcome, Verdict};
use std::fmt;
use std::time::Duration;

/// A text that proves something about an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub claim: Claim,
    /// The text, or why there is none: an edit of the solution that can't be made.
    pub text: Result<String, String>,
    /// Where its author finds it: the file, and the line from 1, or 0 for all of it.
    pub file: String,
    pub line: usize,
}

/// What a candidate must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The stub: it compiles and does not pass.
    Open,
    /// The stub of a foreign exercise: something keeps it from passing.
    Unsolved,
    /// The solution: it passes, whatever the seed.
    Solution,
    /// Another right one, by its name.
    Alternative { name: String },
    /// The solution beside items named like the kit's: it passes.
    Decoy,
    /// A wrong variant: the check it names fails, or hangs when the variant says so.
    Wrong { name: String, caught_by: String, exceeds_limit: bool },
}

/// What the runs of a candidate prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The claim is true. For a wrong variant: it is caught.
    Holds,
    /// A wrong variant gets by its check, a right text fails one, or the stub passes.
    Missed { instead: String },
    /// It does not compile, or its report can't be believed.
    Unviable { why: String },
    /// A limit was reached where none should be.
    TimedOut { check: Option<String> },
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proof::Holds => f.write_str("holds"),
            Proof::Missed { instead } => write!(f, "missed: {instead}"),
            Proof::Unviable { why } => write!(f, "unviable: {why}"),
            Proof::TimedOut { check: Some(check) } => write!(f, "timed out in `{check}`"),
            Proof::TimedOut { check: None } => f.write_str("timed out"),
        }
    }
}

/// CPU time that a check gets for a wrong variant: many times what it needs for a right text.
pub const VARIANT_CPU: Duration = Duration::from_secs(1);

impl Claim {
    /// Whether the text is right: it has to pass whatever the seed, without a warning.
    pub fn is_right(&self) -> bool {
        matches!(self, Claim::Solution | Claim::Alternative { .. })
    }

    /// What `verdict` proves of it.
    pub fn judge(&self, verdict: &Verdict) -> Proof {
        match (&verdict.outcome, self) {
            (Outcome::Passed, Claim::Unsolved | Claim::Open) => {
                Proof::Missed { instead: "passes".to_string() }
            }
            (_, Claim::Unsolved)
            | (Outcome::Passed, Claim::Solution | Claim::Alternative { .. } | Claim::Decoy)
            | (Outcome::Failed | Outcome::NotWritten, Claim::Open) => Proof::Holds,
            (Outcome::NotCompiling(why), _) => Proof::Unviable { why: not_compiling(why, verdict) },
            (Outcome::Untrusted { reason }, _) => Proof::Unviable { why: reason.clone() },
            (_, Claim::Wrong { caught_by, exceeds_limit, .. }) => caught(verdict, caught_by, *exceeds_limit),
            (Outcome::TimedOut { check, .. }, _) => Proof::TimedOut { check: check.clone() },
            _ => Proof::Missed { instead: instead(verdict) },
        }
    }
}

/// A check that dies of a variant has caught it, when it is the one that should; one that hangs, when the
/// variant says so.
fn caught(verdict: &Verdict, check: &str, exceeds_limit: bool) -> Proof {
    let named = verdict.checks.iter().find(|c| c.info.name == check);
    match named.map(|c| &c.outcome) {
        Some(CheckOutcome::Failed(_) | CheckOutcome::Panicked { .. } | CheckOutcome::Crashed) => Proof::Holds,
        Some(CheckOutcome::TimedOut) if exceeds_limit => Proof::Holds,
        Some(CheckOutcome::TimedOut) => Proof::TimedOut { check: Some(check.to_string()) },
        _ => Proof::Missed { instead: instead(verdict) },
    }
}

/// `failed: a, b` in the words of the report.
fn instead(verdict: &Verdict) -> String {
    let said = |c: &crate::verdict::CheckResult| match &c.outcome {
        CheckOutcome::Failed(e) => Some(format!("`{}` fails: {}", c.info.name, e.message)),
        CheckOutcome::Panicked { message, .. } => Some(format!("`{}` panics: {message}", c.info.name)),
        CheckOutcome::TimedOut => Some(format!("`{}` times out", c.info.name)),
        CheckOutcome::Crashed => Some(format!("`{}` crashes", c.info.name)),
        CheckOutcome::NotWritten => Some(format!("`{}` meets a `todo!()`", c.info.name)),
        CheckOutcome::Passed | CheckOutcome::NotRun => None,
    };
    let said: Vec<String> = verdict.checks.iter().filter_map(said).collect();
    if said.is_empty() { verdict.outcome.word().to_string() } else { said.join("; ") }
}

fn not_compiling(why: &NotCompiling, verdict: &Verdict) -> String {
    let messages: Vec<&str> = match why {
        NotCompiling::Errors => verdict.diagnostics.iter().map(|d| d.message.as_str()).collect(),
        NotCompiling::Interface { said, .. } => said.iter().map(String::as_str).collect(),
        NotCompiling::Endless { .. } => vec!["rustc does not finish"],
    };
    messages.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::checklist::CheckInfo;
    use crate::verdict::{CheckResult, Counterexample, Limit, Output};

    fn verdict(outcome: Outcome, check: CheckOutcome) -> Verdict {
        let info = CheckInfo { name: "edge".to_string(), catches: String::new() };
        Verdict {
            exercise: "t/01-x".to_string(),
            file: "exercises/t/01-x.rs".to_string(),
            outcome,
            checks: vec![CheckResult { info, outcome: check, notes: Vec::new() }],
            scorecard: Vec::new(),
            series: Vec::new(),
            belief: None,
            diagnostics: Vec::new(),
            output: Output::default(),
            took: Duration::ZERO,
        }
    }

    fn wrong(caught_by: &str, exceeds_limit: bool) -> Claim {
        Claim::Wrong { name: "v".to_string(), caught_by: caught_by.to_string(), exceeds_limit }
    }

    #[track_caller]
    fn check(verdict: &Verdict, expected: [&str; 4]) {
        let claims = [Claim::Open, Claim::Solution, wrong("edge", false), wrong("other", false)];
        assert_eq!(claims.map(|claim| claim.judge(verdict).to_string()), expected);
    }

    #[test]
    fn each_claim_wants_its_own_verdict() {
        check(
            &verdict(Outcome::Passed, CheckOutcome::Passed),
            ["missed: passes", "holds", "missed: passed", "missed: passed"],
        );
        let evidence = Counterexample { message: "no".to_string(), ..Counterexample::default() };
        let failed = "missed: `edge` fails: no";
        check(&verdict(Outcome::Failed, CheckOutcome::Failed(evidence)), ["holds", failed, "holds", failed]);
        let todo = "missed: `edge` meets a `todo!()`";
        check(&verdict(Outcome::NotWritten, CheckOutcome::NotWritten), ["holds", todo, todo, todo]);
    }

    #[test]
    fn a_hang_catches_a_variant_that_says_so_in_the_check_that_it_names() {
        let limit = Limit::Cpu(Duration::from_secs(1));
        let hung =
            verdict(Outcome::TimedOut { check: Some("edge".to_string()), limit }, CheckOutcome::TimedOut);
        let late = "timed out in `edge`";
        check(&hung, [late, late, late, "missed: `edge` times out"]);
        assert_eq!(wrong("edge", true).judge(&hung), Proof::Holds);
        assert_eq!(wrong("other", true).judge(&hung).to_string(), "missed: `edge` times out");
    }

    #[test]
    fn a_foreign_stub_may_fail_in_any_way() {
        let why = NotCompiling::Errors;
        let broken = verdict(Outcome::NotCompiling(why), CheckOutcome::NotRun);
        assert_eq!(Claim::Unsolved.judge(&broken), Proof::Holds);
        let passed = verdict(Outcome::Passed, CheckOutcome::Passed);
        assert_eq!(Claim::Unsolved.judge(&passed).to_string(), "missed: passes");
    }

    #[test]
    fn what_does_not_compile_or_lies_proves_nothing() {
        let why = NotCompiling::Interface { differences: Vec::new(), said: vec!["no `take`".to_string()] };
        check(&verdict(Outcome::NotCompiling(why), CheckOutcome::NotRun), ["unviable: no `take`"; 4]);
        let reason = "odd".to_string();
        check(&verdict(Outcome::Untrusted { reason }, CheckOutcome::NotRun), ["unviable: odd"; 4]);
    }
}
