//! Long text, in the reader's pager.

use super::Terminal;
use crate::process::{Cancel, cancel_on_signals};
use std::env;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Quit when it fits, keep colours, leave the text on the screen.
const LESS: &str = "FRX";

impl Terminal {
    /// Shows `text` in `$PAGER` (default `less -R`). Prints it when standard output is no terminal, when lines
    /// are asked for, or when the pager does not work.
    pub fn page(&self, text: &str) {
        if !self.stdout_is_terminal || self.plain || !shown_by_pager(text) {
            self.out(text);
        }
    }
}

fn shown_by_pager(text: &str) -> bool {
    let Some(mut command) = pager() else { return false };
    if env::var_os("LESS").is_none() {
        command.env("LESS", LESS);
    }
    // Ctrl-C is the pager's business while it runs: it must not end before its terminal is restored.
    if cancel_on_signals(&Cancel::default()).is_err() {
        return false;
    }
    let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // Whoever leaves the pager early closes the pipe.
        let _ = stdin.write_all(text.as_bytes());
    }
    let Ok(status) = child.wait() else { return false };
    // Without a code it was ended by a signal: the reader has had enough.
    status.code().is_none_or(|code| code == 0)
}

/// `None`: no pager is wanted.
fn pager() -> Option<Command> {
    let Ok(wanted) = env::var("PAGER") else {
        let mut less = Command::new("less");
        less.arg("-R");
        return Some(less);
    };
    if wanted.trim().is_empty() || wanted.trim() == "cat" {
        return None;
    }
    if cfg!(unix) {
        // As in git: the shell reads arguments and quotes.
        let mut shell = Command::new("sh");
        shell.args(["-c", &wanted]).stderr(Stdio::null());
        return Some(shell);
    }
    let mut words = wanted.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words);
    Some(command)
}
