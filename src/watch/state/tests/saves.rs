//! Saves of every kind, and the runs they start.

use super::*;
use crate::failure::Failure;
use crate::watch::state::saves::{GRACE, SETTLE};

#[test]
fn two_saves_in_one_settle_window_give_one_look() {
    let mut desk = Desk::at_exercise(SWITCH);
    let touched = |at| Event::Touched { exercise: SWITCH.to_string(), at };
    assert_eq!(desk.state.on(touched(ms(0))), []);
    assert_eq!(desk.state.on(touched(ms(5))), []);
    assert_eq!(desk.state.on(Event::Tick { at: SETTLE }), []);
    assert_eq!(desk.state.deadline(), Some(ms(5) + SETTLE));
    let look = Effect::Look { exercise: SWITCH.to_string() };
    assert_eq!(desk.state.on(Event::Tick { at: ms(5) + SETTLE }), [look]);
    assert_eq!(desk.state.deadline(), None);
}

#[test]
fn a_content_is_judged_once_however_often_it_is_saved_or_touched() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save(SWITCH, "a");
    let run = desk.runs_once("a");
    for _ in 0..3 {
        desk.save(SWITCH, "a");
        desk.touch(SWITCH);
        desk.wait(ms(5));
        desk.touch(SWITCH);
        desk.wait(ms(1000));
    }
    desk.runs_nothing();
    desk.judged(run, Outcome::Failed);
    desk.save(SWITCH, "a");
    desk.runs_nothing();
    assert_eq!(desk.outcome(), Some(&Outcome::Failed));
}

#[test]
fn a_save_by_rename_is_judged_once_and_its_gap_is_not_noticed() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save_and_judge(SWITCH, "a", Outcome::Failed);
    desk.put(SWITCH, Seen::Missing);
    desk.touch(SWITCH);
    desk.wait(ms(20));
    assert_eq!(desk.outcome(), Some(&Outcome::Failed), "the gap is no news yet");
    desk.save(SWITCH, "b");
    desk.runs_once("b");
    desk.wait(GRACE * 2);
    desk.runs_nothing();
    assert_eq!(desk.state.phase, Phase::Running);
}

#[test]
fn content_that_changes_back_is_judged_again() {
    let mut desk = Desk::at_exercise(SWITCH);
    for text in ["a", "b", "a", "b"] {
        desk.save_and_judge(SWITCH, text, Outcome::Failed);
    }
}

#[test]
fn a_save_during_a_run_starts_again_and_the_old_verdict_never_shows() {
    for old_first in [true, false] {
        let mut desk = Desk::at_exercise(SWITCH);
        desk.save(SWITCH, "old");
        let old = desk.runs_once("old");
        desk.save(SWITCH, "new");
        let new = desk.runs_once("new");
        if old_first {
            desk.judged(old, Outcome::Failed);
            assert_eq!(desk.state.phase, Phase::Running);
            desk.judged(new, Outcome::Passed);
        } else {
            desk.judged(new, Outcome::Passed);
            desk.judged(old, Outcome::Failed);
        }
        assert_eq!(desk.outcome(), Some(&Outcome::Passed));
        let records = desk.done.iter().filter(|e| matches!(e, Effect::Record { .. })).count();
        assert_eq!(records, 1, "old first: {old_first}");
    }
}

#[test]
fn a_missing_or_empty_file_gets_its_grace_and_is_then_said() {
    let empty = Seen::Text { hash: 7, untouched: false, text: " \n".into() };
    for gone in [Seen::Missing, empty] {
        let mut desk = Desk::at_exercise(SWITCH);
        desk.save_and_judge(SWITCH, "a", Outcome::Failed);
        desk.put(SWITCH, gone.clone());
        desk.touch(SWITCH);
        desk.wait(GRACE);
        assert_eq!(desk.outcome(), Some(&Outcome::Failed));
        desk.runs_nothing();
        desk.wait(SETTLE);
        if gone == Seen::Missing {
            assert_eq!(desk.state.phase, Phase::Missing);
            assert!(desk.has_done(&Effect::Cancel));
        } else {
            desk.runs_once(" \n");
        }
        assert_eq!(desk.state.deadline(), None);
    }
}

#[test]
fn a_grace_is_not_lost_when_another_file_is_touched_meanwhile() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.put(SWITCH, Seen::Missing);
    desk.touch(SWITCH);
    desk.wait(ms(100));
    desk.touch(DIM);
    desk.wait(GRACE);
    assert_eq!(desk.state.phase, Phase::Missing);
}

