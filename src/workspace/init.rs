//! Makes a workspace, or brings one up to date: adds what is new, refreshes what the learner has not touched,
//! keeps what was edited. It may be stopped at any moment; called again, it completes what it began.

use super::layout::{self, Planned};
use super::record::{About, Written, version};
use super::{DEFAULT_DIR, MARKER, Workspace, is_content};
use crate::content::model::Atlas;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::fsx;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the new versions of files that the learner edited are put.
const UPDATES: &str = "updates";

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// There was no workspace before.
    pub made: bool,
    pub topics: usize,
    pub exercises: usize,
    /// Paths inside the workspace, with forward slashes.
    pub added: Vec<String>,
    /// Files of drill's that were gone.
    pub restored: Vec<String>,
    pub refreshed: Vec<String>,
    pub kept: Vec<Kept>,
}

/// A file that the learner edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub path: String,
    /// Where its new version was put, if there is one since the last time.
    pub update: Option<String>,
}

/// Makes a workspace at `root`, or brings the one that is there up to date with the content.
pub fn init(
    root: &Path,
    atlas: &Atlas,
    source: &Source,
    pack: Option<&Path>,
) -> Result<(Workspace, Outcome), Failure> {
    let made = Workspace::at(root).is_none();
    if made {
        refuse(root)?;
    }
    if atlas.exercises().next().is_none() {
        return Err(Failure::environment("the content has no exercise yet"));
    }
    let files = layout::files(atlas, source)?;
    fsx::create_dir_all(&root.join(MARKER))?;
    let workspace = Workspace { root: root.to_path_buf() };
    let lock = workspace.lock()?;
    let mut about = About::load(&workspace)?;
    if let Some(pack) = pack {
        about.pack = Some(std::path::absolute(pack).unwrap_or_else(|_| pack.to_path_buf()));
    }
    if lock.is_exclusive() {
        sweep(&workspace, &files)?;
    }

    let mut written = Written::load(&workspace)?;
    let before = written.clone();
    for (path, text) in &files {
        written.intend(path, &version(text.as_bytes()));
    }
    if written != before {
        written.save(&workspace)?;
    }
    let mut outcome = Outcome {
        made,
        topics: atlas.topics.len(),
        exercises: atlas.exercises().count(),
        ..Outcome::default()
    };
    for (path, text) in &files {
        let step = decide(&workspace, path, text, &before)?;
        perform(&workspace, path, text, step, &mut outcome)?;
        written.give(path, &version(text.as_bytes()));
    }
    written.save(&workspace)?;
    about.save(&workspace)?;
    Ok((workspace, outcome))
}

/// What a file needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    Add,
    Restore,
    Refresh,
    Keep,
    /// Keep it, and put the new version beside.
    Offer,
}

fn decide(workspace: &Workspace, path: &str, text: &str, written: &Written) -> Result<Step, Failure> {
    let new = version(text.as_bytes());
    // An empty file is one that a power cut left, or that has nothing to lose.
    let on_disk = fsx::read_if_there(&workspace.file(path))?.filter(|bytes| !bytes.is_empty());
    Ok(match on_disk.map(|bytes| version(&bytes)) {
        None if written.has(path) => Step::Restore,
        None => Step::Add,
        Some(old) if old == new => Step::Nothing,
        Some(old) if written.knows(path, &old) => Step::Refresh,
        Some(_) if written.was_given(path, &new) => Step::Keep,
        Some(_) => Step::Offer,
    })
}

fn perform(
    workspace: &Workspace,
    path: &str,
    text: &str,
    step: Step,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let put = |inside: &str| {
        let file = workspace.file(inside);
        fsx::create_dir_all(file.parent().unwrap_or(workspace.root()))?;
        fsx::write_replaceable(&file, text)
    };
    match step {
        Step::Nothing => {}
        Step::Add => {
            put(path)?;
            outcome.added.push(path.to_string());
        }
        Step::Restore => {
            put(path)?;
            outcome.restored.push(path.to_string());
        }
        Step::Refresh => {
            put(path)?;
            outcome.refreshed.push(path.to_string());
        }
        Step::Keep => outcome.kept.push(Kept { path: path.to_string(), update: None }),
        Step::Offer => {
            let update = format!("{MARKER}/{UPDATES}/{path}");
            put(&update)?;
            outcome.kept.push(Kept { path: path.to_string(), update: Some(update) });
        }
    }
    Ok(())
}

/// Removes what an interrupted call left; the lock is held.
fn sweep(workspace: &Workspace, files: &[Planned]) -> Result<(), Failure> {
    let mut folders = BTreeSet::new();
    for (path, _) in files {
        for path in [workspace.file(path), workspace.private(UPDATES).join(path)] {
            folders.extend(path.parent().map(Path::to_path_buf));
        }
    }
    for folder in folders {
        fsx::sweep(&folder, None)?;
    }
    for record in ["stubs.toml", "workspace.toml"] {
        fsx::sweep(&workspace.root().join(MARKER), Some(record))?;
    }
    Ok(())
}

/// Refuses what must not become a workspace.
fn refuse(root: &Path) -> Result<(), Failure> {
    let shown = root.display();
    if is_content(root) {
        let message = format!("`{shown}` is a folder of content, which is never a workspace");
        return Err(Failure::environment(message).help(elsewhere(root)));
    }
    if root.is_dir() {
        if fsx::names(root)?.iter().any(|name| name != ".git") {
            let message = format!("`{shown}` is not empty and is not a workspace");
            return Err(Failure::environment(message).help(elsewhere(root)));
        }
    } else if root.exists() || root.is_symlink() {
        return Err(Failure::environment(format!("`{shown}` is a file, not a folder"))
            .help("`drill init NAME` makes a workspace in a new folder"));
    }
    Ok(())
}

fn elsewhere(root: &Path) -> String {
    let inside: PathBuf = if root == Path::new(".") { DEFAULT_DIR.into() } else { root.join(DEFAULT_DIR) };
    format!("name a new folder: `drill init '{}'`", inside.display())
}
