//! What a workspace holds, as text: each topic's stubs and write-up, the Cargo manifest that lets an editor
//! understand the stubs, and the rule that hides all of it from a repository around it.

use crate::content::model::{Atlas, Exercise};
use crate::content::source::Source;
use crate::failure::Failure;
use std::fmt::Write as _;

/// A file of a workspace: its path with forward slashes, its text.
pub type Planned = (String, String);

/// Every file that drill writes for the learner, in the atlas's order.
pub fn files(atlas: &Atlas, source: &Source) -> Result<Vec<Planned>, Failure> {
    let mut files =
        vec![(".gitignore".to_string(), IGNORED.to_string()), ("Cargo.toml".to_string(), manifest(atlas))];
    for topic in &atlas.topics {
        files.push((topic.write_up_path(), content(source, &topic.write_up_path())?));
        for exercise in &topic.exercises {
            files.push((exercise.stub_path(), content(source, &exercise.stub_path())?));
        }
    }
    Ok(files)
}

/// A file that the content must have.
pub fn content(source: &Source, path: &str) -> Result<String, Failure> {
    match source.read(path) {
        Ok(Some(text)) => Ok(text.into_owned()),
        Ok(None) => Err(Failure::environment(format!("the content has no `{path}`"))),
        Err(why) => Err(Failure::environment(format!("content file `{path}`: {why}"))),
    }
}

const IGNORED: &str = "\
# Keeps this folder out of a repository around it.
# To keep your work in a repository of its own: replace the last line by `/target`, then run `git init` here.
*
";

const MANIFEST: &str = "\
# Written by `drill init`, so that your editor completes and shows errors in every exercise.
# `cargo check --all-targets` checks them all, `cargo test` runs the tests that you write yourself.

# Cargo looks no further up, also when this folder is inside another package.
[workspace]

[package]
name = \"drill-workspace\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

# A stub has functions that nothing calls yet.
[lints.rust]
dead_code = \"allow\"
";

fn manifest(atlas: &Atlas) -> String {
    let mut out = MANIFEST.to_string();
    let mut taken: Vec<String> = Vec::new();
    for exercise in atlas.exercises() {
        let name = target(exercise, &taken);
        let path = exercise.stub_path();
        let _ = write!(
            out,
            "\n[[example]]\nname = \"{name}\"\npath = \"{path}\"\ncrate-type = [\"lib\"]\ntest = true\n"
        );
        taken.push(name);
    }
    out
}

/// A name for cargo: `token-bucket-gcra-01-lazy-refill`.
fn target(exercise: &Exercise, taken: &[String]) -> String {
    let name = exercise.id.replace('/', "-");
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("t{name}") } else { name };
    let mut free = name.clone();
    let mut n = 1;
    while taken.contains(&free) {
        n += 1;
        free = format!("{name}-{n}");
    }
    free
}
