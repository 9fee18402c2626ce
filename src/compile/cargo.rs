//! A foreign exercise built by cargo, because its pack has dependencies or whatever else only cargo understands. What
//! the pack depends on is fetched and built once.

use super::cache::Slot;
use super::diagnostic;
use super::direct::Product;
use super::rustc::Built;
use super::toolchain::Toolchain;
use crate::content::cargo_manifest::CargoManifest;
use crate::content::model::Exercise;
use crate::failure::Failure;
use crate::fsx;
use crate::process::{Cancel, End, Exit, supervise};
use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A folder in which the pack's exercises can be built.
pub struct Crate {
    pub folder: PathBuf,
    /// The pack's own settings for cargo.
    config: Option<PathBuf>,
}

/// One exercise to be built; its file is at its place already.
pub struct Job<'a> {
    pub exercise: &'a Exercise,
    pub manifest: &'a CargoManifest,
    pub strict_clippy: bool,
}

/// A program that does nothing: to build it is to build all that the pack depends on.
const WARM_UP: (&str, &str) = ("drill_warm_up", "warm_up.rs");
/// Says of which state of the pack the dependencies are built.
const READY: &str = "ready";
/// No exercise takes a tenth of this, once its dependencies are built. These may take long.
const LIMIT: Duration = Duration::from_mins(1);
const LIMIT_FIRST: Duration = Duration::from_mins(15);

/// Whether this slot has dependencies of a pack built, of whatever state of it.
pub fn is_prepared(slot: &Slot) -> bool {
    slot.cargo().join(READY).is_file()
}

/// The folder with the pack's dependencies built. `Ok(None)`: cancelled.
pub fn prepare(
    toolchain: &Toolchain,
    slot: &Slot,
    manifest: &CargoManifest,
    cancel: &Cancel,
) -> Result<Option<Crate>, Failure> {
    let made = Crate { folder: slot.cargo(), config: manifest.config() };
    let text = manifest.written([], &[WARM_UP]);
    let lock = manifest.lock_file().map(|file| fsx::read_if_there(&file)).transpose()?.flatten();
    let mut all = toolchain.key.to_le_bytes().to_vec();
    all.extend_from_slice(text.as_bytes());
    all.extend(lock.as_deref().unwrap_or_default());
    let state = format!("{:016x}", fsx::hash(&all));
    if fsx::read_if_there(&made.folder.join(READY))?.is_some_and(|old| old == state.as_bytes()) {
        return Ok(Some(made));
    }
    fsx::remove_scratch(&made.folder.join(READY));
    fsx::create_dir_all(&made.folder)?;
    fsx::write_scratch(&made.folder.join("Cargo.toml"), &text)?;
    fsx::write_scratch(&made.folder.join(WARM_UP.1), "fn main() {}\n")?;
    match lock {
        Some(lock) => fsx::write_atomic(&made.folder.join("Cargo.lock"), lock)?,
        None => fsx::remove_scratch(&made.folder.join("Cargo.lock")),
    }
    if !fetch(toolchain, &made, cancel)? {
        return Ok(None);
    }
    for product in [Product::Program, Product::Tests, Product::Findings] {
        let call = made.call(toolchain, product, WARM_UP.0)?;
        match made.carry_out(call, product, LIMIT_FIRST, cancel)? {
            Said::Cancelled => return Ok(None),
            Said::Endless => {
                return Err(Failure::environment(
                    "the pack's dependencies are still not built after 15 minutes",
                ));
            }
            Said::Ended { ok: true, .. } => {}
            Said::Ended { stdout, stderr, .. } => {
                let said = diagnostic::of_cargo(&stdout, WARM_UP.0);
                let why = said.errors.first().map(|raw| raw.message.clone());
                return Err(trouble("the pack's dependencies can't be built", why, &stderr));
            }
        }
    }
    fsx::write_scratch(&made.folder.join(READY), &state)?;
    Ok(Some(made))
}

/// Makes one product; where it is.
pub fn build(
    toolchain: &Toolchain,
    made: &Crate,
    job: &Job<'_>,
    product: Product,
    cancel: &Cancel,
) -> Result<(Built, Option<PathBuf>), Failure> {
    let manifest = made.folder.join("Cargo.toml");
    let text = job.manifest.written([job.exercise], &[]);
    if fsx::read_if_there(&manifest)?.is_none_or(|old| old != text.as_bytes()) {
        fsx::write_scratch(&manifest, &text)?;
    }
    let name = job.exercise.name();
    let mut call = made.call(toolchain, product, name)?;
    if product == Product::Findings && job.strict_clippy {
        call.args(["--", "-D", "warnings"]);
    }
    Ok(match made.carry_out(call, product, LIMIT, cancel)? {
        Said::Cancelled => (Built::Cancelled, None),
        Said::Endless => (Built::Endless(LIMIT), None),
        Said::Ended { ok, stdout, stderr } => {
            let said = diagnostic::of_cargo(&stdout, name);
            if ok {
                (Built::Done(Vec::new()), said.program)
            } else if said.errors.is_empty() {
                return Err(trouble("cargo can't build this exercise", None, &stderr));
            } else {
                (Built::Errors(said.errors), None)
            }
        }
    })
}

