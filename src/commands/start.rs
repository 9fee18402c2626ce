//! `drill` by itself: how to start.

use super::context::Context;
use crate::failure::{Failure, Status};
use crate::render;

pub fn run(context: &Context) -> Result<Status, Failure> {
    let (_, atlas) = context.atlas()?;
    context.terminal.out(&render::start::start(&atlas, context.terminal.theme));
    Ok(Status::Done)
}
