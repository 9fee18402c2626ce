//! What a terminal sends for each key. Pure: bytes in, presses out, whatever the pieces they come in.

use crate::watch::event::Key;

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    Key(Key),
    /// Ctrl-L: whatever wrote over the screen, draw it again.
    Redraw,
}

/// Remembers the beginning of what is not complete yet.
#[derive(Debug, Default)]
pub struct Decoder {
    rest: Vec<u8>,
}

/// One step of decoding: how many bytes it took and what they mean, if anything here.
enum Step {
    Took(usize, Option<Press>),
    NeedsMore,
}

/// Bytes of the longest sequence that is waited for.
const LONGEST: usize = 64;
const ESCAPE: u8 = 0x1b;
const CTRL_L: u8 = 0x0c;
const DELETE: u8 = 0x7f;

impl Decoder {
    /// What these bytes complete. Keys that watch does not know, and keys with Ctrl or Alt, mean nothing.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Press> {
        self.rest.extend_from_slice(bytes);
        let (mut presses, mut at) = (Vec::new(), 0);
        while at < self.rest.len() {
            match step(&self.rest[at..]) {
                Step::Took(n, press) => {
                    at += n;
                    presses.extend(press);
                }
                Step::NeedsMore => break,
            }
        }
        self.rest.drain(..at);
        // No key is that long.
        if self.rest.len() > LONGEST {
            self.rest.clear();
        }
        presses
    }

    /// Whether something is incomplete.
    pub fn is_amid(&self) -> bool {
        !self.rest.is_empty()
    }

    /// The other half does not come: a lone Escape is the key, anything else is forgotten.
    pub fn give_up(&mut self) -> Vec<Press> {
        let rest = std::mem::take(&mut self.rest);
        if rest == [ESCAPE] { vec![Press::Key(Key::Escape)] } else { Vec::new() }
    }
}

fn step(bytes: &[u8]) -> Step {
    match bytes {
        [] | [ESCAPE] => Step::NeedsMore,
        [ESCAPE, ESCAPE, ..] => Step::Took(1, Some(Press::Key(Key::Escape))),
        [ESCAPE, b'[', rest @ ..] => control_sequence(rest),
        [ESCAPE, b'O', rest @ ..] => match rest.first() {
            Some(last) => Step::Took(3, cursor_key(*last).map(Press::Key)),
            None => Step::NeedsMore,
        },
        // Alt with a key.
        [ESCAPE, rest @ ..] => match character(rest) {
            Step::Took(n, _) => Step::Took(n + 1, None),
            Step::NeedsMore => Step::NeedsMore,
        },
        [b'\r' | b'\n', ..] => Step::Took(1, Some(Press::Key(Key::Enter))),
        [CTRL_L, ..] => Step::Took(1, Some(Press::Redraw)),
        [0..b' ' | DELETE, ..] => Step::Took(1, None),
        _ => character(bytes),
    }
}

/// Behind `ESC [`: parameters, then a letter or a tilde.
fn control_sequence(bytes: &[u8]) -> Step {
    const BEFORE: usize = 2;
    // The Linux console's function keys have a letter behind a second bracket.
    if bytes.first() == Some(&b'[') {
        return if bytes.len() > 1 { Step::Took(BEFORE + 2, None) } else { Step::NeedsMore };
    }
    let Some(end) = bytes.iter().position(|b| (0x40..=0x7e).contains(b)) else { return Step::NeedsMore };
    let key = match (&bytes[..end], bytes[end]) {
        (b"", last) => cursor_key(last),
        (b"1" | b"7", b'~') => Some(Key::Home),
        (b"4" | b"8", b'~') => Some(Key::End),
        (b"5", b'~') => Some(Key::PageUp),
        (b"6", b'~') => Some(Key::PageDown),
        _ => None,
    };
    Step::Took(BEFORE + end + 1, key.map(Press::Key))
}

fn cursor_key(last: u8) -> Option<Key> {
    match last {
        b'A' => Some(Key::Up),
        b'B' => Some(Key::Down),
        b'H' => Some(Key::Home),
        b'F' => Some(Key::End),
        b'M' => Some(Key::Enter),
        _ => None,
    }
}

