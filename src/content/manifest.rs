//! `atlas.toml` and `topic.toml`: text in, values and problems out. Cross-references are `load`'s business.

use super::decode::{Table, is_unprintable, parse};
use super::model::{Difficulty, Exercise, Family, Kind, Limits, Mode, Opening, Path, Topic};
use super::problem::Problems;
use std::collections::BTreeSet;
use std::time::Duration;

/// The format this build reads.
const FORMAT: i64 = 1;

/// `atlas.toml` as written, with the byte offset of each id for later complaints.
#[derive(Default)]
pub struct AtlasFile {
    pub families: Vec<(usize, Family)>,
    pub paths: Vec<(usize, Path)>,
    /// Anchors that every write-up must have.
    pub sections: Vec<String>,
}

/// `topic.toml` as written.
pub struct TopicFile {
    pub topic: Topic,
    /// Byte offsets of `family`, `builds_on`, `unlocks`, `related`.
    pub offsets: [usize; 4],
    /// Byte offset of each exercise.
    pub exercise_offsets: Vec<usize>,
}

/// Lower-case words joined by single hyphens: `token-bucket-gcra`.
pub fn is_kebab(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 60
        && !id.starts_with('-')
        && !id.ends_with('-')
        && !id.contains("--")
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Two digits, a hyphen and words: `01-lazy-refill`.
pub fn is_exercise_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    name.len() > 3 && bytes[..2].iter().all(u8::is_ascii_digit) && bytes[2] == b'-' && is_kebab(name)
}

fn id(table: &mut Table<'_>, key: &'static str, problems: &mut Problems<'_>) -> String {
    let id = table.str(key, problems);
    if !id.trim().is_empty() && !is_kebab(&id) {
        let message = format!("`{id}` is not an id: lower-case words, digits and single hyphens, at most 60");
        problems.at(table.offset_of(key), message);
    }
    id
}

