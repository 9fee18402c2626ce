//! Edits of a solution: wrong variants, which embody a misconception, with the check that must catch each; and
//! marks of edits that change nothing anybody could tell, each with the reason.

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
    /// The check catches it by not coming to an end.
    pub exceeds_limit: bool,
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

/// The mark of an edit after which the solution is as right as before: no check can catch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equivalent {
    /// Occurs exactly once in the solution.
    pub find: String,
    pub put: String,
    /// Why nobody can tell.
    pub reason: String,
    /// Byte offset in the variants file.
    pub offset: usize,
}

/// What a variants file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variants {
    pub wrong: Vec<Variant>,
    pub equivalent: Vec<Equivalent>,
}

/// Reads one exercise's `checks/<topic>/<nn-name>.toml`.
pub fn parse(text: &str, problems: &mut Problems<'_>) -> Variants {
    let Some(doc) = decode::parse(text, problems) else { return Variants::default() };
    let mut root = Table::root(&doc, "the wrong variants");
    let wrong = wrong(&mut root, problems);
    let equivalent = equivalent(&mut root, problems);
    root.finish(problems);
    Variants { wrong, equivalent }
}

fn wrong(root: &mut Table<'_>, problems: &mut Problems<'_>) -> Vec<Variant> {
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
        let exceeds_limit = t.opt_bool("exceeds_limit", problems).unwrap_or(false);
        let change = change(&mut t, problems);
        t.finish(problems);
        if let Some(change) = change {
            out.push(Variant { name, belief, caught_by, exceeds_limit, change, offset });
        }
    }
    out
}

fn equivalent(root: &mut Table<'_>, problems: &mut Problems<'_>) -> Vec<Equivalent> {
    let mut out: Vec<Equivalent> = Vec::new();
    for mut t in root.tables("equivalent", problems) {
        let offset = t.offset_of("find");
        let find = t.str("find", problems);
        let put = t.opt_str("put", problems).map(ToString::to_string);
        if put.is_none() && !t.has("put") {
            problems.at(t.offset(), format!("{} lacks `put`; an empty one drops what `find` finds", t.place));
        }
        let reason = t.str("reason", problems);
        t.finish(problems);
        let Some(put) = put else { continue };
        if find == put {
            problems.at(offset, "`find` and `put` are the same");
        } else if out.iter().any(|other| (&other.find, &other.put) == (&find, &put)) {
            problems.at(offset, "the same edit is marked twice");
        } else {
            out.push(Equivalent { find, put, reason, offset });
        }
    }
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

/// Complains about variants that can't be built from `solution` or name a check that is not there, and about
/// marks of edits that can't be made.
pub fn validate(
    variants: &Variants,
    solution: &str,
    checks: &[String],
    exercise: &Exercise,
    source: &Source,
    problems: &mut Problems<'_>,
) {
    for variant in &variants.wrong {
        if !checks.is_empty() && !checks.contains(&variant.caught_by) {
            let message = format!("variant `{}`: there is no check `{}`", variant.name, variant.caught_by);
            problems.at(variant.offset, message);
        }
        if let Err(why) = source_of(variant, solution, exercise, source) {
            problems.at(variant.offset, format!("variant `{}` is unviable: {why}", variant.name));
        }
    }
    for mark in &variants.equivalent {
        if let Err(why) = edited(solution, &mark.find, &mark.put) {
            problems.at(mark.offset, format!("equivalent edit: {why}"));
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
            source.read(&path)?.ok_or_else(|| format!("`{path}` is missing"))
        }
        Change::Edits(edits) => {
            let mut text = solution.to_string();
            for (find, put) in edits {
                text = edited(&text, find, put)?;
            }
            Ok(text)
        }
    }
}

/// `text` with `put` in the place of the one `find`.
pub fn edited(text: &str, find: &str, put: &str) -> Result<String, String> {
    let times = if find.is_empty() { 0 } else { text.matches(find).count() };
    if times != 1 {
        return Err(format!("`find` occurs {times} times in the solution, not once: {find:?}"));
    }
    Ok(text.replacen(find, put, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Variants, Vec<(usize, String)>) {
        let mut found = Vec::new();
        let variants = parse(text, &mut Problems::new("v.toml", text, &mut found));
        (variants, found.into_iter().map(|p| (p.line, p.message)).collect())
    }

    #[test]
    fn a_mark_of_an_equivalent_edit_names_it_and_the_reason() {
        let (variants, problems) = parsed("[[equivalent]]\nfind = 'a.max(b)'\nput = ''\nreason = 'a >= b'\n");
        assert_eq!(problems, []);
        let [mark] = &variants.equivalent[..] else { panic!("{variants:?}") };
        assert_eq!((mark.find.as_str(), mark.put.as_str(), mark.reason.as_str()), ("a.max(b)", "", "a >= b"));
    }

    #[test]
    fn every_fault_of_a_mark_is_told_with_its_line() {
        let text = "[[equivalent]]\nfind = 'a'\nput = 'a'\nreason = ' '\n\
                    [[equivalent]]\nfind = 'b'\nwhy = ''\nreason = 'so'\n\
                    [[equivalent]]\nfind = 'c'\nput = 'd'\nreason = 'so'\n\
                    [[equivalent]]\nfind = 'c'\nput = 'd'\nreason = 'so'\n";
        let (variants, problems) = parsed(text);
        let expected = [
            (4, "`reason` in equivalent 1 is empty"),
            (2, "`find` and `put` are the same"),
            (5, "equivalent 2 lacks `put`; an empty one drops what `find` finds"),
            (7, "unknown key `why` in equivalent 2 (known: `find`, `put`, `reason`)"),
            (14, "the same edit is marked twice"),
        ];
        assert_eq!(problems, expected.map(|(line, message)| (line, message.to_string())));
        assert_eq!(variants.equivalent.len(), 1);
    }

    #[test]
    fn an_edit_is_made_at_the_one_place_that_it_finds() {
        assert_eq!(edited("a + b", "+", "-"), Ok("a - b".to_string()));
        for (find, times) in [("", 0), ("x", 0), ("a", 2)] {
            let why = edited("a a", find, "").unwrap_err();
            assert!(why.starts_with(&format!("`find` occurs {times} times")), "{why}");
        }
    }
}
