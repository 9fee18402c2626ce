//! What programs print: kept apart, kept small, and never obeyed by the terminal.

use super::{SAVED, at_grant, bench, edited, in_second_check, judge, shown};

#[test]
fn an_endless_flood_times_out_with_its_head_and_its_tail() {
    let desk = bench();
    for (stream, name) in [("println", "stdout"), ("eprintln", "stderr")] {
        let flood = format!(
            "let mut n = 0_u64; loop {{ {stream}!(\"line {{n}} of a flood that nobody reads\"); n += 1; }}"
        );
        let verdict = judge(&desk, &in_second_check(&flood))
            .is("timed-out")
            .because("cpu-time", Some("refills-each-second"));
        let head = verdict.text(&format!("/output/{name}/head"));
        assert!(head.starts_with("line 0 of a flood"), "{}", &head[..40]);
        let tail = verdict.text(&format!("/output/{name}/tail"));
        assert!(tail.contains("of a flood that nobody reads"), "{tail}");
        assert!(head.len() + tail.len() < 64 << 10);
        assert!(verdict.at(&format!("/output/{name}/skipped_bytes")).as_u64().unwrap() > 1 << 20);
    }
    let shown = shown(&desk);
    assert!(shown.contains("line 0 of a flood") && shown.contains("left out"), "{shown}");
    assert!(shown.lines().count() < 80, "{shown}");
}

#[test]
fn much_output_of_a_right_program_passes() {
    let desk = bench();
    let much = "let page = \"much \".repeat(800); for n in 0..2_000 { println!(\"{n} {page}\"); eprintln!(\"{page} {n}\"); }";
    let verdict = judge(&desk, &in_second_check(much)).is("passed");
    assert!(verdict.text("/output/stdout/head").starts_with("0 much"));
    assert!(verdict.text("/output/stdout/tail").ends_with("much \n"));
    assert!(verdict.text("/output/stderr/head").starts_with("much "));
    assert!(verdict.text("/output/stderr/tail").ends_with("much  1999\n"));
}

#[test]
fn what_is_printed_without_a_newline_or_in_other_bytes_is_kept() {
    let desk = bench();
    let odd = "use std::io::Write as _; print!(\"no newline\"); std::io::stderr().write_all(&[0xff, 0x00, b'x']).unwrap();";
    let verdict = judge(&desk, &at_grant(odd)).is("passed");
    assert!(verdict.text("/output/stdout/head").starts_with("no newline"));
    assert!(verdict.text("/output/stderr/head").starts_with("\u{fffd}\0x"));
    assert!(shown(&desk).contains("\\u{0}x"));
}

#[test]
fn control_sequences_never_reach_the_terminal() {
    let desk = bench();
    let evil = "\\x1b]0;title\\x07\\x1b[2J\\u{9b}31m\\u{202e}\\r";
    let printed = at_grant(&format!("println!(\"out {evil}\"); eprintln!(\"err {evil}\");"));
    let panics = in_second_check(&format!("panic!(\"panics {evil}\");"));
    let panics_at = in_second_check("panic!(\"\u{1b}[31mhere\u{1b}[0m\");");
    let compile_error = at_grant("") + &format!("compile_error!(\"error {evil}\");");
    let syntax = at_grant("") + "fn \u{1b}[31m red() {}";
    let string = at_grant("let _: u64 = \"\u{1b}[31m red \u{9b}\";");
    let signature = edited(
        "pub fn level(&self, now: u64)",
        "pub fn level(&self, now: [u64; { let _ = \"\u{1b}[31m\"; 1 }])",
    )
    .replace("(now - self.at)", "(now[0] - self.at)")
    .replace("self.level(now)", "self.level([now])");
    let programs = [printed, panics, panics_at, compile_error, syntax, string, signature];
    for text in programs {
        desk.write(SAVED, &text);
        let shown = shown(&desk);
        for c in shown.chars() {
            assert!(c == '\n' || !c.is_control(), "{c:?} in {shown}");
            assert!(c != '\u{202e}', "{shown}");
        }
        judge(&desk, &text);
    }
}

#[test]
fn only_drills_own_colours_are_coloured() {
    let desk = bench();
    desk.write(SAVED, &at_grant("println!(\"\\x1b[45mpink\");"));
    let call =
        desk.drill(&["run", "01", "--color", "always"]).exits(0).says("\u{1b}[32m").says("\\u{1b}[45mpink");
    assert!(!call.stdout.contains("\u{1b}[45m"));
}
