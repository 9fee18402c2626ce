//! A slice of the atlas: a filter over topics, written as flags or as a URL query. Pure; validates every
//! value against the atlas, and counts what each further filter would leave.

pub mod query;

use crate::content::model::{Atlas, Difficulty, Kind, Topic};
use crate::failure::Failure;
use crate::text::{names, nearest, printable};
use std::collections::BTreeMap;
use std::fmt;

/// What a topic must match. Everything combines with AND.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// Each must stand somewhere in the topic or its links.
    pub words: Vec<String>,
    /// Ids and words as the atlas writes them.
    pub family: Option<String>,
    pub kind: Option<String>,
    pub difficulty: Option<String>,
    pub path: Option<String>,
    pub tags: Vec<String>,
}

/// A dimension of the atlas that can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    Family,
    Kind,
    Difficulty,
    Path,
    Tag,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    /// How many topics would be left with it, everything else as it is.
    pub leaves: usize,
    pub is_chosen: bool,
}

impl Facet {
    pub const ALL: [Facet; 5] = [Facet::Family, Facet::Kind, Facet::Difficulty, Facet::Path, Facet::Tag];

    /// The flag, and the key in a query.
    pub fn word(self) -> &'static str {
        match self {
            Facet::Family => "family",
            Facet::Kind => "kind",
            Facet::Difficulty => "difficulty",
            Facet::Path => "path",
            Facet::Tag => "tag",
        }
    }

    /// The values that a topic has.
    fn of<'a>(self, topic: &'a Topic, atlas: &'a Atlas) -> Vec<&'a str> {
        match self {
            Facet::Family => vec![&topic.family],
            Facet::Kind => vec![topic.kind.word()],
            Facet::Difficulty => vec![topic.difficulty.word()],
            Facet::Path => {
                atlas.paths.iter().filter(|p| p.topics.contains(&topic.id)).map(|p| p.id.as_str()).collect()
            }
            Facet::Tag => topic.tags.iter().map(String::as_str).collect(),
        }
    }

    /// Every value that the atlas knows, in its order; tags sorted.
    pub fn values(self, atlas: &Atlas) -> Vec<&str> {
        match self {
            Facet::Family => atlas.families.iter().map(|f| f.id.as_str()).collect(),
            Facet::Kind => Kind::WORDS.to_vec(),
            Facet::Difficulty => Difficulty::WORDS.to_vec(),
            Facet::Path => atlas.paths.iter().map(|p| p.id.as_str()).collect(),
            Facet::Tag => {
                let mut tags: Vec<&str> =
                    atlas.topics.iter().flat_map(|t| t.tags.iter().map(String::as_str)).collect();
                tags.sort_unstable();
                tags.dedup();
                tags
            }
        }
    }
}

impl Slice {
    pub fn is_empty(&self) -> bool {
        *self == Slice::default()
    }

