//! Hidden checks of 02-sliding-window-counter. The reference keeps every admission with its window, adds up those
//! of the two windows whenever it is asked, and finds a wait by trying instants.
use crate::{Counter, Policy};
use kit::{Case, Check, Config, Res, Rng, Table, ensure, fail, forall_cfg};
use std::fmt::{self, Debug};

pub const CHECKS: &[Check] = &[
    ("trace", "a verdict that differs from the example in the exercise", trace),
    ("skipped-windows", "a count that outlives two windows, or dies before", skipped_windows),
    ("refused-not-counted", "a refused request that leaves a mark", refused_not_counted),
    (
        "zero-and-oversize",
        "a cost of 0 that is refused, or one above the limit with a wait",
        zero_and_oversize,
    ),
    ("remaining-is-largest", "a remaining cost that is refused, or is not the largest", remaining_is_largest),
    ("retry-is-minimal", "a wait that does not help, or is longer than needed", retry_is_minimal),
    ("asking-is-free", "a question that changes a later answer", asking_is_free),
    ("clock-one-window-back", "counts mixed up while the clock is behind", clock_one_window_back),
    ("limit-changes", "a new limit that comes late, or a count that it upsets", limit_changes),
    ("no-overflow", "products and instants at the ends of their ranges", no_overflow),
    ("exact-vs-log-weights", "random traffic judged differently from a log of it", exact_vs_log_weights),
    ("state-size", "a counter of more than 32 bytes, or on the heap", state_size),
];

// ---- the reference

/// Every admission: its window and cost.
#[derive(Clone, Default)]
struct Log(Vec<(u64, u64)>);

impl Log {
    /// limit * W less the estimate * W.
    fn room(&self, p: &Policy, now: u64) -> i128 {
        let w = i128::from(p.window_ns);
        let newest = self.0.iter().map(|admitted| admitted.0).max().unwrap_or(0);
        let (mut window, mut x) = (now / p.window_ns, i128::from(now % p.window_ns));
        if window < newest {
            (window, x) = (newest, 0);
        }
        let mut room = i128::from(p.limit) * w;
        for &(of, cost) in &self.0 {
            if of == window {
                room -= i128::from(cost) * w;
            } else if of + 1 == window {
                room -= i128::from(cost) * (w - x);
            }
        }
        room
    }
    fn admits(&self, p: &Policy, now: u64, cost: u64) -> bool {
        cost == 0 || i128::from(cost) * i128::from(p.window_ns) <= self.room(p, now)
    }
    fn check(&mut self, p: &Policy, now: u64, cost: u64) -> bool {
        let admit = self.admits(p, now, cost);
        if admit && cost > 0 {
            let newest = self.0.iter().map(|admitted| admitted.0).max().unwrap_or(0);
            self.0.push((newest.max(now / p.window_ns), cost));
        }
        admit
    }
    fn remaining(&self, p: &Policy, now: u64) -> u64 {
        (self.room(p, now).max(0) / i128::from(p.window_ns)) as u64
    }
    /// By bisection: the estimate never rises while nothing is admitted.
    fn retry(&self, p: &Policy, now: u64, cost: u64) -> Option<u64> {
        if cost > p.limit {
            return None;
        }
        if self.admits(p, now, cost) {
            return Some(0);
        }
        let newest = self.0.iter().map(|admitted| admitted.0).max().unwrap_or(0);
        let (mut refused, mut admitted) = (now, (newest.max(now / p.window_ns) + 2) * p.window_ns);
        while admitted - refused > 1 {
            let middle = refused.midpoint(admitted);
            if self.admits(p, middle, cost) {
                admitted = middle;
            } else {
                refused = middle;
            }
        }
        Some(admitted - now)
    }
}

// ---- the learner's calls, named should they panic

fn check(counter: &mut Counter, p: &Policy, now: u64, cost: u64) -> bool {
    let what = || format!("check(now {}, cost {}): {}", span(now), figure(cost), config(p));
    kit::during(what, || counter.check(p, now, cost))
}

fn remaining(counter: &Counter, p: &Policy, now: u64) -> u64 {
    kit::during(|| format!("remaining(now {}): {}", span(now), config(p)), || counter.remaining(p, now))
}

