//! Files that do not compile, or not with the checks: the errors are about the learner's own lines, and
//! nothing of ours shows.

use super::{FILE, SAVED, SOLUTION, Verdict, at_grant, bench, edited, in_second_check, judge, shown};
use crate::desk::Desk;

/// Does not compile by itself; the first error is at this place.
#[track_caller]
fn check(desk: &Desk, text: &str, message: &str, place: Option<(usize, usize)>) -> Verdict {
    let verdict =
        judge(desk, text).is("not-compiling").because("compiler-errors", None).checks(["not-run"; 4]);
    let first = verdict.at("/diagnostics/0");
    assert!(first["message"].as_str().unwrap().contains(message), "{first:#}");
    if let Some((line, column)) = place {
        assert_eq!(first["at"], serde_json::json!({ "line": line, "column": column }), "{first:#}");
    }
    let lines = text.lines().count() as u64;
    for diagnostic in verdict.at("/diagnostics").as_array().unwrap() {
        let rendered = diagnostic["rendered"].as_str().unwrap();
        assert!(diagnostic["at"]["line"].as_u64().is_none_or(|l| l <= lines + 1), "{diagnostic:#}");
        assert!(!rendered.contains(".drill") && !rendered.contains("slot-"), "{rendered}");
    }
    verdict
}

fn line_of(text: &str, needle: &str) -> usize {
    text.lines().position(|l| l.contains(needle)).unwrap() + 1
}

#[test]
fn what_was_left_open_is_reported_where_it_was_opened() {
    let desk = bench();
    let lines = SOLUTION.lines().count();
    let verdict = check(
        &desk,
        &(SOLUTION.to_string() + "/* no end"),
        "unterminated block comment",
        Some((lines + 1, 1)),
    );
    assert_eq!(verdict.at("/diagnostics/0/code"), "E0758");
    check(
        &desk,
        &(SOLUTION.to_string() + "const S: &str = \"no end;"),
        "unterminated double quote string",
        Some((lines + 1, 17)),
    );
    check(
        &desk,
        &(SOLUTION.to_string() + "const S: &str = r#\"no end\";"),
        "unterminated raw string",
        Some((lines + 1, 17)),
    );
    check(&desk, SOLUTION.trim_end().strip_suffix('}').unwrap(), "unclosed delimiter", None);
    check(&desk, &(SOLUTION.to_string() + "}"), "unexpected closing delimiter", Some((lines + 1, 1)));
    check(&desk, &(SOLUTION.to_string() + "#[derive(Debug)]"), "expected item after attributes", None);
    check(&desk, &(SOLUTION.to_string() + "/// Of nothing."), "expected item after doc comment", None);
    check(&desk, "#![allow(", "unclosed delimiter", None);
    check(&desk, "/*! no end", "unterminated block", Some((1, 1)));
}

#[test]
fn columns_of_the_first_line_are_those_of_the_file() {
    let desk = bench();
    check(&desk, &format!("fn f() {{ 1 + }}\n{SOLUTION}"), "expected expression", Some((1, 14)));
    check(
        &desk,
        &format!("\u{feff}fn f() -> u8 {{ \"\" }}\n{SOLUTION}").replace("//! A", "// A"),
        "mismatched types",
        Some((1, 16)),
    );
    check(
        &desk,
        &format!("#!/bin/sh\nfn é() -> u8 {{ \"\" }}\n{SOLUTION}").replace("//! A", "// A"),
        "mismatched types",
        Some((2, 16)),
    );
    check(
        &desk,
        &format!("#![allow(unused)] fn f() -> u8 {{ \"\" }}\n{SOLUTION}").replace("//! A", "// A"),
        "mismatched types",
        Some((1, 34)),
    );
}

#[test]
fn errors_of_types_borrows_and_macros_are_the_compilers_own() {
    let desk = bench();
    let text = in_second_check("let x: u64 = \"text\";");
    let verdict = check(&desk, &text, "mismatched types", None);
    assert_eq!(verdict.at("/diagnostics/0/code"), "E0308");
    assert!(
        verdict.text("/diagnostics/0/rendered").contains(&format!("{FILE}:{}:", line_of(&text, "\"text\"")))
    );
    assert!(shown(&desk).contains("let x: u64 = \"text\";"));
    check(&desk, &at_grant("let v = vec![1]; drop(v); drop(v);"), "use of moved value", None);
    check(&desk, &at_grant("no_such_macro!();"), "cannot find macro", None);
    check(&desk, &at_grant("macro_rules! again { () => { again!() } } again!();"), "recursion limit", None);
    check(&desk, &at_grant("include!(\"missing.rs\");"), "couldn't read", None);
    check(&desk, &(SOLUTION.to_string() + "mod missing;"), "file not found for module", None);
    check(&desk, &(SOLUTION.to_string() + "use no_such_crate::x;"), "unresolved import", None);
    check(
        &desk,
        &format!("#![feature(test)]\n{SOLUTION}"),
        "may not be used on the stable release channel",
        None,
    );
}

