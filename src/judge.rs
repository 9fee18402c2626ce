//! From one execution's raw results to a verdict: a pure fold. Trusts nothing that the report does not prove.

pub mod foreign;

use crate::content::checklist::CheckInfo;
use crate::process::{End, Exit};
use crate::run::Attempt;
use crate::run::report::{Ended, Event, Finish};
use crate::verdict::{
    CheckOutcome, CheckResult, Counterexample, Crash, Limit, Mark, Outcome, Place, Score, Series,
};

/// What the judge needs to know besides the attempt.
pub struct Case<'a> {
    /// Every check that must report, in order.
    pub checks: &'a [CheckInfo],
    /// The name of the learner's file in panics.
    pub file: &'a str,
    /// Lines of the learner's file; places beyond are ours.
    pub lines: u32,
    pub memory_mib: u64,
}

/// What the report and the end of the process prove.
pub struct Judged {
    pub outcome: Outcome,
    pub checks: Vec<CheckResult>,
    pub scorecard: Vec<Score>,
    pub series: Vec<Series>,
}

pub fn judge(case: &Case<'_>, attempt: Attempt) -> Judged {
    let mut record = Record::new(case);
    let fault = record.read(attempt.events).err().or(attempt.fault);
    let done = record.done;
    let outcome = match (attempt.end, fault) {
        (End::Stopped(limit), None) => record.timed_out(limit),
        (_, Some(reason)) => record.untrusted(reason),
        (End::Exited(Exit::Code(0)), None) if done => record.settled(),
        (End::Exited(exit), None) => {
            let stderr = format!("{}{}", attempt.output.stderr.head, attempt.output.stderr.tail);
            record.crashed(crash(exit, &stderr, case.memory_mib))
        }
    };
    Judged { outcome, checks: record.checks, scorecard: record.scorecard, series: record.series }
}

/// What the checks have said so far.
struct Record<'a> {
    case: &'a Case<'a>,
    checks: Vec<CheckResult>,
    scorecard: Vec<Score>,
    series: Vec<Series>,
    /// Index of the check that has begun and not ended.
    running: Option<usize>,
    begun: Vec<bool>,
    ended: Vec<bool>,
    done: bool,
}

