//! A learner's desk: a temporary folder with a workspace in it, and `drill` run there with a clean environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub struct Desk {
    dir: TempDir,
    /// The pack to use instead of the embedded content.
    pack: Option<PathBuf>,
}

/// What one call came to.
pub struct Call {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Desk {
    /// An empty folder, with the fixture content of `tests/fixtures/<pack>`.
    pub fn with_pack(pack: &str) -> Desk {
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(pack);
        assert!(pack.is_dir(), "no fixture {}", pack.display());
        Desk { dir: TempDir::new().unwrap(), pack: Some(pack) }
    }

    /// An empty folder, with the embedded content.
    pub fn with_content() -> Desk {
        Desk { dir: TempDir::new().unwrap(), pack: None }
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.dir.path().join(inside)
    }

    #[track_caller]
    pub fn read(&self, inside: &str) -> String {
        std::fs::read_to_string(self.path(inside)).unwrap_or_else(|e| panic!("{inside}: {e}"))
    }

    #[track_caller]
    pub fn write(&self, inside: &str, text: &str) -> &Desk {
        let path = self.path(inside);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// `drill` in the desk's folder, with nothing of the tester's own settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("drill"));
        command.current_dir(self.dir.path()).args(args);
        for name in [
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "RUSTFLAGS",
            "RUSTC_WRAPPER",
            "VISUAL",
            "EDITOR",
            "PAGER",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(name);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.env("LANG", "C.UTF-8").env_remove("LC_ALL").env_remove("LC_CTYPE");
        if let Some(pack) = &self.pack {
            command.arg("--pack").arg(pack);
        }
        command.stdin(std::process::Stdio::null());
        command
    }

    #[track_caller]
    pub fn drill(&self, args: &[&str]) -> Call {
        Call::of(&self.command(args).output().unwrap())
    }
}

impl Call {
    pub fn of(output: &Output) -> Call {
        Call {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Call {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output holds `text`.
    #[track_caller]
    pub fn says(self, text: &str) -> Call {
        assert!(
            self.stdout.contains(text),
            "no {text:?} in stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Standard error holds `text`.
    #[track_caller]
    pub fn complains(self, text: &str) -> Call {
        assert!(
            self.stderr.contains(text),
            "no {text:?} in stderr:\n{}\nstdout:\n{}",
            self.stderr,
            self.stdout
        );
        self
    }
}
