//! What a running check can report besides its answer: scorecard lines, curves and notes.

use crate::channel::Channel;
use crate::{Ns, Res, fail, report, series};

/// Most scorecard lines of a check that are shown; a miss counts beyond them too.
const SCORES: usize = 100;
/// Most curves of a check that are shown.
const SERIES: usize = 30;
/// Most marks of a check that are shown.
const MARKS: usize = 60;

/// A running check's line to the engine.
pub struct Case {
    name: &'static str,
    /// 0 unless `drill verify` tries another; mix it into every seed: `Rng::new(7 ^ case.seed)`.
    pub seed: u64,
    channel: Channel,
    /// The scores that were missed, in words.
    missed: String,
    scores: usize,
    series: usize,
    marks: usize,
    notes: usize,
}

impl Case {
    pub(crate) fn new(name: &'static str, seed: u64, channel: Channel) -> Case {
        Case { name, seed, channel, missed: String::new(), scores: 0, series: 0, marks: 0, notes: 0 }
    }

    /// Scorecard line `value <= limit`. A miss fails the check at its end; NaN misses.
    pub fn at_most(&mut self, metric: &str, value: f64, unit: &str, limit: f64) {
        self.score(Score::at_most(metric, value, unit, limit));
    }

    /// Scorecard line `value >= limit`. A miss fails the check at its end; NaN misses.
    pub fn at_least(&mut self, metric: &str, value: f64, unit: &str, limit: f64) {
        self.score(Score::at_least(metric, value, unit, limit));
    }

    /// A scorecard line, with the figures of other solutions beside it:
    /// `case.score(Score::at_most("peak tracked keys", peak, "keys", 5_000.0).beside(80_000.0, 4_100.0))`.
    #[expect(clippy::needless_pass_by_value, reason = "a score is made for this call")]
    pub fn score(&mut self, score: Score) {
        self.scores += 1;
        if self.scores <= SCORES {
            self.channel.send(report::score(self.name, &score));
        }
        if !score.passes() {
            self.missed.push_str(if self.missed.is_empty() { "" } else { "; " });
            self.missed.push_str(&score.miss());
        }
    }

    /// A curve for the plot. Of more than 1,000 points the extremes are kept. Those of a check in one unit share a
    /// chart; `scenario: name` is the curve `name` of a chart of its own for that scenario.
    pub fn series(&mut self, name: &str, unit: &str, points: &[(Ns, f64)]) {
        self.series += 1;
        if self.series <= SERIES {
            self.channel.send(report::series(self.name, name, unit, &series::thin(points)));
        }
    }

    /// Marks where something happened on the chart of the curve `series` of this check: from `from` to `to`, or an
    /// instant where both are the same. `label` says what, with a figure: `overshoot 12.4 pp`.
    pub fn mark(&mut self, series: &str, from: Ns, to: Ns, label: &str) {
        self.marks += 1;
        if self.marks <= MARKS {
            self.channel.send(report::mark(self.name, series, from, to, label));
        }
    }

    /// A remark beside the verdict, also beside a pass. The first 20 are shown.
    pub fn note(&mut self, text: &str) {
        self.notes += 1;
        if self.notes <= report::NOTES {
            self.channel.send(report::note(self.name, text));
        }
    }

    /// The check's answer, now that it has ended: a missed score fails it.
    pub(crate) fn judge(self, answer: Res) -> Res {
        match answer {
            Ok(()) if self.missed.is_empty() => Ok(()),
            Ok(()) => fail(self.missed),
            Err(mut why) => {
                if !self.missed.is_empty() {
                    why.notes.push(self.missed);
                }
                Err(why)
            }
        }
    }
}

/// A line of the scorecard. Value and limit share the unit.
#[derive(Clone, Debug)]
pub struct Score {
    pub(crate) metric: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) bound: Bound,
    pub(crate) limit: f64,
    /// What the naive and the reference solution reach.
    pub(crate) beside: Option<(f64, f64)>,
}

/// Which side of the limit is good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    AtMost,
    AtLeast,
}

impl Score {
    /// `value <= limit` passes.
    #[must_use]
    pub fn at_most(metric: &str, value: f64, unit: &str, limit: f64) -> Score {
        Score { metric: metric.into(), value, unit: unit.into(), bound: Bound::AtMost, limit, beside: None }
    }

