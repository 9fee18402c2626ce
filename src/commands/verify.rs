//! `drill verify [WHAT]`.

mod again;

use super::context::Context;
use super::quiz::MAX_FILE;
use crate::attempt::Bench;
use crate::cli::{Verify, VerifyFormat};
use crate::content::load::load;
use crate::content::lookup::{find_exercise, find_topic};
use crate::content::model::Atlas;
use crate::content::problem::Problem;
use crate::content::source::Source;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::process::{Cancel, cancel_on_signals};
use crate::render::verify as show;
use crate::verify::ledger::Ledger;
use crate::verify::plan::{self, Plan, Scope};
use crate::verify::{Settings, carry_out, formatting, mutation, next, record};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a folder of content keeps of its proofs.
const CACHE: &str = ".drill-cache";

pub fn run(context: &Context, args: &Verify) -> Result<Status, Failure> {
    let cancel = Cancel::default();
    cancel_on_signals(&cancel)?;
    let source = context.content()?;
    let prove = || prove(context, &source, args, &cancel);
    if args.watch { again::at_each_save(context, &source, &cancel, prove) } else { prove() }
}

fn prove(context: &Context, source: &Source, args: &Verify, cancel: &Cancel) -> Result<Status, Failure> {
    let started = Instant::now();
    let mut plan = plan(context, source, args)?;
    if args.mutate {
        mutation::add(&mut plan);
    }
    let (folder, cache, _temporary) = places(context, source)?;
    let mut unsaved = None;
    let (mut items, quizzes) = if plan.exercises.is_empty() && plan.tasks.is_empty() {
        (Vec::new(), plan.quizzes.clone())
    } else {
        let benches = benches(&cache, &folder, source, plan.tasks.len())?;
        // Once, before all of them want it.
        benches[0].warm_up(cancel)?;
        plan.problems.extend(formatting::problems(&plan, &benches[0]));
        let mut ledger = Ledger::open(&cache, benches[0].fingerprint()?);
        let settings = Settings { seeds: args.seeds, all: args.all };
        let (mut done, all) = (0, plan.tasks.len());
        let terminal = &context.terminal;
        let items = carry_out(&plan, benches, &mut ledger, settings, cancel, |item| {
            done += 1;
            let (width, theme) = (terminal.width(), terminal.error_theme);
            terminal.progress(|| show::progress(done, all, item, width, theme));
        });
        terminal.progress_done();
        if let Err(failure) = ledger.save() {
            unsaved = Some(format!("what was proved is not remembered: {}", failure.message));
        }
        (items?, plan.quizzes.clone())
    };
    let interrupted = cancel.is_cancelled();
    let (surveys, of_mutants) = mutation::surveys(&plan, &mut items, args.max_survivors);
    let mut problems = std::mem::take(&mut plan.problems);
    if !interrupted {
        problems.extend(of_mutants);
    }
    problems.extend(items.iter().flat_map(crate::verify::Item::problems));
    let mut notes: Vec<String> = unsaved.into_iter().collect();
    if !interrupted {
        for (path, text) in record::stale(&plan, &items) {
            match record(source, &path, &text, args.locked) {
                Ok(note) => notes.push(note),
                Err(problem) => problems.push(problem),
            }
        }
    }
    problems.sort();
    problems.dedup();
    let next = next::next(&problems, |path| plan.source.read(path).ok().flatten());
    let report = show::Report {
        items: &items,
        surveys: &surveys,
        quizzes: &quizzes,
        problems: &problems,
        next: next.as_ref(),
        took: started.elapsed(),
        interrupted,
    };
    let terminal = &context.terminal;
    terminal.out(&match args.format {
        VerifyFormat::Human => show::report(&report, terminal.width(), terminal.theme),
        VerifyFormat::Json => show::json::json(&report),
        VerifyFormat::Junit => show::junit::junit(&report),
    });
    for note in notes {
        terminal.note(&note);
    }
    Ok(match () {
        () if report.interrupted => Status::Interrupted,
        () if problems.is_empty() => Status::Done,
        () => Status::NotPassed,
    })
}

