//! Quizzes, proved: the content's own is complete and every key holds, and a key that does not hold is said to.

use crate::quiz_files::valid_quizzes;
use drill::attempt::Bench;
use drill::content::embedded;
use drill::content::outline::headings;
use drill::process::Cancel;
use drill::proof::quiz::{self, Key, Origin};
use std::path::Path;
use std::sync::Mutex;

fn bench() -> Bench {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("quizzes");
    let drill = assert_cmd::cargo::cargo_bin!("drill").to_path_buf();
    Bench::at(&cache, cache.parent().unwrap(), &embedded::source(), drill).unwrap()
}

#[test]
fn the_content_asks_nothing_half() {
    let source = embedded::source();
    for (name, text) in crate::quiz_files::embedded() {
        let write_up = source.read(&name.replace("quiz.toml", "README.md")).unwrap().unwrap();
        let anchors: Vec<String> = headings(&write_up).into_iter().map(|h| h.anchor).collect();
        let (quiz, problems) = quiz::ours(&name, &text, &anchors);
        assert_eq!(problems, []);
        assert!(!quiz.unwrap().questions.is_empty());
    }
}

#[test]
fn every_key_holds_when_many_are_proved_at_once() {
    let mut work = Vec::new();
    for (name, text) in valid_quizzes() {
        let foreign = name == "foreign.toml";
        let origin = if foreign { Origin::Foreign } else { Origin::Ours };
        let (quiz, _) = if foreign { quiz::foreign(&name, &text) } else { quiz::ours(&name, &text, &[]) };
        let tracings = quiz::tracings(&quiz.unwrap(), origin);
        work.extend(tracings.into_iter().map(|tracing| (name.clone(), tracing)));
    }
    assert!(work.len() >= 6, "only {} programs", work.len());
    let (wrong, work) = (Mutex::new(Vec::new()), Mutex::new(work));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let bench = bench();
                loop {
                    let Some((name, tracing)) = work.lock().unwrap().pop() else { break };
                    let key = tracing.prove(&bench, &Cancel::default()).unwrap().unwrap();
                    if key != Key::Holds {
                        wrong.lock().unwrap().push(format!("{name}:{}: {key:?}", tracing.line));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is said of one program with its key.
fn proved(origin: Origin, program: &str, key: &str) -> Key {
    let text =
        format!("[[questions]]\ntype = \"Tracing\"\nid = \"p\"\nprompt.program = '''\n{program}'''\n{key}\n");
    let (quiz, problems) = match origin {
        Origin::Ours => quiz::ours("quiz.toml", &text, &[]),
        Origin::Foreign => quiz::foreign("quiz.toml", &text),
    };
    assert_eq!(problems, [], "{text}");
    let tracing = quiz::tracings(&quiz.unwrap(), origin).remove(0);
    let at_key = text.lines().nth(tracing.line - 1).unwrap();
    assert!(at_key.starts_with("answer."), "line {}: {at_key}", tracing.line);
    tracing.prove(&bench(), &Cancel::default()).unwrap().unwrap()
}

#[track_caller]
fn wrong(origin: Origin, program: &str, key: &str, expected: &str) {
    let Key::Wrong { why } = proved(origin, program, key) else { panic!("not wrong: {program}") };
    assert!(why.contains(expected), "no {expected:?} in:\n{why}");
}

#[track_caller]
fn unprovable(program: &str, key: &str, expected: &str) {
    let Key::Unprovable { why } = proved(Origin::Foreign, program, key) else { panic!("decided: {program}") };
    assert_eq!(why, format!("the program needs {expected}, which is not here"));
}

const REFUSED: &str = "answer.doesCompile = false";

#[test]
fn a_key_that_does_not_hold_is_shown_beside_what_is_there() {
    let prints = |text: &str| format!("answer.doesCompile = true\nanswer.stdout = {text:?}");
    let main = |body: &str| format!("fn main() {{\n    {body}\n}}\n");
    let both = "the key says that it prints\n    2\nand it prints\n    1\n    3";
    wrong(Origin::Ours, &main("println!(\"1\\n3\");"), &prints("2"), both);
    wrong(Origin::Foreign, &main(""), &prints("2"), "    2\nand it prints\n    (nothing)");
    wrong(Origin::Foreign, &main("print!(\"\\x1b[2J\");"), &prints("2"), "\\u{1b}[2J");
    wrong(
        Origin::Ours,
        &main("let x: u8 = 256;"),
        &prints("2"),
        "rustc says\n    error: literal out of range",
    );
    wrong(Origin::Ours, &main("panic!(\"oh\");"), &prints(""), "exit code 101; it says\n");
    wrong(Origin::Ours, &main("std::process::exit(3);"), &prints(""), "the program ends with exit code 3");
    wrong(Origin::Ours, &main("std::process::abort();"), &prints(""), "signal 6 ends the program");
    wrong(Origin::Foreign, &main("loop {}"), &prints(""), "not done after 2.0 s of processor time");
    let flood = "for i in 0..100_000 { println!(\"{i}\"); }";
    wrong(Origin::Foreign, &main(flood), &prints("0"), "more than 32 KiB");
    let hoard = "let mut v = vec![0u8; 1 << 30]; v.fill(1); println!(\"{}\", v[9]);";
    wrong(Origin::Foreign, &main(hoard), &prints("1"), "signal 6 ends the program");
    wrong(Origin::Foreign, &main("println!(\"hi\");"), REFUSED, "and it does and prints\n    hi");
}

/// Two borrows in conflict: rustc points at line 4 and shows line 3 and 5 too.
const BORROWED: &str = "fn main() {
    let mut s = String::new();
    let a = &mut s;
    let b = &mut s;
    a.push_str(b);
}
";

#[test]
fn the_line_of_a_refusal_is_the_one_that_rustc_points_at() {
    let line = |n: usize| format!("{REFUSED}\nanswer.lineNumber = {n}");
    assert_eq!(proved(Origin::Ours, BORROWED, &line(4)), Key::Holds);
    wrong(
        Origin::Ours,
        BORROWED,
        &line(5),
        "at line 5, and rustc has its first one at line 4\n    error[E0499]",
    );
    // A book may name the other borrow; nobody is asked.
    assert_eq!(proved(Origin::Foreign, BORROWED, &line(5)), Key::Holds);
    wrong(Origin::Foreign, BORROWED, &line(2), "at line 2, and rustc has its first one at line 3, 4 and 5");
    assert_eq!(proved(Origin::Foreign, BORROWED, REFUSED), Key::Holds);
}

#[test]
fn what_a_program_lacks_here_is_not_held_against_its_key() {
    let compiles = "answer.doesCompile = true\nanswer.stdout = \"\"";
    unprovable("#[tokio::main]\nasync fn main() {}\n", compiles, "the crate `tokio`");
    unprovable("use rand::Rng;\nfn main() {}\n", REFUSED, "the crate `rand`");
    unprovable("extern crate rand;\nfn main() {}\n", compiles, "the crate `rand`");
    unprovable("mod garden;\nfn main() {}\n", compiles, "a file of its own for the module `garden`");
    unprovable("#![feature(never_type)]\nfn main() {}\n", compiles, "a nightly compiler");
    let own = "mod a {\n    pub mod b {}\n}\nmod c {\n    use a::b;\n}\nfn main() {}\n";
    assert_eq!(proved(Origin::Foreign, own, REFUSED), Key::Holds);
}

#[test]
fn proving_stops_when_it_is_told_to() {
    let text =
        "[[questions]]\ntype = \"Tracing\"\nprompt.program = \"fn main() {}\"\nanswer.doesCompile = true";
    let tracing = quiz::tracings(&quiz::foreign("q", text).0.unwrap(), Origin::Foreign).remove(0);
    let cancel = Cancel::default();
    cancel.cancel();
    assert_eq!(tracing.prove(&bench(), &cancel).unwrap(), None);
}
