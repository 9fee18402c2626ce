//! A slice as a URL query: percent-encoding, `+` for a space, keys that may repeat.

use super::{Facet, Slice};
use crate::failure::Failure;
use crate::text::{names, nearest, printable};
use std::fmt::Write as _;

const WORDS: &str = "q";

/// Reads `?q=words&family=...&tag=a&tag=b`; the question mark may be missing, a whole address is fine too.
/// Values are not checked against an atlas here.
pub fn read(text: &str) -> Result<Slice, Failure> {
    let text = text.trim();
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    let text = text.split_once('?').map_or(text, |(_, query)| query);
    let mut slice = Slice::default();
    for pair in text.split('&').filter(|p| !p.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (decode(key), decode(value));
        if value.trim().is_empty() && (key == WORDS || facet(&key).is_some()) {
            continue;
        }
        match facet(&key) {
            Some(Facet::Tag) => slice.tags.push(value),
            Some(facet) => slice = slice.with(facet, &value),
            None if key == WORDS => slice.words.extend(value.split_whitespace().map(ToString::to_string)),
            None => return Err(unknown_key(&key)),
        }
    }
    Ok(slice)
}

/// Writes it in one way only, so that equal slices are equal texts.
pub fn write(slice: &Slice) -> String {
    let mut pairs = Vec::new();
    if !slice.words.is_empty() {
        let words: Vec<String> = slice.words.iter().map(|w| encode(w)).collect();
        pairs.push(format!("{WORDS}={}", words.join("+")));
    }
    let singles = [
        (Facet::Family, &slice.family),
        (Facet::Kind, &slice.kind),
        (Facet::Difficulty, &slice.difficulty),
        (Facet::Path, &slice.path),
    ];
    for (facet, value) in singles {
        if let Some(value) = value {
            pairs.push(format!("{}={}", facet.word(), encode(value)));
        }
    }
    pairs.extend(slice.tags.iter().map(|tag| format!("{}={}", Facet::Tag.word(), encode(tag))));
    format!("?{}", pairs.join("&"))
}

fn facet(key: &str) -> Option<Facet> {
    Facet::ALL.into_iter().find(|f| f.word() == key)
}

fn unknown_key(key: &str) -> Failure {
    let keys: Vec<&str> = std::iter::once(WORDS).chain(Facet::ALL.map(Facet::word)).collect();
    let failure = Failure::usage(format!("a slice has no key `{}`", printable(key)));
    match nearest(key, keys.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help(format!("the keys are {}", names(&keys))),
    }
}

/// Everything but what a URL and a shell's single quotes leave alone.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A `%` that starts no code stays as it is; bytes that are no UTF-8 become a replacement character.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let code = || {
            let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
            u8::try_from(digit(i + 1)? * 16 + digit(i + 2)?).ok()
        };
        match bytes[i] {
            b'+' => out.push(b' '),
            b'%' => match code() {
                Some(byte) => {
                    out.push(byte);
                    i += 2;
                }
                None => out.push(b'%'),
            },
            byte => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
