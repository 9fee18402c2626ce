//! Numbers with units, as people type them: `20 tokens`, `0.3 s` for `300 ms`, `1_000`, `12,5 %`. Refuses to
//! guess: `1,000` is a thousand to some readers and one to others.

/// A number and the unit behind it, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub value: f64,
    /// Empty when there is none.
    pub unit: String,
}

/// Why a text is not one number with a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misread {
    NoNumber,
    /// A single comma before three digits: the two readings.
    Ambiguous {
        grouped: String,
        decimal: String,
    },
    /// More digits follow what was read as the unit: `3-5`, `2 of 7`.
    MoreThanOne,
    /// Beyond what a double holds.
    TooLarge,
}

/// Reads one number, with an optional unit.
pub fn parse(text: &str) -> Result<Quantity, Misread> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '`');
    let text = text.trim_start_matches(['~', '≈', '=']).trim_start();
    let (sign, text) = match text.strip_prefix(['-', '−', '–']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.trim_start();
    let (body, rest) = text.split_at(body_length(text));
    let digits = decimal(body)?;
    let (exponent, rest) = exponent(rest);
    let value: f64 = format!("{sign}{digits}{exponent}").parse().map_err(|_| Misread::NoNumber)?;
    let (scale, unit) = multiplier(rest);
    let value = value * scale;
    if !value.is_finite() {
        return Err(Misread::TooLarge);
    }
    let unit = unit.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | '!' | '`'));
    if unit.bytes().any(|b| b.is_ascii_digit()) {
        return Err(Misread::MoreThanOne);
    }
    Ok(Quantity { value, unit: unit.to_string() })
}

impl Quantity {
    /// The value in `unit`; `None` when the two can't be converted. Without a unit the value stands as it is.
    pub fn in_unit(&self, unit: &str) -> Option<f64> {
        if self.unit.is_empty() {
            return Some(self.value);
        }
        let (from, to) = (canonical(&self.unit), canonical(unit));
        if from == to {
            return Some(self.value);
        }
        let ((kind, factor), (wanted, divisor)) = (scale(&from)?, scale(&to)?);
        (kind == wanted).then(|| self.value * factor / divisor)
    }
}

/// `value` within `tolerance` of `wanted`, bounds included; rounding of the conversion does not count.
pub fn within(value: f64, wanted: f64, tolerance: f64) -> bool {
    let rounding = 1e-9 * wanted.abs().max(value.abs()).min(1e300);
    (value - wanted).abs() <= tolerance + rounding
}

