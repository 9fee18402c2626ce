//! What the learner has done: pure transitions over plain data. The clock is the caller's, the file is
//! `store`'s. Every field merges (`merge`), so two machines or two processes never lose each other's events.

#[cfg(test)]
mod arbitrary;
pub mod decode;
pub mod encode;
pub mod extra;
pub mod merge;
pub mod moment;
pub mod salvage;
pub mod store;

use extra::Extra;
use moment::Moment;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// Attempts and replies older than this many are only counted.
pub const KEPT_ATTEMPTS: usize = 20;
pub const KEPT_REPLIES: usize = 10;
pub const KEPT_SCORES: usize = 5;
/// No exercise has more hints.
pub const HINTS: usize = 3;

/// Everything that is remembered about one learner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// The path that is followed.
    pub path: Option<Choice>,
    /// The exercise the learner is at.
    pub current: Option<Choice>,
    /// By exercise id, `<topic>/<nn-name>`; also exercises that this drill's content does not know.
    pub exercises: BTreeMap<String, ExerciseRecord>,
    /// By topic id.
    pub topics: BTreeMap<String, TopicRecord>,
    /// By quiz id: a topic's id, or what the caller calls a quiz file.
    pub quizzes: BTreeMap<String, QuizRecord>,
    pub extra: Extra,
}

/// A choice and when it was made: of two, the later one counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub at: Moment,
    pub name: String,
    pub extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExerciseRecord {
    /// When it was first passed, by the version of the content it was passed against.
    pub passes: BTreeMap<String, Moment>,
    /// When each hint was taken, in order.
    pub hints: Vec<Moment>,
    pub given_up: Option<Moment>,
    /// How many attempts, by day (UTC).
    pub days: BTreeMap<String, u64>,
    /// The last attempts, oldest first, by time and verdict.
    pub attempts: BTreeMap<(Moment, String), AttemptRecord>,
    pub extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttemptRecord {
    pub ms: u64,
    pub extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicRecord {
    /// When the write-up was first read.
    pub read: Option<Moment>,
    pub extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuizRecord {
    pub questions: BTreeMap<String, QuestionRecord>,
    /// The last times the quiz was taken to its end, oldest first.
    pub scores: BTreeMap<Score, Extra>,
    pub extra: Extra,
}

/// What a finished quiz came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    pub at: Moment,
    pub right: u64,
    pub total: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuestionRecord {
    pub tries: u64,
    /// The last replies, oldest first: when, and whether it was right.
    pub replies: BTreeMap<(Moment, bool), ReplyRecord>,
    pub extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplyRecord {
    /// What was answered; kept for the last reply only.
    pub answer: Option<String>,
    pub extra: Extra,
}

/// One verdict, as it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub at: SystemTime,
    /// One word: `passed`, `failed`, `timed-out`...
    pub verdict: String,
    pub ms: u64,
    /// For a pass, the version of the content (`content::version`).
    pub passed_content: Option<String>,
}

/// Where an exercise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    New,
    Tried,
    /// Passed, and its stub and checks are still the same.
    Passed,
    /// Passed against an earlier version of its stub or checks.
    Earlier,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::New => "new",
            State::Tried => "tried",
            State::Passed => "passed",
            State::Earlier => "earlier",
        }
    }

    /// Passed against this or an earlier version.
    pub fn is_passed(self) -> bool {
        matches!(self, State::Passed | State::Earlier)
    }
}

impl Progress {
    pub fn record_attempt(&mut self, exercise: &str, attempt: Attempt) {
        let at = Moment::from(attempt.at);
        let record = self.exercises.entry(exercise.to_string()).or_default();
        let count = record.days.entry(at.day()).or_default();
        *count = count.saturating_add(1);
        if let Some(content) = attempt.passed_content {
            let first = record.passes.entry(content).or_insert(at);
            *first = at.min(*first);
        }
        let kept = AttemptRecord { ms: attempt.ms, extra: Extra::default() };
        record.attempts.insert((at, attempt.verdict), kept);
        merge::keep_last(&mut record.attempts, KEPT_ATTEMPTS);
    }

