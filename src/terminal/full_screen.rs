//! The whole terminal, borrowed: another screen, no echo, keys at once. Signals and newlines stay as they are, and
//! every way out gives the terminal back as it was.

use std::io::{self, Write as _};

/// Holds the terminal until dropped.
#[derive(Debug)]
pub struct FullScreen {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
    alternate: bool,
    /// The frame on screen, to leave alone what has not changed.
    frame: Vec<String>,
    /// Columns and rows it was drawn for.
    size: (u16, u16),
}

/// Another screen, hidden cursor, long lines cut and not wrapped; and back.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE: &str = "\x1b[?7h\x1b[?25h\x1b[?1049l";

impl FullScreen {
    /// Takes keys from now on; with `alternate`, the whole screen too.
    pub fn enter(alternate: bool) -> FullScreen {
        #[cfg(unix)]
        let before = {
            use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
            let before = tcgetattr(io::stdin()).ok();
            if let Some(before) = &before {
                let mut mode = before.clone();
                mode.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
                let _ = tcsetattr(io::stdin(), OptionalActions::Now, &mode);
            }
            before
        };
        if alternate {
            print(ENTER);
        }
        FullScreen {
            #[cfg(unix)]
            before,
            alternate,
            frame: Vec::new(),
            size: (0, 0),
        }
    }

    /// Draws everything next time: something else wrote on the screen.
    pub fn forget(&mut self) {
        self.size = (0, 0);
    }

    /// Shows lines from the top, one write a frame, so that nothing flickers.
    pub fn draw(&mut self, lines: &[String]) {
        let size = crossterm::terminal::size().unwrap_or(self.size);
        if lines == self.frame && size == self.size {
            return;
        }
        // Another size leaves anything behind; fewer lines leave the old ones. A line more than there is room for
        // would scroll, so it is only stepped on where the frame before had one.
        let (before, after) = match size == self.size {
            false => ("\x1b[2J", ""),
            true if lines.len() < self.frame.len() => ("", "\r\n\x1b[J"),
            true => ("", ""),
        };
        let text = lines.join("\r\n\x1b[K");
        print(&format!("\x1b[?2026h{before}\x1b[H\x1b[K{text}{after}\x1b[?2026l"));
        self.frame = lines.to_vec();
        self.size = size;
    }
}

impl Drop for FullScreen {
    fn drop(&mut self) {
        if self.alternate {
            print(LEAVE);
        }
        #[cfg(unix)]
        if let Some(before) = &self.before {
            use rustix::termios::{OptionalActions, tcsetattr};
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
