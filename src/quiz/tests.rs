//! Quizzes taken without a terminal.

use super::*;
use crate::content::problem::Problems;
use crate::content::quiz::parse;

const QUIZ: &str = include_str!("../../tests/fixtures/quizzes/every-feature.toml");

fn session_without(known: &[&str]) -> QuizSession {
    let quiz = parse(QUIZ, &mut Problems::new("quiz.toml", QUIZ, &mut Vec::new())).unwrap();
    QuizSession::new(quiz, Subject::default(), 7, |id| known.contains(&id))
}

/// A session that asks only this question.
fn only(id: &str) -> QuizSession {
    let all = session_without(&[]);
    let others: Vec<&str> =
        all.questions.iter().map(|q| q.id.as_str()).filter(|other| *other != id).collect();
    session_without(&others)
}

fn line(session: &mut QuizSession, text: &str) -> Option<Event> {
    session.on(Input::Line(text.to_string()))
}

fn answered(event: Option<Event>) -> (bool, String) {
    match event {
        Some(Event::Answered(answered)) => (answered.right, answered.answer),
        other => panic!("not answered: {other:?}"),
    }
}

fn notice(session: &QuizSession) -> String {
    match session.view() {
        View::Question(QuestionView { stage: Stage::Asking { notice, .. }, .. }) => {
            notice.unwrap_or_default().to_string()
        }
        other => panic!("nothing is asked: {other:?}"),
    }
}

fn labels(session: &QuizSession, right: bool) -> Vec<usize> {
    let View::Question(view) = session.view() else { panic!("no question") };
    view.options.iter().filter(|o| o.is_right == right).map(|o| o.label).collect()
}

#[test]
fn an_option_is_picked_by_number_letter_or_key() {
    let mut by_line = only("boundary");
    let right = labels(&by_line, true)[0];
    assert_eq!(answered(line(&mut by_line, &format!(" {right}) "))), (true, "`B + 1`".to_string()));

    let mut by_letter = only("boundary");
    let letter = ["a", "b", "c", "d"][right - 1];
    assert!(answered(line(&mut by_letter, letter)).0);

    let mut by_key = only("boundary");
    let wrong = labels(&by_key, false)[0];
    let digit = |n: usize| char::from_digit(u32::try_from(n).unwrap(), 10).unwrap();
    assert_eq!(by_key.on(Input::Enter), None);
    assert_eq!(notice(&by_key), "type the number of an option, from 1 to 4");
    by_key.on(Input::Char(digit(wrong)));
    by_key.on(Input::Char(digit(right)));
    assert!(answered(by_key.on(Input::Enter)).0, "a single choice moves, it does not add");
}

#[test]
fn several_options_are_right_only_as_exactly_the_set() {
    let all = |session: &QuizSession| labels(session, true);
    for join in [" ", ",", ", ", " and ", ""] {
        let mut session = only("safe-to-drop");
        let picks: Vec<String> = all(&session).iter().map(ToString::to_string).collect();
        assert!(answered(line(&mut session, &picks.join(join))).0, "{join:?}");
    }
    let mut session = only("safe-to-drop");
    let one = all(&session)[0];
    assert!(!answered(line(&mut session, &one.to_string())).0);
    let mut session = only("safe-to-drop");
    assert!(!answered(line(&mut session, "1 2 3 4")).0);
}

#[test]
fn what_cannot_be_judged_is_asked_again_and_costs_nothing() {
    let cases = [
        ("boundary", "7", "`7` is not an option: type a number from 1 to 4"),
        ("boundary", "1 2", "this question has one right answer: type one number"),
        ("boundary", "", "type the number of an option, from 1 to 4"),
        ("retry-after", "soon", "the answer is a number, in ms: type one"),
        ("retry-after", "1,000", "that can be read as 1000 or as 1.000: type one of these"),
        ("retry-after", "1-2", "type one number, with or without its unit"),
        ("retry-after", "  ", "type an answer first"),
        ("swap", "", "type an answer first"),
        ("moved-clock", "maybe", "type `y` if it compiles, `n` if it does not"),
    ];
    for (id, typed, expected) in cases {
        let mut session = only(id);
        assert_eq!(line(&mut session, typed), None, "{typed:?}");
        assert_eq!(notice(&session), expected);
        assert_eq!(session.score(), (9, 10));
    }
}

