//! The progress file: it survives crashes, full disks, two drills at once, damage and other versions.

use crate::desk::{Desk, copy_folder};
use std::fs;
use std::thread;

const FILE: &str = "drill-workspace/.drill/progress.toml";
const BACKUP: &str = "drill-workspace/.drill/progress.backup.toml";

/// As a drill would have written it, with fields that this one does not know, at every level.
const SAMPLE: &str = r#"format = 1
path = { name = "first-steps", at = 2026-11-23T09:00:00Z, why = "bored" }
mood = "good"

[exercise."lamp/01-switch"]
passes = { v0 = 2026-11-23T10:00:02Z }
hints = [2026-11-23T10:00:01Z]
days = { 2026-11-23 = 2 }
attempts = [
    { at = 2026-11-23T10:00:00Z, verdict = "failed", ms = 80, seed = 7 },
    { at = 2026-11-23T10:00:02Z, verdict = "passed", ms = 81 },
]
stars = 5

[exercise."lamp/02-dim"]
days = { 2026-11-23 = 1 }

[topic.lamp]
read = 2026-11-23T09:30:00Z
rating = { stars = 4 }

[quiz.lamp]
scores = [
    { at = 2026-11-23T10:30:00Z, right = 1, total = 2, by = "ear" },
]
due = 2026-12-01

[quiz.lamp.question.lamp-state]
tries = 1
replies = [
    { at = 2026-11-23T10:20:00Z, right = true, answer = "two", sure = true },
]
ease = 2.5
"#;

fn desk() -> Desk {
    let desk = Desk::with_workspace("two-topics");
    desk.write(FILE, SAMPLE);
    desk
}

/// How many hints of an exercise the file records.
fn hints(desk: &Desk, exercise: &str) -> usize {
    let again = desk.drill(&["hint", exercise, "--again"]).exits(0);
    again.stdout.lines().filter(|l| l.starts_with("Hint ")).count()
}

#[test]
fn the_summary_says_where_you_stand_and_what_comes_next() {
    let summary = desk().drill(&["progress", "--plain"]).exits(0).stdout;
    assert_eq!(
        summary,
        "\
1 of 3 exercises passed
1 of them in an earlier version: it has changed since

Paths
  first-steps  1 of 3  (you follow it)

Topics
  -- lamp   1 of 2, read, quiz 1 of 2 right, 1 hint taken
  -- valve  0 of 1

3 attempts, 1 hint taken, 1 of 2 quiz questions right
last attempt: lamp/01-switch at 2026-11-23 10:00 UTC

Next: edit exercises/lamp/02-dim.rs, and see it judged at every save
    drill watch
"
    );
}

#[test]
fn fields_of_a_newer_drill_are_kept() {
    let desk = desk();
    desk.drill(&["hint", "switch"]).exits(0).says("Hint 2/3");
    let text = desk.read(FILE);
    for field in [
        "why = \"bored\"",
        "mood = \"good\"",
        "seed = 7",
        "stars = 5",
        "rating = { stars = 4 }",
        "by = \"ear\"",
        "due = 2026-12-01",
        "sure = true",
        "ease = 2.5",
    ] {
        assert!(text.contains(field), "{field} is lost:\n{text}");
    }
}

#[test]
fn a_newer_format_is_refused_and_not_touched() {
    let desk = desk();
    let newer = SAMPLE.replace("format = 1", "format = 2\ndrill = \"3.2.1\"");
    desk.write(FILE, &newer);
    for args in [vec!["hint", "switch"], vec!["progress"], vec!["progress", "--import", "-"]] {
        desk.drill(&args)
            .exits(3)
            .complains("has format 2, written by drill 3.2.1")
            .complains("cargo install");
    }
    assert_eq!(desk.read(FILE), newer);
    desk.write("other.toml", &newer);
    desk.write(FILE, SAMPLE);
    desk.drill(&["progress", "--import", "other.toml"]).exits(3).complains("`other.toml` has format 2");
    assert_eq!(desk.read(FILE), SAMPLE);
}

