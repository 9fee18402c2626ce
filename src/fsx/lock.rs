//! Who may write: a lock on a file of its own, which the system lifts when its holder ends, however it ends.

use super::failed;
use super::fault::{Step, step};
use crate::failure::Failure;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Held as long as the value lives.
#[derive(Debug)]
pub struct Lock {
    file: Option<File>,
}

impl Lock {
    /// False where the file system knows no locks: others may be at work.
    pub fn is_exclusive(&self) -> bool {
        self.file.is_some()
    }
}

/// Nobody holds a lock longer than a write takes, unless it was stopped.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(5);

/// Waits until no other process or thread holds the lock. Where a file system knows no locks, goes without.
pub fn lock(path: &Path) -> Result<Lock, Failure> {
    let new = !path.exists();
    let opened = if new { step(Step::Grow) } else { Ok(()) }
        .and_then(|()| File::options().create(true).truncate(false).write(true).open(path));
    let file = opened.map_err(|e| failed("open the lock", path, &e))?;
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { file: Some(file) }),
            Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                let message = format!("another drill has held `{}` for too long", path.display());
                return Err(Failure::environment(message)
                    .help("is one stopped in a terminal? `jobs` shows it, `fg` lets it go on"));
            }
            Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {
                return Ok(Lock { file: None });
            }
            Err(TryLockError::Error(e)) => return Err(failed("lock", path, &e)),
        }
    }
}
