//! `drill list`: lines, JSON, or the picker.

use super::context::Context;
use super::course::Course;
use crate::cli::{Format, List};
use crate::failure::{Failure, Status};
use crate::itinerary::{Next, Step};
use crate::list::picker::{Answer, Picker};
use crate::list::{Entry, What, count_questions, entries, json};
use crate::render;
use crate::terminal::screen::{Input, Screen};
use std::time::SystemTime;

pub fn run(context: &Context, args: &List) -> Result<Status, Failure> {
    let mut course = Course::load(context)?;
    let questions = |topic: &crate::content::model::Topic| {
        course.source.read(&topic.quiz_path()).ok().flatten().map_or(0, |text| count_questions(&text))
    };
    let all = entries(&course.atlas, &course.progress, &course.standing, questions);
    let terminal = &context.terminal;
    if args.format == Format::Json {
        terminal.out(&json(&all));
        return Ok(Status::Done);
    }
    let current = course.progress.current().map(ToString::to_string);
    if args.no_picker || terminal.plain || !terminal.is_interactive() || all.is_empty() {
        let width = if terminal.stdout_is_terminal { terminal.width() } else { usize::MAX };
        terminal.out(&render::list::list(&all, current.as_deref(), width, terminal.theme));
        return Ok(Status::Done);
    }
    let Some(entry) = pick(context, all, current.as_deref())? else { return Ok(Status::Done) };
    go_to(context, &mut course, &entry);
    Ok(Status::Done)
}

/// Runs the picker; `None` when the learner leaves it.
fn pick(context: &Context, all: Vec<Entry>, current: Option<&str>) -> Result<Option<Entry>, Failure> {
    let terminal = &context.terminal;
    let room = || terminal.size().1.saturating_sub(render::list::FRAME);
    let mut picker = Picker::new(all, current, room());
    let mut screen = Screen::open()?;
    loop {
        picker.resize(room());
        screen.draw(&render::list::screen(&picker, current, terminal.size().0, terminal.theme));
        match screen.input()? {
            Input::Redraw => {}
            Input::Key(key) => match picker.on(key) {
                Answer::Show => {}
                Answer::Leave => return Ok(None),
                Answer::Chosen(index) => return Ok(picker.entries().get(index).cloned()),
            },
        }
    }
}

/// Makes the exercise the current one, and says what to type next.
fn go_to(context: &Context, course: &mut Course, entry: &Entry) {
    let theme = context.terminal.theme;
    let text = match &entry.what {
        What::Quiz { .. } => format!("{}\n", theme.name(&format!("drill quiz {}", entry.topic))),
        What::Exercise { id, .. } => {
            course.record(context, |progress| progress.set_current(id, SystemTime::now()));
            let root = course.workspace.as_ref().map(|w| context.seen_from_here(w.root()));
            let Some(exercise) = course.atlas.exercise(id) else { return };
            let next = Next::Step(Step::Solve(exercise));
            render::paths::whats_next(&next, root.as_deref(), context.terminal.width(), theme)
        }
    };
    context.terminal.out(&text);
}
