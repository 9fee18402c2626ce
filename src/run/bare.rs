//! Executes a program that writes no report, as those of foreign packs: what it printed and how it ended is all that
//! is known.

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
    pub cpu: Duration,
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
    let caps = Caps { cpu_s: job.cpu.as_secs() + 2, memory_mib: job.memory_mib, file_mib: FILE_MIB };
    let mut command = limited::command(job.drill, caps, job.program);
    command.args(job.args).current_dir(job.folder).env_remove("RUST_BACKTRACE");
    command.stdout(stdout.writer()?).stderr(stderr.writer()?);
    let end = supervise(command, |usage| {
        if cancel.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        stdout.trim();
        stderr.trim();
        exceeded(job.cpu, usage).map(Stop::Limit)
    })?;
    let end = match end {
        End::Stopped(Stop::Cancelled) => return Ok(None),
        End::Stopped(Stop::Limit(limit)) => End::Stopped(limit),
        End::Exited(Exit::Signal(signal)) if signal == sigxcpu() => End::Stopped(Limit::Cpu(job.cpu)),
        End::Exited(exit) => End::Exited(exit),
    };
    Ok(Some(Ran { end, output: Output { stdout: stdout.finish(), stderr: stderr.finish() } }))
}

/// Computing for too long, waiting without working, or both on a slow machine.
fn exceeded(limit: Duration, usage: Usage) -> Option<Limit> {
    let whole = |d: Duration| Duration::from_secs(d.as_secs());
    match usage.cpu {
        Some(cpu) if cpu > limit => Some(Limit::Cpu(limit)),
        Some(cpu) if usage.wall > limit && cpu < usage.wall / 50 => Some(Limit::Wall(whole(usage.wall))),
        _ => (usage.wall > limit * 5).then_some(Limit::Wall(limit * 5)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computing_and_waiting_have_an_end() {
        let s = Duration::from_secs;
        let check = |wall, cpu: Option<u64>, expected| {
            let usage = Usage { wall: s(wall), cpu: cpu.map(Duration::from_millis), memory: None };
            assert_eq!(exceeded(s(10), usage), expected);
        };
        check(9, Some(9_000), None);
        check(11, Some(10_001), Some(Limit::Cpu(s(10))));
        check(11, Some(100), Some(Limit::Wall(s(11))));
        check(40, Some(1_000), None);
        check(51, Some(2_000), Some(Limit::Wall(s(50))));
        check(9, None, None);
        check(51, None, Some(Limit::Wall(s(50))));
    }
}
