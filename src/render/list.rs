//! The list of exercises and quizzes: as lines, and as the picker's screen.

use super::layout::{cut, pad, width as columns};
use super::theme::Theme;
use crate::list::picker::{Line, Picker};
use crate::list::{Entry, What};
use crate::progress::State;
use crate::text::{count, printable};

/// A title cut shorter than this says less than no id beside it.
const LEAST_TITLE: usize = 12;
/// `earlier` is the longest word for a state.
const STATE: usize = 7;

/// All entries, grouped by topic. `current` is the id of the exercise the learner is at.
pub fn list(entries: &[Entry], current: Option<&str>, width: usize, theme: Theme) -> String {
    let mut out = String::new();
    let broad = name_columns(entries);
    let mut topic = None;
    for entry in entries {
        if topic != Some(&entry.topic) {
            if topic.is_some() {
                out.push('\n');
            }
            topic = Some(&entry.topic);
            out += &head(entry, width, theme);
            out.push('\n');
        }
        let mark = if is_at(entry, current) { theme.arrow() } else { "" };
        out += &line(entry, &pad(mark, 3), broad, width, theme, |_, text| text.to_string());
        out.push('\n');
    }
    if entries.is_empty() {
        return "There is no exercise yet.\n".to_string();
    }
    out + &format!("\n{}\n", totals(entries))
}

/// The picker on a screen of `width` columns: a head, the view, a foot; no line is wider.
pub fn screen(picker: &Picker, current: Option<&str>, width: usize, theme: Theme) -> Vec<String> {
    let entries = picker.entries();
    let view = picker.view();
    let broad = name_columns(entries);
    let filter = if view.only_open { ", not passed only" } else { "" };
    let title = if view.shown == view.all {
        format!("{}{filter}", totals(entries))
    } else {
        format!("{} of {} shown{filter}", view.shown, view.all)
    };
    let mut lines = vec![theme.dim(&cut(&title, width, theme.unicode))];
    for row in &view.lines {
        lines.push(match *row {
            Line::Topic(index) => head(&entries[index], width, theme),
            Line::Entry { index, is_selected } => {
                let entry = &entries[index];
                let mark = match (is_selected, is_at(entry, current)) {
                    (true, _) => theme.arrow(),
                    (false, true) => theme.bullet(),
                    (false, false) => "",
                };
                let look = if is_selected { Theme::strong } else { |_: Theme, text: &str| text.to_string() };
                line(entry, &pad(mark, 3), broad, width, theme, look)
            }
        });
    }
    if view.lines.is_empty() {
        lines.push(cut(
            "   nothing matches; Esc ends the search, p shows passed ones too",
            width,
            theme.unicode,
        ));
    }
    let foot = match &view.search {
        Some((search, true)) => {
            let cursor = if theme.unicode { "▏" } else { "_" };
            cut(&format!("/{}{cursor}  Enter keeps it, Esc ends it", printable(search)), width, theme.unicode)
        }
        search => {
            let search = search.as_ref().map_or(String::new(), |(s, _)| format!("/{}  ", printable(s)));
            let keys = "Enter go there  / search  p not passed  j k move  q leave";
            theme.dim(&cut(&format!("{search}{keys}"), width, theme.unicode))
        }
    };
    lines.push(foot);
    lines
}

/// Lines of `screen` that are not the view's.
pub const FRAME: usize = 2;

fn is_at(entry: &Entry, current: Option<&str>) -> bool {
    current.is_some() && entry.exercise() == current
}

fn name_columns(entries: &[Entry]) -> usize {
    entries.iter().map(|e| columns(e.name())).max().unwrap_or(0)
}

fn head(entry: &Entry, width: usize, theme: Theme) -> String {
    let id = format!(" ({})", entry.topic);
    let id = if columns(&id) + LEAST_TITLE <= width { id } else { String::new() };
    let title = cut(&printable(&entry.topic_title), width - columns(&id), theme.unicode);
    format!("{}{}", theme.strong(&title), theme.dim(&id))
}

fn line(
    entry: &Entry,
    mark: &str,
    broad: usize,
    width: usize,
    theme: Theme,
    look: fn(Theme, &str) -> String,
) -> String {
    let before = columns(mark) + STATE + 2 + broad + 2;
    if before > width {
        let text = format!("{mark}{}  {}", entry.state.word(), entry.name());
        return look(theme, &cut(&text, width, theme.unicode));
    }
    let state = pad(entry.state.word(), STATE);
    let state = match entry.state {
        State::Passed => theme.good(&state),
        State::Tried => theme.warn(&state),
        State::Earlier => theme.dim(&theme.good(&state)),
        State::New => theme.dim(&state),
    };
    let about = match &entry.what {
        What::Exercise { title, mode, .. } => format!("{}  {}", pad(mode, 9), printable(title)),
        What::Quiz { questions, right: 0 } => count_u64(*questions),
        What::Quiz { questions, right } => format!("{}, {right} right", count_u64(*questions)),
    };
    let about = cut(&about, width - before, theme.unicode);
    let rest = format!("{}  {about}", pad(entry.name(), broad));
    format!("{}{state}  {}", look(theme, mark), look(theme, rest.trim_end()))
}

fn count_u64(n: u64) -> String {
    count(usize::try_from(n).unwrap_or(usize::MAX), "question")
}

/// `3 of 7 exercises passed, 1 of 2 quizzes`.
fn totals(entries: &[Entry]) -> String {
    let passed = |is_exercise: bool| {
        let of_kind = entries.iter().filter(|e| e.exercise().is_some() == is_exercise);
        let (mut done, mut all) = (0, 0);
        for entry in of_kind {
            all += 1;
            done += usize::from(entry.state.is_passed());
        }
        (done, all)
    };
    let (done, all) = passed(true);
    let (quizzes_done, quizzes) = passed(false);
    let noun = if quizzes == 1 { "quiz" } else { "quizzes" };
    let quizzes = if quizzes == 0 { String::new() } else { format!(", {quizzes_done} of {quizzes} {noun}") };
    format!("{done} of {} passed{quizzes}", count(all, "exercise"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |topic: &str, what, state| Entry {
            topic: topic.to_string(),
            topic_title: format!("About {topic}"),
            what,
            state,
        };
        let exercise = |id: &str| What::Exercise {
            id: id.to_string(),
            title: "A title of some length".to_string(),
            mode: "tune",
        };
        vec![
            entry("lamp", exercise("lamp/01-switch"), State::Passed),
            entry("lamp", What::Quiz { questions: 3, right: 2 }, State::Tried),
            entry("valve", exercise("valve/01-open"), State::New),
        ]
    }

    #[test]
    fn entries_are_grouped_by_topic() {
        let expected = "\
About lamp (lamp)
   passed   01-switch  tune       A title of some length
   tried    quiz       3 questions, 2 right

About valve (valve)
-> new      01-open    tune       A title of some length

1 of 2 exercises passed, 0 of 1 quiz
";
        assert_eq!(list(&entries(), Some("valve/01-open"), 80, Theme::plain()), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        for width in 1..=90 {
            let picker = Picker::new(entries(), None, 9);
            for line in screen(&picker, None, width, Theme { color: true, unicode: true }) {
                assert!(columns(&line) <= width, "{width}: {line}");
            }
        }
    }
}
