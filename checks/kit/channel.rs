//! The report's way to the engine: a file that only the kit writes, so that printing cannot touch it.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Names the file to append to.
const VARIABLE: &str = "DRILL_REPORT";

/// Where report lines go. Clones write to the same place.
#[derive(Clone)]
pub(crate) struct Channel(Arc<Mutex<State>>);

enum State {
    Open(Box<dyn Write + Send>),
    /// A line could not be written whole; none follows it.
    Lost,
}

impl Channel {
    /// The file that `DRILL_REPORT` names, or standard error without one. The variable is gone afterwards: call
    /// this before any thread starts and before any learner code runs.
    pub(crate) fn open() -> Channel {
        let Some(path) = std::env::var_os(VARIABLE) else { return Channel::to(io::stderr()) };
        // SAFETY: this is the start of the process, which has one thread.
        #[expect(unsafe_code, reason = "the learner's code must not learn the name of the report")]
        unsafe {
            std::env::remove_var(VARIABLE);
        }
        match OpenOptions::new().append(true).create(true).open(path) {
            Ok(file) => Channel::to(file),
            Err(_) => Channel(Arc::new(Mutex::new(State::Lost))),
        }
    }

    pub(crate) fn to(out: impl Write + Send + 'static) -> Channel {
        Channel(Arc::new(Mutex::new(State::Open(Box::new(out)))))
    }

    /// Writes `line` and its end in one write, so that lines stay whole.
    pub(crate) fn send(&self, mut line: String) {
        line.push('\n');
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Open(out) = &mut *state
            && out.write_all(line.as_bytes()).is_err()
        {
            *state = State::Lost;
        }
    }

    /// Whether a line could not be written: nothing that follows would be believed.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), State::Lost)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Channel;
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
