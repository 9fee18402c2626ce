//! What a quiz asks: options to pick, something to type, a program to trace. Plain data; how it is written is
//! `quiz`'s business.

#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Unique in its quiz; derived from the prompt when the file gives none.
    pub id: String,
    /// Where it stands in the file, from 1.
    pub line: usize,
    /// What the questions of one group share, as Markdown.
    pub part: Option<String>,
    pub task: Task,
    /// Explains the right answer, as Markdown.
    pub context: Option<String>,
    /// Ask for a sentence of justification.
    pub prompt_explanation: bool,
    /// What a wrong answer most likely comes from.
    pub misconception: Option<String>,
    /// The write-up's section to read, as an anchor.
    pub read: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    Choice(Choice),
    Short(Short),
    Tracing(Tracing),
}

/// Pick the right options: all of them and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub prompt: String,
    pub answers: Vec<String>,
    /// The answer is a list: any number may be picked.
    pub multi: bool,
    pub distractors: Vec<Distractor>,
    pub order: Order,
}

/// A wrong option, and why it is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distractor {
    pub text: String,
    pub reason: Option<String>,
}

/// How options stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Shuffled,
    /// The distractors in the file's order, with the answers put in at this index.
    AnswersAt(usize),
    /// By their text.
    Sorted,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Short {
    pub prompt: String,
    pub answer: String,
    pub alternatives: Vec<String>,
    pub response: Response,
    pub numeric: Option<Numeric>,
}

/// How much is typed: a line, some lines, or lines of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    Short,
    Long,
    Code,
}

/// The answer as a number: any spelling within the tolerance is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Numeric {
    pub value: f64,
    pub unit: Option<String>,
    /// Absolute, in the unit; the bounds are right.
    pub tolerance: f64,
}

/// Say what the compiler and the program do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracing {
    pub program: String,
    pub outcome: Outcome,
    /// The line of the program that a foreign file calls the error's cause. mdbook-quiz asks nobody for it, so
    /// neither does drill.
    pub cause: Option<usize>,
    /// Where the answer stands in the file, from 1.
    pub key_line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It compiles; the output, when the file gives it.
    Compiles { stdout: Option<String> },
    /// It does not; the line that the first error points at (`-->`), when it is asked for.
    Rejected { line: Option<usize> },
}

impl Question {
    /// The question as Markdown; a tracing question has only its program.
    pub fn prompt(&self) -> &str {
        match &self.task {
            Task::Choice(choice) => &choice.prompt,
            Task::Short(short) => &short.prompt,
            Task::Tracing(_) => "Does this program compile, and what does it print?",
        }
    }

    /// The wrong options that nothing explains.
    pub fn unexplained(&self) -> Vec<&str> {
        let Task::Choice(choice) = &self.task else { return Vec::new() };
        choice.distractors.iter().filter(|d| d.reason.is_none()).map(|d| d.text.as_str()).collect()
    }
}

impl Task {
    /// An id for a question that has none: stable while its prompt stays as it is (FNV-1a).
    pub fn derived_id(&self) -> String {
        let text = match self {
            Task::Choice(choice) => &choice.prompt,
            Task::Short(short) => &short.prompt,
            Task::Tracing(tracing) => &tracing.program,
        };
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in text.trim().bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("q-{hash:016x}")
    }
}
