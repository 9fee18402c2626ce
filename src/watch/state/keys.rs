//! What each key does. A key that can do nothing here says so and names one that can.

use super::{Here, Overlay, State, here_of};
use crate::content::model::Exercise;
use crate::failure::Status;
use crate::itinerary::{self, Step};
use crate::watch::event::{Effect, Key, Program};

/// Lines of a page; drawing holds the text within bounds.
const PAGE: usize = 10;

impl State {
    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        self.notice = None;
        if self.overlay == Overlay::ConfirmReset {
            return self.confirm_key(key);
        }
        if self.scrolled(key) {
            return Vec::new();
        }
        if self.overlay == Overlay::Paths {
            return self.paths_key(key);
        }
        if self.overlay == Overlay::Help {
            self.lay_over(Overlay::None);
            if matches!(key, Key::Char('q' | '?') | Key::Escape | Key::Enter) {
                return Vec::new();
            }
        }
        match key {
            Key::Char(c) => self.letter(c),
            Key::Enter => self.enter(),
            _ => Vec::new(),
        }
    }

    fn letter(&mut self, c: char) -> Vec<Effect> {
        match c {
            'q' => vec![Effect::Cancel, Effect::Quit(Status::Done)],
            '?' => self.lay_over(Overlay::Help),
            'n' => self.go_next(),
            'r' => self.again(),
            'h' => self.hint(),
            'e' => match self.exercise().map(Exercise::stub_path) {
                Some(file) => vec![Effect::Foreground(Program::Edit { file })],
                None => self.at_no_exercise(),
            },
            's' => self.with_exercise(|exercise| Effect::Foreground(Program::Solution { exercise })),
            'd' => self.with_exercise(|exercise| Effect::Foreground(Program::Diff { exercise })),
            'c' => self.charts(),
            'x' if self.exercise().is_some() => self.lay_over(Overlay::ConfirmReset),
            'x' => self.at_no_exercise(),
            'l' => vec![Effect::Foreground(Program::List)],
            'w' => self.read(),
            'z' => self.quiz(),
            'p' => self.lay_over(Overlay::Paths),
            c if c.is_control() => Vec::new(),
            c => {
                self.tell(format!("`{c}` does nothing here; `?` shows all keys"));
                Vec::new()
            }
        }
    }

    fn lay_over(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.overlay = overlay;
        self.scroll = 0;
        Vec::new()
    }

    fn scrolled(&mut self, key: Key) -> bool {
        match key {
            Key::Down | Key::Char('j') => self.scroll = self.scroll.saturating_add(1),
            Key::Up | Key::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::PageDown | Key::Char(' ') => self.scroll = self.scroll.saturating_add(PAGE),
            Key::PageUp => self.scroll = self.scroll.saturating_sub(PAGE),
            Key::Home | Key::Char('g') => self.scroll = 0,
            Key::End | Key::Char('G') => self.scroll = usize::MAX,
            _ => return false,
        }
        true
    }

    /// The obvious thing at this point.
    fn enter(&mut self) -> Vec<Effect> {
        match &self.here {
            // A welcome is on the screen already.
            Here::Read { topic } if !self.standing.has_read(topic) && self.atlas.welcome.is_none() => {
                self.read()
            }
            Here::Quiz { topic } if !self.standing.has_taken_quiz(topic) => self.quiz(),
            Here::Solve { .. } if !self.has_passed() => {
                self.tell("save the file and its checks run; `n` goes on without a pass");
                Vec::new()
            }
            _ => self.go_next(),
        }
    }

    fn with_exercise(&mut self, effect: impl FnOnce(String) -> Effect) -> Vec<Effect> {
        match self.exercise().map(|e| e.id.clone()) {
            Some(exercise) => vec![effect(exercise)],
            None => self.at_no_exercise(),
        }
    }

    fn at_no_exercise(&mut self) -> Vec<Effect> {
        self.tell("that key is for exercises; `n` goes on, `l` lists them all");
        Vec::new()
    }

    fn again(&mut self) -> Vec<Effect> {
        self.forced = self.exercise().is_some();
        self.with_exercise(|exercise| Effect::Look { exercise })
    }

    fn hint(&mut self) -> Vec<Effect> {
        if self.has_passed() {
            self.tell("it is passed; `s` shows the commented solution");
            return Vec::new();
        }
        self.scroll = 0;
        if self.exercise().is_some() && !std::mem::replace(&mut self.show_hints, true) && self.hints.0 > 0 {
            return Vec::new();
        }
        let all = self.exercise().map_or(0, |e| e.hints.len());
        if self.exercise().is_some() && self.hints.0 >= all {
            self.tell(match all {
                0 => "there is no hint for this exercise; `n` goes on without a pass",
                1 => "that was the only hint; `n` goes on without a pass",
                _ => "that was the last hint; `w` is the write-up, `n` goes on without a pass",
            });
            return Vec::new();
        }
        self.with_exercise(|exercise| Effect::TakeHint { exercise })
    }

    fn read(&mut self) -> Vec<Effect> {
        let Some(topic) = self.topic().map(|t| t.id.clone()) else {
            self.tell("there is no topic here; `l` lists what there is");
            return Vec::new();
        };
        let section = self.exercise().and_then(|e| e.read.clone());
        vec![Effect::MarkRead { topic: topic.clone() }, Effect::Foreground(Program::Read { topic, section })]
    }

    fn quiz(&mut self) -> Vec<Effect> {
        let Some(topic) = self.topic().filter(|t| t.has_quiz).map(|t| t.id.clone()) else {
            self.tell("there is no quiz here; `n` goes on");
            return Vec::new();
        };
        vec![Effect::Foreground(Program::Quiz { topic })]
    }

    fn charts(&mut self) -> Vec<Effect> {
        if self.exercise().is_some() && !self.has_series() {
            self.tell("there are no charts here: they come from what a lab's checks record");
            return Vec::new();
        }
        self.with_exercise(|exercise| Effect::Foreground(Program::Plot { exercise }))
    }

    fn confirm_key(&mut self, key: Key) -> Vec<Effect> {
        self.lay_over(Overlay::None);
        if matches!(key, Key::Char('y' | 'Y')) {
            return self.with_exercise(|exercise| Effect::Reset { exercise });
        }
        self.tell("nothing was reset");
        Vec::new()
    }

    fn paths_key(&mut self, key: Key) -> Vec<Effect> {
        self.lay_over(Overlay::None);
        let chosen = match key {
            Key::Char(c) => c.to_digit(10).and_then(|n| self.atlas.paths.get((n as usize).checked_sub(1)?)),
            _ => None,
        };
        let Some((id, title)) = chosen.map(|p| (p.id.clone(), p.title.clone())) else { return Vec::new() };
        self.path = Some(id.clone());
        let mut effects = vec![Effect::FollowPath { path: id }];
        let steps = itinerary::steps(&self.atlas, self.followed());
        let on_path = self.exercise().is_some_and(|e| steps.contains(&Step::Solve(e)));
        if !on_path {
            let next = here_of(&itinerary::next(&steps, &self.standing));
            effects.extend(self.go(next));
        }
        self.tell(format!("you follow `{title}` now"));
        effects
    }
}
