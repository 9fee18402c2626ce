//! What stands first in a verdict with figures.

use super::verdict;
use crate::content::checklist::CheckInfo;
use crate::render::theme::Theme;
use crate::verdict::{
    Bound, CheckOutcome, CheckResult, Counterexample, Mark, Outcome, Output, Score, Series, Verdict,
};
use std::time::Duration;

/// A lab of two checks: of a contract, and of a figure with a curve.
fn lab(contract: bool, peak: f64) -> Verdict {
    let failed = |message: &str| {
        CheckOutcome::Failed(Counterexample { message: message.to_string(), ..Counterexample::default() })
    };
    let check = |name: &str, outcome: CheckOutcome| CheckResult {
        info: CheckInfo { name: name.to_string(), catches: format!("what {name} catches") },
        outcome,
        notes: Vec::new(),
    };
    let passes = peak <= 60.0;
    let curve = |name: &str, peak: f64| Series {
        check: "peak".to_string(),
        name: name.to_string(),
        unit: "pods".to_string(),
        points: vec![(0, Some(0.0)), (50, Some(peak)), (100, Some(10.0))],
        marks: Vec::new(),
    };
    let mut asked = curve("asked", peak);
    if !passes {
        asked.marks.push(Mark { from_ns: 40, to_ns: 60, label: "overshoot 20 pods".to_string() });
    }
    Verdict {
        exercise: "loops/06-lab".to_string(),
        file: "exercises/loops/06-lab.rs".to_string(),
        outcome: if contract && passes { Outcome::Passed } else { Outcome::Failed },
        checks: vec![
            check("in-range", if contract { CheckOutcome::Passed } else { failed("41 pods were asked for") }),
            check(
                "peak",
                if passes { CheckOutcome::Passed } else { failed("peak is 80, must be at most 60") },
            ),
        ],
        scorecard: vec![Score {
            check: "peak".to_string(),
            metric: "peak".to_string(),
            value: Some(peak),
            unit: "pods".to_string(),
            bound: Bound::AtMost,
            limit: 60.0,
            pass: passes,
            naive: Some(90.0),
            reference: Some(50.0),
        }],
        series: vec![asked, curve("needed", 40.0)],
        diagnostics: Vec::new(),
        belief: None,
        output: Output::default(),
        took: Duration::from_millis(80),
    }
}

fn shown(v: &Verdict) -> String {
    verdict(v, "Lab", 60, Theme::plain())
}

#[test]
fn a_missed_figure_is_seen_before_it_is_read() {
    let expected = "\
!! 06-lab  1 of 2 checks pass  Lab                     80 ms

peak (pods)
                          |----1----|
80 +                        ********
   |                 *******        *********
   |           ******    ++++++++++++++++++++*********
   |    ***+*+*++++++++++                    +++++++++*+*+*
 0 +*+*++++
   ++--------------------------+--------------------------+
    0                         50                      100 ns
   *  asked    +  needed
   1  40 ns to 60 ns  overshoot 20 pods

     scorecard  yours  limit            reference  naive
  !! peak          80  at most 60 pods         50     90
";
    let shown = shown(&lab(true, 80.0));
    assert!(shown.starts_with(expected), "\n{shown}");
}

#[test]
fn a_broken_contract_comes_before_the_figures() {
    let shown = shown(&lab(false, 80.0));
    let at = |what: &str| shown.find(what).unwrap_or_else(|| panic!("{what} in\n{shown}"));
    assert!(at("41 pods were asked for") < at("peak (pods)"), "{shown}");
    assert!(at("peak (pods)") < at("scorecard"), "{shown}");
}

#[test]
fn a_pass_shows_its_figures_first_and_no_mark() {
    let shown = shown(&lab(true, 50.0));
    let at = |what: &str| shown.find(what).unwrap_or_else(|| panic!("{what} in\n{shown}"));
    assert!(at("peak (pods)") < at("scorecard") && at("scorecard") < at("what in-range catches"), "{shown}");
    assert!(!shown.contains("overshoot"), "{shown}");
}

#[test]
fn a_curve_of_a_check_that_passes_is_shown_in_a_lab_only_and_says_so() {
    let mut failing = lab(false, 50.0);
    assert!(shown(&failing).contains("\npeak, which passes (pods)\n"), "{}", shown(&failing));
    failing.scorecard.clear();
    assert!(!shown(&failing).contains("needed"), "{}", shown(&failing));
}
