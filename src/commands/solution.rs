//! `drill solution [EXERCISE]`: after a pass, or for who gives up, which is recorded.

use super::context::Context;
use super::course::{Course, record};
use crate::cli::Solution;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::render;
use crate::workspace::layout::content;
use std::time::SystemTime;

pub fn run(context: &Context, args: &Solution) -> Result<Status, Failure> {
    let (course, workspace) = Course::in_workspace(context)?;
    let exercise = course.exercise(args.exercise.as_deref())?;
    let id = &exercise.id;
    let terminal = &context.terminal;
    if !course.standing.is_passed(id) && !course.progress.has_given_up(id) {
        if !args.give_up {
            let failure = Failure {
                status: Status::NotPassed,
                message: format!("`{id}` is not passed yet"),
                help: Vec::new(),
            };
            let left = exercise.hints.len().saturating_sub(course.progress.hints(id));
            let failure =
                if left > 0 { failure.help(format!("`drill hint {id}` shows a hint")) } else { failure };
            return Err(
                failure.help(format!("`drill solution {id} --give-up` shows the solution, and is recorded"))
            );
        }
        let now = SystemTime::now();
        record(context, &workspace, |progress| progress.give_up(id, now))?;
        terminal.note(&format!("recorded that you gave `{id}` up; a pass still counts"));
    }
    if exercise.foreign.is_some() && !course.source.has(&exercise.solution_path()) {
        return Err(Failure::environment(format!("this pack has no solution of `{id}`")));
    }
    let solution = content(&course.source, &exercise.solution_path())?;
    if !args.diff {
        terminal.page(&solution);
        return Ok(Status::Done);
    }
    let yours = fsx::read_to_string(&workspace.file(&exercise.stub_path()))?;
    match render::hint::difference(exercise, &yours, &solution, terminal.theme) {
        Some(text) => terminal.page(&text),
        None => terminal.page("yours is the same as the solution\n"),
    }
    Ok(Status::Done)
}
