//! The progress file's table as `Progress`: keeps all it can read, says what it can't, and carries along what
//! it does not know.

use super::extra::Extra;
use super::merge::keep_last;
use super::moment::Moment;
use super::{AttemptRecord, Choice, ExerciseRecord, Progress, QuestionRecord, QuizRecord, ReplyRecord};
use super::{KEPT_ATTEMPTS, KEPT_SCORES, Score, TopicRecord};
use std::cell::RefCell;
use toml::{Table, Value};

/// What a table holds, and what of it makes no sense. `format` is the caller's business, and who wrote it is of
/// no interest.
pub fn decode(mut table: Table) -> (Progress, Vec<String>) {
    let wrong = RefCell::new(Vec::new());
    for ours in ["format", "drill"] {
        table.remove(ours);
    }
    let mut fields = Fields { table, place: "the file".to_string(), wrong: &wrong };
    let mut progress = Progress { path: fields.choice("path"), ..Progress::default() };
    progress.current = fields.choice("current");
    for (id, mut record) in fields.tables("exercise") {
        progress.exercises.insert(id, exercise(&mut record));
    }
    for (id, mut record) in fields.tables("topic") {
        let read = record.moment("read");
        progress.topics.insert(id, TopicRecord { read, extra: record.rest() });
    }
    for (id, mut record) in fields.tables("quiz") {
        progress.quizzes.insert(id, quiz(&mut record));
    }
    progress.extra = fields.rest();
    (progress, wrong.into_inner())
}

fn exercise(fields: &mut Fields<'_>) -> ExerciseRecord {
    let mut record = ExerciseRecord { given_up: fields.moment("given_up"), ..ExerciseRecord::default() };
    for (content, at) in fields.values("passes") {
        match moment(&at) {
            Some(at) => {
                record.passes.insert(content, at);
            }
            None => fields.complain("passes"),
        }
    }
    for at in fields.list("hints") {
        match moment(&at) {
            Some(at) => record.hints.push(at),
            None => fields.complain("hints"),
        }
    }
    for (day, count) in fields.values("days") {
        match number(&count) {
            Some(count) => {
                record.days.insert(day, count);
            }
            None => fields.complain("days"),
        }
    }
    for mut item in fields.items("attempts") {
        if let (Some(at), Some(verdict)) = (item.moment("at"), item.string("verdict")) {
            let ms = item.number("ms").unwrap_or_default();
            record.attempts.insert((at, verdict), AttemptRecord { ms, extra: item.rest() });
        } else {
            item.complain("attempts");
        }
    }
    keep_last(&mut record.attempts, KEPT_ATTEMPTS);
    record.extra = fields.rest();
    record
}

fn quiz(fields: &mut Fields<'_>) -> QuizRecord {
    let mut record = QuizRecord::default();
    for mut item in fields.items("scores") {
        if let (Some(at), Some(right), Some(total)) =
            (item.moment("at"), item.number("right"), item.number("total"))
        {
            record.scores.insert(Score { at, right, total }, item.rest());
        } else {
            item.complain("scores");
        }
    }
    keep_last(&mut record.scores, KEPT_SCORES);
    for (id, mut fields) in fields.tables("question") {
        let mut question =
            QuestionRecord { tries: fields.number("tries").unwrap_or_default(), ..QuestionRecord::default() };
        for mut item in fields.items("replies") {
            if let (Some(at), Some(right)) = (item.moment("at"), item.boolean("right")) {
                let answer = item.string("answer");
                question.replies.insert((at, right), ReplyRecord { answer, extra: item.rest() });
            } else {
                item.complain("replies");
            }
        }
        question.trim();
        question.extra = fields.rest();
        record.questions.insert(id, question);
    }
    record.extra = fields.rest();
    record
}

/// A table whose known keys are taken out one by one.
struct Fields<'w> {
    table: Table,
    place: String,
    wrong: &'w RefCell<Vec<String>>,
}

impl<'w> Fields<'w> {
    fn complain(&self, key: &str) {
        self.wrong.borrow_mut().push(format!("`{key}` in {} makes no sense", self.place));
    }

    fn take<T>(&mut self, key: &str, read: impl FnOnce(Value) -> Option<T>) -> Option<T> {
        let value = read(self.table.remove(key)?);
        if value.is_none() {
            self.complain(key);
        }
        value
    }

    fn moment(&mut self, key: &str) -> Option<Moment> {
        self.take(key, |v| moment(&v))
    }

    fn number(&mut self, key: &str) -> Option<u64> {
        self.take(key, |v| number(&v))
    }

    fn boolean(&mut self, key: &str) -> Option<bool> {
        self.take(key, |v| v.as_bool())
    }

    fn string(&mut self, key: &str) -> Option<String> {
        self.take(key, |v| v.as_str().map(ToString::to_string))
    }

    fn choice(&mut self, key: &str) -> Option<Choice> {
        let table = self.take(key, table)?;
        let mut fields = Fields { table, place: format!("`{key}`"), wrong: self.wrong };
        if let (Some(at), Some(name)) = (fields.moment("at"), fields.string("name")) {
            return Some(Choice { at, name, extra: fields.rest() });
        }
        self.complain(key);
        None
    }

    fn list(&mut self, key: &str) -> Vec<Value> {
        self.take(key, |v| if let Value::Array(items) = v { Some(items) } else { None }).unwrap_or_default()
    }

    fn values(&mut self, key: &str) -> Table {
        self.take(key, table).unwrap_or_default()
    }

    /// The tables inside the table `key`, by name.
    fn tables(&mut self, key: &str) -> Vec<(String, Fields<'w>)> {
        let all = self.values(key).into_iter();
        all.filter_map(|(name, value)| Some((name.clone(), self.inside(key, &name, value)?))).collect()
    }

    /// The tables of the list `key`.
    fn items(&mut self, key: &str) -> Vec<Fields<'w>> {
        let all = self.list(key).into_iter();
        all.filter_map(|value| self.inside(key, "", value)).collect()
    }

    fn inside(&self, key: &str, name: &str, value: Value) -> Option<Fields<'w>> {
        let place = if name.is_empty() { self.place.clone() } else { format!("{key} `{name}`") };
        let Some(table) = table(value) else {
            self.complain(key);
            return None;
        };
        Some(Fields { table, place, wrong: self.wrong })
    }

    /// What nobody asked for.
    fn rest(&mut self) -> Extra {
        Extra::new(std::mem::take(&mut self.table))
    }
}

fn table(value: Value) -> Option<Table> {
    if let Value::Table(table) = value { Some(table) } else { None }
}

fn number(value: &Value) -> Option<u64> {
    value.as_integer().and_then(|n| u64::try_from(n).ok())
}

/// A TOML time or one in quotes.
fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Datetime(at) => Moment::parse(&at.to_string()),
        Value::String(at) => Moment::parse(at),
        _ => None,
    }
}
