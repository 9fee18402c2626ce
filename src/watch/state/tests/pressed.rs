//! Keys, in every phase.

use super::*;
use crate::failure::{Failure, Status};
use crate::watch::event::Program;
use crate::watch::state::Overlay;

const SPECIAL: [Key; 8] =
    [Key::Enter, Key::Escape, Key::Up, Key::Down, Key::PageUp, Key::PageDown, Key::Home, Key::End];

fn every_key() -> Vec<Key> {
    let letters = (' '..='~').chain(['ä', '漢', '\t', '\u{7f}']).map(Key::Char);
    letters.chain(SPECIAL).collect()
}

/// Every place, every phase, every overlay.
fn every_situation() -> Vec<State> {
    let mut found = Vec::new();
    let phases = [
        Phase::Waiting,
        Phase::Running,
        Phase::Judged(Arc::new(verdict(SWITCH, Outcome::Passed))),
        Phase::Judged(Arc::new(verdict(SWITCH, Outcome::Failed))),
        Phase::Broken(Failure::bug("why")),
        Phase::Missing,
        Phase::Unreadable("why".into()),
    ];
    for overlay in [Overlay::None, Overlay::Help, Overlay::Paths, Overlay::ConfirmReset] {
        for phase in &phases {
            let mut state = Desk::at(solve(SWITCH)).state;
            (state.phase, state.overlay) = (phase.clone(), overlay);
            found.push(state);
        }
        for here in [read("lamp"), quiz("lamp"), Here::Finished { planned: Vec::new() }] {
            let mut state = Desk::at(here).state;
            state.overlay = overlay;
            found.push(state);
        }
    }
    found
}

fn press(state: &mut State, key: Key) -> Vec<Effect> {
    state.on(Event::Key(key))
}

#[test]
fn every_key_in_every_phase_is_answered() {
    for state in every_situation() {
        for key in every_key() {
            let mut state = state.clone();
            press(&mut state, key);
            press(&mut state, key);
        }
    }
}

#[test]
fn c_shows_charts_where_the_last_run_recorded_series() {
    let mut desk = Desk::at(solve(SWITCH));
    let mut verdict = verdict(SWITCH, Outcome::Failed);
    desk.state.phase = Phase::Judged(Arc::new(verdict.clone()));
    assert_eq!(press(&mut desk.state, Key::Char('c')), []);
    assert!(desk.state.notice.as_ref().unwrap().contains("no charts here"));
    let points = vec![(0, Some(1.0))];
    let [check, name, unit] = ["a", "b", "c"].map(ToString::to_string);
    verdict.series.push(crate::verdict::Series { check, name, unit, points, marks: Vec::new() });
    desk.state.phase = Phase::Judged(Arc::new(verdict));
    let plot = Effect::Foreground(Program::Plot { exercise: SWITCH.to_string() });
    assert_eq!(press(&mut desk.state, Key::Char('c')), [plot]);
}

#[test]
fn q_quits_from_everywhere_and_goes_back_from_what_lies_over() {
    let quit = vec![Effect::Cancel, Effect::Quit(Status::Done)];
    for mut state in every_situation() {
        if state.overlay != Overlay::None {
            let under = state.here.clone();
            assert_eq!(press(&mut state, Key::Char('q')), []);
            assert_eq!((state.overlay, &state.here), (Overlay::None, &under));
        }
        assert_eq!(press(&mut state, Key::Char('q')), quit);
    }
}

#[test]
fn a_signal_stops_everywhere() {
    for mut state in every_situation() {
        let stop = Event::Stop(Status::Interrupted);
        assert_eq!(state.on(stop), [Effect::Cancel, Effect::Quit(Status::Interrupted)]);
    }
}

#[test]
fn r_judges_unchanged_content_again_also_an_untouched_stub_and_another_run() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.press("r");
    desk.runs_once(STUB);
    desk.press("r");
    let run = desk.runs_once(STUB);
    desk.judged(run, Outcome::NotWritten);
    desk.press("r");
    desk.runs_once(STUB);
    desk.save(SWITCH, STUB);
    desk.runs_nothing();
}

#[test]
fn r_is_not_lost_on_another_file_and_says_at_once_that_the_file_is_gone() {
    let mut desk = Desk::at_exercise(SWITCH);
    assert_eq!(press(&mut desk.state, Key::Char('r')), [Effect::Look { exercise: SWITCH.into() }]);
    let other = Seen::Text { hash: 7, untouched: true, text: STUB.into() };
    desk.send(Event::Seen { exercise: DIM.into(), seen: other, at: desk.now });
    desk.perform(vec![Effect::Look { exercise: SWITCH.into() }]);
    desk.runs_once(STUB);
    desk.put(SWITCH, Seen::Missing);
    desk.press("r");
    assert_eq!(desk.state.phase, Phase::Missing);
}

