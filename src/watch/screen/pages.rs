//! What is not an exercise: write-up, quiz, the end of a path, and what lies over the screen.

use super::Surroundings;
use crate::content::model::{Opening, Topic};
use crate::itinerary::Step;
use crate::render::layout::{as_written, pad, wrap_with};
use crate::render::theme::Theme;
use crate::text;
use crate::watch::state::State;

/// Paragraphs with a margin.
fn say(out: &mut String, text: &str, columns: usize) {
    *out += &wrap_with(text, columns, "  ", "  ");
    out.push('\n');
}

pub(super) fn read(state: &State, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let Some(topic) = state.topic() else { return String::new() };
    if topic.opening == Opening::Welcome {
        return welcome(state, topic, around, columns, theme);
    }
    let mut out = format!("{}  {}\n\n", theme.strong(&topic.title), theme.dim("write-up"));
    say(&mut out, &topic.summary, columns);
    let minutes = text::minutes(topic.exercises.iter().map(|e| e.minutes).sum());
    let exercises = text::count(topic.exercises.len(), "exercise");
    let quiz = if topic.has_quiz { ", and a quiz" } else { "" };
    out += &format!("\n  then {exercises}, about {minutes}{quiz}\n\n");
    let file = theme.name(&topic.write_up_path());
    if !around.has_keys {
        say(
            &mut out,
            &format!("read it: {} or {file}", theme.name(&format!("drill read {}", topic.id))),
            columns,
        );
        if let Some(first) = topic.exercises.iter().find(|e| !state.standing.is_passed(&e.id)) {
            say(&mut out, &format!("then edit {} and save", theme.name(&first.stub_path())), columns);
        }
        return out;
    }
    let (n, w) = (theme.name("n"), theme.name("w"));
    if state.standing.has_read(&topic.id) {
        say(&mut out, &format!("press {n} to go on to the exercises, {w} to read it again"), columns);
    } else {
        say(&mut out, &format!("press {w} to read it here, or open it in your editor: {file}"), columns);
        say(&mut out, &format!("press {n} to go on to the exercises"), columns);
    }
    out
}

/// What a foreign pack says before its first exercise.
fn welcome(state: &State, topic: &Topic, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let exercises = text::count(topic.exercises.len(), "exercise");
    let mut out = format!("{}  {}\n\n", theme.strong(&topic.title), theme.dim(&exercises));
    let said = state.atlas.welcome.as_deref().unwrap_or_default();
    out += &format!("{}\n\n", as_written(&text::printable(said), columns, "  "));
    if around.has_keys {
        say(&mut out, &format!("press {} to go on to the exercises", theme.name("n")), columns);
    } else if let Some(first) = topic.exercises.iter().find(|e| !state.standing.is_passed(&e.id)) {
        say(&mut out, &format!("then edit {} and save", theme.name(&first.stub_path())), columns);
    }
    out
}

pub(super) fn quiz(state: &State, around: &Surroundings<'_>, columns: usize, theme: Theme) -> String {
    let Some(topic) = state.topic() else { return String::new() };
    let mut out = format!("{}  {}\n\n", theme.strong(&topic.title), theme.dim("quiz"));
    let (passed, all) = state.standing.passed(&topic.exercises);
    let standing = if passed == all {
        "Every exercise of this topic is passed.".to_string()
    } else {
        format!("{passed} of {} of this topic passed.", text::count(all, "exercise"))
    };
    let intro = "The quiz asks for what code does not show; a wrong answer is explained, option by option, and asked again.";
    say(&mut out, &format!("{standing} {intro}"), columns);
    out.push('\n');
    let (n, z) = (theme.name("n"), theme.name("z"));
    let press = if !around.has_keys {
        format!("take it: {}", theme.name(&format!("drill quiz {}", topic.id)))
    } else if state.standing.has_taken_quiz(&topic.id) {
        format!("{} taken: press {n} to go on, {z} to take it again", theme.good(theme.tick()))
    } else {
        format!("press {z} to take it, {n} to go on without")
    };
    say(&mut out, &press, columns);
    out
}

