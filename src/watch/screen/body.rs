//! What an exercise looks like in each phase: before the first save, judging, judged, in trouble.

use super::Surroundings;
use super::pages;
use crate::content::model::Exercise;
use crate::render::layout::{as_written, cut, pad, width, wrap_with};
use crate::render::theme::Theme;
use crate::render::verdict;
use crate::text;
use crate::watch::state::{Here, Overlay, Phase, State};

/// All that stands between header and footer, in lines of at most `columns` where words allow.
pub(super) fn body(state: &State, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    match (state.overlay, &state.here) {
        (Overlay::Help, _) => pages::help(columns, theme),
        (Overlay::Paths, _) => pages::paths(state, columns, theme),
        (Overlay::ConfirmReset, _) => pages::confirm_reset(state, columns, theme),
        (Overlay::None, Here::Read { .. }) => pages::read(state, around, columns, theme),
        (Overlay::None, Here::Quiz { .. }) => pages::quiz(state, around, columns, theme),
        (Overlay::None, Here::Finished { planned }) => {
            pages::finished(state, planned, around, columns, theme)
        }
        (Overlay::None, Here::Solve { .. }) => {
            state.exercise().map_or(String::new(), |e| solve(state, e, around, columns, theme))
        }
    }
}

fn solve(
    state: &State,
    exercise: &Exercise,
    around: &Surroundings<'_>,
    columns: usize,
    theme: Theme,
) -> String {
    let shown = match &state.phase {
        Phase::Waiting => introduction(exercise, around, columns, theme),
        Phase::Running => running(exercise, around, columns, theme),
        Phase::Judged(v) => {
            let shown = verdict::verdict(v, &exercise.title, columns, theme);
            if v.passed() {
                return passed(state, exercise, around, columns, theme) + &shown;
            }
            shown
        }
        Phase::Broken(failure) => {
            let mut help = failure.help.clone();
            help.push("`drill doctor` looks for the cause; save again to try again".to_string());
            trouble(&failure.message, &help, columns, theme)
        }
        Phase::Missing => {
            let why = format!("there is no {}", exercise.stub_path());
            trouble(&why, &[format!("save it again, or {}", back(exercise, around))], columns, theme)
        }
        Phase::Unreadable(why) => {
            trouble(why, &[format!("save it as UTF-8 text, or {}", back(exercise, around))], columns, theme)
        }
    };
    // Hints stand between the first line and the evidence, where they are seen.
    let hints = hints(state, exercise, columns, theme);
    match shown.split_once('\n') {
        Some((headline, rest)) if !hints.is_empty() => format!("{headline}\n{hints}{rest}"),
        _ => shown,
    }
}

/// How to get the stub back.
fn back(exercise: &Exercise, around: &Surroundings<'_>) -> String {
    let how =
        if around.has_keys { "press `x`".to_string() } else { format!("type `drill reset {}`", exercise.id) };
    format!("{how} to bring the stub back")
}

fn introduction(exercise: &Exercise, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let facts = match &exercise.foreign {
        None => format!("{}, {} min", exercise.mode.word(), exercise.minutes),
        Some(_) => String::new(),
    };
    let title = text::printable(&exercise.title);
    let head = format!("{}  {title}  {}", theme.strong(exercise.name()), theme.dim(&facts));
    let mut out = format!("{}\n\n", head.trim_end());
    let mut say = |first: &str, said: &str| {
        out += &wrap_with(said, columns, &format!("  {first} "), "     ");
        out.push('\n');
    };
    say(
        "1.",
        &format!("Open the folder {} in your editor.", text::printable(&around.root.display().to_string())),
    );
    let opens = if around.has_keys { " (`e` opens it here)" } else { "" };
    let file = theme.name(&exercise.stub_path());
    if let Some(foreign) = &exercise.foreign {
        let tests = if foreign.test { " and its tests pass" } else { "" };
        say("2.", &format!("Edit {file}{opens}, until it compiles, runs{tests}."));
        say("3.", "Save: it is judged at once, by rustc and clippy.");
        return out;
    }
    say("2.", &format!("Edit {file}{opens}: the comment at its top is the task."));
    say("3.", "Save: its checks run at once.");
    if around.has_keys {
        let section = exercise.read.as_ref().map_or(String::new(), |s| format!(", section `{s}`"));
        say("  ", &format!("To read first: `w`, the write-up{section}. Stuck: `h`, a hint."));
    }
    out += &format!("\n{}\n", theme.strong("what the checks will catch"));
    out + &checklist(around, columns, theme)
}

