//! Verdicts in words.

use crate::text;
use crate::verdict::{Crash, Limit, NotCompiling, Outcome, Verdict};

/// The few words of the headline.
pub fn summary(v: &Verdict) -> String {
    let (passed, all) = v.tally();
    match &v.outcome {
        Outcome::Passed => format!("passed, all {}", text::count(all, "check")),
        Outcome::Failed => format!("{passed} of {} pass", text::count(all, "check")),
        Outcome::NotWritten if passed == 0 => "not written yet".to_string(),
        Outcome::NotWritten => format!("not finished yet, {passed} of {} pass", text::count(all, "check")),
        Outcome::NotCompiling(NotCompiling::Errors) => {
            let errors = text::count(v.diagnostics.len(), "error");
            format!("does not compile, {errors}")
        }
        Outcome::NotCompiling(_) => "does not compile with the checks".to_string(),
        Outcome::TimedOut { .. } => "timed out".to_string(),
        Outcome::Crashed { how: Crash::Exit(_), .. } => "ended early".to_string(),
        Outcome::Crashed { .. } => "crashed".to_string(),
        Outcome::Untrusted { .. } => "no trustworthy report".to_string(),
    }
}

/// What happened and where to look, a sentence or two.
pub fn explanation(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::TimedOut { check, limit } => {
            let place = check.as_ref().map_or("the checks".to_string(), |c| format!("`{c}`"));
            let line = match limit {
                Limit::Cpu(d) => format!(
                    "{place} was still computing after {} of CPU time, far more than it needs: look for a loop that does not end",
                    text::duration(*d)
                ),
                Limit::Wall(d) => format!(
                    "{place} had not come back after {} and was not computing: look for a lock taken twice, a wait or a sleep",
                    text::duration(*d)
                ),
                Limit::Total(d) => format!("all checks together took more than {}", text::duration(*d)),
            };
            vec![line]
        }
        Outcome::Crashed { check, how } => {
            let place = check.as_ref().map_or(String::new(), |c| format!(" inside `{c}`"));
            let line = match how {
                Crash::Exit(code) => format!(
                    "the program left{place} with exit code {code} before the checks were through: look for `std::process::exit`"
                ),
                Crash::StackOverflow => format!(
                    "the stack overflowed{place}: look for a function that calls itself without end, or a huge array"
                ),
                Crash::Abort => format!(
                    "the program was aborted{place}: look for `std::process::abort`, or a panic while another one unwinds (as in a `Drop`)"
                ),
                Crash::OutOfMemory(mib) => format!(
                    "the program asked for more than {mib} MiB of memory{place}: look for something that grows without bound"
                ),
                Crash::OutputFlood(mib) => {
                    format!("the program printed more than {mib} MiB in an instant{place}")
                }
                Crash::Signal(9) => {
                    format!("the program was killed{place} (signal 9), perhaps for lack of memory")
                }
                Crash::Signal(signal) => format!("the program was ended by signal {signal}{place}"),
            };
            vec![line]
        }
        Outcome::Untrusted { reason } => vec![
            format!("the checks ran, but their report can't be believed: {reason}"),
            "something in your program writes where only the checks should; it can't pass like this"
                .to_string(),
        ],
        Outcome::NotCompiling(why) => not_compiling(why),
        Outcome::Passed | Outcome::Failed | Outcome::NotWritten => Vec::new(),
    }
}

/// Why the file is not one that the checks can judge; compiler errors speak for themselves.
fn not_compiling(why: &NotCompiling) -> Vec<String> {
    match why {
        NotCompiling::Errors => Vec::new(),
        NotCompiling::Interface { differences, .. } if !differences.is_empty() => vec![
            "your file compiles, but the checks can't use it: they need the public items as the stub declares them"
                .to_string(),
        ],
        NotCompiling::Interface { said, .. } => {
            let mut lines = vec!["your file compiles by itself, but not together with the checks".to_string()];
            lines.extend(said.iter().map(|line| format!("rustc: {line}")));
            lines
        }
        NotCompiling::Endless { limit } => vec![format!(
            "rustc was still at work after {}: look for a constant, a macro, a type or an `include!` without an end",
            text::duration(*limit)
        )],
    }
}
