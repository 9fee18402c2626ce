//! `drill new`: what it writes is whole, leaves everything else alone, and `drill verify` leads from it to the end.

use crate::desk::{Call, Desk};
use crate::tidy::read;
use serde_json::Value;

/// An empty folder `course` with the kit built for it.
fn course() -> Desk {
    let desk = Desk::with_content().with_kit_in("course/.drill-cache");
    // Only drill's own cache is there, which a new pack may be made beside.
    desk.drill_in("course", &["new", "topic", "pools"]).exits(0).says("drill new exercise pools/01-NAME");
    desk
}

fn proved(desk: &Desk, what: &[&str]) -> Value {
    let call = desk.drill_in("course", &[&["verify", "--format", "json", "--seeds", "2"], what].concat());
    serde_json::from_str(&call.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", call.stdout, call.stderr))
}

fn places(proved: &Value) -> Vec<String> {
    let problems = proved["problems"].as_array().unwrap().iter();
    problems.map(|p| format!("{}:{}", p["file"].as_str().unwrap(), p["line"].as_u64().unwrap_or(0))).collect()
}

/// Every file of a folder with its text.
fn contents(desk: &Desk, folder: &str) -> Vec<(String, String)> {
    let files = desk.files(folder).into_iter().filter(|f| !f.starts_with(".drill-cache"));
    files.map(|file| (file.clone(), desk.read(&format!("{folder}/{file}")))).collect()
}

#[test]
fn what_is_new_names_every_line_that_is_left_to_write() {
    let desk = course();
    desk.drill_in("course", &["new", "exercise", "pools/01-first-come"])
        .exits(0)
        .says("drill verify pools/01-first-come");
    let proved = proved(&desk, &[]);
    let expected = [
        "checks/pools/01-first-come.rs:7",
        "checks/pools/01-first-come.toml:6",
        "exercises/atlas.toml:8",
        "exercises/atlas.toml:14",
        "exercises/pools/01-first-come.rs:5",
        "exercises/pools/01-first-come.rs:8",
        "exercises/pools/01-first-come.rs:12",
        "exercises/pools/README.md:3",
        "exercises/pools/README.md:7",
        "exercises/pools/README.md:11",
        "exercises/pools/quiz.toml:0",
        "exercises/pools/topic.toml:2",
        "exercises/pools/topic.toml:16",
        "exercises/pools/topic.toml:18",
        "exercises/pools/topic.toml:19",
        "exercises/pools/topic.toml:20",
        "solutions/pools/01-first-come.rs:3",
        "solutions/pools/01-first-come.rs:7",
    ];
    assert_eq!(places(&proved), expected, "{proved}");
    for place in expected.iter().filter(|place| !place.ends_with(":0")) {
        let (file, line) = place.split_once(':').unwrap();
        let text = desk.read(&format!("course/{file}"));
        assert!(text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap().contains("TODO"), "{place}");
    }
    // The stub is proved already; of the solution nothing is claimed yet.
    assert_eq!(proved["items"].as_array().unwrap().len(), 1);
    assert_eq!(proved["items"][0]["result"], "holds");
    desk.drill_in("course", &["list", "--no-picker"]).exits(0).says("01-first-come");
}

/// What an author writes, file by file: what is replaced, and by what.
const WRITES: &[(&str, &[(&str, &str)])] = &[
    ("exercises/atlas.toml", &[("TODO: what the", "What the"), ("TODO: where", "Where")]),
    ("exercises/pools/topic.toml", &[("TODO: what it is", "What it is")]),
    ("exercises/pools/topic.toml", &[("TODO: what the learner", "What the learner")]),
    ("exercises/pools/01-first-come.rs", &[("TODO: ", "")]),
    ("solutions/pools/01-first-come.rs", &[("TODO: ", ""), ("todo!()", "cost <= room")]),
    ("checks/pools/01-first-come.rs", &[("TODO: ", "")]),
    (
        "checks/pools/01-first-come.toml",
        &[("TODO: ", ""), ("todo!()", "cost <= room"), ("\"true\"", "\"cost < room\"")],
    ),
    ("exercises/pools/topic.toml", &[("TODO: ", "")]),
    ("exercises/pools/README.md", &[("TODO: ", "")]),
    ("exercises/pools/quiz.toml", &[]),
    ("exercises/pools/quiz.toml", &[("TODO: ", "")]),
];

#[test]
fn an_author_who_does_what_is_said_next_comes_to_the_end() {
    let desk = course();
    let first = proved(&desk, &[]);
    assert_eq!(first["next"]["file"], "exercises/atlas.toml", "{first}");
    // Before there is an exercise, one is asked for.
    desk.drill_in("course", &["verify", "pools"]).exits(1).says("the topic has no `[[exercise]]`");
    desk.drill_in(
        "course",
        &["new", "exercise", "pools/01-first-come", "--title", "First come, \"first\" served"],
    )
    .exits(0);
    for (file, edits) in WRITES {
        let proved = proved(&desk, &[]);
        assert_eq!(proved["next"]["file"], *file, "{proved}");
        assert!(!proved["next"]["how"].as_str().unwrap().is_empty());
        if edits.is_empty() {
            assert!(proved["next"]["how"].as_str().unwrap().contains("`drill new quiz pools`"), "{proved}");
            desk.drill_in("course", &["new", "quiz", "pools"]).exits(0).says("drill verify pools");
            continue;
        }
        let path = format!("course/{file}");
        let text = edits.iter().fold(desk.read(&path), |text, (find, put)| text.replace(find, put));
        desk.write(&path, &text);
    }
    desk.drill_in("course", &["verify"]).exits(0).says("All is proved.").says("1 variant caught");
    assert_eq!(proved(&desk, &[])["next"], Value::Null);
}

#[test]
fn every_kind_of_exercise_begins_with_an_example_that_works() {
    let desk = course();
    let kinds = [
        ("01-a", "--mode=implement", "todo!()", "cost <= room", "cost < room"),
        ("02-b", "--mode=repair", "todo!()", "cost <= room", "cost < room"),
        ("03-c", "--mode=tune", "ROOM: u64 = 1", "ROOM: u64 = 9", "ROOM: u64 = 10"),
        ("04-d", "--mode=attack", "todo!()", "vec![10, 1]", "vec![11]"),
        ("05-e", "--lab", "todo!()", "cost <= room", "cost < room"),
    ];
    for (name, kind, ..) in kinds {
        desk.drill_in("course", &["new", "exercise", &format!("pools/{name}"), kind]).exits(0);
    }
    // Formatted by the rules of a new pack, and by this repository's.
    for rules in ["", &read("rustfmt.toml")] {
        desk.write("course/rustfmt.toml", rules);
        let fresh = proved(&desk, &["pools"]);
        for problem in fresh["problems"].as_array().unwrap() {
            let expected = problem["message"].as_str().unwrap().starts_with("says TODO: ")
                || problem["file"] == "exercises/pools/quiz.toml";
            assert!(expected, "{problem}");
        }
        let items = fresh["items"].as_array().unwrap();
        assert!(items.len() == kinds.len() && items.iter().all(|item| item["result"] == "holds"), "{fresh}");
    }
    for (name, _, find, put, wrong) in kinds {
        for (file, edits) in [
            (format!("course/solutions/pools/{name}.rs"), vec![("TODO", "so"), (find, put)]),
            (format!("course/checks/pools/{name}.toml"), vec![("TODO", "so")]),
        ] {
            let text = edits.iter().fold(desk.read(&file), |text, (find, put)| text.replace(find, put));
            let edit = format!("find = \"{put}\"\nput = \"{wrong}\"\n");
            let head = text.split("find = ").next().unwrap();
            desk.write(&file, &if file.ends_with("toml") { format!("{head}{edit}") } else { text });
        }
    }
    let done = proved(&desk, &["pools"]);
    let items = done["items"].as_array().unwrap();
    assert_eq!(items.len(), 4 * kinds.len(), "{done}");
    for item in items {
        assert!(item["result"] == "holds" || item["result"] == "caught", "{item}");
    }
}

#[test]
fn a_pack_with_comments_keeps_every_other_byte() {
    let desk = Desk::with_own_pack("two-topics");
    let atlas = desk.read("pack/exercises/atlas.toml");
    let commented = format!("# ours\n{atlas}\n# the end");
    desk.write("pack/exercises/atlas.toml", &commented);
    desk.drill(&["new", "topic", "fan", "--path", "basics", "--title", "A fan"]).exits(0);
    let after = desk.read("pack/exercises/atlas.toml");
    let without = after.replace(", \"fan\"", "");
    assert_eq!((without, after.matches("\"fan\"").count()), (commented, 2));
    desk.drill(&["verify", "fan"]).exits(1).says("the topic has no `[[exercise]]`");

    // One that is planned keeps its place in the atlas.
    desk.drill(&["new", "topic", "motor"]).exits(0);
    assert_eq!(desk.read("pack/exercises/atlas.toml"), after);

    let manifest = desk.read("pack/exercises/lamp/topic.toml");
    desk.write("pack/exercises/lamp/topic.toml", &format!("{manifest}# last words\n"));
    desk.drill(&["new", "exercise", "lamp/03-off"]).exits(0);
    let after = desk.read("pack/exercises/lamp/topic.toml");
    assert!(
        after.starts_with(&format!("{manifest}# last words\n\n[[exercise]]\nname = \"03-off\"\n")),
        "{after}"
    );
    desk.drill(&["list", "--no-picker"]).exits(0).says("03-off");
}

#[test]
fn what_is_taken_or_no_name_is_refused_and_nothing_is_touched() {
    let desk = Desk::with_own_pack("two-topics");
    let before = contents(&desk, "pack");
    let refuse = |args: &[&str], code: i32, why: &str, help: &str| {
        desk.drill(&[&["new"], args].concat()).exits(code).complains(why).complains(help);
        assert_eq!(contents(&desk, "pack"), before, "{args:?}");
    };
    refuse(
        &["exercise", "lamp/01-flash"],
        2,
        "the number 01 is that of `lamp/01-switch`",
        "`drill new exercise lamp/03-flash`",
    );
    refuse(
        &["exercise", "lamp/05-dim"],
        2,
        "there is an exercise `lamp/02-dim` already",
        "free number is 03",
    );
    refuse(
        &["exercise", "lamp/flash"],
        2,
        "can't be the name of an exercise",
        "`drill new exercise lamp/03-flash`",
    );
    refuse(&["exercise", "lamp/../../x"], 2, "can't be the name of an exercise", "two digits");
    refuse(&["exercise", "../01-x"], 2, "`..` can't be the id of a topic", "lower-case words");
    refuse(&["exercise", "01-flash"], 2, "`01-flash` names no topic", "TOPIC/01-NAME");
    refuse(&["exercise", "lmap/01-x"], 2, "there is no topic `lmap` yet", "did you mean `lamp`?");
    refuse(
        &["exercise", "motor/01-x"],
        2,
        "there is no topic `motor` yet",
        "`drill new topic motor` begins it",
    );
    refuse(&["exercise", "lamp/03-x", "--title", "a\nb"], 2, "a title is one line", "");
    refuse(&["topic", "lamp"], 2, "there is a topic `lamp` already", "drill new exercise lamp/01-NAME");
    refuse(&["topic", "A Fan"], 2, "`A Fan` can't be the id of a topic", "`a-fan`");
    refuse(&["topic", "fan", "--family", "x"], 2, "no family is named `x`", "a new one is a `[[family]]`");
    refuse(&["topic", "fan", "--path", "x"], 2, "no path is named `x`", "a new one is a `[[path]]`");
    refuse(&["quiz", "motor"], 2, "there is no topic `motor` yet", "drill new topic motor");
    refuse(&["quiz", "lamp"], 2, "there is a quiz on `lamp` already", "`[[questions]]`");
}

#[test]
fn a_file_in_the_way_and_a_broken_manifest_are_left_as_they_are() {
    let desk = Desk::with_own_pack("two-topics");
    desk.write("pack/solutions/lamp/03-off.rs", "// mine\n");
    let before = contents(&desk, "pack");
    let new = || desk.drill(&["new", "exercise", "lamp/03-off"]);
    new()
        .exits(3)
        .complains("`solutions/lamp/03-off.rs` is there already")
        .complains("nothing is overwritten");
    assert_eq!(contents(&desk, "pack"), before);
    desk.write("pack/exercises/lamp/topic.toml", "title = \n");
    let before = contents(&desk, "pack");
    new().exits(3).complains("exercises/lamp/topic.toml:1: ").complains("mend it first");
    assert_eq!(contents(&desk, "pack"), before);
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    for args in [["new", "exercise", "lamp/03-off"], ["new", "topic", "fan"]] {
        let desk = Desk::with_own_pack("two-topics");
        let before = contents(&desk, "pack");
        let failed = (1..).map_while(|at| desk.drill_on_full_disk(at, &args));
        let failed = failed.inspect(|call: &Call| {
            assert_eq!(call.code, 3, "{}", call.stderr);
            assert_eq!(contents(&desk, "pack"), before, "{}", call.stderr);
        });
        assert!(failed.count() > 4);
        assert!(contents(&desk, "pack").len() > before.len());
        assert!(!desk.files("pack").iter().any(|file| file.ends_with(".drill-tmp")));
    }
}

#[test]
fn a_pack_begins_only_where_nothing_is() {
    let desk = Desk::with_content();
    desk.write("full/notes.txt", "mine").write("mine/README.md", "# Course\n").write("mine/LICENSE", "MIT");
    desk.drill_in("full", &["new", "topic", "pools"])
        .exits(3)
        .complains("is not empty")
        .complains("--pack DIR");
    desk.drill_in("full", &["new", "exercise", "pools/01-x"]).exits(3).complains("there is no content here");
    desk.drill(&["new", "topic", "pools", "--pack", "full"]).exits(3).complains("is not empty");
    assert_eq!(desk.files("full"), ["notes.txt"]);

    desk.drill_in("mine", &["new", "topic", "pools"]).exits(0);
    assert!(desk.read("mine/exercises/atlas.toml").contains("id = \"mine\""));
    assert_eq!(desk.read("mine/README.md"), "# Course\n");
    let other = ["new", "topic", "leases", "--pack", "other", "--family", "locks"];
    desk.drill(&other).exits(0).says("wrote   other/exercises/atlas.toml");
    assert!(desk.read("other/exercises/leases/topic.toml").contains("family = \"locks\""));
    // From a folder inside, too.
    desk.drill_in("other/exercises/leases", &["new", "exercise", "leases/00-warm-up"]).exits(0);
    assert!(desk.files("other").contains(&"checks/leases/00-warm-up.toml".to_string()));

    desk.write("foreign/info.toml", "format_version = 1\n").write("foreign/exercises/x.rs", "");
    desk.drill_in("foreign", &["new", "topic", "pools"]).exits(3).complains("a pack of rustlings exercises");
}
