//! The progress file: versioned, locked, atomic, recoverable.

use super::Progress;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Something the user should know, though the work goes on; the caller prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice(pub String);

/// `.drill/progress.toml` of one workspace.
#[derive(Clone, Debug)]
pub struct Store {
    _workspace: Workspace,
}

impl Store {
    pub fn open(workspace: &Workspace) -> Store {
        Store { _workspace: workspace.clone() }
    }

    /// What the file says now. Reads only.
    pub fn load(&self) -> Result<(Progress, Vec<Notice>), Failure> {
        Ok((Progress::default(), Vec::new()))
    }

    /// Applies `change` to what the file says now and writes it, while no other drill can.
    pub fn update<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> Result<(T, Vec<Notice>), Failure> {
        let mut progress = Progress::default();
        Ok((change(&mut progress), Vec::new()))
    }
}
