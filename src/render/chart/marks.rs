//! Marks above a chart: a bracket over a stretch, a number over an instant, and what each number stands for.

use super::Chart;
use super::scale::{Axis, ns};
use crate::render::layout::{cut, pad, width, wrap_with};
use crate::render::theme::Theme;
use crate::text::{count, virtual_time};
use crate::verdict::Mark;

/// More than these would hide each other.
const MOST: usize = 8;
/// Lines of brackets above a chart.
const LINES: usize = 3;
/// In fewer columns than this a label is cut rather than wrapped.
const WRAPPED: usize = 20;

/// Where a mark stands, in columns from the axis, both ends included.
#[derive(Clone, Copy)]
struct Span {
    number: usize,
    from: usize,
    to: usize,
}

/// The lines above the chart, the last one nearest to it. A mark for which there is no room is in the legend only.
pub(super) fn lines(chart: &Chart, time: &Axis, room: usize, theme: Theme) -> Vec<String> {
    let mut lines: Vec<Vec<Span>> = Vec::new();
    for (i, mark) in chart.marks.iter().take(MOST).enumerate() {
        let from = time.cell(ns(mark.from_ns), room);
        let to = time.cell(ns(mark.to_ns), room).max(from);
        let span = Span { number: i + 1, from, to };
        // A free column between two, so that 1 and 2 are not 12.
        let fits = |line: &Vec<Span>| line.last().is_none_or(|before| before.to + 1 < from);
        match lines.iter().position(fits) {
            Some(line) => lines[line].push(span),
            None if lines.len() < LINES => lines.push(vec![span]),
            None => {}
        }
    }
    lines.iter().rev().map(|line| drawn(line, room, theme)).collect()
}

fn drawn(line: &[Span], room: usize, theme: Theme) -> String {
    let (left, dash, right) = if theme.unicode { ('├', '─', '┤') } else { ('|', '-', '|') };
    let mut cells = vec![' '; room];
    for span in line {
        let number = span.number.to_string();
        let long = span.to - span.from + 1;
        if long < 3 {
            cells[span.from] = number.chars().next().unwrap_or('*');
            continue;
        }
        cells[span.from..=span.to].fill(dash);
        (cells[span.from], cells[span.to]) = (left, right);
        cells[span.from + long / 2] = number.chars().next().unwrap_or('*');
    }
    cells.iter().collect::<String>().trim_end().to_string()
}

/// Columns at which an instant is marked.
pub(super) fn instants(chart: &Chart, time: &Axis, room: usize) -> Vec<usize> {
    let columns = |mark: &Mark| {
        let (from, to) = (time.cell(ns(mark.from_ns), room), time.cell(ns(mark.to_ns), room));
        (to < from + 2).then_some(from)
    };
    chart.marks.iter().take(MOST).filter_map(columns).collect()
}

/// When it was.
pub(super) fn moment(mark: &Mark) -> String {
    let (from, to) = (virtual_time(mark.from_ns), virtual_time(mark.to_ns));
    if mark.from_ns == mark.to_ns { from } else { format!("{from} to {to}") }
}

/// A line for each mark, at most `most` of them: when, and what.
pub(super) fn legend(chart: &Chart, columns: usize, most: usize, theme: Theme) -> String {
    let shown = &chart.marks[..chart.marks.len().min(MOST).min(most)];
    let times: Vec<String> = shown.iter().map(moment).collect();
    let longest = times.iter().map(|time| width(time)).max().unwrap_or(0).min(columns / 3);
    let mut out = String::new();
    for (i, (mark, time)) in shown.iter().zip(&times).enumerate() {
        let time = pad(&cut(time, longest, theme.unicode), longest);
        let first = format!("   {}  {}  ", theme.bad(&(i + 1).to_string()), theme.dim(&time));
        let room = columns.saturating_sub(width(&first));
        let text = if room < WRAPPED {
            format!("{first}{}", cut(&mark.label, room, theme.unicode))
        } else {
            wrap_with(&mark.label, columns, &first, &" ".repeat(width(&first)))
        };
        out += &format!("{text}\n");
    }
    let more = chart.marks.len() - shown.len();
    if more > 0 {
        out += &format!("      {}\n", theme.dim(&format!("and {}", count(more, "more mark"))));
    }
    out
}
