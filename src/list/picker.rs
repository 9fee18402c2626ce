//! The picker: a state machine from keys to what is shown and chosen. Knows no terminal.

use super::{Entry, What};

/// A key, as far as the picker cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Escape,
    Backspace,
}

/// What a key led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Show the view again.
    Show,
    /// The entry with this index was chosen.
    Chosen(usize),
    Leave,
}

/// What to draw, at most as many lines as there is room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub lines: Vec<Line>,
    /// Entries that are left, and all.
    pub shown: usize,
    pub all: usize,
    /// The search, and whether it is being typed.
    pub search: Option<(String, bool)>,
    pub only_open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The head of the topic that this entry belongs to.
    Topic(usize),
    Entry {
        index: usize,
        is_selected: bool,
    },
}

#[derive(Clone, Debug)]
pub struct Picker {
    entries: Vec<Entry>,
    /// What each entry is searched by, in lower case.
    hay: Vec<String>,
    /// Indices of the entries that are left.
    left: Vec<usize>,
    /// Index into `left`.
    at: usize,
    /// The entry that was last moved to; a search may select another, until it is accepted.
    anchor: usize,
    /// First line of the view, counted over heads and entries.
    top: usize,
    /// Lines that there is room for.
    room: usize,
    search: String,
    is_typing: bool,
    only_open: bool,
}

