//! Real programs through the built `drill`: what verdict each gets, which check it names, and that nothing of
//! it is left behind. The programs are edits of the solution in `tests/fixtures/one-topic`, whose limits are
//! 1 s of CPU time a check and 64 MiB.

mod bombs;
mod broken;
mod exits;
mod forged;
mod hangs;
mod odd;
mod output;

use crate::desk::{Call, Desk};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// The learner's file as drill calls it.
pub const FILE: &str = "exercises/bucket/01-take.rs";
/// Where it is on the desk.
pub const SAVED: &str = "drill-workspace/exercises/bucket/01-take.rs";
const SOLUTION: &str = include_str!("../fixtures/one-topic/solutions/bucket/01-take.rs");

/// Nothing of these may ever be shown: the checks' text, the names of our additions and scratch files.
const HIDDEN: [&str; 8] = [
    "only the checks say this",
    "SECRET",
    "two_buckets",
    "__drill",
    "no_main",
    "checks.rs",
    "exercise.rs",
    "alone.rs",
];

/// A desk with a workspace of the fixture pack.
pub fn bench() -> Desk {
    Desk::with_built_kit("one-topic")
}

/// The solution with `put` in the place of `find`.
#[track_caller]
pub fn edited(find: &str, put: &str) -> String {
    assert_eq!(SOLUTION.matches(find).count(), 1, "{find:?} in the solution");
    SOLUTION.replace(find, put)
}

/// The solution with `code` run at every grant. What `code` tests decides which check it is in: `capacity`
/// is 3 in the first and 1 in the second check, and `two_buckets` alone takes from a cloned bucket.
#[track_caller]
pub fn at_grant(code: &str) -> String {
    edited("self.at = now;\n", &format!("self.at = now;\n        {code}\n"))
}

/// The first token taken in the second check.
pub fn in_second_check(code: &str) -> String {
    at_grant(&format!("if self.plan.capacity == 1 {{ {code} }}"))
}

/// A verdict as JSON, and the call that brought it.
pub struct Verdict {
    pub call: Call,
    json: Value,
}

/// The verdict on `text`, through `drill run --format json`.
#[track_caller]
pub fn judge(desk: &Desk, text: &str) -> Verdict {
    desk.write(SAVED, text);
    let call = desk.drill(&["run", "01-take", "--format", "json"]);
    let json = serde_json::from_str(&call.stdout).unwrap_or_else(|e| {
        panic!("{e}\ncode {}\nstdout:\n{}\nstderr:\n{}", call.code, call.stdout, call.stderr)
    });
    for word in HIDDEN {
        assert!(!call.stdout.contains(word), "`{word}` shows: {}", call.stdout);
        assert!(!call.stderr.contains(word), "`{word}` shows: {}", call.stderr);
    }
    nothing_is_left(desk.path("").as_path());
    Verdict { call, json }
}

/// The text that a person sees for the file as it is on the desk.
#[track_caller]
pub fn shown(desk: &Desk) -> String {
    let call = desk.drill(&["run", "01-take"]);
    for word in HIDDEN {
        assert!(!call.stdout.contains(word), "`{word}` shows: {}", call.stdout);
    }
    assert_eq!(call.stderr, "");
    call.stdout
}

impl Verdict {
    /// The verdict's word; only `passed` exits with 0.
    #[track_caller]
    pub fn is(self, word: &str) -> Verdict {
        assert_eq!(self.json["verdict"], word, "{:#}", self.json);
        assert_eq!(self.call.code, i32::from(word != "passed"), "exit code");
        self
    }

    /// Why, and in which check.
    #[track_caller]
    pub fn because(self, kind: &str, check: Option<&str>) -> Verdict {
        assert_eq!(self.json["reason"]["kind"], kind, "{:#}", self.json);
        assert_eq!(self.json["reason"]["check"].as_str(), check, "{:#}", self.json["reason"]);
        self
    }

    /// The outcome of each check, in order.
    #[track_caller]
    pub fn checks(self, outcomes: [&str; 4]) -> Verdict {
        let found: Vec<&str> =
            self.json["checks"].as_array().unwrap().iter().map(|c| c["outcome"].as_str().unwrap()).collect();
        assert_eq!(found, outcomes, "{:#}", self.json);
        self
    }

    pub fn at(&self, pointer: &str) -> &Value {
        self.json.pointer(pointer).unwrap_or(&Value::Null)
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }
}

/// Waits until no process works in `folder` or runs a program from it: those that were killed may take a
/// moment to go.
#[track_caller]
fn nothing_is_left(folder: &Path) {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let left = processes_in(folder);
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "still there: {left:?}");
        std::thread::yield_now();
    }
}

#[cfg(target_os = "linux")]
fn processes_in(folder: &Path) -> Vec<String> {
    let folder = folder.canonicalize().unwrap();
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        let held =
            ["exe", "cwd"].iter().filter_map(|link| std::fs::read_link(process.path().join(link)).ok());
        for path in held.filter(|path| path.starts_with(&folder)) {
            found.push(format!("{} in {}", process.file_name().to_string_lossy(), path.display()));
        }
    }
    found
}

#[cfg(not(target_os = "linux"))]
fn processes_in(_folder: &Path) -> Vec<String> {
    Vec::new()
}

#[test]
fn a_right_program_passes_and_the_stub_is_not_written_yet() {
    let desk = bench();
    judge(&desk, &desk.read(SAVED)).is("not-written").checks(["not-written"; 4]);
    judge(&desk, SOLUTION).is("passed").checks(["passed"; 4]);
    let wrong = edited(".min(self.plan.capacity)", "");
    let verdict = judge(&desk, &wrong).is("failed").checks(["passed", "passed", "failed", "passed"]);
    assert!(
        verdict.text("/checks/2/message").starts_with("a bucket for"),
        "{}",
        verdict.text("/checks/2/message")
    );
}

#[test]
fn what_is_partly_written_names_what_waits_and_what_is_wrong_comes_first() {
    let desk = bench();
    let partly = edited(
        "let level = self.level(now);",
        "let level = self.level(now); if now > 0 { todo!(\"refill\") }",
    );
    judge(&desk, &partly).is("not-written").checks(["passed", "not-written", "passed", "passed"]);
    let late = edited("if level == 0", "if level == 0 || now == 3");
    let verdict = judge(&desk, &late).is("failed").checks(["passed", "failed", "passed", "passed"]);
    assert_eq!(verdict.text("/checks/1/rows/4/expected"), "grant");
    assert_eq!(verdict.text("/checks/1/rows/4/actual"), "deny");
    let wrong = partly.replace(".min(self.plan.capacity)", "");
    judge(&desk, &wrong).is("failed").checks(["passed", "not-written", "failed", "passed"]);
}

#[test]
fn a_panic_has_its_place_in_the_file_as_saved() {
    let desk = bench();
    let text = edited(
        "fn level(&self, now: u64) -> u64 {\n",
        "fn level(&self, now: u64) -> u64 {\n    let _é = 0; [0; 3][now as usize];\n",
    );
    let verdict = judge(&desk, &text).is("failed");
    assert_eq!(verdict.text("/checks/2/outcome"), "panicked");
    let line = text.lines().position(|l| l.contains("[0; 3]")).unwrap() + 1;
    assert_eq!(verdict.at("/checks/2/at"), &serde_json::json!({ "line": line, "column": 17 }));
    assert!(shown(&desk).contains(&format!("{FILE}:{line}:17")));
}
