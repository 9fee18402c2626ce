//! The watch screen: a pure function from the state, a size and a theme to lines.

pub mod body;
pub mod pages;
#[cfg(test)]
mod tests;

use super::state::{Here, Overlay, Phase, State};
use crate::content::checklist::CheckInfo;
use crate::render::layout::{cut, fold, pad, width, wrap};
use crate::render::theme::Theme;
use crate::text;
use std::path::Path;

/// What the screen shows besides the state.
pub struct Surroundings<'a> {
    /// The workspace, to open in the editor.
    pub root: &'a Path,
    /// The checks of the current exercise.
    pub checklist: &'a [CheckInfo],
    /// Whether keys can be pressed: nobody is told to press one otherwise.
    pub has_keys: bool,
}

/// Text wider than this is hard to read.
const MAX_WIDTH: usize = 100;
/// Header, footer and the rules beside them.
const FRAME: usize = 4;

/// A frame of exactly `rows` lines (at least 6), and how far the body could be scrolled.
pub fn frame(
    state: &State,
    around: &Surroundings<'_>,
    size: (usize, usize),
    theme: Theme,
) -> (Vec<String>, usize) {
    let (columns, rows) = (size.0.clamp(20, MAX_WIDTH), size.1.max(FRAME + 2));
    let text = body::body(state, around, columns, theme);
    let body: Vec<String> = text.lines().flat_map(|line| fold(line, columns)).collect();
    let notice = notice(state, columns, rows - FRAME - 1, theme);
    let room = rows - FRAME - notice.len();
    let furthest = body.len().saturating_sub(room);
    let scroll = state.scroll.min(furthest);
    let below = body.len() - scroll - room.min(body.len() - scroll);
    let mut lines = vec![header(state, columns, theme), rule("", columns, theme)];
    lines.extend(body.into_iter().skip(scroll).take(room));
    lines.resize(2 + room, String::new());
    lines.extend(notice);
    let more = match (scroll, below) {
        (0, 0) => next_move(state).to_string(),
        (_, 0) => format!(" {} above (k) ", text::count(scroll, "line")),
        (_, n) => format!(" {} more below (j, space) ", text::count(n, "line")),
    };
    lines.push(rule(&more, columns, theme));
    lines.push(footer(state, columns, theme));
    (lines, furthest)
}

/// The same for streams that can't be redrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    body: String,
    notice: Option<String>,
    keys: String,
}

pub fn lines(state: &State, around: &Surroundings<'_>, columns: usize, theme: Theme) -> Lines {
    let keys: Vec<String> = keys(state).iter().map(|(key, does)| format!("{key} {does}")).collect();
    Lines {
        body: body::body(state, around, columns, theme),
        notice: state.notice.clone(),
        keys: if around.has_keys { keys.join(", ") } else { String::new() },
    }
}

