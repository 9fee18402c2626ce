//! The build cache inside a workspace: one slot per drill process at a time, a folder per exercise in it, and
//! no more of them than the last few.

use crate::failure::Failure;
use crate::fsx;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Incremental data takes some 6 MB an exercise, so only the last few keep theirs.
const KEPT: usize = 4;
/// Written at each build of an exercise, into its folder.
const USED: &str = "used";
/// More drill processes than this in one workspace wait for each other.
const SLOTS: usize = 64;

/// A build folder that no other drill process uses meanwhile.
#[derive(Debug)]
pub struct Slot {
    cache: PathBuf,
    folder: PathBuf,
    /// Held until dropped.
    _lock: File,
}

impl Slot {
    /// Takes a free slot below `cache`, the workspace's `.drill/cache`.
    pub fn take(cache: &Path) -> Result<Slot, Failure> {
        fsx::create_dir_all(cache)?;
        for n in 0..SLOTS {
            let lock = File::create(cache.join(format!("slot-{n}.lock"))).map_err(|e| {
                Failure::environment(format!("can't write in `{}`: {e}", cache.display()))
                    .help("`drill doctor` checks the workspace")
            })?;
            match lock.try_lock() {
                Ok(()) => {
                    let folder = cache.join(format!("slot-{n}"));
                    fsx::create_dir_all(&folder)?;
                    return Ok(Slot { cache: cache.to_path_buf(), folder, _lock: lock });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(e)) => {
                    return Err(Failure::environment(format!("can't lock `{}`: {e}", cache.display())));
                }
            }
        }
        Err(Failure::environment(format!("{SLOTS} drill processes are at work in this workspace"))
            .help("let one of them finish"))
    }

    /// What all slots share: the kit.
    pub fn shared(&self) -> &Path {
        &self.cache
    }

    /// The slot's own folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where cargo builds: beside the slot's own folder, because what it builds is used by all exercises.
    pub fn cargo(&self) -> PathBuf {
        self.folder.with_extension("cargo")
    }

    /// The folder of one exercise; the folders longest unused make room.
    pub fn exercise(&self, id: &str) -> Result<PathBuf, Failure> {
        let folder = self.folder.join(id.replace('/', "--"));
        if !folder.is_dir() {
            self.make_room();
            fsx::create_dir_all(&folder)?;
        }
        fsx::write_scratch(&folder.join(USED), "")?;
        Ok(folder)
    }

    fn make_room(&self) {
        let mut folders: Vec<(SystemTime, PathBuf)> = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|e| e.path().is_dir())
            .map(|e| (last_use(&e.path()), e.path()))
            .collect();
        folders.sort();
        let surplus = (folders.len() + 1).saturating_sub(KEPT);
        for (_, folder) in folders.iter().take(surplus) {
            fsx::remove_scratch_dir(folder);
        }
    }
}

/// When the exercise in this folder was last built.
fn last_use(folder: &Path) -> SystemTime {
    let built = folder.join(USED).metadata().and_then(|m| m.modified());
    built.unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_processes_never_share_a_slot() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (Slot::take(dir.path()).unwrap(), Slot::take(dir.path()).unwrap());
        assert_ne!(a.folder(), b.folder());
        let first = a.folder().to_path_buf();
        drop(a);
        assert_eq!(Slot::take(dir.path()).unwrap().folder(), first);
    }

    #[test]
    fn only_the_last_few_exercises_keep_their_builds() {
        let dir = tempfile::tempdir().unwrap();
        let slot = Slot::take(dir.path()).unwrap();
        for i in 0..KEPT + 3 {
            slot.exercise(&format!("t/{i:02}-x")).unwrap();
        }
        assert_eq!(fs::read_dir(slot.folder()).unwrap().count(), KEPT);
    }
}
