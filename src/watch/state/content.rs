//! Content that changes while it is watched.

use super::{Here, State, here_of};
use crate::content::model::Atlas;
use crate::itinerary::{self, Standing};
use crate::watch::event::Effect;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long content must be left alone before it is read again: its author saves several files at once, and so does
/// git.
pub const SETTLE: Duration = Duration::from_millis(40);

impl State {
    pub(super) fn content_touched(&mut self, at: Duration) {
        self.content_due = Some(at + SETTLE);
    }

    /// Whether the content is to be read again now.
    pub(super) fn content_is_due(&mut self, at: Duration) -> bool {
        self.content_due.take_if(|due| *due <= at).is_some()
    }

    /// The content as it is now. `contents` are the files of exercises, `changed` says whether the current exercise
    /// is another one: then it is judged again.
    pub(super) fn content(
        &mut self,
        atlas: Arc<Atlas>,
        standing: Standing,
        contents: BTreeMap<String, u64>,
        changed: bool,
    ) -> Vec<Effect> {
        self.atlas = atlas;
        self.standing = standing;
        // A stub that was brought up to date is no save of the learner's.
        for (exercise, hash) in contents {
            if !self.is_current(&exercise) {
                self.contents.insert(exercise, hash);
            }
        }
        let gone = match &self.here {
            Here::Solve { exercise } => self.atlas.exercise(exercise).is_none(),
            Here::Read { topic } | Here::Quiz { topic } => self.atlas.topic(topic).is_none(),
            Here::Finished { .. } => false,
        };
        if gone {
            let steps = itinerary::steps(&self.atlas, self.followed());
            let here = here_of(&itinerary::next(&steps, &self.standing));
            let effects = self.go(here);
            self.tell("the exercise that was here is gone from the content");
            return effects;
        }
        match &self.here {
            Here::Solve { exercise } if changed => {
                let exercise = exercise.clone();
                self.contents.remove(&exercise);
                vec![Effect::Look { exercise }]
            }
            _ => Vec::new(),
        }
    }
}
