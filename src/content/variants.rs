//! Wrong variants: edits of a solution that embody a misconception, and the check that must catch each.

use super::decode::{self, Table};
use super::manifest::is_kebab;
use super::model::Exercise;
use super::problem::Problems;
use super::source::Source;

/// A plausible wrong solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    pub name: String,
    /// What the learner who writes this believes.
    pub belief: String,
    pub caught_by: String,
    pub change: Change,
    /// Byte offset in the variants file.
    pub offset: usize,
}

/// How a variant differs from the solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `(find, put)` pairs, applied in order; each `find` occurs exactly once.
    Edits(Vec<(String, String)>),
    /// A whole file, beside the variants file.
    File(String),
}

/// Reads one exercise's `checks/<topic>/<nn-name>.toml`.
pub fn parse(text: &str, problems: &mut Problems<'_>) -> Vec<Variant> {
    let Some(doc) = decode::parse(text, problems) else { return Vec::new() };
    let mut root = Table::root(&doc, "the wrong variants");
    let mut out: Vec<Variant> = Vec::new();
    for mut t in root.tables("wrong", problems) {
        let offset = t.offset_of("name");
        let name = t.str("name", problems);
        if !name.is_empty() {
            t.place = format!("variant `{name}`");
        }
        if !name.is_empty() && !is_kebab(&name) {
            problems.at(offset, format!("`{name}` is not a name: lower-case words and single hyphens"));
        }
        if out.iter().any(|v| v.name == name) {
            problems.at(offset, format!("variant `{name}` stands twice"));
        }
        let belief = t.str("belief", problems);
        let caught_by = t.str("caught_by", problems);
        let change = change(&mut t, problems);
        t.finish(problems);
        if let Some(change) = change {
            out.push(Variant { name, belief, caught_by, change, offset });
        }
    }
    root.finish(problems);
    out
}

fn change(t: &mut Table<'_>, problems: &mut Problems<'_>) -> Option<Change> {
    let file = t.opt_str("file", problems).map(ToString::to_string);
    let single = (t.opt_str("find", problems), t.opt_str("put", problems));
    let mut edits = Vec::new();
    for mut e in t.tables("edits", problems) {
        edits.push((e.str("find", problems), e.opt_str("put", problems).unwrap_or_default().to_string()));
        e.finish(problems);
    }
    match (file, single, edits.is_empty()) {
        (Some(file), (None, None), true) => Some(Change::File(file)),
        (None, (Some(find), Some(put)), true) => {
            Some(Change::Edits(vec![(find.to_string(), put.to_string())]))
        }
        (None, (None, None), false) => Some(Change::Edits(edits)),
        _ => {
            let message = format!("{} needs exactly one of `find` with `put`, `edits`, or `file`", t.place);
            problems.at(t.offset(), message);
            None
        }
    }
}

/// Complains about variants that can't be built from `solution` or name a check that is not there.
pub fn validate(
    variants: &[Variant],
    solution: &str,
    checks: &[String],
    exercise: &Exercise,
    source: &Source,
    problems: &mut Problems<'_>,
) {
    for variant in variants {
        if !checks.is_empty() && !checks.contains(&variant.caught_by) {
            let message = format!("variant `{}`: there is no check `{}`", variant.name, variant.caught_by);
            problems.at(variant.offset, message);
        }
        if let Err(why) = source_of(variant, solution, exercise, source) {
            problems.at(variant.offset, format!("variant `{}`: {why}", variant.name));
        }
    }
}

/// The text of a variant, or why it is not viable.
pub fn source_of(
    variant: &Variant,
    solution: &str,
    exercise: &Exercise,
    source: &Source,
) -> Result<String, String> {
    match &variant.change {
        Change::File(name) => {
            if name.contains(['/', '\\']) || !name.starts_with(exercise.name()) {
                return Err(format!("`{name}` must be a file beside the checks, named after the exercise"));
            }
            let path = format!("checks/{}/{name}", exercise.topic());
            source
                .read(&path)?
                .map(std::borrow::Cow::into_owned)
                .ok_or_else(|| format!("`{path}` is missing"))
        }
        Change::Edits(edits) => {
            let mut text = solution.to_string();
            for (find, put) in edits {
                let times = if find.is_empty() { 0 } else { text.matches(find.as_str()).count() };
                if times != 1 {
                    return Err(format!("`find` occurs {times} times in the solution, not once: {find:?}"));
                }
                text = text.replacen(find.as_str(), put, 1);
            }
            Ok(text)
        }
    }
}
