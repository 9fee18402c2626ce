//! Additions to a manifest as text: comments, order and layout stay as they are. Each is read again to see that it
//! came to what was meant, and is none otherwise.

use crate::content::decode::{Table, parse};
use crate::content::manifest::{self, AtlasFile, TopicFile};
use crate::content::problem::Problems;
use std::ops::Range;

/// The atlas's `text` with `topic` at the end of `topics` in the `[[family]]` or `[[path]]` called `id`.
pub fn add_topic(text: &str, kind: &'static str, id: &str, topic: &str) -> Option<String> {
    let after = {
        let mut found = Vec::new();
        let problems = &mut Problems::new("", text, &mut found);
        let doc = parse(text, problems)?;
        let mut tables = Table::root(&doc, "").tables(kind, problems);
        let table = tables.iter_mut().find_map(|t| (t.opt_str("id", problems) == Some(id)).then_some(t))?;
        with_item(text, &table.span_of("topics")?, table.items("topics").last(), &format!("\"{topic}\""))
    };
    let lists = |text: &str| {
        let atlas = atlas(text)?;
        let families = atlas.families.into_iter().map(|(_, f)| ("family", f.id, f.topics));
        let paths = atlas.paths.into_iter().map(|(_, p)| ("path", p.id, p.topics));
        Some(families.chain(paths).collect::<Vec<_>>())
    };
    let mut meant = lists(text)?;
    meant.iter_mut().find(|(k, i, _)| *k == kind && i == id)?.2.push(topic.to_string());
    (lists(&after)? == meant).then_some(after)
}

/// `text` with `item` behind the last item of the array at `array`.
fn with_item(text: &str, array: &Range<usize>, last: Option<&Range<usize>>, item: &str) -> String {
    let mut out = text.to_string();
    let Some(last) = last else {
        out.insert_str(array.start + 1, item);
        return out;
    };
    let line = text[..last.start].rfind('\n').map_or(0, |at| at + 1);
    // On a line with the bracket or another item: there.
    if line <= array.start || !text[line..last.start].trim().is_empty() {
        out.insert_str(last.end, &format!(", {item}"));
        return out;
    }
    // On a line of its own: so is the new one, behind a comment on the last.
    let end = text[last.end..].find('\n').map_or(text.len(), |at| last.end + at + 1);
    let indent = &text[line..last.start];
    let end_of_line = if text[..end].ends_with("\r\n") { "\r\n" } else { "\n" };
    let behind = text[last.end..end].trim_start();
    if array.end < end {
        // The closing bracket stands behind the last item.
        out.insert_str(last.end, &format!(",{end_of_line}{indent}{item}"));
        return out;
    }
    out.insert_str(end, &format!("{indent}{item},{end_of_line}"));
    if !behind.starts_with(',') {
        out.insert(last.end, ',');
    }
    out
}

/// The topic's `text` with `table`, an exercise called `name`, before the first one with a greater name.
pub fn add_exercise(text: &str, topic: &str, table: &str, name: &str) -> Option<String> {
    let names = |text: &str| -> Option<Vec<String>> {
        Some(topic_file(topic, text)?.topic.exercises.iter().map(|e| e.name().to_string()).collect())
    };
    let mut meant = names(text)?;
    let at = meant.iter().position(|other| other.as_str() > name).unwrap_or(meant.len());
    let crlf = text.contains("\r\n");
    let table = if crlf { table.replace('\n', "\r\n") } else { table.to_string() };
    let end_of_line = if crlf { "\r\n" } else { "\n" };
    let after = if let Some(head) = head_of(text, at) {
        format!("{}{table}{end_of_line}{}", &text[..head], &text[head..])
    } else {
        let gap = if text.ends_with('\n') { "" } else { end_of_line };
        format!("{text}{gap}{end_of_line}{table}")
    };
    meant.insert(at, name.to_string());
    (names(&after)? == meant).then_some(after)
}

/// Where the `n`-th exercise begins, from 0: at its head, or at the comment right above.
fn head_of(text: &str, n: usize) -> Option<usize> {
    let mut heads = Vec::new();
    let (mut start, mut comment) = (0, None);
    for line in text.split_inclusive('\n') {
        let shown = line.trim();
        if shown == "[[exercise]]" {
            heads.push(comment.unwrap_or(start));
        }
        comment = shown.starts_with('#').then(|| comment.unwrap_or(start));
        start += line.len();
    }
    heads.get(n).copied()
}

