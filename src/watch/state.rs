//! What `drill watch` does next: events in, effects out. Pure: no clock, no files, no threads, no terminal. The
//! time is in the events, as the time since the watch began.

pub mod content;
pub mod keys;
pub mod saves;
#[cfg(test)]
pub mod tests;

use super::event::{Effect, Event, Hints};
use crate::content::model::{Atlas, Exercise, Path, Topic};
use crate::failure::Failure;
use crate::itinerary::{self, Next, Standing, Step};
use crate::progress::Progress;
use crate::verdict::Verdict;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

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
    Running,
    Judged(Arc<Verdict>),
    /// The pipeline itself failed.
    Broken(Failure),
    /// There is no file to judge.
    Missing,
    Unreadable(String),
}

/// Everything the screen shows and the next event is judged by.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
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
    /// The last thing to tell, shown until the learner's next key or the save after next.
    pub notice: Option<String>,
    /// The notice has not lived through a save yet: it may have come with one.
    notice_is_new: bool,
    auto_advance: bool,
    /// Number of the run whose verdict is awaited, or of the last one.
    run: u64,
    /// That run judges what was there on arrival, not a save.
    run_on_arrival: bool,
    /// That run judges a foreign stub that nobody touched: no attempt, unless it passes.
    run_as_given: bool,
    /// Exercises touched and not yet looked at, with the time to do so.
    settling: Vec<(String, Duration)>,
    /// By exercise, the content that needs no judging: it was judged, or it was there before anything was saved.
    contents: BTreeMap<String, u64>,
    /// A run was asked for by key: the next look judges whatever it sees.
    forced: bool,
    /// Come to this exercise, and nothing saved since: a stub that nobody touched is not judged.
    arriving: bool,
    /// When it becomes news that the current file is missing or empty.
    gone: Option<Duration>,
    /// When the content, which its author is at, is read again.
    content_due: Option<Duration>,
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
            notice_is_new: false,
            auto_advance,
            run: 0,
            run_on_arrival: false,
            run_as_given: false,
            settling: Vec::new(),
            contents: BTreeMap::new(),
            forced: false,
            arriving: true,
            gone: None,
            content_due: None,
        }
    }

    /// What the files hold before anything is saved: only what differs from it is a save.
    pub fn know(&mut self, contents: BTreeMap<String, u64>) {
        self.contents = contents;
        if let Here::Solve { exercise } = &self.here {
            self.contents.remove(exercise);
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

    pub fn has_passed(&self) -> bool {
        matches!(&self.phase, Phase::Judged(verdict) if verdict.passed())
    }

    /// Whether there is something to plot.
    pub fn has_series(&self) -> bool {
        matches!(&self.phase, Phase::Judged(verdict) if !verdict.series.is_empty())
    }

    /// What can be done on the followed path and is not.
    pub fn open_steps(&self) -> Vec<Step<'_>> {
        let mut steps = itinerary::steps(&self.atlas, self.followed());
        steps.retain(|s| !matches!(s, Step::Planned(_)) && !self.standing.is_done(*s));
        steps
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
        self.settling.iter().map(|(_, at)| *at).chain(self.gone).chain(self.content_due).min()
    }

    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Touched { exercise, at } => self.touched(exercise, at),
            Event::ContentTouched { at } => self.content_touched(at),
            Event::Content { atlas, standing, contents, changed } => {
                return self.content(atlas, standing, contents, changed);
            }
            Event::Tick { at } => return self.tick(at),
            Event::Seen { exercise, seen, at } => return self.seen(exercise, seen, at),
            Event::Judged { run, verdict } => return self.judged(run, verdict),
            Event::Key(key) => return self.key(key),
            Event::Returned { chosen, at } => return self.returned(chosen, at),
            Event::Continued { at } => self.continued(at),
            Event::Stop(status) => return vec![Effect::Cancel, Effect::Quit(status)],
            Event::Notice(text) => self.tell(text),
            Event::Progress(standing, hints) => {
                self.standing = standing;
                self.hints = hints;
            }
            Event::Redraw => {}
        }
        Vec::new()
    }

    fn tell(&mut self, text: impl Into<String>) {
        self.notice = Some(text.into());
        self.notice_is_new = true;
    }

    fn is_current(&self, exercise: &str) -> bool {
        matches!(&self.here, Here::Solve { exercise: e } if e == exercise)
    }

    fn judged(&mut self, run: u64, verdict: Result<Box<Verdict>, Failure>) -> Vec<Effect> {
        // A verdict on what has been saved over is never shown.
        if run != self.run || self.phase != Phase::Running {
            return Vec::new();
        }
        self.scroll = 0;
        let verdict: Arc<Verdict> = match verdict {
            Ok(verdict) => Arc::from(verdict),
            Err(failure) => {
                self.phase = Phase::Broken(failure);
                return Vec::new();
            }
        };
        self.phase = Phase::Judged(Arc::clone(&verdict));
        let mut effects = Vec::new();
        if verdict.passed() || !self.run_as_given {
            effects.push(Effect::Record { verdict: Arc::clone(&verdict) });
        }
        if verdict.passed() {
            self.show_hints = false;
            // Who comes back to an exercise that is passed wants to see it.
            let visit = self.run_on_arrival && self.standing.is_passed(&verdict.exercise);
            if self.auto_advance && !visit {
                let name = verdict.exercise.rsplit('/').next().unwrap_or_default();
                let learned = self.exercise().map_or(String::new(), |e| e.learned.clone());
                effects.extend(self.go_next());
                self.tell(format!("{name} passed. {learned}").trim_end().to_string());
            }
        }
        effects
    }

    fn returned(&mut self, chosen: Option<String>, at: Duration) -> Vec<Effect> {
        if let Some(exercise) = chosen.filter(|id| self.atlas.exercise(id).is_some() && !self.is_current(id))
        {
            return self.go(Here::Solve { exercise });
        }
        // The watcher may have been busy elsewhere: look, and leave an untouched stub alone.
        if let Here::Solve { exercise } = &self.here {
            self.look_soon(exercise.clone(), at);
        }
        Vec::new()
    }

    fn continued(&mut self, at: Duration) {
        if let Here::Solve { exercise } = &self.here {
            if self.phase == Phase::Running {
                self.contents.remove(exercise);
            }
            self.look_soon(exercise.clone(), at);
        }
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
            self.tell("there is nothing more on this path; `p` shows the others");
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
            self.contents.remove(exercise);
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
