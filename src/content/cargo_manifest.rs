//! The Cargo manifest of a foreign pack: what of it a compiler has to be told, whether it takes cargo to build it,
//! and how it is written for a folder of drill's.

use super::model::Exercise;
use super::problem::{Problem, line_of};
use super::source::Source;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Where a pack may have it. The second is that of a checkout of rustlings itself.
const FILES: [&str; 2] = ["Cargo.toml", "dev/Cargo.toml"];

/// What rustlings builds its own exercises with.
const DEFAULT: &str = "\
[package]
name = \"exercises\"
edition = \"2024\"
publish = false

[profile.dev]
panic = \"abort\"

[lints.rust]
unsafe_code = \"forbid\"
unstable_features = \"forbid\"
dead_code = \"allow\"

[lints.clippy]
todo = \"forbid\"
empty_loop = \"forbid\"
infinite_loop = \"deny\"
mem_forget = \"deny\"
";

/// A pack's manifest.
#[derive(Clone, Debug)]
pub struct CargoManifest {
    table: Table,
    /// The folder that its relative paths start from.
    folder: PathBuf,
}

/// What rustc and clippy are told where nothing else of a manifest counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub edition: String,
    /// `--forbid=unsafe_code`, in cargo's order.
    pub rust_lints: Vec<String>,
    /// `--forbid=clippy::todo`, in cargo's order.
    pub clippy_lints: Vec<String>,
    /// `-Cpanic=abort`: the program's.
    pub program: Vec<String>,
    /// The tests', which always unwind.
    pub tests: Vec<String>,
}

impl CargoManifest {
    /// The manifest of the pack in this folder; rustlings' own where it has none.
    pub fn of(source: &Source) -> Result<CargoManifest, Problem> {
        let Source::Folder(root) = source else { return Ok(CargoManifest::default(PathBuf::new())) };
        let root = root.canonicalize().unwrap_or_else(|_| root.clone());
        let mut found = Vec::new();
        for file in FILES {
            let text = match source.read(file) {
                Ok(Some(text)) => text,
                Ok(None) => continue,
                Err(message) => return Err(Problem { file: file.to_string(), line: 0, message }),
            };
            let table: Table = text.parse().map_err(|e: toml::de::Error| Problem {
                file: file.to_string(),
                line: e.span().map_or(0, |span| line_of(&text, span.start)),
                message: e.message().to_string(),
            })?;
            let folder = root.join(file).parent().map_or(root.clone(), Path::to_path_buf);
            found.push(CargoManifest { table, folder });
        }
        // In a checkout of rustlings, or of a tool like it, the first one is the tool's own.
        let with_bins = found.iter().position(|m| m.table.contains_key("bin") && m.is_package());
        let chosen = with_bins.or_else(|| found.iter().position(CargoManifest::is_package));
        Ok(chosen.map_or_else(|| CargoManifest::default(root), |at| found.swap_remove(at)))
    }

    fn default(folder: PathBuf) -> CargoManifest {
        CargoManifest { table: DEFAULT.parse().unwrap_or_default(), folder }
    }

    fn is_package(&self) -> bool {
        self.table.get("package").is_some_and(Value::is_table)
    }

    /// What a compiler is told; `None`: only cargo can build this, for its dependencies or whatever else it has.
    pub fn settings(&self) -> Option<Settings> {
        let empty = |v: &Value| v.as_table().is_some_and(Table::is_empty);
        for (key, value) in &self.table {
            let plain = match key.as_str() {
                "bin" | "package" | "lints" | "profile" => true,
                "dependencies" | "dev-dependencies" | "build-dependencies" | "features" => empty(value),
                "workspace" => {
                    value.as_table().is_some_and(|w| w.keys().all(|k| k == "resolver" || k == "exclude"))
                }
                _ => false,
            };
            if !plain {
                return None;
            }
        }
        let package = self.table.get("package")?.as_table()?;
        if package.contains_key("build")
            || ["build.rs", "src/lib.rs", ".cargo"].iter().any(|f| self.folder.join(f).exists())
        {
            return None;
        }
        let edition = package.get("edition").map_or(Some("2015"), Value::as_str)?;
        if !["2015", "2018", "2021", "2024"].contains(&edition) {
            return None;
        }
        let dev = self.profile("dev")?;
        let tests = self.profile("test")?;
        let merged = |over: &Table| {
            let mut all = dev.clone();
            all.extend(over.clone());
            flags(&all)
        };
        Some(Settings {
            edition: edition.to_string(),
            rust_lints: self.lints("rust")?,
            clippy_lints: self.lints("clippy")?,
            program: merged(&Table::new())?,
            tests: merged(&tests)?.into_iter().filter(|flag| !flag.starts_with("-Cpanic=")).collect(),
        })
    }

