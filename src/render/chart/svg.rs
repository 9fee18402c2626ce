//! Charts as one SVG document for a page of text: light background, generic fonts, colours that most people tell
//! apart and a dash pattern for each curve besides. The same charts give the same bytes.

use super::scale::{self, Axis, Tick};
use super::{Chart, Curve, marks};
use crate::text::printable;
use crate::verdict::Mark;
use svg::Document;
use svg::node::element::path::Data;
use svg::node::element::{Circle, Description, Group, Line, Path, Rectangle, Text, Title};

const WIDTH: f64 = 900.0;
/// Between the picture and its edge.
const EDGE: f64 = 24.0;
/// Left of the value axis, for labels.
const LABELS: f64 = 64.0;
/// Between the axes.
const PLOT_HEIGHT: f64 = 240.0;
const LEGEND_LINE: f64 = 20.0;
/// Characters of a name that fit into a line.
const NAME: usize = 96;

/// The palette of Okabe and Ito without its yellow, which is too light for a thin line on white.
const COLORS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DASHES: [&str; 6] = ["none", "8 3", "2 3", "10 3 2 3", "5 2", "1 2"];
const INK: &str = "#222222";
const FAINT: &str = "#666666";
const GRID: &str = "#e4e4e4";
/// Of limits: no curve has it.
const LIMIT: &str = "#000000";
/// Of marks: no curve has it either.
const MARK: &str = "#b00020";

/// All charts below each other, under a title and a line about where they come from.
pub fn document(title: &str, about: &str, charts: &[Chart]) -> String {
    let mut top = EDGE + 52.0;
    let mut panels = Group::new();
    for chart in charts {
        let (panel, height) = panel(chart);
        panels = panels.add(panel.set("transform", format!("translate({} {})", n(EDGE), n(top))));
        top += height + 28.0;
    }
    let height = top - 28.0 + EDGE;
    let names: Vec<String> = charts.iter().map(Chart::heading).collect();
    let document = Document::new()
        .set("width", n(WIDTH))
        .set("height", n(height))
        .set("viewBox", format!("0 0 {} {}", n(WIDTH), n(height)))
        .set("font-family", "sans-serif")
        .set("font-size", 12)
        .set("fill", INK)
        .set("role", "img")
        .add(Title::new(clean(title)))
        .add(Description::new().add(svg::node::Text::new(clean(&format!("{about}. {}", names.join("; "))))))
        .add(Rectangle::new().set("width", n(WIDTH)).set("height", n(height)).set("fill", "#ffffff"))
        .add(text(title, EDGE, EDGE + 14.0).set("font-size", 18).set("font-weight", "bold"))
        .add(text(about, EDGE, EDGE + 34.0).set("fill", FAINT))
        .add(panels);
    format!("{document}\n")
}

/// A chart with its top left corner at 0, 0, and its height.
fn panel(chart: &Chart) -> (Group, f64) {
    let mut panel =
        Group::new().add(text(&chart.title, 0.0, 14.0).set("font-size", 14).set("font-weight", "bold"));
    let mut bottom = 24.0;
    if let Some((time, values)) = chart.axes(9, 7) {
        let mut unit = text(&chart.unit, LABELS, bottom + 10.0).set("fill", FAINT);
        unit = unit.set("text-anchor", "start");
        // The numbers of marks stand between the unit and the curves.
        let top = bottom + if chart.marks.is_empty() { 20.0 } else { 42.0 };
        let plot = Plot { time, values, left: LABELS, top, width: WIDTH - 2.0 * EDGE - LABELS };
        panel = plot.curves(chart, plot.marks(&chart.marks, plot.grid(panel.add(unit))));
        bottom = plot.top + PLOT_HEIGHT + 40.0;
    }
    for (i, curve) in chart.curves.iter().enumerate() {
        let name = format!("{}: {}", crate::render::layout::cut(&curve.name, NAME, true), curve.extent());
        panel = panel.add(stroked(sample(bottom), i)).add(text(&name, LABELS + 42.0, bottom + 4.0));
        bottom += LEGEND_LINE;
    }
    for (i, mark) in chart.marks.iter().enumerate() {
        let name =
            format!("{}: {}", marks::moment(mark), crate::render::layout::cut(&mark.label, NAME, true));
        let number = text(&(i + 1).to_string(), LABELS + 12.0, bottom + 4.0).set("fill", MARK);
        panel = panel.add(number.set("font-weight", "bold")).add(text(&name, LABELS + 42.0, bottom + 4.0));
        bottom += LEGEND_LINE;
    }
    for limit in &chart.limits {
        let name = crate::render::layout::cut(&limit.name, NAME, true);
        panel = panel.add(limiting(sample(bottom))).add(text(&name, LABELS + 42.0, bottom + 4.0));
        bottom += LEGEND_LINE;
    }
    (panel, bottom - LEGEND_LINE / 2.0)
}

