//! Decision logs: the reference's answers beside the learner's, step by step.

use crate::panic::leave;
use crate::{Fail, Ns, Res};

/// A failure of at most this many steps is shown whole.
const SHOWN_WHOLE: usize = 12;
/// Of a longer one, this many steps before the first difference ...
const BEFORE: usize = 8;
/// ... and this many after it.
const AFTER: usize = 3;

/// One step of a decision log, in the words of the contract.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// When it happened, in nanoseconds; 0 throughout in a table where time plays no part.
    pub at: Ns,
    /// What was asked.
    pub input: String,
    /// What the reference answers.
    pub expected: String,
    /// What the learner's code answered.
    pub actual: String,
}

/// A decision log under construction.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
    same: Vec<bool>,
}

impl Table {
    /// An empty log.
    #[must_use]
    pub fn new() -> Table {
        Table::default()
    }

    /// Adds a step; true when the two answers are equal as text.
    pub fn row(&mut self, at: Ns, input: String, expected: String, actual: String) -> bool {
        let same = expected == actual;
        self.push(Row { at, input, expected, actual }, same)
    }

    /// Like `row`, with equality decided by the caller (tolerances). Answers `same`.
    pub fn push(&mut self, row: Row, same: bool) -> bool {
        self.rows.push(row);
        self.same.push(same);
        same
    }

    /// A closing step at the time of the last one, such as `ended("left in the bucket", "3", "2")`.
    pub fn ended(&mut self, what: &str, expected: impl Into<String>, actual: impl Into<String>) -> bool {
        let at = self.rows.last().map_or(0, |row| row.at);
        self.row(at, what.into(), expected.into(), actual.into())
    }

    /// `Ok` without a difference. Otherwise a failure that says at which step they part, with the steps around
    /// it: all of them up to 12, else 8 before and 3 after.
    pub fn verdict(self, message: &str) -> Res {
        let Some(first) = self.same.iter().position(|same| !same) else { return Ok(()) };
        let steps = self.rows.len();
        let shown = if steps <= SHOWN_WHOLE {
            0..steps
        } else {
            first.saturating_sub(BEFORE)..(first + AFTER + 1).min(steps)
        };
        // What is shown whole need not say which part it is.
        let message = if steps <= SHOWN_WHOLE {
            message.to_string()
        } else {
            format!("{message} (step {} of {steps})", first + 1)
        };
        Err(Fail {
            message,
            rows: self.rows[shown.clone()].to_vec(),
            same: self.same[shown].to_vec(),
            ..Fail::default()
        })
    }
}

/// A panic ends the log before its verdict: the steps up to there are how the code got into that state.
impl Drop for Table {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let from = self.rows.len().saturating_sub(SHOWN_WHOLE);
            leave(self.rows.split_off(from), self.same.split_off(from));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Table};
    use crate::Fail;
    use crate::panic::{guard, tests::hooked};

    /// A table of `steps` that differs at the steps `bad` (from 0), each at `10 * step` ns.
    fn parted(steps: u64, bad: &[u64]) -> Fail {
        let mut table = Table::new();
        for step in 0..steps {
            let actual = if bad.contains(&step) { "deny" } else { "grant" };
            let same = table.row(step * 10, format!("take {step}"), "grant".into(), actual.into());
            assert_eq!(same, !bad.contains(&step));
        }
        table.verdict("the burst is granted").expect_err("they differ")
    }

    fn times(why: &Fail) -> Vec<u64> {
        why.rows.iter().map(|row| row.at / 10).collect()
    }

    #[test]
    fn a_table_without_a_difference_passes() {
        let mut table = Table::new();
        assert!(table.row(1, "take 1".into(), "grant".into(), "grant".into()));
        assert!(table.verdict("unused").is_ok());
        assert!(Table::new().verdict("unused").is_ok());
    }

    #[test]
    fn twelve_steps_are_shown_whole() {
        let why = parted(12, &[0]);
        assert_eq!(times(&why), (0..12).collect::<Vec<_>>());
        assert_eq!(why.message, "the burst is granted");
    }

    #[test]
    fn a_long_table_is_cut_around_its_first_difference() {
        assert_eq!(times(&parted(40, &[20, 21, 39])), (12..=23).collect::<Vec<_>>());
        assert_eq!(times(&parted(13, &[0])), [0, 1, 2, 3]);
        assert_eq!(times(&parted(13, &[12])), (4..=12).collect::<Vec<_>>());
        assert_eq!(parted(40, &[20, 21]).message, "the burst is granted (step 21 of 40)");
    }

    #[test]
    fn the_caller_may_decide_what_counts_as_equal() {
        let mut table = Table::new();
        let row = |actual: &str| Row { actual: actual.into(), expected: "1.00".into(), ..Row::default() };
        assert!(table.push(row("1.01"), true));
        assert!(!table.push(row("1.50"), false));
        let why = table.verdict("within 2 %").expect_err("one is off");
        assert_eq!((why.is_same(0), why.is_same(1)), (true, false));
    }

    #[test]
    fn a_panic_shows_the_steps_that_led_to_it() {
        let answer = hooked(|| {
            guard(&mut || {
                let mut table = Table::new();
                for step in 0..15 {
                    let decided = || if step < 14 { "grant".to_string() } else { panic!("empty") };
                    table.row(step * 10, format!("take {step}"), "grant".into(), decided());
                }
                table.verdict("never reached")
            })
        });
        let why = answer.expect_err("it panicked");
        assert_eq!((why.message.as_str(), times(&why)), ("empty", (2..14).collect::<Vec<_>>()));
        assert!(why.same.iter().all(|same| *same) && why.same.len() == 12);
    }

    #[test]
    fn a_closing_step_happens_at_the_last_time() {
        let mut table = Table::new();
        table.row(70, "take 1".into(), "grant".into(), "grant".into());
        assert!(!table.ended("left", "3", "2"));
        let why = table.verdict("tokens are kept").expect_err("they differ");
        assert_eq!((why.rows[1].at, why.rows[1].input.as_str()), (70, "left"));
        assert_eq!(why.message, "tokens are kept");
    }
}
