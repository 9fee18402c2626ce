//! What the world does to a watch: folders and files that are taken away.

use super::*;
use std::fs;

#[test]
fn a_workspace_deleted_under_it_is_said_and_survived() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    desk.write(SWITCH, SWITCH_FAILS);
    screen.shows(FAILED);
    // Drill may be writing down the verdict meanwhile: a folder that is not empty yet is removed again.
    let folder = desk.path("drill-workspace");
    screen.until_there("the workspace is gone", || fs::remove_dir_all(&folder).is_ok() || !folder.exists());
    screen.shows("there is no exercises/lamp/01-switch.rs");
    screen.types("r").types("n").types("h").types("?").shows("list of all exercises");
    screen.types("q").types("q");
    assert_eq!(screen.exits(), 0);
    assert!(screen.is_given_back());
    assert!(!screen.log.contains("panicked"), "{}", screen.log);
}

#[test]
fn progress_that_cannot_be_written_is_said_below_the_verdict_and_written_later() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    screen.until_there("the step is recorded", || desk.read(PROGRESS).contains("current"));
    // A folder in place of the lock stops root too.
    let lock = desk.path("drill-workspace/.drill/progress.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
    let shown = screen.shows("progress.lock");
    assert!(shown.contains(PASSED) && shown.contains("q quit"), "{shown}");
    // Nobody is kept from working on, and what could not be written is written as soon as it can be.
    screen.types("n").shows("02-dim  Dim the lamp");
    fs::remove_dir(&lock).unwrap();
    desk.write(DIM, DIM_PASSES);
    screen.shows("02-dim  passed");
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    desk.drill(&["progress"]).exits(0).says("2 of 3 exercises passed");
}

#[test]
fn a_damaged_progress_file_keeps_nobody_from_the_editor() {
    let desk = desk();
    let editor = script(&desk, "editor", "echo 'pub fn switch(on: bool) -> bool { on }' > \"$1\"\n");
    let mut screen = watching(&desk, &["--edit-cmd", &editor]);
    desk.write(PROGRESS, "format = 99\n");
    screen.types("e").shows(FAILED);
}

#[test]
fn a_file_that_is_no_text_is_said() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    fs::write(desk.path(SWITCH), b"pub fn \xff").unwrap();
    screen.shows("exercises/lamp/01-switch.rs is not UTF-8 text (byte 7)");
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
}