/// As people write it: `300`, `11.1`, `0.3` (not 0.30000000000000004).
pub fn shown(value: f64) -> String {
    let rounded: f64 = format!("{value:.9e}").parse().unwrap_or(value);
    if rounded != 0.0 && !(1e-6..1e15).contains(&rounded.abs()) {
        format!("{rounded:e}")
    } else {
        rounded.to_string()
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// Bytes of the leading digits with their separators. A space belongs to them before exactly three digits.
fn body_length(text: &str) -> usize {
    let mut end = 0;
    for (i, c) in text.char_indices() {
        let after = &text[i + c.len_utf8()..];
        let next_is_digit = after.starts_with(|n: char| n.is_ascii_digit());
        let group_follows = after.bytes().take_while(u8::is_ascii_digit).count() == 3;
        let belongs = c.is_ascii_digit()
            || (matches!(c, '.' | ',') && next_is_digit)
            || (matches!(c, '_' | '\'' | '’') && i > 0 && next_is_digit)
            || (is_space(c) && i > 0 && group_follows);
        if !belongs {
            break;
        }
        end = i + c.len_utf8();
    }
    end
}

/// Digits with at most one point, from digits with separators.
fn decimal(body: &str) -> Result<String, Misread> {
    if !body.contains(|c: char| c.is_ascii_digit()) {
        return Err(Misread::NoNumber);
    }
    let plain: String = body.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let was_grouped = plain.len() != body.len();
    let (dots, commas) = (plain.matches('.').count(), plain.matches(',').count());
    match (dots, commas) {
        (0 | 1, 0) => Ok(plain),
        (0, 1) => {
            let (whole, part) = plain.split_once(',').unwrap_or_default();
            let could_group = part.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            if could_group && !was_grouped {
                return Err(Misread::Ambiguous {
                    grouped: format!("{whole}{part}"),
                    decimal: format!("{whole}.{part}"),
                });
            }
            Ok(format!("{whole}.{part}"))
        }
        _ => {
            // The separator that comes last and once is the decimal one; the other groups.
            let point = match (plain.rfind('.'), plain.rfind(',')) {
                (Some(dot), Some(comma)) if dot > comma && dots == 1 => Some(dot),
                (Some(dot), Some(comma)) if comma > dot && commas == 1 => Some(comma),
                (Some(_), Some(_)) => return Err(Misread::NoNumber),
                _ => None,
            };
            let (whole, part) = point.map_or((plain.as_str(), ""), |p| (&plain[..p], &plain[p + 1..]));
            let groups: Vec<&str> = whole.split(['.', ',']).collect();
            let first_fits = (1..=3).contains(&groups[0].len());
            if !first_fits || groups[1..].iter().any(|g| g.len() != 3) {
                return Err(Misread::NoNumber);
            }
            Ok(format!("{}.{part}", groups.concat()))
        }
    }
}

/// `e1`, `E-3`, `e−3` directly behind the digits.
fn exponent(rest: &str) -> (String, &str) {
    let none = (String::new(), rest);
    let Some(after) = rest.strip_prefix(['e', 'E']) else { return none };
    let (sign, after) = match after.strip_prefix(['-', '−']) {
        Some(after) => ("-", after),
        None => ("", after.strip_prefix('+').unwrap_or(after)),
    };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return none;
    }
    (format!("e{sign}{}", &after[..digits]), &after[digits..])
}

/// `k`, `M`, `G` or a number word before the unit: 60 k calls.
fn multiplier(rest: &str) -> (f64, &str) {
    let rest = rest.trim_start();
    let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match word {
        "k" | "K" | "thousand" => (1e3, after),
        "M" | "million" => (1e6, after),
        "G" | "billion" => (1e9, after),
        _ => (1.0, rest),
    }
}

/// One spelling per unit: lower case, singular, `/` for per.
fn canonical(unit: &str) -> String {
    let unit = unit.trim().trim_end_matches('.').to_lowercase().replace(" per ", "/");
    let parts: Vec<String> = unit.split('/').map(|part| word(part.trim())).collect();
    parts.join("/")
}

fn word(unit: &str) -> String {
    let known = match unit {
        "sec" | "secs" | "second" | "seconds" => "s",
        "msec" | "msecs" | "millisecond" | "milliseconds" | "millis" => "ms",
        "µs" | "μs" | "usec" | "usecs" | "microsecond" | "microseconds" | "micros" => "us",
        "nsec" | "nsecs" | "nanosecond" | "nanoseconds" | "nanos" => "ns",
        "mins" | "minute" | "minutes" => "min",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "day" | "days" => "d",
        "percent" | "per cent" | "pct" => "%",
        "byte" | "bytes" => "b",
        "req" | "reqs" => "request",
        "rps" => "request/s",
        "qps" => "query/s",
        "queries" => "query",
        "retries" => "retry",
        "tries" => "try",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_string();
    }
    let short = unit.chars().count() <= 3 || unit.ends_with("ss");
    if short { unit } else { unit.strip_suffix('s').unwrap_or(unit) }.to_string()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Time,
    Share,
    Data,
}

/// What a canonical unit measures, and its size in the dimension's own unit (ns, one, byte).
fn scale(unit: &str) -> Option<(Dimension, f64)> {
    use Dimension::{Data, Share, Time};
    Some(match unit {
        "ns" => (Time, 1.0),
        "us" => (Time, 1e3),
        "ms" => (Time, 1e6),
        "s" => (Time, 1e9),
        "min" => (Time, 60e9),
        "h" => (Time, 3_600e9),
        "d" => (Time, 86_400e9),
        "%" => (Share, 0.01),
        "‰" => (Share, 0.001),
        "b" => (Data, 1.0),
        "kb" => (Data, 1e3),
        "mb" => (Data, 1e6),
        "gb" => (Data, 1e9),
        "kib" => (Data, 1024.0),
        "mib" => (Data, 1_048_576.0),
        "gib" => (Data, 1_073_741_824.0),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> (f64, String) {
        let q = parse(text).unwrap_or_else(|e| panic!("{text:?}: {e:?}"));
        (q.value, q.unit)
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases: &[(&str, f64, &str)] = &[
            ("20", 20.0, ""),
            (" `20` ", 20.0, ""),
            ("20 tokens", 20.0, "tokens"),
            ("20tokens.", 20.0, "tokens"),
            ("2e1", 20.0, ""),
            ("2E+1 tokens", 20.0, "tokens"),
            ("2e−3 s", 0.002, "s"),
            ("2 e", 2.0, "e"),
            ("0.3 s", 0.3, "s"),
            (".5", 0.5, ""),
            (",5", 0.5, ""),
            ("20.", 20.0, ""),
            ("+11.1 %", 11.1, "%"),
            ("−5", -5.0, ""),
            ("- 5", -5.0, ""),
            ("~8 s", 8.0, "s"),
            ("0,3", 0.3, ""),
            ("12,5%", 12.5, "%"),
            ("0,300", 0.3, ""),
            ("1234,567", 1234.567, ""),
            ("1_000", 1000.0, ""),
            ("1 000 ms", 1000.0, "ms"),
            ("1\u{202f}000", 1000.0, ""),
            ("1'000'000", 1e6, ""),
            ("1,000,000", 1e6, ""),
            ("1.000.000", 1e6, ""),
            ("1,000.5", 1000.5, ""),
            ("1.000,5", 1000.5, ""),
            ("1.000", 1.0, ""),
            ("1 000,500", 1000.5, ""),
            ("60 k calls/s", 60e3, "calls/s"),
            ("60k", 60e3, ""),
            ("1.5M", 1.5e6, ""),
            ("4 kB", 4.0, "kB"),
        ];
        for (text, value, unit) in cases {
            let (found, found_unit) = reads(text);
            assert!(within(found, *value, 0.0), "{text:?}: {found}");
            assert_eq!(found_unit, *unit, "{text:?}");
        }
    }

    #[test]
    fn what_could_be_two_numbers_is_not_guessed() {
        let two = Misread::Ambiguous { grouped: "1000".into(), decimal: "1.000".into() };
        assert_eq!(parse("1,000"), Err(two.clone()));
        assert_eq!(parse("1,000 tokens"), Err(two));
        for text in ["", "twenty", "-", "e5", "NaN", "inf", "1.2.3", "12,34,567", "1,2.3,4"] {
            assert_eq!(parse(text), Err(Misread::NoNumber), "{text:?}");
        }
        for text in ["3-5", "2 of 7", "1:30", "1/3"] {
            assert_eq!(parse(text), Err(Misread::MoreThanOne), "{text:?}");
        }
        assert_eq!(parse("1e999"), Err(Misread::TooLarge));
    }

    #[test]
    fn units_convert_or_are_told_apart() {
        let cases: &[(&str, &str, Option<f64>)] = &[
            ("0.3 s", "ms", Some(300.0)),
            ("300 ms", "s", Some(0.3)),
            ("300", "ms", Some(300.0)),
            ("300 s", "ms", Some(300_000.0)),
            ("5 µs", "ns", Some(5_000.0)),
            ("2 minutes", "s", Some(120.0)),
            ("20 Tokens", "token", Some(20.0)),
            ("20 tokens per second", "tokens/s", Some(20.0)),
            ("50 rps", "requests/s", Some(50.0)),
            ("11.1 percent", "%", Some(11.1)),
            ("2 KiB", "bytes", Some(2048.0)),
            ("20 tokens", "ms", None),
            ("20 calls", "tokens", None),
            ("300 ms", "%", None),
        ];
        for (text, unit, value) in cases {
            let found = parse(text).unwrap().in_unit(unit);
            match (found, value) {
                (Some(f), Some(v)) => assert!(within(f, *v, 0.0), "{text:?} in {unit}: {f}"),
                (found, value) => assert_eq!(found, *value, "{text:?} in {unit}"),
            }
        }
    }

    #[test]
    fn a_tolerance_includes_its_bounds() {
        assert!(within(11.2, 11.1, 0.1) && within(11.0, 11.1, 0.1));
        assert!(!within(11.21, 11.1, 0.1));
        assert!(within(0.1 + 0.2, 0.3, 0.0));
        assert!(!within(21.0, 20.0, 0.0));
    }

    #[test]
    fn what_is_shown_reads_back_as_the_same_number() {
        let mut state = 7u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let whole = f64::from(u32::try_from(state >> 40).unwrap()) - 8e6;
            let value = whole / [1.0, 10.0, 1e3, 1e6, 1e-9, 1e9][usize::try_from(state % 6).unwrap()];
            let back = parse(&shown(value)).unwrap_or_else(|e| panic!("{value}: {e:?}"));
            assert!(within(back.value, value, 0.0), "{value} came back as {}", back.value);
            for unit in ["ns", "us", "ms", "s", "min", "h"] {
                let there = Quantity { value, unit: unit.into() }.in_unit("s").unwrap();
                let back = Quantity { value: there, unit: "s".into() }.in_unit(unit).unwrap();
                assert!(within(back, value, 0.0), "{value} {unit} came back as {back}");
            }
        }
    }
}
