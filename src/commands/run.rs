//! `drill run [EXERCISE]`: one verdict.

use super::context::Context;
use super::course::{self, Course};
use crate::attempt::{self, Bench};
use crate::cli::{Format, Run};
use crate::content::version;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::itinerary::{self, Next, Standing, Step};
use crate::process::{Cancel, cancel_on_signals};
use crate::recording::Recording;
use crate::render;
use crate::text::printable;
use std::time::SystemTime;

pub fn run(context: &Context, args: &Run) -> Result<Status, Failure> {
    let (course, workspace) = Course::in_workspace(context)?;
    let exercise = course.exercise(args.exercise.as_deref())?;
    let cancel = Cancel::default();
    cancel_on_signals(&cancel)?;
    let file = workspace.file(&exercise.stub_path());
    if !file.exists() {
        return Err(Failure::environment(format!("there is no `{}`", file.display()))
            .help(format!("`drill reset {}` brings the stub back", exercise.name())));
    }
    let learner = fsx::read_to_string(&file)?;
    let bench = Bench::open(&workspace, &course.source)?;
    if bench.must_prepare() {
        context.terminal.note("building what this pack depends on, which takes long the first time");
    }
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
    // The verdict is shown first; that it can't be written down changes nothing about it.
    let attempt = attempt::summary(&verdict, &course.source, exercise, SystemTime::now());
    if let Some(Err(failure)) =
        Recording::of(&verdict, attempt.at).map(|recording| recording.keep(&workspace))
    {
        terminal.note(&format!("the series are not kept: {}", failure.message));
    }
    let recorded = course::record(context, &workspace, |progress| {
        progress.record_attempt(&exercise.id, attempt);
        progress.set_current(&exercise.id, SystemTime::now());
        progress.clone()
    });
    match recorded {
        Err(failure) => {
            terminal.note(&format!("the verdict is not recorded: {}", failure.message));
        }
        Ok(progress) if verdict.passed() && args.format == Format::Human => {
            let standing =
                Standing::new(&course.atlas, &progress, |e| version::of_exercise(&course.source, e));
            let steps = itinerary::steps(&course.atlas, course.path());
            let next = itinerary::after(&steps, Step::Solve(exercise), &standing);
            let (width, theme) = (terminal.width(), terminal.theme);
            let gained = match exercise.learned.as_str() {
                "" => String::new(),
                text => format!("{}\n\n", render::layout::wrap_with(text, width, "  ", "  ")),
            };
            let farewell = course.atlas.farewell.as_deref().filter(|_| matches!(next, Next::Finished { .. }));
            let farewell = farewell.map_or(String::new(), |text| {
                format!("{}\n\n", render::layout::as_written(&printable(text), width, "  "))
            });
            let root = context.seen_from_here(workspace.root());
            let next = render::paths::whats_next(&next, Some(&root), width, theme);
            terminal.out(&format!("\n{gained}{farewell}{next}"));
        }
        Ok(_) => {}
    }
    Ok(if verdict.passed() { Status::Done } else { Status::NotPassed })
}
