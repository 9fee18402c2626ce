//! `drill verify --mutate`: edits that no check catches are shown, marked, counted and limited.

use crate::desk::{Call, Desk};
use std::path::Path;

const SOLUTION: &str = "pack/solutions/bucket/01-take.rs";
const VARIANTS: &str = "pack/checks/bucket/01-take.toml";

/// A pack whose solution does something to no effect.
fn desk() -> Desk {
    let desk = Desk::with_own_pack("one-topic");
    let style = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rustfmt.toml")).unwrap();
    desk.write("pack/rustfmt.toml", &style);
    let solution = desk.read(SOLUTION);
    let idle = solution.replace("= self.level(now);", "= self.level(now).max(0);");
    assert_ne!(idle, solution);
    desk.write(SOLUTION, &idle);
    desk
}

fn mutate(desk: &Desk, more: &[&str]) -> Call {
    desk.drill(&[&["verify", "--mutate", "01-take"], more].concat())
}

fn mark(desk: &Desk, find: &str, put: &str) {
    let variants = desk.read(VARIANTS);
    let mark =
        format!("\n[[equivalent]]\nfind = '{find}'\nput = '{put}'\nreason = 'a level is never below 0'\n");
    desk.write(VARIANTS, &(variants + &mark));
}

#[test]
fn an_edit_that_survives_is_shown_limited_and_marked_and_a_stale_mark_is_told() {
    let desk = desk();
    let line = "solutions/bucket/01-take.rs:22:21  clamping";
    let diff = "\n    - let level = self.level(now).max(0);\n    + let level = self.level(now);\n";
    mutate(&desk, &[]).exits(0).says(", 0 equivalent, 1 survives (3.").says(line).says(diff);

    let said = mutate(&desk, &["--max-survivors", "0"]).exits(1);
    said.says("checks/bucket\n").says("survive, more than 0 %");

    let json = mutate(&desk, &["--format", "json"]).exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let survey = &json["mutants"][0];
    assert_eq!((&survey["exercise"], &survey["survive"]), (&"bucket/01-take".into(), &1.into()), "{json}");
    let survivor = &survey["survivors"][0];
    assert_eq!((&survivor["line"], &survivor["to"]), (&22.into(), &"self.level(now)".into()), "{json}");
    mutate(&desk, &["--format", "junit"]).exits(0).says("<system-out>").says("- let level = self.level");

    mark(&desk, "self.level(now).max(0)", "self.level(now)");
    mutate(&desk, &["--max-survivors", "0"]).exits(0).says(", 1 equivalent, 0 survive (0.0 %)");

    // Marks that do not apply.
    mark(&desk, "level - 1", "level - 0");
    mark(&desk, "level - 1", "level - 7");
    let said = mutate(&desk, &[]).exits(1);
    let line = |n: usize| 1 + desk.read(VARIANTS).match_indices("find = 'level").nth(n).unwrap().0;
    let at = |byte: usize| desk.read(VARIANTS)[..byte].matches('\n').count() + 1;
    said.says(&format!("01-take.toml:{}\n  this equivalent edit is caught by `starts-full`", at(line(0))))
        .says(&format!(
            "01-take.toml:{}\n  this equivalent edit is none of the edits that are tried",
            at(line(1))
        ));
}

#[test]
fn the_limit_belongs_to_the_search() {
    Desk::with_content().drill(&["verify", "--max-survivors", "3"]).exits(2).complains("--mutate");
}
