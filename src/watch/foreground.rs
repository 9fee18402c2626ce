//! Programs that get the terminal for a while: the editor, the pager, the quiz, the list.

use super::state::Program;
use crate::failure::Failure;
use crate::terminal::Terminal;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a call is made from.
pub struct Place<'a> {
    /// The running drill.
    pub drill: PathBuf,
    pub root: &'a Path,
    pub flags: &'a [String],
    pub edit_cmd: Option<&'a str>,
}

/// A program, and whether its last words need a key before the screen comes back.
pub struct Call {
    command: Command,
    waits: bool,
}

/// How to start `program`.
pub fn call(program: &Program, place: &Place<'_>) -> Result<Call, Failure> {
    let drill = |args: &[&str], waits: bool| {
        let mut command = Command::new(&place.drill);
        command.args(args).args(place.flags).arg("--workspace").arg(place.root);
        // A short text must not flash by.
        command.env("LESS", "R");
        Ok(Call { command, waits })
    };
    match program {
        Program::Edit { exercise } => edit(exercise, place),
        Program::Read { topic, section: Some(section) } => {
            drill(&["read", &format!("{topic}#{section}")], false)
        }
        Program::Read { topic, section: None } => drill(&["read", topic], false),
        Program::Quiz { topic } => drill(&["quiz", topic], true),
        Program::List => drill(&["list"], false),
        Program::Solution { exercise } => drill(&["solution", exercise], true),
        Program::Diff { exercise } => drill(&["solution", "--diff", exercise], true),
    }
}

fn edit(exercise: &str, place: &Place<'_>) -> Result<Call, Failure> {
    let file = place.root.join(format!("exercises/{exercise}.rs"));
    let from_env = || {
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
    };
    let Some(editor) = place.edit_cmd.map(ToString::to_string).or_else(from_env) else {
        return Err(Failure::environment("no editor is set")
            .help("set $EDITOR, or start with `drill watch --edit-cmd 'code -g'`"));
    };
    // As git does it: the shell splits the command, the file is passed whole.
    let command = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).arg(&file);
        command
    } else {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg("drill").arg(&file);
        command
    };
    Ok(Call { command, waits: false })
}

/// Runs it to its end.
pub fn run(mut call: Call, terminal: &Terminal) -> Result<(), Failure> {
    let program = call.command.get_program().to_string_lossy().into_owned();
    let status =
        call.command.status().map_err(|e| Failure::environment(format!("can't start `{program}`: {e}")))?;
    // 127: the shell did not find the editor, and said so.
    if call.waits || status.code() == Some(127) {
        terminal.pause("press Enter to go back to watch");
    }
    Ok(())
}
