//! What each command's help ends with: examples to paste.

pub const MAIN: &str = "\
Start here:
  drill watch    makes a workspace, and leads you from there
  drill doctor   when something does not work

Exit codes:
    0  passed, or done
    1  a verdict other than passed
    2  the command line makes no sense
    3  a problem with content, workspace or environment
   70  a bug in drill
  130  interrupted";

pub const INIT: &str = "\
Examples:
  drill init             in ./drill-workspace, or bring up to date the one you are in
  drill init ~/drill     somewhere else";

pub const WATCH: &str = "\
Examples:
  drill watch                     go on where you were
  drill watch rate-limiting       follow this path
  drill watch --edit-cmd 'code -r'";

pub const RUN: &str = "\
Examples:
  drill run                       the exercise you are at
  drill run lazy                  any unambiguous part of a name
  drill run --format json | jq .verdict";

pub const PATH: &str = "\
Examples:
  drill path                      all paths, and how far you are
  drill path rate-limiting        follow this one";

pub const LIST: &str = "\
Examples:
  drill list
  drill list --no-picker | grep tried
  drill list --format json | jq '.exercises[] | select(.state == \"new\").id'";

pub const TOPICS: &str = "\
Examples:
  drill topics                    all of them, and what to filter by
  drill topics redis leases       those that mention both
  drill topics --family reliability --tag hysteresis
  drill topics --slice '?family=reliability&tag=hysteresis'";

pub const READ: &str = "\
Examples:
  drill read                      about the topic you are at
  drill read gcra                 any unambiguous part of a name
  drill read token-bucket-gcra#failure-modes
  drill read gcra --raw > gcra.md";

pub const QUIZ: &str = "\
Examples:
  drill quiz                      on the topic you are at
  drill quiz token-bucket-gcra
  drill quiz book/src/ownership.toml";

pub const HINT: &str = "\
Examples:
  drill hint                      the next one, for the exercise you are at
  drill hint --again              those you have taken";

pub const SOLUTION: &str = "\
Examples:
  drill solution                  after a pass
  drill solution --diff           yours against it
  drill solution lazy --give-up   without a pass";

pub const PLOT: &str = "\
Examples:
  drill plot                      the lab you are at
  drill plot gateway --svg gateway.svg";

pub const RESET: &str = "\
Examples:
  drill reset                     the exercise you are at
  drill reset 02-gcra
  drill reset --undo              bring your work back";

pub const PROGRESS: &str = "\
Examples:
  drill progress
  drill progress --export done.toml     on one machine
  drill progress --import done.toml     on the other";

pub const DOCTOR: &str = "\
Examples:
  drill doctor
  drill doctor || echo 'something is to be mended'";

pub const VERIFY: &str = "\
Examples:
  drill verify                            everything
  drill verify token-bucket-gcra/02-gcra --seeds 1000
  drill verify --watch gcra               at each save, while you write
  drill verify exercises/token-bucket-gcra/quiz.toml
  drill verify --pack my-pack --format junit > report.xml";

pub const NEW: &str = "\
Examples:
  drill new topic lease-pools --pack my-course      in a new folder
  drill new topic lease-pools --family reliability
  drill new exercise lease-pools/01-first-come --mode repair
  drill new quiz lease-pools";

pub const COMPLETIONS: &str = "\
Examples:
  drill completions bash > ~/.local/share/bash-completion/completions/drill
  drill completions zsh > ~/.zfunc/_drill
  drill completions fish > ~/.config/fish/completions/drill.fish";

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::{CommandFactory as _, Parser as _};

    /// The words of an example up to its explanation, a pipe or a redirection, as a shell splits them.
    fn words(line: &str) -> Vec<String> {
        let command = line.trim().split("  ").next().unwrap();
        let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
        for c in command.chars() {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => words.push(std::mem::take(&mut word)),
                c => word.push(c),
            }
        }
        words.push(word);
        words.into_iter().take_while(|w| !["|", "||", ">"].contains(&w.as_str())).collect()
    }

    #[test]
    fn every_command_explains_itself_and_ends_with_examples_that_parse() {
        for command in Cli::command().get_subcommands().filter(|c| !c.is_hide_set()) {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.starts_with("Examples:\n"), "{name}");
            assert!(command.get_long_about().is_some(), "{name} has no long help");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name}: {} is not explained", argument.get_id());
            }
            for line in help.lines().skip(1) {
                let words = words(line);
                assert_eq!(words[..2], ["drill", name], "{line}");
                Cli::try_parse_from(&words).unwrap_or_else(|e| panic!("{line}\n{e}"));
            }
        }
    }

    #[test]
    fn the_whole_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
