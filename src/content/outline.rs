//! The bones of a Markdown document: its headings with their anchors, its sections, its links.

use crate::text::printable;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The Markdown that write-ups are written in.
pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM
}

/// The addresses that a document links to or shows pictures from, each with its byte offset.
pub fn links(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
            out.push((range.start, dest_url.to_string()));
        }
    }
    out
}

/// The Markdown of the section under `anchor` (with or without `#`), up to the next heading of its level or
/// a higher one, with the definitions of links and footnotes that stand elsewhere.
pub fn section(text: &str, anchor: &str) -> Option<String> {
    let anchor = anchor.trim_start_matches('#').to_lowercase();
    let headings = headings(text);
    let at = headings.iter().position(|h| h.anchor == anchor)?;
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

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// From 1.
    pub level: usize,
    pub title: String,
    /// The anchor that GitHub gives it.
    pub anchor: String,
    /// Byte offset of its first line.
    pub start: usize,
}

/// Headings that are not inside a quote or a list.
pub fn headings(text: &str) -> Vec<Heading> {
    let mut out: Vec<Heading> = Vec::new();
    let mut depth = 0;
    let mut open: Option<(usize, usize, String)> = None;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = Some((level as usize, range.start, String::new()));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, start, title)) = open.take() {
                    let anchor = slug(&title, &out);
                    out.push(Heading { level, title, anchor, start });
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
    let free = |slug: &str| !taken.iter().any(|h| h.anchor == slug);
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
    let parser = Parser::new_ext(text, options());
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
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_github() {
        let text = "# A *b* `c_d`!\n\n## Two  words\n\nTwo words\n---\n\n> # Quoted\n\n### Δ-debt & τ\n\n## Two  words\n";
        let slugs: Vec<_> = headings(text).into_iter().map(|h| (h.level, h.anchor)).collect();
        let expected =
            [(1, "a-b-c_d"), (2, "two--words"), (2, "two-words"), (3, "δ-debt--τ"), (2, "two--words-1")];
        assert_eq!(slugs, expected.map(|(level, slug)| (level, slug.to_string())));
    }

    #[test]
    fn a_section_ends_where_the_next_of_its_level_starts_and_brings_its_definitions() {
        let text = "# T\n\nx\n\n## A\n\na [l][r]\n\n### Deep\n\nd\n\n## B\n\nb\n\n[r]: https://r.example\n";
        assert_eq!(
            section(text, "#a").unwrap(),
            "## A\n\na [l][r]\n\n### Deep\n\nd\n\n[r]: https://r.example\n"
        );
        assert_eq!(section(text, "deep").unwrap(), "### Deep\n\nd\n\n[r]: https://r.example\n");
        assert_eq!(section(text, "b").unwrap(), "## B\n\nb\n\n[r]: https://r.example\n");
        assert_eq!(section(text, "c"), None);
    }

    #[test]
    fn links_are_found_with_their_places_and_code_is_none() {
        let text = "[a](#x) `[b](#y)`\n\n![p](pic.svg) [r][1]\n\n[1]: ../t/README.md#z\n";
        let expected = [(0, "#x"), (19, "pic.svg"), (33, "../t/README.md#z")];
        assert_eq!(links(text), expected.map(|(at, target)| (at, target.to_string())));
    }
}
