//! The learner's folder: can it be written, is it whole, do saves in it make themselves known.

use super::Finding;
use crate::failure::Failure;
use crate::progress::store::Store;
use crate::text::{bytes, count};
use crate::workspace::Workspace;
use notify::{RecursiveMode, Watcher as _};
use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a save may take to be noticed.
const EVENT: Duration = Duration::from_secs(1);
/// Free space below this is too little for the build cache, or for anything.
#[cfg(unix)]
const SCARCE: u64 = 300 << 20;
#[cfg(unix)]
const NONE: u64 = 20 << 20;
/// A build cache larger than this was not cleaned up.
const CACHE: u64 = 60 << 20;

/// A folder to try things out in: inside the workspace, where drill works, or with the temporary files.
pub(super) fn scratch(workspace: Option<&Workspace>) -> Result<TempDir, Failure> {
    let made = match workspace {
        Some(workspace) => tempfile::Builder::new().prefix("doctor-").tempdir_in(workspace.private("")),
        None => tempfile::Builder::new().prefix("drill-doctor-").tempdir(),
    };
    made.map_err(|e| {
        let folder = workspace.map_or_else(std::env::temp_dir, |w| w.private(""));
        let shown = folder.display().to_string();
        let shown = shown.trim_end_matches('/');
        Failure::environment(format!("can't write in `{shown}`: {e}"))
            .help(format!("ls -ld '{shown}'; df '{shown}'"))
    })
}

/// The files without which a workspace does not work, and the stubs.
pub(super) fn workspace(workspace: &Workspace, stubs: &[String]) -> Finding {
    const NAME: &str = "workspace";
    let root = workspace.root();
    let remedy = format!("drill init '{}'", root.display());
    let manifest = root.join("Cargo.toml");
    let table = match fs::read_to_string(&manifest) {
        Ok(text) => text.parse::<toml::Table>(),
        Err(e) => return Finding::fail(NAME, format!("can't read `{}`: {e}", manifest.display()), remedy),
    };
    match table {
        Err(e) => {
            let line = e.message().lines().next().unwrap_or_default().to_string();
            return Finding::fail(NAME, format!("`{}` is broken: {line}", manifest.display()), remedy);
        }
        Ok(table) if !table.contains_key("workspace") => {
            let detail = format!("`{}` has lost its `[workspace]` table", manifest.display());
            return Finding::fail(NAME, detail, remedy);
        }
        Ok(_) => {}
    }
    let gone = stubs.iter().filter(|stub| !workspace.file(stub).is_file()).count();
    if gone > 0 {
        let (exercises, are) = (count(gone, "exercise"), if gone == 1 { "is" } else { "are" });
        let detail = format!("`{}`, but {exercises} {are} missing in it", root.display());
        return Finding::warn(NAME, detail, remedy);
    }
    Finding::ok(NAME, format!("`{}`, with {}", root.display(), count(stubs.len(), "exercise")))
}

pub(super) fn progress(workspace: &Workspace) -> Finding {
    const NAME: &str = "progress";
    let store = Store::open(workspace);
    match store.load() {
        Err(failure) => Finding::of(NAME, &failure),
        Ok((progress, notices)) if notices.is_empty() => {
            let tries = usize::try_from(progress.tries()).unwrap_or(usize::MAX);
            Finding::ok(NAME, format!("can be read; {}", count(tries, "attempt")))
        }
        Ok((_, notices)) => {
            let said: Vec<&str> = notices.iter().map(|n| n.0.as_str()).collect();
            Finding::warn(NAME, said.join("; "), "drill progress")
        }
    }
}

pub(super) fn cache(workspace: &Workspace) -> Finding {
    let folder = workspace.private("cache");
    let size = size_of(&folder, 0);
    let detail = format!("{} of build cache", bytes(size));
    if size > CACHE {
        return Finding::warn("cache", detail, format!("rm -r '{}'", folder.display()));
    }
    Finding::ok("cache", detail)
}

/// Bytes of all files below a folder; links are not followed.
fn size_of(folder: &Path, depth: usize) -> u64 {
    const DEEPEST: usize = 12;
    let mut sum = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() && depth < DEEPEST {
            sum += size_of(&entry.path(), depth + 1);
        } else if meta.is_file() {
            sum += meta.len();
        }
    }
    sum
}

