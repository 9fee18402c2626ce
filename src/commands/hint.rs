//! `drill hint [EXERCISE]`. Records the hint before it shows it, and moves nobody.

use super::context::Context;
use super::course::{Course, record};
use crate::cli::Hint;
use crate::failure::{Failure, Status};
use crate::render;
use std::time::SystemTime;

pub fn run(context: &Context, args: &Hint) -> Result<Status, Failure> {
    let (course, workspace) = Course::in_workspace(context)?;
    let exercise = course.exercise(args.exercise.as_deref())?;
    let (width, theme) = (context.terminal.width(), context.terminal.theme);
    let all = exercise.hints.len();
    let text = if all == 0 {
        render::hint::none(exercise, theme)
    } else if args.again {
        render::hint::taken(exercise, course.progress.hints(&exercise.id), width, theme)
    } else {
        let now = SystemTime::now();
        match record(context, &workspace, |progress| progress.take_hint(&exercise.id, all, now))? {
            Some(number) => render::hint::hint(exercise, number, width, theme),
            None => render::hint::no_more(exercise, theme),
        }
    };
    context.terminal.out(&text);
    Ok(Status::Done)
}
