//! Lines instead of a screen: for screen readers, dumb terminals, files and pipes.

use super::*;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

#[test]
fn plain_prints_lines_and_no_escape_sequence_at_all() {
    let desk = desk();
    for (args, variables) in [(&["--plain"][..], ("TERM", "xterm")), (&[], ("TERM", "dumb"))] {
        let mut screen = Screen::open_with(&desk, &[&["watch"], args].concat(), &[variables], 200, 80);
        screen.shows("keys: ");
        desk.write(SWITCH, SWITCH_FAILS);
        screen.shows(FAILED);
        screen.types("h").shows("hint 1 of 3");
        screen.types("?").shows("list of all exercises");
        desk.write(SWITCH, &format!("{SWITCH_PASSES}// {}\n", args.len()));
        screen.shows(PASSED);
        screen.shows("press n to go on");
        screen.types("q");
        assert_eq!(screen.exits(), 0);
        assert!(!screen.log.contains('\x1b'), "{:?}", screen.log);
        assert!(screen.log.is_ascii(), "{:?}", screen.log);
        desk.drill(&["reset", "--all", "--yes"]).exits(0);
    }
}

#[test]
fn no_color_means_none() {
    let desk = desk();
    for (args, variables) in
        [(&[][..], ("NO_COLOR", "1")), (&["--color", "never"], ("NO_COLOR", "")), (&[], ("NO_COLOR", ""))]
    {
        let mut screen = Screen::open_with(&desk, &[&["watch"], args].concat(), &[variables], 24, 80);
        screen.shows("q quit");
        desk.write(SWITCH, &format!("{SWITCH_FAILS}// {args:?} {variables:?}\n"));
        screen.shows(FAILED);
        screen.types("q");
        assert_eq!(screen.exits(), 0);
        let colours = screen.log.split("\x1b[").skip(1).any(|sequence| {
            let end = sequence.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
            end.starts_with('m')
        });
        assert_eq!(colours, args.is_empty() && variables.1.is_empty(), "{args:?} {variables:?}");
    }
}

/// A watch without a terminal, and its output line by line.
struct Piped {
    child: Child,
    lines: std::sync::mpsc::Receiver<String>,
    seen: String,
}

impl Piped {
    fn start(mut command: Command) -> Piped {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                if sender.send(line.unwrap()).is_err() {
                    return;
                }
            }
        });
        Piped { child, lines, seen: String::new() }
    }

    #[track_caller]
    fn says(&mut self, text: &str) {
        let deadline = std::time::Instant::now() + crate::screen::DEADLINE;
        while !self.seen.contains(text) {
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.seen += &format!("{line}\n"),
                Err(end) => panic!("{end}: never {text:?}:\n{}", self.seen),
            }
        }
    }

    /// Ends it with SIGTERM; what it said on standard error.
    #[track_caller]
    fn ends(mut self) -> String {
        use rustix::process::{Pid, Signal, kill_process};
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(130));
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        stderr
    }
}

#[test]
fn into_a_pipe_go_lines_and_nobody_is_told_to_press_a_key() {
    let desk = desk();
    let mut piped = Piped::start(desk.command(&["watch"]));
    piped.says("then edit exercises/lamp/01-switch.rs and save");
    desk.write(SWITCH, SWITCH_FAILS);
    piped.says(FAILED);
    desk.write(SWITCH, SWITCH_PASSES);
    piped.says(PASSED);
    let seen = piped.seen.clone();
    assert_eq!(piped.ends(), "");
    assert!(!seen.contains('\x1b') && !seen.contains("press"), "{seen}");
    assert_eq!(seen.matches("judging what you saved").count(), 2, "{seen}");
}

#[test]
fn without_a_terminal_a_workspace_is_made_at_once() {
    let desk = Desk::with_pack("two-topics");
    let mut piped = Piped::start(desk.command(&["watch"]));
    piped.says("then edit exercises/lamp/01-switch.rs and save");
    assert_eq!(piped.ends(), "note: made a workspace in `drill-workspace`\n");
    assert!(desk.read(SWITCH).contains("todo!()"));
}

#[test]
fn on_a_terminal_it_asks_before_a_workspace_is_made() {
    let desk = Desk::with_pack("two-topics");
    let mut screen = Screen::open(&desk, &["watch"], 24, 80);
    screen.shows("There is no workspace here yet. Make one in ./drill-workspace? [Y/n]");
    screen.types("n\r").shows("Nothing was made. drill init DIR makes one where you like.");
    assert_eq!(screen.exits(), 0);
    assert!(!desk.path("drill-workspace").exists());

    let mut screen = Screen::open(&desk, &["watch"], 24, 80);
    screen.shows("[Y/n]");
    screen.types("\r").shows("press n to go on to the exercises");
    assert!(desk.read(SWITCH).contains("todo!()"));
}
