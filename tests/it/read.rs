//! `drill read`: the write-up, its sections, the pager, and what is remembered of it.

use crate::desk::Desk;

#[test]
fn a_write_up_is_plain_text_when_piped() {
    let text = Desk::with_pack("atlas-small").drill(&["read", "ring"]).exits(0).stdout;
    let expected = "\
Ring buffers
════════════

A queue that never allocates: `head` and `tail` run forward, and the slot is the
counter modulo the capacity.

The two counters
────────────────

With free-running counters full is `tail - head == N`, and empty is
`tail == head`. See the paper[1] and below (#trade-offs).

[1] https://ring.example/paper

Trade-offs
──────────

form                  │ state │ wins when
──────────────────────┼───────┼─────────────────────────────
free-running counters │ 16 B  │ the capacity is a power of 2
one slot kept free    │ 16 B  │ any capacity
";
    assert_eq!(text, expected);
}

#[test]
fn plain_means_ascii_and_raw_means_markdown() {
    let desk = Desk::with_pack("atlas-small");
    let plain = desk.drill(&["read", "ring", "--plain"]).exits(0).stdout;
    assert!(plain.is_ascii() && plain.contains("free-running counters | 16 B  | the capacity"), "{plain}");
    let colored = desk.drill(&["read", "ring", "--color", "always"]).exits(0);
    colored.says("\x1b[36mtail - head == N\x1b[0m");
    desk.drill(&["read", "ring", "--raw"]).exits(0).says("\n## The two counters\n");
}

#[test]
fn a_section_is_read_by_its_anchor() {
    let desk = Desk::with_pack("atlas-small");
    let text = desk.drill(&["read", "ring#the-two-counters"]).exits(0).says("free-running").stdout;
    assert!(!text.contains("wins when"), "{text}");
    desk.drill(&["read", "ring#the-two-counter"])
        .exits(2)
        .complains("`ring-buffer` has no section `the-two-counter`")
        .complains("did you mean `drill read ring-buffer#the-two-counters`?")
        .complains("#trade-offs (Trade-offs)");
}

#[test]
fn without_a_topic_it_is_the_one_the_learner_is_at() {
    let desk = Desk::with_workspace("atlas-small");
    desk.drill(&["read"]).exits(0).says("A queue that never allocates");
    desk.drill(&["path", "workers"]).exits(0);
    desk.drill(&["read", "#trade-offs"]).exits(0).says("one slot kept free");
}

#[test]
fn unknown_and_planned_topics_are_told_apart() {
    let desk = Desk::with_pack("atlas-small");
    desk.drill(&["read", "rign-buffer"]).exits(2).complains("did you mean `ring-buffer`?");
    desk.drill(&["read", "fair-queue"]).exits(2).complains("`fair-queue` is being written");
}

#[test]
fn what_was_read_is_remembered_but_not_outside_a_workspace() {
    let desk = Desk::with_workspace("atlas-small");
    desk.drill(&["path", "queues"]).exits(0).says("Next: read about Ring buffers");
    desk.drill(&["read", "ring"]).exits(0);
    desk.drill(&["path", "queues"])
        .exits(0)
        .says("✓ write-up")
        .says("Next: edit drill-workspace/exercises/ring");
    let desk = Desk::with_pack("atlas-small");
    desk.drill(&["read", "ring"]).exits(0);
    assert_eq!(desk.files(""), Vec::<String>::new());
}

#[cfg(unix)]
mod on_a_terminal {
    use crate::desk::Desk;
    use crate::screen::Screen;

    #[test]
    fn the_pager_gets_the_text() {
        let desk = Desk::with_pack("atlas-small");
        let pager = "sed -n 's/^A queue/PAGED: a queue/p'";
        let mut screen = Screen::open_with(&desk, &["read", "ring"], &[("PAGER", pager)], 24, 80);
        screen.shows("PAGED: a queue");
        assert_eq!(screen.exits(), 0);
    }

    #[test]
    fn a_pager_that_does_not_work_is_done_without() {
        for pager in ["no-such-pager-anywhere", "exit 3"] {
            let desk = Desk::with_pack("atlas-small");
            let mut screen =
                Screen::open_with(&desk, &["read", "ring#the-two-counters"], &[("PAGER", pager)], 24, 80);
            screen.shows("free-running");
            assert_eq!(screen.exits(), 0, "{pager}");
        }
    }
}
