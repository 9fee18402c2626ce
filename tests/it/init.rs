//! `drill init`: what it makes, that cargo and git are content with it, that no edit is ever lost.

use crate::desk::{Call, Desk, copy_folder};
use std::fs;
use std::path::Path;

const SWITCH: &str = "drill-workspace/exercises/lamp/01-switch.rs";
const DIM: &str = "drill-workspace/exercises/lamp/02-dim.rs";
const OPEN: &str = "drill-workspace/exercises/valve/01-open.rs";

fn desk() -> Desk {
    Desk::with_pack("two-topics")
}

/// What the learner sees of a workspace: everything but drill's own folder.
fn visible(desk: &Desk, folder: &str) -> Vec<(String, String)> {
    let files = desk.files(folder).into_iter().filter(|f| !f.starts_with(".drill/"));
    files.map(|f| (f.clone(), desk.read(&format!("{folder}/{f}")))).collect()
}

#[test]
fn the_fixture_is_valid_content() {
    let source = drill::content::source::Source::Folder(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/two-topics"),
    );
    let (atlas, mut problems) = drill::content::load::load(&source);
    problems.extend(drill::content::load::validate_files(&source, &atlas));
    assert_eq!(problems, []);
}

#[test]
fn a_workspace_holds_the_stubs_and_the_write_ups() {
    let desk = desk();
    desk.drill(&["init"])
        .exits(0)
        .says("made a workspace in `drill-workspace`: 2 topics, 3 exercises")
        .says("cd drill-workspace");
    let files: Vec<String> = visible(&desk, "drill-workspace").into_iter().map(|(f, _)| f).collect();
    assert_eq!(
        files,
        [
            ".gitignore",
            "Cargo.toml",
            "exercises/lamp/01-switch.rs",
            "exercises/lamp/02-dim.rs",
            "exercises/lamp/README.md",
            "exercises/valve/01-open.rs",
            "exercises/valve/README.md",
        ]
    );
    desk.drill(&["init"]).exits(0).says("`drill-workspace` is up to date");
}

#[test]
fn the_workspace_is_found_from_inside_and_from_the_parent() {
    let desk = desk();
    desk.drill(&["progress"]).exits(3).complains("there is no workspace here").complains("drill init");
    desk.drill(&["init"]).exits(0);
    for folder in ["", "drill-workspace", "drill-workspace/exercises/lamp", "drill-workspace/.drill"] {
        desk.drill_in(folder, &["progress"]).exits(0).says("0 of 3 exercises passed");
    }
    desk.drill_in("drill-workspace/exercises", &["init"]).exits(0).says("drill-workspace` is up to date");
    assert!(!desk.path("drill-workspace/exercises/drill-workspace").exists());
    desk.drill(&["progress", "--workspace", "elsewhere"])
        .exits(3)
        .complains("`elsewhere` is not a workspace");
}

#[test]
fn a_workspace_remembers_its_pack() {
    let desk = desk();
    desk.drill(&["init"]).exits(0);
    let mut command = desk.program(assert_cmd::cargo::cargo_bin!("drill"));
    let call = Call::of(&command.arg("progress").output().unwrap());
    call.exits(0).says("0 of 3 exercises passed");
}

#[test]
fn a_checkout_of_content_is_never_a_workspace() {
    let desk = Desk::with_own_pack("two-topics");
    desk.drill(&["init", "pack"])
        .exits(3)
        .complains("`pack` is a folder of content, which is never a workspace");
    fs::create_dir(desk.path("pack/.drill")).unwrap();
    desk.drill_in("pack", &["progress"]).exits(3).complains("there is no workspace here");
    desk.drill(&["init", "pack"]).exits(3).complains("never a workspace");
    // A workspace below a checkout is one.
    desk.drill_in("pack", &["init"]).exits(0);
    desk.drill_in("pack/checks/lamp", &["progress"]).exits(0);
}

#[test]
fn what_is_not_drills_is_left_alone() {
    let desk = desk();
    desk.write("a-file", "x").write("work/thesis.txt", "years").write("repo/.git/HEAD", "ref: x");
    desk.drill(&["init", "a-file"]).exits(3).complains("`a-file` is a file, not a folder");
    desk.drill(&["init", "work"])
        .exits(3)
        .complains("`work` is not empty and is not a workspace")
        .complains("help: name a new folder: `drill init 'work/drill-workspace'`");
    assert_eq!(desk.files("work"), ["thesis.txt"]);
    desk.drill(&["init", "repo"]).exits(0).says("made a workspace");
    desk.drill(&["init", "new/deep"]).exits(0).says("cd new/deep");
}

