//! Hidden checks of `05-one-word-atomic`.
//!
//! A call is deterministic given what the word answers, so a paused call is nothing but the list of
//! answers it got so far: to learn its next operation the call is run again on those answers. That makes
//! every interleaving of two or three calls reachable in one thread, step by step and reproducibly.
use crate::{Quota, Word, try_acquire};
use kit::{Case, Fail, Res, Rng, Row, Table, ensure, fail, forall_cfg};
use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

pub const CHECKS: &[kit::Check] = &[
    ("sequential", "one call alone: decision, wait and new word as in the exercise before", sequential),
    ("whole-range", "cost 0, cost above the burst, and the largest numbers the contract allows", whole_range),
    (
        "refusal-does-not-write",
        "a refused call, or one of cost 0, that writes to the shared word",
        silent_refusal,
    ),
    ("grant-writes-once", "a grant made of several writes, which others can see half done", one_write),
    ("every-interleaving", "answers or a final word that no order of the calls explains", interleavings),
    ("spurious-failures", "a compare_exchange that fails for no reason read as an answer", spurious),
    ("overtaken", "a call that stops judging once it has lost some races", overtaken),
    ("one-is-stopped", "a call that waits for another one to go on: a lock in any form", stopped),
];

type Answer = Result<(), Option<u64>>;

/// Operations on the word that one call may make before we say that it does not end.
const LIMIT: usize = 10_000;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Op {
    Load,
    Store(u64),
    Add(u64),
    Sub(u64),
    Swap(u64, u64),
}

/// What the operation answers, and whether it wrote.
fn apply(word: &mut u64, op: Op, refuse: bool) -> (Result<u64, u64>, bool) {
    let before = *word;
    match op {
        Op::Load => return (Ok(before), false),
        Op::Store(v) => *word = v,
        Op::Add(v) => *word = before.wrapping_add(v),
        Op::Sub(v) => *word = before.wrapping_sub(v),
        Op::Swap(current, new) if current == before && !refuse => *word = new,
        Op::Swap(..) => return (Err(before), false),
    }
    (Ok(before), true)
}

/// Thrown through a call that goes on without end.
struct Endless;

/// Runs one call. A panic of the learner's goes on to the kit, which reports its place.
fn call(word: &dyn Word, q: Quota, now: u64, cost: u64) -> Result<Answer, Fail> {
    match catch_unwind(AssertUnwindSafe(|| try_acquire(word, &q, now, cost))) {
        Ok(answer) => Ok(answer),
        Err(e) if e.is::<Endless>() => fail(format!(
            "{}: take {cost} at {now} ns made {LIMIT} operations on the word, with nobody else running, \
             and did not answer",
            quota(q)
        )),
        Err(e) => resume_unwind(e),
    }
}

/// A word of our own: counts what is done to it, and can fail the first exchanges.
#[derive(Default)]
struct Local {
    word: Cell<u64>,
    writes: Cell<usize>,
    ops: Cell<usize>,
    refuse: Cell<usize>,
    log: Cell<Vec<(Op, u64, u64, bool)>>,
}

impl Local {
    fn holding(word: u64) -> Local {
        Local { word: Cell::new(word), ..Local::default() }
    }
    fn op(&self, op: Op) -> Result<u64, u64> {
        self.ops.set(self.ops.get() + 1);
        if self.ops.get() > LIMIT {
            resume_unwind(Box::new(Endless));
        }
        let refuse = matches!(op, Op::Swap(..)) && self.refuse.get() > 0;
        self.refuse.set(self.refuse.get() - usize::from(refuse));
        let before = self.word.get();
        let mut word = before;
        let (answer, wrote) = apply(&mut word, op, refuse);
        self.word.set(word);
        self.writes.set(self.writes.get() + usize::from(wrote));
        let mut log = self.log.take();
        if log.len() < 12 {
            log.push((op, before, word, answer.is_err()));
        }
        self.log.set(log);
        answer
    }
    /// What the last call did, one row an operation.
    fn rows(&self, at: u64) -> Vec<Row> {
        self.log
            .take()
            .into_iter()
            .map(|(op, before, after, failed)| {
                let text = effect(op, before, after, failed);
                Row { at, input: named(op), expected: text.clone(), actual: text }
            })
            .collect()
    }
}

impl Word for Local {
    fn load(&self) -> u64 {
        self.op(Op::Load).unwrap_or_else(|v| v)
    }
    fn store(&self, value: u64) {
        let _ = self.op(Op::Store(value));
    }
    fn fetch_add(&self, value: u64) -> u64 {
        self.op(Op::Add(value)).unwrap_or_else(|v| v)
    }
    fn fetch_sub(&self, value: u64) -> u64 {
        self.op(Op::Sub(value)).unwrap_or_else(|v| v)
    }
    fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64> {
        self.op(Op::Swap(current, new))
    }
}

