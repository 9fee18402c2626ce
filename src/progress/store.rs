//! The progress file: `.drill/progress.toml`. Versioned, changed under a lock from what it says at that moment,
//! replaced whole. A damaged file is moved aside and what can be read of it is kept. Knows nothing of what the
//! events mean.

use super::Progress;
use super::encode::{FORMAT, encode};
use super::moment::Moment;
use super::salvage::{Newer, Reading, read};
use crate::failure::Failure;
use crate::fsx;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

const FILE: &str = "progress.toml";
const BACKUP: &str = "progress.backup.toml";
const LOCK: &str = "progress.lock";

/// Something the user should know, though the work goes on: one sentence, for `Terminal::note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice(pub String);

/// The progress file of one workspace. Holds no progress itself: every call reads what is true now.
#[derive(Clone, Debug)]
pub struct Store {
    workspace: Workspace,
    /// What a process does once: keep a backup, clear away what a crash left.
    backed_up: Arc<AtomicBool>,
    swept: Arc<AtomicBool>,
}

/// What the file, or what is left of it, says.
struct Found {
    progress: Progress,
    /// The file's bytes, when they are exactly what drill would read again.
    whole: Option<Vec<u8>>,
    /// Why the file is not used as it is, when something has to be moved aside or said.
    damage: Option<Damage>,
}

enum Damage {
    Unreadable(String),
    Gone,
}

impl Store {
    pub fn open(workspace: &Workspace) -> Store {
        Store { workspace: workspace.clone(), backed_up: Arc::default(), swept: Arc::default() }
    }

    pub fn path(&self) -> PathBuf {
        self.workspace.private(FILE)
    }

    /// What the file says now. Reads only: a damaged file stays where it is until the next `update`.
    pub fn load(&self) -> Result<(Progress, Vec<Notice>), Failure> {
        let found = self.find()?;
        let notice = found.damage.map(|damage| match damage {
            Damage::Gone => self.gone(),
            Damage::Unreadable(why) => Notice(format!(
                "`{}` is damaged: {why}; {}. The next event that is recorded moves it aside",
                self.path().display(),
                kept(&found.progress)
            )),
        });
        Ok((found.progress, notice.into_iter().collect()))
    }

    /// Applies `change` to what the file says at this moment, and writes it, while no other drill can.
    /// `change` may look at what it finds and answer something. When it changes nothing, nothing is written.
    pub fn update<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> Result<(T, Vec<Notice>), Failure> {
        let lock = fsx::lock::lock(&self.workspace.private(LOCK))?;
        if lock.is_exclusive() && !self.swept.swap(true, Ordering::Relaxed) {
            let _ = fsx::sweep(&self.workspace.private(""), Some("progress"));
        }
        let Found { mut progress, whole, damage } = self.find()?;
        let mut notices = Vec::new();
        let damaged = damage.is_some();
        match damage {
            None => {}
            Some(Damage::Gone) => notices.push(self.gone()),
            Some(Damage::Unreadable(why)) => notices.push(self.move_aside(&why, &progress)?),
        }
        let before = if damaged { None } else { Some(encode(&progress)) };
        let answer = change(&mut progress);
        let text = encode(&progress);
        let nothing_new = before.as_deref() == Some(text.as_str());
        if nothing_new {
            return Ok((answer, notices));
        }
        // Best effort: a backup that can't be kept must not keep an event from being recorded.
        let _ = self.back_up(whole);
        fsx::write_atomic(&self.path(), text)?;
        Ok((answer, notices))
    }

