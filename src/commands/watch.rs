//! `drill watch [PATH]`.

use super::context::Context;
use super::course::Course;
use crate::cli::{Watch, When};
use crate::content::lookup::find_path;
use crate::content::source::Source;
use crate::failure::{Failure, Status};
use crate::watch::state::State;
use crate::watch::{self, Options};
use crate::workspace::{Workspace, init};
use std::path::Path;
use std::time::SystemTime;

pub fn run(context: &Context, args: &Watch) -> Result<Status, Failure> {
    if context.found_workspace()?.is_none() && make(context)?.is_none() {
        return Ok(Status::Done);
    }
    let read = context.atlas_to_write()?;
    let is_authored = context.is_authored(&read.0)?;
    // Who names a folder knows which.
    if let (Source::Folder(folder), true, None) = (&read.0, is_authored, &context.global.pack) {
        let folder = context.seen_from_here(folder);
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        context.terminal.note(&format!("using the content in `{}`", folder.display()));
    }
    let (mut course, workspace) = Course::of_workspace(context, read)?;
    if is_authored {
        // What its author has changed since the last time.
        init::init(workspace.root(), &course.atlas, &course.source, None)?;
    }
    let chosen = args.path.as_deref().map(|word| find_path(&course.atlas, word)).transpose()?;
    let first = || course.path().is_none().then(|| course.atlas.paths.first()).flatten();
    if let Some(path) = chosen.or_else(first).map(|p| p.id.clone()) {
        course.record(context, |progress| progress.set_path(&path, SystemTime::now()));
    }
    let Some(workspace) = course.workspace.take() else { return Err(Failure::bug("the workspace is gone")) };
    let path = course.path().map(|p| p.id.clone());
    let here = State::start(&course.atlas, &course.progress, &course.standing, path.as_deref());
    let course = watch::Course {
        workspace,
        source: course.source,
        atlas: course.atlas,
        progress: course.progress,
        here,
        is_authored,
    };
    watch::watch(&context.terminal, course, &options(context, args))
}

/// Makes the workspace: at once without a terminal to ask on, else after a yes. In a folder of content it is at the
/// top, wherever one is.
fn make(context: &Context) -> Result<Option<Workspace>, Failure> {
    let root = match &context.global.workspace {
        Some(root) => root.clone(),
        None => context.place_for_workspace()?,
    };
    let terminal = &context.terminal;
    let shown = if root.is_relative() { Path::new(".").join(&root) } else { root.clone() };
    let question = format!("There is no workspace here yet. Make one in {}?", shown.display());
    if terminal.is_interactive() && !terminal.agrees(&question) {
        terminal.out(&format!(
            "Nothing was made. {} makes one where you like.\n",
            terminal.theme.name("drill init DIR")
        ));
        return Ok(None);
    }
    let (source, atlas) = context.atlas_to_write()?;
    let (workspace, _) = init::init(&root, &atlas, &source, context.global.pack.as_deref())?;
    terminal.note(&format!("made a workspace in `{}`", root.display()));
    Ok(Some(workspace))
}

fn options(context: &Context, args: &Watch) -> Options {
    let mut flags = Vec::new();
    match context.global.color {
        When::Auto => {}
        When::Always => flags.extend(["--color", "always"].map(ToString::to_string)),
        When::Never => flags.extend(["--color", "never"].map(ToString::to_string)),
    }
    if context.global.plain {
        flags.push("--plain".to_string());
    }
    if let Some(pack) = &context.global.pack {
        flags.extend(["--pack".to_string(), pack.display().to_string()]);
    }
    Options { auto_advance: args.auto_advance, poll: args.poll, edit_cmd: args.edit_cmd.clone(), flags }
}
