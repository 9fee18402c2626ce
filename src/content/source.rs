//! Where content comes from: the copy inside the binary, or a folder of the same layout.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

/// A content root. Paths are relative, with forward slashes: `exercises/atlas.toml`.
#[derive(Clone, Debug)]
pub enum Source {
    /// Files sorted by path.
    Embedded(&'static [(&'static str, &'static str)]),
    Folder(PathBuf),
}

/// Files larger than this are not content (bytes).
const MAX_FILE: u64 = 4 << 20;

impl Source {
    /// The text of a file; `Ok(None)` when there is none; an error says why it can't be read.
    pub fn read(&self, path: &str) -> Result<Option<Cow<'static, str>>, String> {
        match self {
            Source::Embedded(files) => Ok(files
                .binary_search_by(|(name, _)| (*name).cmp(path))
                .ok()
                .map(|i| Cow::Borrowed(files[i].1))),
            Source::Folder(root) => {
                let full = root.join(path);
                let Ok(meta) = fs::symlink_metadata(&full) else { return Ok(None) };
                if !meta.is_file() {
                    return Err("not a regular file".to_string());
                }
                if meta.len() > MAX_FILE {
                    return Err(format!("larger than {} MiB", MAX_FILE >> 20));
                }
                let bytes = fs::read(&full).map_err(|e| e.to_string())?;
                match String::from_utf8(bytes) {
                    Ok(text) => Ok(Some(Cow::Owned(text))),
                    Err(e) => Err(format!("not UTF-8 (byte {})", e.utf8_error().valid_up_to())),
                }
            }
        }
    }

    /// Whether there is a regular file with this path, reached by no link but one in the root: whoever puts a pack
    /// together from folders of others may link to these.
    pub fn has(&self, path: &str) -> bool {
        match self {
            Source::Embedded(files) => files.binary_search_by(|(name, _)| (*name).cmp(path)).is_ok(),
            Source::Folder(root) => {
                let (folder, name) = path.rsplit_once('/').map_or((None, path), |(f, n)| (Some(f), n));
                let mut full = root.clone();
                for (depth, part) in folder.iter().flat_map(|f| f.split('/')).enumerate() {
                    full.push(part);
                    let meta = if depth == 0 { full.metadata() } else { full.symlink_metadata() };
                    if !meta.is_ok_and(|meta| meta.is_dir()) {
                        return false;
                    }
                }
                full.join(name).symlink_metadata().is_ok_and(|meta| meta.is_file())
            }
        }
    }

    /// Names of the entries directly inside a folder, sorted; folders end with `/`.
    pub fn entries(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = match self {
            Source::Embedded(files) => {
                let prefix = format!("{folder}/");
                let inside = files.iter().filter_map(|(name, _)| name.strip_prefix(prefix.as_str()));
                inside
                    .map(|rest| match rest.split_once('/') {
                        Some((first, _)) => format!("{first}/"),
                        None => rest.to_string(),
                    })
                    .collect()
            }
            Source::Folder(root) => {
                let listing = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
                listing
                    .filter_map(|entry| {
                        let name = entry.file_name().into_string().ok()?;
                        let kind = entry.file_type().ok()?;
                        if name.starts_with('.') {
                            None
                        } else if kind.is_dir() {
                            Some(format!("{name}/"))
                        } else {
                            Some(name)
                        }
                    })
                    .collect()
            }
        };
        names.sort();
        names.dedup();
        names
    }
}
