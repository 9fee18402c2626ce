//! Puts the learner's file and the checks into one crate without moving a line: the learner's file stays the
//! crate root, so that its own `fn main` and `crate::` paths mean what they say.
//!
//! The checks are mounted before the learner's first item. A `macro_rules!` counts from its place in the text
//! on, so a learner's own `vec!` or `assert!` never reaches them; and nothing of ours follows a comment, a
//! string, a brace or an attribute that the learner left open.

/// The attribute that lets the learner keep a `fn main` of their own.
const HEAD: &str = "#![no_main] ";
const MOUNT: &str = "#[path = \"checks.rs\"] mod __drill_checks; ";

/// The learner's file as rustc gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weld {
    pub text: String,
    /// What was put in, from left to right.
    inserted: Vec<Insert>,
    /// Lines of the learner's own.
    pub lines: u32,
}

/// Text of ours in a line of the learner's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Insert {
    line: u32,
    /// In the welded line, in chars from 1.
    column: u32,
    text: &'static str,
}

/// Without a byte-order mark.
pub fn without_mark(learner: &str) -> &str {
    learner.strip_prefix('\u{feff}').unwrap_or(learner)
}

/// Adds the attribute before the first token and the checks before the first item.
pub fn weld(learner: &str) -> Weld {
    let learner = without_mark(learner);
    let start = shebang_len(learner);
    let mount = start + first_item(&learner[start..]);
    let mut weld = Weld {
        text: String::with_capacity(learner.len() + HEAD.len() + MOUNT.len()),
        inserted: Vec::new(),
        lines: number(learner.lines().count()),
    };
    weld.text.push_str(&learner[..start]);
    if start == learner.len() && start > 0 {
        weld.end_line();
    }
    weld.insert(HEAD);
    weld.text.push_str(&learner[start..mount]);
    if mount == learner.len() && mount > start {
        weld.end_line();
    }
    weld.insert(MOUNT);
    weld.text.push_str(&learner[mount..]);
    weld
}

/// The checks with the C `main` that runs them. It stands inside their module, where no `main` of the
/// learner's can be in its way.
pub fn with_entry(checks: &str) -> String {
    format!(
        "{checks}\n#[unsafe(no_mangle)]\nextern \"C\" fn main(_: i32, _: *const *const u8) -> i32 {{ ::kit::run(CHECKS) }}\n"
    )
}

