//! A verdict as a person reads it: one line that says it, the checks, and the smallest evidence for the first
//! thing to mend.

#[cfg(test)]
mod tests;
pub mod trace;
pub mod words;

use super::chart::{self, lines};
use super::layout::{cut, pad, width, wrap_with};
use super::scorecard;
use super::theme::Theme;
use crate::judge::foreign::CLIPPY;
use crate::text;
use crate::verdict::{
    Captured, CheckOutcome, CheckResult, NotCompiling, Outcome, Output, Place, Series, Verdict,
};

/// The whole verdict in lines of at most `columns` where words allow, ending in a newline.
pub fn verdict(v: &Verdict, title: &str, columns: usize, theme: Theme) -> String {
    let mut out = String::new();
    out += &headline(v, title, columns, theme);
    out += "\n\n";
    let pictures = pictures(v, columns, theme);
    let pictures_first = !pictures.is_empty() && figures_say_it(v);
    if pictures_first {
        out += &format!("{pictures}\n");
    }
    if let Outcome::NotCompiling(why) = &v.outcome {
        out += &not_compiling(v, why, columns, theme);
    } else {
        out += &checks(v, columns, theme);
        if let Some(first) = first_open(v) {
            out.push('\n');
            out += &evidence(v, first, columns, theme);
        } else if !v.passed() {
            out.push('\n');
            for line in words::explanation(&v.outcome) {
                out += &wrap_with(&text::printable(&line), columns, "  ", "  ");
                out.push('\n');
            }
        }
    }
    if !pictures.is_empty() && !pictures_first {
        out += &format!("\n{pictures}");
    }
    let printed = printed(&v.output, columns, theme);
    if !printed.is_empty() {
        out.push('\n');
        out += &printed;
    }
    if let Some(belief) = &v.belief {
        let question = format!(
            "did you take it that \u{201c}{}\u{201d}?",
            text::printable(belief.trim_end_matches('.'))
        );
        let question =
            if theme.unicode { question } else { question.replace(['\u{201c}', '\u{201d}'], "\"") };
        out += &format!("\n{}\n", wrap_with(&question, columns, "  ", "  "));
    }
    out
}

/// Whether the scorecard says more than the checks do: all pass, or the first that fails misses a line of it.
fn figures_say_it(v: &Verdict) -> bool {
    let missed = |check: &CheckResult| v.scorecard.iter().any(|s| !s.pass && s.check == check.info.name);
    !v.scorecard.is_empty() && (v.passed() || first_open(v).is_some_and(missed))
}

/// A small chart of what the first failing check that recorded something did, in a lab and on a pass also of what
/// passes; below it the scorecard.
fn pictures(v: &Verdict, columns: usize, theme: Theme) -> String {
    /// Between the axes; four intervals are two and four equal ones.
    const ROWS: usize = 5;
    let recorded = |check: &&CheckResult| v.series.iter().any(|s| s.check == check.info.name);
    let open = |check: &&CheckResult| check.outcome != CheckOutcome::Passed;
    let check = v.checks.iter().filter(open).find(recorded).or_else(|| {
        // Where something else fails, a curve that is as it should be tells nothing; a lab is one run, seen as a whole.
        let tells = v.passed() || !v.scorecard.is_empty();
        v.checks.iter().find(recorded).filter(|_| tells)
    });
    let of_check = |s: &&Series| check.is_some_and(|check| check.info.name == s.check);
    let series: Vec<Series> = v.series.iter().filter(of_check).cloned().collect();
    let mut charts = chart::charts(&series, &v.scorecard);
    if check.is_some_and(|check| !v.passed() && check.outcome == CheckOutcome::Passed) {
        for chart in &mut charts {
            chart.title += ", which passes";
        }
    }
    let shown = charts.iter().find(|chart| !chart.marks.is_empty()).or(charts.first());
    let chart = shown.map(|c| lines::small(c, columns, ROWS, theme));
    let scores = (!v.scorecard.is_empty()).then(|| scorecard::scorecard(&v.scorecard, columns, theme));
    chart.into_iter().chain(scores).collect::<Vec<_>>().join("\n")
}

