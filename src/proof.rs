//! What has to be true of an exercise's content: which texts prove it, what each must come to, and what a
//! verdict proves. Reads content and judges verdicts; runs nothing.

pub mod quiz;
pub mod mutants;

use crate::content::model::Exercise;
use crate::content::problem::{Problem, Problems};
use crate::content::source::Source;
use crate::content::variants::{self, Variant};
use crate::verdict::{CheckOutcome, NotCompiling, Outcome, Verdict};
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// A text that proves something about an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub claim: Claim,
    pub text: String,
    /// Where its author finds it.
    pub file: String,
}

/// What a candidate must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The stub: it compiles and does not pass.
    Open,
    /// The solution, or another right one: it passes, whatever the seed.
    Right,
    /// The solution beside items named like the kit's: it passes.
    Decoy,
    /// A wrong variant: the check it names fails.
    Wrong { name: String, caught_by: String },
}

/// What the runs of a candidate prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The claim is true. For a wrong variant: it is caught.
    Holds,
    /// A wrong variant gets by its check, a right text fails one, or the stub passes.
    Missed { instead: String },
    /// It does not compile, or its report can't be believed.
    Unviable { why: String },
    /// A limit was reached where none should be.
    TimedOut { check: Option<String> },
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proof::Holds => f.write_str("holds"),
            Proof::Missed { instead } => write!(f, "missed: {instead}"),
            Proof::Unviable { why } => write!(f, "unviable: {why}"),
            Proof::TimedOut { check: Some(check) } => write!(f, "timed out in `{check}`"),
            Proof::TimedOut { check: None } => f.write_str("timed out"),
        }
    }
}

/// CPU time that a wrong variant gets for the check that is to catch it: many times what a right text needs.
pub const VARIANT_CPU: Duration = Duration::from_secs(2);

impl Claim {
    /// The check that is enough to run.
    pub fn only(&self) -> Option<&str> {
        match self {
            Claim::Wrong { caught_by, .. } => Some(caught_by),
            _ => None,
        }
    }

    /// How many of `seeds` are to be tried.
    pub fn seeds(&self, seeds: u64) -> u64 {
        if *self == Claim::Right { seeds.max(1) } else { 1 }
    }

    /// What `verdict` proves of it.
    pub fn judge(&self, verdict: &Verdict) -> Proof {
        match (&verdict.outcome, self) {
            (Outcome::NotCompiling(why), _) => Proof::Unviable { why: not_compiling(why, verdict) },
            (Outcome::Untrusted { reason }, _) => Proof::Unviable { why: reason.clone() },
            (Outcome::Passed, Claim::Right | Claim::Decoy)
            | (Outcome::Failed | Outcome::NotWritten, Claim::Open) => Proof::Holds,
            (_, Claim::Wrong { caught_by, .. }) if caught(verdict, caught_by) => Proof::Holds,
            (Outcome::TimedOut { check, .. }, _) => Proof::TimedOut { check: check.clone() },
            _ => Proof::Missed { instead: instead(verdict) },
        }
    }
}

/// A check that hangs or dies of a variant has caught it, when it is the one that should.
fn caught(verdict: &Verdict, check: &str) -> bool {
    let mut named = verdict.checks.iter().filter(|c| c.info.name == check);
    named.any(|c| {
        matches!(
            c.outcome,
            CheckOutcome::Failed(_)
                | CheckOutcome::Panicked { .. }
                | CheckOutcome::TimedOut
                | CheckOutcome::Crashed
        )
    })
}

/// `failed: a, b` in the words of the report.
fn instead(verdict: &Verdict) -> String {
    let said = |c: &crate::verdict::CheckResult| match &c.outcome {
        CheckOutcome::Failed(e) => Some(format!("`{}` fails: {}", c.info.name, e.message)),
        CheckOutcome::Panicked { message, .. } => Some(format!("`{}` panics: {message}", c.info.name)),
        CheckOutcome::TimedOut | CheckOutcome::Crashed => {
            Some(format!("`{}`: {}", c.info.name, c.outcome.word()))
        }
        CheckOutcome::NotWritten => Some(format!("`{}` meets a `todo!()`", c.info.name)),
        CheckOutcome::Passed | CheckOutcome::NotRun => None,
    };
    let said: Vec<String> = verdict.checks.iter().filter_map(said).collect();
    if said.is_empty() { verdict.outcome.word().to_string() } else { said.join("; ") }
}