impl<'a> Record<'a> {
    fn new(case: &'a Case<'a>) -> Record<'a> {
        let blank = |info: &CheckInfo| CheckResult {
            info: info.clone(),
            outcome: CheckOutcome::NotRun,
            notes: Vec::new(),
        };
        let n = case.checks.len();
        Record {
            case,
            checks: case.checks.iter().map(blank).collect(),
            scorecard: Vec::new(),
            series: Vec::new(),
            running: None,
            begun: vec![false; n],
            ended: vec![false; n],
            done: false,
        }
    }

    /// Takes the events in order; an error names the first that can't be true.
    fn read(&mut self, events: Vec<Event>) -> Result<(), String> {
        for event in events {
            if self.done {
                return Err("something follows the end mark of the report".to_string());
            }
            match event {
                Event::Start { check, .. } => {
                    let i = self.known(&check)?;
                    if self.begun[i] {
                        return Err(format!("check `{check}` begins twice"));
                    }
                    if let Some(open) = self.running {
                        let open = &self.checks[open].info.name;
                        return Err(format!("check `{check}` begins before `{open}` has ended"));
                    }
                    self.begun[i] = true;
                    self.running = Some(i);
                }
                Event::Finish(finish) => {
                    let i = self.open(&finish.check)?;
                    self.ended[i] = true;
                    self.running = None;
                    let (outcome, notes) = self.outcome_of(*finish);
                    self.checks[i].outcome = outcome;
                    self.checks[i].notes.extend(notes);
                }
                Event::Note { check, text } => {
                    let i = self.open(&check)?;
                    self.checks[i].notes.push(text);
                }
                Event::Score(line) => {
                    self.open(&line.check)?;
                    self.scorecard.push(Score {
                        check: line.check,
                        metric: line.metric,
                        value: line.value,
                        unit: line.unit,
                        bound: line.bound,
                        limit: line.limit,
                        pass: line.pass,
                        naive: line.naive,
                        reference: line.reference,
                    });
                }
                Event::Series { check, name, unit, points } => {
                    self.open(&check)?;
                    self.series.push(Series { check, name, unit, points, marks: Vec::new() });
                }
                Event::Mark { check, series, from_ns, to_ns, label } => {
                    self.open(&check)?;
                    let marked = self.series.iter_mut().find(|s| s.check == check && s.name == series);
                    // Of a curve beyond those that are kept there is nothing to mark.
                    if let Some(marked) = marked {
                        marked.marks.push(Mark { from_ns, to_ns: to_ns.max(from_ns), label });
                    }
                }
                Event::Done => {
                    if let Some(i) = self.ended.iter().position(|ended| !ended) {
                        let name = &self.checks[i].info.name;
                        return Err(format!("the report ends without a word on check `{name}`"));
                    }
                    self.done = true;
                }
            }
        }
        Ok(())
    }

    fn known(&self, check: &str) -> Result<usize, String> {
        let at = self.case.checks.iter().position(|c| c.name == check);
        at.ok_or_else(|| format!("the report names a check that does not exist: `{check}`"))
    }

    /// The check, which must be the one that is running.
    fn open(&self, check: &str) -> Result<usize, String> {
        let i = self.known(check)?;
        if self.running == Some(i) {
            Ok(i)
        } else if self.ended[i] {
            Err(format!("check `{check}` reports twice"))
        } else {
            Err(format!("check `{check}` reports without having begun"))
        }
    }

    fn outcome_of(&self, finish: Finish) -> (CheckOutcome, Vec<String>) {
        let counterexample = Counterexample {
            message: finish.message.clone(),
            rows: finish.rows,
            trace: finish.trace,
            timeline: finish.timeline,
            notes: finish.notes,
        };
        match finish.outcome {
            Ended::Pass => (CheckOutcome::Passed, counterexample.notes),
            Ended::Todo => (CheckOutcome::NotWritten, Vec::new()),
            Ended::Fail => (CheckOutcome::Failed(counterexample), Vec::new()),
            Ended::Panic => {
                let own =
                    |(file, place): &(String, Place)| file == self.case.file && place.line <= self.case.lines;
                let place = finish.at.filter(own).map(|(_, place)| place);
                let panicked =
                    CheckOutcome::Panicked { message: finish.message, place, source: None, counterexample };
                (panicked, Vec::new())
            }
        }
    }

    /// Every check has reported and the process left in order.
    fn settled(&mut self) -> Outcome {
        let any = |wanted: fn(&CheckOutcome) -> bool| self.checks.iter().any(|c| wanted(&c.outcome));
        if any(|o| matches!(o, CheckOutcome::Failed(_) | CheckOutcome::Panicked { .. })) {
            Outcome::Failed
        } else if any(|o| *o == CheckOutcome::NotWritten) {
            Outcome::NotWritten
        } else {
            Outcome::Passed
        }
    }

    fn timed_out(&mut self, limit: Limit) -> Outcome {
        let check = self.mark_running(CheckOutcome::TimedOut);
        Outcome::TimedOut { check, limit }
    }

    fn crashed(&mut self, how: Crash) -> Outcome {
        let check = self.mark_running(CheckOutcome::Crashed);
        Outcome::Crashed { check, how }
    }

    fn untrusted(&mut self, reason: String) -> Outcome {
        // Nothing that such a report says is worth showing as passed.
        for check in &mut self.checks {
            check.outcome = CheckOutcome::NotRun;
        }
        Outcome::Untrusted { reason }
    }

    fn mark_running(&mut self, outcome: CheckOutcome) -> Option<String> {
        let i = self.running?;
        self.checks[i].outcome = outcome;
        Some(self.checks[i].info.name.clone())
    }
}

