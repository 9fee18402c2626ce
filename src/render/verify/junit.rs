//! `JUnit` XML, which every CI service shows: a suite for each exercise and quiz, a case for each proof; problems that
//! reading shows are cases of the suite `content`.

use super::{Report, survey};
use crate::content::problem::Problem;
use crate::render::theme::Theme;
use crate::verify::Item;
use std::fmt::Write as _;
use std::time::Duration;

/// An XML document.
pub fn junit(report: &Report<'_>) -> String {
    let mut suites = String::new();
    let (mut cases, mut failures) = (0, 0);
    let mut shown: Vec<Problem> = Vec::new();
    for (subject, items) in report.subjects() {
        let failed = items.iter().filter(|item| !item.holds()).count();
        let took = items.iter().map(|item| item.took).sum();
        suites += &suite_head(subject, items.len(), failed, took);
        for item in &items {
            let problems = item.problems();
            let name = item
                .kind
                .name()
                .map_or_else(|| item.kind.word().to_string(), |name| format!("{} {name}", item.kind.word()));
            suites += &case(subject, &name, item, &problems);
            shown.extend(problems);
        }
        suites += "  </testsuite>\n";
        cases += items.len();
        failures += failed;
    }
    if !report.surveys.is_empty() {
        suites += &suite_head("mutants", report.surveys.len(), 0, Duration::ZERO);
        for surveyed in report.surveys {
            suites += &format!(
                "    <testcase name={} classname=\"mutants\" file={}>\n      <system-out>{}</system-out>\n    \
                 </testcase>\n",
                attribute(&surveyed.exercise),
                attribute(&surveyed.file),
                escaped(&survey::survey(surveyed, Theme::plain()))
            );
        }
        suites += "  </testsuite>\n";
        cases += report.surveys.len();
    }
    let others: Vec<&Problem> = report.problems.iter().filter(|p| !shown.contains(p)).collect();
    if !others.is_empty() {
        suites += &suite_head("content", others.len(), others.len(), Duration::ZERO);
        for problem in &others {
            let name = format!("{}:{}", problem.file, problem.line);
            let _ = writeln!(suites, "    <testcase name={} classname=\"content\">", attribute(&name));
            suites += &failure(&problem.to_string());
            suites += "    </testcase>\n";
        }
        suites += "  </testsuite>\n";
        cases += others.len();
        failures += others.len();
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"drill verify\" tests=\"{cases}\" \
         failures=\"{failures}\" errors=\"0\" time=\"{:.3}\">\n{suites}</testsuites>\n",
        report.took.as_secs_f64()
    )
}

fn suite_head(name: &str, tests: usize, failures: usize, took: Duration) -> String {
    format!(
        "  <testsuite name={} tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" \
         time=\"{:.3}\">\n",
        attribute(name),
        took.as_secs_f64()
    )
}

fn case(subject: &str, name: &str, item: &Item, problems: &[Problem]) -> String {
    let head = format!(
        "    <testcase name={} classname={} file={} time=\"{:.3}\"",
        attribute(name),
        attribute(subject),
        attribute(&item.file),
        item.took.as_secs_f64()
    );
    if problems.is_empty() {
        return head + "/>\n";
    }
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    format!("{head}>\n{}    </testcase>\n", failure(&said.join("\n")))
}

fn failure(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    format!("      <failure message={}>{}</failure>\n", attribute(first), escaped(text))
}

fn attribute(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('\n', "&#10;"))
}

/// Text that may stand in an element or an attribute: XML has no way to write most control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
