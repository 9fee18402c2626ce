//! Hints as they are taken, and the solution beside the learner's text.

use super::layout::{as_written, wrap_with};
use super::theme::Theme;
use crate::content::model::Exercise;
use crate::text::{count, printable};
use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;

/// One hint, by its number from 1, and how many more there are.
pub fn hint(exercise: &Exercise, number: usize, width: usize, theme: Theme) -> String {
    let total = exercise.hints.len();
    let mut out = one(exercise, number, width, theme);
    let left = total.saturating_sub(number);
    if left > 0 {
        let _ = writeln!(out, "{} left", count(left, "hint"));
    } else if total > 1 {
        let _ = writeln!(out, "That was the last hint.");
    }
    out
}

/// A foreign pack need not have hints.
pub fn none(exercise: &Exercise, theme: Theme) -> String {
    format!(
        "There is no hint for {}.\n    {}  shows the solution\n",
        theme.name(&exercise.id),
        theme.name(&format!("drill solution {} --give-up", exercise.id)),
    )
}

/// The hints taken so far, once more.
pub fn taken(exercise: &Exercise, taken: usize, width: usize, theme: Theme) -> String {
    if taken == 0 {
        return format!(
            "no hint for {} was taken yet; {} shows the first\n",
            theme.name(&exercise.id),
            theme.name("drill hint")
        );
    }
    (1..=taken.min(exercise.hints.len())).map(|n| one(exercise, n, width, theme)).collect()
}

/// All hints are taken: what is left to do.
pub fn no_more(exercise: &Exercise, theme: Theme) -> String {
    format!(
        "There are no more hints for {}.\n    {}  shows them again\n    {}  shows the solution\n",
        theme.name(&exercise.id),
        theme.name(&format!("drill hint {} --again", exercise.id)),
        theme.name(&format!("drill solution {} --give-up", exercise.id)),
    )
}

fn one(exercise: &Exercise, number: usize, width: usize, theme: Theme) -> String {
    let text = exercise.hints.get(number.saturating_sub(1)).map_or("", String::as_str);
    let all = exercise.hints.len();
    let head = if all == 1 { "Hint".to_string() } else { format!("Hint {number}/{all}") };
    let text = match &exercise.foreign {
        None => wrap_with(&printable(text), width, "  ", "  "),
        Some(_) => as_written(&printable(text), width, "  "),
    };
    format!("{} {}\n\n{text}\n\n", theme.heading(&head), theme.dim(&exercise.id))
}

/// How the learner's text differs from the solution, in the usual form with three lines around; `None` when it
/// does not. Line ends and what stands at the end of a line make no difference.
pub fn difference(exercise: &Exercise, yours: &str, solution: &str, theme: Theme) -> Option<String> {
    let tidy = |text: &str| -> String {
        let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
        lines.map(|line| format!("{}\n", line.trim_end())).collect()
    };
    let (yours, solution) = (tidy(yours), tidy(solution));
    if yours == solution {
        return None;
    }
    let diff = TextDiff::from_lines(&yours, &solution);
    let mut out = format!(
        "{}\n{}\n",
        theme.bad(&format!("--- {} (yours)", exercise.stub_path())),
        theme.good(&format!("+++ {}", exercise.solution_path()))
    );
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let _ = writeln!(out, "{}", theme.name(hunk.header().to_string().trim_end()));
        for change in hunk.iter_changes() {
            let line = printable(change.value().trim_end_matches('\n'));
            let line = match change.tag() {
                ChangeTag::Equal => format!(" {line}"),
                ChangeTag::Delete => theme.bad(&format!("-{line}")),
                ChangeTag::Insert => theme.good(&format!("+{line}")),
            };
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::model::{Limits, Mode};

    fn exercise() -> Exercise {
        Exercise {
            id: "t/01-a".to_string(),
            title: "A".to_string(),
            mode: Mode::Implement,
            minutes: 1,
            learned: "b".to_string(),
            read: None,
            hints: ["one", "two", "three"].map(ToString::to_string).to_vec(),
            lab: false,
            opt_level: 0,
            limits: Limits::of(false),
            foreign: None,
        }
    }

    #[test]
    fn hints_are_numbered() {
        let show = |n| hint(&exercise(), n, 60, Theme::plain());
        assert_eq!(show(1), "Hint 1/3 t/01-a\n\n  one\n\n2 hints left\n");
        assert_eq!(show(2), "Hint 2/3 t/01-a\n\n  two\n\n1 hint left\n");
        assert_eq!(show(3), "Hint 3/3 t/01-a\n\n  three\n\nThat was the last hint.\n");
    }

    #[test]
    fn the_difference_is_a_unified_diff() {
        let yours = "a\nb\nc\nd\ne\nf\ng\n\x1b[2J\n";
        let solution = "a\nb\nc\nd\nE\nf\ng\n\x1b[2J\n";
        assert_eq!(
            difference(&exercise(), yours, solution, Theme::plain()).unwrap(),
            "--- exercises/t/01-a.rs (yours)\n+++ solutions/t/01-a.rs\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n \\u{1b}[2J\n"
        );
        assert_eq!(difference(&exercise(), "\u{feff}a  \r\nb", "a\nb\n", Theme::plain()), None);
    }
}
