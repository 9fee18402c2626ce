//! `drill completions SHELL`.

use super::context::Context;
use crate::cli::{Cli, Completions};
use crate::failure::{Failure, Status};
use clap::CommandFactory as _;

pub fn run(context: &Context, args: &Completions) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "drill", &mut script);
    context.terminal.out(&String::from_utf8_lossy(&script));
    Ok(Status::Done)
}