/// The contract for one call that has the word to itself.
fn alone(word: u64, q: Quota, now: u64, cost: u64) -> (Answer, u64) {
    let (cap, price) = (u128::from(q.burst) * u128::from(q.t_ns), u128::from(cost) * u128::from(q.t_ns));
    let owed = if word > now { u128::from(word - now) } else { 0 };
    if cost == 0 {
        (Ok(()), word)
    } else if cost > q.burst {
        (Err(None), word)
    } else if owed + price <= cap {
        (Ok(()), now + (owed + price) as u64)
    } else {
        (Err(Some((owed + price - cap) as u64)), word)
    }
}

fn quota(q: Quota) -> String {
    format!("one token per {} ns, burst {}", q.t_ns, q.burst)
}

fn said(answer: Answer) -> String {
    match answer {
        Ok(()) => "grant".into(),
        Err(None) => "deny, never".into(),
        Err(Some(ns)) => format!("deny, retry in {ns} ns"),
    }
}

fn named(op: Op) -> String {
    match op {
        Op::Load => "load".into(),
        Op::Store(v) => format!("store {v}"),
        Op::Add(v) => format!("fetch_add {v}"),
        Op::Sub(v) => format!("fetch_sub {v}"),
        Op::Swap(current, new) => format!("compare_exchange {current}, {new}"),
    }
}

fn effect(op: Op, before: u64, after: u64, failed: bool) -> String {
    match op {
        Op::Load => format!("reads {before}"),
        Op::Swap(current, _) if failed && current == before => format!("fails for no reason, word {before}"),
        Op::Swap(..) if failed => format!("fails, finds {before}"),
        _ => format!("{before} -> {after}"),
    }
}

fn times(writes: usize) -> String {
    format!("{writes} write{}", if writes == 1 { "" } else { "s" })
}

// One call at a time.

#[derive(Clone, Debug)]
struct Take {
    gap_ns: u64,
    /// How far this call's clock is behind.
    back_ns: u64,
    cost: u64,
}
kit::shrink_fields!(Take { back_ns, cost } carry gap_ns);

/// Runs the calls one after another; false at the first that differs. What is expected comes from the list
/// of all grants: a TAT is the latest of "started at that grant, and paid for all since".
fn in_turn(q: Quota, start: u64, takes: &[Take], mut table: Option<&mut Table>) -> Result<bool, Fail> {
    let local = Local::holding(start);
    let mut grants: Vec<(u64, u64)> = Vec::new();
    let tat = |grants: &[(u64, u64)]| {
        let mut tat = 0;
        let mut paid = 0;
        for &(at, cost) in grants.iter().rev() {
            paid += cost * q.t_ns;
            tat = tat.max(at + paid);
        }
        tat.max(start + paid)
    };
    let mut clock = 1_000;
    for take in takes {
        clock += take.gap_ns;
        let now = clock - take.back_ns.min(clock);
        let (expected, _) = alone(tat(&grants), q, now, take.cost);
        if expected.is_ok() && take.cost > 0 {
            grants.push((now, take.cost));
        }
        let word = tat(&grants);
        local.ops.set(0);
        let answer = call(&local, q, now, take.cost)?;
        if let Some(table) = &mut table {
            let show = |a: Answer, w: u64| format!("{}; word {w}", said(a));
            table.row(
                now,
                format!("take {}", take.cost),
                show(expected, word),
                show(answer, local.word.get()),
            );
        }
        if answer != expected || local.word.get() != word {
            return Ok(false);
        }
    }
    Ok(true)
}

fn turn_verdict(q: Quota, start: u64, takes: &[Take]) -> Res {
    if in_turn(q, start, takes, None)? {
        return Ok(());
    }
    let mut table = Table::new();
    in_turn(q, start, takes, Some(&mut table))?;
    table.verdict(&format!(
        "with no other call in between, {}, the word holding {start} at first: answer or word differ",
        quota(q)
    ))
}

