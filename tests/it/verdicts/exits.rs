//! Programs that end before the checks are through, whatever exit code they choose.

use super::{at_grant, bench, edited, in_second_check, judge};

const IN_SECOND: [&str; 4] = ["passed", "crashed", "not-run", "not-run"];

#[test]
fn leaving_with_exit_code_0_never_passes() {
    let desk = bench();
    let at_once = edited("Bucket { plan, tokens: plan.capacity, at: 0 }", "std::process::exit(0)");
    let verdict = judge(&desk, &at_once).is("crashed").because("exit", Some("starts-full"));
    verdict.checks(["crashed", "not-run", "not-run", "not-run"]);
    let thread = "std::thread::spawn(|| std::process::exit(0)).join().unwrap()";
    for code in ["std::process::exit(0)", thread] {
        judge(&desk, &in_second_check(code))
            .is("crashed")
            .because("exit", Some("refills-each-second"))
            .checks(IN_SECOND);
    }
    let drop = at_grant("") + "impl Drop for Bucket { fn drop(&mut self) { std::process::exit(0) } }";
    judge(&desk, &drop).is("crashed").because("exit", Some("starts-full"));
    let hook = in_second_check("std::panic::set_hook(Box::new(|_| std::process::exit(0))); panic!()");
    judge(&desk, &hook).is("crashed").because("exit", Some("refills-each-second"));
}

#[test]
fn leaving_behind_the_last_check_changes_nothing_that_was_reported() {
    let desk = bench();
    let last = |end: &str| {
        edited("let level = self.level(now);", "let level = self.level(now); LAST.with(|_| ());")
            + &format!("struct Last; impl Drop for Last {{ fn drop(&mut self) {{ {end} }} }}")
            + "thread_local! { static LAST: Last = const { Last } }"
    };
    judge(&desk, &last("std::process::exit(0)")).is("passed");
    judge(&desk, &last("std::process::exit(0)").replace(".min(self.plan.capacity)", "")).is("failed");
    judge(&desk, &last("std::process::exit(7)")).is("crashed").because("exit", None).checks(["passed"; 4]);
    judge(&desk, &last("std::process::abort()")).is("crashed").because("abort", None);
}

#[test]
fn an_abort_names_its_check_and_a_double_panic_says_why() {
    let desk = bench();
    let abort = in_second_check("std::process::abort()");
    judge(&desk, &abort).is("crashed").because("abort", Some("refills-each-second")).checks(IN_SECOND);
    let double = in_second_check("let _trap = Trap; panic!(\"the first\");")
        + "struct Trap; impl Drop for Trap { fn drop(&mut self) { panic!(\"the second\") } }";
    let verdict = judge(&desk, &double).is("crashed").because("abort", Some("refills-each-second"));
    let said = verdict.text("/output/stderr/head");
    assert!(said.contains("the first") && said.contains("the second"), "{said}");
}

#[test]
fn a_stack_overflow_is_called_by_its_name() {
    let desk = bench();
    let deep = "fn deep(n: u64) -> u64 { let page = [n; 64]; deep(n + 1) + std::hint::black_box(page)[1] }";
    let direct = in_second_check("deep(0);") + deep;
    judge(&desk, &direct)
        .is("crashed")
        .because("stack-overflow", Some("refills-each-second"))
        .checks(IN_SECOND);
    let thread = in_second_check("std::thread::spawn(|| deep(0)).join().unwrap();") + deep;
    judge(&desk, &thread).is("crashed").because("stack-overflow", Some("refills-each-second"));
    // The function takes room for it whether or not it comes that far.
    let huge = in_second_check("let huge = [now as u8; 1 << 25]; std::hint::black_box(&huge);");
    judge(&desk, &huge).is("crashed").because("stack-overflow", Some("starts-full"));
}

#[test]
fn memory_without_bound_is_called_by_its_name() {
    let desk = bench();
    for bomb in [
        "let mut all = Vec::new(); loop { all.push(std::hint::black_box(now)); }",
        "let mut all = Vec::new(); loop { all.push(vec![7_u8; 4096]); }",
        "std::hint::black_box(vec![0_u8; 1 << 40]);",
        "std::thread::spawn(|| { let mut s = String::from(\"x\"); loop { s = s.clone() + &s; } }).join().unwrap();",
    ] {
        let verdict = judge(&desk, &in_second_check(bomb)).is("crashed");
        let verdict = verdict.because("out-of-memory", Some("refills-each-second")).checks(IN_SECOND);
        assert!(verdict.text("/reason/text").contains("64 MiB"), "{bomb}");
    }
    let refused = in_second_check("assert!(Vec::<u8>::new().try_reserve(1 << 30).is_err());");
    judge(&desk, &refused).is("passed");
}

#[test]
fn a_grandchild_is_neither_waited_for_nor_left_behind() {
    let desk = bench();
    let spawn = "std::process::Command::new(\"sleep\").arg(\"100000\").spawn().unwrap();";
    judge(&desk, &at_grant(spawn)).is("passed");
    let shell = "std::process::Command::new(\"sh\").args([\"-c\", \"sleep 100000 & sleep 100000 & exit\"]).status().unwrap();";
    judge(&desk, &in_second_check(shell)).is("passed");
    judge(&desk, &in_second_check(&format!("{spawn} loop {{}}"))).is("timed-out");
    let chain = "std::process::Command::new(std::env::current_exe().unwrap()).spawn().unwrap(); std::process::exit(0);";
    judge(&desk, &at_grant(chain)).is("crashed").because("exit", Some("starts-full"));
}

#[test]
fn panics_in_threads_count_when_somebody_waits_for_them() {
    let desk = bench();
    let joined = in_second_check("std::thread::spawn(|| panic!(\"lost update\")).join().unwrap();");
    let verdict = judge(&desk, &joined).is("failed").checks(["passed", "panicked", "passed", "panicked"]);
    assert_eq!(verdict.text("/checks/1/message"), "lost update");
    let line = joined.lines().position(|l| l.contains("lost update")).unwrap() + 1;
    assert_eq!(verdict.at("/checks/1/at/line"), line);
    let alone = in_second_check("let _ = std::thread::spawn(|| panic!(\"nobody looks\")).join();");
    judge(&desk, &alone).is("passed");
    let detached = in_second_check("std::thread::spawn(|| panic!(\"nobody waits\"));");
    judge(&desk, &detached).is("passed");
}

#[test]
fn a_panic_hook_and_a_caught_panic_are_the_learners_business() {
    let desk = bench();
    let caught = in_second_check("assert!(std::panic::catch_unwind(|| panic!(\"mine\")).is_err());");
    judge(&desk, &caught).is("passed");
    let hook =
        in_second_check("std::panic::set_hook(Box::new(|_| println!(\"my hook\"))); panic!(\"with it\")");
    let verdict = judge(&desk, &hook).is("failed").checks(["passed", "panicked", "passed", "panicked"]);
    assert_eq!(verdict.text("/checks/1/message"), "with it");
    assert!(verdict.text("/output/stdout/head").contains("my hook"));
    let taken = at_grant("let _ = std::panic::take_hook();");
    judge(&desk, &taken).is("passed");
}

#[test]
fn standard_input_is_empty() {
    let read = "let mut line = String::new(); assert_eq!(std::io::stdin().read_line(&mut line).unwrap(), 0);";
    judge(&bench(), &at_grant(read)).is("passed");
}
