//! The state, driven without a clock: a desk that keeps files in memory, answers looks and remembers what was
//! decided.

mod content;
mod moves;
mod pressed;
mod saves;
mod walk;

use super::{Here, Phase, State};
use crate::content::model::{Atlas, Difficulty, Exercise, Kind, Limits, Mode, Opening, Path, Topic};
use crate::fsx;
use crate::itinerary::Standing;
use crate::progress::{Attempt, Progress};
use crate::verdict::{Outcome, Output, Verdict};
use crate::watch::event::{Effect, Event, Hints, Key, Seen};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub const STUB: &str = "todo!()";
pub const SWITCH: &str = "lamp/01-switch";
pub const DIM: &str = "lamp/02-dim";
pub const OPEN: &str = "valve/01-open";

pub fn exercise(id: &str) -> Exercise {
    Exercise {
        id: id.to_string(),
        title: format!("Title of {}", id.rsplit('/').next().unwrap()),
        mode: Mode::Implement,
        minutes: 2,
        learned: "What it does.".to_string(),
        read: None,
        hints: ["Look.", "Look again.", "Write `!on`."].map(ToString::to_string).to_vec(),
        lab: false,
        opt_level: 0,
        limits: Limits::of(false),
        foreign: None,
    }
}

fn topic(id: &str, exercises: &[&str], has_quiz: bool) -> Topic {
    Topic {
        id: id.to_string(),
        title: format!("A {id}"),
        summary: format!("What a {id} is."),
        family: "household".to_string(),
        kind: Kind::Foundation,
        difficulty: Difficulty::Intro,
        tags: Vec::new(),
        builds_on: Vec::new(),
        unlocks: Vec::new(),
        related: Vec::new(),
        exercises: exercises.iter().map(|id| exercise(id)).collect(),
        opening: Opening::WriteUp,
        has_quiz,
    }
}

/// Two topics, a path over both and a planned one, a path over the second alone.
pub fn atlas() -> Atlas {
    let path = |id: &str, title: &str, topics: &[&str]| Path {
        id: id.to_string(),
        aliases: Vec::new(),
        title: title.to_string(),
        summary: format!("{title}, one after the other."),
        topics: topics.iter().map(ToString::to_string).collect(),
    };
    Atlas {
        families: Vec::new(),
        topics: vec![topic("lamp", &[SWITCH, DIM], true), topic("valve", &[OPEN], false)],
        planned: Vec::new(),
        paths: vec![
            path("first", "First steps", &["lamp", "valve", "motor"]),
            path("wet", "Water", &["valve"]),
        ],
        ..Atlas::default()
    }
}

pub fn verdict(exercise: &str, outcome: Outcome) -> Verdict {
    Verdict {
        exercise: exercise.to_string(),
        file: format!("exercises/{exercise}.rs"),
        outcome,
        checks: Vec::new(),
        scorecard: Vec::new(),
        series: Vec::new(),
        belief: None,
        diagnostics: Vec::new(),
        output: Output::default(),
        took: Duration::from_millis(84),
    }
}

pub struct Desk {
    pub state: State,
    pub now: Duration,
    files: BTreeMap<String, Seen>,
    /// Progress as it would be on disk.
    pub progress: Progress,
    /// What was decided, looks left out.
    pub done: Vec<Effect>,
}

pub fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

impl Desk {
    pub fn at(here: Here) -> Desk {
        Desk::with(here, false)
    }

    pub fn at_exercise(exercise: &str) -> Desk {
        let mut desk = Desk::at(Here::Solve { exercise: exercise.to_string() });
        desk.perform(vec![Effect::Look { exercise: exercise.to_string() }]);
        desk
    }

    pub fn with(here: Here, auto_advance: bool) -> Desk {
        let atlas = Arc::new(atlas());
        let state =
            State::new(Arc::clone(&atlas), Standing::default(), Some("first".into()), here, auto_advance);
        let mut desk = Desk {
            state,
            now: ms(0),
            files: BTreeMap::new(),
            progress: Progress::default(),
            done: Vec::new(),
        };
        for exercise in atlas.exercises() {
            desk.write(&exercise.id, STUB);
        }
        desk
    }

    /// Changes a file; nobody notices.
    pub fn write(&mut self, exercise: &str, text: &str) {
        let (hash, untouched) = (fsx::hash(text.as_bytes()), text == STUB);
        self.files.insert(exercise.to_string(), Seen::Text { hash, untouched, text: text.into() });
    }

    pub fn put(&mut self, exercise: &str, seen: Seen) {
        self.files.insert(exercise.to_string(), seen);
    }

