//! Such a pack in `drill watch`, on a real terminal.

use super::{desk, solution};
use crate::screen::Screen;

#[test]
fn a_pack_is_watched_from_its_welcome_to_its_final_message() {
    let desk = desk();
    let mut screen = Screen::open(&desk, &["watch"], 30, 80);
    let welcome = screen.shows("press n to go on to the exercises");
    assert!(welcome.contains("  1. It has two folders.\n  2. It has five exercises."), "{welcome}");
    // What is solved as it is given passes at once.
    let passed = screen.types("n").shows("passed, all 2 checks");
    assert!(passed.contains("hello from the pack") && !passed.contains("catch"), "{passed}");
    // What is not shows the compiler's words before anything is saved.
    let open = screen.types("n").shows("3 of 5 checks pass");
    assert!(open.contains("tests::one_is_added") && open.contains("failed: 2 and 1"), "{open}");
    let hint = screen.types("h").shows("hint:");
    assert!(hint.contains("  Which operator adds?\n      left ? right"), "{hint}");
    screen.types("h").shows("that was the only hint");
    screen.types("n").shows("Print_It  does not compile");
    screen.types("w").shows("Welcome to a small pack.");
    screen.types("q").shows("Print_It  does not compile");
    desk.write("drill-workspace/exercises/00_start/Print_It.rs", &solution("00_start/Print_It.rs"));
    screen.shows("Print_It  passed");
    desk.write("drill-workspace/exercises/01_sums/half.rs", &solution("01_sums/half.rs"));
    screen.shows("half  passed, all 3 checks");
    desk.write("drill-workspace/exercises/quiet.rs", "fn main() {}\n");
    screen.shows("quiet  passed");
    desk.write("drill-workspace/exercises/01_sums/add.rs", &solution("01_sums/add.rs"));
    let last = screen.shows("add  passed");
    assert!(last.contains("That was all.\n    Come again."), "{last}");
    let end = screen.types("n").shows("you are through");
    assert!(end.contains("  That was all.\n    Come again."), "{end}");
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    desk.drill(&["list", "--no-picker"]).exits(0).says("5 of 5 exercises passed");
}

#[test]
fn looking_at_a_stub_is_no_attempt() {
    let desk = desk();
    let mut screen = Screen::open(&desk, &["watch"], 30, 80);
    screen.shows("press n to go on");
    screen.types("\r").shows("passed, all 2 checks");
    screen.types("n").shows("3 of 5 checks pass");
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    desk.drill(&["list", "--no-picker"]).exits(0).says("passed   hello").says("new      add");
}
