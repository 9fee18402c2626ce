//! New content to start from: what is still to be written says TODO, so that `drill verify` names it. Plans which
//! files to write and which to change, and carries that out wholly or not at all.

pub mod edit;
pub mod exercise;
pub mod quiz;
pub mod topic;
pub mod write;

use crate::content::manifest;
use crate::content::problem::Problems;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::text;

/// What is to be done in a folder of content. Paths are inside it, with forward slashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Files that are not there yet, with their texts.
    pub new: Vec<(String, String)>,
    /// Files that get another text.
    pub changed: Vec<Change>,
}

/// Another text for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: String,
    pub before: String,
    pub after: String,
}

/// `template` with each `{name}` replaced by its value.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    // One pass, so that a value may hold what looks like a name.
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let named = values.iter().find_map(|(name, value)| {
            let after = from[1..].strip_prefix(name)?.strip_prefix('}')?;
            Some((*value, after))
        });
        if let Some((value, after)) = named {
            out.push_str(value);
            rest = after;
        } else {
            out.push('{');
            rest = &from[1..];
        }
    }
    out + rest
}

/// A title as it was given, or made of an id: `Lease pools` of `lease-pools`.
fn title(given: Option<&str>, id: &str) -> Result<String, Failure> {
    let Some(given) = given else { return Ok(capital(&id.replace('-', " "))) };
    let title = given.trim();
    if title.is_empty() || title.chars().any(char::is_control) {
        return Err(Failure::usage("a title is one line with something in it"));
    }
    Ok(title.to_string())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Refuses what is no id.
fn id(word: &str, noun: &str) -> Result<(), Failure> {
    if manifest::is_kebab(word) {
        return Ok(());
    }
    let shown = text::printable(word);
    let failure = Failure::usage(format!("`{shown}` can't be the id of a {noun}"));
    let rule = "an id has lower-case words, digits and single hyphens, at most 60 characters";
    let near: Vec<String> = shown
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let near = near.join("-");
    Err(if manifest::is_kebab(&near) {
        failure.help(format!("{rule}: `{near}`"))
    } else {
        failure.help(format!("{rule}, like `lease-pools`"))
    })
}

/// The text of a manifest that has no problem, and what `parse` makes of it.
fn sound<T>(
    source: &Source,
    path: &str,
    parse: impl Fn(&str, &mut Problems<'_>) -> T,
) -> Result<Option<(String, T)>, Failure> {
    let text = source.read(path).map_err(|why| Failure::environment(format!("`{path}`: {why}")))?;
    let Some(text) = text else { return Ok(None) };
    let mut found = Vec::new();
    let parsed = parse(&text, &mut Problems::new(path, &text, &mut found));
    match found.first() {
        None => Ok(Some((text, parsed))),
        Some(problem) => Err(Failure::environment(problem.to_string())
            .help("mend it first: nothing is added to a file that can't be read")),
    }
}

/// That a file can't be changed as text without losing what its author wrote.
fn by_hand(path: &str, what: &str) -> Failure {
    Failure::environment(format!("`{path}` is laid out in a way that drill can't add to"))
        .help(format!("add {what} by hand, then try again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_replaced_once() {
        let values = [("a", "{b}"), ("b", "2")];
        assert_eq!(filled("{a} {b} {c} { {a", &values), "{b} 2 {c} { {a");
    }

    #[test]
    fn a_title_is_made_of_the_id_or_as_given() {
        assert_eq!(title(None, "lease-pools").unwrap(), "Lease pools");
        assert_eq!(title(Some(" Pools \"of\" leases "), "x").unwrap(), "Pools \"of\" leases");
        assert!(title(Some("two\nlines"), "x").is_err() && title(Some(" "), "x").is_err());
        assert_eq!(quoted("a \"b\" \\"), "\"a \\\"b\\\" \\\\\"");
    }

    #[test]
    fn a_bad_id_is_refused_with_a_good_one() {
        assert!(id("lease-pools", "topic").is_ok());
        assert!(id("Lease Pools!", "topic").unwrap_err().help[0].ends_with("`lease-pools`"));
        assert!(id("../x", "topic").unwrap_err().help[0].ends_with("`x`"));
        assert!(id("", "topic").unwrap_err().help[0].ends_with("like `lease-pools`"));
    }
}
