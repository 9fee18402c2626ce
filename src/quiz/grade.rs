//! Whether an answer is right, and how it misses when it is not. Pure; knows nothing of asking.

use super::order::Slot;
use crate::content::quantity::{self, Misread};
use crate::content::question::{Numeric, Outcome, Response, Short, Tracing};

#[derive(Clone, Debug, PartialEq)]
pub enum Grade {
    Right,
    Wrong(Miss),
}

/// How an answer misses.
#[derive(Clone, Debug, PartialEq)]
pub enum Miss {
    /// Options: how many right ones were left out, how many wrong ones were picked.
    Options { left_out: usize, picked_wrong: usize },
    /// Another text.
    Text,
    /// Another number: what it is in the unit that is asked for.
    Number { in_unit: f64 },
    /// A unit that can't be converted to the one that is asked for.
    Unit { written: String },
    /// It was said to compile and does not, or the other way round.
    Compiles,
    /// The output, at its first line that differs (from 1).
    Output { line: usize, expected: Option<String>, given: Option<String> },
    /// The compiler's error is elsewhere.
    Line,
}

/// Exactly the right options, and no other.
pub fn options(slots: &[Slot], picked: &[bool]) -> Grade {
    let count = |right: bool, is_picked: bool| {
        slots.iter().zip(picked).filter(|(s, p)| s.is_right() == right && **p == is_picked).count()
    };
    match (count(true, false), count(false, true)) {
        (0, 0) => Grade::Right,
        (left_out, picked_wrong) => Grade::Wrong(Miss::Options { left_out, picked_wrong }),
    }
}

/// A typed answer. An error is for text that can't be judged: it should be typed again, and costs nothing.
pub fn short(short: &Short, typed: &str) -> Result<Grade, Misread> {
    let keys = std::iter::once(&short.answer).chain(&short.alternatives);
    if keys.into_iter().any(|key| same(key, typed, short.response)) {
        return Ok(Grade::Right);
    }
    short.numeric.as_ref().map_or(Ok(Grade::Wrong(Miss::Text)), |numeric| number(numeric, typed))
}

fn number(numeric: &Numeric, typed: &str) -> Result<Grade, Misread> {
    let quantity = quantity::parse(typed)?;
    let fits = |value: f64| quantity::within(value, numeric.value, numeric.tolerance);
    let Some(unit) = &numeric.unit else {
        // 50 % may answer a question for a share (0.5) or for a percentage (50).
        let share = if quantity.unit == "%" { quantity.value / 100.0 } else { quantity.value };
        let right = fits(quantity.value) || fits(share);
        return Ok(if right { Grade::Right } else { Grade::Wrong(Miss::Number { in_unit: quantity.value }) });
    };
    Ok(match quantity.in_unit(unit) {
        Some(value) if fits(value) => Grade::Right,
        Some(in_unit) => Grade::Wrong(Miss::Number { in_unit }),
        None => Grade::Wrong(Miss::Unit { written: quantity.unit }),
    })
}

/// Whether a typed text says the same as a key. mdbook-quiz ignores case and outer space; this also ignores
/// backticks, inner space, separators between words, typographic quotes and dashes, and a closing full stop.
fn same(key: &str, typed: &str, response: Response) -> bool {
    if key.trim().to_lowercase() == typed.trim().to_lowercase() {
        return true;
    }
    let (key, typed) = (tidy(key), tidy(typed));
    if typed.is_empty() {
        return false;
    }
    if response == Response::Code {
        return squeezed(&key) == squeezed(&typed);
    }
    let (wanted, given) = (words(&key), words(&typed));
    // A key of one word, as `AADA`, may be typed with gaps: A, A, D, A.
    wanted == given || (wanted.len() == 1 && wanted[0] == given.concat())
}

fn words(text: &str) -> Vec<&str> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    text.split(is_separator).filter(|w| !w.is_empty()).collect()
}

fn tidy(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        .filter(|c| *c != '`')
        .map(|c| match c {
            '“' | '”' | '„' => '"',
            '‘' | '’' => '\'',
            '–' | '−' | '‐' => '-',
            c => c,
        })
        .collect();
    plain.trim().trim_end_matches('.').trim_end().to_string()
}

