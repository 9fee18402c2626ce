//! What bare `drill` says where there is no workspace.

use super::theme::Theme;
use crate::content::model::Atlas;
use crate::text::count;

/// How to start, in six lines.
pub fn start(atlas: &Atlas, theme: Theme) -> String {
    let exercises = count(atlas.exercises().count(), "exercise");
    let topics = count(atlas.topics.len(), "topic");
    let paths = count(atlas.paths.len(), "path");
    let line = |command: &str, does: &str| {
        format!("  {}{}{does}\n", theme.name(command), " ".repeat(14_usize.saturating_sub(command.len())))
    };
    let mut out = format!("drill teaches production systems by mechanism: {exercises} with hidden checks.\n");
    out += &line("drill watch", "start: makes a workspace here, then judges every save");
    out += &line("drill path", &format!("{paths} to follow, and where you stand on each"));
    out += &line("drill topics", &format!("{topics} to search, filter and read"));
    out += &line("drill doctor", "checks rustc, linker and file events, and says what to mend");
    out += &line("drill --help", "every command");
    out
}
