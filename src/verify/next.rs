//! What an author does first, of all that is to be mended: the order in which content is written, and for each step
//! a sentence of how. Pure: texts are asked for.

use crate::content::load::ATLAS_FILE;
use crate::content::problem::Problem;
use crate::proof::unfinished::{is_unfinished, spots};

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The file to open; the line is 0 for a whole file.
    pub file: String,
    pub line: usize,
    pub how: String,
}

/// The parts of content in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Manifest,
    Stub,
    Solution,
    Checks,
    Variants,
    Hints,
    WriteUp,
    Quiz,
    /// What the checks of a topic let pass, which is no file.
    Survivors,
    /// Which checks its variants fail: drill writes it.
    Caught,
    /// A file that is no content of ours.
    Other,
}

/// Where a problem stands in that order: the atlas, then topic by topic, in each the manifest, then exercise by
/// exercise, then what is to be read and asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    topic: String,
    /// Of the topic's parts: before its exercises, these, after them.
    turn: u8,
    exercise: String,
    part: Part,
    line: usize,
}

/// The first thing to do about `problems`; `text` answers what is in a file.
pub fn next(problems: &[Problem], text: impl Fn(&str) -> Option<String>) -> Option<Next> {
    let placed = problems.iter().map(|problem| (place(problem, &text), problem));
    let (place, problem) = placed.min_by(|a, b| a.0.cmp(&b.0))?;
    let now = text(&problem.file);
    let said = now.as_deref().and_then(|now| now.lines().nth(problem.line.checked_sub(1)?));
    let how = match (&now, place.part) {
        (None, part) => missing(part, &place.topic),
        (Some(now), Part::Manifest)
            if place.turn == 0
                && problem.file != ATLAS_FILE
                && problem.line == 0
                && !now.contains("[[exercise]]") =>
        {
            format!("`drill new exercise {}/01-NAME` writes one to start from", place.topic)
        }
        (Some(_), part) if said.is_some_and(is_unfinished) => write(part).to_string(),
        (Some(_), part) => mend(part).to_string(),
    };
    Some(Next { file: problem.file.clone(), line: problem.line, how })
}

fn place(problem: &Problem, text: &impl Fn(&str) -> Option<String>) -> Place {
    let parts: Vec<&str> = problem.file.split('/').collect();
    let of = |topic: &str, turn: u8, exercise: &str, part: Part| Place {
        topic: topic.to_string(),
        turn,
        exercise: exercise.to_string(),
        part,
        line: problem.line,
    };
    let name = |file: &str| file.split('.').next().unwrap_or_default().to_string();
    match parts[..] {
        _ if problem.file == ATLAS_FILE => of("", 0, "", Part::Manifest),
        ["exercises", topic, "topic.toml"] => {
            let manifest = text(&problem.file).unwrap_or_default();
            let spot = problem
                .line
                .checked_sub(1)
                .and_then(|i| spots(&manifest).get(i).cloned())
                .unwrap_or_default();
            match (spot.exercise, spot.key.as_str()) {
                (Some(exercise), "hints") => of(topic, 1, &exercise, Part::Hints),
                (Some(exercise), _) => of(topic, 1, &exercise, Part::Manifest),
                (None, _) => of(topic, 0, "", Part::Manifest),
            }
        }
        ["exercises", topic, "README.md"] => of(topic, 2, "", Part::WriteUp),
        ["exercises", topic, "quiz.toml"] => of(topic, 2, "", Part::Quiz),
        ["exercises", topic, file] => of(topic, 1, &name(file), Part::Stub),
        ["solutions", topic, file] => of(topic, 1, &name(file), Part::Solution),
        ["checks", topic] => of(topic, 3, "", Part::Survivors),
        ["checks", topic, "caught.toml"] => of(topic, 3, "", Part::Caught),
        ["checks", topic, file] if !file.contains(".rs") || file.contains(".wrong-") => {
            of(topic, 1, &name(file), Part::Variants)
        }
        ["checks", topic, file] => of(topic, 1, &name(file), Part::Checks),
        _ => of("", 0, "", Part::Other),
    }
}

/// For a file that is not there.
fn missing(part: Part, topic: &str) -> String {
    match part {
        Part::Quiz => format!("`drill new quiz {topic}` writes one to start from"),
        Part::Manifest | Part::Stub | Part::Solution | Part::Checks | Part::Variants => {
            "write the file: a new exercise, begun in another folder, shows what belongs in it".to_string()
        }
        Part::WriteUp => "write the file: a title, then a section for each step of the mechanism".to_string(),
        Part::Survivors => {
            "take one of the edits that survive, and write the check that catches it; or leave out what \
                            it edits; or mark it as equivalent, with the reason"
                .to_string()
        }
        Part::Caught => mend(part).to_string(),
        Part::Hints | Part::Other => "put the file there".to_string(),
    }
}

