//! What `init` and `reset` did.

use super::layout::wrap_with;
use super::theme::Theme;
use crate::text::{count, names, printable};
use crate::workspace::{init, reset};
use std::fmt::Write as _;
use std::path::Path;

/// More names than this are counted only.
const NAMED: usize = 6;

/// After `init`. `place` is how the workspace is called from where the learner is; empty: it is there.
pub fn init(outcome: &init::Outcome, place: &str, width: usize, theme: Theme) -> String {
    let shown = if place.is_empty() { "this folder".to_string() } else { format!("`{}`", printable(place)) };
    let size = format!("{}, {}", count(outcome.topics, "topic"), count(outcome.exercises, "exercise"));
    let mut out = String::new();
    let done = outcome.added.len() + outcome.restored.len() + outcome.refreshed.len();
    if outcome.made {
        let _ = writeln!(out, "{} made a workspace in {shown}: {size}", theme.good(theme.tick()));
    } else if done == 0 && outcome.kept.iter().all(|k| k.update.is_none()) {
        let _ = writeln!(out, "{} {shown} is up to date: {size}", theme.good(theme.tick()));
    } else {
        let _ = writeln!(out, "{} brought {shown} up to date: {size}", theme.good(theme.tick()));
        for (word, paths) in [
            ("added", &outcome.added),
            ("restored (it was gone)", &outcome.restored),
            ("refreshed (you had not touched it)", &outcome.refreshed),
        ] {
            some(&mut out, word, paths, width);
        }
    }
    let offered: Vec<_> =
        outcome.kept.iter().filter_map(|k| Some((k.path.as_str(), k.update.as_deref()?))).collect();
    for (path, update) in &offered {
        let text = format!("kept yours: `{path}`; its new version is `{update}`");
        let _ = writeln!(out, "{}", wrap_with(&text, width, "  ", "    "));
    }
    let mine = outcome.kept.len() - offered.len();
    if mine > 0 {
        let _ = writeln!(out, "  kept yours: {} that you edited", count(mine, "file"));
    }
    out.push('\n');
    if place.is_empty() {
        let _ = writeln!(out, "Open this folder in your editor, then type");
        let _ = writeln!(out, "    {}", theme.name("drill watch"));
    } else {
        let _ = writeln!(out, "Open that folder in your editor, then type");
        let _ = writeln!(out, "    {}", theme.name(&format!("cd {}", quoted(place))));
        let _ = writeln!(out, "    {}", theme.name("drill watch"));
    }
    out
}

fn some(out: &mut String, word: &str, paths: &[String], width: usize) {
    if paths.is_empty() {
        return;
    }
    let text = if paths.len() > NAMED {
        format!("{word}: {}", count(paths.len(), "file"))
    } else {
        format!("{word}: {}", names(paths))
    };
    let _ = writeln!(out, "{}", wrap_with(&text, width, "  ", "    "));
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(plain) { path.to_string() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// After `reset`. `root` is the workspace, so that the backup's place can be said from there.
pub fn reset(outcome: &reset::Outcome, root: &Path, width: usize, theme: Theme) -> String {
    let mut out = String::new();
    some(&mut out, "back to the stub", &outcome.replaced, width);
    some(&mut out, "restored (it was gone)", &outcome.restored, width);
    if outcome.replaced.is_empty() && outcome.restored.is_empty() {
        return match outcome.untouched.as_slice() {
            [one] => format!("`{one}` is still the stub; there is nothing to do\n"),
            many => {
                format!("all {} are still stubs; there is nothing to do\n", count(many.len(), "exercise"))
            }
        };
    }
    backup(&mut out, outcome, root, width, "what you wrote is in");
    let _ = writeln!(out, "    {}  brings it back", theme.name("drill reset --undo"));
    out
}

/// After `reset --undo`.
pub fn undo(outcome: &reset::Outcome, root: &Path, width: usize, theme: Theme) -> String {
    let mut out = String::new();
    if outcome.replaced.is_empty() && outcome.restored.is_empty() {
        return "everything is as in the newest backup; there is nothing to do\n".to_string();
    }
    let back: Vec<String> = outcome.replaced.iter().chain(&outcome.restored).cloned().collect();
    some(&mut out, "brought back", &back, width);
    backup(&mut out, outcome, root, width, "what was there is in");
    if outcome.backup.is_some() {
        let _ = writeln!(out, "    {}  undoes this too", theme.name("drill reset --undo"));
    }
    out
}

fn backup(out: &mut String, outcome: &reset::Outcome, root: &Path, width: usize, words: &str) {
    if let Some(backup) = &outcome.backup {
        let inside = backup.strip_prefix(root).unwrap_or(backup).display().to_string();
        let _ = writeln!(out, "{}", wrap_with(&format!("{words} `{inside}`"), width, "  ", "    "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_workspace_says_what_to_type() {
        let outcome = init::Outcome { made: true, topics: 1, exercises: 4, ..init::Outcome::default() };
        assert_eq!(
            init(&outcome, "my work", 80, Theme::plain()),
            "ok made a workspace in `my work`: 1 topic, 4 exercises\n\n\
             Open that folder in your editor, then type\n    cd 'my work'\n    drill watch\n"
        );
    }

    #[test]
    fn an_update_names_every_edited_file_with_its_new_version() {
        let kept = |path: &str, update: Option<&str>| init::Kept {
            path: path.to_string(),
            update: update.map(ToString::to_string),
        };
        let outcome = init::Outcome {
            topics: 1,
            exercises: 4,
            added: vec!["a".to_string()],
            refreshed: (0..9).map(|n| n.to_string()).collect(),
            kept: vec![kept("x.rs", Some(".drill/updates/x.rs")), kept("y.rs", None)],
            ..init::Outcome::default()
        };
        let text = init(&outcome, "", 80, Theme::plain());
        assert!(text.starts_with(
            "ok brought this folder up to date: 1 topic, 4 exercises\n\
             \x20 added: `a`\n\
             \x20 refreshed (you had not touched it): 9 files\n\
             \x20 kept yours: `x.rs`; its new version is `.drill/updates/x.rs`\n\
             \x20 kept yours: 1 file that you edited\n\n"
        ));
    }
}
