//! Checks of the lazy bucket. The reference is the reflection formula: the level is that of
//! a full bucket, or of the worst run of grants since, whichever is less. It looks at every
//! grant each time and stores no level, so it shares no arithmetic with a bucket.
use crate::{Rate, TokenBucket};
use kit::{Case, Check, Config, Res, Rng, Table, ensure, fail, forall_cfg};
use std::fmt;

pub const CHECKS: &[Check] = &[
    ("burst-then-deny", "an opening burst of the wrong size, or a refill a nanosecond off", burst_then_deny),
    (
        "fractions-survive-polling",
        "parts of a token thrown away between two calls",
        fractions_survive_polling,
    ),
    ("idle-is-capped", "an idle client that saves up more than the bucket holds", idle_is_capped),
    ("denial-is-free", "a refusal that costs tokens or earned time", denial_is_free),
    ("zero-and-oversize", "cost 0, cost above burst, rate 0 and burst 0", zero_and_oversize),
    ("no-overflow", "arithmetic that wraps, saturates or rounds near the ends of the ranges", no_overflow),
    ("random-vs-reflection", "any decision or level that differs from the exact one", random_vs_reflection),
    ("clock-steps-back", "time that is earned twice, or lost, when the clock steps back", clock_steps_back),
    ("state-size", "a bucket that takes more than 48 bytes or keeps a heap", state_size),
];

const DAY: u64 = 86_400_000_000_000;
/// The last instant that is promised.
const END: u64 = 1 << 62;

#[derive(Clone, Copy, PartialEq)]
enum Ask {
    Take(u64),
    Available,
}

#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Grant,
    Deny,
    Holds(u64),
}

use Answer::{Deny, Grant, Holds};
use Ask::{Available, Take};

fn ask_in_words(ask: Ask) -> String {
    match ask {
        Ask::Take(cost) => format!("take {cost}"),
        Ask::Available => "available".into(),
    }
}

fn answer_in_words(answer: Answer) -> String {
    match answer {
        Answer::Grant => "grant".into(),
        Answer::Deny => "deny".into(),
        Answer::Holds(tokens) => count(tokens),
    }
}

fn count(tokens: u64) -> String {
    format!("{tokens} {}", if tokens == 1 { "token" } else { "tokens" })
}

/// A stretch of time or an instant.
fn span(ns: u64) -> String {
    if ns > 0 && ns % kit::SEC == 0 { format!("{} s", ns / kit::SEC) } else { format!("{ns} ns") }
}

fn plan(rate: &Rate) -> String {
    format!(
        "{} per {}, burst {}",
        count(rate.tokens),
        if rate.period_ns == DAY { "day".into() } else { span(rate.period_ns) },
        rate.burst
    )
}

fn in_words(rate: &Rate, start: u64) -> String {
    format!("{}, full at {start} ns", plan(rate))
}

fn rate(tokens: u64, period_ns: u64, burst: u64) -> Rate {
    Rate { tokens, period_ns, burst }
}

// The learner's calls, named should they panic.

fn full(rate: &Rate, now: u64) -> TokenBucket {
    kit::during(|| format!("full(now {now} ns): {}", plan(rate)), || TokenBucket::full(rate, now))
}

fn try_take(bucket: &mut TokenBucket, rate: &Rate, now: u64, cost: u64) -> bool {
    let what = || format!("try_take(now {now} ns, cost {cost}): {}", plan(rate));
    kit::during(what, || bucket.try_take(rate, now, cost))
}

fn available(bucket: &TokenBucket, rate: &Rate, now: u64) -> u64 {
    let what = || format!("available(now {now} ns): {}", plan(rate));
    kit::during(what, || bucket.available(rate, now))
}

fn put(bucket: &mut TokenBucket, rate: &Rate, now: u64, ask: Ask) -> Answer {
    match ask {
        Ask::Available => Answer::Holds(available(bucket, rate, now)),
        Ask::Take(cost) if try_take(bucket, rate, now, cost) => Answer::Grant,
        Ask::Take(_) => Answer::Deny,
    }
}

/// Plays a trace with the answers written beside it, on a bucket that is full at `start`.
fn play(promise: &str, rate: &Rate, start: u64, steps: &[(u64, Ask, Answer)]) -> Res {
    let mut bucket = full(rate, start);
    let mut table = Table::new();
    for &(now, ask, expected) in steps {
        let actual = put(&mut bucket, rate, now, ask);
        if !table.row(now, ask_in_words(ask), answer_in_words(expected), answer_in_words(actual)) {
            break;
        }
    }
    table.verdict(&format!("{promise}: {}", in_words(rate, start)))
}

