//! Packs in rustlings' layout, through the built `drill`. The fixture is our own; the official exercises are tried
//! outside of this repository.

mod broken;
mod cargo;
#[cfg(unix)]
mod watch;

use crate::desk::Desk;
use serde_json::Value;
use std::path::Path;

/// Of the fixture: exercise, and its place.
const PLACES: [(&str, &str); 5] = [
    ("hello", "00_start/hello.rs"),
    ("add", "01_sums/add.rs"),
    ("Print_It", "00_start/Print_It.rs"),
    ("half", "01_sums/half.rs"),
    ("quiet", "quiet.rs"),
];

fn desk() -> Desk {
    Desk::with_workspace("rustlings")
}

fn solution(place: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rustlings/solutions").join(place);
    std::fs::read_to_string(file).unwrap()
}

/// The verdict on an exercise: its word, each check with its outcome, the first diagnostic.
struct Judged {
    word: String,
    checks: Vec<(String, String)>,
    json: Value,
}

#[track_caller]
fn judge(desk: &Desk, name: &str) -> Judged {
    let call = desk.drill(&["run", name, "--format", "json"]);
    let json: Value = serde_json::from_str(&call.stdout).unwrap_or_else(|e| panic!("{e}: {}", call.stderr));
    let word = json["verdict"].as_str().unwrap().to_string();
    assert_eq!(call.code, i32::from(word != "passed"));
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let checks = json["checks"].as_array().unwrap().iter();
    let checks = checks.map(|c| (text(&c["name"]), text(&c["outcome"]))).collect();
    Judged { word, checks, json }
}

impl Judged {
    #[track_caller]
    fn is(&self, word: &str, checks: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> = self.checks.iter().map(|(n, o)| (n.as_str(), o.as_str())).collect();
        assert_eq!((self.word.as_str(), found.as_slice()), (word, checks), "{}", self.json);
    }
}

#[test]
fn a_stub_is_unsolved_and_a_solution_solved() {
    let desk = desk();
    let (main, clippy) = (("fn main", "passed"), ("cargo clippy", "passed"));
    judge(&desk, "hello").is("passed", &[main, clippy]);
    judge(&desk, "Print_It").is("not-compiling", &[]);
    judge(&desk, "half")
        .is("failed", &[("tests::four_has_a_half", "passed"), main, ("cargo clippy", "failed")]);
    judge(&desk, "quiet").is("failed", &[("fn main", "panicked"), clippy]);
    let add = judge(&desk, "add");
    let names = ["tests::nothing_is_added", "tests::one_is_added", "tests::too_much_overflows"];
    add.is("failed", &[(names[0], "passed"), (names[1], "panicked"), (names[2], "failed"), main, clippy]);
    let check = &add.json["checks"][1];
    assert_eq!(check["message"], "assertion `left == right` failed: 2 and 1\n  left: 1\n right: 3");
    assert_eq!((&check["at"]["line"], &check["at"]["column"]), (&20.into(), &9.into()));
    assert_eq!(check["notes"][0], "printed: adding one");

    for (name, place) in PLACES.iter().filter(|(name, _)| *name != "quiet") {
        desk.write(&format!("drill-workspace/exercises/{place}"), &solution(place));
        assert_eq!(judge(&desk, name).word, "passed", "{name}");
    }
    // Its tests are not run.
    desk.write("drill-workspace/exercises/quiet.rs", "fn main() {}\n#[test]\nfn t() { panic!() }\n");
    judge(&desk, "quiet").is("passed", &[main, clippy]);
}

#[test]
fn clippy_decides_by_errors_and_strictly_by_warnings() {
    let desk = desk();
    let half = "drill-workspace/exercises/01_sums/half.rs";
    let strict = judge(&desk, "half");
    let shown = strict.json["diagnostics"][0]["rendered"].as_str().unwrap();
    assert!(
        shown.contains("unneeded `return`") && shown.contains("exercises/01_sums/half.rs:5:5"),
        "{shown}"
    );
    desk.drill(&["run", "half"]).exits(1).says("2 of 3 checks pass").says("error: unneeded `return`");
    // The same warning elsewhere is none of drill's business; what clippy denies is.
    let add = "drill-workspace/exercises/01_sums/add.rs";
    let text = solution("01_sums/add.rs").replace("left + right", "return left + right;");
    desk.write(add, &text);
    assert_eq!(judge(&desk, "add").word, "passed");
    desk.write(add, &text.replace("fn main() {}", "fn main() { println!(\"{}\", 3.14_f32); }"));
    let denied = judge(&desk, "add");
    assert_eq!((denied.word.as_str(), denied.checks[4].1.as_str()), ("failed", "failed"));
    // How a program ends that is all right otherwise is said with its own kind.
    desk.write(
        half,
        &solution("01_sums/half.rs").replace("fn main() {", "fn main() {\n    std::process::abort();"),
    );
    let aborted = judge(&desk, "half");
    assert_eq!(aborted.json["reason"]["kind"], "abort", "{}", aborted.json);
}

