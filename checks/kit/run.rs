//! Runs the checks one after another, in the process that the engine started for them.

use crate::channel::Channel;
use crate::cpu::cpu_us;
use crate::panic::{guard, install};
use crate::{Case, Res, report};
use std::io::Write as _;

/// One check: its name, what it catches, and the function that judges.
pub type Check = (&'static str, &'static str, fn(&mut Case) -> Res);

/// Runs the checks in order and reports each to the file that `DRILL_REPORT` names. The process's exit code:
/// 0 whatever the checks say, 3 when the report could not be written.
/// Arguments: `--only NAME` and `--skip NAME` (repeatable), `--seed N`.
pub fn run(checks: &[Check]) -> i32 {
    run_on(checks, &Options::of(&arguments()), &Channel::open())
}

#[derive(Debug, Default, PartialEq)]
struct Options {
    /// Run these only; all when empty.
    only: Vec<String>,
    skip: Vec<String>,
    seed: u64,
}

impl Options {
    fn of(arguments: &[String]) -> Options {
        let mut options = Options::default();
        for pair in arguments.windows(2) {
            match pair[0].as_str() {
                "--only" => options.only.push(pair[1].clone()),
                "--skip" => options.skip.push(pair[1].clone()),
                "--seed" => options.seed = pair[1].parse().unwrap_or(0),
                _ => {}
            }
        }
        options
    }

    fn picks(&self, name: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|other| other == name);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

/// The process's arguments without its name. The engine's `main` is C's, and where the C library does not hand
/// the arguments to start-up code (musl) std has none: Linux then knows them.
fn arguments() -> Vec<String> {
    let all: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let all = if all.is_empty() {
        let line = std::fs::read("/proc/self/cmdline").unwrap_or_default();
        line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    } else {
        all
    };
    all.into_iter().skip(1).collect()
}

fn run_on(checks: &[Check], options: &Options, channel: &Channel) -> i32 {
    for check in checks.iter().filter(|check| options.picks(check.0)) {
        channel.send(report::start(check.0, cpu_us()));
        if channel.is_lost() {
            return 3;
        }
        let answer = judge(check, options.seed, channel);
        // The process ends through C, which does not know of a `print!` without its newline.
        let _ = std::io::stdout().flush();
        channel.send(report::finish(check.0, cpu_us(), &answer));
        if channel.is_lost() {
            return 3;
        }
    }
    channel.send(report::done());
    if channel.is_lost() { 3 } else { 0 }
}

/// The answer of one check: its own, its panic's, or its scorecard's.
fn judge(&(name, _, check): &Check, seed: u64, channel: &Channel) -> Res {
    install();
    let mut case = Case::new(name, seed, channel.clone());
    let answer = guard(&mut || check(&mut case));
    case.judge(answer)
}

#[cfg(test)]
mod tests {
    use super::{Check, Options, run_on};
    use crate::channel::tests::Kept;
    use crate::json::read::Value;
    use crate::panic::tests::hooked;
    use crate::{Case, Res, fail};
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    const CHECKS: &[Check] = &[
        ("passes", "nothing", |_| Ok(())),
        ("fails", "a difference", |_| fail("they differ")),
        ("misses", "a slow tail", |case| {
            case.at_most("p99", 9.0, "ms", 3.0);
            Ok(())
        }),
        ("panics", "a wrap", |case| panic!("seed {}", case.seed)),
        ("waits", "what is not written", |_| todo!("refill")),
    ];

    /// The exit code and the lines of a run of `checks` with these arguments.
    fn ran(checks: &[Check], arguments: &[&str], full_at: usize) -> (i32, Vec<Value>) {
        let (channel, kept) = Kept::channel(full_at);
        let options = Options::of(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>());
        (hooked(|| run_on(checks, &options, &channel)), kept.lines())
    }

    /// `check outcome message` of each finish line.
    fn verdicts(lines: &[Value]) -> Vec<String> {
        let ended = lines.iter().filter(|line| line.text("ev") == "finish");
        ended.map(|line| ["check", "outcome", "message"].map(|key| line.text(key)).join(" ")).collect()
    }

    #[test]
    fn checks_run_in_order_and_are_reported_one_by_one() {
        let (code, lines) = ran(CHECKS, &[], usize::MAX);
        assert_eq!(code, 0);
        assert_eq!(
            verdicts(&lines),
            [
                "passes pass ",
                "fails fail they differ",
                "misses fail p99 is 9 ms, must be at most 3 ms",
                "panics panic seed 0",
                "waits todo not yet implemented: refill",
            ]
        );
        let events: Vec<&str> = lines.iter().map(|line| line.text("ev")).collect();
        assert_eq!(events[..5], ["start", "finish", "start", "finish", "start"]);
        assert_eq!(events.last(), Some(&"done"));
    }

    #[test]
    fn cpu_time_never_runs_back() {
        let (_, lines) = ran(CHECKS, &[], usize::MAX);
        let times = lines.iter().filter(|line| *line.get("cpu_us") != Value::Null);
        let times: Vec<u64> = times.map(|line| line.number("cpu_us").parse().expect("an integer")).collect();
        assert_eq!(times.len(), 10);
        assert!(times.is_sorted(), "{times:?}");
    }

    #[test]
    fn a_panic_carries_its_place_and_the_seed_is_handed_on() {
        let (_, lines) = ran(CHECKS, &["--seed", "7", "--only", "panics"], usize::MAX);
        let [_, finish, _] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(finish.text("message"), "seed 7");
        assert!(finish.get("at").text("file").ends_with("run.rs"));
    }

    #[test]
    fn checks_can_be_picked_and_skipped() {
        let names = |arguments: &[&str]| -> Vec<String> {
            let (_, lines) = ran(CHECKS, arguments, usize::MAX);
            let started = lines.iter().filter(|line| line.text("ev") == "start");
            started.map(|line| line.text("check").to_string()).collect()
        };
        assert_eq!(names(&["--only", "waits", "--only", "fails"]), ["fails", "waits"]);
        assert_eq!(names(&["--skip", "fails", "--skip", "panics", "--skip", "misses"]), ["passes", "waits"]);
        assert_eq!(names(&["--only", "fails", "--skip", "fails"]), [""; 0]);
    }

    #[test]
    fn a_report_that_cannot_be_written_ends_the_run_with_3() {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let counted: fn(&mut Case) -> Res = |_| {
            CALLS.fetch_add(1, Relaxed);
            Ok(())
        };
        let checks: [Check; 3] = [("a", "", counted), ("b", "", counted), ("c", "", counted)];
        let (code, lines) = ran(&checks, &[], 3);
        assert_eq!((code, lines.len(), CALLS.load(Relaxed)), (3, 3, 2));
        assert_eq!((ran(&checks, &[], 0).0, CALLS.load(Relaxed)), (3, 2));
        assert_eq!(ran(&checks, &[], 6).0, 3);
        assert_eq!(ran(&checks, &[], 7).0, 0);
    }

    #[test]
    fn a_hook_taken_by_one_check_is_taken_back_for_the_next() {
        let checks: [Check; 2] = [
            ("mine", "", |_| {
                std::panic::set_hook(Box::new(|_| {}));
                panic!("after my hook");
            }),
            ("next", "", |_| panic!("with a place")),
        ];
        let (_, lines) = ran(&checks, &[], usize::MAX);
        assert_eq!(verdicts(&lines), ["mine panic after my hook", "next panic with a place"]);
        assert_eq!((lines[1].get("at"), lines[3].get("at") == &Value::Null), (&Value::Null, false));
    }
}
