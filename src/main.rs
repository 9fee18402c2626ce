//! Parse, dispatch, exit code.

use clap::Parser as _;
use drill::cli::Cli;
use drill::commands;
use drill::terminal::Terminal;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(&cli.global);
    match commands::dispatch(cli, terminal.clone()) {
        Ok(status) => status.into(),
        Err(failure) => terminal.report(&failure).into(),
    }
}