fn ids(table: &mut Table<'_>, key: &'static str, problems: &mut Problems<'_>) -> Vec<String> {
    let (mut out, mut seen): (Vec<String>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    for (offset, id) in table.strs(key, problems) {
        if !is_kebab(&id) {
            problems.at(offset, format!("`{id}` is not an id: lower-case words, digits and single hyphens"));
        } else if !seen.insert(id.clone()) {
            problems.at(offset, format!("`{id}` stands twice in `{key}` of {}", table.place));
        } else {
            out.push(id);
        }
    }
    out
}

pub fn atlas(text: &str, problems: &mut Problems<'_>) -> AtlasFile {
    let mut file = AtlasFile::default();
    let Some(doc) = parse(text, problems) else { return file };
    let mut root = Table::root(&doc, "the atlas");
    if root.opt_int("format", FORMAT..=FORMAT, problems).is_none() && !root.has("format") {
        problems.whole(format!("the atlas lacks `format = {FORMAT}`"));
    }
    file.sections = ids(&mut root, "sections", problems);
    for mut t in root.tables("family", problems) {
        let offset = t.offset_of("id");
        let family = Family {
            id: id(&mut t, "id", problems),
            title: t.str("title", problems),
            summary: t.str("summary", problems),
            topics: ids(&mut t, "topics", problems),
        };
        t.finish(problems);
        file.families.push((offset, family));
    }
    for mut t in root.tables("path", problems) {
        let offset = t.offset_of("id");
        let path = Path {
            id: id(&mut t, "id", problems),
            aliases: ids(&mut t, "aliases", problems),
            title: t.str("title", problems),
            summary: t.str("summary", problems),
            topics: ids(&mut t, "topics", problems),
        };
        t.finish(problems);
        file.paths.push((offset, path));
    }
    root.finish(problems);
    if file.families.is_empty() {
        problems.whole("the atlas has no `[[family]]`");
    }
    file
}

pub fn topic(topic_id: &str, text: &str, problems: &mut Problems<'_>) -> Option<TopicFile> {
    let doc = parse(text, problems)?;
    let mut t = Table::root(&doc, "the topic");
    let offsets = ["family", "builds_on", "unlocks", "related"].map(|key| t.offset_of(key));
    let mut topic = Topic {
        id: topic_id.to_string(),
        title: t.str("title", problems),
        summary: t.str("summary", problems),
        family: t.str("family", problems),
        kind: word(&mut t, "kind", Kind::WORDS, problems)
            .and_then(|w| Kind::from_word(&w))
            .unwrap_or(Kind::Foundation),
        difficulty: word(&mut t, "difficulty", Difficulty::WORDS, problems)
            .and_then(|w| Difficulty::from_word(&w))
            .unwrap_or(Difficulty::Advanced),
        tags: ids(&mut t, "tags", problems),
        builds_on: ids(&mut t, "builds_on", problems),
        unlocks: ids(&mut t, "unlocks", problems),
        related: ids(&mut t, "related", problems),
        exercises: Vec::new(),
        opening: Opening::WriteUp,
        has_quiz: false,
    };
    let (mut exercise_offsets, mut names) = (Vec::new(), BTreeSet::new());
    for mut e in t.tables("exercise", problems) {
        let offset = e.offset_of("name");
        let exercise = exercise(topic_id, &mut e, problems);
        e.finish(problems);
        if names.insert(exercise.id.clone()) {
            exercise_offsets.push(offset);
            topic.exercises.push(exercise);
        } else {
            problems.at(offset, format!("exercise `{}` is declared twice", exercise.name()));
        }
    }
    t.finish(problems);
    Some(TopicFile { topic, offsets, exercise_offsets })
}

fn exercise(topic_id: &str, e: &mut Table<'_>, problems: &mut Problems<'_>) -> Exercise {
    let name = e.str("name", problems);
    if !name.is_empty() {
        e.place = format!("exercise `{name}`");
    }
    if !name.is_empty() && !is_exercise_name(&name) {
        problems.at(
            e.offset_of("name"),
            format!("`{name}` is not an exercise name: two digits, a hyphen, words, like `01-lazy-refill`"),
        );
    }
    let title = e.str("title", problems);
    let mode = word(e, "mode", Mode::WORDS, problems).and_then(|w| Mode::from_word(&w));
    let minutes = e.opt_int("minutes", 1..=600, problems);
    if minutes.is_none() && !e.has("minutes") {
        problems.at(e.offset(), format!("{} lacks `minutes`", e.place));
    }
    let learned = e.str("learned", problems);
    let read = e.opt_str("read", problems).map(ToString::to_string);
    let hints_at = e.offset_of("hints");
    let hints: Vec<String> = e.strs("hints", problems).into_iter().map(|(_, s)| s).collect();
    if hints.iter().any(|h| h.trim().is_empty()) {
        problems.at(hints_at, format!("{} has an empty hint", e.place));
    }
    if hints.len() != 3 {
        problems.at(hints_at, format!("{} needs 3 hints, found {}", e.place, hints.len()));
    }
    if hints.iter().any(|h| h.contains(is_unprintable)) {
        problems.at(hints_at, format!("a hint of {} holds a control character", e.place));
    }
    let lab = e.opt_bool("lab", problems).unwrap_or(false);
    let opt_level = e.opt_int("opt_level", 0..=1, problems).unwrap_or(0);
    let mut limits = Limits::of(lab);
    if let Some(mut l) = e.table("limits", problems) {
        if let Some(s) = l.opt_int("cpu_seconds", 1..=60, problems) {
            limits.check_cpu = Duration::from_secs(s.unsigned_abs());
        }
        if let Some(m) = l.opt_int("memory_mib", 16..=8192, problems) {
            limits.memory_mib = m.unsigned_abs();
        }
        l.finish(problems);
    }
    Exercise {
        id: format!("{topic_id}/{name}"),
        title,
        mode: mode.unwrap_or(Mode::Implement),
        minutes: minutes.unwrap_or(1).unsigned_abs(),
        learned,
        read,
        hints,
        lab,
        opt_level: u8::from(opt_level == 1),
        limits,
        foreign: None,
    }
}

/// A string out of a closed list.
fn word(
    table: &mut Table<'_>,
    key: &'static str,
    words: &[&str],
    problems: &mut Problems<'_>,
) -> Option<String> {
    let word = table.str(key, problems);
    if word.is_empty() {
        return None;
    }
    if !words.contains(&word.as_str()) {
        let known = words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
        problems
            .at(table.offset_of(key), format!("`{key}` in {} is `{word}`, not one of {known}", table.place));
        return None;
    }
    Some(word)
}
