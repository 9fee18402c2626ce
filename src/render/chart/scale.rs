//! Axes: a range, round ticks on it, and their labels. Round numbers are made as decimal text and then read, so that
//! they are the same on every platform.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "places on a picture, and counts of ticks: small, and bounded before"
)]

/// A range, with ticks at round numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<Tick>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub at: f64,
    pub label: String,
}

impl Axis {
    /// Where a value is, from 0 to 1.
    pub fn place(&self, value: f64) -> f64 {
        let span = self.high - self.low;
        ((value - self.low) / span).clamp(0.0, 1.0)
    }

    /// In which of so many cells along the axis a value is.
    pub fn cell(&self, value: f64, cells: usize) -> usize {
        nearest(self.place(value), cells)
    }
}

/// The cell at a place from 0 to 1: the ends are the middles of the first and the last.
pub fn nearest(place: f64, cells: usize) -> usize {
    (place * cells.saturating_sub(1) as f64).round() as usize
}

/// Virtual time as a place on its axis.
pub fn ns(at: u64) -> f64 {
    at as f64
}

/// Beyond this a sum or difference of two could overflow.
const HUGE: f64 = 1e300;
/// Smaller than any quantity somebody plots.
const TINY: f64 = 1e-290;

/// An axis for values from `low` to `high` that ends at ticks. It holds zero, unless all values are close together and
/// far from it.
pub fn values(low: f64, high: f64, most: usize) -> Axis {
    let (low, high) = (low.clamp(-HUGE, HUGE), high.clamp(-HUGE, HUGE));
    let (size, spread) = (low.abs().max(high.abs()), high - low);
    let (low, high) = match spread {
        _ if size < TINY => (0.0, 1.0),
        spread if spread < size * 0.2 && spread > size * 1e-6 => (low, high),
        _ => (low.min(0.0), high.max(0.0)),
    };
    let step = Step::for_span(high - low, most);
    let (first, last) = ((low / step.size()).floor() as i64, (high / step.size()).ceil() as i64);
    let (first, last) = (step.snapped(first, low, 1), step.snapped(last, high, -1));
    let style = Style::for_values(step.at(first).abs().max(step.at(last).abs()), step.exponent);
    let tick = |n: i64| Tick { at: step.at(n), label: style.label(step.at(n)) };
    Axis { low: step.at(first), high: step.at(last), ticks: (first..=last).map(tick).collect() }
}

/// An axis for virtual time, in nanoseconds; the last label has the unit. It begins at 0 unless all is long after.
pub fn time(first: u64, last: u64, most: usize) -> Axis {
    const UNITS: [(f64, f64, &str); 6] = [
        (3.0 * 3.6e12, 3.6e12, "h"),
        (6e11, 6e10, "min"),
        (2e9, 1e9, "s"),
        (2e6, 1e6, "ms"),
        (2e3, 1e3, "us"),
        (0.0, 1.0, "ns"),
    ];
    let (first, last) = (ns(first), ns(last));
    let low = if first <= last - first || first >= last { 0.0 } else { first };
    let high = if last > low { last } else { low + 1e9 };
    let span = high - low;
    let (_, unit, name) = UNITS.into_iter().find(|(from, ..)| span >= *from).unwrap_or((0.0, 1.0, "ns"));
    let step = Step::for_span(span / unit, most);
    let (from, to) = ((low / unit / step.size()).ceil() as i64, (high / unit / step.size()).floor() as i64);
    let style = Style::Plain { divisor: 0, decimals: step.decimals(0) };
    let tick = |n: i64| Tick { at: step.at(n) * unit, label: style.label(step.at(n)) };
    let mut ticks: Vec<Tick> = (from..=to).take(most + 1).map(tick).collect();
    if let Some(last) = ticks.last_mut() {
        last.label += &format!(" {name}");
    }
    Axis { low, high, ticks }
}

/// A value in a legend: four digits that matter at most.
pub fn short(value: f64) -> String {
    if is_zero(value) {
        return "0".to_string();
    }
    let exponent = exponent(value);
    if !(-4..15).contains(&exponent) {
        return format!("{value:.2e}");
    }
    let decimals = usize::try_from(3 - exponent).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

/// 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy)]
struct Step {
    digit: i64,
    exponent: i32,
}

impl Step {
    /// The smallest that needs at most `most` ticks. With two of them only the end of the axis is read: it may be any
    /// short number, so that the curves fill their few rows.
    fn for_span(span: f64, most: usize) -> Step {
        let least = span / (most.max(2) - 1) as f64;
        let exponent = exponent(least);
        let steps: Vec<Step> = if most <= 2 {
            let tenths = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];
            tenths.map(|digit| Step { digit, exponent: exponent - 1 }.reduced()).to_vec()
        } else {
            [1, 2, 5].map(|digit| Step { digit, exponent }).to_vec()
        };
        // Least as a number like 0.3 may be a hair above the step of that name.
        let fits = |step: &Step| step.size() >= least * (1.0 - 1e-9);
        steps.into_iter().find(fits).unwrap_or(Step { digit: 1, exponent: exponent + 1 })
    }

    /// The same size with as few digits as it has.
    fn reduced(self) -> Step {
        if self.digit % 10 == 0 { Step { digit: self.digit / 10, exponent: self.exponent + 1 } } else { self }
    }

    fn size(self) -> f64 {
        self.at(1)
    }

    /// `n` steps from zero, the nearest number to the decimal one.
    fn at(self, n: i64) -> f64 {
        format!("{}e{}", n.saturating_mul(self.digit), self.exponent).parse().unwrap_or(0.0)
    }

    /// Division may have led a hair beyond a number that is a multiple itself.
    fn snapped(self, n: i64, value: f64, inward: i64) -> i64 {
        if is_zero(self.at(n + inward) - value) { n + inward } else { n }
    }

    /// Digits after the point, in units of this power of ten.
    fn decimals(self, power: i32) -> usize {
        usize::try_from(power - self.exponent).unwrap_or(0)
    }
}

