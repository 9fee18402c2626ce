//! Packs that are none, or that do not fit.

use crate::desk::Desk;

#[test]
fn every_problem_of_an_info_toml_is_named_with_its_line() {
    let desk = Desk::with_own_pack("rustlings");
    let text = desk.read("pack/info.toml");
    let text = text.replace("format_version = 1", "format_version = 3").replace("\"Print_It\"", "\"add\"");
    desk.write("pack/info.toml", &text.replace("dir = \"00_start\"", "dir = \"../..\""));
    let call = desk.drill(&["init"]).exits(3);
    for problem in [
        "info.toml:1: `format_version` is 3",
        "info.toml:15: `dir` of exercise `hello` is \"../..\"",
        "info.toml:29: `dir` of exercise `add` is \"../..\"",
    ] {
        assert!(call.stderr.contains(problem), "{problem}: {}", call.stderr);
    }
    assert!(!desk.path("drill-workspace").exists());
    desk.write("pack/info.toml", "format_version = 1\n[[exercises]\n");
    desk.drill(&["list"]).exits(3).complains("info.toml:2: ");
    desk.write("pack/info.toml", "format_version = 1\n[[exercises]]\nname = \"gone\"\nhint = \"\"\n");
    desk.drill(&["list"]).exits(3).complains("info.toml:3: exercise `gone`: `exercises/gone.rs` is missing");
    std::fs::write(desk.path("pack/info.toml"), b"format_version = 1 # \xff\n").unwrap();
    desk.drill(&["list"]).exits(3).complains("info.toml: not UTF-8 (byte 21)");
}

#[cfg(unix)]
#[test]
fn a_stub_that_is_a_link_out_of_the_pack_is_refused() {
    let desk = Desk::with_own_pack("rustlings");
    desk.write("secret", "fn main() {}");
    std::fs::remove_file(desk.path("pack/exercises/quiet.rs")).unwrap();
    std::os::unix::fs::symlink(desk.path("secret"), desk.path("pack/exercises/quiet.rs")).unwrap();
    std::fs::rename(desk.path("pack/info.toml"), desk.path("info")).unwrap();
    std::os::unix::fs::symlink(desk.path("info"), desk.path("pack/info.toml")).unwrap();
    desk.drill(&["list"]).exits(3).complains("info.toml: `info.toml` is a link");
    std::fs::rename(desk.path("info"), desk.path("pack/info.toml")).unwrap();
    let refused = "exercise `quiet`: `exercises/quiet.rs` can't be read: `quiet.rs` is a link";
    desk.drill(&["list"]).exits(3).complains(refused);
    std::fs::rename(desk.path("pack/exercises/01_sums"), desk.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("pack/exercises/01_sums")).unwrap();
    desk.drill(&["list"]).exits(3).complains("`exercises/01_sums/add.rs` can't be read: `01_sums` is a link");
}

#[test]
fn a_folder_that_is_no_pack_is_told_from_one() {
    let desk = Desk::with_content();
    desk.write("folder/x", "");
    desk.drill(&["list", "--pack", "folder"])
        .exits(3)
        .complains("`folder` is not a pack")
        .complains("`info.toml` of rustlings");
    desk.drill(&["list", "--pack", "nowhere"]).exits(3).complains("`nowhere` is not a folder");
}

#[test]
fn a_workspace_of_other_content_is_not_touched() {
    let desk = Desk::with_own_pack("rustlings");
    let other = desk.path("other");
    crate::desk::copy_folder(&desk.path("pack"), &other);
    desk.drill(&["init"]).exits(0);
    let elsewhere = Desk::with_pack("one-topic");
    let workspace = desk.path("drill-workspace");
    for command in ["run", "reset", "hint", "watch"] {
        let call = elsewhere.drill(&[command, "--workspace", workspace.to_str().unwrap()]).exits(3);
        assert!(call.stderr.contains("is not one of the pack"), "{}", call.stderr);
        assert!(call.stderr.contains("drill init --pack"), "{}", call.stderr);
    }
    // A pack is no place for a workspace.
    desk.drill(&["init", "pack"]).exits(3).complains("is a folder of content");
}
