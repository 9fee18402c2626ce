//! The search for what checks do not catch: the mutants of solutions as tasks, and what became of them.

use super::plan::{Plan, Task};
use super::{Item, Kind};
use crate::attempt::{Bench, Built, Trial, material};
use crate::content::model::Exercise;
use crate::content::problem::{Problem, Problems};
use crate::content::variants;
use crate::failure::Failure;
use crate::process::Cancel;
use crate::proof::Proof;
use crate::proof::mutants::{Mutant, mutants};
use crate::proof::survey::{Fate, Survey, check_cpu};
use crate::verdict::Verdict;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Percent of a topic's mutants that may survive, unless told otherwise. An author should see each of them; a
/// topic with more has checks that miss something.
pub const MAX_SURVIVORS: u8 = 5;

/// What the checks make of one small edit.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The exercise's id.
    pub exercise: String,
    /// The solution's file.
    pub file: String,
    pub mutant: Mutant,
    /// The solution's, once somebody has looked.
    pace: Arc<OnceLock<Pace>>,
}

/// What a solution makes of its own checks.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// It passes all of them in this time.
    Takes(Duration),
    DoesNotPass,
}

/// The mutants of one solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surveyed {
    pub exercise: String,
    /// The solution's file.
    pub file: String,
    pub survey: Survey,
}

/// Adds the mutants of every solution to `plan`, behind whatever else is to be proved of it.
pub fn add(plan: &mut Plan) {
    let mut tasks = std::mem::take(&mut plan.tasks).into_iter().peekable();
    while let Some(task) = tasks.next() {
        let subject = task.subject().to_string();
        let is_last = tasks.peek().is_none_or(|next| next.subject() != subject);
        plan.tasks.push(task);
        if is_last && let Some(exercise) = plan.exercises.get(&subject).filter(|e| e.foreign.is_none()) {
            let edited = of(plan, exercise);
            plan.tasks.extend(edited);
        }
    }
}

fn of(plan: &Plan, exercise: &Exercise) -> Vec<Task> {
    let read = |path: String| plan.source.read(&path).ok().flatten().unwrap_or_default();
    let file = exercise.solution_path();
    let pace = Arc::default();
    let task = |mutant| {
        let (exercise, file, pace) = (exercise.id.clone(), file.clone(), Arc::clone(&pace));
        Task::Mutant(Box::new(Edited { exercise, file, mutant, pace }))
    };
    mutants(&read(file.clone()), &read(exercise.stub_path())).into_iter().map(task).collect()
}

/// Judges one mutant; `Proof::Holds` is a caught one. `Ok(None)`: cancelled.
pub fn prove(
    plan: &Plan,
    bench: &Bench,
    exercise: &Exercise,
    edited: &Edited,
    mut item: Item,
    cancel: &Cancel,
) -> Result<Option<Item>, Failure> {
    let Some(pace) = pace(plan, bench, exercise, edited, cancel)? else { return Ok(None) };
    let Pace::Takes(took) = pace else {
        item.proof = Proof::Unviable { why: "the solution itself does not pass".to_string() };
        return Ok(Some(item));
    };
    let trial = Trial { check_cpu: Some(check_cpu(took, exercise.limits.check_cpu)), ..Trial::default() };
    let judged = judge(plan, bench, exercise, &edited.mutant.text, trial, cancel)?;
    let Some((verdict, _)) = judged else { return Ok(None) };
    item.proof = match Fate::of(&verdict) {
        Fate::Unviable => Proof::Unviable { why: "does not compile".to_string() },
        Fate::Survives => Proof::Missed { instead: "passes".to_string() },
        Fate::Caught { by } => {
            item.fails = by.into_iter().collect();
            Proof::Holds
        }
    };
    Ok(Some(item))
}

/// Two threads may look at once: one of them is heard. `None`: cancelled.
fn pace(
    plan: &Plan,
    bench: &Bench,
    exercise: &Exercise,
    edited: &Edited,
    cancel: &Cancel,
) -> Result<Option<Pace>, Failure> {
    if let Some(pace) = edited.pace.get() {
        return Ok(Some(*pace));
    }
    let solution = plan.source.read(&edited.file).ok().flatten().unwrap_or_default();
    let judged = judge(plan, bench, exercise, &solution, Trial::default(), cancel)?;
    Ok(judged.map(|(verdict, took)| {
        let pace = if verdict.passed() { Pace::Takes(took) } else { Pace::DoesNotPass };
        *edited.pace.get_or_init(|| pace)
    }))
}

