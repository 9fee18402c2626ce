//! Right programs that look odd: all of them pass.

use super::{SOLUTION, at_grant, bench, edited, judge};

/// Judges each program and reports every one that does not pass.
#[track_caller]
fn all_pass(programs: &[(&str, String)]) {
    let desk = bench();
    let mut wrong = String::new();
    for (name, text) in programs {
        let verdict = judge(&desk, text);
        if verdict.text("/verdict") != "passed" {
            wrong += &format!("{name}: {}\n", verdict.call.stdout);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The solution with `text` before everything but its head comment.
fn with_head(text: &str) -> String {
    edited("\n/// How a bucket is made.", &format!("{text}\n/// How a bucket is made."))
}

/// The solution with `text` at its very beginning.
fn before(text: &str) -> String {
    text.to_string() + SOLUTION
}

fn after(text: &str) -> String {
    SOLUTION.to_string() + text
}

#[test]
fn a_main_and_tests_of_the_learners_own() {
    all_pass(&[
        ("main", after("fn main() { println!(\"{}\", Bucket::new(Plan { capacity: 1 }).level(0)); }")),
        ("main with a result", after("fn main() -> Result<(), Box<dyn std::error::Error>> { Ok(()) }")),
        ("public main", after("pub fn main() {}")),
        ("main that nobody may run", after("fn main() { std::process::exit(1) }")),
        ("main of a module", after("mod app { pub fn main() {} }\npub use app::main;")),
        (
            "tests",
            after(
                "#[cfg(test)] mod tests { use super::*; #[test] fn t() { assert!(Bucket::new(Plan { capacity: 1 }).take(0)); } }",
            ),
        ),
        ("loose test", after("#[test] fn starts_full() { panic!() }")),
        ("test that does not type", after("#[cfg(test)] mod tests { fn f() -> u8 { \"\" } }")),
        ("dbg", at_grant("dbg!(&self); dbg!(now, self.tokens);")),
        ("unused", after("use std::collections::HashMap; fn unused(x: u8) { let y = 1; } struct Unused;")),
    ]);
}

#[test]
fn names_of_the_kit_the_checks_and_std() {
    let kit = "pub struct Rng; pub struct Table; pub struct Case; pub struct Row; pub struct Check; pub enum Res { Ok }
        pub fn run() {} pub fn fail() {} pub fn ensure() {} pub fn ensure_eq() {} pub const MS: u8 = 1; pub type Ns = u8;
        pub mod kit { pub fn run() -> u8 { 1 } } pub mod report {} pub mod checks {}
        pub const CHECKS: u8 = 0; pub fn starts_full() -> u8 { kit::run() } pub static SECRET: u8 = 1;";
    let macros =
        "macro_rules! ensure { () => {} } macro_rules! fail { () => {} } macro_rules! run { () => {} }";
    let shadowed = [
        "vec",
        "format",
        "assert",
        "assert_eq",
        "matches",
        "println",
        "panic",
        "write",
        "todo",
        "const_format",
    ]
    .map(|name| {
        format!("macro_rules! {name} {{ ($($t:tt)*) => {{ compile_error!(\"the learner's {name}\") }} }}\n")
    })
    .concat();
    all_pass(&[
        ("items named like the kit's", after(kit)),
        ("macros named like the kit's", with_head(macros)),
        ("macros named like std's", with_head(&shadowed)),
        (
            "exported macros named like std's",
            with_head(&shadowed.replace("macro_rules", "#[macro_export] macro_rules")),
        ),
        ("macros for all by macro_use", with_head(&format!("#[macro_use] mod macros {{ {shadowed} }}"))),
        ("macro without a head comment", format!("{shadowed}{}", SOLUTION.split_once("\n\n").unwrap().1)),
        (
            "types named like the prelude's",
            after(
                "pub struct Vec; pub struct String; pub enum Ordering { Less } pub trait Iterator {} pub fn drop() {}",
            ),
        ),
        ("modules named like std", after("pub mod core {} pub mod alloc {}")),
        ("extern crate", with_head("extern crate std;\nextern crate core;\nextern crate alloc as heap;")),
        ("renamed std", with_head("extern crate std as s; use s::fmt::Debug as _;")),
        (
            "trait in everybody's way",
            after(
                "pub trait Anything: Sized { fn take(self, _: usize) -> u64 { 1 } fn into_iter(&self) {} fn clone(self) {} } impl<T> Anything for T {}",
            ),
        ),
    ]);
}

#[test]
fn attributes_of_the_crate() {
    let attributes = [
        "#![allow(unused)]",
        "#![deny(warnings)]",
        "#![forbid(unsafe_code)]",
        "#![deny(missing_docs)]",
        "#![forbid(warnings)]",
        "#![warn(clippy::pedantic)]",
        "#![deny(clippy::all, unused, nonstandard_style, future_incompatible)]",
        "#![cfg_attr(test, allow(dead_code))]",
        "#![cfg_attr(not(test), deny(unsafe_op_in_unsafe_fn))]",
        "#![recursion_limit = \"256\"]",
        "#![doc = \"]\"]",
        "#![doc(html_no_source)]",
        "#![no_main]",
        "#![crate_name = \"mine\"]",
        "#![crate_type = \"lib\"]",
    ];
    let mut programs: Vec<(&str, String)> = attributes.map(|a| (a, before(&format!("{a}\n")))).into();
    programs.push((
        "all in the middle",
        SOLUTION.replacen('\n', "\n#![allow(unused)] #![deny(missing_docs)] // why\n", 1),
    ));
    programs.push(("unused beside deny(warnings)", before("#![deny(warnings)]\n") + "fn unused(x: u8) {}"));
    all_pass(&programs);
}

#[test]
fn files_as_editors_leave_them() {
    all_pass(&[
        ("byte-order mark", before("\u{feff}")),
        ("mark and attribute", before("\u{feff}#![allow(unused)]\n")),
        ("CRLF", SOLUTION.replace('\n', "\r\n")),
        (
            "CRLF, mark, attribute, main",
            before("\u{feff}#![allow(unused)]\n").replace('\n', "\r\n") + "fn main() {}\r\n",
        ),
        ("shebang", before("#!/usr/bin/env -S cargo +nightly -Zscript\n")),
        ("shebang and attribute", before("#!/bin/sh\n#![allow(unused)]\n")),
        ("no newline at the end", SOLUTION.trim_end().to_string()),
        ("comment at the end", after("// the end")),
        ("many newlines", after(&"\n".repeat(500))),
        (
            "block comment first",
            before("/* a /* nested */ comment\n */ //! Doc.\n").replacen("//! A bucket", "// A bucket", 1),
        ),
        ("tabs and form feeds", SOLUTION.replace("    ", "\t\u{b}\u{c}")),
        ("10,000 lines", after(&(0..10_000).map(|n| format!("fn f{n}() {{}}\n")).collect::<String>())),
        (
            "one line",
            SOLUTION.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join(" "),
        ),
    ]);
}

#[test]
fn items_of_every_kind() {
    let private = SOLUTION.split_once("#[derive(Clone, Debug)]").unwrap();
    all_pass(&[
        (
            "non-ASCII names",
            SOLUTION
                .replace("tokens", "größe")
                .replace("level = ", "niveau = ")
                .replace("level == 0", "niveau == 0")
                .replace("level - 1", "niveau - 1"),
        ),
        ("raw names", SOLUTION.replace("tokens", "r#type")),
        (
            "a module inside",
            format!(
                "{}mod inner {{ use crate::Plan;\n#[derive(Clone, Debug)]{}}}\npub use inner::Bucket;",
                private.0, private.1
            ),
        ),
        (
            "paths from the crate",
            SOLUTION.replace("plan: Plan", "plan: crate::Plan") + "use crate::Bucket as _;",
        ),
        (
            "type aliases",
            edited(
                "pub fn take(&mut self, now: u64) -> bool",
                "pub fn take(&mut self, now: Second) -> Grant",
            ) + "type Second = u64; pub type Grant = bool;",
        ),
        (
            "a macro that writes the items",
            format!(
                "macro_rules! plan {{ ($n:ident) => {{ #[derive(Clone, Copy, Debug)] pub struct $n {{ pub capacity: u64 }} }} }} plan!(Plan); {}",
                &SOLUTION[SOLUTION.find("#[derive(Clone, Debug)]").unwrap()..]
            ),
        ),
        (
            "hand-written traits",
            edited("#[derive(Clone, Debug)]\npub struct Bucket", "pub struct Bucket")
                + "impl Clone for Bucket { fn clone(&self) -> Self { Bucket { ..*self } } }",
        ),
        ("const fns", SOLUTION.replace("pub fn new", "pub const fn new")),
        ("unsafe blocks", at_grant("let p = &raw mut self.at; unsafe { *p = now }")),
        (
            "statics and threads",
            at_grant(
                "static N: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0); std::thread::scope(|s| { s.spawn(|| N.fetch_add(1, std::sync::atomic::Ordering::SeqCst)); });",
            ),
        ),
        ("a file outside", at_grant("let _ = include_str!(\"/etc/passwd\").len();")),
        ("an allocator", after("#[global_allocator] static A: std::alloc::System = std::alloc::System;")),
        (
            "environment",
            at_grant(
                "let _ = (std::env::args().count(), std::env::vars().count(), std::env::current_dir(), module_path!(), file!(), line!());",
            ),
        ),
    ]);
}
