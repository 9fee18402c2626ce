//! Hidden checks of 01-lease-table. The reference is a log: every lease with all the instants that were promised
//! for it. It grants no tokens of its own, but judges those that the learner's table grants: above all before,
//! and at most what is on the disk.
use crate::{Config, Denied, Disk, Grant, LeaseTable, RenewError};
use kit::{Case, Check, Res, Rng, Row, Table, ensure, fail, forall_cfg};
use std::cell::RefCell;
use std::rc::Rc;

pub const CHECKS: &[Check] = &[
    ("worked-example", "an answer that differs from the example in the exercise", worked_example),
    ("half-open-expiry", "a lease that is live at the instant it expires", half_open_expiry),
    ("idempotent-reacquire", "a retry that is refused, gets another token or a shorter lease", reacquire),
    ("renew-needs-live-lease", "a renewal that revives a lease, or shortens one", renewal),
    ("release-only-own", "a late release that frees someone else's lock", release_only_own),
    ("ttl-in-range", "a ttl of 0 or above the limit, let through or judged too late", ttl_in_range),
    ("tokens-grow", "a token that does not grow, whatever the key", tokens_grow),
    ("tokens-grow-across-crashes", "a restart that grants a token again", tokens_across_crashes),
    ("durable-before-granted", "a token handed out before it is safe on disk", durable_first),
    ("disk-write-budget", "more disk writes than one for each block of tokens", write_budget),
    ("refusals-use-no-tokens", "a token used up by a call that grants none", refusals_use_no_tokens),
    ("many-leases", "a live lease forgotten because there are many", many_leases),
    ("recovery-waits", "a lock given away while its old lease may still be live", recovery_waits),
    ("server-clock-steps-back", "a clock step that stretches or revives a lease", clock_steps_back),
    ("no-overflow", "instants, leases and marks at the ends of their ranges", no_overflow),
    ("random-history", "a table that disagrees with the log of its own grants", random_history),
];

const MS: u64 = kit::MS;
const SEC: u64 = kit::SEC;

// ---- the disk

#[derive(Default)]
struct Platter {
    mark: u64,
    failing: bool,
    /// Asked for, and whether it worked.
    writes: u64,
    failed: u64,
    /// The first write that did not raise the mark by a block: from, to.
    odd: Option<(u64, u64)>,
    block: u64,
}

/// What a crash leaves.
#[derive(Clone)]
struct Shared(Rc<RefCell<Platter>>);

impl Disk for Shared {
    fn high_water(&self) -> u64 {
        self.0.borrow().mark
    }

    fn set_high_water(&mut self, high_water: u64) -> bool {
        let mut platter = self.0.borrow_mut();
        platter.writes += 1;
        if high_water.checked_sub(platter.mark) != Some(platter.block) && platter.odd.is_none() {
            platter.odd = Some((platter.mark, high_water));
        }
        if platter.failing {
            platter.failed += 1;
        } else {
            platter.mark = high_water;
        }
        !platter.failing
    }
}

// ---- calls and answers

