//! A new exercise: stub, solution, checks and wrong variants of a small example to be replaced, and its table in the
//! topic's manifest.

use super::{Change, Draft, by_hand, edit, filled, id, quoted, sound, title};
use crate::content::load::ATLAS_FILE;
use crate::content::manifest;
use crate::content::model::{Mode, Topic};
use crate::content::source::Source;
use crate::failure::Failure;
use crate::text;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `<topic>/<nn-name>`.
    pub id: &'a str,
    pub title: Option<&'a str>,
    pub mode: Mode,
    pub minutes: u64,
    pub lab: bool,
}

/// The example of one kind.
struct Example {
    stub: &'static str,
    solution: &'static str,
    checks: &'static str,
    /// The check that catches the example variant, which is this edit of the solution.
    check: &'static str,
    find: &'static str,
    put: &'static str,
}

macro_rules! example {
    ($folder:literal, $check:literal, $find:literal => $put:literal) => {
        Example {
            stub: include_str!(concat!("templates/", $folder, "/stub.txt")),
            solution: include_str!(concat!("templates/", $folder, "/solution.txt")),
            checks: include_str!(concat!("templates/", $folder, "/checks.txt")),
            check: $check,
            find: $find,
            put: $put,
        }
    };
}

const IMPLEMENT: Example = example!("implement", "just-fits", "todo!()" => "true");
const REPAIR: Example = example!("repair", "just-fits", "todo!()" => "true");
const TUNE: Example = example!("tune", "serves-most", "ROOM: u64 = 1" => "ROOM: u64 = 5");
const ATTACK: Example = example!("attack", "takes-more", "todo!()" => "vec![10]");
const LAB: Example = example!("lab", "serves-most", "todo!()" => "cost < room");

pub fn draft(source: &Source, request: &Request<'_>) -> Result<Draft, Failure> {
    let Some((topic_id, name)) = request.id.split_once('/') else {
        return Err(Failure::usage(format!("`{}` names no topic", text::printable(request.id)))
            .help("an exercise is named with its topic: `drill new exercise TOPIC/01-NAME`"));
    };
    let path = format!("exercises/{topic_id}/topic.toml");
    id(topic_id, "topic")?;
    let found = sound(source, &path, |text, problems| manifest::topic(topic_id, text, problems))?;
    let Some((text, Some(file))) = found else { return Err(no_topic(source, topic_id)) };
    let topic = file.topic;
    admit(&topic, name)?;
    let title = title(request.title, name.get(3..).unwrap_or_default())?;
    let example = match request.mode {
        _ if request.lab => LAB,
        Mode::Implement => IMPLEMENT,
        Mode::Repair => REPAIR,
        Mode::Tune => TUNE,
        Mode::Attack => ATTACK,
    };
    let minutes = request.minutes.to_string();
    let mode = request.mode.word();
    let head = super::capital(mode);
    let values = [("title", title.as_str()), ("Mode", &head), ("minutes", &minutes), ("name", name)];
    let lab =
        if request.lab { "lab = true                     # 10 s for a check, and a scorecard\n" } else { "" };
    let quoted_title = quoted(&title);
    let table = filled(
        include_str!("templates/exercise.toml"),
        &[("name", name), ("title", &quoted_title), ("mode", mode), ("minutes", &minutes), ("lab", lab)],
    );
    let variants = filled(
        include_str!("templates/variants.toml"),
        &[("name", name), ("check", example.check), ("find", example.find), ("put", example.put)],
    );
    let Some(after) = edit::add_exercise(&text, topic_id, &table, name) else {
        return Err(by_hand(&path, &format!("an `[[exercise]]` called `{name}`")));
    };
    let id = request.id;
    Ok(Draft {
        new: vec![
            (format!("exercises/{id}.rs"), filled(example.stub, &values)),
            (format!("solutions/{id}.rs"), filled(example.solution, &values)),
            (format!("checks/{id}.rs"), filled(example.checks, &values)),
            (format!("checks/{id}.toml"), variants),
        ],
        changed: vec![Change { path, before: text, after }],
    })
}

/// Refuses a name that is none, or that is taken, with one that is free.
fn admit(topic: &Topic, name: &str) -> Result<(), Failure> {
    let numbered = manifest::is_exercise_name(name);
    let words =
        if numbered { &name[3..] } else { name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-') };
    let words = if manifest::is_kebab(words) { words } else { "NAME" };
    let free = format!("`drill new exercise {}/{:02}-{words}`", topic.id, next_number(topic));
    if !numbered {
        let shown = text::printable(name);
        return Err(Failure::usage(format!("`{shown}` can't be the name of an exercise"))
            .help(format!("a name is two digits, a hyphen and words: {free}")));
    }
    let named = topic.exercises.iter().find(|e| e.name().get(3..) == name.get(3..));
    if let Some(other) = named {
        return Err(Failure::usage(format!("there is an exercise `{}` already", other.id))
            .help(format!("the next free number is {:02}; the words are taken, too", next_number(topic))));
    }
    if let Some(other) = topic.exercises.iter().find(|e| e.name().get(..2) == name.get(..2)) {
        return Err(Failure::usage(format!("the number {} is that of `{}`", &name[..2], other.id)).help(free));
    }
    Ok(())
}

/// The number behind the last, or the first that is free when there are hundred.
fn next_number(topic: &Topic) -> usize {
    let taken: Vec<usize> = topic.exercises.iter().filter_map(|e| e.name().get(..2)?.parse().ok()).collect();
    let behind = taken.iter().max().map_or(1, |last| last + 1);
    if behind < 100 { behind } else { (0..100).find(|n| !taken.contains(n)).unwrap_or(99) }
}

fn no_topic(source: &Source, topic: &str) -> Failure {
    let listed = sound(source, ATLAS_FILE, manifest::atlas).ok().flatten();
    let topics: Vec<String> =
        listed.into_iter().flat_map(|(_, atlas)| atlas.families).flat_map(|(_, f)| f.topics).collect();
    let failure = Failure::usage(format!("there is no topic `{topic}` yet"));
    match text::nearest(topic, topics.iter().map(String::as_str)) {
        Some(near) if near != topic => {
            failure.help(format!("did you mean `{near}`? `drill new topic {topic}` begins one"))
        }
        _ => failure.help(format!("`drill new topic {topic}` begins it")),
    }
}
