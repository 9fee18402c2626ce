//! Markdown as a tree of blocks. Knows nothing of widths or colours.

use super::inline::{Span, Style};
use crate::content::outline::options;
use crate::text::printable;
use pulldown_cmark::{Alignment, BlockQuoteKind, Event, Parser, Tag, TagEnd};

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Heading {
        level: usize,
        text: Vec<Span>,
    },
    Paragraph(Vec<Span>),
    /// Verbatim lines.
    Code(String),
    Quote(Vec<Block>),
    List {
        first: Option<u64>,
        loose: bool,
        items: Vec<Vec<Block>>,
    },
    Table {
        align: Vec<Alignment>,
        head: Vec<Vec<Span>>,
        rows: Vec<Vec<Vec<Span>>>,
    },
    Rule,
    Note {
        label: String,
        blocks: Vec<Block>,
    },
}

/// Containers nested deeper than this are flattened, so that no document can exhaust the stack.
const MAX_DEPTH: usize = 24;

/// The blocks of a document. All text in them is safe to print. A link's text is followed by a span whose
/// text is `LINK` and its address.
pub fn parse(text: &str) -> Vec<Block> {
    let mut reader = Reader { open: vec![Open::default()], ..Reader::default() };
    for event in Parser::new_ext(text, options()) {
        reader.on(event);
    }
    reader.finish()
}

/// Marks a span as an address. A noncharacter, which no text that went through `printable` and the parser
/// holds on purpose; a document that does hold it gets an odd link and nothing worse.
pub const LINK: char = '\u{fdd0}';
/// Marks a span as a reference to a footnote.
pub const NOTE: char = '\u{fdd1}';

/// A container whose blocks are being read.
#[derive(Default)]
struct Open {
    blocks: Vec<Block>,
    /// Text that stands in no paragraph, as in a tight list.
    loose_text: Vec<Span>,
    items: Vec<Vec<Block>>,
    loose: bool,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    styles: Vec<Style>,
    /// Open links: address, and the text so far.
    links: Vec<(String, String)>,
    code: Option<String>,
    html: Option<String>,
    spans: Vec<Span>,
    /// Whether spans are collected for a paragraph, heading or cell.
    collecting: bool,
    row: Vec<Vec<Span>>,
    head: Vec<Vec<Span>>,
    rows: Vec<Vec<Vec<Span>>>,
    align: Vec<Alignment>,
    lists: Vec<Option<u64>>,
    labels: Vec<String>,
    /// Open containers that are too deep: their content goes to the deepest one that is not.
    skipped: usize,
}