#[test]
fn a_file_that_comes_back_is_judged_also_with_the_same_content() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save_and_judge(SWITCH, "a", Outcome::Failed);
    desk.put(SWITCH, Seen::Missing);
    desk.touch(SWITCH);
    desk.wait(GRACE + SETTLE);
    assert_eq!(desk.state.phase, Phase::Missing);
    desk.runs_nothing();
    desk.save_and_judge(SWITCH, "a", Outcome::Passed);
    assert_eq!(desk.outcome(), Some(&Outcome::Passed));
}

#[test]
fn a_file_that_is_no_text_is_said_and_judged_when_it_is_text_again() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save(SWITCH, "a");
    let run = desk.runs_once("a");
    desk.put(SWITCH, Seen::Unreadable("not UTF-8".into()));
    desk.touch(SWITCH);
    desk.wait(SETTLE);
    assert_eq!(desk.state.phase, Phase::Unreadable("not UTF-8".into()));
    desk.judged(run, Outcome::Failed);
    assert_eq!(desk.state.phase, Phase::Unreadable("not UTF-8".into()));
    desk.done.clear();
    desk.save_and_judge(SWITCH, "a", Outcome::Failed);
}

#[test]
fn an_untouched_stub_is_judged_at_its_first_save_not_on_arrival() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.runs_nothing();
    assert_eq!(desk.state.phase, Phase::Waiting);
    // Another file's save says nothing about this one.
    desk.touch(DIM);
    desk.wait(ms(50));
    desk.send(Event::Returned { chosen: None, at: desk.now });
    desk.wait(ms(50));
    desk.runs_nothing();
    desk.save(SWITCH, STUB);
    desk.runs_once(STUB);
    desk.touch(SWITCH);
    desk.wait(ms(50));
    desk.runs_nothing();
}

#[test]
fn an_exercise_that_was_worked_on_is_judged_on_arrival() {
    let mut desk = Desk::at(solve(SWITCH));
    desk.write(SWITCH, "mine");
    desk.look_around();
    desk.perform(vec![Effect::Look { exercise: SWITCH.to_string() }]);
    desk.runs_once("mine");
}

#[test]
fn saving_another_exercise_moves_there_only_if_it_was_edited() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.write(DIM, "from an earlier day");
    desk.look_around();
    for seen in [desk.files[OPEN].clone(), Seen::Missing, Seen::Unreadable("why".into())] {
        desk.put(OPEN, seen);
        desk.touch(OPEN);
        desk.touch(DIM);
        desk.wait(GRACE * 2);
        assert_eq!(desk.state.here, solve(SWITCH));
    }
    desk.save(OPEN, "");
    desk.save(OPEN, " \n");
    assert_eq!(desk.state.here, solve(SWITCH), "an emptied file is no wish to go there");
    desk.runs_nothing();
    desk.save(DIM, "edited");
    assert_eq!(desk.state.here, solve(DIM));
    assert!(desk.has_done(&Effect::GoTo { exercise: DIM.to_string() }));
    desk.runs_once("edited");
}

#[test]
fn after_moving_on_the_old_run_is_ignored() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save(SWITCH, "a");
    let run = desk.runs_once("a");
    desk.press("n");
    assert!(desk.has_done(&Effect::Cancel));
    desk.judged(run, Outcome::Passed);
    assert_eq!(desk.outcome(), None);
    assert!(!desk.done.iter().any(|e| matches!(e, Effect::Record { .. })));
}

#[test]
fn a_pipeline_that_fails_is_shown_and_r_tries_again() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save(SWITCH, "a");
    let run = desk.runs_once("a");
    let failure = Failure::environment("no rustc").help("install it");
    desk.send(Event::Judged { run, verdict: Err(failure.clone()) });
    assert_eq!(desk.state.phase, Phase::Broken(failure));
    desk.press("r");
    desk.runs_once("a");
}

#[test]
fn what_ctrl_z_interrupted_is_judged_again_and_what_was_done_is_not() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save(SWITCH, "a");
    let old = desk.runs_once("a");
    desk.send(Event::Continued { at: desk.now });
    desk.wait(ms(50));
    let new = desk.runs_once("a");
    assert_ne!(old, new);
    desk.judged(new, Outcome::Failed);
    desk.send(Event::Continued { at: desk.now });
    desk.wait(ms(50));
    desk.runs_nothing();
    // A save meanwhile counts.
    desk.write(SWITCH, "b");
    desk.send(Event::Continued { at: desk.now });
    desk.wait(ms(50));
    desk.runs_once("b");
}

#[test]
fn a_notice_that_came_with_a_save_outlives_it_and_not_the_next() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.send(Event::Notice("the stub is back".into()));
    desk.save(SWITCH, "a");
    assert_eq!(desk.notice(), "the stub is back");
    desk.save(SWITCH, "b");
    assert_eq!(desk.notice(), "");
}
