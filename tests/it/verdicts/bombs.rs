//! Programs that take all they can get of the machine, or turn against drill itself.

use super::{at_grant, bench, in_second_check, judge};

const IN_SECOND: Option<&str> = Some("refills-each-second");

#[test]
fn what_leaves_the_process_group_does_not_outlive_the_run() {
    let desk = bench();
    let escape = |then: &str| {
        in_second_check(&format!(
            "std::process::Command::new(\"setsid\").args([\"sh\", \"-c\", \"{then}\"]).spawn().unwrap();"
        ))
    };
    // One that waits, one whose own child has left too, and one that starts others while it is looked for.
    for then in [
        "sleep 100000",
        "setsid sleep 100000 & exit",
        "while true; do setsid sleep 100000 & sleep 0.01; done",
    ] {
        judge(&desk, &escape(then)).is("passed");
    }
}

#[test]
fn descriptors_without_bound_are_an_error_of_the_program() {
    let bomb = in_second_check(
        "let mut all = Vec::new(); loop { all.push(std::fs::File::open(\"/dev/null\").expect(\"no more files\")); }",
    );
    let verdict = judge(&bench(), &bomb).is("failed");
    assert!(
        verdict.text("/checks/1/message").starts_with("no more files"),
        "{}",
        verdict.text("/checks/1/message")
    );
}

#[test]
fn threads_without_bound_end() {
    let desk = bench();
    let bomb = in_second_check("loop { std::thread::spawn(|| std::thread::park()); }");
    // Which limit they meet first depends on the machine.
    let verdict = judge(&desk, &bomb);
    let word = verdict.text("/verdict").to_string();
    assert!(["failed", "crashed", "timed-out"].contains(&word.as_str()), "{word}");
    judge(&desk, super::SOLUTION).is("passed");
}

#[test]
fn signals_to_drill_end_the_run_and_leave_nothing() {
    let desk = bench();
    desk.drill(&["hint", "01-take"]).exits(0);
    let before = desk.read("drill-workspace/.drill/progress.toml");
    let program = |signal: &str| {
        // The parent of the program is drill: `drill __limited` has become the program.
        in_second_check(&format!(
            "let me = std::fs::read_to_string(\"/proc/self/stat\").unwrap();
             let parent = me.rsplit(')').next().unwrap().split_whitespace().nth(1).unwrap();
             std::process::Command::new(\"kill\").args([\"-{signal}\", parent]).status().unwrap();
             loop {{}}"
        ))
    };
    for (signal, code) in [("INT", 130), ("TERM", 130), ("KILL", crate::desk::ABORTED)] {
        desk.write(super::SAVED, &program(signal));
        let call = desk.drill(&["run", "01-take"]);
        assert_eq!(call.code, code, "{signal}: {}{}", call.stdout, call.stderr);
        super::nothing_is_left(&desk.path(""));
        assert!(desk.read("drill-workspace/.drill/progress.toml").contains(before.trim()), "{signal}");
        assert_eq!(desk.read(super::SAVED), program(signal));
    }
    judge(&desk, super::SOLUTION).is("passed");
}

#[test]
fn closed_descriptors_are_no_way_to_pass() {
    let desk = bench();
    let close = "for fd in 0..64 { unsafe { close(fd); } }";
    let text = at_grant(close) + "unsafe extern \"C\" { fn close(fd: i32) -> i32; }";
    let verdict = judge(&desk, &text);
    assert_ne!(verdict.text("/verdict"), "passed");
    let wrong = text.replace(".min(self.plan.capacity)", "");
    assert_ne!(judge(&desk, &wrong).text("/verdict"), "passed");
    judge(&desk, super::SOLUTION).is("passed");
}

#[test]
fn a_program_that_eats_slowly_is_within_its_limit_or_named() {
    let slow =
        in_second_check("let end = std::time::Instant::now(); while end.elapsed().as_millis() < 150 {}");
    judge(&bench(), &slow).is("passed");
    let slower =
        in_second_check("let end = std::time::Instant::now(); while end.elapsed().as_secs() < 30 {}");
    judge(&bench(), &slower).is("timed-out").because("cpu-time", IN_SECOND);
}
