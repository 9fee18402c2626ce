//! `drill reset [EXERCISE | --all | --undo]`.

use super::context::Context;
use super::course::Course;
use crate::cli::Reset;
use crate::content::model::Exercise;
use crate::failure::{Failure, Status};
use crate::progress::moment::Moment;
use crate::render::workspace as render;
use crate::workspace::reset::{reset, undo};
use std::time::SystemTime;

pub fn run(context: &Context, args: &Reset) -> Result<Status, Failure> {
    let stamp = Moment::from(SystemTime::now()).file_name();
    let terminal = &context.terminal;
    if args.undo {
        let workspace = context.workspace()?;
        let outcome = undo(&workspace, &stamp)?;
        terminal.out(&render::undo(&outcome, workspace.root(), terminal.width(), terminal.theme));
        return Ok(Status::Done);
    }
    let (course, workspace) = Course::in_workspace(context)?;
    let exercises: Vec<&Exercise> = if args.all {
        course.atlas.exercises().collect()
    } else {
        vec![course.exercise(args.exercise.as_deref())?]
    };
    if args.all && !args.yes {
        if !terminal.is_interactive() {
            return Err(Failure::usage("`drill reset --all` asks before, and here is no terminal to ask on")
                .help("`drill reset --all --yes` does it without a question"));
        }
        if !terminal.confirms("Put all exercises back to their stubs? What you wrote is backed up.") {
            terminal.out("nothing was changed\n");
            return Ok(Status::Done);
        }
    }
    let outcome = reset(&workspace, &course.source, &exercises, &stamp)?;
    terminal.out(&render::reset(&outcome, workspace.root(), terminal.width(), terminal.theme));
    Ok(Status::Done)
}