#[test]
fn a_damaged_file_is_moved_aside_and_what_can_be_read_is_kept() {
    let utf16: Vec<u8> = format!("\u{feff}{SAMPLE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let half = SAMPLE.len() / 2;
    let cases: [(&str, Vec<u8>, bool); 9] = [
        ("line", SAMPLE.replace("mood = \"good\"", "mood = <<<<<<< HEAD").into_bytes(), true),
        ("line", SAMPLE.as_bytes()[..half].to_vec(), true),
        ("UTF-16", utf16, true),
        ("makes no sense", SAMPLE.replace("days = { 2026-11-23 = 1 }", "days = 1").into_bytes(), true),
        ("not UTF-8", [b"\xff# x\n", SAMPLE.as_bytes()].concat(), true),
        ("empty", Vec::new(), false),
        ("not UTF-8", b"\x7fELF\x02\0\0\0\0[[[\"\xff".to_vec(), false),
        ("not a progress file", b"[package]\nname = \"x\"\n".to_vec(), false),
        ("line 1", b"DONT EDIT THIS FILE!\n\nintro1\n".to_vec(), false),
    ];
    for (why, bytes, readable) in cases {
        let desk = desk();
        fs::write(desk.path(FILE), &bytes).unwrap();
        let looked = desk.drill(&["progress"]).exits(0).complains("is damaged: ").complains(why);
        assert_eq!(fs::read(desk.path(FILE)).unwrap(), bytes, "looking changes nothing");
        assert_eq!(looked.stdout.starts_with("1 of 3"), readable, "{why}: {}", looked.stdout);
        desk.drill(&["hint", "open"]).exits(0).complains("was damaged: ").complains("progress.corrupt-");
        let aside = desk.files("drill-workspace/.drill").into_iter().find(|f| f.contains("corrupt")).unwrap();
        assert_eq!(fs::read(desk.path(&format!("drill-workspace/.drill/{aside}"))).unwrap(), bytes);
        assert_eq!(hints(&desk, "open"), 1);
        assert_eq!(hints(&desk, "switch"), usize::from(readable), "{why}");
        assert_eq!(desk.drill(&["progress"]).exits(0).stderr, "", "said once, then all is well");
    }
}

#[test]
fn line_ends_blank_lines_and_a_byte_order_mark_are_fine() {
    for text in [SAMPLE.replace('\n', "\r\n"), SAMPLE.replace('\n', "\n\n"), format!("\u{feff}{SAMPLE}")] {
        let desk = desk();
        desk.write(FILE, &text);
        assert_eq!(desk.drill(&["hint", "switch"]).exits(0).says("Hint 2/3").stderr, "");
    }
}

#[test]
fn a_folder_in_its_place_is_moved_aside() {
    let desk = desk();
    fs::remove_file(desk.path(FILE)).unwrap();
    desk.write(&format!("{FILE}/keep.txt"), "x");
    desk.drill(&["hint", "open"]).exits(0).complains("it is a folder");
    assert_eq!(hints(&desk, "open"), 1);
    assert!(
        desk.files("drill-workspace/.drill").iter().any(|f| f.contains("corrupt") && f.ends_with("keep.txt"))
    );
}

#[test]
fn an_emptied_or_removed_file_comes_back_from_the_backup() {
    for emptied in [true, false] {
        let desk = desk();
        desk.drill(&["hint", "switch"]).exits(0);
        assert_eq!(desk.read(BACKUP), SAMPLE);
        if emptied {
            desk.write(FILE, "");
            desk.drill(&["hint", "open"]).exits(0).complains("it is empty");
        } else {
            fs::remove_file(desk.path(FILE)).unwrap();
            desk.drill(&["hint", "open"]).exits(0).complains("was gone").complains("progress.backup.toml");
        }
        assert_eq!((hints(&desk, "switch"), hints(&desk, "open")), (1, 1));
        desk.drill(&["progress"]).exits(0).says("1 of 3 exercises passed");
    }
}

#[test]
fn a_crash_at_any_moment_loses_at_most_the_event_in_flight() {
    let template = desk();
    for (damage, before) in [(None, 1), (Some(SAMPLE.replace("mood", "[[[")), 1)] {
        let mut at = 1;
        loop {
            let desk = Desk::with_pack("two-topics");
            copy_folder(&template.path("drill-workspace"), &desk.path("drill-workspace"));
            if let Some(text) = &damage {
                desk.write(FILE, text);
            }
            let crashed = desk.drill_aborted_at(at, &["hint", "switch"]);
            let after = hints(&desk, "switch");
            assert!(after == before || after == before + 1, "{after} hints after a crash before step {at}");
            assert!(crashed.is_some() || after == before + 1);
            desk.drill(&["hint", "open"]).exits(0);
            assert_eq!((hints(&desk, "switch"), hints(&desk, "open")), (after, 1));
            desk.drill(&["progress"]).exits(0).says("1 of 3 exercises passed");
            let left = desk.files("drill-workspace/.drill").into_iter().filter(|f| f.contains("tmp"));
            assert_eq!(left.count(), 0, "after a crash before step {at}");
            if crashed.is_none() {
                break;
            }
            at += 1;
        }
        assert!(at > 6, "only {at} steps were seen");
    }
}

#[test]
fn a_full_disk_is_said_and_costs_nothing_that_was_recorded() {
    let mut at = 1;
    loop {
        let desk = desk();
        let Some(call) = desk.drill_on_full_disk(at, &["hint", "switch"]) else { break };
        assert_eq!(call.exits(3).complains("error: can't ").complains("free some space").stdout, "");
        assert_eq!(desk.read(FILE), SAMPLE);
        at += 1;
    }
    assert!(at > 3, "only {at} steps were seen");
}

#[test]
fn a_file_that_cannot_be_locked_is_named() {
    let desk = desk();
    fs::create_dir(desk.path("drill-workspace/.drill/progress.lock")).unwrap();
    desk.drill(&["hint", "switch"]).exits(3).complains("progress.lock`");
    assert_eq!(desk.read(FILE), SAMPLE);
}

#[test]
fn drills_at_the_same_time_never_lose_each_others_events() {
    let desk = Desk::with_workspace("two-topics");
    for n in 0..8 {
        let text = format!("format = 1\n[exercise.\"other/{n:02}-x\"]\ndays = {{ 2026-11-23 = {n} }}\n");
        desk.write(&format!("{n}.toml"), &text);
    }
    thread::scope(|scope| {
        for n in 0..8 {
            let desk = &desk;
            scope.spawn(move || desk.drill(&["progress", "--import", &format!("{n}.toml")]).exits(0));
        }
        for exercise in ["switch", "dim", "open"] {
            for _ in 0..3 {
                let desk = &desk;
                scope.spawn(move || desk.drill(&["hint", exercise]).exits(0));
            }
        }
    });
    assert_eq!([hints(&desk, "switch"), hints(&desk, "dim"), hints(&desk, "open")], [3, 3, 3]);
    let text = desk.read(FILE);
    for n in 0..8 {
        assert!(text.contains(&format!("other/{n:02}-x")), "the import of {n}.toml is lost:\n{text}");
    }
}

#[test]
fn progress_travels_to_another_machine_and_merges() {
    let (here, there) = (desk(), Desk::with_workspace("two-topics"));
    there.drill(&["hint", "open"]).exits(0);
    let exported = here.drill(&["progress", "--export", "-"]).exits(0).stdout;
    there.write("from-here.toml", &exported);
    for _ in 0..2 {
        there
            .drill(&["progress", "--import", "from-here.toml"])
            .exits(0)
            .says("1 of 3 exercises passed")
            .says("3 attempts, 2 hints taken");
    }
    there.drill(&["progress", "--export", "back.toml"]).exits(0).complains("progress is in `back.toml`");
    here.write("back.toml", &there.read("back.toml"));
    here.drill(&["progress", "--import", "back.toml"]).exits(0);
    let ours = here.drill(&["progress", "--export", "-"]).exits(0).stdout;
    assert_eq!(ours, there.drill(&["progress", "--export", "-"]).exits(0).stdout);
}

#[test]
fn what_is_no_progress_file_is_not_imported() {
    let desk = desk();
    desk.write("cut.toml", &SAMPLE[..SAMPLE.len() / 2]).write("foreign.toml", "[package]\n");
    desk.drill(&["progress", "--import", "cut.toml"]).exits(3).complains("can't import `cut.toml`: line");
    desk.drill(&["progress", "--import", "foreign.toml"]).exits(3).complains("not a progress file");
    desk.drill(&["progress", "--import", "none.toml"]).exits(3).complains("there is no file `none.toml`");
    desk.drill(&["progress", "--import", "-"]).exits(3).complains("it is empty");
    assert_eq!(desk.read(FILE), SAMPLE);
}
