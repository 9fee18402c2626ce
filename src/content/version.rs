//! Which version of a text one has: a short fingerprint that is the same on every machine and in every release.

use super::model::Exercise;
use super::source::Source;
use crate::fsx;

/// Sixteen hexadecimal digits.
pub fn fingerprint(text: impl AsRef<[u8]>) -> String {
    format!("{:016x}", fsx::hash(text.as_ref()))
}

/// The version that a pass is earned against: of the stub and the checks, whatever their line ends. A foreign
/// exercise has its checks in the stub, and in how it is to be judged.
pub fn of_exercise(source: &Source, exercise: &Exercise) -> String {
    let mut all = String::new();
    let mut add = |path: String| {
        let text = source.read(&path).ok().flatten().unwrap_or_default();
        all.push_str(&text.replace("\r\n", "\n"));
        all.push('\0');
    };
    add(exercise.stub_path());
    match &exercise.foreign {
        None => add(exercise.checks_path()),
        Some(foreign) => all.push_str(&format!("{} {}", foreign.test, foreign.strict_clippy)),
    }
    fingerprint(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_has_sixteen_digits() {
        assert_eq!(fingerprint("foobar"), "85944171f73967e8");
        assert_eq!(fingerprint("").len(), 16);
    }
}
