//! Carries out what the state decided: reads files, gives orders to the judge, writes progress, hands the terminal
//! to other programs.

use super::Loop;
use super::event::{Effect, Event, Hints, Program, Seen};
use super::foreground::{self, Place};
use crate::attempt;
use crate::content::model::Atlas;
use crate::content::version;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::itinerary::Standing;
use crate::progress::Progress;
use crate::progress::moment::Moment;
use crate::recording::Recording;
use crate::terminal::full_screen::FullScreen;
use crate::verdict::Verdict;
use crate::watch::keys::Keys;
use crate::workspace::{Workspace, reset};
use std::collections::BTreeMap;
use std::time::SystemTime;

/// What an effect leads to.
pub(super) struct Done {
    pub events: Vec<Event>,
    pub quit: Option<Status>,
}

/// What is in the exercises' files: exercise id, and a hash of the bytes.
pub(super) fn contents(workspace: &Workspace, atlas: &Atlas) -> BTreeMap<String, u64> {
    let hash = |path: &str| fsx::read_if_there(&workspace.file(path)).ok().flatten().map(|b| fsx::hash(&b));
    atlas.exercises().filter_map(|e| Some((e.id.clone(), hash(&e.stub_path())?))).collect()
}

impl Loop<'_> {
    pub(super) fn perform(&mut self, effect: Effect) -> Done {
        let result = match effect {
            Effect::Quit(status) => return Done { events: Vec::new(), quit: Some(status) },
            Effect::Look { exercise } => {
                let seen = self.look(&exercise);
                Ok(vec![Event::Seen { exercise, seen, at: self.now() }])
            }
            Effect::Reload => self.reload(),
            Effect::Judge { run, exercise, text } => {
                if let Some(exercise) = self.state.atlas.exercise(&exercise) {
                    self.judge.judge(run, exercise.clone(), text);
                }
                Ok(Vec::new())
            }
            Effect::Cancel => {
                self.judge.cancel();
                Ok(Vec::new())
            }
            Effect::Record { verdict } => self.record(&verdict),
            Effect::GoTo { exercise } => self.update(|p, at| p.set_current(&exercise, at)),
            Effect::MarkRead { topic } => self.update(|p, at| p.mark_read(&topic, at)),
            Effect::FollowPath { path } => self.update(|p, at| p.set_path(&path, at)),
            Effect::TakeHint { exercise } => {
                let all = self.state.atlas.exercise(&exercise).map_or(0, |e| e.hints.len());
                self.update(|p, at| {
                    p.take_hint(&exercise, all, at);
                })
            }
            Effect::Reset { exercise } => self.reset(&exercise),
            Effect::Foreground(program) => self.run_in_foreground(&program),
        };
        // What can't be written is said, and stops nobody: the verdict is on screen already.
        let events = result.unwrap_or_else(|failure| vec![notice(&failure)]);
        Done { events, quit: None }
    }

    fn look(&self, exercise: &str) -> Seen {
        let Some(exercise) = self.state.atlas.exercise(exercise) else { return Seen::Missing };
        let path = self.workspace.file(&exercise.stub_path());
        match fsx::read_if_there(&path) {
            Ok(None) => Seen::Missing,
            Err(failure) => Seen::Unreadable(failure.message),
            Ok(Some(bytes)) => match String::from_utf8(bytes) {
                Err(e) => Seen::Unreadable(format!(
                    "{} is not UTF-8 text (byte {})",
                    exercise.stub_path(),
                    e.utf8_error().valid_up_to()
                )),
                Ok(text) => {
                    let stub = self.source.read(&exercise.stub_path()).ok().flatten();
                    let untouched = stub.is_some_and(|stub| stub.lines().eq(text.lines()));
                    Seen::Text { hash: fsx::hash(text.as_bytes()), untouched, text: text.into() }
                }
            },
        }
    }

    fn record(&mut self, verdict: &Verdict) -> Result<Vec<Event>, Failure> {
        let Some(exercise) = self.state.atlas.exercise(&verdict.exercise).cloned() else {
            return Ok(Vec::new());
        };
        let attempt = attempt::summary(verdict, &self.source, &exercise, SystemTime::now());
        let kept = Recording::of(verdict, attempt.at).map_or(Ok(()), |r| r.keep(&self.workspace));
        self.unwritten.push((exercise.id, attempt));
        let mut events = self.update(|_, _| {})?;
        events.extend(kept.err().map(|failure| notice(&failure)));
        Ok(events)
    }

    /// Changes progress on disk and answers with what it is now. What could not be written before is written too.
    fn update(&mut self, change: impl FnOnce(&mut Progress, SystemTime)) -> Result<Vec<Event>, Failure> {
        let (progress, notices) = self.store.update(|progress| {
            for (exercise, attempt) in &self.unwritten {
                progress.record_attempt(exercise, attempt.clone());
            }
            change(progress, SystemTime::now());
            progress.clone()
        })?;
        self.unwritten.clear();
        let mut events = vec![self.standing(&progress)];
        events.extend(notices.into_iter().map(|notice| Event::Notice(notice.0)));
        Ok(events)
    }

    fn standing(&self, progress: &Progress) -> Event {
        let standing = Standing::new(&self.state.atlas, progress, |e| version::of_exercise(&self.source, e));
        let hints = self.state.exercise().map_or(0, |e| progress.hints(&e.id));
        Event::Progress(standing, Hints(hints))
    }

    fn reset(&mut self, exercise: &str) -> Result<Vec<Event>, Failure> {
        let Some(exercise) = self.state.atlas.exercise(exercise) else { return Ok(Vec::new()) };
        let stamp = Moment::from(SystemTime::now()).file_name();
        let outcome = reset::reset(&self.workspace, &self.source, &[exercise], &stamp)?;
        let said = match &outcome.backup {
            Some(backup) => {
                let place = backup.strip_prefix(self.workspace.root()).unwrap_or(backup);
                format!("the stub is back; yours is kept in {}", place.display())
            }
            None if outcome.restored.is_empty() => "the file is the stub already".to_string(),
            None => "the stub is back".to_string(),
        };
        let touched = Event::Touched { exercise: exercise.id.clone(), at: self.now() };
        Ok(vec![Event::Notice(said), touched])
    }

    fn run_in_foreground(&mut self, program: &Program) -> Result<Vec<Event>, Failure> {
        let drill = std::env::current_exe()
            .map_err(|e| Failure::environment(format!("can't find drill's own program: {e}")))?;
        let edit_cmd = self.options.edit_cmd.as_deref();
        let place = Place { drill, root: self.workspace.root(), flags: &self.options.flags, edit_cmd };
        let call = foreground::call(program, &place)?;
        // That progress can't be read keeps nobody from the editor.
        let before = self.store.load().map(|(progress, _)| progress.current);
        let alternate = !self.is_plain();
        let ended = {
            // The other program gets the terminal as it was, every key and Ctrl-C.
            let _paused = self.keys.as_ref().map(Keys::pause);
            let held = self.screen.take().is_some();
            let ended = foreground::run(call, &self.foreground, self.terminal);
            if held {
                self.screen = Some(FullScreen::enter(alternate));
            }
            ended
        };
        let mut events = Vec::new();
        let mut chosen = None;
        match self.store.load() {
            Ok((after, _)) => {
                events.push(self.standing(&after));
                // The time of the choice tells it from no choice, also when it is the same exercise again.
                let is_new = before.is_ok_and(|before| after.current != before);
                chosen = after.current().filter(|_| is_new).map(ToString::to_string);
            }
            Err(failure) => events.push(notice(&failure)),
        }
        events.push(Event::Returned { chosen, at: self.now() });
        match ended {
            Ok(None) => {}
            Ok(Some(said)) => events.push(Event::Notice(said)),
            Err(failure) => events.push(notice(&failure)),
        }
        Ok(events)
    }
}

fn notice(failure: &Failure) -> Event {
    let help = failure.help.first().map_or(String::new(), |h| format!(" ({h})"));
    Event::Notice(format!("{}{help}", failure.message))
}
