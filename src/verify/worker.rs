//! Proves one task on a bench.

use super::plan::{Plan, Task};
use super::{Item, mutation};
use crate::attempt::{Bench, Built, Material, Ready, Trial, material};
use crate::content::model::Exercise;
use crate::failure::Failure;
use crate::process::Cancel;
use crate::proof::leaks::Secrets;
use crate::proof::quiz::Key;
use crate::proof::{Candidate, Claim, Proof, VARIANT_CPU};
use crate::verdict::{CheckOutcome, Diagnostic, NotCompiling, Outcome, Verdict};
use std::time::Duration;

/// What `task` comes to. `Ok(None)`: cancelled.
pub fn prove(
    plan: &Plan,
    bench: &Bench,
    task: &Task,
    seeds: u64,
    cancel: &Cancel,
) -> Result<Option<Item>, Failure> {
    let mut item = Item::of(task);
    match task {
        Task::Program { tracing, .. } => {
            let Some(key) = tracing.prove(bench, cancel)? else { return Ok(None) };
            item.proof = match key {
                Key::Holds => Proof::Holds,
                Key::Wrong { why } => Proof::Missed { instead: why },
                Key::Unprovable { why } => Proof::Unviable { why },
            };
        }
        Task::Mutant(edited) => {
            let Some(exercise) = plan.exercises.get(&edited.exercise) else {
                return Err(Failure::bug(format!("the plan has no exercise `{}`", edited.exercise)));
            };
            return mutation::prove(plan, bench, exercise, edited, item, cancel);
        }
        Task::Text { exercise, candidate } => {
            let Some(exercise) = plan.exercises.get(exercise) else {
                return Err(Failure::bug(format!("the plan has no exercise `{exercise}`")));
            };
            let text = match &candidate.text {
                Ok(text) => text,
                Err(why) => {
                    item.proof = Proof::Unviable { why: why.clone() };
                    return Ok(Some(item));
                }
            };
            if exercise.foreign.is_some() {
                let Some(verdict) = bench.judge(exercise, text, cancel)? else { return Ok(None) };
                item.proof = candidate.claim.judge(&verdict);
                return Ok(Some(item));
            }
            let material = match material(&plan.source, exercise) {
                Ok(material) => material,
                // Validation of the files says which one, and why.
                Err(failure) => {
                    item.proof = Proof::Unviable { why: failure.message };
                    return Ok(Some(item));
                }
            };
            let trials = Trials { bench, exercise, material: &material, cancel };
            let secrets = plan.secrets.get(&exercise.id);
            return trials.prove(item, candidate, text, seeds, secrets);
        }
    }
    Ok(Some(item))
}

/// The runs of one text.
struct Trials<'a> {
    bench: &'a Bench,
    exercise: &'a Exercise,
    material: &'a Material,
    cancel: &'a Cancel,
}

impl Trials<'_> {
    fn prove(
        &self,
        mut item: Item,
        candidate: &Candidate,
        text: &str,
        seeds: u64,
        secrets: Option<&Secrets>,
    ) -> Result<Option<Item>, Failure> {
        let claim = &candidate.claim;
        if claim.is_right() || *claim == Claim::Open {
            let Some(said) = self.bench.warnings(self.exercise, text, self.cancel)? else { return Ok(None) };
            item.slips.extend(warnings(&said, claim));
        }
        let built = self.bench.compile(self.exercise, self.material, text, self.cancel)?;
        let ready = match built {
            None => return Ok(None),
            Some(Built::Refused(verdict)) => {
                item.proof = claim.judge(&verdict);
                if let Some(why) = unfit(&verdict).filter(|_| claim.is_right() || *claim == Claim::Open) {
                    item.file = self.exercise.checks_path();
                    item.proof = Proof::Unviable { why };
                }
                // An error is among the warnings too.
                item.slips.clear();
                return Ok(Some(item));
            }
            Some(Built::Ready(ready)) => ready,
        };
        let limit = self.exercise.limits.check_cpu;
        let patience = match claim {
            Claim::Wrong { exceeds_limit: false, .. } => Some(limit.min(VARIANT_CPU)),
            _ => None,
        };
        // One that is to hang in its check would hang in others too, and no verdict of it is ever whole.
        let only = match claim {
            Claim::Wrong { caught_by, exceeds_limit: true, .. } => Some(caught_by.as_str()),
            _ => None,
        };
        let mut trial = Trial { check_cpu: patience, only, ..Trial::default() };
        let Some(mut verdict) = self.run(&ready, trial)? else { return Ok(None) };
        if let Claim::Wrong { caught_by, .. } = claim
            && !settled(&verdict, caught_by)
        {
            // What stands behind a hang or a crash did not run.
            trial.only = Some(caught_by);
            let Some(alone) = self.run(&ready, trial)? else { return Ok(None) };
            verdict = alone;
        }
        item.proof = claim.judge(&verdict);
        if let Some((check, secret)) = secrets.and_then(|secrets| shown(&verdict, secrets)) {
            item.slips.push(format!("makes `{check}` show a line of the solution: `{secret}`"));
        }
        let ran_to_its_end = matches!(verdict.outcome, Outcome::Passed | Outcome::Failed);
        if ran_to_its_end || verdict.outcome == Outcome::NotWritten {
            let Some(again) = self.run(&ready, trial)? else { return Ok(None) };
            item.slips.extend(differs(&verdict, &again));
        }
        if matches!(claim, Claim::Wrong { .. }) && ran_to_its_end && trial.only.is_none() {
            item.fails = verdict.failing().into_iter().map(ToString::to_string).collect();
        }
        if claim.is_right() && item.proof == Proof::Holds {
            for seed in 1..seeds {
                let Some(verdict) = self.run(&ready, Trial { seed, ..trial })? else { return Ok(None) };
                let proof = claim.judge(&verdict);
                if proof != Proof::Holds {
                    item.slips.push(format!("does not hold under seed {seed}: {proof}"));
                    break;
                }
            }
        }
        Ok(Some(item))
    }

    fn run(&self, ready: &Ready, trial: Trial<'_>) -> Result<Option<Verdict>, Failure> {
        let verdict = self.bench.run(self.exercise, self.material, ready, trial, self.cancel)?;
        // Everything but time is a function of text and seed.
        Ok(verdict.map(|verdict| Verdict { took: Duration::ZERO, ..verdict }))
    }
}

