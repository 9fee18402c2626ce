//! Long text, in the reader's pager.

use super::Terminal;
use crate::process::{Cancel, cancel_on_signals};
use std::env;
use std::io::{self, BufRead as _, Write as _};
use std::process::{Command, Stdio};

/// Set by watch for the programs it starts: text that was not shown by a pager must not be hidden at once.
pub const PAUSE: &str = "DRILL_PAUSE";

/// Quit when it fits, keep colours, leave the text on the screen.
const LESS: &str = "FRX";

impl Terminal {
    /// Shows `text` in `$PAGER` (default `less -R`). Prints it when standard output is no terminal, when lines
    /// are asked for, or when the pager does not work.
    pub fn page(&self, text: &str) {
        if !self.stdout_is_terminal || self.plain || !shown_by_pager(text) {
            self.out(text);
            if env::var_os(PAUSE).is_some() && self.is_interactive() && !self.plain {
                self.ask_to_go_back();
                let _ = io::stdin().lock().read_line(&mut String::new());
            }
        }
    }

    /// Says how to get from what was printed back to the screen of watch.
    pub fn ask_to_go_back(&self) {
        self.out(&format!("\n{} ", self.theme.dim("press Enter to go back to watch")));
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
