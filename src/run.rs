//! Executes a compiled program under limits and brings back what it reported and printed. Knows nothing of
//! what passing means.

pub mod captured;
pub mod plain;
pub mod report;

use crate::failure::Failure;
use crate::fsx;
use crate::process::limited::{self, Caps};
use crate::process::{Cancel, End, Exit, Usage, supervise};
use crate::verdict::{Limit, Output};
use captured::Capture;
use report::{Event, Key, Reader};
use std::path::Path;
use std::time::Duration;

/// What one run may use.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// CPU time of one check.
    pub check_cpu: Duration,
    /// How many checks there are.
    pub checks: usize,
    pub memory_mib: u64,
}

/// One execution.
pub struct Job<'a> {
    /// The running drill, for its hidden subcommand.
    pub drill: &'a Path,
    pub program: &'a Path,
    /// Where the report and the output go; private to this process.
    pub folder: &'a Path,
    /// 0, or another seed for a soak run.
    pub seed: u64,
    /// Runs this check alone.
    pub only: Option<&'a str>,
    pub allowance: Allowance,
}

/// What an execution came to.
#[derive(Debug)]
pub struct Attempt {
    pub end: End<Limit>,
    /// Every line of the report up to the first that is none, and that one's fault.
    pub events: Vec<Event>,
    pub fault: Option<String>,
    pub output: Output,
}

/// A file may not grow beyond this between two looks at it.
pub const FILE_MIB: u64 = 64;
/// A report is a few kilobytes; with long series a few hundred.
const REPORT_MAX: u64 = 16 << 20;

enum Stop {
    Cancelled,
    Limit(Limit),
}

/// Runs `job`. `Ok(None)`: cancelled.
pub fn run(job: &Job<'_>, cancel: &Cancel) -> Result<Option<Attempt>, Failure> {
    let report = job.folder.join("report");
    let key = Key::random();
    fsx::write_scratch(&report, "")?;
    fsx::write_scratch(&Key::path(&report), &key.text())?;
    // A folder of its own, where no name that the program chooses can mean one of ours.
    let work = job.folder.join("work");
    fsx::create_dir_all(&work)?;
    let mut stdout = Capture::create(&job.folder.join("stdout"))?;
    let mut stderr = Capture::create(&job.folder.join("stderr"))?;
    let total = job.allowance.check_cpu * u32::try_from(job.allowance.checks).unwrap_or(u32::MAX).max(1);
    let caps = Caps { cpu_s: total.as_secs() + 2, memory_mib: job.allowance.memory_mib, file_mib: FILE_MIB };
    let mut command = limited::command(job.drill, caps, job.program);
    command.arg("--seed").arg(job.seed.to_string());
    if let Some(check) = job.only {
        command.args(["--only", check]);
    }
    command.current_dir(&work).env("DRILL_REPORT", &report).env_remove("RUST_BACKTRACE");
    command.stdout(stdout.writer()?).stderr(stderr.writer()?);

    let mut reader = Reader::open(&report, key)?;
    let mut clock = CheckClock::default();
    let end = supervise(command, |usage| {
        if cancel.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        stdout.trim();
        stderr.trim();
        reader.poll();
        clock.see(&reader, usage);
        clock.exceeded(&job.allowance, total, usage).map(Stop::Limit)
    })?;
    reader.poll();
    let end = match end {
        End::Stopped(Stop::Cancelled) => return Ok(None),
        End::Stopped(Stop::Limit(limit)) => End::Stopped(limit),
        // The kernel's own limit, in case the supervisor was starved.
        End::Exited(Exit::Signal(signal)) if signal == sigxcpu() => End::Stopped(Limit::Total(total)),
        End::Exited(exit) => End::Exited(exit),
    };
    if reader.read() > REPORT_MAX {
        reader.distrust(format!("the report is larger than {} MiB", REPORT_MAX >> 20));
    }
    let (events, fault) = reader.finish();
    Ok(Some(Attempt {
        end,
        events,
        fault,
        output: Output { stdout: stdout.finish(), stderr: stderr.finish() },
    }))
}

#[cfg(unix)]
fn sigxcpu() -> i32 {
    rustix::process::Signal::XCPU.as_raw()
}

#[cfg(not(unix))]
fn sigxcpu() -> i32 {
    i32::MIN
}

