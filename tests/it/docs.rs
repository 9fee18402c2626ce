//! The documents tell the truth: every command and example in them and in the help is one that drill understands,
//! and their tables say what the code says.

use crate::desk::Desk;
use crate::tidy::{files, is_rust, none, read, root};
use clap::{CommandFactory as _, Parser as _};
use drill::cli::Cli;
use std::collections::BTreeSet;

const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/// Help is no wider than this.
const HELP_WIDTH: usize = 100;

/// The text under a heading of README, up to the next heading of the same rank.
#[track_caller]
pub fn section(heading: &str) -> String {
    let text = read("README.md");
    let (_, rest) = text.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no `{heading}`"));
    let rank = heading.split(' ').next().unwrap().len();
    let ends = |line: &&str| line.starts_with('#') && line.split(' ').next().unwrap().len() <= rank;
    rest.lines().take_while(|line| !ends(line)).map(|line| format!("{line}\n")).collect()
}

/// The rows of a section's tables, without heads and rules.
pub fn rows(section: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = section.lines().collect();
    let rule = |line: &str| line.starts_with("|-");
    let is_row = |i: &usize| {
        lines[*i].starts_with('|') && !rule(lines[*i]) && !lines.get(i + 1).is_some_and(|next| rule(next))
    };
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_string()).collect()
    };
    (0..lines.len()).filter(is_row).map(|i| cells(lines[i])).collect()
}

/// The words in backticks.
pub fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(ToString::to_string).collect()
}

/// The lines of code blocks, comments cut off.
fn code_lines(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            out.push(line.split(" #").next().unwrap().trim().to_string());
        }
    }
    out
}

/// Words as a shell splits them; `None` when a quote is left open.
fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.trim().chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    (!quoted).then_some(words)
}

/// What is wrong with a command line that stands in a document or a message.
fn complaint(line: &str) -> Option<String> {
    // `[DIR]` stands for what may be there, `{}` for what a message puts in, a word in capitals for a name.
    let line = line.replace(['[', ']'], "").replace("SHELL", "bash").replace("FORMAT", "json");
    let words = words(&line)?;
    let words = words.iter().map(|w| if w.contains('{') { "x" } else { w.as_str() });
    let words: Vec<&str> = words.take_while(|w| !["|", "||", ">"].contains(w)).collect();
    let error = Cli::try_parse_from(&words).err()?;
    let is_help = error.exit_code() == 0;
    (!is_help).then(|| format!("`{line}` is not understood: {}", error.to_string().lines().next().unwrap()))
}

fn is_call(text: &str) -> bool {
    text == "drill" || text.starts_with("drill ")
}

#[test]
fn the_first_screen_says_how_to_run_and_how_to_test() {
    let text = read("README.md");
    let first: String = text.lines().take(25).map(|line| format!("{line}\n")).collect();
    let lines = code_lines(&first);
    assert_eq!(lines[..2], ["cargo run --release -- watch", "cargo test"], "{first}");
    assert!(first.contains("earn production systems by mechanism and trade-off"), "the motto");
    // `cargo run` finds its program only when the package says which.
    assert!(read("Cargo.toml").contains("default-run = \"drill\""));
    let watch = "drill watch".split(' ');
    assert!(Cli::try_parse_from(watch).is_ok());
}

#[test]
fn the_picture_in_readme_is_what_drill_shows() {
    let readme = read("README.md");
    let picture = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let frame = ["drill ", "────", "h hint"];
    let keys = picture.lines().last().unwrap();
    assert!(read("src/watch/screen/tests/frames.rs").contains(keys), "{keys}");
    let shown: Vec<&str> =
        picture.lines().filter(|line| !frame.iter().any(|start| line.starts_with(start))).collect();
    let desk = Desk::with_content();
    desk.drill(&["init"]).exits(0);
    let mut call = desk.drill(&["run"]).exits(1);
    for line in shown.into_iter().filter(|line| !line.is_empty()) {
        // How long it took is another matter each time.
        let line =
            line.strip_suffix(" ms").map_or(line, |line| line.trim_end_matches(|c| c != ' ').trim_end());
        call = call.says(line);
    }
}

