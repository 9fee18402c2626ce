//! What a program prints, kept to a head and a tail: a flood costs neither memory nor disk.

use crate::failure::Failure;
use crate::verdict::Captured;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes kept of the beginning and of the end.
const HEAD: u64 = 16 << 10;
const TAIL: u64 = 16 << 10;
/// The file is cut when it grows beyond this.
const CUT: u64 = 1 << 20;

/// One stream, written to a file that is cut while the program runs.
pub struct Capture {
    path: PathBuf,
    file: File,
    head: Option<Vec<u8>>,
    /// What stood last when the file was cut the last time.
    before: Vec<u8>,
    cut: u64,
}

impl Capture {
    pub fn create(path: &Path) -> Result<Capture, Failure> {
        let failed = |e| Failure::environment(format!("can't write `{}`: {e}", path.display()));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .map_err(failed)?;
        Ok(Capture { path: path.to_path_buf(), file, head: None, before: Vec::new(), cut: 0 })
    }

    /// The program's end of it: appends, so that cutting moves its next write to the front.
    pub fn writer(&self) -> Result<File, Failure> {
        OpenOptions::new()
            .append(true)
            .open(&self.path)
            .map_err(|e| Failure::environment(format!("can't write `{}`: {e}", self.path.display())))
    }

    /// Cuts the file when it is long, keeping its head the first time.
    pub fn trim(&mut self) {
        let Ok(len) = self.file.metadata().map(|m| m.len()) else { return };
        if len <= CUT {
            return;
        }
        if self.head.is_none() {
            self.head = Some(self.read(0, HEAD));
        }
        let last = self.read(len.saturating_sub(TAIL), TAIL);
        if self.file.set_len(0).is_ok() {
            self.before = last;
            self.cut += len;
        }
    }

    /// Head and tail of all that was printed.
    pub fn finish(mut self) -> Captured {
        let len = self.file.metadata().map_or(0, |m| m.len());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match self.head.take() {
            None if len <= HEAD + TAIL => {
                let all = self.read(0, len);
                Captured { head: text(&all), skipped: 0, tail: String::new() }
            }
            head => {
                let head = head.unwrap_or_else(|| self.read(0, HEAD));
                let mut tail = self.read(len.saturating_sub(TAIL), TAIL);
                // Little came after the last cut: what was cut completes it.
                let lacks = usize::try_from(TAIL).unwrap_or(0).saturating_sub(tail.len());
                let from = self.before.len().saturating_sub(lacks);
                tail.splice(0..0, self.before.drain(from..));
                let skipped = (self.cut + len).saturating_sub(head.len() as u64 + tail.len() as u64);
                Captured { head: text(&head), skipped, tail: text(&tail) }
            }
        }
    }

    fn read(&mut self, from: u64, len: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.file.seek(SeekFrom::Start(from)).is_ok() {
            let _ = (&self.file).take(len).read_to_end(&mut bytes);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_flood_keeps_its_head_and_its_tail() {
        let dir = tempfile::tempdir().unwrap();
        let mut capture = Capture::create(&dir.path().join("out")).unwrap();
        let mut writer = capture.writer().unwrap();
        let mut written = 0;
        for i in 0..60_000 {
            let line = format!("line {i:06} of many that nobody will ever read\n");
            writer.write_all(line.as_bytes()).unwrap();
            written += line.len() as u64;
            if i % 1000 == 0 {
                capture.trim();
            }
        }
        capture.trim();
        writer.write_all(b"the end").unwrap();
        written += 7;
        let kept = capture.finish();
        assert!(kept.head.starts_with("line 000000"), "{}", &kept.head[..30]);
        assert!(kept.tail.ends_with("will ever read\nthe end"));
        assert_eq!(kept.tail.len() as u64, TAIL);
        assert_eq!(kept.head.len() as u64 + kept.skipped + kept.tail.len() as u64, written);
    }

    #[test]
    fn a_program_that_ends_just_after_a_cut_keeps_its_tail() {
        let dir = tempfile::tempdir().unwrap();
        let mut capture = Capture::create(&dir.path().join("out")).unwrap();
        let mut writer = capture.writer().unwrap();
        writer.write_all(&vec![b'x'; 2 << 20]).unwrap();
        writer.write_all(b"almost the end, ").unwrap();
        capture.trim();
        writer.write_all(b"the end").unwrap();
        let kept = capture.finish();
        assert!(kept.tail.ends_with("xalmost the end, the end"), "{}", kept.tail);
        assert_eq!(kept.head.len() as u64 + kept.skipped + kept.tail.len() as u64, (2 << 20) + 23);
    }

    #[test]
    fn little_output_is_kept_whole() {
        let dir = tempfile::tempdir().unwrap();
        let capture = Capture::create(&dir.path().join("out")).unwrap();
        capture.writer().unwrap().write_all("grüße\n".as_bytes()).unwrap();
        assert_eq!(
            capture.finish(),
            Captured { head: "grüße\n".to_string(), skipped: 0, tail: String::new() }
        );
    }
}
