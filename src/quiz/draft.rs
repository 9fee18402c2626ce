//! The answer to one question while it is being given: options picked, lines typed, step by step. Text that
//! can't be judged gets a notice and is asked for again; it costs nothing.

use super::grade::{self, Grade, Traced};
use super::order::{self, Slot};
use crate::content::quantity::Misread;
use crate::content::question::{Outcome, Question, Response, Task};

/// What is asked for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One option, or any number of them.
    Pick { multi: bool },
    /// One line of text.
    Text,
    /// Lines of text, ended by an empty one.
    Lines { code: bool },
    /// Does it compile?
    Compiles,
    /// The program's output: lines, ended by an empty one.
    Output,
    /// The line that the compiler's first error points at.
    LineNumber,
    /// Why the learner thinks so; may stay empty.
    Why,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub slots: Vec<Slot>,
    pub picked: Vec<bool>,
    pub step: Step,
    /// Lines typed before the current one.
    pub lines: Vec<String>,
    /// The current line, where keys are read one by one.
    pub input: String,
    pub notice: Option<String>,
    graded: Option<(Grade, String)>,
}

/// An answer, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    pub slots: Vec<Slot>,
    pub picked: Vec<bool>,
    pub grade: Grade,
    /// The answer as text, one line or several.
    pub answer: String,
    /// The learner's own justification.
    pub why: Option<String>,
}

/// What one input came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    Continues,
    Settled(Review),
    Skipped,
    Left,
}

/// Longest line that is kept.
const MAX_LINE: usize = 2_000;
/// Most lines that are kept.
const MAX_LINES: usize = 200;

impl Draft {
    pub fn new(question: &Question, seed: u64) -> Draft {
        let (slots, step) = match &question.task {
            Task::Choice(choice) => (order::slots(choice, seed), Step::Pick { multi: choice.multi }),
            Task::Short(short) => match short.response {
                Response::Short => (Vec::new(), Step::Text),
                Response::Long => (Vec::new(), Step::Lines { code: false }),
                Response::Code => (Vec::new(), Step::Lines { code: true }),
            },
            Task::Tracing(_) => (Vec::new(), Step::Compiles),
        };
        let picked = vec![false; slots.len()];
        Draft { slots, picked, step, lines: Vec::new(), input: String::new(), notice: None, graded: None }
    }

    /// One key. Options are toggled by digit or letter; elsewhere it is text.
    pub fn char(&mut self, question: &Question, c: char) -> Turn {
        self.notice = None;
        match self.step {
            Step::Pick { multi } => {
                if let Some(i) = index_of(&c.to_string(), self.slots.len()) {
                    let was = self.picked[i];
                    if !multi {
                        self.picked.fill(false);
                    }
                    self.picked[i] = !was;
                }
                Turn::Continues
            }
            Step::Compiles => self.line(question, &c.to_string()),
            _ => {
                if !c.is_control() && self.input.len() < MAX_LINE {
                    self.input.push(c);
                }
                Turn::Continues
            }
        }
    }

    /// Enter, after single keys.
    pub fn enter(&mut self, question: &Question) -> Turn {
        if let Step::Pick { .. } = self.step
            && self.picked.contains(&true)
        {
            return self.grade_options(question);
        }
        let line = std::mem::take(&mut self.input);
        self.line(question, &line)
    }

    /// A whole line.
    pub fn line(&mut self, question: &Question, line: &str) -> Turn {
        self.notice = None;
        let word = line.trim().to_lowercase();
        let is_text = matches!(self.step, Step::Text | Step::Lines { .. } | Step::Output | Step::Why);
        match word.as_str() {
            ":s" | ":q" if self.step == Step::Why => return self.settle(None),
            ":s" | ":skip" => return Turn::Skipped,
            ":q" | ":quit" => return Turn::Left,
            "s" | "skip" if !is_text => return Turn::Skipped,
            "q" | "quit" if !is_text => return Turn::Left,
            _ => {}
        }
        match (self.step, &question.task) {
            (Step::Why, _) => self.settle(Some(line.trim()).filter(|l| !l.is_empty()).map(String::from)),
            (Step::Pick { multi }, _) => self.pick(question, &word, multi),
            (Step::Compiles, Task::Tracing(tracing)) => {
                let asks_line = matches!(tracing.outcome, Outcome::Rejected { line: Some(_) });
                match (word.as_str(), &tracing.outcome) {
                    ("y" | "yes", Outcome::Compiles { stdout: None }) => {
                        self.traced(question, &Traced::Compiles { output: String::new() })
                    }
                    ("y" | "yes", _) => self.next(Step::Output),
                    ("n" | "no", Outcome::Rejected { .. }) if !asks_line => {
                        self.traced(question, &Traced::Rejected { line: None })
                    }
                    ("n" | "no", _) => self.next(Step::LineNumber),
                    _ => self.again("type `y` if it compiles, `n` if it does not"),
                }
            }
            (Step::LineNumber, Task::Tracing(tracing)) => {
                let last = tracing.program.lines().count();
                match word.trim_start_matches("line").trim().parse() {
                    Ok(line) if (1..=last).contains(&line) => {
                        self.traced(question, &Traced::Rejected { line: Some(line) })
                    }
                    _ => self.again(format!("type the number of a line, from 1 to {last}")),
                }
            }
            (Step::Output, _) if line.trim().is_empty() => {
                self.traced(question, &Traced::Compiles { output: self.lines.join("\n") })
            }
            (Step::Lines { .. }, _) if line.trim().is_empty() => {
                let typed = self.lines.join("\n");
                self.short(question, &typed)
            }
            (Step::Text, _) => self.short(question, line),
            _ => {
                if self.lines.len() < MAX_LINES {
                    self.lines.push(line.trim_end().chars().take(MAX_LINE).collect());
                }
                Turn::Continues
            }
        }
    }