/// Without the space that Rust does not need: all but that between two words.
fn squeezed(code: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in code.chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if gap && is_word(c) && out.chars().next_back().is_some_and(is_word) {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// What a learner says about a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traced {
    Compiles {
        output: String,
    },
    /// The line is asked for where the key has one.
    Rejected {
        line: Option<usize>,
    },
}

pub fn tracing(tracing: &Tracing, said: &Traced) -> Grade {
    match (&tracing.outcome, said) {
        (Outcome::Compiles { stdout }, Traced::Compiles { output }) => {
            stdout.as_ref().map_or(Grade::Right, |expected| output_grade(expected, output))
        }
        (Outcome::Rejected { line: expected }, Traced::Rejected { line }) => {
            if expected.is_none() || expected == line { Grade::Right } else { Grade::Wrong(Miss::Line) }
        }
        _ => Grade::Wrong(Miss::Compiles),
    }
}

/// Blank lines and space at the ends of lines don't count: an empty line ends the typing.
fn output_grade(expected: &str, given: &str) -> Grade {
    let lines = |text: &'_ str| -> Vec<String> {
        let lines = text.trim().lines().map(|l| l.trim_end().to_string());
        lines.filter(|l| !l.is_empty()).collect()
    };
    let (expected, given) = (lines(expected), lines(given));
    let differs = (0..expected.len().max(given.len())).find(|i| expected.get(*i) != given.get(*i));
    differs.map_or(Grade::Right, |i| {
        Grade::Wrong(Miss::Output {
            line: i + 1,
            expected: expected.get(i).cloned(),
            given: given.get(i).cloned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(answer: &str, alternatives: &[&str], response: Response) -> Short {
        Short {
            prompt: "?".into(),
            answer: answer.into(),
            alternatives: alternatives.iter().map(ToString::to_string).collect(),
            response,
            numeric: None,
        }
    }

    #[test]
    fn a_text_is_compared_by_what_it_says() {
        let cases: &[(&str, &str, bool)] = &[
            ("let", " LET ", true),
            ("let", "`let`", true),
            ("let", "lets", false),
            ("let", "", false),
            ("AAADA", "a a a d a", true),
            ("AAADA", "A, A, A, D, A", true),
            ("AAADA", "AAAD", false),
            ("Ok, Ok(1), StaleToken 5", "ok ok(1)  staletoken 5.", true),
            ("don't", "don’t", true),
            ("-5", "−5", true),
            ("retry storms", "retrystorms", false),
        ];
        for (key, typed, right) in cases {
            let grade = short(&question(key, &[], Response::Short), typed).unwrap();
            assert_eq!(grade == Grade::Right, *right, "{key:?} {typed:?}");
        }
        assert_eq!(short(&question("a", &["b"], Response::Long), "B"), Ok(Grade::Right));
    }

    #[test]
    fn code_may_be_spaced_freely_and_no_more() {
        let swap = question("std::mem::swap(&mut a, &mut b);", &[], Response::Code);
        assert_eq!(short(&swap, "std::mem::swap( &mut a,&mut  b ) ;"), Ok(Grade::Right));
        assert_eq!(short(&swap, "std::mem::swap(&muta, &mut b);"), Ok(Grade::Wrong(Miss::Text)));
        assert_eq!(short(&swap, "std::mem::swap(&mut a &mut b);"), Ok(Grade::Wrong(Miss::Text)));
    }

    #[test]
    fn a_number_is_right_in_any_spelling_and_a_wrong_unit_is_its_own_mistake() {
        let ask = |unit: Option<&str>, value, tolerance| Short {
            numeric: Some(Numeric { value, unit: unit.map(Into::into), tolerance }),
            ..question("see the number", &[], Response::Short)
        };
        let (wait, share, free) =
            (ask(Some("ms"), 300.0, 0.0), ask(Some("%"), 11.1, 0.1), ask(None, 0.5, 0.0));
        let number = |in_unit| Ok(Grade::Wrong(Miss::Number { in_unit }));
        for typed in ["300", "300 ms", "0.3 s", "0,3 s", "3e2", "300000 µs", "see the number"] {
            assert_eq!(short(&wait, typed), Ok(Grade::Right), "{typed}");
        }
        assert_eq!(short(&wait, "300 s"), number(300_000.0));
        let tokens = Grade::Wrong(Miss::Unit { written: "tokens".into() });
        assert_eq!(short(&wait, "300 tokens"), Ok(tokens));
        assert_eq!(short(&wait, "soon"), Err(Misread::NoNumber));
        assert_eq!(short(&share, "11.2 %"), Ok(Grade::Right));
        assert_eq!(short(&share, "11.3"), number(11.3));
        assert_eq!(short(&free, "50%"), Ok(Grade::Right));
        assert_eq!(short(&free, "0.5 tokens"), Ok(Grade::Right));
        assert_eq!(short(&free, "5"), number(5.0));
    }

    #[test]
    fn options_are_right_as_a_set() {
        let slots = [Slot::Answer(0), Slot::Distractor(0), Slot::Answer(1)];
        let grade = |picked: [bool; 3]| options(&slots, &picked);
        let wrong = |left_out, picked_wrong| Grade::Wrong(Miss::Options { left_out, picked_wrong });
        assert_eq!(grade([true, false, true]), Grade::Right);
        assert_eq!(grade([true, false, false]), wrong(1, 0));
        assert_eq!(grade([true, true, true]), wrong(0, 1));
        assert_eq!(grade([false, true, false]), wrong(2, 1));
    }

    #[test]
    fn a_trace_is_compared_line_by_line() {
        let program = |outcome| Tracing { program: String::new(), outcome, cause: None, key_line: 1 };
        let prints = program(Outcome::Compiles { stdout: Some("0\n\n50\n".into()) });
        let says = |output: &str| tracing(&prints, &Traced::Compiles { output: output.into() });
        assert_eq!(says("0\n50 "), Grade::Right);
        let missing = Miss::Output { line: 2, expected: Some("50".into()), given: None };
        assert_eq!(says("0"), Grade::Wrong(missing));
        assert_eq!(tracing(&prints, &Traced::Rejected { line: None }), Grade::Wrong(Miss::Compiles));
        let rejected = program(Outcome::Rejected { line: Some(4) });
        let line = |line| tracing(&rejected, &Traced::Rejected { line });
        assert_eq!(line(Some(4)), Grade::Right);
        assert_eq!(line(Some(3)), Grade::Wrong(Miss::Line));
        let anywhere = program(Outcome::Rejected { line: None });
        assert_eq!(tracing(&anywhere, &Traced::Rejected { line: None }), Grade::Right);
    }
}
