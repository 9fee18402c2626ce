//! The command line of `drill new`: clap types, nothing else.

use super::example;
use clap::{Args, Subcommand, ValueEnum};

/// Begin a topic, an exercise or a quiz of your own
///
/// Writes files to start from, into the checkout of content (the pack) that you are in. In an empty folder, and with
/// `--pack DIR`, a new topic makes the pack too. What is still to be written says TODO, and `drill verify` leads
/// through it, one thing after another. Nothing that is there is overwritten.
#[derive(Debug, Args)]
#[command(after_help = example::NEW)]
pub struct New {
    #[command(subcommand)]
    pub what: NewWhat,
}

#[derive(Debug, Subcommand)]
pub enum NewWhat {
    /// Begin a topic: its manifest, its write-up, its place in the atlas
    Topic(NewTopic),
    /// Begin an exercise: stub, solution, checks and wrong variants of a small example
    Exercise(NewExercise),
    /// Begin the quiz of a topic, with one question
    Quiz(NewQuiz),
}

#[derive(Debug, Args)]
pub struct NewTopic {
    /// Its id: lower-case words and hyphens, like `lease-pools`
    #[arg(value_name = "ID")]
    pub id: String,
    /// Its title (default: made of the id)
    #[arg(long)]
    pub title: Option<String>,
    /// The family that is to list it (default: the only one, or the one that plans it)
    #[arg(long, value_name = "ID")]
    pub family: Option<String>,
    /// A path that is to lead there, at its end
    #[arg(long, value_name = "ID")]
    pub path: Option<String>,
}

#[derive(Debug, Args)]
pub struct NewExercise {
    /// Topic, number and name, like `lease-pools/01-first-come`
    #[arg(value_name = "TOPIC/NN-NAME")]
    pub id: String,
    /// Its title (default: made of the name)
    #[arg(long)]
    pub title: Option<String>,
    /// What the learner does
    #[arg(long, value_enum, default_value_t = Mode::Implement)]
    pub mode: Mode,
    /// What the learner should plan for
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub minutes: u64,
    /// The topic's lab: a simulation with a scorecard, and 10 s for a check
    #[arg(long)]
    pub lab: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Write code to a contract
    Implement,
    /// Mend code, with an incident report beside it
    Repair,
    /// Find values that a scorecard accepts
    Tune,
    /// Break a design
    Attack,
}

#[derive(Debug, Args)]
pub struct NewQuiz {
    /// The topic
    #[arg(value_name = "TOPIC")]
    pub topic: String,
}
