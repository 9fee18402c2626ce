//! What is edited, and what is left alone.

use super::*;

/// `operator: from -> to` of each mutant of a function with this body.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let solution = format!("fn f(a: u64, b: u64) -> Answer {{\n    {body}\n}}\n");
    let found = mutants(&solution, "");
    let shown: Vec<String> =
        found.iter().map(|m| format!("{}: {} -> {}", m.operator, m.from, m.to)).collect();
    assert_eq!(shown, expected, "{body}");
    for mutant in found {
        syn::parse_file(&mutant.text).unwrap_or_else(|e| panic!("{e}: {}", mutant.text));
    }
}

#[test]
fn a_comparison_becomes_its_neighbours_and_turns_round() {
    check("a < b", &["comparison: < -> <=", "comparison: < -> >"]);
    check("a >= b", &["comparison: >= -> >", "comparison: >= -> <="]);
    check("a == b", &["comparison: == -> !="]);
}

#[test]
fn conditions_lose_a_side_a_negation_or_their_meaning() {
    check(
        "a && !b",
        &["condition: a && !b -> a", "condition: a && !b -> !b", "logic: && -> ||", "negation: !b -> b"],
    );
    check("g(if a { b } else { c })", &["condition: a -> true", "condition: a -> false"]);
    check("a.is_some()", &["negation: is_some -> is_none"]);
}

#[test]
fn what_a_condition_binds_stays_bound() {
    check(
        "if let Some(x) = a && b { x } else { b }",
        &["condition: let Some(x) = a && b -> let Some(x) = a"],
    );
}

#[test]
fn arithmetic_changes_its_sign_and_its_order() {
    check("a + b", &["term: a + b -> a", "term: a + b -> b", "arithmetic: + -> -"]);
    check("a * b", &["arithmetic: * -> /"]);
    check("2 + b", &["constant: 2 -> 1", "constant: 2 -> 3", "term: 2 + b -> 2", "arithmetic: + -> -"]);
    check(
        "a - b * b",
        &[
            "term: a - b * b -> a",
            "operands: a - b * b -> (b * b) - a",
            "arithmetic: - -> +",
            "arithmetic: * -> /",
        ],
    );
    check("*a += b;", &["statement: *a += b; -> ", "arithmetic: += -> -="]);
    check("-a", &["arithmetic: -a -> a"]);
    check("a << b | b", &["arithmetic: << -> >>", "arithmetic: | -> &"]);
    check("a..b", &["range: .. -> ..="]);
}

#[test]
fn numbers_are_off_by_one_and_keep_their_form() {
    check("0", &["constant: 0 -> 1"]);
    check(
        "1_000_000_u64",
        &["constant: 1_000_000_u64 -> 999_999u64", "constant: 1_000_000_u64 -> 1_000_001u64"],
    );
    check("0xff", &["constant: 0xff -> 254", "constant: 0xff -> 256"]);
    check("true", &["constant: true -> false"]);
    check("match a { 7 => b, _ => c }", &["constant: 7 -> 6", "constant: 7 -> 8"]);
}

#[test]
fn statements_with_an_effect_are_dropped() {
    check("if a { return b; } c", &["statement: if a { return b; } -> ", "condition: a -> true"]);
    check("s.go(); let x = g(); *x = b; x", &["statement: s.go(); -> ", "statement: *x = b; -> "]);
    check("loop { g(); break; }", &["statement: g(); -> ", "statement: break; -> "]);
    check("match a { Err(e) => b = e, Ok(x) => c }", &["statement: b = e -> {}"]);
}

#[test]
fn arguments_change_places_unless_they_are_plainly_unlike() {
    check("g(a, b, &c)", &["arguments: a, b -> b, a"]);
    check("g(a,\n b * c)", &["arguments: a,\n b * c -> b * c,\n a", "arithmetic: * -> /"]);
    check("s.go(a, |x| x)", &[]);
    check(
        "a.div_ceil(b)",
        &["rounding: a.div_ceil(b) -> (a / b)", "operands: a.div_ceil(b) -> b.div_ceil(a)"],
    );
}

#[test]
fn saturation_and_clamping_are_taken_away() {
    check(
        "a.saturating_sub(b * c)",
        &[
            "saturation: a.saturating_sub(b * c) -> a.wrapping_sub(b * c)",
            "operands: a.saturating_sub(b * c) -> (b * c).saturating_sub(a)",
            "arithmetic: * -> /",
        ],
    );
    check("a.checked_mul(b)", &["saturation: a.checked_mul(b) -> Some(a.wrapping_mul(b))"]);
    check("a.wrapping_add(b)", &["saturation: a.wrapping_add(b) -> (a + b)"]);
    check(
        "(a * b).max(c)",
        &[
            "clamping: (a * b).max(c) -> (a * b)",
            "clamping: (a * b).max(c) -> c",
            "arithmetic: * -> /",
            "clamping: max -> min",
        ],
    );
    check("a.clamp(b, c)", &["clamping: a.clamp(b, c) -> a", "arguments: b, c -> c, b"]);
    check(
        "cmp::min(a, b)",
        &[
            "clamping: cmp::min(a, b) -> a",
            "clamping: cmp::min(a, b) -> b",
            "clamping: min -> max",
            "arguments: a, b -> b, a",
        ],
    );
}

