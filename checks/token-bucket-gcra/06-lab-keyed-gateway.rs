//! Hidden checks of the lab `06-lab-keyed-gateway`.
//!
//! Everything is compared with `Never`, a limiter that keeps every key for ever. The large runs look for
//! keys forgotten too early or too late; the small random ones shrink to a trace that can be followed by
//! hand.
use crate::{Keyed, Quota};
use kit::{Case, Config, Fail, Res, Rng, Row, Table, ensure, forall_cfg};
use std::fmt::Write as _;
use std::sync::OnceLock;

pub const CHECKS: &[kit::Check] = &[
    ("no-extra-grants", "a request let through that a limiter which never forgets refuses", no_extra_grants),
    (
        "no-false-denials",
        "a request refused that a limiter which never forgets lets through",
        no_false_denials,
    ),
    ("memory-follows-debt", "keys kept although they are idle and owe nothing", memory_follows_debt),
    ("long-debts", "a key forgotten because it was idle, though it still owes", long_debts),
    ("clock-wobble", "a key forgotten that owes something again when the clock steps back", clock_wobble),
    (
        "policy-change-exact",
        "debts that a change of policy leaves, rounds or limits wrongly",
        policy_change_exact,
    ),
    ("whole-range", "the first second after boot, long idle times, and the largest numbers", whole_range),
    ("stays-fast", "work per check that grows with the number of keys: ends at the time limit", stays_fast),
];

#[global_allocator]
static COUNTED: kit::Mem = kit::Mem;

const SKEW_NS: u64 = 100_000_000;
const MS: u64 = 1_000_000;
const SEC: u64 = 1_000_000_000;

/// What happens to a limiter. `key` is an index; the learner sees it scrambled.
#[derive(Clone, Copy, Debug)]
enum Event {
    Check { now: u64, key: u32, cost: u64 },
    Policy { now: u64, to: Quota },
}

/// Both ends of the range, pairs that differ in their upper half only, and no order.
fn scrambled(key: u32) -> u64 {
    match key {
        0 => 0,
        1 => u64::MAX,
        _ => {
            let low = u64::from((key / 2).wrapping_mul(0x9e37_79b9));
            low | u64::from((key % 2).wrapping_add(key >> 9)) << 32
        }
    }
}

/// The limiter that never forgets, straight from the contract.
struct Never {
    quota: Quota,
    tats: Vec<u64>,
}

impl Never {
    fn new(quota: Quota) -> Never {
        Never { quota, tats: Vec::new() }
    }
    fn cap(&self) -> u64 {
        self.quota.burst * self.quota.t_ns
    }
    fn debt(&self, key: u32, now: u64) -> u64 {
        self.tats.get(key as usize).map_or(0, |tat| tat.saturating_sub(now))
    }
    fn check(&mut self, key: u32, now: u64, cost: u64) -> bool {
        if cost == 0 || cost > self.quota.burst {
            return cost == 0;
        }
        let after = self.debt(key, now) + cost * self.quota.t_ns;
        if after > self.cap() {
            return false;
        }
        let i = key as usize;
        if self.tats.len() <= i {
            self.tats.resize(i + 1, 0);
        }
        self.tats[i] = now + after;
        true
    }
    fn set_quota(&mut self, to: Quota, now: u64) {
        let (old, new) = (u128::from(self.quota.t_ns), u128::from(to.t_ns));
        let cap = u128::from(to.burst) * new;
        for tat in &mut self.tats {
            if *tat > now {
                let (whole, rest) = (u128::from(*tat - now) * new / old, u128::from(*tat - now) * new % old);
                *tat = now + (whole + u128::from(rest > 0)).min(cap) as u64;
            }
        }
        self.quota = to;
    }
}

fn policy(q: Quota) -> String {
    format!("one token per {}, burst {}", time(q.t_ns), q.burst)
}

/// A duration in a unit in which it is short to read, and exact.
fn time(ns: u64) -> String {
    let (unit, name) = match ns {
        _ if ns >= SEC && ns % MS == 0 => (SEC, "s"),
        _ if ns >= MS && (ns % 1_000 == 0 || ns < 100 * SEC) => (MS, "ms"),
        _ => return format!("{ns} ns"),
    };
    let text = format!("{}.{:0digits$}", ns / unit, ns % unit, digits = unit.ilog10() as usize);
    format!("{} {name}", text.trim_end_matches('0').trim_end_matches('.'))
}

fn word(allowed: bool) -> &'static str {
    if allowed { "allow" } else { "deny" }
}

/// True when every decision is the reference's.
fn agrees(start: Quota, events: &[Event]) -> bool {
    let (mut never, mut keyed) = (Never::new(start), Keyed::new(start));
    events.iter().all(|event| match *event {
        Event::Check { now, key, cost } => {
            never.check(key, now, cost) == keyed.check(scrambled(key), now, cost)
        }
        Event::Policy { now, to } => {
            never.set_quota(to, now);
            keyed.set_quota(to, now);
            true
        }
    })
}

