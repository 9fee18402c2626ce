//! `drill plot [EXERCISE]`: the series of the last run as charts, on the terminal or as SVG.

use super::context::Context;
use super::course::Course;
use crate::cli::Plot;
use crate::content::model::Exercise;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::recording::Recording;
use crate::render::plot;
use crate::workspace::Workspace;

/// Standard output, as a file's name.
const STREAM: &str = "-";

pub fn run(context: &Context, args: &Plot) -> Result<Status, Failure> {
    let (course, workspace) = Course::in_workspace(context)?;
    let (exercise, recording) = match &args.exercise {
        Some(word) => {
            let exercise = course.exercise(Some(word))?;
            (exercise, Recording::load(&workspace, &exercise.id)?.ok_or_else(|| none_of(exercise, &course))?)
        }
        None => of_last(&course, &workspace)?,
    };
    let terminal = &context.terminal;
    let last = course.progress.exercises.get(&exercise.id).and_then(|record| record.last());
    if let Some((_, verdict)) = last.filter(|(at, _)| *at > recording.at) {
        terminal.note(&format!("the last run ({verdict}) recorded no series; these are of the one before"));
    }
    match &args.svg {
        None => terminal.page(&plot::page(&recording, terminal.width(), terminal.theme)),
        Some(file) if file.as_os_str() == STREAM => {
            terminal.out(&plot::document(&recording, &exercise.title));
        }
        Some(file) => {
            fsx::write_atomic(file, plot::document(&recording, &exercise.title))?;
            terminal.note(&format!("the charts are in `{}`", file.display()));
        }
    }
    Ok(Status::Done)
}

/// Of the exercise that was run last.
fn of_last<'a>(course: &'a Course, workspace: &Workspace) -> Result<(&'a Exercise, Recording), Failure> {
    let (mut last, mut damaged) = (None, None);
    for exercise in course.atlas.exercises() {
        match Recording::load(workspace, &exercise.id) {
            Ok(Some(recording)) => {
                let is_later = |(_, before): &(&Exercise, Recording)| recording.at > before.at;
                if last.as_ref().is_none_or(is_later) {
                    last = Some((exercise, recording));
                }
            }
            Ok(None) => {}
            // One that can't be read is no reason not to show another.
            Err(failure) => damaged = Some(failure),
        }
    }
    last.ok_or_else(|| {
        if let Some(failure) = damaged {
            return failure;
        }
        let labs: Vec<&Exercise> = course.atlas.exercises().filter(|e| e.lab).collect();
        let topic = course.current_topic().map(|t| t.id.as_str());
        let lab = labs.iter().find(|e| Some(e.topic()) == topic).or(labs.first());
        let failure = Failure::environment("no run in this workspace has recorded series yet");
        match lab {
            Some(lab) => failure.help(format!("`drill run {}` runs a lab, which does", lab.id)),
            None => {
                failure.help("series come from exercises that draw, mostly labs; this content has no lab")
            }
        }
    })
}

/// Why there is nothing to show of an exercise that was named.
fn none_of(exercise: &Exercise, course: &Course) -> Failure {
    let id = &exercise.id;
    let was_run = course.progress.exercises.get(id).is_some_and(|record| record.last().is_some());
    if !was_run {
        return Failure::environment(format!("`{id}` has not been run yet, so there are no series of it"))
            .help(format!("`drill run {id}` runs it; labs record series, and many other exercises do"));
    }
    let failure = Failure::environment(format!("no run of `{id}` has recorded series"));
    let lab = course.atlas.topic(exercise.topic()).and_then(|t| t.exercises.iter().find(|e| e.lab));
    match lab {
        Some(lab) if lab.id == *id => {
            failure.help(format!("they come once its checks run: `drill run {id}` says what keeps them"))
        }
        Some(lab) => failure.help(format!("the lab of its topic does: `drill run {}`", lab.id)),
        None => failure.help("series come from labs: `drill plot` shows the last one that was run"),
    }
}
