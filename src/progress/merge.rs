//! Unites two records of one learner. Commutative, associative and idempotent, so that it does not matter
//! which machine imports from which, in what order, or how often.

use super::moment::Moment;
use super::{Choice, ExerciseRecord, Progress, QuestionRecord, QuizRecord, TopicRecord};
use super::{KEPT_ATTEMPTS, KEPT_SCORES};
use std::cmp::Ordering;
use std::collections::BTreeMap;

impl Progress {
    pub fn merge(&mut self, other: Progress) {
        later(&mut self.path, other.path);
        later(&mut self.current, other.current);
        for (id, record) in other.exercises {
            self.exercises.entry(id).or_default().merge(record);
        }
        for (id, record) in other.topics {
            self.topics.entry(id).or_default().merge(record);
        }
        for (id, record) in other.quizzes {
            self.quizzes.entry(id).or_default().merge(record);
        }
        self.extra.merge(other.extra);
    }
}

impl ExerciseRecord {
    fn merge(&mut self, other: ExerciseRecord) {
        for (content, at) in other.passes {
            let first = self.passes.entry(content).or_insert(at);
            *first = at.min(*first);
        }
        for (i, at) in other.hints.into_iter().enumerate() {
            match self.hints.get_mut(i) {
                Some(first) => *first = at.min(*first),
                None => self.hints.push(at),
            }
        }
        self.given_up = earlier(self.given_up, other.given_up);
        for (day, count) in other.days {
            let most = self.days.entry(day).or_default();
            *most = count.max(*most);
        }
        for (key, theirs) in other.attempts {
            let ours = self.attempts.entry(key).or_default();
            ours.ms = theirs.ms.max(ours.ms);
            ours.extra.merge(theirs.extra);
        }
        keep_last(&mut self.attempts, KEPT_ATTEMPTS);
        self.extra.merge(other.extra);
    }
}

impl TopicRecord {
    fn merge(&mut self, other: TopicRecord) {
        self.read = earlier(self.read, other.read);
        self.extra.merge(other.extra);
    }
}

impl QuizRecord {
    fn merge(&mut self, other: QuizRecord) {
        for (id, record) in other.questions {
            self.questions.entry(id).or_default().merge(record);
        }
        for (score, extra) in other.scores {
            self.scores.entry(score).or_default().merge(extra);
        }
        keep_last(&mut self.scores, KEPT_SCORES);
        self.extra.merge(other.extra);
    }
}

impl QuestionRecord {
    fn merge(&mut self, other: QuestionRecord) {
        self.tries = self.tries.max(other.tries);
        for (key, theirs) in other.replies {
            let ours = self.replies.entry(key).or_default();
            ours.answer = theirs.answer.max(ours.answer.take());
            ours.extra.merge(theirs.extra);
        }
        self.trim();
        self.extra.merge(other.extra);
    }
}

/// Of two choices the later; of two at the same time the greater name, so that order does not matter.
pub(super) fn later(ours: &mut Option<Choice>, theirs: Option<Choice>) {
    let Some(theirs) = theirs else { return };
    match ours {
        None => *ours = Some(theirs),
        Some(ours) => match (theirs.at, &theirs.name).cmp(&(ours.at, &ours.name)) {
            Ordering::Less => {}
            Ordering::Equal => ours.extra.merge(theirs.extra),
            Ordering::Greater => *ours = theirs,
        },
    }
}

fn earlier(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

pub(super) fn keep_last<K: Ord, V>(map: &mut BTreeMap<K, V>, most: usize) {
    while map.len() > most {
        map.pop_first();
    }
}

#[cfg(test)]
mod tests {
    use crate::progress::Progress;
    use crate::progress::arbitrary::Dice;

    fn united(a: &Progress, b: &Progress) -> Progress {
        let mut all = a.clone();
        all.merge(b.clone());
        all
    }

    #[test]
    fn order_grouping_and_repetition_do_not_matter() {
        for seed in 0..400 {
            let mut dice = Dice::new(seed);
            let (a, b, c) = (dice.progress(), dice.progress(), dice.progress());
            let ab = united(&a, &b);
            assert_eq!(ab, united(&b, &a), "order, seed {seed}");
            assert_eq!(united(&ab, &c), united(&a, &united(&b, &c)), "grouping, seed {seed}");
            assert_eq!(united(&a, &a), a, "repetition, seed {seed}");
            assert_eq!(united(&ab, &b), ab, "repetition, seed {seed}");
            assert_eq!(united(&a, &Progress::default()), a, "nothing, seed {seed}");
        }
    }

    #[test]
    fn what_one_machine_has_is_never_lost() {
        for seed in 0..100 {
            let mut dice = Dice::new(seed);
            let (a, b) = (dice.progress(), dice.progress());
            let all = united(&a, &b);
            for (id, record) in a.exercises.iter().chain(&b.exercises) {
                assert!(all.hints(id) >= record.hints.len());
                assert!(all.exercises[id].tries() >= record.tries());
                assert!(record.passes.keys().all(|content| all.exercises[id].passes.contains_key(content)));
            }
        }
    }
}