/// Why the checks do not compile with a text that has all that the stub promises: then it is theirs to mend.
fn unfit(verdict: &Verdict) -> Option<String> {
    match &verdict.outcome {
        Outcome::NotCompiling(NotCompiling::Interface { differences, said }) if differences.is_empty() => {
            Some(format!("does not compile with what the stub declares: {}", said.join("; ")))
        }
        _ => None,
    }
}

/// Whether `check` came to an outcome of its own.
fn settled(verdict: &Verdict, check: &str) -> bool {
    let named = verdict.checks.iter().find(|c| c.info.name == check);
    named.is_none_or(|c| c.outcome != CheckOutcome::NotRun)
}

/// Warnings that a learner would see in the editor before writing anything. What a stub does not use yet is
/// not one.
fn warnings(said: &[Diagnostic], claim: &Claim) -> Vec<String> {
    let shown = said.iter().filter(|warning| {
        let code = warning.code.as_deref().unwrap_or_default();
        *claim != Claim::Open || !(code.starts_with("unused") || code == "dead_code")
    });
    shown.map(|warning| format!("has a warning: {}", warning.message)).collect()
}

/// The check whose words show a line of the solution, and the line.
fn shown(verdict: &Verdict, secrets: &Secrets) -> Option<(String, String)> {
    verdict.checks.iter().find_map(|check| {
        let evidence = match &check.outcome {
            CheckOutcome::Failed(evidence) => evidence,
            CheckOutcome::Panicked { counterexample, .. } => counterexample,
            _ => return None,
        };
        let cells = evidence.rows.iter().flat_map(|row| [&row.input, &row.expected, &row.actual]);
        let lines = evidence.notes.iter().chain(&evidence.trace).chain(&evidence.timeline);
        let mut words = std::iter::once(&evidence.message).chain(lines).chain(cells);
        let secret = words.find_map(|text| secrets.shown_in(text))?;
        Some((check.info.name.clone(), secret.to_string()))
    })
}

/// What a second run under the same seed shows to be a matter of chance.
fn differs(first: &Verdict, second: &Verdict) -> Option<String> {
    if first == second {
        return None;
    }
    let check = first.checks.iter().zip(&second.checks).find(|(a, b)| a != b);
    let what = match check {
        Some((check, _)) => format!("`{}`", check.info.name),
        None if first.scorecard != second.scorecard => "the scorecard".to_string(),
        None if first.series != second.series => "a series".to_string(),
        None => "what it prints".to_string(),
    };
    Some(format!("gives another verdict when it runs again under the same seed: see {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::checklist::CheckInfo;
    use crate::verdict::{CheckResult, Counterexample, Outcome, Output, Row};
    use std::time::Duration;

    #[test]
    fn a_line_of_the_solution_is_seen_wherever_a_verdict_shows_it() {
        let line = "let level = self.level(now).min(self.capacity);";
        let stub = "pub fn take() -> u64 {\n    todo!()\n}\n";
        let secrets = Secrets::new(&stub.replace("todo!()", line), stub);
        let said = format!("write {line}");
        let row = Row {
            at_ns: 0,
            input: said.clone(),
            expected: String::new(),
            actual: String::new(),
            same: false,
        };
        let places = [
            Counterexample { message: said.clone(), ..Counterexample::default() },
            Counterexample { notes: vec![said.clone()], ..Counterexample::default() },
            Counterexample { trace: vec![said.clone()], ..Counterexample::default() },
            Counterexample { timeline: vec![said.clone()], ..Counterexample::default() },
            Counterexample { rows: vec![row], ..Counterexample::default() },
        ];
        for (i, place) in places.into_iter().chain([Counterexample::default()]).enumerate() {
            let verdict = Verdict {
                exercise: String::new(),
                file: String::new(),
                outcome: Outcome::Failed,
                checks: vec![CheckResult {
                    info: CheckInfo { name: "full".to_string(), catches: String::new() },
                    outcome: CheckOutcome::Failed(place),
                    notes: Vec::new(),
                }],
                scorecard: Vec::new(),
                series: Vec::new(),
                diagnostics: Vec::new(),
                belief: None,
                output: Output::default(),
                took: Duration::ZERO,
            };
            let found = shown(&verdict, &secrets);
            assert_eq!(found.map(|(check, _)| check), (i < 5).then(|| "full".to_string()), "{i}");
        }
    }
}
