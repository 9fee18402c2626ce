//! What every command needs: the terminal, the content, the workspace. Loaded when first asked for.

use crate::cli::Global;
use crate::content::load::load;
use crate::content::model::Atlas;
use crate::content::partial::{in_a_line, load_usable};
use crate::content::problem::Problem;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::{self, DEFAULT_DIR, Workspace};
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

    /// The content root: the pack that was named, else the workspace's, else the folder of content that the
    /// workspace (without one: this folder) is in, else the embedded one.
    pub fn source(&self) -> Result<Source, Failure> {
        self.source_for(self.found_workspace()?.as_ref(), &self.current_dir()?)
    }

    fn source_for(&self, workspace: Option<&Workspace>, place: &Path) -> Result<Source, Failure> {
        let of_workspace = || workspace.map(Workspace::pack).transpose();
        if let Some(pack) =
            self.global.pack.clone().map_or_else(|| of_workspace().map(Option::flatten), |p| Ok(Some(p)))?
        {
            return workspace::source(Some(&pack));
        }
        match workspace::content_around(workspace.map_or(place, Workspace::root)) {
            Some(folder) => Ok(Source::Folder(folder)),
            None => workspace::source(None),
        }
    }

    /// The content that its author works on: the pack that was named, else the folder of content that one is in,
    /// else what a learner here would get.
    pub fn content(&self) -> Result<Source, Failure> {
        if self.global.pack.is_none()
            && let Some(folder) = workspace::content_around(&self.current_dir()?)
        {
            return Ok(Source::Folder(folder));
        }
        self.source()
    }

    /// The content and its atlas. Embedded content was validated when it was built in; of the folder that one is in
    /// as its author, what can be used will do.
    pub fn atlas(&self) -> Result<(Source, Atlas), Failure> {
        self.read(self.source()?, false)
    }

    /// The same for an author, who may also have named the folder.
    pub fn atlas_to_write(&self) -> Result<(Source, Atlas), Failure> {
        self.read(self.source()?, true)
    }

    /// The content for a workspace that is to be made, or is, at `root`.
    pub fn atlas_for(&self, root: &Path) -> Result<(Source, Atlas), Failure> {
        let full = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
        self.read(self.source_for(Workspace::at(root).as_ref(), &full)?, false)
    }

    /// Whether the content is the author's own: the folder that was named or that one is in.
    pub fn is_authored(&self, source: &Source) -> Result<bool, Failure> {
        let Source::Folder(folder) = source else { return Ok(false) };
        let here = self.current_dir()?;
        let around =
            |place: &Path| place.starts_with(std::path::absolute(folder).as_deref().unwrap_or(folder));
        let workspace = self.found_workspace()?;
        Ok(self.global.pack.is_some() || around(&here) || workspace.is_some_and(|w| around(w.root())))
    }

    fn read(&self, source: Source, to_write: bool) -> Result<(Source, Atlas), Failure> {
        if !(self.is_authored(&source)? && (to_write || self.global.pack.is_none())) {
            return atlas(source);
        }
        let (atlas, problems) = load_usable(&source);
        match in_a_line(&problems) {
            Some(_) if atlas.exercises().next().is_none() => Err(refusal(&problems)),
            Some(line) => {
                self.terminal.note(&line);
                Ok((source, atlas))
            }
            None => Ok((source, atlas)),
        }
    }

    /// Where a workspace is made unless told otherwise: here, or at the top of the content that one is in.
    pub fn place_for_workspace(&self) -> Result<PathBuf, Failure> {
        Ok(match workspace::content_around(&self.current_dir()?) {
            Some(content) => self.seen_from_here(&content).join(DEFAULT_DIR),
            None => PathBuf::from(DEFAULT_DIR),
        })
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
    Err(refusal(&problems))
}

fn refusal(problems: &[Problem]) -> Failure {
    let list: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    Failure::environment(format!("the content has problems\n{}", list.join("\n")))
}
