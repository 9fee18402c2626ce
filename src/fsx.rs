//! File operations whose errors name the path. The only module that writes files for drill.

use crate::failure::Failure;
use std::path::Path;
use std::{fs, io};

fn failed(verb: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::environment(format!("can't {verb} `{}`: {error}", path.display()))
}

pub fn read_to_string(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|e| failed("read", path, &e))?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Failure::environment(format!("`{}` is not UTF-8 text (byte {at})", path.display()))
            .help("save it as UTF-8 in your editor")
    })
}

pub fn create_dir_all(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|e| failed("create the folder", path, &e))
}

/// Replaces a file whole: readers see the old text or the new, never a part, also after a crash.
pub fn write_atomic(path: &Path, text: &str) -> Result<(), Failure> {
    use io::Write as _;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| failed("write in", folder, &e))?;
    file.write_all(text.as_bytes()).map_err(|e| failed("write", path, &e))?;
    file.as_file().sync_data().map_err(|e| failed("write", path, &e))?;
    file.persist(path).map_err(|e| failed("replace", path, &e.error))?;
    Ok(())
}

/// Scratch that may be lost at any time: no sync, no rename.
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

/// FNV-1a, 64 bits: tells versions of text apart; no defence against intent.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}