impl Reader {
    fn on(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                if let Some(code) = &mut self.code {
                    code.push_str(&printable(&text));
                } else {
                    self.text(&printable(&text), Style::default());
                }
            }
            Event::Code(text) => self.text(&printable(&text).replace('\n', " "), Style::CODE),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&printable(&text), Style::CODE),
            Event::Html(text) => {
                if let Some(html) = &mut self.html {
                    html.push_str(&printable(&text));
                }
            }
            Event::InlineHtml(text) => {
                let tag = text.to_ascii_lowercase();
                if ["<br>", "<br/>", "<br />"].contains(&tag.as_str()) {
                    self.text("\n", Style::default());
                } else if !tag.starts_with("<!--") {
                    self.text(&printable(&text), Style::default());
                }
            }
            Event::FootnoteReference(label) => self.text(&format!("{NOTE}{}", printable(&label)), Style::DIM),
            Event::SoftBreak => self.text(" ", Style::default()),
            Event::HardBreak => self.text("\n", Style::default()),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }, Style::default()),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell => {
                if tag == Tag::Paragraph
                    && let Some(open) = self.open.last_mut()
                {
                    open.loose = true;
                }
                self.flush_text();
                self.collecting = true;
            }
            Tag::BlockQuote(kind) => {
                self.push();
                if let Some(kind) = kind {
                    let word = match kind {
                        BlockQuoteKind::Note => "Note",
                        BlockQuoteKind::Tip => "Tip",
                        BlockQuoteKind::Important => "Important",
                        BlockQuoteKind::Warning => "Warning",
                        BlockQuoteKind::Caution => "Caution",
                    };
                    let text = vec![Span { text: word.to_string(), style: Style::STRONG }];
                    self.block(Block::Paragraph(text));
                }
            }
            Tag::List(first) => {
                self.push();
                self.lists.push(first);
            }
            Tag::Item => self.push(),
            Tag::FootnoteDefinition(label) => {
                self.push();
                self.labels.push(printable(&label));
            }
            Tag::CodeBlock(_) => {
                self.flush_text();
                self.code = Some(String::new());
            }
            Tag::HtmlBlock => {
                self.flush_text();
                self.html = Some(String::new());
            }
            Tag::Table(align) => {
                self.flush_text();
                self.align = align;
            }
            Tag::Emphasis => self.styles.push(Style::EMPHASIS),
            Tag::Strong => self.styles.push(Style::STRONG),
            Tag::Link { dest_url, .. } => self.links.push((printable(&dest_url), String::new())),
            Tag::Image { dest_url, .. } => {
                self.links.push((printable(&dest_url), String::new()));
                self.text("image: ", Style::default());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                let spans = self.take_spans();
                self.block(Block::Paragraph(spans));
            }
            TagEnd::Heading(level) => {
                let text = self.take_spans();
                self.block(Block::Heading { level: level as usize, text });
            }
            TagEnd::BlockQuote(_) => {
                if let Some(open) = self.pop() {
                    self.block(Block::Quote(open.blocks));
                }
            }
            TagEnd::Item => {
                if let Some(open) = self.pop()
                    && let Some(list) = self.open.last_mut()
                {
                    list.loose |= open.loose;
                    list.items.push(open.blocks);
                }
            }
            TagEnd::List(_) => {
                let first = self.lists.pop().flatten();
                if let Some(mut open) = self.pop() {
                    if !open.blocks.is_empty() {
                        open.items.push(std::mem::take(&mut open.blocks));
                    }
                    self.block(Block::List { first, loose: open.loose, items: open.items });
                }
            }
            TagEnd::FootnoteDefinition => {
                let label = self.labels.pop().unwrap_or_default();
                if let Some(open) = self.pop() {
                    self.block(Block::Note { label, blocks: open.blocks });
                }
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.block(Block::Code(code));
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                let html = html.trim();
                if !(html.starts_with("<!--") && html.ends_with("-->")) {
                    let text = html.to_string();
                    self.block(Block::Paragraph(vec![Span { text, style: Style::default() }]));
                }
            }
            TagEnd::TableCell => {
                let spans = self.take_spans();
                self.row.push(spans);
            }
            TagEnd::TableHead => self.head = std::mem::take(&mut self.row),
            TagEnd::TableRow => self.rows.push(std::mem::take(&mut self.row)),
            TagEnd::Table => {
                let (align, head) = (std::mem::take(&mut self.align), std::mem::take(&mut self.head));
                let rows = std::mem::take(&mut self.rows);
                self.block(Block::Table { align, head, rows });
            }
            TagEnd::Emphasis | TagEnd::Strong => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush_text();
        self.open.pop().map(|open| open.blocks).unwrap_or_default()
    }

    fn text(&mut self, text: &str, style: Style) {
        let style = self.styles.iter().fold(style, |all, s| all.with(*s));
        for (_, shown) in &mut self.links {
            shown.push_str(text);
        }
        let spans = match self.open.last_mut() {
            Some(open) if !self.collecting => &mut open.loose_text,
            _ => &mut self.spans,
        };
        let marked = |t: &str| t.starts_with([LINK, NOTE]);
        match spans.last_mut() {
            Some(last)
                if last.style == style && !style.has(Style::CODE) && !marked(text) && !marked(&last.text) =>
            {
                last.text.push_str(text);
            }
            _ => spans.push(Span { text: text.to_string(), style }),
        }
    }

    fn close_link(&mut self) {
        let Some((address, shown)) = self.links.pop() else { return };
        let same = address == shown || address.strip_prefix("mailto:") == Some(shown.as_str());
        if !same && !address.is_empty() {
            self.text(&format!("{LINK}{address}"), Style::DIM);
        }
    }

    fn take_spans(&mut self) -> Vec<Span> {
        self.collecting = false;
        std::mem::take(&mut self.spans)
    }

    fn flush_text(&mut self) {
        if let Some(open) = self.open.last_mut()
            && !open.loose_text.is_empty()
        {
            let text = std::mem::take(&mut open.loose_text);
            open.blocks.push(Block::Paragraph(text));
        }
    }

    fn block(&mut self, block: Block) {
        self.flush_text();
        if let Some(open) = self.open.last_mut() {
            open.blocks.push(block);
        }
    }

    fn push(&mut self) {
        self.flush_text();
        if self.open.len() >= MAX_DEPTH {
            self.skipped += 1;
        } else {
            self.open.push(Open::default());
        }
    }

    /// The container that ends here; `None` when it was flattened.
    fn pop(&mut self) -> Option<Open> {
        self.flush_text();
        if self.skipped > 0 {
            self.skipped -= 1;
            return None;
        }
        self.open.pop()
    }
}
