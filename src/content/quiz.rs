//! Quiz files in the mdbook-quiz schema, with drill's optional keys.

use super::decode;
use super::problem::Problems;

/// A quiz, valid by construction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quiz {}

pub fn parse(text: &str, problems: &mut Problems<'_>) -> Option<Quiz> {
    decode::parse(text, problems).map(|_| Quiz::default())
}
