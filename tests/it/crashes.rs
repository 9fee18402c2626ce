//! Drill is aborted before every single change of a file: whatever it was doing, what was finished is kept, the
//! learner's file is as it was, and the next call goes on.

use crate::desk::{Desk, copy_folder};
use std::path::Path;

const FILE: &str = "drill-workspace/.drill/progress.toml";
const SWITCH: &str = "drill-workspace/exercises/lamp/01-switch.rs";

/// A workspace in which one hint has been taken, to be copied: making one is most of a test's time.
fn worked_in() -> Desk {
    let desk = Desk::with_built_kit("two-topics");
    desk.drill(&["hint", "switch"]).exits(0);
    desk
}

fn copied(template: &Desk) -> Desk {
    let desk = Desk::with_pack("two-topics");
    copy_folder(&template.path("drill-workspace"), &desk.path("drill-workspace"));
    desk
}

/// Nothing half-written lies about once another call has recorded something.
fn nothing_is_left(desk: &Desk, at: u64) {
    let files = desk.files("drill-workspace/.drill");
    let left: Vec<&String> = files.iter().filter(|f| f.contains(".tmp")).collect();
    assert!(left.is_empty(), "after a crash before step {at}: {left:?}");
}

fn solution() -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/two-topics/solutions/lamp/01-switch.rs");
    std::fs::read_to_string(path).unwrap()
}

/// Times that `word` stands in the progress file.
fn recorded(desk: &Desk, word: &str) -> usize {
    desk.read(FILE).matches(word).count()
}

#[test]
fn during_a_run() {
    let template = worked_in();
    let mut at = 1;
    loop {
        let desk = copied(&template);
        desk.write(SWITCH, &solution());
        let crashed = desk.drill_aborted_at(at, &["run", "switch"]);
        assert_eq!(desk.read(SWITCH), solution(), "after a crash before step {at}");
        let passed = recorded(&desk, "verdict = \"passed\"");
        assert!(passed <= 1 && (crashed.is_some() || passed == 1), "{passed} after step {at}");
        desk.drill(&["run", "switch"]).exits(0).says("passed");
        assert_eq!(recorded(&desk, "verdict = \"passed\""), passed + 1, "after a crash before step {at}");
        desk.drill(&["hint", "switch", "--again"]).exits(0).says("Hint 1/3");
        nothing_is_left(&desk, at);
        if crashed.is_none() {
            break;
        }
        at += 1;
    }
    assert!(at > 8, "only {at} steps were seen");
}

#[test]
fn during_an_import() {
    let template = worked_in();
    let mut at = 1;
    loop {
        let desk = copied(&template);
        desk.write("other.toml", "format = 1\n[exercise.\"lamp/02-dim\"]\ndays = { 2026-11-23 = 4 }\n");
        let crashed = desk.drill_aborted_at(at, &["progress", "--import", "other.toml"]);
        let before = recorded(&desk, "2026-11-23 = 4");
        assert!(before == 1 || crashed.is_some(), "after a crash before step {at}");
        assert_eq!(recorded(&desk, "hints"), 1, "after a crash before step {at}");
        desk.drill(&["progress", "--import", "other.toml"]).exits(0);
        assert_eq!((recorded(&desk, "2026-11-23 = 4"), recorded(&desk, "hints")), (1, 1));
        nothing_is_left(&desk, at);
        if crashed.is_none() {
            break;
        }
        at += 1;
    }
    assert!(at > 4, "only {at} steps were seen");
}

#[test]
fn during_a_quiz() {
    const QUIZ: [&str; 2] = ["quiz", "lamp"];
    /// The answer, and on to the score.
    const TYPED: &str = "two\r\r";
    let template = worked_in();
    let mut at = 1;
    loop {
        let desk = copied(&template);
        let crashed = desk.drill_on_terminal_aborted_at(at, &QUIZ, TYPED).code != 0;
        let (replies, scores) = (recorded(&desk, "replies"), recorded(&desk, "scores"));
        // The answer is kept when it is given, not at the end.
        assert!(
            replies >= scores && (crashed || scores == 1),
            "{replies}, {scores} after a crash before {at}"
        );
        let again = desk.drill_on_terminal(&[&QUIZ[..], &["--all"]].concat(), TYPED);
        assert_eq!(again.code, 0, "after a crash before step {at}: {}", again.stdout);
        assert_eq!((recorded(&desk, "replies"), recorded(&desk, "hints")), (1, 1));
        nothing_is_left(&desk, at);
        if !crashed {
            break;
        }
        at += 1;
    }
    assert!(at > 8, "only {at} steps were seen");
}

#[test]
fn a_disk_that_fills_during_a_run_costs_nothing_that_was_recorded() {
    let template = worked_in();
    let mut at = 1;
    loop {
        let desk = copied(&template);
        desk.write(SWITCH, &solution());
        let stopped = desk.drill_on_full_disk(at, &["run", "switch"]);
        assert_eq!(desk.read(SWITCH), solution(), "full from step {at} on");
        assert_eq!(recorded(&desk, "hints"), 1, "full from step {at} on");
        let Some(call) = stopped else { break };
        call.exits(3).complains("free some space");
        desk.drill(&["run", "switch"]).exits(0).says("passed");
        at += 1;
    }
    assert!(at > 4, "only {at} steps were seen");
}
