//! What holds for every frame.

mod frames;

use super::*;
use crate::failure::Failure;
use crate::verdict::{
    CheckOutcome, CheckResult, Counterexample, Diagnostic, NotCompiling, Outcome, Row, Verdict,
};
use crate::watch::event::Hints;
use crate::watch::state::tests::{DIM, Desk, SWITCH, quiz, read, solve, verdict as bare};
use std::sync::Arc;
use std::time::SystemTime;

const ASCII: Theme = Theme { color: false, unicode: false };
const UNICODE: Theme = Theme { color: false, unicode: true };
const COLOURS: Theme = Theme { color: true, unicode: true };

fn info(name: &str, catches: &str) -> CheckInfo {
    CheckInfo { name: name.to_string(), catches: catches.to_string() }
}

fn checks() -> Vec<CheckInfo> {
    vec![
        info("follows-the-table", "the wrong way round"),
        info(
            "survives-a-burst",
            "a lamp that forgets what it was told when it is switched a thousand times in an instant",
        ),
    ]
}

fn around(checks: &[CheckInfo]) -> Surroundings<'_> {
    Surroundings { root: Path::new("/desk/drill-workspace"), checklist: checks, has_keys: true }
}

fn failed() -> Verdict {
    let row = |at_ns, input: &str, expected: &str, actual: &str| Row {
        at_ns,
        input: input.to_string(),
        expected: expected.to_string(),
        actual: actual.to_string(),
        same: expected == actual,
    };
    let counterexample = Counterexample {
        message: "switch answers the other way".to_string(),
        rows: vec![row(0, "switch(on)", "off", "off"), row(1_500_000, "switch(off)", "on", "off")],
        trace: Vec::new(),
        timeline: Vec::new(),
        notes: Vec::new(),
    };
    let result = |info, outcome| CheckResult { info, outcome, notes: Vec::new() };
    let [first, second]: [CheckInfo; 2] = checks().try_into().unwrap();
    let checks =
        vec![result(first, CheckOutcome::Passed), result(second, CheckOutcome::Failed(counterexample))];
    Verdict { checks, ..bare(SWITCH, Outcome::Failed) }
}

fn passed() -> Verdict {
    let mut verdict = bare(SWITCH, Outcome::Passed);
    let result = |info| CheckResult { info, outcome: CheckOutcome::Passed, notes: Vec::new() };
    verdict.checks = checks().into_iter().map(result).collect();
    verdict
}

fn not_compiling() -> Verdict {
    let rendered = "error[E0425]: cannot find value `onn` in this scope\n --> exercises/lamp/01-switch.rs:5:6\n  |\n\
                    5 |     !onn\n  |      ^^^ help: a local variable with a similar name exists: `on`, which is declared right above\n";
    let diagnostic = Diagnostic {
        message: "cannot find value `onn` in this scope".to_string(),
        code: Some("E0425".to_string()),
        place: None,
        rendered: rendered.to_string(),
    };
    let mut verdict = bare(SWITCH, Outcome::NotCompiling(NotCompiling::Errors));
    verdict.diagnostics = vec![diagnostic];
    verdict
}

fn at(phase: Phase) -> State {
    let mut state = Desk::at(solve(SWITCH)).state;
    state.phase = phase;
    state
}

fn judged(verdict: Verdict) -> State {
    at(Phase::Judged(Arc::new(verdict)))
}

fn with(mut state: State, change: impl FnOnce(&mut State)) -> State {
    change(&mut state);
    state
}

fn over(overlay: Overlay) -> State {
    with(at(Phase::Waiting), |state| state.overlay = overlay)
}

fn finished(everything: bool) -> State {
    let mut desk = Desk::at(Here::Finished { planned: vec!["motor".to_string()] });
    if everything {
        for exercise in [SWITCH, DIM, "valve/01-open"] {
            desk.save_and_judge(exercise, "done", Outcome::Passed);
        }
        desk.progress.finish_quiz("lamp", 1, 1, SystemTime::UNIX_EPOCH);
        desk.progress.mark_read("lamp", SystemTime::UNIX_EPOCH);
        desk.tell_progress();
        desk.state.here = Here::Finished { planned: vec!["motor".to_string()] };
    }
    desk.state
}

