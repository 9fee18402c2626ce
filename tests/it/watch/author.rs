//! An author watches unfinished content from its folder, with no rebuild of drill.

use super::*;
use crate::desk::copy_folder;
use std::fs;
use std::path::Path;

const CHECKS: &str = "course/checks/lamp/01-switch.rs";
const MANIFEST: &str = "course/exercises/lamp/topic.toml";
const STUB: &str = "course/exercises/lamp/01-switch.rs";
const OWN: &str = "course/drill-workspace/exercises/lamp/01-switch.rs";

/// A folder of content, in which `drill` is to be called.
fn course() -> Desk {
    let desk = Desk::with_content().with_kit_in("course/drill-workspace/.drill/cache");
    // A folder with nothing but a cache is a workspace that is to be completed.
    copy_folder(&fixture(), &desk.path("course"));
    // The rules that it is formatted by.
    desk.write("course/rustfmt.toml", &crate::tidy::read("rustfmt.toml"));
    desk
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/two-topics")
}

fn watching_course(desk: &Desk) -> Screen {
    let mut command = desk.command(&["watch"]);
    command.current_dir(desk.path("course"));
    let mut screen = Screen::run(&command, &[], 24, 80);
    screen.shows("press n to go on to the exercises");
    screen.types("n").shows("what the checks will catch");
    screen
}

#[test]
fn a_saved_check_judges_what_is_there_again() {
    let desk = course();
    let mut screen = watching_course(&desk);
    assert!(screen.log.contains("using the content in `.`"), "{}", screen.log);
    desk.write(OWN, SWITCH_PASSES);
    screen.shows(PASSED);
    let checks = desk.read(CHECKS);
    desk.write(
        CHECKS,
        &checks.replace("switch(on), !on", "switch(on), on").replace("follows-the-table", "stays"),
    );
    let shown = screen.shows(FAILED);
    assert!(shown.contains("stays"), "{shown}");
    desk.write(CHECKS, &checks);
    screen.shows(PASSED);
    // Checks that can't be read are said, and are mended as anything else is.
    desk.write(CHECKS, "// nothing yet\n");
    screen.shows("has no `pub const CHECKS");
    desk.write(CHECKS, &checks);
    screen.shows(PASSED);
    screen.types("q");
    assert_eq!(screen.exits(), 0);
}

#[test]
fn a_broken_manifest_is_said_and_in_nobodys_way() {
    let desk = course();
    let mut screen = watching_course(&desk);
    desk.write(OWN, SWITCH_FAILS);
    screen.shows(FAILED);
    let manifest = desk.read(MANIFEST);
    desk.write(MANIFEST, &manifest.replace("minutes = 2", "minutes = 2 2"));
    screen.shows("exercises/lamp/topic.toml:15: ");
    desk.write(OWN, SWITCH_PASSES);
    screen.shows(PASSED);
    desk.write(MANIFEST, &manifest.replace("Switch the lamp", "Flip the lamp"));
    screen.shows("the content can be read again");
    desk.write(OWN, SWITCH_FAILS);
    screen.shows(FAILED);

    // Elsewhere: from the start, too.
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    desk.write("course/exercises/valve/topic.toml", "title = ");
    let mut command = desk.command(&["watch"]);
    command.current_dir(desk.path("course"));
    let mut screen = Screen::run(&command, &[], 24, 80);
    screen.shows("what the checks will catch");
    assert!(screen.log.contains("exercises/valve/topic.toml:1: "), "{}", screen.log);
    desk.drill_in("course", &["run", "01"]).exits(1).complains("exercises/valve/topic.toml:1: ");
}

#[test]
fn a_stub_that_nobody_touched_follows_its_source_and_a_new_exercise_is_there_at_once() {
    let desk = course();
    let mut screen = watching_course(&desk);
    let stub = desk.read(STUB);
    desk.write(STUB, &stub.replace("//! Switch the lamp.", "//! Switch the lamp, please."));
    screen.until_there("the stub is the new one", || desk.read(OWN).contains("please"));
    let new = desk.drill_in("course", &["new", "exercise", "lamp/03-fits"]).exits(0);
    assert!(new.stdout.contains("exercises/lamp/topic.toml"));
    screen.shows("new in the content: exercises/lamp/03-fits.rs");
    desk.write(
        "course/drill-workspace/exercises/lamp/03-fits.rs",
        "pub fn fits(cost: u64, room: u64) -> bool { cost < room }\n",
    );
    let shown = screen.shows("03-fits  0 of 1 check pass");
    assert!(shown.contains("cost 10, room 10"), "{shown}");
    // What its author takes away is gone.
    let manifest = desk.read(MANIFEST);
    let (kept, _) = manifest.split_once("\n[[exercise]]\nname = \"03-fits\"").unwrap();
    desk.write(MANIFEST, kept);
    screen.shows("is gone from the content");
    screen.types("q");
    assert_eq!(screen.exits(), 0);
}

#[test]
fn a_workspace_in_a_folder_of_content_is_used_from_everywhere() {
    let desk = course();
    desk.drill_in("course/checks", &["init"]).exits(0);
    desk.write(OWN, SWITCH_PASSES);
    for folder in ["course", "course/solutions/lamp", "course/drill-workspace/exercises"] {
        desk.drill_in(folder, &["run", "switch"]).exits(0).says("passed");
        desk.drill_in(folder, &["list", "--no-picker"]).exits(0).says("Open the valve");
    }
    assert!(!desk.files("course").iter().any(|f| f.starts_with("checks/drill-workspace")));
}

#[test]
fn content_is_proved_again_at_each_save() {
    let desk = course();
    let mut command = desk.command(&["verify", "--watch", "lamp/01-switch", "--seeds", "2"]);
    command.current_dir(desk.path("course"));
    let mut screen = Screen::run(&command, &[], 24, 80);
    screen.shows("All is proved.");
    screen.shows("what you save is proved again");
    let solution = desk.read("course/solutions/lamp/01-switch.rs");
    desk.write("course/solutions/lamp/01-switch.rs", SWITCH_FAILS);
    let shown = screen.shows("mend the solution, or the check that refuses it");
    assert!(shown.contains("next: solutions/lamp/01-switch.rs"), "{shown}");
    desk.write(MANIFEST, "title = ");
    screen.shows("no exercise is named");
    desk.write(MANIFEST, &fs::read_to_string(fixture().join("exercises/lamp/topic.toml")).unwrap());
    desk.write("course/solutions/lamp/01-switch.rs", &solution);
    screen.shows("All is proved.");
    screen.types("\u{3}");
    assert_eq!(screen.exits(), 130);
    desk.drill(&["verify", "--watch"]).exits(2).complains("there is nothing to watch");
}
