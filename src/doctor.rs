//! What a learner's machine must offer, tried out one by one. Each finding says what was seen and, when it
//! must be mended, the command that does so. Knows nothing of how findings are shown.

mod tools;
mod place;

use crate::compile::toolchain::Toolchain;
use crate::failure::Failure;
use crate::workspace::Workspace;
use std::path::PathBuf;

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub name: &'static str,
    pub level: Level,
    pub detail: String,
    /// What to type.
    pub remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    /// Works, but not as well as it could.
    Warn,
    Fail,
}

/// Who is examined.
pub struct Subject {
    pub workspace: Option<Workspace>,
    /// The stubs that a workspace must hold, as paths inside it.
    pub stubs: Vec<String>,
    /// The running drill.
    pub drill: PathBuf,
    pub terminal: TerminalFacts,
}

/// What the terminal can do, as `Terminal` found out.
#[derive(Clone, Copy, Debug)]
pub struct TerminalFacts {
    pub is_terminal: bool,
    pub columns: usize,
    pub rows: usize,
    pub color: bool,
    pub unicode: bool,
}

impl Finding {
    fn ok(name: &'static str, detail: impl Into<String>) -> Finding {
        Finding { name, level: Level::Ok, detail: detail.into(), remedy: None }
    }

    fn warn(name: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { name, level: Level::Warn, detail: detail.into(), remedy: Some(remedy.into()) }
    }

    fn fail(name: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { name, level: Level::Fail, detail: detail.into(), remedy: Some(remedy.into()) }
    }

    /// A failure that knows its remedy.
    fn of(name: &'static str, failure: &Failure) -> Finding {
        Finding {
            name,
            level: Level::Fail,
            detail: failure.message.clone(),
            remedy: (!failure.help.is_empty()).then(|| failure.help.join("; ")),
        }
    }
}

/// Tries everything out, in the order of dependence; `found` gets each finding as soon as it is known.
pub fn examine(subject: &Subject, mut found: impl FnMut(Finding)) {
    let scratch = match place::scratch(subject.workspace.as_ref()) {
        Ok(scratch) => Some(scratch),
        Err(failure) => {
            found(Finding::of("folder", &failure));
            None
        }
    };
    let mut toolchain: Option<Toolchain> = None;
    if let Some(scratch) = &scratch {
        match tools::compiler(scratch.path()) {
            Ok((compiler, finding)) => {
                toolchain = Some(compiler);
                found(finding);
            }
            Err(failure) => found(Finding::of("compiler", &failure)),
        }
        if let Some(toolchain) = &toolchain {
            found(tools::linker(toolchain, scratch.path()));
        }
        found(tools::limits(&subject.drill, scratch.path()));
    }
    match &subject.workspace {
        None => found(Finding::warn("workspace", "there is none here or in a folder above", "drill init")),
        Some(workspace) => {
            found(place::workspace(workspace, &subject.stubs));
            found(place::progress(workspace));
            found(place::cache(workspace));
        }
    }
    if let Some(scratch) = &scratch {
        found(place::events(scratch.path()));
        found(place::disk(scratch.path()));
    }
    found(terminal(subject.terminal));
}

/// A terminal as narrow as this cuts the traces of a verdict.
const NARROW: usize = 60;

fn terminal(facts: TerminalFacts) -> Finding {
    let color = if facts.color { "colours" } else { "no colours" };
    let symbols = if facts.unicode { "UTF-8" } else { "ASCII only" };
    if !facts.is_terminal {
        return Finding::ok("terminal", format!("none: standard output is a file or a pipe; {symbols}"));
    }
    let detail = format!("{} x {}, {color}, {symbols}", facts.columns, facts.rows);
    if facts.columns < NARROW {
        let remedy = format!("make it at least {NARROW} columns wide, 80 is best");
        return Finding::warn("terminal", detail, remedy);
    }
    Finding::ok("terminal", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::MARKER;
    use std::fs;

    fn subject(workspace: Option<Workspace>) -> Subject {
        let terminal =
            TerminalFacts { is_terminal: true, columns: 50, rows: 24, color: false, unicode: true };
        Subject {
            workspace,
            stubs: vec!["exercises/lamp/01-switch.rs".to_string()],
            drill: PathBuf::from("/no/such/drill"),
            terminal,
        }
    }

    fn examined(subject: &Subject) -> Vec<Finding> {
        let mut all = Vec::new();
        examine(subject, |finding| all.push(finding));
        all
    }

    #[track_caller]
    fn named<'a>(all: &'a [Finding], name: &str) -> &'a Finding {
        all.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("no {name} in {all:#?}"))
    }

    #[test]
    fn everything_that_is_not_ok_names_what_to_type() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(MARKER)).unwrap();
        let all = examined(&subject(Workspace::at(dir.path())));
        for finding in &all {
            assert_eq!(finding.remedy.is_none(), finding.level == Level::Ok, "{finding:?}");
        }
        assert_eq!(named(&all, "compiler").level, Level::Ok);
        assert_eq!(named(&all, "linker").level, Level::Ok, "{all:#?}");
        assert_eq!(named(&all, "limits").level, Level::Fail);
        assert_eq!(named(&all, "workspace").level, Level::Fail);
        assert_eq!(named(&all, "terminal").level, Level::Warn);
        assert_eq!(named(&all, "progress").level, Level::Ok);
        assert_eq!(fs::read_dir(dir.path().join(MARKER)).unwrap().count(), 0, "left something behind");
    }

    #[test]
    fn without_a_workspace_the_tools_are_examined_all_the_same() {
        let all = examined(&subject(None));
        assert_eq!(named(&all, "compiler").level, Level::Ok);
        let workspace = named(&all, "workspace");
        assert_eq!((workspace.level, workspace.remedy.as_deref()), (Level::Warn, Some("drill init")));
        assert!(!all.iter().any(|f| f.name == "progress"));
    }
}
