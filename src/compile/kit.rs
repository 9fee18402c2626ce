//! The check kit, compiled once per toolchain and kit version.

use super::cache::Slot;
use super::diagnostic;
use super::toolchain::Toolchain;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::fsx;
use crate::process::{Cancel, End, Exit, supervise};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

const SOURCES: &str = "checks/kit";

/// The kit's rlib for this toolchain, built now if need be. `Ok(None)`: cancelled.
pub fn library(
    source: &Source,
    toolchain: &Toolchain,
    slot: &Slot,
    cancel: &Cancel,
) -> Result<Option<PathBuf>, Failure> {
    let files = sources(source)?;
    let name = format!("kit-{:016x}.d", hash(&files, toolchain));
    let folder = slot.shared().join(&name);
    let library = folder.join("libkit.rlib");
    if library.is_file() {
        return Ok(Some(library));
    }
    // Built aside and renamed, so that another process never sees half of it.
    let aside = slot.folder().join("kit.new");
    fsx::remove_scratch_dir(&aside);
    for (name, text) in &files {
        let path = aside.join(name);
        fsx::create_dir_all(path.parent().unwrap_or(&aside))?;
        fsx::write_scratch(&path, text)?;
    }
    if !build(toolchain, &aside, cancel)? {
        return Ok(None);
    }
    remove_older(slot.shared(), &name);
    // Another process may have been first: its kit is as good.
    if fs::rename(&aside, &folder).is_err() && !library.is_file() {
        return Err(Failure::environment(format!("can't keep the check kit in `{}`", folder.display())));
    }
    Ok(Some(library))
}

/// Changes whenever another kit or compiler would be used.
pub fn fingerprint(source: &Source, toolchain: &Toolchain) -> Result<u64, Failure> {
    Ok(hash(&sources(source)?, toolchain))
}

fn hash(files: &[(String, String)], toolchain: &Toolchain) -> u64 {
    let mut all = toolchain.key.to_le_bytes().to_vec();
    for (name, text) in files {
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(text.as_bytes());
    }
    fsx::hash(&all)
}

/// The kit's files: name relative to its folder, text.
fn sources(source: &Source) -> Result<Vec<(String, String)>, Failure> {
    // A pack has its own checks, but the kit is drill's.
    let own = match source {
        Source::Folder(_) if source.entries(SOURCES).is_empty() => &crate::content::embedded::source(),
        other => other,
    };
    let mut files = Vec::new();
    collect(own, SOURCES, "", &mut files)?;
    if files.iter().all(|(name, _)| name != "lib.rs") {
        return Err(Failure::bug("the check kit is not in the content"));
    }
    Ok(files)
}

fn collect(
    source: &Source,
    folder: &str,
    inside: &str,
    files: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    for name in source.entries(folder) {
        if let Some(sub) = name.strip_suffix('/') {
            collect(source, &format!("{folder}/{sub}"), &format!("{inside}{name}"), files)?;
        } else {
            let path = format!("{folder}/{name}");
            let text = source.read(&path).map_err(|why| Failure::environment(format!("`{path}`: {why}")))?;
            if let Some(text) = text {
                files.push((format!("{inside}{name}"), text));
            }
        }
    }
    Ok(())
}

/// False: cancelled.
fn build(toolchain: &Toolchain, folder: &Path, cancel: &Cancel) -> Result<bool, Failure> {
    let mut command = toolchain.rustc();
    command.current_dir(folder).arg("lib.rs");
    command.args(["--edition", "2024", "--crate-name", "kit", "--crate-type", "rlib", "-Awarnings"]);
    // Optimised, because simulations live in it; with the learner's checks on, because generic code does too.
    command.args(["-Copt-level=1", "-Coverflow-checks=on", "-Cdebug-assertions=on", "-Cdebuginfo=0"]);
    // One unit a core of a small machine: a third off the first verdict's wait.
    command.args(["-Ccodegen-units=4", "--error-format", "json", "-o", "libkit.rlib"]);
    command.arg("--remap-path-prefix").arg({
        let mut arg = folder.as_os_str().to_os_string();
        arg.push("=kit");
        arg
    });
    let log = folder.join("rustc.log");
    let file = File::create(&log)
        .map_err(|e| Failure::environment(format!("can't write `{}`: {e}", log.display())))?;
    command.stdout(Stdio::null()).stderr(file);
    match supervise(command, |_| cancel.is_cancelled().then_some(()))? {
        End::Stopped(()) => Ok(false),
        End::Exited(Exit::Code(0)) => Ok(true),
        End::Exited(_) => {
            let stderr = fs::read(&log).unwrap_or_default();
            let errors = diagnostic::errors(&String::from_utf8_lossy(&stderr));
            let first = errors.first().map_or("rustc says nothing", |raw| raw.message.as_str());
            Err(Failure::environment(format!("the check kit does not compile with this rustc: {first}"))
                .help("`drill doctor` checks the toolchain"))
        }
    }
}

/// Kits of other toolchains and versions.
fn remove_older(cache: &Path, keep: &str) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("kit-") && name != keep {
            fsx::remove_scratch_dir(&entry.path());
        }
    }
}
