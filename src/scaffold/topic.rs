//! A new topic: its manifest and write-up, and its place in the atlas. Where there is no atlas, that too.

use super::{Change, Draft, by_hand, capital, edit, filled, id, quoted, sound, title};
use crate::content::load::ATLAS_FILE;
use crate::content::manifest::{self, AtlasFile, is_kebab};
use crate::content::source::Source;
use crate::failure::Failure;
use crate::text;

/// What is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    pub id: &'a str,
    pub title: Option<&'a str>,
    /// The family that is to list it.
    pub family: Option<&'a str>,
    /// A path that is to lead there, at its end.
    pub path: Option<&'a str>,
    /// What a family in a new pack is called unless told otherwise.
    pub folder: &'a str,
}

/// A section of a write-up for which the atlas asks nothing.
const SECTIONS: [&str; 2] = ["the-problem", "sources"];

pub fn draft(source: &Source, request: &Request<'_>) -> Result<Draft, Failure> {
    id(request.id, "topic")?;
    let title = title(request.title, request.id)?;
    if source.has(&format!("exercises/{}/topic.toml", request.id)) {
        return Err(Failure::usage(format!("there is a topic `{}` already", request.id))
            .help(format!("`drill new exercise {}/01-NAME` adds an exercise to it", request.id)));
    }
    let mut draft = Draft::default();
    let atlas = sound(source, ATLAS_FILE, manifest::atlas)?;
    let (family, sections) = if let Some((text, atlas)) = atlas {
        let family = family(&atlas, request)?;
        let after = listed(&text, &atlas, &family, request)?;
        if after != text {
            draft.changed.push(Change { path: ATLAS_FILE.to_string(), before: text, after });
        }
        (family, atlas.sections)
    } else {
        if let Some(path) = request.path {
            return Err(Failure::usage(format!("there is no path `{path}`: there is no content here yet"))
                .help("leave `--path` out: a new pack has a path that leads to its first topic"));
        }
        let family = new_family(request)?;
        let values = [("family", family.as_str()), ("family_title", &called(&family)), ("id", request.id)];
        let text = filled(include_str!("templates/atlas.toml"), &values);
        draft.new.push((ATLAS_FILE.to_string(), text));
        (family, Vec::new())
    };
    let values = [("title", quoted(&title)), ("family", family)];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let manifest = filled(include_str!("templates/topic.toml"), &values);
    let mut write_up = filled(include_str!("templates/README.md"), &[("title", &title)]);
    let asked = sections.iter().map(String::as_str);
    let sections: Vec<&str> = if sections.is_empty() { SECTIONS.to_vec() } else { asked.collect() };
    for section in sections {
        let heading = capital(&section.replace('-', " "));
        write_up += &format!("\n## {heading}\n\nTODO: this section.\n");
    }
    let folder = format!("exercises/{}", request.id);
    draft.new.push((format!("{folder}/topic.toml"), manifest));
    draft.new.push((format!("{folder}/README.md"), write_up));
    Ok(draft)
}

fn called(id: &str) -> String {
    quoted(&capital(&id.replace('-', " ")))
}

/// The family of the first topic of a pack: as told, else by the folder's name.
fn new_family(request: &Request<'_>) -> Result<String, Failure> {
    if let Some(family) = request.family {
        id(family, "family")?;
        return Ok(family.to_string());
    }
    let folder = request.folder.to_lowercase().replace(['_', ' ', '.'], "-");
    Ok(if is_kebab(&folder) { folder } else { "course".to_string() })
}

/// The family that lists the topic, or is to.
fn family(atlas: &AtlasFile, request: &Request<'_>) -> Result<String, Failure> {
    let families: Vec<&str> = atlas.families.iter().map(|(_, f)| f.id.as_str()).collect();
    let lists = atlas.families.iter().find(|(_, f)| f.topics.iter().any(|t| t == request.id));
    let planned = lists.map(|(_, family)| family.id.as_str());
    match (request.family, planned, families.as_slice()) {
        (Some(wanted), Some(planned), _) if wanted != planned => Err(Failure::usage(format!(
            "the atlas plans `{}` in the family `{planned}`, not in `{wanted}`",
            request.id
        ))
        .help(format!("leave `--family` out, or move the topic in {ATLAS_FILE}"))),
        (_, Some(family), _) => Ok(family.to_string()),
        (Some(wanted), None, _) if families.contains(&wanted) => Ok(wanted.to_string()),
        (Some(wanted), None, _) => {
            Err(Failure::usage(format!("no family is named `{}`", text::printable(wanted))).help(format!(
                "families are {}; a new one is a `[[family]]` in {ATLAS_FILE}",
                text::names(&families)
            )))
        }
        (None, None, [one]) => Ok((*one).to_string()),
        (None, None, many) => {
            Err(Failure::usage(format!("which family is `{}` of?", request.id)).help(format!(
                "`drill new topic {} --family {}`; families are {}",
                request.id,
                many.first().unwrap_or(&"NAME"),
                text::names(many)
            )))
        }
    }
}

/// The atlas's text with the topic in its family and on the path, nothing else changed.
fn listed(text: &str, atlas: &AtlasFile, family: &str, request: &Request<'_>) -> Result<String, Failure> {
    let mut after = text.to_string();
    let mut add = |kind: &'static str, id: &str| {
        let what = || format!("`{}` to `topics` of the {kind} `{id}`", request.id);
        after = edit::add_topic(&after, kind, id, request.id).ok_or_else(|| by_hand(ATLAS_FILE, &what()))?;
        Ok(())
    };
    let is_planned = atlas.families.iter().any(|(_, f)| f.topics.iter().any(|t| t == request.id));
    if !is_planned {
        add("family", family)?;
    }
    if let Some(wanted) = request.path {
        let mut paths = atlas.paths.iter().map(|(_, path)| path);
        let Some(path) = paths.find(|p| p.id == wanted || p.aliases.iter().any(|a| a == wanted)) else {
            let paths: Vec<&str> = atlas.paths.iter().map(|(_, p)| p.id.as_str()).collect();
            return Err(Failure::usage(format!("no path is named `{}`", text::printable(wanted))).help(
                format!("paths are {}; a new one is a `[[path]]` in {ATLAS_FILE}", text::names(&paths)),
            ));
        };
        if !path.topics.iter().any(|t| t == request.id) {
            add("path", &path.id)?;
        }
    }
    Ok(after)
}

/// Whether a path leads to the topic once `draft` is written.
pub fn is_on_a_path(source: &Source, draft: &Draft, topic: &str) -> bool {
    let drafted =
        draft.changed.iter().map(|c| (&c.path, &c.after)).chain(draft.new.iter().map(|(p, t)| (p, t)));
    let drafted = drafted.filter(|(path, _)| *path == ATLAS_FILE).map(|(_, text)| text.clone()).next();
    let text = drafted.or_else(|| source.read(ATLAS_FILE).ok()?).unwrap_or_default();
    let mut found = Vec::new();
    let atlas = manifest::atlas(&text, &mut crate::content::problem::Problems::new("", &text, &mut found));
    atlas.paths.iter().any(|(_, path)| path.topics.iter().any(|t| t == topic))
}
