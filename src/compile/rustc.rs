//! One call of rustc: its arguments, its limits, its errors.

use super::diagnostic::{self, Raw};
use super::toolchain::Toolchain;
use crate::failure::Failure;
use crate::process::{Cancel, End, Exit, Usage, supervise};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// One build. With a program it links; without, it only checks.
#[derive(Clone, Copy)]
pub struct Build<'a> {
    /// Where inputs are and outputs go.
    pub folder: &'a Path,
    pub input: &'a str,
    /// The name that diagnostics and panics use for the input.
    pub shown_as: &'a str,
    pub opt_level: u8,
    pub edition: &'a str,
    pub kit: Option<&'a Path>,
    pub program: Option<&'a Path>,
    pub lints: Lints,
}

/// What becomes of lints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lints {
    /// None is shown and none binds: they are rust-analyzer's business, and `#![deny(..)]` in the learner's file
    /// must not bind the checks.
    Off,
    /// All are shown, as an author wants to see them.
    Shown,
    /// Those that are errors bind, as when a reader calls rustc.
    Errors,
}

pub enum Built {
    /// With the warnings that were asked for.
    Done(Vec<Raw>),
    Errors(Vec<Raw>),
    /// rustc did not finish.
    Endless(Duration),
    Cancelled,
}

/// No exercise takes rustc a tenth of this, on the wall or of its processors.
const LIMIT: Duration = Duration::from_mins(1);
const LIMIT_CPU: Duration = Duration::from_secs(20);
/// Nor a tenth of this, in bytes: a macro that doubles its input takes all there is within seconds.
const LIMIT_MEMORY: u64 = 3 << 29;

enum Stop {
    Cancelled,
    TooLong(Duration),
}

pub fn run(toolchain: &Toolchain, build: &Build<'_>, cancel: &Cancel) -> Result<Built, Failure> {
    let mut command = toolchain.rustc();
    let folder = build.folder;
    let remap = |from: &Path, to: &str| {
        let mut arg = from.as_os_str().to_os_string();
        arg.push("=");
        arg.push(to);
        arg
    };
    command.current_dir(folder).arg(folder.join(build.input));
    // The crate's name is the file's, unless the learner's file has a name of its own for it.
    command.args(["--edition", build.edition, "--error-format", "json"]);
    command.arg("-Cdebuginfo=0");
    match build.lints {
        Lints::Off => drop(command.args(["--cap-lints", "warn", "-Awarnings"])),
        Lints::Shown => {}
        Lints::Errors => drop(command.arg("-Awarnings")),
    }
    command.arg("--remap-path-prefix").arg(remap(folder, diagnostic::SCRATCH));
    command.arg("--remap-path-prefix").arg(remap(&folder.join(build.input), build.shown_as));
    if let Some(program) = build.program {
        command.args(["--crate-type", "bin", "-Cdebug-assertions=on", "-Coverflow-checks=on"]);
        command.arg(format!("-Copt-level={}", build.opt_level));
        // Else an optimised build imports from unit to unit, and a small edit compiles most of them again: a lab
        // takes two to three times as long, and runs no faster.
        command.arg("-Clto=off");
        if cfg!(target_os = "linux") {
            // The linker has a tenth to write and a seventh less to do. Elsewhere a second tool would strip.
            command.arg("-Cstrip=symbols");
        }
        if let Some(kit) = build.kit {
            command.arg(format!("-Cincremental={}", folder.join("incremental").display()));
            let mut dependency = std::ffi::OsString::from("kit=");
            dependency.push(kit);
            command.arg("--extern").arg(dependency);
        }
        command.arg("-o").arg(program);
    } else {
        command.args(["--crate-type", "lib", "--emit", "metadata", "-o"]);
        command.arg(folder.join("alone.rmeta"));
    }
    let made = carry_out(command, &folder.join("rustc.log"), build.lints == Lints::Shown, cancel)?;
    let Built::Errors(mut raws) = made else { return Ok(made) };
    // A file that is looked for beside the learner's is looked for here.
    let shown = build.shown_as.rsplit_once('/').map_or("", |(folder, _)| folder);
    for raw in &mut raws {
        raw.move_from(&folder.display().to_string(), shown);
    }
    Ok(Built::Errors(raws))
}

/// Runs a compiler that writes JSON diagnostics, within limits. What it says is kept in `log`.
pub(super) fn carry_out(
    mut command: Command,
    log: &Path,
    warnings: bool,
    cancel: &Cancel,
) -> Result<Built, Failure> {
    let file = File::create(log)
        .map_err(|e| Failure::environment(format!("can't write `{}`: {e}", log.display())))?;
    command.stdout(Stdio::null()).stderr(file);
    let end = supervise(command, |usage| {
        if cancel.is_cancelled() { Some(Stop::Cancelled) } else { exceeded(usage).map(Stop::TooLong) }
    })?;
    match end {
        End::Stopped(Stop::Cancelled) => Ok(Built::Cancelled),
        End::Stopped(Stop::TooLong(limit)) => Ok(Built::Endless(limit)),
        End::Exited(Exit::Code(0)) if !warnings => Ok(Built::Done(Vec::new())),
        End::Exited(exit) => {
            let stderr = std::fs::read(log)
                .map_err(|e| Failure::environment(format!("can't read `{}`: {e}", log.display())))?;
            let stderr = String::from_utf8_lossy(&stderr);
            if exit == Exit::Code(0) {
                return Ok(Built::Done(diagnostic::warnings(&stderr)));
            }
            let raws = diagnostic::errors(&stderr);
            if raws.is_empty() {
                return Err(Failure::environment(format!("rustc ended without a word ({exit:?})"))
                    .help("`drill doctor` looks for the cause"));
            }
            Ok(Built::Errors(raws))
        }
    }
}

/// How long rustc was allowed to be at work, once it has reached a limit: a constant that loops, a macro
/// that grows.
fn exceeded(usage: Usage) -> Option<Duration> {
    if usage.cpu.is_some_and(|cpu| cpu > LIMIT_CPU) {
        Some(LIMIT_CPU)
    } else if usage.memory.is_some_and(|memory| memory > LIMIT_MEMORY) {
        Some(usage.wall)
    } else {
        (usage.wall > LIMIT).then_some(LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_computes_without_end_is_stopped_before_one_that_waits() {
        let usage = |wall, cpu| Usage { wall: Duration::from_secs(wall), cpu, memory: Some(1 << 30) };
        assert_eq!(exceeded(usage(59, Some(Duration::from_secs(19)))), None);
        assert_eq!(exceeded(usage(22, Some(Duration::from_secs(21)))), Some(LIMIT_CPU));
        assert_eq!(exceeded(usage(61, Some(Duration::from_secs(1)))), Some(LIMIT));
        assert_eq!(exceeded(usage(61, None)), Some(LIMIT));
        let huge = Usage { memory: Some(4 << 30), ..usage(2, None) };
        assert_eq!(exceeded(huge), Some(Duration::from_secs(2)));
    }
}