fn sequential(case: &mut Case) -> Res {
    let q = Quota { t_ns: 100, burst: 3 };
    let take = |gap_ns, back_ns, cost| Take { gap_ns, back_ns, cost };
    // The burst, the boundary, a clock that goes back, an idle time that must not be saved up.
    turn_verdict(q, 0, &[take(0, 0, 2), take(0, 0, 1), take(0, 0, 1), take(99, 0, 1), take(1, 0, 1)])?;
    turn_verdict(q, 0, &[take(0, 0, 3), take(200, 0, 1), take(0, 100, 1), take(0, 0, 2)])?;
    turn_verdict(q, 0, &[take(0, 0, 1), take(5_000, 0, 3), take(0, 0, 1)])?;
    turn_verdict(q, 1_400, &[take(0, 0, 1), take(200, 0, 1), take(0, 0, 1)])?;
    let cfg = kit::Config { cases: 120, max_len: 40, seed: 0x05_5e9 ^ case.seed, ..kit::Config::default() };
    for (burst, t_ns, start) in [(1, 100, 0), (3, 70, 0), (5, 10, 1_200)] {
        let q = Quota { t_ns, burst };
        let generate = |rng: &mut Rng, len: usize| -> Vec<Take> {
            let one = |rng: &mut Rng| Take {
                gap_ns: if rng.chance(0.1) { 10 * rng.below(400) } else { 10 * rng.below(12) },
                back_ns: if rng.chance(0.15) { 10 * rng.below(40) } else { 0 },
                cost: rng.below(burst + 2),
            };
            (0..len).map(|_| one(rng)).collect()
        };
        forall_cfg(&cfg, &generate, &|takes: &[Take]| turn_verdict(q, start, takes))?;
    }
    Ok(())
}

/// (t_ns, burst, word, now_ns, cost): single calls at the edges of the contract.
const EDGES: [(u64, u64, u64, u64, u64); 16] = [
    (100, 5, 1_900, 1_000, 0),
    (100, 5, 0, 0, 0),
    (100, 5, 0, 1_000, 6),
    (100, 5, 0, 1_000, 5),
    (100, 5, 0, 0, 5),
    (100, 5, 0, 1_000, u64::MAX),
    (4, 5, 0, 1_000, (1 << 62) + 1),
    (1, 1 << 40, 0, 1 << 40, u64::MAX),
    (1 << 40, 1, 0, 1 << 40, 1 << 24),
    (1, 1 << 40, 0, 1 << 40, 1 << 40),
    (1 << 40, 1, 0, 1 << 40, 1),
    (1 << 40, 1, (1 << 40) + 1, 1 << 40, 1),
    (1 << 20, 1 << 20, 1 << 41, 1 << 40, 1 << 20),
    (1 << 20, 1 << 20, 1 << 42, 0, 1 << 20),
    (1 << 20, 1 << 20, 1 << 42, 0, 0),
    (1 << 20, 1 << 20, 1 << 42, 0, u64::MAX),
];

fn whole_range(_: &mut Case) -> Res {
    for (t_ns, burst, word, now, cost) in EDGES {
        let q = Quota { t_ns, burst };
        let (expected, after) = alone(word, q, now, cost);
        let local = Local::holding(word);
        let answer = call(&local, q, now, cost)?;
        let mut table = Table::new();
        let show = |a: Answer, w: u64| format!("{}; word {w}", said(a));
        table.row(now, format!("take {cost}"), show(expected, after), show(answer, local.word.get()));
        let why = match (cost, expected) {
            (0, _) => "cost 0 is always granted and changes nothing",
            (_, Err(None)) => "a cost above the burst never passes, so there is no wait to name",
            _ => "every number here is inside the ranges of the contract",
        };
        table.verdict(&format!("{why} ({}, word {word})", quota(q)))?;
    }
    Ok(())
}

/// Word, now, cost of calls (one token per 100 ns, burst 3) that must not write.
const SILENT: [(u64, u64, u64); 9] = [
    (1_300, 1_000, 1),
    (1_300, 1_000, 3),
    (1_290, 1_000, 2),
    (2_000, 1_000, 1),
    (0, 1_000, 4),
    (500, 1_000, 4),
    (0, 1_000, 0),
    (500, 1_000, 0),
    (2_000, 1_000, 0),
];

/// One call on a fresh word; the rows of what it did when it wrote another number of times than its own
/// answer allows (whether the answer is right is for others to say).
fn writes(q: Quota, word: u64, now: u64, cost: u64, why: &str) -> Res {
    let local = Local::holding(word);
    let answer = call(&local, q, now, cost)?;
    let (writes, allowed) = (local.writes.get(), usize::from(answer.is_ok() && cost > 0));
    if writes == allowed {
        return Ok(());
    }
    let mut rows = local.rows(now);
    rows.push(Row {
        at: now,
        input: format!("take {cost}: {}", said(answer)),
        expected: times(allowed),
        actual: times(writes),
    });
    Err(Fail { message: format!("{why} ({}, the word holds {word})", quota(q)), rows, ..Fail::default() })
}

fn silent_refusal(_: &mut Case) -> Res {
    for (word, now, cost) in SILENT {
        let why = if cost == 0 {
            "a call of cost 0 changes nothing, so it must not write to the word that others are watching"
        } else {
            "a refusal must not write, not even the value that was there: others would see it, or lose their \
             own exchange to it"
        };
        writes(Quota { t_ns: 100, burst: 3 }, word, now, cost, why)?;
    }
    Ok(())
}

