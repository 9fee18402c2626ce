//! Where content comes from: the copy inside the binary, or a folder of the same layout.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// A content root. Paths are relative, with forward slashes: `exercises/atlas.toml`.
#[derive(Clone, Debug)]
pub enum Source {
    /// Files sorted by path, each compressed (DEFLATE, RFC 1951).
    Embedded(&'static [(&'static str, &'static [u8])]),
    Folder(PathBuf),
}

/// Files larger than this are not content (bytes).
const MAX_FILE: u64 = 4 << 20;

/// A text as `build.rs` puts it into the binary: a quarter of its size.
pub fn packed(text: &str) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 9)
}

fn unpacked(packed: &[u8]) -> Result<String, String> {
    let bytes = miniz_oxide::inflate::decompress_to_vec(packed).map_err(|e| format!("damaged: {e}"))?;
    String::from_utf8(bytes).map_err(|e| format!("damaged: {e}"))
}

impl Source {
    /// The text of a file; `Ok(None)` when there is none; an error says why it can't be read.
    pub fn read(&self, path: &str) -> Result<Option<String>, String> {
        match self {
            Source::Embedded(files) => match files.binary_search_by(|(name, _)| (*name).cmp(path)) {
                Ok(i) => unpacked(files[i].1).map(Some),
                Err(_) => Ok(None),
            },
            Source::Folder(root) => {
                let Some((full, meta)) = look(root, path)? else { return Ok(None) };
                if !meta.is_file() {
                    return Err("not a regular file".to_string());
                }
                let size = usize::try_from(meta.len().min(MAX_FILE)).unwrap_or(0);
                let mut bytes = Vec::with_capacity(size + 1);
                let file = File::open(&full).map_err(|e| e.to_string())?;
                file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
                if bytes.len() as u64 > MAX_FILE {
                    return Err(format!("larger than {} MiB", MAX_FILE >> 20));
                }
                match String::from_utf8(bytes) {
                    Ok(text) => Ok(Some(text)),
                    Err(e) => Err(format!("not UTF-8 (byte {})", e.utf8_error().valid_up_to())),
                }
            }
        }
    }

    /// Whether there is a file that may be read.
    pub fn has(&self, path: &str) -> bool {
        match self {
            Source::Embedded(files) => files.binary_search_by(|(name, _)| (*name).cmp(path)).is_ok(),
            Source::Folder(_) => self.holds(path).unwrap_or(false),
        }
    }

    /// Whether there is a file that may be read; an error says why it may not.
    pub fn holds(&self, path: &str) -> Result<bool, String> {
        match self {
            Source::Embedded(_) => Ok(self.has(path)),
            Source::Folder(root) => match look(root, path)? {
                Some((_, meta)) if !meta.is_file() => Err("not a regular file".to_string()),
                there => Ok(there.is_some()),
            },
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
                let there = look(root, folder).ok().flatten();
                let listing =
                    there.and_then(|(full, _)| fs::read_dir(full).ok()).into_iter().flatten().flatten();
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

/// Where a path of the content leads, and what is there; `Ok(None)` when there is nothing. Content may come from a
/// stranger: it stays inside its folder, and no part of a path may be a link that leads out of it.
fn look(root: &Path, path: &str) -> Result<Option<(PathBuf, Metadata)>, String> {
    let mut full = root.to_path_buf();
    let mut found = None;
    for part in path.split('/') {
        if part.is_empty() || part == ".." || part.contains(['\\', ':', '\0']) {
            return Err("not a path inside the content".to_string());
        }
        full.push(part);
        match fs::symlink_metadata(&full) {
            Ok(meta) if meta.is_symlink() => {
                return Err(format!("`{part}` is a link, and content may lead nowhere else"));
            }
            Ok(meta) => found = Some(meta),
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(e) => return Err(e.to_string()),
        }
    }
    Ok(found.map(|meta| (full, meta)))
}