#[test]
fn h_shows_the_taken_hints_then_takes_the_next_and_says_when_there_is_none() {
    let mut desk = Desk::at_exercise(SWITCH);
    let take = Effect::TakeHint { exercise: SWITCH.into() };
    desk.press("h");
    assert!(desk.state.show_hints && desk.has_done(&take));
    assert_eq!(desk.state.hints, Hints(1));
    desk.press("hh");
    assert_eq!(desk.state.hints, Hints(3));
    assert_eq!(desk.notice(), "");
    desk.done.clear();
    desk.press("h");
    assert!(desk.notice().contains("last hint"), "{}", desk.notice());
    desk.press("n");
    assert!(!desk.state.show_hints);
    desk.send(Event::Returned { chosen: Some(SWITCH.into()), at: desk.now });
    desk.press("h");
    assert!(desk.state.show_hints, "shows what was taken");
    assert!(!desk.has_done(&take));
}

#[test]
fn after_a_pass_no_hint_is_taken() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save_and_judge(SWITCH, "x", Outcome::Passed);
    desk.press("h");
    assert!(!desk.state.show_hints);
    assert!(!desk.has_done(&Effect::TakeHint { exercise: SWITCH.into() }));
    assert!(desk.notice().contains("`s`"), "{}", desk.notice());
}

#[test]
fn x_asks_y_resets_and_anything_else_keeps() {
    let reset = Effect::Reset { exercise: SWITCH.into() };
    for key in every_key() {
        let mut desk = Desk::at_exercise(SWITCH);
        desk.press("x");
        assert_eq!(desk.state.overlay, Overlay::ConfirmReset);
        desk.send(Event::Key(key));
        assert_eq!(desk.state.overlay, Overlay::None);
        let yes = matches!(key, Key::Char('y' | 'Y'));
        assert_eq!(desk.has_done(&reset), yes, "{key:?}");
        assert_eq!(desk.notice() == "nothing was reset", !yes, "{key:?}");
    }
}

#[test]
fn a_save_while_a_question_is_open_withdraws_it() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.press("x");
    desk.save(SWITCH, "mine");
    desk.press("y");
    assert!(!desk.has_done(&Effect::Reset { exercise: SWITCH.into() }));
}

#[test]
fn the_next_key_clears_a_notice() {
    for key in every_key() {
        let mut desk = Desk::at_exercise(SWITCH);
        desk.send(Event::Notice("said".into()));
        desk.send(Event::Key(key));
        assert_ne!(desk.notice(), "said", "{key:?}");
    }
}

#[test]
fn a_key_that_can_do_nothing_says_so() {
    let cases = [(read("lamp"), "rhesdx"), (end(), "rhesdxwz"), (solve(OPEN), "z"), (solve(SWITCH), "u%Q")];
    for (here, keys) in cases {
        for key in keys.chars() {
            let mut desk = Desk::at(here.clone());
            desk.send(Event::Key(Key::Char(key)));
            assert_ne!(desk.notice(), "", "{key} at {here:?}");
            assert_eq!(desk.done, [], "{key} at {here:?}");
        }
    }
}

fn end() -> Here {
    Here::Finished { planned: Vec::new() }
}

#[test]
fn programs_get_the_exercise_or_topic_the_learner_is_at() {
    let exercise = || SWITCH.to_string();
    let cases = [
        ('e', Program::Edit { file: format!("exercises/{}.rs", exercise()) }),
        ('s', Program::Solution { exercise: exercise() }),
        ('d', Program::Diff { exercise: exercise() }),
        ('l', Program::List),
        ('w', Program::Read { topic: "lamp".into(), section: None }),
        ('z', Program::Quiz { topic: "lamp".into() }),
    ];
    for (key, program) in cases {
        let mut desk = Desk::at(solve(SWITCH));
        desk.send(Event::Key(Key::Char(key)));
        assert!(desk.has_done(&Effect::Foreground(program)), "{key}");
    }
}

#[test]
fn scrolling_stays_within_bounds_and_does_not_close_help() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.press("?");
    desk.press("jjjk ");
    assert_eq!((desk.state.overlay, desk.state.scroll), (Overlay::Help, 12));
    desk.press("gk");
    assert_eq!(desk.state.scroll, 0);
    desk.press("Gj  ");
    assert_eq!(desk.state.scroll, usize::MAX);
    desk.press("?");
    assert_eq!((desk.state.overlay, desk.state.scroll), (Overlay::None, 0));
}

#[test]
fn a_key_typed_over_help_does_what_it_says() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.press("?n");
    assert_eq!((desk.state.overlay, &desk.state.here), (Overlay::None, &solve(DIM)));
}
