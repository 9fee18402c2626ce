//! In which order the options of a question stand: the schema's where it fixes one, otherwise shuffled from a
//! seed, the same every time for the same seed.

use crate::content::question::{Choice, Order};

/// An option of a question, by its place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Answer(usize),
    Distractor(usize),
}

impl Slot {
    pub fn text(self, choice: &Choice) -> &str {
        match self {
            Slot::Answer(i) => &choice.answers[i],
            Slot::Distractor(i) => &choice.distractors[i].text,
        }
    }

    pub fn is_right(self) -> bool {
        matches!(self, Slot::Answer(_))
    }
}

/// All options, in the order to show them.
pub fn slots(choice: &Choice, seed: u64) -> Vec<Slot> {
    let answers = (0..choice.answers.len()).map(Slot::Answer);
    let mut slots: Vec<Slot> = (0..choice.distractors.len()).map(Slot::Distractor).collect();
    match choice.order {
        Order::AnswersAt(at) => {
            let at = at.min(slots.len());
            drop(slots.splice(at..at, answers));
        }
        Order::Sorted => {
            slots.extend(answers);
            slots.sort_by(|a, b| a.text(choice).cmp(b.text(choice)));
        }
        Order::Shuffled => {
            slots.extend(answers);
            shuffle(&mut slots, seed);
        }
    }
    slots
}

/// A seed of its own for each question and round.
pub fn seed_of(seed: u64, question: &str, round: u64) -> u64 {
    question.bytes().fold(seed ^ mix(round), |hash, byte| mix(hash ^ u64::from(byte)))
}

/// Fisher-Yates.
fn shuffle(slots: &mut [Slot], seed: u64) {
    let mut state = seed;
    for i in (1..slots.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let below = u64::try_from(i).unwrap_or(u64::MAX - 1) + 1;
        let j = usize::try_from(mix(state) % below).unwrap_or(0);
        slots.swap(i, j);
    }
}

/// The finaliser of splitmix64.
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::question::Distractor;

    fn choice(order: Order) -> Choice {
        let distractor = |text: &str| Distractor { text: text.into(), reason: None };
        Choice {
            prompt: "?".into(),
            answers: vec!["b".into(), "d".into()],
            multi: true,
            distractors: ["e", "a", "c"].map(distractor).into(),
            order,
        }
    }

    fn shown(order: Order, seed: u64) -> String {
        let choice = choice(order);
        slots(&choice, seed).iter().map(|s| s.text(&choice)).collect()
    }

    #[test]
    fn the_schema_fixes_an_order_where_it_says_so() {
        assert_eq!(shown(Order::Sorted, 1), "abcde");
        assert_eq!(shown(Order::AnswersAt(0), 1), "bdeac");
        assert_eq!(shown(Order::AnswersAt(2), 1), "eabdc");
        assert_eq!(shown(Order::AnswersAt(9), 1), "eacbd");
    }

    #[test]
    fn a_shuffle_is_the_same_for_the_same_seed_and_every_place_is_as_likely() {
        let mut first = [0usize; 5];
        for seed in 0..5_000 {
            let seed = seed_of(seed, "id", 0);
            let order = shown(Order::Shuffled, seed);
            assert_eq!(order, shown(Order::Shuffled, seed));
            let mut letters: Vec<char> = order.chars().collect();
            first["abcde".find(letters[0]).unwrap()] += 1;
            letters.sort_unstable();
            assert_eq!(letters.iter().collect::<String>(), "abcde");
        }
        assert!(first.iter().all(|n| (850..1_150).contains(n)), "{first:?}");
    }
}
