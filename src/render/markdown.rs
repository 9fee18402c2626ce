//! Markdown for the terminal. HTML is shown as text, control characters are made visible, and no style spans a
//! line break.

mod inline;
mod block;
mod table;
mod page;

use crate::render::theme::Theme;
use page::Page;

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

#[cfg(test)]
mod tests;
