//! Executes a program that reports nothing: how it ended, and what it printed.

use super::captured::Capture;
use super::{FILE_MIB, sigxcpu};
use crate::failure::Failure;
use crate::process::limited::{self, Caps};
use crate::process::{Cancel, End, Exit, Usage, supervise};
use crate::verdict::{Limit, Output};
use std::path::Path;
use std::time::Duration;

/// One execution.
pub struct Job<'a> {
    /// The running drill, for its hidden subcommand.
    pub drill: &'a Path,
    pub program: &'a Path,
    pub args: &'a [&'a str],
    /// Where it runs.
    pub folder: &'a Path,
    /// Where its output goes; private to this process.
    pub scratch: &'a Path,
    pub allowance: Allowance,
}

/// What one run may use.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Of processor time.
    pub cpu: Duration,
    /// On the wall, for a program that waits.
    pub wait: Duration,
    /// On the wall, however slow the machine.
    pub wall: Duration,
    pub memory_mib: u64,
}

/// What an execution came to.
#[derive(Clone, Debug)]
pub struct Ran {
    pub end: End<Limit>,
    pub output: Output,
}

enum Stop {
    Cancelled,
    Limit(Limit),
}

/// Runs `job`. `Ok(None)`: cancelled.
pub fn run(job: &Job<'_>, cancel: &Cancel) -> Result<Option<Ran>, Failure> {
    let mut stdout = Capture::create(&job.scratch.join("stdout"))?;
    let mut stderr = Capture::create(&job.scratch.join("stderr"))?;
    let Allowance { cpu, memory_mib, .. } = job.allowance;
    let caps = Caps { cpu_s: cpu.as_secs() + 2, memory_mib, file_mib: FILE_MIB };
    let mut command = limited::command(job.drill, caps, job.program);
    command.args(job.args).current_dir(job.folder);
    // They change what Rust's programs and tests print.
    for name in ["RUST_BACKTRACE", "RUST_TEST_NOCAPTURE", "RUST_TEST_SHUFFLE", "RUST_TEST_TIME_UNIT"] {
        command.env_remove(name);
    }
    command.stdout(stdout.writer()?).stderr(stderr.writer()?);
    let end = supervise(command, |usage| {
        if cancel.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        stdout.trim();
        stderr.trim();
        job.allowance.exceeded(usage).map(Stop::Limit)
    })?;
    let end = match end {
        End::Stopped(Stop::Cancelled) => return Ok(None),
        End::Stopped(Stop::Limit(limit)) => End::Stopped(limit),
        End::Exited(Exit::Signal(signal)) if signal == sigxcpu() => End::Stopped(Limit::Cpu(cpu)),
        End::Exited(exit) => End::Exited(exit),
    };
    Ok(Some(Ran { end, output: Output { stdout: stdout.finish(), stderr: stderr.finish() } }))
}

impl Allowance {
    fn exceeded(&self, usage: Usage) -> Option<Limit> {
        match usage.cpu {
            Some(cpu) if cpu > self.cpu => Some(Limit::Cpu(self.cpu)),
            // A starved process gets more than a fiftieth.
            Some(cpu) if usage.wall > self.wait && cpu < usage.wall / 50 => Some(Limit::Wall(self.wait)),
            _ => (usage.wall > self.wall).then_some(Limit::Wall(self.wall)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computing_waiting_and_a_busy_machine_are_told_apart() {
        let s = Duration::from_secs;
        let allowance = Allowance { cpu: s(2), wait: s(15), wall: s(120), memory_mib: 1 };
        let check = |wall, cpu: Option<u64>, expected| {
            let usage = Usage { wall: s(wall), cpu: cpu.map(s), memory: None };
            assert_eq!(allowance.exceeded(usage), expected);
        };
        check(14, Some(0), None);
        check(16, Some(0), Some(Limit::Wall(s(15))));
        check(60, Some(2), None);
        check(60, Some(3), Some(Limit::Cpu(s(2))));
        check(119, None, None);
        check(121, None, Some(Limit::Wall(s(120))));
    }
}
