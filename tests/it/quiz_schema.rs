//! The mdbook-quiz schema, as its published crate reads it: what it takes drill takes, what it refuses drill
//! refuses, and both read the same questions out of a file.

use crate::desk::Desk;
use crate::quiz_files::{problems_of, valid_quizzes};
use crate::screen::Screen;
use drill::content::problem::Problems;
use drill::content::question::{Choice, Distractor, Order, Outcome, Response, Short, Task, Tracing};
use drill::content::quiz::parse_foreign;
use mdbook_quiz_schema as schema;
use std::collections::BTreeSet;

/// What a reader sees of a question, in drill's words.
#[derive(Debug, PartialEq)]
struct Seen {
    id: Option<String>,
    part: Option<String>,
    task: Task,
    context: Option<String>,
    prompt_explanation: bool,
}

fn as_drill_reads(name: &str, text: &str) -> Vec<Seen> {
    let quiz = parse_foreign(text, &mut Problems::new(name, text, &mut Vec::new())).unwrap();
    let seen = quiz.questions.into_iter().map(|mut q| {
        match &mut q.task {
            // Optional keys of drill's own: ignored there.
            Task::Choice(choice) => choice.distractors.iter_mut().for_each(|d| d.reason = None),
            Task::Short(short) => short.numeric = None,
            Task::Tracing(tracing) => tracing.key_line = 0,
        }
        let id = (!q.id.starts_with("q-")).then_some(q.id);
        Seen { id, part: q.part, task: q.task, context: q.context, prompt_explanation: q.prompt_explanation }
    });
    seen.collect()
}

fn as_mdbook_quiz_reads(name: &str, text: &str) -> Vec<Seen> {
    let quiz = toml::from_str::<schema::Quiz>(text).unwrap_or_else(|e| panic!("{name}: {e}"));
    let parts = quiz.multipart.unwrap_or_default();
    let part = |key: Option<String>| key.map(|key| parts[&key].0.clone());
    let seen = quiz.questions.into_iter().map(|question| match question {
        schema::Question::MultipleChoice(schema::MultipleChoice(q)) => seen(q, part, choice),
        schema::Question::ShortAnswer(schema::ShortAnswer(q)) => seen(q, part, short),
        schema::Question::Tracing(schema::Tracing(q)) => seen(q, part, tracing),
    });
    seen.collect()
}

fn seen<P, A>(
    question: schema::QuestionFields<P, A>,
    part: impl Fn(Option<String>) -> Option<String>,
    task: impl Fn(P, A) -> Task,
) -> Seen {
    Seen {
        id: question.id,
        part: part(question.multipart),
        task: task(question.prompt, question.answer),
        context: question.context.map(|c| c.0).filter(|c| !c.trim().is_empty()),
        prompt_explanation: question.prompt_explanation.unwrap_or(false),
    }
}

fn choice(prompt: schema::MultipleChoicePrompt, answer: schema::MultipleChoiceAnswer) -> Task {
    let (answers, multi) = match answer.answer {
        schema::MultipleChoiceAnswerFormat::Single(one) => (vec![one.0], false),
        schema::MultipleChoiceAnswerFormat::Multi(all) => (all.into_iter().map(|a| a.0).collect(), true),
    };
    let order = match prompt.answer_index {
        Some(index) => Order::AnswersAt(index.min(prompt.distractors.len())),
        None if prompt.sort_answers == Some(true) => Order::Sorted,
        None => Order::Shuffled,
    };
    let distractors =
        prompt.distractors.into_iter().map(|d| Distractor { text: d.0, reason: None }).collect();
    Task::Choice(Choice { prompt: prompt.prompt.0, answers, multi, distractors, order })
}

fn short(prompt: schema::ShortAnswerPrompt, answer: schema::ShortAnswerAnswer) -> Task {
    let response = match prompt.response {
        None | Some(schema::ShortAnswerResponseFormat::Short) => Response::Short,
        Some(schema::ShortAnswerResponseFormat::Long) => Response::Long,
        Some(schema::ShortAnswerResponseFormat::Code) => Response::Code,
    };
    let (prompt, alternatives) = (prompt.prompt.0, answer.alternatives.unwrap_or_default());
    Task::Short(Short { prompt, answer: answer.answer, alternatives, response, numeric: None })
}

fn tracing(prompt: schema::TracingPrompt, answer: schema::TracingAnswer) -> Task {
    let cause = answer.line_number.filter(|line| *line > 0);
    let outcome = if answer.does_compile {
        Outcome::Compiles { stdout: answer.stdout }
    } else {
        Outcome::Rejected { line: None }
    };
    Task::Tracing(Tracing { program: prompt.program, outcome, cause, key_line: 0 })
}

