//! A rustlings `info.toml` (format 1) as an atlas: one topic with every exercise in the file's order, which is the
//! learning order. Keys that only rustlings knows are left alone: a pack is taken as it is.

use super::decode::{self, Table};
use super::load::ATLAS_FILE;
use super::manifest::is_kebab;
use super::model::{Atlas, Difficulty, Exercise, Family, Foreign, Kind, Limits, Mode, Opening, Path, Topic};
use super::problem::{Problem, Problems};
use super::source::Source;
use std::collections::BTreeSet;
use std::time::Duration;

/// Where the file is; the second place is that of a checkout of rustlings itself.
pub const INFO_FILES: [&str; 2] = ["info.toml", "rustlings-macros/info.toml"];
/// The format that is read.
const FORMAT: i64 = 1;
/// Longer names make no sense on a screen, nor as file names.
const MAX_NAME: usize = 64;
const MAX_DIR: usize = 200;
/// Time for one run of a program or of all tests: some exercises sleep.
const CPU: Duration = Duration::from_secs(10);

/// The pack's `info.toml`, when this is a foreign pack.
pub fn info_file(source: &Source) -> Option<&'static str> {
    // One that can't be read is there: whoever reads it says why not.
    let is_there = |file: &&str| source.holds(file) != Ok(false);
    if !matches!(source, Source::Folder(_)) || is_there(&ATLAS_FILE) {
        return None;
    }
    INFO_FILES.into_iter().find(is_there)
}

/// The atlas of a foreign pack, and everything that is wrong with it.
pub fn load(source: &Source, file: &'static str) -> (Atlas, Vec<Problem>) {
    let mut found = Vec::new();
    let text = match source.read(file) {
        Ok(text) => text.unwrap_or_default(),
        Err(why) => {
            found.push(Problem { file: file.to_string(), line: 0, message: why });
            return (Atlas::default(), found);
        }
    };
    let name = folder_name(source);
    let atlas = info(source, &name, &text, &mut Problems::new(file, &text, &mut found)).unwrap_or_default();
    found.sort();
    (atlas, found)
}

fn info(source: &Source, folder: &str, text: &str, problems: &mut Problems<'_>) -> Option<Atlas> {
    let doc = decode::parse(text, problems)?;
    let mut root = Table::root(&doc, "the pack");
    format(&mut root, problems);
    let mut message = |key| {
        let text = root.opt_str(key, problems)?.replace("\r\n", "\n");
        Some(text.trim_matches('\n').trim_end().to_string()).filter(|text| !text.is_empty())
    };
    let (welcome, farewell) = (message("welcome_message"), message("final_message"));
    let id = kebab(folder);
    let title = title(folder);
    let mut exercises: Vec<Exercise> = Vec::new();
    let mut names = BTreeSet::new();
    let tables = root.tables("exercises", problems);
    if tables.is_empty() {
        problems.whole("the pack has no `[[exercises]]`");
    }
    for mut table in tables {
        let offset = table.offset_of("name");
        let Some(exercise) = exercise(&id, &title, &mut table, problems) else { continue };
        if !names.insert(exercise.id.clone()) {
            problems.at(offset, format!("exercise `{}` is declared twice", exercise.name()));
            continue;
        }
        let why = match source.holds(&exercise.stub_path()) {
            Ok(true) => None,
            Ok(false) => Some("is missing".to_string()),
            Err(why) => Some(format!("can't be read: {why}")),
        };
        if let Some(why) = why {
            problems.at(offset, format!("exercise `{}`: `{}` {why}", exercise.name(), exercise.stub_path()));
        }
        exercises.push(exercise);
    }
    let summary = summary(welcome.as_deref());
    let family =
        Family { id: id.clone(), title: title.clone(), summary: summary.clone(), topics: vec![id.clone()] };
    let path = Path {
        id: id.clone(),
        aliases: Vec::new(),
        title: title.clone(),
        summary: summary.clone(),
        topics: vec![id.clone()],
    };
    let topic = Topic {
        id: id.clone(),
        title,
        summary,
        family: id,
        kind: Kind::Foundation,
        difficulty: Difficulty::Intro,
        tags: Vec::new(),
        builds_on: Vec::new(),
        unlocks: Vec::new(),
        related: Vec::new(),
        exercises,
        opening: if welcome.is_some() { Opening::Welcome } else { Opening::Nothing },
        has_quiz: false,
    };
    Some(Atlas {
        families: vec![family],
        topics: vec![topic],
        planned: Vec::new(),
        paths: vec![path],
        sections: Vec::new(),
        welcome,
        farewell,
    })
}

