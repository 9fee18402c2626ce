//! Tables: columns as wide as they need when that fits, otherwise as wide as makes the table shortest.

use super::inline::{self, Span, Style, Word};
use crate::render::layout;
use crate::render::theme::Theme;
use pulldown_cmark::Alignment;

/// Columns of " | " between two columns.
const GAP: usize = 3;
/// A column is not made narrower than this, nor than its longest word up to `WORD`.
const NARROWEST: usize = 4;
const WORD: usize = 18;

/// The lines of a table, at most `width` columns each.
pub fn table(
    align: &[Alignment],
    head: &[Vec<Span>],
    rows: &[Vec<Vec<Span>>],
    width: usize,
    theme: Theme,
) -> Vec<String> {
    let count = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    let gaps = GAP * (count - 1);
    if width < gaps + NARROWEST * count {
        return records(head, rows, width, theme);
    }
    let head: Vec<Vec<Word>> = (0..count).map(|i| head_cell(head.get(i), theme)).collect();
    let rows: Vec<Vec<Vec<Word>>> =
        rows.iter().map(|row| (0..count).map(|i| cell(row.get(i), theme)).collect()).collect();
    let columns: Vec<Column<'_>> = (0..count)
        .map(|i| Column { cells: std::iter::once(&head[i]).chain(rows.iter().map(|row| &row[i])).collect() })
        .collect();
    let align: Vec<Alignment> = (0..count)
        .map(|i| match align.get(i) {
            None | Some(Alignment::None) if rows.iter().all(|row| is_figure(&row[i], theme)) => {
                Alignment::Right
            }
            None => Alignment::None,
            Some(align) => *align,
        })
        .collect();
    let widths = fit(&columns, width - gaps);

    let bar = theme.dim(&format!(" {} ", theme.bar()));
    let cross = if theme.unicode { "─┼─" } else { "-+-" };
    let rule = |mark: &str| {
        let parts: Vec<String> = widths.iter().map(|w| mark.repeat(*w)).collect();
        theme.dim(&parts.join(cross))
    };
    let mut lines = row_lines(&head, &widths, &align, &bar, theme);
    lines.push(rule(theme.rule()));
    let bodies: Vec<Vec<String>> =
        rows.iter().map(|row| row_lines(row, &widths, &align, &bar, theme)).collect();
    let folded = bodies.iter().any(|lines| lines.len() > 1);
    let thin: Vec<String> = widths.iter().map(|w| " ".repeat(*w)).collect();
    for (i, body) in bodies.into_iter().enumerate() {
        if i > 0 && folded {
            lines.push(theme.dim(thin.join(&format!(" {} ", theme.bar())).trim_end()));
        }
        lines.extend(body);
    }
    lines
}

fn cell(spans: Option<&Vec<Span>>, theme: Theme) -> Vec<Word> {
    inline::words(spans.map_or(&[], Vec::as_slice), theme)
}

fn head_cell(spans: Option<&Vec<Span>>, theme: Theme) -> Vec<Word> {
    let mut spans = spans.cloned().unwrap_or_default();
    for span in &mut spans {
        span.style = span.style.with(Style::STRONG);
    }
    inline::words(&spans, theme)
}

/// A number, perhaps with a sign, separators or a percent sign: such columns read best flush right.
fn is_figure(words: &[Word], theme: Theme) -> bool {
    let refs: Vec<&Word> = words.iter().collect();
    let text = inline::line(&refs, Theme { color: false, ..theme });
    text.starts_with(|c: char| c.is_ascii_digit() || "+-−±".contains(c))
        && text.chars().all(|c| c.is_ascii_digit() || "+-−±.,_% ".contains(c))
}

struct Column<'a> {
    /// The head first.
    cells: Vec<&'a Vec<Word>>,
}

impl Column<'_> {
    /// Columns that the widest cell takes on one line.
    fn natural(&self) -> usize {
        let lines = self.cells.iter().flat_map(|words| inline::fill(words, usize::MAX));
        lines.map(|line| line_width(&line)).max().unwrap_or(0).max(1)
    }

    fn narrowest(&self) -> usize {
        let longest = self.cells.iter().flat_map(|c| c.iter()).map(|w| w.width).max().unwrap_or(0);
        longest.clamp(NARROWEST, WORD.max(NARROWEST))
    }
}

fn line_width(words: &[&Word]) -> usize {
    layout::width(&inline::line(words, Theme::plain()))
}

