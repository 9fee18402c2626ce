//! Packs and quiz files from a stranger: each attack ends in a clear error, in little memory and processor time.

use crate::desk::{Call, Desk};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::process::Command;

const TOPIC: &str = "pack/exercises/valve/topic.toml";
const ATLAS: &str = "pack/exercises/atlas.toml";

/// `drill` that gets 10 s of processor time and 128 MiB: more of either, and it does not come to an exit code.
fn bounded(desk: &Desk, args: &[&str]) -> Call {
    let plain = desk.command(args);
    let mut command = Command::new(plain.get_program());
    command.args(["__limited", "--cpu-s", "10", "--memory-mib", "128", "--file-mib", "64"]);
    command.arg(plain.get_program()).args(plain.get_args());
    command.current_dir(plain.get_current_dir().unwrap()).stdin(std::process::Stdio::null());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Call::of(&command.output().unwrap())
}

/// Whatever command meets the spoiled pack says `expected`, and nothing that a terminal obeys.
#[track_caller]
fn refused(spoil: impl FnOnce(&Desk), expected: &str) {
    let desk = Desk::with_own_pack("two-topics");
    spoil(&desk);
    for command in [&["list"][..], &["topics", "water"], &["path", "basics"], &["list", "--format", "json"]] {
        let call = bounded(&desk, command).exits(3).complains(expected);
        assert!(!call.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", call.stderr);
        assert!(call.stderr.len() < 200_000, "{} bytes of complaints", call.stderr.len());
    }
}

/// Another text in the place of the file's.
#[track_caller]
fn changed(file: &'static str, from: &'static str, to: impl Into<String>, expected: &str) {
    let to = to.into();
    refused(
        |desk| {
            let text = desk.read(file);
            assert!(text.contains(from), "no {from:?} in {file}");
            desk.write(file, &text.replacen(from, &to, 1));
        },
        expected,
    );
}

fn replaced(desk: &Desk, file: &str) -> std::path::PathBuf {
    let path = desk.path(file);
    if path.is_dir() {
        fs::remove_dir_all(&path).unwrap();
    } else {
        fs::remove_file(&path).unwrap();
    }
    path
}

#[test]
fn ids_do_not_climb_out_and_do_not_hide() {
    let long = "a".repeat(61);
    let ids =
        ["../..", "/etc", "lamp/../..", "C:\\\\x", "Valve", ".", "a b", "é", "\\u0000", "\\u001b[2J", &long];
    for id in ids {
        changed(ATLAS, "\"valve\"", format!("\"{id}\""), "is not an id: lower-case words");
    }
    changed(TOPIC, "01-open", "01-../../open", "is not an exercise name");
    changed(TOPIC, "01-open", "01-open\\u001b[2J", "is not an exercise name");
    changed(TOPIC, "[\"lamp\"]", "[\"../lamp\"]", "is not an id");
    changed(TOPIC, "household", "../household", "the atlas lists it under `household`");
}

#[test]
fn what_stands_twice_or_in_a_circle_is_named() {
    changed(ATLAS, "\"valve\"", "\"lamp\"", "atlas.toml:7: `lamp` stands twice in `topics` of family 1");
    let family =
        "[[family]]\nid = \"household\"\ntitle = \"a\"\nsummary = \"b\"\ntopics = [\"lamp\"]\n[[path]]";
    changed(ATLAS, "[[path]]", family, "topic `lamp` is listed twice");
    changed(ATLAS, "[[path]]", family, "family `household` is declared twice");
    changed(ATLAS, "\"basics\"", "\"first-steps\"", "two paths are called `first-steps`");
    changed(ATLAS, "format = 1", "format = 1\nformat = 1", "duplicate key");
    changed(TOPIC, "\"lamp\"", "\"valve\"", "topic `valve` names itself");
    refused(
        |desk| {
            let text = desk.read(TOPIC);
            let exercise = text[text.find("[[exercise]]").unwrap()..].to_string();
            desk.write(TOPIC, &format!("{text}\n{exercise}"));
        },
        "exercise `01-open` is declared twice",
    );
    let lamp = "pack/exercises/lamp/topic.toml";
    changed(lamp, "builds_on = []", "builds_on = [\"valve\"]", "in a circle: lamp -> valve -> lamp");
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let link = |file: &'static str, to: &'static str, expected: &str| {
        refused(|desk| symlink(to, replaced(desk, file)).unwrap(), expected);
    };
    link("pack/exercises/valve", "../../pack/exercises/lamp", "`valve` is a link");
    link("pack/exercises/valve", "/", "valve/topic.toml: `valve` is a link");
    link("pack/exercises/valve", "valve", "`valve` is a link");
    link(TOPIC, "/etc/passwd", "`topic.toml` is a link, and content may lead nowhere else");
    link(TOPIC, "topic.toml", "`topic.toml` is a link");
    link(TOPIC, "/dev/zero", "`topic.toml` is a link");
    link("pack/exercises/valve/quiz.toml", "/dev/zero", "quiz.toml: `quiz.toml` is a link");
    link(ATLAS, "../../pack/exercises/lamp/topic.toml", "atlas.toml: `atlas.toml` is a link");
    link("pack/exercises", "exercises", "atlas.toml: `exercises` is a link");
}

#[cfg(unix)]
#[test]
fn only_regular_files_of_some_size_are_read() {
    let pipe = |desk: &Desk, file: &str| {
        let path = replaced(desk, file);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    };
    refused(|desk| pipe(desk, TOPIC), "topic.toml: not a regular file");
    refused(|desk| pipe(desk, "pack/exercises/valve/quiz.toml"), "quiz.toml: not a regular file");
    refused(|desk| pipe(desk, ATLAS), "atlas.toml: not a regular file");
    refused(|desk| fs::create_dir(replaced(desk, TOPIC)).unwrap(), "topic.toml: not a regular file");
    let huge = |desk: &Desk, file: &str| File::create(desk.path(file)).unwrap().set_len(1 << 30).unwrap();
    refused(|desk| huge(desk, TOPIC), "topic.toml: larger than 4 MiB");
    refused(|desk| huge(desk, ATLAS), "atlas.toml: larger than 4 MiB");
}

#[cfg(unix)]
#[test]
fn what_only_some_commands_read_is_refused_by_them() {
    let desk = Desk::with_own_pack("two-topics");
    for name in ["README.md", "01-open.rs"] {
        let path = replaced(&desk, &format!("pack/exercises/valve/{name}"));
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    }
    File::create(desk.path("pack/exercises/lamp/quiz.toml")).unwrap().set_len(1 << 30).unwrap();
    bounded(&desk, &["read", "valve"]).exits(3).complains("README.md`: not a regular file");
    bounded(&desk, &["quiz", "lamp"]).exits(3).complains("quiz.toml`: larger than 4 MiB");
    bounded(&desk, &["init"]).exits(3).complains("not a regular file");
}

#[cfg(unix)]
#[test]
fn a_quiz_file_is_a_regular_one_of_some_size() {
    let desk = Desk::with_content();
    assert!(Command::new("mkfifo").arg(desk.path("pipe.toml")).status().unwrap().success());
    File::create(desk.path("huge.toml")).unwrap().set_len(1 << 30).unwrap();
    bounded(&desk, &["quiz", "pipe.toml"]).exits(3).complains("`pipe.toml` is not a regular file");
    bounded(&desk, &["quiz", "/dev/zero"]).exits(3).complains("`/dev/zero` is not a regular file");
    bounded(&desk, &["quiz", "huge.toml"]).exits(3).complains("`huge.toml` is larger than 4.0 MiB");
    bounded(&desk, &["verify", "huge.toml"]).exits(3).complains("`huge.toml` is larger than 4.0 MiB");
    bounded(&desk, &["quiz", "./"]).exits(3).complains("is not a regular file");
    fs::write(desk.path("latin.toml"), b"a = \"\xe9\"").unwrap();
    bounded(&desk, &["quiz", "latin.toml"]).exits(3).complains("is not UTF-8 text (byte 5)");
    desk.write(
        "sly.toml",
        "[[questions]]\n\"\\u001b[2J\" = 1\ntype = \"\\u001b[31m\"\nprompt.a = 1\nanswer.a = 1",
    );
    let call =
        bounded(&desk, &["quiz", "sly.toml"]).exits(3).complains("sly.toml:3: question 1: `\\u{1b}[31m`");
    assert!(!call.stderr.contains('\u{1b}'), "{:?}", call.stderr);
}

#[test]
fn bytes_that_are_no_text_are_counted_to() {
    for bytes in [&b"title = \"\xff\""[..], &[0xff, 0xfe, b't', 0], &[0x80; 4096]] {
        refused(|desk| fs::write(desk.path(TOPIC), bytes).unwrap(), "topic.toml: not UTF-8 (byte ");
        refused(|desk| fs::write(desk.path(ATLAS), bytes).unwrap(), "atlas.toml: not UTF-8 (byte ");
    }
    refused(|desk| fs::write(desk.path(TOPIC), [0; 9]).unwrap(), "topic.toml:1: ");
    refused(|desk| fs::write(desk.path(TOPIC), "").unwrap(), "topic.toml:1: the topic lacks `title`");
    refused(|desk| fs::write(desk.path(ATLAS), "").unwrap(), "atlas.toml: the atlas has no `[[family]]`");
}

#[test]
fn deep_and_wide_tables_cost_little() {
    let deep = |open: &str, close: &str| format!("a = {}{}", open.repeat(100_000), close.repeat(100_000));
    let mut many = String::new();
    for i in 0..90_000 {
        writeln!(many, "k{i} = 1").unwrap();
    }
    let ids: Vec<String> = (0..100_000).map(|i| format!("\"t{i}\"")).collect();
    let ids = format!(
        "format = 1\n[[family]]\nid = \"f\"\ntitle = \"f\"\nsummary = \"f\"\ntopics = [{}]",
        ids.join(",")
    );
    for (text, expected) in [
        (many.repeat(2), "atlas.toml: larger than 1 MiB"),
        (many, "there are more problems than are told here"),
        (deep("[", "]"), "atlas.toml:1: cannot recurse further"),
        (deep("{a=", "}"), "atlas.toml:1: cannot recurse further"),
        (format!("a = ['\\', {}", deep("[", "]")), "atlas.toml:1: "),
        (format!("{}a = 1", "a.".repeat(100_000)), "atlas.toml:1: recursion limit"),
        (format!("[{}a]", "a.".repeat(100_000)), "atlas.toml:1: recursion limit"),
        (ids, "`topics` in family 1 has 100000 items, more than 10000"),
        ("[[family]]\n".repeat(90_000), "`family` in the atlas has 90000 items, more than 10000"),
        ("[[path]]\n".repeat(9_000), "there are more problems than are told here"),
        (format!("\"{}\" = 1", "x".repeat(1_000_000)), "atlas.toml:1: unknown key `xxx"),
    ] {
        let desk = Desk::with_own_pack("two-topics");
        desk.write(ATLAS, &text);
        bounded(&desk, &["list"]).exits(3).complains(expected);
    }
}

#[test]
fn a_large_circle_is_found_and_told_in_few_words() {
    // 300 topics, each of which builds on every other one.
    let desk = Desk::with_own_pack("two-topics");
    let ids: Vec<String> = (0..300).map(|i| format!("t{i}")).collect();
    let list = |ids: &[String]| {
        format!("[{}]", ids.iter().map(|id| format!("{id:?}")).collect::<Vec<_>>().join(","))
    };
    let head = "format = 1\n[[family]]\nid = \"household\"\ntitle = \"f\"\nsummary = \"f\"\n";
    desk.write(ATLAS, &format!("{head}topics = {}", list(&ids)));
    let valve = desk.read(TOPIC).replace("unlocks = [\"motor\"]", "unlocks = []");
    for id in &ids {
        let others: Vec<String> = ids.iter().filter(|other| *other != id).cloned().collect();
        desk.write(&format!("pack/exercises/{id}/topic.toml"), &valve.replace("[\"lamp\"]", &list(&others)));
    }
    let call = bounded(&desk, &["list"]).exits(3).complains("builds_on runs in a circle: t0 -> t1 -> t0");
    assert!(call.stderr.contains("more topics build on each other in circles"), "{}", call.stderr);
    // One circle through all of them.
    for (i, id) in ids.iter().enumerate() {
        let next = list(&[ids[(i + 1) % ids.len()].clone()]);
        desk.write(&format!("pack/exercises/{id}/topic.toml"), &valve.replace("[\"lamp\"]", &next));
    }
    bounded(&desk, &["list"])
        .exits(3)
        .complains("circle: t0 -> t1 -> t2 -> t3 -> t4 -> t5 -> t6 -> t7 -> t8");
}

#[test]
fn no_word_of_a_pack_reaches_the_terminal_as_a_command() {
    for key in ["title", "summary"] {
        let from = if key == "title" { "\"A valve\"" } else { "\"Water on, water off.\"" };
        let expected = format!(
            "topic.toml:{}: `{key}` in the topic holds a control character",
            if key == "title" { 1 } else { 2 }
        );
        changed(TOPIC, from, "\"\\u001b[2Jx\"", &expected);
        changed(TOPIC, from, "\"\\u202ex\"", &expected);
    }
    changed(TOPIC, "Look at open.", "\\u0007", "a hint of exercise `01-open` holds a control character");
    changed(
        TOPIC,
        "What open does.",
        "\\u009b2J",
        "`learned` in exercise `01-open` holds a control character",
    );
    changed(ATLAS, "First steps", "\\u001bc", "`title` in path 1 holds a control character");
    changed(TOPIC, "title =", "\"\\u001b[2J\" = 1\ntitle =", "unknown key `\\u{1b}[2J`");
    changed(TOPIC, "\"implement\"", "\"\\u001b]0;x\\u0007\"", "is `\\u{1b}]0;x\\u{7}`, not one of");
}

#[test]
fn line_ends_and_byte_order_marks_of_other_systems_are_fine() {
    let desk = Desk::with_own_pack("two-topics");
    for file in desk.files("pack").iter().filter_map(|f| f.strip_suffix(".toml")) {
        let file = format!("pack/{file}.toml");
        desk.write(&file, &format!("\u{feff}{}", desk.read(&file).replace('\n', "\r\n")));
    }
    for command in [&["list"][..], &["topics"], &["path", "basics"], &["quiz", "lamp"], &["init"]] {
        bounded(&desk, command).exits(0);
    }
}
