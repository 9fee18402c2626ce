//! Curves over virtual time as charts: which curves share one, and what it is called. The drawing is in `lines`
//! (a terminal) and `svg` (a document); both take their axes from `scale`.

mod canvas;
pub mod lines;
mod marks;
mod scale;
pub mod svg;
#[cfg(test)]
mod tests;

use super::scorecard::figure;
use crate::text::printable;
use crate::verdict::{Bound, Mark, Score, Series};

/// More curves than this in one picture can't be told apart.
const MOST_CURVES: usize = 6;

/// What one pair of axes shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    pub title: String,
    /// Of all curves; empty for plain numbers.
    pub unit: String,
    pub curves: Vec<Curve>,
    pub limits: Vec<Limit>,
    /// Where something happened on one of the curves, in order of time.
    pub marks: Vec<Mark>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    pub name: String,
    /// Nanoseconds, value; without a value the curve is interrupted.
    pub points: Vec<(u64, Option<f64>)>,
}

/// A horizontal line that a curve should stay below, or above.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// As the legend has it: `at most 250: queue, peak`.
    pub name: String,
    pub value: f64,
}

/// The series of a verdict in their order: those of one check and scenario with the same unit share a chart, as far as
/// they can be told apart.
pub fn charts(series: &[Series], scorecard: &[Score]) -> Vec<Chart> {
    let mut groups: Vec<Vec<&Series>> = Vec::new();
    let together = |a: &Series, b: &Series| {
        a.check == b.check && a.unit == b.unit && scenario(&a.name).0 == scenario(&b.name).0
    };
    for s in series {
        match groups.iter_mut().find(|g| together(g[0], s)) {
            Some(group) => group.push(s),
            None => groups.push(vec![s]),
        }
    }
    // Of one check's charts each has its own name.
    let has_several = |check: &str| groups.iter().filter(|g| g[0].check == check).count() > 1;
    let mut charts = Vec::new();
    for group in &groups {
        // As even as possible: seven curves are four and three.
        let parts = group.len().div_ceil(MOST_CURVES);
        for (i, part) in group.chunks(group.len().div_ceil(parts)).enumerate() {
            let number = if parts > 1 { format!(" ({} of {parts})", i + 1) } else { String::new() };
            let own_name = match (scenario(&part[0].name), part.len()) {
                ((Some(scenario), _), _) => format!(": {scenario}"),
                ((None, curve), 1) if has_several(&part[0].check) => format!(": {curve}"),
                _ => String::new(),
            };
            charts.push(Chart {
                title: one_line(&format!("{}{own_name}{number}", part[0].check)),
                unit: one_line(&part[0].unit),
                curves: part
                    .iter()
                    .map(|s| Curve { name: one_line(scenario(&s.name).1), points: s.points.clone() })
                    .collect(),
                limits: limits(part, scorecard),
                marks: marked(part),
            });
        }
    }
    charts
}

/// `steps: desired` is the curve `desired` of the scenario `steps`.
fn scenario(name: &str) -> (Option<&str>, &str) {
    name.split_once(": ").map_or((None, name), |(scenario, curve)| (Some(scenario), curve))
}

/// The marks of these curves; two curves may have the same one.
fn marked(series: &[&Series]) -> Vec<Mark> {
    let clean = |mark: &Mark| Mark { label: one_line(&mark.label), ..mark.clone() };
    let mut marks: Vec<Mark> = series.iter().flat_map(|s| &s.marks).map(clean).collect();
    marks.sort_by(|a, b| (a.from_ns, a.to_ns, &a.label).cmp(&(b.from_ns, b.to_ns, &b.label)));
    marks.dedup();
    marks
}

/// What a metric may say besides the name of a curve to be about each of its points. A mean, or the peak of a part,
/// is not, and a line across the chart would be wrong.
const EXTREMES: [&str; 7] = ["", ", peak", ", highest", ", lowest", ", max", ", min", ", worst"];

/// Lines of the scorecard that are clearly about one of these curves: of the same check, in the same unit, and named
/// after the curve (`tracked keys, peak`).
fn limits(series: &[&Series], scorecard: &[Score]) -> Vec<Limit> {
    let about = |score: &&Score| {
        series.iter().any(|s| {
            s.check == score.check
                && s.unit == score.unit
                && score.metric.strip_prefix(s.name.as_str()).is_some_and(|rest| EXTREMES.contains(&rest))
        })
    };
    let limit = |score: &Score| {
        let bound = match score.bound {
            Bound::AtMost => "at most",
            Bound::AtLeast => "at least",
        };
        let name = format!("{bound} {}: {}", figure(score.limit), one_line(&score.metric));
        Limit { name, value: score.limit }
    };
    scorecard.iter().filter(|score| score.limit.is_finite()).filter(about).map(limit).collect()
}

/// Text of a check, safe to print, in one line.
fn one_line(text: &str) -> String {
    printable(text).replace('\n', " ")
}

impl Curve {
    /// Lowest and highest value; `None` when there is none.
    fn range(&self) -> Option<(f64, f64)> {
        let mut values = self.points.iter().filter_map(|(_, v)| *v).filter(|v| v.is_finite());
        let first = values.next()?;
        Some(values.fold((first, first), |(low, high), v| (low.min(v), high.max(v))))
    }

    /// What the legend says of it: a curve that lies under another is still told by its range.
    fn extent(&self) -> String {
        match self.range() {
            None => "no values".to_string(),
            Some((low, high)) if low >= high => scale::short(low),
            Some((low, high)) => format!("{} to {}", scale::short(low), scale::short(high)),
        }
    }

    /// Uninterrupted stretches of points, times as the axis has them.
    fn stretches(&self) -> Vec<Vec<(f64, f64)>> {
        let mut stretches: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
        for (at, value) in &self.points {
            match (value.filter(|v| v.is_finite()), stretches.last_mut()) {
                (Some(value), Some(stretch)) => stretch.push((scale::ns(*at), value)),
                _ => stretches.push(Vec::new()),
            }
        }
        stretches.retain(|stretch| !stretch.is_empty());
        stretches
    }
}

impl Chart {
    /// `check (unit)`.
    fn heading(&self) -> String {
        if self.unit.is_empty() { self.title.clone() } else { format!("{} ({})", self.title, self.unit) }
    }

    /// Both axes, with at most so many ticks; `None` when no curve has a value.
    fn axes(&self, most_x: usize, most_y: usize) -> Option<(scale::Axis, scale::Axis)> {
        let ranges: Vec<(f64, f64)> = self.curves.iter().filter_map(Curve::range).collect();
        let low = ranges.iter().map(|r| r.0).reduce(f64::min)?;
        let high = ranges.iter().map(|r| r.1).reduce(f64::max)?;
        // A limit far away would flatten the curves; the legend names it all the same.
        let reach = low.abs().max(high.abs()) * 2.0;
        let near = self.limits.iter().map(|l| l.value).filter(|v| v.abs() <= reach);
        let (low, high) = near.fold((low, high), |(low, high), v| (low.min(v), high.max(v)));
        let times = || self.curves.iter().flat_map(|c| &c.points).map(|(at, _)| *at);
        let time = scale::time(times().min()?, times().max()?, most_x);
        Some((time, scale::values(low, high, most_y)))
    }
}