impl Lines {
    /// What was not printed yet, as lines.
    pub fn news_since(&self, printed: &Lines) -> String {
        let mut out = String::new();
        if self.body != printed.body {
            out += &self.body;
        }
        if let Some(notice) = self.notice.as_ref().filter(|_| self.notice != printed.notice) {
            out += &format!("note: {}\n", text::printable(notice));
        }
        if self.keys != printed.keys {
            out += &format!("keys: {}\n", self.keys);
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}

/// `word` near the right end of a line across the screen.
fn rule(word: &str, columns: usize, theme: Theme) -> String {
    let word = cut(word, columns.saturating_sub(4), theme.unicode);
    let line = theme.rule().repeat(columns.saturating_sub(width(&word) + 2));
    theme.dim(&format!("{line}{word}{}", theme.rule().repeat(2)))
}

fn header(state: &State, columns: usize, theme: Theme) -> String {
    let path = state.followed().map(|p| p.title.as_str());
    let topic = state.topic().map(|t| t.title.as_str());
    let place: Vec<&str> = path.into_iter().chain(topic).collect();
    let sep = if theme.unicode { " › " } else { " > " };
    let (passed, all) = match state.topic() {
        Some(topic) => state.standing.passed(&topic.exercises),
        None => state.standing.passed(state.atlas.exercises()),
    };
    let bar = format!("{} {passed}/{all}", progress_bar(passed, all, 10, theme));
    let room = columns.saturating_sub(width(&bar) + 8);
    let place = cut(&text::printable(&place.join(sep)), room, theme.unicode);
    let left = format!("{} {place}", theme.strong("drill"));
    format!("{}{bar}", pad(&left, columns.saturating_sub(width(&bar))))
}

fn progress_bar(done: usize, all: usize, cells: usize, theme: Theme) -> String {
    let filled = (done * cells).checked_div(all).unwrap_or(0);
    let (full, empty) = if theme.unicode { ("█", "░") } else { ("#", ".") };
    format!("{}{}", theme.good(&full.repeat(filled)), theme.dim(&empty.repeat(cells - filled)))
}

/// The last thing to tell, in at most `most` lines.
fn notice(state: &State, columns: usize, most: usize, theme: Theme) -> Vec<String> {
    let Some(notice) = &state.notice else { return Vec::new() };
    let mut lines = wrap(&text::printable(notice).replace('\n', " "), columns);
    lines.truncate(most.min(3));
    lines.iter().flat_map(|line| fold(&theme.warn(line), columns)).take(most).collect()
}

/// What to do about the verdict, where nothing else is to be said.
fn next_move(state: &State) -> &'static str {
    let solving = state.overlay == Overlay::None && matches!(state.here, Here::Solve { .. });
    match &state.phase {
        Phase::Judged(verdict) if solving && !verdict.passed() => " edit and save: it is judged again ",
        _ => "",
    }
}

/// Those of the moment; where there are charts, they come before what is always there.
fn keys(state: &State) -> Vec<(&'static str, &'static str)> {
    let mut keys = usual_keys(state).to_vec();
    if state.overlay == Overlay::None && state.has_series() {
        let before_last = keys.iter().position(|(key, _)| *key == "l").unwrap_or(0);
        keys.insert(before_last, ("c", "charts"));
    }
    keys
}

fn usual_keys(state: &State) -> &'static [(&'static str, &'static str)] {
    match (&state.overlay, &state.here) {
        (Overlay::ConfirmReset, _) => &[("y", "put it back"), ("any other key", "keep mine")],
        (Overlay::Paths, _) => &[("1-9", "follow that path"), ("any other key", "back")],
        (Overlay::Help, _) => &[("?", "back"), ("q", "back")],
        (Overlay::None, Here::Solve { .. }) if state.has_passed() => &[
            ("n", "next"),
            ("s", "solution"),
            ("d", "compare"),
            ("w", "write-up"),
            ("l", "list"),
            ("?", "all keys"),
            ("q", "quit"),
        ],
        (Overlay::None, Here::Solve { .. }) if state.exercise().is_some_and(|e| e.foreign.is_some()) => &[
            ("h", "hint"),
            ("e", "edit"),
            ("n", "next"),
            ("r", "run"),
            ("l", "list"),
            ("?", "all keys"),
            ("q", "quit"),
        ],
        (Overlay::None, Here::Solve { .. }) => &[
            ("h", "hint"),
            ("e", "edit"),
            ("n", "next"),
            ("r", "run"),
            ("w", "write-up"),
            ("l", "list"),
            ("?", "all keys"),
            ("q", "quit"),
        ],
        (Overlay::None, Here::Read { .. }) if state.atlas.welcome.is_some() => {
            &[("n", "next"), ("l", "list"), ("?", "all keys"), ("q", "quit")]
        }
        (Overlay::None, Here::Read { .. }) => {
            &[("w", "read"), ("n", "next"), ("l", "list"), ("p", "paths"), ("?", "all keys"), ("q", "quit")]
        }
        (Overlay::None, Here::Quiz { .. }) => &[
            ("z", "take the quiz"),
            ("n", "next"),
            ("w", "write-up"),
            ("l", "list"),
            ("?", "all keys"),
            ("q", "quit"),
        ],
        (Overlay::None, Here::Finished { .. }) if state.open_steps().is_empty() => {
            &[("p", "paths"), ("l", "list"), ("?", "all keys"), ("q", "quit")]
        }
        (Overlay::None, Here::Finished { .. }) => {
            &[("n", "next"), ("p", "paths"), ("l", "list"), ("?", "all keys"), ("q", "quit")]
        }
    }
}

/// The keys that fit, the last two first: help and the way out.
fn footer(state: &State, columns: usize, theme: Theme) -> String {
    const GAP: usize = 2;
    let items: Vec<String> =
        keys(state).iter().map(|(key, does)| format!("{} {}", theme.name(key), theme.dim(does))).collect();
    let (most, last) = items.split_at(items.len().saturating_sub(2));
    let mut left = (columns + GAP).saturating_sub(last.iter().map(|item| width(item) + GAP).sum());
    let fitting = most.iter().take_while(|item| {
        let fits = width(item) + GAP <= left;
        left = left.saturating_sub(width(item) + GAP);
        fits
    });
    let shown: Vec<&str> = fitting.chain(last).map(String::as_str).collect();
    shown.join(&" ".repeat(GAP))
}
