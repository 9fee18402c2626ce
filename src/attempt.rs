//! The one function that knows the whole pipeline: a saved file in, a verdict out. `run` and `watch` share it.

use crate::compile::cache::Slot;
use crate::compile::toolchain::{self, Toolchain};
use crate::compile::{self, Compiled};
use crate::content::checklist::{CheckInfo, checklist};
use crate::content::model::Exercise;
use crate::content::problem::Problems;
use crate::content::source::Source;
use crate::content::version;
use crate::failure::Failure;
use crate::judge::{Case, judge};
use crate::process::Cancel;
use crate::progress;
use crate::run::{self, Allowance};
use crate::verdict::{CheckOutcome, CheckResult, Outcome, Output, Verdict};
use crate::workspace::Workspace;
use std::path::PathBuf;
use std::time::{Instant, SystemTime};

/// What judging needs, found once per drill process.
pub struct Bench {
    source: Source,
    toolchain: Toolchain,
    slot: Slot,
    /// The running drill.
    drill: PathBuf,
}

/// An exercise's content, read once.
pub struct Material {
    stub: String,
    checks: String,
    pub checklist: Vec<CheckInfo>,
}

impl Bench {
    /// Finds rustc and takes a build slot in the workspace's cache.
    pub fn open(workspace: &Workspace, source: &Source) -> Result<Bench, Failure> {
        let slot = Slot::take(&workspace.private("cache"))?;
        let toolchain = toolchain::find(workspace.root(), &workspace.private("cache").join("toolchain"))?;
        let drill = std::env::current_exe()
            .map_err(|e| Failure::environment(format!("can't find drill's own program: {e}")))?;
        Ok(Bench { source: source.clone(), toolchain, slot, drill })
    }

    /// Builds what every verdict needs, while nobody waits for one.
    pub fn warm_up(&self, cancel: &Cancel) -> Result<(), Failure> {
        compile::kit::library(&self.source, &self.toolchain, &self.slot, cancel).map(|_| ())
    }

    /// Judges `learner`, the text of the learner's file. `Ok(None)`: cancelled.
    pub fn judge(
        &self,
        exercise: &Exercise,
        learner: &str,
        cancel: &Cancel,
    ) -> Result<Option<Verdict>, Failure> {
        let started = Instant::now();
        let material = material(&self.source, exercise)?;
        let verdict = |outcome, checks, output| Verdict {
            exercise: exercise.id.clone(),
            outcome,
            checks,
            scorecard: Vec::new(),
            series: Vec::new(),
            diagnostics: Vec::new(),
            output,
            took: started.elapsed(),
        };
        let job = compile::Job {
            exercise: &exercise.id,
            opt_level: exercise.opt_level,
            learner,
            stub: &material.stub,
            checks: &material.checks,
        };
        let Some(compiled) = compile::compile(&self.source, &self.toolchain, &self.slot, &job, cancel)?
        else {
            return Ok(None);
        };
        let (program, weld) = match compiled {
            Compiled::Program { path, weld } => (path, weld),
            Compiled::Refused { why, diagnostics } => {
                let checks = not_run(&material.checklist);
                let mut refused = verdict(Outcome::NotCompiling(why), checks, Output::default());
                refused.diagnostics = diagnostics;
                return Ok(Some(refused));
            }
        };
        let scratch = tempfile::Builder::new()
            .prefix("run-")
            .tempdir_in(self.slot.folder())
            .map_err(|e| Failure::environment(format!("can't write in the build cache: {e}")))?;
        let allowance = Allowance {
            check_cpu: exercise.limits.check_cpu,
            checks: material.checklist.len(),
            memory_mib: exercise.limits.memory_mib,
        };
        let job =
            run::Job { drill: &self.drill, program: &program, folder: scratch.path(), seed: 0, allowance };
        let Some(mut attempt) = run::run(&job, cancel)? else { return Ok(None) };
        let output = std::mem::take(&mut attempt.output);
        attempt.output.stderr = output.stderr.clone();
        let file = exercise.stub_path();
        let case = Case {
            checks: &material.checklist,
            file: &file,
            lines: weld.lines,
            memory_mib: exercise.limits.memory_mib,
        };
        let mut judged = judge(&case, attempt);
        for check in &mut judged.checks {
            if let CheckOutcome::Panicked { place: Some(place), source, .. } = &mut check.outcome {
                place.column = weld.column(place.line, place.column);
                let line = usize::try_from(place.line).unwrap_or(usize::MAX).saturating_sub(1);
                *source = learner.lines().nth(line).map(|l| l.trim().to_string());
            }
        }
        Ok(Some(Verdict {
            scorecard: judged.scorecard,
            series: judged.series,
            ..verdict(judged.outcome, judged.checks, output)
        }))
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
        Ok(Some(text)) => Ok(text.into_owned()),
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
