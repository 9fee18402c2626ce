//! Small packs as rustlings would read them, whole and broken.

use super::*;
use crate::content::load;
use std::fs;
use std::path::Path as File;

/// A pack with this `info.toml` and these files.
fn pack(info: &str, files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("My First_Pack");
    for file in files {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "fn main() {}\n").unwrap();
    }
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("info.toml"), info).unwrap();
    dir
}

fn read(dir: &File) -> (Atlas, Vec<String>) {
    let source = Source::Folder(dir.join("My First_Pack"));
    let (atlas, problems) = load::load(&source);
    (atlas, problems.iter().map(ToString::to_string).collect())
}

/// The problems of this `info.toml`, which asks for no files but `exercises/a.rs`.
#[track_caller]
fn check(info: &str, expected: &[&str]) {
    let dir = pack(info, &["exercises/a.rs"]);
    assert_eq!(read(dir.path()).1, expected, "{info}");
}

const TWO: &str = "
format_version = 1
welcome_message = \"\"\"
Hello, and
welcome.

Second paragraph.
\"\"\"
final_message = 'Bye.'
a_key_of_tomorrow = true

[[exercises]]
name = 'Zebra_1'
dir = '02_later_topic'
test = false
strict_clippy = true
skip_check_unsolved = true
hint = '''
Look
there.
'''
fancy = 3

[[exercises]]
name = \"a\"
hint = ''
";

#[test]
fn a_pack_is_one_topic_in_the_order_of_its_file() {
    let dir = pack(TWO, &["exercises/02_later_topic/Zebra_1.rs", "exercises/a.rs"]);
    let (atlas, problems) = read(dir.path());
    assert_eq!(problems, [""; 0]);
    assert_eq!(atlas.welcome.as_deref(), Some("Hello, and\nwelcome.\n\nSecond paragraph."));
    assert_eq!(atlas.farewell.as_deref(), Some("Bye."));
    let topic = &atlas.topics[0];
    assert_eq!((topic.id.as_str(), topic.title.as_str()), ("my-first-pack", "My First Pack"));
    assert_eq!(topic.summary, "Hello, and welcome.");
    assert_eq!(topic.opening, Opening::Welcome);
    assert_eq!(atlas.paths[0].topics, ["my-first-pack"]);
    let [zebra, a] = topic.exercises.as_slice() else { panic!() };
    assert_eq!(zebra.id, "my-first-pack/Zebra_1");
    assert_eq!(zebra.title, "Later topic");
    assert_eq!(zebra.stub_path(), "exercises/02_later_topic/Zebra_1.rs");
    assert_eq!(zebra.solution_path(), "solutions/02_later_topic/Zebra_1.rs");
    assert_eq!(zebra.hints, ["Look\nthere."]);
    let foreign = |test, strict_clippy, skip_check_unsolved, dir: Option<&str>| {
        Some(Foreign { dir: dir.map(ToString::to_string), test, strict_clippy, skip_check_unsolved })
    };
    assert_eq!(zebra.foreign, foreign(false, true, true, Some("02_later_topic")));
    assert_eq!(a.foreign, foreign(true, false, false, None));
    assert_eq!((a.stub_path().as_str(), a.hints.len()), ("exercises/a.rs", 0));
}

#[test]
fn what_rustlings_would_refuse_is_refused_with_its_line() {
    check(
        "exercises = []",
        &[
            "info.toml: lacks `format_version`; this drill reads rustlings packs of format 1",
            "info.toml: the pack has no `[[exercises]]`",
        ],
    );
    check(
        "format_version = 2\n[[exercises]]\nname = 'a'\nhint = ''",
        &["info.toml:1: `format_version` is 2, and this drill reads 1; a newer drill may read it"],
    );
    check(
        "\nformat_version = 0\n[[exercises]]\nname = 'a'\nhint = ''",
        &["info.toml:2: `format_version` is 0, and this drill reads 1"],
    );
    check("format_version = 1", &["info.toml: the pack has no `[[exercises]]`"]);
    check("format_version = 1\nexercises = []", &["info.toml: the pack has no `[[exercises]]`"]);
    check("format_version = 1\n[[exercises]\n", &["info.toml:2: unclosed array table, expected `]`"]);
}

