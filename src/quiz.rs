//! A quiz that is being taken: inputs go in, events come out, and `view` says what to show. Pure: knows
//! nothing of terminals, files or clocks; whoever drives it records the answers.

pub mod order;
pub mod grade;
pub mod draft;

use crate::content::question::{Question, Task};
use crate::content::quiz::Quiz;
use draft::{Draft, Review, Step, Turn};
use grade::Grade;

/// What the quiz is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub title: String,
    /// The topic whose write-up explains things; none for a file.
    pub topic: Option<String>,
}

/// What a learner does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// One key: toggles an option, or is text.
    Char(char),
    Backspace,
    Enter,
    /// A whole line, where lines are read. `s` skips and `q` leaves; `:s` and `:q` where text is asked for.
    Line(String),
    Skip,
    Quit,
}

/// What the caller should know, and record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Answered(Answered),
    /// Every question of the round was asked: so many of the whole quiz are right now.
    RoundEnded {
        right: usize,
        total: usize,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The question's id.
    pub question: String,
    pub right: bool,
    /// What was answered, as text.
    pub answer: String,
}

/// Where one question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Open,
    Right,
    Wrong,
    Skipped,
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Asking(Draft),
    Explained(Review),
    /// The round is over; the wrong ones may be asked again.
    Finished,
    Over,
}

#[derive(Clone, Debug)]
pub struct QuizSession {
    subject: Subject,
    questions: Vec<Question>,
    standings: Vec<Standing>,
    seed: u64,
    round: u64,
    /// The questions of this round, by index.
    queue: Vec<usize>,
    /// The current one, by its place in the queue.
    at: usize,
    phase: Phase,
}

