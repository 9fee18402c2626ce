//! What became of a solution's mutants, and of the marks of those that are said to be equivalent.

use super::mutants::Mutant;
use crate::content::problem::Problems;
use crate::content::variants::{self, Equivalent};
use crate::verdict::{CheckOutcome, Outcome, Verdict};
use std::time::Duration;

/// What the checks make of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It does not compile, and counts for nothing.
    Unviable,
    /// It fails, panics, hangs or dies; by this check, when it is known which.
    Caught { by: Option<String> },
    /// It passes them all.
    Survives,
}

/// The mutants of one solution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Those that compile.
    pub mutants: usize,
    pub caught: usize,
    /// Survivors that are marked.
    pub equivalent: usize,
    /// The others.
    pub survivors: Vec<Mutant>,
}

/// How many times as long as all checks of the solution together a mutant may take for one of them. So a
/// mutant that hangs costs little, and in a lab, whose solution needs a tenth of the limit, the limit decides.
const PATIENCE: u32 = 20;
/// Below this a busy machine decides.
const LEAST: Duration = Duration::from_millis(250);

/// CPU time of a mutant for a check, when the solution needs `took` for all checks.
pub fn check_cpu(took: Duration, limit: Duration) -> Duration {
    (took * PATIENCE).max(LEAST).min(limit)
}

impl Fate {
    /// What a verdict on a mutant says.
    pub fn of(verdict: &Verdict) -> Fate {
        match verdict.outcome {
            Outcome::NotCompiling(_) => Fate::Unviable,
            Outcome::Passed => Fate::Survives,
            _ => {
                let idle = [CheckOutcome::Passed, CheckOutcome::NotRun];
                let by = verdict.checks.iter().find(|check| !idle.contains(&check.outcome));
                Fate::Caught { by: by.map(|check| check.info.name.clone()) }
            }
        }
    }
}

impl Survey {
    /// Counts `fates`. Marks that no longer apply are problems of the variants file.
    pub fn of(
        fates: Vec<(Mutant, Fate)>,
        marks: &[Equivalent],
        solution: &str,
        problems: &mut Problems<'_>,
    ) -> Survey {
        let mut marked = Vec::new();
        for mark in marks {
            // One that can't be made at all is a problem of the content, and is told where that is read.
            let Ok(text) = variants::edited(solution, &mark.find, &mark.put) else { continue };
            let fate = fates.iter().find(|(mutant, _)| mutant.text == text).map(|(_, fate)| fate);
            if let Some(why) = stale(fate) {
                problems.at(mark.offset, format!("this equivalent edit {why}; take the mark out"));
            }
            marked.push(text);
        }
        let mut survey = Survey::default();
        for (mutant, fate) in fates {
            survey.mutants += usize::from(fate != Fate::Unviable);
            match fate {
                Fate::Unviable => {}
                Fate::Caught { .. } => survey.caught += 1,
                Fate::Survives if marked.contains(&mutant.text) => survey.equivalent += 1,
                Fate::Survives => survey.survivors.push(mutant),
            }
        }
        survey
    }

    /// Adds the figures of another solution.
    pub fn add(&mut self, other: &Survey) {
        self.mutants += other.mutants;
        self.caught += other.caught;
        self.equivalent += other.equivalent;
        self.survivors.extend(other.survivors.iter().cloned());
    }

