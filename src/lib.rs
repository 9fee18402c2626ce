//! The engine behind `drill`: exercises and quizzes for system design with hidden checks.
//!
//! Data goes one way: content -> workspace -> build -> run -> verdict -> render. A module imports only
//! modules that come before it here; `commands` ties them together and stays thin.

pub mod content;
pub mod failure;
pub mod fsx;
pub mod progress;
pub mod text;
pub mod verdict;
pub mod workspace;
