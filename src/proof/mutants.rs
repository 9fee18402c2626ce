//! Small edits of a solution that its checks should notice. Each is a change of text at one place, so that
//! comments and formatting stay and an author reads it as a diff. Finds the edits; judges none.
//!
//! Left alone are what the stub gives as it stands (checks use their own copy of it), tests, attributes, types,
//! and the inside of macro calls.

mod calls;
mod edits;
mod given;

use crate::content::problem::line_of;
use std::collections::HashSet;
use std::ops::Range;
use syn::spanned::Spanned;

/// A solution with one small edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The kind of edit, in a word.
    pub operator: &'static str,
    /// Where it begins, both from 1.
    pub line: usize,
    pub column: usize,
    /// What stood there, and what stands there now.
    pub from: String,
    pub to: String,
    /// The lines that the edit touches, before and after; blank ones are left out.
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// The whole text.
    pub text: String,
}

/// A replacement of some bytes.
struct Edit {
    operator: &'static str,
    range: Range<usize>,
    put: String,
}

/// Every mutant of `solution` outside of what `stub` has too, in the order of their places. None when it can't
/// be parsed: rustc has more to say about that.
pub fn mutants(solution: &str, stub: &str) -> Vec<Mutant> {
    let Some((file, text)) = parse(solution) else { return Vec::new() };
    let given = parse(stub).map(|(file, text)| given::keys(&file, text)).unwrap_or_default();
    let mut edits = edits::edits(&file, text, &given);
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut seen = HashSet::from([solution.to_string()]);
    edits
        .into_iter()
        .map(|edit| apply(solution, edit))
        .filter(|mutant| seen.insert(mutant.text.clone()))
        .collect()
}

/// A text that was parsed.
#[derive(Clone, Copy)]
struct Text<'t> {
    text: &'t str,
    /// The byte from which spans count.
    shift: usize,
}

impl<'t> Text<'t> {
    /// The bytes that a piece of syntax stands at.
    fn range(self, piece: &impl Spanned) -> Range<usize> {
        let Range { start, end } = piece.span().byte_range();
        start + self.shift..end + self.shift
    }

    /// As it was written.
    fn of(self, piece: &impl Spanned) -> &'t str {
        &self.text[self.range(piece)]
    }
}

fn parse(text: &str) -> Option<(syn::File, Text<'_>)> {
    let file = syn::parse_file(text).ok()?;
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let shift = mark + file.shebang.as_ref().map_or(0, String::len);
    Some((file, Text { text, shift }))
}

fn apply(solution: &str, edit: Edit) -> Mutant {
    let Edit { operator, range, put } = edit;
    let text = [&solution[..range.start], &put, &solution[range.end..]].concat();
    let line_start = solution[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = |text: &str, from: usize| text[from..].find('\n').map_or(text.len(), |at| from + at);
    let lines = |touched: &str| -> Vec<String> {
        touched.lines().filter(|line| !line.trim().is_empty()).map(ToString::to_string).collect()
    };
    Mutant {
        operator,
        line: line_of(solution, range.start),
        column: solution[line_start..range.start].chars().count() + 1,
        before: lines(&solution[line_start..line_end(solution, range.end)]),
        after: lines(&text[line_start..line_end(&text, range.start + put.len())]),
        from: solution[range].to_string(),
        to: put,
        text,
    }
}

#[cfg(test)]
mod tests;
