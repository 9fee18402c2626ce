//! The pipeline for a foreign exercise: its program, its tests and clippy's findings are made at the same time, and
//! the first two run. It passes when all of it builds, the tests pass, and the program ends well.

use super::Bench;
use crate::compile::cargo::{self, Crate};
use crate::compile::diagnostic::Raw;
use crate::compile::direct::{self, Product};
use crate::compile::rustc::Built;
use crate::compile::weld;
use crate::content::cargo_manifest::{CargoManifest, Settings};
use crate::content::model::{Exercise, Foreign};
use crate::content::rustlings;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::fsx;
use crate::judge::foreign::{self as judge, Case, Part};
use crate::process::Cancel;
use crate::run::plain::{self, Allowance, Ran};
use crate::verdict::{Diagnostic, NotCompiling, Outcome, Output, Verdict};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Rust's test harness in its plainest form, one test after the other, so that a hang has a name.
const HARNESS: [&str; 3] = ["--test-threads=1", "--color=never", "--format=pretty"];

/// Who builds.
enum Maker {
    Compilers {
        folder: PathBuf,
        settings: Settings,
    },
    Cargo {
        made: Crate,
        manifest: CargoManifest,
        /// Cargo builds one thing at a time in a folder.
        turn: Mutex<()>,
    },
}

/// What came of making a product, and of running it.
enum Fate {
    Errors(Vec<Raw>),
    Endless(Duration),
    Cancelled,
    /// Clippy's findings are not run.
    Made,
    Ran(Ran),
}

/// What is judged.
#[derive(Clone, Copy)]
struct Task<'a> {
    exercise: &'a Exercise,
    foreign: &'a Foreign,
    file: &'a str,
    pack: &'a Path,
}

impl Bench {
    /// Fetches and builds what the pack depends on, if it depends on anything.
    pub(super) fn warm_up_foreign(&self, cancel: &Cancel) -> Result<(), Failure> {
        let manifest = manifest(&self.source)?;
        match manifest.settings() {
            Some(_) => Ok(()),
            None => cargo::prepare(&self.toolchain, &self.slot, &manifest, cancel).map(|_| ()),
        }
    }

    /// Whether the next verdict waits for all that the pack depends on to be fetched and built.
    pub fn must_prepare(&self) -> bool {
        let is_foreign = rustlings::info_file(&self.source).is_some();
        is_foreign
            && !cargo::is_prepared(&self.slot)
            && manifest(&self.source).is_ok_and(|manifest| manifest.settings().is_none())
    }

    pub(super) fn judge_foreign(
        &self,
        exercise: &Exercise,
        foreign: &Foreign,
        learner: &str,
        cancel: &Cancel,
    ) -> Result<Option<Verdict>, Failure> {
        let Source::Folder(pack) = &self.source else { return Err(Failure::bug("a pack has no folder")) };
        let started = Instant::now();
        let manifest = manifest(&self.source)?;
        let maker = match manifest.settings() {
            Some(settings) => Maker::Compilers { folder: self.slot.exercise(&exercise.id)?, settings },
            None => match cargo::prepare(&self.toolchain, &self.slot, &manifest, cancel)? {
                Some(made) => Maker::Cargo { made, manifest, turn: Mutex::new(()) },
                None => return Ok(None),
            },
        };
        let file = exercise.stub_path();
        let learner = weld::without_mark(learner);
        self.lay_out(pack, maker.folder(), &file, learner)?;
        let task = Task { exercise, foreign, file: &file, pack };

        // What does not compile needs neither tests nor clippy.
        let stop = cancel.part();
        let (program, tests, findings) = thread::scope(|scope| {
            let findings = scope.spawn(|| self.carry_out(&maker, task, Product::Findings, &stop));
            let tests =
                foreign.test.then(|| scope.spawn(|| self.carry_out(&maker, task, Product::Tests, &stop)));
            let program = self.carry_out(&maker, task, Product::Program, &stop);
            if !matches!(program, Ok(Fate::Ran(_))) {
                stop.cancel();
            }
            let bug = || Failure::bug("judging panicked");
            let tests = tests.map(|t| t.join().unwrap_or_else(|_| Err(bug())));
            (program, tests, findings.join().unwrap_or_else(|_| Err(bug())))
        });
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let mut verdict = Verdict {
            exercise: exercise.id.clone(),
            file: file.clone(),
            outcome: Outcome::Passed,
            checks: Vec::new(),
            scorecard: Vec::new(),
            series: Vec::new(),
            belief: None,
            diagnostics: Vec::new(),
            output: Output::default(),
            took: Duration::ZERO,
        };
        let case = Case { file: &file, text: learner, memory_mib: exercise.limits.memory_mib };
        let stopped = fold(
            &mut verdict,
            case,
            foreign,
            [program?, tests.transpose()?.unwrap_or(Fate::Made), findings?],
        );
        verdict.took = started.elapsed();
        Ok(stopped.then_some(verdict))
    }

    /// The learner's file at its place, and what belongs beside it.
    fn lay_out(&self, pack: &Path, folder: &Path, file: &str, learner: &str) -> Result<(), Failure> {
        write(&folder.join(file), learner.as_bytes())?;
        for path in &self.companions {
            if let Some(bytes) = fsx::read_if_there(&pack.join(path))? {
                write(&folder.join(path), &bytes)?;
            }
        }
        Ok(())
    }

