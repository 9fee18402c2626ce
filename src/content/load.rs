//! Reads a content root into an `Atlas` and says everything that is wrong with it.

use super::checklist::checklist;
use super::circles;
use super::manifest::{self, AtlasFile, TopicFile, is_kebab};
use super::model::{Atlas, Planned, Topic};
use super::problem::{Problem, Problems, tell};
use super::source::Source;
use super::{caught, quiz, rustlings, variants};
use std::collections::{BTreeMap, BTreeSet};
use std::thread;

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
            tell(&mut found, Problem { file: ATLAS_FILE.to_string(), line: 0, message: why });
            return (Atlas::default(), found);
        }
    };
    let file = manifest::atlas(&text, &mut Problems::new(ATLAS_FILE, &text, &mut found));
    let (mut topics, mut planned) = (Vec::new(), Vec::new());
    for (listed, problems) in read_topics(source, &file) {
        for problem in problems {
            tell(&mut found, problem);
        }
        match listed {
            Some(Listed::Written(text, topic)) => topics.push((text, *topic)),
            Some(Listed::Planned(topic)) => planned.push(topic),
            None => {}
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

/// A topic that the atlas lists.
enum Listed {
    /// With the text of its manifest.
    Written(String, Box<TopicFile>),
    Planned(Planned),
}

/// What came of one topic's manifest, and its problems.
type Read = (Option<Listed>, Vec<Problem>);

/// With fewer topics a second thread costs more than it saves.
const SHARED_FROM: usize = 64;

/// Every topic that the atlas lists, in its order; many are read by several threads.
fn read_topics(source: &Source, file: &AtlasFile) -> Vec<Read> {
    let listed: Vec<(&str, &str)> = file
        .families
        .iter()
        .flat_map(|(_, family)| family.topics.iter().map(|id| (family.id.as_str(), id.as_str())))
        .collect();
    let read = |part: &[(&str, &str)]| -> Vec<Read> {
        part.iter().map(|(family, id)| read_topic(source, family, id)).collect()
    };
    if listed.len() < SHARED_FROM {
        return read(&listed);
    }
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let parts: Vec<&[(&str, &str)]> = listed.chunks(listed.len().div_ceil(threads)).collect();
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    thread::scope(|scope| {
        let others: Vec<_> = rest.iter().map(|part| (part, scope.spawn(|| read(part)))).collect();
        let mut all = read(first);
        for (part, other) in others {
            // Read again rather than lost, should a thread have failed.
            all.extend(other.join().unwrap_or_else(|_| read(part)));
        }
        all
    })
}

fn read_topic(source: &Source, family: &str, id: &str) -> Read {
    let mut found = Vec::new();
    let path = format!("exercises/{id}/topic.toml");
    let listed = match source.read(&path) {
        Ok(Some(text)) => {
            let topic = manifest::topic(id, &text, &mut Problems::new(&path, &text, &mut found));
            topic.map(|mut file| {
                let quiz = file.topic.quiz_path();
                match source.holds(&quiz) {
                    Ok(has) => file.topic.has_quiz = has,
                    Err(why) => tell(&mut found, Problem { file: quiz, line: 0, message: why }),
                }
                Listed::Written(text, Box::new(file))
            })
        }
        Ok(None) => Some(Listed::Planned(Planned { id: id.to_string(), family: family.to_string() })),
        Err(why) => {
            tell(&mut found, Problem { file: path, line: 0, message: why });
            None
        }
    };
    (listed, found)
}

/// Problems with the files that the manifests name: missing or unreadable ones, check tables, wrong
/// variants, quizzes, folders that no atlas declares. Reads everything, so it is for builds and authors.
pub fn validate_files(source: &Source, atlas: &Atlas) -> Vec<Problem> {
    let mut found = Vec::new();
    for topic in &atlas.topics {
        need(source, &topic.write_up_path(), &mut found);
        // Still to be written is no fault of what is there: `verify` asks for it.
        if source.has(&topic.quiz_path())
            && let Some(text) = need(source, &topic.quiz_path(), &mut found)
        {
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
        let path = caught::path(&topic.id);
        if let Ok(Some(text)) = source.read(&path) {
            caught::parse(&text, &mut Problems::new(&path, &text, &mut found));
        }
        strays(source, topic, &mut found);
    }
    for name in source.entries("exercises") {
        let Some(id) = name.strip_suffix('/') else { continue };
        if !atlas.families.iter().any(|f| f.topics.iter().any(|t| t == id)) {
            let message = format!("no family of the atlas lists the topic `{id}`");
            tell(&mut found, Problem { file: format!("exercises/{id}"), line: 0, message });
        }
    }
    found.sort();
    found
}

fn need(source: &Source, path: &str, found: &mut Vec<Problem>) -> Option<String> {
    let message = match source.read(path) {
        Ok(Some(text)) if text.trim().is_empty() => "is empty".to_string(),
        Ok(Some(text)) => return Some(text),
        Ok(None) => "is missing".to_string(),
        Err(why) => why,
    };
    tell(found, Problem { file: path.to_string(), line: 0, message });
    None
}

/// Files in a topic's folders that belong to no exercise: most often a typo in a name.
fn strays(source: &Source, topic: &Topic, found: &mut Vec<Problem>) {
    for folder in ["exercises", "solutions", "checks"] {
        let folder = format!("{folder}/{}", topic.id);
        for name in source.entries(&folder) {
            let known = ["README.md", "topic.toml", "quiz.toml", "caught.toml"].contains(&name.as_str())
                || topic
                    .exercises
                    .iter()
                    .any(|e| name.strip_prefix(e.name()).is_some_and(|rest| rest.starts_with('.')));
            if !known {
                let message = "belongs to no exercise of the topic".to_string();
                tell(found, Problem { file: format!("{folder}/{name}"), line: 0, message });
            }
        }
    }
}

fn cross_check(atlas_text: &str, file: &AtlasFile, topics: &[(String, TopicFile)], found: &mut Vec<Problem>) {
    let mut problems = Problems::new(ATLAS_FILE, atlas_text, found);
    let (mut families, mut declared) = (BTreeSet::new(), BTreeMap::new());
    for (offset, family) in &file.families {
        if !family.id.is_empty() && !families.insert(&family.id) {
            problems.at(*offset, format!("family `{}` is declared twice", family.id));
        }
        for topic in &family.topics {
            if declared.insert(topic.as_str(), family.id.as_str()).is_some() {
                problems.at(*offset, format!("topic `{topic}` is listed twice"));
            }
        }
    }
    let written: BTreeMap<&str, &Topic> =
        topics.iter().map(|(_, t)| (t.topic.id.as_str(), &t.topic)).collect();
    let mut taken = BTreeSet::new();
    for (offset, path) in &file.paths {
        for name in std::iter::once(&path.id).chain(&path.aliases) {
            if !name.is_empty() && !taken.insert(name) {
                problems.at(*offset, format!("two paths are called `{name}`"));
            }
        }
        let places: BTreeMap<&str, usize> = path.topics.iter().map(String::as_str).zip(0..).collect();
        for (at, id) in path.topics.iter().enumerate() {
            if !declared.contains_key(id.as_str()) && !problems.is_full() {
                problems.at(*offset, unknown_topic(id, &format!("path `{}`", path.id), &declared));
            }
            let Some(topic) = written.get(id.as_str()) else { continue };
            for base in &topic.builds_on {
                if places.get(base.as_str()).is_some_and(|place| *place > at) {
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
    for (text, file_of_topic) in topics {
        let topic = &file_of_topic.topic;
        let path = format!("exercises/{}/topic.toml", topic.id);
        let mut problems = Problems::new(&path, text, found);
        let [family_at, builds_on_at, unlocks_at, related_at] = file_of_topic.offsets;
        if let Some(family) = declared.get(topic.id.as_str())
            && !topic.family.is_empty()
            && *family != topic.family
        {
            let message = format!("family is `{}`, but the atlas lists it under `{family}`", topic.family);
            problems.at(family_at, message);
        }
        let links =
            [(&topic.builds_on, builds_on_at), (&topic.unlocks, unlocks_at), (&topic.related, related_at)];
        for (list, offset) in links {
            for id in list {
                if id == &topic.id {
                    problems.at(offset, format!("topic `{id}` names itself"));
                } else if !declared.contains_key(id.as_str()) && !problems.is_full() {
                    problems.at(offset, unknown_topic(id, &format!("topic `{}`", topic.id), &declared));
                }
            }
        }
    }
    circles::tell_of(topics, found);
}

fn unknown_topic(id: &str, place: &str, declared: &BTreeMap<&str, &str>) -> String {
    let near = declared.keys().find(|d| d.contains(id) || id.contains(**d));
    let guess = near.map_or(String::new(), |d| format!("; did you mean `{d}`?"));
    let known = if is_kebab(id) { "the atlas declares no topic" } else { "no topic can be called" };
    format!("{place}: {known} `{id}`{guess}")
}
