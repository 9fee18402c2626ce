//! Limits that a process sets on itself before it becomes another program: the hidden subcommand
//! `drill __limited`. So limits need no `unsafe` code between fork and exec.

use crate::failure::Failure;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// What the program may use; 0 means no limit.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// CPU seconds of the whole process.
    pub cpu_s: u64,
    /// Private memory, in MiB.
    pub memory_mib: u64,
    /// Size of any file it writes, in MiB.
    pub file_mib: u64,
}

/// The command that runs `program` under `caps`.
pub fn command(drill: &Path, caps: Caps, program: &Path) -> Command {
    let mut command = Command::new(drill);
    command.arg("__limited");
    command.arg("--cpu-s").arg(caps.cpu_s.to_string());
    command.arg("--memory-mib").arg(caps.memory_mib.to_string());
    command.arg("--file-mib").arg(caps.file_mib.to_string());
    command.arg(program);
    command
}

/// Applies `caps` to this process and replaces it with `program`. Returns only when that fails.
#[cfg(unix)]
pub fn become_program(caps: Caps, program: &Path, args: &[OsString]) -> Failure {
    use rustix::process::{Resource, Rlimit, Signal, setrlimit};
    use std::os::unix::process::CommandExt as _;
    let set = |resource: Resource, limit: u64| {
        if limit > 0 {
            // A limit that can't be set (a lower hard limit is there already) is a stricter one.
            let _ = setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) });
        }
    };
    if caps.cpu_s > 0 {
        // The soft limit first, so that the signal says which limit it was: the hard one is a plain kill.
        let limit = Rlimit { current: Some(caps.cpu_s), maximum: Some(caps.cpu_s + 1) };
        let _ = setrlimit(Resource::Cpu, limit);
    }
    set(Resource::Fsize, caps.file_mib << 20);
    // `Data` counts what is really private and writable; address space only backs it up, because threads
    // reserve much more of it than they use.
    set(Resource::Data, caps.memory_mib << 20);
    set(Resource::As, caps.memory_mib << 23);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    #[cfg(not(target_os = "linux"))]
    let _ = Signal::KILL;
    let error = Command::new(program).args(args).exec();
    Failure::environment(format!("can't start `{}`: {error}", program.display()))
}

/// The portable fallback: no limits but the supervisor's clock.
#[cfg(not(unix))]
pub fn become_program(_caps: Caps, program: &Path, args: &[OsString]) -> Failure {
    match Command::new(program).args(args).status() {
        Ok(_) => Failure::bug("limits are not supported here"),
        Err(error) => Failure::environment(format!("can't start `{}`: {error}", program.display())),
    }
}
