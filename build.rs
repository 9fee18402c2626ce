//! Embeds `exercises/`, `solutions/` and `checks/` after validating them: a build with broken content
//! fails with every problem, each with file and line.

#![expect(
    dead_code,
    clippy::unnecessary_debug_formatting,
    reason = "shares content code with the library; a path is written as a Rust literal"
)]

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/content"]
mod content {
    #[path = "caught.rs"]
    pub mod caught;
    #[path = "checklist.rs"]
    pub mod checklist;
    #[path = "circles.rs"]
    mod circles;
    #[path = "decode.rs"]
    pub mod decode;
    #[path = "load.rs"]
    pub mod load;
    #[path = "manifest.rs"]
    pub mod manifest;
    #[path = "model.rs"]
    pub mod model;
    #[path = "problem.rs"]
    pub mod problem;
    #[path = "quantity.rs"]
    pub mod quantity;
    #[path = "question.rs"]
    pub mod question;
    #[path = "quiz.rs"]
    pub mod quiz;
    #[path = "rustlings.rs"]
    pub mod rustlings;
    #[path = "source.rs"]
    pub mod source;
    #[path = "variants.rs"]
    pub mod variants;
}

const FOLDERS: [&str; 3] = ["exercises", "solutions", "checks"];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("embedded.rs");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/content");
    println!("cargo::rustc-env=DRILL_ENGINE={:016x}", engine(&root));
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root, &root.join(folder), &mut files);
    }
    files.sort();

    let source = content::source::Source::Folder(root.clone());
    let (atlas, mut problems) = content::load::load(&source);
    problems.extend(content::load::validate_files(&source, &atlas));
    for problem in &problems {
        println!("cargo::error={problem}");
    }

    let mut table = String::from("/// Path in the content root, compressed text; sorted by path.\n");
    let _ = writeln!(table, "pub static FILES: &[(&str, &[u8])] = &[");
    for (i, name) in files.iter().enumerate() {
        let text = fs::read_to_string(root.join(name)).unwrap_or_else(|e| panic!("can't read {name}: {e}"));
        let blob = out.with_file_name(format!("content-{i}"));
        fs::write(&blob, content::source::packed(&text))
            .unwrap_or_else(|e| panic!("can't write {}: {e}", blob.display()));
        let _ = writeln!(table, "    ({name:?}, include_bytes!({blob:?})),");
    }
    table.push_str("];\n");
    fs::write(&out, table).unwrap_or_else(|e| panic!("can't write {}: {e}", out.display()));
}

/// A fingerprint of the code that decides what a proof comes to: what was proved by other code is proved again.
fn engine(root: &Path) -> u64 {
    let mut files = Vec::new();
    for part in ["content", "process", "compile", "run", "judge", "attempt", "proof", "verify"] {
        println!("cargo::rerun-if-changed=src/{part}");
        println!("cargo::rerun-if-changed=src/{part}.rs");
        files.push(format!("src/{part}.rs"));
        collect(root, &root.join("src").join(part), &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for name in files {
        let text = fs::read(root.join(&name)).unwrap_or_else(|e| panic!("can't read {name}: {e}"));
        (name, text).hash(&mut hasher);
    }
    hasher.finish()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(inside) = path.strip_prefix(root) {
            let parts: Vec<_> = inside.iter().map(|p| p.to_string_lossy()).collect();
            files.push(parts.join("/"));
        }
    }
}
