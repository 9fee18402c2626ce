//! Reads a content root into an `Atlas` and says everything that is wrong with it.

use super::checklist::checklist;
use super::manifest::{self, AtlasFile, TopicFile, is_kebab};
use super::model::{Atlas, Planned, Topic};
use super::problem::{Problem, Problems};
use super::source::Source;
use super::{quiz, rustlings, variants};
use std::collections::{BTreeMap, BTreeSet};

pub const ATLAS_FILE: &str = "exercises/atlas.toml";

/// The atlas of a content root, and all problems with its manifests: unknown keys, dangling ids, cycles,
/// paths in the wrong order. With problems the atlas holds what could be read. A foreign pack is read as one topic.
pub fn load(source: &Source) -> (Atlas, Vec<Problem>) {
    if let Some(info) = rustlings::info_file(source) {
        return rustlings::load(source, info);
    }
    let mut found = Vec::new();
    let text = match source.read(ATLAS_FILE) {
        Ok(Some(text)) => text,
        other => {
            let why = other.err().unwrap_or_else(|| "is missing".to_string());
            found.push(Problem { file: ATLAS_FILE.to_string(), line: 0, message: why });
            return (Atlas::default(), found);
        }
    };
    let file = manifest::atlas(&text, &mut Problems::new(ATLAS_FILE, &text, &mut found));
    let mut topics: Vec<(String, TopicFile)> = Vec::new();
    let mut planned = Vec::new();
    for (_, family) in &file.families {
        for id in &family.topics {
            let path = format!("exercises/{id}/topic.toml");
            match source.read(&path) {
                Ok(Some(text)) => {
                    let problems = &mut Problems::new(&path, &text, &mut found);
                    if let Some(mut topic) = manifest::topic(id, &text, problems) {
                        topic.topic.has_quiz = matches!(source.read(&topic.topic.quiz_path()), Ok(Some(_)));
                        topics.push((text.into_owned(), topic));
                    }
                }
                Ok(None) => planned.push(Planned { id: id.clone(), family: family.id.clone() }),
                Err(why) => found.push(Problem { file: path, line: 0, message: why }),
            }
        }
    }
    cross_check(&text, &file, &topics, &mut found);
    let atlas = Atlas {
        families: file.families.into_iter().map(|(_, f)| f).collect(),
        topics: topics.into_iter().map(|(_, t)| t.topic).collect(),
        planned,
        paths: file.paths.into_iter().map(|(_, p)| p).collect(),
        sections: file.sections,
        ..Atlas::default()
    };
    found.sort();
    (atlas, found)
}

/// Problems with the files that the manifests name: missing or unreadable ones, check tables, wrong
/// variants, quizzes, folders that no atlas declares. Reads everything, so it is for builds and authors.
pub fn validate_files(source: &Source, atlas: &Atlas) -> Vec<Problem> {
    let mut found = Vec::new();
    for topic in &atlas.topics {
        need(source, &topic.write_up_path(), &mut found);
        if let Some(text) = need(source, &topic.quiz_path(), &mut found) {
            let path = topic.quiz_path();
            quiz::parse(&text, &mut Problems::new(&path, &text, &mut found));
        }
        for exercise in &topic.exercises {
            need(source, &exercise.stub_path(), &mut found);
            let solution = need(source, &exercise.solution_path(), &mut found).unwrap_or_default();
            let mut names = Vec::new();
            if let Some(text) = need(source, &exercise.checks_path(), &mut found) {
                let path = exercise.checks_path();
                let list = checklist(&text, &mut Problems::new(&path, &text, &mut found));
                names = list.into_iter().map(|c| c.name).collect();
            }
            if let Some(text) = need(source, &exercise.variants_path(), &mut found) {
                let path = exercise.variants_path();
                let problems = &mut Problems::new(&path, &text, &mut found);
                let parsed = variants::parse(&text, problems);
                variants::validate(&parsed, &solution, &names, exercise, source, problems);
            }
        }
        strays(source, topic, &mut found);
    }
    for name in source.entries("exercises") {
        let Some(id) = name.strip_suffix('/') else { continue };
        if !atlas.families.iter().any(|f| f.topics.iter().any(|t| t == id)) {
            let message = format!("no family of the atlas lists the topic `{id}`");
            found.push(Problem { file: format!("exercises/{id}"), line: 0, message });
        }
    }
    found.sort();
    found
}

