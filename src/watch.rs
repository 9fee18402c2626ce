//! The main loop: producers send events, the state decides, this loop draws and has the effects carried out.

pub mod content;
pub mod effects;
pub mod event;
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
use crate::itinerary::Standing;
use crate::progress::store::Store;
use crate::progress::{Attempt, Progress};
use crate::terminal::Terminal;
use crate::terminal::full_screen::FullScreen;
use crate::workspace::Workspace;
use content::Followed;
use event::{Effect, Event};
use files::{Files, Word};
use foreground::Foreground;
use judge_thread::Judge;
use keys::Keys;
use signals::Ask;
use state::{Here, State};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

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
    /// Its author is at it: the content is read again when it changes.
    pub is_authored: bool,
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
    /// The content, where its author is at it.
    followed: Option<Followed>,
    files: Files,
    sender: Sender<Input>,
    keys: Option<Keys>,
    screen: Option<FullScreen>,
    foreground: Foreground,
    /// Attempts that could not be written yet, by exercise.
    unwritten: Vec<(String, Attempt)>,
    /// The checks of this exercise.
    checklist: (String, Vec<CheckInfo>),
    /// Plain output so far, to print only what is new.
    printed: screen::Lines,
}

/// Watches until told to stop.
pub fn watch(terminal: &Terminal, course: Course, options: &Options) -> Result<Status, Failure> {
    let Course { workspace, source, atlas, progress, here, is_authored } = course;
    let atlas = Arc::new(atlas);
    let (sender, inbox) = channel::<Input>();
    let foreground = Foreground::default();
    let to_loop = sender.clone();
    signals::listen(foreground.clone(), move |ask| to_loop.send(Input::Ask(ask)).is_ok())?;

    let followed = if is_authored { Followed::of(&source, &atlas) } else { None };
    let files = content::watch(&workspace, followed.as_ref(), &atlas, options.poll, &sender);

    let (to_judge, verdicts) = channel::<Event>();
    forward(verdicts, sender.clone());
    let judge = Judge::start(workspace.clone(), source.clone(), to_judge);

    let standing = Standing::new(&atlas, &progress, |e| version::of_exercise(&source, e));
    let path = progress.path().map(ToString::to_string);
    let mut state = State::new(atlas, standing, path, here, options.auto_advance);
    state.know(effects::contents(&workspace, &state.atlas));
    let mut this = Loop {
        terminal,
        options,
        store: Store::open(&workspace),
        workspace,
        source,
        state,
        started: Instant::now(),
        judge,
        followed,
        files,
        sender: sender.clone(),
        keys: None,
        screen: None,
        foreground,
        unwritten: Vec::new(),
        checklist: Default::default(),
        printed: screen::Lines::default(),
    };
    if terminal.stdin_is_terminal {
        let (to_keys, keys) = channel::<Event>();
        forward(keys, sender);
        this.screen = Some(FullScreen::enter(!this.is_plain()));
        this.keys = Some(Keys::start(to_keys)?);
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
                if let (Event::Redraw, Some(screen)) = (&event, &mut self.screen) {
                    screen.forget();
                }
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
                Ok(Input::Ask(Ask::Redraw)) => queue.push_back(Event::Redraw),
                Ok(Input::Ask(Ask::Suspend)) => queue.push_back(self.suspend()),
                Err(RecvTimeoutError::Timeout) => queue.push_back(Event::Tick { at: self.now() }),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::bug("nobody sends events any more"));
                }
            }
        }
    }

    fn touched(&self, path: &std::path::Path) -> Option<Event> {
        if self.followed.as_ref().is_some_and(|followed| followed.holds(path)) {
            return Some(Event::ContentTouched { at: self.now() });
        }
        let exercise = self.state.atlas.exercises().find(|e| self.workspace.file(&e.stub_path()) == path)?;
        Some(Event::Touched { exercise: exercise.id.clone(), at: self.now() })
    }

    /// Ctrl-Z: gives the terminal back, stops, and takes it again. Nothing runs on meanwhile.
    fn suspend(&mut self) -> Event {
        let alternate = !self.is_plain();
        self.judge.rest();
        let _paused = self.keys.as_ref().map(Keys::pause);
        let held = self.screen.take().is_some();
        signals::stop_self();
        if held {
            self.screen = Some(FullScreen::enter(alternate));
        }
        Event::Continued { at: self.now() }
    }

    fn draw(&mut self) {
        self.load_checklist();
        let around = screen::Surroundings {
            root: self.workspace.root(),
            checklist: &self.checklist.1,
            has_keys: self.keys.is_some(),
        };
        let plain = self.is_plain();
        match &mut self.screen {
            Some(screen) if !plain => {
                let (lines, furthest) =
                    screen::frame(&self.state, &around, self.terminal.size(), self.terminal.theme);
                self.state.scroll = self.state.scroll.min(furthest);
                screen.draw(&lines);
            }
            _ => {
                let lines = screen::lines(&self.state, &around, self.terminal.width(), self.terminal.theme);
                let news = lines.news_since(&self.printed);
                if !news.is_empty() {
                    self.terminal.out(&news);
                }
                self.printed = lines;
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
