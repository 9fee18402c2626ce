//! The engine behind `drill`: exercises and quizzes for system design with hidden checks.
//!
//! Data goes one way: content -> workspace -> build -> run -> verdict -> render. A module imports only
//! modules that come before it here; `commands` ties them together and stays thin.

pub mod text;
pub mod failure;
pub mod fsx;
pub mod content;
pub mod scaffold;
pub mod workspace;
pub mod progress;
pub mod itinerary;
pub mod slice;
pub mod list;
pub mod process;
pub mod verdict;
pub mod compile;
pub mod run;
pub mod judge;
pub mod attempt;
pub mod recording;
pub mod proof;
pub mod verify;
pub mod doctor;
pub mod quiz;
pub mod render;
pub mod cli;
pub mod terminal;
pub mod watch;
pub mod commands;
