//! Saves: native events where the file system sends them, and a look at every file once a second in any case. When
//! the look finds what no event announced, it goes on looking four times a second and says so.

use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How often every file is looked at while events work, and when they do not.
const CALM: Duration = Duration::from_secs(1);
const POLLING: Duration = Duration::from_millis(250);
/// An event may lag behind the look by this much.
const LAG: Duration = Duration::from_millis(500);

/// What the watcher has to say.
#[derive(Debug, PartialEq, Eq)]
pub enum Word {
    /// This file may have changed.
    Touched(PathBuf),
    /// No events come from this file system: it is polled from now on.
    Polling,
}

/// Watches files until dropped.
pub struct Files {
    _native: Option<RecommendedWatcher>,
}

/// What tells one state of a file from another without reading it; `None`: not there.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &Path) -> Stamp {
    let meta = path.metadata().ok()?;
    Some((meta.modified().ok()?, meta.len()))
}

/// The state of the files when last looked at.
#[derive(Default)]
pub struct Snapshot {
    stamps: HashMap<PathBuf, Stamp>,
}

impl Snapshot {
    pub fn take(files: &[PathBuf]) -> Snapshot {
        Snapshot { stamps: files.iter().map(|f| (f.clone(), stamp(f))).collect() }
    }

    /// The files that differ from the last look.
    pub fn changes(&mut self) -> Vec<PathBuf> {
        let mut changed: Vec<PathBuf> = Vec::new();
        for (path, known) in &mut self.stamps {
            let now = stamp(path);
            if now != *known {
                *known = now;
                changed.push(path.clone());
            }
        }
        changed.sort();
        changed
    }

    /// Whether it is one of ours; its state is noted.
    fn note(&mut self, path: &Path) -> bool {
        match self.stamps.get_mut(path) {
            Some(known) => {
                *known = stamp(path);
                true
            }
            None => false,
        }
    }
}

/// Watches `files`, all below `roots`. With `poll`, events are not even tried.
pub fn watch(
    roots: &[PathBuf],
    files: &[PathBuf],
    poll: bool,
    say: impl Fn(Word) -> bool + Send + 'static,
) -> Files {
    let (sender, receiver) = channel();
    let native = if poll { None } else { native(roots, sender.clone()) };
    let snapshot = Snapshot::take(files);
    let works = native.is_some();
    thread::spawn(move || follow(&receiver, snapshot, works, poll, say));
    // The thread ends when nobody can send any more: with `Files`, or when nobody listens.
    if !works {
        std::mem::forget(sender);
    }
    Files { _native: native }
}

fn native(roots: &[PathBuf], sender: Sender<Vec<PathBuf>>) -> Option<RecommendedWatcher> {
    let handler = move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        // Opening and reading are no saves; neither is a change of permissions. A changed time may be one.
        let counts = match event.kind {
            EventKind::Access(_) => false,
            EventKind::Modify(ModifyKind::Metadata(kind)) => kind != notify::event::MetadataKind::Permissions,
            _ => true,
        };
        if counts {
            let _ = sender.send(event.paths);
        }
    };
    let mut watcher = notify::recommended_watcher(handler).ok()?;
    for root in roots.iter().filter(|root| root.exists()) {
        watcher.watch(root, RecursiveMode::Recursive).ok()?;
    }
    Some(watcher)
}

fn follow(
    events: &Receiver<Vec<PathBuf>>,
    mut snapshot: Snapshot,
    mut events_work: bool,
    asked_to_poll: bool,
    say: impl Fn(Word) -> bool,
) {
    if !events_work && !asked_to_poll && !say(Word::Polling) {
        return;
    }
    // Changes that the look found, waiting for their event.
    let mut unannounced: HashMap<PathBuf, Instant> = HashMap::new();
    let mut next_look = Instant::now() + if events_work { CALM } else { POLLING };
    loop {
        match events.recv_timeout(next_look.saturating_duration_since(Instant::now())) {
            Ok(paths) => {
                for path in paths {
                    unannounced.remove(&path);
                    if snapshot.note(&path) && !say(Word::Touched(path)) {
                        return;
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                for path in snapshot.changes() {
                    unannounced.insert(path.clone(), Instant::now());
                    if !say(Word::Touched(path)) {
                        return;
                    }
                }
                let overdue = unannounced.values().any(|found| found.elapsed() > LAG);
                if events_work && overdue {
                    events_work = false;
                    if !say(Word::Polling) {
                        return;
                    }
                }
                next_look = Instant::now() + if events_work { CALM } else { POLLING };
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_look_finds_what_is_new_changed_or_gone_once() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|n| dir.path().join(n));
        fs::write(&a, "1").unwrap();
        fs::write(&b, "1").unwrap();
        let mut snapshot = Snapshot::take(&[a.clone(), b.clone(), c.clone()]);
        assert_eq!(snapshot.changes(), Vec::<PathBuf>::new());
        fs::write(&a, "22").unwrap();
        fs::remove_file(&b).unwrap();
        fs::write(&c, "new").unwrap();
        assert_eq!(snapshot.changes(), [a, b, c]);
        assert_eq!(snapshot.changes(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_save_by_renaming_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().canonicalize().unwrap().join("x.rs");
        fs::write(&file, "1").unwrap();
        for poll in [false, true] {
            let (sender, words) = channel();
            let files = [file.clone()];
            let _watching = watch(&[file.parent().unwrap().to_path_buf()], &files, poll, move |word| {
                sender.send(word).is_ok()
            });
            let aside = file.with_extension("tmp");
            fs::write(&aside, if poll { "22" } else { "333" }).unwrap();
            fs::rename(&aside, &file).unwrap();
            let word = words.recv_timeout(Duration::from_secs(20)).unwrap();
            assert_eq!(word, Word::Touched(file.clone()));
        }
    }
}