impl Weld {
    /// The last line of a file may lack its end, and may be a comment.
    fn end_line(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn insert(&mut self, text: &'static str) {
        let line = self.text.matches('\n').count() + 1;
        let before = self.text.rsplit('\n').next().unwrap_or_default();
        self.inserted.push(Insert { line: number(line), column: number(before.chars().count() + 1), text });
        self.text.push_str(text);
    }

    /// The column in the learner's file of a column in the welded one.
    pub fn column(&self, line: u32, column: u32) -> u32 {
        self.inserted.iter().rev().filter(|i| i.line == line && i.column < column).fold(column, |at, i| {
            // Inside of what was put in: the token that follows it.
            at.saturating_sub(number(i.text.len())).max(i.column)
        })
    }

    /// Whether a picture of the welded text shows what is not the learner's.
    pub fn shows_in(&self, picture: &str) -> bool {
        self.inserted.iter().any(|i| picture.contains(i.text.trim_end()))
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Bytes of a `#!/...` line, which is not an attribute: rustc looks past white space and comments for a `[`.
fn shebang_len(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("#!") else { return 0 };
    if rest[blank_len(rest)..].starts_with('[') {
        return 0;
    }
    text.find('\n').map_or(text.len(), |newline| newline + 1)
}

/// Bytes of white space and comments that document nothing.
fn blank_len(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let space = rest.len() - rest.trim_start().len();
        let comment = match &rest.as_bytes()[space..] {
            // `////` and `/***` document nothing; three of either document what follows.
            [b'/', b'/', b'/', b'/', ..] => line_len(&rest[space..]),
            [b'/', b'*', b'*', b'/' | b'*', ..] => block_len(&rest[space..]).unwrap_or(0),
            [b'/', b'/', b'!' | b'/', ..] | [b'/', b'*', b'!' | b'*', ..] => 0,
            [b'/', b'/', ..] => line_len(&rest[space..]),
            [b'/', b'*', ..] => block_len(&rest[space..]).unwrap_or(0),
            _ => 0,
        };
        at += space + comment;
        if comment == 0 {
            return at;
        }
    }
}

/// Where the items begin: behind the last attribute or comment that speaks of the whole file. 0 when that part
/// can't be read, as then rustc has an error to report before it looks at any item.
fn first_item(text: &str) -> usize {
    let (mut at, mut after) = (0, 0);
    loop {
        at += blank_len(&text[at..]);
        let rest = &text[at..];
        let inner = if rest.starts_with("//!") {
            line_len(rest)
        } else if rest.starts_with("/*!") {
            block_len(rest).unwrap_or(0)
        } else {
            attribute_len(rest).unwrap_or(0)
        };
        if inner == 0 {
            return after;
        }
        at += inner;
        after = at;
    }
}

/// Bytes of a line with its end.
fn line_len(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |newline| newline + 1)
}

/// Bytes of the block comment at the start; they nest. `None`: it has no end.
fn block_len(text: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (at, depth) = (at + 2, depth + 1);
        } else if rest.starts_with("*/") {
            (at, depth) = (at + 2, depth - 1);
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    None
}

/// Bytes of the `#![..]` at the start. `None`: there is none, or it has no end.
fn attribute_len(text: &str) -> Option<usize> {
    let mut at = 1 + blank_len(text.strip_prefix('#')?);
    at += 1 + blank_len(text[at..].strip_prefix('!')?);
    if !text[at..].starts_with('[') {
        return None;
    }
    let mut depth = 0_usize;
    while at < text.len() {
        let rest = &text[at..];
        at += match rest.as_bytes() {
            [b'/', b'/', ..] => line_len(rest),
            [b'/', b'*', ..] => block_len(rest)?,
            [b'"', ..] => string_len(rest)?,
            [b'r', b'"' | b'#', ..] => raw_string_len(rest).unwrap_or(1),
            [b'\'', _, b'\'', ..] => 3,
            [b'[', ..] => {
                depth += 1;
                1
            }
            [b']', ..] if depth == 1 => return Some(at + 1),
            [b']', ..] => {
                depth -= 1;
                1
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    None
}

fn string_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// Of `r"..."`, `r#"..."#` and so on.
fn raw_string_len(text: &str) -> Option<usize> {
    let hashes = text[1..].len() - text[1..].trim_start_matches('#').len();
    let open = 1 + hashes + 1;
    if text.as_bytes().get(open - 1) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[open..].find(&close).map(|at| open + at + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The welded text, with `^` for the attribute and `@` for the checks.
    #[track_caller]
    fn check(learner: &str, expected: &str) {
        let welded = weld(learner).text;
        assert_eq!(welded.replacen(HEAD, "^", 1).replacen(MOUNT, "@", 1), expected);
    }

    #[test]
    fn the_checks_come_before_the_first_item_and_behind_what_speaks_of_the_file() {
        check("fn f() {}", "^@fn f() {}");
        check("", "^@");
        check("\u{feff}use a;\n", "^@use a;\n");
        check("//! Doc.\n//! More.\n\nuse a;\n", "^//! Doc.\n//! More.\n@\nuse a;\n");
        check("//! Doc.", "^//! Doc.\n@");
        check("// Note.\n/// Of `f`.\nfn f() {}", "^@// Note.\n/// Of `f`.\nfn f() {}");
        check("/*! Doc /* nested */ */ fn f() {}", "^/*! Doc /* nested */ */@ fn f() {}");
        check(
            "#![allow(x)] // why\n#[derive(D)]\nstruct S;",
            "^#![allow(x)]@ // why\n#[derive(D)]\nstruct S;",
        );
        check(
            "// a\n#! [deny(x)]\n/**/ /***/ #![y]\nfn f(){}",
            "^// a\n#! [deny(x)]\n/**/ /***/ #![y]@\nfn f(){}",
        );
    }

    #[test]
    fn brackets_inside_of_an_attribute_do_not_end_it() {
        check("#![doc = \"]\\\"]\"] fn f() {}", "^#![doc = \"]\\\"]\"]@ fn f() {}");
        check("#![doc = r#\"]\"]\"#] fn f() {}", "^#![doc = r#\"]\"]\"#]@ fn f() {}");
        check("#![a(b[c], ']', r, /* ] */ d)] fn f() {}", "^#![a(b[c], ']', r, /* ] */ d)]@ fn f() {}");
    }

    #[test]
    fn what_has_no_end_gets_the_checks_before_it() {
        for open in ["#![allow(", "/*! no end", "/* no end", "#![doc = \"", "#![doc = r#\"", "#!["] {
            check(open, &format!("^@{open}"));
        }
        check("#![a]\n#![b", "^#![a]@\n#![b");
    }

    #[test]
    fn a_shebang_keeps_the_first_line_and_an_attribute_does_not() {
        check("#!/usr/bin/env run\nfn f() {}", "#!/usr/bin/env run\n^@fn f() {}");
        check("#!/usr/bin/env run", "#!/usr/bin/env run\n^@");
        check("#! [allow(unused)]\nfn f() {}", "^#! [allow(unused)]@\nfn f() {}");
        check("#!/* c */[allow(unused)]\n", "^#!/* c */[allow(unused)]@\n");
    }

    #[test]
    fn no_line_moves_and_columns_are_those_of_the_learner() {
        let weld = weld("//! ü\nfn main() { x }\n");
        assert_eq!((weld.text.lines().count(), weld.lines), (2, 2));
        let head = number(HEAD.len());
        let mount = number(MOUNT.len());
        assert_eq!((weld.column(1, 1), weld.column(1, head + 1), weld.column(1, head + 5)), (1, 1, 5));
        assert_eq!((weld.column(2, 3), weld.column(2, mount + 1), weld.column(2, mount + 13)), (1, 1, 13));
        assert_eq!(weld.column(3, 7), 7);

        let weld = super::weld("#![a] é x");
        let (head, mount) = (number(HEAD.len()), number(MOUNT.len()));
        assert_eq!(weld.column(1, head + 3), 3);
        assert_eq!(weld.column(1, head + mount + 7), 7);
        assert_eq!(weld.column(1, head + mount + 9), 9);
    }

    #[test]
    fn any_text_is_survived_and_kept() {
        let pieces = ["#", "!", "[", "]", "/*", "*/", "//", "\n", "\"", "r#\"", "ü", "'", "//!", " ", "x"];
        // A fixed linear congruential generator: the same texts every time.
        let mut x = 7_u64;
        for _ in 0..5_000 {
            let mut text = String::new();
            for _ in 0..12 {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(pieces[(x >> 33) as usize % pieces.len()]);
            }
            let welded = weld(&text).text;
            let without = welded.replacen(HEAD, "", 1).replacen(MOUNT, "", 1);
            assert!(without == text || without == format!("{text}\n"), "{text:?}");
        }
    }
}
