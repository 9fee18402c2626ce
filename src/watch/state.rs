//! What `drill watch` does next: events in, effects out. Pure: no clock, no files, no threads, no terminal. The
//! time is in the events, as the time since the watch began.

use crate::content::model::{Atlas, Exercise, Path, Topic};
use crate::failure::Status;
use crate::itinerary::{self, Next, Standing, Step};
use crate::progress::Progress;
use crate::verdict::Verdict;
use std::sync::Arc;
use std::time::Duration;

/// How long a file must be left alone before it is looked at: editors write twice, or rename and then write.
pub const SETTLE: Duration = Duration::from_millis(8);
/// A file that is gone or empty is most likely being saved: it gets this much longer.
pub const GRACE: Duration = Duration::from_millis(300);

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The file of an exercise may have changed.
    Touched {
        exercise: String,
        at: Duration,
    },
    /// The answer to `Effect::Look`.
    Seen {
        exercise: String,
        seen: Seen,
        at: Duration,
    },
    /// The answer to `Effect::Judge`.
    Judged {
        run: u64,
        verdict: Result<Box<Verdict>, String>,
    },
    Key(Key),
    /// The terminal has another size.
    Resized,
    /// A deadline may have passed.
    Tick {
        at: Duration,
    },
    /// Progress as it is on disk now.
    Progress(Standing, Hints),
    /// Something the learner should know, from the watcher or the file system.
    Notice(String),
    /// A foreground program has ended; the exercise that is current now, if it changed.
    Returned {
        current: Option<String>,
        at: Duration,
    },
    Stop(Status),
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Text { hash: u64, untouched: bool, text: Arc<str> },
    Missing,
    Unreadable(String),
}

/// Hints taken so far for the current exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints(pub usize);

/// A key, as far as watch cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Enter,
    Escape,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
}

/// What to do about it. `watch` carries them out.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Read the file of this exercise.
    Look {
        exercise: String,
    },
    /// Judge this text; a run that is under way is cancelled first.
    Judge {
        run: u64,
        exercise: String,
        text: Arc<str>,
    },
    /// Stop the run that is under way.
    Cancel,
    /// Write the attempt down.
    Record {
        verdict: Arc<Verdict>,
    },
    /// Remember where the learner is, and read progress again.
    GoTo {
        exercise: String,
    },
    MarkRead {
        topic: String,
    },
    FollowPath {
        path: String,
    },
    TakeHint {
        exercise: String,
    },
    Reset {
        exercise: String,
    },
    /// Hand the terminal to another program and wait for it.
    Foreground(Program),
    Quit(Status),
}

/// What may run in the foreground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    Edit { exercise: String },
    Read { topic: String, section: Option<String> },
    Quiz { topic: String },
    List,
    Solution { exercise: String },
    Diff { exercise: String },
}

/// Where on the path the learner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Here {
    Read { topic: String },
    Solve { exercise: String },
    Quiz { topic: String },
    Finished { planned: Vec<String> },
}

/// What lies over the main screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    None,
    Help,
    Paths,
    ConfirmReset,
}

/// What the current exercise has come to.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Not judged since it became current.
    Waiting,
    Running {
        since: Option<Duration>,
    },
    Judged(Arc<Verdict>),
    /// The pipeline itself failed.
    Broken(String),
    /// There is no file to judge.
    Missing,
    Unreadable(String),
}

/// Everything the screen shows and the next event is judged by.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
pub struct State {
    pub atlas: Arc<Atlas>,
    pub standing: Standing,
    /// Id of the path that is followed.
    pub path: Option<String>,
    pub here: Here,
    pub phase: Phase,
    pub overlay: Overlay,
    /// Lines scrolled down.
    pub scroll: usize,
    pub hints: Hints,
    /// Whether taken hints are shown.
    pub show_hints: bool,
    /// The last thing to tell, shown until the next event of the learner's.
    pub notice: Option<String>,
    auto_advance: bool,
    /// Number of the run whose verdict is awaited, or of the last one.
    run: u64,
    /// Exercises touched and not yet looked at, with the time to do so.
    settling: Vec<(String, Duration)>,
    /// Contents last judged or on the way to it.
    judged: Vec<(String, u64)>,
    /// A run was asked for by key: the next look judges whatever it sees.
    forced: bool,
    /// Just come to this exercise: a stub that nobody touched is not judged on arrival.
    arriving: bool,
    /// A file seen missing or empty, and when it becomes news.
    gone: Option<(String, Seen, Duration)>,
}