#[test]
fn a_todo_is_not_written_yet_and_leaving_early_is_no_pass() {
    let desk = desk();
    let add = "drill-workspace/exercises/01_sums/add.rs";
    desk.write(add, &solution("01_sums/add.rs").replace("left + right", "todo!()"));
    let todo = judge(&desk, "add");
    assert_eq!((todo.word.as_str(), todo.checks[0].1.as_str()), ("not-written", "not-written"));
    desk.drill(&["run", "add"]).exits(1).says("the check reached a `todo!()`");
    desk.write(add, &solution("01_sums/add.rs").replace("left + right", "std::process::exit(0)"));
    let left = judge(&desk, "add");
    assert_eq!(
        (left.word.as_str(), left.json["reason"]["check"].as_str()),
        ("crashed", Some("tests::nothing_is_added"))
    );
}

#[test]
fn every_command_knows_such_a_pack() {
    let desk = desk();
    desk.drill(&["list", "--no-picker"])
        .exits(0)
        .says("   new      Print_It  repair     Start")
        .says("0 of 5 exercises passed\n");
    desk.drill(&["path"]).exits(0).says("0 of 5 exercises");
    desk.drill(&["path", "rustlings"]).exits(0).says("welcome").says("Next: begin with its first exercise");
    desk.drill(&["topics"]).exits(0).says("5 exercises\n").says("drill watch");
    desk.drill(&["hint", "print_it"]).exits(0).says("Hint rustlings/Print_It\n\n  It is a macro.\n");
    desk.drill(&["hint", "add"]).exits(0).says("  Which operator adds?\n      left ? right\n");
    desk.drill(&["hint", "half"]).exits(0).says("There is no hint for rustlings/half.");
    desk.drill(&["hint", "add"]).exits(0).says("There are no more hints");
    desk.drill(&["read"]).exits(0).says("1. It has two folders.");
    desk.drill(&["read", "half"]).exits(0).says("How numbers are added.");
    desk.drill(&["solution", "add"]).exits(1).complains("`rustlings/add` is not passed yet");
    desk.drill(&["solution", "exercises/01_sums/add.rs", "--give-up"]).exits(0).says("left + right");
    desk.drill(&["solution", "quiet", "--give-up"])
        .exits(3)
        .complains("this pack has no solution of `rustlings/quiet`");
    desk.write("drill-workspace/exercises/01_sums/add.rs", "fn main() {}\n");
    desk.drill(&["reset", "add"]).exits(0).says("back to the stub");
    desk.drill(&["progress"]).exits(0).says("0 of 5 exercises passed");
    desk.drill(&["quiz"]).exits(3).complains("no quiz");
}

#[test]
fn the_last_pass_brings_the_final_message() {
    let desk = desk();
    for (name, place) in &PLACES[..4] {
        desk.write(&format!("drill-workspace/exercises/{place}"), &solution(place));
        let call = desk.drill(&["run", name]).exits(0);
        assert!(!call.stdout.contains("That was all."), "{}", call.stdout);
        assert!(!call.stdout.contains("\n\n\n"), "{}", call.stdout);
    }
    desk.write("drill-workspace/exercises/quiet.rs", "fn main() {}\n");
    desk.drill(&["run", "quiet"]).exits(0).says("  That was all.\n    Come again.\n");
}

#[test]
fn an_editor_understands_the_workspace() {
    let desk = desk();
    let files = desk.files("drill-workspace/exercises");
    assert!(
        files.contains(&"01_sums/parts.rs".to_string()) && files.contains(&"01_sums/README.md".to_string())
    );
    let manifest: toml::Table = desk.read("drill-workspace/Cargo.toml").parse().unwrap();
    assert_eq!(manifest["package"]["edition"].as_str(), Some("2024"));
    assert_eq!(manifest["bin"].as_array().unwrap().len(), 5);
    assert!(desk.read("drill-workspace/rust-analyzer.toml").contains("clippy"));
    let mut check = desk.program("cargo");
    check.args(["check", "--offline", "--quiet", "--bin", "half", "--profile", "test"]);
    let output = check.current_dir(desk.path("drill-workspace")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
