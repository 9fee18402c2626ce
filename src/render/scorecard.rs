//! A lab's scorecard: value, unit and limit, the naive design's and the reference's figures beside them.

use super::layout::{pad, width};
use super::theme::Theme;
use crate::verdict::{Bound, Score};

pub fn scorecard(scores: &[Score], columns: usize, theme: Theme) -> String {
    let compared = scores.iter().any(|s| s.naive.is_some() || s.reference.is_some());
    let mut rows = vec![[String::new(), "yours".into(), "limit".into(), "reference".into(), "naive".into()]];
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
    let widths: Vec<usize> =
        (0..shown).map(|i| rows.iter().map(|r| width(&r[i])).max().unwrap_or(0)).collect();
    let mut out = format!("{}\n", theme.strong("scorecard"));
    for (n, row) in rows.iter().enumerate() {
        let mark = match n.checked_sub(1).and_then(|i| scores.get(i)) {
            None => " ".to_string(),
            Some(s) if s.pass => theme.good(theme.tick()),
            Some(_) => theme.bad(theme.cross()),
        };
        let cells: Vec<String> = (0..shown)
            .map(|i| {
                let right = " ".repeat(widths[i].saturating_sub(width(&row[i])));
                let cell =
                    if i == 0 || i == 2 { pad(&row[i], widths[i]) } else { format!("{right}{}", row[i]) };
                match (n, i) {
                    (0, _) | (_, 3 | 4) => theme.dim(&cell),
                    (_, 1) if !scores[n - 1].pass => theme.bad(&cell),
                    _ => cell,
                }
            })
            .collect();
        out +=
            &format!("  {} {}\n", pad(&mark, if theme.unicode { 1 } else { 2 }), cells.join("  ").trim_end());
    }
    out
}

/// At most three decimals, none that say nothing.
pub fn figure(x: f64) -> String {
    let text = format!("{x:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