fn need(source: &Source, path: &str, found: &mut Vec<Problem>) -> Option<String> {
    let message = match source.read(path) {
        Ok(Some(text)) if text.trim().is_empty() => "is empty".to_string(),
        Ok(Some(text)) => return Some(text.into_owned()),
        Ok(None) => "is missing".to_string(),
        Err(why) => why,
    };
    found.push(Problem { file: path.to_string(), line: 0, message });
    None
}

/// Files in a topic's folders that belong to no exercise: most often a typo in a name.
fn strays(source: &Source, topic: &Topic, found: &mut Vec<Problem>) {
    for folder in ["exercises", "solutions", "checks"] {
        let folder = format!("{folder}/{}", topic.id);
        for name in source.entries(&folder) {
            let known = ["README.md", "topic.toml", "quiz.toml"].contains(&name.as_str())
                || topic
                    .exercises
                    .iter()
                    .any(|e| name.strip_prefix(e.name()).is_some_and(|rest| rest.starts_with('.')));
            if !known {
                let message = "belongs to no exercise of the topic".to_string();
                found.push(Problem { file: format!("{folder}/{name}"), line: 0, message });
            }
        }
    }
}

fn cross_check(atlas_text: &str, file: &AtlasFile, topics: &[(String, TopicFile)], found: &mut Vec<Problem>) {
    let declared: Vec<&str> =
        file.families.iter().flat_map(|(_, f)| f.topics.iter().map(String::as_str)).collect();
    let mut problems = Problems::new(ATLAS_FILE, atlas_text, found);
    let mut seen: Vec<&str> = Vec::new();
    for (offset, family) in &file.families {
        if !family.id.is_empty() && file.families.iter().filter(|(_, f)| f.id == family.id).count() > 1 {
            problems.at(*offset, format!("family `{}` is declared twice", family.id));
        }
        for topic in &family.topics {
            if seen.contains(&topic.as_str()) {
                problems.at(*offset, format!("topic `{topic}` is listed twice"));
            }
            seen.push(topic);
        }
    }
    for (i, (offset, path)) in file.paths.iter().enumerate() {
        for name in std::iter::once(&path.id).chain(&path.aliases) {
            let taken = file.paths[..i].iter().any(|(_, p)| &p.id == name || p.aliases.contains(name));
            if taken && !name.is_empty() {
                problems.at(*offset, format!("two paths are called `{name}`"));
            }
        }
        for (at, id) in path.topics.iter().enumerate() {
            if !declared.contains(&id.as_str()) {
                problems.at(*offset, unknown_topic(id, &format!("path `{}`", path.id), &declared));
            }
            let Some((_, topic)) = topics.iter().find(|(_, t)| &t.topic.id == id) else { continue };
            for base in &topic.topic.builds_on {
                if path.topics.iter().position(|other| other == base).is_some_and(|p| p > at) {
                    let message =
                        format!("path `{}` lists `{id}` before `{base}`, which it builds on", path.id);
                    problems.at(*offset, message);
                }
            }
        }
        if path.topics.is_empty() {
            problems.at(*offset, format!("path `{}` has no topics", path.id));
        }
    }
    let circling = circling(topics);
    let is_declared: BTreeSet<&str> = declared.iter().copied().collect();
    for (text, file_of_topic) in topics {
        let topic = &file_of_topic.topic;
        let path = format!("exercises/{}/topic.toml", topic.id);
        let mut problems = Problems::new(&path, text, found);
        let [family_at, builds_on_at, unlocks_at, related_at] = file_of_topic.offsets;
        let listed = file.families.iter().find(|(_, f)| f.topics.contains(&topic.id));
        if let Some((_, family)) = listed
            && !topic.family.is_empty()
            && family.id != topic.family
        {
            let message =
                format!("family is `{}`, but the atlas lists it under `{}`", topic.family, family.id);
            problems.at(family_at, message);
        }
        let links =
            [(&topic.builds_on, builds_on_at), (&topic.unlocks, unlocks_at), (&topic.related, related_at)];
        for (list, offset) in links {
            for id in list {
                if id == &topic.id {
                    problems.at(offset, format!("topic `{id}` names itself"));
                } else if !is_declared.contains(id.as_str()) {
                    problems.at(offset, unknown_topic(id, &format!("topic `{}`", topic.id), &declared));
                }
            }
        }
        if circling.contains(topic.id.as_str())
            && let Some(cycle) = cycle_from(&topic.id, topics)
        {
            problems.at(builds_on_at, format!("builds_on runs in a circle: {}", cycle.join(" -> ")));
        }
    }
}

