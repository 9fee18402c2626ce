//! File operations whose errors name the verb and the path. The only module that changes files for drill.
//! Readers of a file that drill replaces see the old text or the new, never a part, also after a crash.

pub mod fault;
pub mod lock;

use crate::failure::Failure;
use fault::{Step, step};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Temporary files end so; one that is found was left by a crash.
const TEMPORARY: &str = ".drill-tmp";

fn failed(verb: &str, path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::environment(format!("can't {verb} `{}`: {error}", path.display()));
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failure.help("free some space, then try again"),
        ErrorKind::ReadOnlyFilesystem => failure.help("use a workspace on a disk that can be written"),
        ErrorKind::PermissionDenied => {
            failure.help(format!("see who may do that: `ls -ld '{}'`", path.display()))
        }
        _ => failure,
    }
}

/// The text of a file that must exist.
pub fn read_to_string(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|e| failed("read", path, &e))?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Failure::environment(format!("`{}` is not UTF-8 text (byte {at})", path.display()))
            .help("save it as UTF-8 in your editor")
    })
}

/// The text of a file that somebody named: a regular one, or a link to one, of at most `most` bytes.
pub fn read_text(path: &Path, most: u64) -> Result<String, Failure> {
    let meta = fs::metadata(path).map_err(|e| failed("read", path, &e))?;
    if !meta.is_file() {
        return Err(Failure::environment(format!("`{}` is not a regular file", path.display())));
    }
    if meta.len() > most {
        let size = crate::text::bytes(most);
        return Err(Failure::environment(format!("`{}` is larger than {size}", path.display())));
    }
    read_to_string(path)
}

/// The bytes of a file; `None` when there is nothing at this path.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(failed("read", path, &e)),
    }
}

/// Names of the entries of a folder, sorted; empty when there is no such folder.
pub fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed("list", folder, &e)),
    };
    let mut names = Vec::new();
    for entry in listing {
        let entry = entry.map_err(|e| failed("list", folder, &e))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Makes a folder and those above it, unless they are there.
pub fn create_dir_all(path: &Path) -> Result<(), Failure> {
    let missing: Vec<&Path> =
        path.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists()).collect();
    for folder in missing.into_iter().rev() {
        let made = step(Step::Grow).and_then(|()| match fs::create_dir(folder) {
            // Another drill was faster.
            Err(e) if e.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
            other => other,
        });
        made.map_err(|e| failed("make the folder", folder, &e))?;
    }
    if path.is_dir() {
        return Ok(());
    }
    Err(Failure::environment(format!("can't make the folder `{}`: a file is in its place", path.display())))
}

/// Replaces a file whole, and returns when the disk has it: a crash of the machine loses nothing either.
/// An existing file keeps its permissions; a link is followed.
pub fn write_atomic(path: &Path, text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let folder = put(path, text.as_ref(), Sync::Yes)?;
    // Best effort: some file systems can't sync a folder, and the file itself is safe.
    let _ = File::open(folder).and_then(|f| f.sync_all());
    Ok(())
}

/// Replaces a file whole, for files that can be had again: cheaper, and after a power cut perhaps empty.
pub fn write_replaceable(path: &Path, text: impl AsRef<[u8]>) -> Result<(), Failure> {
    put(path, text.as_ref(), Sync::No).map(|_| ())
}

/// Writes a file that must not be there yet; whatever happens meanwhile, none is replaced.
pub fn write_new(path: &Path, text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let (file, _) = prepared(path, text.as_ref(), Sync::Yes)?;
    step(Step::Other).map_err(|e| failed("write", path, &e))?;
    file.persist_noclobber(path).map(|_| ()).map_err(|e| failed("write", path, &e.error))
}

/// Whether there is anything at this path, if only a link that leads nowhere.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sync {
    Yes,
    No,
}

/// Answers the folder that holds the file.
fn put(path: &Path, bytes: &[u8], sync: Sync) -> Result<PathBuf, Failure> {
    let path = followed(path);
    let (file, folder) = prepared(&path, bytes, sync)?;
    step(Step::Other).map_err(|e| failed("replace", &path, &e))?;
    file.persist(&path).map_err(|e| failed("replace", &path, &e.error))?;
    Ok(folder)
}

/// The text of a file, written beside the place it is for, and the folder of both.
fn prepared(path: &Path, bytes: &[u8], sync: Sync) -> Result<(tempfile::NamedTempFile, PathBuf), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    if path.is_dir() {
        let message = format!("can't write `{}`: a folder is in its place", path.display());
        return Err(Failure::environment(message));
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut file = step(Step::Grow)
        .and_then(|()| {
            let prefix = format!(".{name}.");
            let mut builder = tempfile::Builder::new();
            builder.prefix(&prefix).suffix(TEMPORARY);
            open_to_others(&mut builder);
            builder.tempfile_in(&folder)
        })
        .map_err(|e| failed("write in", &folder, &e))?;
    let written = step(Step::Grow).and_then(|()| file.write_all(bytes)).and_then(|()| {
        match fs::metadata(path) {
            Ok(old) => file.as_file().set_permissions(old.permissions()),
            Err(_) => Ok(()),
        }?;
        if sync == Sync::Yes {
            step(Step::Grow)?;
            file.as_file().sync_all()?;
        }
        Ok(())
    });
    written.map_err(|e| failed("write", path, &e))?;
    Ok((file, folder))
}