/// Widths that add up to at most `room`.
fn fit(columns: &[Column<'_>], room: usize) -> Vec<usize> {
    let natural: Vec<usize> = columns.iter().map(Column::natural).collect();
    let mut widths = natural.clone();
    let mut floors: Vec<usize> = columns.iter().zip(&natural).map(|(c, n)| c.narrowest().min(*n)).collect();
    while floors.iter().sum::<usize>() > room {
        shrink_widest(&mut floors);
    }
    while widths.iter().sum::<usize>() > room {
        let above: Vec<usize> = (0..widths.len()).filter(|&i| widths[i] > floors[i]).collect();
        let Some(&widest) = above.iter().max_by_key(|&&i| widths[i]) else { break };
        widths[widest] -= 1;
    }
    if widths == natural {
        return widths;
    }
    // The fair share is a start. Moving a few columns from one to another may save lines.
    let mut best = height(columns, &widths);
    loop {
        let mut better = None;
        for from in 0..widths.len() {
            for to in 0..widths.len() {
                for step in [1, 2, 3, 5, 8] {
                    if from == to || widths[from] < floors[from] + step || widths[to] + step > natural[to] {
                        continue;
                    }
                    let mut tried = widths.clone();
                    tried[from] -= step;
                    tried[to] += step;
                    let lines = height(columns, &tried);
                    if lines < best {
                        best = lines;
                        better = Some(tried);
                    }
                }
            }
        }
        match better {
            Some(tried) => widths = tried,
            None => break,
        }
    }
    widths
}

fn shrink_widest(widths: &mut [usize]) {
    if let Some(widest) = widths.iter_mut().max() {
        *widest = widest.saturating_sub(1);
    }
}

/// Lines of the whole table, then the sum over all cells: an even look among equals.
fn height(columns: &[Column<'_>], widths: &[usize]) -> (usize, usize) {
    let rows = columns.first().map_or(0, |c| c.cells.len());
    let lines = |row: usize| {
        columns.iter().zip(widths).map(move |(c, w)| {
            c.cells[row].iter().map(|word| word.width / (*w + 1)).sum::<usize>()
                + inline::fill(c.cells[row], *w).len()
        })
    };
    (
        (0..rows).map(|row| lines(row).max().unwrap_or(0)).sum(),
        (0..rows).map(|row| lines(row).sum::<usize>()).sum(),
    )
}

fn row_lines(
    cells: &[Vec<Word>],
    widths: &[usize],
    align: &[Alignment],
    bar: &str,
    theme: Theme,
) -> Vec<String> {
    let cells: Vec<Vec<String>> = cells
        .iter()
        .zip(widths)
        .map(|(words, width)| {
            let words = inline::split_long(words.clone(), *width);
            inline::fill(&words, *width).iter().map(|line| inline::line(line, theme)).collect()
        })
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    (0..height)
        .map(|i| {
            let mut line = String::new();
            for (column, cell) in cells.iter().enumerate() {
                if column > 0 {
                    line.push_str(bar);
                }
                let text = cell.get(i).map_or("", String::as_str);
                let last = column + 1 == cells.len();
                line.push_str(&aligned(text, widths[column], align[column], last));
            }
            line
        })
        .collect()
}

fn aligned(text: &str, width: usize, align: Alignment, last: bool) -> String {
    let free = width.saturating_sub(layout::width(text));
    let before = match align {
        Alignment::Right => free,
        Alignment::Center => free / 2,
        Alignment::Left | Alignment::None => 0,
    };
    let after = if last { 0 } else { free - before };
    let before = if text.is_empty() && last { 0 } else { before };
    format!("{}{text}{}", " ".repeat(before), " ".repeat(after))
}

/// Where columns side by side would be too narrow to read: a block of `head: cell` lines per row.
fn records(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], width: usize, theme: Theme) -> Vec<String> {
    let mut lines = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            lines.push(String::new());
        }
        for (column, cell) in row.iter().enumerate() {
            let mut spans = Vec::new();
            if let Some(head) = head.get(column) {
                spans.extend(head.iter().map(|s| Span { style: s.style.with(Style::STRONG), ..s.clone() }));
                spans.push(Span { text: ": ".to_string(), style: Style::default() });
            }
            spans.extend(cell.iter().cloned());
            lines.extend(inline::wrap(&spans, width, theme));
        }
    }
    lines
}