#[derive(Clone, Copy)]
enum Call {
    Acquire { key: &'static str, owner: &'static str, ttl: u64 },
    Renew { key: &'static str, owner: &'static str, token: u64, ttl: u64 },
    Release { key: &'static str, owner: &'static str, token: u64 },
    Holder { key: &'static str },
    Restart,
}

fn acquire(key: &'static str, owner: &'static str, ttl: u64) -> Call {
    Call::Acquire { key, owner, ttl }
}

fn renew(key: &'static str, owner: &'static str, token: u64, ttl: u64) -> Call {
    Call::Renew { key, owner, token, ttl }
}

fn release(key: &'static str, owner: &'static str, token: u64) -> Call {
    Call::Release { key, owner, token }
}

fn holder(key: &'static str) -> Call {
    Call::Holder { key }
}

#[derive(Clone, PartialEq)]
enum Said {
    Lease(Grant),
    BadTtl,
    Recovering(u64),
    Held(u64),
    DiskFailed,
    Lost,
    Freed(bool),
    Holder(Option<(String, u64)>),
    Up,
}

/// `2 s`, `300 ms`, `2^62 - 1 ns`.
fn span(ns: u64) -> String {
    let near = |n: u64| n >> 60 > 0 && (n + 1).is_power_of_two();
    match ns {
        0 => "0".to_string(),
        _ if ns >> 60 > 0 && ns.is_power_of_two() => format!("2^{} ns", ns.ilog2()),
        u64::MAX => "2^64 - 1 ns".to_string(),
        _ if near(ns) => format!("2^{} - 1 ns", ns.ilog2() + 1),
        _ if ns % SEC == 0 => format!("{} s", ns / SEC),
        _ if ns % MS == 0 => format!("{} ms", ns / MS),
        _ => format!("{ns} ns"),
    }
}

/// Names as they are, the empty one visible.
fn name(text: &str) -> &str {
    if text.is_empty() { "\"\"" } else { text }
}

impl Call {
    fn show(&self) -> String {
        match *self {
            Call::Acquire { key, owner, ttl } => {
                format!("acquire {} for {}, ttl {}", name(key), name(owner), span(ttl))
            }
            Call::Renew { key, owner, token, ttl } => {
                format!("renew {} for {}, token {token}, ttl {}", name(key), name(owner), span(ttl))
            }
            Call::Release { key, owner, token } => {
                format!("release {} for {}, token {token}", name(key), name(owner))
            }
            Call::Holder { key } => format!("holder of {}", name(key)),
            Call::Restart => "crash, recover".to_string(),
        }
    }
}

impl Said {
    fn show(&self) -> String {
        match self {
            Said::Lease(grant) => format!("token {}, until {}", grant.token, span(grant.expires_ns)),
            Said::BadTtl => "bad ttl".to_string(),
            Said::Recovering(wait) => format!("recovering, retry in {}", span(*wait)),
            Said::Held(wait) => format!("held, retry in {}", span(*wait)),
            Said::DiskFailed => "disk failed".to_string(),
            Said::Lost => "lost".to_string(),
            Said::Freed(true) => "true".to_string(),
            Said::Freed(false) => "false".to_string(),
            Said::Holder(Some((owner, token))) => format!("{}, token {token}", name(owner)),
            Said::Holder(None) => "nobody".to_string(),
            Said::Up => "-".to_string(),
        }
    }
}

// ---- the reference

/// A lease from its grant on, as it was promised.
struct Tenure {
    start: u64,
    key: &'static str,
    owner: &'static str,
    token: u64,
    /// Every instant until which it was said to be live.
    until: Vec<u64>,
    released: bool,
}

impl Tenure {
    fn expires(&self) -> u64 {
        self.until.iter().copied().max().unwrap_or(0)
    }
}

struct Log {
    config: Config,
    /// Instants given since the last start.
    seen: Vec<u64>,
    recovered: Option<u64>,
    starts: u64,
    tenures: Vec<Tenure>,
}

/// What the contract asks for.
enum Due {
    Said(Said),
    /// A new lease until this instant.
    New(u64),
}

impl Log {
    fn now(&self) -> u64 {
        self.seen.iter().copied().max().unwrap_or(0)
    }

    fn live(&mut self, key: &str) -> Option<&mut Tenure> {
        let (now, start) = (self.now(), self.starts);
        let live = |t: &&mut Tenure| t.key == key && t.start == start && !t.released && t.expires() > now;
        self.tenures.iter_mut().rev().find(live)
    }

    fn due(&mut self, now: u64, call: Call) -> Due {
        if let Call::Restart = call {
            self.seen = std::vec![now];
            self.recovered = Some(now);
            self.starts += 1;
            return Due::Said(Said::Up);
        }
        self.seen.push(now);
        let now = self.now();
        let legal = 1..=self.config.max_ttl_ns;
        let waits = self.recovered.map_or(0, |at| (at + self.config.max_ttl_ns).saturating_sub(now));
        Due::Said(match call {
            Call::Acquire { ttl, .. } | Call::Renew { ttl, .. } if !legal.contains(&ttl) => Said::BadTtl,
            Call::Acquire { .. } if waits > 0 => Said::Recovering(waits),
            Call::Acquire { key, owner, ttl } => match self.live(key) {
                None => return Due::New(now + ttl),
                Some(held) if held.owner != owner => Said::Held(held.expires() - now),
                Some(own) => {
                    own.until.push(now + ttl);
                    Said::Lease(Grant { token: own.token, expires_ns: own.expires() })
                }
            },
            Call::Renew { key, owner, token, ttl } => match self.live(key) {
                Some(own) if own.owner == owner && own.token == token => {
                    own.until.push(now + ttl);
                    Said::Lease(Grant { token, expires_ns: own.expires() })
                }
                _ => Said::Lost,
            },
            Call::Release { key, owner, token } => match self.live(key) {
                Some(own) if own.owner == owner && own.token == token => {
                    own.released = true;
                    Said::Freed(true)
                }
                _ => Said::Freed(false),
            },
            Call::Holder { key } => {
                Said::Holder(self.live(key).map(|own| (own.owner.to_string(), own.token)))
            }
            Call::Restart => Said::Up,
        })
    }

    fn highest(&self) -> u64 {
        self.tenures.iter().map(|t| t.token).max().unwrap_or(0)
    }
}

// ---- both together

struct World {
    log: Log,
    platter: Rc<RefCell<Platter>>,
    table: Option<LeaseTable<Shared>>,
    rows: Option<Table>,
    /// Whether the writes are counted at each call. Then only those calls are shown that wrote or went wrong.
    budget: bool,
    bad: bool,
}

impl World {
    fn new(max_ttl: u64, block: u64, mark: u64, shown: bool) -> World {
        let config = Config { max_ttl_ns: max_ttl, token_block: block };
        let platter = Rc::new(RefCell::new(Platter { mark, block, ..Platter::default() }));
        let log = Log { config, seen: Vec::new(), recovered: None, starts: 1, tenures: Vec::new() };
        let disk = Shared(platter.clone());
        let table =
            kit::during(|| format!("create: {}", limits(&config)), || LeaseTable::create(config, disk));
        World { log, platter, table: Some(table), rows: shown.then(Table::new), budget: false, bad: false }
    }

