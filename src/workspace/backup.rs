//! What the learner had before drill replaced it: `.drill/backups/<time>-<n>/exercises/...`. A backup is complete
//! or not there; none is ever removed.

use super::Workspace;
use crate::failure::Failure;
use crate::fsx;
use std::path::{Path, PathBuf};

const FOLDER: &str = "backups";
/// A backup in the making.
const UNFINISHED: &str = "backups/.unfinished";

/// Copies files of the workspace, by their paths with forward slashes, into a new backup; answers its folder.
/// `stamp` is the time, as a file name.
pub fn keep(workspace: &Workspace, paths: &[&str], stamp: &str) -> Result<PathBuf, Failure> {
    let unfinished = workspace.private(UNFINISHED);
    fsx::remove_dir_all(&unfinished)?;
    for path in paths {
        let copy = unfinished.join(path);
        fsx::create_dir_all(copy.parent().unwrap_or(&unfinished))?;
        fsx::copy(&workspace.file(path), &copy)?;
    }
    let number = all(workspace)?.last().map_or(1, |(number, _)| number + 1);
    let folder = workspace.private(FOLDER).join(format!("{stamp}-{number}"));
    fsx::rename(&unfinished, &folder)?;
    Ok(folder)
}

/// The newest backup.
pub fn newest(workspace: &Workspace) -> Result<Option<PathBuf>, Failure> {
    Ok(all(workspace)?.pop().map(|(_, name)| workspace.private(FOLDER).join(name)))
}

/// The paths of the files in a backup, as they are in the workspace, with forward slashes.
pub fn files(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(inside) = open.pop() {
        for name in fsx::names(&folder.join(&inside))? {
            let path = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            if folder.join(&path).is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Backups by number: clocks may be set back, numbers are not.
fn all(workspace: &Workspace) -> Result<Vec<(u64, String)>, Failure> {
    let names = fsx::names(&workspace.private(FOLDER))?.into_iter();
    let mut all: Vec<(u64, String)> =
        names.filter_map(|name| Some((name.rsplit_once('-')?.1.parse().ok()?, name))).collect();
    all.sort();
    Ok(all)
}
