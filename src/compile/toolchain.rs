//! Which rustc compiles, found once per workspace and found again when anything that chose it has changed.
//! The toolchain's own rustc is called, not rustup's proxy: that saves 10 to 20 ms a call.

use crate::failure::Failure;
use crate::fsx;
use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

/// A rustc that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    rustc: PathBuf,
    /// `1.95.0`.
    pub version: String,
    /// Changes whenever another compiler would be used.
    pub key: u64,
}

/// Edition 2024 came with it.
const OLDEST: (u32, u32) = (1, 85);

impl Toolchain {
    /// A call of this rustc, free of settings that would change what it does.
    pub fn rustc(&self) -> Command {
        plain(&self.rustc)
    }

    /// A call of clippy as a compiler, which takes rustc's arguments.
    pub fn clippy(&self) -> Result<Command, Failure> {
        self.beside("clippy-driver", "clippy").map(|path| plain(&path))
    }

    /// A call of the cargo that belongs to this rustc.
    pub fn cargo(&self) -> Result<Command, Failure> {
        Ok(self.with_this_rustc(&self.beside("cargo", "cargo")?))
    }

    /// A call of `cargo clippy`, to be followed by its own arguments.
    pub fn cargo_clippy(&self) -> Result<Command, Failure> {
        let mut command = self.with_this_rustc(&self.beside("cargo-clippy", "clippy")?);
        command.env("CARGO", self.beside("cargo", "cargo")?).arg("clippy");
        Ok(command)
    }

    fn with_this_rustc(&self, program: &Path) -> Command {
        let mut command = plain(program);
        command.env("RUSTC", &self.rustc);
        command
    }

