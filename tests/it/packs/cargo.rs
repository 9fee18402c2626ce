//! Packs that only cargo can build. What they depend on is inside of them: no test needs a network.

use super::judge;
use crate::desk::Desk;

const INFO: &str = "format_version = 1
[[exercises]]
name = 'doubled'
dir = 'd'
strict_clippy = true
hint = 'It is in the other crate.'
";

const STUB: &str = "fn main() {}

fn doubled(n: u32) -> u32 {
    // TODO
    n
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_is_four() {
        assert_eq!(super::doubled(2), helper::double(pack::two()));
    }
}
";

/// With a library of its own, a dependency by path, and a setting for cargo.
fn desk() -> Desk {
    let desk = Desk::with_own_pack("rustlings");
    std::fs::remove_dir_all(desk.path("pack")).unwrap();
    desk.write("pack/info.toml", INFO)
        .write("pack/exercises/d/doubled.rs", STUB)
        .write(
            "pack/Cargo.toml",
            "bin = [{ name = 'doubled', path = 'exercises/d/doubled.rs' }, { name = 'doubled_sol', path = 'solutions/d/doubled.rs' }]\n\
             [package]\nname = 'pack'\nedition = '2021'\n[dependencies]\nhelper = { path = 'helper' }\n[lints.rust]\ndead_code = 'allow'\n",
        )
        .write("pack/src/lib.rs", "pub fn two() -> u32 { 2 }\n")
        .write("pack/.cargo/config.toml", "[build]\nrustflags = ['--cfg', 'from_the_pack']\n")
        .write("pack/helper/Cargo.toml", "[package]\nname = 'helper'\nedition = '2021'\n")
        .write("pack/helper/src/lib.rs", "#[cfg(from_the_pack)]\npub fn double(n: u32) -> u32 { n + n }\n");
    desk.drill(&["init"]).exits(0);
    desk
}

#[test]
fn a_pack_with_dependencies_is_built_with_cargo() {
    let desk = desk();
    let file = "drill-workspace/exercises/d/doubled.rs";
    let (main, clippy) = (("fn main", "passed"), ("cargo clippy", "passed"));
    let first = desk.drill(&["run", "doubled"]).exits(1).complains("building what this pack depends on");
    assert!(first.stdout.contains("2 of 3 checks pass"), "{}", first.stdout);
    let stub = judge(&desk, "doubled");
    stub.is("failed", &[("tests::two_is_four", "panicked"), main, clippy]);
    assert_eq!(stub.json["checks"][0]["at"]["line"], 12);
    desk.write(file, &STUB.replace("    n\n}", "    n + n\n}"));
    judge(&desk, "doubled").is("passed", &[("tests::two_is_four", "passed"), main, clippy]);
    desk.write(file, &STUB.replace("    n\n}", "    return n + n;\n}"));
    let strict = judge(&desk, "doubled");
    strict.is("failed", &[("tests::two_is_four", "passed"), main, ("cargo clippy", "failed")]);
    assert!(
        strict.json["diagnostics"][0]["rendered"].as_str().unwrap().contains("exercises/d/doubled.rs:5:5")
    );
    desk.write(file, &STUB.replace("fn main() {}", "fn main() { let x: u8 = helper::double(1); }"));
    let broken = judge(&desk, "doubled");
    assert_eq!(
        (broken.word.as_str(), broken.json["diagnostics"][0]["code"].as_str()),
        ("not-compiling", Some("E0308"))
    );
}

#[test]
fn what_cargo_cannot_do_is_said_with_its_own_words() {
    let desk = desk();
    desk.write("pack/helper/src/lib.rs", "pub fn double(n: u32) -> u32 { nonsense }\n");
    desk.drill(&["run", "doubled"])
        .exits(3)
        .complains("the pack's dependencies can't be built: cannot find value");
    let manifest = desk.read("pack/Cargo.toml").replace("path = 'helper'", "path = 'nowhere'");
    desk.write("pack/Cargo.toml", &manifest);
    desk.drill(&["run", "doubled"])
        .exits(3)
        .complains("the pack's dependencies can't be fetched")
        .complains("nowhere");
    desk.write("pack/Cargo.toml", "[package\n");
    desk.drill(&["run", "doubled"]).exits(3).complains("Cargo.toml:1: ");
}