    /// `value >= limit` passes.
    #[must_use]
    pub fn at_least(metric: &str, value: f64, unit: &str, limit: f64) -> Score {
        Score { bound: Bound::AtLeast, ..Score::at_most(metric, value, unit, limit) }
    }

    /// Adds what the naive and the reference solution reach on the same run, for a before and after.
    #[must_use]
    pub fn beside(self, naive: f64, reference: f64) -> Score {
        Score { beside: Some((naive, reference)), ..self }
    }

    /// NaN never passes.
    pub(crate) fn passes(&self) -> bool {
        match self.bound {
            Bound::AtMost => self.value <= self.limit,
            Bound::AtLeast => self.value >= self.limit,
        }
    }

    fn miss(&self) -> String {
        let bound = match self.bound {
            Bound::AtMost => "at most",
            Bound::AtLeast => "at least",
        };
        let Score { metric, unit, .. } = self;
        let space = if unit.is_empty() { "" } else { " " };
        let (value, limit) = (figure(self.value), figure(self.limit));
        format!("{metric} is {value}{space}{unit}, must be {bound} {limit}{space}{unit}")
    }
}

impl Bound {
    pub(crate) fn op(self) -> &'static str {
        match self {
            Bound::AtMost => "<=",
            Bound::AtLeast => ">=",
        }
    }
}

/// Up to 4 decimals, without trailing zeros; enough of them that no small number reads as 0.
fn figure(value: f64) -> String {
    let text = format!("{value:.4}");
    if value != 0.0 && value.abs() < 0.001 {
        return format!("{value:e}");
    }
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{Case, Score, figure};
    use crate::channel::tests::Kept;
    use crate::{Res, fail};

    /// The answer of a check whose body is `f`, and the events it sent.
    fn judged(f: fn(&mut Case) -> Res) -> (Res, Vec<String>) {
        let (channel, kept) = Kept::channel(usize::MAX);
        let mut case = Case::new("fleet", 0, channel);
        let answer = f(&mut case);
        let events = kept.lines().iter().map(|line| line.text("ev").to_string()).collect();
        (case.judge(answer), events)
    }

    #[test]
    fn met_scores_pass() {
        let (answer, events) = judged(|case| {
            case.at_most("p99", 3.0, "ms", 3.0);
            case.at_least("goodput", 0.97, "", 0.95);
            Ok(())
        });
        assert!(answer.is_ok());
        assert_eq!(events, ["score", "score"]);
    }

    #[test]
    fn every_missed_score_is_named() {
        let (answer, _) = judged(|case| {
            case.at_most("p99", 3.25, "ms", 3.0);
            case.at_least("goodput", 0.9, "", 0.95);
            case.at_most("amplification", f64::NAN, "x", 2.0);
            Ok(())
        });
        assert_eq!(
            answer.expect_err("three misses").message,
            "p99 is 3.25 ms, must be at most 3 ms; goodput is 0.9, must be at least 0.95; \
             amplification is NaN x, must be at most 2 x"
        );
    }

    #[test]
    fn a_failure_comes_before_the_scores() {
        let (answer, _) = judged(|case| {
            case.score(Score::at_most("keys", 9.0, "keys", 5.0).beside(99.0, 4.0));
            fail("keys leak")
        });
        let why = answer.expect_err("it failed");
        assert_eq!(why.message, "keys leak");
        assert_eq!(why.notes, ["keys is 9 keys, must be at most 5 keys"]);
    }

    #[test]
    fn a_check_cannot_flood_the_report() {
        let (answer, events) = judged(|case| {
            for _ in 0..1_000 {
                case.note("again");
                case.series("depth", "jobs", &[(0, 1.0)]);
                case.mark("depth", 0, 5, "too deep");
                case.at_most("p99", 1.0, "ms", 3.0);
            }
            case.at_most("p50", 4.0, "ms", 3.0);
            Ok(())
        });
        let count = |ev: &str| events.iter().filter(|event| *event == ev).count();
        assert_eq!((count("note"), count("series"), count("mark"), count("score")), (20, 30, 60, 100));
        assert_eq!(answer.expect_err("the last one missed").message, "p50 is 4 ms, must be at most 3 ms");
    }

    #[test]
    fn figures_are_short() {
        let written = [0.0, 3.0, 1200.0, 0.125, 2.0 / 3.0, 0.000_02, 1e9, f64::INFINITY].map(figure);
        assert_eq!(written, ["0", "3", "1200", "0.125", "0.6667", "2e-5", "1000000000", "inf"]);
    }
}
