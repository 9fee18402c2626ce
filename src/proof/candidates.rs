//! Every text that proves something about an exercise, from its content.

use super::decoy::decoy;
use super::{Candidate, Claim};
use crate::content::model::Exercise;
use crate::content::problem::{Problem, Problems, line_of};
use crate::content::source::Source;
use crate::content::variants::{self, Variant};

/// Everything that proves `exercise`: stub, solution, alternatives, decoy and wrong variants. Problems are what
/// can't be read. `kit` are the names that the decoy takes.
pub fn candidates(source: &Source, exercise: &Exercise, kit: &[String]) -> (Vec<Candidate>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut out = Vec::new();
    let mut add = |claim: Claim, file: String, found: &mut Vec<Problem>| {
        let text = read(source, &file, found)?;
        out.push(Candidate { claim, text: Ok(text.clone()), file, line: 0 });
        Some(text)
    };
    if let Some(foreign) = &exercise.foreign {
        if !foreign.skip_check_unsolved {
            add(Claim::Unsolved, exercise.stub_path(), &mut found);
        }
        // Not every set publishes its solutions.
        if source.has(&exercise.solution_path()) {
            add(Claim::Solution, exercise.solution_path(), &mut found);
        }
        return (out, found);
    }
    add(Claim::Open, exercise.stub_path(), &mut found);
    let solution = add(Claim::Solution, exercise.solution_path(), &mut found);
    for (name, file) in alternatives(source, exercise) {
        add(Claim::Alternative { name }, file, &mut found);
    }
    let Some(solution) = solution else { return (out, found) };
    let text = Ok(decoy(&solution, kit));
    // What is in the way of the checks is theirs to mend.
    out.push(Candidate { claim: Claim::Decoy, text, file: exercise.checks_path(), line: 0 });
    let path = exercise.variants_path();
    let Some(text) = read(source, &path, &mut found) else { return (out, found) };
    for variant in variants::parse(&text, &mut Problems::new(&path, &text, &mut found)).wrong {
        let Variant { name, caught_by, exceeds_limit, offset, .. } = variant.clone();
        out.push(Candidate {
            claim: Claim::Wrong { name, caught_by, exceeds_limit },
            text: variants::source_of(&variant, &solution, exercise, source),
            file: path.clone(),
            line: line_of(&text, offset),
        });
    }
    (out, found)
}

/// The text of a content file; that it can't be read is a problem.
pub fn read(source: &Source, path: &str, found: &mut Vec<Problem>) -> Option<String> {
    let message = match source.read(path) {
        Ok(Some(text)) => return Some(text),
        Ok(None) => "is missing".to_string(),
        Err(why) => why,
    };
    found.push(Problem { file: path.to_string(), line: 0, message });
    None
}

/// Further right solutions, beside the solution as `<nn-name>.alt-<name>.rs`: name and path.
fn alternatives(source: &Source, exercise: &Exercise) -> Vec<(String, String)> {
    let folder = format!("solutions/{}", exercise.topic());
    let prefix = format!("{}.alt-", exercise.name());
    let mut found = Vec::new();
    for file in source.entries(&folder) {
        if let Some(name) = file.strip_prefix(&prefix) {
            let name = name.strip_suffix(".rs").unwrap_or(name);
            found.push((name.to_string(), format!("{folder}/{file}")));
        }
    }
    found
}