    /// The same slice with every value as the atlas writes it, or what is wrong with the first that it does
    /// not know.
    pub fn checked(mut self, atlas: &Atlas) -> Result<Slice, Failure> {
        self.words.retain(|w| !w.trim().is_empty());
        for facet in [Facet::Family, Facet::Kind, Facet::Difficulty, Facet::Path] {
            if let Some(value) = self.slot(facet) {
                *value = known(facet, value, atlas)?;
            }
        }
        let mut tags: Vec<String> = Vec::new();
        for tag in &self.tags {
            let tag = known(Facet::Tag, tag, atlas)?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        self.tags = tags;
        Ok(self)
    }

    /// The value of a facet that has one at most.
    fn slot(&mut self, facet: Facet) -> Option<&mut String> {
        match facet {
            Facet::Family => self.family.as_mut(),
            Facet::Kind => self.kind.as_mut(),
            Facet::Difficulty => self.difficulty.as_mut(),
            Facet::Path => self.path.as_mut(),
            Facet::Tag => None,
        }
    }

    /// The matching topics, in the atlas's order.
    pub fn topics<'a>(&self, atlas: &'a Atlas) -> Vec<&'a Topic> {
        atlas.topics.iter().filter(|topic| self.admits(topic, atlas)).collect()
    }

    /// Whether a topic is in the slice.
    pub fn admits(&self, topic: &Topic, atlas: &Atlas) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|w| w == found);
        let on_path = |id: &str| atlas.path(id).is_some_and(|p| p.topics.contains(&topic.id));
        is(&self.family, &topic.family)
            && is(&self.kind, topic.kind.word())
            && is(&self.difficulty, topic.difficulty.word())
            && self.path.as_deref().is_none_or(on_path)
            && self.tags.iter().all(|tag| topic.tags.contains(tag))
            && (self.words.is_empty() || {
                let hay = haystack(topic, atlas);
                self.words.iter().all(|word| hay.contains(&word.to_lowercase()))
            })
    }

    /// The planned topics whose id, family and paths fit: all that is known of them.
    pub fn planned<'a>(&self, atlas: &'a Atlas) -> Vec<&'a str> {
        if self.kind.is_some() || self.difficulty.is_some() || !self.tags.is_empty() {
            return Vec::new();
        }
        let fits = |id: &str, family: &str| {
            let on_path = |path: &str| atlas.path(path).is_some_and(|p| p.topics.iter().any(|t| t == id));
            let hay = format!("{id} {}", id.replace('-', " "));
            self.family.as_deref().is_none_or(|f| f == family)
                && self.path.as_deref().is_none_or(on_path)
                && self.words.iter().all(|word| hay.contains(&word.to_lowercase()))
        };
        atlas.planned.iter().filter(|p| fits(&p.id, &p.family)).map(|p| p.id.as_str()).collect()
    }

    /// The values of a facet that would leave at least one topic, and the chosen ones. Choosing one replaces
    /// the facet's value; a tag is added.
    pub fn choices(&self, facet: Facet, atlas: &Atlas) -> Vec<Choice> {
        let mut open = self.clone();
        open.clear(facet);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for topic in open.topics(atlas) {
            for value in facet.of(topic, atlas) {
                *counts.entry(value).or_default() += 1;
            }
        }
        let choice = |value: &str| {
            let (leaves, is_chosen) = (counts.get(value).copied().unwrap_or(0), self.has(facet, value));
            (leaves > 0 || is_chosen).then(|| Choice { value: value.to_string(), leaves, is_chosen })
        };
        facet.values(atlas).into_iter().filter_map(choice).collect()
    }

    fn has(&self, facet: Facet, value: &str) -> bool {
        match facet {
            Facet::Family => self.family.as_deref() == Some(value),
            Facet::Kind => self.kind.as_deref() == Some(value),
            Facet::Difficulty => self.difficulty.as_deref() == Some(value),
            Facet::Path => self.path.as_deref() == Some(value),
            Facet::Tag => self.tags.iter().any(|t| t == value),
        }
    }

    /// Takes a facet's value away, where another would replace it.
    fn clear(&mut self, facet: Facet) {
        match facet {
            Facet::Family => self.family = None,
            Facet::Kind => self.kind = None,
            Facet::Difficulty => self.difficulty = None,
            Facet::Path => self.path = None,
            Facet::Tag => {}
        }
    }

    /// The slice with one more filter.
    #[must_use]
    pub fn with(&self, facet: Facet, value: &str) -> Slice {
        let mut slice = self.clone();
        let value = value.to_string();
        match facet {
            Facet::Family => slice.family = Some(value),
            Facet::Kind => slice.kind = Some(value),
            Facet::Difficulty => slice.difficulty = Some(value),
            Facet::Path => slice.path = Some(value),
            Facet::Tag if self.tags.contains(&value) => {}
            Facet::Tag => slice.tags.push(value),
        }
        slice
    }

    /// The slices with one filter less, each with the flag that is gone: ways out when nothing matches.
    pub fn relaxed(&self) -> Vec<(String, Slice)> {
        let mut out = Vec::new();
        let without = |name: String, change: &dyn Fn(&mut Slice)| {
            let mut slice = self.clone();
            change(&mut slice);
            (name, slice)
        };
        for (i, word) in self.words.iter().enumerate() {
            out.push(without(format!("`{}`", printable(word)), &|s| drop(s.words.remove(i))));
        }
        let singles = [
            (Facet::Family, &self.family),
            (Facet::Kind, &self.kind),
            (Facet::Difficulty, &self.difficulty),
            (Facet::Path, &self.path),
        ];
        for (facet, value) in singles {
            if let Some(value) = value {
                out.push(without(format!("`--{} {value}`", facet.word()), &|s| s.clear(facet)));
            }
        }
        for (i, tag) in self.tags.iter().enumerate() {
            out.push(without(format!("`--tag {tag}`"), &|s| drop(s.tags.remove(i))));
        }
        out
    }
}

/// The canonical query: `?q=redis+lua&family=reliability&tag=pid`.
impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&query::write(self))
    }
}

/// A value as the atlas writes it: an id, a path's alias, a family's or path's title.
fn known(facet: Facet, value: &str, atlas: &Atlas) -> Result<String, Failure> {
    let wanted = value.trim().to_lowercase();
    let values = facet.values(atlas);
    let by_title = match facet {
        Facet::Family => atlas.families.iter().find(|f| f.title.to_lowercase() == wanted).map(|f| &f.id),
        Facet::Path => atlas
            .paths
            .iter()
            .find(|p| p.aliases.contains(&wanted) || p.title.to_lowercase() == wanted)
            .map(|p| &p.id),
        _ => None,
    };
    if let Some(found) = values.iter().find(|v| **v == wanted) {
        return Ok((*found).to_string());
    }
    if let Some(found) = by_title {
        return Ok(found.clone());
    }
    let word = facet.word();
    let failure = Failure::usage(format!("no {word} is called `{}`", printable(value)));
    let inside = || values.iter().copied().find(|v| wanted.len() > 2 && v.contains(&wanted));
    let failure = match nearest(&wanted, values.iter().copied()).or_else(inside) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    };
    Err(match facet {
        Facet::Tag => failure.help("`drill topics` ends with the tags there are"),
        _ => failure.help(format!("there are {}", names(&values))),
    })
}

/// All text of a topic that words are looked up in.
fn haystack(topic: &Topic, atlas: &Atlas) -> String {
    let mut parts: Vec<&str> = vec![&topic.title, &topic.id, &topic.summary, &topic.family];
    parts.extend([topic.kind.word(), topic.difficulty.word()]);
    parts.extend(topic.tags.iter().map(String::as_str));
    parts.extend(atlas.families.iter().filter(|f| f.id == topic.family).map(|f| f.title.as_str()));
    for path in atlas.paths.iter().filter(|p| p.topics.contains(&topic.id)) {
        parts.extend([path.id.as_str(), path.title.as_str()]);
        parts.extend(path.aliases.iter().map(String::as_str));
    }
    let unlocked = atlas.unlocked_by(topic);
    for id in topic.builds_on.iter().chain(&topic.related).chain(&unlocked) {
        parts.push(atlas.topic(id).map_or(id, |t| t.title.as_str()));
    }
    parts.join("\n").to_lowercase()
}

#[cfg(test)]
mod tests;
