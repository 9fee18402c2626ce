//! Charts as they are drawn, character by character, and what an SVG document is made of.

use super::*;
use crate::render::theme::Theme;

const MS: u64 = 1_000_000;

const ASCII: Theme = Theme { color: false, unicode: false };
const UNICODE: Theme = Theme { color: false, unicode: true };

fn curve(name: &str, points: &[(u64, f64)]) -> Curve {
    let points = points.iter().map(|(at, v)| (at * MS, v.is_finite().then_some(*v))).collect();
    Curve { name: name.to_string(), points }
}

fn chart(unit: &str, curves: Vec<Curve>) -> Chart {
    Chart { title: "queue-bounded".to_string(), unit: unit.to_string(), curves, limits: Vec::new() }
}

fn two() -> Chart {
    let up: Vec<(u64, f64)> = (0..=40_u32).map(|i| (u64::from(i) * 10, f64::from(i * i) / 16.0)).collect();
    let down: Vec<(u64, f64)> = (0..=40_u32).map(|i| (u64::from(i) * 10, 80.0 - f64::from(i * 2))).collect();
    let mut chart = chart("jobs", vec![curve("waiting", &up), curve("served", &down)]);
    chart.limits.push(Limit { name: "at most 60: waiting, peak".to_string(), value: 60.0 });
    chart
}

fn gaps() -> Chart {
    let points = [(0, 1.0), (10, 1.0), (20, f64::NAN), (30, 3.0), (40, f64::INFINITY), (50, 1.0), (60, 2.0)];
    chart("", vec![curve("gaps", &points)])
}

fn same() -> Chart {
    let points = [(0, 1.0), (10, 2.0)];
    chart("", vec![curve("same", &points), curve("again", &points)])
}