#[test]
fn bodies_become_the_simplest_value_of_their_type() {
    let bodies = |signature: &str| -> Vec<String> {
        let found = mutants(&format!("{signature} {{ g() }}"), "");
        found.into_iter().map(|m| m.to).collect()
    };
    assert_eq!(bodies("fn f() -> bool"), ["{ true }", "{ false }"]);
    assert_eq!(bodies("fn f() -> u64"), ["{ 0 }"]);
    assert_eq!(bodies("fn f() -> std::option::Option<u8>"), ["{ None }"]);
    assert_eq!(bodies("fn f()"), ["{}"]);
    assert_eq!(bodies("fn f() -> Bucket"), [""; 0]);
}

#[test]
fn types_attributes_tests_and_macro_calls_are_left_alone() {
    let solution = "
        #[repr(align(8))]
        struct S { a: [u8; 4] }
        enum E { A = 3 }
        const NONE: [Option<A<2>>; 3] = [const { g::<5>() }; 3];
        #[cfg(test)]
        mod tests { const N: u64 = 1; }
        #[test]
        fn t() { assert!(1 < 2); }
        fn f() -> S { vec![1, 2]; assert!(1 < 2); S }";
    assert_eq!(mutants(solution, ""), []);
}

#[test]
fn what_the_stub_gives_is_left_alone_whatever_the_comments_say() {
    let stub = "
        const STEP: u64 = 5; const LATE: u64 = 5;
        impl A { fn go(&self) -> u64 { self.x + 1 } fn todo(&self) -> u64 { todo!() } }
        impl B { fn go(&self) -> u64 { todo!() } }";
    let solution = "
        /// What it is.
        pub const STEP: u64 = 5; const LATE: u64 = 6;
        impl A { /// Goes.
                 pub fn go(&self) -> u64 { // why
                     self.x
                         + 1 } fn todo(&self) -> u64 { self.x } }
        impl B { fn go(&self) -> u64 { self.x + 1 } }";
    let found: Vec<(usize, String)> = mutants(solution, stub).into_iter().map(|m| (m.line, m.to)).collect();
    let expected = [(3, "5"), (3, "7"), (7, "{ 0 }"), (8, "{ 0 }"), (8, "1"), (8, "-"), (8, "0"), (8, "2")];
    assert_eq!(found, expected.map(|(line, to)| (line, to.to_string())));
}

#[test]
fn an_edit_knows_its_place_and_touches_nothing_else() {
    for head in ["", "\u{feff}", "#!/usr/bin/env run\n", "\u{feff}#!/usr/bin/env run\n"] {
        let solution = format!("{head}// ä\nfn f(ö: u64) {{\n    /* ü */ g(ö < 1); // why\n}}\n");
        let found = mutants(&solution, "");
        let mutant = found.iter().find(|m| m.to == "<=").unwrap();
        assert_eq!((mutant.line, mutant.column), (3 + head.matches('\n').count(), 17));
        assert_eq!(mutant.before, ["    /* ü */ g(ö < 1); // why"]);
        assert_eq!(mutant.after, ["    /* ü */ g(ö <= 1); // why"]);
        assert_eq!(mutant.text, solution.replace("< 1", "<= 1"));
        let dropped = found.iter().find(|m| m.operator == "statement").unwrap();
        assert_eq!(dropped.after, ["    /* ü */  // why"]);
    }
}

#[test]
fn a_dropped_statement_of_three_lines_is_shown_as_three() {
    let found = mutants("fn f() {\n    if a {\n        return;\n    }\n    g()\n}\n", "");
    let dropped = found.iter().find(|m| m.operator == "statement").unwrap();
    assert_eq!((dropped.before.len(), dropped.after.len()), (3, 0));
}

#[test]
fn mutants_come_once_in_the_same_order_every_time() {
    let solution = "fn f() -> bool { let x = a.max(b) - 1; x < 2 && x > 0 }";
    let found = mutants(solution, "");
    let texts: HashSet<&str> = found.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(texts.len(), found.len());
    assert!(!texts.contains(solution));
    assert_eq!(found, mutants(solution, ""));
    assert!(found.is_sorted_by_key(|m| (m.line, m.column)));
}

#[test]
fn what_cannot_be_parsed_has_none() {
    assert_eq!(mutants("fn f( {", ""), []);
    assert_eq!(mutants("fn f() { 1 < 2 }", "fn f( {").len(), 7);
}
