//! `drill verify --watch`: proves again at each save, until told to stop.

use crate::commands::context::Context;
use crate::content::load::{ATLAS_FILE, load};
use crate::content::source::Source;
use crate::failure::{Failure, Status};
use crate::process::Cancel;
use crate::watch::files::{self, Word};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

const FOLDERS: [&str; 3] = ["exercises", "solutions", "checks"];
/// How often Ctrl-C is looked for.
const LOOK: Duration = Duration::from_millis(100);
/// How long files must be left alone: editors save several at once, and so does git.
const SETTLE: Duration = Duration::from_millis(40);

pub fn at_each_save(
    context: &Context,
    source: &Source,
    cancel: &Cancel,
    prove: impl Fn() -> Result<Status, Failure>,
) -> Result<Status, Failure> {
    let Source::Folder(root) = source else {
        return Err(Failure::usage("there is nothing to watch: what is built in does not change")
            .help("go into a checkout or a pack, or name one with `--pack DIR`"));
    };
    let terminal = &context.terminal;
    let mut first = true;
    loop {
        // Watched before it is read: what is saved meanwhile is proved afterwards.
        let (sender, saved) = channel();
        let roots: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
        let paths: Vec<PathBuf> = content_files(source).iter().map(|file| root.join(file)).collect();
        let _files = files::watch(&roots, &paths, false, move |word| sender.send(word).is_ok());
        terminal.fresh_page();
        match prove() {
            Ok(Status::Interrupted) => return Ok(Status::Interrupted),
            Ok(_) => {}
            Err(failure) if first => return Err(failure),
            // What is half written is whole after the next save.
            Err(failure) => {
                terminal.report(&failure);
            }
        }
        first = false;
        terminal.note("what you save is proved again; Ctrl-C ends");
        if !wait(&saved, cancel) {
            return Ok(Status::Interrupted);
        }
    }
}

/// Waits for a save and a little longer; false when told to stop.
fn wait(saved: &Receiver<Word>, cancel: &Cancel) -> bool {
    loop {
        match saved.recv_timeout(LOOK) {
            Ok(Word::Touched(_)) => break,
            Ok(Word::Polling) | Err(RecvTimeoutError::Timeout) if !cancel.is_cancelled() => {}
            _ => return false,
        }
    }
    while saved.recv_timeout(SETTLE).is_ok() {}
    true
}

/// What there is below the folders of content, and what its manifests say there should be.
fn content_files(source: &Source) -> BTreeSet<String> {
    let mut files = BTreeSet::from([ATLAS_FILE.to_string()]);
    let mut open: Vec<String> = FOLDERS.map(ToString::to_string).to_vec();
    while let Some(folder) = open.pop() {
        for name in source.entries(&folder) {
            match name.strip_suffix('/') {
                Some(inner) => open.push(format!("{folder}/{inner}")),
                // What proving itself writes is no save.
                None if name == "caught.toml" => {}
                None => drop(files.insert(format!("{folder}/{name}"))),
            }
        }
    }
    let (atlas, _) = load(source);
    for topic in &atlas.topics {
        files.extend([topic.manifest_path(), topic.write_up_path(), topic.quiz_path()]);
    }
    files.extend(atlas.planned.iter().map(|planned| format!("exercises/{}/topic.toml", planned.id)));
    for exercise in atlas.exercises() {
        files.extend([exercise.stub_path(), exercise.solution_path()]);
        files.extend([exercise.checks_path(), exercise.variants_path()]);
    }
    files
}
