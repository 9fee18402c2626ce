//! A foreign exercise built by the compilers themselves, without cargo: the program, its tests, and what clippy says,
//! each in a call of its own, so that they can be made at the same time.

use super::rustc::{self, Built};
use super::toolchain::Toolchain;
use crate::content::cargo_manifest::Settings;
use crate::failure::Failure;
use crate::process::Cancel;
use std::path::{Path, PathBuf};

/// What is made of the learner's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    Program,
    Tests,
    /// Nothing but clippy's findings, also in the tests.
    Findings,
}

impl Product {
    pub fn name(self) -> &'static str {
        match self {
            Product::Program => "program",
            Product::Tests => "tests",
            Product::Findings => "findings",
        }
    }
}

/// One exercise to be built.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// Holds the learner's file at its place, and what is built.
    pub folder: &'a Path,
    /// That place: `exercises/<dir>/<name>.rs`, which is also what diagnostics and panics call it.
    pub file: &'a str,
    pub settings: &'a Settings,
    /// Whether clippy's warnings count as errors.
    pub strict_clippy: bool,
    /// The pack, where clippy looks for its own settings.
    pub pack: &'a Path,
}

impl Job<'_> {
    /// Where a built product is.
    pub fn path(&self, product: Product) -> PathBuf {
        self.folder.join(product.name())
    }
}

/// Makes one product. As with cargo, lints that are denied are errors; warnings are rust-analyzer's business.
pub fn build(
    toolchain: &Toolchain,
    job: &Job<'_>,
    product: Product,
    cancel: &Cancel,
) -> Result<Built, Failure> {
    let settings = job.settings;
    let mut command = if product == Product::Findings { toolchain.clippy()? } else { toolchain.rustc() };
    command.current_dir(job.folder).arg(job.file);
    command.args(["--edition", &settings.edition, "--error-format", "json", "-Cdebuginfo=0"]);
    command.args(&settings.rust_lints);
    match product {
        Product::Program => command.args(["--crate-type", "bin"]).args(&settings.program),
        Product::Tests | Product::Findings => command.arg("--test").args(&settings.tests),
    };
    if product == Product::Findings {
        command.args(&settings.clippy_lints).env("CLIPPY_CONF_DIR", job.pack);
        command.arg(if job.strict_clippy { "-Dwarnings" } else { "-Awarnings" });
        command.args(["--emit", "metadata"]);
    } else {
        command.arg("-Awarnings");
        // It takes a fifth off a build, and adds two fifths to the one that lays it down: a solution that is proved is
        // built once, and a stub mostly not to its end.
        if job.path(product).exists() {
            let incremental = job.folder.join(format!("{}.incremental", product.name()));
            command.arg(format!("-Cincremental={}", incremental.display()));
        }
        if cfg!(target_os = "linux") {
            command.arg("-Cstrip=symbols");
        }
    }
    command.arg("-o").arg(job.path(product));
    rustc::carry_out(command, &job.folder.join(format!("{}.log", product.name())), false, cancel)
}