fn cargo(desk: &Desk, folder: &str, args: &[&str]) -> Call {
    let mut command = desk.program("cargo");
    Call::of(&command.current_dir(desk.path(folder)).args(args).arg("--offline").output().unwrap())
}

#[test]
fn cargo_checks_every_stub_and_runs_the_learners_own_tests() {
    let desk = desk();
    // The workspace is inside another package, which is a Cargo workspace of its own.
    desk.write("Cargo.toml", "[workspace]\n[package]\nname = \"outer\"\nversion = \"0.1.0\"\n")
        .write("src/lib.rs", "");
    desk.drill(&["init"]).exits(0);
    let checked = cargo(&desk, "drill-workspace", &["check", "--all-targets"]).exits(0);
    assert!(!checked.stderr.contains("warning"), "{}", checked.stderr);
    let tested = cargo(&desk, "drill-workspace", &["test"]).exits(0);
    assert!(!tested.stderr.contains("warning"), "{}", tested.stderr);
    assert_eq!(tested.stderr.matches("Running unittests exercises/").count(), 3, "{}", tested.stderr);
    let own = "pub fn switch(on: bool) -> bool { !on }\nfn main() {}\n\
               #[test]\nfn mine() { assert!(switch(false)); }\n";
    desk.write(SWITCH, own);
    let tested = cargo(&desk, "drill-workspace", &["test"]).exits(0).says("test mine ... ok");
    assert!(!tested.stderr.contains("warning"), "{}", tested.stderr);
}

#[test]
fn a_repository_around_it_does_not_see_the_workspace() {
    let desk = desk();
    let git = |folder: &str, args: &[&str]| {
        let mut command = desk.program("git");
        command.current_dir(desk.path(folder)).args(args);
        Call::of(&command.output().unwrap()).exits(0)
    };
    git("", &["init", "-q"]);
    desk.drill(&["init"]).exits(0);
    assert_eq!(git("", &["status", "--porcelain"]).stdout, "");
    // Its own repository, as the comment in the file says.
    let ignored = desk.read("drill-workspace/.gitignore").replace("\n*\n", "\n/target\n");
    desk.write("drill-workspace/.gitignore", &ignored);
    git("drill-workspace", &["init", "-q"]);
    assert!(git("drill-workspace", &["status", "--porcelain"]).stdout.contains("?? exercises/"));
    desk.drill(&["init"]).exits(0).says("kept yours: 1 file that you edited");
    assert_eq!(desk.read("drill-workspace/.gitignore"), ignored);
}

/// A desk with a workspace in which one stub is edited and one is deleted, and a pack with new versions of all.
fn before_an_upgrade() -> Desk {
    let desk = Desk::with_own_pack("two-topics");
    desk.drill(&["init"]).exits(0);
    desk.write(DIM, "// mine\n");
    fs::remove_file(desk.path(OPEN)).unwrap();
    for (name, fresh) in [("lamp/01-switch", "1"), ("lamp/02-dim", "2"), ("valve/01-open", "3")] {
        let path = format!("pack/exercises/{name}.rs");
        desk.write(&path, &format!("{}// version {fresh}\n", desk.read(&path)));
    }
    desk
}

