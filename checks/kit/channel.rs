//! The report's way to the engine: a file that only the kit writes, so that printing cannot touch it. Each line
//! carries a seal made with a key that the engine leaves for the kit alone, so that a line which anybody else
//! writes there (the file can be found through `/proc`) shows.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::hash::Hasher as _;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Names the file to append to.
const VARIABLE: &str = "DRILL_REPORT";

/// Where report lines go. Clones write to the same place.
#[derive(Clone)]
pub(crate) struct Channel(Arc<Mutex<State>>);

enum State {
    Open(Box<dyn Write + Send>, Option<Seal>),
    /// A line could not be written whole; none follows it.
    Lost,
}

impl Channel {
    /// The file that `DRILL_REPORT` names, or standard error without one. The variable and the key are gone
    /// afterwards: call this before any thread starts and before any learner code runs.
    pub(crate) fn open() -> Channel {
        let Some(path) = std::env::var_os(VARIABLE) else { return Channel::to(io::stderr()) };
        // SAFETY: this is the start of the process, which has one thread.
        #[expect(unsafe_code, reason = "the learner's code must not learn the name of the report")]
        unsafe {
            std::env::remove_var(VARIABLE);
        }
        let state = match OpenOptions::new().append(true).create(true).open(&path) {
            Ok(file) => State::Open(Box::new(file), Seal::take(&path)),
            Err(_) => State::Lost,
        };
        Channel(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn to(out: impl Write + Send + 'static) -> Channel {
        Channel(Arc::new(Mutex::new(State::Open(Box::new(out), None))))
    }

    /// Writes `line` and its end in one write, so that lines stay whole.
    pub(crate) fn send(&self, mut line: String) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Open(out, seal) = &mut *state {
            if let Some(seal) = seal {
                line.insert_str(0, &format!("{:016x} ", seal.next(&line)));
            }
            line.push('\n');
            if out.write_all(line.as_bytes()).is_err() {
                *state = State::Lost;
            }
        }
    }

    /// Whether a line could not be written: nothing that follows would be believed.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), State::Lost)
    }
}

/// Makes the seals of one report's lines: a keyed hash of the line's number and its text.
struct Seal {
    key: (u64, u64),
    sent: u64,
}

impl Seal {
    /// With the key that stands in hexadecimal in the file `<report>.key`, which is gone afterwards. `None` when
    /// there is none: somebody runs the checks by hand.
    fn take(report: &OsStr) -> Option<Seal> {
        let mut path = report.to_os_string();
        path.push(".key");
        let text = fs::read_to_string(&path).ok()?;
        let _ = fs::remove_file(&path);
        let (first, second) = text.trim().split_once(' ')?;
        let half = |digits| u64::from_str_radix(digits, 16).ok();
        Some(Seal { key: (half(first)?, half(second)?), sent: 0 })
    }

    #[expect(deprecated, reason = "the one hash of std that will never change")]
    fn next(&mut self, line: &str) -> u64 {
        let mut hasher = std::hash::SipHasher::new_with_keys(self.key.0, self.key.1);
        hasher.write(&self.sent.to_le_bytes());
        hasher.write(line.as_bytes());
        self.sent += 1;
        hasher.finish()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Channel, Seal};
    use crate::json::read::{Value, value};
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    /// Keeps what was written, write by write, and fails from the write `full_at` on.
    #[derive(Clone)]
    pub(crate) struct Kept {
        writes: Arc<Mutex<Vec<Vec<u8>>>>,
        full_at: usize,
    }

    impl Kept {
        /// A channel, and what it has sent so far.
        pub(crate) fn channel(full_at: usize) -> (Channel, Kept) {
            let kept = Kept { writes: Arc::default(), full_at };
            (Channel::to(kept.clone()), kept)
        }

        /// The lines as JSON; panics unless each was one write.
        pub(crate) fn lines(&self) -> Vec<Value> {
            let writes = self.writes.lock().expect("no writer panicked");
            let texts = writes.iter().map(|write| std::str::from_utf8(write).expect("UTF-8"));
            texts.map(|text| value(text.strip_suffix('\n').expect("a whole line"))).collect()
        }
    }

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut writes = self.writes.lock().expect("no writer panicked");
            if writes.len() >= self.full_at {
                return Err(io::ErrorKind::StorageFull.into());
            }
            writes.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn clones_write_to_one_place() {
        let (channel, kept) = Kept::channel(9);
        channel.clone().send("1".into());
        channel.send("2".into());
        assert_eq!(kept.lines(), [value("1"), value("2")]);
    }

    #[test]
    fn the_same_line_never_has_the_same_seal_twice() {
        let mut seal = Seal { key: (1, 2), sent: 0 };
        let (first, second) = (seal.next("done"), seal.next("done"));
        assert_ne!(first, second);
        assert_eq!(Seal { key: (1, 2), sent: 1 }.next("done"), second);
        assert_ne!(Seal { key: (1, 3), sent: 1 }.next("done"), second);
    }

    #[test]
    fn nothing_follows_a_line_that_was_lost() {
        let (channel, kept) = Kept::channel(1);
        channel.send("1".into());
        assert!(!channel.is_lost());
        channel.send("2".into());
        assert!(channel.is_lost());
        channel.send("3".into());
        assert_eq!(kept.lines(), [value("1")]);
    }
}
