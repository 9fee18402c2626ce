//! Topics that match a slice, what each leads to, and what further filters would leave.

use super::layout::{wrap, wrap_with};
use super::theme::Theme;
use crate::content::foundations::foundations;
use crate::content::model::{Atlas, Opening, Path, Topic};
use crate::itinerary::Standing;
use crate::slice::{Facet, Slice};
use crate::text::{count, list, minutes, printable};
use std::fmt::Write as _;

/// Columns of the labels before each fact.
const LABEL: usize = 13;
/// More values of a facet than these are only counted.
const VALUES: usize = 30;

/// The answer to `drill topics`.
pub fn topics(atlas: &Atlas, slice: &Slice, standing: &Standing, width: usize, theme: Theme) -> String {
    let found = slice.topics(atlas);
    let mut out = format!("{} matching {}\n", found.len(), if found.len() == 1 { "topic" } else { "topics" });
    let path = slice.path.as_deref().and_then(|id| atlas.path(id));
    for topic in &found {
        out.push('\n');
        out.push_str(&card(atlas, topic, path, standing, width, theme));
    }
    let planned = slice.planned(atlas);
    if !planned.is_empty() {
        out.push('\n');
        let text = format!("Being written: {}", list(&planned, "and"));
        let _ = writeln!(out, "{}", theme.dim(&wrap_with(&text, width, "", "")));
    }
    if found.is_empty() {
        ways_out(atlas, slice, &mut out, theme);
        return out;
    }
    out.push('\n');
    out.push_str(&facets(atlas, slice, width, theme));
    if !slice.is_empty() {
        let _ = writeln!(
            out,
            "\nOpen this slice again: {}",
            theme.name(&format!("drill topics --slice '{slice}'"))
        );
    }
    out
}

/// Everything about one topic but its content.
fn card(
    atlas: &Atlas,
    topic: &Topic,
    path: Option<&Path>,
    standing: &Standing,
    width: usize,
    theme: Theme,
) -> String {
    let mut out = format!("{}\n", theme.heading(&printable(&topic.title)));
    let family = atlas.families.iter().find(|f| f.id == topic.family).map_or("", |f| f.title.as_str());
    // A foreign pack says nothing of kind, difficulty or time.
    let foreign = topic.opening != Opening::WriteUp;
    let labels = [topic.kind.word(), topic.difficulty.word(), family];
    let gap = if theme.unicode { " · " } else { ", " };
    let labels = if foreign { String::new() } else { format!("{gap}{}", labels.join(gap)) };
    let _ = writeln!(out, "  {}{}", theme.name(&topic.id), theme.dim(&labels));
    out.push_str(&wrap_with(&printable(&topic.summary), width, "  ", "  "));
    out.push('\n');

    let (passed, all) = standing.passed(&topic.exercises);
    let quiz = if topic.has_quiz { " and a quiz" } else { "" };
    let time = match topic.exercises.iter().map(|e| e.minutes).sum() {
        0 => String::new(),
        sum => format!(", {}", minutes(sum)),
    };
    let done = if passed > 0 { format!("; {passed} passed") } else { String::new() };
    out.push_str(&fact("to do", &format!("{}{quiz}{time}{done}", count(all, "exercise")), width, theme));

    if foreign {
        out.push_str(&fact("start", &theme.name("drill watch"), usize::MAX, theme));
        return out;
    }
    let bases = foundations(atlas, topic, path);
    if bases.here.is_empty() && bases.elsewhere.is_empty() {
        out.push_str(&fact("builds on", "nothing: it can be read first", width, theme));
    }
    if !bases.here.is_empty() {
        out.push_str(&fact("builds on", &named(atlas, &bases.here), width, theme));
    }
    for (id, paths) in &bases.elsewhere {
        let _ = writeln!(out, "  {}", also_builds_on(atlas, id, paths));
    }
    let unlocked = atlas.unlocked_by(topic);
    let unlocked: Vec<&str> = unlocked.iter().map(String::as_str).collect();
    if !unlocked.is_empty() {
        out.push_str(&fact("unlocks", &named(atlas, &unlocked), width, theme));
    }
    out.push_str(&fact("read it", &theme.name(&format!("drill read {}", topic.id)), usize::MAX, theme));
    out
}

