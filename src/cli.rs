//! The command line: names, flags and help. Holds clap types and nothing else.

pub mod example;
pub mod new;

use clap::{Args, Parser, Subcommand, ValueEnum};
use new::New;
use std::path::PathBuf;

/// Learn production systems by mechanism: build them, break them, see the trace that proves them wrong
#[derive(Debug, Parser)]
#[command(name = "drill", version, after_help = example::MAIN, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub global: Global,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// When to use colours (`NO_COLOR` counts as never)
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN", hide_possible_values = false)]
    pub color: When,
    /// Print lines only: no redraws, no symbols beyond ASCII (for screen readers and logs)
    #[arg(long, global = true)]
    pub plain: bool,
    /// Use this workspace instead of looking for one
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    /// Use a folder of content instead of the embedded one: a pack of drill's layout, or of rustlings
    #[arg(long, global = true, value_name = "DIR")]
    pub pack: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(Init),
    Watch(Watch),
    Run(Run),
    Path(PathArgs),
    List(List),
    Topics(Topics),
    Read(Read),
    Quiz(Quiz),
    Hint(Hint),
    Solution(Solution),
    Plot(Plot),
    Reset(Reset),
    Progress(Progress),
    /// Find out what is wrong with the set-up, and what mends it
    ///
    /// Tries out rustc, the linker, limits, file events, the workspace and the disk. Whatever fails names the
    /// command that mends it. Exits with 0 when nothing fails, else with 3.
    #[command(after_help = example::DOCTOR)]
    Doctor,
    Completions(Completions),
    Verify(Verify),
    New(New),
    /// Apply limits to this process, then become another program
    #[command(name = "__limited", hide = true)]
    Limited(Limited),
}

