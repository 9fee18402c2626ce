//! The house rules that a program can check: shape of the sources, direction of imports, one owner for each
//! foreign interface, what each part must not know, and what the package holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

pub const MAX_LINES: usize = 400;

/// Files that are longer, each with the reason. None gets longer than it is.
const LONG: &[(&str, usize, &str)] = &[];

/// Which file may use a crate; `x/` stands for a folder, `(tests)` for tests only. A dependency has an owner, so
/// that it can be replaced in one place; one that nobody uses has none and is not a dependency.
const OWNERS: &[(&str, &[&str])] = &[
    ("clap", &["src/main.rs", "src/cli.rs", "src/cli/", "src/commands/completions.rs"]),
    ("clap_complete", &["src/cli.rs", "src/commands/completions.rs"]),
    ("colored", &["src/render/theme.rs"]),
    ("crossterm", &["src/terminal.rs", "src/terminal/", "src/watch/keys/other.rs"]),
    ("humantime", &["src/progress/moment.rs"]),
    ("miniz_oxide", &["src/content/source.rs"]),
    ("notify", &["src/watch/files.rs", "src/doctor/place.rs"]),
    ("prettyplease", &["src/compile/interface.rs"]),
    ("proc_macro2", &["src/proof/mutants/given.rs"]),
    ("pulldown_cmark", &["src/content/outline.rs", "src/render/markdown/"]),
    (
        "rustix",
        &[
            "src/process.rs",
            "src/process/limited.rs",
            "src/process/strays.rs",
            "src/run.rs",
            "src/terminal/full_screen.rs",
            "src/watch/keys.rs",
            "src/watch/signals.rs",
            "src/doctor/place.rs",
        ],
    ),
    (
        "serde",
        &[
            "src/compile/diagnostic.rs",
            "src/run/report.rs",
            "src/recording.rs",
            "src/render/json.rs",
            "src/render/verify/json.rs",
            "src/list.rs",
        ],
    ),
    (
        "serde_json",
        &[
            "src/compile/diagnostic.rs",
            "src/run/report.rs",
            "src/recording.rs",
            "src/render/json.rs",
            "src/render/verify/json.rs",
            "src/list.rs",
        ],
    ),
    ("signal_hook", &["src/process.rs", "src/terminal/screen.rs", "src/watch/signals.rs"]),
    ("similar", &["src/render/hint.rs", "src/render/verdict/trace.rs"]),
    ("strsim", &["src/text.rs"]),
    ("svg", &["src/render/chart/svg.rs"]),
    (
        "syn",
        &["src/compile/interface.rs", "src/proof/decoy.rs", "src/proof/mutants.rs", "src/proof/mutants/"],
    ),
    ("tempfile", &["src/attempt.rs", "src/fsx.rs", "src/doctor/place.rs", "src/commands/verify.rs"]),
    (
        "toml",
        &[
            "src/content/decode.rs",
            "src/content/cargo_manifest.rs",
            "src/progress/",
            "src/workspace/record.rs",
            "src/doctor/place.rs",
        ],
    ),
    ("unicode_width", &["src/render/layout.rs", "src/render/markdown/inline.rs"]),
];

/// Who starts processes.
const STARTS_PROCESSES: &[&str] = &[
    "src/process.rs",
    "src/process/limited.rs",
    "src/compile/rustfmt.rs",
    "src/compile/toolchain.rs",
    "src/doctor/tools.rs",
    "src/terminal/pager.rs",
    "src/watch/foreground.rs",
];

/// Asks the world outside: files, processes, variables, threads, the clock.
const WORLD: &[&str] =
    &["std::fs", "fs::", "use std::process", "env::", "thread::", "Instant::now", "SystemTime::now"];
const CLOCK: &[&str] = &["Instant::now", "SystemTime::now"];

/// What a part must not use, tests aside. ARCHITECTURE.md says why.
const ABSENT: &[(&str, &[&str])] = &[
    ("src/text.rs", WORLD),
    ("src/itinerary.rs", WORLD),
    ("src/slice.rs", WORLD),
    ("src/slice/", WORLD),
    ("src/list.rs", WORLD),
    ("src/list/", WORLD),
    ("src/verdict.rs", WORLD),
    ("src/judge.rs", WORLD),
    ("src/proof.rs", WORLD),
    ("src/proof/", WORLD),
    ("src/quiz.rs", WORLD),
    ("src/quiz/", WORLD),
    ("src/render.rs", WORLD),
    ("src/render/", WORLD),
    ("src/watch/state.rs", WORLD),
    ("src/watch/screen.rs", WORLD),
    ("src/progress.rs", CLOCK),
    ("src/verdict.rs", &["serde"]),
    ("src/content/model.rs", &["serde::", "toml::"]),
    ("src/process.rs", &["rustc", "exercise"]),
    ("src/run.rs", &["render::", "Outcome"]),
    ("src/compile/", &["crate::run", "crate::judge"]),
];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the repository.
#[track_caller]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Files below a folder of the repository, sorted, with forward slashes.
pub fn files(folder: &str) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let inside = path.strip_prefix(root()).unwrap();
                found.push(inside.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

pub fn is_rust(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|ending| ending == "rs")
}