/// Grants of one bucket, oldest first, as (instant, cost).
struct Reflection {
    rate: Rate,
    grants: Vec<(u64, u64)>,
}

impl Reflection {
    fn new(rate: &Rate) -> Reflection {
        Reflection { rate: *rate, grants: Vec::new() }
    }
    fn price(&self, cost: u64) -> i128 {
        i128::from(cost) * i128::from(self.rate.period_ns)
    }
    /// The level at `now` in units of 1 / period of a token.
    fn level(&self, now: u64) -> i128 {
        let full = self.price(self.rate.burst);
        let (mut level, mut spent) = (full, 0);
        for &(at, cost) in self.grants.iter().rev() {
            spent += self.price(cost);
            level = level.min(full + i128::from(now - at) * i128::from(self.rate.tokens) - spent);
        }
        level
    }
    fn put(&mut self, now: u64, ask: Ask) -> Answer {
        let level = self.level(now);
        match ask {
            Ask::Available => Answer::Holds((level / i128::from(self.rate.period_ns)) as u64),
            Ask::Take(cost) if self.price(cost) <= level => {
                self.grants.push((now, cost));
                Answer::Grant
            }
            Ask::Take(_) => Answer::Deny,
        }
    }
}

fn burst_then_deny(_: &mut Case) -> Res {
    play(
        "a full bucket grants its whole burst at once and then one token per 100 ns",
        &rate(1, 100, 3),
        0,
        &[
            (0, Take(1), Grant),
            (0, Take(1), Grant),
            (0, Take(1), Grant),
            (0, Take(1), Deny),
            (99, Take(1), Deny),
            (100, Take(1), Grant),
            (100, Take(1), Deny),
            (200, Take(1), Grant),
        ],
    )?;
    play(
        "a bucket holds its whole burst when it is made, whatever the clock shows then",
        &rate(1, 100, 3),
        5_000,
        &[
            (5_000, Available, Holds(3)),
            (5_000, Take(3), Grant),
            (5_099, Take(1), Deny),
            (5_100, Take(1), Grant),
        ],
    )?;
    // The k-th token of an emptied bucket is there at the first nanosecond at or after k * period / tokens.
    let rates =
        [(3, 1_000), (7, 1_000), (5, kit::SEC), (300, 1_000), (1, DAY), (7, DAY), (999_999_937, kit::SEC)];
    for (tokens, period_ns) in rates {
        let rate = rate(tokens, period_ns, 50);
        for k in [1, 2, 3, 4, 10, 25, 49] {
            let start = 1_000;
            let due = (u128::from(k) * u128::from(period_ns)).div_ceil(u128::from(tokens)) as u64;
            // How many are there one nanosecond before: k - 1, or fewer when a nanosecond earns several.
            let before = (u128::from(due - 1) * u128::from(tokens) / u128::from(period_ns)) as u64;
            let then = (u128::from(due) * u128::from(tokens) / u128::from(period_ns)).min(50) as u64;
            let mut bucket = full(&rate, start);
            let right = try_take(&mut bucket, &rate, start, 50)
                && available(&bucket, &rate, start + due - 1) == before
                && !try_take(&mut bucket, &rate, start + due - 1, k)
                && available(&bucket, &rate, start + due) == then
                && try_take(&mut bucket, &rate, start + due, k);
            if !right {
                play(
                    "tokens come due to the nanosecond",
                    &rate,
                    start,
                    &[
                        (start, Take(50), Grant),
                        (start + due - 1, Available, Holds(before)),
                        (start + due - 1, Take(k), Deny),
                        (start + due, Available, Holds(then)),
                        (start + due, Take(k), Grant),
                    ],
                )?;
            }
        }
    }
    Ok(())
}