#[test]
fn every_problem_is_reported_at_once() {
    let info = "format_version = 1
[[exercises]]
name = 'a'
[[exercises]]
name = 'a'
[[exercises]]
name = 'gone'
dir = 'x'
[[exercises]]
test = false
[[exercises]]
name = '../a'
[[exercises]]
name = 'b'
dir = '../..'
[[exercises]]
name = 'c'
dir = '/etc'
strict_clippy = 'yes'
";
    let too_long = "x".repeat(MAX_NAME + 1);
    check(
        &format!("{info}[[exercises]]\nname = '{too_long}'\n"),
        &[
            "info.toml:5: exercise `a` is declared twice",
            "info.toml:7: exercise `gone`: `exercises/x/gone.rs` is missing",
            "info.toml:9: exercises 4 lacks `name`",
            "info.toml:12: `../a` is not an exercise name: letters, digits, `_` and `-`, at most 64",
            "info.toml:15: `dir` of exercise `b` is \"../..\", not a folder inside of `exercises`: letters, digits, `_` and `-`",
            "info.toml:18: `dir` of exercise `c` is \"/etc\", not a folder inside of `exercises`: letters, digits, `_` and `-`",
            "info.toml:19: `strict_clippy` in exercise `c` must be true or false, found string",
            &format!(
                "info.toml:21: `{too_long}` is not an exercise name: letters, digits, `_` and `-`, at most 64"
            ),
        ],
    );
}

#[test]
fn names_stay_inside_of_the_pack() {
    for (dir, fine) in [
        ("01_intro", true),
        ("a/b", true),
        ("v1.2 (x)", false),
        ("", false),
        ("..", false),
        ("a/../b", false),
        ("a//b", false),
        ("/a", false),
        ("a/", false),
        ("a\\b", false),
        ("C:", false),
        (".git", false),
        ("a\n", false),
    ] {
        assert_eq!(is_dir(dir), fine, "{dir:?}");
    }
    for (name, fine) in
        [("intro1", true), ("über", true), ("A-b_c", true), ("a.b", false), ("a/b", false), ("-x", false)]
    {
        assert_eq!(is_name(name), fine, "{name:?}");
    }
}

#[test]
fn a_pack_of_our_own_layout_and_the_embedded_content_are_not_foreign() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/one-topic");
    assert_eq!(info_file(&Source::Folder(fixture.into())), None);
    assert_eq!(info_file(&crate::content::embedded::source()), None);
}

#[test]
fn a_checkout_of_rustlings_is_a_pack() {
    let dir = pack("", &["exercises/a.rs"]);
    let root = dir.path().join("My First_Pack");
    fs::create_dir(root.join("rustlings-macros")).unwrap();
    fs::rename(root.join("info.toml"), root.join(INFO_FILES[1])).unwrap();
    fs::write(root.join(INFO_FILES[1]), "format_version = 1\n[[exercises]]\nname = 'a'\nhint = 'h'\n")
        .unwrap();
    let (atlas, problems) = read(dir.path());
    assert_eq!(problems, [""; 0]);
    assert_eq!(atlas.exercises().count(), 1);
    assert_eq!(
        (atlas.topics[0].opening, atlas.topics[0].summary.as_str()),
        (Opening::Nothing, "A rustlings pack.")
    );
}

#[test]
fn companions_are_what_is_no_exercise_and_no_readme() {
    let files =
        ["exercises/a.rs", "exercises/README.md", "exercises/d/helper.rs", "exercises/d/in/data.txt", "x.rs"];
    let dir = pack("format_version = 1\n[[exercises]]\nname = 'a'\n", &files);
    let (atlas, _) = read(dir.path());
    let found = companions(&Source::Folder(dir.path().join("My First_Pack")), &atlas);
    assert_eq!(found, ["exercises/d/helper.rs", "exercises/d/in/data.txt"]);
}
