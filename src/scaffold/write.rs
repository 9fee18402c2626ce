//! Carries a draft out, wholly or not at all: nothing that is there is overwritten.

use super::Draft;
use crate::failure::Failure;
use crate::fsx;
use std::path::{Path, PathBuf};

/// Writes `draft` below `root`. After an error everything is as it was.
pub fn write(root: &Path, draft: &Draft) -> Result<(), Failure> {
    let mut done = Done::default();
    let result = carry_out(root, draft, &mut done);
    if result.is_err() {
        done.undo();
    }
    result
}

#[derive(Default)]
struct Done {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// With the text before.
    changed: Vec<(PathBuf, String)>,
}

fn carry_out(root: &Path, draft: &Draft, done: &mut Done) -> Result<(), Failure> {
    let taken: Vec<&str> = draft
        .new
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| fsx::is_there(&root.join(path)))
        .collect();
    if !taken.is_empty() {
        return Err(Failure::environment(format!("{} there already", is_are(&taken)))
            .help("nothing is overwritten: move it away, or choose another name"));
    }
    // The manifests last: until then nobody looks for the rest.
    for (path, text) in &draft.new {
        let file = root.join(path);
        let folder = file.parent().unwrap_or(root);
        let missing = folder.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists());
        done.folders.extend(missing.map(Path::to_path_buf));
        fsx::create_dir_all(folder)?;
        fsx::write_new(&file, text)?;
        done.files.push(file);
    }
    for change in &draft.changed {
        let file = root.join(&change.path);
        done.changed.push((file.clone(), change.before.clone()));
        fsx::write_atomic(&file, &change.after)?;
    }
    Ok(())
}

fn is_are(paths: &[&str]) -> String {
    format!("{} {}", crate::text::names(paths), if paths.len() == 1 { "is" } else { "are" })
}

impl Done {
    /// As far as it goes: what made it necessary may be in the way of this too.
    fn undo(mut self) {
        for (file, before) in &self.changed {
            if fsx::read_if_there(file).ok().flatten().is_some_and(|now| now != before.as_bytes()) {
                let _ = fsx::write_atomic(file, before);
            }
        }
        for file in &self.files {
            fsx::remove_scratch(file);
        }
        // The innermost first; only what is empty.
        self.folders.sort();
        for folder in self.folders.iter().rev() {
            let _ = fsx::remove_empty_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Change;
    use super::*;

    #[test]
    fn after_an_error_everything_is_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        std::fs::write(root.join("m.toml"), "old").unwrap();
        std::fs::create_dir(root.join("gone.toml")).unwrap();
        let change = |path: &str| Change { path: path.into(), before: "old".into(), after: "new".into() };
        let mut draft = Draft {
            new: vec![("a/b/c.rs".into(), "1".into()), ("a/d.rs".into(), "2".into())],
            changed: vec![change("m.toml"), change("gone.toml")],
        };
        assert!(write(root, &draft).is_err());
        assert_eq!(fsx::names(root).unwrap(), ["gone.toml", "m.toml"]);
        assert_eq!(std::fs::read_to_string(root.join("m.toml")).unwrap(), "old");

        draft.changed.pop();
        write(root, &draft).unwrap();
        assert_eq!(std::fs::read_to_string(root.join("m.toml")).unwrap(), "new");
        let failure = write(root, &draft).unwrap_err();
        assert_eq!(failure.message, "`a/b/c.rs` and `a/d.rs` are there already");
        assert_eq!(std::fs::read_to_string(root.join("a/d.rs")).unwrap(), "2");
    }
}