fn atlas(text: &str) -> Option<AtlasFile> {
    let mut found = Vec::new();
    let atlas = manifest::atlas(text, &mut Problems::new("", text, &mut found));
    found.is_empty().then_some(atlas)
}

fn topic_file(topic: &str, text: &str) -> Option<TopicFile> {
    let mut found = Vec::new();
    let file = manifest::topic(topic, text, &mut Problems::new("", text, &mut found));
    file.filter(|_| found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atlas_with(topics: &str) -> String {
        format!(
            "# mine\nformat = 1\n[[family]]\nid = \"f\"\ntitle = \"F\"\nsummary = \"s\"\ntopics = {topics} # these\n\n\
             [[path]] # one\nid = \"p\"\ntitle = \"P\"\nsummary = \"s\"\ntopics = [\"a\"]\n"
        )
    }

    #[track_caller]
    fn check(topics: &str, expected: &str) {
        let after = add_topic(&atlas_with(topics), "family", "f", "new");
        assert_eq!(after, Some(atlas_with(expected)));
    }

    #[test]
    fn a_topic_is_added_and_every_other_byte_stays() {
        check("[\"a\"]", "[\"a\", \"new\"]");
        check("[ \"a\", \"b\", ]", "[ \"a\", \"b\", \"new\", ]");
        check("[\n    \"a\",\n    \"b\", # last\n]", "[\n    \"a\",\n    \"b\", # last\n    \"new\",\n]");
        check("[\n  \"a\",\n  \"b\" # last\n]", "[\n  \"a\",\n  \"b\", # last\n  \"new\",\n]");
        check("[\n  \"a\",\n  \"b\"]", "[\n  \"a\",\n  \"b\",\n  \"new\"]");
        check("[\"a\",\n\"b\"\n]", "[\"a\",\n\"b\",\n\"new\",\n]");
        check("[]", "[\"new\"]");
        check("[\r\n  \"a\",\r\n]", "[\r\n  \"a\",\r\n  \"new\",\r\n]");
    }

    #[test]
    fn a_path_gets_it_too_and_an_unknown_one_does_not() {
        let text = atlas_with("[\"a\", \"new\"]");
        let after = add_topic(&text, "path", "p", "new").unwrap();
        assert!(after.ends_with("topics = [\"a\", \"new\"]\n"), "{after}");
        assert_eq!(add_topic(&text, "path", "q", "new"), None);
        // A second time would be a problem of the atlas.
        assert_eq!(add_topic(&text, "family", "f", "new"), None);
        assert_eq!(add_topic("format = ", "family", "f", "new"), None);
    }

    const HEAD: &str =
        "title = \"T\"\nsummary = \"s\"\nfamily = \"f\"\nkind = \"foundation\"\ndifficulty = \"intro\"\n";

    fn table(name: &str) -> String {
        format!(
            "[[exercise]]\nname = \"{name}\"\ntitle = \"x\"\nmode = \"tune\"\nminutes = 1\nlearned = \"y\"\nhints = [\"a\", \"b\", \"c\"]\n"
        )
    }

    #[test]
    fn an_exercise_stands_in_the_order_of_names() {
        let [one, two, three] = ["01-a", "02-b", "03-c"].map(table);
        let first = add_exercise(HEAD, "t", &two, "02-b").unwrap();
        assert_eq!(first, format!("{HEAD}\n{two}"));
        let text = format!("{first}\n[exercise.limits]\ncpu_seconds = 3");
        let last = add_exercise(&text, "t", &three, "03-c").unwrap();
        assert_eq!(last, format!("{text}\n\n{three}"));
        let commented = last.replacen("[[exercise]]", "# about b\n# more\n[[exercise]]", 1);
        let before = add_exercise(&commented, "t", &one, "01-a").unwrap();
        assert_eq!(before, commented.replacen("# about b", &format!("{one}\n# about b"), 1));
    }

    #[test]
    fn a_layout_that_cannot_be_added_to_is_left_alone() {
        let inline = format!("{HEAD}exercise = []\n");
        assert_eq!(add_exercise(&inline, "t", &table("01-a"), "01-a"), None);
    }
}