fn one_write(_: &mut Case) -> Res {
    for (word, now, cost) in
        [(0, 1_000, 1), (500, 1_000, 2), (1_000, 1_000, 3), (1_100, 1_000, 2), (1_200, 1_000, 1)]
    {
        let why = "a grant writes once: between two writes another call sees a word that nobody meant";
        writes(Quota { t_ns: 100, burst: 3 }, word, now, cost, why)?;
    }
    Ok(())
}

fn spurious(_: &mut Case) -> Res {
    let q = Quota { t_ns: 100, burst: 3 };
    for refused in [1, 2, 5, 50, 1_100] {
        for (word, cost) in [(0, 1), (1_100, 2)] {
            let local = Local::holding(word);
            local.refuse.set(refused);
            let answer = call(&local, q, 1_000, cost)?;
            let (expected, after) = alone(word, q, 1_000, cost);
            if answer == expected && local.word.get() == after {
                continue;
            }
            let show = |a: Answer, w: u64| format!("{}; word {w}", said(a));
            let mut rows = local.rows(1_000);
            if rows.len() > 6 {
                rows.truncate(6);
                rows.push(Row { at: 1_000, input: "and so on".into(), ..Row::default() });
            }
            rows.push(Row {
                at: 1_000,
                input: format!("take {cost} answers"),
                expected: show(expected, after),
                actual: show(answer, local.word.get()),
            });
            let times = if refused == 1 { "once".to_string() } else { format!("{refused} times in a row") };
            return Err(Fail {
                message: format!(
                    "{}, the word holds {word} and nobody else is running: compare_exchange failed for no \
                     reason {times}, which must change neither answer nor word",
                    quota(q)
                ),
                rows,
                ..Fail::default()
            });
        }
    }
    Ok(())
}

// One call, overtaken again and again.

/// A word on which somebody else is granted 1 just before each of the first writes that a call tries.
struct Busy {
    local: Local,
    q: Quota,
    /// How many more there are to come.
    others: Cell<usize>,
    log: Cell<Vec<Row>>,
}

impl Busy {
    fn op(&self, op: Op) -> Result<u64, u64> {
        let word = &self.local.word;
        let mut log = self.log.take();
        let mut row = |input: String, effect: String| {
            log.push(Row { at: NOW, input, expected: effect.clone(), actual: effect });
        };
        if op != Op::Load && self.others.get() > 0 {
            self.others.set(self.others.get() - 1);
            let before = word.get();
            word.set(alone(before, self.q, NOW, 1).1);
            row("another call takes 1".into(), format!("{before} -> {}", word.get()));
        }
        let before = word.get();
        let answer = self.local.op(op);
        row(named(op), effect(op, before, word.get(), answer.is_err()));
        // The first few and the last few tell the story.
        if log.len() > 14 {
            log.drain(3..5);
        }
        self.log.set(log);
        answer
    }
}

impl Word for Busy {
    fn load(&self) -> u64 {
        self.op(Op::Load).unwrap_or_else(|v| v)
    }
    fn store(&self, value: u64) {
        let _ = self.op(Op::Store(value));
    }
    fn fetch_add(&self, value: u64) -> u64 {
        self.op(Op::Add(value)).unwrap_or_else(|v| v)
    }
    fn fetch_sub(&self, value: u64) -> u64 {
        self.op(Op::Sub(value)).unwrap_or_else(|v| v)
    }
    fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64> {
        self.op(Op::Swap(current, new))
    }
}

const NOW: u64 = 1_000;

fn overtaken(_: &mut Case) -> Res {
    for others in [1, 2, 3, 4, 5, 6, 10, 20, 64, 1_100] {
        // Room for one more after all of them, and none: whoever is last still gets in, or is refused.
        for room in [1, 0] {
            let q = Quota { t_ns: 10, burst: (others + room) as u64 };
            let busy =
                Busy { local: Local::default(), q, others: Cell::new(others), log: Cell::new(Vec::new()) };
            let answer = call(&busy, q, NOW, 1)?;
            let end = NOW + q.burst * q.t_ns;
            let expected = if room == 1 { Ok(()) } else { Err(Some(q.t_ns)) };
            if answer == expected && busy.local.word.get() == end {
                continue;
            }
            let mut rows = busy.log.take();
            if rows.len() > 9 {
                rows.drain(3..rows.len() - 4);
                rows.insert(3, Row { at: NOW, input: "and so on".into(), ..Row::default() });
            }
            let show = |a: Answer, w: u64| format!("{}; word {w}", said(a));
            rows.push(Row {
                at: NOW,
                input: "the call answers".into(),
                expected: show(expected, end),
                actual: show(answer, busy.local.word.get()),
            });
            let each = match others {
                1 => "its first write".to_string(),
                n => format!("each of its first {n} attempts to write"),
            };
            let message = format!(
                "{}; a call takes 1 at {NOW} ns, and just before {each} another call is granted 1: what is \
                 written must be judged from the word that it replaces, however many races were lost",
                quota(q)
            );
            return Err(Fail { message, rows, ..Fail::default() });
        }
    }
    Ok(())
}