fn unknown_topic(id: &str, place: &str, declared: &[&str]) -> String {
    let near = declared.iter().find(|d| d.contains(id) || id.contains(**d));
    let guess = near.map_or(String::new(), |d| format!("; did you mean `{d}`?"));
    let known = if is_kebab(id) { "the atlas declares no topic" } else { "no topic can be called" };
    format!("{place}: {known} `{id}`{guess}")
}

/// The topics that are left when those with nothing left to build on are taken away, again and again: those in
/// a circle, and those that build on one. Most often none, and large packs are spared the search.
fn circling(topics: &[(String, TopicFile)]) -> BTreeSet<&str> {
    let written: BTreeSet<&str> = topics.iter().map(|(_, t)| t.topic.id.as_str()).collect();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let mut built_upon: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, file) in topics {
        let bases = file.topic.builds_on.iter().map(String::as_str).filter(|id| written.contains(id));
        let mut count = 0;
        for base in bases {
            count += 1;
            built_upon.entry(base).or_default().push(&file.topic.id);
        }
        open.insert(&file.topic.id, count);
    }
    let mut free: Vec<&str> = open.iter().filter(|(_, n)| **n == 0).map(|(id, _)| *id).collect();
    while let Some(id) = free.pop() {
        open.remove(id);
        for next in built_upon.get(id).into_iter().flatten() {
            if let Some(count) = open.get_mut(next) {
                *count -= 1;
                if *count == 0 {
                    free.push(next);
                }
            }
        }
    }
    open.into_keys().collect()
}

/// A circle of `builds_on` through `start`, if there is one.
fn cycle_from(start: &str, topics: &[(String, TopicFile)]) -> Option<Vec<String>> {
    let mut stack = vec![vec![start.to_string()]];
    let mut visited: Vec<String> = Vec::new();
    while let Some(trail) = stack.pop() {
        let last = trail.last()?.clone();
        let Some((_, file)) = topics.iter().find(|(_, t)| t.topic.id == last) else { continue };
        for base in &file.topic.builds_on {
            let mut longer = trail.clone();
            longer.push(base.clone());
            if base == start && base != &last {
                return Some(longer);
            }
            if !visited.contains(base) {
                visited.push(base.clone());
                stack.push(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a b` and `c`: a builds on b, c on nothing.
    fn topics(lines: &[&str]) -> Vec<(String, TopicFile)> {
        let topic = |line: &&str| {
            let (id, bases) = line.split_once(' ').unwrap_or((line, ""));
            let bases: Vec<String> = bases.split_whitespace().map(|b| format!("{b:?}")).collect();
            let text = format!("builds_on = [{}]", bases.join(", "));
            let mut found = Vec::new();
            let file = manifest::topic(id, &text, &mut Problems::new("t", &text, &mut found)).unwrap();
            (text, file)
        };
        lines.iter().map(topic).collect()
    }

    #[track_caller]
    fn check(lines: &[&str], circles: &[&str]) {
        let topics = topics(lines);
        let left = circling(&topics);
        for (_, file) in &topics {
            let id = file.topic.id.as_str();
            let circle = cycle_from(id, &topics);
            assert!(circle.is_none() || left.contains(id), "{id}: the circle would be missed");
            let shown = circle.map(|c| c.join(" -> "));
            assert_eq!(shown.as_deref(), circles.iter().copied().find(|c| c.starts_with(id)), "{id}");
        }
    }

    #[test]
    fn a_circle_is_found_wherever_it_is() {
        check(&["a b", "b c", "c"], &[]);
        check(&["a b", "b a"], &["a -> b -> a", "b -> a -> b"]);
        check(&["a", "d b", "b a c", "c b"], &["b -> c -> b", "c -> b -> c"]);
        check(&["a planned", "b a"], &[]);
        assert_eq!(circling(&topics(&["a", "b a", "c b", "d c a"])), BTreeSet::new());
    }
}
