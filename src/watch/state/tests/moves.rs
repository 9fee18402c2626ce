//! Going along the path, and what is said on the way.

use super::*;
use crate::watch::event::Program;

/// Where `n` leads, step by step, until it leads nowhere.
fn walk(desk: &mut Desk) -> Vec<Here> {
    let mut seen = vec![desk.state.here.clone()];
    loop {
        desk.press("n");
        if seen.contains(&desk.state.here) {
            return seen;
        }
        seen.push(desk.state.here.clone());
    }
}

fn end() -> Here {
    Here::Finished { planned: vec!["motor".to_string()] }
}

#[test]
fn n_walks_the_path_to_its_end_without_a_single_pass() {
    let mut desk = Desk::at(read("lamp"));
    // Both write-ups count as read; exercises and the quiz stay open, so the walk goes round.
    let round = walk(&mut desk);
    assert_eq!(round, [read("lamp"), solve(SWITCH), solve(DIM), quiz("lamp"), read("valve"), solve(OPEN)]);
    assert_eq!(desk.state.here, solve(SWITCH));
}

#[test]
fn n_comes_back_to_what_was_left_out() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.press("n");
    assert_eq!(desk.state.here, solve(DIM), "also from a failed exercise");
    desk.save_and_judge(DIM, "x", Outcome::Passed);
    desk.press("nnn");
    assert_eq!(desk.state.here, solve(OPEN));
    desk.save_and_judge(OPEN, "x", Outcome::Passed);
    desk.press("n");
    assert_eq!(desk.state.here, solve(SWITCH));
}

#[test]
fn the_end_of_a_topic_is_its_quiz_and_the_end_of_the_path_names_what_is_planned() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.save_and_judge(SWITCH, "x", Outcome::Passed);
    desk.press("n");
    desk.save_and_judge(DIM, "x", Outcome::Passed);
    desk.press("n");
    assert_eq!(desk.state.here, quiz("lamp"));
    desk.press("nn");
    desk.save_and_judge(OPEN, "x", Outcome::Passed);
    desk.press("n");
    assert_eq!(desk.state.here, quiz("lamp"), "it was left out");
    desk.press("n");
    assert_eq!(desk.state.here, end());
    assert_eq!(desk.state.open_steps().len(), 1, "and the end says so");
    desk.progress.finish_quiz("lamp", 1, 1, SystemTime::UNIX_EPOCH);
    desk.tell_progress();
    desk.press("n");
    assert_eq!(desk.state.here, end());
    assert_eq!(desk.state.open_steps(), []);
    assert!(desk.notice().contains('p'), "{}", desk.notice());
}

#[test]
fn without_a_path_everything_is_walked() {
    let mut desk = Desk::at_exercise(DIM);
    desk.state.path = None;
    desk.save_and_judge(DIM, "x", Outcome::Passed);
    desk.press("nnn");
    assert_eq!(desk.state.here, solve(OPEN));
    desk.save_and_judge(OPEN, "x", Outcome::Passed);
    desk.press("n");
    desk.save_and_judge(SWITCH, "x", Outcome::Passed);
    desk.press("nn");
    assert_eq!(desk.state.here, Here::Finished { planned: Vec::new() });
}

#[test]
fn auto_advance_goes_on_after_a_pass_and_says_what_was_learned() {
    let mut desk = Desk::with(solve(SWITCH), true);
    desk.save_and_judge(SWITCH, "x", Outcome::Failed);
    assert_eq!(desk.state.here, solve(SWITCH));
    desk.save_and_judge(SWITCH, "y", Outcome::Passed);
    assert_eq!(desk.state.here, solve(DIM));
    assert_eq!(desk.notice(), "01-switch passed. What it does.");
    assert_eq!(desk.state.phase, Phase::Waiting);
}

#[test]
fn auto_advance_lets_the_learner_look_at_what_is_passed() {
    let mut desk = Desk::with(solve(SWITCH), true);
    desk.save_and_judge(SWITCH, "y", Outcome::Passed);
    desk.done.clear();
    desk.send(Event::Returned { chosen: Some(SWITCH.to_string()), at: desk.now });
    let run = desk.runs_once("y");
    desk.judged(run, Outcome::Passed);
    assert_eq!(desk.state.here, solve(SWITCH));
    desk.save_and_judge(SWITCH, "z", Outcome::Passed);
    assert_eq!(desk.state.here, solve(DIM));
}