// Two or three calls at once.

/// A paused call: it is run on the answers that it has had, and from there on alone on a private copy of
/// the word. The first operation after those answers is what it wants to do next.
struct Replay<'a> {
    had: &'a [(Op, Result<u64, u64>)],
    at: Cell<usize>,
    word: Cell<u64>,
    next: Cell<Option<Op>>,
    strayed: Cell<bool>,
}

impl Replay<'_> {
    fn op(&self, op: Op) -> Result<u64, u64> {
        let i = self.at.get();
        self.at.set(i + 1);
        if let Some(&(before, answer)) = self.had.get(i) {
            if before != op {
                self.strayed.set(true);
            }
            return answer;
        }
        if i == self.had.len() {
            self.next.set(Some(op));
        }
        if i - self.had.len() >= LIMIT {
            resume_unwind(Box::new(Endless));
        }
        let mut word = self.word.get();
        let (answer, _) = apply(&mut word, op, false);
        self.word.set(word);
        answer
    }
}

impl Word for Replay<'_> {
    fn load(&self) -> u64 {
        self.op(Op::Load).unwrap_or_else(|v| v)
    }
    fn store(&self, value: u64) {
        let _ = self.op(Op::Store(value));
    }
    fn fetch_add(&self, value: u64) -> u64 {
        self.op(Op::Add(value)).unwrap_or_else(|v| v)
    }
    fn fetch_sub(&self, value: u64) -> u64 {
        self.op(Op::Sub(value)).unwrap_or_else(|v| v)
    }
    fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64> {
        self.op(Op::Swap(current, new))
    }
}

const MAX: usize = 3;
const NAMES: [&str; MAX] = ["A", "B", "C"];
/// More operations than any interleaving of three calls needs; states of one scenario that we look at.
const DEPTH: usize = 300;
const STATES: usize = 1_500;

#[derive(Clone, Copy, Debug)]
struct Caller {
    now: u64,
    cost: u64,
}

#[derive(Clone, Debug)]
struct Scene {
    q: Quota,
    word: u64,
    calls: Vec<Caller>,
    /// How often an exchange may fail for no reason, at any moment.
    spurious: u8,
    /// How many of A's exchanges fail for no reason at first.
    unlucky: usize,
}

#[derive(Clone, Copy)]
enum Next {
    Does(Op),
    Answers(Answer),
}

#[derive(Clone, Copy)]
struct Step {
    who: usize,
    op: Op,
    before: u64,
    after: u64,
    failed: bool,
    wrote: bool,
}

/// What makes two moments alike: the word, where each call stands, and who had ended before whom began.
#[derive(Clone, Copy)]
struct Moment {
    word: u64,
    spurious: u8,
    next: [Next; MAX],
    story: [u64; MAX],
    /// Per call, a bit for each call that had ended before this one began.
    after: [u8; MAX],
}

/// The decisions are wrong (0), only a wait or the word (1), or only the number of writes (2); smaller first.
struct Finding {
    rank: (u8, usize),
    fail: Fail,
}

struct Search<'a> {
    scene: &'a Scene,
    seen: HashSet<(u64, u64)>,
    steps: Vec<Step>,
    had: [Vec<(Op, Result<u64, u64>)>; MAX],
    found: Option<Finding>,
}

/// Explores every interleaving of the scene. The worst of what breaks the contract, if any; Err: a call that
/// cannot be followed to its end.
fn explore(scene: &Scene) -> Result<Option<Finding>, Fail> {
    let mut search =
        Search { scene, seen: HashSet::new(), steps: Vec::new(), had: Default::default(), found: None };
    let mut next = [Next::Answers(Ok(())); MAX];
    for (who, slot) in next.iter_mut().enumerate().take(scene.calls.len()) {
        *slot = search.next(who, scene.word)?;
    }
    let begin = Moment { word: scene.word, spurious: scene.spurious, next, story: [0; MAX], after: [0; MAX] };
    search.go(begin, 0)?;
    Ok(search.found)
}

