//! What is said about an answer: how it misses, why each wrong option is wrong, the explanation, where to
//! read. As a colleague would say it.

use super::{book, labelled};
use crate::content::quantity::shown;
use crate::content::question::{Numeric, Outcome, Question, Task};
use crate::quiz::draft::Review;
use crate::quiz::grade::{Grade, Miss};
use crate::quiz::{OptionView, QuestionView};
use crate::render::layout::{pad, wrap_with};
use crate::render::markdown::markdown;
use crate::render::theme::Theme;
use crate::text::{count, list, printable};

pub fn review(view: &QuestionView<'_>, review: &Review, width: usize, theme: Theme) -> String {
    let question = view.question;
    let (mark, is_right) = match review.grade {
        Grade::Right => (theme.good(theme.tick()), true),
        Grade::Wrong(_) => (theme.bad(theme.cross()), false),
    };
    let mut out = String::from("\n");
    let headline = wrap_with(&headline(view, &review.grade), width, &format!("{mark} "), "  ");
    out += &format!("{headline}\n");
    if let (false, Some(block)) = (is_right, right_block(question)) {
        out.push('\n');
        for line in printable(block.trim_end()).lines() {
            out += format!("    {line}").trim_end();
            out.push('\n');
        }
    }
    if !view.options.is_empty() {
        out.push('\n');
    }
    for option in &view.options {
        out += &explained(option, width, theme);
    }
    if let Some(context) = &question.context {
        out.push('\n');
        out += &markdown(&book::plain(context), width, theme);
    }
    if let (false, Some(belief)) = (is_right, &question.misconception) {
        out.push('\n');
        out += &markdown(&format!("What is easily believed instead: {}", belief.trim()), width, theme);
    }
    if let Some(why) = &review.why {
        out += &format!("\n{}\n", wrap_with(&format!("You wrote: {}", printable(why)), width, "", "  "));
    }
    if let (Some(topic), Some(anchor)) = (&view.subject.topic, &question.read) {
        let command = printable(&format!("drill read {topic}#{anchor}"));
        out += &format!("\n{} {}\n", theme.arrow(), theme.name(&command));
    }
    out
}

/// An option with its mark, and why it is wrong.
fn explained(option: &OptionView<'_>, width: usize, theme: Theme) -> String {
    let mark = match (option.is_right, option.picked) {
        (true, true) => theme.good(theme.tick()),
        (true, false) => theme.good(theme.arrow()),
        (false, true) => theme.bad(theme.cross()),
        (false, false) => String::new(),
    };
    // The number stands where it stood in the question.
    let number = option.label.to_string();
    let mut out =
        labelled(&format!(" {} {}  ", pad(&mark, 2), theme.strong(&number)), option.text, width, theme);
    if let Some(reason) = option.reason {
        let dash = if theme.unicode { "–" } else { "-" };
        let indent = " ".repeat(6 + number.len());
        out += &labelled(&format!("{indent}{dash} "), reason, width, theme);
    }
    out
}

/// Right, or how the answer misses and what the right one is.
fn headline(view: &QuestionView<'_>, grade: &Grade) -> String {
    let Grade::Wrong(miss) = grade else { return "right".to_string() };
    let text = match (miss, &view.question.task) {
        (Miss::Options { left_out, picked_wrong }, Task::Choice(choice)) => {
            options(view, choice.multi, *left_out, *picked_wrong)
        }
        (Miss::Number { in_unit }, Task::Short(short)) => match &short.numeric {
            Some(numeric) => number(&short.answer, numeric, *in_unit),
            None => answer(&short.answer),
        },
        (Miss::Unit { written }, Task::Short(short)) => {
            let unit = short.numeric.as_ref().and_then(|n| n.unit.as_deref()).unwrap_or_default();
            format!("the unit asked for is {unit}, you wrote {written}; {}", answer(&short.answer))
        }
        (_, Task::Short(short)) => answer(&short.answer),
        (miss, Task::Tracing(tracing)) => traced(miss, &tracing.outcome),
        (_, Task::Choice(_)) => "another option is right".to_string(),
    };
    printable(&format!("not quite: {text}")).replace('\n', " ")
}

fn options(view: &QuestionView<'_>, multi: bool, left_out: usize, picked_wrong: usize) -> String {
    let right: Vec<String> =
        view.options.iter().filter(|o| o.is_right).map(|o| o.label.to_string()).collect();
    if !multi {
        return format!("the answer is {}", list(&right, "and"));
    }
    let verb = if right.len() == 1 { "is" } else { "are" };
    let all = format!("{} {verb} right", list(&right, "and"));
    match (left_out, picked_wrong) {
        (0, n) => format!("{} too many: {all}", count(n, "pick")),
        (n, 0) => format!("{} missing: {all}", count(n, "pick")),
        (missing, wrong) => format!("{} missing, {wrong} too many: {all}", count(missing, "pick")),
    }
}

fn answer(answer: &str) -> String {
    if answer.trim().contains('\n') {
        return "this is the answer".to_string();
    }
    format!("the answer is {}", answer.trim())
}

fn number(key: &str, numeric: &Numeric, given: f64) -> String {
    let unit = numeric.unit.as_deref().unwrap_or_default();
    let mut text = answer(key);
    if numeric.tolerance > 0.0 {
        text += &format!(" (give or take {} {unit})", shown(numeric.tolerance));
        text = text.replace(" )", ")");
    }
    let factor = if numeric.value == 0.0 { 1.0 } else { given / numeric.value };
    let is_power = [1e-9, 1e-6, 1e-3, 1e-2, 1e-1, 1e1, 1e2, 1e3, 1e6, 1e9]
        .iter()
        .any(|power| (factor / power - 1.0).abs() < 1e-6);
    let given = format!("{} {unit}", shown(given));
    match factor {
        f if is_power && f > 1.0 => format!("{text}; yours is {} times that", shown(f)),
        f if is_power => format!("{text}; yours is 1/{} of that", shown(1.0 / f)),
        _ => format!("{text}, not {}", given.trim()),
    }
}

fn traced(miss: &Miss, outcome: &Outcome) -> String {
    match (miss, outcome) {
        (Miss::Output { line, expected: Some(expected), given: Some(given) }, _) => {
            format!("line {line} of the output is `{expected}`, not `{given}`")
        }
        (Miss::Output { line, expected: Some(expected), given: None }, _) => {
            format!("line {line} of the output is missing, `{expected}`")
        }
        (Miss::Output { line: 1, expected: None, .. }, _) => "it prints nothing".to_string(),
        (Miss::Output { line, .. }, _) => format!("the output ends after {}", count(line - 1, "line")),
        (_, Outcome::Compiles { stdout: Some(_) }) => "it compiles, and prints".to_string(),
        (_, Outcome::Compiles { stdout: None }) => "it compiles".to_string(),
        (Miss::Compiles, Outcome::Rejected { line: Some(line) }) => {
            format!("it does not compile; the error points at line {line}")
        }
        (_, Outcome::Rejected { line: Some(line) }) => format!("the error points at line {line}"),
        (_, Outcome::Rejected { line: None }) => "it does not compile".to_string(),
    }
}

/// A right answer of several lines: code, or a program's output.
fn right_block(question: &Question) -> Option<&str> {
    match &question.task {
        Task::Short(short) if short.answer.trim().contains('\n') => Some(&short.answer),
        Task::Tracing(tracing) => match &tracing.outcome {
            Outcome::Compiles { stdout: Some(stdout) } if !stdout.trim().is_empty() => Some(stdout),
            _ => None,
        },
        _ => None,
    }
}