/// Which event is judged differently first, and the answer given there.
fn first_difference(start: Quota, events: &[Event]) -> Option<(usize, bool)> {
    let (mut never, mut keyed) = (Never::new(start), Keyed::new(start));
    for (i, event) in events.iter().enumerate() {
        match *event {
            Event::Check { now, key, cost } => {
                let answer = keyed.check(scrambled(key), now, cost);
                if never.check(key, now, cost) != answer {
                    return Some((i, answer));
                }
            }
            Event::Policy { now, to } => {
                never.set_quota(to, now);
                keyed.set_quota(to, now);
            }
        }
    }
    None
}

/// The story of one key up to the event where the answers part: its own checks, the changes of policy,
/// and what it owed by the contract each time.
fn story(start: Quota, events: &[Event], at: usize, answer: bool, name: &dyn Fn(u32) -> String) -> Table {
    let Some(&Event::Check { key: who, .. }) = events.get(at) else { return Table::new() };
    let mut never = Never::new(start);
    // Row, whether the answers agree, cost, and how many checks it stands for.
    let mut rows: Vec<(Row, bool, u64, u32)> = Vec::new();
    for (i, event) in events[..=at].iter().enumerate() {
        match *event {
            Event::Check { now, key, cost } => {
                let owed = never.debt(key, now);
                let expected = word(never.check(key, now, cost));
                if key != who {
                    continue;
                }
                if let Some((row, true, before, times)) = rows.last_mut()
                    && i < at
                    && (*before, row.expected.as_str()) == (cost, expected)
                {
                    *times += 1;
                    continue;
                }
                let input =
                    format!("{} takes {cost}, owes {} of {}", name(key), time(owed), time(never.cap()));
                let actual = if i < at { expected } else { word(answer) };
                let row = Row { at: now, input, expected: expected.into(), actual: actual.into() };
                rows.push((row, i < at, cost, 1));
            }
            Event::Policy { now, to } => {
                let (from, owed) = (never.quota, never.debt(who, now));
                never.set_quota(to, now);
                let input = format!("from now on {}", policy(to));
                rows.push((Row { at: now, input, ..Row::default() }, true, u64::MAX, 1));
                if owed > 0 {
                    let input = format!("{}: {}", name(who), carried(owed, from, to, never.debt(who, now)));
                    rows.push((Row { at: now, input, ..Row::default() }, true, u64::MAX, 1));
                }
            }
        }
    }
    let mut table = Table::new();
    for (mut row, same, _, times) in rows.split_off(rows.len().saturating_sub(8)) {
        if times > 1 {
            let _ = write!(row.input, "; {} more", times - 1);
        }
        table.push(row, same);
    }
    table
}

/// What a change of policy makes of a debt, in words: 4.5 ns, rounded up, is 5 ns.
fn carried(owed: u64, from: Quota, to: Quota, owes: u64) -> String {
    let (old, exact) = (u128::from(from.t_ns), u128::from(owed) * u128::from(to.t_ns));
    let tenths = exact % old * 10 / old;
    let how = match exact.div_ceil(old) {
        up if up > u128::from(owes) => ", the new cap".into(),
        _ if exact % old == 0 => String::new(),
        // All digits where they are few.
        _ if exact / old >= 1_000_000 => ", rounded up".into(),
        _ if tenths * old == exact % old * 10 => format!(", rounded up from {}.{tenths}", exact / old),
        _ => format!(", rounded up from {}.{tenths}...", exact / old),
    };
    format!("owed {}, now {}{how}", time(owed), time(owes))
}

fn key_number(key: u32) -> String {
    format!("key {key}")
}

/// Compares on a few events; the table tells the story of the key that is judged differently.
fn verdict(start: Quota, events: &[Event], why: &str) -> Res {
    if agrees(start, events) {
        return Ok(());
    }
    let Some((at, answer)) = first_difference(start, events) else {
        return kit::fail("given the same calls twice, two fresh limiters answered differently");
    };
    let (back, others) = others_before(events, at);
    let mut why = format!("{why} ({} at first", policy(start));
    let _ = match others {
        0 => write!(why, ")"),
        n => write!(why, "; {n} call{} for other keys not shown)", if n == 1 { "" } else { "s" }),
    };
    if back > 0 {
        let _ = write!(why, "; the clock is {} behind its largest reading", time(back));
    }
    story(start, events, at, answer, &key_number).verdict(&why)
}

/// How far the clock is back at that event, and how many checks before it were for other keys.
fn others_before(events: &[Event], at: usize) -> (u64, usize) {
    let Some(&Event::Check { key: who, now: here, .. }) = events.get(at) else { return (0, 0) };
    let (mut latest, mut others) = (0, 0);
    for event in &events[..at] {
        match *event {
            Event::Check { now, key, .. } => {
                others += usize::from(key != who);
                latest = latest.max(now);
            }
            Event::Policy { now, .. } => latest = latest.max(now),
        }
    }
    (latest.saturating_sub(here), others)
}

