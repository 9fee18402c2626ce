//! What must be true of a write-up: sections with something in them, and links that lead somewhere.

use crate::content::model::{Atlas, Topic};
use crate::content::outline::{self, Heading};
use crate::content::problem::{Problem, Problems};
use crate::content::source::Source;

/// All that is wrong with a topic's write-up and with what sends to it.
pub fn problems(source: &Source, atlas: &Atlas, topic: &Topic, text: &str) -> Vec<Problem> {
    let path = topic.write_up_path();
    let mut found = Vec::new();
    let headings = outline::headings(text);
    sections(&headings, &atlas.sections, text, &mut Problems::new(&path, text, &mut found));
    for (offset, target) in outline::links(text) {
        if let Err(why) = resolve(source, atlas, topic, &headings, &target) {
            Problems::new(&path, text, &mut found).at(offset, format!("the link to `{target}` {why}"));
        }
    }
    for exercise in &topic.exercises {
        if let Some(anchor) = &exercise.read
            && !headings.iter().any(|h| h.anchor == *anchor)
        {
            let message =
                format!("has no section `#{anchor}`, which exercise `{}` sends to", exercise.name());
            Problems::new(&path, text, &mut found).whole(message);
        }
    }
    found
}

fn sections(headings: &[Heading], wanted: &[String], text: &str, problems: &mut Problems<'_>) {
    match headings.first() {
        Some(first) if first.level == 1 => {}
        _ => problems.whole("does not begin with a title: `# ...`"),
    }
    for (i, heading) in headings.iter().enumerate() {
        if heading.level == 1 && i > 0 {
            problems.at(heading.start, format!("`{}` is a second title: sections have `##`", heading.title));
        }
        let next = headings.get(i + 1);
        let end = next.map_or(text.len(), |h| h.start);
        let body = text[heading.start..end].lines().skip(1).any(|line| !line.trim().is_empty());
        // A section may begin with its first subsection.
        if !body && next.is_none_or(|h| h.level <= heading.level) {
            problems.at(heading.start, format!("nothing stands under `{}`", heading.title));
        }
    }
    for anchor in wanted {
        if !headings.iter().any(|h| h.level == 2 && h.anchor == *anchor) {
            problems.whole(format!("lacks the section `#{anchor}`, which the atlas asks of every write-up"));
        }
    }
}

/// Where a link leads, or what is wrong with it. The web is taken at its word.
fn resolve(
    source: &Source,
    atlas: &Atlas,
    topic: &Topic,
    headings: &[Heading],
    target: &str,
) -> Result<(), String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return Ok(());
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    if file.is_empty() {
        return known(headings, anchor.unwrap_or_default());
    }
    let path = inside(&format!("exercises/{}", topic.id), file).ok_or("leads out of the content")?;
    if let Some(id) = path.strip_prefix("exercises/").and_then(|rest| rest.split('/').next())
        && atlas.planned.iter().any(|planned| planned.id == id)
    {
        return Ok(());
    }
    match source.read(&path) {
        Ok(Some(text)) => match anchor {
            Some(anchor) => known(&outline::headings(&text), anchor),
            None => Ok(()),
        },
        Ok(None) => Err(format!("leads nowhere: there is no `{path}`")),
        Err(why) => Err(format!("leads to `{path}`: {why}")),
    }
}

fn known(headings: &[Heading], anchor: &str) -> Result<(), String> {
    if headings.iter().any(|h| h.anchor == anchor) {
        return Ok(());
    }
    let near = crate::text::nearest(anchor, headings.iter().map(|h| h.anchor.as_str()));
    let near = near.map(|near| format!("; did you mean `#{near}`?")).unwrap_or_default();
    Err(format!("leads to a section that is not there{near}"))
}

/// `exercises/b/README.md` of `../b/README.md` in `exercises/a`; none when it climbs out of the content.
fn inside(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in relative.split('/') {
        match part {
            "" if relative.starts_with('/') => return None,
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let headings = outline::headings(text);
        let mut found = Vec::new();
        sections(&headings, &["sources".to_string()], text, &mut Problems::new("r", text, &mut found));
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_section_has_something_in_it() {
        check("# T\n\n## A\n\n### B\nx\n\n## Sources\ny\n", &[]);
        check("# T\n\n## A\n\n## Sources\ny\n", &["r:3: nothing stands under `A`"]);
        check(
            "## A\nTODO: all\n# T\n",
            &[
                "r: does not begin with a title: `# ...`",
                "r:3: `T` is a second title: sections have `##`",
                "r:3: nothing stands under `T`",
                "r: lacks the section `#sources`, which the atlas asks of every write-up",
            ],
        );
    }

    #[test]
    fn a_relative_link_stays_inside() {
        assert_eq!(inside("exercises/a", "../b/README.md").as_deref(), Some("exercises/b/README.md"));
        assert_eq!(inside("exercises/a", "./01-x.rs").as_deref(), Some("exercises/a/01-x.rs"));
        assert_eq!(inside("exercises/a", "../../../etc/passwd"), None);
        assert_eq!(inside("exercises/a", "/etc/passwd"), None);
    }

    #[test]
    fn a_link_to_a_section_that_is_not_there_names_the_nearest() {
        let headings = outline::headings("# T\n\n## Failure modes\nx\n");
        assert_eq!(known(&headings, "failure-modes"), Ok(()));
        let why = known(&headings, "failure-mode").unwrap_err();
        assert_eq!(why, "leads to a section that is not there; did you mean `#failure-modes`?");
    }
}
