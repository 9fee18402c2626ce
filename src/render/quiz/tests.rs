//! Screens of a quiz, as a terminal of 80 columns shows them.

use super::*;
use crate::content::problem::Problems;
use crate::content::quiz::parse;
use crate::quiz::{Input, QuizSession};

const QUIZ: &str = include_str!("../../../tests/fixtures/quizzes/every-feature.toml");

/// The page after these lines were typed at the question.
fn after(id: &str, lines: &[&str], width: usize, theme: Theme) -> String {
    let quiz = parse(QUIZ, &mut Problems::new("quiz.toml", QUIZ, &mut Vec::new())).unwrap();
    let subject = Subject { title: "Token bucket".into(), topic: Some("gcra".into()) };
    let mut session = QuizSession::new(quiz, subject, 7, |other| other != id);
    for line in lines {
        session.on(Input::Line((*line).to_string()));
    }
    page(&session.view(), width, theme)
}

#[track_caller]
fn check(id: &str, lines: &[&str], expected: &str) {
    let page = after(id, lines, 80, Theme::plain());
    let shown = page.split_once("Question 1 of 1   0 of 1 right\n").map_or(page.as_str(), |(_, rest)| rest);
    assert_eq!(shown.trim(), expected.trim(), "\n{page}");
}

#[test]
fn every_option_is_explained_whatever_was_picked() {
    check(
        "safe-to-drop",
        &["1 3"],
        "
Which of these may be dropped from a store of buckets? Pick all.

!! not quite: 1 pick missing, 1 too many: 1 and 2 are right

 ok 1  a key that was never used
 -> 2  a key whose bucket is full
 !! 3  a key with debt
       - forgetting debt is a free refill
    4  the least recently used key
       - it may still hold debt
",
    );
}

#[test]
fn a_wrong_number_is_told_apart_from_a_wrong_unit() {
    let said = |typed: &str| {
        let page = after("retry-after", &[typed], 80, Theme::plain());
        page.lines().find_map(|l| l.strip_prefix("!! not quite: ").map(String::from)).unwrap_or(page)
    };
    let answer = "the answer is 300 ms (give or take 5 ms)";
    assert_eq!(said("300 s"), format!("{answer}; yours is 1000 times that"));
    assert_eq!(said("0.3"), format!("{answer}; yours is 1/1000 of that"));
    assert_eq!(said("310"), format!("{answer}, not 310 ms"));
    assert_eq!(said("300 tokens"), "the unit asked for is ms, you wrote tokens; the answer is 300 ms");
}

#[test]
fn a_trace_shows_the_output_and_where_it_differs() {
    check(
        "truncated-refill",
        &["y", "0", "0", ""],
        "
Does this program compile, and what does it print?

  1 | fn main() {
  2 |     let mut tokens = 0u64;
  3 |     for _ in 0..100 {
  4 |         tokens += 5 * 100 / 1000;
  5 |     }
  6 |     println!(\"{tokens}\");
  7 |     println!(\"{}\", 5 * 100 * 100 / 1000);
  8 | }

!! not quite: line 2 of the output is `50`, not `0`

    0
    50

Each poll adds `5 * 100 / 1000 = 0` whole tokens.
",
    );
}

#[test]
fn the_belief_and_the_place_to_read_stand_below_the_explanation() {
    let page = after("burst", &["10"], 80, Theme::plain());
    let belief = page.find("What is easily believed instead: Only the capacity").unwrap();
    let context = page.find("B + r * t").unwrap();
    let link = page.find("-> drill read gcra#burst-and-rate").unwrap();
    assert!(context < belief && belief < link, "{page}");
    assert!(!after("burst", &["20"], 80, Theme::plain()).contains("believed"));
}

#[test]
fn the_summary_recalls_what_is_not_right_yet() {
    check(
        "burst",
        &["10", ""],
        "
-- 0 of 1 right
  9 of 10 in the whole quiz

  not right yet
  * How much cost can pass in a *closed* interval of 2 s?
    drill read gcra#burst-and-rate
",
    );
    check("burst", &["20", ""], "ok 1 of 1 right, and with that all 10");
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let cases: &[(&str, &[&str])] = &[
        ("burst", &["10"]),
        ("boundary", &["1"]),
        ("safe-to-drop", &["1"]),
        (
            "all-of-the-above",
            &["1", "because of a long line of thought that does not fit into forty columns"],
        ),
        ("retry-after", &["300 tokens"]),
    ];
    for (id, lines) in cases {
        for theme in [Theme::plain(), Theme { color: true, unicode: true }] {
            for width in [40, 80] {
                let page = after(id, lines, width, theme);
                for line in page.lines() {
                    assert!(columns(line) <= width, "{width}: {line:?}\n{page}");
                }
            }
        }
    }
}
