//! `drill doctor`.

use super::context::Context;
use crate::doctor::{Level, Subject, TerminalFacts, examine};
use crate::failure::{Failure, Status};
use crate::render::doctor::{finding, summary};

pub fn run(context: &Context) -> Result<Status, Failure> {
    let terminal = &context.terminal;
    let (_, atlas) = context.atlas()?;
    let workspace = match &context.global.workspace {
        Some(_) => Some(context.workspace()?),
        None => context.found_workspace()?,
    };
    let (columns, rows) = terminal.size();
    let subject = Subject {
        workspace,
        stubs: atlas.exercises().map(crate::content::model::Exercise::stub_path).collect(),
        drill: std::env::current_exe()
            .map_err(|e| Failure::environment(format!("can't find drill's own program: {e}")))?,
        terminal: TerminalFacts {
            is_terminal: terminal.stdout_is_terminal,
            columns,
            rows,
            color: terminal.theme.color,
            unicode: terminal.theme.unicode,
        },
    };
    let mut found = Vec::new();
    examine(&subject, |each| {
        terminal.out(&finding(&each, terminal.width(), terminal.theme));
        found.push(each);
    });
    terminal.out(&format!("\n{}", summary(&found, terminal.theme)));
    let fails = found.iter().any(|f| f.level == Level::Fail);
    Ok(if fails { Status::Environment } else { Status::Done })
}
