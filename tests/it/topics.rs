//! `drill topics`: words and filters, what each topic leads to, and the way back to a slice.

use crate::desk::Desk;
use crate::past::tried;

#[test]
fn each_topic_says_what_it_builds_on_and_unlocks() {
    let text = Desk::with_pack("atlas-small").drill(&["topics", "--path", "queues-core"]).exits(0).stdout;
    let expected = "\
2 matching topics

Ring buffers
  ring-buffer · foundation · intro · Queueing
  A queue in a fixed piece of memory: two counters, and one question about which
  of them may be equal.
  to do        2 exercises and a quiz, 15 min
  builds on    nothing: it can be read first
  unlocks      back-pressure and work-stealing
  read it      drill read ring-buffer

Back-pressure (Saying No Early)
  back-pressure · building-block · intermediate · Queueing
  A full queue must be felt by whoever fills it.
  to do        1 exercise and a quiz, 15 min
  builds on    ring-buffer
  also builds on work-stealing, on the workers path
  unlocks      fair-queue (being written)
  read it      drill read back-pressure

Being written: fair-queue

Narrow it down, with the number of topics left
  --family     queueing 2
  --kind       foundation 1, building-block 1
  --difficulty intro 1, intermediate 1
  --path       [queues 2], workers 2
  --tag        queue 2, lock-free 1, memory 1, overload 1

Open this slice again: drill topics --slice '?path=queues'
";
    assert_eq!(text, expected);
}

#[test]
fn the_slice_to_reopen_gives_the_same_answer() {
    let desk = Desk::with_pack("atlas-small");
    let by_flags = desk.drill(&["topics", "LOCK", "free", "--tag", "deque", "--kind", "trade-off"]).exits(0);
    let slice = "?q=LOCK+free&kind=trade-off&tag=deque";
    assert!(by_flags.stdout.contains(&format!("drill topics --slice '{slice}'")), "{}", by_flags.stdout);
    let by_slice = desk.drill(&["topics", "--slice", slice]).exits(0);
    assert_eq!(by_slice.stdout, by_flags.stdout);
    by_slice.says("1 matching topic\n").says("work-stealing · trade-off");
}

#[test]
fn unknown_values_are_an_error_with_a_guess() {
    let desk = Desk::with_pack("atlas-small");
    desk.drill(&["topics", "--family", "queing"])
        .exits(2)
        .complains("no family is called `queing`")
        .complains("did you mean `queueing`?");
    desk.drill(&["topics", "--slice", "?tags=x"]).exits(2).complains("did you mean `tag`?");
    desk.drill(&["topics", "word", "--slice", "?q=x"]).exits(2);
}

#[test]
fn nothing_found_shows_the_ways_out() {
    let text = Desk::with_pack("atlas-small").drill(&["topics", "zebra", "--tag", "deque"]).exits(0).stdout;
    let expected = "\
0 matching topics

  without `zebra`: 1 topic, drill topics --slice '?tag=deque'
";
    assert_eq!(text, expected);
}

#[test]
fn what_was_passed_is_counted() {
    let desk = Desk::with_workspace("atlas-small");
    tried(&desk, "work-stealing/01-two-ends", true);
    desk.drill(&["topics", "stealing", "--family", "Scheduling"]).exits(0).says("30 min; 1 passed");
}