fn format(root: &mut Table<'_>, problems: &mut Problems<'_>) {
    if !root.has("format_version") {
        problems
            .whole(format!("lacks `format_version`; this drill reads rustlings packs of format {FORMAT}"));
        return;
    }
    let Some(version) = root.opt_int("format_version", 0..=255, problems) else { return };
    if version != FORMAT {
        let newer = if version > FORMAT { "; a newer drill may read it" } else { "" };
        let offset = root.offset_of("format_version");
        problems.at(offset, format!("`format_version` is {version}, and this drill reads {FORMAT}{newer}"));
    }
}

/// An exercise whose names are sane, so that its paths stay inside of the pack.
fn exercise(
    pack: &str,
    pack_title: &str,
    table: &mut Table<'_>,
    problems: &mut Problems<'_>,
) -> Option<Exercise> {
    let name = table.str("name", problems);
    if !name.is_empty() {
        table.place = format!("exercise `{name}`");
    }
    let dir = table.opt_str("dir", problems).map(ToString::to_string);
    let hint = table.opt_str("hint", problems).unwrap_or_default().replace("\r\n", "\n");
    let foreign = Foreign {
        test: table.opt_bool("test", problems).unwrap_or(true),
        strict_clippy: table.opt_bool("strict_clippy", problems).unwrap_or(false),
        skip_check_unsolved: table.opt_bool("skip_check_unsolved", problems).unwrap_or(false),
        dir,
    };
    if name.trim().is_empty() {
        return None;
    }
    if !is_name(&name) {
        let message =
            format!("`{name}` is not an exercise name: letters, digits, `_` and `-`, at most {MAX_NAME}");
        problems.at(table.offset_of("name"), message);
        return None;
    }
    if let Some(dir) = foreign.dir.as_deref().filter(|dir| !is_dir(dir)) {
        let message = format!(
            "`dir` of exercise `{name}` is {dir:?}, not a folder inside of `exercises`: letters, digits, `_` and `-`"
        );
        problems.at(table.offset_of("dir"), message);
        return None;
    }
    let hint = hint.trim_matches('\n').trim_end();
    Some(Exercise {
        id: format!("{pack}/{name}"),
        title: foreign.dir.as_deref().map_or(pack_title.to_string(), title),
        mode: Mode::Repair,
        minutes: 0,
        learned: String::new(),
        read: None,
        hints: if hint.trim().is_empty() { Vec::new() } else { vec![hint.to_string()] },
        lab: false,
        opt_level: 0,
        limits: Limits { check_cpu: CPU, ..Limits::of(false) },
        foreign: Some(foreign),
    })
}

fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// One folder or several, each with a sane name.
fn is_dir(dir: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
    dir.len() <= MAX_DIR
        && dir.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with(['.', ' '])
                && !part.ends_with(['.', ' '])
                && part.chars().all(plain)
        })
}

/// Files below `exercises/` that belong to the exercises and are none: modules, data. Not their READMEs.
pub fn companions(source: &Source, atlas: &Atlas) -> Vec<String> {
    let stubs: BTreeSet<String> = atlas.exercises().map(Exercise::stub_path).collect();
    let mut found = Vec::new();
    let mut open = vec!["exercises".to_string()];
    while let Some(folder) = open.pop() {
        for name in source.entries(&folder) {
            match name.strip_suffix('/') {
                // A bound for packs that are something else: a whole repository with its builds.
                Some("target" | "node_modules") => {}
                Some(inside) if open.len() < 1000 => open.push(format!("{folder}/{inside}")),
                Some(_) => {}
                None => {
                    let path = format!("{folder}/{name}");
                    if !stubs.contains(&path) && !is_prose(&name) && found.len() < 1000 && source.has(&path) {
                        found.push(path);
                    }
                }
            }
        }
    }
    found.sort();
    found
}

fn is_prose(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"))
}

/// The folder's own name, also of `.`.
fn folder_name(source: &Source) -> String {
    let Source::Folder(root) = source else { return String::new() };
    let full = root.canonicalize().unwrap_or_else(|_| root.clone());
    full.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned())
}

fn kebab(name: &str) -> String {
    let mut id = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.truncate(60);
    let id = id.trim_end_matches('-').to_string();
    if is_kebab(&id) { id } else { "pack".to_string() }
}

/// `Primitive types` of `04_primitive_types`.
fn title(name: &str) -> String {
    let words = name.rsplit('/').next().unwrap_or(name).replace(['_', '-'], " ");
    let words = words.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '.');
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => name.to_string(),
    }
}

/// The first paragraph of the welcome message, on one line.
fn summary(welcome: Option<&str>) -> String {
    let paragraph = welcome.and_then(|text| text.split("\n\n").find(|p| !p.trim().is_empty()));
    let words: Vec<&str> = paragraph.unwrap_or("A rustlings pack.").split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(300) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
#[path = "rustlings/tests.rs"]
mod tests;
