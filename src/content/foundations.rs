//! What a topic builds on, seen from a path.

use super::model::{Atlas, Path, Topic};

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
    fn foundations_off_the_path_are_told_apart() {
        let atlas = atlas();
        let topic = atlas.topic("back-pressure").unwrap();
        let seen = foundations(&atlas, topic, atlas.path("queues"));
        assert_eq!(seen.here, ["ring-buffer"]);
        assert_eq!(seen.elsewhere, [("work-stealing", vec!["workers"])]);
        assert_eq!(foundations(&atlas, topic, None).here, ["ring-buffer", "work-stealing"]);
    }
}
