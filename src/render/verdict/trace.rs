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

/// `time  input  expected  yours`, the first difference marked.
fn table(rows: &[Row], columns: usize, theme: Theme) -> String {
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|r| {
            [
                text::virtual_time(r.at_ns),
                text::printable(&r.input),
                text::printable(&r.expected),
                text::printable(&r.actual),
            ]
        })
        .collect();
    let heads = ["at", "input", "expected", "yours"];
    // A column that says nothing is left out: all times 0, or no input.
    let shown: Vec<usize> = (0..4)
        .filter(|i| match i {
            0 => rows.iter().any(|r| r.at_ns > 0),
            1 => rows.iter().any(|r| !r.input.is_empty()),
            _ => true,
        })
        .collect();
    let widths = fit(&cells, &heads, &shown, columns.saturating_sub(4));
    let line = |parts: &[String]| format!("  {}\n", parts.join("  ").trim_end());
    let mut out = String::new();
    let head: Vec<String> = shown.iter().map(|&i| theme.dim(&align(i, heads[i], widths[i]))).collect();
    out += &format!("  {}", line(&head));
    let first = rows.iter().position(|r| !r.same);
    for (n, (row, cell)) in rows.iter().zip(&cells).enumerate() {
        let parts: Vec<String> = shown
            .iter()
            .map(|&i| {
                let text = align(i, &cut(&cell[i], widths[i], theme.unicode), widths[i]);
                match i {
                    3 if !row.same => changed(&cell[2], &cell[3], widths[3], theme),
                    2 if !row.same => theme.good(&text),
                    0 => theme.dim(&text),
                    _ => text,
                }
            })
            .collect();
        let mark = if Some(n) == first {
            theme.bad(if theme.unicode { "▸" } else { ">" })
        } else {
            " ".to_string()
        };
        out += &format!("  {mark}{}", &line(&parts)[1..]);
    }
    out
}

/// Times line up at the right, words at the left.
fn align(column: usize, text: &str, width_of: usize) -> String {
    if column == 0 {
        format!("{}{text}", " ".repeat(width_of.saturating_sub(width(text))))
    } else {
        pad(text, width_of)
    }
}

/// Each column as wide as its widest cell; when that is too much, the widest ones give way.
fn fit(cells: &[[String; 4]], heads: &[&str; 4], shown: &[usize], room: usize) -> [usize; 4] {
    let mut widths = [0; 4];
    for &i in shown {
        widths[i] = cells.iter().map(|c| width(&c[i])).max().unwrap_or(0).max(width(heads[i]));
    }
    let gaps = 2 * shown.len().saturating_sub(1) + 2;
    while widths.iter().sum::<usize>() + gaps > room {
        let Some(widest) = (1..4).max_by_key(|&i| widths[i]).filter(|&i| widths[i] > 10) else { break };
        widths[widest] -= 1;
    }
    widths
}

/// What was decided, with the words that differ from the promise standing out.
fn changed(expected: &str, actual: &str, room: usize, theme: Theme) -> String {
    let actual = cut(actual, room, theme.unicode);
    let diff = TextDiff::from_words(expected, actual.as_str());
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