#[test]
fn every_call_of_drill_in_the_documents_is_understood() {
    let mut bad = Vec::new();
    for document in DOCUMENTS {
        let text = read(document);
        let prose: String =
            text.split("```").step_by(2).map(|part| part.replace("\\|", "|")).collect::<Vec<_>>().join("\n");
        let mut seen = 0;
        for line in code_lines(&text).into_iter().chain(quoted(&prose)) {
            let line = line.replace("cargo run --release -- ", "drill ").replace("cargo run -- ", "drill ");
            // The top line of the watch screen is no call; a hidden command has arguments of its own.
            if is_call(&line) && !line.contains('›') && !line.contains("__limited") {
                seen += 1;
                bad.extend(complaint(&line).map(|why| format!("{document}: {why}")));
            }
        }
        assert!(seen > 0, "{document} names no command");
    }
    none(&bad);
}

#[test]
fn every_call_of_drill_in_a_message_is_understood() {
    let mut bad = Vec::new();
    let mut seen = 0;
    for file in files("src").into_iter().filter(|f| is_rust(f)) {
        let text = read(&file);
        let messages = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in messages {
            for (at, _) in line.match_indices("`drill ") {
                let Some((call, _)) = line[at + 1..].split_once('`') else { continue };
                seen += 1;
                bad.extend(complaint(call).map(|why| format!("{file}: {why}")));
            }
        }
    }
    assert!(seen > 20, "only {seen} were found");
    none(&bad);
}

#[test]
fn test_targets_that_the_documents_name_exist() {
    let manifest = read("Cargo.toml");
    for document in DOCUMENTS {
        let text = read(document);
        for (at, found) in text.match_indices("cargo test --test ") {
            let name = text[at + found.len()..].split([' ', '`', '\n']).next().unwrap();
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{document} names the test `{name}`");
        }
    }
}

#[test]
fn files_that_the_documents_link_to_exist() {
    for document in DOCUMENTS {
        let text = read(document);
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap();
            if !target.contains("://") && !target.is_empty() {
                assert!(root().join(target).exists(), "{document} links to {target}");
            }
        }
    }
}

#[test]
fn the_command_table_names_every_visible_command_and_no_other() {
    let table = rows(&section("## Commands"));
    let named: Vec<String> = table.iter().flat_map(|row| quoted(&row[0])).collect();
    let named: BTreeSet<String> =
        named.iter().filter_map(|call| call.split(' ').nth(1).map(ToString::to_string)).collect();
    let command = Cli::command();
    let visible = command.get_subcommands().filter(|c| !c.is_hide_set());
    let visible: BTreeSet<String> = visible.map(|c| c.get_name().to_string()).collect();
    assert_eq!(named, visible);
}

#[test]
fn exit_codes_are_the_same_in_readme_help_and_code() {
    let code = read("src/failure.rs");
    let status = code.split("pub enum Status {").nth(1).unwrap().split('}').next().unwrap();
    let number = |line: &str| line.split(" = ").nth(1)?.trim_end_matches(',').parse::<u8>().ok();
    let real: Vec<u8> = status.lines().filter_map(number).collect();
    assert_eq!(real.len(), 6, "{status}");
    let table = rows(&section("## What a verdict means"));
    let named: Vec<u8> = table.iter().filter_map(|row| row[0].parse().ok()).collect();
    assert_eq!(named, real);
    let help = Cli::command().get_after_help().unwrap().to_string();
    let listed = help.split("Exit codes:").nth(1).unwrap().lines();
    let listed: Vec<u8> = listed.filter_map(|l| l.split_whitespace().next()?.parse().ok()).collect();
    assert_eq!(listed, real);
}

