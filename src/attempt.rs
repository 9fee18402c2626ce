//! The one function that knows the whole pipeline: a saved file in, a verdict out. `run` and `watch` share it.

pub mod foreign;
pub mod plain;

use crate::compile::cache::Slot;
use crate::compile::toolchain::{self, Toolchain};
use crate::compile::weld::Weld;
use crate::compile::{self, Compiled};
use crate::content::caught;
use crate::content::checklist::{CheckInfo, checklist};
use crate::content::model::Exercise;
use crate::content::problem::Problems;
use crate::content::rustlings;
use crate::content::source::Source;
use crate::content::version;
use crate::failure::Failure;
use crate::judge::{Case, judge};
use crate::process::Cancel;
use crate::progress;
use crate::run::{self, Allowance};
use crate::verdict::{CheckOutcome, CheckResult, Diagnostic, Outcome, Output, Verdict};
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// What judging needs, found once per drill process.
pub struct Bench {
    source: Source,
    toolchain: Toolchain,
    slot: Slot,
    /// The running drill.
    drill: PathBuf,
    /// In a foreign pack, what lies beside the exercises.
    companions: Vec<String>,
}

/// An exercise's content, read once.
pub struct Material {
    stub: String,
    checks: String,
    pub checklist: Vec<CheckInfo>,
}

/// A text that compiled, ready to be run any number of times until the same exercise is compiled again.
pub struct Ready {
    program: PathBuf,
    weld: Weld,
    learner: String,
    /// From the start of the build.
    started: Instant,
}

/// What came of compiling.
#[expect(clippy::large_enum_variant, reason = "one at a time, passed on at once")]
pub enum Built {
    Ready(Ready),
    /// It does not compile: the verdict says why.
    Refused(Verdict),
}

/// How to run a program. The default is a learner's run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trial<'a> {
    /// Mixed into every random number; 0 is what a learner gets.
    pub seed: u64,
    /// Runs this check alone.
    pub only: Option<&'a str>,
    /// In the place of the exercise's own CPU time for a check.
    pub check_cpu: Option<Duration>,
}

impl Bench {
    /// Finds rustc and takes a build slot in the workspace's cache.
    pub fn open(workspace: &Workspace, source: &Source) -> Result<Bench, Failure> {
        let drill = std::env::current_exe()
            .map_err(|e| Failure::environment(format!("can't find drill's own program: {e}")))?;
        Bench::at(&workspace.private("cache"), workspace.root(), source, drill)
    }

    /// A bench with its builds in `cache` and the compiler that is chosen for `folder`. `drill` is the program
    /// whose hidden subcommand applies the limits.
    pub fn at(cache: &Path, folder: &Path, source: &Source, drill: PathBuf) -> Result<Bench, Failure> {
        // Absolute, because builds and runs have folders of their own.
        let cache = &std::path::absolute(cache).unwrap_or_else(|_| cache.to_path_buf());
        let slot = Slot::take(cache)?;
        let toolchain = toolchain::find(folder, &cache.join("toolchain"))?;
        let companions = foreign::companions(source);
        Ok(Bench { source: source.clone(), toolchain, slot, drill, companions })
    }

    /// Builds what every verdict needs, while nobody waits for one.
    pub fn warm_up(&self, cancel: &Cancel) -> Result<(), Failure> {
        if rustlings::info_file(&self.source).is_some() {
            return self.warm_up_foreign(cancel);
        }
        compile::kit::library(&self.source, &self.toolchain, &self.slot, cancel).map(|_| ())
    }

    /// What decides every verdict apart from the texts: the compiler and the kit.
    pub fn fingerprint(&self) -> Result<u64, Failure> {
        compile::kit::fingerprint(&self.source, &self.toolchain)
    }

    /// Those of `files` that rustfmt would change; none without a rustfmt.
    pub fn unformatted(&self, files: &[PathBuf]) -> Option<Vec<PathBuf>> {
        compile::rustfmt::unformatted(&self.toolchain, files)
    }

    /// Judges `learner`, the text of the learner's file. `Ok(None)`: cancelled.
    pub fn judge(
        &self,
        exercise: &Exercise,
        learner: &str,
        cancel: &Cancel,
    ) -> Result<Option<Verdict>, Failure> {
        if let Some(foreign) = &exercise.foreign {
            return self.judge_foreign(exercise, foreign, learner, cancel);
        }
        let material = material(&self.source, exercise)?;
        match self.compile(exercise, &material, learner, cancel)? {
            None => Ok(None),
            Some(Built::Refused(verdict)) => Ok(Some(verdict)),
            Some(Built::Ready(ready)) => {
                let verdict = self.run(exercise, &material, &ready, Trial::default(), cancel)?;
                Ok(verdict.map(|verdict| self.with_belief(exercise, verdict)))
            }
        }
    }

    /// Names the misconception, when every check ran and those that fail are those of one wrong variant.
    fn with_belief(&self, exercise: &Exercise, verdict: Verdict) -> Verdict {
        if verdict.outcome != Outcome::Failed {
            return verdict;
        }
        let belief = caught::belief(&self.source, exercise, &verdict.failing());
        Verdict { belief, ..verdict }
    }

