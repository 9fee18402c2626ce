//! A learner's desk: a temporary folder with a workspace in it, and `drill` run there with a clean environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;
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

    /// The same with a copy of the fixture in `pack/`, for tests that change content.
    pub fn with_own_pack(pack: &str) -> Desk {
        let mut desk = Desk::with_pack(pack);
        let own = desk.path("pack");
        copy_folder(desk.pack.as_ref().unwrap(), &own);
        desk.pack = Some(own);
        desk
    }

    /// With a workspace of the fixture in `drill-workspace/`.
    #[track_caller]
    pub fn with_workspace(pack: &str) -> Desk {
        let desk = Desk::with_pack(pack);
        desk.drill(&["init"]).exits(0);
        desk
    }

    /// The same with the check kit built already, which takes longest in a first verdict.
    #[track_caller]
    pub fn with_built_kit(pack: &str) -> Desk {
        Desk::with_workspace(pack).with_kit()
    }

    /// The check kit built already in its workspace.
    #[track_caller]
    pub fn with_kit(self) -> Desk {
        self.with_kit_in("drill-workspace/.drill/cache")
    }

    /// The check kit built already, in this cache.
    #[track_caller]
    pub fn with_kit_in(self, own: &str) -> Desk {
        let cache = workshop().join("cache");
        for entry in std::fs::read_dir(cache).unwrap().flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with("kit-") {
                let copy = self.path(own).join(name);
                copy_folder(&entry.path(), &copy);
            }
        }
        self
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
        let mut command = self.program(assert_cmd::cargo::cargo_bin!("drill"));
        command.args(args);
        if let Some(pack) = &self.pack {
            command.arg("--pack").arg(pack);
        }
        command
    }

    /// Another program in the desk's folder: cargo, git.
    pub fn program(&self, name: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(name);
        command.current_dir(self.dir.path());
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
        command.stdin(std::process::Stdio::null());
        command
    }

    #[track_caller]
    pub fn drill(&self, args: &[&str]) -> Call {
        Call::of(&self.command(args).output().unwrap())
    }

    /// `drill` in a folder inside the desk.
    #[track_caller]
    pub fn drill_in(&self, folder: &str, args: &[&str]) -> Call {
        Call::of(&self.command(args).current_dir(self.path(folder)).output().unwrap())
    }

    /// `drill` on a terminal of its own, where `typed` is typed at once; what it showed is in `stdout`.
    pub fn drill_on_terminal(&self, args: &[&str], typed: &str) -> Call {
        Self::on_terminal(&self.command(args), self.dir.path(), typed)
    }

    /// The same, aborted just before the `at`-th change of a file.
    pub fn drill_on_terminal_aborted_at(&self, at: u64, args: &[&str], typed: &str) -> Call {
        Self::on_terminal(self.command(args).env("DRILL_FAULT_AT", at.to_string()), self.dir.path(), typed)
    }

    fn on_terminal(plain: &Command, folder: &Path, typed: &str) -> Call {
        use portable_pty::{CommandBuilder, PtySize, native_pty_system};
        use std::io::{Read as _, Write as _};
        let mut command = CommandBuilder::new(plain.get_program());
        command.args(plain.get_args());
        command.cwd(folder);
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        let size = PtySize { rows: 40, cols: 100, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut writer = pair.master.take_writer().unwrap();
        writer.write_all(typed.as_bytes()).unwrap();
        // Read to the end, which some systems report as an error: the terminal is gone.
        let mut shown = Vec::new();
        let mut part = [0; 4096];
        while let Ok(n @ 1..) = reader.read(&mut part) {
            shown.extend_from_slice(&part[..n]);
        }
        let status = child.wait().unwrap();
        let stdout = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
        Call { code: i32::try_from(status.exit_code()).unwrap(), stdout, stderr: String::new() }
    }

    /// `drill` that aborts just before its `at`-th change of a file; `None` when it ended before that.
    #[track_caller]
    pub fn drill_aborted_at(&self, at: u64, args: &[&str]) -> Option<Call> {
        let call = Call::of(&self.command(args).env("DRILL_FAULT_AT", at.to_string()).output().unwrap());
        if call.code == ABORTED {
            return Some(call);
        }
        assert_eq!(call.code, 0, "fault {at}: {}{}", call.stdout, call.stderr);
        None
    }

    /// `drill` on a disk that is full from its `at`-th change of a file on; `None` when that did not matter.
    #[track_caller]
    pub fn drill_on_full_disk(&self, at: u64, args: &[&str]) -> Option<Call> {
        let mut command = self.command(args);
        command.env("DRILL_FAULT_AT", at.to_string()).env("DRILL_FAULT_KIND", "enospc");
        let call = Call::of(&command.output().unwrap());
        (call.code != 0).then_some(call)
    }

    /// Paths of all files below a folder, sorted, with forward slashes.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let root = self.path(folder);
        let (mut found, mut open) = (Vec::new(), vec![root.clone()]);
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().flatten() {
                if entry.file_type().unwrap().is_dir() {
                    open.push(entry.path());
                } else {
                    found
                        .push(entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }
}

/// The private folder of a workspace that outlives the tests, where `drill` has built the kit.
fn workshop() -> PathBuf {
    static BUILT: Once = Once::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("workshop");
    BUILT.call_once(|| {
        let desk = Desk::with_pack("one-topic");
        let workspace = folder.to_str().unwrap();
        desk.drill(&["init", workspace]).exits(0);
        // An older drill may have remembered another compiler there.
        let _ = std::fs::remove_file(folder.join(".drill/cache/toolchain"));
        desk.drill(&["run", "01-take", "--workspace", workspace]).exits(1).says("not written yet");
    });
    folder.join(".drill")
}

/// The code of a call that a signal ended.
pub const ABORTED: i32 = -1;

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let copy = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &copy);
        } else {
            std::fs::copy(entry.path(), copy).unwrap();
        }
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
