//! The watch screen: a pure function from the state, a size and a theme to lines.

use super::state::{Here, Overlay, Phase, State};
use crate::content::checklist::CheckInfo;
use crate::content::model::Exercise;
use crate::render::layout::{cut, pad, width, wrap_with};
use crate::render::theme::Theme;
use crate::render::verdict;
use crate::text;
use std::path::Path;

/// What the screen shows besides the state.
pub struct Surroundings<'a> {
    /// The workspace, to open in the editor.
    pub root: &'a Path,
    /// The checks of the current exercise.
    pub checklist: &'a [CheckInfo],
}

/// Text wider than this is hard to read.
const MAX_WIDTH: usize = 100;

/// A frame of exactly `rows` lines, and how far the body could be scrolled.
pub fn frame(
    state: &State,
    around: &Surroundings<'_>,
    size: (usize, usize),
    theme: Theme,
) -> (Vec<String>, usize) {
    let (columns, rows) = (size.0.clamp(20, MAX_WIDTH), size.1.max(6));
    let body: Vec<String> = body(state, around, columns, theme).lines().map(ToString::to_string).collect();
    let room = rows - 4;
    let furthest = body.len().saturating_sub(room);
    let scroll = state.scroll.min(furthest);
    let mut lines = vec![header(state, columns, theme), rule("", columns, theme)];
    lines.extend(body.iter().skip(scroll).take(room).cloned());
    lines.resize(2 + room, String::new());
    let below = body.len().saturating_sub(scroll + room);
    let more = match (scroll, below) {
        (0, 0) => String::new(),
        (_, 0) => format!(" {} above (k) ", text::count(scroll, "line")),
        (_, n) => format!(" {} more below (j, space) ", text::count(n, "line")),
    };
    lines.push(rule(&more, columns, theme));
    lines.push(footer(state, columns, theme));
    (lines, furthest)
}

/// The same for streams that can't be redrawn: what is new, as lines.
pub fn plain(state: &State, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let text = body(state, around, columns, theme);
    let notice = state.notice.as_ref().map_or(String::new(), |n| format!("note: {n}\n"));
    format!("{text}{notice}")
}

fn rule(word: &str, columns: usize, theme: Theme) -> String {
    let line = theme.rule().repeat(columns.saturating_sub(width(word) + 2));
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
    let place = cut(&place.join(sep), room, theme.unicode);
    let left = format!("{} {place}", theme.strong("drill"));
    format!("{}{bar}", pad(&left, columns.saturating_sub(width(&bar))))
}

fn progress_bar(done: usize, all: usize, cells: usize, theme: Theme) -> String {
    let filled = (done * cells).checked_div(all).unwrap_or(0);
    let (full, empty) = if theme.unicode { ("█", "░") } else { ("#", ".") };
    format!("{}{}", theme.good(&full.repeat(filled)), theme.dim(&empty.repeat(cells - filled)))
}

fn footer(state: &State, columns: usize, theme: Theme) -> String {
    if let Some(notice) = &state.notice {
        return theme.warn(&cut(&text::printable(notice).replace('\n', " "), columns, theme.unicode));
    }
    let keys: &[(&str, &str)] = match (&state.overlay, &state.here) {
        (Overlay::ConfirmReset, _) => &[("y", "put the stub back"), ("any other key", "keep mine")],
        (Overlay::Paths, _) => &[("1-9", "follow that path"), ("any other key", "back")],
        (Overlay::Help, _) => &[("?", "back"), ("q", "back")],
        (Overlay::None, Here::Solve { .. }) => &[
            ("n", "next"),
            ("h", "hint"),
            ("r", "run"),
            ("e", "edit"),
            ("w", "write-up"),
            ("l", "list"),
            ("?", "all keys"),
            ("q", "quit"),
        ],
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
        (Overlay::None, Here::Finished { .. }) => {
            &[("p", "paths"), ("l", "list"), ("?", "all keys"), ("q", "quit")]
        }
    };
    let mut out = String::new();
    for (key, does) in keys {
        let item = format!("{} {}", theme.name(key), theme.dim(does));
        if width(&out) + width(&item) + 2 > columns {
            break;
        }
        if !out.is_empty() {
            out += "  ";
        }
        out += &item;
    }
    out
}

fn body(state: &State, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    match state.overlay {
        Overlay::Help => return help(theme),
        Overlay::Paths => return paths(state, columns, theme),
        Overlay::ConfirmReset => return confirm_reset(state, columns, theme),
        Overlay::None => {}
    }
    match &state.here {
        Here::Read { .. } => read(state, columns, theme),
        Here::Quiz { .. } => quiz(state, columns, theme),
        Here::Finished { planned } => finished(state, planned, columns, theme),
        Here::Solve { .. } => {
            let Some(exercise) = state.exercise() else { return String::new() };
            let hints = hints(state, exercise, columns, theme);
            match &state.phase {
                Phase::Waiting => introduction(exercise, around, columns, theme) + &hints,
                Phase::Running { .. } => running(exercise, theme) + &hints,
                Phase::Judged(v) => {
                    let shown = verdict::verdict(v, &exercise.title, columns, theme);
                    if v.passed() {
                        passed(state, exercise, columns, theme) + &shown
                    } else {
                        put_after_headline(&shown, &hints)
                    }
                }
                Phase::Broken(why) => trouble(why, "`drill doctor` looks for the cause", columns, theme),
                Phase::Missing => {
                    let why = format!("there is no {}", exercise.stub_path());
                    let help = "save it again, or press x to bring the stub back";
                    trouble(&why, help, columns, theme)
                }
                Phase::Unreadable(why) => {
                    trouble(why, "save it as UTF-8 text, or press x to bring the stub back", columns, theme)
                }
            }
        }
    }
}

