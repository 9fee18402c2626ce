//! `drill init [DIR]`.

use super::context::Context;
use crate::cli::Init;
use crate::failure::{Failure, Status};
use crate::render;
use crate::workspace::init;

pub fn run(context: &Context, args: &Init) -> Result<Status, Failure> {
    let root = match (&args.dir, &context.global.workspace, context.found_workspace()?) {
        (Some(dir), _, _) | (None, Some(dir), _) => dir.clone(),
        (None, None, Some(here)) => here.root().to_path_buf(),
        (None, None, None) => context.place_for_workspace()?,
    };
    let (source, atlas) = context.atlas_for(&root)?;
    let (workspace, outcome) = init::init(&root, &atlas, &source, context.global.pack.as_deref())?;
    let here = context.current_dir()?;
    let full = here.join(workspace.root());
    let place = if full == here || full == here.join(".") {
        String::new()
    } else {
        full.strip_prefix(&here).unwrap_or(workspace.root()).display().to_string()
    };
    let terminal = &context.terminal;
    terminal.out(&render::workspace::init(&outcome, &place, terminal.width(), terminal.theme));
    Ok(Status::Done)
}
