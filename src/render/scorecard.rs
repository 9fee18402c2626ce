//! A lab's scorecard: value, unit and limit, the naive design's and the reference's figures beside them.

use super::layout::{pad, width, wrap};
use super::theme::Theme;
use crate::verdict::{Bound, Score};

pub fn scorecard(scores: &[Score], columns: usize, theme: Theme) -> String {
    let compared = scores.iter().any(|s| s.naive.is_some() || s.reference.is_some());
    let mut rows =
        vec![["scorecard".into(), "yours".into(), "limit".into(), "reference".into(), "naive".into()]];
    for s in scores {
        let unit = if s.unit.is_empty() { String::new() } else { format!(" {}", s.unit) };
        let bound = match s.bound {
            Bound::AtMost => "at most",
            Bound::AtLeast => "at least",
        };
        rows.push([
            crate::text::printable(&s.metric),
            s.value.map_or("not a number".to_string(), figure),
            format!("{bound} {}{unit}", figure(s.limit)),
            s.reference.map_or(String::new(), figure),
            s.naive.map_or(String::new(), figure),
        ]);
    }
    let shown = if compared && columns >= 60 { 5 } else { 3 };
    let mut widths: Vec<usize> =
        (0..shown).map(|i| rows.iter().map(|r| width(&r[i])).max().unwrap_or(0)).collect();
    // A long name goes on below, so that its figures stay on the screen.
    let beside: usize = if theme.unicode { 4 } else { 5 } + widths[1..].iter().map(|w| w + 2).sum::<usize>();
    widths[0] = widths[0].min(columns.saturating_sub(beside).max(20));
    let mut out = String::new();
    for (n, row) in rows.iter().enumerate() {
        let mark = match n.checked_sub(1).and_then(|i| scores.get(i)) {
            None => " ".to_string(),
            Some(s) if s.pass => theme.good(theme.tick()),
            Some(_) => theme.bad(theme.cross()),
        };
        let name = wrap(&row[0], widths[0]);
        let cells: Vec<String> = (0..shown)
            .map(|i| {
                let text = if i == 0 { &name[0] } else { &row[i] };
                let right = " ".repeat(widths[i].saturating_sub(width(text)));
                let cell = if i == 0 || i == 2 { pad(text, widths[i]) } else { format!("{right}{text}") };
                match (n, i) {
                    (0, 0) => theme.strong(&cell),
                    (0, _) | (_, 3 | 4) => theme.dim(&cell),
                    (_, 1) if !scores[n - 1].pass => theme.bad(&cell),
                    _ => cell,
                }
            })
            .collect();
        out +=
            &format!("  {} {}\n", pad(&mark, if theme.unicode { 1 } else { 2 }), cells.join("  ").trim_end());
        for rest in &name[1..] {
            out += &format!("  {} {rest}\n", if theme.unicode { " " } else { "  " });
        }
    }
    out
}

/// At most three decimals, none that say nothing.
pub fn figure(x: f64) -> String {
    let text = format!("{x:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::scorecard;
    use crate::render::theme::Theme;
    use crate::verdict::{Bound, Score};

    #[test]
    fn a_long_name_goes_on_below_and_the_figures_stay_on_the_screen() {
        let score = Score {
            check: "outage".to_string(),
            metric: "payments that pass from 0.6 s after the store went dark".to_string(),
            value: Some(1165.0),
            unit: "a second".to_string(),
            bound: Bound::AtMost,
            limit: 20.0,
            pass: false,
            naive: Some(1381.0),
            reference: Some(0.0),
        };
        let shown = scorecard(&[score], 72, Theme { unicode: true, ..Theme::plain() });
        let lines: Vec<&str> = shown.lines().skip(1).collect();
        let figures = "  ✗ payments that pass       1165  at most 20 a second          0   1381";
        assert_eq!(lines, [figures, "    from 0.6 s after the", "    store went dark"]);
    }
}
