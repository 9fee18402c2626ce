//! Keys, at rest and while something runs.

use super::*;

#[test]
fn keys_work_while_something_runs() {
    let desk = patient_desk();
    let mut screen = watching(&desk, &[]);
    let pids = hang(&desk, &mut screen);
    screen.types("h").shows("Look at switch.");
    screen.types("?").shows("list of all exercises");
    screen.types("?").shows("judging what you saved");
    screen.types("hh").shows("Write the expression `!on`.");
    screen.types("n").shows("02-dim  Dim the lamp");
    are_gone(&mut screen, &pids);
}

#[test]
fn a_new_size_is_drawn_at_once() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    for (rows, columns, footer) in [
        (10, 40, "h hint  e edit  ? all keys  q quit"),
        (50, 100, "h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit"),
        (24, 80, "h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit"),
    ] {
        screen.resize(rows, columns);
        let shown = screen.until(footer, |screen| {
            screen.lines().nth(usize::from(rows) - 1).is_some_and(|line| line.trim_end() == footer)
        });
        assert!(shown.starts_with("drill First steps"), "{shown}");
    }
    // A key at the same instant is not lost.
    for (key, shown) in [("G", "above (k)"), ("g", "more below"), ("G", "above (k)"), ("g", "more below")] {
        screen.resize(6, if key == "G" { 40 } else { 41 });
        screen.types(key).shows(shown);
    }
}

#[test]
fn a_key_with_control_is_another_key() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    // Ctrl-X, Ctrl-N, Ctrl-R, Ctrl-D.
    screen.types("\u{18}\u{e}\u{12}\u{4}").types("?").shows("list of all exercises");
    screen.types("?").shows("what the checks will catch");
    for never in ["Put exercises", "02-dim", "judging", "not passed yet"] {
        assert!(!screen.log.contains(never), "{never}");
    }
}

#[test]
fn reset_asks_and_keeps_what_was_written() {
    let desk = desk();
    let stub = desk.read(SWITCH);
    let mut screen = watching(&desk, &[]);
    desk.write(SWITCH, SWITCH_FAILS);
    screen.shows(FAILED);
    screen.types("x").shows("Put exercises/lamp/01-switch.rs back to its stub?");
    screen.types("n").shows("nothing was reset");
    assert_eq!(desk.read(SWITCH), SWITCH_FAILS);
    screen.types("xy").shows("not written yet");
    let shown = screen.shows("the stub is back; yours is kept in .drill/backups/");
    assert!(shown.contains("q quit"), "the keys are still there:\n{shown}");
    assert_eq!(desk.read(SWITCH), stub);
    let backups = desk.files("drill-workspace/.drill/backups");
    assert_eq!(backups.len(), 1, "{backups:?}");
    assert_eq!(desk.read(&format!("drill-workspace/.drill/backups/{}", backups[0])), SWITCH_FAILS);
}

#[test]
fn a_deleted_stub_is_brought_back_by_reset() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    std::fs::remove_file(desk.path(SWITCH)).unwrap();
    screen.shows("press `x` to bring the stub back");
    screen.types("xy").shows("the stub is back");
    screen.shows("not written yet");
}

#[test]
fn auto_advance_goes_on_by_itself() {
    let desk = desk();
    let mut screen = watching(&desk, &["--auto-advance"]);
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows("01-switch passed. What switch does.");
    screen.shows("Dim the lamp");
    desk.write(DIM, DIM_PASSES);
    screen.shows("02-dim passed. What dim does.");
    screen.shows("press z to take it");
}