    /// Lets the state know what the files hold, as at the start.
    pub fn look_around(&mut self) {
        let hash = |seen: &Seen| if let Seen::Text { hash, .. } = seen { Some(*hash) } else { None };
        self.state.know(self.files.iter().filter_map(|(e, s)| Some((e.clone(), hash(s)?))).collect());
    }

    pub fn send(&mut self, event: Event) {
        let effects = self.state.on(event);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match &effect {
                Effect::Look { exercise } => {
                    let seen = self.files.get(exercise).cloned().unwrap_or(Seen::Missing);
                    self.send(Event::Seen { exercise: exercise.clone(), seen, at: self.now });
                    continue;
                }
                Effect::Record { verdict } => {
                    let passed = verdict.passed().then(|| "v".to_string());
                    let word = verdict.outcome.word().to_string();
                    let attempt =
                        Attempt { at: SystemTime::UNIX_EPOCH, verdict: word, ms: 84, passed_content: passed };
                    self.progress.record_attempt(&verdict.exercise, attempt);
                }
                Effect::TakeHint { exercise } => {
                    // Each at its own time, or they would be one.
                    let at = SystemTime::UNIX_EPOCH + self.now + ms(self.progress.hints(exercise) as u64);
                    self.progress.take_hint(exercise, 3, at);
                }
                Effect::MarkRead { topic } => self.progress.mark_read(topic, SystemTime::UNIX_EPOCH),
                _ => {}
            }
            let read_again = matches!(
                effect,
                Effect::Record { .. }
                    | Effect::TakeHint { .. }
                    | Effect::MarkRead { .. }
                    | Effect::GoTo { .. }
            );
            self.done.push(effect);
            if read_again {
                self.tell_progress();
            }
        }
    }

    pub fn tell_progress(&mut self) {
        let standing = Standing::new(&self.state.atlas, &self.progress, |_| "v".to_string());
        let hints = self.state.exercise().map_or(0, |e| self.progress.hints(&e.id));
        self.send(Event::Progress(standing, Hints(hints)));
    }

    pub fn touch(&mut self, exercise: &str) {
        self.send(Event::Touched { exercise: exercise.to_string(), at: self.now });
    }

    /// Time passes, and what is due happens.
    pub fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(due) = self.state.deadline().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.send(Event::Tick { at: self.now });
        }
        self.now = until;
        self.send(Event::Tick { at: self.now });
    }

    /// A save, and time enough to notice it.
    pub fn save(&mut self, exercise: &str, text: &str) {
        self.write(exercise, text);
        self.touch(exercise);
        self.wait(ms(50));
    }

    pub fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            self.send(Event::Key(if key == '\n' { Key::Enter } else { Key::Char(key) }));
        }
    }

    /// The runs since the last call: number, exercise, text.
    pub fn runs(&mut self) -> Vec<(u64, String, String)> {
        let judge = |effect: &Effect| match effect {
            Effect::Judge { run, exercise, text } => Some((*run, exercise.clone(), text.to_string())),
            _ => None,
        };
        let runs = self.done.iter().filter_map(judge).collect();
        self.done.clear();
        runs
    }

    /// The text of the only run since the last call; its number.
    #[track_caller]
    pub fn runs_once(&mut self, text: &str) -> u64 {
        let runs = self.runs();
        assert_eq!(runs.iter().map(|r| r.2.as_str()).collect::<Vec<_>>(), [text]);
        runs[0].0
    }

    #[track_caller]
    pub fn runs_nothing(&mut self) {
        assert_eq!(self.runs(), []);
    }

    pub fn judged(&mut self, run: u64, outcome: Outcome) {
        let exercise = self.state.exercise().map_or(SWITCH.to_string(), |e| e.id.clone());
        self.send(Event::Judged { run, verdict: Ok(Box::new(verdict(&exercise, outcome))) });
    }

    /// Saves something that passes or fails, and judges it.
    pub fn save_and_judge(&mut self, exercise: &str, text: &str, outcome: Outcome) {
        self.save(exercise, text);
        let run = self.runs_once(text);
        self.judged(run, outcome);
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        if let Phase::Judged(verdict) = &self.state.phase { Some(&verdict.outcome) } else { None }
    }

    pub fn has_done(&self, effect: &Effect) -> bool {
        self.done.contains(effect)
    }

    pub fn notice(&self) -> &str {
        self.state.notice.as_deref().unwrap_or_default()
    }
}

pub fn solve(exercise: &str) -> Here {
    Here::Solve { exercise: exercise.to_string() }
}

pub fn read(topic: &str) -> Here {
    Here::Read { topic: topic.to_string() }
}

pub fn quiz(topic: &str) -> Here {
    Here::Quiz { topic: topic.to_string() }
}
