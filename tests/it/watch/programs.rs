//! Programs that get the terminal for a while: editor, pager, list, quiz.

use super::*;

const BACK: &str = "press Enter to go back to watch";

#[test]
fn e_opens_the_editor_and_what_it_saved_is_judged() {
    let desk = desk();
    // A terminal editor: it sees keys that are typed, in line mode and with echo, and long lines wrap.
    let editor = script(
        &desk,
        "editor",
        "printf 'EDITING %s\\n' \"$1\"\nread -r line\nprintf '%s\\n' \"$line\" > \"$1\"\n",
    );
    let mut screen = watching(&desk, &["--edit-cmd", &editor]);
    screen.types("e").shows("EDITING");
    assert!(screen.is_given_back());
    screen.types(SWITCH_PASSES.trim_end()).types("\r");
    screen.shows(PASSED);
    assert_eq!(desk.read(SWITCH), SWITCH_PASSES);
}

#[test]
fn the_editor_is_taken_from_the_environment() {
    let desk = desk();
    let editor = script(&desk, "editor", "echo 'pub fn switch(on: bool) -> bool { on }' > \"$2\"\n");
    let mut screen =
        watching_with(&desk, &[], &[("VISUAL", &format!("{editor} --wait")), ("EDITOR", "/no/such/editor")]);
    screen.types("e").shows(FAILED);
}

#[test]
fn an_editor_that_is_not_there_or_fails_says_so() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    screen.types("e").shows("no editor is set (set $EDITOR,");
    screen.types("q");
    assert_eq!(screen.exits(), 0);

    let mut screen = Screen::open(&desk, &["watch", "--edit-cmd", "no-such-editor"], 24, 80);
    screen.shows("what the checks will catch");
    let shown = screen.types("e").shows(BACK);
    assert!(shown.contains("no-such-editor"), "{shown}");
    screen.types("\r").shows("the editor could not be started: see $VISUAL, $EDITOR and --edit-cmd");
    screen.types("e").printed(BACK, 2);
    screen.types("\u{3}");
    assert_eq!(screen.exits(), 130);
    assert!(screen.is_given_back());

    let mut screen = Screen::open(&desk, &["watch", "--edit-cmd", "exit 3; "], 24, 80);
    screen.shows("what the checks will catch");
    screen.types("e").shows("the editor ended with exit code 3");
}

#[test]
fn w_opens_the_write_up_in_the_pager_and_comes_back() {
    let desk = desk();
    let pager = script(&desk, "pager", "head -1\necho PAGER\nread -r line < /dev/tty\n");
    let mut screen = Screen::open_with(&desk, &["watch"], &[("PAGER", &pager)], 24, 80);
    screen.shows("press w to read it here");
    let shown = screen.types("w").shows("PAGER");
    assert!(shown.contains("A lamp"), "{shown}");
    screen.types("\r").shows("press n to go on to the exercises, w to read it again");
    screen.types("n").shows("what the checks will catch");
    screen.types("w").shows("PAGER");
    screen.types("\r").shows("what the checks will catch");
}

#[test]
fn without_a_pager_the_write_up_stays_until_enter() {
    for pager in ["", "cat"] {
        let desk = desk();
        let mut screen = Screen::open_with(&desk, &["watch"], &[("PAGER", pager)], 24, 80);
        screen.shows("press");
        let shown = screen.types("w").shows(BACK);
        assert!(shown.contains("Because it is small."), "{shown}");
        screen.types("\r").shows("press n to go on to the exercises");
    }
}

#[test]
fn l_opens_the_list_and_enter_goes_there() {
    let desk = desk();
    let mut screen = Screen::open(&desk, &["watch"], 24, 80);
    screen.shows("press n to go on to the exercises");
    screen.types("l").shows("/ search");
    screen.types("q").shows("press n to go on to the exercises");
    screen.types("l").shows("/ search");
    screen.types("/open").shows("/open");
    screen.types("\r").shows("/ search");
    screen.types("\r").shows("01-open  Open the valve");
    assert!(desk.read(PROGRESS).contains("valve/01-open"));
}

#[test]
fn z_takes_the_quiz_and_enter_goes_on() {
    let desk = desk();
    let mut screen = watching(&desk, &[]);
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows("next: 02-dim");
    screen.types("n").shows("02-dim  Dim the lamp");
    desk.write(DIM, DIM_PASSES);
    screen.shows("next: the quiz of this topic");
    let shown = screen.types("n").shows("press z to take it");
    assert!(shown.contains("Every exercise of this topic is passed."), "{shown}");
    screen.types("z").shows("How many states has it?");
    screen.types("two\r").shows("Enter shows the score");
    screen.types("\r").shows(BACK);
    screen.types("\r").shows("taken: press n to go on");
    screen.types("\r").shows("A valve");
    screen.types("n").shows("Open the valve");
    desk.write(OPEN, OPEN_PASSES);
    screen.shows("next: the quiz of this topic");
    screen.types("n").shows("press z to take it");
    let shown = screen.types("n").shows("this is its end, but not all of it is done");
    assert!(shown.contains("the quiz of A valve") && shown.contains("being written: `motor`"), "{shown}");
    screen.types("nz").printed("How many states has it?", 2);
    screen.types("two\r").printed("Enter shows the score", 2);
    screen.types("\r").printed(BACK, 2);
    screen.types("\r").shows("taken: press n to go on");
    screen.types("n").shows("First steps: you have done all that exists so far");
    screen.types("q");
    assert_eq!(screen.exits(), 0);
    assert!(screen.now().contains("3 of 3 exercises passed"), "{}", screen.now());
}

#[test]
fn the_solution_is_shown_after_a_pass_only() {
    let desk = desk();
    let mut screen = watching_with(&desk, &[], &[("PAGER", "")]);
    let shown = screen.types("s").shows(BACK);
    assert!(shown.contains("is not passed yet"), "{shown}");
    screen.types("\r").shows("what the checks will catch");
    desk.write(SWITCH, SWITCH_PASSES);
    screen.shows(PASSED);
    let shown = screen.types("s").printed(BACK, 2);
    assert!(shown.contains("The shortest way"), "{shown}");
    screen.types("\r").shows(PASSED);
    let shown = screen.types("d").printed(BACK, 3);
    assert!(shown.contains("+    // The shortest way"), "{shown}");
}