    fn profile(&self, name: &str) -> Option<Table> {
        match self.table.get("profile").and_then(|p| p.get(name)) {
            None => Some(Table::new()),
            Some(profile) => profile.as_table().cloned(),
        }
    }

    /// The flags of one tool's lints, in the order in which cargo gives them.
    fn lints(&self, tool: &str) -> Option<Vec<String>> {
        let Some(lints) = self.table.get("lints") else { return Some(Vec::new()) };
        let lints = lints.as_table()?;
        if lints.contains_key("workspace") {
            return None;
        }
        let mut all = Vec::new();
        for (name, lint) in lints.get(tool).and_then(Value::as_table).into_iter().flatten() {
            let (level, priority) = match lint {
                Value::String(level) => (level.as_str(), 0),
                Value::Table(t) if t.keys().all(|k| k == "level" || k == "priority") => {
                    (t.get("level")?.as_str()?, t.get("priority").map_or(Some(0), Value::as_integer)?)
                }
                _ => return None,
            };
            if !["allow", "warn", "deny", "forbid"].contains(&level) {
                return None;
            }
            let name = if tool == "rust" { name.clone() } else { format!("{tool}::{name}") };
            all.push((priority, std::cmp::Reverse(name.clone()), format!("--{level}={name}")));
        }
        all.sort();
        Some(all.into_iter().map(|(_, _, flag)| flag).collect())
    }

