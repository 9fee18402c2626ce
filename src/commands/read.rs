//! `drill read TOPIC[#section]`.

use super::context::Context;
use super::course::Course;
use crate::cli::Read;
use crate::content::lookup::find_topic;
use crate::content::model::{Exercise, Topic};
use crate::content::outline;
use crate::content::rustlings;
use crate::failure::{Failure, Status};
use crate::render::layout::as_written;
use crate::render::markdown;
use crate::text::{nearest, printable};
use std::time::SystemTime;

pub fn run(context: &Context, args: &Read) -> Result<Status, Failure> {
    let mut course = Course::load(context)?;
    if rustlings::info_file(&course.source).is_some() {
        return foreign(context, &course, args);
    }
    let (word, anchor) = match args.topic.as_deref() {
        Some(word) => word.split_once('#').map_or((word, None), |(w, a)| (w, Some(a))),
        None => ("", None),
    };
    let topic = match word {
        "" => course.current_topic().ok_or_else(|| Failure::environment("there is no topic to read yet"))?,
        word => find_topic(&course.atlas, word)?,
    }
    .clone();
    let path = topic.write_up_path();
    let text = course
        .source
        .read(&path)
        .map_err(|why| Failure::environment(format!("can't read `{path}`: {why}")))?
        .ok_or_else(|| Failure::environment(format!("`{path}` is missing")))?;
    let text = match anchor.filter(|a| !a.is_empty()) {
        Some(anchor) => outline::section(&text, anchor).ok_or_else(|| no_section(&text, anchor, &topic))?,
        None => text,
    };
    let terminal = &context.terminal;
    if args.raw {
        terminal.out(&text);
    } else {
        terminal.page(&markdown::markdown(&text, terminal.width(), terminal.theme));
    }
    if !course.progress.has_read(&topic.id) {
        course.record(context, |progress| progress.mark_read(&topic.id, SystemTime::now()));
    }
    Ok(Status::Done)
}

/// A foreign pack has no write-ups. What it has is the README beside an exercise, and its welcome.
fn foreign(context: &Context, course: &Course, args: &Read) -> Result<Status, Failure> {
    let word = args.topic.as_deref();
    let welcomes = word.is_some_and(|word| find_topic(&course.atlas, word).is_ok());
    let exercise = if welcomes { None } else { Some(course.exercise(word)?) };
    let readme = exercise.and_then(Exercise::readme_path);
    let readme = readme.and_then(|path| course.source.read(&path).ok().flatten());
    let terminal = &context.terminal;
    match (readme, &course.atlas.welcome) {
        (Some(text), _) if args.raw => terminal.out(&text),
        (Some(text), _) => terminal.page(&markdown::markdown(&text, terminal.width(), terminal.theme)),
        (None, Some(text)) => {
            terminal.page(&format!("{}\n", as_written(&printable(text), terminal.width(), "")));
        }
        (None, None) => {
            return Err(Failure::environment("this pack has nothing to read besides its exercises")
                .help("`drill watch` starts with them"));
        }
    }
    Ok(Status::Done)
}

fn no_section(text: &str, anchor: &str, topic: &Topic) -> Failure {
    let headings = outline::headings(text);
    let failure = Failure::usage(format!("`{}` has no section `{}`", topic.id, printable(anchor)));
    let slugs = || headings.iter().map(|h| h.anchor.as_str());
    let inside = || slugs().find(|slug| slug.contains(&anchor.to_lowercase()));
    let failure = match nearest(anchor, slugs()).or_else(inside) {
        Some(near) => failure.help(format!("did you mean `drill read {}#{near}`?", topic.id)),
        None => failure,
    };
    // The first is the title of the whole.
    let sections: Vec<String> = headings
        .iter()
        .skip_while(|h| h.level == 1)
        .map(|h| format!("{}#{}  ({})", "  ".repeat(h.level.saturating_sub(2)), h.anchor, h.title))
        .collect();
    if sections.is_empty() {
        return failure;
    }
    failure.help(format!("its sections are\n{}", sections.join("\n")))
}
