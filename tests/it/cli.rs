//! The command line itself: help, usage errors, exit codes.

use crate::desk::Desk;

#[test]
fn help_names_every_command_and_the_exit_codes() {
    Desk::with_content().drill(&["--help"]).exits(0).says("watch").says("130  interrupted");
}

#[test]
fn a_usage_error_exits_with_2() {
    Desk::with_content().drill(&["run", "--no-such-flag"]).exits(2).complains("--no-such-flag");
}

#[test]
fn a_workspace_may_be_named_by_a_relative_path() {
    let desk = Desk::with_workspace("one-topic");
    let named = ["run", "--workspace", "drill-workspace"];
    let inside = desk.drill_in("drill-workspace", &["run"]);
    let outside = desk.drill(&named).exits(inside.code);
    let checks = |text: &str| text.lines().skip(1).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(checks(&outside.stdout), checks(&inside.stdout));
    desk.drill(&["path", "--workspace", "nowhere"]).exits(3).complains("`nowhere` is not a workspace");
}
