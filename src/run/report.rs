//! The check report: one JSON object a line, written by the kit to a scratch file of its own. A line that the
//! kit would not write, or that is not sealed with the key that only the kit was given, ends the trust in all
//! that follows.

use crate::failure::Failure;
use crate::verdict::{Bound, Place, Row};
use serde::Deserialize;
use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One line of the report.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Start { check: String, cpu: Duration },
    Score(ScoreLine),
    Series { check: String, name: String, unit: String, points: Vec<(u64, Option<f64>)> },
    Mark { check: String, series: String, from_ns: u64, to_ns: u64, label: String },
    Note { check: String, text: String },
    Finish(Box<Finish>),
    Done,
}

/// A line of a scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreLine {
    pub check: String,
    pub metric: String,
    pub value: Option<f64>,
    pub unit: String,
    pub bound: Bound,
    pub limit: f64,
    pub pass: bool,
    pub naive: Option<f64>,
    pub reference: Option<f64>,
}

/// A check's own account of how it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Finish {
    pub check: String,
    pub outcome: Ended,
    pub message: String,
    pub at: Option<(String, Place)>,
    pub trace: Vec<String>,
    pub timeline: Vec<String>,
    pub notes: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Pass,
    Fail,
    Panic,
    Todo,
}

/// Every field that any line has; what a line must have is asked for by its kind.
#[derive(Deserialize)]
struct Raw {
    ev: String,
    check: Option<String>,
    cpu_us: Option<u64>,
    metric: Option<String>,
    value: Option<f64>,
    unit: Option<String>,
    op: Option<String>,
    limit: Option<f64>,
    pass: Option<bool>,
    naive: Option<f64>,
    reference: Option<f64>,
    name: Option<String>,
    points: Option<Vec<(u64, Option<f64>)>>,
    series: Option<String>,
    from: Option<u64>,
    to: Option<u64>,
    label: Option<String>,
    text: Option<String>,
    outcome: Option<String>,
    message: Option<String>,
    at: Option<RawPlace>,
    #[serde(default)]
    trace: Vec<String>,
    #[serde(default)]
    timeline: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    rows: Vec<RawRow>,
}

#[derive(Deserialize)]
struct RawPlace {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Deserialize)]
struct RawRow {
    at: u64,
    input: String,
    expected: String,
    actual: String,
    same: Option<bool>,
}

/// The event on one line, or what is wrong with it.
pub fn parse(line: &str) -> Result<Event, String> {
    let raw: Raw = serde_json::from_str(line).map_err(|e| format!("a report line is not the kit's: {e}"))?;
    let lacks = |what: &str| format!("a `{}` line of the report lacks `{what}`", raw.ev);
    let check = || raw.check.clone().ok_or_else(|| lacks("check"));
    let cpu = Duration::from_micros(raw.cpu_us.unwrap_or(0));
    match raw.ev.as_str() {
        "start" => Ok(Event::Start { check: check()?, cpu }),
        "score" => Ok(Event::Score(ScoreLine {
            check: check()?,
            metric: raw.metric.clone().ok_or_else(|| lacks("metric"))?,
            value: raw.value,
            unit: raw.unit.clone().unwrap_or_default(),
            bound: match raw.op.as_deref() {
                Some("<=") => Bound::AtMost,
                Some(">=") => Bound::AtLeast,
                _ => return Err(lacks("op")),
            },
            limit: raw.limit.ok_or_else(|| lacks("limit"))?,
            pass: raw.pass.ok_or_else(|| lacks("pass"))?,
            naive: raw.naive,
            reference: raw.reference,
        })),
        "series" => Ok(Event::Series {
            check: check()?,
            name: raw.name.clone().ok_or_else(|| lacks("name"))?,
            unit: raw.unit.clone().unwrap_or_default(),
            points: raw.points.clone().ok_or_else(|| lacks("points"))?,
        }),
        "mark" => Ok(Event::Mark {
            check: check()?,
            series: raw.series.clone().ok_or_else(|| lacks("series"))?,
            from_ns: raw.from.ok_or_else(|| lacks("from"))?,
            to_ns: raw.to.ok_or_else(|| lacks("to"))?,
            label: raw.label.clone().ok_or_else(|| lacks("label"))?,
        }),
        "note" => Ok(Event::Note { check: check()?, text: raw.text.clone().ok_or_else(|| lacks("text"))? }),
        "finish" => {
            let outcome = match raw.outcome.as_deref() {
                Some("pass") => Ended::Pass,
                Some("fail") => Ended::Fail,
                Some("panic") => Ended::Panic,
                Some("todo") => Ended::Todo,
                _ => return Err(lacks("outcome")),
            };
            Ok(Event::Finish(Box::new(Finish {
                check: check()?,
                outcome,
                message: raw.message.unwrap_or_default(),
                at: raw.at.map(|p| (p.file, Place { line: p.line, column: p.column })),
                trace: raw.trace,
                timeline: raw.timeline,
                notes: raw.notes,
                rows: raw
                    .rows
                    .into_iter()
                    .map(|r| Row {
                        at_ns: r.at,
                        same: r.same.unwrap_or(r.expected == r.actual),
                        input: r.input,
                        expected: r.expected,
                        actual: r.actual,
                    })
                    .collect(),
            })))
        }
        "done" => Ok(Event::Done),
        other => Err(format!("the report has a line of a kind that the kit does not write: `{other}`")),
    }
}

