//! Which series share a chart, with which limits and marks.

use super::*;

fn series(check: &str, name: &str, unit: &str) -> Series {
    let [check, name, unit] = [check, name, unit].map(ToString::to_string);
    Series { check, name, unit, points: vec![(0, Some(1.0)), (MS, Some(2.0))], marks: Vec::new() }
}

fn score(check: &str, metric: &str, unit: &str, limit: f64) -> Score {
    let [check, metric, unit] = [check, metric, unit].map(ToString::to_string);
    let bound = Bound::AtMost;
    Score { check, metric, value: None, unit, bound, limit, pass: true, naive: None, reference: None }
}

#[test]
fn series_of_a_check_and_a_unit_share_a_chart() {
    let series = [
        series("load", "calls", "1/s"),
        series("load", "latency", "ms"),
        series("load", "retries\u{1b}[2J", "1/s"),
        series("memory", "calls", "1/s"),
        series("load", "night: calls", "1/s"),
        series("load", "day: calls", "1/s"),
        series("load", "night: latency", "1/s"),
    ];
    let charts = charts(&series, &[]);
    let names = |c: &Chart| c.curves.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join("+");
    let found: Vec<String> = charts.iter().map(|c| format!("{} {}", c.heading(), names(c))).collect();
    let scenarios = ["load: night (1/s) calls+latency", "load: day (1/s) calls"];
    let expected = ["load (1/s) calls+retries\\u{1b}[2J", "load: latency (ms) latency", "memory (1/s) calls"];
    assert_eq!(found, [&expected[..], &scenarios].concat());
}

#[test]
fn more_curves_than_can_be_told_apart_are_several_charts() {
    let series: Vec<Series> = (0..13).map(|i| series("load", &format!("node {i}"), "1/s")).collect();
    let found: Vec<(String, usize)> =
        charts(&series, &[]).into_iter().map(|c| (c.title, c.curves.len())).collect();
    let expected = [("load (1 of 3)", 5), ("load (2 of 3)", 5), ("load (3 of 3)", 3)];
    assert_eq!(found, expected.map(|(title, n)| (title.to_string(), n)));
}

#[test]
fn a_limit_is_drawn_only_where_it_holds_for_every_point() {
    let scores = [
        score("load", "calls, peak", "1/s", 3.0),
        score("load", "calls, 4 to 12 s", "1/s", 3.0),
        score("load", "calls", "ms", 3.0),
        score("other", "calls", "1/s", 3.0),
        score("load", "callsigns", "1/s", 3.0),
    ];
    let charts = charts(&[series("load", "calls", "1/s")], &scores);
    assert_eq!(charts[0].limits, [Limit { name: "at most 3: calls, peak".to_string(), value: 3.0 }]);
}

#[test]
fn marks_are_in_order_safe_to_print_and_not_too_many_for_their_lines() {
    let mut curve = series("load", "calls", "1/s");
    curve.marks = (0..20).rev().map(|i| mark(i, i, &format!("reversal {i}\u{1b}[2J"))).collect();
    curve.marks.push(mark(3, 3, "reversal 3\u{1b}[2J"));
    let chart = &charts(&[curve], &[])[0];
    let labels: Vec<&str> = chart.marks.iter().map(|m| m.label.as_str()).collect();
    assert_eq!((labels.len(), labels[3]), (20, "reversal 3\\u{1b}[2J"));
    let drawn = lines::small(chart, 60, 5, ASCII);
    assert!(drawn.contains("   4  3 ms  reversal 3") && !drawn.contains("   5  "), "{drawn}");
    assert!(drawn.ends_with("      and 16 more marks\n"), "{drawn}");
}
