//! From what a program of a foreign pack printed, and how it ended, to outcomes: its tests by the words of Rust's own
//! test harness, and its `main`. A pure fold.

use super::crash;
use crate::content::checklist::CheckInfo;
use crate::process::{End, Exit};
use crate::run::plain::Ran;
use crate::verdict::{CheckOutcome, CheckResult, Counterexample, Crash, Diagnostic, Limit, Outcome, Place};

/// The checks that are no tests. No test can be called so.
pub const MAIN: &str = "fn main";
pub const CLIPPY: &str = "cargo clippy";

/// What a panic of `todo!()` says.
const TODO: &str = "not yet implemented";
/// More of what a test printed is not shown.
const NOTES: usize = 12;

/// The learner's file, and what the program might use.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// Its name in panics.
    pub file: &'a str,
    pub text: &'a str,
    pub memory_mib: u64,
}

/// What one program came to: its checks, and what else is to be said than that some of them fail.
#[derive(Debug)]
pub struct Part {
    pub checks: Vec<CheckResult>,
    pub outcome: Option<Outcome>,
}

/// A run of the tests, one after the other.
pub fn tests(case: &Case<'_>, ran: &Ran) -> Part {
    let text = format!("{}{}", ran.output.stdout.head, ran.output.stdout.tail);
    let report = Report::read(&text);
    let mut checks: Vec<CheckResult> = Vec::new();
    for (name, state) in &report.tests {
        let outcome = match state {
            Said::Passed => CheckOutcome::Passed,
            Said::Ignored => continue,
            Said::Failed => case.failed(report.block(name)),
            // Its line was torn by what it printed: the end of the report says how it ended.
            Said::Nothing if report.is_failed(name) => case.failed(report.block(name)),
            Said::Nothing if report.summary.is_some() => CheckOutcome::Passed,
            Said::Nothing => CheckOutcome::NotRun,
        };
        checks.push(check(name, "", outcome));
    }
    let running = checks.iter().rposition(|c| c.outcome == CheckOutcome::NotRun);
    let outcome = match (ran.end, report.summary) {
        (End::Exited(Exit::Code(0)), Some(true)) => None,
        (End::Exited(Exit::Code(_)), Some(false)) if checks.iter().any(fails_or_is_open) => None,
        (End::Stopped(limit), _) => Some(hung(&mut checks, running, limit)),
        (End::Exited(exit), _) => {
            Some(ended(&mut checks, running, crash(exit, &stderr(ran), case.memory_mib)))
        }
    };
    Part { checks, outcome }
}

/// A run of the program itself.
pub fn main(case: &Case<'_>, ran: &Ran) -> Part {
    let said = stderr(ran);
    let mut checks = vec![check(MAIN, "a program that does not run to its end", CheckOutcome::Passed)];
    let outcome = match ran.end {
        End::Exited(Exit::Code(0)) => None,
        End::Stopped(limit) => Some(hung(&mut checks, Some(0), limit)),
        End::Exited(exit) => match (panicked(&said, case.file), exit) {
            // With `panic = "abort"` a panic ends in a signal.
            (Some(panic), _) => {
                checks[0].outcome = case.panicked(panic, Vec::new());
                None
            }
            (None, Exit::Code(code)) => {
                let message = format!("the program ended with exit code {code}, and is to end with 0");
                checks[0].outcome =
                    CheckOutcome::Failed(Counterexample { message, ..Counterexample::default() });
                None
            }
            (None, exit) => Some(ended(&mut checks, Some(0), crash(exit, &said, case.memory_mib))),
        },
    };
    Part { checks, outcome }
}

/// What clippy found.
pub fn clippy(findings: &[Diagnostic], strict: bool) -> CheckResult {
    let catches = if strict { "anything that clippy warns of" } else { "what clippy takes for an error" };
    let outcome = match findings.first() {
        None => CheckOutcome::Passed,
        Some(first) => CheckOutcome::Failed(Counterexample {
            message: first.message.clone(),
            ..Counterexample::default()
        }),
    };
    check(CLIPPY, catches, outcome)
}

