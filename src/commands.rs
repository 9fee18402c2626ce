//! Which calls answer which command. Each command is thin: load, call, show, status.

pub mod context;
pub mod course;
pub mod completions;
pub mod hint;
pub mod init;
pub mod doctor;
pub mod limited;
pub mod list;
pub mod new;
pub mod path;
pub mod progress;
pub mod plot;
pub mod reset;
pub mod solution;
pub mod read;
pub mod quiz;
pub mod run;
pub mod start;
pub mod topics;
pub mod verify;
pub mod watch;

use crate::cli::{Cli, Command, Watch};
use crate::failure::{Failure, Status};
use crate::terminal::Terminal;
use context::Context;

/// Carries out one command line.
pub fn dispatch(cli: Cli, terminal: Terminal) -> Result<Status, Failure> {
    let context = Context::new(terminal, cli.global);
    match cli.command {
        Some(Command::Limited(args)) => limited::run(&args),
        Some(Command::Init(args)) => init::run(&context, &args),
        Some(Command::Run(args)) => run::run(&context, &args),
        Some(Command::Completions(args)) => completions::run(&context, &args),
        Some(Command::Doctor) => doctor::run(&context),
        Some(Command::List(args)) => list::run(&context, &args),
        Some(Command::Path(args)) => path::run(&context, &args),
        Some(Command::Read(args)) => read::run(&context, &args),
        Some(Command::Watch(args)) => watch::run(&context, &args),
        Some(Command::Quiz(args)) => quiz::run(&context, &args),
        Some(Command::Topics(args)) => topics::run(&context, &args),
        Some(Command::Hint(args)) => hint::run(&context, &args),
        Some(Command::Solution(args)) => solution::run(&context, &args),
        Some(Command::Plot(args)) => plot::run(&context, &args),
        Some(Command::Reset(args)) => reset::run(&context, &args),
        Some(Command::Verify(args)) => verify::run(&context, &args),
        Some(Command::New(args)) => new::run(&context, &args),
        Some(Command::Progress(args)) => progress::run(&context, &args),
        // In a workspace, `drill` alone is the main loop; elsewhere it says how to start.
        None if context.found_workspace()?.is_some() => watch::run(&context, &Watch::default()),
        None => start::run(&context),
    }
}
