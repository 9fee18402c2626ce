//! What an author has left to write and says so: lines with the word TODO. And which part of a topic's manifest a
//! line belongs to.

/// Lines that say TODO, from 1, each with what is said there.
pub fn todos(text: &str) -> Vec<(usize, String)> {
    let said = |line: &str| {
        let at = line.match_indices("TODO").find(|(at, _)| {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            !line[..*at].ends_with(is_word) && !line[at + 4..].starts_with(is_word)
        })?;
        let rest = line[at.0 + 4..].trim_start_matches(':').trim();
        // What closes a text of TOML or Rust is no part of it.
        let rest = rest.trim_end_matches([',', '"', ']']).trim_end();
        Some(if rest.is_empty() { "says TODO".to_string() } else { format!("says TODO: {rest}") })
    };
    let lines = text.lines().enumerate();
    lines.filter_map(|(i, line)| Some((i + 1, said(line)?))).collect()
}

/// Whether a text is not written yet.
pub fn is_unfinished(text: &str) -> bool {
    !todos(text).is_empty()
}

/// The part of `topic.toml` that a line belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The exercise, by its name; none: the topic.
    pub exercise: Option<String>,
    pub key: String,
}

/// The spot of each line. Goes by the layout alone, so that it works for a manifest with faults, too.
pub fn spots(manifest: &str) -> Vec<Spot> {
    let lines: Vec<&str> = manifest.lines().map(str::trim).collect();
    let mut spot = Spot::default();
    let mut out = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if *line == "[[exercise]]" {
            let own = lines[i + 1..].iter().take_while(|line| **line != "[[exercise]]");
            let mut names = own.filter_map(|line| value_of(line, "name"));
            spot = Spot { exercise: Some(names.next().unwrap_or_default().to_string()), key: String::new() };
        } else if let Some((key, _)) = line.split_once('=')
            && !key.trim().is_empty()
            && key.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            spot.key = key.trim().to_string();
        }
        out.push(spot.clone());
    }
    out
}

fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim_start();
    rest.strip_prefix('"')?.split('"').next()
}

/// The first line, from 1, of a key of an exercise; 0 when it is nowhere.
pub fn line_of(manifest: &str, exercise: &str, key: &str) -> usize {
    let spots = spots(manifest);
    let is = |spot: &Spot| spot.exercise.as_deref() == Some(exercise) && spot.key == key;
    spots.iter().position(is).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_says_todo_is_found_with_what_it_says() {
        let text = "a = \"TODO: say it, well\",\n// TODO\ntodo!()\nTODOS and aTODO\nx = [\"TODO: b\"]\n";
        let expected = [(1, "says TODO: say it, well"), (2, "says TODO"), (5, "says TODO: b")];
        assert_eq!(todos(text), expected.map(|(line, said)| (line, said.to_string())));
        assert!(!is_unfinished("todo!()"));
    }

    #[test]
    fn a_line_of_a_manifest_belongs_to_a_key_of_an_exercise() {
        let text = "title = \"T\"\n\n[[exercise]]\nname = \"01-a\"\nhints = [\n  \"x\",\n]\n[[exercise]]\n\
                    learned = \"y\"\nname = \"02-b\"\n";
        let spots = spots(text);
        assert_eq!((spots[0].exercise.as_deref(), spots[0].key.as_str()), (None, "title"));
        assert_eq!((spots[5].exercise.as_deref(), spots[5].key.as_str()), (Some("01-a"), "hints"));
        assert_eq!((spots[8].exercise.as_deref(), spots[8].key.as_str()), (Some("02-b"), "learned"));
        assert_eq!([line_of(text, "01-a", "hints"), line_of(text, "02-b", "hints")], [5, 0]);
    }
}
