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
    frame: String,
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
            frame: String::new(),
        }
    }

    /// Shows lines from the top, one write a frame, so that nothing flickers.
    pub fn draw(&mut self, lines: &[String]) {
        let frame = lines.join("\r\n\x1b[K");
        if frame == self.frame {
            return;
        }
        print(&format!("\x1b[?2026h\x1b[H\x1b[K{frame}\x1b[?2026l"));
        self.frame = frame;
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
