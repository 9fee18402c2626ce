//! `drill quiz [TOPIC|FILE]`.

mod asking;

use super::context::Context;
use super::course::Course;
use crate::cli;
use crate::content::lookup::find_topic;
use crate::content::model::Topic;
use crate::content::problem::{Problem, Problems};
use crate::content::quiz::{Quiz, parse, parse_foreign};
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::quiz::{Input, QuizSession, Subject, View};
use crate::render::quiz as show;
use crate::text::count;
use std::path::Path;
use std::time::SystemTime;

/// Files larger than this are no quizzes (bytes).
pub const MAX_FILE: u64 = 4 << 20;

pub fn run(context: &Context, args: &cli::Quiz) -> Result<Status, Failure> {
    if let Some(file) = args.what.as_deref().filter(|what| is_file(what)) {
        let quiz = read_file(file)?;
        let subject = Subject { title: file.to_string(), topic: None };
        return Ok(ask_or_print(context, args, quiz, subject, None));
    }
    let course = Course::load(context)?;
    let topic = match &args.what {
        Some(what) => Some(find_topic(&course.atlas, what)?),
        None => course.current_topic(),
    };
    let topic =
        topic.ok_or_else(|| Failure::usage("which quiz?").help("`drill topics` shows every topic"))?.clone();
    let quiz = read_topic(&course, &topic)?;
    let subject = Subject { title: topic.title.clone(), topic: Some(topic.id.clone()) };
    Ok(ask_or_print(context, args, quiz, subject, Some(course)))
}

fn is_file(what: &str) -> bool {
    let has_ending = Path::new(what).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    has_ending || what.contains(['/', '\\']) || Path::new(what).is_file()
}

fn read_file(file: &str) -> Result<Quiz, Failure> {
    let text = fsx::read_text(Path::new(file), MAX_FILE)?;
    let mut found = Vec::new();
    let quiz = parse_foreign(&text, &mut Problems::new(file, &text, &mut found));
    checked(file, quiz, found)
}

fn read_topic(course: &Course, topic: &Topic) -> Result<Quiz, Failure> {
    let path = topic.quiz_path();
    let text = course.source.read(&path).map_err(|why| Failure::environment(format!("`{path}`: {why}")))?;
    let text = text.ok_or_else(|| Failure::environment(format!("topic `{}` has no quiz", topic.id)))?;
    let mut found = Vec::new();
    let quiz = parse(&text, &mut Problems::new(&path, &text, &mut found));
    checked(&path, quiz, found)
}

fn checked(file: &str, quiz: Option<Quiz>, mut found: Vec<Problem>) -> Result<Quiz, Failure> {
    found.sort();
    match quiz {
        Some(quiz) if found.is_empty() => Ok(quiz),
        _ => {
            let list: Vec<String> = found.iter().map(|problem| format!("\n  {problem}")).collect();
            let message = format!("`{file}` has {}{}", count(found.len(), "problem"), list.concat());
            Err(Failure::environment(message))
        }
    }
}

fn ask_or_print(
    context: &Context,
    args: &cli::Quiz,
    quiz: Quiz,
    subject: Subject,
    course: Option<Course>,
) -> Status {
    if !context.terminal.is_interactive() {
        print(context, QuizSession::new(quiz, subject, args.seed.unwrap_or(0), |_| false));
        return Status::Done;
    }
    let topic = subject.topic.clone().unwrap_or_default();
    let is_known = |question: &str| {
        let was_right = course.as_ref().and_then(|c| c.progress.was_right(&topic, question));
        !args.all && was_right == Some(true)
    };
    let session = QuizSession::new(quiz, subject, args.seed.unwrap_or_else(any_seed), is_known);
    asking::take(context, session, &topic, course)
}

/// The questions without their answers.
fn print(context: &Context, mut session: QuizSession) {
    let terminal = &context.terminal;
    let mut text = String::new();
    while let View::Question(view) = session.view() {
        if text.is_empty() {
            text += &show::title(view.subject, terminal.theme);
        }
        text += &format!("\n{}", show::question(&view, terminal.width(), terminal.theme));
        session.on(Input::Skip);
    }
    terminal.out(&text);
    terminal.note("no terminal to ask on: these are the questions, without their answers");
}

/// Another order of options each time.
fn any_seed() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ since.as_secs().rotate_left(32)
}
