//! What is wrong with content, with file and line. Knows nothing of how content is read or shown.

use std::fmt;

/// One thing an author has to mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path inside the content root, with forward slashes.
    pub file: String,
    /// Line from 1; 0 when the file as a whole is meant.
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)
        } else {
            write!(f, "{}:{}: {}", self.file, self.line, self.message)
        }
    }
}

/// More than this in one content root, and the rest is not told: who mends these will see.
pub const MOST: usize = 500;
/// A longer message is cut: what it quotes may be a whole file (bytes).
const LONGEST: usize = 2_000;

/// Adds a problem, unless there are so many already that nobody reads on.
pub fn tell(found: &mut Vec<Problem>, mut problem: Problem) {
    if found.len() > MOST {
        return;
    }
    if found.len() == MOST {
        problem =
            Problem { line: 0, message: "there are more problems than are told here".to_string(), ..problem };
    }
    if problem.message.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|i| problem.message.is_char_boundary(*i)).unwrap_or(0);
        problem.message.truncate(end);
        problem.message.push_str(" ...");
    }
    found.push(problem);
}

/// Collects the problems of one file.
pub struct Problems<'a> {
    pub file: &'a str,
    text: &'a str,
    found: &'a mut Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub fn new(file: &'a str, text: &'a str, found: &'a mut Vec<Problem>) -> Problems<'a> {
        Problems { file, text, found }
    }

    /// A problem at a byte offset of the file.
    pub fn at(&mut self, offset: usize, message: impl Into<String>) {
        if !self.is_full() {
            let line = line_of(self.text, offset);
            tell(self.found, Problem { file: self.file.to_string(), line, message: message.into() });
        }
    }

    /// A problem with the file as a whole.
    pub fn whole(&mut self, message: impl Into<String>) {
        tell(self.found, Problem { file: self.file.to_string(), line: 0, message: message.into() });
    }

    /// The line, from 1, that holds the byte at `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        line_of(self.text, offset)
    }

    /// Whether more would not be told: then no message need be made.
    pub fn is_full(&self) -> bool {
        self.found.len() > MOST
    }
}

/// The line, from 1, that holds the byte at `offset`.
pub fn line_of(text: &str, offset: usize) -> usize {
    let upto = offset.min(text.len());
    text.as_bytes()[..upto].iter().filter(|b| **b == b'\n').count() + 1
}