/// Hints stand between the first line and the evidence, where they are seen.
fn put_after_headline(shown: &str, hints: &str) -> String {
    match shown.split_once('\n') {
        Some((headline, rest)) if !hints.is_empty() => format!("{headline}\n{hints}{rest}"),
        _ => shown.to_string(),
    }
}

fn title(exercise: &Exercise, theme: Theme) -> String {
    let facts = format!("{}, {} min", exercise.mode.word(), exercise.minutes);
    format!("{}  {}  {}\n", theme.strong(exercise.name()), exercise.title, theme.dim(&facts))
}

fn introduction(exercise: &Exercise, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let mut out = title(exercise, theme);
    out.push('\n');
    let open = format!("1. Open the folder {} in your editor.", around.root.display());
    out += &wrap_with(&open, columns, "  ", "     ");
    out += &format!("\n  2. Edit {}\n", theme.name(&exercise.stub_path()));
    out += "     (the comment at its top is the task).\n";
    out += "  3. Save: its checks run at once.\n\n";
    out += &format!("{}\n", theme.strong("what the checks will catch"));
    let names = around.checklist.iter().map(|c| width(&c.name)).max().unwrap_or(0);
    for check in around.checklist {
        let first = format!("  {} {}  ", theme.dim(theme.open()), pad(&check.name, names));
        let rest = " ".repeat(width(&first));
        let catches = text::printable(&check.catches);
        if columns > names + 36 {
            out += &wrap_with(&catches, columns, &first, &rest);
        } else {
            out += &format!("{}\n", first.trim_end());
            out += &theme.dim(&wrap_with(&catches, columns, "    ", "    "));
        }
        out.push('\n');
    }
    if let Some(section) = &exercise.read {
        out +=
            &format!("\nTo read before: press {} (section `{section}` of the write-up).\n", theme.name("w"));
    }
    out
}

fn running(exercise: &Exercise, theme: Theme) -> String {
    let mark = theme.warn(if theme.unicode { "…" } else { ".." });
    format!("{mark} {}  {}\n", theme.strong(exercise.name()), theme.warn("judging what you saved"))
}

fn passed(state: &State, exercise: &Exercise, columns: usize, theme: Theme) -> String {
    let mut out =
        format!("{}  {}\n", theme.good(&format!("{} passed:", theme.tick())), theme.strong(&exercise.title));
    out += &wrap_with(&exercise.learned, columns, "  ", "  ");
    out += "\n\n";
    let next = match state.next() {
        Here::Read { topic } => {
            let title = state.atlas.topic(&topic).map_or(topic.clone(), |t| t.title.clone());
            format!("next: the write-up of {title}")
        }
        Here::Solve { exercise } => {
            let title = state.atlas.exercise(&exercise).map_or(String::new(), |e| format!(", {}", e.title));
            let name = exercise.rsplit('/').next().unwrap_or_default().to_string();
            format!("next: {name}{title}")
        }
        Here::Quiz { .. } => "next: the quiz of this topic".to_string(),
        Here::Finished { planned } if planned.is_empty() => "that was the last step of this path".to_string(),
        Here::Finished { planned } => {
            let n = text::count(planned.len(), "topic");
            format!("that was the last step that exists; {n} more on this path are being written")
        }
    };
    let press = format!(
        "   press {} to go on, {} for the solution, {} to compare",
        theme.name("n"),
        theme.name("s"),
        theme.name("d")
    );
    if width(&next) + width(&press) + 2 > columns {
        out += &format!(
            "  {}\n {}\n\n",
            theme.strong(&cut(&next, columns.saturating_sub(4), theme.unicode)),
            press.trim_end().replacen("  ", "", 1)
        );
    } else {
        out += &format!("  {}{press}\n\n", theme.strong(&next));
    }
    out
}

fn hints(state: &State, exercise: &Exercise, columns: usize, theme: Theme) -> String {
    if !state.show_hints {
        return String::new();
    }
    let mut out = String::from("\n");
    for (i, hint) in exercise.hints.iter().take(state.hints.0).enumerate() {
        let head = format!("hint {} of 3: ", i + 1);
        out += &wrap_with(hint, columns, &format!("  {}", theme.warn(&head)), &" ".repeat(head.len() + 2));
        out.push('\n');
    }
    if state.hints.0 < 3 {
        out += &format!("  {}\n", theme.dim("press h for the next one, which says more"));
    }
    out
}

