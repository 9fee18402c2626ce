//! `drill new topic|exercise|quiz`.

use super::context::Context;
use crate::cli::new::{Mode, New, NewExercise, NewTopic, NewWhat};
use crate::content::load::ATLAS_FILE;
use crate::content::model;
use crate::content::rustlings;
use crate::content::source::Source;
use crate::failure::{Failure, Status};
use crate::fsx;
use crate::render::scaffold as show;
use crate::scaffold::{Draft, exercise, quiz, topic, write};
use crate::workspace;
use std::path::{Path, PathBuf};

pub fn run(context: &Context, args: &New) -> Result<Status, Failure> {
    let root = root(context, &args.what)?;
    let source = Source::Folder(root.clone());
    if let Some(info) = rustlings::info_file(&source) {
        return Err(Failure::environment(
            "this is a pack of rustlings exercises, which drill reads and does not write",
        )
        .help(format!("add to its {info} by hand; `drill verify` proves it")));
    }
    let (draft, next) = match &args.what {
        NewWhat::Topic(args) => new_topic(&source, &root, args)?,
        NewWhat::Exercise(args) => new_exercise(&source, args)?,
        NewWhat::Quiz(args) => {
            (quiz::draft(&source, &args.topic)?, show::Next::Quiz { topic: args.topic.clone() })
        }
    };
    write::write(&root, &draft)?;
    let seen = context.seen_from_here(&root);
    let theme = context.terminal.theme;
    context.terminal.out(&show::written(
        &draft,
        &seen.display().to_string(),
        &next,
        context.terminal.width(),
        theme,
    ));
    Ok(Status::Done)
}

fn new_topic(source: &Source, root: &Path, args: &NewTopic) -> Result<(Draft, show::Next), Failure> {
    let folder = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let request = topic::Request {
        id: &args.id,
        title: args.title.as_deref(),
        family: args.family.as_deref(),
        path: args.path.as_deref(),
        folder: &folder,
    };
    let draft = topic::draft(source, &request)?;
    let on_a_path = topic::is_on_a_path(source, &draft, &args.id);
    Ok((draft, show::Next::Topic { id: args.id.clone(), on_a_path }))
}

fn new_exercise(source: &Source, args: &NewExercise) -> Result<(Draft, show::Next), Failure> {
    let request = exercise::Request {
        id: args.id.trim_end_matches(".rs"),
        title: args.title.as_deref(),
        mode: match args.mode {
            Mode::Implement => model::Mode::Implement,
            Mode::Repair => model::Mode::Repair,
            Mode::Tune => model::Mode::Tune,
            Mode::Attack => model::Mode::Attack,
        },
        minutes: args.minutes,
        lab: args.lab,
    };
    Ok((exercise::draft(source, &request)?, show::Next::Exercise { id: request.id.to_string() }))
}

/// The folder of content that was named or that one is in; for a topic also a folder that may become one.
fn root(context: &Context, what: &NewWhat) -> Result<PathBuf, Failure> {
    let begins = matches!(what, NewWhat::Topic(_));
    let here = context.current_dir()?;
    if let Some(pack) = &context.global.pack {
        let pack = std::path::absolute(pack).unwrap_or_else(|_| here.join(pack));
        return match workspace::is_content(&pack) {
            false if begins && is_free(&pack)? => Ok(pack),
            false if begins => Err(not_empty(&pack.display().to_string())),
            _ => workspace::source(Some(&pack)).map(|_| pack),
        };
    }
    if let Some(folder) = workspace::content_around(&here) {
        return Ok(folder);
    }
    if !begins {
        return Err(Failure::environment("there is no content here or in a folder above").help(
            "go into a checkout or a pack, or name one with `--pack DIR`; `drill new topic ID` begins a pack",
        ));
    }
    if is_free(&here)? { Ok(here) } else { Err(not_empty(".")) }
}

/// Whether a folder may become a pack: there is nothing in it but what comes with a repository.
fn is_free(folder: &Path) -> Result<bool, Failure> {
    let hidden = |name: &String| name.starts_with('.') && name != workspace::MARKER;
    let known = |name: &String| hidden(name) || name == "README.md" || name.starts_with("LICENSE");
    if fsx::is_there(folder) && !folder.is_dir() {
        return Ok(false);
    }
    Ok(fsx::names(folder)?.iter().all(known))
}

fn not_empty(folder: &str) -> Failure {
    Failure::environment(format!(
        "`{folder}` has no `{ATLAS_FILE}` and is not empty, so it can't become a pack"
    ))
    .help("name a new folder: `drill new topic ID --pack DIR`")
}