/// `also builds on distributed-locking, on the global-policy path`.
pub fn also_builds_on(atlas: &Atlas, id: &str, paths: &[&str]) -> String {
    let place = match paths {
        [] => String::new(),
        [one] => format!(", on the {one} path"),
        several => format!(", on the paths {}", list(several, "and")),
    };
    format!("also builds on {}{place}", with_state(atlas, id))
}

fn named(atlas: &Atlas, ids: &[&str]) -> String {
    let all: Vec<String> = ids.iter().map(|id| with_state(atlas, id)).collect();
    list(&all, "and")
}

/// `rate-limiter (being written)`.
fn with_state(atlas: &Atlas, id: &str) -> String {
    if atlas.topic(id).is_some() { id.to_string() } else { format!("{id} (being written)") }
}

fn fact(label: &str, text: &str, width: usize, theme: Theme) -> String {
    let first = format!("  {}{}", theme.dim(label), " ".repeat(LABEL.saturating_sub(label.len()).max(1)));
    format!("{}\n", wrap_with(text, width, &first, &" ".repeat(LABEL + 2)))
}

/// Each facet on its own lines: the values, and how many topics each would leave.
fn facets(atlas: &Atlas, slice: &Slice, width: usize, theme: Theme) -> String {
    let mut out = format!("{}\n", theme.strong("Narrow it down, with the number of topics left"));
    for facet in Facet::ALL {
        let mut choices = slice.choices(facet, atlas);
        if facet == Facet::Tag {
            choices.sort_by_key(|c| (!c.is_chosen, std::cmp::Reverse(c.leaves)));
        }
        let more = choices.len().saturating_sub(VALUES);
        // A value and its number stay together on a line.
        let glue = '\u{a0}';
        let mut parts: Vec<String> = choices
            .iter()
            .take(VALUES)
            .map(|c| {
                let text = format!("{}{glue}{}", c.value, c.leaves);
                if c.is_chosen { format!("[{text}]") } else { text }
            })
            .collect();
        if more > 0 {
            parts.push(format!("and{glue}{more}{glue}more"));
        }
        if parts.is_empty() {
            continue;
        }
        let label = format!("--{}", facet.word());
        let lines = wrap(&parts.join(", "), width.saturating_sub(LABEL + 2).max(20));
        for (i, line) in lines.iter().enumerate() {
            let label = if i == 0 { label.as_str() } else { "" };
            let gap = " ".repeat(LABEL - label.len());
            let _ = writeln!(out, "  {}{gap}{}", theme.name(label), painted(line, glue, theme));
        }
    }
    out
}

/// Numbers dim, chosen values strong.
fn painted(line: &str, glue: char, theme: Theme) -> String {
    let words: Vec<String> = line
        .split(' ')
        .map(|part| match part.split_once(glue) {
            Some(("and", rest)) => theme.dim(&format!("and {}", rest.replace(glue, " "))),
            Some((value, number)) if value.starts_with('[') => theme.strong(&format!("{value} {number}")),
            Some((value, number)) => format!("{value} {}", theme.dim(number)),
            None => part.to_string(),
        })
        .collect();
    words.join(" ")
}

/// Nothing matches: which filter to give up.
fn ways_out(atlas: &Atlas, slice: &Slice, out: &mut String, theme: Theme) {
    let mut any = false;
    for (filter, relaxed) in slice.relaxed() {
        let left = relaxed.topics(atlas).len();
        if left > 0 {
            if !any {
                out.push('\n');
            }
            any = true;
            let command = if relaxed.is_empty() {
                "drill topics".to_string()
            } else {
                format!("drill topics --slice '{relaxed}'")
            };
            let _ = writeln!(out, "  without {filter}: {}, {}", count(left, "topic"), theme.name(&command));
        }
    }
    if !any {
        let _ = writeln!(out, "\n  all topics: {}", theme.name("drill topics"));
    }
}