/// What all parts together come to.
pub fn outcome(checks: &[CheckResult], said: Vec<Outcome>) -> Outcome {
    if let Some(outcome) = said.into_iter().next() {
        return outcome;
    }
    let is_open = |c: &CheckResult| c.outcome == CheckOutcome::NotWritten;
    let unwritten = checks.iter().any(is_open);
    // That a `todo!()` is left is also what clippy says.
    let counts = |c: &CheckResult| !(is_open(c) || unwritten && c.info.name == CLIPPY);
    if checks.iter().any(|c| fails_or_is_open(c) && counts(c)) {
        Outcome::Failed
    } else if unwritten {
        Outcome::NotWritten
    } else {
        Outcome::Passed
    }
}

fn fails_or_is_open(check: &CheckResult) -> bool {
    use CheckOutcome::{Failed, NotWritten, Panicked};
    matches!(check.outcome, Failed(_) | Panicked { .. } | NotWritten)
}

fn check(name: &str, catches: &str, outcome: CheckOutcome) -> CheckResult {
    let info = CheckInfo { name: name.to_string(), catches: catches.to_string() };
    CheckResult { info, outcome, notes: Vec::new() }
}

fn hung(checks: &mut [CheckResult], running: Option<usize>, limit: Limit) -> Outcome {
    Outcome::TimedOut { check: mark(checks, running, CheckOutcome::TimedOut), limit }
}

fn ended(checks: &mut [CheckResult], running: Option<usize>, how: Crash) -> Outcome {
    Outcome::Crashed { check: mark(checks, running, CheckOutcome::Crashed), how }
}

fn mark(checks: &mut [CheckResult], running: Option<usize>, outcome: CheckOutcome) -> Option<String> {
    let check = checks.get_mut(running?)?;
    check.outcome = outcome;
    Some(check.info.name.clone())
}

fn stderr(ran: &Ran) -> String {
    format!("{}{}", ran.output.stderr.head, ran.output.stderr.tail)
}

/// A panic as it is reported: in which file and where, with what message.
struct Panic {
    place: Option<Place>,
    message: String,
}

impl Case<'_> {
    /// A test that did not pass, by what it printed.
    fn failed(&self, block: &str) -> CheckOutcome {
        let printed = |text: &str| -> Vec<String> {
            text.lines()
                .filter(|l| !l.trim().is_empty())
                .take(NOTES)
                .map(|l| format!("printed: {l}"))
                .collect()
        };
        if let Some(panic) = panicked(block, self.file) {
            let before = block.lines().take_while(|l| !is_panic(l)).collect::<Vec<_>>().join("\n");
            return self.panicked(panic, printed(&before));
        }
        // `note: test did not panic as expected at ...`, or what an `Err` says.
        let said = block.lines().map(str::trim).rfind(|l| !l.is_empty());
        let message = match said.map(|l| l.strip_prefix("note: ").unwrap_or(l)) {
            Some(line) if line.starts_with("test did not panic") => {
                "it should panic, and does not".to_string()
            }
            Some(line) => line.to_string(),
            None => "it fails".to_string(),
        };
        CheckOutcome::Failed(Counterexample { message, ..Counterexample::default() })
    }

    fn panicked(&self, panic: Panic, notes: Vec<String>) -> CheckOutcome {
        if panic.message.starts_with(TODO) {
            return CheckOutcome::NotWritten;
        }
        let line = panic.place.and_then(|place| usize::try_from(place.line).ok());
        let source = line.and_then(|n| self.text.lines().nth(n.checked_sub(1)?));
        CheckOutcome::Panicked {
            message: panic.message,
            place: panic.place,
            source: source.map(|line| line.trim().to_string()),
            counterexample: Counterexample { notes, ..Counterexample::default() },
        }
    }
}

/// `thread 'tests::a' (71) panicked at exercises/a.rs:9:5:`, the message on the lines that follow.
fn is_panic(line: &str) -> bool {
    line.starts_with("thread '") && line.contains(" panicked at ")
}