#[test]
fn mdbook_quiz_reads_the_same_questions_out_of_every_quiz() {
    let quizzes = valid_quizzes();
    assert!(quizzes.iter().any(|(name, _)| name.starts_with("exercises/")), "no quiz in the content");
    for (name, text) in quizzes {
        let (ours, theirs) = (as_drill_reads(&name, &text), as_mdbook_quiz_reads(&name, &text));
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{name}");
        }
    }
}

/// A book refuses an id that stands in two of its quizzes.
#[test]
fn no_id_of_the_content_stands_in_two_quizzes() {
    let mut ids = BTreeSet::new();
    for (name, text) in crate::quiz_files::embedded() {
        for seen in as_drill_reads(&name, &text) {
            let id = seen.id.unwrap_or_else(|| panic!("{name}: a question without an id"));
            assert!(ids.insert(id.clone()), "{name}: `{id}` stands in another quiz");
        }
    }
}

const CHOICE: &str = "type = \"MultipleChoice\"\nprompt.prompt = \"?\"\nprompt.distractors = [\"b\"]\n";
const SHORT: &str = "type = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = \"a\"\n";
const TRACE: &str = "type = \"Tracing\"\nprompt.program = \"fn main() {}\"\n";

/// A question's keys, and whether it can be asked.
const QUESTIONS: &[(&str, &str, bool)] = &[
    (CHOICE, "answer.answer = \"a\"", true),
    (CHOICE, "answer.answer = [\"a\"]", true),
    (CHOICE, "answer.answer = [\"a\", \"c\"]\nprompt.answerIndex = 1", true),
    (CHOICE, "answer.answer = \"a\"\nprompt.answerIndex = 0\nprompt.sortAnswers = true", true),
    (CHOICE, "answer.answer = \"a\"\nprompt.sortAnswers = false", true),
    (CHOICE, "answer.answer = \"\"", true),
    (CHOICE, "answer.answer = \"a\"\npromptExplanation = true\nid = \"x y\"\ncontext = \"\"", true),
    (CHOICE, "answer.answer = \"a\"\nnew.key = [1, { a = 1979-05-27 }]", true),
    (CHOICE, "answer.answer = [1]", false),
    (CHOICE, "answer.answer = true", false),
    (CHOICE, "answer = \"a\"", false),
    (CHOICE, "answer.alternatives = []", false),
    (CHOICE, "answer.answer = \"a\"\nprompt.answerIndex = -1", false),
    (CHOICE, "answer.answer = \"a\"\nprompt.answerIndex = \"1\"", false),
    (CHOICE, "answer.answer = \"a\"\nprompt.sortAnswers = 1", false),
    (CHOICE, "answer.answer = \"a\"\nid = 7", false),
    (CHOICE, "answer.answer = \"a\"\ncontext = [\"no\"]", false),
    (CHOICE, "answer.answer = \"a\"\npromptExplanation = \"yes\"", false),
    (CHOICE, "answer.answer = \"a\"\nmultipart = 1", false),
    ("type = \"MultipleChoice\"\nprompt.prompt = \"?\"\n", "answer.answer = \"a\"", false),
    (
        "type = \"MultipleChoice\"\nprompt.prompt = \"\"\nprompt.distractors = []\n",
        "answer.answer = \"a\"",
        true,
    ),
    (SHORT, "", true),
    (SHORT, "answer.alternatives = [\"b\", \"\"]", true),
    (SHORT, "prompt.response = \"short\"", true),
    (SHORT, "prompt.response = \"long\"", true),
    (SHORT, "prompt.response = \"code\"", true),
    (SHORT, "prompt.response = \"Code\"", false),
    (SHORT, "answer.alternatives = \"b\"", false),
    ("type = \"ShortAnswer\"\nprompt.prompt = \"?\"\n", "answer.answer = [\"a\"]", false),
    (TRACE, "answer.doesCompile = true\nanswer.stdout = \"\"", true),
    (TRACE, "answer.doesCompile = true", true),
    (TRACE, "answer.doesCompile = false", true),
    (TRACE, "answer.doesCompile = false\nanswer.lineNumber = 900", true),
    (TRACE, "answer.doesCompile = true\nanswer.stdout = \"a\"\nanswer.lineNumber = 1", true),
    (TRACE, "answer.doesCompile = false\nanswer.stdout = \"a\"", true),
    (TRACE, "answer.doesCompile = \"yes\"", false),
    (TRACE, "answer.stdout = \"\"", false),
    (TRACE, "answer.doesCompile = true\nanswer.stdout = 1", false),
    (TRACE, "answer.doesCompile = false\nanswer.lineNumber = \"4\"", false),
    ("type = \"Tracing\"\nprompt.prompt = \"?\"\n", "answer.doesCompile = true", false),
    ("type = \"tracing\"\nprompt.program = \"\"\n", "answer.doesCompile = true", false),
    ("prompt.prompt = \"?\"\n", "answer.answer = \"a\"", false),
];

