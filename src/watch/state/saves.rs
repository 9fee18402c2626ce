//! Files that may have been saved: when to look at them, and whether what is seen there is judged.

use super::{Here, Overlay, Phase, State};
use crate::watch::event::{Effect, Seen};
use std::time::Duration;

/// How long a file must be left alone before it is looked at: editors write twice, or rename and then write.
pub const SETTLE: Duration = Duration::from_millis(8);
/// A file that is gone or empty is most likely being saved: it gets this much longer.
pub const GRACE: Duration = Duration::from_millis(300);

impl State {
    pub(super) fn touched(&mut self, exercise: String, at: Duration) {
        if self.is_current(&exercise) {
            self.arriving = false;
        }
        self.look_soon(exercise, at);
    }

    pub(super) fn look_soon(&mut self, exercise: String, at: Duration) {
        let due = at + SETTLE;
        match self.settling.iter_mut().find(|(e, _)| *e == exercise) {
            Some((_, settle)) => *settle = due,
            None => self.settling.push((exercise, due)),
        }
    }

    pub(super) fn tick(&mut self, at: Duration) -> Vec<Effect> {
        let mut ready = Vec::new();
        self.settling.retain(|(exercise, due)| {
            if *due <= at {
                ready.push(exercise.clone());
            }
            *due > at
        });
        // Still gone: now it is news, said by the look that follows.
        if let (Some(due), Here::Solve { exercise }) = (self.gone, &self.here)
            && due <= at
            && !ready.contains(exercise)
        {
            ready.push(exercise.clone());
        }
        let reload = self.content_is_due(at).then_some(Effect::Reload);
        reload.into_iter().chain(ready.into_iter().map(|exercise| Effect::Look { exercise })).collect()
    }

    pub(super) fn seen(&mut self, exercise: String, seen: Seen, at: Duration) -> Vec<Effect> {
        let current = self.is_current(&exercise);
        if current && self.may_be_half_saved(&seen, at) {
            return Vec::new();
        }
        match seen {
            Seen::Text { hash, untouched, text } => {
                let arriving = current && self.arriving;
                // An exercise of a foreign pack begins with what the compiler says of it, and may be solved as given.
                let foreign = current && self.exercise().is_some_and(|e| e.foreign.is_some());
                let forced = current && std::mem::take(&mut self.forced);
                let known = self.contents.get(&exercise) == Some(&hash);
                // Another exercise counts as chosen when the learner has changed it, not when an editor merely
                // touched or emptied it.
                let wanted = if current {
                    forced || !(known || arriving && untouched && !foreign)
                } else {
                    !known && !untouched && !text.trim().is_empty()
                };
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
                self.contents.insert(exercise.clone(), hash);
                self.run += 1;
                self.run_on_arrival = arriving && !forced;
                self.run_as_given = foreign && untouched && !forced;
                self.phase = Phase::Running;
                self.overlay = Overlay::None;
                self.scroll = 0;
                if !std::mem::take(&mut self.notice_is_new) {
                    self.notice = None;
                }
                effects.push(Effect::Judge { run: self.run, exercise, text });
                effects
            }
            Seen::Missing if current => self.lost(&exercise, Phase::Missing),
            Seen::Unreadable(why) if current => self.lost(&exercise, Phase::Unreadable(why)),
            Seen::Missing | Seen::Unreadable(_) => Vec::new(),
        }
    }

    /// Whether the current file is missing or empty, and has not been so for long.
    fn may_be_half_saved(&mut self, seen: &Seen, at: Duration) -> bool {
        let blank = match seen {
            Seen::Missing => true,
            Seen::Text { text, .. } => text.trim().is_empty(),
            Seen::Unreadable(_) => false,
        };
        let due = self.gone.take().unwrap_or(at + GRACE);
        let waits = blank && !self.forced && due > at;
        self.gone = waits.then_some(due);
        waits
    }

    /// The current file can't be judged any more.
    fn lost(&mut self, exercise: &str, phase: Phase) -> Vec<Effect> {
        self.forced = false;
        self.contents.remove(exercise);
        self.run += 1;
        self.phase = phase;
        self.scroll = 0;
        vec![Effect::Cancel]
    }
}
