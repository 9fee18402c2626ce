//! Asking line by line: shows what is new, reads a line, records what came of it.

use crate::commands::context::Context;
use crate::commands::course::Course;
use crate::failure::Status;
use crate::quiz::{Event, Input, QuizSession, Stage, View};
use crate::render::quiz as show;
use std::time::SystemTime;

/// What is on the screen already.
#[derive(PartialEq, Eq)]
enum Shown {
    Nothing,
    Question(usize),
    Review(usize),
    Summary,
}

/// Asks until the learner leaves or everything is right. An answer is recorded as soon as it is given.
pub fn take(context: &Context, mut session: QuizSession, topic: &str, mut course: Option<Course>) -> Status {
    let terminal = &context.terminal;
    let theme = terminal.theme;
    if course.as_ref().is_some_and(|c| c.workspace.is_none()) {
        terminal.note("there is no workspace yet to keep your answers in; `drill init` makes one");
    }
    let mut shown = Shown::Nothing;
    while !session.is_over() {
        let view = session.view();
        let width = terminal.width();
        match &view {
            View::Question(question) => {
                if shown == Shown::Nothing {
                    terminal.out(&show::title(question.subject, theme));
                }
                match &question.stage {
                    Stage::Asking { notice: Some(unclear), .. } => {
                        terminal.out(&show::notice(unclear, theme));
                    }
                    Stage::Asking { .. } if shown != Shown::Question(question.number) => {
                        terminal.out(&format!("\n{}\n", show::question(question, width, theme)));
                        shown = Shown::Question(question.number);
                    }
                    Stage::Explained(review) if shown != Shown::Review(question.number) => {
                        terminal.out(&show::feedback::review(question, review, width, theme));
                        terminal.out("\n");
                        shown = Shown::Review(question.number);
                    }
                    _ => {}
                }
            }
            View::Summary(summary) => {
                if shown != Shown::Summary {
                    terminal.out(&show::summary(summary, width, theme));
                    terminal.out("\n");
                    shown = Shown::Summary;
                }
                if summary.right == summary.total {
                    break;
                }
            }
        }
        let input = terminal.ask(&show::ask(&view)).map(Input::Line);
        if input.is_none() {
            terminal.out("\n");
        }
        let event = session.on(input.unwrap_or(Input::Quit));
        if let (Some(event), Some(course)) = (event, course.as_mut()) {
            record(context, course, topic, &event);
        }
    }
    if let (View::Summary(summary), true) = (session.view(), shown != Shown::Summary) {
        terminal.out(&show::summary(&summary, terminal.width(), theme));
    }
    let (right, total) = session.score();
    if right == total { Status::Done } else { Status::NotPassed }
}

fn record(context: &Context, course: &mut Course, topic: &str, event: &Event) {
    let now = SystemTime::now();
    course.record(context, |progress| match event {
        Event::Answered(answered) => {
            progress.record_answer(topic, &answered.question, answered.right, &answered.answer, now);
        }
        Event::RoundEnded { right, total } => {
            let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
            progress.finish_quiz(topic, number(*right), number(*total), now);
        }
    });
}
