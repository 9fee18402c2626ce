//! Key presses where there is no Unix terminal: what crossterm makes of them.

use super::{Event, Failure};
use crate::watch::event::Key;
use crossterm::event::{self, KeyCode, KeyEventKind, KeyModifiers};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a pause may take to begin.
const LOOK: Duration = Duration::from_millis(40);

/// The reader of the keyboard.
pub struct Keys {
    reading: Arc<Mutex<()>>,
    wanted: Arc<AtomicBool>,
}

/// No key is read while this lives.
pub struct Paused<'a> {
    _reading: MutexGuard<'a, ()>,
    wanted: &'a AtomicBool,
}

impl Keys {
    /// Starts reading.
    pub fn start(sender: Sender<Event>) -> Result<Keys, Failure> {
        let keys = Keys { reading: Arc::default(), wanted: Arc::default() };
        let (reading, wanted) = (Arc::clone(&keys.reading), Arc::clone(&keys.wanted));
        thread::spawn(move || {
            loop {
                if wanted.load(Ordering::SeqCst) {
                    thread::sleep(LOOK / 4);
                    continue;
                }
                let guard = reading.lock().unwrap_or_else(PoisonError::into_inner);
                let event = match event::poll(LOOK) {
                    Ok(true) => event::read().ok(),
                    Ok(false) => None,
                    // The terminal is gone; SIGHUP says the rest.
                    Err(_) => return,
                };
                drop(guard);
                if let Some(event) = event.and_then(translate)
                    && sender.send(event).is_err()
                {
                    return;
                }
            }
        });
        Ok(keys)
    }

    /// Stops reading until the answer is dropped.
    pub fn pause(&self) -> Paused<'_> {
        self.wanted.store(true, Ordering::SeqCst);
        let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        Paused { _reading: reading, wanted: &self.wanted }
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::SeqCst);
    }
}

/// Waits for Enter on a terminal in line mode, or until `ends`. Only while the reader is paused.
pub fn wait_for_enter(ends: impl Fn() -> bool) {
    while !ends() {
        match event::poll(LOOK) {
            Ok(false) => {}
            Ok(true) => {
                let enter =
                    |e: &event::Event| e.as_key_press_event().is_some_and(|k| k.code == KeyCode::Enter);
                if event::read().is_ok_and(|e| enter(&e)) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

fn translate(event: event::Event) -> Option<Event> {
    match event {
        event::Event::Resize(..) => Some(Event::Redraw),
        // Ctrl-L: whatever wrote over the screen, draw it again.
        event::Event::Key(key)
            if key.code == KeyCode::Char('l') && key.modifiers == KeyModifiers::CONTROL =>
        {
            Some(Event::Redraw)
        }
        event::Event::Key(key) if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => None,
        event::Event::Key(key) if key.kind != KeyEventKind::Release => {
            let key = match key.code {
                KeyCode::Char(c) => Key::Char(c),
                KeyCode::Enter => Key::Enter,
                KeyCode::Esc => Key::Escape,
                KeyCode::Up => Key::Up,
                KeyCode::Down => Key::Down,
                KeyCode::PageUp => Key::PageUp,
                KeyCode::PageDown => Key::PageDown,
                KeyCode::Home => Key::Home,
                KeyCode::End => Key::End,
                _ => return None,
            };
            Some(Event::Key(key))
        }
        _ => None,
    }
}