fn mix(a: u64, b: u64) -> u64 {
    let x = (a ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^ (x >> 32)
}

impl Search<'_> {
    fn next(&self, who: usize, word: u64) -> Result<Next, Fail> {
        let Caller { now, cost } = self.scene.calls[who];
        let replay = Replay {
            had: &self.had[who],
            at: Cell::new(0),
            word: Cell::new(word),
            next: Cell::new(None),
            strayed: Cell::new(false),
        };
        let q = self.scene.q;
        let answer = match catch_unwind(AssertUnwindSafe(|| try_acquire(&replay as &dyn Word, &q, now, cost)))
        {
            Ok(answer) => answer,
            Err(e) if e.is::<Endless>() => {
                return self.broken(&format!(
                    "left alone after this, {} made {LIMIT} more operations and did not answer",
                    NAMES[who]
                ));
            }
            Err(e) => resume_unwind(e),
        };
        if replay.strayed.get() || replay.at.get() < self.had[who].len() {
            return self.broken(&format!(
                "run again on the same answers from the word, {} did something else: a call may depend on \
                 its arguments and the word only",
                NAMES[who]
            ));
        }
        Ok(replay.next.get().map_or(Next::Answers(answer), Next::Does))
    }

    fn go(&mut self, at: Moment, running: usize) -> Res {
        let n = self.scene.calls.len();
        let mut key = (at.word, u64::from(at.spurious));
        for who in 0..n {
            key.0 = mix(key.0, at.story[who]);
            key.1 = mix(key.1 ^ u64::from(at.after[who]), at.story[who]);
        }
        if self.seen.len() >= STATES || !self.seen.insert(key) {
            return Ok(());
        }
        if self.steps.len() >= DEPTH {
            return self.broken(&format!("{DEPTH} operations, and not all calls have answered"));
        }
        let mut over = true;
        for turn in 0..n {
            // The call that ran last goes on first: an example with few switches is easier to follow.
            let who = (running + turn) % n;
            let Next::Does(op) = at.next[who] else { continue };
            over = false;
            for refuse in [false, true] {
                if refuse && (at.spurious == 0 || !matches!(op, Op::Swap(c, _) if c == at.word)) {
                    continue;
                }
                let mut to = at;
                let unlucky = who == 0
                    && self.had[0].iter().filter(|(op, _)| matches!(op, Op::Swap(..))).count()
                        < self.scene.unlucky;
                let (answer, wrote) = apply(&mut to.word, op, refuse || unlucky);
                to.spurious -= u8::from(refuse);
                if self.had[who].is_empty() {
                    for other in 0..n {
                        let ended = matches!(at.next[other], Next::Answers(_)) && !self.had[other].is_empty();
                        to.after[who] |= u8::from(ended) << other;
                    }
                }
                let (Ok(told) | Err(told)) = answer;
                to.story[who] = mix(mix(to.story[who], told), 1 + u64::from(answer.is_err()));
                self.steps.push(Step {
                    who,
                    op,
                    before: at.word,
                    after: to.word,
                    failed: answer.is_err(),
                    wrote,
                });
                self.had[who].push((op, answer));
                to.next[who] = self.next(who, to.word)?;
                self.go(to, who)?;
                self.had[who].pop();
                self.steps.pop();
            }
        }
        if over { self.judge(&at) } else { Ok(()) }
    }

    /// All calls have answered: is there an order that explains it?
    fn judge(&mut self, at: &Moment) -> Res {
        let n = self.scene.calls.len();
        let mut answers = [Ok(()); MAX];
        for who in 0..n {
            if let Next::Answers(a) = at.next[who] {
                answers[who] = a;
            }
        }
        let mut orders = Vec::new();
        let (mut explained, mut decided) = (false, false);
        for order in orders_of(n) {
            let legal =
                (0..n).all(|i| order[i + 1..n].iter().all(|&later| at.after[order[i]] >> later & 1 == 0));
            if !legal {
                continue;
            }
            let (mut word, mut expected) = (self.scene.word, [Ok(()); MAX]);
            for &who in &order[..n] {
                let Caller { now, cost } = self.scene.calls[who];
                (expected[who], word) = alone(word, self.scene.q, now, cost);
            }
            explained |= expected[..n] == answers[..n] && word == at.word;
            decided |= (0..n).all(|who| expected[who].is_ok() == answers[who].is_ok());
            orders.push((order, expected, word));
        }
        let wrote = |who: usize| self.steps.iter().filter(|s| s.who == who && s.wrote).count();
        let may = |who: usize| usize::from(answers[who].is_ok() && self.scene.calls[who].cost > 0);
        let at_ns = self.scene.calls.iter().map(|c| c.now).max().unwrap_or(0);
        let rank = (if explained { 2 } else { u8::from(decided) }, self.steps.len());
        if self.found.as_ref().is_some_and(|found| found.rank <= rank) {
            return Ok(());
        }
        let mut fail;
        if explained {
            let Some(who) = (0..n).find(|&who| wrote(who) != may(who)) else { return Ok(()) };
            fail = self.fail("a grant writes once, a refusal and cost 0 never");
            fail.rows.push(Row {
                at: at_ns,
                input: format!("{} answers: {}", NAMES[who], said(answers[who])),
                expected: times(may(who)),
                actual: times(wrote(who)),
            });
            self.found = Some(Finding { rank, fail });
            return Ok(());
        }
        fail = self.fail("no order of the calls gives these answers and this word");
        let show = |answers: &[Answer], word: u64| {
            let each: Vec<String> =
                answers.iter().take(n).zip(NAMES).map(|(a, name)| format!("{name} {}", said(*a))).collect();
            format!("{}; word {word}", each.join("; "))
        };
        let mut outcomes: Vec<(String, String)> = Vec::new();
        for (order, expected, word) in &orders {
            let names: Vec<&str> = order[..n].iter().map(|&w| NAMES[w]).collect();
            let (names, outcome) = (names.join(" then "), show(expected, *word));
            match outcomes.iter_mut().find(|o| o.1 == outcome) {
                Some(same) => same.0 = format!("{}, or {names}", same.0),
                None => outcomes.push((names, outcome)),
            }
        }
        for (names, expected) in outcomes {
            let actual = show(&answers, at.word);
            fail.rows.push(Row { at: at_ns, input: format!("in turn: {names}"), expected, actual });
        }
        self.found = Some(Finding { rank, fail });
        Ok(())
    }

    fn broken<T>(&self, message: &str) -> Result<T, Fail> {
        Err(self.fail(message))
    }

    /// The scene in a sentence, and a row an operation.
    fn fail(&self, message: &str) -> Fail {
        let Scene { q, word, calls, .. } = self.scene;
        let takes: Vec<String> = (calls.iter().zip(NAMES))
            .map(|(c, name)| format!("{name} takes {} at {} ns", c.cost, c.now))
            .collect();
        let skipped = self.steps.len().saturating_sub(12);
        let rows = self.steps.iter().skip(skipped).map(|s| {
            let text = effect(s.op, s.before, s.after, s.failed);
            Row {
                at: self.scene.calls[s.who].now,
                input: format!("{} {}", NAMES[s.who], named(s.op)),
                expected: text.clone(),
                actual: text,
            }
        });
        Fail {
            message: format!(
                "{}, the word holds {word}; {}{}: {message}",
                quota(*q),
                takes.join(", "),
                if skipped > 0 {
                    format!(" (the last 12 of {} operations)", self.steps.len())
                } else {
                    String::new()
                }
            ),
            rows: rows.collect(),
            ..Fail::default()
        }
    }
}

