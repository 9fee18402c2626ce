//! A program by itself, compiled as a reader of its text would: no kit, no checks, lints that are errors bind.

use super::diagnostic::Raw;
use super::rustc::{self, Build, Built, Lints};
use super::toolchain::Toolchain;
use crate::failure::Failure;
use crate::fsx;
use crate::process::Cancel;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What rustc calls the file.
pub const FILE: &str = "main.rs";

/// What came of it.
pub enum Plain {
    Program(PathBuf),
    /// rustc refuses it; in rustc's order.
    Errors(Vec<Raw>),
    /// rustc did not finish.
    Endless(Duration),
}

/// Compiles `text` in `folder`, which is private to this process. `Ok(None)`: cancelled.
pub fn compile(
    toolchain: &Toolchain,
    folder: &Path,
    text: &str,
    edition: &str,
    cancel: &Cancel,
) -> Result<Option<Plain>, Failure> {
    fsx::write_scratch(&folder.join(FILE), text)?;
    let program = folder.join("program");
    let build = Build {
        folder,
        input: FILE,
        shown_as: FILE,
        opt_level: 0,
        edition,
        kit: None,
        program: Some(&program),
        lints: Lints::Errors,
    };
    match rustc::run(toolchain, &build, cancel)? {
        Built::Cancelled => Ok(None),
        Built::Done(_) => Ok(Some(Plain::Program(program))),
        Built::Endless(limit) => Ok(Some(Plain::Endless(limit))),
        Built::Errors(raws) => match raws.iter().find(|raw| raw.message.starts_with("linker `")) {
            Some(raw) => Err(Failure::environment(format!("rustc can't link: {}", raw.message))
                .help("`drill doctor` checks the toolchain")),
            None => Ok(Some(Plain::Errors(raws))),
        },
    }
}
