//! A save is judged, whatever way the editor has of saving.

use super::*;
use std::fs;

#[test]
fn a_save_in_place_is_judged() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    desk.write(SWITCH, SWITCH_FAILS);
    let shown = screen.shows(FAILED);
    assert!(shown.contains("follows-the-table"), "{shown}");
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
    let shown = screen.shows("next: 02-dim");
    assert!(shown.contains("What switch does.") && shown.contains("press n to go on"), "{shown}");
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    assert!(screen.now().contains("1 of 3 exercises passed"), "{}", screen.now());
}

#[test]
fn a_save_by_rename_is_judged_with_a_backup_or_without() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    let (file, aside, backup) = (desk.path(SWITCH), desk.path("aside"), desk.path("backup"));
    fs::write(&aside, SWITCH_FAILS).unwrap();
    fs::rename(&aside, &file).unwrap();
    screen.shows(FAILED);
    // As vim does it: the old file becomes the backup, a new one is written, the backup goes.
    fs::rename(&file, &backup).unwrap();
    fs::write(&file, SWITCH_PASSES).unwrap();
    fs::remove_file(&backup).unwrap();
    screen.shows(PASSED);
}

#[test]
fn a_file_written_in_parts_is_judged_as_what_it_became() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    desk.write(SWITCH, "").write(SWITCH, "pub fn switch(on: bool)").write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
}

#[test]
fn a_content_is_judged_once() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    desk.write(SWITCH, SWITCH_FAILS);
    screen.shows(FAILED);
    // Saved again, and touched.
    desk.write(SWITCH, SWITCH_FAILS);
    let file = fs::File::options().append(true).open(desk.path(SWITCH)).unwrap();
    file.set_modified(std::time::SystemTime::now()).unwrap();
    // What is judged after that shows that nothing was judged before it.
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    assert_eq!(attempts(&desk), 2, "{}", desk.read(PROGRESS));
}

/// How many verdicts of 01-switch were recorded.
fn attempts(desk: &Desk) -> usize {
    let text = desk.read(PROGRESS);
    let days = text.lines().find(|l| l.starts_with("days = {")).unwrap_or_default();
    days.rsplit("= ").next().unwrap_or_default().trim_end_matches([' ', '}']).parse().unwrap_or(0)
}

#[test]
fn a_deleted_file_is_said_and_judged_when_it_is_back() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    desk.write(SWITCH, SWITCH_FAILS);
    screen.shows(FAILED);
    fs::remove_file(desk.path(SWITCH)).unwrap();
    screen.shows("there is no exercises/lamp/01-switch.rs");
    desk.write(SWITCH, SWITCH_FAILS);
    screen.shows(FAILED);
}

#[test]
fn a_save_during_a_run_starts_again_and_the_old_verdict_never_shows() {
    let desk = patient_desk();
    let mut screen = watching(&desk, &[]);
    let pids = hang(&desk, &mut screen);
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
    are_gone(&mut screen, &pids);
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    assert!(!screen.log.contains("timed out") && !screen.log.contains("crashed"));
    assert_eq!(attempts(&desk), 1, "{}", desk.read(PROGRESS));
}

#[test]
fn saving_another_exercise_goes_there_and_a_touch_does_not() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    let stub = desk.read(OPEN);
    desk.write(OPEN, &stub).write(DIM, "pub fn dim(_: bool) -> bool { true }\n");
    screen.shows("02-dim  0 of 1 check pass");
    assert!(!screen.log.contains("01-open"));
}

#[test]
fn what_the_program_printed_is_shown_and_cannot_touch_the_terminal() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    desk.write(
        SWITCH,
        "pub fn switch(on: bool) -> bool { println!(\"so: {on}\\x1b[31m\"); eprintln!(\"oh\"); !on }\n",
    );
    screen.shows(PASSED);
    let shown = screen.shows("your program printed (standard error)");
    assert!(shown.contains("so: false\\u{1b}[31m") && shown.contains("oh"), "{shown}");
}

#[test]
fn polling_sees_saves_too() {
    let desk = desk();
    let mut screen = watching(&desk, &["--poll"]);
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
}

#[test]
fn two_watchers_both_judge_and_lose_nothing_of_each_other() {
    let desk = desk();
    let mut one = watching(&desk, &[]);
    one.until_there("the step is recorded", || desk.read(PROGRESS).contains("current"));
    let mut two = Screen::open(&desk, &["watch"], 24, 80);
    two.shows("what the checks will catch");
    one.types("h").shows("hint 1 of 3");
    desk.write(SWITCH, SWITCH_PASSES);
    one.shows(PASSED);
    two.shows(PASSED);
    desk.write(OPEN, OPEN_PASSES);
    for screen in [&mut one, &mut two] {
        screen.shows("01-open  passed, all 1 check");
        screen.types("q");
        assert_eq!(screen.exits(), 0);
    }
    let progress = desk.read(PROGRESS);
    assert_eq!(attempts(&desk), 2, "{progress}");
    desk.drill(&["progress"]).exits(0).says("2 of 3 exercises passed").says("1 hint");
}
