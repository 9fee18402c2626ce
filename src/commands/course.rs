//! The content together with where the learner stands in it. Browsing works without a workspace: then nothing
//! was done yet, and nothing is recorded.

use super::context::Context;
use crate::content::lookup::find_exercise;
use crate::content::model::{Atlas, Exercise, Path, Topic};
use crate::content::source::Source;
use crate::content::version;
use crate::failure::Failure;
use crate::itinerary::{self, Standing};
use crate::progress::Progress;
use crate::progress::store::{Notice, Store};
use crate::workspace::Workspace;

pub struct Course {
    pub source: Source,
    pub atlas: Atlas,
    pub workspace: Option<Workspace>,
    pub progress: Progress,
    pub standing: Standing,
}

impl Course {
    pub fn load(context: &Context) -> Result<Course, Failure> {
        Course::of(context, context.atlas()?)
    }

    fn of(context: &Context, (source, atlas): (Source, Atlas)) -> Result<Course, Failure> {
        let workspace = workspace(context)?;
        let progress = match &workspace {
            Some(workspace) => {
                let (progress, notices) = Store::open(workspace).load()?;
                say(context, &notices);
                progress
            }
            None => Progress::default(),
        };
        let standing = Standing::new(&atlas, &progress, |e| version::of_exercise(&source, e));
        Ok(Course { source, atlas, workspace, progress, standing })
    }

    /// For commands that make no sense without a workspace.
    pub fn in_workspace(context: &Context) -> Result<(Course, Workspace), Failure> {
        Course::of_workspace(context, context.atlas()?)
    }

    /// With content that has been read.
    pub fn of_workspace(context: &Context, read: (Source, Atlas)) -> Result<(Course, Workspace), Failure> {
        let workspace = context.workspace()?;
        let course = Course::of(context, read)?;
        course.fits(&workspace)?;
        Ok((course, workspace))
    }

    /// A pack that is named on the command line may be another version of the workspace's content, and no more.
    pub fn fits(&self, workspace: &Workspace) -> Result<(), Failure> {
        let Source::Folder(pack) = &self.source else { return Ok(()) };
        if self.atlas.exercises().next().is_none()
            || self.atlas.exercises().any(|e| workspace.file(&e.stub_path()).exists())
            || workspace.pack()?.as_deref() == Some(pack)
            || workspace.root().starts_with(pack)
        {
            return Ok(());
        }
        let (root, pack) = (workspace.root().display(), pack.display());
        Err(Failure::environment(format!("the workspace `{root}` is not one of the pack `{pack}`"))
            .help(format!("`drill init --pack '{pack}' DIR` makes one in a new folder")))
    }

    /// The exercise that a word names, or without a word the one the learner is at.
    pub fn exercise(&self, word: Option<&str>) -> Result<&Exercise, Failure> {
        let current = itinerary::current_exercise(&self.atlas, &self.progress, &self.standing);
        match word {
            Some(word) => find_exercise(&self.atlas, word, current.map(Exercise::topic), self.path()),
            None => current.ok_or_else(|| Failure::environment("the content has no exercise yet")),
        }
    }

    /// Records something small. Without a workspace nothing is recorded; that a file can't be written is said
    /// and stops nobody from browsing.
    pub fn record(&mut self, context: &Context, change: impl FnOnce(&mut Progress)) {
        let Some(workspace) = &self.workspace else { return };
        let mut after = None;
        let written = Store::open(workspace).update(|progress| {
            change(progress);
            after = Some(progress.clone());
        });
        match written {
            Ok(((), notices)) => say(context, &notices),
            Err(failure) => context.terminal.note(&failure.message),
        }
        if let Some(progress) = after {
            self.standing = Standing::new(&self.atlas, &progress, |e| version::of_exercise(&self.source, e));
            self.progress = progress;
        }
    }

    /// The path that is followed.
    pub fn path(&self) -> Option<&Path> {
        self.atlas.path(self.progress.path()?)
    }

    /// The topic the learner is at.
    pub fn current_topic(&self) -> Option<&Topic> {
        let exercise = itinerary::current_exercise(&self.atlas, &self.progress, &self.standing)?;
        self.atlas.topic(exercise.topic())
    }
}

/// Records what must not be lost: that it can't be written is a failure.
pub fn record<T>(
    context: &Context,
    workspace: &Workspace,
    change: impl FnOnce(&mut Progress) -> T,
) -> Result<T, Failure> {
    let (answer, notices) = Store::open(workspace).update(change)?;
    say(context, &notices);
    Ok(answer)
}

fn say(context: &Context, notices: &[Notice]) {
    for notice in notices {
        context.terminal.note(&notice.0);
    }
}

/// The workspace that was named, which must exist, or the one that is found, if any.
fn workspace(context: &Context) -> Result<Option<Workspace>, Failure> {
    if context.global.workspace.is_some() {
        return context.workspace().map(Some);
    }
    context.found_workspace()
}