fn retry(counter: &Counter, p: &Policy, now: u64, cost: u64) -> Option<u64> {
    let what = || format!("retry_after_ns(now {}, cost {}): {}", span(now), figure(cost), config(p));
    kit::during(what, || counter.retry_after_ns(p, now, cost))
}

// ---- words

/// Large figures by the power next to them.
fn figure(n: u64) -> String {
    match n {
        u64::MAX => "2^64 - 1".into(),
        _ if n >= 1 << 20 && n.is_power_of_two() => format!("2^{}", n.ilog2()),
        _ if n >= 1 << 40 && (n + 1).is_power_of_two() => format!("2^{} - 1", (n + 1).ilog2()),
        _ => n.to_string(),
    }
}

fn span(ns: u64) -> String {
    if ns > 0 && ns % kit::SEC == 0 { format!("{} s", ns / kit::SEC) } else { format!("{} ns", figure(ns)) }
}

fn config(p: &Policy) -> String {
    format!("limit {}, window {}", p.limit, span(p.window_ns))
}

fn verdict(admit: bool) -> String {
    if admit { "admit".into() } else { "refuse".into() }
}

fn wait(ns: Option<u64>) -> String {
    ns.map_or("never".into(), |ns| format!("wait {}", span(ns)))
}

const fn policy(limit: u64, window_ns: u64) -> Policy {
    Policy { limit, window_ns }
}

// ---- scenarios: steps of one counter, the answers of the log beside the learner's

#[derive(Clone, Copy, PartialEq)]
enum Ask {
    Check,
    Remaining,
    Retry,
}
use Ask::{Check as Take, Remaining as Left, Retry as Wait};

/// (now, what, cost, how often)
type Step = (u64, Ask, u64, u64);

const fn take(now: u64, cost: u64) -> Step {
    (now, Take, cost, 1)
}

const fn each(now: u64, times: u64) -> Step {
    (now, Take, 1, times)
}

const fn left(now: u64) -> Step {
    (now, Left, 0, 1)
}

const fn until(now: u64, cost: u64) -> Step {
    (now, Wait, cost, 1)
}

/// `AAAR` as `3 admitted, 1 refused`.
fn run_lengths(verdicts: &[bool]) -> String {
    let runs = verdicts.chunk_by(|a, b| a == b);
    let words = |run: &[bool]| format!("{} {}", run.len(), if run[0] { "admitted" } else { "refused" });
    runs.map(words).collect::<Vec<_>>().join(", ")
}

struct Scenario {
    policy: Policy,
    counter: Counter,
    log: Log,
    table: Table,
    /// Leave out right answers to questions: the requests tell the story.
    terse: bool,
}

impl Scenario {
    fn new(policy: Policy) -> Scenario {
        Scenario {
            policy,
            counter: Counter::default(),
            log: Log::default(),
            table: Table::new(),
            terse: false,
        }
    }
    fn step(&mut self, p: &Policy, (now, ask, cost, times): Step) {
        let changed = if *p == self.policy { String::new() } else { format!(", limit {}", p.limit) };
        let (input, want, got) = match ask {
            Take if times == 1 => {
                let want = verdict(self.log.check(p, now, cost));
                let got = verdict(check(&mut self.counter, p, now, cost));
                (format!("cost {}", figure(cost)), want, got)
            }
            Take => {
                let want: Vec<bool> = (0..times).map(|_| self.log.check(p, now, cost)).collect();
                let got: Vec<bool> = (0..times).map(|_| check(&mut self.counter, p, now, cost)).collect();
                (format!("{times} times cost {cost}"), run_lengths(&want), run_lengths(&got))
            }
            Left => {
                let want = figure(self.log.remaining(p, now));
                ("remaining".into(), want, figure(remaining(&self.counter, p, now)))
            }
            Wait => {
                let want = wait(self.log.retry(p, now, cost));
                (format!("wait for cost {}", figure(cost)), want, wait(retry(&self.counter, p, now, cost)))
            }
        };
        if self.terse && ask != Take && want == got {
            return;
        }
        // The time of a row is rounded where it is beyond 2^53.
        let at = if now >> 53 > 0 { format!(" at {}", span(now)) } else { String::new() };
        self.table.row(now, input + &changed + &at, want, got);
    }
}

