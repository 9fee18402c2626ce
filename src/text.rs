//! Words and numbers as people write them: plurals, lists, durations, near misses, text that is safe to print.

use std::fmt::Write as _;
use std::time::Duration;

/// `1 check`, `3 checks`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// `` `a`, `b` and `c` ``.
pub fn names<S: AsRef<str>>(items: &[S]) -> String {
    let quoted: Vec<String> = items.iter().map(|i| format!("`{}`", i.as_ref())).collect();
    list(&quoted, "and")
}

/// `a, b and c`.
pub fn list<S: AsRef<str>>(items: &[S], join: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} {join} {}", most.join(", "), last.as_ref())
        }
    }
}

/// The candidate closest to `word`, when it is close enough to be a slip of the finger.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let best = candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&word, &c.to_lowercase()), c))
        .min_by_key(|(distance, _)| *distance)?;
    (best.0 <= 1 + word.chars().count() / 4).then_some(best.1)
}

/// Nanoseconds of virtual time, exact and short: `0`, `250 ns`, `1.5 ms`, `12 s`.
pub fn virtual_time(ns: u64) -> String {
    let (unit, name) = match ns {
        0 => return "0".to_string(),
        1..1_000 => (1, "ns"),
        1_000..1_000_000 => (1_000, "us"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        _ => (1_000_000_000, "s"),
    };
    let (whole, rest) = (ns / unit, ns % unit);
    if rest == 0 {
        return format!("{whole} {name}");
    }
    let digits = unit.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 3 { format!("{} ns", grouped(ns)) } else { format!("{whole}.{fraction} {name}") }
}

/// `12 345 678`, with narrow groups of three.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('_');
        }
        out.push(c);
    }
    out
}

/// A measured duration: `84 ms`, `1.3 s`.
pub fn duration(d: Duration) -> String {
    if d < Duration::from_secs(1) {
        format!("{} ms", d.as_millis())
    } else {
        format!("{:.1} s", d.as_secs_f64())
    }
}

/// Time to plan for: `25 min`, `2 h`, `2 h 20 min`.
pub fn minutes(n: u64) -> String {
    match (n / 60, n % 60) {
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m} min"),
    }
}

/// Bytes: `512 B`, `3.4 MiB`.
#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
pub fn bytes(n: u64) -> String {
    match n {
        0..1024 => format!("{n} B"),
        1024..1_048_576 => format!("{:.1} KiB", n as f64 / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", n as f64 / 1_048_576.0),
        _ => format!("{:.1} GiB", n as f64 / 1_073_741_824.0),
    }
}

/// Text from a learner's program, compiler or file that may reach the terminal: control characters other than
/// newline and tab become visible, so that nothing can move the cursor or change colours.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\r' => {}
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}') =>
            {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_times_are_exact() {
        let cases = [
            (0, "0"),
            (1, "1 ns"),
            (999, "999 ns"),
            (1_000, "1 us"),
            (1_500_000, "1.5 ms"),
            (1_000_000_001, "1_000_000_001 ns"),
            (12_000_000_000, "12 s"),
            (1_250_000_000, "1.25 s"),
        ];
        for (ns, shown) in cases {
            assert_eq!(virtual_time(ns), shown);
        }
    }

    #[test]
    fn long_times_are_given_in_hours() {
        assert_eq!(
            [minutes(0), minutes(59), minutes(60), minutes(140)],
            ["0 min", "59 min", "1 h", "2 h 20 min"]
        );
    }

    #[test]
    fn a_slip_is_guessed_and_a_stranger_is_not() {
        let names = ["01-lazy-refill", "02-gcra"];
        assert_eq!(nearest("02-gcar", names), Some("02-gcra"));
        assert_eq!(nearest("feature-flags", names), None);
    }

    #[test]
    fn control_sequences_are_shown_not_obeyed() {
        assert_eq!(printable("a\x1b[31mb\x07\r\nc\u{202e}"), "a\\u{1b}[31mb\\u{7}\nc\\u{202e}");
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(names(&["a"]), "`a`");
        assert_eq!(names(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(count(1, "check"), "1 check");
        assert_eq!(count(0, "check"), "0 checks");
    }
}