/// What the kit seals its lines with; the learner's code does not get to see it.
#[derive(Clone, Copy, Debug)]
pub struct Key(u64, u64);

impl Key {
    /// One that nobody can guess.
    pub fn random() -> Key {
        let half = || RandomState::new().build_hasher().finish();
        Key(half(), half())
    }

    /// Where the kit looks for it, once, before any code of the learner's runs.
    pub fn path(report: &Path) -> PathBuf {
        let mut path = report.as_os_str().to_os_string();
        path.push(".key");
        path.into()
    }

    /// As the kit reads it.
    pub fn text(self) -> String {
        format!("{:016x} {:016x}\n", self.0, self.1)
    }

    /// The seal of line `n`, counted from 0: the kit's `channel.rs` makes the same.
    #[expect(deprecated, reason = "the one hash of std that will never change")]
    fn seal(self, n: u64, line: &str) -> u64 {
        let mut hasher = std::hash::SipHasher::new_with_keys(self.0, self.1);
        hasher.write(&n.to_le_bytes());
        hasher.write(line.as_bytes());
        hasher.finish()
    }
}

/// Follows a report as it grows.
pub struct Reader {
    file: File,
    key: Key,
    /// Bytes after the last whole line.
    rest: Vec<u8>,
    read: u64,
    /// Whole lines so far.
    lines: u64,
    events: Vec<Event>,
    fault: Option<String>,
}

/// One look reads at most this, so that a flood on the report costs no memory.
const LOOK: u64 = 4 << 20;

impl Reader {
    pub fn open(path: &Path, key: Key) -> Result<Reader, Failure> {
        let file = File::open(path)
            .map_err(|e| Failure::environment(format!("can't read `{}`: {e}", path.display())))?;
        Ok(Reader { file, key, rest: Vec::new(), read: 0, lines: 0, events: Vec::new(), fault: None })
    }