    /// Takes the next of `all` hints and answers its number, from 1; `None` when all are taken.
    pub fn take_hint(&mut self, exercise: &str, all: usize, at: SystemTime) -> Option<usize> {
        if self.hints(exercise) >= all.min(HINTS) {
            return None;
        }
        let hints = &mut self.exercises.entry(exercise.to_string()).or_default().hints;
        hints.push(at.into());
        Some(hints.len())
    }

    /// How many hints were taken.
    pub fn hints(&self, exercise: &str) -> usize {
        self.exercises.get(exercise).map_or(0, |r| r.hints.len().min(HINTS))
    }

    pub fn give_up(&mut self, exercise: &str, at: SystemTime) {
        let record = self.exercises.entry(exercise.to_string()).or_default();
        record.given_up.get_or_insert(at.into());
    }

    pub fn has_given_up(&self, exercise: &str) -> bool {
        self.exercises.get(exercise).is_some_and(|r| r.given_up.is_some())
    }

    pub fn mark_read(&mut self, topic: &str, at: SystemTime) {
        self.topics.entry(topic.to_string()).or_default().read.get_or_insert(at.into());
    }

    pub fn has_read(&self, topic: &str) -> bool {
        self.topics.get(topic).is_some_and(|r| r.read.is_some())
    }

    pub fn record_answer(&mut self, quiz: &str, question: &str, right: bool, answer: &str, at: SystemTime) {
        let quiz = self.quizzes.entry(quiz.to_string()).or_default();
        let record = quiz.questions.entry(question.to_string()).or_default();
        record.tries = record.tries.saturating_add(1);
        let reply = ReplyRecord { answer: Some(answer.to_string()), extra: Extra::default() };
        record.replies.insert((at.into(), right), reply);
        record.trim();
    }

    /// Whether the last reply to a question was right; `None` when it was never answered.
    pub fn was_right(&self, quiz: &str, question: &str) -> Option<bool> {
        self.question(quiz, question)?.replies.keys().next_back().map(|(_, right)| *right)
    }

    pub fn question(&self, quiz: &str, question: &str) -> Option<&QuestionRecord> {
        self.quizzes.get(quiz)?.questions.get(question)
    }

    /// A quiz was taken to its end: `right` of `total` questions are right now, those of earlier rounds
    /// included.
    pub fn finish_quiz(&mut self, quiz: &str, right: u64, total: u64, at: SystemTime) {
        let scores = &mut self.quizzes.entry(quiz.to_string()).or_default().scores;
        scores.entry(Score { at: at.into(), right, total }).or_default();
        merge::keep_last(scores, KEPT_SCORES);
    }

    /// The last score of a quiz that was taken to its end.
    pub fn score(&self, quiz: &str) -> Option<Score> {
        self.quizzes.get(quiz)?.scores.keys().next_back().copied()
    }

    pub fn set_path(&mut self, path: &str, at: SystemTime) {
        let choice = Choice { at: at.into(), name: path.to_string(), extra: Extra::default() };
        merge::later(&mut self.path, Some(choice));
    }

    pub fn set_current(&mut self, exercise: &str, at: SystemTime) {
        let choice = Choice { at: at.into(), name: exercise.to_string(), extra: Extra::default() };
        merge::later(&mut self.current, Some(choice));
    }

    /// The path that is followed, by the id it had when it was chosen.
    pub fn path(&self) -> Option<&str> {
        self.path.as_ref().map(|c| c.name.as_str())
    }

    /// The id of the exercise the learner is at.
    pub fn current(&self) -> Option<&str> {
        self.current.as_ref().map(|c| c.name.as_str())
    }

    /// Where an exercise stands; `version` is asked only when there is a pass to compare with.
    pub fn state(&self, exercise: &str, version: impl FnOnce() -> String) -> State {
        match self.exercises.get(exercise) {
            Some(r) if r.passes.is_empty() && r.tries() > 0 => State::Tried,
            Some(r) if r.passes.is_empty() => State::New,
            Some(r) if r.passes.contains_key(&version()) => State::Passed,
            Some(_) => State::Earlier,
            None => State::New,
        }
    }

    /// All attempts ever made.
    pub fn tries(&self) -> u64 {
        self.exercises.values().fold(0, |sum, r| sum.saturating_add(r.tries()))
    }