/// `✗ 01-lazy-refill · A bucket that...   7 of 9 checks pass   84 ms`.
fn headline(v: &Verdict, title: &str, columns: usize, theme: Theme) -> String {
    let name = v.exercise.rsplit('/').next().unwrap_or_default();
    let said = words::summary(v);
    let mark = match v.outcome {
        Outcome::Passed => theme.good(theme.tick()),
        Outcome::NotWritten => theme.warn(theme.open()),
        _ => theme.bad(theme.cross()),
    };
    let said = match v.outcome {
        Outcome::Passed => theme.good(&said),
        Outcome::NotWritten => theme.warn(&said),
        _ => theme.bad(&said),
    };
    let time = theme.dim(&text::duration(v.took));
    let left = format!("{mark} {}  {said}", theme.strong(name));
    let room = columns.saturating_sub(width(&left) + width(&time) + 4);
    let title = if room >= 12 { cut(title, room, theme.unicode) } else { String::new() };
    let gap = columns.saturating_sub(width(&left) + width(&title) + width(&time) + 2).max(2);
    if title.is_empty() {
        format!("{left}{}{time}", " ".repeat(gap))
    } else {
        format!("{left}  {}{}{time}", theme.dim(&title), " ".repeat(gap))
    }
}

/// One line a check: its mark, its name, what it catches. Once something fails, only what does not pass.
fn checks(v: &Verdict, columns: usize, theme: Theme) -> String {
    /// More than this would push the evidence out of sight.
    const SHOWN: usize = 6;
    let open: Vec<&CheckResult> = v.checks.iter().filter(|c| c.outcome != CheckOutcome::Passed).collect();
    if open.is_empty() {
        return check_lines(&v.checks.iter().collect::<Vec<_>>(), columns, theme);
    }
    let shown = if open.len() > SHOWN { SHOWN - 1 } else { open.len() };
    let mut out = check_lines(&open[..shown], columns, theme);
    if shown < open.len() {
        out += &format!("  {}\n", theme.dim(&format!("and {} more", open.len() - shown)));
    }
    out
}

fn check_lines(checks: &[&CheckResult], columns: usize, theme: Theme) -> String {
    let names = checks.iter().map(|c| width(&c.info.name)).max().unwrap_or(0);
    let mut out = String::new();
    for check in checks {
        let (mark, word) = match &check.outcome {
            CheckOutcome::Passed => (theme.good(theme.tick()), ""),
            CheckOutcome::Failed(_) => (theme.bad(theme.cross()), ""),
            CheckOutcome::Panicked { .. } => (theme.bad(theme.cross()), "panics: "),
            CheckOutcome::TimedOut => (theme.bad(theme.cross()), "hangs: "),
            CheckOutcome::Crashed => (theme.bad(theme.cross()), "ends the program: "),
            CheckOutcome::NotWritten => (theme.warn(theme.open()), ""),
            CheckOutcome::NotRun => (theme.dim(theme.open()), "not run: "),
        };
        let mark = pad(&mark, if theme.unicode { 1 } else { 2 });
        let first = format!("  {mark} {}  ", pad(&check.info.name, names));
        let catches = match check.info.catches.as_str() {
            "" => word.trim_end_matches(": ").to_string(),
            catches => format!("{word}{}", text::printable(catches)),
        };
        if columns >= names + 36 {
            out += wrap_with(&catches, columns, &first, &" ".repeat(width(&first))).trim_end();
        } else {
            out += first.trim_end();
        }
        out.push('\n');
    }
    out
}

/// The first check that needs something mended.
fn first_open(v: &Verdict) -> Option<&CheckResult> {
    let failing = |c: &&CheckResult| {
        !matches!(c.outcome, CheckOutcome::Passed | CheckOutcome::NotRun | CheckOutcome::NotWritten)
    };
    let unwritten = || v.checks.iter().find(|c| c.outcome == CheckOutcome::NotWritten);
    match v.outcome {
        Outcome::NotWritten => unwritten(),
        _ => v.checks.iter().find(failing).or_else(unwritten),
    }
}