fn not_compiling(why: &NotCompiling, verdict: &Verdict) -> String {
    let messages: Vec<&str> = match why {
        NotCompiling::Errors => verdict.diagnostics.iter().map(|d| d.message.as_str()).collect(),
        NotCompiling::Interface { said, .. } => said.iter().map(String::as_str).collect(),
        NotCompiling::Endless { .. } => vec!["rustc does not finish"],
    };
    messages.join("; ")
}

/// Everything that proves `exercise`: stub, solution, alternatives, decoy and wrong variants. Problems are what
/// can't be read or built.
pub fn candidates(source: &Source, exercise: &Exercise, kit: &[String]) -> (Vec<Candidate>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut out = Vec::new();
    let mut add = |claim: Claim, file: String, found: &mut Vec<Problem>| {
        let text = read(source, &file, found)?;
        out.push(Candidate { claim, text: text.clone(), file });
        Some(text)
    };
    add(Claim::Open, exercise.stub_path(), &mut found);
    let solution = add(Claim::Right, exercise.solution_path(), &mut found);
    for file in alternatives(source, exercise) {
        add(Claim::Right, file, &mut found);
    }
    let Some(solution) = solution else { return (out, found) };
    out.push(Candidate { claim: Claim::Decoy, text: decoy(&solution, kit), file: exercise.solution_path() });
    let path = exercise.variants_path();
    let Some(text) = read(source, &path, &mut found) else { return (out, found) };
    let problems = &mut Problems::new(&path, &text, &mut found);
    for variant in variants::parse(&text, problems).wrong {
        let Variant { name, caught_by, offset, .. } = variant.clone();
        match variants::source_of(&variant, &solution, exercise, source) {
            Ok(text) => {
                out.push(Candidate { claim: Claim::Wrong { name, caught_by }, text, file: path.clone() });
            }
            Err(why) => problems.at(offset, format!("variant `{name}`: {why}")),
        }
    }
    (out, found)
}

fn read(source: &Source, path: &str, found: &mut Vec<Problem>) -> Option<String> {
    let message = match source.read(path) {
        Ok(Some(text)) => return Some(text.into_owned()),
        Ok(None) => "is missing".to_string(),
        Err(why) => why,
    };
    found.push(Problem { file: path.to_string(), line: 0, message });
    None
}

/// Further right solutions, beside the solution as `<nn-name>.alt-<name>.rs`.
fn alternatives(source: &Source, exercise: &Exercise) -> Vec<String> {
    let folder = format!("solutions/{}", exercise.topic());
    let prefix = format!("{}.alt-", exercise.name());
    let names = source.entries(&folder).into_iter().filter(|name| name.starts_with(&prefix));
    names.map(|name| format!("{folder}/{name}")).collect()
}

/// The names that the kit exports, from the text of its `lib.rs`.
pub fn kit_names(lib: &str) -> Vec<String> {
    let Ok(file) = syn::parse_file(lib) else { return Vec::new() };
    let mut names = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Use(used) if matches!(used.vis, syn::Visibility::Public(_)) => {
                leaves(&used.tree, &mut names);
            }
            syn::Item::Mod(module) => names.push(module.ident.to_string()),
            syn::Item::Const(item) => names.push(item.ident.to_string()),
            syn::Item::Type(item) => names.push(item.ident.to_string()),
            _ => {}
        }
    }
    names.sort();
    names.dedup();
    names
}

fn leaves(tree: &syn::UseTree, names: &mut Vec<String>) {
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, names),
        syn::UseTree::Name(name) => names.push(name.ident.to_string()),
        syn::UseTree::Rename(renamed) => names.push(renamed.rename.to_string()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        syn::UseTree::Glob(_) => {}
    }
}

/// `solution` with a public item and a macro for every name in `kit` that it leaves free.
fn decoy(solution: &str, kit: &[String]) -> String {
    let taken = declared(solution);
    let mut text = format!("{solution}\npub mod kit {{}}\npub const CHECKS: u8 = 0;\n");
    for name in kit.iter().filter(|name| !taken.contains(*name)) {
        let kind = if name.chars().any(char::is_lowercase) {
            if name.starts_with(char::is_uppercase) {
                format!("pub struct {name};")
            } else {
                format!("pub fn {name}() -> u8 {{ 7 }}")
            }
        } else {
            format!("pub const {name}: u8 = 7;")
        };
        text += &format!("{kind}\n#[macro_export]\nmacro_rules! {name} {{ () => {{ compile_error!() }} }}\n");
    }
    text
}