fn sources() -> Vec<(String, String)> {
    let files = files("src").into_iter().filter(|f| is_rust(f));
    files.map(|f| (f.clone(), read(&f))).collect()
}

/// Code of what is shipped: tests left out, comments blank, so that lines keep their numbers.
fn code(file: &str, text: &str) -> String {
    if file.ends_with("/tests.rs") || file == "src/progress/arbitrary.rs" {
        return String::new();
    }
    let tests = ["#[cfg(test)]\nmod tests", "#[cfg(all(test, unix))]\nmod tests"];
    let end = tests.iter().filter_map(|tests| text.find(tests)).min().unwrap_or(text.len());
    let shown = |line: &str| if line.trim_start().starts_with("//") { "" } else { line }.to_string() + "\n";
    text[..end].lines().map(shown).collect()
}

fn is_in(file: &str, places: &[&str]) -> bool {
    places.iter().any(|place| file == *place || (place.ends_with('/') && file.starts_with(place)))
}

/// Whether a path that begins with `name` stands in the code: `toml::Table`, `use toml;`.
fn uses(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
    })
}

/// Fails with all complaints at once.
#[track_caller]
pub fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_source_says_what_it_owns_and_is_short() {
    let mut bad = Vec::new();
    for (file, text) in sources().into_iter().chain(tests()) {
        if !text.starts_with("//! ") {
            bad.push(format!("{file} does not start with `//!` and what it owns"));
        }
        let lines = text.lines().count();
        let allowed = LONG.iter().find(|(f, ..)| *f == file).map_or(MAX_LINES, |(_, lines, _)| *lines);
        if lines > allowed {
            bad.push(format!("{file} has {lines} lines; {allowed} are the limit"));
        }
        if allowed > MAX_LINES && lines <= MAX_LINES {
            bad.push(format!("{file} has {lines} lines: take it off the list of long files"));
        }
    }
    none(&bad);
}

fn tests() -> Vec<(String, String)> {
    let own = |f: &String| is_rust(f) && !f.starts_with("tests/fixtures/");
    files("tests").into_iter().filter(own).map(|f| (f.clone(), read(&f))).collect()
}

#[test]
fn the_map_in_architecture_names_every_source_and_nothing_else() {
    let text = read("ARCHITECTURE.md");
    let map = text.split_once("## Code map").expect("a section `Code map`").1;
    let map = map.split("\n## ").next().unwrap();
    let named: Vec<&str> =
        map.lines().filter_map(|l| l.split_whitespace().next()).filter(|w| w.starts_with("src/")).collect();
    let mut bad = Vec::new();
    let there: Vec<String> = sources().into_iter().map(|(file, _)| file).collect();
    for file in &there {
        if !is_in(file, &named) {
            bad.push(format!("ARCHITECTURE.md: the code map lacks a line for `{file}`"));
        }
    }
    for (i, name) in named.iter().enumerate() {
        if !there.iter().any(|file| is_in(file, &[name])) {
            bad.push(format!("ARCHITECTURE.md: the code map names `{name}`, which is not there"));
        }
        if named[..i].contains(name) {
            bad.push(format!("ARCHITECTURE.md: the code map names `{name}` twice"));
        }
    }
    for line in map.lines().filter(|l| l.starts_with("src/") && l.split_whitespace().count() < 3) {
        bad.push(format!("ARCHITECTURE.md: `{line}` does not say what is there"));
    }
    none(&bad);
}

/// The modules of `lib.rs`, in its order.
fn layers() -> Vec<String> {
    let text = read("src/lib.rs");
    let name = |l: &str| Some(l.strip_prefix("pub mod ")?.strip_suffix(';')?.to_string());
    text.lines().filter_map(name).collect()
}

#[test]
fn modules_import_only_what_comes_before_them_in_lib_rs() {
    let layers = layers();
    let place = |module: &str| layers.iter().position(|l| l == module);
    let mut bad = Vec::new();
    for (file, text) in sources() {
        let module = file.trim_start_matches("src/").split(['/', '.']).next().unwrap();
        let Some(own) = place(module) else {
            assert!(["lib", "main"].contains(&module), "{file} is in no layer");
            continue;
        };
        for (n, line) in code(&file, &text).lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                let name: String =
                    line[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                match place(&name) {
                    Some(other) if other <= own => {}
                    Some(_) => bad.push(format!("{file}:{}: `{module}` comes before `{name}`", n + 1)),
                    None => bad.push(format!("{file}:{}: import by one path a line: `{line}`", n + 1)),
                }
            }
            // From a top-level file this leads to its siblings.
            if file.matches('/').count() == 1 && line.starts_with("use super::") {
                bad.push(format!("{file}:{}: write `crate::`: `{line}`", n + 1));
            }
            if line.trim_start().starts_with("use ")
                && line.contains("::*;")
                && line.trim() != "use super::*;"
            {
                bad.push(format!("{file}:{}: no globs: a reader looks for the layers here", n + 1));
            }
        }
    }
    none(&bad);
}

