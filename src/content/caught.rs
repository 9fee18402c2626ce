//! Which checks each wrong variant of a topic fails: `checks/<topic>/caught.toml`, written by `drill verify` and read
//! when a learner's file fails the same ones.

use super::decode::{self, Table};
use super::model::Exercise;
use super::problem::Problems;
use super::source::Source;
use super::variants;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A wrong variant that ran to its end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caught {
    /// `01-lazy-refill`.
    pub exercise: String,
    pub variant: String,
    /// In the check file's order.
    pub fails: Vec<String>,
}

pub fn path(topic: &str) -> String {
    format!("checks/{topic}/caught.toml")
}

pub fn parse(text: &str, problems: &mut Problems<'_>) -> Vec<Caught> {
    let Some(doc) = decode::parse(text, problems) else { return Vec::new() };
    let mut root = Table::root(&doc, "what variants fail");
    let mut out = Vec::new();
    for mut t in root.tables("caught", problems) {
        let exercise = t.str("exercise", problems);
        let variant = t.str("variant", problems);
        let fails = t.strs("fails", problems).into_iter().map(|(_, check)| check).collect();
        t.finish(problems);
        out.push(Caught { exercise, variant, fails });
    }
    root.finish(problems);
    out
}

/// The file's text; names are kebab-case and need no escape.
pub fn text(all: &[Caught]) -> String {
    let mut out =
        "# Which checks each wrong variant fails. Written by `drill verify`.\ncaught = [\n".to_string();
    for Caught { exercise, variant, fails } in all {
        let fails: Vec<String> = fails.iter().map(|check| format!("\"{check}\"")).collect();
        let _ = writeln!(
            out,
            "    {{ exercise = \"{exercise}\", variant = \"{variant}\", fails = [{}] }},",
            fails.join(", ")
        );
    }
    out + "]\n"
}

/// What somebody believes whose file fails exactly these checks: the belief of the one wrong variant that does. None
/// when there is no such variant, or more than one.
pub fn belief(source: &Source, exercise: &Exercise, failing: &[&str]) -> Option<String> {
    let read = |path: &str| source.read(path).ok().flatten();
    let path = path(exercise.topic());
    let text = read(&path)?;
    let failing: BTreeSet<&str> = failing.iter().copied().collect();
    let all = parse(&text, &mut Problems::new(&path, &text, &mut Vec::new()));
    let mut same = all.iter().filter(|caught| {
        caught.exercise == exercise.name()
            && caught.fails.iter().map(String::as_str).collect::<BTreeSet<_>>() == failing
    });
    let (one, another) = (same.next()?, same.next());
    if another.is_some() || failing.is_empty() {
        return None;
    }
    let path = exercise.variants_path();
    let text = read(&path)?;
    let variants = variants::parse(&text, &mut Problems::new(&path, &text, &mut Vec::new()));
    variants.wrong.into_iter().find(|variant| variant.name == one.variant).map(|variant| variant.belief)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(variant: &str, fails: &[&str]) -> Caught {
        Caught {
            exercise: "01-x".to_string(),
            variant: variant.to_string(),
            fails: fails.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let all = [caught("strict", &["a", "b-c"]), caught("lax", &[])];
        let mut found = Vec::new();
        let text = text(&all);
        assert_eq!(parse(&text, &mut Problems::new("c", &text, &mut found)), all);
        assert_eq!(found, []);
    }
}