/// Names of items and imports at the top of a file.
fn declared(text: &str) -> BTreeSet<String> {
    let Ok(file) = syn::parse_file(text) else { return BTreeSet::new() };
    let mut names = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Const(i) => names.push(i.ident.to_string()),
            syn::Item::Enum(i) => names.push(i.ident.to_string()),
            syn::Item::Fn(i) => names.push(i.sig.ident.to_string()),
            syn::Item::Macro(i) => names.extend(i.ident.as_ref().map(ToString::to_string)),
            syn::Item::Mod(i) => names.push(i.ident.to_string()),
            syn::Item::Static(i) => names.push(i.ident.to_string()),
            syn::Item::Struct(i) => names.push(i.ident.to_string()),
            syn::Item::Trait(i) => names.push(i.ident.to_string()),
            syn::Item::Type(i) => names.push(i.ident.to_string()),
            syn::Item::Use(i) => leaves(&i.tree, &mut names),
            _ => {}
        }
    }
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::checklist::CheckInfo;
    use crate::verdict::{CheckResult, Counterexample, Limit, Output};

    fn verdict(outcome: Outcome, check: CheckOutcome) -> Verdict {
        let info = CheckInfo { name: "edge".to_string(), catches: String::new() };
        Verdict {
            exercise: "t/01-x".to_string(),
            outcome,
            checks: vec![CheckResult { info, outcome: check, notes: Vec::new() }],
            scorecard: Vec::new(),
            series: Vec::new(),
            diagnostics: Vec::new(),
            output: Output::default(),
            took: Duration::ZERO,
        }
    }

    fn wrong(caught_by: &str) -> Claim {
        Claim::Wrong { name: "v".to_string(), caught_by: caught_by.to_string() }
    }

    #[track_caller]
    fn check(verdict: &Verdict, expected: [&str; 4]) {
        let claims = [Claim::Open, Claim::Right, wrong("edge"), wrong("other")];
        assert_eq!(claims.map(|claim| claim.judge(verdict).to_string()), expected);
    }

    #[test]
    fn each_claim_wants_its_own_verdict() {
        check(
            &verdict(Outcome::Passed, CheckOutcome::Passed),
            ["missed: passed", "holds", "missed: passed", "missed: passed"],
        );
        let evidence = Counterexample { message: "no".to_string(), ..Counterexample::default() };
        let failed = "missed: `edge` fails: no";
        check(&verdict(Outcome::Failed, CheckOutcome::Failed(evidence)), ["holds", failed, "holds", failed]);
        let todo = "missed: `edge` meets a `todo!()`";
        check(&verdict(Outcome::NotWritten, CheckOutcome::NotWritten), ["holds", todo, todo, todo]);
    }

    #[test]
    fn a_hang_catches_a_variant_only_in_the_check_that_it_names() {
        let limit = Limit::Cpu(Duration::from_secs(1));
        let hung = Outcome::TimedOut { check: Some("edge".to_string()), limit };
        let late = "timed out in `edge`";
        check(&verdict(hung, CheckOutcome::TimedOut), [late, late, "holds", late]);
    }

    #[test]
    fn what_does_not_compile_or_lies_proves_nothing() {
        let why = NotCompiling::Interface { differences: Vec::new(), said: vec!["no `take`".to_string()] };
        check(&verdict(Outcome::NotCompiling(why), CheckOutcome::NotRun), ["unviable: no `take`"; 4]);
        let reason = "odd".to_string();
        check(&verdict(Outcome::Untrusted { reason }, CheckOutcome::NotRun), ["unviable: odd"; 4]);
    }

    #[test]
    fn a_decoy_takes_every_name_that_the_solution_leaves_free() {
        let lib =
            "mod a; pub use a::{Rng, run as go}; pub const MS: u64 = 1; pub type Ns = u64; use b::Hidden;";
        let names = kit_names(lib);
        assert_eq!(names, ["MS", "Ns", "Rng", "a", "go"]);
        let text = decoy("struct Rng;", &names);
        let free = declared(&text);
        assert!(names.iter().all(|name| free.contains(name)), "{text}");
        assert_eq!(text.matches("struct Rng;").count(), 1);
    }
}
