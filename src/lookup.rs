//! Topics and paths by what people type: an id, an alias, any unambiguous part, or a near miss that is guessed.

use crate::content::model::{Atlas, Path, Topic};
use crate::failure::Failure;
use crate::text::{list, names, nearest, printable};

/// The topic with this id, or the only one whose id holds `part`.
pub fn topic<'a>(atlas: &'a Atlas, part: &str) -> Result<&'a Topic, Failure> {
    let wanted = part.trim().trim_end_matches('/').to_lowercase();
    if let Some(topic) = atlas.topic(&wanted) {
        return Ok(topic);
    }
    let shown = printable(part);
    let holding: Vec<&Topic> =
        atlas.topics.iter().filter(|t| !wanted.is_empty() && t.id.contains(&wanted)).collect();
    match holding.as_slice() {
        [one] => Ok(one),
        [] => Err(no_topic(atlas, &wanted, &shown)),
        several => {
            let ids: Vec<&str> = several.iter().map(|t| t.id.as_str()).collect();
            Err(Failure::usage(format!("`{shown}` may mean {}", list(&quoted(&ids), "or"))))
        }
    }
}

fn no_topic(atlas: &Atlas, wanted: &str, shown: &str) -> Failure {
    let planned =
        atlas.planned.iter().find(|p| p.id == wanted || !wanted.is_empty() && p.id.contains(wanted));
    if let Some(planned) = planned {
        return Failure::usage(format!("the topic `{}` is being written", planned.id))
            .help("`drill topics` shows those that are there");
    }
    let failure = Failure::usage(format!("no topic is called `{shown}`"));
    match nearest(wanted, atlas.topics.iter().map(|t| t.id.as_str())) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`drill topics` shows every topic"),
    }
}

/// The path with this id or alias, or the only one whose id, alias or title holds `part`.
pub fn path<'a>(atlas: &'a Atlas, part: &str) -> Result<&'a Path, Failure> {
    let wanted = part.trim().to_lowercase();
    if let Some(path) = atlas.path(&wanted) {
        return Ok(path);
    }
    let holds = |path: &&Path| {
        path.id.contains(&wanted)
            || path.aliases.iter().any(|a| a.contains(&wanted))
            || path.title.to_lowercase().contains(&wanted)
    };
    let holding: Vec<&Path> = atlas.paths.iter().filter(|p| !wanted.is_empty() && holds(p)).collect();
    let ids = |paths: &[&Path]| quoted(&paths.iter().map(|p| p.id.as_str()).collect::<Vec<_>>());
    match holding.as_slice() {
        [one] => Ok(one),
        [] => {
            let failure = Failure::usage(format!("no path is called `{}`", printable(part)));
            let all = || atlas.paths.iter().flat_map(|p| std::iter::once(&p.id).chain(&p.aliases));
            let failure = match nearest(&wanted, all().map(String::as_str)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure,
            };
            let every: Vec<&str> = atlas.paths.iter().map(|p| p.id.as_str()).collect();
            Err(failure.help(format!("there are {}", names(&every))))
        }
        several => {
            Err(Failure::usage(format!("`{}` may mean {}", printable(part), list(&ids(several), "or"))))
        }
    }
}

fn quoted(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| format!("`{id}`")).collect()
}

/// A topic's foundations, seen from a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foundations<'a> {
    /// On the path, or everywhere when there is none.
    pub here: Vec<&'a str>,
    /// Not on the path: the topic, and the paths that it is on.
    pub elsewhere: Vec<(&'a str, Vec<&'a str>)>,
}

/// What `topic` builds on.
pub fn foundations<'a>(atlas: &'a Atlas, topic: &'a Topic, path: Option<&Path>) -> Foundations<'a> {
    let is_here = |id: &&str| path.is_none_or(|p| p.topics.iter().any(|t| t == id));
    let (here, off): (Vec<&str>, Vec<&str>) = topic.builds_on.iter().map(String::as_str).partition(is_here);
    let paths_of = |id: &str| {
        atlas.paths.iter().filter(|p| p.topics.iter().any(|t| t == id)).map(|p| p.id.as_str()).collect()
    };
    Foundations { here, elsewhere: off.into_iter().map(|id| (id, paths_of(id))).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::load::load;
    use crate::content::source::Source;

    fn atlas() -> Atlas {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/atlas-small");
        let (atlas, problems) = load(&Source::Folder(root));
        assert_eq!(problems, []);
        atlas
    }

    #[test]
    fn an_unambiguous_part_names_a_topic() {
        let atlas = atlas();
        let id = |part: &str| topic(&atlas, part).map(|t| t.id.clone()).map_err(|f| f.message);
        assert_eq!(id("ring-buffer").unwrap(), "ring-buffer");
        assert_eq!(id("ring").unwrap(), "ring-buffer");
        assert_eq!(id("Steal").unwrap(), "work-stealing");
        assert_eq!(id("-").unwrap_err(), "`-` may mean `ring-buffer`, `back-pressure` or `work-stealing`");
        assert_eq!(id("fair").unwrap_err(), "the topic `fair-queue` is being written");
        assert_eq!(id("").unwrap_err(), "no topic is called ``");
        assert_eq!(topic(&atlas, "rign-buffer").unwrap_err().help, ["did you mean `ring-buffer`?"]);
    }

    #[test]
    fn a_path_is_known_by_id_alias_and_part() {
        let atlas = atlas();
        let id = |part: &str| path(&atlas, part).map(|p| p.id.clone()).map_err(|f| f.message);
        assert_eq!(id("queues-core").unwrap(), "queues");
        assert_eq!(id("work").unwrap(), "workers");
        assert_eq!(id("core").unwrap(), "queues");
        assert_eq!(id("er").unwrap(), "workers");
        assert_eq!(id("xyz").unwrap_err(), "no path is called `xyz`");
        let help = path(&atlas, "queus").unwrap_err().help;
        assert_eq!(help, ["did you mean `queues`?", "there are `queues` and `workers`"]);
    }

    #[test]
    fn foundations_off_the_path_are_told_apart() {
        let atlas = atlas();
        let topic = atlas.topic("back-pressure").unwrap();
        let seen = foundations(&atlas, topic, atlas.path("queues"));
        assert_eq!(seen.here, ["ring-buffer"]);
        assert_eq!(seen.elsewhere, [("work-stealing", vec!["workers"])]);
        assert_eq!(foundations(&atlas, topic, None).here, ["ring-buffer", "work-stealing"]);
    }
}
