//! The built `drill`, driven as a user drives it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

mod cli;
mod desk;
mod docs;
mod hints;
mod init;
mod json;
mod progress;
mod quiz;
mod quiz_files;
mod reset;
mod screen;
mod tidy;
mod verdicts;
