//! `drill doctor`, and `drill` by itself.

use crate::desk::Desk;

#[test]
fn a_healthy_machine_is_said_to_be_well() {
    let desk = Desk::with_workspace("atlas-small");
    let said = desk.drill(&["doctor"]).exits(0).says("compiler").says("builds a program that runs").stdout;
    for name in ["limits", "workspace", "progress", "cache", "saves", "disk", "terminal"] {
        assert!(said.contains(&format!("  {name} ")), "no {name} in\n{said}");
    }
    assert!(!said.contains("FAIL"), "{said}");
}

#[test]
fn what_is_broken_names_the_command_that_mends_it_and_that_does() {
    let desk = Desk::with_workspace("atlas-small");
    std::fs::remove_file(desk.path("drill-workspace/Cargo.toml")).unwrap();
    let said = desk.drill(&["doctor"]).exits(3).says("FAIL  workspace").says("1 problem to mend.").stdout;
    let remedy = said.lines().find_map(|l| l.trim().strip_prefix("mend it: ")).unwrap();
    let dir = remedy.strip_prefix("drill init '").unwrap().strip_suffix('\'').unwrap();
    desk.drill(&["init", dir]).exits(0);
    desk.drill(&["doctor"]).exits(0);
}

#[cfg(unix)]
#[test]
fn without_rustc_it_says_where_to_get_it() {
    let desk = Desk::with_pack("atlas-small");
    let mut command = desk.command(&["doctor"]);
    command.env("PATH", desk.path("")).env("HOME", desk.path("")).env("CARGO_HOME", desk.path(""));
    command.env_remove("RUSTC");
    crate::desk::Call::of(&command.output().unwrap())
        .exits(3)
        .says("FAIL  compiler")
        .says("https://rustup.rs")
        .says("terminal");
}

#[test]
fn drill_by_itself_says_how_to_start_in_six_lines() {
    let said = Desk::with_pack("atlas-small").drill(&[]).exits(0).says("drill watch").stdout;
    assert_eq!(said.lines().count(), 6, "{said}");
}