fn replay(p: Policy, steps: &[Step], message: &str) -> Res {
    let mut scenario = Scenario::new(p);
    for step in steps {
        scenario.step(&p, *step);
    }
    scenario.table.verdict(&format!("{message}: {}", config(&p)))
}

const TEN: Policy = policy(10, 60);

fn trace(_: &mut Case) -> Res {
    let steps = [each(59, 10), each(60, 2), each(75, 4), each(90, 4), take(91, 11), take(91, 10)];
    replay(TEN, &steps, "this is the example in the exercise")?;
    let steps =
        [take(0, 4), take(0, 6), take(0, 1), take(59, 1), take(60, 1), take(65, 1), take(66, 2), take(66, 1)];
    replay(TEN, &steps, "the cost that just fits is admitted, and a nanosecond earlier it is not")
}

fn skipped_windows(_: &mut Case) -> Res {
    let message = "a count weighs in its own window and fades over the next; after that it is gone";
    replay(TEN, &[take(59, 10), left(60), left(61), left(90), left(119), left(120), take(120, 10)], message)?;
    replay(TEN, &[take(59, 10), take(179, 10), take(180, 1), take(1200, 10), take(1200, 1)], message)?;
    replay(TEN, &[take(30, 3), take(90, 5), left(119), left(120), left(150), take(150, 8)], message)?;
    // 2^32 windows later is not the same window.
    let leap = 60 << 32;
    replay(TEN, &[take(30, 10), take(leap + 30, 10), take(leap + 90, 5), take(leap + 90, 1)], message)?;
    // First used late, and in window 1: the default is no window 0 with something in it.
    replay(TEN, &[take(60, 10), take(60, 1), left(120), left(150)], message)?;
    replay(TEN, &[take(6000, 10), take(6000, 1), take(6090, 5), take(6090, 1)], message)
}

fn refused_not_counted(_: &mut Case) -> Res {
    let message = "a refused request is not counted, so knocking does not keep the door shut";
    replay(TEN, &[take(59, 10), each(60, 5), each(65, 5), take(66, 1), each(119, 20), left(120)], message)?;
    let message = "a refused request leaves no mark, also when the clock goes back after it";
    replay(TEN, &[take(30, 10), take(200, 11), take(50, 1), left(50)], message)?;
    replay(TEN, &[take(30, 4), take(60, 7), take(45, 6), take(66, 1)], message)
}

fn zero_and_oversize(_: &mut Case) -> Res {
    let message = "a cost of 0 is always admitted, and leaves no mark";
    replay(TEN, &[take(59, 10), take(59, 0), take(60, 0), until(60, 0), take(66, 1), left(66)], message)?;
    replay(TEN, &[take(30, 10), take(200, 0), take(50, 1), left(50)], message)?;
    let message = "a cost above the limit is never admitted, and one of exactly the limit is";
    replay(
        TEN,
        &[take(0, 11), until(0, 11), until(0, 10), take(0, 10), until(0, 10), until(0, 11)],
        message,
    )?;
    replay(policy(0, 60), &[take(0, 1), until(0, 1), take(0, 0), until(0, 0), left(0)], message)?;
    replay(policy(1, 1), &[take(0, 1), take(0, 1), until(0, 1), take(1, 1), take(2, 1), take(3, 2)], message)
}

fn remaining_is_largest(case: &mut Case) -> Res {
    let message = "`remaining` is the largest cost that is admitted: the estimate counts in full, no part of it is \
                   rounded away";
    replay(
        TEN,
        &[left(0), take(10, 3), left(10), left(60), left(79), left(80), left(100), left(120)],
        message,
    )?;
    replay(policy(10, 7), &[take(6, 10), left(6), left(7), left(8), left(10), left(13), left(14)], message)?;
    // Admitted by the learner's own check, and one more is not.
    over_policies(cfg(case.seed ^ 0x21, 40, 8), any, &|p, ops| {
        let prefix = |upto: usize| {
            let (mut counter, mut now) = (Counter::default(), 0);
            for op in &ops[..upto] {
                now += op.gap_ns;
                check(&mut counter, p, now, op.cost);
            }
            counter
        };
        let mut now = 0;
        for (i, op) in ops.iter().enumerate() {
            now += op.gap_ns;
            let said = remaining(&prefix(i), p, now);
            let over = said.saturating_add(1);
            for (cost, due) in [(said, true), (over, false)] {
                if check(&mut prefix(i), p, now, cost) != due {
                    let mut t = answers(p, &ops[..i]);
                    t.row(now, "remaining".into(), said.to_string(), said.to_string());
                    t.row(now, format!("cost {cost}"), verdict(due), verdict(!due));
                    return t.verdict(&format!("{message}: {}", config(p)));
                }
            }
        }
        Ok(())
    })
}

