//! `drill run [EXERCISE]`: one verdict.

use super::context::Context;
use crate::attempt::Bench;
use crate::cli::{Format, Run};
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::process::{Cancel, cancel_on_signals};
use crate::render;

pub fn run(context: &Context, args: &Run) -> Result<Status, Failure> {
    let workspace = context.workspace()?;
    let (source, atlas) = context.atlas()?;
    let exercise = atlas
        .exercises()
        .find(|e| args.exercise.as_ref().is_none_or(|w| e.id.contains(w.as_str())))
        .ok_or_else(|| Failure::usage("no such exercise"))?;
    let cancel = Cancel::default();
    cancel_on_signals(&cancel)?;
    let learner = fsx::read_to_string(&workspace.file(&exercise.stub_path()))?;
    let bench = Bench::open(&workspace, &source)?;
    let Some(verdict) = bench.judge(exercise, &learner, &cancel)? else { return Err(Failure::interrupted()) };
    let terminal = &context.terminal;
    match args.format {
        Format::Json => terminal.out(&render::json::verdict(&verdict)),
        Format::Human => {
            terminal.out(&render::verdict::verdict(
                &verdict,
                &exercise.title,
                terminal.width(),
                terminal.theme,
            ));
        }
    }
    Ok(if verdict.passed() { Status::Done } else { Status::NotPassed })
}