/// For a line that says TODO.
fn write(part: Part) -> &'static str {
    match part {
        Part::Manifest => "say it in the place of the TODO: it decides what all the rest is for",
        Part::Stub => {
            "write the task: the contract in sentences that a check can test, with units and boundaries, and at its \
             end what to edit; the code compiles, and says `todo!()` where some is missing"
        }
        Part::Solution => {
            "write the solution: the stub with its bodies filled in, commented for readers who have passed"
        }
        Part::Checks => {
            "write the checks: a row and a function for each promise of the contract, with the shortest evidence \
             that shows it broken"
        }
        Part::Variants => {
            "write the wrong variants: what a careful reader could still believe, as an edit of the solution, and \
             the check that catches it"
        }
        Part::Hints => "write the hint, closer to the code than the one before and without any code",
        Part::WriteUp => "write it: the mechanism and its trade-offs, with figures that the exercises use",
        Part::Quiz => {
            "write the question: every wrong option is something that somebody believes, and says why not"
        }
        Part::Survivors | Part::Caught | Part::Other => "write it",
    }
}

/// For anything else that is wrong.
fn mend(part: Part) -> &'static str {
    match part {
        Part::Manifest => "mend the manifest: the rest is read after it",
        Part::Stub => "mend the stub: it compiles without warnings, and does not pass",
        Part::Solution => "mend the solution, or the check that refuses it: one of them breaks the contract",
        Part::Checks => "mend the checks: the solution is judged by them, whatever the seed",
        Part::Variants => {
            "mend the variant, so that it is an edit of the solution that compiles; or write the check that catches it"
        }
        Part::Hints => {
            "mend the hints: three of them, each more concrete than the one before, none with code in it"
        }
        Part::WriteUp => "mend the write-up",
        Part::Quiz => "mend the question",
        Part::Caught => "nothing by hand: `drill verify` without `--locked` writes it; commit it",
        Part::Survivors | Part::Other => "mend this first",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str =
        "summary = \"TODO\"\n[[exercise]]\nname = \"01-a\"\nlearned = \"TODO\"\nhints = [\n\"TODO\",\n]\n";

    fn text(path: &str) -> Option<String> {
        match path {
            "exercises/t/topic.toml" => Some(MANIFEST.to_string()),
            "exercises/u/topic.toml" => Some("title = \"U\"\n".to_string()),
            path if path.ends_with("quiz.toml") || path == "checks/t" => None,
            _ => Some("// TODO\nok\n".to_string()),
        }
    }

    fn problem(place: &str) -> Problem {
        let (file, line) = place.rsplit_once(':').unwrap();
        Problem { file: file.to_string(), line: line.parse().unwrap(), message: "is not right".to_string() }
    }

    /// In the order in which an author meets them.
    const ORDER: [(&str, &str); 15] = [
        ("exercises/atlas.toml:1", "in the place of the TODO"),
        ("exercises/t/topic.toml:1", "in the place of the TODO"),
        ("exercises/t/topic.toml:4", "in the place of the TODO"),
        ("exercises/t/01-a.rs:1", "write the task"),
        ("solutions/t/01-a.rs:1", "write the solution"),
        ("solutions/t/01-a.alt-b.rs:2", "mend the solution"),
        ("checks/t/01-a.rs:1", "write the checks"),
        ("checks/t/01-a.toml:2", "mend the variant"),
        ("exercises/t/topic.toml:6", "write the hint"),
        ("exercises/t/02-b.rs:0", "mend the stub"),
        ("exercises/t/README.md:1", "write it"),
        ("exercises/t/quiz.toml:0", "`drill new quiz t`"),
        ("checks/t:0", "or mark it as equivalent"),
        ("checks/t/caught.toml:0", "nothing by hand"),
        ("exercises/u/topic.toml:0", "`drill new exercise u/01-NAME`"),
    ];

    #[test]
    fn an_author_is_led_from_the_manifest_to_the_quiz() {
        let mut left: Vec<Problem> = ORDER.iter().rev().map(|(place, _)| problem(place)).collect();
        for (place, how) in ORDER {
            let next = next(&left, text).unwrap();
            assert_eq!(format!("{}:{}", next.file, next.line), place);
            assert!(next.how.contains(how), "{place}: {}", next.how);
            left.retain(|p| *p != problem(place));
        }
        assert_eq!(next(&left, text), None);
    }

    #[test]
    fn a_file_of_anybody_is_to_be_mended() {
        assert_eq!(next(&[problem("book/quiz.toml:3")], text).unwrap().how, "put the file there");
        assert_eq!(next(&[problem("info.toml:2")], text).unwrap().how, "mend this first");
    }
}