fn retry_is_minimal(case: &mut Case) -> Res {
    let message = "the wait is the smallest after which the same cost is admitted";
    replay(
        TEN,
        &[take(59, 10), until(59, 1), until(60, 1), until(60, 10), until(65, 1), until(66, 1)],
        message,
    )?;
    replay(
        TEN,
        &[take(59, 3), until(59, 9), until(70, 9), take(70, 5), until(70, 5), until(70, 8)],
        message,
    )?;
    replay(
        policy(3, 7),
        &[take(2, 3), until(6, 1), until(6, 2), until(6, 3), until(8, 1), until(9, 1)],
        message,
    )?;
    over_policies(cfg(case.seed ^ 0x22, 80, 8), any, &|p, ops| {
        // The same history once more, and then the refused request again, alone.
        let again = |upto: usize, at: u64| {
            let (mut counter, mut now) = (Counter::default(), 0);
            for op in &ops[..=upto] {
                now += op.gap_ns;
                check(&mut counter, p, now, op.cost);
            }
            check(&mut counter, p, at, ops[upto].cost)
        };
        let (mut counter, mut now) = (Counter::default(), 0);
        for (i, op) in ops.iter().enumerate() {
            now += op.gap_ns;
            let told = retry(&counter, p, now, op.cost);
            let admitted = check(&mut counter, p, now, op.cost);
            let wrong = |at: u64, due: String, got: String, input: String, message: &str| {
                let mut t = answers(p, &ops[..=i]);
                t.row(at, input, due, got);
                t.verdict(&format!("{message}: {}", config(p)))
            };
            let question = format!("wait for cost {}", op.cost);
            if (op.cost > p.limit) != told.is_none() {
                let due = if op.cost > p.limit { "never" } else { "some wait" };
                let message = "no wait helps exactly when the cost is above the limit";
                return wrong(now, due.into(), wait(told), question, message);
            }
            let Some(told) = told else { continue };
            if admitted != (told == 0) {
                let due = if admitted { "wait 0 ns" } else { "wait at least 1 ns" };
                let message = "the wait is 0 exactly when the cost was admitted just then";
                return wrong(now, due.into(), wait(Some(told)), "wait asked just before".into(), message);
            }
            if admitted {
                continue;
            }
            let again_at = |at: u64, due: bool, message: &str| {
                wrong(at, verdict(due), verdict(!due), format!("cost {} again", op.cost), message)
            };
            // No window here is longer than a second, and the sum must stay an instant.
            let then = now + told.min(1 << 61);
            if !again(i, then) {
                let message =
                    format!("told to wait {}, and after exactly that wait it is admitted", span(told));
                return again_at(then, true, &message);
            }
            if again(i, then - 1) {
                let message = format!("told to wait {}, but 1 ns less would have done", span(told));
                return again_at(then - 1, false, &message);
            }
        }
        Ok(())
    })
}

