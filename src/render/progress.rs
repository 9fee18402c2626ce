//! Where the learner stands: per path and topic, hints, quizzes, what comes next.

use super::layout::{pad, width as columns};
use super::paths::whats_next;
use super::theme::Theme;
use crate::content::model::{Atlas, Path};
use crate::itinerary::{self, Standing};
use crate::progress::{Progress, State};
use crate::text::{count, printable};
use std::fmt::Write as _;

/// The summary of `drill progress`; `path` is the one that is followed.
pub fn summary(
    atlas: &Atlas,
    progress: &Progress,
    standing: &Standing,
    path: Option<&Path>,
    width: usize,
    theme: Theme,
) -> String {
    let (passed, all) = standing.passed(atlas.exercises());
    let mut out = format!("{}\n", theme.heading(&format!("{passed} of {} passed", count(all, "exercise"))));
    let earlier = atlas.exercises().filter(|e| standing.state(&e.id) == State::Earlier).count();
    if earlier > 0 {
        let was = if earlier == 1 { "it has changed since" } else { "they have changed since" };
        let _ = writeln!(out, "{earlier} of them in an earlier version: {was}");
    }
    paths(&mut out, atlas, standing, path, theme);
    topics(&mut out, atlas, progress, standing, theme);
    facts(&mut out, atlas, progress);
    let steps = itinerary::steps(atlas, path);
    let _ =
        write!(out, "\n{}", whats_next(&itinerary::next(&steps, standing), Some("".as_ref()), width, theme));
    out
}

fn paths(out: &mut String, atlas: &Atlas, standing: &Standing, followed: Option<&Path>, theme: Theme) {
    let broad = atlas.paths.iter().map(|p| columns(&p.id)).max().unwrap_or(0);
    if broad > 0 {
        let _ = writeln!(out, "\n{}", theme.strong("Paths"));
    }
    for path in &atlas.paths {
        let exercises = path.topics.iter().filter_map(|id| atlas.topic(id)).flat_map(|t| &t.exercises);
        let (passed, all) = standing.passed(exercises);
        let followed = if followed == Some(path) { "  (you follow it)" } else { "" };
        let stands = if all == 0 { "being written".to_string() } else { format!("{passed} of {all}") };
        let _ = writeln!(out, "  {}  {stands}{followed}", pad(&path.id, broad));
    }
}

fn topics(out: &mut String, atlas: &Atlas, progress: &Progress, standing: &Standing, theme: Theme) {
    let _ = writeln!(out, "\n{}", theme.strong("Topics"));
    let broad = atlas.topics.iter().map(|t| columns(&t.id)).max().unwrap_or(0);
    for topic in &atlas.topics {
        let (passed, all) = standing.passed(&topic.exercises);
        let hints: usize = topic.exercises.iter().map(|e| progress.hints(&e.id)).sum();
        let given_up = topic.exercises.iter().filter(|e| progress.has_given_up(&e.id)).count();
        let mut parts = vec![format!("{passed} of {all}")];
        if standing.has_read(&topic.id) {
            parts.push("read".to_string());
        }
        if let Some(score) = progress.score(&topic.id) {
            parts.push(format!("quiz {} of {} right", score.right, score.total));
        }
        if hints > 0 {
            parts.push(format!("{} taken", count(hints, "hint")));
        }
        if given_up > 0 {
            parts.push(format!("{given_up} given up"));
        }
        let mark = if passed == all { theme.good(theme.tick()) } else { theme.dim(theme.open()) };
        let _ = writeln!(out, "  {mark} {}  {}", pad(&topic.id, broad), parts.join(", "));
    }
}

fn facts(out: &mut String, atlas: &Atlas, progress: &Progress) {
    let hints: usize = atlas.exercises().map(|e| progress.hints(&e.id)).sum();
    let scores = atlas.topics.iter().filter_map(|t| progress.score(&t.id));
    let (right, total) = scores.fold((0, 0), |(r, t), score| (r + score.right, t + score.total));
    let attempts = usize::try_from(progress.tries()).unwrap_or(usize::MAX);
    let mut parts = vec![count(attempts, "attempt"), format!("{} taken", count(hints, "hint"))];
    if total > 0 {
        parts.push(format!("{right} of {total} quiz questions right"));
    }
    let _ = writeln!(out, "\n{}", parts.join(", "));
    if let Some((exercise, at)) = progress.last_attempt() {
        let _ = writeln!(out, "last attempt: {} at {}", printable(exercise), at.minute());
    }
}
