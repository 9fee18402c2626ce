//! rustc, the linker, and limits for child processes.

use super::Finding;
use crate::compile::toolchain::{self, Toolchain};
use crate::failure::Failure;
#[cfg(unix)]
use crate::process::limited::{self, Caps};
use crate::process::{End, Exit, supervise};
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Nothing that is tried out here takes a tenth of this.
const LIMIT: Duration = Duration::from_secs(30);

/// The compiler that drill would use, and what is to be said about it.
pub(super) fn compiler(scratch: &Path) -> Result<(Toolchain, Finding), Failure> {
    let toolchain = toolchain::find(scratch, &scratch.join("toolchain"))?;
    let own = toolchain.path();
    let through = match first_on_path("rustc") {
        Some(entry) if !is_same(&entry, own) => {
            let target = fs::canonicalize(&entry).unwrap_or_default();
            let is_proxy = target.file_stem().is_some_and(|name| name == "rustup");
            let by = if is_proxy { "rustup's " } else { "" };
            format!(", chosen by {by}`{}`", entry.display())
        }
        _ => String::new(),
    };
    let detail = format!("rustc {} at `{}`{through}", toolchain.version, own.display());
    Ok((toolchain, Finding::ok("compiler", detail)))
}

fn first_on_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|p| p.is_file())
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Builds a program and runs it where drill builds and runs.
pub(super) fn linker(toolchain: &Toolchain, scratch: &Path) -> Finding {
    const NAME: &str = "linker";
    /// What the program answers, which no broken run does by chance.
    const CODE: i32 = 42;
    let (source, program) = (scratch.join("tiny.rs"), scratch.join("tiny"));
    let text = format!("fn main() {{ std::process::exit({CODE}) }}\n");
    if let Err(e) = fs::write(&source, text) {
        return Finding::fail(NAME, format!("can't write `{}`: {e}", source.display()), "free some space");
    }
    let mut rustc = toolchain.rustc();
    rustc.args(["--edition", "2024", "-Cdebuginfo=0", "-o"]).arg(&program).arg(&source);
    match run(rustc, scratch) {
        Ok((End::Exited(Exit::Code(0)), _)) => {}
        Ok((End::Exited(_), said)) => return Finding::fail(NAME, cause(&said), install_a_linker()),
        Ok((End::Stopped(()), _)) => {
            return Finding::fail(NAME, "building a small program takes more than 30 s", "drill doctor");
        }
        Err(failure) => return Finding::of(NAME, &failure),
    }
    match run(Command::new(&program), scratch) {
        Ok((End::Exited(Exit::Code(CODE)), _)) => Finding::ok(NAME, "builds a program that runs"),
        Ok((end, _)) => {
            let detail = format!("a program that was just built does not run as it should: {end:?}");
            Finding::fail(NAME, detail, "drill init DIR, with DIR on another disk")
        }
        Err(failure) => {
            let detail = format!("{}; is this disk mounted with `noexec`?", failure.message);
            Finding::fail(NAME, detail, "drill init DIR, with DIR on another disk")
        }
    }
}

/// The line of rustc's complaint that says most.
fn cause(said: &str) -> String {
    let lines = || said.lines().map(str::trim).filter(|l| !l.is_empty());
    let linker = lines().find(|l| l.contains("linker `") || l.contains("cannot find -l"));
    let error = || lines().find(|l| l.starts_with("error"));
    linker.or_else(error).or_else(|| lines().next()).unwrap_or("rustc fails and says nothing").to_string()
}

fn install_a_linker() -> &'static str {
    if cfg!(target_os = "macos") {
        "xcode-select --install"
    } else if cfg!(windows) {
        "install the Visual Studio Build Tools with the C++ workload"
    } else if Path::new("/etc/debian_version").exists() {
        "sudo apt install build-essential"
    } else if Path::new("/etc/alpine-release").exists() {
        "sudo apk add build-base"
    } else if Path::new("/etc/arch-release").exists() {
        "sudo pacman -S base-devel"
    } else {
        "sudo dnf install gcc"
    }
}

/// Whether a process can be limited the way exercises are.
#[cfg(unix)]
pub(super) fn limits(drill: &Path, scratch: &Path) -> Finding {
    const NAME: &str = "limits";
    const REMEDY: &str = "ulimit -a shows the limits that are set already";
    /// Seconds, MiB, MiB; odd enough to be recognised.
    const CAPS: Caps = Caps { cpu_s: 7, memory_mib: 333, file_mib: 3 };
    let mut command = limited::command(drill, CAPS, Path::new("/bin/sh"));
    command.args(["-c", "ulimit -t; ulimit -d"]);
    let said = match run(command, scratch) {
        Ok((End::Exited(Exit::Code(0)), said)) => said,
        Ok((end, said)) => {
            return Finding::fail(NAME, format!("can't be set: {end:?} {}", said.trim()), REMEDY);
        }
        Err(failure) => return Finding::fail(NAME, failure.message, "install drill again"),
    };
    let mut numbers = said.lines().map(|l| l.trim().parse::<u64>().unwrap_or(u64::MAX));
    let cpu = numbers.next().is_some_and(|s| s <= CAPS.cpu_s);
    let memory = numbers.next().is_some_and(|kib| kib <= CAPS.memory_mib << 10);
    match (cpu, memory) {
        (true, true) => Finding::ok(NAME, "CPU time, memory and file size can be limited"),
        (true, false) => Finding::warn(NAME, "memory can't be limited; time can", REMEDY),
        _ => Finding::warn(NAME, "CPU time can't be limited; the clock on the wall can", REMEDY),
    }
}

#[cfg(not(unix))]
pub(super) fn limits(_: &Path, _: &Path) -> Finding {
    Finding::ok("limits", "by the clock on the wall; this platform has no others")
}

/// Runs a command to its end, at most `LIMIT`; answers how it ended and what it printed.
fn run(mut command: Command, scratch: &Path) -> Result<(End<()>, String), Failure> {
    let path = scratch.join("said");
    let failed = |e: std::io::Error| Failure::environment(format!("can't write `{}`: {e}", path.display()));
    let said = File::create(&path).map_err(failed)?;
    let copy = said.try_clone().map_err(failed)?;
    command.current_dir(scratch).stdout(Stdio::from(said)).stderr(Stdio::from(copy));
    let end = supervise(command, |usage| (usage.wall > LIMIT).then_some(()))?;
    Ok((end, String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telling_line_of_a_linker_error_is_kept() {
        let said =
            "error: linker `cc` not found\n  |\n  = note: No such file or directory\n\nerror: aborting";
        assert_eq!(cause(said), "error: linker `cc` not found");
        let said = "error: linking with `cc` failed\n = note: ld: cannot find -lgcc_s: No such file\nerror: aborting";
        assert_eq!(cause(said), "= note: ld: cannot find -lgcc_s: No such file");
        assert_eq!(cause(""), "rustc fails and says nothing");
    }
}