    /// A program of this toolchain, of the rustup component of that name.
    fn beside(&self, program: &str, component: &str) -> Result<PathBuf, Failure> {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        let own = self.rustc.with_file_name(&name);
        let found = if own.is_file() { Some(own) } else { on_path(OsStr::new(&name)) };
        found.ok_or_else(|| {
            Failure::environment(format!(
                "the exercises of this pack need `{program}`, which is not installed"
            ))
            .help(format!("`rustup component add {component}` installs it"))
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.rustc
    }
}

/// A call that is free of settings that would change what a compiler does.
fn plain(program: &Path) -> Command {
    let mut command = Command::new(program);
    for name in ["RUSTC_LOG", "RUST_BACKTRACE", "RUSTC_FORCE_RUSTC_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// Finds rustc for `folder`: `$RUSTC`, then the `PATH`, then the default place of rustup. What was found is
/// kept in `cache` and used again as long as nothing that chose it has changed.
pub fn find(folder: &Path, cache: &Path) -> Result<Toolchain, Failure> {
    let entry = entry_point()?;
    let chosen_by = chosen_by(&entry, folder);
    if let Some(toolchain) = recall(cache, chosen_by) {
        return Ok(toolchain);
    }
    let version = ask(&entry, folder, &["--version"])?;
    let version = version.split(' ').nth(1).unwrap_or_default().to_string();
    old_enough(&version, &entry)?;
    // A call of its own: together with `--version` rustc prints only that.
    let sysroot = PathBuf::from(ask(&entry, folder, &["--print", "sysroot"])?);
    let own = sysroot.join("bin").join(format!("rustc{}", env::consts::EXE_SUFFIX));
    let rustc = if sysroot.is_absolute() && own.is_file() { own } else { entry };
    let toolchain = Toolchain { key: key(&rustc, &version), rustc, version };
    remember(cache, chosen_by, &toolchain);
    Ok(toolchain)
}

/// What rustc prints, without the line's end.
fn ask(entry: &Path, folder: &Path, args: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new(entry);
    command.args(args).current_dir(folder);
    // What is typed to stop watch must not stop what watch waits for.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let output = command
        .output()
        .map_err(|e| Failure::environment(format!("can't start `{}`: {e}", entry.display())))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_string());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let why = stderr.lines().find(|l| !l.trim().is_empty()).unwrap_or("it says nothing").trim();
    Err(Failure::environment(format!("`{}` does not work: {why}", entry.display()))
        .help("`rustup default stable` installs a toolchain; `drill doctor` checks the rest"))
}

fn old_enough(version: &str, entry: &Path) -> Result<(), Failure> {
    let mut numbers = version.split(['.', '-']).map(|n| n.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found >= OLDEST {
        return Ok(());
    }
    let (major, minor) = OLDEST;
    Err(Failure::environment(format!(
        "rustc {version} at `{}` is too old: the exercises need {major}.{minor} or newer (edition 2024)",
        entry.display()
    ))
    .help("`rustup update stable` brings a newer one"))
}

/// The rustc that a shell would start.
fn entry_point() -> Result<PathBuf, Failure> {
    if let Some(rustc) = env::var_os("RUSTC").filter(|r| !r.is_empty()) {
        let path = PathBuf::from(rustc);
        return on_path(path.as_os_str()).ok_or_else(|| {
            Failure::environment(format!("`$RUSTC` names `{}`, which is not there", path.display()))
        });
    }
    let name = format!("rustc{}", env::consts::EXE_SUFFIX);
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    on_path(OsStr::new(&name))
        .or_else(|| home.map(|h| h.join("bin").join(&name)).filter(|p| p.is_file()))
        .ok_or_else(|| {
            Failure::environment("there is no rustc on the PATH")
                .help("install Rust from https://rustup.rs, then open a new terminal")
        })
}

fn on_path(program: &OsStr) -> Option<PathBuf> {
    let path = Path::new(program);
    if path.components().count() > 1 {
        return path.is_file().then(|| path.to_path_buf());
    }
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(path)).find(|p| p.is_file())
}

/// Everything that decides which compiler runs: the entry point, rustup's settings, overrides by variable and by
/// `rust-toolchain` files in the folders above.
fn chosen_by(entry: &Path, folder: &Path) -> u64 {
    let mut facts = String::new();
    fact(&mut facts, entry);
    for name in ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME"] {
        let _ = writeln!(facts, "{name}={:?}", env::var_os(name));
    }
    let rustup =
        env::var_os("RUSTUP_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".rustup")));
    if let Some(rustup) = rustup {
        fact(&mut facts, &rustup.join("settings.toml"));
    }
    for above in folder.ancestors() {
        for name in ["rust-toolchain", "rust-toolchain.toml"] {
            let file = above.join(name);
            if file.exists() {
                fact(&mut facts, &file);
            }
        }
    }
    let _ = writeln!(facts, "{}", folder.display());
    fsx::hash(facts.as_bytes())
}

fn key(rustc: &Path, version: &str) -> u64 {
    let mut facts = version.to_string();
    fact(&mut facts, rustc);
    fsx::hash(facts.as_bytes())
}

/// A file's path, size and time of change.
fn fact(facts: &mut String, path: &Path) {
    let meta = path.metadata().ok();
    let time = meta.as_ref().and_then(|m| m.modified().ok()).and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    let _ = writeln!(facts, "{} {:?} {time:?}", path.display(), meta.map(|m| m.len()));
}

/// One line each: what chose it, its key, version and path.
fn recall(cache: &Path, chosen_by: u64) -> Option<Toolchain> {
    let text = std::fs::read_to_string(cache).ok()?;
    let mut lines = text.lines();
    if lines.next()?.parse::<u64>().ok()? != chosen_by {
        return None;
    }
    let (stored, version, rustc) = (lines.next()?, lines.next()?, PathBuf::from(lines.next()?));
    // The compiler itself may have been replaced in place, as `rustup update` does.
    let key = key(&rustc, version);
    (stored == key.to_string()).then(|| Toolchain { rustc, version: version.to_string(), key })
}

fn remember(cache: &Path, chosen_by: u64, toolchain: &Toolchain) {
    let Some(rustc) = toolchain.rustc.to_str() else { return };
    let text = format!("{chosen_by}\n{}\n{}\n{rustc}\n", toolchain.key, toolchain.version);
    // Losing it costs one question to rustc.
    let _ = fsx::write_atomic(cache, &text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_rustc_is_refused_with_the_command_that_mends_it() {
        let failure = old_enough("1.84.1", Path::new("rustc")).unwrap_err();
        assert!(failure.message.contains("1.84.1"));
        assert!(failure.help[0].contains("rustup update"));
        for fine in ["1.85.0", "1.99.0-nightly", "2.0.0"] {
            assert_eq!(old_enough(fine, Path::new("rustc")), Ok(()));
        }
    }

    #[test]
    fn the_compiler_is_called_itself_and_not_by_way_of_rustup() {
        let dir = tempfile::tempdir().unwrap();
        let found = find(dir.path(), &dir.path().join("toolchain")).unwrap();
        let sysroot = ask(&entry_point().unwrap(), dir.path(), &["--print", "sysroot"]).unwrap();
        assert!(found.path().starts_with(&sysroot), "{} is not in {sysroot}", found.path().display());
        assert!(!found.version.is_empty());
    }

    #[test]
    fn what_was_found_is_used_again_until_something_changes() {
        let dir = tempfile::tempdir().unwrap();
        let cache = dir.path().join("toolchain");
        let found = find(dir.path(), &cache).unwrap();
        assert_eq!(find(dir.path(), &cache).unwrap(), found);
        assert!(recall(&cache, chosen_by(&entry_point().unwrap(), dir.path())).is_some());
        std::fs::write(dir.path().join("rust-toolchain.toml"), "").unwrap();
        assert!(recall(&cache, chosen_by(&entry_point().unwrap(), dir.path())).is_none());
    }
}