    /// Makes one product, and runs it if it can be run.
    fn carry_out(
        &self,
        maker: &Maker,
        task: Task<'_>,
        product: Product,
        cancel: &Cancel,
    ) -> Result<Fate, Failure> {
        let program = match self.make(maker, task, product, cancel)? {
            Ok(program) => program,
            Err(fate) => return Ok(fate),
        };
        if product == Product::Findings {
            return Ok(Fate::Made);
        }
        let scratch = self.scratch()?;
        let job = plain::Job {
            drill: &self.drill,
            program: &program,
            args: if product == Product::Tests { &HARNESS } else { &[] },
            folder: maker.folder(),
            scratch: scratch.path(),
            allowance: Allowance {
                cpu: task.exercise.limits.check_cpu,
                wait: task.exercise.limits.check_cpu,
                wall: task.exercise.limits.check_cpu * 5,
                memory_mib: task.exercise.limits.memory_mib,
            },
        };
        Ok(plain::run(&job, cancel)?.map_or(Fate::Cancelled, Fate::Ran))
    }

    /// Where the product is, or why there is none.
    fn make(
        &self,
        maker: &Maker,
        task: Task<'_>,
        product: Product,
        cancel: &Cancel,
    ) -> Result<Result<PathBuf, Fate>, Failure> {
        let strict_clippy = task.foreign.strict_clippy;
        let (built, path) = match maker {
            Maker::Compilers { folder, settings } => {
                let job = direct::Job { folder, file: task.file, settings, strict_clippy, pack: task.pack };
                (direct::build(&self.toolchain, &job, product, cancel)?, Some(job.path(product)))
            }
            Maker::Cargo { made, manifest, turn } => {
                let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
                let job = cargo::Job { exercise: task.exercise, manifest, strict_clippy };
                cargo::build(&self.toolchain, made, &job, product, cancel)?
            }
        };
        Ok(match built {
            Built::Done(_) => Ok(path.unwrap_or_default()),
            Built::Errors(raws) => Err(Fate::Errors(raws)),
            Built::Endless(limit) => Err(Fate::Endless(limit)),
            Built::Cancelled => Err(Fate::Cancelled),
        })
    }
}

impl Maker {
    /// Where builds are made and programs run.
    fn folder(&self) -> &Path {
        match self {
            Maker::Compilers { folder, .. } => folder,
            Maker::Cargo { made, .. } => &made.folder,
        }
    }
}

/// Puts together what program, tests and findings came to; false: they were cancelled.
fn fold(verdict: &mut Verdict, case: Case<'_>, foreign: &Foreign, fates: [Fate; 3]) -> bool {
    let shown =
        |raws: Vec<Raw>| -> Vec<Diagnostic> { raws.iter().map(|raw| raw.in_file(case.file, None)).collect() };
    let [program, tests, findings] = fates;
    let mut parts: Vec<Part> = Vec::new();
    let mut main: Option<Ran> = None;
    for (fate, is_program) in [(program, true), (tests, false)] {
        match fate {
            Fate::Cancelled => return false,
            Fate::Errors(raws) => {
                verdict.outcome = Outcome::NotCompiling(NotCompiling::Errors);
                verdict.diagnostics = shown(raws);
                return true;
            }
            Fate::Endless(limit) => {
                verdict.outcome = Outcome::NotCompiling(NotCompiling::Endless { limit });
                return true;
            }
            Fate::Made => {}
            Fate::Ran(ran) if is_program => main = Some(ran),
            Fate::Ran(ran) => parts.push(judge::tests(&case, &ran)),
        }
    }
    if let Some(ran) = main {
        parts.push(judge::main(&case, &ran));
        verdict.output = ran.output;
    }
    let mut said = Vec::new();
    for part in parts {
        verdict.checks.extend(part.checks);
        said.extend(part.outcome);
    }
    match findings {
        Fate::Cancelled => return false,
        Fate::Errors(raws) => verdict.diagnostics = shown(raws),
        Fate::Endless(limit) => said.push(Outcome::NotCompiling(NotCompiling::Endless { limit })),
        Fate::Made | Fate::Ran(_) => {}
    }
    verdict.checks.push(judge::clippy(&verdict.diagnostics, foreign.strict_clippy));
    verdict.outcome = judge::outcome(&verdict.checks, said);
    true
}

fn manifest(source: &Source) -> Result<CargoManifest, Failure> {
    CargoManifest::of(source).map_err(|problem| Failure::environment(problem.to_string()))
}

/// Cargo looks at times: a file that is the same is left alone.
fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if fsx::read_if_there(file)?.is_some_and(|old| old == bytes) {
        return Ok(());
    }
    fsx::create_dir_all(file.parent().unwrap_or(file))?;
    fsx::write_atomic(file, bytes)
}

/// Files of a foreign pack that exercises need beside them.
pub(super) fn companions(source: &Source) -> Vec<String> {
    let foreign = rustlings::info_file(source);
    foreign.map(|info| rustlings::companions(source, &rustlings::load(source, info).0)).unwrap_or_default()
}
