//! Writes JSON: just what a report line needs, and nothing that reads it back.

use std::fmt::Write as _;

/// A JSON object under construction; keys are plain ASCII words and are not escaped.
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Object {
        Object(String::from("{"))
    }

    pub(crate) fn text(self, key: &str, value: &str) -> Object {
        self.raw(key, &quote(value))
    }

    /// An exact integer: 64 bits are written digit by digit, never through a float.
    pub(crate) fn int(self, key: &str, value: u64) -> Object {
        self.raw(key, &value.to_string())
    }

    pub(crate) fn number(self, key: &str, value: f64) -> Object {
        self.raw(key, &number(value))
    }

    pub(crate) fn truth(self, key: &str, value: bool) -> Object {
        self.raw(key, if value { "true" } else { "false" })
    }

    /// `value` must be JSON already.
    pub(crate) fn raw(mut self, key: &str, value: &str) -> Object {
        let comma = if self.0.len() > 1 { "," } else { "" };
        let _ = write!(self.0, "{comma}\"{key}\":{value}");
        self
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A JSON array; the items must be JSON already.
pub(crate) fn array(items: impl IntoIterator<Item = String>) -> String {
    let mut out = String::from("[");
    for item in items {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&item);
    }
    out.push(']');
    out
}

/// The shortest digits that read back as the same float; `null` for what JSON has no number for.
pub(crate) fn number(value: f64) -> String {
    if value.is_finite() { format!("{value:?}") } else { "null".into() }
}

/// A JSON string. Besides what JSON demands, everything is escaped that a terminal could obey (DEL and the
/// C1 controls) or that some reader takes for the end of a line (U+2028, U+2029).
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{2028}' | '\u{2029}' => escape(&mut out, c),
            c if c.is_control() => escape(&mut out, c),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Every char that comes here is below U+10000, so four digits are enough.
fn escape(out: &mut String, c: char) {
    let _ = write!(out, "\\u{:04x}", u32::from(c));
}

