//! Random progress for property tests: from small sets of names and times, so that two records often collide.

use super::extra::Extra;
use super::merge::keep_last;
use super::moment::Moment;
use super::{AttemptRecord, Choice, ExerciseRecord, Progress, QuestionRecord, QuizRecord, ReplyRecord};
use super::{KEPT_ATTEMPTS, KEPT_SCORES, Score, TopicRecord};
use std::time::{Duration, UNIX_EPOCH};
use toml::Value;

/// A small generator: splitmix64.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Below `n`.
    pub(super) fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn pick(&mut self, words: &[&str]) -> String {
        let i = usize::try_from(self.roll(words.len() as u64)).unwrap();
        words[i].to_string()
    }

    fn times<T>(&mut self, most: u64, make: impl Fn(&mut Dice) -> T) -> Vec<T> {
        (0..self.roll(most + 1)).map(|_| make(self)).collect()
    }

    fn maybe<T>(&mut self, make: impl Fn(&mut Dice) -> T) -> Option<T> {
        (self.roll(2) == 0).then(|| make(self))
    }

    fn moment(&mut self) -> Moment {
        (UNIX_EPOCH + Duration::from_millis(1_795_000_000_000 + self.roll(40) * 7_200_500)).into()
    }

    fn value(&mut self) -> Value {
        match self.roll(6) {
            0 => Value::Integer(self.roll(3).cast_signed()),
            1 => Value::String(self.pick(&["", "a\n[b]\n", "\u{1b}[31m\\\"", "ü"])),
            2 => Value::Boolean(self.roll(2) == 0),
            3 => Value::Array(vec![self.value()]),
            4 => Value::Datetime("1979-05-27".parse().unwrap()),
            _ => Value::Table([(self.pick(&["x", "a b", ""]), self.value())].into_iter().collect()),
        }
    }

    fn extra(&mut self) -> Extra {
        let fields = self.times(2, |d| (d.pick(&["new", "newer.still", "z"]), d.value()));
        Extra::new(if self.roll(3) == 0 { fields.into_iter().collect() } else { toml::Table::new() })
    }

    fn choice(&mut self) -> Choice {
        Choice { at: self.moment(), name: self.pick(&["a", "b", "c/01-d"]), extra: self.extra() }
    }

    pub(super) fn progress(&mut self) -> Progress {
        let ids = ["t/01-a", "t/02-b", "odd \"id\"\n[x]", ""];
        Progress {
            path: self.maybe(Dice::choice),
            current: self.maybe(Dice::choice),
            exercises: self.times(4, |d| (d.pick(&ids), d.exercise())).into_iter().collect(),
            topics: self
                .times(3, |d| (d.pick(&ids), TopicRecord { read: d.maybe(Dice::moment), extra: d.extra() }))
                .into_iter()
                .collect(),
            quizzes: self.times(3, |d| (d.pick(&ids), d.quiz())).into_iter().collect(),
            extra: self.extra(),
        }
    }

    fn exercise(&mut self) -> ExerciseRecord {
        let attempts = self.times(30, |d| {
            let key = (d.moment(), d.pick(&["passed", "failed"]));
            (key, AttemptRecord { ms: d.roll(3), extra: d.extra() })
        });
        let mut record = ExerciseRecord {
            passes: self.times(2, |d| (d.pick(&["v1", "v 2"]), d.moment())).into_iter().collect(),
            hints: self.times(3, Dice::moment),
            given_up: self.maybe(Dice::moment),
            days: self.times(3, |d| (d.moment().day(), d.roll(30))).into_iter().collect(),
            attempts: attempts.into_iter().collect(),
            extra: self.extra(),
        };
        keep_last(&mut record.attempts, KEPT_ATTEMPTS);
        record
    }

    fn quiz(&mut self) -> QuizRecord {
        let scores =
            self.times(8, |d| (Score { at: d.moment(), right: d.roll(2), total: 2 + d.roll(2) }, d.extra()));
        let questions = self.times(3, |d| (d.pick(&["q1", "q2", "q 3"]), d.question()));
        let mut record = QuizRecord {
            questions: questions.into_iter().collect(),
            scores: scores.into_iter().collect(),
            extra: self.extra(),
        };
        keep_last(&mut record.scores, KEPT_SCORES);
        record
    }

    fn question(&mut self) -> QuestionRecord {
        let replies = self.times(15, |d| {
            let answer = d.maybe(|d| d.pick(&["a", "b\nc", "\u{0}"]));
            ((d.moment(), d.roll(2) == 0), ReplyRecord { answer, extra: d.extra() })
        });
        let mut record = QuestionRecord {
            tries: self.roll(9),
            replies: replies.into_iter().collect(),
            extra: self.extra(),
        };
        record.trim();
        record
    }
}
