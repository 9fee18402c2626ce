//! Which version of a text one has: a short fingerprint that is the same on every machine and in every release.

use super::model::Exercise;
use super::source::Source;

/// 64-bit FNV-1a. Not cryptographic: it tells versions of honest files apart, nothing more.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Sixteen hexadecimal digits.
pub fn fingerprint(text: &str) -> String {
    format!("{:016x}", fnv1a(text.as_bytes()))
}

/// The version that a pass is earned against: of the stub and the checks, whatever their line ends.
pub fn of_exercise(source: &Source, exercise: &Exercise) -> String {
    let mut all = String::new();
    for path in [exercise.stub_path(), exercise.checks_path()] {
        let text = source.read(&path).ok().flatten().unwrap_or_default();
        all.push_str(&text.replace("\r\n", "\n"));
        all.push('\0');
    }
    fingerprint(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fingerprint("foobar"), "85944171f73967e8");
    }
}
