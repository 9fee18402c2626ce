//! Content that its author changes.

use super::*;

fn content(desk: &mut Desk, atlas: Atlas, changed: bool) -> Vec<Effect> {
    let standing = desk.state.standing.clone();
    let contents = BTreeMap::new();
    desk.state.on(Event::Content { atlas: Arc::new(atlas), standing, contents, changed })
}

#[test]
fn content_is_read_again_once_it_is_left_alone() {
    let mut desk = Desk::at_exercise(SWITCH);
    for at in [5, 30] {
        assert_eq!(desk.state.on(Event::ContentTouched { at: ms(at) }), []);
    }
    assert_eq!(desk.state.on(Event::Tick { at: ms(50) }), []);
    assert_eq!(desk.state.deadline(), Some(ms(70)));
    assert_eq!(desk.state.on(Event::Tick { at: ms(70) }), [Effect::Reload]);
    assert_eq!(desk.state.on(Event::Tick { at: ms(200) }), []);
}

#[test]
fn only_an_exercise_that_changed_is_judged_again() {
    let mut desk = Desk::at_exercise(SWITCH);
    assert_eq!(content(&mut desk, atlas(), false), []);
    assert_eq!(content(&mut desk, atlas(), true), [Effect::Look { exercise: SWITCH.to_string() }]);
}

#[test]
fn an_exercise_that_is_gone_makes_place_for_the_next() {
    let mut desk = Desk::at_exercise(SWITCH);
    let mut without = atlas();
    without.topics[0].exercises.remove(0);
    content(&mut desk, without, true);
    assert_ne!(desk.state.here, Here::Solve { exercise: SWITCH.to_string() });
    assert!(desk.state.notice.as_deref().unwrap().contains("is gone from the content"));
}
