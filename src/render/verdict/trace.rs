//! Counterexamples: the decision that was due beside the one that was made, step by step.

use crate::render::layout::{cut, pad, width, wrap_with};
use crate::render::theme::Theme;
use crate::text;
use crate::verdict::{Counterexample, Difference, Row};
use similar::{ChangeTag, TextDiff};

pub fn counterexample(c: &Counterexample, columns: usize, theme: Theme) -> String {
    let mut out = String::new();
    if !c.rows.is_empty() {
        out.push('\n');
        out += &table(&c.rows, columns, theme);
        out.push('\n');
    } else if !c.timeline.is_empty() {
        // Aligned already, and some rows take more than a line: nothing is numbered.
        out.push('\n');
        for line in &c.timeline {
            out += &format!("  {}\n", cut(&text::printable(line), columns.saturating_sub(2), theme.unicode));
        }
        out.push('\n');
    } else if !c.trace.is_empty() {
        out.push('\n');
        for (i, step) in c.trace.iter().enumerate() {
            let step = cut(&text::printable(step), columns.saturating_sub(8), theme.unicode);
            out += &format!("  {:>3}  {step}\n", i + 1);
        }
        out.push('\n');
    }
    for note in &c.notes {
        out += &theme.dim(&wrap_with(&text::printable(note), columns, "  ", "  "));
        out.push('\n');
    }
    out
}

/// What a row shows: time, input, expected, actual.
type Cells = [String; 4];

/// The steps, the first difference marked: `at  input  expected  yours` where that fits. Where it does not, a
/// step that went right shows its decision once, and one that went wrong shows the two below each other.
fn table(rows: &[Row], columns: usize, theme: Theme) -> String {
    let cells: Vec<Cells> = rows
        .iter()
        .map(|r| {
            let time = text::virtual_time(r.at_ns);
            [time, text::printable(&r.input), text::printable(&r.expected), text::printable(&r.actual)]
        })
        .collect();
    let widest = |i: usize| cells.iter().map(|c| width(&c[i])).max().unwrap_or(0);
    // A column that says nothing is left out: all times 0, or no input.
    let at = if rows.iter().any(|r| r.at_ns > 0) { widest(0).max(2) } else { 0 };
    let input = if rows.iter().any(|r| !r.input.is_empty()) { widest(1).max(5) } else { 0 };
    let left = |cells: &Cells| {
        let time = format!("{}{}", " ".repeat(at.saturating_sub(width(&cells[0]))), cells[0]);
        let time = if at > 0 { theme.dim(&time) + "  " } else { String::new() };
        let input = if input > 0 { pad(&cells[1], input) + "  " } else { String::new() };
        time + &input
    };
    let first = rows.iter().position(|r| !r.same);
    let mark = |n: usize| {
        let mark = if theme.unicode { "▸" } else { ">" };
        if Some(n) == first { format!("  {} ", theme.bad(mark)) } else { "    ".to_string() }
    };
    let indent = 4 + [at, input].iter().filter(|w| **w > 0).map(|w| w + 2).sum::<usize>();
    let expected = widest(2).max(8);
    let fits = indent + expected + 2 + widest(3).max(5) <= columns;
    // Beside a long input there is no room for a decision: it stands below.
    let beside = indent + 34 <= columns;
    let head = left(&["at".to_string(), "input".to_string(), String::new(), String::new()]);
    let mut out = String::new();
    let mut line = |text: String| {
        out += text.trim_end();
        out.push('\n');
    };
    if fits {
        line(format!("    {}", theme.dim(&format!("{head}{}  yours", pad("expected", expected)))));
    } else {
        line(format!("    {}", theme.dim(&format!("{head}decision"))));
    }
    for (n, (row, cells)) in rows.iter().zip(&cells).enumerate() {
        let start = format!("{}{}", mark(n), left(cells));
        let yours = changed(&cells[2], &cells[3], theme);
        if fits && row.same {
            line(format!("{start}{}  {}", pad(&cells[2], expected), cells[3]));
        } else if fits {
            line(format!("{start}{}  {yours}", theme.good(&pad(&cells[2], expected))));
        } else if row.same && beside {
            line(wrap_with(&cells[2], columns, &start, &" ".repeat(indent)));
        } else if row.same {
            line(start);
            line(wrap_with(&cells[2], columns, &" ".repeat(10), &" ".repeat(10)));
        } else if !beside {
            let below = " ".repeat(10);
            let inner = " ".repeat(20);
            line(start);
            line(wrap_with(&theme_words(&cells[2], theme), columns, &format!("{below}expected  "), &inner));
            line(wrap_with(&yours, columns, &format!("{below}yours     "), &inner));
        } else {
            let below = " ".repeat(indent);
            let inner = format!("{below}          ");
            line(wrap_with(&theme_words(&cells[2], theme), columns, &format!("{start}expected  "), &inner));
            line(wrap_with(&yours, columns, &format!("{below}yours     "), &inner));
        }
    }
    out
}

/// The promise, styled word by word, so that it may be wrapped.
fn theme_words(text: &str, theme: Theme) -> String {
    text.split(' ').map(|word| theme.good(word)).collect::<Vec<_>>().join(" ")
}

/// What was decided, with the words that differ from the promise standing out.
fn changed(expected: &str, actual: &str, theme: Theme) -> String {
    let diff = TextDiff::from_words(expected, actual);
    let mut out = String::new();
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => out += change.value(),
            ChangeTag::Insert => out += &theme.bad(change.value()),
            ChangeTag::Delete => {}
        }
    }
    out
}

/// A public item as the stub declares it and as the learner does, as a diff.
pub fn difference(d: &Difference, theme: Theme) -> String {
    let Some(yours) = &d.yours else {
        let lines = text::printable(&d.stub)
            .lines()
            .map(|l| format!("    {}\n", theme.bad(&format!("- {l}"))))
            .collect::<String>();
        return lines + &format!("    {}\n", theme.dim("(yours has no such public item)"));
    };
    let (stub, yours) = (text::printable(&d.stub), text::printable(yours));
    let diff = TextDiff::from_lines(stub.as_str(), yours.as_str());
    diff.iter_all_changes()
        .map(|change| {
            let value = change.value().trim_end_matches('\n');
            match change.tag() {
                ChangeTag::Equal => format!("      {value}\n"),
                ChangeTag::Delete => {
                    format!("    {}  {}\n", theme.bad(&format!("- {value}")), theme.dim("the stub's"))
                }
                ChangeTag::Insert => {
                    format!("    {}  {}\n", theme.good(&format!("+ {value}")), theme.dim("yours"))
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::counterexample;
    use crate::render::theme::Theme;
    use crate::verdict::Counterexample;

    fn lines(of: &[&str]) -> Vec<String> {
        of.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_timeline_stands_as_it_is_aligned_and_steps_are_numbered() {
        let steps = Counterexample { trace: lines(&["pause", "take"]), ..Counterexample::default() };
        assert_eq!(counterexample(&steps, 80, Theme::default()), "\n    1  pause\n    2  take\n\n");
        let timeline = lines(&["ms  A        store", " 0  write 5", "    again    5  <-"]);
        let told = Counterexample { timeline, ..steps };
        let shown = counterexample(&told, 80, Theme::default());
        assert_eq!(shown, "\n  ms  A        store\n   0  write 5\n      again    5  <-\n\n");
    }
}
