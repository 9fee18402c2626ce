//! Programs that get the terminal for a while: the editor, the pager, the quiz, the list.

use super::event::Program;
use super::keys;
use super::signals::Interrupts;
use crate::failure::{Failure, Status};
use crate::process;
use crate::terminal::Terminal;
use crate::terminal::pager::PAUSE;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Who has the terminal. Shared with whoever listens for signals.
#[derive(Clone, Debug, Default)]
pub struct Foreground {
    holder: Arc<Mutex<Holder>>,
    pub interrupts: Interrupts,
    /// Everything is to end.
    ending: Arc<AtomicBool>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holder {
    #[default]
    Watch,
    /// With its process id once it runs.
    Program(Option<u32>),
    /// The learner, reading what a program left.
    Pause,
}

impl Foreground {
    pub fn holder(&self) -> Holder {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand_to(&self, holder: Holder) {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) = holder;
    }

    /// Passes on the wish that everything ends.
    pub fn end(&self) {
        self.ending.store(true, Ordering::SeqCst);
        if let Holder::Program(Some(child)) = self.holder() {
            process::terminate(child);
        }
    }

    fn run(&self, command: &mut Command) -> std::io::Result<ExitStatus> {
        self.hand_to(Holder::Program(None));
        self.interrupts.ignore();
        let ended = command.spawn().and_then(|mut child| {
            self.hand_to(Holder::Program(Some(child.id())));
            child.wait()
        });
        self.hand_to(Holder::Watch);
        self.interrupts.heed()?;
        ended
    }

    /// Until Enter, Ctrl-C, or the end of everything.
    fn pause(&self, terminal: &Terminal) {
        self.hand_to(Holder::Pause);
        terminal.ask_to_go_back();
        keys::wait_for_enter(|| self.ending.load(Ordering::SeqCst));
        self.hand_to(Holder::Watch);
    }
}

/// What a call is made from.
pub struct Place<'a> {
    /// The running drill.
    pub drill: PathBuf,
    pub root: &'a Path,
    pub flags: &'a [String],
    pub edit_cmd: Option<&'a str>,
}

/// A program that is ready to start.
pub struct Call {
    command: Command,
    last_words: LastWords,
}

/// What a program leaves on the terminal, which the screen of watch would hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastWords {
    /// Always worth reading.
    Matter,
    /// Worth reading when it failed.
    OfFailure,
    /// Its own business; the shell's words when there is no such program.
    OfTheShell,
}

/// How to start `program`.
pub fn call(program: &Program, place: &Place<'_>) -> Result<Call, Failure> {
    let drill = |args: &[&str], last_words: LastWords| {
        let mut command = Command::new(&place.drill);
        command.args(args).args(place.flags).arg("--workspace").arg(place.root);
        // A short text must not flash by, in the pager or without one.
        command.env("LESS", "R").env(PAUSE, "1");
        Ok(Call { command, last_words })
    };
    match program {
        Program::Edit { file } => edit(file, place),
        Program::Read { topic, section: Some(section) } => {
            drill(&["read", &format!("{topic}#{section}")], LastWords::OfFailure)
        }
        Program::Read { topic, section: None } => drill(&["read", topic], LastWords::OfFailure),
        Program::Quiz { topic } => drill(&["quiz", topic], LastWords::Matter),
        Program::List => drill(&["list"], LastWords::OfFailure),
        Program::Solution { exercise } => drill(&["solution", exercise], LastWords::OfFailure),
        Program::Plot { exercise } => drill(&["plot", exercise], LastWords::OfFailure),
        Program::Diff { exercise } => drill(&["solution", "--diff", exercise], LastWords::OfFailure),
    }
}

fn edit(file: &str, place: &Place<'_>) -> Result<Call, Failure> {
    let file = place.root.join(file);
    let from_env = || {
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
    };
    let Some(editor) = place.edit_cmd.map(ToString::to_string).or_else(from_env) else {
        return Err(Failure::environment("no editor is set")
            .help("set $EDITOR, or start with `drill watch --edit-cmd 'code -g'`"));
    };
    // As git does it: the shell splits the command, the file is passed whole.
    let command = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).arg(&file);
        command
    } else {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg("drill").arg(&file);
        command
    };
    Ok(Call { command, last_words: LastWords::OfTheShell })
}

/// Runs it to its end; answers what there is to say about that.
pub fn run(mut call: Call, foreground: &Foreground, terminal: &Terminal) -> Result<Option<String>, Failure> {
    let program = call.command.get_program().to_string_lossy().into_owned();
    let status = foreground
        .run(&mut call.command)
        .map_err(|e| Failure::environment(format!("can't start `{program}`: {e}")))?;
    let code = status.code().unwrap_or(Status::Interrupted as i32);
    let failed = code != 0 && code != Status::Interrupted as i32;
    let (pauses, said) = match call.last_words {
        LastWords::Matter => (true, None),
        LastWords::OfFailure => (failed, None),
        // The shell's codes for what it can't find and can't execute.
        LastWords::OfTheShell if code == 127 || code == 126 => {
            (true, Some("the editor could not be started: see $VISUAL, $EDITOR and --edit-cmd".to_string()))
        }
        LastWords::OfTheShell => (false, failed.then(|| format!("the editor ended with exit code {code}"))),
    };
    if pauses {
        foreground.pause(terminal);
    }
    Ok(said)
}
