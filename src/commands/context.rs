//! What every command needs: the terminal, the content, the workspace. Loaded when first asked for.

use crate::cli::Global;
use crate::content::load::load;
use crate::content::model::Atlas;
use crate::content::source::Source;
use crate::failure::Failure;
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

    /// The content root: the pack that was named, or the embedded one.
    pub fn source(&self) -> Result<Source, Failure> {
        workspace::source(self.global.pack.as_deref())
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

    /// The workspace, which must exist.
    pub fn workspace(&self) -> Result<Workspace, Failure> {
        if let Some(dir) = &self.global.workspace {
            return Workspace::at(dir).ok_or_else(|| {
                Failure::environment(format!("`{}` is not a workspace", dir.display()))
                    .help(format!("`drill init {}` makes one", dir.display()))
            });
        }
        Workspace::find(&self.current_dir()?).ok_or_else(|| {
            Failure::environment("there is no workspace here or in a folder above")
                .help("`drill init` makes one, `drill watch` makes one and starts")
        })
    }
}
