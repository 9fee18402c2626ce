//! The main loop: producers send events, the state decides, this loop carries out the effects and draws.

pub mod files;
pub mod foreground;
pub mod judge_thread;
pub mod keys;
pub mod screen;
pub mod signals;
pub mod state;

use crate::attempt;
use crate::content::checklist::CheckInfo;
use crate::content::model::Atlas;
use crate::content::source::Source;
use crate::content::version;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::itinerary::Standing;
use crate::progress::Progress;
use crate::progress::moment::Moment;
use crate::progress::store::Store;
use crate::terminal::Terminal;
use crate::terminal::full_screen::FullScreen;
use crate::verdict::Verdict;
use crate::workspace::{Workspace, reset};
use files::Word;
use judge_thread::Judge;
use keys::Keys;
use signals::{Ask, InForeground};
use state::{Effect, Event, Here, Hints, Program, Seen, State};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

/// How to watch.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub auto_advance: bool,
    /// Look for saves without waiting for events.
    pub poll: bool,
    /// Opens a file in the learner's editor.
    pub edit_cmd: Option<String>,
    /// The flags that a drill in the foreground needs to see the same workspace.
    pub flags: Vec<String>,
}

/// What is watched.
pub struct Course {
    pub workspace: Workspace,
    pub source: Source,
    pub atlas: Atlas,
    pub progress: Progress,
    pub here: Here,
}

/// What reaches the loop.
enum Input {
    Event(Event),
    File(Word),
    Ask(Ask),
}

struct Loop<'a> {
    terminal: &'a Terminal,
    options: &'a Options,
    workspace: Workspace,
    source: Source,
    store: Store,
    state: State,
    started: Instant,
    judge: Judge,
    keys: Option<Keys>,
    screen: Option<FullScreen>,
    foreground: InForeground,
    /// The checks of this exercise.
    checklist: (String, Vec<CheckInfo>),
    /// Plain output so far, to print only what is new.
    printed: String,
}

/// Watches until told to stop.
pub fn watch(terminal: &Terminal, course: Course, options: &Options) -> Result<Status, Failure> {
    let Course { workspace, source, atlas, progress, here } = course;
    let atlas = Arc::new(atlas);
    let (sender, inbox) = channel::<Input>();
    let foreground = InForeground::default();
    let to_loop = sender.clone();
    signals::listen(Arc::clone(&foreground), move |ask| to_loop.send(Input::Ask(ask)).is_ok())?;

    let paths: Vec<PathBuf> = atlas.exercises().map(|e| workspace.file(&e.stub_path())).collect();
    let to_loop = sender.clone();
    let root = workspace.root().join("exercises");
    let _files =
        files::watch(&root, &paths, options.poll, move |word| to_loop.send(Input::File(word)).is_ok());

    let (to_judge, verdicts) = channel::<Event>();
    forward(verdicts, sender.clone());
    let judge = Judge::start(workspace.clone(), source.clone(), Arc::clone(&atlas), to_judge);

    let standing = Standing::new(&atlas, &progress, |e| version::of_exercise(&source, e));
    let path = progress.path().map(ToString::to_string);
    let state = State::new(atlas, standing, path, here, options.auto_advance);
    let mut this = Loop {
        terminal,
        options,
        store: Store::open(&workspace),
        workspace,
        source,
        state,
        started: Instant::now(),
        judge,
        keys: None,
        screen: None,
        foreground,
        checklist: Default::default(),
        printed: String::new(),
    };
    if terminal.stdin_is_terminal {
        let (to_keys, keys) = channel::<Event>();
        forward(keys, sender);
        this.screen = Some(FullScreen::enter(!this.is_plain()));
        this.keys = Some(Keys::start(to_keys));
    }
    let status = this.run(&inbox);
    this.leave();
    status
}

/// Turns a channel of events into one of inputs.
fn forward(events: Receiver<Event>, to: Sender<Input>) {
    std::thread::spawn(move || {
        for event in events {
            if to.send(Input::Event(event)).is_err() {
                return;
            }
        }
    });
}