/// The part of a panel between its axes.
struct Plot {
    time: Axis,
    values: Axis,
    left: f64,
    top: f64,
    width: f64,
}

impl Plot {
    fn x(&self, at: f64) -> f64 {
        self.left + self.time.place(at) * self.width
    }

    fn y(&self, value: f64) -> f64 {
        self.top + (1.0 - self.values.place(value)) * PLOT_HEIGHT
    }

    /// Lines at the ticks with their labels, then both axes.
    fn grid(&self, mut panel: Group) -> Group {
        let (right, bottom) = (self.left + self.width, self.top + PLOT_HEIGHT);
        let rule = |from: (f64, f64), to: (f64, f64), color: &str| {
            line(from, to).set("stroke", color).set("stroke-width", 1)
        };
        for Tick { at, label } in &self.values.ticks {
            let y = self.y(*at);
            let label = text(label, self.left - 8.0, y + 4.0).set("text-anchor", "end").set("fill", FAINT);
            panel = panel.add(rule((self.left, y), (right, y), GRID)).add(label);
        }
        for Tick { at, label } in &self.time.ticks {
            let x = self.x(*at);
            let label = text(label, x, bottom + 20.0).set("text-anchor", "middle").set("fill", FAINT);
            panel = panel.add(rule((x, bottom), (x, bottom + 5.0), FAINT)).add(label);
        }
        let time = text("virtual time", right, bottom + 36.0).set("text-anchor", "end").set("fill", FAINT);
        panel.add(time).add(rule((self.left, self.top), (self.left, bottom), FAINT)).add(rule(
            (self.left, bottom),
            (right, bottom),
            FAINT,
        ))
    }

    /// A band over each stretch and a line at each instant, with their numbers above, in turn at two heights.
    fn marks(&self, marks: &[Mark], mut panel: Group) -> Group {
        for (i, mark) in marks.iter().enumerate() {
            let (from, to) = (self.x(scale::ns(mark.from_ns)), self.x(scale::ns(mark.to_ns)));
            let band = Rectangle::new()
                .set("x", n(from))
                .set("y", n(self.top))
                .set("width", n((to - from).max(1.0)))
                .set("height", n(PLOT_HEIGHT))
                .set("fill", MARK)
                .set("fill-opacity", if to - from < 3.0 { "0.6" } else { "0.12" });
            let above = self.top - if i % 2 == 0 { 3.0 } else { 14.0 };
            let number = text(&(i + 1).to_string(), f64::midpoint(from, to), above);
            let number = number.set("text-anchor", "middle").set("fill", MARK).set("font-weight", "bold");
            panel = panel.add(band).add(number);
        }
        panel
    }

    /// Limits, then the curves, the first on top: it is mostly what the chart is about.
    fn curves(&self, chart: &Chart, mut panel: Group) -> Group {
        for limit in &chart.limits {
            if (self.values.low..=self.values.high).contains(&limit.value) {
                let y = self.y(limit.value);
                panel = panel.add(limiting(line((self.left, y), (self.left + self.width, y))));
            }
        }
        for (i, curve) in chart.curves.iter().enumerate().rev() {
            panel = panel.add(self.curve(i, curve));
        }
        panel
    }

    fn curve(&self, number: usize, curve: &Curve) -> Group {
        let mut data = Data::new();
        let mut group = Group::new();
        for stretch in curve.stretches() {
            let places = stretch.iter().map(|(at, value)| (self.x(*at), self.y(*value)));
            if let [(at, value)] = stretch[..] {
                let (x, y) = (self.x(at), self.y(value));
                let dot = Circle::new().set("cx", n(x)).set("cy", n(y)).set("r", 3);
                group = group.add(dot.set("fill", COLORS[number % COLORS.len()]));
                continue;
            }
            for (i, (x, y)) in places.enumerate() {
                let place = (n(x), n(y));
                data = if i == 0 { data.move_to(place) } else { data.line_to(place) };
            }
        }
        if data.is_empty() { group } else { group.add(stroked(Path::new().set("d", data), number)) }
    }
}

/// A short line for the legend.
fn sample(y: f64) -> Line {
    line((LABELS, y), (LABELS + 32.0, y))
}

fn line(from: (f64, f64), to: (f64, f64)) -> Line {
    Line::new().set("x1", n(from.0)).set("y1", n(from.1)).set("x2", n(to.0)).set("y2", n(to.1))
}