/// Empties a bucket at 0, then asks for `cost` at every `step` until `end`. The k-th grant is
/// due at the first poll at which k * cost tokens have been earned.
fn poll(promise: &str, rate: &Rate, cost: u64, step: u64, end: u64) -> Res {
    let mut bucket = full(rate, 0);
    let mut table = Table::new();
    let opening = put(&mut bucket, rate, 0, Take(rate.burst));
    table.row(0, ask_in_words(Take(rate.burst)), answer_in_words(Grant), answer_in_words(opening));
    let mut granted = 0;
    let mut now = step;
    while now <= end {
        let earned = u128::from(now) * u128::from(rate.tokens) / u128::from(rate.period_ns);
        let expected = if earned >= u128::from((granted + 1) * cost) { Grant } else { Deny };
        let actual = put(&mut bucket, rate, now, Take(cost));
        if actual != expected {
            if now > step {
                let so_far = format!("{granted} granted");
                let asked = format!("take {cost}, every {step} ns so far");
                table.row(now - step, asked, so_far.clone(), so_far);
            }
            table.row(now, ask_in_words(Take(cost)), answer_in_words(expected), answer_in_words(actual));
            return table.verdict(&format!("{promise}: {}", in_words(rate, 0)));
        }
        granted += u64::from(actual == Grant);
        now += step;
    }
    table.verdict(&format!("{promise}: {}", in_words(rate, 0)))
}

fn fractions_survive_polling(_: &mut Case) -> Res {
    let kept = "asking often earns as much as asking seldom";
    poll(kept, &rate(3, 1_000, 5), 1, 1, 3_000)?;
    poll(kept, &rate(5, kit::SEC, 5), 1, 100 * kit::MS, 10 * kit::SEC)?;
    poll("refused polls throw nothing away", &rate(3, 1_000, 5), 4, 1, 3_000)?;

    // Whoever takes every whole token at each poll gets all that was earned: 49 in 9.9 s.
    let rate = rate(5, kit::SEC, 5);
    let mut bucket = full(&rate, 0);
    let mut total = u64::from(try_take(&mut bucket, &rate, 0, 5)) * 5;
    for i in 1..=33 {
        let now = i * 300 * kit::MS;
        let whole = available(&bucket, &rate, now);
        if try_take(&mut bucket, &rate, now, whole) {
            total = total.saturating_add(whole);
        }
    }
    ensure(total == 54, || {
        format!(
            "a client that takes every whole token each 300 ms gets the burst of 5 and 49 earned in 9.9 s, \
             54 in all; here it got {total}: {}",
            in_words(&rate, 0)
        )
    })
}

fn idle_is_capped(_: &mut Case) -> Res {
    let hour = 3_600 * kit::SEC;
    play(
        "an idle hour earns one burst and no more",
        &rate(10, kit::SEC, 5),
        0,
        &[
            (0, Take(5), Grant),
            (hour, Available, Holds(5)),
            (hour, Take(5), Grant),
            (hour, Take(1), Deny),
            (hour, Take(5), Deny),
            (hour + 100 * kit::MS, Take(1), Grant),
            (hour + 100 * kit::MS, Take(1), Deny),
        ],
    )?;
    play(
        "a bucket that never was touched is full, not fuller",
        &rate(10, kit::SEC, 5),
        0,
        &[(hour, Take(6), Deny), (hour, Take(3), Grant), (hour, Take(2), Grant), (hour, Take(1), Deny)],
    )?;
    play(
        "a full bucket earns nothing, not even a part of a token",
        &rate(3, 1_000, 5),
        0,
        &[
            (100, Take(5), Grant),
            (433, Take(1), Deny),
            (434, Take(1), Grant),
            (5_000, Take(1), Grant),
            (5_000, Available, Holds(4)),
            (5_333, Available, Holds(4)),
            (5_334, Available, Holds(5)),
        ],
    )?;
    play(
        "the refill stops at the burst in the middle of a token too",
        &rate(3, 1_000, 2),
        0,
        &[
            (0, Take(1), Grant),
            (500, Take(3), Deny),
            (500, Take(2), Grant),
            (833, Take(1), Deny),
            (834, Take(1), Grant),
        ],
    )
}

fn denial_is_free(_: &mut Case) -> Res {
    play(
        "a refused request takes nothing",
        &rate(1, 100, 5),
        0,
        &[
            (0, Take(3), Grant),
            (0, Take(3), Deny),
            (0, Take(3), Deny),
            (0, Available, Holds(2)),
            (0, Take(2), Grant),
        ],
    )?;
    play(
        "a refused request takes no time away either",
        &rate(1, 100, 5),
        0,
        &[(0, Take(5), Grant), (50, Take(1), Deny), (99, Take(1), Deny), (100, Take(1), Grant)],
    )?;
    play(
        "a refused request leaves what has been earned so far",
        &rate(1, 100, 5),
        0,
        &[
            (0, Take(5), Grant),
            (250, Take(4), Deny),
            (250, Available, Holds(2)),
            (300, Take(9), Deny),
            (300, Take(3), Grant),
        ],
    )
}

