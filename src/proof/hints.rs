//! Hints that help: three different ones, each closer to the code than the one before.

use super::leaks::code_of;
use std::collections::BTreeSet;

/// What is wrong with an exercise's hints.
pub fn slips(hints: &[String], solution: &str) -> Vec<String> {
    let mut slips = Vec::new();
    for (i, hint) in hints.iter().enumerate() {
        let said_before = hints[..i].iter().position(|other| words(other) == words(hint));
        if let Some(before) = said_before {
            slips.push(format!("hint {} says what hint {} says", i + 1, before + 1));
        }
    }
    if let [first, .., last] = hints {
        let vocabulary = names(&code_of(solution));
        let named = |hint: &str| words(hint).iter().filter(|word| vocabulary.contains(*word)).count();
        // Either may happen in good prose; both together are hints in the wrong order.
        if slips.is_empty() && named(last) < named(first) && last.len() < first.len() {
            slips.push(format!(
                "hint {} is shorter than the first, and names fewer things of the solution: each is to be more \
                 concrete than the one before",
                hints.len()
            ));
        }
    }
    slips
}

/// Words of three letters or more.
fn words(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    parts.filter(|word| word.chars().count() > 2).map(ToString::to_string).collect()
}

fn names(code: &[(usize, String)]) -> BTreeSet<String> {
    code.iter().flat_map(|(_, line)| words(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLUTION: &str =
        "pub fn take(now_ns: u64, tat: u64) -> bool {\n    now_ns >= tat // arrives late\n}\n";

    #[track_caller]
    fn check(hints: [&str; 3], expected: &[&str]) {
        assert_eq!(slips(&hints.map(ToString::to_string), SOLUTION), expected);
    }

    #[test]
    fn hints_go_from_a_question_to_the_code() {
        check(["When is it late?", "Compare two instants.", "`now_ns` is not before `tat` any more."], &[]);
    }

    #[test]
    fn hints_in_the_wrong_order_are_noticed() {
        check(
            [
                "In `take`, `now_ns` has to be compared with `tat`.",
                "Compare two instants.",
                "When is it late?",
            ],
            &[
                "hint 3 is shorter than the first, and names fewer things of the solution: each is to be more \
               concrete than the one before",
            ],
        );
    }

    #[test]
    fn a_hint_said_twice_is_none() {
        check(["Compare them.", "Compare ... them!", "x"], &["hint 2 says what hint 1 says"]);
    }
}
