//! Fields that this drill does not know: kept as they are, so that a newer drill's file loses nothing.

use std::fmt::Write as _;
use toml::{Table, Value};

/// Unknown keys of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra(Table);

impl Extra {
    pub fn new(table: Table) -> Extra {
        Extra(table)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// Commutative, associative, idempotent: tables are united; of two other values the greater text stays,
    /// and a table wins over anything else.
    pub fn merge(&mut self, other: Extra) {
        merge(&mut self.0, other.0);
    }
}

fn merge(into: &mut Table, other: Table) {
    for (key, theirs) in other {
        match (into.get_mut(&key), theirs) {
            (Some(Value::Table(ours)), Value::Table(theirs)) => merge(ours, theirs),
            (Some(Value::Table(_)), _) => {}
            (Some(ours), theirs @ Value::Table(_)) => *ours = theirs,
            (Some(ours), theirs) => {
                if theirs.to_string() > ours.to_string() {
                    *ours = theirs;
                }
            }
            (None, theirs) => {
                into.insert(key, theirs);
            }
        }
    }
}

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let items: Vec<String> =
                table.iter().map(|(k, v)| format!("{} = {}", key(k), inline(v))).collect();
            format!("{{ {} }}", items.join(", "))
        }
        simple => simple.to_string(),
    }
}

/// A key, bare where TOML allows it.
pub(super) fn key(name: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !name.is_empty() && name.bytes().all(bare) { name.to_string() } else { string(name) }
}

/// A quoted string on one line.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
