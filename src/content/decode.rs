//! TOML tables read key by key, so that every problem of a file is reported at once, with its line.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problems;

/// Documents larger than this are refused (bytes): a parsed one takes up to a hundred times its size.
const LARGEST: usize = 1 << 20;
/// Lists longer than this are refused: nothing that people wrote comes near.
const MOST_ITEMS: usize = 10_000;

/// A table under inspection: keys that nobody asks for are unknown.
pub struct Table<'t> {
    keys: &'t DeTable<'t>,
    span: Range<usize>,
    /// Where it stands, for messages: exercise 01-x.
    pub place: String,
    asked: Vec<&'static str>,
}

/// Parses a document; syntax errors become one problem. The parser bounds the depth by itself.
pub fn parse<'t>(text: &'t str, problems: &mut Problems<'_>) -> Option<Spanned<DeTable<'t>>> {
    if text.len() > LARGEST {
        problems.whole(format!("larger than {} MiB", LARGEST >> 20));
        return None;
    }
    match DeTable::parse(text) {
        Ok(table) => Some(table),
        Err(e) => {
            problems.at(e.span().map_or(0, |s| s.start), e.message().trim_end_matches('\n').to_string());
            None
        }
    }
}

impl<'t> Table<'t> {
    pub fn root(table: &'t Spanned<DeTable<'t>>, place: &str) -> Table<'t> {
        Table { keys: table.get_ref(), span: table.span(), place: place.to_string(), asked: Vec::new() }
    }

    /// Byte offset of the table's head.
    pub fn offset(&self) -> usize {
        self.span.start
    }

    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.keys.get(key)
    }

    pub fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// Byte offset of a key's value, or of the table.
    pub fn offset_of(&self, key: &str) -> usize {
        self.keys.get(key).map_or(self.span.start, |v| v.span().start)
    }

    /// Bytes of a key's value.
    pub fn span_of(&self, key: &str) -> Option<Range<usize>> {
        self.keys.get(key).map(Spanned::span)
    }

    /// Bytes of each item of a list; none where there is no list.
    pub fn items(&self, key: &str) -> Vec<Range<usize>> {
        match self.keys.get(key).map(Spanned::get_ref) {
            Some(DeValue::Array(items)) => items.iter().map(Spanned::span).collect(),
            _ => Vec::new(),
        }
    }

    fn wrong(&self, key: &str, wanted: &str, found: &Spanned<DeValue<'t>>, problems: &mut Problems<'_>) {
        let is = found.get_ref().type_str();
        problems.at(found.span().start, format!("`{key}` in {} must be {wanted}, found {is}", self.place));
    }

    fn missing(&self, key: &str, problems: &mut Problems<'_>) {
        problems.at(self.span.start, format!("{} lacks `{key}`", self.place));
    }

    /// An optional string.
    pub fn opt_str(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<&'t str> {
        let value = self.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            Some(text.as_ref())
        } else {
            self.wrong(key, "a string", value, problems);
            None
        }
    }

    /// A string that must be there and must not be blank.
    pub fn str(&mut self, key: &'static str, problems: &mut Problems<'_>) -> String {
        if !self.has(key) {
            self.asked.push(key);
            self.missing(key, problems);
            return String::new();
        }
        let text = self.opt_str(key, problems);
        if let Some(text) = text
            && text.trim().is_empty()
        {
            problems.at(self.offset_of(key), format!("`{key}` in {} is empty", self.place));
        }
        if text.is_some_and(|text| text.contains(is_unprintable)) {
            let message = format!("`{key}` in {} holds a control character", self.place);
            problems.at(self.offset_of(key), message);
        }
        text.unwrap_or_default().to_string()
    }

    pub fn opt_bool(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<bool> {
        let value = self.get(key)?;
        if let DeValue::Boolean(b) = value.get_ref() {
            Some(*b)
        } else {
            self.wrong(key, "true or false", value, problems);
            None
        }
    }

    /// An optional whole number within `range`.
    pub fn opt_int(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<i64>,
        problems: &mut Problems<'_>,
    ) -> Option<i64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
            _ => None,
        };
        match number {
            Some(n) if range.contains(&n) => Some(n),
            _ => {
                let wanted = format!("a whole number from {} to {}", range.start(), range.end());
                self.wrong(key, &wanted, value, problems);
                None
            }
        }
    }

    /// An optional number, whole or not; finite.
    pub fn opt_float(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<f64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse::<f64>().ok(),
            DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
            _ => None,
        };
        if number.is_none_or(|n| !n.is_finite()) {
            self.wrong(key, "a finite number", value, problems);
            return None;
        }
        number
    }

    /// A list of strings, each with its byte offset; empty when the key is absent.
    pub fn strs(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<(usize, String)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, "a list of strings", value, problems);
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in self.few(key, items.iter(), value, problems) {
            if let DeValue::String(text) = item.get_ref() {
                out.push((item.span().start, text.to_string()));
            } else {
                self.wrong(key, "a list of strings", item, problems);
            }
        }
        out
    }

    /// The items of a list, when they are not too many.
    fn few<I: ExactSizeIterator>(
        &self,
        key: &str,
        items: I,
        value: &Spanned<DeValue<'t>>,
        problems: &mut Problems<'_>,
    ) -> std::iter::Take<I> {
        let most = if items.len() > MOST_ITEMS {
            let message =
                format!("`{key}` in {} has {} items, more than {MOST_ITEMS}", self.place, items.len());
            problems.at(value.span().start, message);
            0
        } else {
            items.len()
        };
        items.take(most)
    }

    /// A string, or a list of strings: `(items, was a list)`.
    pub fn str_or_strs(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<(Vec<String>, bool)> {
        match self.keys.get(key).map(Spanned::get_ref) {
            Some(DeValue::Array(_)) => {
                Some((self.strs(key, problems).into_iter().map(|(_, s)| s).collect(), true))
            }
            Some(_) => self.opt_str(key, problems).map(|s| (vec![s.to_string()], false)),
            None => {
                self.asked.push(key);
                None
            }
        }
    }

    /// A table under this key.
    pub fn table(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Table<'t>> {
        let value = self.get(key)?;
        if let DeValue::Table(table) = value.get_ref() {
            let place = format!("`{key}` of {}", self.place);
            Some(Table { keys: table, span: value.span(), place, asked: Vec::new() })
        } else {
            self.wrong(key, "a table", value, problems);
            None
        }
    }

    /// The tables of `[[key]]`.
    pub fn tables(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Table<'t>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, &format!("`[[{key}]]` tables"), value, problems);
            return Vec::new();
        };
        let mut out = Vec::new();
        for (i, item) in self.few(key, items.iter(), value, problems).enumerate() {
            if let DeValue::Table(table) = item.get_ref() {
                let place = format!("{key} {}", i + 1);
                out.push(Table { keys: table, span: item.span(), place, asked: Vec::new() });
            } else {
                self.wrong(key, &format!("`[[{key}]]` tables"), item, problems);
            }
        }
        out
    }

    /// The strings of a table whose keys are free: `(key, text)` in the file's order.
    pub fn free_strs(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<(String, String)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, "a table of strings", value, problems);
            return Vec::new();
        };
        let mut out = Vec::new();
        for (name, item) in self.few(key, table.iter(), value, problems) {
            if let DeValue::String(text) = item.get_ref() {
                out.push((name.get_ref().to_string(), text.to_string()));
            } else {
                self.wrong(key, "a table of strings", item, problems);
            }
        }
        out
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self, problems: &mut Problems<'_>) {
        for (key, _) in self.keys {
            if problems.is_full() {
                break;
            }
            let name: &str = key.get_ref().as_ref();
            if !self.asked.contains(&name) {
                let known = self.asked.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
                problems
                    .at(key.span().start, format!("unknown key `{name}` in {} (known: {known})", self.place));
            }
        }
    }
}

/// Whether a character does something to a terminal, or to the order of a line, instead of being seen.
pub fn is_unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
