//! Every exercise and quiz with its state, and the picker over them. Pure.

pub mod picker;

use crate::content::model::{Atlas, Topic};
use crate::itinerary::Standing;
use crate::progress::{Progress, State};
use serde::Serialize;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub topic: String,
    pub topic_title: String,
    pub what: What,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Exercise { id: String, title: String, mode: &'static str },
    Quiz { questions: u64, right: u64 },
}

impl Entry {
    /// `01-lazy-refill`, or `quiz`.
    pub fn name(&self) -> &str {
        match &self.what {
            What::Exercise { id, .. } => id.rsplit('/').next().unwrap_or(id),
            What::Quiz { .. } => "quiz",
        }
    }

    /// The exercise's id.
    pub fn exercise(&self) -> Option<&str> {
        match &self.what {
            What::Exercise { id, .. } => Some(id),
            What::Quiz { .. } => None,
        }
    }
}

/// All entries in the atlas's order: a topic's exercises, then its quiz. `questions` counts those of a quiz.
pub fn entries(
    atlas: &Atlas,
    progress: &Progress,
    standing: &Standing,
    questions: impl Fn(&Topic) -> u64,
) -> Vec<Entry> {
    let mut out = Vec::new();
    for topic in &atlas.topics {
        let entry =
            |what, state| Entry { topic: topic.id.clone(), topic_title: topic.title.clone(), what, state };
        for e in &topic.exercises {
            let what = What::Exercise { id: e.id.clone(), title: e.title.clone(), mode: e.mode.word() };
            out.push(entry(what, standing.state(&e.id)));
        }
        if topic.has_quiz {
            let questions = questions(topic);
            let (right, state) = quiz(progress, &topic.id, questions);
            out.push(entry(What::Quiz { questions, right }, state));
        }
    }
    out
}

/// Questions last answered right, and what that amounts to: a quiz is passed when it was taken to its end
/// with every question right, and passed earlier when it has other questions now.
fn quiz(progress: &Progress, topic: &str, questions: u64) -> (u64, State) {
    let answered = progress.quizzes.get(topic).map(|record| record.questions.values());
    let right = answered.map_or(0, |all| {
        all.filter(|q| q.replies.keys().next_back().is_some_and(|(_, right)| *right)).count() as u64
    });
    let state = match progress.score(topic) {
        Some(score) if score.right == score.total && score.total == questions => State::Passed,
        Some(score) if score.right == score.total => State::Earlier,
        Some(_) => State::Tried,
        None if progress.quizzes.get(topic).is_some_and(|q| !q.questions.is_empty()) => State::Tried,
        None => State::New,
    };
    (right.min(questions), state)
}

/// How many questions a quiz file has, without reading all of it: `drill list` looks at every quiz.
pub fn count_questions(quiz: &str) -> u64 {
    quiz.lines().filter(|line| line.trim_end() == "[[questions]]").count() as u64
}

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    exercises: Vec<ExerciseLine<'a>>,
    quizzes: Vec<QuizLine<'a>>,
}

#[derive(Serialize)]
struct ExerciseLine<'a> {
    id: &'a str,
    title: &'a str,
    mode: &'a str,
    state: &'a str,
}

#[derive(Serialize)]
struct QuizLine<'a> {
    topic: &'a str,
    questions: u64,
    right: u64,
    state: &'a str,
}

/// The documented contract, format 1, on one line.
pub fn json(entries: &[Entry]) -> String {
    let mut document = Document { format: 1, exercises: Vec::new(), quizzes: Vec::new() };
    for entry in entries {
        let state = entry.state.word();
        match &entry.what {
            What::Exercise { id, title, mode } => {
                document.exercises.push(ExerciseLine { id, title, mode, state });
            }
            What::Quiz { questions, right } => {
                let (questions, right) = (*questions, *right);
                document.quizzes.push(QuizLine { topic: &entry.topic, questions, right, state });
            }
        }
    }
    // Strings and numbers only: there is nothing that JSON can't say.
    let mut text = serde_json::to_string(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_quiz_is_passed_when_every_question_of_today_is_right() {
        let mut progress = Progress::default();
        assert_eq!(quiz(&progress, "t", 2), (0, State::New));
        progress.record_answer("t", "a", true, "x", at(1));
        assert_eq!(quiz(&progress, "t", 2), (1, State::Tried));
        progress.record_answer("t", "b", false, "x", at(2));
        progress.finish_quiz("t", 1, 2, at(3));
        assert_eq!(quiz(&progress, "t", 2), (1, State::Tried));
        progress.record_answer("t", "b", true, "y", at(4));
        progress.finish_quiz("t", 2, 2, at(5));
        assert_eq!(quiz(&progress, "t", 2), (2, State::Passed));
        assert_eq!(quiz(&progress, "t", 3), (2, State::Earlier));
        assert_eq!(quiz(&progress, "t", 1), (1, State::Earlier));
    }

    #[test]
    fn questions_are_counted_by_their_headers() {
        let text = "[[questions]]\nid = \"[[questions]]\"\n\n[[questions]] \n# [[questions]]\n";
        assert_eq!(count_questions(text), 2);
    }

    #[test]
    fn json_holds_what_is_promised_in_this_order() {
        let exercise =
            What::Exercise { id: "t/01-a".to_string(), title: "A \"b\"".to_string(), mode: "tune" };
        let entry = |what, state| Entry { topic: "t".into(), topic_title: "T".into(), what, state };
        let all =
            [entry(exercise, State::Earlier), entry(What::Quiz { questions: 3, right: 1 }, State::Tried)];
        let expected = r#"{"format":1,"exercises":[{"id":"t/01-a","title":"A \"b\"","mode":"tune","state":"earlier"}],"quizzes":[{"topic":"t","questions":3,"right":1,"state":"tried"}]}"#;
        assert_eq!(json(&all), format!("{expected}\n"));
    }
}
