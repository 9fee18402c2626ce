//! Puts the learner's file and the checks into one crate without moving a line: the learner's file stays the
//! crate root, so that its own `fn main` and `crate::` paths mean what they say.

/// The attribute that lets the learner keep a `fn main` of their own.
const HEAD: &str = "#![no_main] ";

/// The learner's file as rustc gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weld {
    pub text: String,
    /// The line that carries `HEAD` and is shifted by its length.
    pub head_line: u32,
    /// Lines of the learner's own; what follows is ours.
    pub lines: u32,
}

/// Without a byte-order mark.
pub fn without_mark(learner: &str) -> &str {
    learner.strip_prefix('\u{feff}').unwrap_or(learner)
}

/// Adds the attribute before the first token and the line that mounts `checks.rs` after the last.
pub fn weld(learner: &str) -> Weld {
    let learner = without_mark(learner);
    let start = shebang_len(learner);
    let mut text = String::with_capacity(learner.len() + 80);
    text.push_str(&learner[..start]);
    text.push_str(HEAD);
    text.push_str(&learner[start..]);
    let lines = u32::try_from(learner.lines().count()).unwrap_or(u32::MAX);
    text.push_str("\n#[path = \"checks.rs\"] mod __drill_checks;\n");
    Weld { text, head_line: if start == 0 { 1 } else { 2 }, lines }
}

/// The checks with the C `main` that runs them. It stands inside their module, where no `main` of the
/// learner's can be in its way.
pub fn with_entry(checks: &str) -> String {
    format!(
        "{checks}\n#[unsafe(no_mangle)]\nextern \"C\" fn main(_: i32, _: *const *const u8) -> i32 {{ ::kit::run(CHECKS) }}\n"
    )
}

impl Weld {
    /// The column in the learner's file of a column in the welded one.
    pub fn column(&self, line: u32, column: u32) -> u32 {
        if line == self.head_line {
            column.saturating_sub(u32::try_from(HEAD.len()).unwrap_or(0)).max(1)
        } else {
            column
        }
    }
}

/// Bytes of a `#!/...` line, which is not an attribute: rustc looks past white space for a `[`.
fn shebang_len(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("#!") else { return 0 };
    if rest.trim_start().starts_with('[') {
        return 0;
    }
    text.find('\n').map_or(text.len(), |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_moves_and_only_the_first_shifts() {
        let weld = weld("\u{feff}//! Doc.\nfn main() {}\n");
        assert!(weld.text.starts_with("#![no_main] //! Doc.\nfn main() {}\n"));
        assert_eq!((weld.head_line, weld.lines), (1, 2));
        assert_eq!((weld.column(1, 13), weld.column(1, 3), weld.column(2, 13)), (1, 1, 13));
    }

    #[test]
    fn a_shebang_keeps_the_first_line_and_an_attribute_does_not() {
        let with = weld("#!/usr/bin/env run\nfn f() {}");
        assert!(with.text.starts_with("#!/usr/bin/env run\n#![no_main] fn f() {}\n#[path"));
        assert_eq!(with.head_line, 2);
        assert_eq!(weld("#! [allow(unused)]\n").head_line, 1);
    }
}