    /// Survivors in percent of the mutants that a check could catch.
    pub fn percent(&self) -> f64 {
        let could = self.mutants - self.equivalent;
        if could == 0 { 0.0 } else { 100.0 * count(self.survivors.len()) / count(could) }
    }
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Why a mark with this fate has to go.
fn stale(fate: Option<&Fate>) -> Option<String> {
    match fate {
        None => Some("is none of the edits that are tried".to_string()),
        Some(Fate::Unviable) => Some("does not compile".to_string()),
        Some(Fate::Caught { by: Some(check) }) => Some(format!("is caught by `{check}`")),
        Some(Fate::Caught { by: None }) => Some("is caught".to_string()),
        Some(Fate::Survives) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::checklist::CheckInfo;
    use crate::proof::mutants::mutants;
    use crate::verdict::{CheckResult, Counterexample, Limit, NotCompiling, Output};

    fn verdict(outcome: Outcome, second: CheckOutcome) -> Verdict {
        let check = |name: &str, outcome| CheckResult {
            info: CheckInfo { name: name.to_string(), catches: String::new() },
            outcome,
            notes: Vec::new(),
        };
        Verdict {
            exercise: "t/01-x".to_string(),
            file: String::new(),
            outcome,
            checks: vec![check("first", CheckOutcome::Passed), check("second", second)],
            scorecard: Vec::new(),
            series: Vec::new(),
            belief: None,
            diagnostics: Vec::new(),
            output: Output::default(),
            took: Duration::ZERO,
        }
    }

    fn caught(by: &str) -> Fate {
        Fate::Caught { by: Some(by.to_string()) }
    }

    #[test]
    fn whatever_does_not_pass_is_caught_and_what_does_not_compile_counts_for_nothing() {
        let failed = CheckOutcome::Failed(Counterexample::default());
        assert_eq!(Fate::of(&verdict(Outcome::Passed, CheckOutcome::Passed)), Fate::Survives);
        assert_eq!(Fate::of(&verdict(Outcome::Failed, failed)), caught("second"));
        let hangs = Outcome::TimedOut { check: None, limit: Limit::Cpu(LEAST) };
        assert_eq!(Fate::of(&verdict(hangs, CheckOutcome::TimedOut)), caught("second"));
        let lies = Outcome::Untrusted { reason: "odd".to_string() };
        assert_eq!(Fate::of(&verdict(lies, CheckOutcome::NotRun)), Fate::Caught { by: None });
        let refused = Outcome::NotCompiling(NotCompiling::Errors);
        assert_eq!(Fate::of(&verdict(refused, CheckOutcome::NotRun)), Fate::Unviable);
    }

    const SOLUTION: &str = "fn f() { a < b }";

    /// The survey of `a < b` with these marks, and the lines and words of what is wrong with them. The
    /// mutants are an empty body, `<=` and `>`.
    fn survey(fates: [Fate; 3], marks: &[(&str, &str)]) -> (Survey, Vec<(usize, String)>) {
        let mutants = mutants(SOLUTION, "");
        assert_eq!(mutants.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(), ["{}", "<=", ">"]);
        let mark = |(i, (find, put)): (usize, &(&str, &str))| Equivalent {
            find: (*find).to_string(),
            put: (*put).to_string(),
            reason: "so".to_string(),
            offset: i,
        };
        let marks: Vec<Equivalent> = marks.iter().enumerate().map(mark).collect();
        let mut found = Vec::new();
        let fates = mutants.into_iter().zip(fates).collect();
        let survey =
            Survey::of(fates, &marks, SOLUTION, &mut Problems::new("v.toml", "\n\n\n\n", &mut found));
        (survey, found.into_iter().map(|p| (p.line, p.message)).collect())
    }

    #[test]
    fn survivors_are_counted_among_those_that_could_be_caught() {
        let (all, problems) = survey([caught("x"), Fate::Survives, Fate::Survives], &[("<", ">")]);
        assert_eq!(problems, []);
        assert_eq!((all.mutants, all.caught, all.equivalent, all.survivors.len()), (3, 1, 1, 1));
        assert_eq!(all.survivors[0].to, "<=");
        assert!((all.percent() - 50.0).abs() < 1e-9);
        let (none, _) = survey([Fate::Unviable, Fate::Unviable, Fate::Survives], &[("a <", "a >")]);
        assert_eq!((none.mutants, none.equivalent), (1, 1));
        assert!(none.percent().abs() < 1e-9);
    }

    #[test]
    fn a_mark_that_no_longer_applies_is_told_with_its_line_and_why() {
        let marks = [("{ a < b }", "{}"), ("<", "<="), ("<", "=="), ("<", ">")];
        let (_, problems) = survey([Fate::Unviable, caught("edge"), Fate::Survives], &marks);
        let expected = [
            (1, "this equivalent edit does not compile; take the mark out"),
            (2, "this equivalent edit is caught by `edge`; take the mark out"),
            (3, "this equivalent edit is none of the edits that are tried; take the mark out"),
        ];
        assert_eq!(problems, expected.map(|(line, why)| (line, why.to_string())));
    }

    #[test]
    fn a_mutant_gets_a_multiple_of_what_the_solution_takes() {
        let ms = Duration::from_millis;
        assert_eq!(check_cpu(ms(2), ms(2_000)), ms(250));
        assert_eq!(check_cpu(ms(50), ms(2_000)), ms(1_000));
        assert_eq!(check_cpu(ms(150), ms(2_000)), ms(2_000));
    }
}
