//! Failures that a user can mend, and the exit codes. Everything else is a bug in drill.

use std::fmt;
use std::process::ExitCode;

/// The documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Passed, or done.
    Done = 0,
    /// A verdict other than Passed.
    NotPassed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Content, workspace or environment problem.
    Environment = 3,
    /// A bug in drill.
    Bug = 70,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

/// An expected failure: what went wrong, and what to type next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub status: Status,
    /// Lower case, no full stop, names in backticks.
    pub message: String,
    /// Remedies, each with something to paste.
    pub help: Vec<String>,
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { status: Status::Usage, message: message.into(), help: Vec::new() }
    }

    pub fn environment(message: impl Into<String>) -> Failure {
        Failure { status: Status::Environment, message: message.into(), help: Vec::new() }
    }

    /// A state that the code rules out: reported as a bug.
    pub fn bug(message: impl Into<String>) -> Failure {
        Failure {
            status: Status::Bug,
            message: message.into(),
            help: vec!["this is a bug in drill; please report it with the command you typed".to_string()],
        }
    }

    pub fn interrupted() -> Failure {
        Failure { status: Status::Interrupted, message: "interrupted".to_string(), help: Vec::new() }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help.push(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
