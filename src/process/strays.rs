//! Descendants of a run that have left its process group. While a run is supervised, orphans come to drill instead
//! of to init; those that carry the run's mark are killed when it ends.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// Inherited by all that a run starts.
const VARIABLE: &str = "DRILL_RUN";

/// One run among all that this drill ever supervises.
pub struct Mark(String);

/// Marks a command before it is started, and takes its orphans.
pub fn mark(command: &mut Command) -> Mark {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let mark = format!("{}.{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    command.env(VARIABLE, &mark);
    adopt();
    Mark(mark)
}

/// Orphans below this process become its children.
#[cfg(target_os = "linux")]
fn adopt() {
    use std::sync::Once;
    static ADOPTS: Once = Once::new();
    ADOPTS.call_once(|| {
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
    });
}

#[cfg(not(target_os = "linux"))]
fn adopt() {}

impl Mark {
    /// Kills what is left of the run. The children of one that was killed come next, so it looks until there is none.
    #[cfg(target_os = "linux")]
    pub fn kill_strays(&self) {
        use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
        /// A run that forks faster than it is killed ends by its limits, not here.
        const ROUNDS: usize = 1_000;
        for _ in 0..ROUNDS {
            let strays: Vec<i32> = children().into_iter().filter(|pid| self.is_of(*pid)).collect();
            if strays.is_empty() {
                return;
            }
            for pid in strays.into_iter().filter_map(Pid::from_raw) {
                let _ = kill_process(pid, Signal::KILL);
                let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED);
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub fn kill_strays(&self) {
        let _ = &self.0;
    }

    /// Whether a process carries this mark.
    #[cfg(target_os = "linux")]
    fn is_of(&self, pid: i32) -> bool {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let mark = format!("{VARIABLE}={}", self.0);
        environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes())
    }
}

/// Children of all threads of this process.
#[cfg(target_os = "linux")]
pub fn children() -> Vec<i32> {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let of = |task: std::fs::DirEntry| {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        children.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>()
    };
    tasks.flat_map(of).collect()
}