    /// The exercise last tried, and when.
    pub fn last_attempt(&self) -> Option<(&str, Moment)> {
        let all = self.exercises.iter().filter_map(|(id, r)| Some((id.as_str(), r.last()?.0)));
        all.max_by_key(|(id, at)| (*at, *id))
    }
}

impl ExerciseRecord {
    /// All attempts ever made, also those that are only counted.
    pub fn tries(&self) -> u64 {
        let counted = self.days.values().fold(0_u64, |sum, n| sum.saturating_add(*n));
        counted.max(self.attempts.len() as u64)
    }

    /// When and with which verdict it was last tried.
    pub fn last(&self) -> Option<(Moment, &str)> {
        self.attempts.keys().next_back().map(|(at, verdict)| (*at, verdict.as_str()))
    }

    /// When it was first passed, against any version.
    pub fn first_pass(&self) -> Option<Moment> {
        self.passes.values().min().copied()
    }
}

impl QuestionRecord {
    pub(super) fn trim(&mut self) {
        merge::keep_last(&mut self.replies, KEPT_REPLIES);
        for reply in self.replies.values_mut().rev().skip(1) {
            reply.answer = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn at(s: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(s)
    }

    fn attempt(s: u64, verdict: &str, passed_content: Option<&str>) -> Attempt {
        let passed_content = passed_content.map(ToString::to_string);
        Attempt { at: at(s), verdict: verdict.to_string(), ms: 1, passed_content }
    }

    #[test]
    fn a_pass_stays_when_the_content_changes() {
        let mut progress = Progress::default();
        let state = |p: &Progress, version: &str| p.state("t/01-a", || version.to_string());
        assert_eq!(state(&progress, "v1"), State::New);
        progress.record_attempt("t/01-a", attempt(1, "failed", None));
        assert_eq!(state(&progress, "v1"), State::Tried);
        progress.record_attempt("t/01-a", attempt(2, "passed", Some("v1")));
        progress.record_attempt("t/01-a", attempt(3, "failed", None));
        assert_eq!(state(&progress, "v1"), State::Passed);
        assert_eq!(state(&progress, "v2"), State::Earlier);
        progress.record_attempt("t/01-a", attempt(4, "passed", Some("v2")));
        assert_eq!((state(&progress, "v1"), state(&progress, "v2")), (State::Passed, State::Passed));
        assert_eq!(progress.exercises["t/01-a"].first_pass(), Some(at(2).into()));
    }

    #[test]
    fn old_attempts_are_only_counted() {
        let mut progress = Progress::default();
        for s in 0..100 {
            progress.record_attempt("t/01-a", attempt(s * 3600, "failed", None));
        }
        let record = &progress.exercises["t/01-a"];
        assert_eq!((record.attempts.len(), record.tries(), record.days.len()), (20, 100, 5));
        assert_eq!(progress.last_attempt(), Some(("t/01-a", at(99 * 3600).into())));
    }

    #[test]
    fn there_are_three_hints() {
        let mut progress = Progress::default();
        let taken: Vec<_> = (0..4).map(|s| progress.take_hint("t/01-a", 3, at(s))).collect();
        assert_eq!(taken, [Some(1), Some(2), Some(3), None]);
        assert_eq!(progress.hints("t/01-a"), 3);
        assert_eq!(progress.state("t/01-a", String::new), State::New);
    }

    #[test]
    fn the_last_reply_decides_whether_a_question_is_right() {
        let mut progress = Progress::default();
        assert_eq!(progress.was_right("t", "q"), None);
        progress.record_answer("t", "q", true, "a", at(1));
        progress.record_answer("t", "q", false, "b", at(2));
        assert_eq!(progress.was_right("t", "q"), Some(false));
        let answers: Vec<_> = progress.question("t", "q").unwrap().replies.values().collect();
        assert_eq!(answers[0].answer, None);
        assert_eq!(answers[1].answer.as_deref(), Some("b"));
    }

    #[test]
    fn the_later_choice_counts() {
        let mut progress = Progress::default();
        progress.set_path("a", at(2));
        progress.set_path("b", at(1));
        assert_eq!(progress.path(), Some("a"));
    }
}
