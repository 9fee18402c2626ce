//! Any bytes as progress: says whether a file is whole, from a newer drill, or damaged, and of a damaged one keeps
//! every table, field and line that can still be read, not only what stands before the damage.

use super::Progress;
use super::decode::decode;
use super::encode::FORMAT;
use std::borrow::Cow;
use toml::{Table, Value};

/// What the bytes of a progress file are.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Whole(Progress),
    /// In a format that this drill does not know: not to be touched.
    Newer(Newer),
    /// Not what drill wrote: why, and what could be read.
    Damaged {
        why: String,
        progress: Progress,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newer {
    pub format: i64,
    /// The version that wrote it, where it says so.
    pub drill: Option<String>,
}

/// Larger files are not read: drill writes a few hundred KiB at most.
const MAX_BYTES: usize = 32 << 20;

pub fn read(bytes: &[u8]) -> Reading {
    if bytes.len() > MAX_BYTES {
        return damaged(format!("it is larger than {} MiB", MAX_BYTES >> 20), Progress::default());
    }
    let (text, encoding) = text(bytes);
    if text.trim().is_empty() {
        return damaged("it is empty".to_string(), Progress::default());
    }
    match text.parse::<Table>() {
        Ok(table) => match table.get("format") {
            Some(Value::Integer(format)) if *format > FORMAT => {
                let drill = table.get("drill").and_then(Value::as_str).map(crate::text::printable);
                Reading::Newer(Newer { format: *format, drill })
            }
            Some(Value::Integer(FORMAT)) => match (decode(table), encoding) {
                ((progress, wrong), None) if wrong.is_empty() => Reading::Whole(progress),
                ((progress, wrong), encoding) => {
                    damaged(encoding.or(wrong.into_iter().next()).unwrap_or_default(), progress)
                }
            },
            _ => damaged("it is not a progress file of drill".to_string(), foreign(table)),
        },
        Err(error) => {
            if let Some(format) = newer(&text) {
                return Reading::Newer(Newer { format, drill: None });
            }
            let line = error.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            let why = encoding.unwrap_or_else(|| {
                format!("line {line}: {}", error.message().lines().next().unwrap_or_default())
            });
            damaged(why, salvage(&text))
        }
    }
}

fn damaged(why: String, progress: Progress) -> Reading {
    Reading::Damaged { why, progress }
}

/// Of a file without our `format`, only what is certainly ours: its unknown fields are somebody else's.
fn foreign(table: Table) -> Progress {
    let known = ["path", "current", "exercise", "topic", "quiz"];
    decode(table.into_iter().filter(|(key, _)| known.contains(&key.as_str())).collect()).0
}

/// The text, and what is wrong with its encoding.
fn text(bytes: &[u8]) -> (Cow<'_, str>, Option<String>) {
    let units = |pair: fn([u8; 2]) -> u16| -> Vec<u16> {
        bytes.chunks_exact(2).map(|b| pair([b[0], b[1]])).collect()
    };
    let units = match bytes {
        [0xff, 0xfe, ..] | [_, 0, _, 0, ..] => Some(units(u16::from_le_bytes)),
        [0xfe, 0xff, ..] | [0, _, 0, _, ..] => Some(units(u16::from_be_bytes)),
        _ => None,
    };
    if let Some(units) = units {
        let text = String::from_utf16_lossy(&units);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_string();
        return (Cow::Owned(text), Some("it is UTF-16, not UTF-8".to_string()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(e) => {
            let why = format!("it is not UTF-8 text (byte {})", e.valid_up_to());
            (String::from_utf8_lossy(bytes).into_owned().into(), Some(why))
        }
    }
}

/// The format of a damaged file, when it says that it is a newer one.
fn newer(text: &str) -> Option<i64> {
    let head = text.lines().take_while(|line| !line.starts_with('['));
    let formats = head.filter_map(|line| line.strip_prefix("format")?.trim_start().strip_prefix('='));
    formats.filter_map(|value| value.trim().parse().ok()).find(|format| *format > FORMAT)
}

/// Unites all pieces that parse.
fn salvage(text: &str) -> Progress {
    let mut found = Progress::default();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines() {
        let line = line.trim_matches(['\0', '\r']);
        if line.starts_with('[') {
            block(&lines, &mut found);
            lines.clear();
        }
        lines.push(line);
    }
    block(&lines, &mut found);
    found
}

/// One table with its head; when it does not parse, field by field.
fn block(lines: &[&str], found: &mut Progress) {
    if piece(&lines.join("\n"), found) {
        return;
    }
    let (head, body) = match lines {
        [head, body @ ..] if head.starts_with('[') => (*head, body),
        body => ("", body),
    };
    let starts_field = |line: &&str| {
        line.contains('=') && line.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '"' || c == '_')
    };
    let mut rest = body;
    while let [_, behind @ ..] = rest {
        let length = 1 + behind.iter().take_while(|line| !starts_field(line)).count();
        let (field, others) = rest.split_at(length);
        rest = others;
        if !piece(&format!("{head}\n{}", field.join("\n")), found) {
            list(head, field, found);
        }
    }
}

/// A list that does not parse, item by item: drill writes one a line.
fn list(head: &str, field: &[&str], found: &mut Progress) {
    let [first, items @ ..] = field else { return };
    if first.ends_with('[') {
        for item in items {
            piece(&format!("{head}\n{first}\n{item}\n]"), found);
        }
    }
}

/// Adds what a small document says; false when it is none.
fn piece(text: &str, found: &mut Progress) -> bool {
    let Ok(table) = text.parse::<Table>() else { return false };
    found.merge(decode(table).0);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::arbitrary::Dice;
    use crate::progress::encode::encode;
    use crate::progress::{Attempt, moment::Moment};
    use std::time::SystemTime;

    /// Four exercises with two attempts each, a reading, an answer.
    fn sample() -> Progress {
        let mut progress = Progress::default();
        let at = |s: u64| SystemTime::from(Moment::parse(&format!("2026-11-23T10:00:{s:02}Z")).unwrap());
        for n in 0..4 {
            for (s, verdict) in [(1, "failed"), (2, "passed")] {
                let passed_content = (verdict == "passed").then(|| "v1".to_string());
                let attempt =
                    Attempt { at: at(n * 10 + s), verdict: verdict.to_string(), ms: 5, passed_content };
                progress.record_attempt(&format!("t/0{n}-x"), attempt);
            }
        }
        progress.mark_read("t", at(50));
        progress.record_answer("t", "q", true, "a", at(51));
        progress
    }

    fn kept(bytes: &[u8]) -> (String, Progress) {
        match read(bytes) {
            Reading::Damaged { why, progress } => (why, progress),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn line_ends_blank_lines_and_a_byte_order_mark_are_no_damage() {
        let text = encode(&sample());
        for same in [text.replace('\n', "\r\n"), text.replace('\n', "\n\n"), format!("\u{feff}{text}")] {
            assert_eq!(read(same.as_bytes()), Reading::Whole(sample()), "{same}");
        }
    }

    #[test]
    fn other_encodings_are_read_too() {
        let text = encode(&sample());
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [le, be] {
            assert_eq!(kept(&bytes), ("it is UTF-16, not UTF-8".to_string(), sample()));
        }
        let latin: Vec<u8> = [b"# caf\xe9\n", text.as_bytes()].concat();
        assert_eq!(kept(&latin), ("it is not UTF-8 text (byte 5)".to_string(), sample()));
    }

    #[test]
    fn damage_costs_only_what_it_touches() {
        let text = encode(&sample());
        for (from, to, lost_attempts) in [
            ("[exercise.\"t/01-x\"]", "[exercise.\"t/01-x\"]\nhints = [[[", 0),
            ("ms = 5 },\n]\n\n[exercise.\"t/02-x\"]", "ms = 5 },\n\n[exercise.\"t/02-x\"]", 0),
            ("{ at = 2026-11-23T10:00:11.000Z", "{ at = 2026-#", 1),
            ("\n[exercise.\"t/02-x\"]", "\n<<<<<<< HEAD\n[exercise.\"t/02-x\"]", 0),
            ("\n[exercise.\"t/02-x\"]", "\n\0\0\0\0\n[exercise.\"t/02-x\"]", 0),
        ] {
            assert!(text.contains(from), "{from}");
            let (why, found) = kept(text.replacen(from, to, 1).as_bytes());
            assert!(why.starts_with("line "), "{why}");
            let attempts: usize = found.exercises.values().map(|r| r.attempts.len()).sum();
            assert_eq!(attempts, 8 - lost_attempts, "{to:?}");
            assert!(found.exercises.values().all(|r| r.passes.len() == 1), "{to:?}");
            assert_eq!((found.topics.len(), found.quizzes.len()), (1, 1));
        }
    }

    #[test]
    fn of_a_cut_file_every_whole_line_is_kept() {
        let text = encode(&sample());
        for cut in 0..text.len() {
            let head = &text[..cut];
            let progress = match read(head.as_bytes()) {
                Reading::Whole(progress) | Reading::Damaged { progress, .. } => progress,
                Reading::Newer(newer) => panic!("{newer:?}"),
            };
            let attempts: usize = progress.exercises.values().map(|r| r.attempts.len()).sum();
            assert!(attempts >= head.matches("ms = 5 },").count(), "cut at {cut}");
            assert!(progress.exercises.len() >= head.matches("passes = ").count().saturating_sub(1));
        }
    }

    #[test]
    fn fields_that_make_no_sense_are_damage_and_their_neighbours_stay() {
        let text = encode(&sample()).replace("read = 2026-11-23T10:00:50.000Z", "read = \"late\"\nnew = 1");
        let (why, found) = kept(text.as_bytes());
        assert_eq!(why, "`read` in topic `t` makes no sense");
        assert_eq!(found.exercises, sample().exercises);
        assert!(!found.topics["t"].extra.is_empty());
    }

    #[test]
    fn foreign_and_empty_files_are_said_to_be_so() {
        let foreign = "it is not a progress file of drill";
        for (text, why) in [
            ("", "it is empty"),
            (" \n\n", "it is empty"),
            ("[package]\nname = \"x\"\n", foreign),
            ("format = \"1\"\n", foreign),
            ("format = 0\n", foreign),
        ] {
            assert_eq!(kept(text.as_bytes()), (why.to_string(), Progress::default()));
        }
    }

    #[test]
    fn a_newer_format_is_recognised_also_when_the_file_is_damaged() {
        let newer = |format, drill: Option<&str>| {
            Reading::Newer(Newer { format, drill: drill.map(ToString::to_string) })
        };
        assert_eq!(read(b"format = 7\ndrill = \"2.0.0\"\n[x]\ny = 1"), newer(7, Some("2.0.0")));
        assert_eq!(read(b"format = 2\n[x"), newer(2, None));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for seed in 0..400 {
            let mut dice = Dice::new(seed);
            let mut bytes = encode(&dice.progress()).into_bytes();
            for _ in 0..=dice.roll(8) {
                let at = usize::try_from(dice.roll(bytes.len() as u64)).unwrap();
                match dice.roll(4) {
                    0 => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes.insert(at, b"\n[\"={}\0\xff"[usize::try_from(dice.roll(9)).unwrap() % 8]),
                    _ => drop(bytes.drain(at..bytes.len().min(at + 9))),
                }
                bytes.push(b'\n');
            }
            let found = match read(&bytes) {
                Reading::Whole(progress) | Reading::Damaged { progress, .. } => progress,
                Reading::Newer(_) => continue,
            };
            let text = encode(&found);
            assert_eq!(read(text.as_bytes()), Reading::Whole(found), "seed {seed}\n{text}");
        }
    }
}
