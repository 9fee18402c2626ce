//! Whether what rustc and a program said is what the quiz's key says. Pure: both are seen, nothing is run.

use super::Key;
use crate::attempt::plain::Trace;
use crate::compile::diagnostic::Raw;
use crate::compile::plain::FILE;
use crate::content::question::{Outcome, Tracing};
use crate::process::{End, Exit};
use crate::text::{duration, list, printable};
use crate::verdict::{Captured, Limit, Output};

pub fn judge(task: &Tracing, trace: &Trace) -> Key {
    match (&task.outcome, trace) {
        (_, Trace::Endless(limit)) => wrong(format!("rustc does not finish within {}", duration(*limit))),
        (Outcome::Compiles { .. }, Trace::Refused(errors)) => {
            if let Some(why) = errors.iter().find_map(|error| lacking(&task.program, error)) {
                return Key::Unprovable { why };
            }
            let said = errors.first().map(Raw::rendered).unwrap_or_default();
            wrong(format!("the key says that it compiles, and rustc says\n{}", indented(said)))
        }
        (Outcome::Compiles { stdout: None }, Trace::Ran { .. }) => Key::Holds,
        (Outcome::Compiles { stdout: Some(told) }, Trace::Ran { end, output }) => ran(told, *end, output),
        (Outcome::Rejected { .. }, Trace::Ran { output, .. }) => {
            wrong(format!("the key says that it does not compile, and it does{}", printing(&output.stdout)))
        }
        (Outcome::Rejected { line }, Trace::Refused(errors)) => refused(task, *line, errors),
    }
}

fn wrong(why: impl AsRef<str>) -> Key {
    Key::Wrong { why: printable(why.as_ref()) }
}

/// As mdbook-quiz compares: without space around the whole.
fn ran(told: &str, end: End<Limit>, output: &Output) -> Key {
    let ended = match end {
        End::Exited(Exit::Code(0)) => None,
        End::Exited(Exit::Code(code)) => Some(format!("the program ends with exit code {code}")),
        End::Exited(Exit::Signal(signal)) => Some(format!("signal {signal} ends the program")),
        End::Stopped(Limit::Cpu(limit) | Limit::Total(limit)) => {
            Some(format!("the program is not done after {} of processor time", duration(limit)))
        }
        End::Stopped(Limit::Wall(limit)) => {
            Some(format!("the program waits for something and is not done after {}", duration(limit)))
        }
    };
    if let Some(ended) = ended {
        let said = output.stderr.head.trim_end();
        let said = if said.is_empty() { String::new() } else { format!("; it says\n{}", indented(said)) };
        return wrong(format!("{ended}{said}"));
    }
    if output.stdout.skipped > 0 {
        return wrong("the program prints more than 32 KiB, and nobody is going to type that");
    }
    let printed = format!("{}{}", output.stdout.head, output.stdout.tail);
    let unix = |text: &str| text.replace("\r\n", "\n").trim().to_string();
    let (told, printed) = (unix(told), unix(&printed));
    if told == printed {
        return Key::Holds;
    }
    let shown = |text: &str| if text.is_empty() { "    (nothing)".to_string() } else { indented(text) };
    wrong(format!("the key says that it prints\n{}\nand it prints\n{}", shown(&told), shown(&printed)))
}

fn printing(stdout: &Captured) -> String {
    if stdout.is_empty() {
        String::new()
    } else {
        format!(" and prints\n{}", indented(stdout.head.trim_end()))
    }
}

/// `line` is asked for, so it is the one that rustc points at. A cause, which nobody is asked for, may be any line
/// that the first error shows: of two borrows in conflict a book may name either.
fn refused(task: &Tracing, line: Option<usize>, errors: &[Raw]) -> Key {
    let Some(first) = errors.first() else { return Key::Holds };
    let pointed: Vec<u32> = first.line(FILE).into_iter().collect();
    let (told, real) = match (line, task.cause) {
        (Some(line), _) => (line, pointed),
        (None, Some(cause)) => (cause, first.lines(FILE)),
        (None, None) => {
            let lacking = lacking(&task.program, first);
            return lacking.map_or(Key::Holds, |why| Key::Unprovable { why });
        }
    };
    if real.iter().any(|line| usize::try_from(*line) == Ok(told)) {
        return Key::Holds;
    }
    let real: Vec<String> = real.iter().map(ToString::to_string).collect();
    let real =
        if real.is_empty() { "at no line".to_string() } else { format!("at line {}", list(&real, "and")) };
    let said = indented(first.rendered());
    wrong(format!(
        "the key says that the error is at line {told}, and rustc has its first one {real}\n{said}"
    ))
}

/// What the program needs and has not: then rustc's refusal says nothing about the key.
fn lacking(program: &str, error: &Raw) -> Option<String> {
    let name = error.message.split('`').nth(1).unwrap_or_default();
    let root = name.split("::").next().unwrap_or_default();
    let needs = match error.code()? {
        "E0463" => format!("the crate `{root}`"),
        "E0432" if is_foreign(program, root) => format!("the crate `{root}`"),
        "E0433" if error.message.contains("crate") && is_foreign(program, root) => {
            format!("the crate `{root}`")
        }
        "E0583" => format!("a file of its own for the module `{root}`"),
        "E0554" => "a nightly compiler".to_string(),
        _ => return None,
    };
    Some(printable(&format!("the program needs {needs}, which is not here")))
}

/// Whether nothing in the program declares `name`.
fn is_foreign(program: &str, name: &str) -> bool {
    let own = ["crate", "self", "super", "std", "core", "alloc", ""];
    let words: Vec<&str> = program.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let declares = |pair: &[&str]| {
        ["mod", "enum", "struct", "union", "trait", "type", "as"].contains(&pair[0]) && pair[1] == name
    };
    !own.contains(&name) && !words.windows(2).any(declares)
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}").trim_end().to_string()).collect();
    lines.join("\n")
}