fn clock_one_window_back(case: &mut Case) -> Res {
    let message = "in a window before the newest, a call is judged at the newest's first nanosecond";
    let steps = [take(30, 6), take(90, 3), left(50), take(50, 2), take(50, 1), take(50, 1), left(90)];
    replay(TEN, &steps, message)?;
    // From 50 ns it is 10 ns to the newest window, and 10 ns more until one of the 6 has faded.
    replay(TEN, &[take(30, 6), take(90, 4), until(50, 1), until(50, 2), until(50, 7), take(70, 1)], message)?;
    replay(
        TEN,
        &[take(600, 2), until(0, 8), until(0, 9), take(0, 8), take(600, 1), left(659), left(660)],
        message,
    )?;
    replay(TEN, &[take(60_000_000_030, 10), take(0, 1), until(0, 1), take(60_000_000_060, 1)], message)?;
    replay(TEN, &[take(90, 3), take(10, 5), take(119, 3), take(120, 3), take(120, 2), left(121)], message)?;
    // Two windows back is judged as one is.
    replay(TEN, &[take(90, 8), take(130, 1), left(0), take(0, 2), take(0, 1), left(60)], message)?;
    let message = "a step back within a window makes x smaller, and no more than that";
    replay(
        TEN,
        &[take(59, 10), take(90, 3), left(90), left(60), take(66, 1), left(110), left(118)],
        message,
    )?;
    let op = |p: &Policy, rng: &mut Rng| Op { back_ns: back(p, rng), ..any(p, rng) };
    over_policies(cfg(case.seed ^ 0x23, 60, 10), op, &|p, ops| {
        let message = "a clock that is behind is judged at the newest window's first nanosecond";
        agree(p, ops, message)
    })
}

fn asking_is_free(case: &mut Case) -> Res {
    let message = "asking changes nothing, also about a later instant";
    replay(TEN, &[take(30, 10), left(200), until(200, 3), take(59, 1), take(60, 1), left(66)], message)?;
    let op = |p: &Policy, rng: &mut Rng| Op { ahead_ns: gap(p, rng), back_ns: back(p, rng), ..any(p, rng) };
    over_policies(cfg(case.seed ^ 0x24, 40, 10), op, &|p, ops| {
        // Two counters with the same requests; only one of them is asked.
        let walk = |mut t: Option<&mut Table>| {
            let (mut asked, mut plain, mut now) = (Counter::default(), Counter::default(), 0_u64);
            let mut same = true;
            for op in ops {
                now = (now + op.gap_ns).saturating_sub(op.back_ns);
                let ahead = now + op.ahead_ns;
                let _ = (remaining(&asked, p, ahead), retry(&asked, p, ahead, op.cost));
                let (want, got) = (check(&mut plain, p, now, op.cost), check(&mut asked, p, now, op.cost));
                same &= want == got;
                if let Some(t) = t.as_deref_mut() {
                    t.row(now, format!("ask about {}", span(ahead)), "no effect".into(), "no effect".into());
                    t.row(now, format!("cost {}", op.cost), verdict(want), verdict(got));
                }
            }
            same
        };
        if walk(None) {
            return Ok(());
        }
        let mut t = Table::new();
        walk(Some(&mut t));
        t.verdict(&format!("{message} (expected: the same requests without the questions): {}", config(p)))
    })
}

fn limit_changes(case: &mut Case) -> Res {
    let message = "the limit of a call is the one it passes, and what was admitted stays counted";
    let play = |first: Policy, steps: &[(u64, Step)]| {
        let mut scenario = Scenario::new(first);
        for (limit, step) in steps {
            scenario.step(&policy(*limit, first.window_ns), *step);
        }
        scenario.table.verdict(&format!("{message}: {} at first", config(&first)))
    };
    let lowered = [
        (10, take(30, 8)),
        (4, left(31)),
        (4, take(31, 1)),
        (4, until(31, 1)),
        (4, take(97, 1)),
        (4, take(98, 1)),
    ];
    play(TEN, &lowered)?;
    play(TEN, &[(10, take(59, 10)), (0, take(60, 0)), (4, until(60, 4)), (4, until(60, 5)), (10, left(66))])?;
    play(
        TEN,
        &[
            (10, take(0, 10)),
            (10, take(0, 1)),
            (15, left(0)),
            (15, take(0, 5)),
            (10, left(60)),
            (10, left(110)),
        ],
    )?;
    // The 8 of the window before weigh in full, although the limit is 7 now.
    play(TEN, &[(10, take(0, 8)), (7, take(78, 1)), (7, left(78)), (10, left(78))])?;
    let op = |_: &Policy, rng: &mut Rng| {
        let p = policy(rng.range(1, 12), 60);
        Op { limit: p.limit, back_ns: if rng.chance(0.1) { 30 } else { 0 }, ..any(&p, rng) }
    };
    let cfg = cfg(case.seed ^ 0x25, 100, 10);
    forall_cfg(&cfg, &|rng, len| (0..len).map(|_| op(&TEN, rng)).collect(), &|ops: &[Op]| {
        agree(&TEN, ops, message)
    })
}

