//! What `drill new` wrote, and what to type next.

use super::layout::wrap_with;
use super::theme::Theme;
use crate::content::load::ATLAS_FILE;
use crate::scaffold::Draft;
use std::fmt::Write as _;

/// What was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Topic { id: String, on_a_path: bool },
    Exercise { id: String },
    Quiz { topic: String },
}

/// The files of `draft`, which is written in `folder` (empty: here), and the next command.
pub fn written(draft: &Draft, folder: &str, next: &Next, width: usize, theme: Theme) -> String {
    let mut out = String::new();
    let inside = |path: &str| match folder {
        "" | "." => path.to_string(),
        folder => format!("{folder}/{path}"),
    };
    for (path, _) in &draft.new {
        let _ = writeln!(out, "{} {}", theme.good("wrote  "), inside(path));
    }
    for change in &draft.changed {
        let _ = writeln!(out, "{} {}", theme.warn("changed"), inside(&change.path));
    }
    let (command, why) = match next {
        Next::Topic { id, .. } => (
            format!("drill new exercise {id}/01-NAME"),
            "An exercise needs a name; `drill verify` says what else is left to write.",
        ),
        Next::Exercise { id } => (
            format!("drill verify {id}"),
            "It names what is left to write, one thing after another; `drill watch` shows the exercise as its \
             learners will see it.",
        ),
        Next::Quiz { topic } => {
            (format!("drill verify {topic}"), "It names what is left to write, one thing after another.")
        }
    };
    let _ = writeln!(out, "\n{} {}", theme.strong("next:"), theme.name(&command));
    let _ = writeln!(out, "{}", wrap_with(why, width, "  ", "  "));
    if let Next::Topic { id, on_a_path: false } = next {
        let say = format!(
            "No path leads there yet: put `{id}` into `topics` of one in {ATLAS_FILE}, where it belongs."
        );
        let _ = writeln!(out, "{}", wrap_with(&say, width, "  ", "  "));
    }
    out
}