/// What an end of the process before its time means.
fn crash(exit: Exit, stderr: &str, memory_mib: u64) -> Crash {
    const ABRT: i32 = 6;
    const FSZ: i32 = 25;
    const SEGV_AND_BUS: [i32; 3] = [11, 7, 10];
    match exit {
        Exit::Code(code) => Crash::Exit(code),
        Exit::Signal(ABRT) if stderr.contains("memory allocation of ") => Crash::OutOfMemory(memory_mib),
        Exit::Signal(ABRT) if stderr.contains("has overflowed its stack") => Crash::StackOverflow,
        Exit::Signal(ABRT) => Crash::Abort,
        Exit::Signal(FSZ) => Crash::OutputFlood(crate::run::FILE_MIB),
        Exit::Signal(signal) if SEGV_AND_BUS.contains(&signal) => Crash::StackOverflow,
        Exit::Signal(signal) => Crash::Signal(signal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::report::parse;
    use crate::verdict::Output;
    use std::time::Duration;

    fn judged(lines: &[&str], end: End<Limit>) -> Judged {
        let info = |name: &str| CheckInfo { name: name.to_string(), catches: String::new() };
        let checks = [info("a"), info("b")];
        let case = Case { checks: &checks, file: "exercises/t/01.rs", lines: 9, memory_mib: 64 };
        let (mut events, mut fault) = (Vec::new(), None);
        for line in lines {
            match parse(line) {
                Ok(event) => events.push(event),
                Err(why) => {
                    fault = Some(why);
                    break;
                }
            }
        }
        judge(&case, Attempt { end, events, fault, output: Output::default() })
    }

    const EXIT_0: End<Limit> = End::Exited(Exit::Code(0));
    const START_A: &str = r#"{"ev":"start","check":"a"}"#;
    const START_B: &str = r#"{"ev":"start","check":"b"}"#;
    const PASS_A: &str = r#"{"ev":"finish","check":"a","outcome":"pass"}"#;
    const PASS_B: &str = r#"{"ev":"finish","check":"b","outcome":"pass"}"#;
    const FAIL_B: &str = r#"{"ev":"finish","check":"b","outcome":"fail","message":"no"}"#;
    const TODO_B: &str = r#"{"ev":"finish","check":"b","outcome":"todo"}"#;
    const DONE: &str = r#"{"ev":"done"}"#;

    #[track_caller]
    fn check(lines: &[&str], end: End<Limit>, expected: &Outcome) {
        assert_eq!(&judged(lines, end).outcome, expected);
    }

    #[test]
    fn only_a_whole_report_with_an_orderly_end_passes() {
        check(&[START_A, PASS_A, START_B, PASS_B, DONE], EXIT_0, &Outcome::Passed);
        check(&[START_A, PASS_A, START_B, FAIL_B, DONE], EXIT_0, &Outcome::Failed);
        check(&[START_A, PASS_A, START_B, TODO_B, DONE], EXIT_0, &Outcome::NotWritten);
    }

    #[test]
    fn leaving_early_is_a_crash_in_the_running_check_whatever_the_exit_code() {
        let crashed = |check: Option<&str>| Outcome::Crashed {
            check: check.map(ToString::to_string),
            how: Crash::Exit(0),
        };
        check(&[START_A, PASS_A, START_B], EXIT_0, &crashed(Some("b")));
        check(&[START_A, PASS_A, START_B, PASS_B], EXIT_0, &crashed(None));
        check(&[], EXIT_0, &crashed(None));
        let result = judged(&[START_A, PASS_A, START_B], EXIT_0);
        assert_eq!(result.checks[0].outcome, CheckOutcome::Passed);
        assert_eq!(result.checks[1].outcome, CheckOutcome::Crashed);
    }

    #[test]
    fn a_crash_behind_the_end_mark_does_not_pass() {
        let how = Crash::Abort;
        let lines = [START_A, PASS_A, START_B, PASS_B, DONE];
        check(&lines, End::Exited(Exit::Signal(6)), &Outcome::Crashed { check: None, how });
    }

    #[test]
    fn a_report_that_cannot_be_is_untrusted_and_nothing_in_it_passes() {
        let ghost = r#"{"ev":"start","check":"ghost"}"#;
        for lines in [
            &[START_A, PASS_A, DONE][..],
            &[START_A, PASS_A, PASS_A, START_B, PASS_B, DONE],
            &[START_A, PASS_A, START_A, PASS_A, START_B, PASS_B, DONE],
            &[PASS_A, PASS_B, DONE],
            &[START_A, START_B, PASS_A, PASS_B, DONE],
            &[START_A, PASS_A, START_B, PASS_B, DONE, DONE],
            &[START_A, PASS_A, START_B, PASS_B, ghost, DONE],
            &["{\"ev\":\"win\"}", START_A, PASS_A, START_B, PASS_B, DONE],
        ] {
            let result = judged(lines, EXIT_0);
            assert!(matches!(result.outcome, Outcome::Untrusted { .. }), "{lines:?}: {:?}", result.outcome);
            assert!(result.checks.iter().all(|c| c.outcome == CheckOutcome::NotRun));
        }
    }

    #[test]
    fn a_hang_names_its_check_and_the_rest_is_not_run() {
        let limit = Limit::Cpu(Duration::from_secs(2));
        let result = judged(&[START_A], End::Stopped(limit));
        assert_eq!(result.outcome, Outcome::TimedOut { check: Some("a".to_string()), limit });
        assert_eq!(result.checks[0].outcome, CheckOutcome::TimedOut);
        assert_eq!(result.checks[1].outcome, CheckOutcome::NotRun);
    }

    #[test]
    fn a_panic_has_a_place_only_in_the_learners_own_lines() {
        let place_of = |file: &str, line: u32| {
            let finish = format!(
                r#"{{"ev":"finish","check":"a","outcome":"panic","message":"m","at":{{"file":"{file}","line":{line},"column":5}}}}"#
            );
            let result = judged(&[START_A, &finish, START_B, PASS_B, DONE], EXIT_0);
            let CheckOutcome::Panicked { place, .. } = result.checks[0].outcome.clone() else { panic!() };
            place
        };
        assert_eq!(place_of("exercises/t/01.rs", 9), Some(Place { line: 9, column: 5 }));
        assert_eq!(place_of("exercises/t/01.rs", 10), None);
        assert_eq!(place_of("drill/checks.rs", 3), None);
    }

    #[test]
    fn signals_are_told_apart() {
        let check =
            |signal, stderr: &str, expected| assert_eq!(crash(Exit::Signal(signal), stderr, 64), expected);
        check(11, "", Crash::StackOverflow);
        check(6, "thread 'x' has overflowed its stack", Crash::StackOverflow);
        check(6, "memory allocation of 99 bytes failed", Crash::OutOfMemory(64));
        check(6, "", Crash::Abort);
        check(9, "", Crash::Signal(9));
    }
}
