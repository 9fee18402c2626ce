//! What `drill doctor` found.

use super::layout::{pad, wrap_with};
use super::theme::Theme;
use crate::doctor::{Finding, Level};
use crate::text::count;

/// `compiler` and `workspace` are the longest names.
const NAME: usize = 11;

/// One finding: what was seen, and below it what to type.
pub fn finding(finding: &Finding, width: usize, theme: Theme) -> String {
    let level = match finding.level {
        Level::Ok => theme.good("ok  "),
        Level::Warn => theme.warn("warn"),
        Level::Fail => theme.bad("FAIL"),
    };
    let first = format!("{level}  {}", pad(finding.name, NAME));
    let indent = " ".repeat(6 + NAME);
    let mut out = format!("{}\n", wrap_with(&finding.detail, width, &first, &indent));
    if let Some(remedy) = &finding.remedy {
        let first = format!("{indent}{} ", theme.strong("mend it:"));
        out += &format!("{first}{}\n", theme.name(remedy));
    }
    out
}

/// The last line.
pub fn summary(findings: &[Finding], theme: Theme) -> String {
    let of = |level| findings.iter().filter(|f| f.level == level).count();
    match (of(Level::Fail), of(Level::Warn)) {
        (0, 0) => format!("{}\n", theme.good("All is well.")),
        (0, warnings) => format!("Everything works; {} above.\n", count(warnings, "remark")),
        (failures, _) => format!("{}\n", theme.bad(&format!("{} to mend.", count(failures, "problem")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_remedy_below() {
        let found = Finding {
            name: "workspace",
            level: Level::Warn,
            detail: "there is none here or in a folder above".to_string(),
            remedy: Some("drill init".to_string()),
        };
        let expected = "\
warn  workspace  there is none here or
                 in a folder above
                 mend it: drill init
";
        assert_eq!(finding(&found, 38, Theme::plain()), expected);
        assert_eq!(summary(&[found], Theme::plain()), "Everything works; 1 remark above.\n");
        assert_eq!(summary(&[], Theme::plain()), "All is well.\n");
    }
}
