//! Blocks laid out as lines.

use super::block::{Block, LINK, NOTE};
use super::inline::{self, Span, Style};
use super::table;
use crate::render::layout;
use crate::render::theme::Theme;

/// A document under layout: links are numbered, and listed with the footnotes where their section ends.
pub struct Page<'b> {
    theme: Theme,
    /// Addresses in the order of their numbers.
    links: Vec<String>,
    /// Numbers below this are listed already.
    listed: usize,
    notes: Vec<(&'b str, &'b [Block])>,
    /// Footnotes that the section refers to.
    due: Vec<&'b str>,
    shown: Vec<&'b str>,
}

impl<'b> Page<'b> {
    pub fn new(theme: Theme) -> Page<'b> {
        Page { theme, links: Vec::new(), listed: 0, notes: Vec::new(), due: Vec::new(), shown: Vec::new() }
    }

    /// A whole document.
    pub fn lines(&mut self, blocks: &'b [Block], width: usize) -> Vec<String> {
        self.find_notes(blocks);
        let mut lines = Vec::new();
        for block in blocks {
            if matches!(block, Block::Heading { .. }) {
                self.end_section(&mut lines, width);
            }
            self.append(block, &mut lines, width, 0);
        }
        self.end_section(&mut lines, width);
        lines
    }

    fn find_notes(&mut self, blocks: &'b [Block]) {
        for block in blocks {
            match block {
                Block::Note { label, blocks } => {
                    self.notes.push((label, blocks));
                    self.find_notes(blocks);
                }
                Block::Quote(inner) => self.find_notes(inner),
                Block::List { items, .. } => items.iter().for_each(|item| self.find_notes(item)),
                _ => {}
            }
        }
    }

    /// Lists the footnotes and addresses that the section used for the first time.
    fn end_section(&mut self, lines: &mut Vec<String>, width: usize) {
        let mut at = 0;
        let mut first = true;
        while let Some(&label) = self.due.get(at) {
            at += 1;
            if self.shown.contains(&label) {
                continue;
            }
            self.shown.push(label);
            let Some(&(_, blocks)) = self.notes.iter().find(|(l, _)| *l == label) else { continue };
            if first {
                gap(lines);
            }
            first = false;
            let mark = format!("[^{label}] ");
            let indent = layout::width(&mark).min(8);
            let body = self.blocks(blocks, width.saturating_sub(indent), false, 0);
            hang(lines, body, &self.theme.dim(&mark), &" ".repeat(indent));
        }
        self.due.clear();
        if self.listed < self.links.len() {
            gap(lines);
        }
        for (i, address) in self.links.iter().enumerate().skip(self.listed) {
            lines.push(self.theme.dim(&format!("[{}] {address}", i + 1)));
        }
        self.listed = self.links.len();
    }

    fn append(&mut self, block: &'b Block, lines: &mut Vec<String>, width: usize, depth: usize) {
        let body = self.block(block, width, depth);
        if !body.is_empty() {
            gap(lines);
            lines.extend(body);
        }
    }

    fn blocks(&mut self, blocks: &'b [Block], width: usize, tight: bool, depth: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for block in blocks {
            let body = self.block(block, width, depth);
            if !tight && !body.is_empty() {
                gap(&mut lines);
            }
            lines.extend(body);
        }
        lines
    }

    fn block(&mut self, block: &'b Block, width: usize, depth: usize) -> Vec<String> {
        let theme = self.theme;
        match block {
            Block::Heading { level, text } => self.heading(*level, text, width),
            Block::Paragraph(spans) => inline::wrap(&self.resolve(spans), width, theme),
            Block::Code(text) => {
                let gutter = theme.dim(theme.bar());
                let text = text.strip_suffix('\n').unwrap_or(text);
                text.split('\n')
                    .map(|l| if l.is_empty() { gutter.clone() } else { format!("{gutter} {l}") })
                    .collect()
            }
            Block::Quote(blocks) => {
                let gutter = theme.dim(if theme.unicode { "┃" } else { ">" });
                let body = self.blocks(blocks, width.saturating_sub(2), false, depth);
                body.iter()
                    .map(|l| if l.is_empty() { gutter.clone() } else { format!("{gutter} {l}") })
                    .collect()
            }
            Block::List { first, loose, items } => self.list(*first, *loose, items, width, depth),
            Block::Table { align, head, rows } => {
                let head: Vec<Vec<Span>> = head.iter().map(|c| self.resolve(c)).collect();
                let rows: Vec<Vec<Vec<Span>>> =
                    rows.iter().map(|row| row.iter().map(|c| self.resolve(c)).collect()).collect();
                table::table(align, &head, &rows, width, theme)
            }
            Block::Rule => vec![theme.dim(&theme.rule().repeat(width.min(40)))],
            Block::Note { .. } => Vec::new(),
        }
    }

    fn heading(&mut self, level: usize, text: &'b [Span], width: usize) -> Vec<String> {
        let theme = self.theme;
        let mut spans = self.resolve(text);
        for span in &mut spans {
            span.style = if span.style.has(Style::DIM) { span.style } else { Style::HEADING };
        }
        if level > 2 && !theme.color {
            spans.insert(0, Span { text: format!("{} ", "#".repeat(level)), style: Style::HEADING });
        }
        let mut lines = inline::wrap(&spans, width, theme);
        let under = match (level, theme.unicode) {
            (1, true) => "═",
            (1, false) => "=",
            (2, _) => theme.rule(),
            _ => return lines,
        };
        let length = lines.iter().map(|l| layout::width(l)).max().unwrap_or(0);
        lines.push(theme.dim(&under.repeat(length)));
        lines
    }

    fn list(
        &mut self,
        first: Option<u64>,
        loose: bool,
        items: &'b [Vec<Block>],
        width: usize,
        depth: usize,
    ) -> Vec<String> {
        let last = first.map(|n| n.saturating_add(items.len() as u64).saturating_sub(1));
        let digits = last.map_or(0, |n| n.to_string().len());
        let mut lines = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let mark = match first {
                Some(n) => format!("{:>digits$}. ", n.saturating_add(i as u64)),
                None if depth > 0 => "- ".to_string(),
                None => format!("{} ", self.theme.bullet()),
            };
            let indent = layout::width(&mark);
            let body = self.blocks(item, width.saturating_sub(indent).max(1), !loose, depth + 1);
            if loose {
                gap(&mut lines);
            }
            hang(&mut lines, body, &mark, &" ".repeat(indent));
        }
        lines
    }

    /// Replaces addresses and footnote references by what is printed for them.
    fn resolve(&mut self, spans: &'b [Span]) -> Vec<Span> {
        let mut out: Vec<Span> = Vec::new();
        for span in spans {
            let style = Style::DIM;
            if let Some(address) = span.text.strip_prefix(LINK) {
                let text = if address.starts_with('#') {
                    format!(" ({address})")
                } else {
                    let known = self.links.iter().position(|known| known == address);
                    let index = known.unwrap_or_else(|| {
                        self.links.push(address.to_string());
                        self.links.len() - 1
                    });
                    format!("[{}]", index + 1)
                };
                out.push(Span { text, style });
            } else if let Some(label) = span.text.strip_prefix(NOTE) {
                self.due.push(label);
                out.push(Span { text: format!("[^{label}]"), style });
            } else {
                out.push(span.clone());
            }
        }
        out
    }
}

/// An empty line before what follows, unless there is nothing before it.
fn gap(lines: &mut Vec<String>) {
    if lines.last().is_some_and(|l| !l.is_empty()) {
        lines.push(String::new());
    }
}

/// `body` with `mark` before its first line and `indent` before the others.
fn hang(lines: &mut Vec<String>, body: Vec<String>, mark: &str, indent: &str) {
    if body.is_empty() {
        lines.push(mark.trim_end().to_string());
    }
    for (i, line) in body.into_iter().enumerate() {
        match (i, line.is_empty()) {
            (0, _) => lines.push(format!("{mark}{line}")),
            (_, true) => lines.push(line),
            (_, false) => lines.push(format!("{indent}{line}")),
        }
    }
}
