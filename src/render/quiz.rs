//! How a quiz looks: the question, what is asked for, the feedback, the score. Text for a terminal that
//! prints lines; `page` is the same as one screen.

mod book;
pub mod feedback;

use crate::content::question::{Question, Task};
use crate::quiz::draft::Step;
use crate::quiz::{QuestionView, Stage, Subject, Summary, View};
use crate::render::layout::{cut, width as columns};
use crate::render::markdown::markdown;
use crate::render::theme::Theme;
use crate::text::{count, printable};

/// What the quiz is about.
pub fn title(subject: &Subject, theme: Theme) -> String {
    format!("{} {}\n", theme.strong("Quiz:"), printable(&subject.title).replace('\n', " "))
}

/// The question, with its options unless they are explained already; without what is typed.
pub fn question(view: &QuestionView<'_>, width: usize, theme: Theme) -> String {
    let mut out = head(view, theme);
    let question = view.question;
    for text in question.part.iter().map(String::as_str).chain([question.prompt()]) {
        out.push('\n');
        out += &markdown(&book::plain(text), width, theme);
    }
    if let Task::Tracing(tracing) = &question.task {
        out.push('\n');
        out += &listing(&tracing.program, theme);
    }
    let Stage::Asking { step, .. } = &view.stage else { return out };
    if !view.options.is_empty() {
        out.push('\n');
    }
    let multi = *step == Step::Pick { multi: true };
    for option in &view.options {
        let mark = match (multi, option.picked) {
            (true, true) => "[x]",
            (true, false) => "[ ]",
            (false, true) => "  >",
            (false, false) => "   ",
        };
        let label = format!("{mark} {}  ", theme.strong(&option.label.to_string()));
        out += &labelled(&label, option.text, width, theme);
    }
    out
}

fn head(view: &QuestionView<'_>, theme: Theme) -> String {
    let place = format!("Question {} of {}", view.number, view.of);
    let score = match view.answered {
        0 => String::new(),
        answered => format!("   {} of {answered} right", view.right),
    };
    format!("{}{}\n", theme.heading(&place), theme.dim(&score))
}

/// Markdown behind a label that ends with its gap; further lines stand below the first one.
fn labelled(label: &str, text: &str, width: usize, theme: Theme) -> String {
    let indent = columns(label);
    let text = markdown(&book::plain(text), width.saturating_sub(indent).max(20), theme);
    let mut out = String::new();
    for (i, line) in text.lines().enumerate() {
        let gutter = if i == 0 { label.to_string() } else { " ".repeat(indent) };
        out += format!("{gutter}{line}").trim_end();
        out.push('\n');
    }
    if out.is_empty() { format!("{}\n", label.trim_end()) } else { out }
}

/// A program with line numbers.
fn listing(program: &str, theme: Theme) -> String {
    let program = printable(program.trim_end());
    let digits = program.lines().count().to_string().len();
    let mut out = String::new();
    for (i, line) in program.lines().enumerate() {
        let gutter = theme.dim(&format!("{:>digits$} {}", i + 1, theme.bar()));
        out += format!("  {gutter} {line}").trim_end();
        out.push('\n');
    }
    out
}

/// What to type next, where whole lines are read; ends without a newline.
pub fn ask(view: &View<'_>) -> String {
    let view = match view {
        View::Question(view) => view,
        View::Summary(summary) => return ask_after(summary),
    };
    let Stage::Asking { step, lines, .. } = &view.stage else {
        let next = if view.number == view.of { "shows the score" } else { "goes on" };
        return format!("Enter {next}, q leaves: ");
    };
    if !lines.is_empty() {
        return "> ".to_string();
    }
    let commands = match step {
        Step::Pick { .. } | Step::Compiles | Step::LineNumber => ", s skips, q leaves",
        Step::Text | Step::Lines { .. } | Step::Output => " (:s skips, :q leaves)",
        Step::Why => "",
    };
    let end = match step {
        Step::Lines { .. } | Step::Output => "\n> ",
        _ => ": ",
    };
    format!("{}{commands}{end}", what(view, *step))
}