// The lab's traffic.

const SECONDS: u64 = 36;
const FIRST: Quota = Quota { t_ns: 100 * MS, burst: 50 };
const SECOND: Quota = Quota { t_ns: 333 * MS, burst: 20 };
const THIRD: Quota = Quota { t_ns: 50 * MS, burst: 100 };
const CHANGES: [(u64, Quota); 2] = [(12, SECOND), (24, THIRD)];

const CROWDS: [&str; 5] = ["regular", "bursty", "batch", "abuser", "scanner"];
/// Where each crowd's keys begin.
const FROM: [u32; 5] = [0, 100, 120, 160, 161];

fn crowd(key: u32) -> usize {
    FROM.iter().rposition(|from| *from <= key).unwrap_or(0)
}

fn gateway_key(key: u32) -> String {
    let crowd = crowd(key);
    format!("{} {}", CROWDS[crowd], key - FROM[crowd])
}

/// All events with their true time: what the clock read is in the event.
fn traffic(seed: u64) -> Vec<(u64, Event)> {
    let mut rng = Rng::new(0x0600_1ab ^ seed);
    let mut out: Vec<(u64, Event)> = Vec::with_capacity(100_000);
    let mut scanned = FROM[4];
    let mut next_abuse = 0;
    for ms in 0..SECONDS * 1_000 {
        let at = ms * MS;
        // NTP steps the clock back by 90 ms for a second.
        let reads = |at: u64| if (18 * SEC..19 * SEC).contains(&at) { at - 90 * MS } else { at };
        for (second, to) in CHANGES {
            if ms == second * 1_000 {
                out.push((at, Event::Policy { now: reads(at), to }));
            }
        }
        let mut check =
            |at: u64, key: u32, cost: u64| out.push((at, Event::Check { now: reads(at), key, cost }));
        // Each 10 times a second, in their own millisecond.
        check(at + rng.below(100_000), (ms % 100) as u32, 1);
        check(at + 100_000 + rng.below(100_000), scanned, 1);
        scanned += 1;
        for key in 0..20 {
            if ms % 1_800 == 90 * key + 7 {
                for i in 0..50 {
                    check(at + 200_000 + 1_000 * i, FROM[1] + key as u32, 1);
                }
            }
        }
        // A batch job takes what it can, and is back after 6.1 s.
        for key in 0..40 {
            if ms % 6_100 == 150 * key + 11 {
                for _ in 0..3 {
                    check(at + 300_000, FROM[2] + key as u32, 20);
                }
            }
        }
        if ms >= next_abuse {
            check(at + 400_000, FROM[3], 1);
            next_abuse += 7;
        }
    }
    out
}

/// Keys at the end of a second.
#[derive(Clone, Copy)]
struct Sample {
    at: u64,
    tracked: usize,
    allowed: usize,
    owing: usize,
    seen: usize,
}

/// What came of it. Decisions as (expected, actual), in the order of the events.
struct Lab {
    events: Vec<Event>,
    checks: usize,
    extra: Vec<usize>,
    refused: Vec<usize>,
    decisions: Vec<(bool, bool)>,
    /// Once a second.
    samples: Vec<Sample>,
    /// Refusals of the learner's and of the reference, a second and a crowd.
    denials: Vec<([u32; 5], [u32; 5])>,
}

static LAB: OnceLock<Lab> = OnceLock::new();

/// Runs once; three checks look at it.
fn lab(case: &Case) -> &'static Lab {
    LAB.get_or_init(|| {
        let traffic = traffic(case.seed);
        let (mut never, mut keyed) = (Never::new(FIRST), Keyed::new(FIRST));
        let mut lab = Lab {
            events: traffic.iter().map(|e| e.1).collect(),
            checks: 0,
            extra: Vec::new(),
            refused: Vec::new(),
            decisions: Vec::with_capacity(traffic.len()),
            samples: Vec::new(),
            denials: vec![Default::default(); SECONDS as usize],
        };
        // When each key was last asked for, true time.
        let mut used: Vec<Option<u64>> = Vec::new();
        for (i, &(at, event)) in traffic.iter().enumerate() {
            match event {
                Event::Policy { now, to } => {
                    never.set_quota(to, now);
                    keyed.set_quota(to, now);
                    lab.decisions.push((true, true));
                }
                Event::Check { now, key, cost } => {
                    let expected = never.check(key, now, cost);
                    let actual = keyed.check(scrambled(key), now, cost);
                    lab.decisions.push((expected, actual));
                    lab.checks += 1;
                    match (expected, actual) {
                        (false, true) => lab.extra.push(i),
                        (true, false) => lab.refused.push(i),
                        _ => {}
                    }
                    let denials = &mut lab.denials[(at / SEC) as usize];
                    denials.0[crowd(key)] += u32::from(!actual);
                    denials.1[crowd(key)] += u32::from(!expected);
                    if used.len() <= key as usize {
                        used.resize(key as usize + 1, None);
                    }
                    used[key as usize] = Some(at);
                }
            }
            let second = at / SEC + 1;
            if traffic.get(i + 1).is_none_or(|next| next.0 >= second * SEC) {
                let since = (second * SEC).saturating_sub(20 * SEC);
                let (Event::Check { now, .. } | Event::Policy { now, .. }) = event;
                lab.samples.push(Sample {
                    at: second * SEC,
                    tracked: keyed.tracked(),
                    allowed: used.iter().flatten().filter(|last| **last >= since).count() + 1_024,
                    owing: never.tats.iter().filter(|tat| **tat > now).count(),
                    seen: used.iter().flatten().count(),
                });
            }
        }
        lab
    })
}

