//! Whether files are formatted, as the rustfmt beside the compiler says.

use super::toolchain::Toolchain;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Those of `files` that rustfmt would change, under the settings that it finds beside them. Without rustfmt, none:
/// what is not installed proves nothing.
pub fn unformatted(toolchain: &Toolchain, files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() {
        return Vec::new();
    }
    let program = toolchain.path().with_file_name(format!("rustfmt{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(program);
    // Modules are files of their own here, never to be followed.
    command.args(["--check", "--files-with-diff", "--edition", "2024"]).args(files);
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let listed =
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let listed: Vec<&str> = listed.lines().map(str::trim).collect();
    files
        .iter()
        .filter(|file| listed.iter().any(|line| std::path::Path::new(line) == *file))
        .cloned()
        .collect()
}