#[test]
fn a_program_is_traced_step_by_step() {
    let mut session = only("truncated-refill");
    for typed in ["y", "0", "50"] {
        assert_eq!(line(&mut session, typed), None);
    }
    assert_eq!(answered(line(&mut session, "")), (true, "it compiles and prints\n0\n50".to_string()));

    let mut session = only("moved-clock");
    line(&mut session, "n");
    assert_eq!(line(&mut session, "9"), None);
    assert_eq!(notice(&session), "type the number of a line, from 1 to 5");
    assert_eq!(answered(line(&mut session, "4")), (true, "it does not compile: line 4".to_string()));
}

#[test]
fn a_justification_is_asked_for_before_the_answer_is_shown() {
    let mut session = only("all-of-the-above");
    assert_eq!(line(&mut session, "3"), None);
    assert!(session.wants_text());
    assert!(answered(line(&mut session, "neither suffices")).0);
    let View::Question(QuestionView { stage: Stage::Explained(review), .. }) = session.view() else {
        panic!("not explained")
    };
    assert_eq!(review.why.as_deref(), Some("neither suffices"));
}

#[test]
fn letters_are_text_where_text_is_asked_for() {
    let mut session = only("decisions");
    for c in "q aa".chars() {
        session.on(Input::Char(c));
    }
    session.on(Input::Backspace);
    assert_eq!(answered(session.on(Input::Enter)), (false, "q a".to_string()));
    let mut session = only("decisions");
    assert_eq!(answered(line(&mut session, "q")), (false, "q".to_string()));
    let mut session = only("decisions");
    line(&mut session, ":q");
    assert!(session.is_over());
}

#[test]
fn only_what_is_not_right_is_asked_again() {
    let mut session = session_without(&["burst", "boundary", "safe-to-drop", "all-of-the-above", "swap"]);
    let mut asked = Vec::new();
    let mut ended = Vec::new();
    for round in 0..2 {
        while let View::Question(view) = session.view() {
            let id = view.question.id.clone();
            let input = match id.as_str() {
                "retry-after" => "300 ms",
                "decisions" if round == 0 => "DDDD",
                "decisions" => "AAADA",
                _ => ":s",
            };
            asked.push(format!("{id} {}", view.of));
            line(&mut session, input);
            if matches!(session.view(), View::Question(QuestionView { stage: Stage::Explained(_), .. })) {
                ended.extend(line(&mut session, ""));
            }
        }
        line(&mut session, "r");
    }
    let first = ["retry-after 5", "decisions 5", "why-jitter 5", "truncated-refill 5", "moved-clock 5"];
    let second = ["decisions 4", "why-jitter 4", "truncated-refill 4", "moved-clock 4"];
    assert_eq!(asked, [&first[..], &second[..]].concat());
    assert_eq!(session.score(), (7, 10));
}

#[test]
fn a_round_ends_also_when_the_last_explanation_is_left_by_quitting() {
    let mut session = only("decisions");
    line(&mut session, "AAADA");
    assert_eq!(line(&mut session, "q"), Some(Event::RoundEnded { right: 10, total: 10 }));
    assert!(session.is_over());
}

#[test]
fn a_quiz_that_is_all_right_asks_nothing() {
    let all = session_without(&[]);
    let ids: Vec<&str> = all.questions.iter().map(|q| q.id.as_str()).collect();
    let session = session_without(&ids);
    let View::Summary(summary) = session.view() else { panic!("it asks") };
    assert_eq!((summary.right, summary.round_total), (10, 0));
}

#[test]
fn any_input_in_any_state_is_survived_and_can_be_shown() {
    use crate::render::{quiz as show, theme::Theme};
    let texts = [
        "",
        "1",
        "2 3",
        "y",
        "n",
        "q",
        ":q",
        "s",
        ":s",
        "r",
        "20",
        "1,000",
        "4",
        "AAADA",
        "\u{1b}[2J",
        "漢字 é",
    ];
    let mut state = 3u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % n
    };
    for _ in 0..150 {
        let mut session = session_without(&[]);
        for _ in 0..60 {
            let input = match below(12) {
                0 => Input::Enter,
                1 => Input::Backspace,
                2 => Input::Skip,
                3 if below(12) == 0 => Input::Quit,
                4..=6 => Input::Char(['1', '2', 'y', 'r', ' ', '\u{7}', 'é'][below(7)]),
                _ => Input::Line(texts[below(texts.len())].to_string()),
            };
            session.on(input);
            let view = session.view();
            let width = [1, 20, 80][below(3)];
            let text = show::page(&view, width, Theme::plain()) + &show::ask(&view);
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
            let (right, total) = session.score();
            assert!(right <= total);
        }
    }
}
