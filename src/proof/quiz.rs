//! What must be true of a quiz: rules that reading it shows, and that every program to be traced does what its key
//! says, which is compiled and run to see.

mod program;

use crate::attempt::Bench;
use crate::content::problem::{Problem, Problems};
use crate::content::quantity;
use crate::content::question::{self, Question, Response, Task};
use crate::content::quiz::{Quiz, parse, parse_foreign};
use crate::failure::Failure;
use crate::process::Cancel;
use program::judge;

/// Whose quiz it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A topic's, in this repository or a pack.
    Ours,
    /// Any published mdbook-quiz file.
    Foreign,
}

impl Origin {
    /// The edition that its programs are written in. Published quizzes name none; nothing in use needs an older one.
    pub fn edition(self) -> &'static str {
        match self {
            Origin::Ours => "2024",
            Origin::Foreign => "2021",
        }
    }
}

/// A topic's quiz, and all that is wrong with it. `anchors` are the sections of the topic's write-up.
pub fn ours(file: &str, text: &str, anchors: &[String]) -> (Option<Quiz>, Vec<Problem>) {
    let mut found = Vec::new();
    let quiz = parse(text, &mut Problems::new(file, text, &mut found));
    for question in quiz.iter().flat_map(|quiz| &quiz.questions) {
        for message in slips(question, anchors) {
            let message = format!("question `{}` {message}", question.id);
            found.push(Problem { file: file.to_string(), line: question.line, message });
        }
    }
    found.sort();
    (quiz, found)
}

/// Any published quiz, and what makes it impossible to ask.
pub fn foreign(file: &str, text: &str) -> (Option<Quiz>, Vec<Problem>) {
    let mut found = Vec::new();
    let quiz = parse_foreign(text, &mut Problems::new(file, text, &mut found));
    found.sort();
    (quiz, found)
}

/// What an author of ours forgot.
fn slips(question: &Question, anchors: &[String]) -> Vec<String> {
    let mut slips = Vec::new();
    if question.id.starts_with(&question.task.derived_id()) {
        slips.push(
            "has no `id`: with the one made of its text, answers are lost when the text changes".into(),
        );
    }
    for option in question.unexplained() {
        slips.push(format!("does not say why {option:?} is wrong; `reasons` has one for each distractor"));
    }
    if let Task::Short(short) = &question.task {
        match &short.numeric {
            Some(numeric) if numeric.unit.is_none() => {
                slips.push("asks for a number without saying in what: `numeric` lacks `unit`".into());
            }
            None if short.response != Response::Code && quantity::parse(&short.answer).is_ok() => {
                let answer = short.answer.trim();
                slips.push(format!(
                    "has the number {answer:?} for an answer: `numeric` takes every spelling of it"
                ));
            }
            _ => {}
        }
    }
    let links = texts(question).into_iter().flat_map(sections_linked);
    for anchor in question.read.as_deref().into_iter().chain(links) {
        if !anchors.iter().any(|known| known == anchor) {
            slips.push(format!("sends to `#{anchor}`, and the write-up has no such section"));
        }
    }
    slips
}

/// All Markdown of a question.
fn texts(question: &Question) -> Vec<&str> {
    let mut texts = vec![question.prompt()];
    for text in [&question.part, &question.context, &question.misconception] {
        texts.extend(text.as_deref());
    }
    if let Task::Choice(choice) = &question.task {
        texts.extend(choice.answers.iter().map(String::as_str));
        for distractor in &choice.distractors {
            texts.push(&distractor.text);
            texts.extend(distractor.reason.as_deref());
        }
    }
    texts
}

/// The sections of the write-up that a text links to: `[words](#anchor)` or `[words](README.md#anchor)`.
fn sections_linked(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ']).next()?;
        target.strip_prefix('#').or_else(|| target.strip_prefix("README.md#"))
    })
}

/// A program that a quiz asks about, with its key.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracing {
    /// The question's id.
    pub question: String,
    /// Where the key stands in the file.
    pub line: usize,
    pub edition: &'static str,
    pub task: question::Tracing,
}

/// What compiling and running shows of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Holds,
    /// What the key says and what there is instead, over several lines.
    Wrong {
        why: String,
    },
    /// The program needs what is not here: a crate, another file, another compiler.
    Unprovable {
        why: String,
    },
}

/// The programs of a quiz, in its order.
pub fn tracings(quiz: &Quiz, origin: Origin) -> Vec<Tracing> {
    let tracing = |question: &Question| {
        let Task::Tracing(task) = &question.task else { return None };
        let (question, line) = (question.id.clone(), task.key_line);
        Some(Tracing { question, line, edition: origin.edition(), task: task.clone() })
    };
    quiz.questions.iter().filter_map(tracing).collect()
}

impl Tracing {
    /// Compiles and runs the program, and compares. `Ok(None)`: cancelled. A failure is the environment's.
    pub fn prove(&self, bench: &Bench, cancel: &Cancel) -> Result<Option<Key>, Failure> {
        let trace = bench.trace(&self.task.program, self.edition, cancel)?;
        Ok(trace.map(|trace| judge(&self.task, &trace)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(question: &str, expected: &[&str]) {
        let text = format!("[[questions]]\n{question}");
        let (_, found) = ours("quiz.toml", &text, &["there".to_string()]);
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected, "{question}");
    }

    #[test]
    fn an_author_is_told_what_is_forgotten() {
        check(
            "type = \"MultipleChoice\"\nid = \"a\"\nprompt.prompt = \"[see](#there)?\"\nprompt.distractors = [\"x\", \"y\"]\n\
             answer.answer = \"z\"\nread = \"elsewhere\"\ncontext = \"[so](README.md#gone) and [so](https://a.b/#c).\"",
            &[
                "quiz.toml:1: question `a` does not say why \"x\" is wrong; `reasons` has one for each distractor",
                "quiz.toml:1: question `a` does not say why \"y\" is wrong; `reasons` has one for each distractor",
                "quiz.toml:1: question `a` sends to `#elsewhere`, and the write-up has no such section",
                "quiz.toml:1: question `a` sends to `#gone`, and the write-up has no such section",
            ],
        );
        check(
            "type = \"ShortAnswer\"\nid = \"n\"\nprompt.prompt = \"?\"\nanswer.answer = \"300 ms\"",
            &[
                "quiz.toml:1: question `n` has the number \"300 ms\" for an answer: `numeric` takes every spelling of it",
            ],
        );
        check(
            "type = \"ShortAnswer\"\nid = \"n\"\nprompt.prompt = \"?\"\nanswer.answer = \"5\"\nnumeric.value = 5",
            &["quiz.toml:1: question `n` asks for a number without saying in what: `numeric` lacks `unit`"],
        );
        check(
            "type = \"ShortAnswer\"\nid = \"n\"\nprompt.prompt = \"[?](#there)\"\nanswer.answer = \"AADA\"\nread = \"there\"",
            &[],
        );
        let text = "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = \"a\"\n";
        let (_, found) = ours("quiz.toml", &text.repeat(2), &[]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].message.contains("has no `id`"), "{}", found[0]);
        assert_eq!(foreign("quiz.toml", &text.repeat(2)).1, []);
    }
}