impl Loop<'_> {
    /// No redraws: the output is a file or a pipe, or the learner wants lines.
    fn is_plain(&self) -> bool {
        self.terminal.plain || !self.terminal.is_interactive()
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn run(&mut self, inbox: &Receiver<Input>) -> Result<Status, Failure> {
        let mut queue: VecDeque<Event> = VecDeque::new();
        if let Here::Solve { exercise } = self.state.here.clone() {
            queue.extend(self.perform(Effect::GoTo { exercise: exercise.clone() }).events);
            queue.extend(self.perform(Effect::Look { exercise }).events);
        }
        loop {
            while let Some(event) = queue.pop_front() {
                let (urgent, later): (Vec<Effect>, Vec<Effect>) =
                    self.state.on(event).into_iter().partition(|e| {
                        matches!(e, Effect::Judge { .. } | Effect::Cancel | Effect::Look { .. })
                    });
                // What the learner waits for comes before the picture, the picture before the bookkeeping.
                for effect in urgent {
                    queue.extend(self.perform(effect).events);
                }
                self.draw();
                for effect in later {
                    let done = self.perform(effect);
                    if let Some(status) = done.quit {
                        return Ok(status);
                    }
                    queue.extend(done.events);
                }
            }
            self.draw();
            let wait = self.state.deadline().map(|at| at.saturating_sub(self.now()));
            let input = match wait {
                Some(wait) => inbox.recv_timeout(wait),
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match input {
                Ok(Input::Event(event)) => queue.push_back(event),
                Ok(Input::File(Word::Touched(path))) => queue.extend(self.touched(&path)),
                Ok(Input::File(Word::Polling)) => {
                    let said = "no events come from this file system: looking for saves four times a second";
                    queue.push_back(Event::Notice(said.to_string()));
                }
                Ok(Input::Ask(Ask::Stop(status))) => queue.push_back(Event::Stop(status)),
                Ok(Input::Ask(Ask::Suspend)) => {
                    self.suspend();
                    queue.push_back(Event::Resized);
                }
                Err(RecvTimeoutError::Timeout) => queue.push_back(Event::Tick { at: self.now() }),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::bug("nobody sends events any more"));
                }
            }
        }
    }

    fn touched(&self, path: &std::path::Path) -> Option<Event> {
        let exercise = self.state.atlas.exercises().find(|e| self.workspace.file(&e.stub_path()) == path)?;
        Some(Event::Touched { exercise: exercise.id.clone(), at: self.now() })
    }

    fn perform(&mut self, effect: Effect) -> Done {
        let result = match effect {
            Effect::Quit(status) => return Done { events: Vec::new(), quit: Some(status) },
            Effect::Look { exercise } => {
                let seen = self.look(&exercise);
                Ok(vec![Event::Seen { exercise, seen, at: self.now() }])
            }
            Effect::Judge { run, exercise, text } => {
                self.judge.judge(run, exercise, text);
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
            Effect::TakeHint { exercise } => self.update(|p, at| {
                p.take_hint(&exercise, at);
            }),
            Effect::Reset { exercise } => self.reset(&exercise),
            Effect::Foreground(program) => self.run_in_foreground(&program),
        };
        // What can't be written is said, and stops nobody: the verdict is on screen already.
        let events = result.unwrap_or_else(|failure| {
            let help = failure.help.first().map_or(String::new(), |h| format!(" ({h})"));
            vec![Event::Notice(format!("{}{help}", failure.message))]
        });
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
        self.update(|p, _| p.record_attempt(&exercise.id, attempt))
    }

    /// Changes progress on disk and answers with what it is now.
    fn update(&mut self, change: impl FnOnce(&mut Progress, SystemTime)) -> Result<Vec<Event>, Failure> {
        let (progress, notices) = self.store.update(|progress| {
            change(progress, SystemTime::now());
            progress.clone()
        })?;
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
            None => "the file is the stub already".to_string(),
        };
        let touched = Event::Touched { exercise: exercise.id.clone(), at: self.now() };
        Ok(vec![Event::Notice(said), touched])
    }

    fn run_in_foreground(&mut self, program: &Program) -> Result<Vec<Event>, Failure> {
        let place = foreground::Place {
            drill: std::env::current_exe()
                .map_err(|e| Failure::environment(format!("can't find drill: {e}")))?,
            root: self.workspace.root(),
            flags: &self.options.flags,
            edit_cmd: self.options.edit_cmd.as_deref(),
        };
        let call = foreground::call(program, &place)?;
        let before = self.store.load()?.0;
        let alternate = !self.is_plain();
        {
            // The other program gets the terminal as it was, every key and Ctrl-C.
            let _paused = self.keys.as_ref().map(Keys::pause);
            self.foreground.store(true, Ordering::SeqCst);
            let held = self.screen.take().is_some();
            let ended = foreground::run(call, self.terminal);
            self.foreground.store(false, Ordering::SeqCst);
            if held {
                self.screen = Some(FullScreen::enter(alternate));
            }
            ended?;
        }
        let after = self.store.load()?.0;
        let moved = after.current() != before.current();
        let current = after.current().filter(|_| moved || *program == Program::List).map(ToString::to_string);
        Ok(vec![self.standing(&after), Event::Returned { current, at: self.now() }])
    }

    /// Ctrl-Z: gives the terminal back, stops, and takes it again.
    fn suspend(&mut self) {
        let alternate = !self.is_plain();
        let _paused = self.keys.as_ref().map(Keys::pause);
        let held = self.screen.take().is_some();
        signals::stop_self();
        if held {
            self.screen = Some(FullScreen::enter(alternate));
        }
    }

    fn draw(&mut self) {
        self.load_checklist();
        let around = screen::Surroundings { root: self.workspace.root(), checklist: &self.checklist.1 };
        let plain = self.is_plain();
        match &mut self.screen {
            Some(screen) if !plain => {
                let (lines, furthest) =
                    screen::frame(&self.state, &around, self.terminal.size(), self.terminal.theme);
                self.state.scroll = self.state.scroll.min(furthest);
                screen.draw(&lines);
            }
            _ => {
                let text = screen::plain(&self.state, &around, self.terminal.width(), self.terminal.theme);
                if text != self.printed && !text.is_empty() {
                    self.terminal.out(&format!("{text}\n"));
                    self.printed = text;
                }
            }
        }
    }

    fn load_checklist(&mut self) {
        let Some(exercise) = self.state.exercise() else { return };
        if self.checklist.0 != exercise.id {
            let checks = attempt::material(&self.source, exercise).map(|m| m.checklist).unwrap_or_default();
            self.checklist = (exercise.id.clone(), checks);
        }
    }

    /// Gives the terminal back and says where the learner stands.
    fn leave(&mut self) {
        drop(self.screen.take());
        let (passed, all) = self.state.standing.passed(self.state.atlas.exercises());
        self.terminal.out(&format!(
            "{passed} of {all} exercises passed. Go on any time with {}.\n",
            self.terminal.theme.name("drill watch")
        ));
    }
}

/// What an effect leads to.
struct Done {
    events: Vec<Event>,
    quit: Option<Status>,
}
