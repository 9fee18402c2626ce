//! Progress as the text of its file: one table per exercise, topic, quiz and question, one line per event, so
//! that people can read it and a damaged file loses few lines.

use super::extra::{Extra, inline, key, string};
use super::moment::Moment;
use super::{Choice, ExerciseRecord, Progress, QuestionRecord, QuizRecord};
use std::fmt::Write as _;

/// The format this drill writes.
pub const FORMAT: i64 = 1;

const HEAD: &str = "\
# What you did in this workspace: written by drill, for you to read.
# To take it to another machine: `drill progress --export FILE` here, `drill progress --import FILE` there.
";

/// The text of the progress file.
pub fn encode(progress: &Progress) -> String {
    let mut out = format!("{HEAD}format = {FORMAT}\ndrill = {}\n", string(env!("CARGO_PKG_VERSION")));
    for (name, choice) in [("path", &progress.path), ("current", &progress.current)] {
        if let Some(Choice { at, name: chosen, extra }) = choice {
            let _ = writeln!(out, "{name} = {{ name = {}, at = {at}{} }}", string(chosen), behind(extra));
        }
    }
    lines(&mut out, &progress.extra);
    for (id, record) in &progress.exercises {
        let _ = writeln!(out, "\n[exercise.{}]", key(id));
        exercise(&mut out, record);
    }
    for (id, record) in &progress.topics {
        let _ = writeln!(out, "\n[topic.{}]", key(id));
        optional(&mut out, "read", record.read);
        lines(&mut out, &record.extra);
    }
    for (id, record) in &progress.quizzes {
        quiz(&mut out, &key(id), record);
    }
    out
}

fn exercise(out: &mut String, record: &ExerciseRecord) {
    if !record.passes.is_empty() {
        let passes = record.passes.iter().map(|(content, at)| format!("{} = {at}", key(content)));
        let _ = writeln!(out, "passes = {{ {} }}", passes.collect::<Vec<_>>().join(", "));
    }
    if !record.hints.is_empty() {
        let hints: Vec<String> = record.hints.iter().map(Moment::to_string).collect();
        let _ = writeln!(out, "hints = [{}]", hints.join(", "));
    }
    optional(out, "given_up", record.given_up);
    if !record.days.is_empty() {
        let days = record.days.iter().map(|(day, count)| format!("{} = {}", key(day), number(*count)));
        let _ = writeln!(out, "days = {{ {} }}", days.collect::<Vec<_>>().join(", "));
    }
    let attempts = record.attempts.iter().map(|((at, verdict), attempt)| {
        let ms = number(attempt.ms);
        format!("at = {at}, verdict = {}, ms = {ms}{}", string(verdict), behind(&attempt.extra))
    });
    list(out, "attempts", attempts);
    lines(out, &record.extra);
}

fn quiz(out: &mut String, id: &str, record: &QuizRecord) {
    let _ = writeln!(out, "\n[quiz.{id}]");
    let scores = record.scores.iter().map(|(score, extra)| {
        let (right, total) = (number(score.right), number(score.total));
        format!("at = {}, right = {right}, total = {total}{}", score.at, behind(extra))
    });
    list(out, "scores", scores);
    lines(out, &record.extra);
    for (question, record) in &record.questions {
        let _ = writeln!(out, "\n[quiz.{id}.question.{}]", key(question));
        question_lines(out, record);
    }
}

fn question_lines(out: &mut String, record: &QuestionRecord) {
    let _ = writeln!(out, "tries = {}", number(record.tries));
    let replies = record.replies.iter().map(|((at, right), reply)| {
        let answer = reply.answer.as_ref().map_or(String::new(), |a| format!(", answer = {}", string(a)));
        format!("at = {at}, right = {right}{answer}{}", behind(&reply.extra))
    });
    list(out, "replies", replies);
    lines(out, &record.extra);
}

fn optional(out: &mut String, name: &str, at: Option<Moment>) {
    if let Some(at) = at {
        let _ = writeln!(out, "{name} = {at}");
    }
}

/// A list of tables, one a line; nothing when it is empty.
fn list(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        let _ = writeln!(out, "{name} = [");
        for item in items {
            let _ = writeln!(out, "    {{ {item} }},");
        }
        out.push_str("]\n");
    }
}

/// Unknown fields, one a line.
fn lines(out: &mut String, extra: &Extra) {
    for (name, value) in extra.iter() {
        let _ = writeln!(out, "{} = {}", key(name), inline(value));
    }
}

/// Unknown fields at the end of an inline table.
fn behind(extra: &Extra) -> String {
    let mut out = String::new();
    for (name, value) in extra.iter() {
        let _ = write!(out, ", {} = {}", key(name), inline(value));
    }
    out
}

/// TOML's whole numbers are signed.
fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Attempt;
    use crate::progress::arbitrary::Dice;
    use crate::progress::salvage::{Reading, read};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn the_file_reads_like_a_diary() {
        let at = |s: u64| UNIX_EPOCH + Duration::from_secs(1_795_000_000 + s);
        let mut progress = Progress::default();
        progress.set_path("rate-limiting", at(0));
        progress.set_current("bucket/01-lazy", at(1));
        progress.mark_read("bucket", at(2));
        for (s, verdict) in [(3, "failed"), (4, "passed")] {
            let passed_content = (verdict == "passed").then(|| "0123456789abcdef".to_string());
            let attempt = Attempt { at: at(s), verdict: verdict.to_string(), ms: 84, passed_content };
            progress.record_attempt("bucket/01-lazy", attempt);
        }
        progress.take_hint("bucket/01-lazy", 3, at(5));
        progress.record_answer("bucket", "burst", false, "the \"rate\"", at(6));
        progress.finish_quiz("bucket", 0, 1, at(7));
        let expected = r#"
path = { name = "rate-limiting", at = 2026-11-18T11:06:40.000Z }
current = { name = "bucket/01-lazy", at = 2026-11-18T11:06:41.000Z }

[exercise."bucket/01-lazy"]
passes = { 0123456789abcdef = 2026-11-18T11:06:44.000Z }
hints = [2026-11-18T11:06:45.000Z]
days = { 2026-11-18 = 2 }
attempts = [
    { at = 2026-11-18T11:06:43.000Z, verdict = "failed", ms = 84 },
    { at = 2026-11-18T11:06:44.000Z, verdict = "passed", ms = 84 },
]

[topic.bucket]
read = 2026-11-18T11:06:42.000Z

[quiz.bucket]
scores = [
    { at = 2026-11-18T11:06:47.000Z, right = 0, total = 1 },
]

[quiz.bucket.question.burst]
tries = 1
replies = [
    { at = 2026-11-18T11:06:46.000Z, right = false, answer = "the \"rate\"" },
]
"#;
        let text = encode(&progress);
        let behind_head = text.split_once("format = 1\n").and_then(|(_, rest)| rest.split_once('\n'));
        assert_eq!(behind_head.unwrap().1, &expected[1..]);
    }

    #[test]
    fn whatever_is_written_reads_back_the_same() {
        for seed in 0..300 {
            let progress = Dice::new(seed).progress();
            let text = encode(&progress);
            assert_eq!(read(text.as_bytes()), Reading::Whole(progress), "seed {seed}\n{text}");
        }
    }
}