fn orders_of(n: usize) -> &'static [[usize; MAX]] {
    match n {
        2 => &[[0, 1, 2], [1, 0, 2]],
        _ => &[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]],
    }
}

fn interleavings(case: &mut Case) -> Res {
    let mut scenes = Vec::new();
    // Two calls, the simplest first: what fails first is small enough to follow by hand.
    for burst in 1..=3 {
        for word in [0, 1_100, 1_200, 900] {
            for later in [0, 50] {
                for (a, b) in [(1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (1, 0)] {
                    if a <= burst && b <= burst + 1 {
                        let calls =
                            vec![Caller { now: 1_000, cost: a }, Caller { now: 1_000 + later, cost: b }];
                        scenes.push(Scene {
                            q: Quota { t_ns: 100, burst },
                            word,
                            calls,
                            spurious: 0,
                            unlucky: 0,
                        });
                    }
                }
            }
        }
    }
    // One that lost many races already must still decide like at the first.
    for unlucky in [2, 4, 11, 70] {
        let calls = vec![Caller { now: 1_000, cost: 1 }, Caller { now: 1_000, cost: 1 }];
        scenes.push(Scene { q: Quota { t_ns: 100, burst: 1 }, word: 0, calls, spurious: 0, unlucky });
    }
    let mut rng = Rng::new(0x1_1eaf ^ case.seed);
    for n in [2, 3] {
        for i in 0..[60, 24][n - 2] {
            let q = Quota { t_ns: 10 * rng.range(1, 10), burst: rng.range(2, 5) };
            let one = |rng: &mut Rng| Caller { now: 1_000 + 10 * rng.below(20), cost: rng.range(1, q.burst) };
            let calls: Vec<Caller> = (0..n).map(|_| one(&mut rng)).collect();
            let word = if rng.chance(0.3) { 0 } else { 900 + 10 * rng.below(10 + q.burst * q.t_ns / 10) };
            scenes.push(Scene { q, word, calls, spurious: u8::from(i % 3 == 0), unlucky: 0 });
        }
    }
    // A wrong decision is what to show; a wrong wait, or a write too many, when there is none.
    let mut worst: Option<Finding> = None;
    for scene in &scenes {
        let Some(found) = explore(scene)? else { continue };
        if worst.as_ref().is_none_or(|w| found.rank.0 < w.rank.0) {
            worst = Some(found);
        }
        if worst.as_ref().is_some_and(|w| w.rank.0 == 0) {
            break;
        }
    }
    worst.map_or(Ok(()), |found| Err(found.fail))
}

// A word that threads share.

/// A shared word as one thread sees it.
struct Shared<'a> {
    word: &'a AtomicU64,
    ops: Cell<usize>,
}