/// The file behind a link, so that a linked file stays linked.
fn followed(path: &Path) -> PathBuf {
    if path.is_symlink() { fs::canonicalize(path).unwrap_or_else(|_| path.into()) } else { path.into() }
}

/// A temporary file is private to its user; what becomes of it here is as public as the user's mask allows.
#[cfg(unix)]
fn open_to_others(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn open_to_others(_: &mut tempfile::Builder<'_, '_>) {}

/// Renames a file or folder; what is at `to` must not be needed any more.
pub fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    step(Step::Other).and_then(|()| fs::rename(from, to)).map_err(|e| {
        let verb = format!("rename to `{}` the file", to.display());
        failed(&verb, from, &e)
    })
}

/// Copies a file whole; answers how many bytes. The copy is on disk when this returns.
pub fn copy(from: &Path, to: &Path) -> Result<usize, Failure> {
    let bytes = fs::read(from).map_err(|e| failed("read", from, &e))?;
    write_atomic(to, &bytes)?;
    Ok(bytes.len())
}

/// Removes a file; one that is gone already is fine.
pub fn remove_file(path: &Path) -> Result<(), Failure> {
    match step(Step::Other).and_then(|()| fs::remove_file(path)) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map_err(|e| failed("remove", path, &e)),
    }
}

/// Removes a folder with all that is in it; one that is gone already is fine.
pub fn remove_dir_all(path: &Path) -> Result<(), Failure> {
    match step(Step::Other).and_then(|()| fs::remove_dir_all(path)) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map_err(|e| failed("remove the folder", path, &e)),
    }
}

/// Removes the temporary files that a crash left in a folder: of files whose names begin
/// with `name` and a dot, or of any (`None`).
/// Only for who holds the lock that all writers of these files take.
pub fn sweep(folder: &Path, name: Option<&str>) -> Result<(), Failure> {
    let prefix = name.map_or_else(|| ".".to_string(), |name| format!(".{name}."));
    for entry in names(folder)? {
        if entry.starts_with(&prefix) && entry.ends_with(TEMPORARY) {
            remove_file(&folder.join(entry))?;
        }
    }
    Ok(())
}

/// Scratch that may be lost at any time: no sync, no rename, no faults on purpose.
pub fn write_scratch(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|e| failed("write", path, &e))
}

/// Removes scratch if it is there.
pub fn remove_scratch(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Removes a scratch folder if it is there.
pub fn remove_scratch_dir(path: &Path) {
    let _ = fs::remove_dir_all(path);
}

/// Removes a folder if there is nothing in it.
pub fn remove_empty_dir(path: &Path) -> Result<(), Failure> {
    fs::remove_dir(path).map_err(|e| failed("remove the folder", path, &e))
}

/// FNV-1a, 64 bits, the same on every machine and in every release: tells versions of text apart; no defence
/// against intent.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_and_leaves_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.txt");
        write_atomic(&file, "long old text").unwrap();
        write_atomic(&file, "new").unwrap();
        write_replaceable(&file, "newer").unwrap();
        assert_eq!(read_to_string(&file).unwrap(), "newer");
        assert_eq!(names(dir.path()).unwrap(), ["a.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_survive_a_write() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("a"), dir.path().join("b"));
        write_atomic(&file, "1").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomic(&link, "2").unwrap();
        assert_eq!(read_to_string(&file).unwrap(), "2");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.is_symlink());
    }

    #[test]
    fn errors_name_the_verb_and_the_path() {
        let dir = tempfile::tempdir().unwrap();
        let inside = dir.path().join("file/inside");
        write_atomic(&dir.path().join("file"), "").unwrap();
        let error = create_dir_all(&inside).unwrap_err();
        assert!(error.message.starts_with("can't make the folder `"), "{error}");
        assert!(error.message.contains("file/inside`"), "{error}");
        let error = write_atomic(dir.path(), "").unwrap_err();
        assert!(error.message.contains("a folder is in its place"), "{error}");
        assert_eq!(read_if_there(&inside).unwrap(), None);
        assert!(read_if_there(dir.path()).unwrap_err().message.starts_with("can't read `"));
    }

    #[test]
    fn only_leftovers_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        for name in [".a.toml.Xy12.drill-tmp", ".b.toml.Xy12.drill-tmp", "a.toml", ".gitignore"] {
            write_atomic(&dir.path().join(name), "").unwrap();
        }
        sweep(dir.path(), Some("a.toml")).unwrap();
        assert_eq!(names(dir.path()).unwrap(), [".b.toml.Xy12.drill-tmp", ".gitignore", "a.toml"]);
        sweep(dir.path(), None).unwrap();
        assert_eq!(names(dir.path()).unwrap(), [".gitignore", "a.toml"]);
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