fn judged(case: &mut Case, wrong: &[usize], metric: &str, what: &str) -> Res {
    let lab = lab(case);
    case.at_most(metric, wrong.len() as f64, "checks", 0.0);
    let Some(&first) = wrong.first() else { return Ok(()) };
    let mut crowds = [0; 5];
    for &i in wrong {
        if let Event::Check { key, .. } = lab.events[i] {
            crowds[crowd(key)] += 1;
        }
    }
    let shares: Vec<String> =
        (crowds.iter().zip(CROWDS)).filter(|(n, _)| **n > 0).map(|(n, name)| format!("{n} {name}")).collect();
    let message =
        format!("{} of {} checks {what} ({}); the first of them", wrong.len(), lab.checks, shares.join(", "));
    story(FIRST, &lab.events, first, lab.decisions[first].1, &gateway_key).verdict(&message)
}

fn no_extra_grants(case: &mut Case) -> Res {
    let lab = lab(case);
    for (i, name) in CROWDS.iter().enumerate() {
        let curve = |of: &dyn Fn(&([u32; 5], [u32; 5])) -> u32| -> Vec<(u64, f64)> {
            lab.denials.iter().enumerate().map(|(s, d)| (s as u64 * SEC, f64::from(of(d)))).collect()
        };
        case.series(&format!("denials, {name} keys"), "1/s", &curve(&|d| d.0[i]));
        if lab.denials.iter().any(|d| d.0[i] != d.1[i]) {
            case.series(&format!("denials, {name} keys, never forgetting"), "1/s", &curve(&|d| d.1[i]));
        }
    }
    judged(case, &lab.extra, "extra grants", "were allowed that a limiter which never forgets refuses")
}

fn no_false_denials(case: &mut Case) -> Res {
    let lab = lab(case);
    judged(case, &lab.refused, "false denials", "were refused that a limiter which never forgets allows")
}

/// What a scanner leaves behind.
struct Scan {
    early: i64,
    late: i64,
    tracked: usize,
    /// The first second at which too many keys were tracked, and how many.
    over: Option<(u32, usize)>,
}

/// One-shot keys at a thousand a second, under a policy in which each is free of debt after 0.1 s: what the
/// heap holds after 40 s and after 200 s.
fn scanned(begin: u64) -> Scan {
    let mut over = None;
    let mut scan = |keyed: &mut Keyed, seconds: std::ops::Range<u32>| {
        for second in seconds {
            for key in second * 1_000..(second + 1) * 1_000 {
                keyed.check(scrambled(key), begin + u64::from(key) * MS, 1);
            }
            let tracked = keyed.tracked();
            if tracked > 1_000 * (second as usize + 1).min(20) + 1_024 {
                over = over.or(Some((second + 1, tracked)));
            }
        }
    };
    let (mut keyed, early, _, _) = kit::measure(|| {
        let mut keyed = Keyed::new(Quota { t_ns: 100 * MS, burst: 10 });
        keyed.check(scrambled(0), SEC, 1);
        scan(&mut keyed, 0..40);
        keyed
    });
    let ((), more, _, _) = kit::measure(|| scan(&mut keyed, 40..200));
    Scan { early, late: early + more, tracked: keyed.tracked(), over }
}

impl Scan {
    fn growth(&self) -> f64 {
        (self.late + 65_536) as f64 / (self.early + 65_536) as f64
    }
    /// A table may double once; a few bytes a check make it three times as much.
    fn fine(&self) -> bool {
        self.over.is_none() && self.growth() <= MOST
    }
}

const MOST: f64 = 2.5;

