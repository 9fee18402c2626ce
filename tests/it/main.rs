//! The built `drill`, driven as a user drives it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

mod cli;
mod desk;
mod hints;
mod init;
mod progress;
mod reset;
mod quiz;
mod quiz_files;
mod screen;
mod verdicts;
