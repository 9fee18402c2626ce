//! `drill progress`, also `--export` and `--import`.

use super::context::Context;
use super::course::{Course, record};
use crate::cli;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::progress::encode::encode;
use crate::progress::store::import;
use crate::render::progress::summary;
use std::io::{self, Read as _};
use std::path::Path;

/// Standard input or output, as a file's name.
const STREAM: &str = "-";
/// More than any progress file.
const MAX_BYTES: u64 = 64 << 20;

pub fn run(context: &Context, args: &cli::Progress) -> Result<Status, Failure> {
    let (course, workspace) = Course::in_workspace(context)?;
    let terminal = &context.terminal;
    if let Some(file) = &args.export {
        let text = encode(&course.progress);
        if file.as_os_str() == STREAM {
            terminal.out(&text);
        } else {
            fsx::write_atomic(file, text)?;
            terminal.note(&format!("progress is in `{}`", file.display()));
        }
        return Ok(Status::Done);
    }
    if let Some(file) = &args.import {
        let bytes = input(file)?;
        let other = import(&bytes, &file.display().to_string())?;
        record(context, &workspace, |progress| progress.merge(other))?;
        terminal.note(&format!("merged `{}` into your progress", file.display()));
    }
    let course = if args.import.is_some() { Course::load(context)? } else { course };
    terminal.out(&summary(
        &course.atlas,
        &course.progress,
        &course.standing,
        course.path(),
        terminal.width(),
        terminal.theme,
    ));
    Ok(Status::Done)
}

fn input(file: &Path) -> Result<Vec<u8>, Failure> {
    if file.as_os_str() != STREAM {
        return fsx::read_if_there(file)?
            .ok_or_else(|| Failure::environment(format!("there is no file `{}`", file.display())));
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes);
    read.map_err(|e| Failure::environment(format!("can't read standard input: {e}")))?;
    Ok(bytes)
}
