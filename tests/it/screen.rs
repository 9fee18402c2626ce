//! A terminal for tests: `drill` on a pseudo-terminal, its screen read by a terminal emulator. Waits for what
//! is to be seen, with a deadline.

use crate::desk::Desk;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Far longer than anything takes, so that only a failure waits for it.
pub const DEADLINE: Duration = Duration::from_secs(90);

pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Option<Box<dyn Write + Send>>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// All that was ever printed.
    pub log: String,
}

impl Screen {
    /// `drill` on the desk, on a terminal of this size.
    pub fn open(desk: &Desk, args: &[&str], rows: u16, columns: u16) -> Screen {
        Screen::open_with(desk, args, &[], rows, columns)
    }

    /// The same with more environment variables.
    pub fn open_with(
        desk: &Desk,
        args: &[&str],
        variables: &[(&str, &str)],
        rows: u16,
        columns: u16,
    ) -> Screen {
        Screen::run(&desk.command(args), variables, rows, columns)
    }

    /// Any program.
    pub fn run(plain: &Command, variables: &[(&str, &str)], rows: u16, columns: u16) -> Screen {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(plain.get_program());
        command.args(plain.get_args());
        command.cwd(plain.get_current_dir().unwrap());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = Some(pair.master.take_writer().unwrap());
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = vt100::Parser::new(rows, columns, 0);
        Screen { child, master: pair.master, writer, output, parser, log: String::new() }
    }

    /// Waits until the screen shows `text`, and answers the screen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> String {
        self.until(text, |screen| screen.contains(text))
    }

    /// Waits until the line with the cursor begins with `text`.
    #[track_caller]
    pub fn prompts(&mut self, text: &str) -> String {
        self.until(text, |screen| screen.trim_end().lines().last().is_some_and(|l| l.starts_with(text)))
    }

    /// Waits until `text` was printed `times` times, whatever became of it, and answers the screen.
    #[track_caller]
    pub fn printed(&mut self, text: &str, times: usize) -> String {
        let start = Instant::now();
        while self.log.matches(text).count() < times {
            match self.output.recv_timeout(DEADLINE.saturating_sub(start.elapsed())) {
                Ok(bytes) => self.feed(&bytes),
                Err(end) => panic!("{end}: not {times} times {text:?}; the screen:\n{}", self.now()),
            }
        }
        self.now()
    }

    /// Waits until something that is not on the screen holds, reading on meanwhile.
    #[track_caller]
    pub fn until_there(&mut self, text: &str, holds: impl Fn() -> bool) {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < DEADLINE, "never {text}; the screen:\n{}", self.now());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(10)) {
                self.feed(&bytes);
            }
        }
    }

    /// Waits until the screen is as it should be; `text` says how.
    #[track_caller]
    pub fn until(&mut self, text: &str, holds: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.parser.screen().contents();
            if !self.is_amid_a_frame() && holds(&screen) {
                return screen;
            }
            let left = DEADLINE.saturating_sub(start.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.feed(&bytes),
                Err(end) => panic!("{end}: no {text:?} on the screen:\n{screen}"),
            }
        }
    }

    /// Whether a picture has begun and is not complete: what is seen now nobody ever sees.
    fn is_amid_a_frame(&self) -> bool {
        self.log.rfind("\x1b[?2026h") > self.log.rfind("\x1b[?2026l")
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.log += &String::from_utf8_lossy(bytes);
    }

    /// What is on the screen, as far as it was read.
    pub fn now(&self) -> String {
        self.parser.screen().contents()
    }

    /// Sends text as if typed; `\r` is Enter.
    pub fn types(&mut self, text: &str) -> &mut Screen {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        writer.flush().unwrap();
        self
    }

    pub fn resize(&mut self, rows: u16, columns: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
        self.parser.screen_mut().set_size(rows, columns);
    }

    /// Waits for the end; the exit code.
    #[track_caller]
    pub fn exits(&mut self) -> u32 {
        let start = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.exit_code();
            }
            assert!(start.elapsed() < DEADLINE, "still running:\n{}", self.parser.screen().contents());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.feed(&bytes);
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.feed(&bytes);
        }
        code
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: rustix::process::Signal) {
        use rustix::process::{Pid, kill_process};
        let pid = self.child.process_id().and_then(|pid| i32::try_from(pid).ok()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// The normal screen, with a cursor, wrapping long lines.
    pub fn is_given_back(&self) -> bool {
        let screen = self.parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && self.log.rfind("\x1b[?7l") <= self.log.rfind("\x1b[?7h")
    }

    /// The terminal's modes: echo, line mode, signals...
    pub fn modes(&self) -> String {
        format!("{:?}", self.master.get_termios())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Whoever has ended may not be killed: the number may mean somebody else now.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