/// Reads JSON back, for tests: what `quote` and `Object` write must survive the way to the engine.
#[cfg(test)]
pub(crate) mod read {
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, PartialEq)]
    pub(crate) enum Value {
        Null,
        Truth(bool),
        /// The digits as written, so that no test loses a bit on the way.
        Number(String),
        Text(String),
        Array(Vec<Value>),
        Object(BTreeMap<String, Value>),
    }

    impl Value {
        pub(crate) fn get(&self, key: &str) -> &Value {
            let Value::Object(fields) = self else { panic!("{self:?} is not an object") };
            fields.get(key).unwrap_or(&Value::Null)
        }

        pub(crate) fn text(&self, key: &str) -> &str {
            let Value::Text(text) = self.get(key) else { panic!("{key} of {self:?} is not a text") };
            text
        }

        pub(crate) fn number(&self, key: &str) -> &str {
            let Value::Number(digits) = self.get(key) else { panic!("{key} of {self:?} is not a number") };
            digits
        }

        pub(crate) fn items(&self, key: &str) -> &[Value] {
            let Value::Array(items) = self.get(key) else { panic!("{key} of {self:?} is not an array") };
            items
        }
    }

    /// The one value that `text` holds. Panics on anything that RFC 8259 forbids.
    pub(crate) fn value(text: &str) -> Value {
        let mut rest = text.chars().peekable();
        let value = parse(&mut rest);
        assert_eq!(rest.next(), None, "more after the value: {text}");
        value
    }

    type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

    fn parse(rest: &mut Rest) -> Value {
        match rest.peek().copied() {
            Some('"') => Value::Text(string(rest)),
            Some('{') => {
                let mut fields = BTreeMap::new();
                list(rest, '}', &mut |rest| {
                    let key = string(rest);
                    assert_eq!(rest.next(), Some(':'));
                    let value = parse(rest);
                    assert!(fields.insert(key.clone(), value).is_none(), "{key} is there twice");
                });
                Value::Object(fields)
            }
            Some('[') => {
                let mut items = Vec::new();
                list(rest, ']', &mut |rest| items.push(parse(rest)));
                Value::Array(items)
            }
            _ => {
                let mut word = String::new();
                while let Some(c) = rest.next_if(|c| c.is_ascii_alphanumeric() || "+-.".contains(*c)) {
                    word.push(c);
                }
                match word.as_str() {
                    "null" => Value::Null,
                    "true" | "false" => Value::Truth(word == "true"),
                    _ => {
                        assert!(word.parse::<f64>().is_ok_and(f64::is_finite), "{word} is not a number");
                        Value::Number(word)
                    }
                }
            }
        }
    }

    fn list(rest: &mut Rest, end: char, item: &mut dyn FnMut(&mut Rest)) {
        rest.next();
        if rest.next_if_eq(&end).is_some() {
            return;
        }
        loop {
            item(rest);
            match rest.next() {
                Some(',') => {}
                other => return assert_eq!(other, Some(end)),
            }
        }
    }

    fn string(rest: &mut Rest) -> String {
        assert_eq!(rest.next(), Some('"'));
        let mut out = String::new();
        loop {
            match rest.next().expect("the string ends") {
                '"' => return out,
                '\\' => match rest.next().expect("an escape is whole") {
                    c @ ('"' | '\\') => out.push(c),
                    'u' => {
                        let digits: String = rest.take(4).collect();
                        let code = u32::from_str_radix(&digits, 16).expect("four hex digits");
                        out.push(char::from_u32(code).expect("no surrogates"));
                    }
                    other => panic!("escape \\{other}"),
                },
                c => {
                    assert!(c >= ' ', "a raw control character");
                    out.push(c);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, array, number, quote, read};
    use crate::Rng;

    #[test]
    fn every_char_survives_quoting_and_no_control_is_left_raw() {
        let rare = ('\u{3000}'..=char::MAX).step_by(97);
        for c in ('\0'..'\u{3000}').chain(rare) {
            let text = format!("a{c}\\{c}\"{c}");
            let quoted = quote(&text);
            assert!(!quoted.chars().any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}'), "{c:?}");
            assert_eq!(read::value(&quoted), read::Value::Text(text));
        }
    }

    #[test]
    fn random_texts_survive_quoting() {
        let alphabet =
            ['\\', '"', 'u', '0', 'n', '\n', '\r', '\t', '\u{7f}', '\u{85}', '\u{2028}', 'é', '🦀', '{'];
        let mut rng = Rng::new(11);
        for _ in 0..2_000 {
            let text: String = (0..rng.below(12)).map(|_| *rng.pick(&alphabet)).collect();
            assert_eq!(read::value(&quote(&text)), read::Value::Text(text));
        }
    }

    #[test]
    fn integers_are_exact_and_floats_read_back_the_same() {
        assert_eq!(Object::new().int("at", u64::MAX).end(), r#"{"at":18446744073709551615}"#);
        assert_eq!(Object::new().int("at", (1 << 53) + 1).end(), r#"{"at":9007199254740993}"#);
        let mut rng = Rng::new(12);
        for _ in 0..20_000 {
            let value = f64::from_bits(rng.next_u64());
            let written = number(value);
            assert!(written.len() <= 24, "{written}");
            match read::value(&written) {
                read::Value::Null => assert!(!value.is_finite()),
                read::Value::Number(digits) => assert_eq!(digits.parse(), Ok(value)),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn objects_and_arrays_nest() {
        let inner = Object::new().truth("same", true).end();
        let outer = Object::new().text("ev", "x").number("value", f64::NAN).raw("rows", &array([inner]));
        assert_eq!(outer.end(), r#"{"ev":"x","value":null,"rows":[{"same":true}]}"#);
        assert_eq!(Object::new().end(), "{}");
        assert_eq!(array([]), "[]");
    }
}