fn memory_follows_debt(case: &mut Case) -> Res {
    let lab = lab(case);
    let curve = |of: &dyn Fn(&Sample) -> usize| -> Vec<(u64, f64)> {
        lab.samples.iter().map(|s| (s.at, of(s) as f64)).collect()
    };
    case.series("tracked keys", "keys", &curve(&|s| s.tracked));
    case.series("keys in debt", "keys", &curve(&|s| s.owing));
    case.series("tracked keys, allowed", "keys", &curve(&|s| s.allowed));
    case.series("keys ever seen", "keys", &curve(&|s| s.seen));
    let over = lab.samples.iter().position(|s| s.tracked > s.allowed);
    let shown = over.map(|at| lab.samples[at]).or(lab.samples.iter().copied().max_by_key(|s| s.tracked));
    if let Some(s) = shown {
        case.at_most("tracked keys, peak", s.tracked as f64, "keys", s.allowed as f64);
    }
    let above: Vec<&Sample> = lab.samples.iter().filter(|s| s.tracked > s.allowed).collect();
    if let (Some(first), Some(last)) = (above.first(), above.last()) {
        let most = above.iter().map(|s| s.tracked - s.allowed).max().unwrap_or(0);
        case.mark("tracked keys", first.at, last.at, &format!("up to {most} keys too many"));
    }
    let under = lab.samples.iter().position(|s| s.tracked < s.owing);
    if let Some(at) = over.or(under) {
        let rows = lab.samples[at.saturating_sub(3)..].iter().take(5).map(|s| {
            let fits = s.tracked <= s.allowed && s.tracked >= s.owing;
            let expected = format!("{} to {} tracked", s.owing, s.allowed);
            Row {
                at: s.at,
                input: format!("{} keys seen, {} owe something", s.seen, s.owing),
                actual: if fits { expected.clone() } else { format!("{} tracked", s.tracked) },
                expected,
            }
        });
        let message = if over.is_some() {
            "more keys are tracked than were used in the last 20 s (plus 1,024): a key that has been idle for \
             long owes nothing, and holding it changes no answer"
        } else {
            "fewer keys are tracked than owe something: tracked() counts every key that state is held for"
        };
        return Err(Fail { message: message.into(), rows: rows.collect(), ..Fail::default() });
    }
    // What `tracked` says is one thing, what the heap holds another. The clock jumps first: what was right
    // before must go on after.
    let mut scan = scanned(7_200 * SEC);
    case.at_most("heap after 200 s of scanning, against 40 s", scan.growth(), "times", MOST);
    if scan.fine() {
        return Ok(());
    }
    let mut first = "one check at 1 s, then the clock jumps ahead to 7,200 s; from there on ";
    let plain = scanned(5 * SEC);
    if !plain.fine() {
        (scan, first) = (plain, "");
    }
    let scanner = format!("{first}a scanner sends 1,000 new keys a second, each free of debt after 100 ms");
    let Scan { early, late, tracked, over } = scan;
    kit::fail(match over {
        Some((second, tracked)) => format!(
            "{scanner}: {tracked} are tracked after {second} s, more than were used in the last 20 s plus 1,024"
        ),
        None => format!(
            "{scanner}: the heap held {} KiB after 40 s and {} KiB after 200 s, while tracked() says {tracked}; \
             memory must not grow with the keys ever seen",
            early / 1024,
            late / 1024
        ),
    })
}

/// Debts of up to 1,000 s: nobody can tell from how long a key has been idle what it owes.
fn long_debts(_: &mut Case) -> Res {
    let start = Quota { t_ns: 10 * SEC, burst: 100 };
    let check = |now, key, cost| Event::Check { now, key, cost };
    let mut events: Vec<Event> = (0..100).map(|key| check(SEC, key, 100)).collect();
    let mut others = 100..;
    // Each drained key comes back once: some after 3, 15 and 60 s, and the last after 960 s.
    let mut drained = 0..100;
    for (from, to) in [(1, 4), (4, 16), (16, 61), (956, 961)] {
        events.extend((from * 1_000..to * 1_000).zip(&mut others).map(|(ms, key)| check(ms * MS, key, 1)));
        events.extend(drained.by_ref().take(25).map(|key| check(to * SEC, key, 100)));
    }
    verdict(start, &events, "a key that still owes was judged as if it owed less")
}

// A clock that steps back, and policies that change, on small traces.

fn clock_wobble(case: &mut Case) -> Res {
    wobble_small(case.seed)?;
    // Dense: two keys a millisecond, the even ones with 100 ms of debt, the odd ones with 200 ms. All the
    // time the clock steps back, and keys whose debt is just over, or just not, ask for the whole burst.
    let start = Quota { t_ns: 100 * MS, burst: 2 };
    let mut rng = Rng::new(0x30bb1e ^ case.seed);
    let mut events = Vec::new();
    for ms in 0..5_000 {
        let latest = SEC + u64::from(ms) * MS;
        events.push(Event::Check { now: latest, key: 2 * ms, cost: 1 });
        events.push(Event::Check { now: latest - MS + 1, key: 2 * ms + 1, cost: 2 });
        // At the furthest that the clock can go back the first of these owes nothing, the second 1 ns.
        for key in [(2 * ms).checked_sub(2 * 200), (2 * ms + 1).checked_sub(2 * 299)] {
            events.extend(key.map(|key| Event::Check { now: latest - SKEW_NS, key, cost: 2 }));
        }
        if ms % 37 == 0 && ms > 400 {
            let now = latest - 10 * MS * rng.range(5, 10);
            for _ in 0..40 {
                let key = 2 * ms - rng.below(800) as u32;
                events.push(Event::Check { now, key, cost: *rng.pick(&[0, 2, 2, 2, 2, 3]) });
            }
        }
    }
    verdict(start, &events, "the clock steps back by up to 100 ms all the time, and the answers part")
}

