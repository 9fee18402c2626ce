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