fn zero_and_oversize(_: &mut Case) -> Res {
    play(
        "a cost of 0 is always granted and changes nothing",
        &rate(1, 100, 2),
        0,
        &[
            (0, Take(0), Grant),
            (0, Take(2), Grant),
            (0, Take(0), Grant),
            (50, Take(0), Grant),
            (100, Available, Holds(1)),
            (100, Take(1), Grant),
        ],
    )?;
    play(
        "a cost above the burst is never granted, and takes nothing",
        &rate(1, 100, 2),
        0,
        &[
            (0, Take(3), Deny),
            (10_000, Take(3), Deny),
            (10_000, Take(u64::MAX), Deny),
            (10_000, Take(2), Grant),
        ],
    )?;
    play(
        "a rate of 0 tokens never refills",
        &rate(0, 100, 2),
        0,
        &[
            (0, Take(1), Grant),
            (kit::SEC, Available, Holds(1)),
            (kit::SEC, Take(1), Grant),
            (DAY, Take(1), Deny),
        ],
    )?;
    play(
        "a burst of 0 grants only what costs nothing",
        &rate(1, 100, 0),
        0,
        &[
            (0, Take(1), Deny),
            (150, Available, Holds(0)),
            (kit::SEC, Take(1), Deny),
            (kit::SEC, Take(0), Grant),
        ],
    )
}

fn no_overflow(_: &mut Case) -> Res {
    const MOST: u64 = 1_000_000_000_000;
    let day = rate(1_000_000_000, DAY, MOST);
    play(
        "the largest burst is granted, and is back after the longest wait",
        &day,
        0,
        &[
            (0, Take(MOST), Grant),
            (0, Take(1), Deny),
            (86_399, Available, Holds(0)),
            (86_400, Available, Holds(1)),
            (END, Available, Holds(MOST)),
            (END, Take(MOST), Grant),
            (END, Take(1), Deny),
        ],
    )?;
    play(
        "no cost is too large to be refused",
        &day,
        END,
        &[
            (END, Take(u64::MAX), Deny),
            (END, Take(1 << 63), Deny),
            (END, Take(MOST + 1), Deny),
            (END, Take(MOST), Grant),
            (END, Take(1 << 62), Deny),
        ],
    )?;
    let fast = rate(1_000_000_000, 1, MOST);
    play(
        "the highest rate earns 10^9 tokens in every nanosecond",
        &fast,
        END - 1_000,
        &[
            (END - 1_000, Take(MOST), Grant),
            (END - 999, Available, Holds(1_000_000_000)),
            (END - 1, Take(MOST), Deny),
            (END - 1, Available, Holds(MOST - 1_000_000_000)),
            (END, Take(MOST), Grant),
        ],
    )?;
    play(
        "an exact level has no size at which it starts to round",
        &rate(1, DAY, MOST),
        0,
        &[
            (0, Take(1), Grant),
            (DAY - 1, Available, Holds(MOST - 1)),
            (DAY - 1, Take(MOST), Deny),
            (DAY, Take(MOST), Grant),
            (2 * DAY - 1, Take(1), Deny),
            (2 * DAY, Take(1), Grant),
        ],
    )?;
    play(
        "after 50000 days a nanosecond still counts",
        &rate(1, DAY, MOST),
        0,
        &[
            (0, Take(MOST), Grant),
            (50_000 * DAY - 1, Available, Holds(49_999)),
            (50_000 * DAY - 1, Take(50_000), Deny),
            (50_000 * DAY, Take(50_000), Grant),
            (50_000 * DAY, Take(1), Deny),
        ],
    )?;
    // Long exact stretches: after t ns, floor(t * tokens / period) tokens, at the ends of the ranges.
    let exact = rate(999_999_937, DAY - 1, MOST);
    let mut bucket = full(&exact, 12_345);
    let emptied = try_take(&mut bucket, &exact, 12_345, MOST);
    for shift in 10..56 {
        let after = (1u64 << shift) + 7;
        let expected = (u128::from(after) * 999_999_937 / u128::from(DAY - 1)).min(MOST.into()) as u64;
        let actual = available(&bucket, &exact, 12_345 + after);
        if !emptied || actual != expected {
            return play(
                "what a long wait earns is exact",
                &exact,
                12_345,
                &[(12_345, Take(MOST), Grant), (12_345 + after, Available, Holds(expected))],
            );
        }
    }
    Ok(())
}

