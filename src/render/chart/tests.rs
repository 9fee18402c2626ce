//! Charts as they are drawn, character by character, and what an SVG document is made of.

mod grouping;
mod marked;

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
    Chart {
        title: "queue-bounded".to_string(),
        unit: unit.to_string(),
        curves,
        limits: Vec::new(),
        marks: Vec::new(),
    }
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
4 +                                   *
  |
  |
0 +
  ++---------------------------+-------
   0                          200 ms
   *  one  4
";
    draws(&chart("ms", vec![curve("one", &[(250, 4.0)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (ms)
4 ┤                                   •
  │
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
8 +************************************
  |
  |
0 +
  ++----------------------------------+
   0                              500 ms
   *  flat  7
";
    draws(&chart("ms", vec![curve("flat", &[(0, 7.0), (500, 7.0)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (ms)
8 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
  │
  │
0 ┤
  └┬──────────────────────────────────┬
   0                              500 ms
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
 3e20 +                        ********
    0 +        ****************
      |********
-3e20 +
      ++---------------+--------------+
       0               5           10 ms
   *  huge  -1.00e20 to 2.00e20
";
    draws(&chart("req/s", vec![curve("huge", &[(0, -1e20), (10, 2e20)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (req/s)
 3e20 ┤                             ⣀⣀⣀
    0 ┤        ⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉
      │⠒⠒⠒⠉⠉⠉⠉⠉
-3e20 ┤
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
3e-9 +                           ******
     |                ***********
     |      **********
   0 +******
     ++---------------+---------------+
      0               5            10 ms
   *  tiny  0 to 3.00e-9
";
    draws(&chart("s", vec![curve("tiny", &[(0, 0.0), (10, 3e-9)])]), 40, 4, ASCII, expected);
    let expected = "\
queue-bounded (s)
3e-9 ┤                          ⣀⣀⡠⠤⠤⠔⠒
     │               ⣀⣀⣀⠤⠤⠔⠒⠒⠊⠉⠉
     │    ⢀⣀⣀⠤⠤⠔⠒⠒⠊⠉⠉
   0 ┤⠒⠊⠉⠉⠁
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
    ++----------------+
     0            400 ms
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
    └┬────────────────┬
     0            400 ms
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
    chart.marks = vec![mark(1, 9, &long), mark(3, 3, &long)];
    for columns in [24, 30, 79, 80, 100, 200] {
        for theme in [ASCII, UNICODE] {
            let drawn = lines::chart(&chart, columns, 13, theme) + &lines::small(&chart, columns, 5, theme);
            for line in drawn.lines() {
                assert!(crate::render::layout::width(line) <= columns, "{columns}: {line}");
            }
        }
    }
    assert!(lines::chart(&chart, 80, 13, ASCII).is_ascii());
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

fn mark(from: u64, to: u64, label: &str) -> Mark {
    Mark { from_ns: from * MS, to_ns: to * MS, label: label.to_string() }
}