    /// The manifest for a folder that holds these exercises' stubs at their places, and nothing else of the pack:
    /// what else it refers to is found where the pack is. `bins` are further programs, by name and path.
    pub fn written<'e>(
        &self,
        exercises: impl IntoIterator<Item = &'e Exercise>,
        bins: &[(&str, &str)],
    ) -> String {
        let mut table = self.table.clone();
        for key in ["bin", "example", "test", "bench"] {
            table.remove(key);
        }
        self.point_back(&mut table);
        if let Some(package) = table.get_mut("package").and_then(Value::as_table_mut) {
            for key in ["autobins", "autoexamples", "autotests", "autobenches"] {
                package.insert(key.to_string(), Value::Boolean(false));
            }
            for key in ["default-run", "workspace", "readme", "license-file"] {
                package.remove(key);
            }
        }
        // Cargo looks no further up, also when the folder is inside another package.
        let workspace = table.entry("workspace").or_insert_with(|| Value::Table(Table::new()));
        if let Some(workspace) = workspace.as_table_mut() {
            for key in ["members", "default-members", "exclude"] {
                workspace.remove(key);
            }
        }
        let own = exercises.into_iter().map(|e| (e.name().to_string(), e.stub_path()));
        let more = bins.iter().map(|(name, path)| ((*name).to_string(), (*path).to_string()));
        let bin = |(name, path): (String, String)| {
            Value::Table(
                [("name".to_string(), name.into()), ("path".to_string(), path.into())].into_iter().collect(),
            )
        };
        table.insert("bin".to_string(), Value::Array(own.chain(more).map(bin).collect()));
        toml::to_string(&table).unwrap_or_default()
    }

    /// Makes paths absolute that lead to other parts of the pack.
    fn point_back(&self, table: &mut Table) {
        let absolute = |value: &mut Value| {
            if let Value::String(path) = value {
                *path = self.folder.join(path.as_str()).display().to_string();
            }
        };
        let dependencies = |table: &mut Table| {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                for (_, dependency) in table.get_mut(kind).and_then(Value::as_table_mut).into_iter().flatten()
                {
                    if let Some(path) = dependency.get_mut("path") {
                        absolute(path);
                    }
                }
            }
        };
        dependencies(table);
        for group in ["target", "workspace", "patch"] {
            let Some(group_table) = table.get_mut(group).and_then(Value::as_table_mut) else { continue };
            if group == "workspace" {
                dependencies(group_table);
                continue;
            }
            for (_, inner) in group_table {
                let Some(inner) = inner.as_table_mut() else { continue };
                if group == "target" {
                    dependencies(inner);
                } else {
                    inner.iter_mut().filter_map(|(_, d)| d.get_mut("path")).for_each(absolute);
                }
            }
        }
        if self.folder.join("src/lib.rs").is_file() {
            let lib = table.entry("lib").or_insert_with(|| Value::Table(Table::new()));
            if let Some(lib) = lib.as_table_mut() {
                lib.entry("path").or_insert_with(|| "src/lib.rs".into());
            }
        }
        if let Some(path) = table.get_mut("lib").and_then(|lib| lib.get_mut("path")) {
            absolute(path);
        }
        if let Some(package) = table.get_mut("package").and_then(Value::as_table_mut) {
            if self.folder.join("build.rs").is_file() {
                package.entry("build").or_insert_with(|| "build.rs".into());
            }
            if let Some(build) = package.get_mut("build") {
                absolute(build);
            }
        }
    }

    /// The pack's own settings for cargo.
    pub fn config(&self) -> Option<PathBuf> {
        ["config.toml", "config"]
            .iter()
            .map(|name| self.folder.join(".cargo").join(name))
            .find(|p| p.is_file())
    }

    /// The versions that its author built it with.
    pub fn lock_file(&self) -> Option<PathBuf> {
        Some(self.folder.join("Cargo.lock")).filter(|p| p.is_file())
    }
}