fn every_state() -> Vec<State> {
    let hinted = with(judged(failed()), |state| (state.show_hints, state.hints) = (true, Hints(3)));
    let long = "a notice that says more than fits on one line of any terminal, for instance because it \
                names a file like /desk/drill-workspace/.drill/backups/2026-11-23T10-00-00.000Z/exercises/lamp/01-switch.rs";
    let noticed = with(judged(failed()), |state| state.notice = Some(long.to_string()));
    let mut states = vec![
        at(Phase::Waiting),
        at(Phase::Running),
        judged(failed()),
        judged(passed()),
        judged(not_compiling()),
        at(Phase::Missing),
        at(Phase::Unreadable("exercises/lamp/01-switch.rs is not UTF-8 text (byte 17)".into())),
        at(Phase::Broken(
            Failure::environment("can't start `rustc`: no such file").help("install it: `rustup`"),
        )),
        over(Overlay::Help),
        over(Overlay::Paths),
        over(Overlay::ConfirmReset),
        Desk::at(read("lamp")).state,
        Desk::at(quiz("lamp")).state,
        finished(false),
        finished(true),
        hinted,
        noticed,
    ];
    let named = states.clone().into_iter().map(|mut state| {
        let atlas = Arc::make_mut(&mut state.atlas);
        let long =
            "A title that goes on and on, as titles do when a committee has had its say about each word";
        for topic in &mut atlas.topics {
            topic.title = long.to_string();
            for exercise in &mut topic.exercises {
                exercise.title = long.to_string();
                exercise.read = Some("a-section-with-quite-a-long-anchor".to_string());
            }
        }
        for path in &mut atlas.paths {
            path.title = long.to_string();
        }
        state
    });
    let named: Vec<State> = named.collect();
    states.extend(named);
    states
}

fn drawn(state: &State, size: (usize, usize), theme: Theme) -> Vec<String> {
    frame(state, &around(&checks()), size, theme).0
}

#[test]
fn every_line_fits_and_every_frame_is_as_high_as_the_terminal() {
    for state in every_state() {
        for columns in [40, 60, 80, 100] {
            for rows in [6, 10, 24, 50] {
                for theme in [ASCII, UNICODE, COLOURS] {
                    let lines = drawn(&state, (columns, rows), theme);
                    assert_eq!(lines.len(), rows, "{columns} x {rows}");
                    let wide = lines.iter().find(|line| width(line) > columns);
                    assert_eq!(wide, None, "at {columns} columns:\n{}", lines.join("\n"));
                }
            }
        }
    }
}

#[test]
fn the_ascii_theme_is_ascii_and_without_colours_there_is_no_escape() {
    for state in every_state() {
        for columns in [40, 80] {
            let ascii = drawn(&state, (columns, 50), ASCII).join("\n");
            let strange = ascii.chars().find(|c| !matches!(c, '\n' | ' '..='~'));
            assert_eq!(strange, None, "{ascii}");
            assert!(!drawn(&state, (columns, 50), UNICODE).join("\n").contains('\x1b'));
        }
    }
}

#[test]
fn colours_end_with_their_line() {
    for state in every_state() {
        for line in drawn(&state, (40, 50), COLOURS) {
            let last = line.rfind("\x1b[");
            assert!(last.is_none_or(|at| line[at..].starts_with("\x1b[0m")), "{line:?}");
        }
    }
}

#[test]
fn scrolling_shows_how_much_is_below_and_above_and_stops_at_the_end() {
    let mut state = over(Overlay::Help);
    let foot = |state: &State| drawn(state, (80, 10), ASCII)[8].trim_matches('-').trim().to_string();
    assert_eq!(foot(&state), "12 lines more below (j, space)");
    state.scroll = 10;
    assert_eq!(foot(&state), "2 lines more below (j, space)");
    state.scroll = usize::MAX;
    let (lines, furthest) = frame(&state, &around(&checks()), (80, 10), ASCII);
    assert_eq!(furthest, 12);
    assert!(lines[7].contains("Ctrl-C"), "the last line is reached");
    assert_eq!(foot(&state), "12 lines above (k)");
}

#[test]
fn narrow_screens_keep_help_and_the_way_out() {
    for state in every_state().iter().filter(|s| s.overlay == Overlay::None) {
        let footer = drawn(state, (40, 10), ASCII).pop().unwrap();
        assert!(footer.ends_with("? all keys  q quit"), "{footer}");
    }
}

#[test]
fn lines_are_printed_once_and_notices_alone() {
    let mut state = at(Phase::Waiting);
    let show = |state: &State| lines(state, &around(&checks()), 80, ASCII);
    let first = show(&state);
    let news = first.news_since(&Lines::default());
    assert!(news.starts_with("01-switch") && news.contains("\nkeys: h hint, e edit, n next"), "{news}");
    assert_eq!(first.news_since(&first), "");
    state.notice = Some("said".to_string());
    let second = show(&state);
    assert_eq!(second.news_since(&first), "note: said\n\n");
    state.notice = None;
    assert_eq!(show(&state).news_since(&second), "");
}

#[test]
fn who_has_no_keys_is_not_told_to_press_any() {
    for state in every_state().iter().filter(|s| s.overlay == Overlay::None && !s.show_hints) {
        let checks = checks();
        let around = Surroundings { has_keys: false, ..around(&checks) };
        let text = lines(state, &around, 80, ASCII).news_since(&Lines::default());
        assert!(!text.contains("press") && !text.contains("keys:"), "{text}");
    }
}