/// One call of a random trace: so long after the one before.
#[derive(Clone)]
struct Op {
    gap_ns: u64,
    cost: u64,
    look: bool,
}
kit::shrink_fields!(Op { look, cost } carry gap_ns);

impl Op {
    fn ask(&self) -> Ask {
        if self.look { Available } else { Take(self.cost) }
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ns later: {}", self.gap_ns, ask_in_words(self.ask()))
    }
}

/// Plays `ops` on a bucket and on the reference; ends after the first step that `see` refuses.
fn side_by_side(
    rate: &Rate,
    start: u64,
    ops: &[Op],
    see: &mut dyn FnMut(u64, Ask, Answer, Answer) -> bool,
) -> bool {
    let mut bucket = full(rate, start);
    let mut exact = Reflection::new(rate);
    let mut now = start;
    for op in ops {
        now += op.gap_ns;
        let ask = op.ask();
        let expected = exact.put(now, ask);
        let actual = put(&mut bucket, rate, now, ask);
        if !see(now, ask, expected, actual) {
            return false;
        }
    }
    true
}

fn random_vs_reflection(case: &mut Case) -> Res {
    // Gaps that meet the boundaries of each rate, and some that do not.
    let setups: [(Rate, u64, &[u64]); 7] = [
        (rate(1, 100, 3), 0, &[0, 0, 10, 50, 99, 100, 101, 300, 1_000]),
        (rate(3, 1_000, 5), 0, &[0, 0, 1, 10, 100, 333, 334, 500, 1_000, 2_000]),
        (rate(7, 1_000, 20), 1_000_000, &[0, 0, 10, 100, 142, 143, 150, 500, 1_000, 5_000]),
        (rate(1_000, 300, 50), 0, &[0, 0, 1, 2, 3, 5, 10, 15]),
        (rate(2, 300, 1), 50, &[0, 50, 100, 149, 150, 151, 300]),
        (rate(999_999_937, 1_000_000_007, 7), 1 << 61, &[0, 0, 1, 2, 3, 5]),
        (rate(0, 100, 6), 0, &[0, 100, 1_000]),
    ];
    for (i, (rate, start, gaps)) in setups.iter().enumerate() {
        let generate = |rng: &mut Rng, len: usize| -> Vec<Op> {
            let op = |rng: &mut Rng| {
                let most = if rng.chance(0.5) { 2 } else { rate.burst + 1 };
                Op { gap_ns: *rng.pick(gaps), cost: rng.range(0, most), look: rng.chance(0.25) }
            };
            (0..len).map(|_| op(rng)).collect()
        };
        let holds = |ops: &[Op]| -> Res {
            if side_by_side(rate, *start, ops, &mut |_, _, expected, actual| expected == actual) {
                return Ok(());
            }
            let mut table = Table::new();
            side_by_side(rate, *start, ops, &mut |now, ask, expected, actual| {
                table.row(now, ask_in_words(ask), answer_in_words(expected), answer_in_words(actual))
            });
            table.verdict(&format!("the bucket and the exact level differ: {}", in_words(rate, *start)))
        };
        let seed = (0x01_1a2e ^ case.seed).wrapping_add((i as u64) << 16);
        forall_cfg(&Config { cases: 400, max_len: 24, seed, ..Config::default() }, &generate, &holds)?;
    }
    Ok(())
}

/// A call at a clock that may have moved either way.
#[derive(Clone)]
struct Step {
    gap_ns: i64,
    cost: u64,
}
kit::shrink_fields!(Step { cost } carry gap_ns);

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.gap_ns < 0 { "earlier" } else { "later" };
        write!(f, "{} ns {way}: take {}", self.gap_ns.unsigned_abs(), self.cost)
    }
}

/// What a call may be answered after a step back.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    MustGrant,
    MustDeny,
    Free,
}

/// What the contract leaves open after a step back, judged from the grants that were made.
struct Envelope {
    rate: Rate,
    /// Largest `now` of any call.
    latest: u64,
    /// Grants of cost >= 1: largest `now` of a grant so far, and cost.
    grants: Vec<(u64, u64)>,
    /// The most that may be missing to full, counted from instant 0 of a clock of `tokens` ticks a ns.
    owed: i128,
}

