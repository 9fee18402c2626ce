//! The built `drill`, driven as a user drives it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

mod cli;
mod crashes;
mod desk;
mod docs;
mod doctor;
mod fuzz;
mod hints;
mod hostile;
mod init;
mod json;
mod list;
mod mutants;
mod new;
mod packs;
mod past;
mod path;
mod plot;
mod progress;
mod quiz;
mod quiz_files;
mod quiz_proof;
mod quiz_schema;
mod read;
mod reset;
mod screen;
mod tidy;
mod topics;
mod verdicts;
#[cfg(unix)]
mod verify;
mod watch;
