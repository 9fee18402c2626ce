//! A screen that is drawn and asked for keys in turn, with nothing else going on. Ctrl-C and the other signals
//! end it, Ctrl-Z stops drill and `fg` draws again; the terminal is as before each time.

use super::full_screen::FullScreen;
use crate::failure::Failure;
use crate::list::picker::Key;
use crate::process::{Cancel, cancel_on_signals};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How soon a signal is noticed.
const TICK: Duration = Duration::from_millis(50);

pub struct Screen {
    /// `None` only while drill is stopped.
    full: Option<FullScreen>,
    /// The terminal's size when it was drawn on last.
    size: (u16, u16),
    cancel: Cancel,
    stop: Cancel,
}

/// What happened on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    /// The size may have changed, or the screen must be drawn again.
    Redraw,
}

impl Screen {
    pub fn open() -> Result<Screen, Failure> {
        let (cancel, stop) = (Cancel::default(), Cancel::default());
        cancel_on_signals(&cancel)?;
        notice_stop(&stop)?;
        Ok(Screen { full: Some(FullScreen::enter(true)), size: (0, 0), cancel, stop })
    }

    /// Draws all lines in place of what is there.
    pub fn draw(&mut self, lines: &[String]) {
        self.size = terminal::size().unwrap_or(self.size);
        if let Some(full) = &mut self.full {
            full.draw(lines);
        }
    }

    /// Waits for a key or a new size. Interrupted by Ctrl-C, SIGTERM and SIGHUP.
    pub fn input(&mut self) -> Result<Input, Failure> {
        loop {
            if self.cancel.is_cancelled() {
                return Err(Failure::interrupted());
            }
            if self.stop.flag().swap(false, Ordering::SeqCst) {
                self.full = None;
                stop_self();
                self.full = Some(FullScreen::enter(true));
                return Ok(Input::Redraw);
            }
            let failed = |e: std::io::Error| Failure::environment(format!("can't read keys: {e}"));
            if !event::poll(TICK).map_err(failed)? {
                // A new size is an event only from the first look for events on.
                if terminal::size().is_ok_and(|size| size != self.size) {
                    return Ok(Input::Redraw);
                }
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
fn notice_stop(stop: &Cancel) -> Result<(), Failure> {
    signal_hook::flag::register(signal_hook::consts::SIGTSTP, stop.flag())
        .map(|_| ())
        .map_err(|e| Failure::environment(format!("can't listen for Ctrl-Z: {e}")))
}

/// Stops this process as Ctrl-Z does; returns when it is continued.
#[cfg(unix)]
fn stop_self() {
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
}

#[cfg(not(unix))]
fn notice_stop(_: &Cancel) -> Result<(), Failure> {
    Ok(())
}

#[cfg(not(unix))]
fn stop_self() {}
