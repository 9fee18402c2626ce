//! The mutants of a solution: how many the checks catch, and those that get by, each as a small diff.

use crate::proof::mutants::Mutant;
use crate::proof::survey::Survey;
use crate::render::theme::Theme;
use crate::text::{count, printable};
use crate::verify::mutation::{Surveyed, sum};

/// Each solution with its survivors, and then all of them.
pub fn surveys(surveys: &[Surveyed], theme: Theme) -> String {
    let mut out = String::new();
    for surveyed in surveys {
        out.push('\n');
        out += &survey(surveyed, theme);
    }
    if surveys.len() > 1 {
        out.push('\n');
        out += &summary("all solutions", &sum(surveys), theme);
    }
    out
}

/// One solution: the figures, and the survivors.
pub fn survey(surveyed: &Surveyed, theme: Theme) -> String {
    let Surveyed { exercise, file, survey } = surveyed;
    summary(exercise, survey, theme) + &survivors(file, &survey.survivors, theme)
}

/// `02-gcra: 61 mutants, 58 caught, 1 equivalent, 2 survive (3.3 %)`.
fn summary(of: &str, survey: &Survey, theme: Theme) -> String {
    let left = survey.survivors.len();
    let said =
        format!("{left} {} ({:.1} %)", if left == 1 { "survives" } else { "survive" }, survey.percent());
    let said = if left == 0 { theme.good(&said) } else { theme.warn(&said) };
    let (mutants, caught, equivalent) = (count(survey.mutants, "mutant"), survey.caught, survey.equivalent);
    format!("{}: {mutants}, {caught} caught, {equivalent} equivalent, {said}\n", theme.strong(of))
}

/// The survivors of the solution in `file`.
fn survivors(file: &str, survivors: &[Mutant], theme: Theme) -> String {
    survivors.iter().map(|mutant| survivor(file, mutant, theme)).collect()
}

/// Its place, and the lines that it touches. White space that all of them begin with is left out.
fn survivor(file: &str, mutant: &Mutant, theme: Theme) -> String {
    let lines = || mutant.before.iter().chain(&mutant.after);
    let margin = lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let shown = |line: &String| printable(line.get(margin..).unwrap_or(line).trim_end());
    let mut out = format!(
        "  {}  {}\n",
        theme.name(&format!("{file}:{}:{}", mutant.line, mutant.column)),
        theme.dim(mutant.operator)
    );
    out.extend(
        mutant.before.iter().map(|line| format!("    {}\n", theme.bad(&format!("- {}", shown(line))))),
    );
    out.extend(
        mutant.after.iter().map(|line| format!("    {}\n", theme.good(&format!("+ {}", shown(line))))),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::mutants::mutants;

    fn survey(solution: &str, operator: &str) -> Survey {
        let survivors = mutants(solution, "").into_iter().filter(|m| m.operator == operator).collect();
        Survey { mutants: 61, caught: 58, equivalent: 1, survivors }
    }

    #[test]
    fn survivors_are_counted_and_shown_as_diffs() {
        let survey = survey("fn f() {\n    if true {\n        return a < b;\n    }\n}\n", "comparison");
        let theme = Theme::plain();
        assert_eq!(
            summary("t/02-x", &survey, theme),
            "t/02-x: 61 mutants, 58 caught, 1 equivalent, 2 survive (3.3 %)\n"
        );
        assert_eq!(
            survivors("s.rs", &survey.survivors, theme),
            "  s.rs:3:18  comparison\n    - return a < b;\n    + return a <= b;\n  \
             s.rs:3:18  comparison\n    - return a < b;\n    + return a > b;\n"
        );
    }

    #[test]
    fn what_is_dropped_has_no_new_line_and_keeps_its_shape() {
        let survey = survey("fn f() {\n    if a {\n        return;\n    }\n}\n", "statement");
        assert_eq!(
            survivors("s.rs", &survey.survivors, Theme::plain()),
            "  s.rs:2:5  statement\n    - if a {\n    -     return;\n    - }\n"
        );
        assert_eq!(
            summary("x", &survey, Theme::plain()),
            "x: 61 mutants, 58 caught, 1 equivalent, 1 survives (1.7 %)\n"
        );
    }
}