#[test]
fn many_errors_are_counted_and_the_first_ones_shown() {
    let desk = bench();
    let text: String = (0..40).map(|n| format!("fn f{n}() -> u8 {{ \"\" }}\n")).collect();
    let verdict = check(&desk, &(SOLUTION.to_string() + &text), "mismatched types", None);
    assert_eq!(verdict.at("/diagnostics").as_array().unwrap().len(), 40);
    let shown = shown(&desk);
    assert!(shown.contains("does not compile, 40 errors") && shown.contains("and 35 more errors"), "{shown}");
}

#[test]
fn errors_that_only_code_generation_finds_have_their_place() {
    let desk = bench();
    let constant = at_grant("let _ = const { let x: u8 = 255; x + (line!() as u8 - line!() as u8) + 1 };");
    check(&desk, &constant, "u8::MAX + 1_u8", Some((line_of(&constant, "const {"), 42)));
    let generic = at_grant("At::<0>::OK;")
        + "struct At<const N: u8>; impl<const N: u8> At<N> { const OK: () = assert!(N > 0, \"N is 0\"); }";
    let verdict = check(&desk, &generic, "evaluation", None);
    assert!(
        verdict.text("/diagnostics/0/message").contains("N is 0")
            || verdict.text("/diagnostics/0/rendered").contains("N is 0")
    );
    // On the lines that carry what we add, the picture gives way to words.
    let first = format!(
        "const fn no<const N: u8>() {{ assert!(N > 0) }} fn f() {{ const {{ no::<0>() }} }}\n{SOLUTION}"
    )
    .replace("//! A", "// A")
    .replace("self.at = now;\n", "self.at = now; f();\n");
    check(&desk, &first, "evaluation", None);
}

#[test]
fn a_symbol_that_is_there_twice_is_an_error_of_the_learners() {
    let desk = bench();
    let text = SOLUTION.to_string() + "#[unsafe(no_mangle)] pub extern \"C\" fn main() -> i32 { 0 }";
    let verdict = judge(&desk, &text).is("not-compiling");
    assert!(verdict.text("/reason/text").contains("symbol `main` is already defined"));
    assert!(shown(&desk).contains("symbol `main` is already defined"));
}

/// Compiles by itself, and differs from the stub in these.
#[track_caller]
fn check_interface(desk: &Desk, text: &str, differences: &[(&str, Option<&str>)]) {
    let verdict =
        judge(desk, text).is("not-compiling").because("changed-interface", None).checks(["not-run"; 4]);
    let found: Vec<(String, Option<String>)> = verdict
        .at("/differences")
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["stub"].as_str().unwrap().to_string(), d["yours"].as_str().map(ToString::to_string)))
        .collect();
    let found: Vec<(&str, Option<&str>)> = found.iter().map(|(s, y)| (s.as_str(), y.as_deref())).collect();
    assert_eq!(found, differences);
    let shown = shown(desk);
    for (stub, _) in differences {
        let line = stub.lines().find(|l| l.contains("fn ") || l.contains("struct ")).unwrap();
        assert!(shown.contains(line.trim()), "{shown}");
    }
}