#[test]
fn drill_takes_and_refuses_what_mdbook_quiz_takes_and_refuses() {
    for (common, keys, good) in QUESTIONS {
        let text = format!("[[questions]]\n{common}{keys}\n");
        let theirs = toml::from_str::<schema::Quiz>(&text);
        assert_eq!(theirs.is_ok(), *good, "mdbook-quiz: {text}{theirs:?}");
        let problems = problems_of(&text, parse_foreign);
        assert_eq!(problems.is_empty(), *good, "drill: {text}{problems:?}");
        for problem in problems {
            let line = problem.strip_prefix("quiz.toml:").and_then(|rest| rest.split(':').next());
            assert!(line.is_some_and(|line| line.parse::<usize>().is_ok()), "without a line: {problem}");
        }
    }
    for text in
        ["", "questions = 1", "[questions]", "multipart = 1\n[[questions]]\n", "[[questions]", "\u{0}"]
    {
        assert!(toml::from_str::<schema::Quiz>(text).is_err());
        assert_ne!(problems_of(text, parse_foreign), Vec::<String>::new(), "{text:?}");
    }
}

/// As a book has it: a shared part, a list of right options in fixed order, alternatives, code, programs.
const BOOK: &str = r#"
[multipart]
program = """
**Program 1:**

```rust
fn f(v: &Vec<i32>) {}
```
"""

[[questions]]
type = "MultipleChoice"
multipart = "program"
prompt.prompt = "Which are *true*?"
prompt.distractors = ["2"]
prompt.sortAnswers = true
answer.answer = ["3", "1"]
context = "Because `v` is borrowed."

[[questions]]
type = "ShortAnswer"
multipart = "program"
prompt.prompt = "Name its path."
answer.answer = "foo::run"
answer.alternatives = ["foo::run()"]

[[questions]]
type = "ShortAnswer"
prompt.prompt = "Write the loop."
prompt.response = "code"
answer.answer = "loop {\n    f();\n}"

[[questions]]
type = "Tracing"
prompt.program = """
fn main() {
    let x: u8 = 256;
}
"""
answer.doesCompile = false
answer.lineNumber = 2

[[questions]]
type = "Tracing"
prompt.program = "fn main() { println!(\"a\\n\\nb\"); }"
answer.doesCompile = true
answer.stdout = "a\n\nb\n"
promptExplanation = true
"#;

#[test]
fn every_kind_of_question_of_a_book_is_answered_on_a_terminal() {
    assert_eq!(as_drill_reads("book", BOOK), as_mdbook_quiz_reads("book", BOOK));
    let desk = Desk::with_content();
    desk.write("book.toml", BOOK);
    let mut screen = Screen::open(&desk, &["quiz", "book.toml"], 60, 80);
    let shown = screen.prompts("answers (1-3; several: 1 2), s skips, q leaves:");
    for text in ["Program 1:", "fn f(v: &Vec<i32>) {}", "Which are true?", "[ ] 1  1\n[ ] 2  2\n[ ] 3  3"] {
        assert!(shown.contains(text), "no {text:?}:\n{shown}");
    }
    screen.types("1 3\r").shows("Because v is borrowed.");
    screen.prompts("Enter goes on");
    screen.types("\r").prompts("answer (:s skips");
    screen.types("foo::run()\r").prompts("Enter goes on");
    screen.types("\r").shows("code, then an empty line");
    screen.types("loop { f();\r}\r\r").prompts("Enter goes on");
    let shown = screen.types("\r").prompts("does it compile? (y/n)");
    assert!(shown.contains("let x: u8 = 256;"), "{shown}");
    screen.types("n\r").prompts("Enter goes on");
    screen.types("\r").prompts("does it compile? (y/n)");
    screen.types("y\r").shows("what does it print?");
    screen.types("a\rb\r\r").shows("why? a sentence");
    screen.types("an empty line says nothing\r").prompts("Enter shows the score");
    screen.types("\r").shows("all 5 questions right");
    assert_eq!(screen.exits(), 0);
}