    fn find(&self) -> Result<Found, Failure> {
        let path = self.path();
        let bytes = if path.is_dir() { None } else { fsx::read_if_there(&path)? };
        let (mut progress, damage) = match &bytes {
            Some(bytes) => match read(bytes) {
                Reading::Whole(progress) => {
                    return Ok(Found { progress, whole: Some(bytes.clone()), damage: None });
                }
                Reading::Newer(newest) => return Err(newer(&path, &newest)),
                Reading::Damaged { why, progress } => (progress, Some(Damage::Unreadable(why))),
            },
            None if path.is_dir() => {
                let why = "it is a folder".to_string();
                (Progress::default(), Some(Damage::Unreadable(why)))
            }
            None => (Progress::default(), None),
        };
        // The backup is an earlier version of the same file: united with it, nothing is counted twice.
        let backup = self.workspace.private(BACKUP);
        let backup = if backup.is_file() { fsx::read_if_there(&backup)? } else { None };
        let Some(backup) = backup else { return Ok(Found { progress, whole: None, damage }) };
        match read(&backup) {
            Reading::Whole(earlier) | Reading::Damaged { progress: earlier, .. } => progress.merge(earlier),
            Reading::Newer(newest) => return Err(newer(&self.workspace.private(BACKUP), &newest)),
        }
        Ok(Found { progress, whole: None, damage: damage.or(Some(Damage::Gone)) })
    }

    fn gone(&self) -> Notice {
        Notice(format!(
            "`{}` was gone; progress was taken from `{BACKUP}` beside it (to start anew, remove both)",
            self.path().display()
        ))
    }

    /// Copies the damaged file aside and leaves it in place: the caller replaces it, and until then a crash
    /// finds everything as before.
    fn move_aside(&self, why: &str, progress: &Progress) -> Result<Notice, Failure> {
        let path = self.path();
        let stamp = Moment::from(SystemTime::now()).file_name();
        let mut aside = self.workspace.private(&format!("progress.corrupt-{stamp}.toml"));
        let mut n = 1;
        while aside.exists() {
            n += 1;
            aside = self.workspace.private(&format!("progress.corrupt-{stamp}-{n}.toml"));
        }
        if path.is_dir() {
            fsx::rename(&path, &aside)?;
        } else {
            fsx::copy(&path, &aside)?;
        }
        Ok(Notice(format!(
            "`{}` was damaged: {why}; it is now `{}`, and {}",
            path.display(),
            aside.display(),
            kept(progress)
        )))
    }

    /// Keeps the last good version, once per process.
    fn back_up(&self, whole: Option<Vec<u8>>) -> Result<(), Failure> {
        let Some(bytes) = whole else { return Ok(()) };
        if self.backed_up.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        fsx::write_replaceable(&self.workspace.private(BACKUP), bytes)
    }
}

/// What was saved from a damaged file.
fn kept(progress: &Progress) -> String {
    let passed = progress.exercises.values().filter(|r| !r.passes.is_empty()).count();
    if *progress == Progress::default() {
        "nothing of it could be read".to_string()
    } else {
        format!(
            "what could be read is kept ({} of {} with a pass)",
            passed,
            crate::text::count(progress.exercises.len(), "exercise")
        )
    }
}

fn newer(path: &Path, newer: &Newer) -> Failure {
    let message = format!(
        "`{}` has format {}, written by {}; this is drill {}, which knows format {FORMAT} only",
        path.display(),
        newer.format,
        newer.drill.as_ref().map_or("a newer drill".to_string(), |version| format!("drill {version}")),
        env!("CARGO_PKG_VERSION"),
    );
    Failure::environment(message)
        .help("`cargo install sysdrill` brings the newest drill; nothing was changed")
}

/// The progress in a file that was exported; a damaged one is refused, so that nothing half-read is merged.
pub fn import(bytes: &[u8], name: &str) -> Result<Progress, Failure> {
    match read(bytes) {
        Reading::Whole(progress) => Ok(progress),
        Reading::Newer(newest) => Err(newer(Path::new(name), &newest)),
        Reading::Damaged { why, .. } => Err(Failure::environment(format!("can't import `{name}`: {why}"))
            .help("`drill progress --export FILE` on the other machine writes such a file")),
    }
}
