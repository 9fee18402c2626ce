//! `drill path`: all paths, and the itinerary of the one that is followed.

use crate::desk::Desk;
use crate::past::tried;

const QUEUES: &str = "\
Queues (queues)
From one buffer to many senders.
.................... 0 of 3 exercises; 1 topic is being written

1. Ring buffers
   -- write-up
   -- 01-full-or-empty  implement   10 min
   -- 02-wrap-around    repair       5 min
   -- quiz

2. Back-pressure (Saying No Early)
   also builds on work-stealing, on the workers path
   -- write-up
   -- 01-bounded  implement   15 min
   -- quiz

3. fair-queue (being written)

The path ends early: its last topic is being written.

Next: read about Ring buffers
    drill read ring-buffer
";

#[test]
fn an_itinerary_names_everything_on_the_way() {
    let desk = Desk::with_workspace("atlas-small");
    assert_eq!(desk.drill(&["path", "queues-core", "--plain"]).exits(0).stdout, QUEUES);
    let progress = desk.read("drill-workspace/.drill/progress.toml");
    assert!(progress.contains("name = \"queues\""), "{progress}");
    assert!(progress.contains("name = \"ring-buffer/01-full-or-empty\""), "{progress}");
}

#[test]
fn all_paths_are_shown_with_the_followed_one_marked() {
    let desk = Desk::with_workspace("atlas-small");
    desk.drill(&["path", "workers"]).exits(0);
    let expected = "   queues   Queues
   From one buffer to many senders.
   ░░░░░░░░░░░░░░░░░░░░ 0 of 3 exercises; 1 topic is being written

→  workers  Workers
   Keeping everybody busy.
   ░░░░░░░░░░░░░░░░░░░░ 0 of 3 exercises

workers is the path you follow; drill path NAME follows a path and shows its itinerary
";
    assert_eq!(desk.drill(&["path"]).exits(0).stdout, expected);
}

#[test]
fn following_a_path_goes_to_its_first_open_exercise_and_back_does_not_lose_the_place() {
    let desk = Desk::with_workspace("atlas-small");
    let current = || {
        desk.read("drill-workspace/.drill/progress.toml")
            .lines()
            .find(|l| l.starts_with("current"))
            .unwrap()
            .to_string()
    };
    tried(&desk, "ring-buffer/01-full-or-empty", true);
    desk.drill(&["path", "queues"]).exits(0).says("✓ 01-full-or-empty  implement   10 min  passed");
    assert!(current().contains("ring-buffer/02-wrap-around"), "{}", current());
    desk.drill(&["path", "workers"]).exits(0);
    // It is open and on this path too.
    assert!(current().contains("ring-buffer/02-wrap-around"), "{}", current());
}

#[test]
fn without_a_workspace_it_is_shown_but_not_followed() {
    let desk = Desk::with_pack("atlas-small");
    desk.drill(&["path", "work"])
        .exits(0)
        .says("Workers (workers)")
        .complains("there is no workspace yet")
        .complains("drill init");
    desk.drill(&["path", "queus"]).exits(2).complains("did you mean `queues`?");
}
