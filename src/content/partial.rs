//! What of unfinished content can be worked on already: its author does not have to finish one thing before trying
//! out another.

use super::load::load;
use super::manifest::is_exercise_name;
use super::model::{Atlas, Opening};
use super::problem::Problem;
use super::rustlings;
use super::source::Source;

/// The atlas without exercises that can't be judged, and the problems of its manifests.
pub fn load_usable(source: &Source) -> (Atlas, Vec<Problem>) {
    let (mut atlas, problems) = load(source);
    if rustlings::info_file(source).is_some() {
        // Of a foreign pack all is known to be right, or nothing.
        return (if problems.is_empty() { atlas } else { Atlas::default() }, problems);
    }
    for topic in &mut atlas.topics {
        topic.exercises.retain(|exercise| {
            is_exercise_name(exercise.name())
                && source.has(&exercise.stub_path())
                && source.has(&exercise.checks_path())
        });
        if topic.opening == Opening::WriteUp && !source.has(&topic.write_up_path()) {
            topic.opening = Opening::Nothing;
        }
    }
    (atlas, problems)
}

/// The problems in a line.
pub fn in_a_line(problems: &[Problem]) -> Option<String> {
    let first = problems.first()?;
    let more = problems.len() - 1;
    Some(if more == 0 { first.to_string() } else { format!("{first} (and {more} more: `drill verify`)") })
}