#[derive(Clone)]
struct Op {
    gap: u64,
    /// How far the clock is behind its largest reading.
    back: u64,
    key: u32,
    cost: u64,
    /// 0: a check. Otherwise a change of policy, to one of three.
    policy: u8,
}
kit::shrink_fields!(Op { policy, back, key, cost } carry gap);

/// Shown when the learner's code panics.
impl std::fmt::Debug for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Op { gap, back, key, cost, policy } = self;
        match policy {
            0 => write!(f, "+{gap}: key {key} takes {cost}")?,
            n => write!(f, "+{gap}: set_quota, to policy {n}")?,
        }
        if *back > 0 { write!(f, ", the clock {back} back") } else { Ok(()) }
    }
}

/// The events of a trace, in units of `unit` nanoseconds. No reading is more than SKEW_NS back.
fn events_of(ops: &[Op], begin: u64, unit: u64, policies: &[Quota]) -> Vec<Event> {
    let mut latest = begin;
    ops.iter()
        .map(|op| {
            latest += op.gap * unit;
            let now = latest - (op.back * unit).min(SKEW_NS).min(latest);
            match op.policy {
                0 => Event::Check { now, key: op.key, cost: op.cost },
                n => Event::Policy { now, to: policies[n as usize % policies.len()] },
            }
        })
        .collect()
}

/// Milliseconds: time enough for keys to be forgotten within the trace.
fn wobble_small(seed: u64) -> Res {
    let policies = [
        Quota { t_ns: 50 * MS, burst: 4 },
        Quota { t_ns: 20 * MS, burst: 3 },
        Quota { t_ns: 150 * MS, burst: 2 },
    ];
    let generate = |rng: &mut Rng, len: usize| -> Vec<Op> {
        let one = |rng: &mut Rng| Op {
            gap: 10 * if rng.chance(0.1) { rng.below(60) } else { rng.below(8) },
            back: if rng.chance(0.4) { 10 * rng.below(11) } else { 0 },
            key: rng.below(5) as u32,
            cost: rng.below(5),
            policy: if rng.chance(0.02) { 1 + rng.below(3) as u8 } else { 0 },
        };
        (0..len).map(|_| one(rng)).collect()
    };
    let cfg = Config { cases: 250, max_len: 80, seed: 0x6_c10c ^ seed, ..Config::default() };
    forall_cfg(&cfg, &generate, &|ops: &[Op]| {
        let events = events_of(ops, SEC, MS, &policies);
        verdict(policies[0], &events, "a key is judged as if it owed something else than it does")
    })
}

/// Thousands of keys in debt while the policy changes: what is forgotten after it must be free of debt by
/// the new policy, not by the old one.
fn many_in_debt(seed: u64) -> Res {
    let start = Quota { t_ns: 10 * MS, burst: 10 };
    let mut rng = Rng::new(0x6_dea1 ^ seed);
    let mut events = Vec::new();
    for ms in 0..3_000 {
        let now = SEC + u64::from(ms) * MS;
        match ms {
            // A debt of 10 to 100 ms becomes one of 0.1 to 1 s, and then at most 0.3 s.
            800 => events.push(Event::Policy { now, to: Quota { t_ns: 100 * MS, burst: 10 } }),
            1_800 => events.push(Event::Policy { now, to: Quota { t_ns: 100 * MS, burst: 3 } }),
            // Checks for a pass over all keys to come, whether it is counted in them or in time.
            801 | 1_801 => events.extend((0..6_000).map(|_| Event::Check { now, key: 0, cost: 0 })),
            _ => {}
        }
        let burst = if ms < 1_800 { 10 } else { 3 };
        for i in 0..3 {
            events.push(Event::Check { now, key: 3 * ms + i, cost: rng.range(1, burst) });
        }
        // Keys that were in debt at the last change ask for the whole burst.
        let owed = match ms {
            801..1_800 => 3 * 700..3 * 800,
            1_801.. => 3 * 800..3 * 1_800,
            _ => continue,
        };
        for _ in 0..3 {
            events.push(Event::Check { now, key: rng.range(owed.start, owed.end - 1) as u32, cost: burst });
        }
    }
    verdict(start, &events, "many keys are in debt when the policy changes, and later the answers part")
}

