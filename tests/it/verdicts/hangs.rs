//! Programs that do not come back: the check is named, the rest is not run.

use super::{at_grant, bench, edited, in_second_check, judge};

const IN_SECOND: [&str; 4] = ["passed", "timed-out", "not-run", "not-run"];

#[test]
fn a_loop_without_end_is_named_with_the_check_it_is_in() {
    let desk = bench();
    let verdict = judge(&desk, &in_second_check("loop {}"))
        .is("timed-out")
        .because("cpu-time", Some("refills-each-second"));
    assert!(verdict.checks(IN_SECOND).text("/reason/text").contains("1.0 s of CPU time"));
}

#[test]
fn a_loop_in_a_drop_is_named() {
    let text =
        at_grant("") + "impl Drop for Bucket { fn drop(&mut self) { while self.plan.capacity == 1 {} } }";
    judge(&bench(), &text).is("timed-out").because("cpu-time", Some("refills-each-second")).checks(IN_SECOND);
}

#[test]
fn a_loop_in_a_joined_thread_is_named() {
    let text = in_second_check("std::thread::spawn(|| loop {}).join().unwrap()");
    judge(&bench(), &text).is("timed-out").because("cpu-time", Some("refills-each-second")).checks(IN_SECOND);
}

#[test]
fn a_loop_while_panicking_is_named() {
    let text = in_second_check("let _trap = Trap; panic!(\"now\");")
        + "struct Trap; impl Drop for Trap { fn drop(&mut self) { loop {} } }";
    judge(&bench(), &text).is("timed-out").because("cpu-time", Some("refills-each-second")).checks(IN_SECOND);
}

#[test]
fn a_lock_taken_twice_is_told_from_a_loop() {
    let text =
        in_second_check("let lock = std::sync::Mutex::new(0); let _a = lock.lock(); let _b = lock.lock();");
    let verdict = judge(&bench(), &text).is("timed-out").because("wall-time", Some("refills-each-second"));
    assert!(verdict.checks(IN_SECOND).text("/reason/text").contains("a lock taken twice"));
}

#[test]
fn a_long_sleep_is_told_from_a_loop_and_not_waited_for() {
    let text = in_second_check("std::thread::sleep(std::time::Duration::from_secs(100_000));");
    judge(&bench(), &text)
        .is("timed-out")
        .because("wall-time", Some("refills-each-second"))
        .checks(IN_SECOND);
}

#[test]
fn a_loop_behind_the_checks_does_not_pass() {
    let text = edited("let level = self.level(now);", "let level = self.level(now); LAST.with(|_| ());")
        + "struct Last; impl Drop for Last { fn drop(&mut self) { loop {} } }
           thread_local! { static LAST: Last = const { Last } }";
    judge(&bench(), &text).is("timed-out").because("cpu-time", None).checks(["passed"; 4]);
}
