//! The pipeline without checks, for a program that speaks for itself: compiled, run, and what both said.

use super::Bench;
use crate::compile::diagnostic::Raw;
use crate::compile::plain::{self, Plain};
use crate::failure::Failure;
use crate::fsx;
use crate::process::{Cancel, End};
use crate::run;
use crate::run::plain::{Allowance, Job};
use crate::verdict::{Limit, Output};
use std::time::Duration;

/// A program to be traced in the head needs a thousandth of it, but may well sleep a second or two.
const ALLOWANCE: Allowance = Allowance {
    cpu: Duration::from_secs(2),
    wait: Duration::from_secs(15),
    wall: Duration::from_mins(2),
    memory_mib: 512,
};

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
        let work = scratch.path().join("work");
        fsx::create_dir_all(&work)?;
        let job = Job {
            drill: &self.drill,
            program: &program,
            args: &[],
            folder: &work,
            scratch: scratch.path(),
            allowance: ALLOWANCE,
        };
        Ok(run::plain::run(&job, cancel)?.map(|ran| Trace::Ran { end: ran.end, output: ran.output }))
    }
}
