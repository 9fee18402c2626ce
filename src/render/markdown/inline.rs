//! Running text: spans of one style each, broken into lines by what a terminal shows. Every line opens and
//! closes its own styles, so that a pager may show any part of it.

use crate::render::layout;
use crate::render::theme::Theme;
use unicode_width::UnicodeWidthChar as _;

/// A set of looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style(u8);

impl Style {
    pub const STRONG: Style = Style(1);
    pub const EMPHASIS: Style = Style(2);
    pub const CODE: Style = Style(4);
    pub const DIM: Style = Style(8);
    pub const HEADING: Style = Style(16);

    #[must_use]
    pub fn with(self, other: Style) -> Style {
        Style(self.0 | other.0)
    }

    pub fn has(self, other: Style) -> bool {
        self.0 & other.0 != 0
    }

    pub fn paint(self, text: &str, theme: Theme) -> String {
        let mut out = text.to_string();
        if self.has(Style::CODE) {
            out = theme.name(&out);
        }
        if self.has(Style::DIM) {
            out = theme.dim(&out);
        }
        if self.has(Style::EMPHASIS) {
            out = theme.emphasis(&out);
        }
        if self.has(Style::HEADING) {
            out = theme.heading(&out);
        } else if self.has(Style::STRONG) {
            out = theme.strong(&out);
        }
        out
    }
}

/// Text in one style. A `\n` is a hard break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub style: Style,
}

/// What is never broken, except where a column is narrower.
#[derive(Clone, Debug, Default)]
pub struct Word {
    pieces: Vec<Span>,
    pub width: usize,
    /// Whether a space stands before it when both are on one line, and in which style.
    space: Option<Style>,
    /// Whether a hard break stands before it.
    after_break: bool,
}

impl Word {
    fn push(&mut self, c: char, style: Style) {
        self.width += c.width().unwrap_or(0);
        match self.pieces.last_mut() {
            Some(last) if last.style == style => last.text.push(c),
            _ => self.pieces.push(Span { text: c.to_string(), style }),
        }
    }
}

/// Code of at most this many columns is kept on one line: a command or a name should stay whole.
const WHOLE_CODE: usize = 24;

/// Spans cut where a line may break: at spaces, and between ideographs.
pub fn words(spans: &[Span], theme: Theme) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut word = Word::default();
    for span in spans {
        let code = span.style.has(Style::CODE);
        let quoted;
        // Without colours, quotes are what tells code from prose.
        let text = if code && !theme.color {
            quoted = format!("`{}`", span.text);
            &quoted
        } else {
            &span.text
        };
        let whole = code && layout::width(text) <= WHOLE_CODE;
        for c in text.chars() {
            match c {
                ' ' if !whole => {
                    close(&mut word, &mut out);
                    word.space = Some(span.style);
                }
                '\n' => {
                    close(&mut word, &mut out);
                    word.space = None;
                    word.after_break = true;
                }
                c => {
                    let last = word.pieces.last().and_then(|p| p.text.chars().last());
                    if last.is_some_and(|last| may_break_between(last, c)) {
                        close(&mut word, &mut out);
                    }
                    word.push(c, span.style);
                }
            }
        }
    }
    close(&mut word, &mut out);
    out
}

fn close(word: &mut Word, out: &mut Vec<Word>) {
    if !word.pieces.is_empty() {
        out.push(std::mem::take(word));
    }
}

/// Ideographs and syllables that are written without spaces.
fn may_break_between(left: char, right: char) -> bool {
    let solid = |c: char| {
        matches!(c, '\u{2e80}'..='\u{2fff}' | '\u{3041}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    };
    solid(right) || solid(left) && right.is_alphanumeric()
}

/// Lines of at most `columns`. A longer word stays whole and sticks out.
pub fn fill(words: &[Word], columns: usize) -> Vec<Vec<&Word>> {
    let mut lines: Vec<Vec<&Word>> = Vec::new();
    let mut line: Vec<&Word> = Vec::new();
    let mut used = 0;
    for word in words {
        let gap = usize::from(!line.is_empty() && word.space.is_some());
        if !line.is_empty() && (word.after_break || used + gap + word.width > columns) {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        used += word.width + if line.is_empty() { 0 } else { gap };
        line.push(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Words longer than `columns` cut into parts that fit.
pub fn split_long(words: Vec<Word>, columns: usize) -> Vec<Word> {
    let mut out = Vec::new();
    for word in words {
        if word.width <= columns {
            out.push(word);
            continue;
        }
        let mut part = Word { space: word.space, after_break: word.after_break, ..Word::default() };
        for piece in &word.pieces {
            for c in piece.text.chars() {
                if part.width > 0 && part.width + c.width().unwrap_or(0) > columns {
                    out.push(std::mem::take(&mut part));
                }
                part.push(c, piece.style);
            }
        }
        close(&mut part, &mut out);
    }
    out
}

/// One line of words as text. Neighbours of the same style share it, spaces included.
pub fn line(words: &[&Word], theme: Theme) -> String {
    let mut runs: Vec<Span> = Vec::new();
    let mut push = |text: &str, style: Style| match runs.last_mut() {
        Some(last) if last.style == style => last.text.push_str(text),
        _ => runs.push(Span { text: text.to_string(), style }),
    };
    for (i, word) in words.iter().enumerate() {
        if i > 0
            && let Some(space) = word.space
        {
            let before = words[i - 1].pieces.last().map(|p| p.style);
            let joined = before == Some(space) && word.pieces.first().map(|p| p.style) == before;
            push(" ", if joined { space } else { Style::default() });
        }
        for piece in &word.pieces {
            push(&piece.text, piece.style);
        }
    }
    runs.iter().map(|r| r.style.paint(&r.text, theme)).collect()
}

/// Spans as lines of at most `columns`.
pub fn wrap(spans: &[Span], columns: usize, theme: Theme) -> Vec<String> {
    fill(&words(spans, theme), columns).iter().map(|words| line(words, theme)).collect()
}