pub(super) fn finished(
    state: &State,
    planned: &[String],
    around: &Surroundings<'_>,
    columns: usize,
    theme: Theme,
) -> String {
    /// More than this many would push the rest off the screen.
    const SHOWN: usize = 8;
    let title = state.followed().map_or("everything".to_string(), |p| p.title.clone());
    let open = state.open_steps();
    let (mark, said) = match (open.is_empty(), planned.is_empty()) {
        (true, true) => (theme.good(theme.tick()), "you are through"),
        (true, false) => (theme.good(theme.tick()), "you have done all that exists so far"),
        (false, _) => (theme.warn(theme.open()), "this is its end, but not all of it is done"),
    };
    let mut out = format!("{mark} {}\n\n", theme.strong(&format!("{title}: {said}")));
    if let Some(farewell) = state.atlas.farewell.as_deref().filter(|_| open.is_empty()) {
        out += &format!("{}\n", as_written(&text::printable(farewell), columns, "  "));
    }
    for step in open.iter().take(SHOWN) {
        let line = match step {
            Step::Read(topic) if topic.opening == Opening::Welcome => "the welcome".to_string(),
            Step::Read(topic) => format!("the write-up of {}", topic.title),
            Step::Solve(exercise) => format!("{}, {}", exercise.name(), exercise.title),
            Step::Quiz(topic) => format!("the quiz of {}", topic.title),
            Step::Planned(_) => continue,
        };
        let mark = format!("  {} ", theme.bullet());
        out += &wrap_with(&text::printable(&line), columns, &mark, "    ");
        out.push('\n');
    }
    if open.len() > SHOWN {
        say(&mut out, &format!("and {} more", open.len() - SHOWN), columns);
    }
    if !planned.is_empty() {
        say(&mut out, &format!("being written: {}", text::names(planned)), columns);
    }
    out.push('\n');
    if !around.has_keys {
        let [list, path] = ["drill list", "drill path"].map(|c| theme.name(c));
        say(&mut out, &format!("{list} lists every exercise, {path} the paths"), columns);
        return out;
    }
    let go_on = if open.is_empty() { String::new() } else { format!("{} to go there, ", theme.name("n")) };
    let press =
        format!("press {go_on}{} to choose another path, {} for the list", theme.name("p"), theme.name("l"));
    say(&mut out, &press, columns);
    out
}

pub(super) fn paths(state: &State, columns: usize, theme: Theme) -> String {
    let mut out = format!("{}\n\n", theme.strong("paths"));
    for (i, path) in state.atlas.paths.iter().enumerate() {
        let topics = path.topics.iter().filter_map(|id| state.atlas.topic(id));
        let (passed, all) = state.standing.passed(topics.flat_map(|t| &t.exercises));
        let followed = state.path.as_deref() == Some(path.id.as_str());
        let here = if followed { theme.good(" (you follow it)") } else { String::new() };
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

pub(super) fn confirm_reset(state: &State, columns: usize, theme: Theme) -> String {
    let Some(exercise) = state.exercise() else { return String::new() };
    let question = format!("Put {} back to its stub?", exercise.stub_path());
    let promise = "Your text is kept: the backup's place is shown, and `drill reset --undo` brings it back.";
    format!("{}\n\n{}\n", theme.strong(&question), wrap_with(promise, columns, "  ", "  "))
}

pub(super) fn help(columns: usize, theme: Theme) -> String {
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
        ("c", "charts of what a lab's checks recorded"),
        ("l", "list of all exercises, to go anywhere"),
        ("p", "paths: choose another one"),
        ("x", "put the stub back (yours is kept)"),
        ("j k", "scroll down and up; also arrows, space, PgUp, PgDn, g, G"),
        ("?", "this help"),
        ("q", "quit; Ctrl-C does too"),
    ];
    let mut out = format!("{}\n\n", theme.strong("keys"));
    for (key, does) in keys {
        out += &wrap_with(does, columns, &format!("  {}  ", theme.name(&pad(key, 5))), "         ");
        out.push('\n');
    }
    out
}
