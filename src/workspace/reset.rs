//! Puts exercises back to their stubs, and undoes that. What is replaced is backed up first, always.

use super::layout::content;
use super::record::{Written, version};
use super::{Workspace, backup};
use crate::content::model::Exercise;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::fsx;
use std::path::PathBuf;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Files that were replaced, as paths inside the workspace.
    pub replaced: Vec<String>,
    /// Files that were gone and are there again.
    pub restored: Vec<String>,
    /// Files that were already as wanted.
    pub untouched: Vec<String>,
    /// Where the replaced files are now.
    pub backup: Option<PathBuf>,
}

/// A file, and the bytes it is to have.
type Wanted = (String, Vec<u8>);

/// Puts these exercises back to their stubs. `stamp` is the time, as a file name.
pub fn reset(
    workspace: &Workspace,
    source: &Source,
    exercises: &[&Exercise],
    stamp: &str,
) -> Result<Outcome, Failure> {
    let mut wanted = Vec::new();
    for exercise in exercises {
        let path = exercise.stub_path();
        let text = content(source, &path)?;
        wanted.push((path, text.into_bytes()));
    }
    let _lock = workspace.lock()?;
    let mut written = Written::load(workspace)?;
    let before = written.clone();
    for (path, bytes) in &wanted {
        written.give(path, &version(bytes));
    }
    if written != before {
        written.save(workspace)?;
    }
    put(workspace, wanted, stamp)
}

/// Brings back the newest backup, whatever made it; what it replaces becomes the newest backup in turn.
pub fn undo(workspace: &Workspace, stamp: &str) -> Result<Outcome, Failure> {
    let _lock = workspace.lock()?;
    let Some(folder) = backup::newest(workspace)? else {
        return Err(Failure::environment("there is no backup to bring back")
            .help("`drill reset EXERCISE` makes one when it replaces a file"));
    };
    let mut wanted = Vec::new();
    for path in backup::files(&folder)? {
        if let Some(bytes) = fsx::read_if_there(&folder.join(&path))? {
            wanted.push((path, bytes));
        }
    }
    put(workspace, wanted, stamp)
}

fn put(workspace: &Workspace, wanted: Vec<Wanted>, stamp: &str) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let mut changes = Vec::new();
    for (path, bytes) in wanted {
        match fsx::read_if_there(&workspace.file(&path))? {
            Some(old) if version(&old) == version(&bytes) => outcome.untouched.push(path),
            Some(_) => {
                outcome.replaced.push(path.clone());
                changes.push((path, bytes));
            }
            None => {
                outcome.restored.push(path.clone());
                changes.push((path, bytes));
            }
        }
    }
    if !outcome.replaced.is_empty() {
        let paths: Vec<&str> = outcome.replaced.iter().map(String::as_str).collect();
        outcome.backup = Some(backup::keep(workspace, &paths, stamp)?);
    }
    for (path, bytes) in changes {
        let file = workspace.file(&path);
        fsx::create_dir_all(file.parent().unwrap_or(workspace.root()))?;
        fsx::write_atomic(&file, bytes)?;
    }
    Ok(outcome)
}
