//! Key presses as watch events. The reader can be paused, so that a program in the foreground gets every key
//! itself. It reads the terminal without a library: crossterm loses a key that is pressed while the window
//! changes its size, and goes on reading, deaf to everything else, after half an escape sequence.

pub mod decode;
#[cfg(not(unix))]
mod other;

use super::event::Event;
use crate::failure::Failure;
use std::sync::mpsc::Sender;

#[cfg(unix)]
pub use here::{Keys, Paused, wait_for_enter};
#[cfg(not(unix))]
pub use other::{Keys, Paused, wait_for_enter};

#[cfg(unix)]
mod here {
    use super::decode::{Decoder, Press};
    use super::{Event, Failure, Sender};
    use crate::failure::Status;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use std::io::{self, Read as _, Write as _};
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
    use std::thread;
    use std::time::Duration;

    /// Half an escape sequence that gets no other half within this time is the Escape key.
    const ESCAPE: Duration = Duration::from_millis(25);
    /// How soon a pause notices that everything ends.
    const LOOK: Duration = Duration::from_millis(50);

    /// The reader of the keyboard.
    pub struct Keys {
        turn: Arc<Turn>,
        wake: UnixStream,
    }

    /// Whose turn it is to read: the reader holds the lock while it may read, and lets go when it is wanted.
    #[derive(Default)]
    struct Turn {
        reading: Mutex<()>,
        wanted: AtomicBool,
        over: Condvar,
    }

    /// No key is read while this lives.
    pub struct Paused<'a> {
        _reading: MutexGuard<'a, ()>,
        turn: &'a Turn,
    }

    impl Keys {
        /// Starts reading.
        pub fn start(sender: Sender<Event>) -> Result<Keys, Failure> {
            let failed = |e: io::Error| Failure::environment(format!("can't read keys: {e}"));
            let (wake, woken) = UnixStream::pair().map_err(failed)?;
            woken.set_nonblocking(true).map_err(failed)?;
            let turn = Arc::<Turn>::default();
            let own = Arc::clone(&turn);
            thread::spawn(move || read(&own, &woken, &sender));
            Ok(Keys { turn, wake })
        }

        /// Stops reading until the answer is dropped.
        pub fn pause(&self) -> Paused<'_> {
            self.turn.wanted.store(true, Ordering::SeqCst);
            let _ = (&self.wake).write_all(&[0]);
            let reading = self.turn.reading.lock().unwrap_or_else(PoisonError::into_inner);
            Paused { _reading: reading, turn: &self.turn }
        }
    }

    impl Drop for Paused<'_> {
        fn drop(&mut self) {
            self.turn.wanted.store(false, Ordering::SeqCst);
            self.turn.over.notify_all();
        }
    }

    fn read(turn: &Turn, mut woken: &UnixStream, sender: &Sender<Event>) {
        let mut decoder = Decoder::default();
        let mut buffer = [0; 256];
        let mut reading = turn.reading.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            while turn.wanted.load(Ordering::SeqCst) {
                reading = turn.over.wait(reading).unwrap_or_else(PoisonError::into_inner);
                // What was begun before is not completed by what is typed now.
                decoder = Decoder::default();
            }
            let timeout = if decoder.is_amid() { Some(ESCAPE) } else { None };
            // Without keys nobody can leave. SIGHUP comes only from a controlling terminal.
            let gone = || drop(sender.send(Event::Stop(Status::Interrupted)));
            let presses = match wait(woken, timeout) {
                Ready::Woken => {
                    while woken.read(&mut buffer).is_ok_and(|n| n > 0) {}
                    continue;
                }
                Ready::Nothing => decoder.give_up(),
                Ready::Gone => return gone(),
                Ready::Keys => match rustix::io::read(io::stdin(), &mut buffer) {
                    Ok(n @ 1..) => decoder.feed(&buffer[..n]),
                    Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => continue,
                    Ok(0) | Err(_) => return gone(),
                },
            };
            for press in presses {
                let event = match press {
                    Press::Key(key) => Event::Key(key),
                    Press::Redraw => Event::Redraw,
                };
                if sender.send(event).is_err() {
                    return;
                }
            }
        }
    }

    enum Ready {
        Woken,
        Keys,
        Nothing,
        Gone,
    }

    fn wait(woken: &UnixStream, timeout: Option<Duration>) -> Ready {
        let stdin = io::stdin();
        let mut fds = [PollFd::new(woken, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
        let timeout = timeout.and_then(|t| Timespec::try_from(t).ok());
        match poll(&mut fds, timeout.as_ref()) {
            Ok(0) => Ready::Nothing,
            Ok(_) if fds[0].revents().is_empty() => Ready::Keys,
            Ok(_) | Err(rustix::io::Errno::INTR) => Ready::Woken,
            Err(_) => Ready::Gone,
        }
    }

    /// Waits for Enter on a terminal in line mode, or until `ends`. Only while the reader is paused.
    pub fn wait_for_enter(ends: impl Fn() -> bool) {
        let mut buffer = [0; 256];
        let tick = Timespec::try_from(LOOK).ok();
        while !ends() {
            let stdin = io::stdin();
            let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
            if poll(&mut fds, tick.as_ref()).is_ok_and(|ready| ready > 0) {
                match rustix::io::read(&stdin, &mut buffer) {
                    Ok(n) if n > 0 && !buffer[..n].contains(&b'\n') => {}
                    Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                    Ok(_) | Err(_) => return,
                }
            }
        }
    }
}
