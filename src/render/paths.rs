//! The paths, the itinerary of one, and what comes next.

use super::layout::{pad, width as columns, wrap_with};
use super::theme::Theme;
use super::topics::also_builds_on;
use crate::content::foundations::foundations;
use crate::content::model::{Atlas, Opening, Path, Topic};
use crate::itinerary::{Next, Standing, Step, steps_of};
use crate::progress::State;
use crate::text::{count, list, minutes, printable};
use std::fmt::Write as _;

const BAR: usize = 20;

/// All paths with their progress; `followed` is an id.
pub fn paths(
    atlas: &Atlas,
    standing: &Standing,
    followed: Option<&str>,
    width: usize,
    theme: Theme,
) -> String {
    let mut out = String::new();
    let broad = atlas.paths.iter().map(|p| columns(&p.id)).max().unwrap_or(0);
    for path in &atlas.paths {
        let mark = if followed == Some(path.id.as_str()) { theme.arrow() } else { "" };
        let id = theme.name(&pad(&path.id, broad));
        let _ = writeln!(out, "{}{id}  {}", pad(mark, 3), theme.strong(&printable(&path.title)));
        out.push_str(&wrap_with(&printable(&path.summary), width, "   ", "   "));
        let _ = write!(out, "\n   {}\n\n", tally(atlas, path, standing, theme));
    }
    if let Some(id) = followed {
        let _ = write!(out, "{} is the path you follow; ", theme.name(id));
    }
    let _ = writeln!(out, "{} follows a path and shows its itinerary", theme.name("drill path NAME"));
    out
}

/// A bar, and the numbers that it stands for.
fn tally(atlas: &Atlas, path: &Path, standing: &Standing, theme: Theme) -> String {
    let exercises = path.topics.iter().filter_map(|id| atlas.topic(id)).flat_map(|t| &t.exercises);
    let (passed, all) = standing.passed(exercises);
    let planned = path.topics.iter().filter(|id| atlas.topic(id).is_none()).count();
    if all == 0 {
        return theme.dim(&format!("its {} are being written", count(planned, "topic")));
    }
    let written = match planned {
        0 => String::new(),
        1 => "; 1 topic is being written".to_string(),
        n => format!("; {n} topics are being written"),
    };
    format!("{} {passed} of {}{}", bar(passed, all, theme), count(all, "exercise"), theme.dim(&written))
}

fn bar(done: usize, all: usize, theme: Theme) -> String {
    let full = if done == all { BAR } else { (done * BAR / all.max(1)).max(usize::from(done > 0)) };
    let (yes, no) = if theme.unicode { ("█", "░") } else { ("#", ".") };
    format!("{}{}", theme.good(&yes.repeat(full)), theme.dim(&no.repeat(BAR - full)))
}

/// One path, topic by topic.
pub fn itinerary(atlas: &Atlas, path: &Path, standing: &Standing, width: usize, theme: Theme) -> String {
    let title = printable(&path.title);
    let mut out = format!("{} ({})\n", theme.heading(&title), path.id);
    out.push_str(&wrap_with(&printable(&path.summary), width, "", ""));
    let _ = writeln!(out, "\n{}", tally(atlas, path, standing, theme));
    let digits = path.topics.len().to_string().len();
    let mut last_written = None;
    for (i, id) in path.topics.iter().enumerate() {
        let number = format!("{:>digits$}. ", i + 1);
        let indent = " ".repeat(digits + 2);
        if let Some(topic) = atlas.topic(id) {
            last_written = Some(topic);
            let _ = writeln!(out, "\n{number}{}", theme.strong(&printable(&topic.title)));
            out.push_str(&stage(atlas, path, topic, standing, &indent, theme));
        } else {
            let gap = if i > 0 && atlas.topic(&path.topics[i - 1]).is_none() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{number}{id} {}", theme.dim("(being written)"));
        }
    }
    let behind = last_written
        .and_then(|last| path.topics.iter().position(|id| *id == last.id))
        .map_or(0, |at| path.topics.len() - at - 1);
    if behind > 0 {
        let (topics, are) = if behind == 1 { ("topic", "is") } else { ("topics", "are") };
        let n = if behind == 1 { String::new() } else { format!("{behind} ") };
        let _ = writeln!(out, "\nThe path ends early: its last {n}{topics} {are} being written.");
    }
    out
}

/// The lines of one topic on a path.
fn stage(
    atlas: &Atlas,
    path: &Path,
    topic: &Topic,
    standing: &Standing,
    indent: &str,
    theme: Theme,
) -> String {
    let mut out = String::new();
    for (id, paths) in &foundations(atlas, topic, Some(path)).elsewhere {
        let _ = writeln!(out, "{indent}{}", theme.dim(&also_builds_on(atlas, id, paths)));
    }
    let broad = topic.exercises.iter().map(|e| columns(e.name())).max().unwrap_or(0).max("write-up".len());
    for step in steps_of(topic) {
        let mark = if standing.is_done(step) { theme.good(theme.tick()) } else { theme.dim(theme.open()) };
        let (name, about) = match step {
            Step::Read(topic) => {
                let name = if topic.opening == Opening::Welcome { "welcome" } else { "write-up" };
                (name, if standing.is_done(step) { "read" } else { "" }.to_string())
            }
            Step::Solve(e) if e.foreign.is_some() => {
                let state = standing.state(&e.id);
                (e.name(), if state == State::New { String::new() } else { state.word().to_string() })
            }
            Step::Solve(e) => {
                let state = match standing.state(&e.id) {
                    State::New => String::new(),
                    state => format!("  {}", state.word()),
                };
                (e.name(), format!("{}  {:>7}{state}", pad(e.mode.word(), 9), minutes(e.minutes)))
            }
            Step::Quiz(_) => ("quiz", if standing.is_done(step) { "taken" } else { "" }.to_string()),
            Step::Planned(id) => (id, String::new()),
        };
        let line =
            format!("{indent}{} {}  {about}", pad(&mark, theme.tick().chars().count()), pad(name, broad));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// What to do next, with the command to paste. `root` is the workspace as seen from where the learner is.
pub fn whats_next(next: &Next<'_>, root: Option<&std::path::Path>, width: usize, theme: Theme) -> String {
    let (what, command) = match next {
        Next::Step(Step::Read(topic)) if topic.opening == Opening::Welcome => {
            ("begin with its first exercise".to_string(), "drill watch".to_string())
        }
        Next::Step(Step::Read(topic)) => {
            (format!("read about {}", printable(&topic.title)), format!("drill read {}", topic.id))
        }
        Next::Step(Step::Solve(exercise)) => {
            let what = match root {
                Some(root) => {
                    let file = root.join(exercise.stub_path());
                    format!("edit {}, and see it judged at every save", file.display())
                }
                None => format!("make a workspace, and start with {}", exercise.id),
            };
            (what, "drill watch".to_string())
        }
        Next::Step(Step::Quiz(topic)) => {
            (format!("take the quiz on {}", printable(&topic.title)), format!("drill quiz {}", topic.id))
        }
        Next::Step(Step::Planned(id)) => (format!("{id} is being written"), "drill topics".to_string()),
        Next::Finished { planned } if planned.is_empty() => {
            ("the path is done; choose another".to_string(), "drill path".to_string())
        }
        Next::Finished { planned } => (
            format!("all that is there is done; {} still to be written", list(planned, "and")),
            "drill path".to_string(),
        ),
    };
    format!(
        "{}\n    {}\n",
        wrap_with(&what, width, &format!("{} ", theme.strong("Next:")), "      "),
        theme.name(&command)
    )
}
