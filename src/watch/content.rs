//! Content that its author writes while it is watched: which files matter, and what becomes of a change in them.

use super::event::Event;
use super::files::{self, Files};
use super::{Input, Loop, effects};
use crate::content::load::ATLAS_FILE;
use crate::content::model::{Atlas, Exercise, Topic};
use crate::content::partial::{in_a_line, load_usable};
use crate::content::source::Source;
use crate::content::version;
use crate::failure::Failure;
use crate::itinerary::Standing;
use crate::workspace::init;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// What is followed of a folder of content, and what was found in it last.
pub(super) struct Followed {
    root: PathBuf,
    versions: BTreeMap<String, String>,
    /// What is wrong with the manifests.
    problem: Option<String>,
}

/// The version of each exercise, by id.
fn versions(source: &Source, atlas: &Atlas) -> BTreeMap<String, String> {
    atlas.exercises().map(|e| (e.id.clone(), version::of_exercise(source, e))).collect()
}

impl Followed {
    /// The content of `source`, when it is a folder.
    pub fn of(source: &Source, atlas: &Atlas) -> Option<Followed> {
        let Source::Folder(root) = source else { return None };
        let root = std::path::absolute(root).unwrap_or_else(|_| root.clone());
        Some(Followed { root, versions: versions(source, atlas), problem: None })
    }

    /// The files whose change matters to whoever is at an exercise.
    fn files(&self, atlas: &Atlas) -> Vec<PathBuf> {
        let topics = atlas.topics.iter().map(Topic::manifest_path);
        let planned = atlas.planned.iter().map(|p| format!("exercises/{}/topic.toml", p.id));
        let texts = atlas.exercises().flat_map(|e| [e.stub_path(), e.checks_path()]);
        let all = std::iter::once(ATLAS_FILE.to_string()).chain(topics).chain(planned).chain(texts);
        all.map(|path| self.root.join(path)).collect()
    }

    pub fn holds(&self, path: &Path) -> bool {
        ["exercises", "checks"].iter().any(|folder| path.starts_with(self.root.join(folder)))
    }
}

/// Watches the exercises of the workspace, and of the content what is followed.
pub(super) fn watch(
    workspace: &crate::workspace::Workspace,
    followed: Option<&Followed>,
    atlas: &Atlas,
    poll: bool,
    sender: &Sender<Input>,
) -> Files {
    let mut paths: Vec<PathBuf> = atlas.exercises().map(|e| workspace.file(&e.stub_path())).collect();
    let mut roots = vec![workspace.root().join("exercises")];
    if let Some(followed) = followed {
        roots.extend(["exercises", "checks"].map(|folder| followed.root.join(folder)));
        paths.extend(followed.files(atlas));
    }
    let to_loop = sender.clone();
    files::watch(&roots, &paths, poll, move |word| to_loop.send(Input::File(word)).is_ok())
}

impl Loop<'_> {
    /// Reads the content again, and brings the workspace up to date with it.
    pub(super) fn reload(&mut self) -> Result<Vec<Event>, Failure> {
        let Some(followed) = &mut self.followed else { return Ok(Vec::new()) };
        let (atlas, problems) = load_usable(&self.source);
        let mut events = Vec::new();
        let problem = in_a_line(&problems);
        match (&problem, &followed.problem) {
            (Some(now), before) if before.as_ref() != Some(now) => events.push(Event::Notice(now.clone())),
            (None, Some(_)) => events.push(Event::Notice("the content can be read again".to_string())),
            _ => {}
        }
        followed.problem = problem;
        // A manifest that can't be read takes its exercises away for as long: they stay on screen.
        let current = self.state.exercise().map(|e| e.id.clone());
        let lost = current.as_ref().is_some_and(|id| atlas.exercise(id).is_none());
        if atlas.exercises().next().is_none() || (lost && !problems.is_empty()) {
            return Ok(events);
        }
        let versions = versions(&self.source, &atlas);
        let changed = current.is_some_and(|id| versions.get(&id) != followed.versions.get(&id));
        followed.versions = versions;
        self.checklist = Default::default();
        match init::init(self.workspace.root(), &atlas, &self.source, None) {
            Ok((_, outcome)) => {
                let stubs: BTreeSet<String> = atlas.exercises().map(Exercise::stub_path).collect();
                if let Some(added) = outcome.added.iter().find(|path| stubs.contains(*path)) {
                    events.push(Event::Notice(format!("new in the content: {added}")));
                }
            }
            Err(failure) => events.push(Event::Notice(failure.message)),
        }
        let progress = self.store.load()?.0;
        let standing = Standing::new(&atlas, &progress, |e| version::of_exercise(&self.source, e));
        let contents = effects::contents(&self.workspace, &atlas);
        let atlas = Arc::new(atlas);
        self.files = watch(&self.workspace, self.followed.as_ref(), &atlas, self.options.poll, &self.sender);
        // Before the notices, which are about it.
        events.insert(0, Event::Content { atlas, standing, contents, changed });
        Ok(events)
    }
}
