//! Whether files are formatted, as the rustfmt beside the compiler says.

use super::toolchain::Toolchain;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Those of `files` that rustfmt would change, under the settings that it finds beside them. None where there is no
/// rustfmt to say so.
pub fn unformatted(toolchain: &Toolchain, files: &[PathBuf]) -> Option<Vec<PathBuf>> {
    if files.is_empty() {
        return Some(Vec::new());
    }
    let program = toolchain.path().with_file_name(format!("rustfmt{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(program);
    // Modules are files of their own here, never to be followed.
    command.args(["--check", "--files-with-diff", "--edition", "2024"]).args(files);
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let listed: Vec<&str> = listed.lines().map(str::trim).collect();
    let is_listed = |file: &&PathBuf| listed.iter().any(|line| std::path::Path::new(line) == file.as_path());
    Some(files.iter().filter(is_listed).cloned().collect())
}