    fn fails(&mut self, failing: bool) {
        self.platter.borrow_mut().failing = failing;
    }

    /// How many writes the leases, starts and failures so far account for.
    fn allowed(&self) -> u64 {
        let platter = self.platter.borrow();
        (self.log.tenures.len() as u64).div_ceil(platter.block) + self.log.starts + platter.failed
    }

    /// The token granted last.
    fn token(&self) -> u64 {
        self.log.tenures.last().map_or(1, |t| t.token)
    }

    fn step(&mut self, now: u64, call: Call) -> &mut World {
        if self.bad {
            return self;
        }
        let (failed_before, writes_before) = {
            let platter = self.platter.borrow();
            (platter.failed, platter.writes)
        };
        let what = || format!("{} at {}: {}", call.show(), span(now), limits(&self.log.config));
        let table = &mut self.table;
        let (config, platter) = (self.log.config, &self.platter);
        let said = kit::during(what, || ask(table, config, platter, now, call));
        let (mark, failed, failing) = {
            let platter = self.platter.borrow();
            (platter.mark, platter.failed > failed_before, platter.failing)
        };
        let highest = self.log.highest();
        // An answer that is not the one the contract names, in its words.
        let expected = match self.log.due(now, call) {
            Due::Said(due) => (said != due).then(|| due.show()),
            Due::New(until) => match &said {
                Said::DiskFailed if failed => None,
                // Nothing can be granted: what was in the mark's reach is granted, and no write succeeds.
                Said::Lease(grant) if grant.token > mark && (failed || failing) => {
                    Some("disk failed".to_string())
                }
                Said::Lease(grant) if grant.token <= highest => {
                    Some(format!("a token above {highest}, until {}", span(until)))
                }
                Said::Lease(grant) if grant.token > mark && highest >= mark => {
                    Some(format!("a write first (mark {mark} is used up), until {}", span(until)))
                }
                Said::Lease(grant) if grant.token > mark => {
                    Some(format!("a token of at most the mark {mark}, until {}", span(until)))
                }
                Said::Lease(grant) if grant.expires_ns == until => None,
                Said::Lease(grant) => Some(format!("token {}, until {}", grant.token, span(until))),
                _ => Some(format!("a new token, until {}", span(until))),
            },
        };
        self.bad = expected.is_some();
        if let (false, Said::Lease(grant), Call::Acquire { key, owner, .. }) = (self.bad, &said, call)
            && grant.token > highest
        {
            let (start, until) = (self.log.starts, std::vec![grant.expires_ns]);
            self.log.tenures.push(Tenure { start, key, owner, token: grant.token, until, released: false });
        }
        let (mut expected, mut actual) = (expected, said.show());
        if self.budget && !self.bad {
            let (most, leases) = (self.allowed(), self.log.tenures.len());
            let writes = self.platter.borrow().writes;
            if writes > most {
                self.bad = true;
                expected = Some(format!("{} for {}", many(most, "write"), many(leases as u64, "lease")));
                actual = format!("{actual}; write {writes}");
            } else if writes == writes_before {
                return self;
            } else {
                actual = format!("{actual}; write {writes}");
            }
        }
        if let Some(rows) = &mut self.rows {
            let disk = if self.platter.borrow().failing { " (disk fails)" } else { "" };
            let expected = expected.unwrap_or_else(|| actual.clone());
            let same = expected == actual;
            rows.push(Row { at: now, input: call.show() + disk, expected, actual }, same && !self.bad);
        }
        self
    }