/// One character of UTF-8; a byte that can't be one is skipped.
fn character(bytes: &[u8]) -> Step {
    let length = match bytes.first() {
        None => return Step::NeedsMore,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        Some(_) => 1,
    };
    let seen = &bytes[..length.min(bytes.len())];
    match std::str::from_utf8(seen) {
        Ok(text) => Step::Took(length, text.chars().next().map(|c| Press::Key(Key::Char(c)))),
        Err(e) if e.error_len().is_none() => Step::NeedsMore,
        Err(e) => Step::Took(e.valid_up_to() + e.error_len().unwrap_or(1), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &[Key]) {
        let presses: Vec<Press> = expected.iter().map(|key| Press::Key(*key)).collect();
        assert_eq!(Decoder::default().feed(bytes), presses, "at once");
        let mut decoder = Decoder::default();
        let in_pieces: Vec<Press> = bytes.iter().flat_map(|b| decoder.feed(&[*b])).collect();
        assert_eq!(in_pieces, presses, "byte by byte");
        assert!(!decoder.is_amid());
    }

    #[test]
    fn letters_are_letters_in_every_script() {
        check(b"nq?", &[Key::Char('n'), Key::Char('q'), Key::Char('?')]);
        check("ä漢🙂".as_bytes(), &[Key::Char('ä'), Key::Char('漢'), Key::Char('🙂')]);
        check(b"\r\n", &[Key::Enter, Key::Enter]);
    }

    #[test]
    fn cursor_keys_come_in_several_dialects() {
        for bytes in [&b"\x1b[A\x1b[B"[..], b"\x1bOA\x1bOB"] {
            check(bytes, &[Key::Up, Key::Down]);
        }
        for bytes in [&b"\x1b[H\x1b[F"[..], b"\x1bOH\x1bOF", b"\x1b[1~\x1b[4~", b"\x1b[7~\x1b[8~"] {
            check(bytes, &[Key::Home, Key::End]);
        }
        check(b"\x1b[5~\x1b[6~", &[Key::PageUp, Key::PageDown]);
    }

    #[test]
    fn keys_that_watch_does_not_know_mean_nothing_and_swallow_nothing() {
        // Ctrl-D, Tab, Delete, Alt-n, Alt-ä, Ctrl-Up, F1 in three dialects, F5, a mouse report, half a character.
        let others: [&[u8]; 12] = [
            b"\x04",
            b"\t",
            b"\x7f",
            b"\x1bn",
            "\x1bä".as_bytes(),
            b"\x1b[1;5A",
            b"\x1bOP",
            b"\x1b[11~",
            b"\x1b[[A",
            b"\x1b[15~",
            b"\x1b[<0;3;4M",
            b"\xff",
        ];
        for bytes in others {
            check(&[bytes, b"q"].concat(), &[Key::Char('q')]);
        }
        check(b"\xc3q", &[Key::Char('q')]);
    }

    #[test]
    fn escape_is_a_key_when_nothing_follows_it() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(b"\x1b"), []);
        assert!(decoder.is_amid());
        assert_eq!(decoder.give_up(), [Press::Key(Key::Escape)]);
        assert!(!decoder.is_amid());
        assert_eq!(decoder.feed(b"\x1b\x1b"), [Press::Key(Key::Escape)]);
        assert_eq!(decoder.give_up(), [Press::Key(Key::Escape)]);
        // Alt-[ is half of many things.
        assert_eq!(decoder.feed(b"\x1b["), []);
        assert_eq!(decoder.give_up(), []);
        assert_eq!(decoder.feed(b"q"), [Press::Key(Key::Char('q'))]);
    }

    #[test]
    fn ctrl_l_draws_again() {
        assert_eq!(Decoder::default().feed(b"\x0c"), [Press::Redraw]);
    }

    #[test]
    fn any_bytes_are_survived() {
        let mut seed = 7_u64;
        let mut decoder = Decoder::default();
        for _ in 0..100_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let byte = b"\x1b[O;1;2;3~A\xc3\xa4\xf0\xff\x00 q"[usize::try_from(seed >> 33).unwrap() % 18];
            decoder.feed(&[byte]);
            assert!(decoder.rest.len() <= LONGEST, "what is incomplete grows without end");
        }
    }
}
