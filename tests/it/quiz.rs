//! `drill quiz` on a terminal and without one.

use crate::desk::Desk;
use crate::screen::Screen;
use std::path::PathBuf;

fn fixture(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/fixtures/quizzes", name].iter().collect();
    path.to_string_lossy().into_owned()
}

const THREE: &str = r#"
[[questions]]
id = "capacity"
type = "MultipleChoice"
prompt.prompt = "What does a full bucket of **B** tokens admit at one instant?"
prompt.distractors = ["one less than `B`", "any number"]
answer.answer = "exactly `B`"
reasons = ["the last token counts", "a bucket is a bound"]
context = "Each request takes one token."

[[questions]]
id = "wait"
type = "ShortAnswer"
prompt.prompt = "10 tokens/s, 3 missing: how long is the wait?"
answer.answer = "300 ms"
numeric = { value = 300, unit = "ms" }

[[questions]]
id = "trace"
type = "Tracing"
prompt.program = "fn main() { println!(\"{}\", 7 / 2); }"
answer.doesCompile = true
answer.stdout = "3"
"#;

/// The label of the option that holds `text`.
fn label(screen: &str, text: &str) -> String {
    let line = screen.lines().find(|l| l.contains(text)).unwrap_or_else(|| panic!("no {text:?}:\n{screen}"));
    line.split_whitespace().next().unwrap().to_string()
}

#[test]
fn a_quiz_is_taken_explained_and_retried_to_the_end() {
    let desk = Desk::with_content();
    desk.write("three.toml", THREE);
    let mut screen = Screen::open(&desk, &["quiz", "three.toml"], 40, 80);
    let shown = screen.prompts("answer (1-3), s skips, q leaves:");
    assert!(shown.contains("Question 1 of 3"), "{shown}");
    let (wrong, right) = (label(&shown, "any number"), label(&shown, "exactly"));
    screen.types(&format!("{wrong}\r"));
    let shown = screen.prompts("Enter goes on");
    assert!(shown.contains(&format!("not quite: the answer is {right}")), "{shown}");
    for why in ["the last token counts", "a bucket is a bound", "Each request takes one token."] {
        assert!(shown.contains(why), "no {why:?}:\n{shown}");
    }
    screen.types("\r").prompts("answer in ms");
    screen.types("1,000\r").shows("1000 or as 1.000");
    screen.types("0.3 s\r").prompts("Enter goes on");
    screen.types("\r").prompts("does it compile?");
    screen.types("y\r").shows("what does it print?");
    screen.types("3\r\r").prompts("Enter shows the score");
    screen.types("\r").shows("2 of 3 right");
    let shown = screen.types("r\r").prompts("answer (1-3)");
    assert!(shown.contains("Question 1 of 1"), "{shown}");
    let again = shown.rsplit("Question 1 of 1").next().unwrap();
    screen.types(&format!("{}\r", label(again, "exactly"))).prompts("Enter shows the score");
    screen.types("\r").shows("1 of 1 right, and with that all 3");
    assert_eq!(screen.exits(), 0);
}

#[test]
fn answers_are_kept_and_only_the_rest_is_asked_later() {
    let desk = Desk::with_content();
    std::fs::create_dir_all(desk.path("desk/.drill")).unwrap();
    let quiz = ["--workspace", "desk", "quiz", "token-bucket-gcra", "--seed", "1"];
    let mut screen = Screen::open(&desk, &quiz, 50, 80);
    screen.prompts("answer in tokens");
    screen.types("20\r").shows("drill read token-bucket-gcra#the-guarantee");
    screen.prompts("Enter goes on");
    screen.types("q\r").shows("left after 1 of");
    assert_eq!(screen.exits(), 1);

    let mut later = Screen::open(&desk, &quiz, 50, 80);
    let shown = later.prompts("answer in requests/s");
    assert!(shown.contains("Question 1 of"), "{shown}");
    later.types("\u{4}").shows("left after 0 of");
    assert_eq!(later.exits(), 1);

    let mut all = Screen::open(&desk, &[&quiz[..], &["--all"]].concat(), 50, 80);
    all.prompts("answer in tokens");
}

#[test]
fn a_resize_and_ctrl_c_leave_the_terminal_as_it_was() {
    let desk = Desk::with_content();
    desk.write("three.toml", THREE);
    let mut screen = Screen::open(&desk, &["quiz", "three.toml"], 40, 80);
    screen.prompts("answer (1-3)");
    let before = screen.modes();
    for (rows, columns) in [(5, 12), (1, 1), (60, 200), (24, 40)] {
        screen.resize(rows, columns);
    }
    screen.types("9\r").shows("`9` is not an option");
    assert_eq!(screen.modes(), before);
    screen.types("\u{3}");
    assert_ne!(screen.exits(), 0);
    assert_eq!(screen.modes(), before);
}

#[test]
fn without_colour_there_is_no_escape_sequence_and_plain_is_ascii() {
    let desk = Desk::with_content();
    let file = fixture("every-feature.toml");
    let mut screen = Screen::open(&desk, &["--plain", "quiz", &file], 60, 80);
    screen.prompts("answer in tokens");
    screen.types("21\r").prompts("Enter goes on");
    screen.types("q\r");
    assert_eq!(screen.exits(), 1);
    assert!(screen.log.is_ascii() && !screen.log.contains('\u{1b}'), "{:?}", screen.log);
}

#[test]
fn without_a_terminal_the_questions_are_printed_and_nothing_is_asked() {
    let desk = Desk::with_content();
    let call = desk.drill(&["quiz", &fixture("every-feature.toml")]).exits(0);
    assert!(call.stdout.contains("Question 10 of 10"), "{}", call.stdout);
    assert!(call.stderr.contains("without their answers"), "{}", call.stderr);
    for answer in ["not quite", "off by one", "300 ms"] {
        assert!(!call.stdout.contains(answer), "{answer:?} in:\n{}", call.stdout);
    }
    assert_eq!(call.stdout, desk.drill(&["quiz", &fixture("every-feature.toml")]).stdout);
    desk.drill(&["quiz", "gcra"]).exits(0).says("Question 1 of ");
}

#[test]
fn a_broken_file_is_refused_with_every_problem_and_its_line() {
    let desk = Desk::with_content();
    let call = desk.drill(&["quiz", &fixture("broken.toml")]).exits(3);
    for problem in ["has 14 problems", "broken.toml:15: question 1 has 2 `reasons`", "broken.toml:67:"] {
        assert!(call.stderr.contains(problem), "no {problem:?}:\n{}", call.stderr);
    }
    desk.drill(&["quiz", "nowhere.toml"]).exits(3).complains("nowhere.toml");
    desk.drill(&["quiz", "nowhere"]).exits(2).complains("help:");
    std::fs::create_dir(desk.path("folder.toml")).unwrap();
    desk.drill(&["quiz", "folder.toml"]).exits(3);
}
