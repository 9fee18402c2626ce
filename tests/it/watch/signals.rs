//! Every way out, and Ctrl-Z: no program is left running, the terminal is as it was.

use super::*;
use rustix::process::Signal;

/// How a learner, or the system, ends watch.
#[derive(Clone, Copy, Debug)]
enum Way {
    Keys(&'static str),
    Signal(Signal),
}

const CTRL_C: &str = "\u{3}";
const CTRL_Z: &str = "\u{1a}";
const CTRL_BACKSLASH: &str = "\u{1c}";

const WAYS: [(Way, u32); 6] = [
    (Way::Keys("q"), 0),
    (Way::Keys(CTRL_C), 130),
    (Way::Keys(CTRL_BACKSLASH), 130),
    (Way::Signal(Signal::TERM), 130),
    (Way::Signal(Signal::HUP), 130),
    (Way::Signal(Signal::INT), 130),
];

fn go(screen: &mut Screen, way: Way) {
    match way {
        Way::Keys(keys) => {
            screen.types(keys);
        }
        Way::Signal(signal) => screen.signal(signal),
    }
}

#[test]
fn every_way_out_leaves_no_program_behind_and_the_terminal_as_it_was() {
    let desk = patient_desk();
    for (way, code) in WAYS {
        let before = Screen::run(&desk.program("cat"), &[], 24, 80).modes();
        let mut screen = Screen::open(&desk, &["watch"], 24, 80);
        // Judged on arrival from the second round on.
        screen.until("anything", |screen| screen.contains("drill"));
        assert_ne!(screen.modes(), before, "keys come at once while watching");
        let _ = std::fs::remove_file(desk.path("pids"));
        desk.write(SWITCH, &format!("{}// {way:?}\n", hangs(&desk)));
        screen.until_there("a hanging program", || desk.path("pids").exists());
        let pids: Vec<String> = desk.read("pids").split_whitespace().map(ToString::to_string).collect();
        go(&mut screen, way);
        assert_eq!(screen.exits(), code, "{way:?}");
        assert_eq!(screen.modes(), before, "{way:?}");
        assert!(screen.is_given_back(), "{way:?}");
        assert!(screen.now().contains("0 of 3 exercises passed"), "{way:?}:\n{}", screen.now());
        are_gone(&mut screen, &pids);
    }
}

#[test]
fn a_wish_to_end_reaches_the_editor_too() {
    let desk = desk();
    let editor = script(&desk, "editor", "touch started\nexec sleep 1000\n");
    let mut screen = watching(&desk, &["--edit-cmd", &editor]);
    let before = screen.modes();
    screen.types("e");
    screen.until_there("the editor runs", || desk.path("started").exists());
    assert_ne!(screen.modes(), before, "the editor has the terminal as it was");
    screen.signal(Signal::TERM);
    assert_eq!(screen.exits(), 130);
    assert!(screen.is_given_back());
}

#[test]
fn ctrl_c_in_the_editor_is_the_editors() {
    let desk = desk();
    let editor = script(
        &desk,
        "editor",
        "trap 'echo caught > caught; exit 0' INT\ntouch started\nwhile :; do sleep 0.05; done\n",
    );
    let mut screen = watching(&desk, &["--edit-cmd", &editor]);
    screen.types("e");
    screen.until_there("the editor runs", || desk.path("started").exists());
    screen.types(CTRL_C);
    screen.until_there("the editor saw it", || desk.path("caught").exists());
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
}

/// The shell waits for a command: nothing stands behind its last prompt.
#[track_caller]
fn at_prompt(screen: &mut Screen) {
    screen
        .until("an empty prompt", |s| s.trim_end().lines().last().is_some_and(|l| l.trim_end() == "shell>"));
}

/// A shell with job control, and watch in it at the first exercise.
fn in_a_shell(desk: &Desk) -> Screen {
    let mut shell = desk.program("sh");
    shell.arg("-i");
    let mut screen = Screen::run(&shell, &[("PS1", "shell> "), ("ENV", "/dev/null")], 24, 80);
    at_prompt(&mut screen);
    let drill = desk.command(&["watch"]);
    let words: Vec<String> = std::iter::once(drill.get_program())
        .chain(drill.get_args())
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect();
    screen.types(&format!("{}\r", words.join(" ")));
    screen.shows("press n to go on to the exercises");
    screen.types("n").shows("what the checks will catch");
    screen
}

#[test]
fn ctrl_z_stops_with_the_terminal_in_order_and_fg_goes_on() {
    let desk = desk();
    let mut screen = in_a_shell(&desk);
    for (text, verdict) in [(SWITCH_FAILS, FAILED), (SWITCH_PASSES, PASSED)] {
        screen.types(CTRL_Z);
        at_prompt(&mut screen);
        assert!(screen.is_given_back());
        // Typed keys are for the shell, and seen.
        screen.types("echo e'c'ho\r").shows("echo\n");
        // A save meanwhile is judged afterwards.
        desk.write(SWITCH, text);
        screen.types("fg\r").shows(verdict);
    }
    // Alt-[ is half an escape sequence, whose other half never comes.
    screen.types("\x1b[").types(CTRL_Z);
    at_prompt(&mut screen);
    screen.types("fg\r").shows(PASSED);
    screen.types("q").shows("1 of 3 exercises passed");
    at_prompt(&mut screen);
    assert!(screen.is_given_back());
}

#[test]
fn ctrl_z_during_a_run_stops_the_program_and_fg_starts_it_again() {
    let desk = patient_desk();
    let mut screen = in_a_shell(&desk);
    let pids = hang(&desk, &mut screen);
    screen.types(CTRL_Z);
    at_prompt(&mut screen);
    are_gone(&mut screen, &pids);
    let _ = std::fs::remove_file(desk.path("pids"));
    screen.types("fg\r");
    screen.until_there("it hangs again", || desk.path("pids").exists());
    screen.shows("judging what you saved");
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
}