#[test]
fn every_foreign_crate_has_its_owners_and_every_dependency_is_used() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let declared: BTreeSet<String> =
        manifest["dependencies"].as_table().unwrap().keys().map(|k| k.replace('-', "_")).collect();
    let owned: BTreeSet<String> = OWNERS.iter().map(|(name, _)| (*name).to_string()).collect();
    let mut bad: Vec<String> = declared
        .symmetric_difference(&owned)
        .map(|name| format!("`{name}` is in only one of Cargo.toml and the list of owners"))
        .collect();
    for (name, places) in OWNERS {
        let mut idle: BTreeSet<&str> = places.iter().copied().collect();
        for (file, text) in sources() {
            if uses(&code(&file, &text), name) {
                if !is_in(&file, places) {
                    bad.push(format!("{file} uses `{name}`, which belongs to {places:?}"));
                }
                idle.retain(|place| !is_in(&file, &[place]));
            }
        }
        bad.extend(idle.iter().map(|place| format!("{place} does not use `{name}` any more")));
    }
    none(&bad);
}

#[test]
fn only_few_start_processes() {
    let mut bad = Vec::new();
    for (file, text) in sources() {
        let code = code(&file, &text);
        let starts = code.contains("Command::new(");
        if starts != STARTS_PROCESSES.contains(&file.as_str()) && file != "src/process.rs" {
            bad.push(format!("{file}: starts processes: {starts}; the list of who does says otherwise"));
        }
    }
    none(&bad);
}

#[test]
fn parts_do_not_know_what_they_must_not() {
    let mut bad = Vec::new();
    for (place, absent) in ABSENT {
        let mut seen = false;
        for (file, text) in sources().iter().filter(|(file, _)| is_in(file, &[place])) {
            seen = true;
            for (n, line) in code(file, text).lines().enumerate() {
                for word in absent.iter().filter(|word| line.contains(**word)) {
                    bad.push(format!("{file}:{}: `{word}` in `{}`", n + 1, line.trim()));
                }
            }
        }
        assert!(seen, "there is no {place}");
    }
    none(&bad);
}

#[test]
fn nothing_names_a_path_of_one_machine() {
    let folders = ["src", "checks", "exercises", "solutions", "tests"].into_iter().flat_map(files);
    let top = fs::read_dir(root()).unwrap().flatten().filter(|e| e.path().is_file());
    let top = top.map(|e| e.file_name().into_string().unwrap());
    let mut bad = Vec::new();
    for file in folders.chain(top).filter(|f| f != ".git") {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (n, line) in text.lines().enumerate() {
            for place in ["root", "home", "work", "tmp", "Users"].map(|name| format!("/{name}/")) {
                for (at, _) in line.match_indices(&place) {
                    let before = line[..at].chars().next_back();
                    if before.is_none_or(|c| !c.is_alphanumeric() && !['.', '~', '-', '_', '}'].contains(&c))
                    {
                        bad.push(format!("{file}:{}: {}", n + 1, line.trim()));
                    }
                }
            }
        }
    }
    none(&bad);
}

#[test]
fn the_package_holds_all_content_and_the_lock_file() {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut call = Command::new(cargo);
    call.current_dir(root()).args(["package", "--list", "--allow-dirty", "--offline"]);
    let output = call.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).unwrap();
    let packed: BTreeSet<String> = list.lines().map(|l| l.replace('\\', "/")).collect();
    let visible = |f: &String| !f.split('/').any(|part| part.starts_with('.'));
    let content = ["exercises", "solutions", "checks"].into_iter().flat_map(files).filter(visible);
    let root_files = ["Cargo.lock", "build.rs", "README.md", "LICENSE-MIT", "LICENSE-APACHE"];
    let wanted: BTreeSet<String> = content.chain(root_files.map(ToString::to_string)).collect();
    let missing: Vec<&String> = wanted.difference(&packed).collect();
    assert!(missing.is_empty(), "the package lacks {missing:#?}");
    assert!(wanted.len() > 30, "that is all content?");
    // Where this is a checkout, and git may look at it.
    let tracked = Command::new("git").current_dir(root()).args(["ls-files", "Cargo.lock"]).output();
    if let Ok(tracked) = tracked
        && tracked.status.success()
        && root().join(".git").exists()
    {
        assert_eq!(tracked.stdout, b"Cargo.lock\n", "Cargo.lock is not committed");
    }
}
