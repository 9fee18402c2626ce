//! The pipeline without checks, for a program that speaks for itself: compiled, run, and what both said.

use super::Bench;
use crate::compile::diagnostic::Raw;
use crate::compile::plain::{self, Plain};
use crate::failure::Failure;
use crate::process::{Cancel, End};
use crate::run;
use crate::verdict::{Limit, Output};
use std::time::Duration;

/// What a program came to.
#[derive(Debug)]
pub enum Trace {
    /// rustc refuses it; in rustc's order.
    Refused(Vec<Raw>),
    /// rustc did not finish.
    Endless(Duration),
    Ran {
        end: End<Limit>,
        output: Output,
    },
}

impl Bench {
    /// Compiles and runs `program`, under limits. `Ok(None)`: cancelled.
    pub fn trace(&self, program: &str, edition: &str, cancel: &Cancel) -> Result<Option<Trace>, Failure> {
        let scratch = self.scratch()?;
        let built = plain::compile(&self.toolchain, scratch.path(), program, edition, cancel)?;
        let program = match built {
            None => return Ok(None),
            Some(Plain::Errors(errors)) => return Ok(Some(Trace::Refused(errors))),
            Some(Plain::Endless(limit)) => return Ok(Some(Trace::Endless(limit))),
            Some(Plain::Program(program)) => program,
        };
        let ran = run::plain::run(&self.drill, &program, scratch.path(), cancel)?;
        Ok(ran.map(|(end, output)| Trace::Ran { end, output }))
    }
}