    fn verdict(&mut self, promise: &str) -> Res {
        let message = format!("{promise} ({})", limits(&self.log.config));
        match self.rows.take() {
            Some(rows) => rows.verdict(&message),
            None => ensure(!self.bad, || message),
        }
    }
}

fn limits(config: &Config) -> String {
    format!("max ttl {}, token block {}", span(config.max_ttl_ns), config.token_block)
}

fn ask(
    table: &mut Option<LeaseTable<Shared>>,
    config: Config,
    platter: &Rc<RefCell<Platter>>,
    now: u64,
    call: Call,
) -> Said {
    if let Call::Restart = call {
        // A crash runs no destructor.
        std::mem::forget(table.take());
        *table = Some(LeaseTable::recover(config, Shared(platter.clone()), now));
        return Said::Up;
    }
    let Some(table) = table else { return Said::Up };
    match call {
        Call::Acquire { key, owner, ttl } => match table.acquire(now, key, owner, ttl) {
            Ok(grant) => Said::Lease(grant),
            Err(Denied::BadTtl) => Said::BadTtl,
            Err(Denied::Recovering { retry_after_ns }) => Said::Recovering(retry_after_ns),
            Err(Denied::Held { retry_after_ns }) => Said::Held(retry_after_ns),
            Err(Denied::DiskFailed) => Said::DiskFailed,
        },
        Call::Renew { key, owner, token, ttl } => match table.renew(now, key, owner, token, ttl) {
            Ok(grant) => Said::Lease(grant),
            Err(RenewError::BadTtl) => Said::BadTtl,
            Err(RenewError::Lost) => Said::Lost,
        },
        Call::Release { key, owner, token } => Said::Freed(table.release(now, key, owner, token)),
        Call::Holder { key } => Said::Holder(table.holder(now, key)),
        Call::Restart => Said::Up,
    }
}

/// Most scenarios: leases to 10 s, blocks of 100, a new disk.
fn usual() -> World {
    World::new(10 * SEC, 100, 0, true)
}

// ---- the checks

fn worked_example(_: &mut Case) -> Res {
    let mut w = usual();
    w.step(0, acquire("job", "A", 10 * SEC)).step(4 * SEC, acquire("job", "B", 10 * SEC));
    let old = w.token();
    w.step(10 * SEC, renew("job", "A", old, 10 * SEC)).step(10 * SEC, acquire("job", "B", 10 * SEC));
    w.step(11 * SEC, Call::Restart).step(12 * SEC, acquire("job", "A", 10 * SEC));
    w.step(21 * SEC, acquire("job", "A", 10 * SEC));
    w.verdict("the example of the exercise, whatever tokens you skip")
}

fn half_open_expiry(_: &mut Case) -> Res {
    let promise = "a lease is live up to the instant it expires, and over at that instant";
    let mut w = usual();
    w.step(SEC, acquire("job", "A", 2 * SEC)).step(3 * SEC - 1, holder("job"));
    w.step(3 * SEC - 1, acquire("job", "B", SEC)).step(3 * SEC, holder("job"));
    w.step(3 * SEC, acquire("job", "B", SEC)).step(3 * SEC, holder("job"));
    w.verdict(promise)?;
    let mut w = usual();
    w.step(SEC, acquire("job", "A", 2 * SEC));
    let token = w.token();
    w.step(3 * SEC - 1, renew("job", "A", token, SEC)).step(4 * SEC - 1, renew("job", "A", token, SEC));
    w.verdict(promise)?;
    let mut w = usual();
    w.step(SEC, acquire("job", "A", 2 * SEC));
    let token = w.token();
    w.step(3 * SEC, release("job", "A", token)).step(3 * SEC, acquire("job", "A", SEC));
    let token = w.token();
    w.step(4 * SEC - 1, release("job", "A", token)).step(4 * SEC - 1, holder("job"));
    w.verdict(promise)?;
    let mut w = usual();
    w.step(SEC, acquire("job", "A", 2 * SEC)).step(3 * SEC - 1, acquire("other", "A", SEC));
    w.step(3 * SEC - 1, holder("job")).step(3 * SEC - 1, acquire("job", "B", SEC));
    w.verdict(promise)
}

fn reacquire(_: &mut Case) -> Res {
    let mut w = usual();
    w.step(0, acquire("job", "A", 5 * SEC)).step(SEC, acquire("job", "A", 5 * SEC));
    w.step(2 * SEC, acquire("job", "A", SEC)).step(3 * SEC, acquire("job", "B", SEC));
    w.verdict("asking again for a lock that one holds gives the same token, and never a shorter lease")?;
    let mut w = World::new(10 * SEC, 1, 0, true);
    w.step(0, acquire("job", "A", 5 * SEC)).fails(true);
    w.step(SEC, acquire("job", "A", 5 * SEC)).step(2 * SEC, holder("job"));
    w.verdict("asking again for a lock that one holds needs no disk")?;
    let writes = w.platter.borrow().writes;
    ensure(writes <= 2, || {
        format!("asking again for a lock that one holds writes nothing to the disk: {writes} writes by now")
    })?;
    let mut w = usual();
    w.step(0, acquire("job", "A", SEC)).step(SEC, acquire("job", "A", SEC));
    w.step(SEC, holder("job")).step(SEC + 5 * MS, acquire("job", "A", SEC));
    w.verdict("a lease that is over is over: its own owner gets a new token, too")
}

fn renewal(_: &mut Case) -> Res {
    let mut w = usual();
    w.step(0, acquire("job", "A", 4 * SEC));
    let token = w.token();
    w.step(SEC, renew("job", "A", token, 6 * SEC)).step(2 * SEC, renew("job", "A", token, SEC));
    w.step(3 * SEC, acquire("job", "B", SEC)).step(7 * SEC, acquire("job", "B", SEC));
    w.verdict("a renewal extends the lease, and never takes back what was promised")?;
    let mut w = usual();
    w.step(0, acquire("job", "A", SEC));
    let token = w.token();
    w.step(2 * SEC, renew("job", "A", token, SEC)).step(2 * SEC, holder("job"));
    w.verdict("a lease that is over is lost, also while nobody else wants it")?;
    let mut w = usual();
    w.step(0, acquire("job", "A", 5 * SEC)).step(0, acquire("other", "A", 5 * SEC));
    let other = w.token();
    w.step(SEC, renew("job", "A", other, 9 * SEC)).step(SEC, renew("other", "B", other, 9 * SEC));
    w.step(SEC, renew("none", "A", other, 9 * SEC)).step(SEC, renew("job", "A", 0, 9 * SEC));
    w.step(5 * SEC, holder("job")).step(5 * SEC, holder("other"));
    w.verdict("a renewal is for the key, the owner and the token of a live lease, all three")?;
    let mut w = usual();
    w.step(0, acquire("job", "A", 5 * SEC));
    let token = w.token();
    w.step(SEC, release("job", "A", token)).step(2 * SEC, renew("job", "A", token, SEC));
    w.step(2 * SEC, holder("job"));
    w.verdict("a lease that was released is lost")
}

fn release_only_own(_: &mut Case) -> Res {
    let mut w = usual();
    w.step(0, acquire("job", "A", SEC));
    let old = w.token();
    w.step(SEC, acquire("job", "B", 5 * SEC)).step(2 * SEC, release("job", "A", old));
    w.step(2 * SEC, holder("job"));
    w.verdict("a release that comes late does not free the lock of the next owner")?;
    let mut w = usual();
    w.step(0, acquire("job", "A", SEC));
    let old = w.token();
    w.step(SEC, acquire("job", "A", 5 * SEC)).step(2 * SEC, release("job", "A", old));
    w.step(2 * SEC, holder("job"));
    w.verdict("a release of an earlier lease does not free the later one of the same owner")?;
    let mut w = usual();
    w.step(0, acquire("job", "A", 5 * SEC));
    let token = w.token();
    w.step(SEC, release("job", "B", token)).step(SEC, release("none", "A", token)).step(SEC, holder("job"));
    w.step(SEC, release("job", "A", token)).step(SEC, holder("job")).step(SEC, release("job", "A", token));
    w.step(SEC, acquire("job", "B", SEC)).step(SEC, holder("job"));
    w.verdict("the holder frees the lock at once, and only the holder does")
}

fn ttl_in_range(_: &mut Case) -> Res {
    let promise = "a ttl is at least 1 ns and at most the longest; this is judged before anything else";
    let mut w = World::new(SEC, 100, 0, true);
    w.step(0, acquire("job", "A", 0)).step(0, acquire("job", "A", SEC + 1)).step(0, holder("job"));
    w.step(0, acquire("job", "A", SEC));
    let token = w.token();
    w.step(0, acquire("job", "B", SEC + 1)).step(0, renew("job", "A", token, 0));
    w.step(0, renew("job", "A", token, SEC + 1)).step(0, renew("job", "B", token, 0));
    w.step(MS, renew("job", "A", token, SEC)).step(2 * MS, acquire("other", "A", 1));
    w.step(2 * MS + 1, holder("other")).step(2 * MS + 1, renew("job", "A", token, 1));
    w.verdict(promise)?;
    let mut w = World::new(SEC, 100, 0, true);
    w.step(0, Call::Restart).step(0, acquire("job", "A", 0)).step(0, acquire("job", "A", u64::MAX));
    w.step(SEC, acquire("job", "A", 0)).step(SEC, renew("job", "A", 1, u64::MAX));
    w.verdict(promise)
}

fn tokens_grow(_: &mut Case) -> Res {
    let mut w = World::new(SEC, 2, 0, true);
    w.step(0, acquire("a", "A", SEC)).step(0, acquire("b", "A", SEC)).step(0, acquire("c", "B", SEC));
    let token = w.token();
    w.step(1, release("c", "B", token)).step(1, acquire("c", "A", SEC)).step(SEC, acquire("a", "A", SEC));
    w.step(SEC, acquire("b", "B", SEC));
    w.verdict("a new lease has a greater token than every lease before it, whatever its key")?;
    let mut w = usual();
    w.step(0, acquire("", "A", SEC)).step(0, acquire("job", "", SEC)).step(0, acquire("job", "A", SEC));
    w.step(0, holder("")).step(0, acquire("", "", SEC)).step(0, acquire("job", "", SEC));
    w.verdict("any string is a key or an owner, the empty one too")
}

fn tokens_across_crashes(_: &mut Case) -> Res {
    let promise = "a token is granted once in the life of a disk, crashes included";
    let mut w = World::new(SEC, 3, 0, true);
    w.step(0, acquire("a", "A", SEC)).step(0, acquire("b", "A", SEC));
    w.step(MS, Call::Restart).step(MS + SEC, acquire("a", "B", SEC)).step(MS + SEC, acquire("b", "B", SEC));
    w.step(MS + SEC, acquire("c", "B", SEC)).step(MS + SEC, Call::Restart);
    w.step(MS + 2 * SEC, acquire("a", "A", SEC));
    w.verdict(promise)?;
    let mut w = World::new(SEC, 1, 0, true);
    w.step(0, acquire("a", "A", SEC)).step(0, Call::Restart).step(0, Call::Restart);
    w.step(SEC, acquire("a", "A", SEC));
    w.verdict(promise)?;
    for block in [1, 10] {
        let mut w = World::new(SEC, block, 40, true);
        w.log.tenures.push(Tenure {
            start: 0,
            key: "before",
            owner: "before",
            token: 40,
            until: Vec::new(),
            released: true,
        });
        w.step(0, acquire("a", "A", SEC));
        w.verdict("a disk whose mark is 40 may have granted token 40 already, also on the first start")?;
    }
    Ok(())
}

fn durable_first(_: &mut Case) -> Res {
    let promise = "a token is on disk before it is granted, and nothing is granted when that fails";
    for block in [1, 2] {
        let mut w = World::new(SEC, block, 0, true);
        w.fails(true);
        w.step(0, acquire("a", "A", SEC)).step(0, acquire("b", "A", SEC)).step(0, holder("a"));
        w.fails(false);
        w.step(MS, acquire("a", "B", SEC)).step(MS, acquire("b", "B", SEC)).step(MS, acquire("c", "B", SEC));
        w.verdict(promise)?;
    }
    let mut w = World::new(SEC, 2, 0, true);
    w.step(0, acquire("a", "A", SEC)).step(0, acquire("b", "A", SEC)).fails(true);
    w.step(0, acquire("c", "A", SEC)).step(0, holder("c")).step(0, holder("a"));
    w.step(MS, Call::Restart).step(MS + SEC, acquire("a", "B", SEC));
    w.fails(false);
    w.step(MS + SEC, acquire("a", "B", SEC));
    w.verdict(promise)?;
    let mut w = World::new(SEC, 10, 0, true);
    w.step(0, acquire("a", "A", SEC)).fails(true);
    w.step(0, acquire("b", "A", SEC));
    let granted = w.log.tenures.len();
    w.verdict("tokens that are reserved already are granted while the disk fails")?;
    ensure(granted == 2, || {
        "the first lease reserved a block of 10 tokens, so the second needs no disk; it was refused because the \
         disk fails"
            .to_string()
    })
}

fn write_budget(case: &mut Case) -> Res {
    for (block, leases, crash_each) in
        [(1, 20, 7), (10, 95, 1000), (100, 101, 1000), (7, 100, 30), (50, 60, 6)]
    {
        let storm = |shown| storm(case.seed ^ 0xd15c, block, leases, crash_each, shown);
        let w = storm(false);
        if let Some((from, to)) = w.platter.borrow().odd {
            return fail(format!(
                "every write raises the mark by exactly the token block of {block}: one raised it from {from} to {to}"
            ));
        }
        if w.bad {
            return storm(true).verdict(
                "a write for each block of leases, and one more for each start and each that failed; only the \
                 calls that wrote are shown",
            );
        }
    }
    Ok(())
}

/// Between leases come calls that grant none.
fn refusals_use_no_tokens(_: &mut Case) -> Res {
    let calls: [(&str, fn(u64) -> Call); 8] = [
        ("a lock that is held, asked for by another", |_| acquire("job", "B", SEC)),
        ("a lock that is held, asked for by its owner", |_| acquire("job", "A", SEC)),
        ("an acquire with a bad ttl", |_| acquire("none", "B", 0)),
        ("a renewal", |token| renew("job", "A", token, SEC)),
        ("a renewal with another's token", |token| renew("job", "B", token, SEC)),
        ("a renewal of what is free", |token| renew("none", "B", token, SEC)),
        ("a release with another's token", |token| release("job", "B", token)),
        ("the question who holds it", |_| holder("job")),
    ];
    for (what, call) in calls {
        let rounds = |shown| {
            let mut w = World::new(SEC, 10, 0, shown);
            w.budget = true;
            for now in 0..6 {
                w.step(now * MS, acquire("job", "A", SEC));
                let token = w.token();
                for _ in 0..12 {
                    w.step(now * MS, call(token));
                }
                w.step(now * MS, release("job", "A", token));
            }
            w
        };
        if rounds(false).bad {
            return rounds(true).verdict(&format!(
                "{what}, 12 times between one lease and the next, uses up no token; only the calls that wrote are \
                 shown"
            ));
        }
    }
    Ok(())
}

/// So many locks are held at once.
const MANY: u64 = 1_050;

fn many_leases(_: &mut Case) -> Res {
    let block = 10;
    let config = Config { max_ttl_ns: 10 * SEC, token_block: block };
    let platter = Rc::new(RefCell::new(Platter { block, ..Platter::default() }));
    let mut table = LeaseTable::create(config, Shared(platter.clone()));
    let keys: Vec<String> = (1..=MANY).map(|n| format!("job-{n}")).collect();
    let mut tokens: Vec<u64> = Vec::new();
    let said = |key: &str, call: &str, expected: String, actual: String| {
        ensure(expected == actual, || {
            format!(
                "{MANY} locks are held at once, all by A and for 10 s: then {call} {key} should answer `{expected}`, \
                 and answers `{actual}` ({})",
                limits(&config)
            )
        })
    };
    let lease = |answer: &Result<Grant, Denied>| match answer {
        Ok(grant) => Said::Lease(*grant).show(),
        Err(why) => format!("{why:?}"),
    };
    for (n, key) in (1_u64..).zip(&keys) {
        let answer = table.acquire(0, key, "A", 10 * SEC);
        match &answer {
            Ok(grant) if grant.token > tokens.last().copied().unwrap_or(0) => tokens.push(grant.token),
            _ => {
                return fail(format!(
                    "lock {n} of {MANY}, each acquired once: {key} is free, and the answer is `{}`",
                    lease(&answer)
                ));
            }
        }
    }
    let writes = platter.borrow().writes;
    let most = MANY.div_ceil(block) + 1;
    ensure(writes <= most, || {
        format!("{MANY} leases, token block {block}: {writes} writes, and at most {most} are allowed")
    })?;
    for (key, token) in keys.iter().zip(&tokens) {
        let (key, token) = (key.as_str(), *token);
        let held = Said::Held(9 * SEC).show();
        let answer = match table.acquire(SEC, key, "B", SEC) {
            Err(Denied::Held { retry_after_ns }) => Said::Held(retry_after_ns).show(),
            other => lease(&other),
        };
        said(key, "acquire for B at 1 s of", held, answer)?;
        if token % 4 == 1 {
            let holder = |of: Option<(String, u64)>| Said::Holder(of).show();
            let due = holder(Some(("A".to_string(), token)));
            said(key, "holder at 1 s of", due, holder(table.holder(SEC, key)))?;
            let due = Said::Lease(Grant { token, expires_ns: 10 * SEC }).show();
            let answer = match table.renew(SEC, key, "A", token, SEC) {
                Ok(grant) => Said::Lease(grant).show(),
                Err(why) => format!("{why:?}"),
            };
            said(key, "renew for A at 1 s of", due, answer)?;
        }
    }
    Ok(())
}

/// One lock, acquired and released again and again, with retries, renewals, failing writes and crashes.
fn storm(seed: u64, block: u64, leases: u64, crash_each: u64, shown: bool) -> World {
    let mut rng = Rng::new(seed);
    let mut w = World::new(SEC, block, 0, shown);
    w.budget = true;
    let mut now = 0;
    for n in 1..=leases {
        w.fails(rng.chance(0.05));
        w.step(now, acquire("job", "A", SEC)).step(now, acquire("job", "A", SEC));
        w.fails(false);
        w.step(now, acquire("job", "A", SEC));
        let token = w.token();
        w.step(now, renew("job", "A", token, SEC)).step(now, release("job", "A", token));
        now += MS;
        if n % crash_each == 0 {
            w.step(now, Call::Restart);
            now += SEC;
        }
    }
    w
}

fn many(n: u64, what: &str) -> String {
    if n == 1 { format!("{n} {what}") } else { format!("{n} {what}s") }
}

fn recovery_waits(_: &mut Case) -> Res {
    let promise =
        "after a crash a lease that was forgotten may be live for the longest ttl, so nothing is granted";
    let mut w = usual();
    w.step(0, acquire("job", "A", 10 * SEC));
    let token = w.token();
    w.step(SEC, Call::Restart).step(2 * SEC, acquire("job", "B", SEC)).step(2 * SEC, holder("job"));
    w.step(3 * SEC, acquire("job", "A", SEC)).step(4 * SEC, renew("job", "A", token, SEC));
    w.step(4 * SEC, release("job", "A", token)).step(11 * SEC - 1, acquire("job", "B", SEC));
    w.step(11 * SEC, acquire("job", "B", SEC));
    w.verdict(promise)?;
    let mut w = usual();
    w.step(5 * SEC, Call::Restart).step(9 * SEC, Call::Restart).step(15 * SEC, acquire("job", "B", SEC));
    w.step(19 * SEC, acquire("job", "B", SEC));
    w.verdict(promise)?;
    let mut w = usual();
    w.step(500 * SEC, acquire("job", "A", SEC)).step(2 * SEC, Call::Restart);
    w.step(11 * SEC, acquire("job", "B", SEC)).step(12 * SEC, acquire("job", "B", SEC));
    w.verdict(
        "a restart waits for the longest ttl on its own clock, which may show less than the one before",
    )?;
    let mut w = usual();
    w.step(0, acquire("job", "A", SEC));
    w.verdict("a first start has nothing to wait for")
}

fn clock_steps_back(_: &mut Case) -> Res {
    let promise = "the table's clock never goes back, and every call moves it";
    let mut w = usual();
    w.step(9 * SEC, acquire("job", "A", 5 * SEC)).step(2 * SEC, acquire("job", "B", SEC));
    w.step(2 * SEC, acquire("other", "B", SEC)).step(14 * SEC, holder("job"));
    w.step(10 * SEC, holder("job")).step(10 * SEC, acquire("job", "B", 5 * SEC));
    w.verdict(promise)?;
    // One call after the other that only moves the clock to the end of the lease.
    let moves: [fn(u64) -> Call; 7] = [
        |_| acquire("job", "B", 0),
        |token| renew("job", "A", token, 0),
        |_| renew("job", "B", 999, SEC),
        |token| release("job", "B", token),
        |_| release("none", "B", 1),
        |_| holder("none"),
        |_| acquire("other", "B", SEC),
    ];
    for moved in moves {
        let mut w = usual();
        w.step(0, acquire("job", "A", 5 * SEC));
        let token = w.token();
        w.step(5 * SEC, moved(token)).step(3 * SEC, renew("job", "A", token, 5 * SEC));
        w.step(3 * SEC, release("job", "A", token)).step(3 * SEC, holder("job"));
        w.step(3 * SEC, acquire("job", "A", SEC));
        w.verdict(promise)?;
    }
    let mut w = usual();
    w.step(0, acquire("job", "A", 2 * SEC));
    let token = w.token();
    w.step(SEC, holder("job")).step(0, renew("job", "A", token, 5 * SEC));
    w.step(0, acquire("job", "A", 6 * SEC)).step(0, acquire("job", "B", SEC));
    w.verdict(promise)?;
    let mut w = usual();
    w.step(20 * SEC, Call::Restart).step(3 * SEC, acquire("job", "B", SEC));
    w.step(29 * SEC, acquire("job", "B", 0)).step(25 * SEC, acquire("job", "B", SEC));
    w.step(30 * SEC, holder("none")).step(25 * SEC, acquire("job", "B", SEC));
    w.verdict(promise)
}

fn no_overflow(_: &mut Case) -> Res {
    let promise = "instants to 2^62, leases to 2^61 ns and marks to 2^61 are all in range";
    let (end, long) = (1 << 62, 1 << 61);
    let mut w = World::new(long, 1 << 20, 0, true);
    w.step(end - 1, acquire("job", "A", long)).step(end, acquire("job", "B", long));
    let token = w.token();
    w.step(end, renew("job", "A", token, long)).step(end, Call::Restart).step(end, acquire("job", "A", long));
    w.verdict(promise)?;
    let mut w = World::new(long, 1 << 20, long, true);
    w.step(0, acquire("job", "A", 1)).step(long, Call::Restart).step(end, acquire("job", "B", long));
    w.step(end, holder("job"));
    w.verdict(promise)
}

#[derive(Clone, Copy, Debug)]
struct Op {
    kind: u8,
    key: u8,
    owner: u8,
    /// In units of 10 ms, as all times here.
    ttl: u64,
    /// Which of the key's tokens: 0 the last, 1 the one before.
    older: u8,
    back: u64,
    fails: bool,
    gap: u64,
}
kit::shrink_fields!(Op { kind, key, owner, ttl, older, back, fails } carry gap);

const UNIT: u64 = 10 * MS;
/// The longest ttl of random histories, in units.
const LONGEST: u64 = 10;

fn random_history(case: &mut Case) -> Res {
    let generate = |rng: &mut Rng, len: usize| {
        let op = |rng: &mut Rng| Op {
            kind: rng.below(16) as u8,
            key: rng.below(2) as u8,
            owner: rng.below(3) as u8,
            ttl: if rng.chance(0.05) { rng.below(LONGEST + 3) } else { rng.range(1, LONGEST) },
            older: u8::from(rng.chance(0.2)),
            back: if rng.chance(0.15) { rng.below(8) } else { 0 },
            fails: rng.chance(0.1),
            gap: if rng.chance(0.3) { 0 } else { rng.below(6) },
        };
        (0..len).map(|_| op(rng)).collect()
    };
    for block in [1, 3] {
        let holds = |ops: &[Op]| {
            if !play(ops, block, false).bad {
                return Ok(());
            }
            play(ops, block, true).verdict("the table answers what the log of its own grants says")
        };
        let config =
            kit::Config { cases: 60, max_len: 60, seed: case.seed ^ 0x1ea5e ^ block, shrink_budget: 4000 };
        forall_cfg(&config, &generate, &holds)?;
    }
    Ok(())
}

fn play(ops: &[Op], block: u64, shown: bool) -> World {
    let mut w = World::new(LONGEST * UNIT, block, 0, shown);
    let mut real = 0_u64;
    for op in ops {
        real = real.saturating_add(op.gap.saturating_mul(UNIT)).min(1 << 61);
        let now = real.saturating_sub(op.back.saturating_mul(UNIT));
        let key = ["job", "other"][usize::from(op.key % 2)];
        let owner = ["A", "B", "C"][usize::from(op.owner % 3)];
        let mut known = w.log.tenures.iter().rev().filter(|t| t.key == key).map(|t| t.token);
        let token = known.nth(op.older.into()).unwrap_or(1);
        let ttl = op.ttl.min(1 << 20) * UNIT;
        w.fails(op.fails);
        w.step(
            now,
            match op.kind {
                0..6 => acquire(key, owner, ttl),
                6..10 => renew(key, owner, token, ttl),
                10..12 => release(key, owner, token),
                12..15 => holder(key),
                _ => Call::Restart,
            },
        );
        if w.bad {
            break;
        }
    }
    w
}
