//! `drill topics [WORDS...]`.

use super::context::Context;
use super::course::Course;
use crate::cli::Topics;
use crate::failure::{Failure, Status};
use crate::render;
use crate::slice::{Slice, query};

pub fn run(context: &Context, args: &Topics) -> Result<Status, Failure> {
    let course = Course::load(context)?;
    let slice = match &args.slice {
        Some(text) => query::read(text)?,
        None => Slice {
            words: args.words.iter().flat_map(|w| w.split_whitespace()).map(ToString::to_string).collect(),
            family: args.family.clone(),
            kind: args.kind.clone(),
            difficulty: args.difficulty.clone(),
            path: args.path.clone(),
            tags: args.tag.clone(),
        },
    };
    let slice = slice.checked(&course.atlas)?;
    let terminal = &context.terminal;
    let text =
        render::topics::topics(&course.atlas, &slice, &course.standing, terminal.width(), terminal.theme);
    terminal.out(&text);
    Ok(Status::Done)
}