/// Tells how long the check that is running has been at it.
#[derive(Default)]
struct CheckClock {
    /// How many checks had begun when last seen.
    begun: usize,
    /// Wall clock then.
    since: Duration,
    /// The process's CPU time at the check's start, by its own account.
    cpu_at_start: Duration,
    /// Its CPU time when last seen, and the wall clock when that had grown.
    cpu: Duration,
    grew: Duration,
}

impl CheckClock {
    fn see(&mut self, reader: &Reader, usage: Usage) {
        let started = reader.events().iter().filter_map(|e| match e {
            Event::Start { cpu, .. } => Some(*cpu),
            _ => None,
        });
        let (mut count, mut last) = (0, Duration::ZERO);
        for cpu in started {
            count += 1;
            last = cpu;
        }
        if count != self.begun {
            *self = CheckClock { begun: count, since: usage.wall, cpu_at_start: last, ..*self };
        }
        if let Some(cpu) = usage.cpu.filter(|cpu| *cpu > self.cpu) {
            (self.cpu, self.grew) = (cpu, usage.wall);
        }
    }

    fn exceeded(&self, allowance: &Allowance, total: Duration, usage: Usage) -> Option<Limit> {
        let limit = allowance.check_cpu;
        let wall = usage.wall.saturating_sub(self.since);
        if let Some(cpu) = usage.cpu {
            let used = cpu.saturating_sub(self.cpu_at_start);
            if used > limit {
                return Some(Limit::Cpu(limit));
            }
            // Waiting without working: a deadlock, a sleep. A starved process gets more than a fiftieth.
            if wall > limit && used < wall / 50 {
                return Some(Limit::Wall(wall_rounded(wall)));
            }
        }
        // However slow the machine, nobody waits longer than this.
        if wall > limit * 5 {
            let computes = usage.wall.saturating_sub(self.grew) < limit;
            let used = self.cpu.saturating_sub(self.cpu_at_start);
            return Some(if computes && !used.is_zero() { Limit::Cpu(used) } else { Limit::Wall(limit * 5) });
        }
        (usage.wall > total * 5).then_some(Limit::Total(total * 5))
    }
}

fn wall_rounded(wall: Duration) -> Duration {
    Duration::from_millis(u64::try_from(wall.as_millis() / 100 * 100).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    const ALLOWANCE: Allowance = Allowance { check_cpu: Duration::from_secs(2), checks: 3, memory_mib: 64 };

    fn check(since_ms: u64, at_start_ms: u64, wall_ms: u64, cpu_ms: Option<u64>, expected: Option<Limit>) {
        check_grown_at(wall_ms, since_ms, at_start_ms, wall_ms, cpu_ms, expected);
    }

    fn check_grown_at(
        grew_ms: u64,
        since_ms: u64,
        at_start_ms: u64,
        wall_ms: u64,
        cpu_ms: Option<u64>,
        expected: Option<Limit>,
    ) {
        let ms = Duration::from_millis;
        let clock = CheckClock {
            begun: 1,
            since: ms(since_ms),
            cpu_at_start: ms(at_start_ms),
            cpu: ms(cpu_ms.unwrap_or(0)),
            grew: ms(grew_ms),
        };
        let usage = Usage { wall: ms(wall_ms), cpu: cpu_ms.map(ms), memory: None };
        assert_eq!(clock.exceeded(&ALLOWANCE, ms(6000), usage), expected);
    }

    #[test]
    fn cpu_time_counts_from_the_start_of_the_check() {
        check(1000, 900, 3000, Some(2800), None);
        check(1000, 900, 3000, Some(2910), Some(Limit::Cpu(Duration::from_secs(2))));
    }

    #[test]
    fn waiting_without_working_is_noticed_and_a_busy_machine_forgiven() {
        check(0, 0, 2100, Some(10), Some(Limit::Wall(Duration::from_millis(2100))));
        check(0, 0, 9000, Some(400), None);
        check(0, 0, 10_001, Some(400), Some(Limit::Cpu(Duration::from_millis(400))));
        check_grown_at(7_900, 0, 0, 10_001, Some(400), Some(Limit::Wall(Duration::from_secs(10))));
    }

    #[test]
    fn without_cpu_times_the_wall_clock_decides() {
        check(0, 0, 9_999, None, None);
        check(0, 0, 10_001, None, Some(Limit::Wall(Duration::from_secs(10))));
    }
}
