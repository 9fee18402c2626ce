//! Reports as Rust's test harness writes them, whole, torn and cut short.

use super::*;
use crate::verdict::{Captured, Output};
use std::time::Duration;

const TEXT: &str = "fn main() {}\n// two\nassert!(three);\n";

fn case() -> Case<'static> {
    Case { file: "exercises/d/a.rs", text: TEXT, memory_mib: 64 }
}

fn ran(end: End<Limit>, stdout: &str, stderr: &str) -> Ran {
    let captured = |text: &str| Captured { head: text.to_string(), ..Captured::default() };
    Ran { end, output: Output { stdout: captured(stdout), stderr: captured(stderr) } }
}

fn code(n: i32) -> End<Limit> {
    End::Exited(Exit::Code(n))
}

#[track_caller]
fn check(end: End<Limit>, stdout: &str, expected: &[(&str, &str)], outcome: Option<&Outcome>) -> Part {
    let part = tests(&case(), &ran(end, stdout, ""));
    let words: Vec<(&str, &str)> =
        part.checks.iter().map(|c| (c.info.name.as_str(), c.outcome.word())).collect();
    assert_eq!(words, expected);
    assert_eq!(part.outcome.as_ref(), outcome);
    part
}

const PASS: &str = "\nrunning 3 tests\ntest a ... ok\ntest m::b - should panic ... ok\ntest c ... ignored, slow\n\n\
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n";

const FAIL: &str = "
running 4 tests
test t::a ... FAILED
test t::b - should panic ... FAILED
test t::c ... FAILED
test t::d ... ok

failures:

---- t::a stdout ----
mine: 1

thread 't::a' (4711) panicked at exercises/d/a.rs:3:5:
assertion `left == right` failed
  left: 1
 right: 2
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- t::b stdout ----
note: test did not panic as expected at exercises/d/a.rs:2:1
---- t::c stdout ----

thread 't::c' (4713) panicked at exercises/d/a.rs:1:5:
not yet implemented: later


failures:
    t::a
    t::b
    t::c

test result: FAILED. 1 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

";

#[test]
fn every_test_is_a_check_and_ignored_ones_are_none() {
    check(code(0), PASS, &[("a", "passed"), ("m::b", "passed")], None);
    check(code(0), "\nrunning 0 tests\n\ntest result: ok. 0 passed\n", &[], None);
}

#[test]
fn a_failing_test_shows_its_panic_with_place_and_line() {
    let expected = [("t::a", "panicked"), ("t::b", "failed"), ("t::c", "not-written"), ("t::d", "passed")];
    let part = check(code(101), FAIL, &expected, None);
    let CheckOutcome::Panicked { message, place, source, counterexample } = &part.checks[0].outcome else {
        panic!()
    };
    assert_eq!(message, "assertion `left == right` failed\n  left: 1\n right: 2");
    assert_eq!(*place, Some(Place { line: 3, column: 5 }));
    assert_eq!(source.as_deref(), Some("assert!(three);"));
    assert_eq!(counterexample.notes, ["printed: mine: 1"]);
    let CheckOutcome::Failed(why) = &part.checks[1].outcome else { panic!() };
    assert_eq!(why.message, "it should panic, and does not");
    assert_eq!(outcome(&part.checks, Vec::new()), Outcome::Failed);
}

#[test]
fn a_panic_elsewhere_has_no_place() {
    let text = FAIL.replace("exercises/d/a.rs:3:5", "library/core/src/option.rs:9:9");
    let part = tests(&case(), &ran(code(101), &text, ""));
    assert!(matches!(part.checks[0].outcome, CheckOutcome::Panicked { place: None, source: None, .. }));
}

#[test]
fn only_a_whole_report_with_an_orderly_end_passes() {
    let exit = |n, check: Option<&str>| Outcome::Crashed {
        check: check.map(ToString::to_string),
        how: Crash::Exit(n),
    };
    let begun = "\nrunning 2 tests\ntest a ... ok\ntest b ... ";
    check(code(0), begun, &[("a", "passed"), ("b", "crashed")], Some(&exit(0, Some("b"))));
    check(code(0), "", &[], Some(&exit(0, None)));
    // The part that names the failing tests is lost.
    let lost = "\nrunning 1 test\ntest a ... ok\ntest result: FAILED. 0 passed; 1 failed\n";
    check(code(101), lost, &[("a", "passed")], Some(&exit(101, None)));
    check(code(3), PASS, &[("a", "passed"), ("m::b", "passed")], Some(&exit(3, None)));
}