/// What to show.
#[derive(Clone, Debug, PartialEq)]
pub enum View<'s> {
    Question(QuestionView<'s>),
    Summary(Summary<'s>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct QuestionView<'s> {
    pub subject: &'s Subject,
    pub question: &'s Question,
    /// From 1, in this round.
    pub number: usize,
    pub of: usize,
    /// Right answers and answers so far in this round.
    pub right: usize,
    pub answered: usize,
    /// In the order to show them, with their labels from 1.
    pub options: Vec<OptionView<'s>>,
    pub stage: Stage<'s>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage<'s> {
    Asking {
        step: Step,
        /// Lines typed before the current one.
        lines: &'s [String],
        input: &'s str,
        notice: Option<&'s str>,
    },
    Explained(&'s Review),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionView<'s> {
    pub label: usize,
    pub text: &'s str,
    pub picked: bool,
    /// Known to the learner once the stage is `Explained`; not before.
    pub is_right: bool,
    /// Why it is wrong.
    pub reason: Option<&'s str>,
}

/// How it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary<'s> {
    pub subject: &'s Subject,
    /// Of the questions of this round; fewer are asked when the learner leaves.
    pub round_right: usize,
    pub round_asked: usize,
    pub round_total: usize,
    /// Of the whole quiz, with what was right before.
    pub right: usize,
    pub total: usize,
    /// Answered wrong in this round, and skipped.
    pub wrong: Vec<&'s Question>,
    pub skipped: Vec<&'s Question>,
}

impl QuizSession {
    /// `is_known` tells the ids of questions that need not be asked: those answered right before.
    pub fn new(quiz: Quiz, subject: Subject, seed: u64, is_known: impl Fn(&str) -> bool) -> QuizSession {
        let standing = |q: &Question| if is_known(&q.id) { Standing::Right } else { Standing::Open };
        let standings = quiz.questions.iter().map(standing).collect();
        let questions = quiz.questions;
        let (queue, phase) = (Vec::new(), Phase::Finished);
        let mut session = QuizSession { subject, questions, standings, seed, round: 0, queue, at: 0, phase };
        session.start_round();
        session
    }

    pub fn on(&mut self, input: Input) -> Option<Event> {
        match &mut self.phase {
            Phase::Asking(_) => self.on_asking(input),
            Phase::Explained(_) => {
                let quits = match &input {
                    Input::Quit => true,
                    Input::Line(line) => match word(line).as_str() {
                        "" | "n" | "next" => false,
                        "q" | "quit" => true,
                        _ => return None,
                    },
                    Input::Enter | Input::Skip | Input::Char(' ') => false,
                    Input::Char(_) | Input::Backspace => return None,
                };
                let event = self.advance();
                if quits {
                    self.phase = Phase::Over;
                }
                event
            }
            Phase::Finished => {
                match &input {
                    Input::Char('r') => self.retry(),
                    Input::Line(line) => match word(line).as_str() {
                        "r" | "retry" => self.retry(),
                        "" | "q" | "quit" => self.phase = Phase::Over,
                        _ => {}
                    },
                    Input::Quit | Input::Enter | Input::Char('q') => self.phase = Phase::Over,
                    Input::Char(_) | Input::Backspace | Input::Skip => {}
                }
                None
            }
            Phase::Over => None,
        }
    }

    fn on_asking(&mut self, input: Input) -> Option<Event> {
        let Phase::Asking(draft) = &mut self.phase else { return None };
        let index = *self.queue.get(self.at)?;
        let question = &self.questions[index];
        let turn = match input {
            Input::Char(c) => draft.char(question, c),
            Input::Line(line) => draft.line(question, &line),
            Input::Enter => draft.enter(question),
            Input::Backspace => {
                draft.input.pop();
                Turn::Continues
            }
            Input::Skip => Turn::Skipped,
            Input::Quit => Turn::Left,
        };
        match turn {
            Turn::Continues => None,
            Turn::Left => {
                self.phase = Phase::Over;
                None
            }
            Turn::Skipped => {
                self.standings[index] = Standing::Skipped;
                self.advance()
            }
            Turn::Settled(review) => {
                let right = review.grade == Grade::Right;
                self.standings[index] = if right { Standing::Right } else { Standing::Wrong };
                let answer = review.answer.clone();
                self.phase = Phase::Explained(review);
                Some(Event::Answered(Answered { question: self.questions[index].id.clone(), right, answer }))
            }
        }
    }

    /// To the next question, or to the end of the round.
    fn advance(&mut self) -> Option<Event> {
        self.at += 1;
        self.ask();
        let (right, total) = self.score();
        (self.phase == Phase::Finished).then_some(Event::RoundEnded { right, total })
    }

    fn ask(&mut self) {
        self.phase = match self.queue.get(self.at) {
            Some(i) => {
                let question = &self.questions[*i];
                Phase::Asking(Draft::new(question, order::seed_of(self.seed, &question.id, self.round)))
            }
            None => Phase::Finished,
        };
    }

    /// Asks everything that is not right yet.
    fn start_round(&mut self) {
        let open = (0..self.questions.len()).filter(|i| self.standings[*i] != Standing::Right);
        self.queue = open.collect();
        self.at = 0;
        self.ask();
    }

    fn retry(&mut self) {
        if self.can_retry() {
            self.round += 1;
            self.start_round();
        }
    }

    fn can_retry(&self) -> bool {
        self.standings.iter().any(|s| *s != Standing::Right)
    }

    /// Nothing more will be asked.
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Keys are text now, so that letters can't be commands.
    pub fn wants_text(&self) -> bool {
        matches!(&self.phase, Phase::Asking(draft)
            if !matches!(draft.step, Step::Pick { .. } | Step::Compiles))
    }

    /// Questions that are right now, of all.
    pub fn score(&self) -> (usize, usize) {
        let right = self.standings.iter().filter(|s| **s == Standing::Right).count();
        (right, self.standings.len())
    }

    pub fn view(&self) -> View<'_> {
        let (slots, picked, stage) = match &self.phase {
            Phase::Asking(draft) => {
                let notice = draft.notice.as_deref();
                let (step, lines, input) = (draft.step, draft.lines.as_slice(), draft.input.as_str());
                (&draft.slots, &draft.picked, Stage::Asking { step, lines, input, notice })
            }
            Phase::Explained(review) => (&review.slots, &review.picked, Stage::Explained(review)),
            Phase::Finished | Phase::Over => return View::Summary(self.summary()),
        };
        let question = &self.questions[self.queue[self.at]];
        let mut options = Vec::new();
        if let Task::Choice(choice) = &question.task {
            for (i, (slot, picked)) in slots.iter().zip(picked).enumerate() {
                let reason = match slot {
                    order::Slot::Answer(_) => None,
                    order::Slot::Distractor(d) => choice.distractors[*d].reason.as_deref(),
                };
                let (text, is_right) = (slot.text(choice), slot.is_right());
                options.push(OptionView { label: i + 1, text, picked: *picked, is_right, reason });
            }
        }
        let explained = usize::from(matches!(stage, Stage::Explained(_)));
        let done = &self.queue[..self.at + explained];
        let is = |wanted: Standing| done.iter().filter(|i| self.standings[**i] == wanted).count();
        let right = is(Standing::Right);
        View::Question(QuestionView {
            subject: &self.subject,
            question,
            number: self.at + 1,
            of: self.queue.len(),
            right,
            answered: right + is(Standing::Wrong),
            options,
            stage,
        })
    }

    fn summary(&self) -> Summary<'_> {
        let of = |wanted: Standing| -> Vec<&Question> {
            let asked = self.queue.iter().filter(|i| self.standings[**i] == wanted);
            asked.map(|i| &self.questions[*i]).collect()
        };
        let (right, total) = self.score();
        let asked = &self.queue[..self.at.min(self.queue.len())];
        let round_right = asked.iter().filter(|i| self.standings[**i] == Standing::Right).count();
        Summary {
            subject: &self.subject,
            round_right,
            round_asked: asked.len(),
            round_total: self.queue.len(),
            right,
            total,
            wrong: of(Standing::Wrong),
            skipped: of(Standing::Skipped),
        }
    }
}

fn word(line: &str) -> String {
    line.trim().trim_start_matches(':').to_lowercase()
}

#[cfg(test)]
mod tests;
