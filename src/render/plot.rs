//! What `drill plot` shows: which run it was, and its series as charts.

use super::chart::svg::document as svg_document;
use super::chart::{charts, lines};
use super::layout::{cut, width};
use super::theme::Theme;
use crate::recording::Recording;
use crate::text::count;

/// Every chart of the recording, in lines of at most `columns`.
pub fn page(recording: &Recording, columns: usize, theme: Theme) -> String {
    let mark =
        if recording.verdict == "passed" { theme.good(theme.tick()) } else { theme.bad(theme.cross()) };
    let about = about(recording);
    let name = cut(&recording.exercise, columns.saturating_sub(width(&mark) + 1), theme.unicode);
    let mut out = format!("{mark} {}", theme.strong(&name));
    let gap = if width(&out) + 2 + about.len() <= columns { "  " } else { "\n  " };
    out += &format!("{gap}{}\n", theme.dim(&about));
    for chart in charts(&recording.series, &recording.scorecard) {
        out += &format!("\n{}", lines::chart(&chart, columns, lines::ROWS, theme));
    }
    out
}

/// The same as an SVG document under the exercise's title.
pub fn document(recording: &Recording, title: &str) -> String {
    let charts = charts(&recording.series, &recording.scorecard);
    svg_document(title, &format!("{}: {}", recording.exercise, about(recording)), &charts)
}

/// `failed, 6 of 7 checks pass, 2026-11-23 19:04 UTC`
fn about(recording: &Recording) -> String {
    let (passed, all) = recording.tally;
    let checks =
        if passed == all { count(all, "check") } else { format!("{passed} of {}", count(all, "check")) };
    format!("{}, {checks} pass, {}", recording.verdict, recording.at.minute())
}