impl Picker {
    /// Starts at the entry of the exercise `current`, or at the first.
    pub fn new(entries: Vec<Entry>, current: Option<&str>, room: usize) -> Picker {
        let hay = entries.iter().map(haystack).collect();
        let at = current.and_then(|id| entries.iter().position(|e| e.exercise() == Some(id)));
        let mut picker = Picker {
            left: (0..entries.len()).collect(),
            entries,
            hay,
            at: at.unwrap_or(0),
            anchor: at.unwrap_or(0),
            top: 0,
            room: room.max(1),
            search: String::new(),
            is_typing: false,
            only_open: false,
        };
        picker.scroll();
        picker
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The terminal has another size now.
    pub fn resize(&mut self, room: usize) {
        self.room = room.max(1);
        self.scroll();
    }

    pub fn on(&mut self, key: Key) -> Answer {
        if self.is_typing {
            return self.on_typing(key);
        }
        match key {
            Key::Up | Key::Char('k') => self.go(self.at.saturating_sub(1)),
            Key::Down | Key::Char('j') => self.go(self.at.saturating_add(1)),
            Key::PageUp => self.go(self.at.saturating_sub(self.page())),
            Key::PageDown => self.go(self.at.saturating_add(self.page())),
            Key::Home | Key::Char('g') => self.go(0),
            Key::End | Key::Char('G') => self.go(usize::MAX),
            Key::Char('/') => {
                self.is_typing = true;
                self.search.clear();
                self.filter();
            }
            Key::Char('p') => {
                self.only_open = !self.only_open;
                self.filter();
            }
            Key::Enter => {
                if let Some(index) = self.left.get(self.at) {
                    return Answer::Chosen(*index);
                }
            }
            Key::Char('q') | Key::Escape => return Answer::Leave,
            Key::Char(_) | Key::Backspace => {}
        }
        Answer::Show
    }

    /// While a search is typed every letter belongs to it; arrows move all the same.
    fn on_typing(&mut self, key: Key) -> Answer {
        match key {
            Key::Char(c) => self.search.push(c),
            Key::Backspace if self.search.is_empty() => self.is_typing = false,
            Key::Backspace => drop(self.search.pop()),
            Key::Enter => {
                self.is_typing = false;
                self.go(self.at);
                return Answer::Show;
            }
            Key::Escape => {
                self.is_typing = false;
                self.search.clear();
            }
            key => {
                self.is_typing = false;
                let answer = self.on(key);
                self.is_typing = true;
                return answer;
            }
        }
        self.filter();
        Answer::Show
    }

    pub fn view(&self) -> View {
        let search =
            (self.is_typing || !self.search.is_empty()).then(|| (self.search.clone(), self.is_typing));
        View {
            lines: self.lines().into_iter().skip(self.top).take(self.room).collect(),
            shown: self.left.len(),
            all: self.entries.len(),
            search,
            only_open: self.only_open,
        }
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut topic = None;
        for (position, &index) in self.left.iter().enumerate() {
            let entry = &self.entries[index];
            if topic != Some(&entry.topic) {
                lines.push(Line::Topic(index));
                topic = Some(&entry.topic);
            }
            lines.push(Line::Entry { index, is_selected: position == self.at });
        }
        lines
    }

    fn page(&self) -> usize {
        self.room.saturating_sub(1).max(1)
    }

    fn go(&mut self, to: usize) {
        self.at = to.min(self.left.len().saturating_sub(1));
        self.anchor = self.left.get(self.at).copied().unwrap_or(self.anchor);
        self.scroll();
    }

    /// Applies search and filter; the selection stays where it is, or is the next that is left.
    fn filter(&mut self) {
        let words: Vec<String> = self.search.split_whitespace().map(str::to_lowercase).collect();
        self.left = (0..self.entries.len())
            .filter(|&i| !(self.only_open && self.entries[i].state.is_passed()))
            .filter(|&i| words.iter().all(|word| self.hay[i].contains(word)))
            .collect();
        let at = self.left.iter().position(|&i| i >= self.anchor);
        self.at = at.unwrap_or(self.left.len().saturating_sub(1));
        self.scroll();
    }

    /// Keeps the selection in view, and the head above it when there is room for both.
    fn scroll(&mut self) {
        let lines = self.lines();
        let is_selected = |line: &Line| matches!(line, Line::Entry { is_selected: true, .. });
        let line = lines.iter().position(is_selected).unwrap_or(0);
        let has_head = line > 0 && matches!(lines.get(line - 1), Some(Line::Topic(_)));
        let first = if has_head && self.room > 1 { line - 1 } else { line };
        self.top = self.top.min(first).max((line + 1).saturating_sub(self.room));
        self.top = self.top.min(lines.len().saturating_sub(self.room));
    }
}

fn haystack(entry: &Entry) -> String {
    let about = match &entry.what {
        What::Exercise { id, title, mode } => format!("{id} {title} {mode}"),
        What::Quiz { .. } => "quiz".to_string(),
    };
    format!("{about} {} {} {}", entry.topic, entry.topic_title, entry.state.word()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::State;

    fn entry(topic: &str, name: &str, state: State) -> Entry {
        let what = match name {
            "quiz" => What::Quiz { questions: 3, right: 0 },
            name => What::Exercise {
                id: format!("{topic}/{name}"),
                title: format!("Title of {name}"),
                mode: "repair",
            },
        };
        Entry { topic: topic.to_string(), topic_title: format!("About {topic}"), what, state }
    }

    fn picker(room: usize) -> Picker {
        let all = vec![
            entry("lamp", "01-switch", State::Passed),
            entry("lamp", "02-dim", State::New),
            entry("lamp", "quiz", State::New),
            entry("valve", "01-open", State::Tried),
            entry("valve", "02-shut", State::Earlier),
        ];
        Picker::new(all, None, room)
    }

    /// The view as text: `#` before a head, `>` before the selection.
    fn shown(picker: &Picker) -> String {
        let lines = picker.view().lines;
        let text = lines.iter().map(|line| match *line {
            Line::Topic(i) => format!("#{}", picker.entries[i].topic),
            Line::Entry { index, is_selected } => {
                format!("{}{}", if is_selected { ">" } else { "" }, picker.entries[index].name())
            }
        });
        text.collect::<Vec<_>>().join(" ")
    }

    fn keys(picker: &mut Picker, keys: &str) -> Answer {
        let mut answer = Answer::Show;
        for c in keys.chars() {
            answer = picker.on(match c {
                '⏎' => Key::Enter,
                '⎋' => Key::Escape,
                '⌫' => Key::Backspace,
                '↑' => Key::Up,
                '↓' => Key::Down,
                '⇞' => Key::PageUp,
                '⇟' => Key::PageDown,
                c => Key::Char(c),
            });
        }
        answer
    }

    #[track_caller]
    fn check(room: usize, typed: &str, expected: &str) {
        let mut picker = picker(room);
        keys(&mut picker, typed);
        assert_eq!(shown(&picker), expected, "{typed}");
    }

    #[test]
    fn the_selection_moves_and_stops_at_the_ends() {
        check(9, "", "#lamp >01-switch 02-dim quiz #valve 01-open 02-shut");
        check(9, "↑k", "#lamp >01-switch 02-dim quiz #valve 01-open 02-shut");
        check(9, "j↓j", "#lamp 01-switch 02-dim quiz #valve >01-open 02-shut");
        check(9, "G↓", "#lamp 01-switch 02-dim quiz #valve 01-open >02-shut");
        check(9, "Gg", "#lamp >01-switch 02-dim quiz #valve 01-open 02-shut");
        check(9, "jxyz", "#lamp 01-switch >02-dim quiz #valve 01-open 02-shut");
    }

    #[test]
    fn the_selection_stays_in_view_with_its_head() {
        check(3, "", "#lamp >01-switch 02-dim");
        check(3, "jj", "01-switch 02-dim >quiz");
        check(3, "jjj", "quiz #valve >01-open");
        check(3, "G", "#valve 01-open >02-shut");
        check(3, "Gkkkk", "#lamp >01-switch 02-dim");
        check(3, "Gkkk", "02-dim quiz #valve".replace("02-dim", ">02-dim").as_str());
        check(3, "⇟", "01-switch 02-dim >quiz");
        check(3, "G⇞", "quiz #valve 01-open".replace("quiz", ">quiz").as_str());
        check(1, "jjj", ">01-open");
        check(0, "", ">01-switch");
    }

    #[test]
    fn a_search_narrows_with_every_letter() {
        check(9, "/va", "#valve >01-open 02-shut");
        check(9, "/VALVE shut", "#valve >02-shut");
        check(9, "/quiz", "#lamp >quiz");
        check(9, "/shutx", "");
        check(9, "/shutx⌫", "#valve >02-shut");
        check(9, "/shut⎋", "#lamp >01-switch 02-dim quiz #valve 01-open 02-shut");
        check(9, "/shut⏎/⎋", "#lamp 01-switch 02-dim quiz #valve 01-open >02-shut");
        check(9, "j/none⌫⌫⌫⌫", "#lamp 01-switch >02-dim quiz #valve 01-open 02-shut");
        // Letters are commands again after Enter.
        check(9, "/0⏎j", "#lamp 01-switch >02-dim #valve 01-open 02-shut");
        check(9, "/0↓", "#lamp 01-switch >02-dim #valve 01-open 02-shut");
        let mut picker = picker(9);
        keys(&mut picker, "/open");
        assert_eq!(picker.view().search, Some(("open".to_string(), true)));
        assert_eq!(keys(&mut picker, "⏎⏎"), Answer::Chosen(3));
        assert_eq!(keys(&mut picker, "/⌫"), Answer::Show);
        assert_eq!(picker.view().search, None);
    }

    #[test]
    fn passed_ones_can_be_left_out() {
        check(9, "p", "#lamp >02-dim quiz #valve 01-open");
        check(9, "pGp", "#lamp 01-switch 02-dim quiz #valve >01-open 02-shut");
        check(9, "Gp", "#lamp 02-dim quiz #valve >01-open");
    }

    #[test]
    fn enter_chooses_and_q_and_escape_leave() {
        let mut picker = picker(9);
        assert_eq!(keys(&mut picker, "j⏎"), Answer::Chosen(1));
        assert_eq!(keys(&mut picker, "q"), Answer::Leave);
        assert_eq!(keys(&mut picker, "⎋"), Answer::Leave);
        assert_eq!(keys(&mut picker, "/nothing⏎⏎"), Answer::Show);
        assert_eq!(keys(&mut picker, "/q"), Answer::Show);
    }

    #[test]
    fn it_opens_at_the_current_exercise_and_follows_the_size_of_the_terminal() {
        let all = picker(9).entries;
        let mut picker = Picker::new(all, Some("valve/02-shut"), 2);
        assert_eq!(shown(&picker), "01-open >02-shut");
        picker.resize(4);
        assert_eq!(shown(&picker), "quiz #valve 01-open >02-shut");
        picker.resize(9);
        assert_eq!(shown(&picker), "#lamp 01-switch 02-dim quiz #valve 01-open >02-shut");
        let mut empty = Picker::new(Vec::new(), None, 5);
        assert_eq!(keys(&mut empty, "jkgG⇟⏎/x⏎p"), Answer::Show);
        assert_eq!(shown(&empty), "");
    }
}
