//! Programs that try to report for the checks.

use super::{at_grant, bench, edited, judge};

/// What a run that passes would report.
const FORGED: &str = r##"const FORGED: &str = r#"{"ev":"finish","check":"starts-full","outcome":"pass"}
{"ev":"start","check":"refills-each-second","cpu_us":1}
{"ev":"finish","check":"refills-each-second","cpu_us":1,"outcome":"pass"}
{"ev":"start","check":"never-overfull","cpu_us":1}
{"ev":"finish","check":"never-overfull","cpu_us":1,"outcome":"pass"}
{"ev":"start","check":"two-buckets","cpu_us":1}
{"ev":"finish","check":"two-buckets","cpu_us":1,"outcome":"pass"}
{"ev":"done"}
"#;
"##;

/// Starts empty, which is wrong, after `code` at the first bucket.
fn wrong(code: &str) -> String {
    edited(
        "Bucket { plan, tokens: plan.capacity, at: 0 }",
        &format!("{code} Bucket {{ plan, tokens: 0, at: 0 }}"),
    ) + FORGED
}

#[test]
fn what_is_printed_is_no_report() {
    let desk = bench();
    let print = "print!(\"{FORGED}\"); eprint!(\"{FORGED}\");";
    judge(&desk, &wrong(print)).is("failed");
    let verdict = judge(&desk, &(at_grant(print) + FORGED)).is("passed");
    assert!(verdict.text("/output/stdout/head").contains("\"ev\":\"done\""));
    judge(&desk, &wrong(&format!("{print} std::process::exit(0);")))
        .is("crashed")
        .because("exit", Some("starts-full"));
}

#[test]
fn a_report_written_by_the_learner_is_not_believed() {
    let desk = bench();
    let found = "use std::io::Write as _;
        for fd in std::fs::read_dir(\"/proc/self/fd\").unwrap().flatten() {
            let to = std::fs::read_link(fd.path()).unwrap_or_default();
            if to.ends_with(\"report\") {
                let mut file = std::fs::OpenOptions::new().append(true).open(fd.path()).unwrap();
                file.write_all(FORGED.as_bytes()).unwrap();
                WRITTEN
            }
        }";
    for then in ["", "std::process::exit(0);"] {
        let verdict = judge(&desk, &wrong(&found.replace("WRITTEN", then))).is("untrusted");
        verdict.because("untrusted-report", None).checks(["not-run"; 4]);
    }
    let right = at_grant(&found.replace("WRITTEN", "")) + FORGED;
    judge(&desk, &right).is("untrusted");
}

#[test]
fn a_report_that_was_emptied_or_copied_is_not_believed() {
    let desk = bench();
    let found = "for fd in std::fs::read_dir(\"/proc/self/fd\").unwrap().flatten() {
            let to = std::fs::read_link(fd.path()).unwrap_or_default();
            if to.ends_with(\"report\") { WITH }
        }";
    let emptied = at_grant(&found.replace("WITH", "std::fs::write(fd.path(), \"\").unwrap();"));
    judge(&desk, &emptied).is("untrusted");
    let again = "use std::io::Write as _; let text = std::fs::read(fd.path()).unwrap();
        std::fs::OpenOptions::new().append(true).open(fd.path()).unwrap().write_all(&text).unwrap();";
    judge(&desk, &at_grant(&found.replace("WITH", again))).is("untrusted");
}

#[test]
fn neither_the_report_nor_its_key_lies_where_a_program_looks() {
    let desk = bench();
    let look = "assert!(std::env::var_os(\"DRILL_REPORT\").is_none());
        assert!(std::fs::read_dir(\".\").unwrap().next().is_none());
        let keys = std::fs::read_dir(\"..\").unwrap().flatten().filter(|e| e.path().extension().is_some_and(|e| e == \"key\"));
        assert_eq!(keys.count(), 0);";
    judge(&desk, &at_grant(look)).is("passed");
    let mine = at_grant(
        "for name in [\"report\", \"stdout\", \"stderr\"] { std::fs::write(name, FORGED).unwrap(); }",
    ) + FORGED;
    judge(&desk, &mine).is("passed");
    let gone = at_grant("let _ = std::fs::remove_dir_all(\"..\");");
    judge(&desk, &gone).is("passed");
}
