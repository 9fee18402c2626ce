//! What a learner did before the test begins.

use crate::desk::Desk;
use drill::content::load::load;
use drill::content::source::Source;
use drill::content::version::of_exercise;
use drill::progress::Attempt;
use drill::progress::store::Store;
use drill::workspace::Workspace;
use std::time::SystemTime;

/// An attempt at an exercise of `tests/fixtures/atlas-small`, in the desk's workspace.
pub fn tried(desk: &Desk, exercise: &str, passed: bool) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/atlas-small");
    let source = Source::Folder(root);
    let (atlas, _) = load(&source);
    let content = of_exercise(&source, atlas.exercise(exercise).unwrap());
    let workspace = Workspace::at(&desk.path("drill-workspace")).unwrap();
    let attempt = Attempt {
        at: SystemTime::now(),
        verdict: if passed { "passed" } else { "failed" }.to_string(),
        ms: 100,
        passed_content: passed.then_some(content),
    };
    Store::open(&workspace).update(|progress| progress.record_attempt(exercise, attempt)).unwrap();
}