fn no_overflow(_: &mut Case) -> Res {
    const LIMIT: u64 = 1_000_000_000;
    const WINDOW: u64 = 1_000_000_000_000_000;
    let big = policy(LIMIT, WINDOW);
    let message_of_waits = "a wait is a whole number of nanoseconds, and exact, also in a long window";
    let message = "a limit of 10^9 in a window of 10^15 ns is counted to the nanosecond";
    let w = WINDOW;
    let half = LIMIT / 2;
    // One of 10^9 is forgotten every 10^6 ns.
    let m = 1_000_000;
    replay(
        big,
        &[take(w - 1, LIMIT), take(w, 1), take(w + m - 1, 1), take(w + m, 1), take(w + m, 1)],
        message,
    )?;
    let steps = [take(w - 1, LIMIT), left(w + 1), left(w + m), left(w + w / 2), left(2 * w - 1), left(2 * w)];
    replay(big, &steps, message)?;
    replay(
        big,
        &[take(0, half), take(0, half), take(0, 1), until(0, 1), until(0, LIMIT), left(w - 1)],
        message,
    )?;
    // The old one is a 10^15th of a request short of forgotten.
    let steps =
        [take(w - 1, 1), take(w, LIMIT - 1), left(2 * w - 1), take(2 * w - 1, 1), until(w, 1), left(2 * w)];
    replay(big, &steps, message)?;
    let odd = policy(999_999_937, WINDOW - 11);
    let w = odd.window_ns;
    let steps = [
        take(w - 1, odd.limit),
        until(w, 1),
        until(w, 7),
        until(w, 999_999),
        until(w, odd.limit - 1),
        until(w, odd.limit),
    ];
    replay(odd, &steps, message)?;

    // The wait ends where 7 of 10 are left: at three tenths of the window, to the nanosecond.
    for tenth in [1_000_000, 10_000_000_000_000] {
        let w = 10 * tenth;
        let steps: Vec<_> = (1..=10).map(|cost| until(w, cost)).collect();
        replay(policy(10, w), &[&[take(0, 10)][..], &steps].concat(), message_of_waits)?;
    }

    let message = "a cost that no sum or product has room for is above every limit";
    for cost in [u64::MAX, u64::MAX - 3, u64::MAX / 60 + 1, 1 << 63, 1 << 32, (1 << 32) + 1, LIMIT + 1] {
        replay(
            TEN,
            &[take(0, 5), take(1, cost), until(1, cost), take(60, cost), left(60), take(60, 1)],
            message,
        )?;
        replay(big, &[take(0, 5), take(1, cost), until(1, cost), left(1)], message)?;
    }

    let message = "an instant near 2^62 ns is judged to the nanosecond";
    let far = 1 << 62;
    replay(
        policy(1, 1),
        &[take(far - 1, 1), take(far, 1), take(far, 1), until(far, 1), take(0, 1)],
        message,
    )?;
    for p in [policy(7, 1 << 40), TEN, big] {
        let start = far - far % p.window_ns - p.window_ns;
        let (l, w) = (p.limit, p.window_ns);
        let steps = [
            take(start + w - 1, l),
            left(start + w),
            until(start + w, 1),
            until(start + w, l),
            left(far),
            until(0, 1),
            until(0, l),
            take(0, 1),
        ];
        replay(p, &steps, message)?;
    }
    Ok(())
}

fn state_size(_: &mut Case) -> Res {
    let bytes = size_of::<Counter>();
    if bytes > 32 {
        return fail(format!(
            "a counter takes {bytes} bytes, and 32 are promised: there is one for every key"
        ));
    }
    ensure(!std::mem::needs_drop::<Counter>(), || {
        "a counter owns something that must be freed: its size must not grow with the requests it has seen"
            .into()
    })
}

// ---- random traffic

const POLICIES: [Policy; 6] =
    [TEN, policy(3, 7), policy(5, 100), policy(1, 10), policy(100, 1_000_000_000), policy(4, 1)];

#[derive(Clone)]
struct Op {
    gap_ns: u64,
    back_ns: u64,
    ahead_ns: u64,
    cost: u64,
    /// 0: the policy's own.
    limit: u64,
}
kit::shrink_fields!(Op { back_ns, ahead_ns, cost } carry gap_ns);

