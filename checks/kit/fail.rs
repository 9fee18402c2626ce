//! Why a check failed, and the short ways to say so.

use crate::Row;
use std::fmt;

/// What a check and a property answer.
pub type Res = Result<(), Fail>;

/// Why a check failed. Checks write `fail(..)`, `ensure(..)` or `table.verdict(..)`; what is longer than the
/// report carries (see `report.rs`) is cut there, not here.
#[derive(Clone, Debug, Default)]
pub struct Fail {
    /// What was promised and what happened, in a sentence or two.
    pub message: String,
    /// Decisions around the first difference.
    pub rows: Vec<Row>,
    /// Whether the answers of each of `rows` count as equal, where the check decided that itself (tolerances).
    /// Rows beyond its end are compared as text.
    pub same: Vec<bool>,
    /// The minimal input, one step a line.
    pub trace: Vec<String>,
    /// What each node did, where a `Timeline` tells it: shown instead of `trace`.
    pub timeline: Vec<String>,
    /// Remarks shown below the evidence.
    pub notes: Vec<String>,
    /// The check ended by a panic, here. `Some(Place::default())` when nobody knows where.
    pub panicked_at: Option<Place>,
    /// The panic was a `todo!()` or `unimplemented!()`: not wrong, just not written yet.
    pub todo: bool,
}

impl Fail {
    /// Whether row `i` shows two equal answers.
    pub(crate) fn is_same(&self, i: usize) -> bool {
        let row = &self.rows[i];
        self.same.get(i).copied().unwrap_or(row.expected == row.actual)
    }
}

/// A place in source code. The default is "unknown".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// As rustc was given it.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// In chars, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Place::default() {
            f.write_str("an unknown place")
        } else {
            write!(f, "{}:{}:{}", self.file, self.line, self.column)
        }
    }
}

/// A failure with this message and nothing else.
pub fn fail<T>(message: impl Into<String>) -> Result<T, Fail> {
    Err(Fail { message: message.into(), ..Fail::default() })
}

/// `Ok` when `holds`, else a failure; the message is only made when it is needed.
pub fn ensure(holds: bool, message: impl FnOnce() -> String) -> Res {
    if holds { Ok(()) } else { fail(message()) }
}

/// `Ok` when the two are equal, else `{what}: expected .., got ..`.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
pub fn ensure_eq<T: PartialEq + fmt::Debug>(what: &str, actual: T, expected: T) -> Res {
    ensure(actual == expected, || format!("{what}: expected {expected:?}, got {actual:?}"))
}

#[cfg(test)]
mod tests {
    use super::{Place, ensure, ensure_eq};

    #[test]
    fn a_failed_equation_names_both_sides() {
        assert!(ensure_eq("tokens", 3, 3).is_ok());
        let why = ensure_eq("tokens", 3, 5).unwrap_err();
        assert_eq!(why.message, "tokens: expected 5, got 3");
        assert!(why.panicked_at.is_none() && !why.todo);
    }

    #[test]
    fn the_message_is_made_only_for_a_failure() {
        assert!(ensure(true, || unreachable!("not needed")).is_ok());
    }

    #[test]
    fn a_place_reads_like_one_of_rustc_s() {
        let place = Place { file: "01-lazy-refill.rs".into(), line: 4, column: 9 };
        assert_eq!(place.to_string(), "01-lazy-refill.rs:4:9");
        assert_eq!(Place::default().to_string(), "an unknown place");
    }
}
