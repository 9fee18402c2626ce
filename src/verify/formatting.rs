//! Whether the Rust files of a folder of content are formatted as rustfmt formats them.

use super::plan::{Plan, Task};
use crate::attempt::Bench;
use crate::content::problem::Problem;
use crate::content::source::Source;
use crate::proof::Claim;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Files that rustfmt would change. Content that is built in was formatted before.
pub fn problems(plan: &Plan, bench: &Bench) -> Vec<Problem> {
    let Source::Folder(root) = &plan.source else { return Vec::new() };
    let mut files = BTreeSet::new();
    for exercise in plan.exercises.values().filter(|e| e.foreign.is_none()) {
        files.insert(exercise.checks_path());
    }
    for task in &plan.tasks {
        if let Task::Text { candidate, exercise } = task
            && plan.exercises.get(exercise).is_some_and(|e| e.foreign.is_none())
            && matches!(candidate.claim, Claim::Open | Claim::Solution | Claim::Alternative { .. })
        {
            files.insert(candidate.file.clone());
        }
    }
    let there: Vec<(String, PathBuf)> = files
        .into_iter()
        .filter(|file| plan.source.has(file))
        .map(|file| (file.clone(), root.join(&file)))
        .collect();
    let paths: Vec<PathBuf> = there.iter().map(|(_, path)| path.clone()).collect();
    let Some(unformatted) = bench.unformatted(&paths) else {
        // That all is proved would not be true.
        let message = "is not installed, so that formatting is not proved: `rustup component add rustfmt`";
        return vec![Problem { file: "rustfmt".to_string(), line: 0, message: message.to_string() }];
    };
    unformatted
        .into_iter()
        .filter_map(|path| {
            let (file, _) = there.iter().find(|(_, known)| *known == path)?;
            let message = "is not formatted: `rustfmt --edition 2024` does it".to_string();
            Some(Problem { file: file.clone(), line: 0, message })
        })
        .collect()
}