#[track_caller]
fn draws(chart: &Chart, columns: usize, rows: usize, theme: Theme, expected: &str) {
    let drawn = lines::chart(chart, columns, rows, theme);
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn several_curves_of_a_unit_share_axes_and_a_legend() {
    let expected = "\
queue-bounded (jobs)
100 +                                                   ***
    |                                                 **
    |++++++++                                     ****
    |--------++++++++-----------------------******---------
 50 +                +++++++++          ****
    |                         +++++*+***
    |                        ******   ++++++++
    |             ***********                 ++++++++
  0 +*************                                    +++++
    ++------------+-------------+------------+------------+
     0           100           200          300       400 ms
   *  waiting  0 to 100
   +  served   0 to 80
  --- at most 60: waiting, peak
";
    draws(&two(), 60, 9, ASCII, expected);
    let expected = "\
queue-bounded (jobs)
100 ┤                                                   ⢀⡠⠔
    │⣀                                              ⢀⣀⠤•⠁
    │ ⠉⠒⠒⠒⠤⣀⣀+                                   ⣀⠤⠒⠁
    │┄┄┄┄┄┄┄┄┄⠉⠒⠒⠒⠤⠤⢄⣀┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄⢀⣀⠤⠔⠊┄┄┄┄┄┄┄┄┄┄
 50 ┤                 ⠉⠉⠑+⠤⠤⢄⣀         ⢀⡠⠤⠒•⠁
    │                         ⠉⠉⠑⠒⣒⡢⢔+⣉⡁
    │                      ⣀⣀⣀⠤•⠊⠉     ⠈⠑⠒⠒⠢⢄⣀⣀⡀
    │           ⢀⣀⣀•⡠⠤⠤⠒⠊⠉⠉                    ⠈⠑+⠒⠢⠤⠤⣀⡀
  0 ┤⠒⠒•⠒⠒⠒⠉⠉⠉⠉⠉⠁                                      ⠈⠉⠉⠒
    └┬────────────┬─────────────┬────────────┬────────────┬
     0           100           200          300       400 ms
  ─•─ waiting  0 to 100
  ─+─ served   0 to 80
  ┄┄┄ at most 60: waiting, peak
";
    draws(&two(), 60, 9, UNICODE, expected);
}

#[test]
fn a_single_point_is_a_mark() {
    let expected = "\
queue-bounded (ms)
5 +
  |                                   *
  |
0 +
  ++---------------------------+-------
   0                          200 ms
   *  one  4
";
    draws(&chart("ms", vec![curve("one", &[(250, 4.0)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (ms)
5 ┤
  │                                   •
  │
0 ┤
  └┬───────────────────────────┬───────
   0                          200 ms
  ─── one  4
";
    draws(&chart("ms", vec![curve("one", &[(250, 4.0)])]), 40, 4, UNICODE, expected);
}

#[test]
fn a_constant_is_a_line_above_zero() {
    let expected = "\
queue-bounded (ms)
10 +
   |***********************************
   |
 0 +
   ++---------------------------------+
    0                             500 ms
   *  flat  7
";
    draws(&chart("ms", vec![curve("flat", &[(0, 7.0), (500, 7.0)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (ms)
10 ┤
   │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
   │
 0 ┤
   └┬─────────────────────────────────┬
    0                             500 ms
  ─── flat  7
";
    draws(&chart("ms", vec![curve("flat", &[(0, 7.0), (500, 7.0)])]), 40, 4, UNICODE, expected);
}

#[test]
fn what_is_not_a_number_is_a_gap() {
    let expected = "\
queue-bounded
4 +
  |                  *
  |
2 +                                ****
  |*******                      ***
  |
0 +
  ++----------------------------+------
   0                           50 ms
   *  gaps  1 to 3
";
    draws(&gaps(), 40, 7, ASCII, expected);
    let expected = "\
queue-bounded
4 ┤
  │                  •
  │
2 ┤                                 ⣀⠤⠒
  │⣀⣀⣀⣀⣀⣀⡀                      ⢀⠤⠒⠉
  │
0 ┤
  └┬────────────────────────────┬──────
   0                           50 ms
  ─── gaps  1 to 3
";
    draws(&gaps(), 40, 7, UNICODE, expected);
}

#[test]
fn curves_that_lie_on_each_other_take_turns() {
    let expected = "\
queue-bounded
2 +                  *+*+*+*+*+*+*+*+*+
  |*+*+*+*+*+*+*+*+*+
  |
0 +
  ++-----------------+----------------+
   0                 5             10 ms
   *  same   1 to 2
   +  again  1 to 2
";
    draws(&same(), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded
2 ┤                     ⣀⣀⣀⣀⣀•⠤⠤⠤⠤⠤+⠒⠒⠒
  │⣀⣀•⠤⠤⠤⠤⠤+⠒⠒⠒⠒⠒•⠉⠉⠉⠉⠉+
  │
0 ┤
  └┬─────────────────┬────────────────┬
   0                 5             10 ms
  ─•─ same   1 to 2
  ─+─ again  1 to 2
";
    draws(&same(), 40, 4, UNICODE, expected);
}

#[test]
fn huge_values_have_powers_of_ten() {
    let expected = "\
queue-bounded (req/s)
 5e20 +
    0 +                ****************
      |****************
-5e20 +
      ++---------------+--------------+
       0               5           10 ms
   *  huge  -1.00e20 to 2.00e20
";
    draws(&chart("req/s", vec![curve("huge", &[(0, -1e20), (10, 2e20)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (req/s)
 5e20 ┤
    0 ┤     ⢀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒
      │⠉⠉⠉⠉⠉⠁
-5e20 ┤
      └┬───────────────┬──────────────┬
       0               5           10 ms
  ─── huge  -1.00e20 to 2.00e20
";
    draws(&chart("req/s", vec![curve("huge", &[(0, -1e20), (10, 2e20)])]), 40, 4, UNICODE, expected);
}

#[test]
fn so_have_tiny_ones() {
    let expected = "\
queue-bounded (s)
5e-9 +
     |                        *********
     |        ****************
   0 +********
     ++---------------+---------------+
      0               5            10 ms
   *  tiny  0 to 3.00e-9
";
    draws(&chart("s", vec![curve("tiny", &[(0, 0.0), (10, 3e-9)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (s)
5e-9 ┤
     │                          ⣀⣀⣀⣀⡠⠤⠤
     │       ⣀⣀⣀⣀⣀⠤⠤⠤⠤⠔⠒⠒⠒⠒⠉⠉⠉⠉⠉
   0 ┤⠒⠒⠊⠉⠉⠉⠉
     └┬───────────────┬───────────────┬
      0               5            10 ms
  ─── tiny  0 to 3.00e-9
";
    draws(&chart("s", vec![curve("tiny", &[(0, 0.0), (10, 3e-9)])]), 40, 4, UNICODE, expected);
}

#[test]
fn a_narrow_chart_is_as_wide_as_it_must_be() {
    let expected = "\
queue-bounded (jobs)
100 +++             ***
    |-+++++++++*+***---
  0 +*********   ++++++
    ++-----------------
     0 ms
   *  waiting  0 to 100
   +  served   0 to 80
  --- at most 60: wait..
";
    draws(&two(), 5, 3, ASCII, expected);
    let expected = "\
queue-bounded (jobs)
100 ┤⣀⣀⡀            ⣀⡤⠒
    │┄┄⠈⠉⠉⠑⠒⠒+⣤⠤⣤⣒⡉•┄┄┄
  0 ┤⠒⠒•⠒⠊⠉⠉⠉     ⠈⠉⠉⠓⠒
    └┬─────────────────
     0 ms
  ─•─ waiting  0 to 100
  ─+─ served   0 to 80
  ┄┄┄ at most 60: waiti…
";
    draws(&two(), 5, 3, UNICODE, expected);
}

#[test]
fn without_values_there_is_a_legend_and_no_axis() {
    let expected = "\
queue-bounded (ms)
   *  none   no values
   +  empty  no values
";
    draws(&chart("ms", vec![curve("none", &[(0, f64::NAN)]), curve("empty", &[])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (ms)
  ─•─ none   no values
  ─+─ empty  no values
";
    draws(&chart("ms", vec![curve("none", &[(0, f64::NAN)]), curve("empty", &[])]), 40, 4, UNICODE, expected);
}

#[test]
fn colour_adds_to_the_marks_and_changes_nothing_else() {
    for unicode in [true, false] {
        let plain = lines::chart(&two(), 60, 9, Theme { color: false, unicode });
        let colored = lines::chart(&two(), 60, 9, Theme { color: true, unicode });
        assert!(colored.contains("\x1b[36m") && colored.contains("\x1b[33m"), "{colored}");
        let mut rest = colored.as_str();
        let mut shown = String::new();
        while let Some((before, after)) = rest.split_once('\x1b') {
            shown += before;
            rest = after.split_once('m').unwrap().1;
        }
        assert_eq!(shown + rest, plain);
    }
}

#[test]
fn no_line_is_wider_than_asked_for() {
    let long = "a name that is far longer than any line of a terminal ".repeat(3);
    let mut chart =
        chart(&long, vec![curve(&long, &[(0, 1.0), (9, 123_456.0)]), curve("b", &[(0, -1e-300)])]);
    chart.limits.push(Limit { name: long.clone(), value: 5.0 });
    for columns in [24, 30, 79, 80, 100, 200] {
        for theme in [ASCII, UNICODE] {
            for line in lines::chart(&chart, columns, 13, theme).lines() {
                assert!(crate::render::layout::width(line) <= columns, "{columns}: {line}");
            }
        }
    }
    assert!(lines::chart(&chart, 80, 13, ASCII).is_ascii());
}

fn series(check: &str, name: &str, unit: &str) -> Series {
    let [check, name, unit] = [check, name, unit].map(ToString::to_string);
    Series { check, name, unit, points: vec![(0, Some(1.0)), (MS, Some(2.0))] }
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
    ];
    let charts = charts(&series, &[]);
    let names = |c: &Chart| c.curves.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join("+");
    let found: Vec<String> = charts.iter().map(|c| format!("{} {}", c.heading(), names(c))).collect();
    assert_eq!(found, ["load (1/s) calls+retries\\u{1b}[2J", "load (ms) latency", "memory (1/s) calls"]);
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
fn a_limit_far_away_does_not_flatten_the_curves() {
    let mut chart = chart("ms", vec![curve("a", &[(0, 1.0), (9, 2.0)])]);
    let high = |chart: &Chart| chart.axes(5, 5).unwrap().1.high;
    chart.limits.push(Limit { name: "at most 3".to_string(), value: 3.0 });
    assert!(high(&chart) >= 3.0);
    chart.limits[0].value = 300.0;
    assert!(high(&chart) <= 2.0);
    assert!(lines::chart(&chart, 60, 9, ASCII).ends_with("  --- at most 3\n"));
}
