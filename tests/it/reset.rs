//! `drill reset`: nothing that the learner wrote is ever gone.

use crate::desk::Desk;
use std::fs;

const SWITCH: &str = "drill-workspace/exercises/lamp/01-switch.rs";
const DIM: &str = "drill-workspace/exercises/lamp/02-dim.rs";
const BACKUPS: &str = "drill-workspace/.drill/backups";

fn desk() -> Desk {
    Desk::with_workspace("two-topics")
}

/// The texts of all complete backups.
fn backed_up(desk: &Desk) -> Vec<String> {
    if !desk.path(BACKUPS).is_dir() {
        return Vec::new();
    }
    let files = desk.files(BACKUPS).into_iter().filter(|f| !f.starts_with('.'));
    files.map(|f| desk.read(&format!("{BACKUPS}/{f}"))).collect()
}

#[test]
fn a_reset_keeps_what_was_written_and_undo_brings_it_back() {
    let desk = desk();
    let stub = desk.read(SWITCH);
    desk.drill(&["reset"])
        .exits(0)
        .says("`exercises/lamp/01-switch.rs` is still the stub; there is nothing to do");
    assert!(backed_up(&desk).is_empty());
    desk.write(SWITCH, "// mine\n");
    desk.drill(&["reset", "switch"])
        .exits(0)
        .says("back to the stub")
        .says("`.drill/backups/")
        .says("--undo");
    assert_eq!(desk.read(SWITCH), stub);
    assert_eq!(backed_up(&desk), ["// mine\n"]);
    for (text, n) in [("// mine\n", 2), (stub.as_str(), 3), ("// mine\n", 4)] {
        desk.drill(&["reset", "--undo"]).exits(0).says("brought back: `exercises/lamp/01-switch.rs`");
        assert_eq!(desk.read(SWITCH), text);
        assert_eq!(backed_up(&desk).len(), n);
    }
}

#[test]
fn what_is_there_before_an_undo_is_kept_too() {
    let desk = desk();
    desk.write(SWITCH, "// first\n");
    desk.drill(&["reset", "switch"]).exits(0);
    desk.write(SWITCH, "// second\n");
    desk.drill(&["reset", "--undo"]).exits(0).says("what was there is in");
    assert_eq!(desk.read(SWITCH), "// first\n");
    desk.drill(&["reset", "--undo"]).exits(0);
    assert_eq!(desk.read(SWITCH), "// second\n");
}

#[test]
fn a_deleted_stub_comes_back_without_a_backup() {
    let desk = desk();
    let stub = desk.read(DIM);
    fs::remove_file(desk.path(DIM)).unwrap();
    desk.drill(&["reset", "dim"]).exits(0).says("restored (it was gone): `exercises/lamp/02-dim.rs`");
    assert_eq!(desk.read(DIM), stub);
    assert!(backed_up(&desk).is_empty());
    desk.drill(&["reset", "--undo"]).exits(3).complains("there is no backup to bring back");
}

#[test]
fn all_asks_before_and_says_how_to_do_without() {
    let desk = desk();
    desk.write(SWITCH, "// 1\n").write(DIM, "// 2\n");
    desk.drill(&["reset", "--all"]).exits(2).complains("`drill reset --all --yes`");
    assert_eq!(desk.read(SWITCH), "// 1\n");
    desk.drill(&["reset", "--all", "--yes"]).exits(0).says("back to the stub: `exercises/lamp/01-switch.rs`");
    assert_eq!(backed_up(&desk), ["// 1\n", "// 2\n"]);
    desk.drill(&["reset", "--all", "--yes"]).exits(0).says("all 3 exercises are still stubs");
    desk.drill(&["reset", "--undo"]).exits(0);
    assert_eq!((desk.read(SWITCH), desk.read(DIM)), ("// 1\n".to_string(), "// 2\n".to_string()));
    desk.drill(&["reset", "--undo", "--all"]).exits(2);
}

#[test]
fn on_a_terminal_only_a_yes_resets_all() {
    let desk = desk();
    desk.write(SWITCH, "// 1\n");
    for answer in ["n\n", "\n", "maybe\n", "\u{4}"] {
        desk.drill_on_terminal(&["reset", "--all"], answer)
            .exits(0)
            .says("[y/N]")
            .says("nothing was changed");
        assert_eq!(desk.read(SWITCH), "// 1\n");
    }
    desk.drill_on_terminal(&["reset", "--all"], "y\n").exits(0).says("back to the stub");
    assert!(desk.read(SWITCH).contains("todo!()"));
    desk.write(SWITCH, "// 2\n");
    desk.drill_on_terminal(&["reset", "--all", "--yes"], "").exits(0).says("back to the stub");
}

#[test]
fn a_text_that_is_not_utf_8_is_backed_up_byte_by_byte() {
    let desk = desk();
    fs::write(desk.path(SWITCH), b"caf\xe9\0").unwrap();
    desk.drill(&["reset", "switch"]).exits(0);
    let backup = desk.files(BACKUPS).remove(0);
    assert_eq!(fs::read(desk.path(&format!("{BACKUPS}/{backup}"))).unwrap(), b"caf\xe9\0");
}

#[test]
fn after_an_upgrade_a_reset_gives_the_new_stub_which_then_counts_as_untouched() {
    let desk = Desk::with_own_pack("two-topics");
    desk.drill(&["init"]).exits(0);
    desk.write(SWITCH, "// mine\n");
    let new = |version: &str| {
        desk.write("pack/exercises/lamp/01-switch.rs", version);
        version.to_string()
    };
    let second = new("// second version\npub fn switch(on: bool) -> bool { todo!() }\n");
    desk.drill(&["reset", "switch"]).exits(0);
    assert_eq!(desk.read(SWITCH), second);
    let third = new("// third version\npub fn switch(on: bool) -> bool { todo!() }\n");
    desk.drill(&["init"]).exits(0).says("refreshed (you had not touched it)");
    assert_eq!(desk.read(SWITCH), third);
}

#[test]
fn a_crash_at_any_moment_loses_nothing() {
    for disk_full in [false, true] {
        let mut at = 1;
        loop {
            let desk = desk();
            desk.write(SWITCH, "// 1\n").write(DIM, "// 2\n");
            let args = ["reset", "--all", "--yes"];
            let stopped = if disk_full {
                desk.drill_on_full_disk(at, &args).map(|call| call.exits(3).complains("can't "))
            } else {
                desk.drill_aborted_at(at, &args)
            };
            for (path, text) in [(SWITCH, "// 1\n"), (DIM, "// 2\n")] {
                let kept = desk.read(path) == text || backed_up(&desk).iter().any(|b| b == text);
                assert!(kept, "{path} is lost after a crash before step {at}");
            }
            desk.drill(&args).exits(0);
            assert!(desk.read(SWITCH).contains("todo!()") && desk.read(DIM).contains("todo!()"));
            if stopped.is_none() {
                break;
            }
            at += 1;
        }
        assert!(at > 8, "only {at} steps were seen");
    }
}
