//! Topics that build on each other in a circle.

use super::manifest::TopicFile;
use super::problem::{Problem, Problems, tell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Who mends these will be told of the rest.
const MOST: usize = 20;
/// Of a longer circle only the beginning is shown.
const SHOWN: usize = 12;

/// Topics with their text, by id.
type Written<'a> = BTreeMap<&'a str, &'a (String, TopicFile)>;

/// A problem for each topic that builds on itself by way of others, with the shortest way.
pub fn tell_of(topics: &[(String, TopicFile)], found: &mut Vec<Problem>) {
    let written: Written<'_> = topics.iter().map(|entry| (entry.1.topic.id.as_str(), entry)).collect();
    let left = circling(&written);
    let mut told = 0;
    for id in &left {
        let (Some((text, file)), Some(circle)) = (written.get(id), circle_from(id, &written, &left)) else {
            continue;
        };
        let path = format!("exercises/{id}/topic.toml");
        if told == MOST {
            let message = "more topics build on each other in circles".to_string();
            tell(found, Problem { file: path, line: 0, message });
            return;
        }
        told += 1;
        let [_, builds_on_at, ..] = file.offsets;
        let message = format!("builds_on runs in a circle: {}", shown(&circle));
        Problems::new(&path, text, found).at(builds_on_at, message);
    }
}

fn shown(circle: &[&str]) -> String {
    match circle {
        [start @ .., last] if start.len() > SHOWN => {
            format!("{} -> ... -> {last}", start[..SHOWN].join(" -> "))
        }
        all => all.join(" -> "),
    }
}

/// The topics that are left when those with nothing left to build on are taken away, again and again: those in
/// a circle, and those that build on one. Most often none, and large packs are spared the search.
fn circling<'a>(written: &Written<'a>) -> BTreeSet<&'a str> {
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let mut built_upon: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, (_, file)) in written {
        let bases = file.topic.builds_on.iter().map(String::as_str).filter(|base| written.contains_key(base));
        let mut count = 0;
        for base in bases {
            count += 1;
            built_upon.entry(base).or_default().push(id);
        }
        open.insert(id, count);
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

/// The shortest way of `builds_on` from `start` back to it, if there is one.
fn circle_from<'a>(start: &'a str, written: &Written<'a>, left: &BTreeSet<&'a str>) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(id) = open.pop_front() {
        let (_, file) = written.get(id)?;
        for base in file.topic.builds_on.iter().map(String::as_str).filter(|base| left.contains(base)) {
            if base == start && id != start {
                let mut circle = vec![start];
                let mut at = id;
                while at != start {
                    circle.push(at);
                    at = came_from.get(at)?;
                }
                circle.push(start);
                circle.reverse();
                return Some(circle);
            }
            if base != start && !came_from.contains_key(base) {
                came_from.insert(base, id);
                open.push_back(base);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::manifest;

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
        let written: Written<'_> = topics.iter().map(|entry| (entry.1.topic.id.as_str(), entry)).collect();
        let (all, left) = (written.keys().copied().collect(), circling(&written));
        for (_, file) in &topics {
            let id = file.topic.id.as_str();
            let circle = circle_from(id, &written, &all);
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
        check(&["a", "b a", "c b", "d c a"], &[]);
        check(
            &["a b c", "b d", "c a", "d a"],
            &["a -> c -> a", "b -> d -> a -> b", "c -> a -> c", "d -> a -> b -> d"],
        );
    }
}
