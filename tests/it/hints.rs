//! `drill hint` and `drill solution`.

use crate::desk::Desk;

fn desk() -> Desk {
    Desk::with_workspace("two-topics")
}

/// A progress file in which one exercise is passed.
const PASSED: &str = "format = 1\n[exercise.\"lamp/02-dim\"]\npasses = { v0 = 2026-11-23T10:00:00Z }\n\
                      days = { 2026-11-23 = 1 }\n";

#[test]
fn hints_come_one_by_one_and_do_not_move_the_learner() {
    let desk = desk();
    let switch = |call: &str, says: &str| {
        desk.drill(&["hint", "lamp/01"]).exits(0).says(call).says(says);
    };
    switch("Hint 1/3 lamp/01-switch", "2 hints left");
    switch("Hint 2/3 lamp/01-switch", "switch answers a bool.");
    desk.drill(&["hint", "open"]).exits(0).says("Hint 1/3 valve/01-open");
    switch("Hint 3/3 lamp/01-switch", "That was the last hint.");
    switch("There are no more hints", "drill solution lamp/01-switch --give-up");
    desk.drill(&["hint", "--again"]).exits(0).says("Hint 1/3 lamp/01-switch").says("Hint 3/3");
    desk.drill(&["hint", "dim", "--again"]).exits(0).says("no hint for lamp/02-dim was taken yet");
    assert!(!desk.read("drill-workspace/.drill/progress.toml").contains("current"));
}

#[test]
fn an_unknown_name_gets_a_guess_and_an_ambiguous_one_the_choice() {
    let desk = desk();
    desk.drill(&["hint", "02-dmi"]).exits(2).complains("did you mean `02-dim`?").complains("drill list");
    desk.drill(&["hint", "lamp"]).exits(2).complains("`lamp/01-switch` or `lamp/02-dim`");
}

#[test]
fn the_solution_is_for_who_passed_or_gave_up() {
    let desk = desk();
    desk.drill(&["solution"])
        .exits(1)
        .complains("error: `lamp/01-switch` is not passed yet")
        .complains("help: `drill hint lamp/01-switch` shows a hint")
        .complains("help: `drill solution lamp/01-switch --give-up`");
    desk.drill(&["solution", "--diff"]).exits(1);
    let shown = desk.drill(&["solution", "--give-up"]).exits(0).complains("recorded that you gave");
    assert_eq!(shown.stdout, include_str!("../fixtures/two-topics/solutions/lamp/01-switch.rs"));
    desk.drill(&["solution"]).exits(0).says("The shortest way");
    desk.drill(&["progress"]).exits(0).says("1 given up");
    desk.drill(&["solution", "--diff"]).exits(0).says("-    todo!()\n+    // The shortest way.");
    desk.write(
        "drill-workspace/exercises/lamp/01-switch.rs",
        include_str!("../fixtures/two-topics/solutions/lamp/01-switch.rs"),
    );
    desk.drill(&["solution", "--diff"]).exits(0).says("yours is the same as the solution");
}

#[test]
fn a_pass_of_an_earlier_version_opens_the_solution_too() {
    let desk = desk();
    desk.write("drill-workspace/.drill/progress.toml", PASSED);
    desk.drill(&["solution", "dim"]).exits(0).says("pub fn dim");
    assert!(!desk.read("drill-workspace/.drill/progress.toml").contains("given_up"));
    desk.drill(&["progress"])
        .exits(0)
        .says("1 of 3 exercises passed")
        .says("1 of them in an earlier version");
}