impl Shared<'_> {
    fn count(&self) {
        self.ops.set(self.ops.get() + 1);
        // Every lost exchange is another thread's grant, so a call that retries ends long before this.
        if self.ops.get() > 20 * LIMIT {
            resume_unwind(Box::new(Endless));
        }
    }
}

impl Word for Shared<'_> {
    fn load(&self) -> u64 {
        self.count();
        self.word.load(Ordering::SeqCst)
    }
    fn store(&self, value: u64) {
        self.count();
        self.word.store(value, Ordering::SeqCst);
    }
    fn fetch_add(&self, value: u64) -> u64 {
        self.count();
        self.word.fetch_add(value, Ordering::SeqCst)
    }
    fn fetch_sub(&self, value: u64) -> u64 {
        self.count();
        self.word.fetch_sub(value, Ordering::SeqCst)
    }
    fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64> {
        self.count();
        self.word.compare_exchange(current, new, Ordering::SeqCst, Ordering::SeqCst)
    }
}

// A call that never goes on.

/// A shared word for one thread, which is held up before one of its operations until it is let go.
struct Held {
    word: Arc<AtomicU64>,
    /// How many operations go through before that.
    free: Cell<usize>,
    arrived: Sender<()>,
    go: Receiver<()>,
}

impl Held {
    fn pass(&self) -> &AtomicU64 {
        match self.free.get() {
            0 => {
                let _ = self.arrived.send(());
                // Ends when the other end is dropped.
                let _ = self.go.recv();
                self.free.set(usize::MAX);
            }
            // Let go: what it makes of a word that has changed is for other checks, but it has to end.
            n if n < usize::MAX - LIMIT && n > LIMIT => resume_unwind(Box::new(Endless)),
            n => self.free.set(n - 1),
        }
        &self.word
    }
}

impl Word for Held {
    fn load(&self) -> u64 {
        self.pass().load(Ordering::SeqCst)
    }
    fn store(&self, value: u64) {
        self.pass().store(value, Ordering::SeqCst);
    }
    fn fetch_add(&self, value: u64) -> u64 {
        self.pass().fetch_add(value, Ordering::SeqCst)
    }
    fn fetch_sub(&self, value: u64) -> u64 {
        self.pass().fetch_sub(value, Ordering::SeqCst)
    }
    fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64> {
        self.pass().compare_exchange(current, new, Ordering::SeqCst, Ordering::SeqCst)
    }
}

/// Hands a panic on, but not our own.
fn ended(thread: JoinHandle<()>) {
    if let Err(e) = thread.join()
        && !e.is::<Endless>()
    {
        resume_unwind(e);
    }
}

/// No lock can be seen from outside, but whoever waits for one can: A is stopped while it is inside its
/// call, and B has to answer all the same. The patience is for a machine that has other things to do; a call
/// that waits for nobody never needs it.
fn stopped(_: &mut Case) -> Res {
    const PATIENCE: Duration = Duration::from_millis(800);
    let q = Quota { t_ns: 100, burst: 3 };
    for free in [0, 1] {
        let word = Arc::new(AtomicU64::new(0));
        let (arrived, arrives) = mpsc::channel();
        let (let_go, go) = mpsc::channel();
        let held = Held { word: Arc::clone(&word), free: Cell::new(free), arrived, go };
        let a = std::thread::spawn(move || drop(try_acquire(&held as &dyn Word, &q, NOW, 1)));
        if arrives.recv().is_err() {
            // It ended before: with its answer, or in a panic.
            ended(a);
            continue;
        }
        let (answers, answer) = mpsc::channel();
        let b = std::thread::spawn(move || {
            let mine = Shared { word: &word, ops: Cell::new(0) };
            let _ = answers.send(try_acquire(&mine as &dyn Word, &q, NOW, 1));
        });
        // Asked twice: one pause of the whole machine is not the call's fault.
        let mut said_by_b = answer.recv_timeout(PATIENCE);
        if said_by_b == Err(mpsc::RecvTimeoutError::Timeout) {
            said_by_b = answer.recv_timeout(PATIENCE);
        }
        drop(let_go);
        match said_by_b {
            Ok(_) => {
                ended(a);
                ended(b);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => ended(b),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let mut table = Table::new();
                let place = ["its first", "its second"][free];
                let halted = format!("stopped before {place} operation");
                table.row(NOW, "A takes 1".into(), halted.clone(), halted);
                table.row(NOW, "B takes 1".into(), "grant".into(), "no answer".into());
                return table.verdict(&format!(
                    "{}, two threads: A is stopped in the middle of its call, as if its core were gone, and B \
                     waited for A instead of answering; callers share the word and nothing else, no lock either",
                    quota(q)
                ));
            }
        }
    }
    Ok(())
}