#[test]
fn a_hang_has_the_name_of_its_test() {
    let limit = Limit::Cpu(Duration::from_secs(10));
    let begun = "\nrunning 3 tests\ntest a ... ok\ntest b ... ";
    let expected = Outcome::TimedOut { check: Some("b".to_string()), limit };
    check(End::Stopped(limit), begun, &[("a", "passed"), ("b", "timed-out")], Some(&expected));
}

#[test]
fn what_a_test_writes_around_the_harness_tears_only_its_own_line() {
    let torn = "\nrunning 3 tests\ntest a ... loud\nok\ntest b ... loudok\ntest c ... x\nFAILED\n\nfailures:\n\n\
        ---- c stdout ----\nError: \"no\"\n\nfailures:\n    c\n\ntest result: FAILED. 2 passed; 1 failed\n";
    let part = check(code(101), torn, &[("a", "passed"), ("b", "passed"), ("c", "failed")], None);
    let CheckOutcome::Failed(why) = &part.checks[2].outcome else { panic!() };
    assert_eq!(why.message, "Error: \"no\"");
}

#[test]
fn any_text_is_survived() {
    let pieces = [
        "running ",
        "test ",
        " ... ",
        "ok",
        "FAILED",
        "\n",
        "failures:\n",
        "---- ",
        " stdout ----",
        "x",
        "test result: ",
        "thread '",
        " panicked at ",
        ":",
        "1",
        "ü",
    ];
    // A fixed linear congruential generator: the same texts every time.
    let mut x = 7_u64;
    for _ in 0..20_000 {
        let mut text = String::from("running 1 test\n");
        for _ in 0..16 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(pieces[(x >> 33) as usize % pieces.len()]);
        }
        tests(&case(), &ran(code(101), &text, ""));
        main(&case(), &ran(code(101), "", &text));
    }
}

#[test]
fn a_program_ends_with_0_or_says_why_not() {
    let stderr =
        "thread 'main' (1) panicked at exercises/d/a.rs:3:5:\nboom\nnote: run with `RUST_BACKTRACE=1`\n";
    let word = |end, stderr: &str| {
        let part = main(&case(), &ran(end, "", stderr));
        assert_eq!(part.checks[0].info.name, MAIN);
        (part.checks[0].outcome.clone(), part.outcome)
    };
    assert_eq!(word(code(0), ""), (CheckOutcome::Passed, None));
    for end in [code(101), End::Exited(Exit::Signal(6))] {
        let (outcome, said) = word(end, stderr);
        assert!(matches!(outcome, CheckOutcome::Panicked { message, .. } if message == "boom"));
        assert_eq!(said, None);
    }
    assert_eq!(word(code(101), &stderr.replace("boom", TODO)), (CheckOutcome::NotWritten, None));
    let (failed, said) = word(code(1), "Error: no\n");
    assert!(matches!(failed, CheckOutcome::Failed(why) if why.message.contains("exit code 1")));
    assert_eq!(said, None);
    let (crashed, said) = word(End::Exited(Exit::Signal(11)), "");
    assert_eq!(crashed, CheckOutcome::Crashed);
    assert_eq!(said, Some(Outcome::Crashed { check: Some(MAIN.to_string()), how: Crash::StackOverflow }));
}

#[test]
fn clippy_decides_unless_it_repeats_what_is_known() {
    let finding = Diagnostic { message: "no".into(), code: None, place: None, rendered: "no".into() };
    let clean = clippy(&[], false);
    let found = clippy(std::slice::from_ref(&finding), true);
    let open = super::check("t", "", CheckOutcome::NotWritten);
    assert_eq!(outcome(std::slice::from_ref(&clean), Vec::new()), Outcome::Passed);
    assert_eq!(outcome(std::slice::from_ref(&found), Vec::new()), Outcome::Failed);
    assert_eq!(outcome(&[open.clone(), found.clone()], Vec::new()), Outcome::NotWritten);
    assert_eq!(outcome(&[open, clean], Vec::new()), Outcome::NotWritten);
}