/// A profile's flags; `None`: it has a setting that only cargo knows to carry out.
fn flags(profile: &Table) -> Option<Vec<String>> {
    let mut flags = Vec::new();
    for (key, value) in profile {
        match (key.as_str(), value) {
            ("opt-level", Value::Integer(n)) => flags.push(format!("-Copt-level={n}")),
            ("opt-level" | "panic", Value::String(s)) => flags.push(format!("-C{key}={s}")),
            ("overflow-checks" | "debug-assertions", Value::Boolean(b)) => {
                flags.push(format!("-C{key}={}", if *b { "on" } else { "off" }));
            }
            // What a verdict does not depend on.
            ("debug" | "strip" | "incremental" | "codegen-units" | "lto" | "split-debuginfo", _) => {}
            _ => return None,
        }
    }
    Some(flags)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn pack(files: &[(&str, &str)]) -> (tempfile::TempDir, CargoManifest) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = dir.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let manifest = CargoManifest::of(&Source::Folder(dir.path().to_path_buf())).unwrap();
        (dir, manifest)
    }

    const PLAIN: &str =
        "bin = [{ name = 'a', path = 'exercises/a.rs' }]\n[package]\nname = 'p'\nedition = '2021'\n";

    #[test]
    fn without_a_manifest_it_is_what_rustlings_builds_with() {
        let (_dir, manifest) = pack(&[]);
        let settings = manifest.settings().unwrap();
        assert_eq!(settings.edition, "2024");
        assert_eq!(settings.program, ["-Cpanic=abort"]);
        assert_eq!(settings.tests, [""; 0]);
        assert!(settings.rust_lints.contains(&"--forbid=unsafe_code".to_string()));
        assert!(settings.clippy_lints.contains(&"--forbid=clippy::todo".to_string()));
    }

    #[test]
    fn lints_and_profiles_become_flags_in_cargos_order() {
        let text = format!(
            "{PLAIN}[lints.clippy]\nall = {{ level = 'deny', priority = -1 }}\nneedless_return = 'allow'\nb = 'warn'\n\
             [profile.dev]\nopt-level = 1\npanic = 'abort'\ndebug = true\n[profile.test]\nopt-level = 's'\noverflow-checks = false\n\
             [dependencies]\n[workspace]\n"
        );
        let (_dir, manifest) = pack(&[("Cargo.toml", &text)]);
        let settings = manifest.settings().unwrap();
        assert_eq!(settings.edition, "2021");
        assert_eq!(
            settings.clippy_lints,
            ["--deny=clippy::all", "--allow=clippy::needless_return", "--warn=clippy::b"]
        );
        assert_eq!(settings.program, ["-Copt-level=1", "-Cpanic=abort"]);
        assert_eq!(settings.tests, ["-Copt-level=s", "-Coverflow-checks=off"]);
    }

    #[test]
    fn what_only_cargo_can_build_is_left_to_cargo() {
        for more in [
            "[dependencies]\nrand = '0.9'",
            "[target.'cfg(unix)'.dependencies]\nx = '1'",
            "[lints]\nworkspace = true",
            "[profile.dev.package.x]\nopt-level = 3",
            "[lib]\npath = 'x.rs'",
            "[lints.rust]\nunexpected_cfgs = { level = 'warn', check-cfg = ['cfg(x)'] }",
        ] {
            let (_dir, manifest) = pack(&[("Cargo.toml", &format!("{PLAIN}{more}\n"))]);
            assert_eq!(manifest.settings(), None, "{more}");
        }
        for file in ["build.rs", "src/lib.rs", ".cargo/config.toml"] {
            let (_dir, manifest) = pack(&[("Cargo.toml", PLAIN), (file, "")]);
            assert_eq!(manifest.settings(), None, "{file}");
        }
        let (_dir, manifest) = pack(&[("Cargo.toml", PLAIN), ("src/main.rs", "")]);
        assert!(manifest.settings().is_some());
    }

    #[test]
    fn the_manifest_of_the_tool_itself_is_not_the_packs() {
        let tool = "[package]\nname = 'tool'\nedition = '2024'\n[dependencies]\nclap = '4'\n";
        let (_dir, manifest) = pack(&[("Cargo.toml", tool), ("dev/Cargo.toml", PLAIN)]);
        assert_eq!(manifest.settings().unwrap().edition, "2021");
        let (_dir, manifest) = pack(&[("Cargo.toml", "[workspace]\nmembers = ['x']\n")]);
        assert_eq!(manifest.settings().unwrap().edition, "2024");
    }

    #[test]
    fn a_broken_manifest_has_a_line() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("Cargo.toml"), "[package]\nname = \n").unwrap();
        let problem = CargoManifest::of(&Source::Folder(dir.path().to_path_buf())).unwrap_err();
        assert_eq!((problem.file.as_str(), problem.line), ("Cargo.toml", 2));
    }

    #[test]
    fn written_anew_it_leads_back_to_the_pack() {
        let text = format!(
            "{PLAIN}[workspace]\nmembers = ['helper']\n[dependencies]\nhelper = {{ path = 'helper' }}\nup = {{ path = '../up' }}\nrand = '0.9'\n"
        );
        let (dir, manifest) = pack(&[("Cargo.toml", &text), ("src/lib.rs", ""), ("Cargo.lock", "")]);
        let root = dir.path().canonicalize().unwrap();
        let written: Table = manifest.written([], &[("b", "b.rs")]).parse().unwrap();
        assert_eq!(written["dependencies"]["helper"]["path"].as_str(), root.join("helper").to_str());
        assert_eq!(written["dependencies"]["up"]["path"].as_str(), root.join("../up").to_str());
        assert_eq!(written["dependencies"]["rand"].as_str(), Some("0.9"));
        assert_eq!(written["lib"]["path"].as_str(), root.join("src/lib.rs").to_str());
        assert_eq!(written["bin"].as_array().unwrap().len(), 1);
        assert_eq!(written["workspace"].as_table().unwrap().len(), 0);
        assert!(manifest.lock_file().is_some() && manifest.config().is_none());
    }
}