fn evidence(v: &Verdict, check: &CheckResult, columns: usize, theme: Theme) -> String {
    let name = theme.strong(&check.info.name);
    let file = &v.file;
    let mut out = String::new();
    let mut say = |line: &str| {
        out += &wrap_with(&text::printable(line), columns, "  ", "  ");
        out.push('\n');
    };
    match &check.outcome {
        // Clippy speaks for itself.
        CheckOutcome::Failed(_) if check.info.name == CLIPPY => out += &diagnostics(v, theme),
        CheckOutcome::Failed(counterexample) => {
            say(&counterexample.message);
            let shown = trace::counterexample(counterexample, columns, theme);
            out += &shown;
        }
        CheckOutcome::Panicked { message, place, source, counterexample } => {
            // What a test of the learner's own file asserts is no accident.
            let is_assertion = check.info.catches.is_empty() && message.starts_with("assertion");
            let said = if is_assertion { message.clone() } else { format!("your code panicked: {message}") };
            said.lines().for_each(&mut say);
            if let Some(Place { line, column }) = place {
                out += &format!("  {}\n", theme.name(&format!("{file}:{line}:{column}")));
                if let Some(source) = source {
                    out += &format!(
                        "  {}\n",
                        theme.dim(&cut(
                            &format!("{line} | {}", text::printable(source)),
                            columns.saturating_sub(4),
                            theme.unicode
                        ))
                    );
                }
            }
            let shown = trace::counterexample(counterexample, columns, theme);
            out += &shown;
        }
        CheckOutcome::NotWritten => {
            say(&format!("the check reached a `todo!()`: write what is missing in {file} and save"));
        }
        CheckOutcome::TimedOut | CheckOutcome::Crashed => {
            for line in words::explanation(&v.outcome) {
                say(&line);
            }
        }
        CheckOutcome::Passed | CheckOutcome::NotRun => {}
    }
    let catches = text::printable(&check.info.catches);
    let catches = match catches.trim_end_matches('.') {
        "" => String::new(),
        catches => format!("This check catches {catches}."),
    };
    let more = v
        .checks
        .iter()
        .filter(|c| matches!(c.outcome, CheckOutcome::Failed(_) | CheckOutcome::Panicked { .. }))
        .count();
    let more = match more {
        0 | 1 => String::new(),
        2 => " One more check fails.".to_string(),
        n => format!(" {} more checks fail.", n - 1),
    };
    let tail = wrap_with(format!("{catches}{more}").trim_start(), columns, "  ", "  ");
    let tail = if tail.trim().is_empty() { String::new() } else { format!("{}\n", theme.dim(&tail)) };
    format!("{name}\n{out}{tail}")
}

/// More than this many errors scroll the first one away, which is the one to mend.
const SHOWN: usize = 5;

/// The compiler's own pictures.
fn diagnostics(v: &Verdict, theme: Theme) -> String {
    let mut out = String::new();
    for diagnostic in v.diagnostics.iter().take(SHOWN) {
        for line in text::printable(&diagnostic.rendered).lines() {
            let line = line.trim_end();
            let line = if line.starts_with("error") { theme.bad(line) } else { line.to_string() };
            out += &format!("  {line}\n");
        }
        out.push('\n');
    }
    if v.diagnostics.len() > SHOWN {
        let more = text::count(v.diagnostics.len() - SHOWN, "more error");
        out += &format!("  {}\n", theme.dim(&format!("and {more}; the first one is the one to mend")));
    }
    out
}

fn not_compiling(v: &Verdict, why: &NotCompiling, columns: usize, theme: Theme) -> String {
    let mut out = String::new();
    let said: String = words::explanation(&v.outcome)
        .iter()
        .take(SHOWN + 1)
        .map(|line| wrap_with(&text::printable(line), columns, "  ", "    ") + "\n")
        .collect();
    match why {
        NotCompiling::Errors => out += &diagnostics(v, theme),
        NotCompiling::Interface { differences, .. } => {
            out += &said;
            out.push('\n');
            for difference in differences {
                out += &trace::difference(difference, theme);
                out.push('\n');
            }
            let help = format!(
                "`drill reset {}` brings the stub back and keeps a copy of yours",
                v.exercise.rsplit('/').next().unwrap_or_default()
            );
            out += &format!("  {}\n", theme.dim(&help));
        }
        NotCompiling::Endless { .. } => out += &said,
    }
    out
}

/// What the learner's program printed, apart from everything of drill's.
fn printed(output: &Output, columns: usize, theme: Theme) -> String {
    let mut out = String::new();
    for (name, captured) in [("standard output", &output.stdout), ("standard error", &output.stderr)] {
        if captured.is_empty() {
            continue;
        }
        out += &format!("{}\n", theme.strong(&format!("your program printed ({name})")));
        out += &stream(captured, columns, theme);
    }
    out
}

fn stream(captured: &Captured, columns: usize, theme: Theme) -> String {
    /// Lines shown of either end.
    const LINES: usize = 12;
    let bar = theme.dim(theme.bar());
    let room = columns.saturating_sub(4).max(20);
    let mut out = String::new();
    let mut show = |line: &str| out += &format!("  {bar} {}\n", cut(line, room, theme.unicode));
    let head = text::printable(&captured.head);
    let tail = text::printable(&captured.tail);
    let (head, tail): (Vec<&str>, Vec<&str>) = (head.lines().collect(), tail.lines().collect());
    if captured.skipped == 0 && tail.is_empty() && head.len() <= 2 * LINES {
        for line in &head {
            show(line);
        }
        return out;
    }
    let last = if tail.is_empty() { &head } else { &tail };
    head.iter().take(LINES).for_each(|line| show(line));
    let skipped = if captured.skipped > 0 {
        format!("... {} left out ...", text::bytes(captured.skipped))
    } else {
        format!("... {} left out ...", text::count(head.len().saturating_sub(2 * LINES), "line"))
    };
    show(&skipped);
    last.iter().skip(last.len().saturating_sub(LINES)).for_each(|line| show(line));
    out
}
