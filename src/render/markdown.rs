//! Markdown for the terminal, and the anchors of its sections. HTML is shown as text, control characters are
//! made visible, and no style spans a line break.

mod inline;
mod block;
mod table;
mod page;

use crate::render::theme::Theme;
use crate::text::printable;
use page::Page;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// A document as lines of at most `width` columns, each ended by a newline. Code, and words longer than a
/// line, stay whole. Addresses of links are numbered and listed at the end of their section.
pub fn markdown(text: &str, width: usize, theme: Theme) -> String {
    let blocks = block::parse(text);
    let mut out = String::new();
    for line in Page::new(theme).lines(&blocks, width.max(1)) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The headings of a document: level from 1, title, and the anchor that GitHub gives it.
pub fn anchors(text: &str) -> Vec<(usize, String, String)> {
    headings(text).into_iter().map(|h| (h.level, h.title, h.slug)).collect()
}

/// The Markdown of the section under `anchor` (with or without `#`), up to the next heading of its level or
/// a higher one, with the definitions of links and footnotes that stand elsewhere.
pub fn section(text: &str, anchor: &str) -> Option<String> {
    let anchor = anchor.trim_start_matches('#').to_lowercase();
    let headings = headings(text);
    let at = headings.iter().position(|h| h.slug == anchor)?;
    let start = headings[at].start;
    let next = headings[at + 1..].iter().find(|h| h.level <= headings[at].level);
    let end = next.map_or(text.len(), |h| h.start);
    let mut out = text[start..end].trim_end().to_string();
    out.push('\n');
    for range in definitions(text) {
        if range.end <= start || range.start >= end {
            out.push('\n');
            out.push_str(text[range].trim_end());
            out.push('\n');
        }
    }
    Some(out)
}

struct Heading {
    level: usize,
    title: String,
    slug: String,
    /// Byte offset of its first line.
    start: usize,
}

/// Headings that are not inside a quote or a list.
fn headings(text: &str) -> Vec<Heading> {
    let mut out: Vec<Heading> = Vec::new();
    let mut depth = 0;
    let mut open: Option<(usize, usize, String)> = None;
    for (event, range) in Parser::new_ext(text, block::options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = Some((level as usize, range.start, String::new()));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, start, title)) = open.take() {
                    let slug = slug(&title, &out);
                    out.push(Heading { level, title, slug, start });
                }
            }
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => depth -= 1,
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, _, title)) = &mut open {
                    title.push_str(&printable(&text));
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, _, title)) = &mut open {
                    title.push(' ');
                }
            }
            _ => {}
        }
    }
    out
}

/// Lower case, letters, digits, `-` and `_` kept, spaces to hyphens; a repetition gets `-1`, `-2`.
fn slug(title: &str, taken: &[Heading]) -> String {
    let base: String = title
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c => c.is_alphanumeric().then_some(c),
        })
        .collect();
    let free = |slug: &str| !taken.iter().any(|h| h.slug == slug);
    if free(&base) {
        return base;
    }
    let mut n = 1;
    while !free(&format!("{base}-{n}")) {
        n += 1;
    }
    format!("{base}-{n}")
}

/// Where links by reference and footnotes are defined.
fn definitions(text: &str) -> Vec<Range<usize>> {
    let parser = Parser::new_ext(text, block::options());
    let mut out: Vec<Range<usize>> =
        parser.reference_definitions().iter().map(|(_, link)| link.span.clone()).collect();
    for (event, range) in parser.into_offset_iter() {
        if matches!(event, Event::Start(Tag::FootnoteDefinition(_))) {
            out.push(range);
        }
    }
    out.sort_by_key(|range| range.start);
    out
}

#[cfg(test)]
mod tests;
