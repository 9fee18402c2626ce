//! `drill path [NAME]`.

use super::context::Context;
use super::course::Course;
use crate::cli::PathArgs;
use crate::content::lookup::find_path;
use crate::content::model::{Atlas, Path};
use crate::failure::{Failure, Status};
use crate::itinerary::{self, Standing, Step};
use crate::progress::Progress;
use crate::render::paths;
use std::time::SystemTime;

pub fn run(context: &Context, args: &PathArgs) -> Result<Status, Failure> {
    let mut course = Course::load(context)?;
    let terminal = &context.terminal;
    let Some(name) = &args.path else {
        let followed = course.path().map(|p| p.id.as_str());
        let text = paths::paths(&course.atlas, &course.standing, followed, terminal.width(), terminal.theme);
        terminal.out(&text);
        return Ok(Status::Done);
    };
    let path = find_path(&course.atlas, name)?.clone();
    if course.workspace.is_none() {
        terminal.note("there is no workspace yet to remember this path in; `drill init` makes one");
    } else {
        let there = start(&course.atlas, &path, &course.progress, &course.standing).map(ToString::to_string);
        // Looking at it again changes nothing.
        if there.is_some() || course.path() != Some(&path) {
            course.record(context, |progress| {
                let now = SystemTime::now();
                progress.set_path(&path.id, now);
                if let Some(there) = there {
                    progress.set_current(&there, now);
                }
            });
        }
    }
    let steps = itinerary::steps(&course.atlas, Some(&path));
    let next = itinerary::next(&steps, &course.standing);
    let (width, theme) = (terminal.width(), terminal.theme);
    let mut text = paths::itinerary(&course.atlas, &path, &course.standing, width, theme);
    let root = course.workspace.as_ref().map(|w| context.seen_from_here(w.root()));
    text.push('\n');
    text += &paths::whats_next(&next, root.as_deref(), width, theme);
    terminal.out(&text);
    Ok(Status::Done)
}

/// The exercise to go to when a path is followed: none when the learner is at an open exercise of it already.
fn start<'a>(atlas: &'a Atlas, path: &'a Path, progress: &Progress, standing: &Standing) -> Option<&'a str> {
    let open: Vec<&str> = itinerary::steps(atlas, Some(path))
        .into_iter()
        .filter_map(|step| match step {
            Step::Solve(exercise) if !standing.is_done(step) => Some(exercise.id.as_str()),
            _ => None,
        })
        .collect();
    let is_here = progress.current().is_some_and(|current| open.contains(&current));
    if is_here { None } else { open.first().copied() }
}
