//! A new quiz, with one question to be written.

use super::{Draft, filled, id};
use crate::content::source::Source;
use crate::failure::Failure;

pub fn draft(source: &Source, topic: &str) -> Result<Draft, Failure> {
    id(topic, "topic")?;
    if !source.has(&format!("exercises/{topic}/topic.toml")) {
        return Err(Failure::usage(format!("there is no topic `{topic}` yet"))
            .help(format!("`drill new topic {topic}` begins it")));
    }
    let path = format!("exercises/{topic}/quiz.toml");
    if source.has(&path) {
        return Err(Failure::usage(format!("there is a quiz on `{topic}` already"))
            .help(format!("a further question is a `[[questions]]` in {path}")));
    }
    let text = filled(include_str!("templates/quiz.toml"), &[("id", topic)]);
    Ok(Draft { new: vec![(path, text)], changed: Vec::new() })
}