/// Gets what the pack depends on: without the network if it is there already. False: cancelled.
fn fetch(toolchain: &Toolchain, made: &Crate, cancel: &Cancel) -> Result<bool, Failure> {
    let mut said = String::new();
    for offline in [true, false] {
        let mut call = toolchain.cargo()?;
        call.arg("fetch").args(made.config());
        if offline {
            call.arg("--offline");
        }
        match made.carry_out(call, Product::Program, LIMIT_FIRST, cancel)? {
            Said::Cancelled => return Ok(false),
            Said::Ended { ok: true, .. } => return Ok(true),
            Said::Ended { stderr, .. } => said = stderr,
            Said::Endless => said.clear(),
        }
    }
    let failure = trouble("the pack's dependencies can't be fetched", None, &said);
    Err(failure.help("connect to the network once: what was fetched is used again without it"))
}

enum Said {
    Cancelled,
    Endless,
    Ended { ok: bool, stdout: String, stderr: String },
}

impl Crate {
    fn config(&self) -> Vec<std::ffi::OsString> {
        self.config.iter().flat_map(|file| ["--config".into(), file.clone().into_os_string()]).collect()
    }

    /// The call that makes a product of the program `name`.
    fn call(&self, toolchain: &Toolchain, product: Product, name: &str) -> Result<Command, Failure> {
        let (mut call, more): (Command, &[&str]) = match product {
            Product::Program => (toolchain.cargo()?, &[]),
            Product::Tests => (toolchain.cargo()?, &["--no-run"]),
            Product::Findings => (toolchain.cargo_clippy()?, &["--profile", "test"]),
        };
        match product {
            Product::Program => _ = call.arg("build"),
            Product::Tests => _ = call.arg("test"),
            Product::Findings => {}
        }
        call.args(["--bin", name, "--quiet", "--offline", "--message-format", "json"]);
        call.args(more).args(self.config());
        Ok(call)
    }

    fn carry_out(
        &self,
        mut call: Command,
        product: Product,
        limit: Duration,
        cancel: &Cancel,
    ) -> Result<Said, Failure> {
        let log = |ending: &str| {
            let path = self.folder.join(format!("{}.{ending}", product.name()));
            let file = File::create(&path)
                .map_err(|e| Failure::environment(format!("can't write `{}`: {e}", path.display())))?;
            Ok::<_, Failure>((path, file))
        };
        let (out, stdout) = log("json")?;
        let (err, stderr) = log("log")?;
        call.current_dir(&self.folder).stdout(stdout).stderr(stderr);
        call.env("CARGO_TARGET_DIR", self.folder.join("target")).env("CARGO_TERM_COLOR", "never");
        // Smaller and, for programs of this size, no slower.
        call.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
        call.env_remove("CARGO_BUILD_TARGET").env_remove("RUSTC_WORKSPACE_WRAPPER");
        let end = supervise(call, |usage| {
            if cancel.is_cancelled() { Some(true) } else { (usage.wall > limit).then_some(false) }
        })?;
        let read = |path: &PathBuf| {
            fsx::read_if_there(path).map(|b| String::from_utf8_lossy(&b.unwrap_or_default()).into_owned())
        };
        Ok(match end {
            End::Stopped(true) => Said::Cancelled,
            End::Stopped(false) => Said::Endless,
            End::Exited(exit) => {
                Said::Ended { ok: exit == Exit::Code(0), stdout: read(&out)?, stderr: read(&err)? }
            }
        })
    }
}

/// What cargo itself complains about.
fn trouble(what: &str, why: Option<String>, stderr: &str) -> Failure {
    let lines: Vec<&str> = stderr.lines().filter(|l| !l.trim().is_empty()).collect();
    let first = lines.iter().position(|l| l.starts_with("error")).unwrap_or(0);
    let said = lines.iter().skip(first).take(8).map(|l| format!("  {l}")).collect::<Vec<_>>().join("\n");
    let why = why.map_or(String::new(), |why| format!(": {why}"));
    let said = if said.is_empty() { said } else { format!("\n{said}") };
    Failure::environment(format!("{what}{why}{said}"))
}