    /// Reads what is new.
    pub fn poll(&mut self) {
        let mut new = Vec::new();
        let Ok(n) = (&self.file).take(LOOK).read_to_end(&mut new) else { return };
        self.read += n as u64;
        if self.fault.is_some() {
            return;
        }
        self.rest.extend_from_slice(&new);
        let Some(end) = self.rest.iter().rposition(|b| *b == b'\n') else { return };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        for line in whole.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            let parsed = match std::str::from_utf8(line) {
                Ok(text) => self.unseal(text).and_then(parse),
                Err(_) => Err("a report line is not UTF-8".to_string()),
            };
            self.lines += 1;
            match parsed {
                Ok(event) => self.events.push(event),
                Err(fault) => {
                    self.fault = Some(fault);
                    return;
                }
            }
        }
    }

    /// The line without its seal.
    fn unseal<'a>(&self, line: &'a str) -> Result<&'a str, String> {
        let sealed = line.split_once(' ').filter(|(seal, line)| {
            u64::from_str_radix(seal, 16).is_ok_and(|seal| seal == self.key.seal(self.lines, line))
        });
        sealed
            .map(|(_, line)| line)
            .ok_or_else(|| "somebody else than the checks wrote to the report, or took from it".to_string())
    }

    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Bytes read so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    pub fn distrust(&mut self, why: String) {
        self.fault.get_or_insert(why);
    }

    /// The events, and what is wrong with the report. Half a line is a fault only behind the end mark: a
    /// process that is killed may leave one.
    pub fn finish(mut self) -> (Vec<Event>, Option<String>) {
        if self.fault.is_none() && !self.rest.is_empty() && self.events.contains(&Event::Done) {
            self.fault = Some("something follows the end mark of the report".to_string());
        }
        (self.events, self.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const KEY: Key = Key(1, 2);
    const DONE: &str = r#"{"ev":"done"}"#;

    fn sealed(n: u64, line: &str) -> String {
        format!("{:016x} {line}\n", KEY.seal(n, line))
    }

    #[test]
    fn lines_are_read_as_they_come_and_half_a_line_waits() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut reader = Reader::open(file.path(), KEY).unwrap();
        let (first, second) = (sealed(0, r#"{"ev":"start","check":"a","cpu_us":1500}"#), sealed(1, DONE));
        file.write_all(first.as_bytes()).unwrap();
        file.write_all(&second.as_bytes()[..20]).unwrap();
        reader.poll();
        let start = Event::Start { check: "a".to_string(), cpu: Duration::from_micros(1500) };
        assert_eq!(reader.events(), std::slice::from_ref(&start));
        file.write_all(&second.as_bytes()[20..]).unwrap();
        reader.poll();
        assert_eq!(reader.finish(), (vec![start, Event::Done], None));
    }

    #[test]
    fn what_the_kit_would_not_write_is_a_fault() {
        for line in [
            "hello",
            "{}",
            "{\"ev\":\"win\"}",
            "{\"ev\":\"finish\",\"check\":\"a\",\"outcome\":\"great\"}",
            "{\"ev\":\"start\"}",
            "{\"ev\":\"score\",\"check\":\"a\",\"metric\":\"m\",\"op\":\"<\",\"limit\":1,\"pass\":true}",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn nothing_counts_from_a_line_on_that_the_kit_did_not_seal() {
        let good = sealed(0, DONE);
        for (report, counts) in [
            (format!("{good}{}", sealed(1, DONE)), (2, false)),
            (format!("{good}{good}"), (1, true)),
            (format!("{DONE}\n{good}"), (0, true)),
            (format!("{good}{DONE}\n"), (1, true)),
            (sealed(1, DONE), (0, true)),
            (format!("nonsense\n{}", sealed(1, DONE)), (0, true)),
            (good.replace("done", "dose"), (0, true)),
            (sealed(0, "nonsense"), (0, true)),
        ] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(report.as_bytes()).unwrap();
            let mut reader = Reader::open(file.path(), KEY).unwrap();
            reader.poll();
            let (events, fault) = reader.finish();
            assert_eq!((events.len(), fault.is_some()), counts, "{report}");
        }
    }

    #[test]
    fn any_bytes_are_survived() {
        // A fixed linear congruential generator: the same bytes every time.
        let mut x = 12_345_u64;
        let mut byte = || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (x >> 33).to_le_bytes()[0]
        };
        let seed = b"{\"ev\":\"finish\",\"check\":\"a\",\"outcome\":\"fail\",\"rows\":[{\"at\":1,\"input\":\"\",\"expected\":\"\",\"actual\":\"\"}]}";
        for _ in 0..5_000 {
            let mut line = seed.to_vec();
            for _ in 0..4 {
                let at = usize::from(byte()) % line.len();
                line[at] = byte();
            }
            let _ = parse(&String::from_utf8_lossy(&line));
        }
    }
}
