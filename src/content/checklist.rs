//! The names and purposes of an exercise's hidden checks, read from the `CHECKS` table of its
//! check file, so that they are known before anything is compiled and no report can invent one.

use super::problem::Problems;

/// One row of the `CHECKS` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckInfo {
    pub name: String,
    /// What it catches: one lower-case phrase.
    pub catches: String,
}

/// Reads `pub const CHECKS: &[kit::Check] = &[("name", "what it catches", function), ...];`.
pub fn checklist(text: &str, problems: &mut Problems<'_>) -> Vec<CheckInfo> {
    const TABLE_HEAD: &str = "Check] = &[";
    let start = text.find("pub const CHECKS: &[");
    let Some((start, body)) =
        start.and_then(|s| Some((s, s + text[s..].find(TABLE_HEAD)? + TABLE_HEAD.len())))
    else {
        problems.whole("has no `pub const CHECKS: &[kit::Check] = &[...]`");
        return Vec::new();
    };
    let mut strings: Vec<(usize, String)> = Vec::new();
    let bytes = text.as_bytes();
    let (mut i, mut depth) = (body, 1usize);
    while i < bytes.len() && depth > 0 {
        match bytes[i] {
            b'/' if bytes.get(i + 1) == Some(&b'/') => {
                i += text[i..].find('\n').unwrap_or(text.len() - i);
                continue;
            }
            b'[' => depth += 1,
            b']' => depth -= 1,
            b'"' => {
                let (value, after) = literal(text, i + 1);
                strings.push((i, value));
                i = after;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    if depth > 0 || strings.is_empty() || !strings.len().is_multiple_of(2) {
        problems.at(start, "the `CHECKS` table must hold rows of (\"name\", \"what it catches\", function)");
        return Vec::new();
    }
    let mut out: Vec<CheckInfo> = Vec::new();
    for pair in strings.chunks(2) {
        let (offset, name, catches) = (pair[0].0, pair[0].1.clone(), pair[1].1.clone());
        if !super::manifest::is_kebab(&name) {
            problems.at(offset, format!("`{name}` is not a check name: lower-case words and single hyphens"));
        }
        if out.iter().any(|c| c.name == name) {
            problems.at(offset, format!("check `{name}` stands twice"));
        }
        if catches.trim().is_empty() {
            problems.at(offset, format!("check `{name}` does not say what it catches"));
        }
        out.push(CheckInfo { name, catches });
    }
    out
}

/// The string literal whose first byte is at `i`, and the offset behind its closing quote.
/// Knows `\"`, `\\`, `\n` and a line continuation.
fn literal(text: &str, mut i: usize) -> (String, usize) {
    let mut value = String::new();
    while let Some(c) = text[i..].chars().next() {
        i += c.len_utf8();
        match c {
            '"' => return (value, i),
            '\\' => {
                let Some(escaped) = text[i..].chars().next() else { break };
                i += escaped.len_utf8();
                match escaped {
                    '\n' => i += text[i..].len() - text[i..].trim_start().len(),
                    'n' => value.push('\n'),
                    other => value.push(other),
                }
            }
            c => value.push(c),
        }
    }
    (value, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)], complaints: usize) {
        let mut found = Vec::new();
        let list = checklist(text, &mut Problems::new("checks/x.rs", text, &mut found));
        let list: Vec<_> = list.iter().map(|c| (c.name.as_str(), c.catches.as_str())).collect();
        assert_eq!(list, expected);
        assert_eq!(found.len(), complaints, "{found:?}");
    }

    #[test]
    fn rows_are_read_in_order_whatever_their_layout() {
        let text = "fn f() {}\npub const CHECKS: &[kit::Check] = &[\n    (\"a-b\", \"says \\\"no\\\"\", f), // (\"not\", \"me\")\n    (\n        \"c\",\n        \"long \\\n         phrase\",\n        f,\n    ),\n];\n";
        check(text, &[("a-b", "says \"no\""), ("c", "long phrase")], 0);
    }

    #[test]
    fn a_missing_or_broken_table_is_a_problem() {
        check("fn f() {}", &[], 1);
        check("pub const CHECKS: &[kit::Check] = &[(\"a\", f)];", &[], 1);
        check("pub const CHECKS: &[kit::Check] = &[(\"a\", \"b\", f),", &[], 1);
    }

    #[test]
    fn names_are_kebab_case_and_unique() {
        let text =
            "pub const CHECKS: &[kit::Check] = &[(\"A\", \"x\", f), (\"b\", \"x\", f), (\"b\", \" \", f)];";
        check(text, &[("A", "x"), ("b", "x"), ("b", " ")], 3);
    }
}