/// Whether the system tells about a save, or drill has to look for it.
pub(super) fn events(scratch: &Path) -> Finding {
    const NAME: &str = "saves";
    const POLL: &str = "drill watch --poll";
    let (sender, receiver) = channel();
    let started = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let _ = sender.send(event.is_ok());
    })
    .and_then(|mut watcher| watcher.watch(scratch, RecursiveMode::Recursive).map(|()| watcher));
    let _watcher = match started {
        Ok(watcher) => watcher,
        Err(e) if matches!(e.kind, notify::ErrorKind::MaxFilesWatch) => {
            let remedy = format!("sudo sysctl fs.inotify.max_user_watches=524288; or {POLL}");
            return Finding::warn(NAME, "the system's limit of watched files is reached", remedy);
        }
        Err(e) => return Finding::warn(NAME, format!("file events can't be had: {e}"), POLL),
    };
    let saved_at = Instant::now();
    let written = fs::write(scratch.join("saved"), "x");
    match (written, receiver.recv_timeout(EVENT)) {
        (Ok(()), Ok(true)) => {
            Finding::ok(NAME, format!("noticed after {}", crate::text::duration(saved_at.elapsed())))
        }
        (Err(e), _) => {
            Finding::fail(NAME, format!("can't save a file: {e}"), format!("df '{}'", scratch.display()))
        }
        _ => {
            let detail = "no event within 1 s, as on network and container disks: watch then looks four times a second";
            Finding::warn(NAME, detail, POLL)
        }
    }
}

#[cfg(unix)]
pub(super) fn disk(scratch: &Path) -> Finding {
    const NAME: &str = "disk";
    let Ok(disk) = rustix::fs::statvfs(scratch) else {
        return Finding::ok(NAME, "can't tell how much is free");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let detail = format!("{} free", bytes(free));
    let remedy = "df -h . shows the disk; the build cache needs some 60 MiB";
    match free {
        0..NONE => Finding::fail(NAME, detail, remedy),
        NONE..SCARCE => Finding::warn(NAME, detail, remedy),
        _ => Finding::ok(NAME, detail),
    }
}

#[cfg(not(unix))]
pub(super) fn disk(_: &Path) -> Finding {
    Finding::ok("disk", "free space is not looked at on this platform")
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;
    use crate::workspace::MARKER;

    const STUB: &str = "exercises/lamp/01-switch.rs";

    #[track_caller]
    fn check(manifest: Option<&str>, has_stub: bool, level: Level, says: &str) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(MARKER)).unwrap();
        if let Some(text) = manifest {
            fs::write(dir.path().join("Cargo.toml"), text).unwrap();
        }
        if has_stub {
            fs::create_dir_all(dir.path().join("exercises/lamp")).unwrap();
            fs::write(dir.path().join(STUB), "").unwrap();
        }
        let found = workspace(&Workspace::at(dir.path()).unwrap(), &[STUB.to_string()]);
        assert_eq!(found.level, level, "{found:?}");
        assert!(found.detail.contains(says), "{found:?}");
    }

    #[test]
    fn a_workspace_that_lacks_something_is_mended_by_init() {
        check(Some("[workspace]\n"), true, Level::Ok, "with 1 exercise");
        check(Some("[workspace]\n"), false, Level::Warn, "1 exercise is missing");
        check(Some("[package]\n"), true, Level::Fail, "lost its `[workspace]`");
        check(Some("[workspace\n"), true, Level::Fail, "is broken");
        check(None, true, Level::Fail, "can't read");
    }

    #[test]
    fn damaged_progress_is_a_warning() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(MARKER)).unwrap();
        let workspace = Workspace::at(dir.path()).unwrap();
        assert_eq!(progress(&workspace).level, Level::Ok);
        fs::write(Store::open(&workspace).path(), "not [toml").unwrap();
        assert_eq!(progress(&workspace).level, Level::Warn);
    }

    #[test]
    fn the_size_of_the_cache_is_that_of_its_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        fs::write(dir.path().join("a/b/c"), [0; 1000]).unwrap();
        fs::write(dir.path().join("d"), [0; 24]).unwrap();
        assert_eq!(size_of(dir.path(), 0), 1024);
        assert_eq!(size_of(&dir.path().join("none"), 0), 0);
    }
}
