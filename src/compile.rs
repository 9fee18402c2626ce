//! Turns a learner's file and its hidden checks into a program, or into what the learner must mend first.
//! Knows rustc; knows nothing of running the program or of what passing means. No text of a hidden check
//! leaves through a diagnostic.

pub mod cache;
pub mod cargo;
pub mod diagnostic;
pub mod direct;
pub mod interface;
pub mod kit;
pub mod plain;
pub mod rustc;
pub mod rustfmt;
pub mod toolchain;
pub mod weld;

use crate::content::source::Source;
use crate::failure::Failure;
use crate::fsx;
use crate::process::Cancel;
use crate::verdict::{Diagnostic, NotCompiling};
use cache::Slot;
use rustc::{Build, Built, Lints};
use std::path::{Path, PathBuf};
use toolchain::Toolchain;
use weld::Weld;

/// The learner's file with the checks mounted; its name is the crate's.
const WELDED: &str = "exercise.rs";
/// The learner's file by itself.
const ALONE: &str = "alone.rs";

/// What exercises are written in.
const EDITION: &str = "2024";

/// What is compiled: one learner's file against one exercise's checks.
pub struct Job<'a> {
    /// `<topic>/<nn-name>`.
    pub exercise: &'a str,
    pub opt_level: u8,
    /// The learner's file, as saved.
    pub learner: &'a str,
    pub stub: &'a str,
    pub checks: &'a str,
}

/// What came of it.
pub enum Compiled {
    Program { path: PathBuf, weld: Weld },
    Refused { why: NotCompiling, diagnostics: Vec<Diagnostic> },
}

/// Compiles `job` in `slot`; the kit is built first when the slot's cache has none for this toolchain.
/// `Ok(None)`: cancelled.
pub fn compile(
    source: &Source,
    toolchain: &Toolchain,
    slot: &Slot,
    job: &Job<'_>,
    cancel: &Cancel,
) -> Result<Option<Compiled>, Failure> {
    let Some(kit) = kit::library(source, toolchain, slot, cancel)? else { return Ok(None) };
    let folder = slot.exercise(job.exercise)?;
    let weld = weld::weld(job.learner);
    let program = folder.join("program");
    fsx::write_scratch(&folder.join(WELDED), &weld.text)?;
    fsx::write_scratch(&folder.join("checks.rs"), &weld::with_entry(job.checks))?;
    let build = Build {
        folder: &folder,
        input: WELDED,
        shown_as: &format!("exercises/{}.rs", job.exercise),
        opt_level: job.opt_level,
        kit: Some(&kit),
        program: Some(&program),
        lints: Lints::Off,
        edition: EDITION,
    };
    let result = rustc::run(toolchain, &build, cancel);
    // The checks stay hidden: on disk only while rustc reads them.
    fsx::remove_scratch(&folder.join("checks.rs"));
    match result? {
        Built::Cancelled => Ok(None),
        Built::Done(_) => Ok(Some(Compiled::Program { path: program, weld })),
        Built::Endless(limit) => {
            Ok(Some(Compiled::Refused { why: NotCompiling::Endless { limit }, diagnostics: Vec::new() }))
        }
        Built::Errors(welded) => explain(toolchain, &folder, job, &weld, &welded, cancel),
    }
}

/// What rustc says about `text` by itself, warnings and errors. `Ok(None)`: cancelled.
pub fn warnings(
    toolchain: &Toolchain,
    slot: &Slot,
    exercise: &str,
    text: &str,
    cancel: &Cancel,
) -> Result<Option<Vec<Diagnostic>>, Failure> {
    let folder = slot.exercise(exercise)?;
    let shown_as = format!("exercises/{exercise}.rs");
    let build = Build { lints: Lints::Shown, ..alone(&folder, text, &shown_as)? };
    match rustc::run(toolchain, &build, cancel)? {
        Built::Cancelled => Ok(None),
        Built::Endless(limit) => {
            Err(Failure::environment(format!("rustc did not finish within {} s", limit.as_secs())))
        }
        Built::Done(raws) | Built::Errors(raws) => {
            Ok(Some(raws.iter().map(|raw| raw.in_file(&shown_as, None)).collect()))
        }
    }
}

/// A build of the learner's file by itself.
fn alone<'a>(folder: &'a Path, learner: &str, shown_as: &'a str) -> Result<Build<'a>, Failure> {
    fsx::write_scratch(&folder.join(ALONE), weld::without_mark(learner))?;
    Ok(Build {
        folder,
        input: ALONE,
        shown_as,
        opt_level: 0,
        edition: EDITION,
        kit: None,
        program: None,
        lints: Lints::Off,
    })
}

/// The learner's file alone decides whose errors these are.
fn explain(
    toolchain: &Toolchain,
    folder: &Path,
    job: &Job<'_>,
    weld: &Weld,
    welded: &[diagnostic::Raw],
    cancel: &Cancel,
) -> Result<Option<Compiled>, Failure> {
    let shown_as = format!("exercises/{}.rs", job.exercise);
    let alone = alone(folder, job.learner, &shown_as)?;
    let refused = |why, diagnostics| Ok(Some(Compiled::Refused { why, diagnostics }));
    match rustc::run(toolchain, &alone, cancel)? {
        Built::Cancelled => Ok(None),
        Built::Endless(limit) => refused(NotCompiling::Endless { limit }, Vec::new()),
        Built::Errors(raws) => {
            refused(NotCompiling::Errors, raws.iter().map(|raw| raw.in_file(&shown_as, None)).collect())
        }
        Built::Done(_) => {
            // Errors that only code generation finds have their place in the learner's file.
            let own: Vec<Diagnostic> = welded
                .iter()
                .filter(|raw| raw.is_about(&shown_as, weld.lines))
                .map(|raw| raw.in_file(&shown_as, Some(weld)))
                .collect();
            let differences = interface::differences(job.stub, job.learner);
            if differences.is_empty() && !own.is_empty() {
                return refused(NotCompiling::Errors, own);
            }
            let said = welded.iter().map(|raw| raw.message.clone()).collect();
            refused(NotCompiling::Interface { differences, said }, Vec::new())
        }
    }
}