impl State {
    /// At the learner's current exercise, or where the path goes on.
    pub fn new(
        atlas: Arc<Atlas>,
        standing: Standing,
        path: Option<String>,
        here: Here,
        auto_advance: bool,
    ) -> State {
        State {
            atlas,
            standing,
            path,
            here,
            phase: Phase::Waiting,
            overlay: Overlay::None,
            scroll: 0,
            hints: Hints::default(),
            show_hints: false,
            notice: None,
            auto_advance,
            run: 0,
            settling: Vec::new(),
            judged: Vec::new(),
            forced: false,
            arriving: true,
            gone: None,
        }
    }

    /// Where a session begins: at the exercise the learner left, else where the path goes on.
    pub fn start(atlas: &Atlas, progress: &Progress, standing: &Standing, path: Option<&str>) -> Here {
        let current = progress.current().and_then(|id| atlas.exercise(id));
        if let Some(exercise) = current.filter(|e| !standing.is_passed(&e.id)) {
            return Here::Solve { exercise: exercise.id.clone() };
        }
        let steps = itinerary::steps(atlas, path.and_then(|p| atlas.path(p)));
        here_of(&itinerary::next(&steps, standing))
    }

    /// The current exercise.
    pub fn exercise(&self) -> Option<&Exercise> {
        match &self.here {
            Here::Solve { exercise } => self.atlas.exercise(exercise),
            _ => None,
        }
    }

    /// The topic the learner is in.
    pub fn topic(&self) -> Option<&Topic> {
        match &self.here {
            Here::Solve { exercise } => self.atlas.topic(exercise.split('/').next()?),
            Here::Read { topic } | Here::Quiz { topic } => self.atlas.topic(topic),
            Here::Finished { .. } => None,
        }
    }

    pub fn followed(&self) -> Option<&Path> {
        self.path.as_deref().and_then(|p| self.atlas.path(p))
    }

    /// Where `next` leads.
    pub fn next(&self) -> Here {
        let steps = itinerary::steps(&self.atlas, self.followed());
        let here = match &self.here {
            Here::Solve { .. } => self.exercise().map(Step::Solve),
            Here::Read { .. } => self.topic().map(Step::Read),
            Here::Quiz { .. } => self.topic().map(Step::Quiz),
            Here::Finished { .. } => None,
        };
        let next = match here {
            Some(here) => itinerary::after(&steps, here, &self.standing),
            None => itinerary::next(&steps, &self.standing),
        };
        here_of(&next)
    }