#[test]
fn a_changed_interface_is_shown_as_what_differs_from_the_stub() {
    let desk = bench();
    let take = "impl Bucket {\n    pub fn take(&mut self, now: u64) -> bool;\n}";
    check_interface(
        &desk,
        &edited(
            "pub fn take(&mut self, now: u64) -> bool {",
            "pub fn take(&mut self, now: u64) -> Option<u64> {",
        )
        .replace("return false;", "return None;")
        .replace("        true", "        Some(1)"),
        &[(take, Some("impl Bucket {\n    pub fn take(&mut self, now: u64) -> Option<u64>;\n}"))],
    );
    check_interface(&desk, &SOLUTION.replace("fn take", "fn grab"), &[(take, None)]);
    let inside = SOLUTION.replacen("#[derive", "mod inner { #[derive", 1) + "}";
    let verdict = judge(&desk, &inside).is("not-compiling").because("changed-interface", None);
    assert_eq!(verdict.at("/differences").as_array().unwrap().len(), 5);
    check_interface(
        &desk,
        &SOLUTION.replace("Plan", "Scheme"),
        &[
            (
                "#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct Plan {\n    pub capacity: u64,\n}",
                None,
            ),
            (
                "impl Bucket {\n    pub fn new(plan: Plan) -> Bucket;\n}",
                Some("impl Bucket {\n    pub fn new(plan: Scheme) -> Bucket;\n}"),
            ),
        ],
    );
    check_interface(
        &desk,
        &edited("#[derive(Clone, Debug)]\npub struct Bucket", "#[derive(Debug)]\npub struct Bucket"),
        &[("#[derive(Clone, Debug)]\npub struct Bucket;", Some("#[derive(Debug)]\npub struct Bucket;"))],
    );
}

#[test]
fn what_a_learner_may_add_is_no_difference() {
    let desk = bench();
    let more = edited(
        "#[derive(Clone, Debug)]\npub struct Bucket",
        "#[derive(Debug, PartialEq, Clone)]\n#[must_use]\npub struct Bucket",
    );
    judge(&desk, &more).is("passed");
    let take = "impl Bucket {\n    pub fn take(&mut self, now: u64) -> bool;\n}";
    check_interface(&desk, &more.replace("fn take", "fn grab"), &[(take, None)]);
    let by_hand = edited("#[derive(Clone, Debug)]\npub struct Bucket", "#[derive(Debug)]\npub struct Bucket")
        .replace("fn take", "fn grab")
        + "impl Clone for Bucket { fn clone(&self) -> Self { Bucket { ..*self } } }";
    check_interface(&desk, &by_hand, &[(take, None)]);
}

#[test]
fn a_lost_pub_costs_nothing_as_the_checks_live_in_the_same_crate() {
    let desk = bench();
    judge(&desk, &SOLUTION.replace("pub ", "")).is("passed");
    judge(&desk, &SOLUTION.replace("pub ", "pub(crate) ")).is("passed");
}

#[test]
fn an_empty_file_lacks_everything() {
    let desk = bench();
    for text in
        ["", "\n\n", "//! Only words.", "// Only words.", "#![allow(unused)]", "\u{feff}", "#!/bin/sh"]
    {
        let verdict = judge(&desk, text).is("not-compiling").because("changed-interface", None);
        assert_eq!(verdict.at("/differences").as_array().unwrap().len(), 5, "{text:?}");
    }
}

#[test]
fn nonsense_is_survived() {
    let desk = bench();
    let deep = format!("fn f() {{ {} 1 {} }}", "(".repeat(3_000), ")".repeat(3_000));
    let nonsense = [
        "}{)(][",
        "\0\0\0",
        "fn fn fn",
        "#![no_std]\n#![no_core]",
        "use std::*; impl<T> T {}",
        "'a \"b",
        "<?xml version=\"1.0\"?>",
        "import os\nprint('hello')",
        "<<<<<<< HEAD\nfn a() {}\n=======\nfn b() {}\n>>>>>>> theirs\n",
        &deep,
    ];
    for text in nonsense {
        let verdict = judge(&desk, text).is("not-compiling");
        let why = verdict.text("/reason/kind");
        assert!(["compiler-errors", "changed-interface"].contains(&why), "{text:?}: {}", verdict.call.stdout);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_of_the_workspace() {
    let desk = bench();
    std::fs::write(desk.path(SAVED), b"fn f() {} // \xff\n").unwrap();
    let call =
        desk.drill(&["run", "01-take"]).exits(3).complains("is not UTF-8 text (byte 13)").complains("help: ");
    assert_eq!(call.stdout, "");
    std::fs::remove_file(desk.path(SAVED)).unwrap();
    let call = desk.drill(&["run", "01-take"]).exits(3).complains(FILE).complains("drill reset 01-take");
    assert_eq!(call.stdout, "");
    std::fs::create_dir(desk.path(SAVED)).unwrap();
    desk.drill(&["run", "01-take"]).exits(3).complains("error: can't read");
}