/// What is asked for.
fn what(view: &QuestionView<'_>, step: Step) -> String {
    let options = view.options.len();
    match step {
        Step::Pick { multi: false } => format!("answer (1-{options})"),
        Step::Pick { multi: true } => format!("answers (1-{options}; several: 1 2)"),
        Step::Text => {
            unit(view).map_or("answer".to_string(), |unit| format!("answer in {}", printable(unit)))
        }
        Step::Lines { code: true } => "code, then an empty line".to_string(),
        Step::Lines { code: false } => "answer, then an empty line".to_string(),
        Step::Compiles => "does it compile? (y/n)".to_string(),
        Step::Output => "what does it print? then an empty line".to_string(),
        Step::LineNumber => "the line that the error points at".to_string(),
        Step::Why => "why? a sentence, or just Enter".to_string(),
    }
}

fn ask_after(summary: &Summary<'_>) -> String {
    match summary.total - summary.right {
        0 => "Enter leaves: ".to_string(),
        1 => "r asks the one again that is not right, Enter leaves: ".to_string(),
        n => format!("r asks the {n} again that are not right, Enter leaves: "),
    }
}

fn unit<'v>(view: &QuestionView<'v>) -> Option<&'v str> {
    match &view.question.task {
        Task::Short(short) => short.numeric.as_ref()?.unit.as_deref(),
        _ => None,
    }
}

/// Why something has to be typed again.
pub fn notice(text: &str, theme: Theme) -> String {
    format!("{}\n", theme.warn(&printable(text)))
}

/// The score, and what to read.
pub fn summary(summary: &Summary<'_>, width: usize, theme: Theme) -> String {
    let mut out = String::from("\n");
    let Summary { round_right, round_asked, round_total, right, total, .. } = *summary;
    let (mark, line) = if round_total == 0 {
        (
            theme.good(theme.tick()),
            match total {
                1 => "the question is answered right already".to_string(),
                n => format!("all {n} questions are right already"),
            },
        )
    } else if round_asked < round_total {
        let line =
            format!("left after {round_asked} of {}: {round_right} right", count(round_total, "question"));
        (theme.open().to_string(), line)
    } else if right == total {
        let line = if round_total == total {
            if total == 1 { "right".to_string() } else { format!("all {total} questions right") }
        } else {
            format!("{round_right} of {round_total} right, and with that all {total}")
        };
        (theme.good(theme.tick()), line)
    } else {
        (theme.open().to_string(), format!("{round_right} of {round_total} right"))
    };
    out += &format!("{mark} {}\n", theme.strong(&line));
    if round_total != total && right != total {
        out += &format!("  {right} of {total} in the whole quiz\n");
    }
    for (what, questions) in [("not right yet", &summary.wrong), ("skipped", &summary.skipped)] {
        if !questions.is_empty() {
            out += &format!("\n  {}\n", theme.strong(what));
        }
        for question in questions {
            out += &reminder(question, summary.subject.topic.as_deref(), width, theme);
        }
    }
    out
}

/// One line that recalls a question, and one with where to read.
fn reminder(question: &Question, topic: Option<&str>, width: usize, theme: Theme) -> String {
    let text = match &question.task {
        Task::Tracing(tracing) => telling_line(&tracing.program),
        _ => question.prompt(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = printable(&words.join(" "));
    let mut out = format!("  {} {}\n", theme.bullet(), cut(&line, width.saturating_sub(6), theme.unicode));
    if let (Some(topic), Some(anchor)) = (topic, &question.read) {
        out += &format!("    {}\n", theme.name(&printable(&format!("drill read {topic}#{anchor}"))));
    }
    out
}

/// The first line of a program by which one knows it again.
fn telling_line(program: &str) -> &str {
    let is_telling =
        |line: &&str| !line.is_empty() && !line.starts_with("use ") && !line.starts_with("fn main");
    program.lines().map(str::trim).find(is_telling).unwrap_or_default()
}

/// Everything as one screen, where keys are read one by one.
pub fn page(view: &View<'_>, width: usize, theme: Theme) -> String {
    let view = match view {
        View::Question(view) => view,
        View::Summary(score) => return summary(score, width, theme),
    };
    let mut out = title(view.subject, theme);
    out.push('\n');
    out += &question(view, width, theme);
    match &view.stage {
        Stage::Explained(given) => out += &feedback::review(view, given, width, theme),
        Stage::Asking { step, lines, input, notice: unclear } => {
            out.push('\n');
            if !matches!(step, Step::Pick { .. }) {
                out += &format!("{}\n", theme.strong(&what(view, *step)));
                for line in *lines {
                    out += &format!("> {}\n", printable(line));
                }
                out += &format!("> {}_\n", printable(input));
            }
            if let Some(unclear) = unclear {
                out += &notice(unclear, theme);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