/// The verdict on a text, and how long its run took. `None`: cancelled.
fn judge(
    plan: &Plan,
    bench: &Bench,
    exercise: &Exercise,
    text: &str,
    trial: Trial<'_>,
    cancel: &Cancel,
) -> Result<Option<(Verdict, Duration)>, Failure> {
    let material = material(&plan.source, exercise)?;
    let ready = match bench.compile(exercise, &material, text, cancel)? {
        None => return Ok(None),
        Some(Built::Refused(verdict)) => return Ok(Some((verdict, Duration::ZERO))),
        Some(Built::Ready(ready)) => ready,
    };
    let began = Instant::now();
    let verdict = bench.run(exercise, &material, &ready, trial, cancel)?;
    Ok(verdict.map(|verdict| (verdict, began.elapsed())))
}

/// Takes the mutants out of `items`: a survey of each solution, and what is wrong with marks, or with a topic
/// of whose mutants more than `max_survivors` percent get by.
pub fn surveys(plan: &Plan, items: &mut Vec<Item>, max_survivors: u8) -> (Vec<Surveyed>, Vec<Problem>) {
    let mut fates: Vec<(String, Vec<(Mutant, Fate)>)> = Vec::new();
    let is_mutant = |item: &mut Item| matches!(item.kind, Kind::Mutant(_));
    for item in items.extract_if(.., is_mutant) {
        let fate = match item.proof {
            Proof::Holds => Fate::Caught { by: item.fails.into_iter().next() },
            Proof::Missed { .. } => Fate::Survives,
            Proof::Unviable { .. } | Proof::TimedOut { .. } => Fate::Unviable,
        };
        let Kind::Mutant(mutant) = item.kind else { continue };
        match fates.last_mut() {
            Some((subject, fates)) if *subject == item.subject => fates.push((*mutant, fate)),
            _ => fates.push((item.subject, vec![(*mutant, fate)])),
        }
    }
    let (mut surveys, mut found) = (Vec::new(), Vec::new());
    for (id, fates) in fates {
        let Some(exercise) = plan.exercises.get(&id) else { continue };
        let read = |path: &str| plan.source.read(path).ok().flatten().unwrap_or_default();
        let (file, path) = (exercise.solution_path(), exercise.variants_path());
        let text = read(&path);
        // What is wrong with the file itself is told where content is validated.
        let marks = variants::parse(&text, &mut Problems::new(&path, &text, &mut Vec::new())).equivalent;
        let problems = &mut Problems::new(&path, &text, &mut found);
        let survey = Survey::of(fates, &marks, &read(&file), problems);
        surveys.push(Surveyed { exercise: id, file, survey });
    }
    found.extend(too_many(&surveys, max_survivors));
    (surveys, found)
}

/// All surveys as one.
pub fn sum<'a>(surveys: impl IntoIterator<Item = &'a Surveyed>) -> Survey {
    surveys.into_iter().fold(Survey::default(), |mut sum, surveyed| {
        sum.add(&surveyed.survey);
        sum
    })
}

fn too_many(surveys: &[Surveyed], max_survivors: u8) -> Vec<Problem> {
    let mut topics: BTreeMap<&str, Vec<&Surveyed>> = BTreeMap::new();
    for surveyed in surveys {
        let topic = surveyed.exercise.split('/').next().unwrap_or_default();
        topics.entry(topic).or_default().push(surveyed);
    }
    let mut found = Vec::new();
    for (topic, surveys) in topics {
        let sum = sum(surveys);
        if sum.percent() > f64::from(max_survivors) {
            let message = format!(
                "{:.1} % of the small edits of its solutions survive, more than {max_survivors} %: each needs a \
                 check, less code in the solution, or a mark as equivalent",
                sum.percent()
            );
            found.push(Problem { file: format!("checks/{topic}"), line: 0, message });
        }
    }
    found
}

#[cfg(test)]
mod tests;
