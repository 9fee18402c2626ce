//! What gives the solution away: a line of its code in a hint or in what a check says.

use std::collections::BTreeSet;

/// Fewer characters than this, spaces aside, say nothing: `}`, `return false;`.
const TELLING: usize = 16;

/// The lines of a solution that nobody else may show.
pub struct Secrets {
    lines: Vec<String>,
}

impl Secrets {
    /// Lines of code in `solution` that `stub` does not have.
    pub fn new(solution: &str, stub: &str) -> Secrets {
        let given: BTreeSet<String> = code_of(stub).into_iter().map(|(_, line)| squeezed(&line)).collect();
        let own = code_of(solution).into_iter().map(|(_, line)| squeezed(&line));
        // Signatures, imports and closing lines are no secret: what is computed is.
        let telling = |line: &String| {
            line.len() >= TELLING
                && !given.contains(line)
                && !["fn", "pub", "use", "impl", "//", "#["].iter().any(|start| line.starts_with(start))
                && line.contains(['=', '(', '+', '-', '*', '<', '>'])
        };
        let mut lines: Vec<String> = own.filter(telling).collect();
        lines.sort();
        lines.dedup();
        Secrets { lines }
    }

    /// The line of the solution that `text` shows.
    pub fn shown_in(&self, text: &str) -> Option<&str> {
        let text = squeezed(text);
        self.lines.iter().map(String::as_str).find(|line| text.contains(*line))
    }

    /// String literals of a check file that show one: the literal's line, from 1, and the line of the solution.
    pub fn shown_by_checks(&self, checks: &str) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (line, text) in literals(checks) {
            if let Some(secret) = self.shown_in(&text) {
                found.push((line, secret));
            }
        }
        found
    }
}

/// Without any space, so that line breaks and alignment hide nothing.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The lines of a Rust file without comments and blank ones, each with its number from 1.
pub fn code_of(text: &str) -> Vec<(usize, String)> {
    let code = |line: &str| {
        let end = line.find("//").unwrap_or(line.len());
        line[..end].trim().to_string()
    };
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, code(line)));
    lines.filter(|(_, line)| !line.is_empty()).collect()
}

/// The string literals of a Rust file, each with the line that it starts on. Found by quotes alone, which is
/// enough for what is searched in them.
fn literals(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    let mut line = 1;
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|c| *c == '\n');
                line += 1;
            }
            // A character, as in '"'; a lifetime has no second quote.
            '\'' if chars.peek() == Some(&'"') => {
                chars.next();
            }
            '"' => {
                let (start, mut literal) = (line, String::new());
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => literal.extend(chars.next().filter(|c| *c != '\n')),
                        c => literal.push(c),
                    }
                    line += usize::from(c == '\n');
                }
                found.push((start, literal));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUB: &str = "pub fn take(now: u64) -> bool {\n    let start = now.max(1);\n    todo!()\n}\n";
    const SOLUTION: &str = "pub fn take(now: u64) -> bool {\n    let start = now.max(1);\n    // later\n    \
                            start.saturating_sub(7) >= now / 2\n}\n";

    #[test]
    fn a_line_of_the_solution_is_found_however_it_is_set() {
        let secrets = Secrets::new(SOLUTION, STUB);
        let shown = secrets.shown_in("answer `start.saturating_sub( 7 )\n >= now/2`, and be done");
        assert_eq!(shown, Some("start.saturating_sub(7)>=now/2"));
        assert_eq!(secrets.shown_in("subtract 7, but stop at 0"), None);
    }

    #[test]
    fn what_the_stub_gives_is_no_secret() {
        assert_eq!(Secrets::new(SOLUTION, STUB).shown_in("it has `let start = now.max(1);`"), None);
    }

    #[test]
    fn literals_of_checks_are_searched_and_their_code_is_not() {
        let checks = "// \"start.saturating_sub(7) >= now / 2\"\nlet q = '\"';\nlet a = \"fine\";\n\
                      let b = start.saturating_sub(7) >= now / 2;\nensure(\"write \\\n  start.saturating_sub(7) >= \
                      now / 2\")";
        let secrets = Secrets::new(SOLUTION, STUB);
        assert_eq!(secrets.shown_by_checks(checks), [(5, "start.saturating_sub(7)>=now/2")]);
    }
}