#[track_caller]
fn is_upgraded(desk: &Desk) {
    assert!(desk.read(SWITCH).ends_with("// version 1\n"));
    assert_eq!(desk.read(DIM), "// mine\n");
    assert!(desk.read("drill-workspace/.drill/updates/exercises/lamp/02-dim.rs").ends_with("// version 2\n"));
    assert!(desk.read(OPEN).ends_with("// version 3\n"));
    let left: Vec<String> =
        desk.files("drill-workspace").into_iter().filter(|f| f.ends_with(".drill-tmp")).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn an_upgrade_refreshes_what_is_untouched_and_keeps_what_is_edited() {
    let desk = before_an_upgrade();
    desk.drill(&["init"])
        .exits(0)
        .says("brought `drill-workspace` up to date")
        .says("restored (it was gone): `exercises/valve/01-open.rs`")
        .says("refreshed (you had not touched it): `exercises/lamp/01-switch.rs`")
        .says("kept yours: `exercises/lamp/02-dim.rs`; its new version is");
    is_upgraded(&desk);
    let again =
        desk.drill(&["init"]).exits(0).says("is up to date").says("kept yours: 1 file that you edited");
    assert!(!again.stdout.contains("new version"), "{}", again.stdout);
    // A new exercise is added, to the manifest too.
    for folder in ["exercises", "solutions", "checks"] {
        let folder = desk.path(&format!("pack/{folder}/valve"));
        fs::copy(folder.join("01-open.rs"), folder.join("02-close.rs")).unwrap();
    }
    let topic = desk.read("pack/exercises/valve/topic.toml");
    let (_, exercise) = topic.split_once("[[exercise]]").unwrap();
    let second = format!("{topic}\n[[exercise]]{}", exercise.replace("01-open", "02-close"));
    desk.write("pack/exercises/valve/topic.toml", &second);
    desk.drill(&["init"]).exits(0).says("added: `exercises/valve/02-close.rs`").says("refreshed");
    assert!(desk.read("drill-workspace/Cargo.toml").contains("exercises/valve/02-close.rs"));
}

#[test]
fn line_ends_do_not_make_a_stub_edited_and_a_lost_record_does_not_cost_an_edit() {
    let desk = before_an_upgrade();
    desk.write(SWITCH, &desk.read(SWITCH).replace('\n', "\r\n"));
    desk.drill(&["init"]).exits(0).says("refreshed (you had not touched it): `exercises/lamp/01-switch.rs`");
    let stub = desk.read(SWITCH);
    desk.write(SWITCH, "// mine too\n");
    for record in ["", "[[[", "file = 3\n"] {
        desk.write("drill-workspace/.drill/stubs.toml", record);
        desk.drill(&["init"]).exits(0).says("kept yours: `exercises/lamp/01-switch.rs`");
        assert_eq!(desk.read(SWITCH), "// mine too\n");
    }
    desk.write(SWITCH, "");
    desk.drill(&["init"]).exits(0);
    assert_eq!(desk.read(SWITCH), stub, "an empty file has nothing to lose");
}

#[test]
fn a_newer_drills_workspace_is_refused() {
    let desk = Desk::with_workspace("two-topics");
    desk.write("drill-workspace/.drill/workspace.toml", "format = 2\ndrill = \"9.1.0\"\n");
    desk.drill(&["init"]).exits(3).complains("made by drill 9.1.0").complains("cargo install sysdrill");
}

#[test]
fn a_crash_at_any_moment_of_a_first_init_is_completed_by_the_next() {
    let whole = desk();
    whole.drill(&["init"]).exits(0);
    let expected = visible(&whole, "drill-workspace");
    let mut at = 1;
    loop {
        let desk = desk();
        let crashed = desk.drill_aborted_at(at, &["init"]);
        desk.drill(&["init"]).exits(0);
        assert_eq!(visible(&desk, "drill-workspace"), expected, "after a crash before step {at}");
        if crashed.is_none() {
            break;
        }
        at += 1;
    }
    assert!(at > 20, "only {at} steps were seen");
}

#[test]
fn a_crash_at_any_moment_of_an_upgrade_loses_no_edit() {
    let template = before_an_upgrade();
    let mut at = 1;
    loop {
        let desk = Desk::with_own_pack("two-topics");
        for folder in ["pack", "drill-workspace"] {
            copy_folder(&template.path(folder), &desk.path(folder));
        }
        let crashed = desk.drill_aborted_at(at, &["init"]);
        assert_eq!(desk.read(DIM), "// mine\n", "after a crash before step {at}");
        // By the time it is called again there is a newer version still.
        let newest = format!("{}// version 1\n", desk.read("pack/exercises/lamp/01-switch.rs"));
        desk.write("pack/exercises/lamp/01-switch.rs", &newest);
        desk.drill(&["init"]).exits(0);
        is_upgraded(&desk);
        assert_eq!(desk.read(SWITCH), newest, "after a crash before step {at}");
        if crashed.is_none() {
            break;
        }
        at += 1;
    }
    assert!(at > 10, "only {at} steps were seen");
}

#[test]
fn a_full_disk_is_said_and_the_next_init_completes() {
    let mut at = 1;
    loop {
        let desk = desk();
        let Some(call) = desk.drill_on_full_disk(at, &["init"]) else { break };
        call.exits(3).complains("error: can't ").complains("free some space");
        desk.drill(&["init"]).exits(0);
        assert_eq!(visible(&desk, "drill-workspace").len(), 7);
        at += 1;
    }
    assert!(at > 20, "only {at} steps were seen");
}
