//! What `caught.toml` of each topic has to say after a proof.

use super::plan::{Plan, Task};
use super::{Item, Kind};
use crate::content::caught::{self, Caught};
use crate::content::problem::Problems;
use crate::proof::Claim;
use std::collections::{BTreeMap, BTreeSet};

/// Files whose text is not what was proved: path and new text. Only exercises whose variants were all tried are
/// looked at; the lines of others stay.
pub fn stale(plan: &Plan, items: &[Item]) -> Vec<(String, String)> {
    let mut tried: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items.iter().filter(|item| matches!(item.kind, Kind::Variant(_))) {
        tried.entry(&item.subject).or_default().push(item);
    }
    let mut topics: BTreeMap<&str, Vec<Caught>> = BTreeMap::new();
    let mut looked_at: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (id, exercise) in plan.exercises.iter().filter(|(_, e)| e.foreign.is_none()) {
        let variants = plan.tasks.iter().filter(|task| {
            matches!(task, Task::Text { exercise, candidate } if exercise == id && matches!(candidate.claim, Claim::Wrong { .. }))
        });
        let items = tried.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        let known = topics.entry(exercise.topic()).or_default();
        if items.len() < variants.count() {
            continue;
        }
        looked_at.insert((exercise.topic(), exercise.name()));
        for item in items.iter().filter(|item| item.holds() && !item.fails.is_empty()) {
            known.push(Caught {
                exercise: exercise.name().to_string(),
                variant: item.kind.name().unwrap_or_default().to_string(),
                fails: item.fails.clone(),
            });
        }
    }
    let mut stale = Vec::new();
    for (topic, mut known) in topics {
        let path = caught::path(topic);
        let before = plan.source.read(&path).ok().flatten().unwrap_or_default();
        let others = caught::parse(&before, &mut Problems::new(&path, &before, &mut Vec::new()));
        known.extend(others.into_iter().filter(|c| !looked_at.contains(&(topic, c.exercise.as_str()))));
        // By exercise; the variants as their file has them.
        known.sort_by(|a, b| a.exercise.cmp(&b.exercise));
        let text = caught::text(&known);
        if text != before && !(before.is_empty() && known.is_empty()) {
            stale.push((path, text));
        }
    }
    stale
}