impl Envelope {
    fn new(rate: &Rate, start: u64) -> Envelope {
        let owed = i128::from(start) * i128::from(rate.tokens);
        Envelope { rate: *rate, latest: start, grants: Vec::new(), owed }
    }
    fn ticks(&self, tokens: u64) -> i128 {
        i128::from(tokens) * i128::from(self.rate.period_ns)
    }
    fn earned(&self, ns: u64) -> i128 {
        i128::from(ns) * i128::from(self.rate.tokens)
    }
    /// When granting `cost` now would be too much: the earlier grant from which on it is most
    /// so, and the sum that would be granted from there on.
    fn too_much(&self, now: u64, cost: u64) -> Option<(u64, u64)> {
        let this = (self.grants.last().map_or(now, |g| g.0.max(now)), cost);
        let (mut sum, mut worst, mut from) = (0, 0, None);
        for &(at, cost) in self.grants.iter().chain([&this]).rev() {
            sum += cost;
            let excess = self.ticks(sum) - self.ticks(self.rate.burst) - self.earned(self.latest - at);
            if excess > worst {
                (worst, from) = (excess, Some((at, sum)));
            }
        }
        from
    }
    /// What may be answered to `cost` at `now`.
    fn allows(&mut self, now: u64, cost: u64) -> Verdict {
        self.latest = self.latest.max(now);
        self.owed = self.owed.max(self.earned(now));
        let least = self.ticks(self.rate.burst) - (self.owed - self.earned(now));
        if cost == 0 || (cost <= self.rate.burst && self.ticks(cost) <= least) {
            Verdict::MustGrant
        } else if cost > self.rate.burst || self.too_much(now, cost).is_some() {
            Verdict::MustDeny
        } else {
            Verdict::Free
        }
    }
    fn granted(&mut self, now: u64, cost: u64) {
        if cost > 0 {
            let at = self.grants.last().map_or(now, |g| g.0.max(now));
            self.grants.push((at, cost));
            self.owed += self.ticks(cost);
        }
    }
}

/// Plays `steps`, then waits until any bucket is full and asks for the burst and one more.
/// Ends after the first call that `see` refuses; the envelope is as it was before that call's answer.
fn wobble(
    rate: &Rate,
    start: u64,
    steps: &[Step],
    see: &mut dyn FnMut(&Envelope, u64, u64, Verdict, bool) -> bool,
) -> bool {
    let mut bucket = full(rate, start);
    let mut envelope = Envelope::new(rate, start);
    let mut call = |now: u64, cost: u64| -> bool {
        let verdict = envelope.allows(now, cost);
        let granted = try_take(&mut bucket, rate, now, cost);
        let _ = available(&bucket, rate, now);
        let going_on = see(&envelope, now, cost, verdict, granted);
        if granted {
            envelope.granted(now, cost);
        }
        going_on
    };
    let (mut now, mut latest) = (start, start);
    for step in steps {
        now = now.saturating_add_signed(step.gap_ns).min(END);
        latest = latest.max(now);
        if !call(now, step.cost) {
            return false;
        }
    }
    let idle = (latest + 2 * (rate.burst * rate.period_ns / rate.tokens + 1)).min(END);
    call(idle, rate.burst) && call(idle, 1)
}

fn fits(verdict: Verdict, granted: bool) -> bool {
    match verdict {
        Verdict::MustGrant => granted,
        Verdict::MustDeny => !granted,
        Verdict::Free => true,
    }
}

