//! Columns, wrapping and padding by what a terminal shows: escape sequences count nothing, wide characters two.

use unicode_width::UnicodeWidthChar;

/// Columns that `text` takes on one line.
pub fn width(text: &str) -> usize {
    let mut columns = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            columns += c.width().unwrap_or(0);
        }
    }
    columns
}

/// `text` with spaces behind it up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` cut to `columns`, with an ellipsis where something is gone. Plain text only.
pub fn cut(text: &str, columns: usize, unicode: bool) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let mark = if unicode { "…" } else { ".." };
    let mark = if width(mark) <= columns { mark } else { "" };
    let room = columns - width(mark);
    let (mut out, mut used) = (String::new(), 0);
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > room {
            break;
        }
        used += w;
        out.push(c);
    }
    out + mark
}

/// `text` broken at spaces into lines of at most `columns`; a longer word stays whole. Styled text may be
/// passed: a style must not span a space that becomes a break unless the caller styles word by word.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
            let w = width(word);
            if used > 0 && used + 1 + w > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += w;
        }
        lines.push(line);
    }
    lines
}

/// Like `wrap`, with `first` before the first line and `rest` before the others.
pub fn wrap_with(text: &str, columns: usize, first: &str, rest: &str) -> String {
    let room = columns.saturating_sub(width(first).max(width(rest))).max(20);
    let mut out = String::new();
    for (i, line) in wrap(text, room).iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        out.push_str(if i == 0 { first } else { rest });
        out.push_str(line);
    }
    out
}

/// A text whose author has broken it into lines: only those too long are broken further.
pub fn as_written(text: &str, columns: usize, margin: &str) -> String {
    let room = columns.saturating_sub(width(margin)).max(20);
    let lines = text.lines().map(str::trim_end).flat_map(|line| fold(line, room));
    let lines = lines.map(|line| if line.is_empty() { line } else { format!("{margin}{line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line broken into lines of at most `columns`, at spaces where there are any, indented like the first. Styles
/// end with each line and go on with the next.
pub fn fold(line: &str, columns: usize) -> Vec<String> {
    if width(line) <= columns {
        return vec![line.to_string()];
    }
    let cells = cells(line);
    let indent = cells.iter().take_while(|c| c.shows == ' ').count().min(columns / 2);
    let (first, mut rest) = break_at(&cells, columns);
    let mut lines = vec![joined(first)];
    while !rest.is_empty() {
        let (next, later) = break_at(rest, columns.saturating_sub(indent).max(2));
        lines.push(" ".repeat(indent) + &joined(next));
        rest = later;
    }
    lines
}

/// A character and the escape sequences that style it.
struct Cell {
    shows: char,
    style: String,
}

fn cells(line: &str) -> Vec<Cell> {
    let (mut cells, mut style) = (Vec::new(), String::new());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            cells.push(Cell { shows: c, style: style.clone() });
            continue;
        }
        let mut sequence = String::from(c);
        for c in chars.by_ref() {
            sequence.push(c);
            if c.is_ascii_alphabetic() {
                break;
            }
        }
        if sequence == RESET { style.clear() } else { style += &sequence }
    }
    cells
}

const RESET: &str = "\x1b[0m";

/// What fits into `room` columns, and what is left.
fn break_at(cells: &[Cell], room: usize) -> (&[Cell], &[Cell]) {
    let mut used = 0;
    let fitting = cells.iter().position(|c| {
        used += c.shows.width().unwrap_or(0);
        used > room
    });
    let Some(fitting) = fitting else { return (cells, &[]) };
    let space = cells[..=fitting].iter().rposition(|c| c.shows == ' ');
    match space.filter(|at| cells[..*at].iter().any(|c| c.shows != ' ')) {
        Some(at) => (&cells[..at], &cells[at + 1..]),
        None => cells.split_at(fitting.max(1)),
    }
}

fn joined(cells: &[Cell]) -> String {
    let (mut out, mut style) = (String::new(), "");
    for cell in cells {
        if cell.style != style {
            if !style.is_empty() {
                out += RESET;
            }
            out += &cell.style;
            style = &cell.style;
        }
        out.push(cell.shows);
    }
    if !style.is_empty() {
        out += RESET;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_what_a_terminal_shows() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("\x1b[1;31mabc\x1b[0m"), 3);
        assert_eq!(width("漢字"), 4);
        assert_eq!(pad("✓", 3), "✓  ");
    }

    #[test]
    fn long_text_is_cut_with_a_mark() {
        assert_eq!(cut("abcdef", 6, true), "abcdef");
        assert_eq!(cut("abcdefg", 6, true), "abcde…");
        assert_eq!(cut("abcdefg", 6, false), "abcd..");
        assert_eq!([cut("abc", 0, true), cut("abc", 1, false), cut("abc", 1, true)], ["", "a", "…"]);
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a\nb", 7), ["a", "b"]);
        assert_eq!(
            wrap_with("one two three four five six", 22, "* ", "  "),
            "* one two three four\n  five six"
        );
    }

    #[test]
    fn long_lines_are_folded_and_lose_nothing_but_a_space() {
        assert_eq!(fold("as it is", 8), ["as it is"]);
        assert_eq!(fold("  one two three", 9), ["  one two", "  three"]);
        assert_eq!(fold("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(fold("漢字漢字", 5), ["漢字", "漢字"]);
        assert_eq!(
            fold("a \x1b[31mred words\x1b[0m b", 6),
            ["a \x1b[31mred\x1b[0m", "\x1b[31mwords\x1b[0m", "b"]
        );
    }
}