    fn next(&mut self, step: Step) -> Turn {
        self.step = step;
        Turn::Continues
    }

    fn again(&mut self, notice: impl Into<String>) -> Turn {
        self.notice = Some(notice.into());
        Turn::Continues
    }

    fn pick(&mut self, question: &Question, typed: &str, multi: bool) -> Turn {
        let total = self.slots.len();
        let mut picked = vec![false; total];
        let tokens = typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '+' | '.' | ')'));
        for token in tokens.filter(|t| !t.is_empty() && *t != "and") {
            let whole = index_of(token, total);
            // 13 may stand for 1 and 3, where there are no 13 options.
            let each: Option<Vec<usize>> = match whole {
                Some(i) => Some(vec![i]),
                None => token.chars().map(|c| index_of(&c.to_string(), total)).collect(),
            };
            let Some(each) = each else {
                return self.again(format!("`{token}` is not an option: type a number from 1 to {total}"));
            };
            for i in each {
                picked[i] = true;
            }
        }
        match picked.iter().filter(|p| **p).count() {
            0 if multi => self.again(format!("type the numbers of the options, from 1 to {total}")),
            0 => self.again(format!("type the number of an option, from 1 to {total}")),
            2.. if !multi => self.again("this question has one right answer: type one number"),
            _ => {
                self.picked = picked;
                self.grade_options(question)
            }
        }
    }

    fn grade_options(&mut self, question: &Question) -> Turn {
        let Task::Choice(choice) = &question.task else { return Turn::Continues };
        let picked = self.slots.iter().zip(&self.picked).filter(|(_, picked)| **picked);
        let answer: Vec<&str> = picked.map(|(slot, _)| slot.text(choice).trim()).collect();
        self.graded(question, grade::options(&self.slots, &self.picked), answer.join(" | "))
    }

    fn short(&mut self, question: &Question, typed: &str) -> Turn {
        let Task::Short(short) = &question.task else { return Turn::Continues };
        let typed = typed.trim();
        if typed.is_empty() {
            return self.again("type an answer first");
        }
        let typed: String = typed.chars().take(MAX_LINE).collect();
        match grade::short(short, &typed) {
            Ok(grade) => self.graded(question, grade, typed),
            Err(misread) => {
                self.lines.clear();
                let unit = short.numeric.as_ref().and_then(|n| n.unit.as_deref());
                self.again(ask_again(&misread, unit))
            }
        }
    }

    fn traced(&mut self, question: &Question, said: &Traced) -> Turn {
        let Task::Tracing(tracing) = &question.task else { return Turn::Continues };
        let answer = match said {
            Traced::Compiles { output } if output.is_empty() => "it compiles".to_string(),
            Traced::Compiles { output } => format!("it compiles and prints\n{output}"),
            Traced::Rejected { line: Some(line) } => format!("it does not compile: line {line}"),
            Traced::Rejected { line: None } => "it does not compile".to_string(),
        };
        self.graded(question, grade::tracing(tracing, said), answer)
    }

    fn graded(&mut self, question: &Question, grade: Grade, answer: String) -> Turn {
        self.graded = Some((grade, answer));
        if question.prompt_explanation {
            self.lines.clear();
            return self.next(Step::Why);
        }
        self.settle(None)
    }

    fn settle(&mut self, why: Option<String>) -> Turn {
        let Some((grade, answer)) = self.graded.take() else { return Turn::Continues };
        let (slots, picked) = (std::mem::take(&mut self.slots), std::mem::take(&mut self.picked));
        Turn::Settled(Review { slots, picked, grade, answer, why })
    }
}

/// `3` or `c`, as an index below `total`.
fn index_of(token: &str, total: usize) -> Option<usize> {
    let mut chars = token.chars();
    let index = match (chars.next(), chars.next()) {
        (Some(c @ 'a'..='z'), None) => usize::from(u8::try_from(c).ok()? - b'a'),
        _ if token.bytes().all(|b| b.is_ascii_digit()) => token.parse::<usize>().ok()?.checked_sub(1)?,
        _ => return None,
    };
    (index < total).then_some(index)
}

fn ask_again(misread: &Misread, unit: Option<&str>) -> String {
    match misread {
        Misread::NoNumber => match unit {
            Some(unit) => format!("the answer is a number, in {unit}: type one"),
            None => "the answer is a number: type one".to_string(),
        },
        Misread::Ambiguous { grouped, decimal } => {
            format!("that can be read as {grouped} or as {decimal}: type one of these")
        }
        Misread::MoreThanOne => "type one number, with or without its unit".to_string(),
        Misread::TooLarge => "that number is too large to be judged".to_string(),
    }
}