/// The last panic in a text: the one that ended it. Its place counts when it is in `file`.
fn panicked(text: &str, file: &str) -> Option<Panic> {
    let at = text.lines().collect::<Vec<_>>().iter().rposition(|l| is_panic(l))?;
    let mut lines = text.lines().skip(at);
    let place = lines.next()?.rsplit_once(" panicked at ")?.1.trim_end_matches(':');
    let mut parts = place.rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok(), parts.next().and_then(|n| n.parse().ok()));
    let is_own = parts.next() == Some(file);
    let place = line.zip(column).filter(|_| is_own).map(|(line, column)| Place { line, column });
    let message: Vec<&str> =
        lines.take_while(|l| !l.starts_with("note: ") && *l != "stack backtrace:").collect();
    Some(Panic { place, message: message.join("\n").trim_end().to_string() })
}

/// What the harness says of a test on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Passed,
    Failed,
    Ignored,
    /// Nothing yet, or something else came between.
    Nothing,
}

/// The harness's report, `--test-threads=1`.
#[derive(Default)]
struct Report<'a> {
    tests: Vec<(&'a str, Said)>,
    /// What each failing test printed, under its name.
    blocks: Vec<(&'a str, &'a str)>,
    failed: Vec<&'a str>,
    /// `test result: ok.`, or `FAILED`.
    summary: Option<bool>,
}

impl<'a> Report<'a> {
    fn read(text: &'a str) -> Report<'a> {
        let mut report = Report::default();
        let Some(start) = text.find("running ") else { return report };
        let (lines, rest) = match text[start..].split_once("\nfailures:\n") {
            Some((lines, rest)) => (lines, rest),
            None => (&text[start..], ""),
        };
        for line in lines.lines() {
            if let Some((name, said)) = line.strip_prefix("test ").and_then(|l| l.split_once(" ... ")) {
                let name = name.strip_suffix(" - should panic").unwrap_or(name);
                report.tests.push((name, word(said)));
            } else if let (Some((_, said @ Said::Nothing)), word @ (Said::Passed | Said::Failed)) =
                (report.tests.last_mut(), word(line))
            {
                // What the test wrote around the harness stood in between.
                *said = word;
            }
        }
        if let Some(result) = text.lines().rev().find_map(|l| l.strip_prefix("test result: ")) {
            report.summary = Some(result.starts_with("ok."));
        }
        let (blocks, names) = rest.split_once("\nfailures:\n").unwrap_or((rest, ""));
        report.failed = names.lines().take_while(|l| !l.is_empty()).map(str::trim).collect();
        let mut heads: Vec<(usize, &str)> = Vec::new();
        for (at, _) in blocks.match_indices("---- ") {
            let line = blocks[at..].lines().next().unwrap_or_default();
            if (at == 0 || blocks[..at].ends_with('\n'))
                && let Some(name) = line.strip_prefix("---- ").and_then(|l| l.strip_suffix(" stdout ----"))
            {
                heads.push((at, name));
            }
        }
        for (i, (at, name)) in heads.iter().enumerate() {
            let end = heads.get(i + 1).map_or(blocks.len(), |(next, _)| *next);
            let block = &blocks[*at..end];
            report.blocks.push((name, block.split_once('\n').map_or("", |(_, rest)| rest)));
        }
        report
    }

    fn block(&self, name: &str) -> &'a str {
        self.blocks.iter().find(|(n, _)| *n == name).map_or("", |(_, block)| block)
    }

    fn is_failed(&self, name: &str) -> bool {
        self.failed.contains(&name)
    }
}

fn word(said: &str) -> Said {
    match said.trim() {
        "ok" => Said::Passed,
        "FAILED" => Said::Failed,
        s if s == "ignored" || s.starts_with("ignored,") => Said::Ignored,
        _ => Said::Nothing,
    }
}

#[cfg(test)]
mod tests;
