//! Quiz files: what is accepted, and what is said about the rest.

use drill::content::problem::Problems;
use drill::content::question::{Outcome, Response, Task};
use drill::content::quiz::{Quiz, parse, parse_foreign};
use drill::quiz::{Event, Input, QuestionView, QuizSession, Subject, View};
use std::fs;
use std::path::{Path, PathBuf};

pub type Parse = fn(&str, &mut Problems<'_>) -> Option<Quiz>;

fn fixture(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/quizzes")
}

pub fn problems_of(text: &str, parse: Parse) -> Vec<String> {
    let mut found = Vec::new();
    parse(text, &mut Problems::new("quiz.toml", text, &mut found));
    found.sort();
    found.iter().map(ToString::to_string).collect()
}

/// Name and text of the valid fixtures and of every quiz in the content.
pub fn valid_quizzes() -> Vec<(String, String)> {
    let mut quizzes: Vec<(String, String)> =
        ["every-feature.toml", "foreign.toml"].map(|name| (name.to_string(), fixture(name))).into();
    quizzes.extend(embedded());
    quizzes
}

/// The quizzes of our own content: path and text.
pub fn embedded() -> Vec<(String, String)> {
    let source = drill::content::embedded::source();
    let names = drill::content::embedded::FILES.iter().map(|(name, _)| *name);
    let quizzes = names.filter(|name| name.ends_with("/quiz.toml"));
    quizzes.map(|name| (name.to_string(), source.read(name).unwrap().unwrap())).collect()
}

#[test]
fn every_problem_of_a_quiz_is_found_at_once_with_its_line() {
    let found = problems_of(&fixture("broken.toml"), parse).join("\n");
    assert_eq!(found, fixture("broken.problems").trim_end(), "\nfound:\n{found}");
}

#[test]
fn a_foreign_file_may_hold_keys_that_drill_does_not_know() {
    let text = fixture("foreign.toml");
    assert_eq!(problems_of(&text, parse_foreign), Vec::<String>::new());
    assert!(!problems_of(&text, parse).is_empty());
}

#[test]
fn a_file_with_every_feature_has_no_problems() {
    let text = fixture("every-feature.toml");
    assert_eq!(problems_of(&text, parse), Vec::<String>::new());
}

/// The lines that a learner types who knows the key.
fn right_lines(view: &QuestionView<'_>) -> Vec<String> {
    let mut lines = match &view.question.task {
        Task::Choice(_) => {
            let right = view.options.iter().filter(|o| o.is_right).map(|o| o.label.to_string());
            vec![right.collect::<Vec<_>>().join(" ")]
        }
        Task::Short(short) if short.response == Response::Short => vec![short.answer.clone()],
        Task::Short(short) => short.answer.lines().map(String::from).chain([String::new()]).collect(),
        Task::Tracing(tracing) => match &tracing.outcome {
            Outcome::Compiles { stdout: Some(stdout) } => {
                let output = stdout.trim().lines().filter(|l| !l.trim().is_empty()).map(String::from);
                ["y".to_string()].into_iter().chain(output).chain([String::new()]).collect()
            }
            Outcome::Compiles { stdout: None } => vec!["y".to_string()],
            Outcome::Rejected { line } => {
                ["n".to_string()].into_iter().chain(line.map(|l| l.to_string())).collect()
            }
        },
    };
    if view.question.prompt_explanation {
        lines.push(String::new());
    }
    lines
}

/// Takes a quiz with the right answers.
pub fn answered(name: &str, quiz: Quiz) {
    let total = quiz.questions.len();
    let mut session = QuizSession::new(quiz, Subject::default(), 1, |_| false);
    for _ in 0..total {
        let View::Question(view) = session.view() else { panic!("{name}: too few questions") };
        let (line, lines) = (view.question.line, right_lines(&view));
        let events: Vec<Event> = lines.into_iter().filter_map(|l| session.on(Input::Line(l))).collect();
        let right = matches!(events.as_slice(), [Event::Answered(answered)] if answered.right);
        assert!(right, "{name}:{line}: {events:?}");
        session.on(Input::Enter);
    }
    assert_eq!(session.score(), (total, total), "{name}");
}

#[test]
fn every_question_is_answered_right_by_its_own_key() {
    for (name, text) in valid_quizzes() {
        let quiz = parse_foreign(&text, &mut Problems::new(&name, &text, &mut Vec::new())).unwrap();
        answered(&name, quiz);
    }
}

/// splitmix64: the same mutations in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let seeds = [fixture("every-feature.toml"), fixture("broken.toml"), fixture("foreign.toml")];
    let pieces =
        ["[", "]]", "{", "}", "\"", "\"\"\"", "'", "=", ".", "\n", "\\", "#", "\u{202e}", "\0", "1e999", "-"];
    let mut dice = Dice(20);
    for round in 0..1_500 {
        let mut bytes = seeds[round % seeds.len()].clone().into_bytes();
        for _ in 0..=dice.below(6) {
            let (a, b) = (dice.below(bytes.len()), dice.below(bytes.len()));
            match dice.below(5) {
                0 => bytes[a] = u8::try_from(dice.below(256)).unwrap(),
                1 => bytes.truncate(a.max(1)),
                2 => drop(bytes.drain(a.min(b)..a.max(b).min(a.min(b) + 40))),
                3 => drop(bytes.splice(a..a, pieces[dice.below(pieces.len())].bytes())),
                _ => {
                    let copy = bytes[a.min(b)..a.max(b).min(a.min(b) + 200)].to_vec();
                    drop(bytes.splice(b..b, copy));
                }
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let ours = problems_of(&text, parse);
        let foreign = problems_of(&text, parse_foreign);
        assert!(!ours.is_empty() || foreign.is_empty(), "stricter about foreign files:\n{text}\n{foreign:?}");
    }
}

#[test]
fn deep_and_huge_files_are_refused_or_read_but_never_crash_the_reader() {
    let deep = |open: &str, close: &str| format!("a = {}{}", open.repeat(200_000), close.repeat(200_000));
    let texts = [
        deep("[", "]"),
        deep("{a=", "}"),
        format!("a = [\"\\\\\", {}1{}]", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{}a = 1", "a.".repeat(200_000)),
        format!("[{}a]", "a.".repeat(200_000)),
        format!("[[questions]]\n{}", "prompt.".repeat(100_000)),
        format!("a = \"{}\"", "x".repeat(3 << 20)),
        "[[questions]]\n".repeat(20_000),
        "\u{feff}[[questions]]".to_string(),
        String::new(),
    ];
    for text in texts {
        for parse in [parse as Parse, parse_foreign as Parse] {
            assert_ne!(problems_of(&text, parse), Vec::<String>::new(), "{}", &text[..text.len().min(40)]);
        }
    }
}
