//! What every command needs: the terminal, the content, the workspace. Loaded when first asked for.

use crate::cli::Global;
use crate::content::load::load;
use crate::content::model::{Atlas, Exercise, Path};
use crate::content::source::Source;
use crate::content::{lookup, version};
use crate::failure::Failure;
use crate::itinerary::{self, Standing};
use crate::progress::Progress;
use crate::progress::store::{Notice, Store};
use crate::terminal::Terminal;
use crate::workspace::{self, Workspace};
use std::env;
use std::path::PathBuf;

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

    /// The content and its atlas. Embedded content was validated when it was built in.
    pub fn atlas(&self) -> Result<(Source, Atlas), Failure> {
        let source = self.source()?;
        let (atlas, problems) = load(&source);
        if problems.is_empty() {
            return Ok((source, atlas));
        }
        let list: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
        Err(Failure::environment(format!("the content has problems\n{}", list.join("\n"))))
    }

    pub fn current_dir(&self) -> Result<PathBuf, Failure> {
        env::current_dir().map_err(|e| Failure::environment(format!("can't tell the current folder: {e}")))
    }

    /// The workspace that was named or that is here, if there is one.
    pub fn found_workspace(&self) -> Result<Option<Workspace>, Failure> {
        match &self.global.workspace {
            Some(dir) => Ok(Workspace::at(dir)),
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

    /// What a command works with that looks at what the learner did. Says what is wrong with the progress file.
    pub fn course(&self) -> Result<Course, Failure> {
        let workspace = self.workspace()?;
        let (source, atlas) = self.atlas()?;
        let store = Store::open(&workspace);
        let (progress, notices) = store.load()?;
        self.notices(&notices);
        let standing = Standing::new(&atlas, &progress, |e| version::of_exercise(&source, e));
        Ok(Course { workspace, source, atlas, store, progress, standing })
    }

    /// Applies `change` to the progress file, and says what was wrong with it.
    pub fn record<T>(&self, store: &Store, change: impl FnOnce(&mut Progress) -> T) -> Result<T, Failure> {
        let (answer, notices) = store.update(change)?;
        self.notices(&notices);
        Ok(answer)
    }

    fn notices(&self, notices: &[Notice]) {
        for Notice(text) in notices {
            self.terminal.note(text);
        }
    }
}

/// A workspace with its content and what the learner did, as it was when the command started.
pub struct Course {
    pub workspace: Workspace,
    pub source: Source,
    pub atlas: Atlas,
    pub store: Store,
    pub progress: Progress,
    pub standing: Standing,
}

impl Course {
    /// The exercise that a word names, or without a word the one the learner is at.
    pub fn exercise(&self, word: Option<&str>) -> Result<&Exercise, Failure> {
        let current = itinerary::current_exercise(&self.atlas, &self.progress, &self.standing);
        match word {
            Some(word) => lookup::find_exercise(&self.atlas, word, current.map(Exercise::topic), self.path()),
            None => current.ok_or_else(|| Failure::environment("the content has no exercise yet")),
        }
    }

    /// The path that is followed, if the content has it.
    pub fn path(&self) -> Option<&Path> {
        self.progress.path().and_then(|name| self.atlas.path(name))
    }
}
