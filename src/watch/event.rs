//! The words of the loop: what can happen, and what is to be done about it. Plain data; the time is in the events,
//! as the time since the watch began.

use crate::content::model::Atlas;
use crate::failure::{Failure, Status};
use crate::itinerary::Standing;
use crate::verdict::Verdict;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The file of an exercise may have changed.
    Touched {
        exercise: String,
        at: Duration,
    },
    /// A file of the content, which its author is at, may have changed.
    ContentTouched {
        at: Duration,
    },
    /// The answer to `Effect::Reload`: the content, where the learner stands in it, what is in the files of its
    /// exercises, and whether the current exercise is another one now.
    Content {
        atlas: Arc<Atlas>,
        standing: Standing,
        contents: BTreeMap<String, u64>,
        changed: bool,
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
        verdict: Result<Box<Verdict>, Failure>,
    },
    Key(Key),
    /// The terminal has another size, or the learner wants to see the screen afresh.
    Redraw,
    /// A deadline may have passed.
    Tick {
        at: Duration,
    },
    /// Progress as it is on disk now.
    Progress(Standing, Hints),
    /// Something the learner should know, from the watcher or the file system.
    Notice(String),
    /// A foreground program has ended; the exercise that was chosen in it, if any.
    Returned {
        chosen: Option<String>,
        at: Duration,
    },
    /// Stopped by Ctrl-Z, and now going on. Nothing was judged meanwhile.
    Continued {
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
    /// Read the content again.
    Reload,
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
    /// A file of the workspace.
    Edit {
        file: String,
    },
    Read {
        topic: String,
        section: Option<String>,
    },
    Quiz {
        topic: String,
    },
    List,
    Solution {
        exercise: String,
    },
    Diff {
        exercise: String,
    },
    /// The series of its last run.
    Plot {
        exercise: String,
    },
}
