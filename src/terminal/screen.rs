//! The whole terminal for a while: alternate screen, no cursor, keys one by one. Whatever way it ends, the
//! terminal is as before. Only echo and line mode are off: signals work, and so does Ctrl-Z.

use super::Terminal;
use crate::failure::Failure;
use crate::list::picker::Key;
use crate::process::{Cancel, cancel_on_signals};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How soon a signal is noticed.
const TICK: Duration = Duration::from_millis(50);

const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

pub struct Screen<'t> {
    terminal: &'t Terminal,
    cancel: Cancel,
    stop: Cancel,
    mode: mode::Mode,
}

/// What happened on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    /// The size may have changed, or the screen must be drawn again.
    Redraw,
}

impl<'t> Screen<'t> {
    pub fn open(terminal: &'t Terminal) -> Result<Screen<'t>, Failure> {
        let (cancel, stop) = (Cancel::default(), Cancel::default());
        cancel_on_signals(&cancel)?;
        mode::notice_stop(&stop)?;
        let mode = mode::Mode::read()?;
        let screen = Screen { terminal, cancel, stop, mode };
        screen.enter();
        Ok(screen)
    }

    fn enter(&self) {
        self.mode.keys();
        self.terminal.out(ENTER);
    }

    fn leave(&self) {
        self.terminal.out(LEAVE);
        self.mode.restore();
    }

    /// Draws all lines in place of what is there.
    pub fn draw(&self, lines: &[String]) {
        let mut text = String::from("\x1b[H");
        for (i, line) in lines.iter().enumerate() {
            if i > 0 {
                text.push('\n');
            }
            text.push_str(line);
            text.push_str("\x1b[K");
        }
        text.push_str("\x1b[J");
        self.terminal.out(&text);
    }

    /// Waits for a key or a new size. Interrupted by Ctrl-C, SIGTERM and SIGHUP.
    pub fn input(&self) -> Result<Input, Failure> {
        loop {
            if self.cancel.is_cancelled() {
                return Err(Failure::interrupted());
            }
            if self.stop.flag().swap(false, Ordering::SeqCst) {
                self.leave();
                mode::stop();
                self.enter();
                return Ok(Input::Redraw);
            }
            let failed = |e: std::io::Error| Failure::environment(format!("can't read keys: {e}"));
            if !event::poll(TICK).map_err(failed)? {
                continue;
            }
            match event::read().map_err(failed)? {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
                    match key.code {
                        KeyCode::Char('c') if ctrl => return Err(Failure::interrupted()),
                        code => {
                            if let Some(key) = translated(code, ctrl) {
                                return Ok(Input::Key(key));
                            }
                        }
                    }
                }
                Event::Resize(..) => return Ok(Input::Redraw),
                _ => {}
            }
        }
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

fn translated(code: KeyCode, ctrl: bool) -> Option<Key> {
    Some(match code {
        KeyCode::Char('n') if ctrl => Key::Down,
        KeyCode::Char('p') if ctrl => Key::Up,
        KeyCode::Char('d' | 'f') if ctrl => Key::PageDown,
        KeyCode::Char('u' | 'b') if ctrl => Key::PageUp,
        KeyCode::Char('h') if ctrl => Key::Backspace,
        // Where line mode is off, but newlines are not.
        KeyCode::Char('j' | 'm') if ctrl => Key::Enter,
        KeyCode::Char(_) if ctrl => return None,
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        _ => return None,
    })
}

#[cfg(unix)]
mod mode {
    use crate::failure::Failure;
    use crate::process::Cancel;
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::SIGTSTP;
    use std::io::stdin;

    /// The terminal's mode as it was found.
    pub(super) struct Mode(Termios);

    impl Mode {
        pub(super) fn read() -> Result<Mode, Failure> {
            tcgetattr(stdin())
                .map(Mode)
                .map_err(|e| Failure::environment(format!("can't read the terminal's mode: {e}")))
        }

        /// No echo, and each key at once.
        pub(super) fn keys(&self) {
            let mut mode = self.0.clone();
            mode.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
            mode.special_codes[SpecialCodeIndex::VMIN] = 1;
            mode.special_codes[SpecialCodeIndex::VTIME] = 0;
            // A terminal that is gone needs no mode; keys will say so.
            let _ = tcsetattr(stdin(), OptionalActions::Flush, &mode);
        }

        pub(super) fn restore(&self) {
            let _ = tcsetattr(stdin(), OptionalActions::Flush, &self.0);
        }
    }

    pub(super) fn notice_stop(stop: &Cancel) -> Result<(), Failure> {
        signal_hook::flag::register(SIGTSTP, stop.flag())
            .map(|_| ())
            .map_err(|e| Failure::environment(format!("can't listen for Ctrl-Z: {e}")))
    }

    /// Stops this process as Ctrl-Z does; returns when it is continued.
    pub(super) fn stop() {
        let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
    }
}

// Elsewhere crossterm's own raw mode is the only one there is.
#[cfg(not(unix))]
mod mode {
    use crate::failure::Failure;
    use crate::process::Cancel;
    use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

    pub(super) struct Mode;

    impl Mode {
        pub(super) fn read() -> Result<Mode, Failure> {
            Ok(Mode)
        }

        pub(super) fn keys(&self) {
            let _ = enable_raw_mode();
        }

        pub(super) fn restore(&self) {
            let _ = disable_raw_mode();
        }
    }

    pub(super) fn notice_stop(_: &Cancel) -> Result<(), Failure> {
        Ok(())
    }

    pub(super) fn stop() {}
}