/// Nanoseconds: every rounding shows.
fn policy_change_exact(case: &mut Case) -> Res {
    many_in_debt(case.seed)?;
    let cfg = Config { cases: 400, max_len: 30, seed: 0x6_e8ac ^ case.seed, ..Config::default() };
    for (i, policies) in [
        [Quota { t_ns: 3, burst: 6 }, Quota { t_ns: 7, burst: 4 }, Quota { t_ns: 2, burst: 9 }],
        [Quota { t_ns: 10, burst: 5 }, Quota { t_ns: 20, burst: 3 }, Quota { t_ns: 4, burst: 5 }],
        [Quota { t_ns: 5, burst: 8 }, Quota { t_ns: 5, burst: 3 }, Quota { t_ns: 8, burst: 8 }],
        [Quota { t_ns: 100, burst: 5 }, Quota { t_ns: 7, burst: 40 }, Quota { t_ns: 28, burst: 9 }],
    ]
    .into_iter()
    .enumerate()
    {
        let generate = |rng: &mut Rng, len: usize| -> Vec<Op> {
            let one = |rng: &mut Rng| Op {
                gap: if rng.chance(0.2) { rng.below(40) } else { rng.below(8) },
                back: if rng.chance(0.2) { rng.below(30) } else { 0 },
                key: rng.below(3) as u32,
                cost: rng.below(8),
                policy: if rng.chance(0.12) { 1 + rng.below(3) as u8 } else { 0 },
            };
            (0..len).map(|_| one(rng)).collect()
        };
        let cfg = Config { seed: cfg.seed ^ (i as u64) << 16, ..cfg };
        forall_cfg(&cfg, &generate, &|ops: &[Op]| {
            let events = events_of(ops, 1_000, 1, &policies);
            verdict(
                policies[0],
                &events,
                "after a change of policy a key is judged as if it owed something else",
            )
        })?;
    }
    Ok(())
}

fn whole_range(_: &mut Case) -> Res {
    let check = |now, key, cost| Event::Check { now, key, cost };
    let set = |now, t_ns, burst| Event::Policy { now, to: Quota { t_ns, burst } };
    const TOP: u64 = 1 << 62;
    const CAP: u64 = 1 << 40;
    let small = Quota { t_ns: 10 * MS, burst: 3 };
    let slow = Quota { t_ns: CAP, burst: 1 };
    let fine = Quota { t_ns: 1, burst: CAP };
    // Owes 1000002349998 ns when the policy changes: 999982350011 and one part in 1000003 by the new one.
    let odd = Quota { t_ns: 1_000_003, burst: 1_000_000 };
    let changed = SEC + 650_002;
    let scripts: [(&str, Quota, Vec<Event>); 11] = [
        (
            "a debt of 10 s goes from 1 s a token to 10 s a token (10^10 ns times 10^10 ns)",
            Quota { t_ns: SEC, burst: 10 },
            vec![
                check(SEC, 1, 10),
                set(SEC, 10 * SEC, 100),
                check(SEC, 1, 91),
                check(SEC, 1, 90),
                check(SEC, 1, 1),
            ],
        ),
        (
            "a debt that comes out a millionth of a nanosecond above a whole number",
            odd,
            vec![
                check(SEC, 1, 1_000_000),
                set(changed, 999_983, 1_050_000),
                check(changed + 999_982_350_011, 1, 1_050_000),
                check(changed + 999_982_350_012, 1, 1_050_000),
            ],
        ),
        (
            "the clock starts at 0, below SKEW_NS",
            small,
            vec![
                check(0, 1, 3),
                check(0, 1, 1),
                check(5 * MS, 2, 3),
                check(10 * MS, 1, 1),
                set(10 * MS, 20 * MS, 3),
                check(15 * MS, 2, 1),
                check(30 * MS, 1, 1),
                check(0, 1, 1),
            ],
        ),
        (
            "an idle time of a century, and then the clock steps back",
            small,
            vec![
                check(0, 1, 3),
                check(TOP, 2, 3),
                check(TOP, 2, 1),
                check(TOP - SKEW_NS, 2, 0),
                check(TOP - SKEW_NS, 1, 3),
                check(TOP - SKEW_NS, 1, 1),
                check(TOP, 1, 3),
            ],
        ),
        (
            "costs far above the burst",
            small,
            vec![
                check(SEC, 1, u64::MAX),
                check(SEC, 1, (1 << 62) + 1),
                check(SEC, 1, u64::MAX / (10 * MS) + 1),
                check(SEC, 1, 4),
                check(SEC, 1, 3),
                check(SEC, 1, u64::MAX),
            ],
        ),
        (
            "the longest time per token",
            slow,
            vec![
                check(TOP - CAP, 1, 1),
                check(TOP - 1, 1, 1),
                check(TOP, 1, 1),
                check(TOP, 1, 1 << 24),
                check(TOP, 1, 0),
            ],
        ),
        (
            "a debt of 2^40 ns goes from 1 ns a token to 2^40 ns a token",
            fine,
            vec![
                check(SEC, 1, CAP),
                check(SEC, 2, 5),
                set(SEC, CAP, 1),
                check(SEC + CAP - 1, 1, 1),
                check(SEC + CAP - 1, 2, 1),
                check(SEC + CAP, 1, 1),
                check(SEC + CAP, 2, 1),
            ],
        ),
        (
            "a debt goes from 2^40 ns a token to 1 ns a token",
            slow,
            vec![
                check(SEC, 1, 1),
                check(SEC + 1, 2, 1),
                set(SEC + 1, 1, 4),
                check(SEC + 1, 1, 4),
                check(SEC + 1, 1, 3),
                check(SEC + 1, 2, 4),
                check(SEC + 1, 2, 3),
            ],
        ),
        (
            "a debt above the cap, because the clock went back",
            small,
            vec![
                check(SEC, 1, 3),
                check(SEC - SKEW_NS, 1, 0),
                check(SEC - SKEW_NS, 1, 1),
                check(SEC + 10 * MS, 1, 1),
                set(SEC - 50 * MS, 10 * MS, 3),
                check(SEC - 50 * MS, 1, 1),
                check(SEC - 40 * MS, 1, 1),
                check(SEC, 1, 3),
            ],
        ),
        (
            "a policy set twice at one instant",
            small,
            vec![
                check(SEC, 1, 3),
                set(SEC, 30 * MS, 2),
                set(SEC, 10 * MS, 3),
                check(SEC, 1, 1),
                check(SEC + 10 * MS, 1, 2),
            ],
        ),
        (
            "a TAT in the past is not scaled, and counts again when the clock steps back",
            small,
            vec![
                check(SEC, 1, 1),
                check(SEC + 40 * MS, 2, 1),
                set(SEC + 40 * MS, 80 * MS, 1),
                check(SEC + 9 * MS, 1, 1),
                check(SEC + 10 * MS, 1, 1),
            ],
        ),
    ];
    for (why, start, events) in scripts {
        verdict(start, &events, &format!("{why}: the answers part"))?;
    }
    Ok(())
}

