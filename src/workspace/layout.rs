//! What a workspace holds, as text: each topic's stubs and write-up, the Cargo manifest that lets an editor
//! understand the stubs, and the rule that hides all of it from a repository around it.

use crate::content::cargo_manifest::CargoManifest;
use crate::content::model::{Atlas, Exercise, Opening};
use crate::content::rustlings;
use crate::content::source::Source;
use crate::failure::Failure;
use std::fmt::Write as _;

/// A file of a workspace: its path with forward slashes, its text.
pub type Planned = (String, String);

/// Every file that drill writes for the learner, in the atlas's order.
pub fn files(atlas: &Atlas, source: &Source) -> Result<Vec<Planned>, Failure> {
    let mut files = vec![(".gitignore".to_string(), IGNORED.to_string())];
    if rustlings::info_file(source).is_some() {
        files.extend(foreign(atlas, source)?);
    } else {
        files.push(("Cargo.toml".to_string(), manifest(atlas)));
    }
    for topic in &atlas.topics {
        if topic.opening == Opening::WriteUp {
            files.push((topic.write_up_path(), content(source, &topic.write_up_path())?));
        }
        for exercise in &topic.exercises {
            files.push((exercise.stub_path(), content(source, &exercise.stub_path())?));
        }
    }
    Ok(files)
}

/// What a workspace of a foreign pack has besides its exercises: what lets an editor understand them as rustlings
/// would have it, and what lies beside them.
fn foreign(atlas: &Atlas, source: &Source) -> Result<Vec<Planned>, Failure> {
    let manifest = CargoManifest::of(source).map_err(|problem| Failure::environment(problem.to_string()))?;
    let mut files = vec![
        ("Cargo.toml".to_string(), format!("{FOREIGN}{}", manifest.written(atlas.exercises(), &[]))),
        ("rust-analyzer.toml".to_string(), EDITOR.to_string()),
    ];
    let mut optional: Vec<String> = SETTINGS.map(ToString::to_string).to_vec();
    optional.push("exercises/README.md".to_string());
    for readme in atlas.exercises().filter_map(Exercise::readme_path) {
        if !optional.contains(&readme) {
            optional.push(readme);
        }
    }
    optional.extend(rustlings::companions(source, atlas));
    for path in optional {
        // What is not text is of use to a build alone, which has its own copy.
        if let Ok(Some(text)) = source.read(&path) {
            files.push((path, text));
        }
    }
    Ok(files)
}

/// A file that the content must have.
pub fn content(source: &Source, path: &str) -> Result<String, Failure> {
    match source.read(path) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(Failure::environment(format!("the content has no `{path}`"))),
        Err(why) => Err(Failure::environment(format!("content file `{path}`: {why}"))),
    }
}

const IGNORED: &str = "\
# Keeps this folder out of a repository around it.
# To keep your work in a repository of its own: replace the last line by `/target`, then run `git init` here.
*
";

const FOREIGN: &str = "\
# Written by `drill init` after the pack's own, so that your editor completes and shows errors in every exercise.

";

/// Settings of a pack that count for whoever works on it.
const SETTINGS: [&str; 5] =
    ["clippy.toml", ".clippy.toml", "rustfmt.toml", "rust-toolchain.toml", "rust-toolchain"];

/// The editor shows what a verdict counts: clippy, also in tests.
const EDITOR: &str = "\
check.command = \"clippy\"
check.extraArgs = [\"--profile\", \"test\"]
cargo.targetDir = true
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
