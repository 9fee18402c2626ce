//! The learner's folder: where it is, what is in it, which content it belongs to. Knows nothing of
//! compilers or verdicts.

pub mod backup;
pub mod init;
pub mod layout;
pub mod record;
pub mod reset;

use crate::content::load::ATLAS_FILE;
use crate::content::rustlings::{self, INFO_FILES};
use crate::content::source::Source;
use crate::failure::Failure;
use crate::fsx;
use crate::fsx::lock::Lock;
use std::path::{Path, PathBuf};

/// The marker folder.
pub const MARKER: &str = ".drill";
/// Where `drill init` makes a workspace unless told otherwise.
pub const DEFAULT_DIR: &str = "drill-workspace";

/// A learner's folder that exists.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace at exactly this folder.
    pub fn at(root: &Path) -> Option<Workspace> {
        (root.join(MARKER).is_dir() && !is_content(root)).then(|| Workspace { root: root.to_path_buf() })
    }

    /// The workspace that holds `start`, or the default one directly below `start` or one of its parents.
    pub fn find(start: &Path) -> Option<Workspace> {
        start
            .ancestors()
            .find_map(Workspace::at)
            .or_else(|| start.ancestors().find_map(|folder| Workspace::at(&folder.join(DEFAULT_DIR))))
    }

    /// The folder of content it was made from; `None`: the embedded one.
    pub fn pack(&self) -> Result<Option<PathBuf>, Failure> {
        Ok(record::About::load(self)?.pack)
    }

    /// Held by whoever changes files below `exercises/`.
    fn lock(&self) -> Result<Lock, Failure> {
        fsx::lock::lock(&self.private("workspace.lock"))
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `.drill/<name>`.
    pub fn private(&self, name: &str) -> PathBuf {
        self.root.join(MARKER).join(name)
    }

    /// A file of content at its place in the workspace: `exercises/<topic>/<nn-name>.rs`.
    pub fn file(&self, content_path: &str) -> PathBuf {
        self.root.join(content_path)
    }
}

/// Whether a folder is a checkout of content (this repository, a pack), which is never a workspace.
pub fn is_content(folder: &Path) -> bool {
    let own = folder.join(ATLAS_FILE).is_file();
    let foreign = || INFO_FILES.iter().any(|f| folder.join(f).is_file()) && folder.join("exercises").is_dir();
    own || foreign()
}

/// The folder of content that `place` is in, if any.
pub fn content_around(place: &Path) -> Option<PathBuf> {
    place.ancestors().find(|folder| is_content(folder)).map(Path::to_path_buf)
}

/// The content a workspace was made from.
pub fn source(pack: Option<&Path>) -> Result<Source, Failure> {
    match pack {
        None => Ok(crate::content::embedded::source()),
        Some(folder) => {
            // Absolute, because builds and runs have folders of their own.
            let source = Source::Folder(std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf()));
            if source.holds(ATLAS_FILE) != Ok(false) || rustlings::info_file(&source).is_some() {
                return Ok(source);
            }
            let problem = if folder.is_dir() { "is not a pack" } else { "is not a folder" };
            Err(Failure::environment(format!("`{}` {problem}", folder.display())).help(format!(
                "a pack is a folder with a file `{ATLAS_FILE}`, or with the `{}` of rustlings",
                INFO_FILES[0]
            )))
        }
    }
}
