//! Parsers of what strangers write meet arbitrary bytes, spoiled files and values of every type in every place. None
//! panics; each complaint points into its file; nothing that a terminal obeys comes out.

use crate::tidy::{files, read};
use drill::content::checklist::checklist;
use drill::content::load::{load, validate_files};
use drill::content::outline::{headings, section};
use drill::content::problem::{Problem, Problems};
use drill::content::source::{Source, packed};
use drill::content::{manifest, quiz, variants};
use drill::progress::salvage;
use drill::quiz::{Input, QuizSession, Subject, View};
use drill::render::markdown::markdown;
use drill::render::quiz::page;
use drill::render::theme::Theme;
use drill::run::report;
use drill::slice::query;
use toml::Value;

/// splitmix64: the same cases in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below.max(1)).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.roll(256)).unwrap()
    }

    /// Bytes of all kinds, more often those that mean something.
    fn bytes(&mut self) -> Vec<u8> {
        let piece = |dice: &mut Dice| match dice.roll(3) {
            0 => vec![dice.byte()],
            _ => PIECES[dice.roll(PIECES.len())].as_bytes().to_vec(),
        };
        (0..self.roll(60)).flat_map(|_| piece(self)).collect()
    }

    /// A text with some damage: bytes changed, cut, moved, doubled.
    fn spoiled(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=self.roll(5) {
            let (a, b) = (self.roll(bytes.len()), self.roll(bytes.len()));
            let (from, to) = (a.min(b), a.max(b));
            match self.roll(7) {
                0 if !bytes.is_empty() => bytes[a] = self.byte(),
                1 => bytes.truncate(to),
                2 => drop(bytes.drain(from..to.min(from + 40))),
                3 => drop(bytes.splice(a..a, PIECES[self.roll(PIECES.len())].bytes())),
                4 => {
                    let copy = bytes[from..to.min(from + 300)].to_vec();
                    drop(bytes.splice(b..b, copy));
                }
                5 => {
                    // A line once more, somewhere else.
                    let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
                    if !lines.is_empty() {
                        let line = lines[self.roll(lines.len())];
                        let at = lines[..self.roll(lines.len())].concat().len();
                        let line = line.to_vec();
                        drop(bytes.splice(at..at, line));
                    }
                }
                _ => bytes.reverse(),
            }
        }
        bytes
    }
}

const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "'",
    "'''",
    "=",
    ".",
    ",",
    "\n",
    "\r\n",
    "\\",
    "\\u",
    "#",
    "\u{202e}",
    "\0",
    "\u{1b}[2J",
    "\u{feff}",
    "1e999",
    "-",
    "nan",
    "1979-05-27",
    "0x",
    "true",
    "`[",
    "]`",
    "```\n",
    "![",
    "](",
    "<sup>",
    "|",
    "> ",
    "[^1]: ",
    "| - |\n",
    "é",
    "\u{fffd}",
    "👩‍👩‍👧",
    "a.a.a.",
    "id",
    "[[questions]]\n",
    "\"ev\":",
    "drill",
];

fn lines_of(text: &str) -> usize {
    text.bytes().filter(|b| *b == b'\n').count() + 1
}

/// Every reader of content, with what is true of all of them.
fn content_is_read(text: &str) {
    let mut all: Vec<Problem> = Vec::new();
    let mut run = |parse: &mut dyn FnMut(&mut Problems<'_>)| {
        let mut found = Vec::new();
        parse(&mut Problems::new("f", text, &mut found));
        all.append(&mut found);
    };
    run(&mut |p| drop(manifest::atlas(text, p)));
    run(&mut |p| drop(manifest::topic("t", text, p)));
    run(&mut |p| drop(variants::parse(text, p)));
    run(&mut |p| drop(checklist(text, p)));
    run(&mut |p| drop(quiz::parse(text, p)));
    let mut found = Vec::new();
    let foreign = quiz::parse_foreign(text, &mut Problems::new("f", text, &mut found));
    if found.is_empty() {
        // What is not complained about can be asked.
        let quiz = foreign.unwrap_or_else(|| panic!("no quiz and no problem:\n{text}"));
        let total = quiz.questions.len();
        let mut session = QuizSession::new(quiz, Subject::default(), 1, |_| false);
        for line in ["1", "n", "1", "", ":s", ""].iter().cycle().take(6 * total) {
            obeyed_by_no_terminal(&page(&session.view(), 40, Theme::plain()));
            session.on(Input::Line((*line).to_string()));
        }
        assert!(matches!(session.view(), View::Summary(_)), "still asking after every answer:\n{text}");
    }
    for problem in all.iter().chain(&found) {
        assert!(problem.line <= lines_of(text), "{problem}\n{text}");
    }
}