/// How the labels of one axis are written: all alike.
#[derive(Clone, Copy)]
enum Style {
    /// In units of ten to the `divisor`, which is named: `20k`.
    Plain { divisor: i32, decimals: usize },
    /// `2e-7`
    Scientific { exponent: i32 },
}

const SUFFIXES: [&str; 5] = ["", "k", "M", "G", "T"];

impl Style {
    fn for_values(largest: f64, step_exponent: i32) -> Style {
        let size = exponent(largest);
        if size >= 15 || step_exponent < -4 {
            return Style::Scientific { exponent: step_exponent };
        }
        let divisor = if size < 4 { 0 } else { size / 3 * 3 };
        Style::Plain { divisor, decimals: usize::try_from(divisor - step_exponent).unwrap_or(0) }
    }

    fn label(self, value: f64) -> String {
        match self {
            _ if is_zero(value) => "0".to_string(),
            Style::Plain { divisor, decimals } => {
                let unit: f64 = format!("1e{divisor}").parse().unwrap_or(1.0);
                let suffix = usize::try_from(divisor / 3).ok().and_then(|i| SUFFIXES.get(i)).unwrap_or(&"");
                format!("{:.decimals$}{suffix}", value / unit)
            }
            Style::Scientific { exponent: step } => {
                let decimals = usize::try_from(exponent(value) - step).unwrap_or(0);
                format!("{value:.decimals$e}")
            }
        }
    }
}

fn is_zero(value: f64) -> bool {
    value.abs() <= 0.0
}

/// The power of ten of the first digit.
fn exponent(value: f64) -> i32 {
    format!("{value:e}").split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> String {
        axis.ticks.iter().map(|t| t.label.as_str()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn values_get_round_ticks_and_zero() {
        for (low, high, expected) in [
            (0.0, 10.0, "0 | 5 | 10"),
            (0.0, 0.3, "0 | 0.1 | 0.2 | 0.3"),
            (0.0, 1_234.0, "0 | 500 | 1000 | 1500"),
            (3.0, 47_000.0, "0 | 20k | 40k | 60k"),
            (0.0, 1.2e6, "0 | 0.5M | 1.0M | 1.5M"),
            (-4.0, 7.0, "-5 | 0 | 5 | 10"),
            (-9.0, -1.0, "-10 | -5 | 0"),
            (0.0, 3e-7, "0 | 1e-7 | 2e-7 | 3e-7"),
            (0.0, 2e20, "0 | 5e19 | 1.0e20 | 1.5e20 | 2.0e20"),
        ] {
            assert_eq!(labels(&values(low, high, 5)), expected, "{low} to {high}");
        }
    }

    #[test]
    fn values_far_from_zero_and_close_together_are_looked_at_closely() {
        assert_eq!(labels(&values(99.2, 101.0, 5)), "99.0 | 99.5 | 100.0 | 100.5 | 101.0");
        assert_eq!(labels(&values(100.0, 100.0, 5)), "0 | 50 | 100");
        assert_eq!(labels(&values(100.0, 100.0 + 1e-9, 5)), "0 | 50 | 100 | 150");
    }

    #[test]
    fn no_value_is_too_large_or_too_small() {
        for (low, high) in
            [(0.0, 0.0), (-f64::MAX, f64::MAX), (0.0, 5e-324), (-1e-310, 1e-310), (0.0, f64::MAX)]
        {
            let axis = values(low, high, 5);
            assert!(axis.high > axis.low && axis.low.is_finite() && axis.high.is_finite(), "{axis:?}");
            assert!((2..=8).contains(&axis.ticks.len()), "{axis:?}");
            for value in [low, high] {
                assert!((0.0..=1.0).contains(&axis.place(value)), "{axis:?}");
            }
        }
    }

    #[test]
    fn time_has_the_unit_that_fits_its_span() {
        for (first, last, expected) in [
            (0, 36_000_000_000, "0 | 10 | 20 | 30 s"),
            (0, 1_500_000_000, "0 | 500 | 1000 | 1500 ms"),
            (0, 25_000, "0 | 10 | 20 us"),
            (0, 7, "0 | 2 | 4 | 6 ns"),
            (0, 3_600_000_000_000, "0 | 20 | 40 | 60 min"),
            (0, 86_400_000_000_000, "0 | 10 | 20 h"),
            (1_000_000_000, 4_000_000_000, "0 | 1 | 2 | 3 | 4 s"),
            (100_000_000_000, 104_000_000_000, "100 | 101 | 102 | 103 | 104 s"),
            (5_000_000_000, 5_000_000_000, "0 | 2 | 4 s"),
            (0, 0, "0 | 500 | 1000 ms"),
        ] {
            assert_eq!(labels(&time(first, last, 5)), expected, "{first} to {last}");
        }
        assert!(time(u64::MAX, u64::MAX, 5).ticks.len() <= 6);
        assert!(time(u64::MAX - 9, u64::MAX, 5).ticks.len() <= 6);
    }

    #[test]
    fn a_legend_has_four_digits_that_matter() {
        let texts = [0.0, 12.0, 0.123_456, 1_234.567, 98_765.4, -2.5, 1e18, 3e-9].map(short);
        assert_eq!(texts, ["0", "12", "0.1235", "1235", "98765", "-2.5", "1.00e18", "3.00e-9"]);
    }
}
