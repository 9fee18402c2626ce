//! Frames of the report, and the two formats for programs.

use super::*;
use crate::proof::Proof;

fn item(kind: Kind, proof: Proof) -> Item {
    Item {
        subject: "t/01-x".to_string(),
        file: "checks/t/01-x.toml".to_string(),
        line: 7,
        kind,
        proof,
        slips: Vec::new(),
        fails: Vec::new(),
        took: Duration::from_millis(120),
        remembered: false,
    }
}

fn items() -> Vec<Item> {
    let variant = |name: &str, proof| item(Kind::Variant(name.to_string()), proof);
    vec![
        item(Kind::Stub, Proof::Holds),
        item(Kind::Solution, Proof::Holds),
        variant("strict", Proof::Holds),
        variant("lax", Proof::Missed { instead: "passed".to_string() }),
        variant("slow", Proof::TimedOut { check: Some("edge".to_string()) }),
    ]
}

fn with_report<T>(items: &[Item], show: impl Fn(&Report<'_>) -> T) -> T {
    let problems: Vec<Problem> = items.iter().flat_map(Item::problems).collect();
    let quizzes = [("exercises/t/quiz.toml".to_string(), 3)];
    let took = Duration::from_secs(2);
    let next = problems.first().map(|problem| Next {
        file: problem.file.clone(),
        line: problem.line,
        how: "mend the variant".to_string(),
    });
    show(&Report {
        items,
        surveys: &[],
        quizzes: &quizzes,
        problems: &problems,
        next: next.as_ref(),
        took,
        interrupted: false,
    })
}

#[test]
fn an_exercise_is_a_line_and_each_problem_has_its_place() {
    let shown = with_report(&items(), |r| report(r, 80, Theme::plain()));
    let expected = "\
!! t/01-x                 stub, solution; 1 of 3 variants caught, 1 missed, 1
                          timed out
ok exercises/t/quiz.toml  3 questions

checks/t/01-x.toml:7
  variant `lax` is missed: passed
checks/t/01-x.toml:7
  variant `slow` times out in `edge`

2 problems to mend. 3 of 5 proofs hold (2.0 s; 2.5 a second).

next: checks/t/01-x.toml:7
  mend the variant
";
    assert_eq!(shown, expected);
}

#[test]
fn what_holds_is_said_in_a_line() {
    let mut good = items()[..3].to_vec();
    good[2].remembered = true;
    let shown = with_report(&good, |r| report(r, 200, Theme::plain()));
    let end = "All is proved. 3 proofs hold (2.0 s; 1.0 a second; 1 unchanged since the last time: `--all` proves \
               them again).\n";
    assert!(shown.contains("stub, solution; 1 variant caught\n"), "{shown}");
    assert!(shown.ends_with(end), "{shown}");
}

#[test]
fn junit_counts_its_cases_and_escapes_what_they_say() {
    let mut items = items();
    items[3].proof = Proof::Missed { instead: "`a` < \"b\" & \u{1b}[31m\nsecond".to_string() };
    let xml = with_report(&items, junit::junit);
    assert!(xml.contains(
        "<testsuites name=\"drill verify\" tests=\"5\" failures=\"2\" errors=\"0\" time=\"2.000\">"
    ));
    assert!(xml.contains(
        "message=\"checks/t/01-x.toml:7: variant `lax` is missed: `a` &lt; &quot;b&quot; &amp; \u{fffd}[31m\""
    ));
    assert_eq!(xml.matches("<testcase ").count(), 5);
    assert_eq!(xml.matches("</testsuite>").count(), 1);
}

#[test]
fn json_says_what_was_proved() {
    let json: serde_json::Value = serde_json::from_str(&with_report(&items(), json::json)).unwrap();
    assert_eq!((json["format"].as_u64(), json["proved"].as_bool()), (Some(1), Some(false)));
    let missed = &json["items"][3];
    assert_eq!((missed["kind"].as_str(), missed["name"].as_str()), (Some("variant"), Some("lax")));
    assert_eq!((missed["result"].as_str(), missed["line"].as_u64()), (Some("missed"), Some(7)));
    assert_eq!(json["problems"][1]["message"], "variant `slow` times out in `edge`");
    assert_eq!(
        (json["next"]["line"].as_u64(), json["next"]["how"].as_str()),
        (Some(7), Some("mend the variant"))
    );
    assert_eq!(json["quizzes"][0]["questions"], 3);
}
