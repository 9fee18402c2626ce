//! Executes a program that reports nothing: how it ended, and what it printed.

use super::{FILE_MIB, sigxcpu};
use crate::failure::Failure;
use crate::fsx;
use crate::process::limited::{self, Caps};
use crate::process::{Cancel, End, Exit, Usage, supervise};
use crate::run::captured::Capture;
use crate::verdict::{Limit, Output};
use std::path::Path;
use std::time::Duration;

/// CPU time; a program to be traced in the head needs a thousandth.
const CPU: Duration = Duration::from_secs(2);
/// On the wall, for one that waits; it may well sleep a second or two.
const WAIT: Duration = Duration::from_secs(15);
/// On the wall, however slow the machine.
const WALL: Duration = Duration::from_mins(2);
const MEMORY_MIB: u64 = 512;

enum Stop {
    Cancelled,
    Limit(Limit),
}

/// Runs `program` with its output in `folder`, which is private to this process. `drill` is the program whose hidden
/// subcommand applies the limits. `Ok(None)`: cancelled.
pub fn run(
    drill: &Path,
    program: &Path,
    folder: &Path,
    cancel: &Cancel,
) -> Result<Option<(End<Limit>, Output)>, Failure> {
    let work = folder.join("work");
    fsx::create_dir_all(&work)?;
    let mut stdout = Capture::create(&folder.join("stdout"))?;
    let mut stderr = Capture::create(&folder.join("stderr"))?;
    let caps = Caps { cpu_s: CPU.as_secs() + 2, memory_mib: MEMORY_MIB, file_mib: FILE_MIB };
    let mut command = limited::command(drill, caps, program);
    command.current_dir(&work).env_remove("RUST_BACKTRACE");
    command.stdout(stdout.writer()?).stderr(stderr.writer()?);
    let end = supervise(command, |usage| {
        if cancel.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        stdout.trim();
        stderr.trim();
        exceeded(usage).map(Stop::Limit)
    })?;
    let end = match end {
        End::Stopped(Stop::Cancelled) => return Ok(None),
        End::Stopped(Stop::Limit(limit)) => End::Stopped(limit),
        End::Exited(Exit::Signal(signal)) if signal == sigxcpu() => End::Stopped(Limit::Cpu(CPU)),
        End::Exited(exit) => End::Exited(exit),
    };
    Ok(Some((end, Output { stdout: stdout.finish(), stderr: stderr.finish() })))
}

fn exceeded(usage: Usage) -> Option<Limit> {
    match usage.cpu {
        Some(cpu) if cpu > CPU => Some(Limit::Cpu(CPU)),
        // A starved process gets more than a fiftieth.
        Some(cpu) if usage.wall > WAIT && cpu < usage.wall / 50 => Some(Limit::Wall(WAIT)),
        _ => (usage.wall > WALL).then_some(Limit::Wall(WALL)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computing_waiting_and_a_busy_machine_are_told_apart() {
        let seconds = Duration::from_secs;
        let usage =
            |wall, cpu: Option<u64>| Usage { wall: seconds(wall), cpu: cpu.map(seconds), memory: None };
        assert_eq!(exceeded(usage(14, Some(0))), None);
        assert_eq!(exceeded(usage(16, Some(0))), Some(Limit::Wall(WAIT)));
        assert_eq!(exceeded(usage(60, Some(2))), None);
        assert_eq!(exceeded(usage(60, Some(3))), Some(Limit::Cpu(CPU)));
        assert_eq!(exceeded(usage(121, None)), Some(Limit::Wall(WALL)));
    }
}
