//! What drill remembers about a workspace: `.drill/workspace.toml` says what it was made from,
//! `.drill/stubs.toml` which files drill wrote, so that a file that the learner edited is known as such.

use super::Workspace;
use crate::content::version::fingerprint;
use crate::failure::Failure;
use crate::fsx;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

const FORMAT: i64 = 1;
const ABOUT: &str = "workspace.toml";
const WRITTEN: &str = "stubs.toml";
/// Older versions of one file are forgotten.
const KEPT: usize = 12;

/// What a workspace was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The folder of content, where it is not the embedded one.
    pub pack: Option<PathBuf>,
}

impl About {
    /// What the workspace says about itself; nothing when it does not say.
    pub fn load(workspace: &Workspace) -> Result<About, Failure> {
        let path = workspace.private(ABOUT);
        let Some(bytes) = fsx::read_if_there(&path)? else { return Ok(About::default()) };
        let table: Table = String::from_utf8_lossy(&bytes).parse().unwrap_or_default();
        if let Some(format) = table.get("format").and_then(Value::as_integer)
            && format > FORMAT
        {
            let drill = table.get("drill").and_then(Value::as_str).unwrap_or("a newer version");
            let message = format!(
                "this workspace was made by drill {drill}, and this is drill {}",
                env!("CARGO_PKG_VERSION")
            );
            return Err(
                Failure::environment(message).help("`cargo install sysdrill` brings the newest drill")
            );
        }
        Ok(About { pack: table.get("pack").and_then(Value::as_str).map(PathBuf::from) })
    }

    pub fn save(&self, workspace: &Workspace) -> Result<(), Failure> {
        let mut text = format!(
            "# Made by `drill init`.\nformat = {FORMAT}\ndrill = \"{}\"\n",
            env!("CARGO_PKG_VERSION")
        );
        if let Some(pack) = &self.pack {
            let name = pack.to_str().ok_or_else(|| {
                Failure::environment(format!("the path of the pack is not UTF-8: `{}`", pack.display()))
            })?;
            let _ = writeln!(text, "pack = {}", Value::String(name.to_string()));
        }
        save(&workspace.private(ABOUT), &text)
    }
}

/// The versions of each file that drill wrote, or is about to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    files: BTreeMap<String, Versions>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Versions {
    /// Fingerprints, the newest last.
    all: Vec<String>,
    /// The version that the learner was given last, in place or beside an edited file.
    given: Option<String>,
}

/// The version of a file, whatever its line ends.
pub fn version(bytes: &[u8]) -> String {
    let unix: Vec<u8> = bytes.iter().copied().filter(|b| *b != b'\r').collect();
    fingerprint(&unix)
}

impl Written {
    /// A damaged record is an empty one: every file then counts as edited, and none is overwritten.
    pub fn load(workspace: &Workspace) -> Result<Written, Failure> {
        let Some(bytes) = fsx::read_if_there(&workspace.private(WRITTEN))? else {
            return Ok(Written::default());
        };
        let table: Table = String::from_utf8_lossy(&bytes).parse().unwrap_or_default();
        let mut written = Written::default();
        for (path, entry) in table.get("file").and_then(Value::as_table).into_iter().flatten() {
            let all = entry.get("written").and_then(Value::as_array).into_iter().flatten();
            let all = all.filter_map(Value::as_str).map(ToString::to_string).collect();
            let given = entry.get("given").and_then(Value::as_str).map(ToString::to_string);
            written.files.insert(path.clone(), Versions { all, given });
        }
        Ok(written)
    }

    pub fn save(&self, workspace: &Workspace) -> Result<(), Failure> {
        let mut text = String::from(
            "# Which versions of each file drill wrote: a file with another text is yours, and drill keeps it.\n\
             # 64-bit FNV-1a of the text without carriage returns.\nformat = 1\n",
        );
        for (path, versions) in &self.files {
            let all: Vec<String> = versions.all.iter().map(|v| format!("\"{v}\"")).collect();
            let _ = writeln!(text, "\n[file.{}]", Value::String(path.clone()));
            if let Some(given) = &versions.given {
                let _ = writeln!(text, "given = \"{given}\"");
            }
            let _ = writeln!(text, "written = [{}]", all.join(", "));
        }
        save(&workspace.private(WRITTEN), &text)
    }

    /// Whether drill wrote this version of the file at some time.
    pub fn knows(&self, path: &str, version: &str) -> bool {
        self.files.get(path).is_some_and(|v| v.all.iter().any(|known| known == version))
    }

    /// Whether drill gave the learner this file at some time.
    pub fn has(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|v| v.given.is_some())
    }

    /// Whether this is the version that the learner was given last.
    pub fn was_given(&self, path: &str, version: &str) -> bool {
        self.files.get(path).is_some_and(|v| v.given.as_deref() == Some(version))
    }

    /// To be saved before the file is written: after a crash in between, the file is still known as drill's.
    pub fn intend(&mut self, path: &str, version: &str) {
        let versions = self.files.entry(path.to_string()).or_default();
        versions.all.retain(|known| known != version);
        versions.all.push(version.to_string());
        let surplus = versions.all.len().saturating_sub(KEPT);
        versions.all.drain(..surplus);
    }

    /// To be saved after the file is written.
    pub fn give(&mut self, path: &str, version: &str) {
        self.intend(path, version);
        self.files.entry(path.to_string()).or_default().given = Some(version.to_string());
    }
}

/// Writes a record unless it says that already.
fn save(path: &Path, text: &str) -> Result<(), Failure> {
    let same = fsx::read_if_there(path)?.is_some_and(|old| old == text.as_bytes());
    if same { Ok(()) } else { fsx::write_atomic(path, text) }
}