fn plan(context: &Context, source: &Source, args: &Verify) -> Result<Plan, Failure> {
    if let Some(file) = args.what.as_deref().filter(|what| is_quiz_file(what)) {
        let path = Path::new(file);
        return Ok(plan::quiz_file(source, file, &fsx::read_text(path, MAX_FILE)?));
    }
    let (atlas, problems) = load(source);
    if let Source::Folder(folder) = source {
        let folder = context.seen_from_here(folder);
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        context.terminal.note(&format!("proving the content in `{}`", here.display()));
    }
    match &args.what {
        None => Ok(plan::content(source, &atlas, problems, Scope::Everything)),
        Some(what) => Ok(plan::content(source, &atlas, problems, scope(&atlas, what)?)),
    }
}

/// Writes what a topic's `caught.toml` has to say: a note of it, or that it could not be done.
fn record(source: &Source, path: &str, text: &str, locked: bool) -> Result<String, Problem> {
    let problem = |message: String| Problem { file: path.to_string(), line: 0, message };
    let Source::Folder(root) = source.clone() else {
        return Err(problem(
            "is out of date: `drill verify` in the folder of the content writes it".to_string(),
        ));
    };
    if locked {
        return Err(problem("is out of date: `drill verify` without `--locked` writes it".to_string()));
    }
    // Never through a link: a pack is a stranger's.
    source.holds(path).map_err(problem)?;
    Ok(match fsx::write_replaceable(&root.join(path), text) {
        Ok(()) => format!("wrote `{path}`: which checks each wrong variant fails"),
        Err(failure) => format!("`{path}` is out of date: {}", failure.message),
    })
}

fn is_quiz_file(what: &str) -> bool {
    let has_ending = Path::new(what).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    has_ending && (what.contains(['/', '\\']) || Path::new(what).is_file())
}

/// The topic or the exercise that a word names: a topic's name is never that of an exercise.
fn scope<'a>(atlas: &'a Atlas, what: &str) -> Result<Scope<'a>, Failure> {
    match find_topic(atlas, what) {
        Ok(topic) => Ok(Scope::Topic(topic)),
        Err(no_topic) => match find_exercise(atlas, what, None, None) {
            Ok(exercise) => Ok(Scope::Exercise(exercise)),
            Err(no_exercise) if what.contains('/') => Err(no_exercise),
            Err(_) => Err(no_topic),
        },
    }
}

/// The folder whose toolchain counts, and where builds and proofs are kept: in a folder of content, else in the
/// workspace, else nowhere for long.
fn places(
    context: &Context,
    source: &Source,
) -> Result<(PathBuf, PathBuf, Option<tempfile::TempDir>), Failure> {
    if let Source::Folder(root) = source {
        let cache = root.join(CACHE);
        // Nobody's commit: git ignores what is in it. Never through a link: a pack is a stranger's.
        let ready = !cache.is_symlink()
            && fsx::create_dir_all(&cache)
                .and_then(|()| fsx::write_replaceable(&cache.join(".gitignore"), "*\n"))
                .is_ok();
        if ready {
            return Ok((root.clone(), cache, None));
        }
    }
    if let (Source::Embedded(_), Some(workspace)) = (source, context.found_workspace()?) {
        let cache = workspace.private("cache");
        return Ok((workspace.root().to_path_buf(), cache, None));
    }
    let scratch = tempfile::Builder::new()
        .prefix("drill-verify-")
        .tempdir()
        .map_err(|e| Failure::environment(format!("can't make a temporary folder: {e}")))?;
    Ok((context.current_dir()?, scratch.path().to_path_buf(), Some(scratch)))
}

/// One bench for each core, as far as the cache has room: at least one.
fn benches(cache: &Path, folder: &Path, source: &Source, tasks: usize) -> Result<Vec<Bench>, Failure> {
    let drill = std::env::current_exe()
        .map_err(|e| Failure::environment(format!("can't find drill's own program: {e}")))?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut benches = vec![Bench::at(cache, folder, source, drill.clone())?];
    while benches.len() < cores.min(tasks) {
        match Bench::at(cache, folder, source, drill.clone()) {
            Ok(bench) => benches.push(bench),
            Err(_) => break,
        }
    }
    Ok(benches)
}