/// Make a workspace, or bring an existing one up to date
///
/// Writes every stub and write-up below DIR. Run it again after an upgrade: it adds what is new and refreshes
/// what you have not touched. Files that you edited are named and never overwritten.
#[derive(Debug, Args)]
#[command(after_help = example::INIT)]
pub struct Init {
    /// Where (default: the workspace you are in, else `drill-workspace`)
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Judge at every save and lead along the path
///
/// Watches the exercises of your workspace. Save a stub in your editor and its hidden checks run; the screen
/// shows the verdict and what to type next. Without a workspace it makes one.
#[derive(Debug, Default, Args)]
#[command(after_help = example::WATCH)]
pub struct Watch {
    /// The path to follow, for instance `rate-limiting` (default: the one you followed last)
    #[arg(value_name = "PATH")]
    pub path: Option<String>,
    /// Go to the next exercise after a pass without a key
    #[arg(long)]
    pub auto_advance: bool,
    /// Look for saves four times a second instead of waiting for events (network folders, containers)
    #[arg(long)]
    pub poll: bool,
    /// Command that opens a file in your editor (default: `$VISUAL`, then `$EDITOR`)
    #[arg(long, value_name = "CMD")]
    pub edit_cmd: Option<String>,
}

/// Judge one exercise once
///
/// Without EXERCISE it judges the one you are at. Any unambiguous part of a name will do: `01`, `lazy`,
/// `token-bucket-gcra/01-lazy-refill`.
#[derive(Debug, Args)]
#[command(after_help = example::RUN)]
pub struct Run {
    /// Which one (default: the one you are at)
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// How to print the verdict; JSON is a documented contract (docs: README, 'JSON')
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub format: Format,
}

/// Show the paths, or follow one
///
/// Without PATH: all paths with your progress. With PATH: follow it from now on, and show its itinerary and
/// what comes next.
#[derive(Debug, Args)]
#[command(after_help = example::PATH)]
pub struct PathArgs {
    /// Its name, or any unambiguous part of it
    #[arg(value_name = "PATH")]
    pub path: Option<String>,
}

/// List every exercise and quiz with its state
///
/// On a terminal, opens a picker: arrows or j/k move, / searches, Enter goes there, q leaves. Otherwise, and
/// with --plain, prints lines.
#[derive(Debug, Args)]
#[command(after_help = example::LIST)]
pub struct List {
    /// How to print the list; JSON is a documented contract
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub format: Format,
    /// Print lines instead of opening the picker
    #[arg(long)]
    pub no_picker: bool,
}

/// Search and filter the topics
///
/// Every word must match somewhere in a topic's title, id, summary, tags, labels, paths or linked topics.
/// Filters combine with AND. The answer ends with the values that each filter has, with the number of topics
/// they would leave, and with the slice to come back to.
#[derive(Debug, Args)]
#[command(after_help = example::TOPICS)]
pub struct Topics {
    /// What must stand in it, in any case and order
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    /// Only this family, by id or title
    #[arg(long)]
    pub family: Option<String>,
    /// Only foundations, building blocks, end-to-end designs or trade-offs
    #[arg(long)]
    pub kind: Option<String>,
    /// Only `intro`, `intermediate` or `advanced`
    #[arg(long)]
    pub difficulty: Option<String>,
    /// Only what is on this path
    #[arg(long)]
    pub path: Option<String>,
    /// Only what has this tag; may be given again
    #[arg(long)]
    pub tag: Vec<String>,
    /// The same filters as a URL query: '?family=reliability&tag=pid'
    #[arg(long, value_name = "QUERY", conflicts_with_all = ["words", "family", "kind", "difficulty", "path", "tag"])]
    pub slice: Option<String>,
}

/// Read a topic's write-up
///
/// Rendered for the terminal, in `$PAGER` (default `less -R`) when it is long. Piped, it is plain text.
#[derive(Debug, Args)]
#[command(after_help = example::READ)]
pub struct Read {
    /// A topic, and optionally a section of it: `token-bucket-gcra#gcra` (default: the one you are at)
    #[arg(value_name = "TOPIC")]
    pub topic: Option<String>,
    /// Print the Markdown itself
    #[arg(long)]
    pub raw: bool,
}

/// Take a topic's quiz, or any mdbook-quiz file
///
/// Asks each question, explains every wrong option, keeps score. What was answered is kept at once (for topics,
/// in a workspace), so you can leave at any time; taken again, it asks only what is not right yet.
///
/// Where no terminal is on both ends it asks nothing: it prints the questions without their answers.
///
/// Exits with 0 when every question is right (or all were printed), 1 when some are wrong or open, 3 when the
/// file has problems: all of them are listed, with their lines.
#[derive(Debug, Args)]
#[command(after_help = example::QUIZ)]
pub struct Quiz {
    /// A topic, or the path of a quiz file (default: the topic you are at)
    #[arg(value_name = "TOPIC|FILE")]
    pub what: Option<String>,
    /// Ask every question again, also those answered right
    #[arg(long)]
    pub all: bool,
    /// Shuffle the options in the same way each time
    #[arg(long, value_name = "N", hide = true)]
    pub seed: Option<u64>,
}

/// Show the next of an exercise's three hints
///
/// Each is more concrete than the one before. Taking one is recorded and does not move you.
#[derive(Debug, Args)]
#[command(after_help = example::HINT)]
pub struct Hint {
    /// Which one, by any unambiguous part of its name
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// Show again all hints taken so far, and no new one
    #[arg(long)]
    pub again: bool,
}

/// Show the commented solution, after a pass
///
/// Without EXERCISE it is the one you are at.
#[derive(Debug, Args)]
#[command(after_help = example::SOLUTION)]
pub struct Solution {
    /// Which one, by any unambiguous part of its name
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// Show it without having passed; this is recorded
    #[arg(long)]
    pub give_up: bool,
    /// Show how yours differs from it
    #[arg(long)]
    pub diff: bool,
}

/// Show the last run of a lab, or of another exercise that draws, as charts
///
/// The curves that its checks recorded, with axes, units, limits and marks where something went wrong. Without EXERCISE
/// it is the one that was run last.
#[derive(Debug, Args)]
#[command(after_help = example::PLOT)]
pub struct Plot {
    /// Which one, by any unambiguous part of its name
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// Write the charts to FILE for a document (`-`: standard output)
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// Put an exercise back to its stub, keeping a backup
///
/// Without EXERCISE it is the one you are at. What you wrote is copied to `.drill/backups` first, and stays there.
#[derive(Debug, Args)]
#[command(after_help = example::RESET)]
pub struct Reset {
    /// Which one, by any unambiguous part of its name
    #[arg(value_name = "EXERCISE", conflicts_with = "all")]
    pub exercise: Option<String>,
    /// Every exercise; asks before
    #[arg(long)]
    pub all: bool,
    /// Bring back what the last reset put away (once more: undo the undo)
    #[arg(long, conflicts_with_all = ["exercise", "all"])]
    pub undo: bool,
    /// Don't ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Show where you stand; export or merge progress
///
/// Progress is in `.drill/progress.toml` of your workspace and survives crashes, upgrades and two drills at once.
#[derive(Debug, Args)]
#[command(after_help = example::PROGRESS)]
pub struct Progress {
    /// Write all progress to FILE (`-`: standard output)
    #[arg(long, value_name = "FILE", conflicts_with = "import")]
    pub export: Option<PathBuf>,
    /// Merge progress that another machine exported (`-`: standard input)
    #[arg(long, value_name = "FILE")]
    pub import: Option<PathBuf>,
}

/// Prove that content is right
///
/// For each exercise: the stub compiles and does not pass, the solution and every alternative pass under many seeds,
/// each wrong variant is caught by the check that it names, verdicts are the same twice, and no message or hint shows a
/// line of the solution. Further formatting, write-ups with their links, hints, and the keys of quizzes. All problems
/// are shown at once, with file and line.
///
/// In a checkout of content (a pack) it proves that folder, else what is built in. What was proved before and has not
/// changed since is not proved again.
///
/// Exits with 0 when everything is proved, with 1 when there is something to mend.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(after_help = example::VERIFY)]
pub struct Verify {
    /// A topic, an exercise, or the path of a quiz file (default: everything)
    #[arg(value_name = "WHAT")]
    pub what: Option<String>,
    /// How many seeds a right solution must pass
    #[arg(long, value_name = "N", default_value_t = crate::verify::SEEDS, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub seeds: u64,
    /// Change no file: that `caught.toml` of a topic is out of date is a problem (for CI)
    #[arg(long)]
    pub locked: bool,
    /// Prove again also what is unchanged since it was proved
    #[arg(long)]
    pub all: bool,
    /// Search for what the checks do not catch: edit each solution in many small ways, and list the edits that pass
    #[arg(long)]
    pub mutate: bool,
    /// How many percent of a topic's small edits may pass, beside those that are marked as equivalent
    #[arg(long, value_name = "PERCENT", requires = "mutate", default_value_t = crate::verify::mutation::MAX_SURVIVORS, value_parser = clap::value_parser!(u8).range(..=100))]
    pub max_survivors: u8,
    /// Prove what changes again at each save, until Ctrl-C
    #[arg(long, conflicts_with_all = ["format", "all"])]
    pub watch: bool,
    /// How to print what was found; JSON is a documented contract (docs: README, 'JSON')
    #[arg(long, value_enum, default_value_t = VerifyFormat::Human, value_name = "FORMAT")]
    pub format: VerifyFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormat {
    #[default]
    Human,
    Json,
    /// XML for CI services
    Junit,
}

/// Print a completion script for a shell
///
/// Put it where your shell looks for completions, then open a new shell.
#[derive(Debug, Args)]
#[command(after_help = example::COMPLETIONS)]
pub struct Completions {
    /// Which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Limited {
    /// CPU seconds of the whole process
    #[arg(long)]
    pub cpu_s: u64,
    #[arg(long)]
    pub memory_mib: u64,
    #[arg(long)]
    pub file_mib: u64,
    pub program: PathBuf,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<std::ffi::OsString>,
}
