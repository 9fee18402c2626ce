//! rustc's JSON diagnostics, reduced to what is the learner's business.

use super::weld::Weld;
use crate::verdict::{Diagnostic, Place};
use serde::Deserialize;
use std::path::PathBuf;

/// What rustc calls the folder with the checks.
pub const SCRATCH: &str = "drill";

/// An error as rustc reports it. Its `rendered` picture may quote a hidden check: only `in_file` lets it out.
#[derive(Clone, Debug)]
pub struct Raw {
    pub message: String,
    code: Option<String>,
    rendered: String,
    /// Where it is; inside of a macro, then where that was called, and so on outwards.
    primary: Vec<(String, Place)>,
    /// Every place that it quotes: file and line.
    quoted: Vec<(String, u32)>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "$message_type", default)]
    kind: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    level: String,
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<Span>,
    #[serde(default)]
    children: Vec<Child>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Child {
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    column_start: u32,
    is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

impl Span {
    /// Itself, the call of the macro that it is in, and so on outwards.
    fn outwards(&self) -> impl Iterator<Item = &Span> {
        std::iter::successors(Some(self), |span| span.expansion.as_ref().map(|e| &e.span))
    }
}

/// The errors in rustc's standard error. Lines that are not JSON (a linker's complaint, an internal error)
/// become errors without a place.
pub fn errors(stderr: &str) -> Vec<Raw> {
    let (mut raws, loose) = read(stderr, "error");
    if raws.is_empty() && !loose.trim().is_empty() {
        let message = loose.lines().find(|l| !l.trim().is_empty()).unwrap_or("rustc failed").to_string();
        raws.push(Raw { message, code: None, rendered: loose, primary: Vec::new(), quoted: Vec::new() });
    }
    raws
}

/// The warnings in rustc's standard error.
pub fn warnings(stderr: &str) -> Vec<Raw> {
    read(stderr, "warning").0
}

/// What cargo reports on standard output.
pub struct OfCargo {
    pub errors: Vec<Raw>,
    /// The program that it built.
    pub program: Option<PathBuf>,
}

#[derive(Deserialize)]
struct CargoLine {
    message: Option<Line>,
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Cargo's messages, `--message-format json`, and the program called `name` among them.
pub fn of_cargo(stdout: &str, name: &str) -> OfCargo {
    let (mut lines, mut program) = (Vec::new(), None);
    for line in stdout.lines().filter_map(|line| serde_json::from_str::<CargoLine>(line).ok()) {
        lines.extend(line.message);
        if line.target.is_some_and(|target| target.name == name) {
            program = line.executable.or(program);
        }
    }
    OfCargo { errors: lines.into_iter().filter_map(|line| line.into_raw("error")).collect(), program }
}

/// The diagnostics of a level, and the lines that are none.
fn read(stderr: &str, level: &str) -> (Vec<Raw>, String) {
    let mut raws = Vec::new();
    let mut loose = String::new();
    for line in stderr.lines() {
        let Ok(line) = serde_json::from_str::<Line>(line) else {
            loose.push_str(line);
            loose.push('\n');
            continue;
        };
        raws.extend(line.into_raw(level));
    }
    (raws, loose)
}

impl Line {
    /// The diagnostic, when it is one of this level.
    fn into_raw(self, level: &str) -> Option<Raw> {
        let counts = self.kind == "diagnostic" && self.level.starts_with(level);
        let closing = self.message.starts_with("aborting due to") || self.message.ends_with("emitted");
        if !counts || (closing && self.spans.is_empty()) {
            return None;
        }
        let primary = self.spans.iter().find(|s| s.is_primary);
        let place = |s: &Span| (s.file_name.clone(), Place { line: s.line_start, column: s.column_start });
        let primary = primary.map(|s| s.outwards().map(place).collect()).unwrap_or_default();
        let spans = self.spans.iter().chain(self.children.iter().flat_map(|child| &child.spans));
        let quoted = spans.flat_map(Span::outwards).map(|s| (s.file_name.clone(), s.line_start)).collect();
        Some(Raw {
            message: self.message,
            code: self.code.map(|c| c.code),
            rendered: self.rendered.unwrap_or_default(),
            primary,
            quoted,
        })
    }
}

impl Raw {
    /// Writes `shown` where the words have `folder`, which is nobody's business.
    pub fn move_from(&mut self, folder: &str, shown: &str) {
        for text in [&mut self.message, &mut self.rendered] {
            *text = text.replace(folder, shown);
        }
    }

    /// Whether it is about the learner's own lines and quotes none of ours. What std's macros quote of
    /// themselves is nobody's secret.
    pub fn is_about(&self, file: &str, lines: u32) -> bool {
        self.place(file).is_some_and(|place| place.line <= lines)
            && !self.quoted.iter().any(|(name, _)| name.starts_with(SCRATCH))
    }

    /// `E0308`, where the error has a code.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// As rustc shows it.
    pub fn rendered(&self) -> &str {
        self.rendered.trim_end()
    }

    /// The line of `file` that it points at (`-->`).
    pub fn line(&self, file: &str) -> Option<u32> {
        self.place(file).map(|place| place.line)
    }

    /// Every line of `file` that it shows.
    pub fn lines(&self, file: &str) -> Vec<u32> {
        let mut lines: Vec<u32> =
            self.quoted.iter().filter(|(name, _)| name == file).map(|(_, line)| *line).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    /// The innermost place in `file`.
    fn place(&self, file: &str) -> Option<Place> {
        self.primary.iter().find(|(name, _)| name == file).map(|(_, place)| *place)
    }

    /// The error as the learner sees it; with a weld, its columns are put right.
    pub fn in_file(&self, file: &str, weld: Option<&Weld>) -> Diagnostic {
        let place = self.place(file).map(|p| {
            let column = weld.map_or(p.column, |w| w.column(p.line, p.column));
            Place { line: p.line, column }
        });
        let mut rendered = self.rendered.trim_end().to_string();
        if weld.is_some_and(|w| w.shows_in(&rendered)) {
            rendered = self.in_words(file, place);
        }
        Diagnostic { message: self.message.clone(), code: self.code.clone(), place, rendered }
    }

    /// The error without its picture.
    fn in_words(&self, file: &str, place: Option<Place>) -> String {
        let code = self.code.as_ref().map_or(String::new(), |code| format!("[{code}]"));
        let at = place.map_or(String::new(), |p| format!("\n --> {file}:{}:{}", p.line, p.column));
        format!("error{code}: {}{at}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERROR: &str = r#"{"$message_type":"diagnostic","message":"mismatched types","code":{"code":"E0308","explanation":""},"level":"error","spans":[{"file_name":"exercises/t/01.rs","byte_start":0,"byte_end":1,"line_start":3,"line_end":3,"column_start":5,"column_end":6,"is_primary":true,"text":[]}],"children":[],"rendered":"error[E0308]: mismatched types\n"}"#;

    #[test]
    fn warnings_and_the_closing_line_are_left_out() {
        let warning = ERROR.replace("\"level\":\"error\"", "\"level\":\"warning\"");
        let closing = r#"{"$message_type":"diagnostic","message":"aborting due to 1 previous error","code":null,"level":"error","spans":[],"children":[],"rendered":""}"#;
        let raws = errors(&format!("{warning}\n{ERROR}\n{closing}\n"));
        assert_eq!(raws.len(), 1);
        assert!(raws[0].is_about("exercises/t/01.rs", 3));
        assert!(!raws[0].is_about("exercises/t/01.rs", 2), "line 3 is ours then");
        let shown = raws[0].in_file("exercises/t/01.rs", None);
        assert_eq!(shown.place, Some(Place { line: 3, column: 5 }));
        assert_eq!(shown.code.as_deref(), Some("E0308"));
    }

    #[test]
    fn an_error_inside_of_a_macro_is_placed_where_the_learner_called_it() {
        let inside = ERROR.replacen("exercises/t/01.rs", "/rustc/1/library/core/src/panic.rs", 1);
        let call = r#""expansion":{"span":{"file_name":"exercises/t/01.rs","line_start":7,"column_start":2,"is_primary":false}},"is_primary":true"#;
        let raws = errors(&inside.replace("\"is_primary\":true", call));
        assert_eq!(raws[0].place("exercises/t/01.rs"), Some(Place { line: 7, column: 2 }));
        assert!(raws[0].is_about("exercises/t/01.rs", 9));
        let ours =
            inside.replace("\"is_primary\":true", &call.replace("exercises/t/01.rs", "drill/checks.rs"));
        assert!(!errors(&ours)[0].is_about("exercises/t/01.rs", 9));
    }

    #[test]
    fn what_is_not_json_is_an_error_of_its_own() {
        let raws = errors("\nld: out of paper\nmore\n");
        assert_eq!(raws[0].message, "ld: out of paper");
    }
}
