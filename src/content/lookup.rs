//! Which exercise, topic or path a word means: any unambiguous part of a name will do.

use super::model::{Atlas, Exercise, Path, Topic};
use crate::failure::Failure;
use crate::text;

/// The exercise that `word` names: looked up among the exercises of the current topic first, then of the path,
/// then everywhere. Within each, a whole name wins over a beginning, and that over any other part.
pub fn find_exercise<'a>(
    atlas: &'a Atlas,
    word: &str,
    current_topic: Option<&str>,
    current_path: Option<&Path>,
) -> Result<&'a Exercise, Failure> {
    let word = clean(word);
    let in_topic = |e: &&Exercise| current_topic == Some(e.topic());
    let on_path = |e: &&Exercise| current_path.is_some_and(|p| p.topics.iter().any(|t| t == e.topic()));
    let scopes: [Vec<&Exercise>; 3] = [
        atlas.exercises().filter(in_topic).collect(),
        atlas.exercises().filter(on_path).collect(),
        atlas.exercises().collect(),
    ];
    for scope in scopes {
        let matches = best(&scope, &word, names_of);
        match matches.as_slice() {
            [] => {}
            [one] => return Ok(one),
            many => return Err(ambiguous("exercise", &word, many.iter().map(|e| e.id.as_str()))),
        }
    }
    let names = atlas.exercises().flat_map(|e| [e.id.as_str(), e.name()]);
    Err(unknown("exercise", &word, names, "`drill list` shows every exercise"))
}

/// What an exercise is called: its id, its name, and in a foreign pack the place of its file.
fn names_of(exercise: &Exercise) -> Vec<String> {
    let mut names = vec![exercise.id.to_lowercase(), exercise.name().to_lowercase()];
    if exercise.foreign.is_some() {
        names.push(clean(&exercise.stub_path()));
    }
    names
}

/// The topic that `word` names.
pub fn find_topic<'a>(atlas: &'a Atlas, word: &str) -> Result<&'a Topic, Failure> {
    let word = clean(word);
    let all: Vec<&Topic> = atlas.topics.iter().collect();
    match best(&all, &word, |t| vec![t.id.clone()]).as_slice() {
        [one] => Ok(one),
        [] if atlas.planned.iter().any(|p| p.id == word) => {
            Err(Failure::usage(format!("topic `{word}` is being written"))
                .help("`drill topics` shows what is there"))
        }
        [] => {
            let names = atlas.topics.iter().map(|t| t.id.as_str());
            Err(unknown("topic", &word, names, "`drill topics` shows every topic"))
        }
        many => Err(ambiguous("topic", &word, many.iter().map(|t| t.id.as_str()))),
    }
}

/// The path that `word` names, by id or alias.
pub fn find_path<'a>(atlas: &'a Atlas, word: &str) -> Result<&'a Path, Failure> {
    let word = clean(word);
    if let Some(path) = atlas.path(&word) {
        return Ok(path);
    }
    let all: Vec<&Path> = atlas.paths.iter().collect();
    let by_id = best(&all, &word, |p| vec![p.id.clone()]);
    let by_alias =
        || all.iter().copied().filter(|p| p.aliases.iter().any(|a| a.contains(&word))).collect::<Vec<_>>();
    let matches = if by_id.is_empty() && !word.is_empty() { by_alias() } else { by_id };
    match matches.as_slice() {
        [one] => Ok(one),
        [] => {
            let names = atlas.paths.iter().flat_map(|p| std::iter::once(&p.id).chain(&p.aliases));
            Err(unknown("path", &word, names.map(String::as_str), "`drill path` shows the paths"))
        }
        many => Err(ambiguous("path", &word, many.iter().map(|p| p.id.as_str()))),
    }
}

/// As people paste it: a file of the workspace names its exercise or topic.
fn clean(word: &str) -> String {
    let word = word.trim().to_lowercase().replace('\\', "/");
    let word = word.trim_matches('/');
    let word = word.rsplit_once("exercises/").map_or(word, |(_, inside)| inside);
    word.strip_suffix(".rs").unwrap_or(word).to_string()
}

