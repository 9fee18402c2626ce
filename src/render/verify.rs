//! What `drill verify` found, for people; for programs as JSON and as `JUnit` XML.

pub mod json;
pub mod junit;
pub mod survey;

use super::layout::{cut, pad, width as columns, wrap_with};
use super::theme::Theme;
use crate::content::problem::Problem;
use crate::proof::Proof;
use crate::text::{count, list, printable};
use crate::verify::mutation::Surveyed;
use crate::verify::next::Next;
use crate::verify::{Item, Kind};
use std::fmt::Write as _;
use std::time::Duration;

/// Everything that a call of `drill verify` found.
pub struct Report<'a> {
    pub items: &'a [Item],
    /// What became of small edits, where that was asked for.
    pub surveys: &'a [Surveyed],
    /// Quiz files with how many questions they have.
    pub quizzes: &'a [(String, usize)],
    /// All problems, also those of the items.
    pub problems: &'a [Problem],
    /// What to do first.
    pub next: Option<&'a Next>,
    pub took: Duration,
    pub interrupted: bool,
}

impl Report<'_> {
    /// The items of one exercise or quiz, in the plan's order.
    pub fn subjects(&self) -> Vec<(&str, Vec<&Item>)> {
        let mut out: Vec<(&str, Vec<&Item>)> = Vec::new();
        for item in self.items {
            match out.last_mut() {
                Some((subject, items)) if *subject == item.subject => items.push(item),
                _ => out.push((&item.subject, vec![item])),
            }
        }
        out
    }
}

/// The whole report: a line for each exercise and quiz, then every problem, then the sum.
pub fn report(report: &Report<'_>, width: usize, theme: Theme) -> String {
    let mut out = String::new();
    let subjects = report.subjects();
    let names =
        subjects.iter().map(|(name, _)| *name).chain(report.quizzes.iter().map(|(file, _)| file.as_str()));
    let broad = names.map(columns).max().unwrap_or(0).min(48);
    for (name, items) in &subjects {
        let good = items.iter().all(|item| item.holds());
        let questions = report.quizzes.iter().find(|(file, _)| file == name).map(|(_, n)| *n);
        line(&mut out, name, broad, good, &tally(items, questions), width, theme);
    }
    for (file, questions) in report.quizzes {
        if !subjects.iter().any(|(name, _)| name == file) {
            let good = !report.problems.iter().any(|p| p.file == *file);
            line(&mut out, file, broad, good, &count(*questions, "question"), width, theme);
        }
    }
    out += &survey::surveys(report.surveys, theme);
    if !report.problems.is_empty() {
        out.push('\n');
    }
    for problem in report.problems {
        let _ = writeln!(out, "{}", theme.name(&place(&problem.file, problem.line)));
        for (i, text) in problem.message.lines().enumerate() {
            // What a program printed keeps its columns.
            let text = printable(text);
            let shown = if i == 0 { wrap_with(&text, width, "  ", "    ") } else { format!("    {text}") };
            let _ = writeln!(out, "{shown}");
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out += &sum(report, theme);
    if let Some(next) = report.next {
        let place = theme.name(&place(&next.file, next.line));
        let _ =
            writeln!(out, "\n{} {place}\n{}", theme.strong("next:"), wrap_with(&next.how, width, "  ", "  "));
    }
    out
}

/// `file:line`, or the file alone.
fn place(file: &str, line: usize) -> String {
    printable(&if line == 0 { file.to_string() } else { format!("{file}:{line}") })
}

fn line(out: &mut String, name: &str, broad: usize, good: bool, said: &str, width: usize, theme: Theme) {
    let mark = if good { theme.good(theme.tick()) } else { theme.bad(theme.cross()) };
    let first = format!("{} {}  ", pad(&mark, 2), theme.strong(&pad(&printable(name), broad)));
    let _ = writeln!(out, "{}", wrap_with(said, width, &first, &" ".repeat(broad + 5)));
}

/// `stub, solution, 2 alternatives, decoy; 25 of 26 variants caught, 1 missed`.
fn tally(items: &[&Item], questions: Option<usize>) -> String {
    let of = |kind: &str| items.iter().filter(|item| item.kind.word() == kind).count();
    let mut parts: Vec<String> = questions.map(|n| count(n, "question")).into_iter().collect();
    for kind in ["stub", "solution", "alternative", "decoy", "program"] {
        match (of(kind), kind) {
            (0, _) => {}
            (1, "stub" | "solution" | "decoy") => parts.push(kind.to_string()),
            (n, _) => parts.push(count(n, kind)),
        }
    }
    let mut out = parts.join(", ");
    let variants = of("variant");
    if variants > 0 {
        let words = |word: &str| {
            items.iter().filter(|i| matches!(i.kind, Kind::Variant(_)) && i.word() == word).count()
        };
        let caught = words("caught");
        let _ = if caught == variants {
            write!(out, "; {} caught", count(variants, "variant"))
        } else {
            write!(out, "; {caught} of {} caught", count(variants, "variant"))
        };
        for word in ["missed", "unviable", "timed out"] {
            if words(word) > 0 {
                let _ = write!(out, ", {} {word}", words(word));
            }
        }
    }
    let unproven = items.iter().filter(|i| !matches!(i.kind, Kind::Variant(_)) && i.proof != Proof::Holds);
    let unproven: Vec<String> = unproven.map(|i| called(&i.kind)).collect();
    if !unproven.is_empty() {
        let verb = if unproven.len() == 1 { "does" } else { "do" };
        let _ = write!(out, "; {} {verb} not hold", list(&unproven, "and"));
    }
    out
}

/// `solution`, `alternative by-expiry`, `program of q-1`.
fn called(kind: &Kind) -> String {
    kind.name().map_or_else(|| kind.word().to_string(), |name| format!("{} `{name}`", kind.word()))
}

fn sum(report: &Report<'_>, theme: Theme) -> String {
    let holding = report.items.iter().filter(|item| item.holds()).count();
    let remembered = report.items.iter().filter(|item| item.remembered).count();
    let fresh = report.items.len() - remembered;
    let mut facts = vec![format!("{:.1} s", report.took.as_secs_f64())];
    // Mutants take time too, and are counted by themselves.
    if fresh > 0 && !report.took.is_zero() && report.surveys.is_empty() {
        #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
        facts.push(format!("{:.1} a second", fresh as f64 / report.took.as_secs_f64()));
    }
    if remembered > 0 {
        facts.push(format!("{remembered} unchanged since the last time: `--all` proves them again"));
    }
    let facts = facts.join("; ");
    let proofs = match (holding, report.items.len()) {
        (_, 0) => "nothing to prove by running".to_string(),
        (h, n) if h == n => format!("{} {}", count(n, "proof"), if n == 1 { "holds" } else { "hold" }),
        (h, n) => format!("{h} of {} hold", count(n, "proof")),
    };
    let verdict = match report.problems.len() {
        _ if report.interrupted => theme.warn("Interrupted."),
        0 => theme.good("All is proved."),
        n => theme.bad(&format!("{} to mend.", count(n, "problem"))),
    };
    format!("{verdict} {proofs} ({facts}).\n")
}

/// What is being done, on one line.
pub fn progress(done: usize, all: usize, item: &Item, width: usize, theme: Theme) -> String {
    let text = format!("{done} of {all}  {}", printable(&item.subject));
    theme.dim(&cut(&text, width, theme.unicode))
}

#[cfg(test)]
mod tests;