#[track_caller]
fn obeyed_by_no_terminal(shown: &str) {
    let obeyed = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!shown.contains(obeyed), "{shown:?}");
}

fn page_is_shown(text: &str, width: usize) {
    obeyed_by_no_terminal(&markdown(text, width, Theme::plain()));
    for heading in headings(text) {
        assert!(section(text, &heading.anchor).is_some(), "no section #{} in {text:?}", heading.anchor);
    }
}

/// Small files of every kind that content has.
fn samples() -> Vec<String> {
    let endings = [".toml", "02-dim.rs", "README.md", "lamp/01-switch.rs"];
    let wanted = |f: &String| endings.iter().any(|ending| f.ends_with(ending));
    let two = files("tests/fixtures/two-topics").into_iter().filter(wanted);
    let quizzes = files("tests/fixtures/quizzes").into_iter().filter(wanted);
    two.chain(quizzes).map(|f| read(&f)).collect()
}

#[test]
fn content_is_refused_or_read_whatever_its_bytes() {
    let (samples, mut dice) = (samples(), Dice(1));
    for round in 0..1_500 {
        let bytes = if round % 4 == 0 { dice.bytes() } else { dice.spoiled(&samples[round % samples.len()]) };
        content_is_read(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn any_text_is_shown_as_a_page() {
    let mut pages: Vec<String> = samples();
    pages.push(read("exercises/token-bucket-gcra/README.md").chars().take(4_000).collect());
    let mut dice = Dice(2);
    for round in 0..1_000 {
        let bytes = if round % 3 == 0 { dice.bytes() } else { dice.spoiled(&pages[round % pages.len()]) };
        page_is_shown(&String::from_utf8_lossy(&bytes), [1, 20, 80][round % 3]);
    }
}

#[test]
fn reports_progress_and_slices_are_refused_or_read_whatever_their_bytes() {
    let report = "{\"ev\":\"finish\",\"check\":\"a\",\"outcome\":\"fail\",\"at\":{\"file\":\"f\",\"line\":1,\"column\":2},\
                  \"rows\":[{\"at\":1,\"input\":\"\",\"expected\":\"\",\"actual\":\"\"}],\"trace\":[\"x\"]}\n\
                  {\"ev\":\"series\",\"check\":\"a\",\"name\":\"n\",\"points\":[[1,2.5],[2,null]]}\n\
                  {\"ev\":\"score\",\"check\":\"a\",\"metric\":\"m\",\"op\":\"<=\",\"limit\":1,\"pass\":true}";
    let progress = "format = 1\n[[exercise]]\nid = \"t/01-a\"\n";
    let mut dice = Dice(3);
    for round in 0..1_500 {
        let bytes = match round % 4 {
            0 => dice.bytes(),
            1 => dice.spoiled(progress),
            _ => dice.spoiled(report),
        };
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines() {
            let _ = report::parse(line);
        }
        let _ = salvage::read(&bytes);
        let _ = query::read(&text);
    }
}

/// A value of each type, and of each size that could matter.
fn values() -> Vec<Value> {
    let mut deep = Value::Integer(1);
    for _ in 0..70 {
        deep = Value::Array(vec![deep]);
    }
    let mut table = toml::Table::new();
    table.insert("x".to_string(), Value::Integer(1));
    let text = |text: &str| Value::String(text.to_string());
    vec![
        text(""),
        text(" "),
        text("\u{1b}[2J\u{202e}"),
        text("../../etc"),
        text(&"long ".repeat(60)),
        Value::Integer(i64::MIN),
        Value::Integer(-1),
        Value::Integer(0),
        Value::Integer(i64::MAX),
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Float(1e300),
        Value::Boolean(true),
        Value::Datetime("1979-05-27T07:32:00Z".parse().unwrap()),
        Value::Array(Vec::new()),
        Value::Array(vec![text("a"), text("a"), Value::Integer(1)]),
        Value::Array(vec![Value::Table(table.clone()), Value::Table(toml::Table::new())]),
        Value::Table(table),
        deep,
    ]
}

/// Calls `see` with `whole` after each value inside of it was replaced by each of `values`, and once without it.
fn in_every_place(whole: &Value, values: &[Value], see: &mut dyn FnMut(&Value)) {
    match whole {
        Value::Table(table) => {
            for (key, inner) in table {
                let with = |value: &Value| {
                    let mut table = table.clone();
                    table.insert(key.clone(), value.clone());
                    Value::Table(table)
                };
                for value in values {
                    see(&with(value));
                }
                in_every_place(inner, values, &mut |changed| see(&with(changed)));
                let mut without = table.clone();
                without.remove(key);
                see(&Value::Table(without));
            }
        }
        Value::Array(items) => {
            // The first and the last stand for those between them.
            for (i, inner) in items.iter().enumerate().filter(|(i, _)| *i == 0 || *i + 1 == items.len()) {
                let with = |value: &Value| {
                    let mut items = items.clone();
                    items[i] = value.clone();
                    Value::Array(items)
                };
                for value in values {
                    see(&with(value));
                }
                in_every_place(inner, values, &mut |changed| see(&with(changed)));
            }
        }
        _ => {}
    }
}

#[test]
fn a_value_of_every_type_in_every_place_is_refused_or_read() {
    let (values, mut cases) = (values(), 0);
    let quiz = "multipart.p = \"x\"\n[[questions]]\ntype = \"ShortAnswer\"\nmultipart = \"p\"\nid = \"a\"\nprompt.prompt = \"?\"\n\
                answer.answer = \"5 s\"\nanswer.alternatives = [\"b\"]\nnumeric = { value = 5, unit = \"s\", tolerance = 1 }\n\
                [[questions]]\ntype = \"MultipleChoice\"\nprompt.prompt = \"?\"\nprompt.distractors = [\"a\"]\n\
                prompt.answerIndex = 0\nanswer.answer = [\"b\"]\nreasons = [\"c\"]\nread = \"d\"\n\
                [[questions]]\ntype = \"Tracing\"\nprompt.program = \"fn main() {}\"\nanswer.doesCompile = false\n\
                answer.lineNumber = 1\ncontext = \"e\"\npromptExplanation = true\n";
    for name in ["exercises/atlas.toml", "exercises/valve/topic.toml", "checks/lamp/01-switch.toml", ""] {
        let text = if name.is_empty() {
            quiz.to_string()
        } else {
            read(&format!("tests/fixtures/two-topics/{name}"))
        };
        let whole = Value::Table(text.parse().unwrap());
        in_every_place(&whole, &values, &mut |changed| {
            cases += 1;
            content_is_read(&toml::to_string(changed).unwrap());
        });
    }
    assert!(cases > 1_000, "only {cases} cases");
}

#[test]
fn a_pack_with_one_spoiled_file_is_refused_or_loaded() {
    let root = "tests/fixtures/two-topics/";
    let all: Vec<(&str, String)> =
        files(root).into_iter().map(|f| (&*f.replacen(root, "", 1).leak(), read(&f))).collect();
    let whole: Vec<(&str, &str)> = all.iter().map(|(name, text)| (*name, &*text.clone().leak())).collect();
    let mut dice = Dice(4);
    for round in 0..600 {
        let at = round % whole.len();
        let spoiled = dice.spoiled(whole[at].1);
        let mut pack: Vec<(&str, &[u8])> =
            whole.iter().map(|(name, text)| (*name, &*packed(text).leak())).collect();
        pack[at].1 = packed(&String::from_utf8_lossy(&spoiled)).leak();
        let source = Source::Embedded(pack.leak());
        let (atlas, problems) = load(&source);
        let more = validate_files(&source, &atlas);
        for problem in problems.iter().chain(&more) {
            let text = source.read(&problem.file).ok().flatten().unwrap_or_default();
            assert!(problem.line <= lines_of(&text), "{problem}");
        }
    }
}