impl Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} later", span(self.gap_ns))?;
        if self.back_ns > 0 {
            write!(f, ", then {} back", span(self.back_ns))?;
        }
        if self.ahead_ns > 0 {
            write!(f, ", ask about {} ahead", span(self.ahead_ns))?;
        }
        write!(f, ": cost {}", self.cost)?;
        if self.limit > 0 { write!(f, " under limit {}", self.limit) } else { Ok(()) }
    }
}

/// Gaps in tenths of a window where that is a round number.
fn gap(p: &Policy, rng: &mut Rng) -> u64 {
    let unit = (p.window_ns / 10).max(1);
    match rng.below(10) {
        0..=2 => 0,
        3..=6 => unit * rng.below(11),
        7 => rng.below(2 * p.window_ns + 2),
        8 => p.window_ns * rng.below(3),
        _ => p.window_ns * 2 + unit * rng.below(11),
    }
}

fn back(p: &Policy, rng: &mut Rng) -> u64 {
    if rng.chance(0.3) { gap(p, rng) } else { 0 }
}

fn cost(p: &Policy, rng: &mut Rng) -> u64 {
    match rng.below(10) {
        0 => 0,
        1..=4 => 1 + rng.below(2),
        5..=8 => rng.range(1, p.limit),
        _ => rng.range(p.limit, p.limit + 1),
    }
}

fn any(p: &Policy, rng: &mut Rng) -> Op {
    Op { gap_ns: gap(p, rng), back_ns: 0, ahead_ns: 0, cost: cost(p, rng), limit: 0 }
}

fn cfg(seed: u64, cases: u32, max_len: usize) -> Config {
    Config { seed, cases, max_len, ..Config::default() }
}

fn over_policies(cfg: Config, op: fn(&Policy, &mut Rng) -> Op, holds: &dyn Fn(&Policy, &[Op]) -> Res) -> Res {
    for (i, p) in POLICIES.iter().enumerate() {
        let cfg = Config { seed: cfg.seed ^ (i as u64) << 16, ..cfg };
        forall_cfg(&cfg, &|rng, len| (0..len).map(|_| op(p, rng)).collect(), &|ops: &[Op]| holds(p, ops))?;
    }
    Ok(())
}

/// What `ops` were answered, as rows.
fn answers(p: &Policy, ops: &[Op]) -> Table {
    let (mut counter, mut now, mut t) = (Counter::default(), 0, Table::new());
    for op in ops {
        now += op.gap_ns;
        let said = verdict(check(&mut counter, p, now, op.cost));
        t.row(now, format!("cost {}", op.cost), said.clone(), said);
    }
    t
}

/// Everything there is to ask, at every step, answered as by the log.
fn agree(p: &Policy, ops: &[Op], message: &str) -> Res {
    let (mut counter, mut log, mut now) = (Counter::default(), Log::default(), 0_u64);
    let same = ops.iter().all(|op| {
        now = (now + op.gap_ns).saturating_sub(op.back_ns);
        let p = &policy(if op.limit > 0 { op.limit } else { p.limit }, p.window_ns);
        retry(&counter, p, now, op.cost) == log.retry(p, now, op.cost)
            && check(&mut counter, p, now, op.cost) == log.check(p, now, op.cost)
            && remaining(&counter, p, now) == log.remaining(p, now)
    });
    if same {
        return Ok(());
    }
    let (mut scenario, mut now) = (Scenario { terse: true, ..Scenario::new(*p) }, 0_u64);
    for op in ops {
        now = (now + op.gap_ns).saturating_sub(op.back_ns);
        let p = policy(if op.limit > 0 { op.limit } else { p.limit }, p.window_ns);
        scenario.step(&p, until(now, op.cost));
        scenario.step(&p, take(now, op.cost));
        scenario.step(&p, left(now));
    }
    scenario.table.verdict(&format!("{message}: {}", config(p)))
}

fn exact_vs_log_weights(case: &mut Case) -> Res {
    over_policies(cfg(case.seed ^ 0x26, 60, 14), any, &|p, ops| {
        agree(p, ops, "every answer follows from what was admitted in the two windows, without rounding")
    })
}
