//! How values look: pure functions from a value, a width and a `Theme` to text. Nothing here prints, reads
//! files or asks about the terminal.

pub mod chart;
pub mod hint;
pub mod json;
pub mod layout;
pub mod markdown;
pub mod paths;
pub mod plot;
pub mod quiz;
pub mod scaffold;
pub mod scorecard;
pub mod theme;
pub mod topics;
pub mod progress;
pub mod workspace;
pub mod list;
pub mod doctor;
pub mod start;
pub mod verdict;
pub mod verify;