    /// Compiles `learner` with the checks. `Ok(None)`: cancelled.
    pub fn compile(
        &self,
        exercise: &Exercise,
        material: &Material,
        learner: &str,
        cancel: &Cancel,
    ) -> Result<Option<Built>, Failure> {
        let started = Instant::now();
        let job = compile::Job {
            exercise: &exercise.id,
            opt_level: exercise.opt_level,
            learner,
            stub: &material.stub,
            checks: &material.checks,
        };
        let compiled = compile::compile(&self.source, &self.toolchain, &self.slot, &job, cancel)?;
        Ok(compiled.map(|compiled| match compiled {
            Compiled::Program { path, weld } => {
                Built::Ready(Ready { program: path, weld, learner: learner.to_string(), started })
            }
            Compiled::Refused { why, diagnostics } => Built::Refused(Verdict {
                exercise: exercise.id.clone(),
                file: exercise.stub_path(),
                outcome: Outcome::NotCompiling(why),
                checks: not_run(&material.checklist),
                scorecard: Vec::new(),
                series: Vec::new(),
                belief: None,
                diagnostics,
                output: Output::default(),
                took: started.elapsed(),
            }),
        }))
    }

    /// Runs what was compiled and judges what it reports. `Ok(None)`: cancelled.
    pub fn run(
        &self,
        exercise: &Exercise,
        material: &Material,
        ready: &Ready,
        trial: Trial<'_>,
        cancel: &Cancel,
    ) -> Result<Option<Verdict>, Failure> {
        let picked = |check: &&CheckInfo| trial.only.is_none_or(|only| check.name == only);
        let checks: Vec<CheckInfo> = material.checklist.iter().filter(picked).cloned().collect();
        let scratch = self.scratch()?;
        let allowance = Allowance {
            check_cpu: trial.check_cpu.unwrap_or(exercise.limits.check_cpu),
            checks: checks.len(),
            memory_mib: exercise.limits.memory_mib,
        };
        let job = run::Job {
            drill: &self.drill,
            program: &ready.program,
            folder: scratch.path(),
            seed: trial.seed,
            only: trial.only,
            allowance,
        };
        let Some(mut attempt) = run::run(&job, cancel)? else { return Ok(None) };
        let output = std::mem::take(&mut attempt.output);
        attempt.output.stderr = output.stderr.clone();
        let file = exercise.stub_path();
        let case = Case {
            checks: &checks,
            file: &file,
            lines: ready.weld.lines,
            memory_mib: exercise.limits.memory_mib,
        };
        let mut judged = judge(&case, attempt);
        for check in &mut judged.checks {
            if let CheckOutcome::Panicked { place: Some(place), source, .. } = &mut check.outcome {
                place.column = ready.weld.column(place.line, place.column);
                let line = usize::try_from(place.line).unwrap_or(usize::MAX).saturating_sub(1);
                *source = ready.learner.lines().nth(line).map(|l| l.trim().to_string());
            }
        }
        Ok(Some(Verdict {
            exercise: exercise.id.clone(),
            file,
            outcome: judged.outcome,
            checks: judged.checks,
            scorecard: judged.scorecard,
            series: judged.series,
            belief: None,
            diagnostics: Vec::new(),
            output,
            took: ready.started.elapsed(),
        }))
    }

    /// A folder for one run, gone with it.
    fn scratch(&self) -> Result<tempfile::TempDir, Failure> {
        tempfile::Builder::new()
            .prefix("run-")
            .tempdir_in(self.slot.folder())
            .map_err(|e| Failure::environment(format!("can't write in the build cache: {e}")))
    }

    /// What rustc says about `text` by itself with all its usual warnings.
    pub fn warnings(
        &self,
        exercise: &Exercise,
        text: &str,
        cancel: &Cancel,
    ) -> Result<Option<Vec<Diagnostic>>, Failure> {
        compile::warnings(&self.toolchain, &self.slot, &exercise.id, text, cancel)
    }
}

/// What progress keeps of a verdict.
pub fn summary(verdict: &Verdict, source: &Source, exercise: &Exercise, at: SystemTime) -> progress::Attempt {
    progress::Attempt {
        at,
        verdict: verdict.outcome.word().to_string(),
        ms: u64::try_from(verdict.took.as_millis()).unwrap_or(u64::MAX),
        passed_content: verdict.passed().then(|| version::of_exercise(source, exercise)),
    }
}

/// Stub, checks and their names.
pub fn material(source: &Source, exercise: &Exercise) -> Result<Material, Failure> {
    let read = |path: String| match source.read(&path) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(Failure::environment(format!("the content has no `{path}`"))),
        Err(why) => Err(Failure::environment(format!("content file `{path}`: {why}"))),
    };
    let checks = read(exercise.checks_path())?;
    let mut found = Vec::new();
    let path = exercise.checks_path();
    let checklist = checklist(&checks, &mut Problems::new(&path, &checks, &mut found));
    if let Some(problem) = found.first() {
        return Err(Failure::environment(problem.to_string()));
    }
    Ok(Material { stub: read(exercise.stub_path())?, checks, checklist })
}

fn not_run(checklist: &[CheckInfo]) -> Vec<CheckResult> {
    checklist
        .iter()
        .map(|info| CheckResult { info: info.clone(), outcome: CheckOutcome::NotRun, notes: Vec::new() })
        .collect()
}
