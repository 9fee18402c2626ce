//! A chart in characters: braille dots and marks, or ASCII marks alone. Colour adds to it and carries nothing.

use super::Chart;
use super::canvas::{Canvas, Shown, mark};
use super::marks;
use super::scale::Axis;
use crate::render::layout::{cut, pad, width};
use crate::render::theme::Theme;

/// Rows of a chart on a page: two, three, four and six intervals between ticks are equally long.
pub const ROWS: usize = 13;
/// Fewer columns than this show nothing.
const LEAST: usize = 24;

/// The chart in lines of at most `columns`, with `rows` of them between the axes, and all there is to say below.
pub fn chart(chart: &Chart, columns: usize, rows: usize, theme: Theme) -> String {
    let columns = columns.max(LEAST);
    let marks = marks::legend(chart, columns, usize::MAX, theme);
    picture(chart, columns, rows.max(2), theme) + &legend(chart, columns, theme) + &marks
}

/// The same small enough to stand beside a verdict: the names of the curves in one line, and the first marks.
pub fn small(chart: &Chart, columns: usize, rows: usize, theme: Theme) -> String {
    /// Marks that are explained.
    const MARKS: usize = 4;
    let columns = columns.max(LEAST);
    let names: Vec<String> = chart
        .curves
        .iter()
        .enumerate()
        .map(|(i, curve)| {
            let name = cut(&curve.name, columns.saturating_sub(6), theme.unicode);
            format!("{} {name}", theme.curve(i, &sample(i, chart.curves.len(), theme)))
        })
        .collect();
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if width(line) + 3 + width(&name) <= columns => *line += &format!("   {name}"),
            _ => lines.push(format!("  {name}")),
        }
    }
    let names: String = lines.iter().map(|line| format!("{line}\n")).collect();
    picture(chart, columns, rows.max(2), theme) + &names + &marks::legend(chart, columns, MARKS, theme)
}

/// Title, marks, curves and axes.
fn picture(chart: &Chart, columns: usize, rows: usize, theme: Theme) -> String {
    let mut out = format!("{}\n", theme.strong(&cut(&chart.heading(), columns, theme.unicode)));
    if let Some((time, values)) = chart.axes(columns / 12, rows / 3 + 1) {
        let margin = values.ticks.iter().map(|t| width(&t.label)).max().unwrap_or(0) + 1;
        let room = columns.saturating_sub(margin + 2).max(8);
        let canvas = drawn(chart, &time, &values, (room, rows), theme);
        for line in marks::lines(chart, &time, room, theme) {
            out += &format!("{}{}\n", " ".repeat(margin + 1), theme.bad(&line));
        }
        for row in 0..rows {
            let tick = values.ticks.iter().find(|t| rows - 1 - values.cell(t.at, rows) == row);
            let label = tick.map_or("", |t| t.label.as_str());
            let axis = if tick.is_some() { symbols(theme).tick } else { theme.bar() };
            let label = format!("{}{label} {axis}", " ".repeat(margin - 1 - width(label)));
            let line = painted(&canvas.row(row, chart.curves.len()), theme);
            out += &format!("{}{line}\n", theme.dim(&label));
        }
        out += &time_axis(&time, margin, room, columns, theme);
    }
    out
}

struct Symbols {
    tick: &'static str,
    corner: &'static str,
    below: &'static str,
}

fn symbols(theme: Theme) -> Symbols {
    if theme.unicode {
        Symbols { tick: "┤", corner: "└", below: "┬" }
    } else {
        Symbols { tick: "+", corner: "+", below: "+" }
    }
}

fn drawn(chart: &Chart, time: &Axis, values: &Axis, (room, rows): (usize, usize), theme: Theme) -> Canvas {
    let mut canvas = Canvas::new(room, rows, theme.unicode);
    for limit in &chart.limits {
        if (values.low..=values.high).contains(&limit.value) {
            canvas.level(values.place(limit.value));
        }
    }
    for column in marks::instants(chart, time, room) {
        canvas.guide(column);
    }
    for (i, curve) in chart.curves.iter().enumerate() {
        for stretch in curve.stretches() {
            let places: Vec<(f64, f64)> =
                stretch.iter().map(|(at, value)| (time.place(*at), values.place(*value))).collect();
            canvas.curve(i, &places);
        }
    }
    canvas
}

/// Characters with their curves' colours, without spaces at the end.
fn painted(cells: &[Shown], theme: Theme) -> String {
    let end = cells.iter().rposition(|(c, _)| *c != ' ').map_or(0, |last| last + 1);
    let same = cells[..end].chunk_by(|a, b| a.1 == b.1);
    same.map(|part| {
        let text: String = part.iter().map(|(c, _)| *c).collect();
        part[0].1.map_or_else(|| text.clone(), |curve| theme.curve(curve, &text))
    })
    .collect()
}

/// The line below, and the labels that fit under it.
fn time_axis(time: &Axis, margin: usize, room: usize, columns: usize, theme: Theme) -> String {
    let symbols = symbols(theme);
    let column = |at: f64| time.cell(at, room);
    let mut line = vec![theme.rule(); room];
    let mut labels = String::new();
    // From the end, where the unit stands: it must not be the one that is left out.
    let mut free = columns + 2;
    let mut fitting: Vec<(usize, &str)> = Vec::new();
    for tick in time.ticks.iter().rev() {
        line[column(tick.at)] = symbols.below;
        let size = width(&tick.label);
        let digits = width(tick.label.split(' ').next().unwrap_or_default());
        let wanted = (margin + 1 + column(tick.at)).saturating_sub(digits / 2);
        let start = wanted.min(columns.saturating_sub(size));
        if start + size + 2 <= free {
            fitting.push((start, &tick.label));
            free = start;
        }
    }
    for (start, label) in fitting.into_iter().rev() {
        labels = pad(&labels, start) + label;
    }
    let axis = format!("{}{}{}", " ".repeat(margin), symbols.corner, line.concat());
    format!("{}\n{}\n", theme.dim(&axis), theme.dim(&labels))
}

/// A piece of a curve, one of so many, as the canvas draws it.
fn sample(curve: usize, curves: usize, theme: Theme) -> String {
    match (theme.unicode, curves) {
        (false, _) => format!(" {} ", mark(curve, false)),
        (true, 1) => "───".to_string(),
        (true, _) => format!("─{}─", mark(curve, true)),
    }
}

/// A line for each curve, with the range of its values, and for each limit.
fn legend(chart: &Chart, columns: usize, theme: Theme) -> String {
    let room = columns - 6;
    let extent = |curve: &super::Curve| width(&curve.extent());
    let extents = chart.curves.iter().map(extent).max().unwrap_or(0).min(room / 2);
    let names = chart.curves.iter().map(|c| width(&c.name)).max().unwrap_or(0);
    let names = names.min(room - extents - 2);
    let mut out = String::new();
    for (i, curve) in chart.curves.iter().enumerate() {
        let sample = sample(i, chart.curves.len(), theme);
        let name = pad(&cut(&curve.name, names, theme.unicode), names);
        let extent = cut(&curve.extent(), room - names - 2, theme.unicode);
        out += &format!("  {} {name}  {}\n", theme.curve(i, &sample), theme.dim(&extent));
    }
    for limit in &chart.limits {
        let sample = if theme.unicode { "┄┄┄" } else { "---" };
        out += &format!("  {} {}\n", theme.dim(sample), cut(&limit.name, room, theme.unicode));
    }
    out
}