fn stays_fast(case: &mut Case) -> Res {
    moving_clock(case)?;
    short_burst(case)
}

/// Every key owes 300 s, and then comes back, a millisecond after the one before it.
fn moving_clock(case: &mut Case) -> Res {
    const KEYS: u32 = 200_000;
    let policy = Quota { t_ns: 5 * SEC, burst: 100 };
    case.note("400,000 checks with 200,000 keys in debt: does each check look at all keys?");
    let came = |key: u32| SEC + u64::from(key) * 10_000;
    let back = |key: u32| came(KEYS) + u64::from(key) * MS;
    let (mut refused, mut forgotten, mut tracked) = (None, None, 0);
    let ((), _, _, allocations) = kit::measure(|| {
        let mut keyed = Keyed::new(policy);
        for key in 0..KEYS {
            if !keyed.check(scrambled(key), came(key), 60) {
                refused = refused.or(Some(key));
            }
        }
        for key in 0..KEYS {
            if keyed.check(scrambled(key), back(key), 100) {
                forgotten = forgotten.or(Some(key));
            }
        }
        tracked = keyed.tracked();
    });
    case.at_most("heap allocations per check", allocations as f64 / f64::from(2 * KEYS), "", 8.0);
    if let Some(key) = refused {
        let mut table = Table::new();
        let input = format!("key {key} takes 60, owes 0 s of 500 s");
        table.row(came(key), input, word(true).into(), word(false).into());
        return table.verdict(&format!(
            "{KEYS} keys come one after another within 2 s ({}): one of them was refused at its first request",
            self::policy(policy)
        ));
    }
    if let Some(key) = forgotten {
        let (since, owes) = (back(key) - came(key), 300 * SEC - (back(key) - came(key)));
        let mut table = Table::new();
        let input = |cost, owes| format!("key {key} takes {cost}, owes {} of 500 s", time(owes));
        table.row(came(key), input(60, 0), word(true).into(), word(true).into());
        table.row(back(key), input(100, owes), word(false).into(), word(true).into());
        return table.verdict(&format!(
            "{KEYS} keys come one after another within 2 s ({}), and a key that owed 300 s was forgotten within {} s",
            self::policy(policy),
            since.div_ceil(SEC)
        ));
    }
    ensure(tracked == KEYS as usize, || {
        format!("{KEYS} keys were checked and each of them owes something, but tracked() says {tracked}")
    })
}

/// The whole burst is one nanosecond long, and only the skew keeps the keys from being forgotten.
fn short_burst(case: &mut Case) -> Res {
    const KEYS: u32 = 80_000;
    case.note("80,000 new keys, 1 us apart, burst * t_ns is 1 ns: does each check look at all keys?");
    let mut keyed = Keyed::new(Quota { t_ns: 1, burst: 1 });
    let refused = (0..KEYS).find(|&key| !keyed.check(scrambled(key), SEC + u64::from(key) * 1_000, 1));
    ensure(refused.is_none(), || {
        "80,000 new keys 1 us apart, one token per 1 ns, burst 1: one was refused at its first request".into()
    })
}
