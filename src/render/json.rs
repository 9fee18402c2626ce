//! The documented JSON contract of `drill run --format json`: a mirror of the verdict, so that the verdict's
//! own types may change. Version 1; fields may be added, none changes its meaning.

use crate::render::verdict::words;
use crate::verdict::{
    self, Bound, Captured, CheckOutcome, Counterexample, Crash, Limit, NotCompiling, Outcome, Verdict,
};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    exercise: &'a str,
    verdict: &'static str,
    /// Why, for everything that the checks themselves do not say.
    reason: Option<Reason>,
    checks: Vec<Check<'a>>,
    scorecard: Vec<Score<'a>>,
    series: Vec<Series<'a>>,
    diagnostics: Vec<Diagnostic<'a>>,
    differences: Vec<Difference<'a>>,
    belief: Option<&'a str>,
    output: Streams<'a>,
    ms: u128,
}

#[derive(Serialize)]
struct Reason {
    kind: &'static str,
    check: Option<String>,
    text: String,
}

#[derive(Serialize)]
struct Check<'a> {
    name: &'a str,
    catches: &'a str,
    outcome: &'static str,
    message: Option<&'a str>,
    at: Option<At>,
    rows: Vec<Row<'a>>,
    trace: &'a [String],
    timeline: &'a [String],
    notes: Vec<&'a str>,
}

#[derive(Serialize)]
struct At {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Row<'a> {
    at_ns: u64,
    input: &'a str,
    expected: &'a str,
    actual: &'a str,
    same: bool,
}

#[derive(Serialize)]
struct Score<'a> {
    check: &'a str,
    metric: &'a str,
    value: Option<f64>,
    unit: &'a str,
    bound: &'static str,
    limit: f64,
    pass: bool,
    naive: Option<f64>,
    reference: Option<f64>,
}

#[derive(Serialize)]
struct Series<'a> {
    check: &'a str,
    name: &'a str,
    unit: &'a str,
    points: &'a [(u64, Option<f64>)],
    marks: Vec<Mark<'a>>,
}

#[derive(Serialize)]
struct Mark<'a> {
    from_ns: u64,
    to_ns: u64,
    label: &'a str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: &'a str,
    code: Option<&'a str>,
    at: Option<At>,
    rendered: &'a str,
}

#[derive(Serialize)]
struct Difference<'a> {
    stub: &'a str,
    yours: Option<&'a str>,
}

#[derive(Serialize)]
struct Streams<'a> {
    stdout: Stream<'a>,
    stderr: Stream<'a>,
}

#[derive(Serialize)]
struct Stream<'a> {
    head: &'a str,
    skipped_bytes: u64,
    tail: &'a str,
}

fn mark(m: &verdict::Mark) -> Mark<'_> {
    Mark { from_ns: m.from_ns, to_ns: m.to_ns, label: &m.label }
}

/// One line of JSON and a newline.
pub fn verdict(v: &Verdict) -> String {
    let differences = match &v.outcome {
        Outcome::NotCompiling(NotCompiling::Interface { differences, .. }) => differences.as_slice(),
        _ => &[],
    };
    let place = |p: crate::verdict::Place| At { line: p.line, column: p.column };
    let document = Document {
        format: 1,
        exercise: &v.exercise,
        verdict: v.outcome.word(),
        reason: reason(&v.outcome),
        checks: v.checks.iter().map(check).collect(),
        scorecard: v
            .scorecard
            .iter()
            .map(|s| Score {
                check: &s.check,
                metric: &s.metric,
                value: s.value,
                unit: &s.unit,
                bound: match s.bound {
                    Bound::AtMost => "at-most",
                    Bound::AtLeast => "at-least",
                },
                limit: s.limit,
                pass: s.pass,
                naive: s.naive,
                reference: s.reference,
            })
            .collect(),
        series: v
            .series
            .iter()
            .map(|s| Series {
                check: &s.check,
                name: &s.name,
                unit: &s.unit,
                points: &s.points,
                marks: s.marks.iter().map(mark).collect(),
            })
            .collect(),
        diagnostics: v
            .diagnostics
            .iter()
            .map(|d| Diagnostic {
                message: &d.message,
                code: d.code.as_deref(),
                at: d.place.map(place),
                rendered: &d.rendered,
            })
            .collect(),
        differences: differences
            .iter()
            .map(|d| Difference { stub: &d.stub, yours: d.yours.as_deref() })
            .collect(),
        belief: v.belief.as_deref(),
        output: Streams { stdout: stream(&v.output.stdout), stderr: stream(&v.output.stderr) },
        ms: v.took.as_millis(),
    };
    // Strings, numbers and lists only: this can't fail.
    serde_json::to_string(&document).unwrap_or_default() + "\n"
}

fn check(c: &crate::verdict::CheckResult) -> Check<'_> {
    let nothing: &Counterexample = const {
        &Counterexample {
            message: String::new(),
            rows: Vec::new(),
            trace: Vec::new(),
            timeline: Vec::new(),
            notes: Vec::new(),
        }
    };
    let (message, place, counterexample) = match &c.outcome {
        CheckOutcome::Failed(e) => (Some(e.message.as_str()), None, e),
        CheckOutcome::Panicked { message, place, counterexample, .. } => {
            (Some(message.as_str()), *place, counterexample)
        }
        _ => (None, None, nothing),
    };
    Check {
        name: &c.info.name,
        catches: &c.info.catches,
        outcome: c.outcome.word(),
        message,
        at: place.map(|p| At { line: p.line, column: p.column }),
        rows: counterexample
            .rows
            .iter()
            .map(|r| Row {
                at_ns: r.at_ns,
                input: &r.input,
                expected: &r.expected,
                actual: &r.actual,
                same: r.same,
            })
            .collect(),
        trace: &counterexample.trace,
        timeline: &counterexample.timeline,
        notes: counterexample.notes.iter().chain(&c.notes).map(String::as_str).collect(),
    }
}

fn stream(captured: &Captured) -> Stream<'_> {
    Stream { head: &captured.head, skipped_bytes: captured.skipped, tail: &captured.tail }
}

fn reason(outcome: &Outcome) -> Option<Reason> {
    let (kind, check) = match outcome {
        Outcome::TimedOut { check, limit } => {
            let kind = match limit {
                Limit::Cpu(_) => "cpu-time",
                Limit::Wall(_) => "wall-time",
                Limit::Total(_) => "total-time",
            };
            (kind, check.clone())
        }
        Outcome::Crashed { check, how } => {
            let kind = match how {
                Crash::Exit(_) => "exit",
                Crash::StackOverflow => "stack-overflow",
                Crash::Abort => "abort",
                Crash::OutOfMemory(_) => "out-of-memory",
                Crash::OutputFlood(_) => "output-flood",
                Crash::Signal(_) => "signal",
            };
            (kind, check.clone())
        }
        Outcome::Untrusted { .. } => ("untrusted-report", None),
        Outcome::NotCompiling(NotCompiling::Errors) => ("compiler-errors", None),
        Outcome::NotCompiling(NotCompiling::Interface { .. }) => ("changed-interface", None),
        Outcome::NotCompiling(NotCompiling::Endless { .. }) => ("endless-build", None),
        Outcome::Passed | Outcome::Failed | Outcome::NotWritten => return None,
    };
    Some(Reason { kind, check, text: words::explanation(outcome).join(" ") })
}
