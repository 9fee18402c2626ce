//! `drill watch` on a real terminal, and without one.

mod author;
mod keys;
mod plain;
mod programs;
mod saves;
mod signals;
mod trouble;

use crate::desk::Desk;
use crate::screen::Screen;
use std::path::PathBuf;

const SWITCH: &str = "drill-workspace/exercises/lamp/01-switch.rs";
const DIM: &str = "drill-workspace/exercises/lamp/02-dim.rs";
const OPEN: &str = "drill-workspace/exercises/valve/01-open.rs";
const PROGRESS: &str = "drill-workspace/.drill/progress.toml";

const SWITCH_PASSES: &str = "pub fn switch(on: bool) -> bool { !on }\n";
const SWITCH_FAILS: &str = "pub fn switch(on: bool) -> bool { on }\n";
const DIM_PASSES: &str = "pub fn dim(on: bool) -> bool { on && !on }\n";
const OPEN_PASSES: &str = "pub fn open(on: bool) -> bool { on }\n";

const PASSED: &str = "01-switch  passed, all 1 check";
const FAILED: &str = "01-switch  0 of 1 check pass";

fn desk() -> Desk {
    Desk::with_built_kit("two-topics")
}

/// With a minute for each check, so that a program that hangs goes on hanging, also on a busy machine.
fn patient_desk() -> Desk {
    let desk = Desk::with_own_pack("two-topics");
    let topic = "pack/exercises/lamp/topic.toml";
    let text = desk.read(topic).replace("learned =", "limits = { cpu_seconds = 60 }\nlearned =");
    desk.write(topic, &text);
    desk.drill(&["init"]).exits(0);
    desk.with_kit()
}

/// At the first exercise.
fn watching(desk: &Desk, args: &[&str]) -> Screen {
    watching_with(desk, args, &[])
}

fn watching_with(desk: &Desk, args: &[&str], variables: &[(&str, &str)]) -> Screen {
    let mut screen = Screen::open_with(desk, &[&["watch"], args].concat(), variables, 24, 80);
    screen.shows("press n to go on to the exercises");
    screen.types("n").shows("what the checks will catch");
    screen
}

/// A program that starts another one, leaves a note with both process ids, and hangs.
fn hangs(desk: &Desk) -> String {
    let [note, aside] = ["pids", "pids.new"].map(|name| desk.path(name).to_str().unwrap().to_string());
    format!(
        "pub fn switch(_on: bool) -> bool {{
    let child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn().unwrap();
    std::fs::write(\"{aside}\", format!(\"{{}} {{}}\", std::process::id(), child.id())).unwrap();
    std::fs::rename(\"{aside}\", \"{note}\").unwrap();
    loop {{
        std::thread::sleep(std::time::Duration::from_millis(50));
    }}
}}
"
    )
}

/// Saves a program that hangs, and waits until it does.
fn hang(desk: &Desk, screen: &mut Screen) -> Vec<String> {
    let note = desk.path("pids");
    let _ = std::fs::remove_file(&note);
    desk.write(SWITCH, &hangs(desk));
    screen.until_there("a hanging program", || note.exists());
    screen.shows("judging what you saved");
    desk.read("pids").split_whitespace().map(ToString::to_string).collect()
}

/// Gone, or dead and waiting for init. Where there is no /proc nothing is proved.
fn is_gone(pid: &str) -> bool {
    let stat = std::fs::read_to_string(PathBuf::from(format!("/proc/{pid}/stat")));
    stat.map_or(true, |s| s.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z')))
}

#[track_caller]
fn are_gone(screen: &mut Screen, pids: &[String]) {
    screen.until_there("the programs are gone", || pids.iter().all(|pid| is_gone(pid)));
}

/// An executable script.
fn script(desk: &Desk, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    desk.write(name, &format!("#!/bin/sh\n{text}"));
    let path = desk.path(name);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_string()
}