/// With the look of a curve.
fn stroked<E: svg::Node + Clone>(mut element: E, number: usize) -> E {
    for (name, value) in [
        ("fill", "none"),
        ("stroke", COLORS[number % COLORS.len()]),
        ("stroke-dasharray", DASHES[number % DASHES.len()]),
        ("stroke-linejoin", "round"),
        ("stroke-width", "2"),
    ] {
        element.assign(name, value);
    }
    element
}

/// With the look of a limit.
fn limiting(line: Line) -> Line {
    line.set("stroke", LIMIT).set("stroke-width", 1).set("stroke-dasharray", "4 4")
}

fn text(content: &str, x: f64, y: f64) -> Text {
    Text::new(clean(content)).set("x", n(x)).set("y", n(y))
}

/// Text that may stand in XML: no control characters, and not the two codes that are never characters.
fn clean(text: &str) -> String {
    printable(text).replace('\n', " ").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
/// A coordinate: a tenth of a pixel is finer than any screen.
fn n(x: f64) -> f32 {
    ((x * 10.0).round() / 10.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::chart::Limit;
    use svg::node::element::tag::Type;
    use svg::parser::Event;

    fn chart() -> Chart {
        let at = |n: u64| n * 1_000_000_000;
        Chart {
            title: "no-<b>\"loss\" & more".to_string(),
            unit: "1/s".to_string(),
            curves: vec![
                Curve {
                    name: "a < b\u{7}".to_string(),
                    points: vec![(at(0), Some(0.0)), (at(1), Some(5.0)), (at(2), None), (at(4), Some(10.0))],
                },
                Curve {
                    name: "flat\u{ffff}".to_string(),
                    points: vec![(at(0), Some(1.0)), (at(4), Some(1.0))],
                },
                Curve { name: "none".to_string(), points: Vec::new() },
            ],
            limits: vec![Limit { name: "at most 8: a".to_string(), value: 8.0 }],
            marks: vec![
                Mark { from_ns: at(1), to_ns: at(2), label: "too <high>".to_string() },
                Mark { from_ns: at(3), to_ns: at(3), label: "back".to_string() },
            ],
        }
    }

    #[test]
    fn a_document_is_well_formed_whatever_the_names_are() {
        let text = document("A \"lab\" <&>", "failed", &[chart(), chart()]);
        let (mut open, mut words) = (Vec::new(), Vec::new());
        for event in svg::read(&text).unwrap() {
            match event {
                Event::Tag(name, Type::Start, _) => open.push(name),
                Event::Tag(name, Type::End, _) => assert_eq!(open.pop(), Some(name)),
                Event::Text(text) => words.push(text),
                Event::Error(error) => panic!("{error}"),
                _ => {}
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert_eq!(words[0], "A &quot;lab&quot; &lt;&amp;&gt;".replace("&quot;", "\""));
        for expected in [
            "no-&lt;b&gt;\"loss\" &amp; more",
            "a &lt; b\\u{7}: 0 to 10",
            "flat\u{fffd}: 1",
            "none: no values",
            "1 s to 2 s: too &lt;high&gt;",
            "3 s: back",
        ] {
            assert_eq!(words.iter().filter(|w| w.trim() == expected).count(), 2, "{expected}: {words:?}");
        }
        assert!(!text.contains(['\u{7}', '\u{ffff}']));
    }

    #[test]
    fn axes_have_ticks_and_units_and_each_curve_a_line_and_a_sample() {
        let text = document("Lab", "passed", &[chart()]);
        let words: Vec<&str> = text.lines().map(str::trim).collect();
        for expected in ["1/s", "0", "2", "10", "4.0 s", "virtual time", "at most 8: a"] {
            assert!(words.contains(&expected), "{expected} in\n{text}");
        }
        // Two paths: a gap ends the first curve's, and its last point stands alone.
        assert_eq!(text.matches("<path ").count(), 2);
        assert!(text.contains("d=\"M64,306 L261,186\""), "{text}");
        assert_eq!(text.matches("<circle ").count(), 1);
        for (color, dash) in COLORS.iter().zip(DASHES).take(3) {
            assert!(text.contains(&format!("stroke=\"{color}\" stroke-dasharray=\"{dash}\"")), "{text}");
        }
        assert_eq!(text.matches("stroke=\"#000000\"").count(), 2);
        assert!(text.starts_with("<svg ") && text.contains("width=\"900\"") && text.contains("role=\"img\""));
        assert!(text.contains("<title>Lab</title>") && text.contains("font-family=\"sans-serif\""));
    }

    #[test]
    fn the_same_charts_give_the_same_bytes() {
        assert_eq!(document("Lab", "passed", &[chart()]), document("Lab", "passed", &[chart()]));
    }
}
