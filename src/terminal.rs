//! The terminal: what it can do, and the only place that prints. Asks once about streams, `NO_COLOR`, size and
//! locale; nobody else does.

pub mod full_screen;
pub mod pager;
pub mod screen;

use crate::cli::{Global, When};
use crate::failure::{Failure, Status};
use crate::render::layout;
use crate::render::theme::Theme;
use crate::text::printable;
use std::env;
use std::io::{self, BufRead as _, IsTerminal as _};

/// What the streams are and how text for them should look.
#[derive(Clone, Debug)]
pub struct Terminal {
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    /// For standard output.
    pub theme: Theme,
    /// For standard error.
    pub error_theme: Theme,
    /// Lines only: no redraws.
    pub plain: bool,
}

/// Text wider than this is hard to read, however wide the terminal is.
const MAX_WIDTH: usize = 100;

impl Terminal {
    pub fn new(global: &Global) -> Terminal {
        let out = io::stdout().is_terminal();
        let err = io::stderr().is_terminal();
        let dumb = env::var_os("TERM").is_some_and(|t| t == "dumb");
        let no_color = env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let color = |is_terminal: bool| match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && !no_color && !dumb && !global.plain,
        };
        let unicode = !global.plain && !dumb && locale_is_utf8();
        Terminal {
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal: out,
            theme: Theme { color: color(out), unicode },
            error_theme: Theme { color: color(err), unicode },
            plain: global.plain || dumb,
        }
    }

    /// Whether a question can be asked and answered.
    pub fn is_interactive(&self) -> bool {
        self.stdin_is_terminal && self.stdout_is_terminal
    }

    /// Columns for text: the terminal's, at most 100; 80 when there is none.
    pub fn width(&self) -> usize {
        self.size().0.min(MAX_WIDTH)
    }

    /// Columns and rows of the terminal; 80 x 24 when there is none.
    pub fn size(&self) -> (usize, usize) {
        if self.stdout_is_terminal
            && let Ok((columns, rows)) = crossterm::terminal::size()
            && columns > 0
        {
            return (usize::from(columns), usize::from(rows.max(1)));
        }
        (80, 24)
    }

    /// Writes text to standard output as it is. A closed pipe is not an error: whoever reads has enough.
    pub fn out(&self, text: &str) {
        let _ = write_all(&mut io::stdout().lock(), text);
    }

    /// Asks, and reads one line without its end; `None` when there is no more input. Reads whole lines, so the
    /// terminal stays in its own mode, whatever happens meanwhile.
    pub fn ask(&self, prompt: &str) -> Option<String> {
        use io::BufRead as _;
        self.out(prompt);
        let mut line = Vec::new();
        match io::stdin().lock().read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string()),
        }
    }

    /// Writes text to standard error as it is.
    pub fn err(&self, text: &str) {
        let _ = write_all(&mut io::stderr().lock(), text);
    }

    /// `error: cause`, then `help: remedy`; answers the exit code.
    pub fn report(&self, failure: &Failure) -> Status {
        if failure.status == Status::Interrupted {
            return failure.status;
        }
        let theme = self.error_theme;
        let mut text = format!("{} {}\n", theme.bad("error:"), printable(&failure.message));
        for help in &failure.help {
            text += &layout::wrap_with(
                &printable(help),
                usize::MAX,
                &format!("{} ", theme.name("help:")),
                "      ",
            );
            text.push('\n');
        }
        self.err(&text);
        failure.status
    }

    /// Shows on standard error what is being done, in the place of what was shown before; nothing where no terminal
    /// is, or only lines are wanted.
    pub fn progress(&self, line: impl FnOnce() -> String) {
        if io::stderr().is_terminal() && !self.plain {
            self.err(&format!("\r\x1b[K{}", line()));
        }
    }

    /// Takes away what `progress` shows.
    pub fn progress_done(&self) {
        self.progress(String::new);
    }

    /// Begins at the top of an empty screen; where no terminal is, or only lines are wanted, goes on below.
    pub fn fresh_page(&self) {
        if self.stdout_is_terminal && !self.plain {
            self.out("\x1b[H\x1b[2J");
        }
    }

    /// Asks a question on the terminal; anything but yes is no. Only for `is_interactive` ones.
    pub fn confirms(&self, question: &str) -> bool {
        self.out(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let read = io::stdin().read_line(&mut answer);
        read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
    }

    /// Asks a question whose obvious answer is yes; Enter alone agrees, the end of input does not.
    pub fn agrees(&self, question: &str) -> bool {
        self.out(&format!("{question} [Y/n] "));
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer).unwrap_or(0);
        read > 0 && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
    }

    /// `note: ...` on standard error.
    pub fn note(&self, text: &str) {
        self.err(&format!("{} {}\n", self.error_theme.name("note:"), printable(text)));
    }
}

fn write_all(stream: &mut impl io::Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// As the C library decides: the first of these that is set and not empty. None set on a terminal that can
/// show anything at all: modern ones are UTF-8.
fn locale_is_utf8() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|l| {
        let l = l.to_ascii_lowercase();
        l.contains("utf-8") || l.contains("utf8")
    })
}