/// All candidates that match best: by a whole name, else by the beginning of one, else by a part.
fn best<'a, T>(candidates: &[&'a T], word: &str, names: impl Fn(&'a T) -> Vec<String>) -> Vec<&'a T> {
    if word.is_empty() {
        return Vec::new();
    }
    let ways: [fn(&str, &str) -> bool; 3] =
        [|name, word| name == word, |name, word| name.starts_with(word), |name, word| name.contains(word)];
    let known: Vec<(&T, Vec<String>)> = candidates.iter().map(|c| (*c, names(c))).collect();
    for way in ways {
        let found: Vec<&T> =
            known.iter().filter(|(_, names)| names.iter().any(|n| way(n, word))).map(|(c, _)| *c).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn ambiguous<'a>(noun: &str, word: &str, ids: impl Iterator<Item = &'a str>) -> Failure {
    let ids: Vec<&str> = ids.collect();
    let shown = ids.len().min(8);
    let more = if ids.len() > shown { format!(" and {} more", ids.len() - shown) } else { String::new() };
    let word = text::printable(word);
    Failure::usage(format!("`{word}` is part of the names of {}", text::count(ids.len(), noun)))
        .help(format!("say more of the name: {}{more}", text::list(&quoted(&ids[..shown]), "or")))
}

fn quoted(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| format!("`{id}`")).collect()
}

fn unknown<'a>(noun: &str, word: &str, names: impl Iterator<Item = &'a str>, list: &str) -> Failure {
    let failure = Failure::usage(format!("no {noun} is named `{}`", text::printable(word)));
    match text::nearest(word, names) {
        Some(near) => failure.help(format!("did you mean `{near}`? {list}")),
        None => failure.help(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::load::load;
    use crate::content::source::Source;

    fn atlas() -> Atlas {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/two-topics");
        let (atlas, problems) = load(&Source::Folder(root.into()));
        assert_eq!(problems, []);
        atlas
    }

    #[track_caller]
    fn check(word: &str, topic: Option<&str>, expected: Result<&str, &str>) {
        let atlas = atlas();
        let found = find_exercise(&atlas, word, topic, atlas.paths.first());
        match (found, expected) {
            (Ok(exercise), Ok(id)) => assert_eq!(exercise.id, id),
            (Err(failure), Err(message)) => {
                let all = format!("{}; {}", failure.message, failure.help.join("; "));
                assert_eq!(all, message);
            }
            (found, expected) => panic!("{word}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn any_unambiguous_part_will_do() {
        check("lamp/01-switch", None, Ok("lamp/01-switch"));
        check("switch", None, Ok("lamp/01-switch"));
        check("DIM", None, Ok("lamp/02-dim"));
        check("valve/01", None, Ok("valve/01-open"));
        check("exercises/valve/01-open.rs", None, Ok("valve/01-open"));
        check("./drill-workspace/exercises/valve/01-open.rs", None, Ok("valve/01-open"));
    }

    #[test]
    fn the_current_topic_comes_first() {
        check("01", Some("valve"), Ok("valve/01-open"));
        check("01", Some("lamp"), Ok("lamp/01-switch"));
        check(
            "01",
            None,
            Err("`01` is part of the names of 2 exercises; \
                 say more of the name: `lamp/01-switch` or `valve/01-open`"),
        );
    }

    #[test]
    fn a_slip_is_guessed() {
        let list = "`drill list` shows every exercise";
        check(
            "01-swtich",
            None,
            Err(&format!("no exercise is named `01-swtich`; did you mean `01-switch`? {list}")),
        );
        check("zebra", None, Err(&format!("no exercise is named `zebra`; {list}")));
        check("", None, Err(&format!("no exercise is named ``; {list}")));
    }

    #[test]
    fn topics_and_paths_are_found_too() {
        let atlas = atlas();
        assert_eq!(find_topic(&atlas, "val").unwrap().id, "valve");
        assert_eq!(find_topic(&atlas, "exercises/lamp/").unwrap().id, "lamp");
        assert_eq!(find_topic(&atlas, "motor").unwrap_err().message, "topic `motor` is being written");
        assert_eq!(find_path(&atlas, "basics").unwrap().id, "first-steps");
        assert_eq!(find_path(&atlas, "first").unwrap().id, "first-steps");
        assert_eq!(find_path(&atlas, "bas").unwrap().id, "first-steps");
        assert!(find_path(&atlas, "first-stpes").unwrap_err().help[0].contains("`first-steps`"));
    }
}