fn checklist(around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let names = around.checklist.iter().map(|c| width(&c.name)).max().unwrap_or(0);
    let mut out = String::new();
    for check in around.checklist {
        let first = format!("  {} {}  ", theme.dim(theme.open()), pad(&check.name, names));
        let catches = text::printable(&check.catches);
        if columns > names + 36 {
            let rest = " ".repeat(width(&first));
            out += &wrap_with(&catches, columns, &first, &rest);
        } else {
            out += &format!("{}\n", first.trim_end());
            out += &wrap_with(&catches, columns, "    ", "    ");
        }
        out.push('\n');
    }
    out
}

fn running(exercise: &Exercise, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let mark = theme.warn(if theme.unicode { "…" } else { ".." });
    let headline =
        format!("{mark} {}  {}\n\n", theme.strong(exercise.name()), theme.warn("judging what you saved"));
    headline + &checklist(around, columns, theme)
}

fn passed(
    state: &State,
    exercise: &Exercise,
    around: &Surroundings<'_>,
    columns: usize,
    theme: Theme,
) -> String {
    let title = text::printable(&exercise.title);
    let mut out = format!("{}  {}\n", theme.good(&format!("{} passed:", theme.tick())), theme.strong(&title));
    if !exercise.learned.is_empty() {
        out += &wrap_with(&exercise.learned, columns, "  ", "  ");
        out.push('\n');
    }
    out.push('\n');
    let (next, file) = match state.next() {
        Here::Read { topic } => {
            let title = state.atlas.topic(&topic).map_or(topic.clone(), |t| t.title.clone());
            (format!("next: the write-up of {title}"), None)
        }
        Here::Solve { exercise } => {
            let title = state.atlas.exercise(&exercise).map_or(String::new(), |e| format!(", {}", e.title));
            let name = exercise.rsplit('/').next().unwrap_or_default();
            (format!("next: {name}{title}"), state.atlas.exercise(&exercise).map(Exercise::stub_path))
        }
        Here::Quiz { .. } => ("next: the quiz of this topic".to_string(), None),
        Here::Finished { planned } if planned.is_empty() => {
            if let Some(farewell) = &state.atlas.farewell {
                out += &format!("{}\n\n", as_written(&text::printable(farewell), columns, "  "));
            }
            ("that was the last step of this path".to_string(), None)
        }
        Here::Finished { planned } => {
            let n = text::count(planned.len(), "topic");
            (format!("that was the last step that exists; {n} more on this path being written"), None)
        }
    };
    let next = theme.strong(&cut(&text::printable(&next), columns.saturating_sub(4), theme.unicode));
    let press = match file {
        _ if around.has_keys => format!(
            "press {} to go on, {} for the solution, {} to compare",
            theme.name("n"),
            theme.name("s"),
            theme.name("d")
        ),
        Some(file) => format!("edit {}", theme.name(&file)),
        None => String::new(),
    };
    if width(&next) + width(&press) + 5 > columns {
        out += &format!("  {next}\n  {press}\n\n");
    } else {
        out += &format!("  {next}   {press}\n\n");
    }
    out
}

fn hints(state: &State, exercise: &Exercise, columns: usize, theme: Theme) -> String {
    if !state.show_hints {
        return String::new();
    }
    let mut out = String::from("\n");
    let all = exercise.hints.len();
    for (i, hint) in exercise.hints.iter().take(state.hints.0).enumerate() {
        if exercise.foreign.is_some() {
            out +=
                &format!("  {}\n{}", theme.warn("hint:"), as_written(&text::printable(hint), columns, "  "));
        } else {
            let head = format!("hint {} of {all}: ", i + 1);
            let rest = " ".repeat(head.len() + 2);
            out += &wrap_with(hint, columns, &format!("  {}", theme.warn(&head)), &rest);
        }
        out.push('\n');
    }
    if state.hints.0 < all {
        out += &format!("  {}\n", theme.dim("press h for the next one, which says more"));
    }
    out
}

fn trouble(why: &str, help: &[String], columns: usize, theme: Theme) -> String {
    let why = wrap_with(&text::printable(why), columns, &format!("{} ", theme.bad("error:")), "       ");
    let mut out = format!("{why}\n");
    for help in help {
        let head = format!("{} ", theme.name("help:"));
        out += &wrap_with(&text::printable(help), columns, &head, "      ");
        out.push('\n');
    }
    out
}