fn trouble(why: &str, help: &str, columns: usize, theme: Theme) -> String {
    let why = wrap_with(&text::printable(why), columns, &format!("{} ", theme.bad("error:")), "       ");
    let help = wrap_with(help, columns, &format!("{} ", theme.name("help:")), "      ");
    format!("{why}\n{help}\n")
}

fn read(state: &State, columns: usize, theme: Theme) -> String {
    let Some(topic) = state.topic() else { return String::new() };
    let mut out = format!("{}  {}\n\n", theme.strong(&topic.title), theme.dim("write-up"));
    out += &wrap_with(&topic.summary, columns, "  ", "  ");
    let minutes: u64 = topic.exercises.iter().map(|e| e.minutes).sum();
    let exercises = text::count(topic.exercises.len(), "exercise");
    out += &format!("\n\n  then {exercises}, about {minutes} minutes, and a quiz\n\n");
    out += &format!("  press {} to read it here, or open it in your editor:\n", theme.name("w"));
    out += &format!("  {}\n", theme.name(&topic.write_up_path()));
    out += &format!("  press {} to go on to the exercises\n", theme.name("n"));
    out
}

fn quiz(state: &State, columns: usize, theme: Theme) -> String {
    let Some(topic) = state.topic() else { return String::new() };
    let mut out = format!("{}  {}\n\n", theme.strong(&topic.title), theme.dim("quiz"));
    let intro = "Every exercise of this topic is behind you. The quiz asks for what code does not show; a wrong answer is explained, option by option, and asked again.";
    out += &wrap_with(intro, columns, "  ", "  ");
    out += &format!("\n\n  press {} to take it, {} to go on without\n", theme.name("z"), theme.name("n"));
    out
}

fn finished(state: &State, planned: &[String], columns: usize, theme: Theme) -> String {
    let title = state.followed().map_or("everything".to_string(), |p| p.title.clone());
    let mut out = String::new();
    if planned.is_empty() {
        out +=
            &format!("{} {}\n", theme.good(theme.tick()), theme.strong(&format!("{title}: you are through")));
    } else {
        let said = format!("{title}: you have done all that exists so far");
        out += &format!("{} {}\n\n", theme.good(theme.tick()), theme.strong(&said));
        let planned = format!("being written: {}", text::names(planned));
        out += &wrap_with(&planned, columns, "  ", "  ");
        out.push('\n');
    }
    out +=
        &format!("\n  press {} to choose another path, {} for the list\n", theme.name("p"), theme.name("l"));
    out
}

fn paths(state: &State, columns: usize, theme: Theme) -> String {
    let mut out = format!("{}\n\n", theme.strong("paths"));
    for (i, path) in state.atlas.paths.iter().enumerate() {
        let topics = path.topics.iter().filter_map(|id| state.atlas.topic(id));
        let (passed, all) = state.standing.passed(topics.flat_map(|t| &t.exercises));
        let here = if state.path.as_deref() == Some(path.id.as_str()) {
            theme.good(" (you follow it)")
        } else {
            String::new()
        };
        out += &format!(
            "  {}  {}{here}  {}\n",
            theme.name(&(i + 1).to_string()),
            theme.strong(&path.title),
            theme.dim(&format!("{passed}/{all}"))
        );
        out += &wrap_with(&path.summary, columns, "     ", "     ");
        let missing = path.topics.iter().filter(|id| state.atlas.topic(id).is_none()).count();
        if missing > 0 {
            let said = format!("{} of {} being written", missing, text::count(path.topics.len(), "topic"));
            out += &format!("\n     {}", theme.dim(&said));
        }
        out += "\n\n";
    }
    out
}

fn confirm_reset(state: &State, columns: usize, theme: Theme) -> String {
    let Some(exercise) = state.exercise() else { return String::new() };
    let question = format!("Put {} back to its stub?", exercise.stub_path());
    let promise = "Your text is kept: the backup's place is shown, and `drill reset --undo` brings it back.";
    format!("{}\n\n{}\n", theme.strong(&question), wrap_with(promise, columns, "  ", "  "))
}

fn help(theme: Theme) -> String {
    let keys = [
        ("n", "next step, passed or not"),
        ("Enter", "the obvious thing: read, start the quiz, go on after a pass"),
        ("h", "a hint; each says more than the one before"),
        ("r", "run the checks again"),
        ("e", "open the file in your editor ($VISUAL, $EDITOR, --edit-cmd)"),
        ("w", "read the write-up"),
        ("z", "take the topic's quiz"),
        ("s", "the commented solution, after a pass"),
        ("d", "your file beside the solution, after a pass"),
        ("l", "list of all exercises, to go anywhere"),
        ("p", "paths: choose another one"),
        ("x", "put the stub back (yours is kept)"),
        ("j k", "scroll down and up; also arrows, space, PgUp, PgDn, g, G"),
        ("?", "this help"),
        ("q", "quit; Ctrl-C does too"),
    ];
    let mut out = format!("{}\n\n", theme.strong("keys"));
    for (key, does) in keys {
        out += &format!("  {}  {does}\n", theme.name(&pad(key, 5)));
    }
    out
}