#[test]
fn what_was_solved_before_watch_began_counts_with_auto_advance() {
    let mut desk = Desk::with(solve(SWITCH), true);
    desk.write(SWITCH, "x");
    desk.perform(vec![Effect::Look { exercise: SWITCH.to_string() }]);
    let run = desk.runs_once("x");
    desk.judged(run, Outcome::Passed);
    assert_eq!(desk.state.here, solve(DIM));
}

#[test]
fn choosing_a_path_leads_to_its_next_step_unless_the_learner_is_on_it() {
    let mut desk = Desk::at_exercise(SWITCH);
    desk.press("p2");
    assert!(desk.has_done(&Effect::FollowPath { path: "wet".to_string() }));
    assert_eq!((desk.state.path.as_deref(), &desk.state.here), (Some("wet"), &read("valve")));
    assert_eq!(desk.notice(), "you follow `Water` now");
    desk.press("n");
    desk.press("p1");
    assert_eq!((desk.state.path.as_deref(), &desk.state.here), (Some("first"), &solve(OPEN)));
    for key in ["9", "0", "q", "\n"] {
        desk.press("p");
        desk.press(key);
        assert_eq!((desk.state.path.as_deref(), &desk.state.here), (Some("first"), &solve(OPEN)));
    }
}

#[test]
fn the_list_moves_only_who_chose_there() {
    let mut desk = Desk::at(read("lamp"));
    desk.press("l");
    assert!(desk.has_done(&Effect::Foreground(Program::List)));
    desk.send(Event::Returned { chosen: None, at: desk.now });
    assert_eq!(desk.state.here, read("lamp"));
    desk.send(Event::Returned { chosen: Some("no/such".into()), at: desk.now });
    assert_eq!(desk.state.here, read("lamp"));
    desk.send(Event::Returned { chosen: Some(OPEN.into()), at: desk.now });
    assert_eq!(desk.state.here, solve(OPEN));
    assert!(desk.has_done(&Effect::GoTo { exercise: OPEN.to_string() }));
}

#[test]
fn a_session_begins_where_the_learner_was_or_where_the_path_goes_on() {
    let atlas = atlas();
    let mut progress = Progress::default();
    let start = |progress: &Progress| {
        let standing = Standing::new(&atlas, progress, |_| "v".to_string());
        State::start(&atlas, progress, &standing, Some("first"))
    };
    assert_eq!(start(&progress), read("lamp"));
    progress.set_current(OPEN, SystemTime::UNIX_EPOCH);
    assert_eq!(start(&progress), solve(OPEN));
    let attempt = Attempt {
        at: SystemTime::UNIX_EPOCH,
        verdict: "passed".into(),
        ms: 1,
        passed_content: Some("v".into()),
    };
    progress.record_attempt(OPEN, attempt);
    assert_eq!(start(&progress), read("lamp"));
    progress.set_current("gone/01-away", SystemTime::UNIX_EPOCH + ms(1));
    assert_eq!(start(&progress), read("lamp"));
}

#[test]
fn enter_does_the_obvious_thing() {
    let mut desk = Desk::at(read("lamp"));
    desk.press("\n");
    assert!(desk.has_done(&Effect::Foreground(Program::Read { topic: "lamp".into(), section: None })));
    desk.press("\n");
    assert_eq!(desk.state.here, solve(SWITCH), "read once, it goes on");
    desk.press("\n");
    assert_eq!(desk.state.here, solve(SWITCH));
    assert!(desk.notice().contains("save the file"), "{}", desk.notice());
    desk.save_and_judge(SWITCH, "x", Outcome::Passed);
    desk.press("\n");
    assert_eq!(desk.state.here, solve(DIM));
    desk.press("n\n");
    assert!(desk.has_done(&Effect::Foreground(Program::Quiz { topic: "lamp".into() })));
    desk.progress.finish_quiz("lamp", 1, 1, SystemTime::UNIX_EPOCH);
    desk.tell_progress();
    desk.press("\n");
    assert_eq!(desk.state.here, read("valve"));
}