fn clock_steps_back(case: &mut Case) -> Res {
    const S: i64 = kit::SEC as i64;
    // Nearly the whole of the range, in round numbers.
    const AGES: i64 = 4_600_000_000 * S;
    // Small steps, steps of minutes, hours and days, and the largest: no size of step is a special case.
    let setups: [(Rate, u64, &[i64]); 5] = [
        (rate(1, 100, 5), 1_000, &[0, 0, 10, 50, 100, 100, 200, 500, 1_000]),
        (rate(3, 1_000, 5), 0, &[0, 0, 10, 100, 300, 500, 1_000, 2_000]),
        (rate(20, 10, 100), 5_000, &[0, 0, 1, 5, 10, 20, 50, 100]),
        (rate(1, 60 * kit::SEC, 5), DAY, &[0, 0, S, 30 * S, 60 * S, 90 * S, 600 * S, 3_600 * S, 86_400 * S]),
        (rate(1, 100, 5), 0, &[0, 0, 50, 100, 200, AGES / 1_000, AGES, AGES]),
    ];
    for (i, (rate, start, gaps)) in setups.iter().enumerate() {
        let generate = |rng: &mut Rng, len: usize| -> Vec<Step> {
            let step = |rng: &mut Rng| {
                let size = *rng.pick(gaps);
                let most = if rng.chance(0.5) { 2 } else { rate.burst + 1 };
                Step { gap_ns: if rng.chance(0.4) { -size } else { size }, cost: rng.range(0, most) }
            };
            (0..len).map(|_| step(rng)).collect()
        };
        let told = |steps: &[Step]| -> Res {
            let mut table = Table::new();
            let mut why = String::new();
            wobble(rate, *start, steps, &mut |envelope, now, cost, verdict, granted| {
                let fine = fits(verdict, granted);
                let expected = match verdict {
                    Verdict::MustGrant => "grant",
                    Verdict::MustDeny => "deny",
                    Verdict::Free if granted => "grant",
                    Verdict::Free => "deny",
                };
                let actual = if granted { "grant" } else { "deny" };
                let behind = envelope.latest - now;
                let clock =
                    if behind > 0 { format!(", clock {} behind", span(behind)) } else { String::new() };
                let row = kit::Row {
                    at: now,
                    input: ask_in_words(Take(cost)) + &clock,
                    expected: expected.into(),
                    actual: actual.into(),
                };
                if !fine {
                    why = reason(envelope, now, cost, granted);
                }
                table.push(row, fine)
            });
            table.verdict(&format!("{why}: {}", in_words(rate, *start)))
        };
        let holds = |steps: &[Step]| -> Res {
            let fine = wobble(rate, *start, steps, &mut |_, _, _, verdict, granted| fits(verdict, granted));
            if fine { Ok(()) } else { told(steps) }
        };
        // The stories in round numbers, before the random ones.
        let stories: &[[(i64, u64); 3]] = match i {
            0 => {
                &[[(0, 5), (-500, 1), (500, 1)], [(0, 2), (-500, 1), (500, 5)], [(0, 2), (-100, 1), (100, 2)]]
            }
            4 => &[
                [(AGES, 5), (-AGES, 1), (AGES, 1)],
                [(AGES, 5), (-AGES, 0), (AGES, 1)],
                [(AGES, 2), (-AGES, 1), (AGES, 2)],
            ],
            _ => &[],
        };
        for story in stories {
            told(&story.map(|(gap_ns, cost)| Step { gap_ns, cost }))?;
        }
        let seed = (0x01_bac2 ^ case.seed).wrapping_add((i as u64) << 16);
        forall_cfg(&Config { cases: 600, max_len: 14, seed, ..Config::default() }, &generate, &holds)?;
    }
    Ok(())
}

/// Why the answer to the call just made is not one the contract allows.
fn reason(envelope: &Envelope, now: u64, cost: u64, granted: bool) -> String {
    let rate = &envelope.rate;
    if !granted {
        return if cost == 0 {
            "a cost of 0 was refused".into()
        } else if now < envelope.latest {
            let behind = span(envelope.latest - now);
            format!("the clock is {behind} behind, but the level covers this cost without what they earned")
        } else {
            "the clock has caught up, and the level covers this cost".into()
        };
    }
    if cost > rate.burst {
        return "a cost above the burst was granted".into();
    }
    let Some((from, sum)) = envelope.too_much(now, cost) else {
        return "more was granted than the level held".into();
    };
    let (to, passed, sum) = (span(envelope.latest), envelope.latest - from, count(sum));
    if passed == 0 {
        return format!(
            "{sum} were granted before the clock ever got past {to}, and the burst is {}",
            rate.burst
        );
    }
    let earned = u128::from(passed) * u128::from(rate.tokens) / u128::from(rate.period_ns);
    let most = u128::from(rate.burst) + earned;
    format!(
        "time was earned twice: {} to {to} give {most} with the burst, and {sum} were granted",
        span(from)
    )
}

fn state_size(_: &mut Case) -> Res {
    let bytes = size_of::<TokenBucket>();
    if bytes > 48 {
        return fail(format!(
            "a bucket takes {bytes} bytes, and 48 is the most: there is one for every tenant"
        ));
    }
    ensure(!std::mem::needs_drop::<TokenBucket>(), || {
        "a bucket owns something that must be freed: its size must not grow with the calls it has seen".into()
    })
}