    /// The next time something is due by itself.
    pub fn deadline(&self) -> Option<Duration> {
        let settle = self.settling.iter().map(|(_, at)| *at).min();
        let gone = self.gone.as_ref().map(|(_, _, at)| *at);
        settle.into_iter().chain(gone).min()
    }

    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Touched { exercise, at } => {
                self.touched(exercise, at);
                Vec::new()
            }
            Event::Tick { at } => self.tick(at),
            Event::Seen { exercise, seen, at } => self.seen(exercise, seen, at),
            Event::Judged { run, verdict } => self.judged(run, verdict),
            Event::Key(key) => self.key(key),
            Event::Resized => Vec::new(),
            Event::Progress(standing, hints) => {
                self.standing = standing;
                self.hints = hints;
                Vec::new()
            }
            Event::Notice(text) => {
                self.notice = Some(text);
                Vec::new()
            }
            Event::Returned { current, at } => self.returned(current, at),
            Event::Stop(status) => vec![Effect::Cancel, Effect::Quit(status)],
        }
    }

    fn touched(&mut self, exercise: String, at: Duration) {
        self.arriving = false;
        let due = at + SETTLE;
        match self.settling.iter_mut().find(|(e, _)| *e == exercise) {
            Some((_, settle)) => *settle = due,
            None => self.settling.push((exercise, due)),
        }
    }

    fn tick(&mut self, at: Duration) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.settling.retain(|(exercise, due)| {
            let ready = *due <= at;
            if ready {
                effects.push(Effect::Look { exercise: exercise.clone() });
            }
            !ready
        });
        if let Some((exercise, _, due)) = &self.gone
            && *due <= at
        {
            // Still as it was: now it is news, said by the look that follows.
            effects.push(Effect::Look { exercise: exercise.clone() });
        }
        effects
    }

    fn seen(&mut self, exercise: String, seen: Seen, at: Duration) -> Vec<Effect> {
        let current = matches!(&self.here, Here::Solve { exercise: e } if *e == exercise);
        let blank = match &seen {
            Seen::Missing => true,
            Seen::Text { text, .. } => text.trim().is_empty(),
            Seen::Unreadable(_) => false,
        };
        let was_gone = self.gone.take().filter(|(e, s, _)| *e == exercise && *s == seen);
        if blank && !self.forced {
            let due = was_gone.map_or(at + GRACE, |(_, _, due)| due);
            if due > at {
                self.gone = Some((exercise, seen, due));
                return Vec::new();
            }
        }
        match seen {
            Seen::Text { hash, untouched, text } => {
                let arriving = std::mem::take(&mut self.arriving) && current;
                if arriving && untouched && !self.forced {
                    return Vec::new();
                }
                let known = self.judged.iter().any(|(e, h)| *e == exercise && *h == hash);
                let forced = std::mem::take(&mut self.forced) && current;
                // Another exercise counts as chosen when the learner has changed it, not when an editor
                // merely touched it.
                let wanted = if current { !known || forced } else { !known && !untouched };
                if !wanted {
                    return Vec::new();
                }
                let mut effects = Vec::new();
                if !current {
                    self.here = Here::Solve { exercise: exercise.clone() };
                    self.arrive();
                    self.arriving = false;
                    effects.push(Effect::GoTo { exercise: exercise.clone() });
                }
                self.judged.retain(|(e, _)| *e != exercise);
                self.judged.push((exercise.clone(), hash));
                self.run += 1;
                self.phase = Phase::Running { since: Some(at) };
                self.overlay = Overlay::None;
                self.notice = None;
                self.scroll = 0;
                effects.push(Effect::Judge { run: self.run, exercise, text });
                effects
            }
            Seen::Missing if current => self.lost(&exercise, Phase::Missing),
            Seen::Unreadable(why) if current => self.lost(&exercise, Phase::Unreadable(why)),
            Seen::Missing | Seen::Unreadable(_) => Vec::new(),
        }
    }

    /// The current file can't be judged any more.
    fn lost(&mut self, exercise: &str, phase: Phase) -> Vec<Effect> {
        self.forced = false;
        self.judged.retain(|(e, _)| e != exercise);
        self.run += 1;
        self.phase = phase;
        self.scroll = 0;
        vec![Effect::Cancel]
    }

    fn judged(&mut self, run: u64, verdict: Result<Box<Verdict>, String>) -> Vec<Effect> {
        // A verdict on what has been saved over is never shown.
        if run != self.run || !matches!(self.phase, Phase::Running { .. }) {
            return Vec::new();
        }
        self.scroll = 0;
        match verdict {
            Err(why) => {
                self.phase = Phase::Broken(why);
                Vec::new()
            }
            Ok(verdict) => {
                let verdict: Arc<Verdict> = Arc::from(verdict);
                self.phase = Phase::Judged(Arc::clone(&verdict));
                let passed = verdict.passed();
                if passed {
                    self.show_hints = false;
                }
                let mut effects = vec![Effect::Record { verdict: Arc::clone(&verdict) }];
                if passed && self.auto_advance {
                    let name = verdict.exercise.rsplit('/').next().unwrap_or_default().to_string();
                    let learned = self.exercise().map_or(String::new(), |e| e.learned.clone());
                    effects.extend(self.go_next());
                    self.notice = Some(format!("{name} passed. {learned}"));
                }
                effects
            }
        }
    }

    fn returned(&mut self, current: Option<String>, at: Duration) -> Vec<Effect> {
        if let Some(id) = current
            && self.atlas.exercise(&id).is_some()
            && self.here != (Here::Solve { exercise: id.clone() })
        {
            return self.go(Here::Solve { exercise: id });
        }
        // The watcher may have been busy elsewhere: look, and leave an untouched stub alone.
        if let Here::Solve { exercise } = &self.here {
            let exercise = exercise.clone();
            self.touched(exercise, at);
            self.arriving = self.phase == Phase::Waiting;
        }
        Vec::new()
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.notice = None;
        match self.overlay {
            Overlay::ConfirmReset => return self.confirm_key(key),
            Overlay::Paths => return self.paths_key(key),
            Overlay::Help => {
                self.overlay = Overlay::None;
                self.scroll = 0;
                if key == Key::Char('q') || key == Key::Char('?') || key == Key::Escape {
                    return Vec::new();
                }
            }
            Overlay::None => {}
        }
        if self.scrolled(key) {
            return Vec::new();
        }
        let Key::Char(c) = key else {
            return if key == Key::Enter { self.enter() } else { Vec::new() };
        };
        match c {
            'q' => vec![Effect::Cancel, Effect::Quit(Status::Done)],
            '?' => {
                self.overlay = Overlay::Help;
                self.scroll = 0;
                Vec::new()
            }
            'n' => self.go_next(),
            'r' => self.again(),
            'h' => self.hint(),
            'e' => self.with_exercise(|exercise| Effect::Foreground(Program::Edit { exercise })),
            's' => self.with_exercise(|exercise| Effect::Foreground(Program::Solution { exercise })),
            'd' => self.with_exercise(|exercise| Effect::Foreground(Program::Diff { exercise })),
            'x' if self.exercise().is_some() => {
                self.overlay = Overlay::ConfirmReset;
                Vec::new()
            }
            'l' => vec![Effect::Foreground(Program::List)],
            'w' => self.read(),
            'z' => self.quiz(),
            'p' => {
                self.overlay = Overlay::Paths;
                self.scroll = 0;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn scrolled(&mut self, key: Key) -> bool {
        // Drawing knows how long the text is and holds it within bounds.
        const PAGE: usize = 10;
        match key {
            Key::Down | Key::Char('j') => self.scroll += 1,
            Key::Up | Key::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::PageDown | Key::Char(' ') => self.scroll += PAGE,
            Key::PageUp => self.scroll = self.scroll.saturating_sub(PAGE),
            Key::Home | Key::Char('g') => self.scroll = 0,
            Key::End | Key::Char('G') => self.scroll = usize::MAX / 2,
            _ => return false,
        }
        true
    }

    /// The obvious thing at this point.
    fn enter(&mut self) -> Vec<Effect> {
        match &self.here {
            Here::Read { .. } => self.read(),
            Here::Quiz { .. } => self.quiz(),
            Here::Solve { .. } => match &self.phase {
                Phase::Judged(verdict) if verdict.passed() => self.go_next(),
                _ => Vec::new(),
            },
            Here::Finished { .. } => Vec::new(),
        }
    }

    fn with_exercise(&self, effect: impl FnOnce(String) -> Effect) -> Vec<Effect> {
        self.exercise().map(|e| effect(e.id.clone())).into_iter().collect()
    }

    fn again(&mut self) -> Vec<Effect> {
        let Some(exercise) = self.exercise().map(|e| e.id.clone()) else { return Vec::new() };
        self.forced = true;
        vec![Effect::Look { exercise }]
    }

    fn hint(&mut self) -> Vec<Effect> {
        let Some(exercise) = self.exercise().map(|e| e.id.clone()) else { return Vec::new() };
        self.scroll = 0;
        if !self.show_hints && self.hints.0 > 0 {
            self.show_hints = true;
            return Vec::new();
        }
        self.show_hints = true;
        if self.hints.0 >= 3 {
            self.notice = Some("that was the last hint; `s` shows the solution after a pass".to_string());
            return Vec::new();
        }
        vec![Effect::TakeHint { exercise }]
    }

    fn read(&mut self) -> Vec<Effect> {
        let Some(topic) = self.topic().map(|t| t.id.clone()) else { return Vec::new() };
        let section = self.exercise().and_then(|e| e.read.clone());
        vec![Effect::MarkRead { topic: topic.clone() }, Effect::Foreground(Program::Read { topic, section })]
    }

    fn quiz(&mut self) -> Vec<Effect> {
        let topic = self.topic().filter(|t| t.has_quiz).map(|t| t.id.clone());
        topic.map(|topic| Effect::Foreground(Program::Quiz { topic })).into_iter().collect()
    }

    fn confirm_key(&mut self, key: Key) -> Vec<Effect> {
        self.overlay = Overlay::None;
        if matches!(key, Key::Char('y' | 'Y')) {
            return self.with_exercise(|exercise| Effect::Reset { exercise });
        }
        self.notice = Some("nothing was reset".to_string());
        Vec::new()
    }

    fn paths_key(&mut self, key: Key) -> Vec<Effect> {
        self.overlay = Overlay::None;
        let chosen = match key {
            Key::Char(c) => c.to_digit(10).and_then(|n| self.atlas.paths.get((n as usize).checked_sub(1)?)),
            _ => None,
        };
        let Some(id) = chosen.map(|p| p.id.clone()) else { return Vec::new() };
        self.path = Some(id.clone());
        let mut effects = vec![Effect::FollowPath { path: id }];
        let steps = itinerary::steps(&self.atlas, self.followed());
        let on_path = self.exercise().is_some_and(|e| steps.contains(&Step::Solve(e)));
        if !on_path {
            let next = here_of(&itinerary::next(&steps, &self.standing));
            effects.extend(self.go(next));
        }
        effects
    }

    /// Moves on, also without a pass: nobody is locked in.
    fn go_next(&mut self) -> Vec<Effect> {
        // Moving on from a write-up counts as having read it, and a quiz may be left for later.
        let mut effects = Vec::new();
        if let Here::Read { topic } = &self.here {
            effects.push(Effect::MarkRead { topic: topic.clone() });
        }
        let next = self.next();
        if next == self.here {
            return effects;
        }
        effects.extend(self.go(next));
        effects
    }

    fn go(&mut self, here: Here) -> Vec<Effect> {
        self.here = here;
        self.arrive();
        match &self.here {
            // An exercise that was worked on before is judged on arrival.
            Here::Solve { exercise } => vec![
                Effect::Cancel,
                Effect::GoTo { exercise: exercise.clone() },
                Effect::Look { exercise: exercise.clone() },
            ],
            _ => vec![Effect::Cancel],
        }
    }

    fn arrive(&mut self) {
        self.run += 1;
        self.phase = Phase::Waiting;
        self.overlay = Overlay::None;
        self.scroll = 0;
        self.show_hints = false;
        self.hints = Hints::default();
        self.notice = None;
        self.forced = false;
        self.arriving = true;
        self.gone = None;
        if let Here::Solve { exercise } = &self.here {
            let exercise = exercise.clone();
            self.judged.retain(|(e, _)| *e != exercise);
        }
    }
}

fn here_of(next: &Next<'_>) -> Here {
    match next {
        Next::Step(Step::Read(topic)) => Here::Read { topic: topic.id.clone() },
        Next::Step(Step::Solve(exercise)) => Here::Solve { exercise: exercise.id.clone() },
        Next::Step(Step::Quiz(topic)) => Here::Quiz { topic: topic.id.clone() },
        Next::Step(Step::Planned(id)) => Here::Finished { planned: vec![(*id).to_string()] },
        Next::Finished { planned } => {
            Here::Finished { planned: planned.iter().map(ToString::to_string).collect() }
        }
    }
}