#[test]
fn readme_says_which_topics_are_written_and_which_paths_there_are() {
    let source = drill::content::embedded::source();
    let (atlas, problems) = drill::content::load::load(&source);
    assert_eq!(problems, []);
    let text = section("## What you learn");
    let written: BTreeSet<String> =
        quoted(text.split("Written so far: ").nth(1).unwrap().split(". ").next().unwrap())
            .into_iter()
            .collect();
    assert_eq!(written, atlas.topics.iter().map(|t| t.id.clone()).collect::<BTreeSet<_>>());
    let named: BTreeSet<String> = rows(&text).iter().flat_map(|row| quoted(&row[1])).collect();
    let declared: BTreeSet<String> = atlas.families.iter().flat_map(|f| f.topics.clone()).collect();
    assert_eq!(named, declared);
    for (family, row) in atlas.families.iter().zip(rows(&text)) {
        assert_eq!(row[0], family.title);
        assert_eq!(quoted(&row[1]), family.topics);
    }
    for path in &atlas.paths {
        assert!(text.contains(&format!("`{}`", path.id)), "README does not name the path {}", path.id);
    }
    for mode in drill::content::model::Mode::WORDS {
        assert!(text.contains(&format!("*{mode}*")), "README does not explain the mode {mode}");
    }
}

#[test]
fn readme_states_the_limits_that_hold() {
    use drill::content::model::Limits;
    let table = rows(&section("## Limits and safety"));
    let row = |what: &str| {
        let found = table.iter().find(|row| row[0].starts_with(what));
        found.unwrap_or_else(|| panic!("no limit of {what}"))[1].clone()
    };
    let (plain, lab) = (Limits::of(false), Limits::of(true));
    let cpu = format!("{} s; {} s in a lab", plain.check_cpu.as_secs(), lab.check_cpu.as_secs());
    assert_eq!(row("processor time"), cpu);
    assert_eq!(row("memory"), format!("{} GiB", plain.memory_mib / 1024));
    assert_eq!(row("any one file"), format!("{} MiB", drill::run::FILE_MIB));
}

#[test]
fn the_changelog_has_a_place_for_what_comes() {
    assert!(read("CHANGELOG.md").contains("\n## [Unreleased]\n"));
}

#[test]
fn help_is_short_complete_and_of_one_style() {
    let mut bad = Vec::new();
    let mut command = Cli::command().term_width(HELP_WIDTH);
    command.build();
    let mut check = |place: &str, what: &str, text: Option<String>| {
        let Some(text) = text else {
            bad.push(format!("{place}: {what} has no description"));
            return;
        };
        let first = text.lines().next().unwrap_or_default();
        if !first.starts_with(|c: char| c.is_uppercase()) || first.ends_with('.') {
            bad.push(format!("{place}: {what}: a capital first, no full stop last: {first}"));
        }
    };
    let commands = command.clone();
    let all: Vec<&clap::Command> =
        std::iter::once(&commands).chain(commands.get_subcommands()).filter(|c| !c.is_hide_set()).collect();
    for command in &all {
        let name = command.get_name();
        check(name, "the command", command.get_about().map(ToString::to_string));
        for argument in command.get_arguments() {
            check(name, argument.get_id().as_str(), argument.get_help().map(ToString::to_string));
        }
    }
    let mut abouts = BTreeSet::new();
    for command in &all {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        if !abouts.insert(about.clone()) {
            bad.push(format!("two commands say of themselves: {about}"));
        }
        for help in [(*command).clone().render_help(), (*command).clone().render_long_help()] {
            let help = help.to_string();
            let long = help.lines().filter(|line| line.chars().count() > HELP_WIDTH);
            bad.extend(
                long.map(|line| format!("{}: more than {HELP_WIDTH} columns: {line}", command.get_name())),
            );
        }
    }
    none(&bad);
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}
