//! What books with mdbook-quiz write into their Markdown and a browser shows otherwise: marks and hidden lines in
//! code, small raised letters. Turned into plain Markdown before it is laid out.

use std::borrow::Cow;

/// `text` as plain Markdown. Most texts come back as they are.
pub fn plain(text: &str) -> Cow<'_, str> {
    let is_special = ["`[", "aquascope", "<sup>", "<sub>"].iter().any(|sign| text.contains(sign));
    if !is_special {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<Fence> = None;
    let mut points = 0;
    for line in text.lines() {
        match &fence {
            None => {
                fence = Fence::opened_by(line);
                if fence.is_some() {
                    out.push_str(line);
                } else {
                    out.push_str(&small_letters(line));
                }
            }
            Some(open) if open.is_closed_by(line) => {
                fence = None;
                out.push_str(line);
            }
            Some(open) if open.hides(line) => continue,
            Some(open) if open.has_marks => {
                for line in unmarked(line, &mut points) {
                    out.push_str(&line);
                    out.push('\n');
                }
                continue;
            }
            Some(_) => out.push_str(line),
        }
        out.push('\n');
    }
    out.into()
}

/// A block of code between two fences.
struct Fence {
    ticks: usize,
    /// A diagram of Aquascope, which a terminal can't show: its program is left.
    is_diagram: bool,
    /// Marks have a meaning in programs; in what a compiler prints, backticks are its own.
    has_marks: bool,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Fence> {
        let line = line.trim_start();
        let ticks = line.bytes().take_while(|b| *b == b'`').count();
        let info = line.get(ticks..)?.trim();
        if ticks < 3 || info.contains('`') {
            return None;
        }
        let language = info.split(|c: char| c == ',' || c.is_whitespace()).next().unwrap_or_default();
        let is_diagram = language == "aquascope";
        Some(Fence { ticks, is_diagram, has_marks: is_diagram || ["", "rust", "ide"].contains(&language) })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.ticks && line.bytes().all(|b| b == b'`')
    }

    fn hides(&self, line: &str) -> bool {
        let code = line.trim_start();
        self.is_diagram && code.starts_with('#') && !code.starts_with("#[") && !code.starts_with("#!")
    }
}

/// A line of code without its marks. What was highlighted is underlined in a line below; a place that a diagram
/// shows gets the name that the diagram has there.
fn unmarked(line: &str, points: &mut usize) -> Vec<String> {
    let (mut code, mut under) = (String::new(), String::new());
    let mut rest = line;
    while let Some((before, mark, after)) = next_mark(rest) {
        code.push_str(before);
        match mark.strip_prefix('[').and_then(|m| m.strip_suffix(']')) {
            Some("") => {
                *points += 1;
                code.push_str(&format!(" // L{points}"));
            }
            Some(inside) => {
                let gap = code.chars().count().saturating_sub(under.chars().count());
                under.extend(std::iter::repeat_n(' ', gap));
                under.extend(inside.chars().map(|_| '^'));
                code.push_str(inside);
            }
            None => {}
        }
        rest = after;
    }
    code.push_str(rest);
    let code = code.trim_end().to_string();
    if under.is_empty() { vec![code] } else { vec![code, under] }
}

/// The text before the next `` `[...]` ``, `` `(...)` `` or `` `{...}` ``, what is between its backticks, and the
/// text after it.
fn next_mark(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find('`')?;
        let inside = &text[open + 1..];
        let pair = [('[', "]`"), ('(', ")`"), ('{', "}`")].into_iter().find(|(c, _)| inside.starts_with(*c));
        if let Some((_, close)) = pair
            && let Some(end) = inside.find(close)
        {
            return Some((&text[..open], &inside[..=end], &inside[end + 2..]));
        }
        from = open + 1;
    }
}

/// `2<sup>128</sup>` as `2^128`.
fn small_letters(line: &str) -> String {
    let mut line = line.to_string();
    for (tag, sign) in [("sup", '^'), ("sub", '_')] {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        if line.contains(&close) {
            line = line.replace(&open, &sign.to_string()).replace(&close, "");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(plain(text).trim_end(), expected.trim_end());
    }

    #[test]
    fn what_a_book_highlights_is_underlined() {
        check(
            "Mend it:\n```\nfor `[mut n]` in `[&mut v]` {\n    f(n);\n}\n```\n",
            "Mend it:\n```\nfor mut n in &mut v {\n    ^^^^^    ^^^^^^\n    f(n);\n}\n```\n",
        );
    }

    #[test]
    fn a_diagram_leaves_its_program_with_the_places_named() {
        check(
            "```aquascope,interpreter\n#fn main() {\nlet s = f();`(focus,paths:s)` `[]`\n#[cfg(a)]\nlet t = 1;`[]`\n#}\n```",
            "```aquascope,interpreter\nlet s = f();  // L1\n#[cfg(a)]\nlet t = 1; // L2\n```",
        );
    }

    #[test]
    fn what_only_looks_like_a_mark_stays() {
        for text in [
            "`[T]` is a slice, 1 < 2",
            "```text\nthe size of `[i32]` is not known\n```",
            "```toml\n# a comment `[a]`\n```",
            "```\nlet s = \"`[\";\n```",
            "``` `[a]` ```",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn raised_letters_are_powers() {
        check("2<sup>127</sup> - 1, a<sub>i</sub>", "2^127 - 1, a_i");
    }
}
