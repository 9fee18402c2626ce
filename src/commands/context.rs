//! What every command needs: the terminal, the content, the workspace. Loaded when first asked for.

use crate::cli::Global;
use crate::content::load::load;
use crate::content::model::Atlas;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::{self, Workspace};
use std::env;
use std::path::{Path, PathBuf};

pub struct Context {
    pub terminal: Terminal,
    pub global: Global,
}

impl Context {
    pub fn new(terminal: Terminal, global: Global) -> Context {
        Context { terminal, global }
    }

    /// The content root: the pack that was named, else the workspace's, else the embedded one.
    pub fn source(&self) -> Result<Source, Failure> {
        let pack = match (&self.global.pack, self.found_workspace()?) {
            (Some(pack), _) => Some(pack.clone()),
            (None, Some(workspace)) => workspace.pack()?,
            (None, None) => None,
        };
        workspace::source(pack.as_deref())
    }

    /// The content that its author works on: the pack that was named, else the folder of content that one is in,
    /// else what a learner here would get.
    pub fn content(&self) -> Result<Source, Failure> {
        if self.global.pack.is_none()
            && let Some(folder) = self.current_dir()?.ancestors().find(|folder| workspace::is_content(folder))
        {
            return Ok(Source::Folder(folder.to_path_buf()));
        }
        self.source()
    }

    /// The content and its atlas. Embedded content was validated when it was built in.
    pub fn atlas(&self) -> Result<(Source, Atlas), Failure> {
        atlas(self.source()?)
    }

    /// The content for a workspace that is to be made, or is, at `root`.
    pub fn atlas_for(&self, root: &Path) -> Result<(Source, Atlas), Failure> {
        let pack = match (&self.global.pack, Workspace::at(root)) {
            (Some(pack), _) => Some(pack.clone()),
            (None, Some(workspace)) => workspace.pack()?,
            (None, None) => None,
        };
        atlas(workspace::source(pack.as_deref())?)
    }

    /// A path as one would type it here: relative when it is below the current folder.
    pub fn seen_from_here(&self, path: &Path) -> PathBuf {
        let below =
            env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
        below.unwrap_or_else(|| path.to_path_buf())
    }

    pub fn current_dir(&self) -> Result<PathBuf, Failure> {
        env::current_dir().map_err(|e| Failure::environment(format!("can't tell the current folder: {e}")))
    }

    /// The workspace that was named or that is here, if there is one.
    pub fn found_workspace(&self) -> Result<Option<Workspace>, Failure> {
        match &self.global.workspace {
            // Absolute, because builds and runs have folders of their own.
            Some(dir) => Ok(Workspace::at(&std::path::absolute(dir).unwrap_or_else(|_| dir.clone()))),
            None => Ok(Workspace::find(&self.current_dir()?)),
        }
    }

    /// The workspace, which must exist.
    pub fn workspace(&self) -> Result<Workspace, Failure> {
        self.found_workspace()?.ok_or_else(|| match &self.global.workspace {
            Some(dir) => Failure::environment(format!("`{}` is not a workspace", dir.display()))
                .help(format!("`drill init '{}'` makes one", dir.display())),
            None => Failure::environment("there is no workspace here or in a folder above")
                .help("`drill init` makes one, `drill watch` makes one and starts"),
        })
    }
}

fn atlas(source: Source) -> Result<(Source, Atlas), Failure> {
    let (atlas, problems) = load(&source);
    if problems.is_empty() {
        return Ok((source, atlas));
    }
    let list: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    Err(Failure::environment(format!("the content has problems\n{}", list.join("\n"))))
}
