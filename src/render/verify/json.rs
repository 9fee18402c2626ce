//! The documented JSON contract of `drill verify --format json`. Version 1; fields may be added, none changes its
//! meaning.

use super::Report;
use crate::proof::Proof;
use crate::proof::mutants::Mutant;
use crate::verify::Item;
use crate::verify::mutation::Surveyed;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    proved: bool,
    interrupted: bool,
    items: Vec<Entry<'a>>,
    mutants: Vec<Survey<'a>>,
    quizzes: Vec<Quiz<'a>>,
    problems: Vec<Problem<'a>>,
    next: Option<Next<'a>>,
    ms: u128,
}

#[derive(Serialize)]
struct Entry<'a> {
    subject: &'a str,
    kind: &'static str,
    name: Option<&'a str>,
    file: &'a str,
    line: Option<usize>,
    result: &'static str,
    why: Option<String>,
    fails: &'a [String],
    remembered: bool,
    ms: u128,
}

/// Small edits of one solution.
#[derive(Serialize)]
struct Survey<'a> {
    exercise: &'a str,
    file: &'a str,
    mutants: usize,
    caught: usize,
    equivalent: usize,
    survive: usize,
    percent: f64,
    survivors: Vec<Survivor<'a>>,
}

#[derive(Serialize)]
struct Survivor<'a> {
    line: usize,
    column: usize,
    operator: &'static str,
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct Quiz<'a> {
    file: &'a str,
    questions: usize,
}

#[derive(Serialize)]
struct Problem<'a> {
    file: &'a str,
    line: Option<usize>,
    message: &'a str,
}

#[derive(Serialize)]
struct Next<'a> {
    file: &'a str,
    line: Option<usize>,
    how: &'a str,
}

/// One line of JSON and a newline.
pub fn json(report: &Report<'_>) -> String {
    let document = Document {
        format: 1,
        proved: report.problems.is_empty() && !report.interrupted,
        interrupted: report.interrupted,
        items: report.items.iter().map(entry).collect(),
        mutants: report.surveys.iter().map(survey).collect(),
        quizzes: report
            .quizzes
            .iter()
            .map(|(file, questions)| Quiz { file, questions: *questions })
            .collect(),
        problems: report
            .problems
            .iter()
            .map(|p| Problem { file: &p.file, line: (p.line > 0).then_some(p.line), message: &p.message })
            .collect(),
        next: report.next.map(|next| Next {
            file: &next.file,
            line: (next.line > 0).then_some(next.line),
            how: &next.how,
        }),
        ms: report.took.as_millis(),
    };
    serde_json::to_string(&document).unwrap_or_default() + "\n"
}

fn survey(surveyed: &Surveyed) -> Survey<'_> {
    let Surveyed { exercise, file, survey } = surveyed;
    Survey {
        exercise,
        file,
        mutants: survey.mutants,
        caught: survey.caught,
        equivalent: survey.equivalent,
        survive: survey.survivors.len(),
        percent: (survey.percent() * 10.0).round() / 10.0,
        survivors: survey.survivors.iter().map(survivor).collect(),
    }
}

fn survivor(mutant: &Mutant) -> Survivor<'_> {
    let Mutant { line, column, operator, from, to, .. } = mutant;
    Survivor { line: *line, column: *column, operator, from, to }
}

fn entry(item: &Item) -> Entry<'_> {
    let why = match &item.proof {
        Proof::Holds => None,
        Proof::Missed { instead } => Some(instead.clone()),
        Proof::Unviable { why } => Some(why.clone()),
        Proof::TimedOut { check } => check.clone(),
    };
    Entry {
        subject: &item.subject,
        kind: item.kind.word(),
        name: item.kind.name(),
        file: &item.file,
        line: (item.line > 0).then_some(item.line),
        result: item.word(),
        why,
        fails: &item.fails,
        remembered: item.remembered,
        ms: item.took.as_millis(),
    }
}
