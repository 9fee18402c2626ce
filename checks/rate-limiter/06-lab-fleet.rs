//! Hidden checks of the lab `06-lab-fleet`: one run of a simulated fleet, judged by a ledger of what every node
//! took and spent (it must never be in debt), and by a scorecard.
use crate::{Fail, NodeLimiter, Policy, Request, Taken};
use kit::{Case, Check, Res, Rng, Row, Score};
use std::fmt::Write as _;
use std::sync::OnceLock;

pub const CHECKS: &[Check] = &[
    (
        "spends-what-it-took",
        "a request let through with a token that its node did not have",
        spends_what_it_took,
    ),
    ("policy-monotone", "a decision by policies that a newer push had replaced", policy_monotone),
    ("hot-tenant-held", "a tenant that gets more than its limit from the fleet", hot_tenant_held),
    ("no-partial-spend", "tokens burnt by requests that are denied, or lost", no_partial_spend),
    ("honest-unharmed", "tenants within their limits that are denied", honest_unharmed),
    ("store-load", "a store that is asked too often, or requests that wait for it", store_load),
    ("outage-open-bounded", "an outage in which anything passes, or nothing", outage_open_bounded),
    ("outage-closed-stops", "payments that pass long after the store went dark", outage_closed_stops),
    ("outage-latency", "requests that wait for a store that does not answer", outage_latency),
    ("recovery", "a store that is back, and a node that has not noticed", recovery),
    ("new-policy-enforced", "the limit of a new policy, not reached or not kept", new_policy_enforced),
];

const MS: u64 = kit::MS;
const SEC: u64 = kit::SEC;

const NODES: usize = 20;
const TENANTS: usize = 41;
/// Tenant 0 is the hot one.
const HOT: usize = 0;
const SECONDS: usize = 32;
const DARK: std::ops::Range<u64> = 12 * SEC..22 * SEC;
/// In the middle of it: the control plane is another system than the store.
const DEPLOY: u64 = 17 * SEC;
const LATE_PUSH: u64 = 18 * SEC;
/// Clocks do not start at 0.
const EPOCH: u64 = 1_000 * SEC;
/// For how long a node may let through unpaid what fails open.
const GRACE: u64 = SEC;

const IDS: [u32; 2] = [10, 20];

fn policies(version: u64) -> [Policy; 2] {
    let less = if version == 1 { 1 } else { 2 };
    let policy = |id, t_ns, burst, fail| Policy { id, t_ns: t_ns * less, burst: burst / less, fail };
    [policy(IDS[0], MS, 1_000, Fail::Open), policy(IDS[1], 20 * MS, 50, Fail::Closed)]
}

// ---- the store

#[derive(Clone, Copy)]
struct Bucket {
    tat: u64,
}

/// A call to the store, for the story of the damage.
#[derive(Clone, Copy)]
struct Call {
    policy: usize,
    want: u64,
    got: Option<u64>,
}

/// The store, and everything that the checks know.
struct World {
    buckets: [[Bucket; TENANTS]; 2],
    t_ns: [u64; 2],
    burst: [u64; 2],
    /// Tokens that a node took and has not spent.
    ledger: Vec<[[u64; TENANTS]; 2]>,
    /// When a node last had no answer, true time.
    unanswered: [Option<u64>; NODES],
    /// Of the request being decided.
    calls: Vec<Call>,
    waited: u64,
    strange: Option<String>,
}

impl World {
    /// Tokens that the store has.
    fn left(&self, policy: usize, tenant: usize, at: u64) -> u64 {
        let debt = self.buckets[policy][tenant].tat.saturating_sub(at);
        (self.burst[policy] * self.t_ns[policy]).saturating_sub(debt) / self.t_ns[policy]
    }
}

/// One node's way to the store.
struct Link<'a> {
    world: &'a mut World,
    node: usize,
    at: u64,
}

impl crate::Store for Link<'_> {
    fn take(&mut self, policy: u32, tenant: u64, want: u64) -> Option<Taken> {
        let (world, at) = (&mut *self.world, self.at);
        let known = IDS.iter().position(|id| *id == policy).filter(|_| tenant < TENANTS as u64);
        let Some(p) = known else {
            world.strange =
                Some(format!("take was asked for policy {policy}, tenant {tenant}: there is none such"));
            return None;
        };
        if DARK.contains(&at) {
            world.waited += 20 * MS;
            world.unanswered[self.node] = Some(at);
            world.calls.push(Call { policy: p, want, got: None });
            return None;
        }
        world.waited += MS;
        let tokens = want.min(world.left(p, tenant as usize, at));
        let (t, burst) = (world.t_ns[p], world.burst[p]);
        let bucket = &mut world.buckets[p][tenant as usize];
        let debt = bucket.tat.saturating_sub(at) + tokens * t;
        bucket.tat = at + debt;
        let missing = (want - tokens).min(burst);
        let retry_in_ns = (debt + missing * t).saturating_sub(burst * t);
        world.ledger[self.node][p][tenant as usize] += tokens;
        world.calls.push(Call { policy: p, want, got: Some(tokens) });
        Some(Taken { tokens, retry_in_ns })
    }
}

// ---- the run

/// What is counted in each tenth of a second.
#[derive(Clone, Copy, Default)]
struct Tenth {
    requests: u32,
    hot: u32,
    hot_payments: u32,
    payments: u32,
    /// Honest requests that are no payments, and how many of them were denied.
    honest: u32,
    honest_denied: u32,
    honest_payments: u32,
    honest_payments_denied: u32,
    calls: u32,
    unanswered: u32,
    waited: u64,
}

/// One decision, for the story of the damage.
#[derive(Clone)]
struct Moment {
    at: u64,
    node: usize,
    request: Request,
    /// What the node had of each policy, before it asked.
    had: [u64; 2],
    /// What the store had of each, before it was asked.
    stored: [u64; 2],
    calls: Vec<Call>,
    allow: bool,
    /// The policy that was passed without a token, though it must not be.
    unpaid: Option<usize>,
}

struct Lab {
    tenths: Vec<Tenth>,
    /// Requests by added latency in milliseconds (the last: that or more), a second.
    latency: Vec<[u32; 64]>,
    /// Decisions by an old version, or by one that never was.
    misversioned: u64,
    wrong_version: Option<(u64, usize, u64, u64)>,
    overdrawn: u64,
    damage: Vec<Moment>,
    strange: Option<String>,
}

static LAB: OnceLock<Lab> = OnceLock::new();

/// The run, made once; every check looks at it.
fn lab(case: &Case) -> &'static Lab {
    LAB.get_or_init(|| run(case.seed))
}

/// Who sends the next request, and where to.
fn arrival(rng: &mut Rng) -> (usize, bool, usize) {
    // 3,500 of 4,700 a second are the hot tenant's.
    let dice = rng.next_u64();
    let (low, high) = (dice & 0xffff_ffff, dice >> 32);
    let who = (low * 4_700) >> 32;
    if who < 3_500 {
        let place = (high * 100) >> 32;
        // 40 % to nodes 0 and 1, the rest to the other 18.
        let node = if place < 40 { place % 2 } else { 2 + (high * 18 * 7_919 >> 32) % 18 };
        return (HOT, who < 500, node as usize);
    }
    let honest = (who - 3_500) / 30;
    let node = (honest + 7 * ((high * 3) >> 32)) % NODES as u64;
    (1 + honest as usize, (who - 3_500) % 30 < 3, node as usize)
}

fn run(seed: u64) -> Lab {
    let mut rng = Rng::new(0x6_f1ee7 ^ seed);
    let skew: Vec<u64> = (0..NODES).map(|_| rng.below(100 * MS)).collect();
    let mut nodes: Vec<NodeLimiter> =
        (0..NODES as u64).map(|node| NodeLimiter::new(node, NODES as u64)).collect();
    let mut versions = [1; NODES];
    let first = policies(1);
    let mut world = World {
        buckets: [[Bucket { tat: 0 }; TENANTS]; 2],
        t_ns: first.map(|policy| policy.t_ns),
        burst: first.map(|policy| policy.burst),
        ledger: vec![[[0; TENANTS]; 2]; NODES],
        unanswered: [None; NODES],
        calls: Vec::new(),
        waited: 0,
        strange: None,
    };
    for node in &mut nodes {
        node.apply(1, &first);
    }
    let mut lab = Lab {
        tenths: vec![Tenth::default(); SECONDS * 10],
        latency: vec![[0; 64]; SECONDS],
        misversioned: 0,
        wrong_version: None,
        overdrawn: 0,
        damage: Vec::new(),
        strange: None,
    };
    // The last decisions of each node.
    let mut recent: Vec<Vec<Moment>> = vec![Vec::new(); NODES];
    let (mut deployed, mut pushed_late) = (false, false);
    let mut now = 0;
    loop {
        // 4,700 a second: gaps of 0 to 425,530 ns.
        now += (rng.next_u64() >> 32) * 425_532 >> 32;
        if now >= SECONDS as u64 * SEC {
            break;
        }
        if now >= DEPLOY && !deployed {
            deployed = true;
            let second = policies(2);
            // What each tenant has in the store stays, up to the new burst.
            for (p, policy) in second.iter().enumerate() {
                for tenant in 0..TENANTS {
                    let left = world.left(p, tenant, now).min(policy.burst);
                    world.buckets[p][tenant].tat = now + (policy.burst - left) * policy.t_ns;
                }
            }
            (world.t_ns, world.burst) = (second.map(|p| p.t_ns), second.map(|p| p.burst));
            for (node, version) in nodes.iter_mut().zip(&mut versions) {
                node.apply(2, &second);
                *version = 2;
            }
        }
        if now >= LATE_PUSH && !pushed_late {
            pushed_late = true;
            for node in nodes.iter_mut().step_by(2) {
                node.apply(1, &first);
            }
        }
        let (tenant, payment, node) = arrival(&mut rng);
        let request = Request { tenant: tenant as u64, payment };
        let had = [0, 1].map(|p| world.ledger[node][p][tenant]);
        let stored = [0, 1].map(|p| world.left(p, tenant, now));
        world.calls.clear();
        world.waited = 0;
        let clock = EPOCH - 50 * MS + skew[node] + now;
        let mut link = Link { world: &mut world, node, at: now };
        let verdict = nodes[node].decide(&request, clock, &mut link);
        // The ledger.
        let in_the_dark = world.unanswered[node].is_some_and(|at| now - at <= GRACE);
        let mut unpaid = None;
        if verdict.allow {
            for p in 0..1 + usize::from(payment) {
                let open = p == 0;
                let left = &mut world.ledger[node][p][tenant];
                // In the dark nobody can tell who paid what fails open: it is taken to be unpaid.
                if open && in_the_dark {
                    continue;
                }
                match left.checked_sub(1) {
                    Some(rest) => *left = rest,
                    None => unpaid = Some(p),
                }
            }
        }
        if verdict.policy_version != versions[node] {
            lab.misversioned += 1;
            lab.wrong_version =
                lab.wrong_version.or(Some((now, node, verdict.policy_version, versions[node])));
        }
        // The story is kept up to the first damage.
        if lab.overdrawn == 0 {
            let (calls, allow) = (world.calls.clone(), verdict.allow);
            let moment = Moment { at: now, node, request, had, stored, calls, allow, unpaid };
            let moments = &mut recent[node];
            if moments.len() == 64 {
                moments.drain(..32);
            }
            moments.push(moment);
        }
        if unpaid.is_some() {
            if lab.overdrawn == 0 {
                lab.damage =
                    recent[node].iter().filter(|m| m.request.tenant == tenant as u64).cloned().collect();
            }
            lab.overdrawn += 1;
        }
        count(&mut lab, &world, now, tenant, payment, verdict.allow);
    }
    lab.strange = world.strange;
    lab
}

fn count(lab: &mut Lab, world: &World, now: u64, tenant: usize, payment: bool, allow: bool) {
    let tenth = &mut lab.tenths[(now / (100 * MS)) as usize];
    let allowed = u32::from(allow);
    tenth.requests += 1;
    tenth.calls += world.calls.len() as u32;
    tenth.unanswered += world.calls.iter().filter(|call| call.got.is_none()).count() as u32;
    tenth.waited += world.waited;
    tenth.payments += if payment { allowed } else { 0 };
    match (tenant == HOT, payment) {
        (true, false) => tenth.hot += allowed,
        (true, true) => {
            tenth.hot += allowed;
            tenth.hot_payments += allowed;
        }
        (false, false) => {
            tenth.honest += 1;
            tenth.honest_denied += 1 - allowed;
        }
        (false, true) => {
            tenth.honest_payments += 1;
            tenth.honest_payments_denied += 1 - allowed;
        }
    }
    lab.latency[(now / SEC) as usize][((world.waited / MS) as usize).min(63)] += 1;
}

impl Lab {
    fn sum(&self, of: fn(&Tenth) -> u64, from: u64, to: u64) -> f64 {
        let tenth = |at: u64| (at / (100 * MS)) as usize;
        self.tenths[tenth(from)..tenth(to)].iter().map(of).sum::<u64>() as f64
    }
    fn a_second(&self, of: fn(&Tenth) -> u64, from: u64, to: u64) -> f64 {
        self.sum(of, from, to) / ((to - from) as f64 / SEC as f64)
    }
    /// In per cent.
    fn share(&self, of: fn(&Tenth) -> u64, among: fn(&Tenth) -> u64, from: u64, to: u64) -> f64 {
        100.0 * self.sum(of, from, to) / self.sum(among, from, to)
    }
    /// The 99th percentile of the added latency, in milliseconds, by nearest rank.
    fn p99(&self, seconds: std::ops::Range<usize>) -> f64 {
        let counts = |ms: usize| self.latency[seconds.clone()].iter().map(|s| s[ms]).sum::<u32>();
        let all: u32 = (0..64).map(counts).sum();
        let mut seen = 0;
        for ms in 0..64 {
            seen += counts(ms);
            if 100 * u64::from(seen) >= 99 * u64::from(all) {
                return ms as f64;
            }
        }
        63.0
    }
    fn curve(&self, of: &dyn Fn(usize) -> f64) -> Vec<(u64, f64)> {
        (0..SECONDS).map(|second| (second as u64 * SEC, of(second))).collect()
    }
    fn second(&self, of: fn(&Tenth) -> u64, second: usize) -> f64 {
        self.a_second(of, second as u64 * SEC, (second as u64 + 1) * SEC)
    }
}

const REQUESTS: fn(&Tenth) -> u64 = |t| t.requests.into();
const HOT_IN: fn(&Tenth) -> u64 = |t| t.hot.into();
const HOT_PAYMENTS: fn(&Tenth) -> u64 = |t| t.hot_payments.into();
const PAYMENTS: fn(&Tenth) -> u64 = |t| t.payments.into();
const HONEST: fn(&Tenth) -> u64 = |t| t.honest.into();
const HONEST_DENIED: fn(&Tenth) -> u64 = |t| t.honest_denied.into();
const HONEST_PAYMENTS: fn(&Tenth) -> u64 = |t| t.honest_payments.into();
const HONEST_PAYMENTS_DENIED: fn(&Tenth) -> u64 = |t| t.honest_payments_denied.into();
const CALLS: fn(&Tenth) -> u64 = |t| t.calls.into();
const UNANSWERED: fn(&Tenth) -> u64 = |t| t.unanswered.into();
const WAITED_US: fn(&Tenth) -> u64 = |t| t.waited / 1_000;

// ---- invariants

const NAMES: [&str; 2] = ["requests", "payments"];

fn say_tenant(tenant: u64) -> String {
    if tenant == HOT as u64 { "hot tenant".into() } else { format!("honest tenant {tenant}") }
}

fn spends_what_it_took(case: &mut Case) -> Res {
    let lab = lab(case);
    if let Some(strange) = &lab.strange {
        return kit::fail(strange.clone());
    }
    case.at_most("requests passed with a token that the node did not have", lab.overdrawn as f64, "", 0.0);
    let Some(last) = lab.damage.last() else { return Ok(()) };
    let policy = last.unpaid.unwrap_or(0);
    let mut t = kit::Table::new();
    let story = &lab.damage[lab.damage.len().saturating_sub(8)..];
    for m in story {
        let what = if m.request.payment { "payment" } else { "request" };
        let mut input = format!("node {}, {what}", m.node);
        for p in 0..1 + usize::from(m.request.payment) {
            let _ = write!(input, "; {}: node has {}, store {}", NAMES[p], m.had[p], m.stored[p]);
            for call in m.calls.iter().filter(|call| call.policy == p) {
                let _ = match call.got {
                    Some(got) => write!(input, ", asked for {}, got {got}", call.want),
                    None => write!(input, ", asked for {}, no answer", call.want),
                };
            }
        }
        let word = |allow: bool| if allow { "allow" } else { "deny" };
        let wrong = m.unpaid.is_some();
        let expected = if wrong { "deny" } else { word(m.allow) };
        let row = Row { at: m.at, input, expected: expected.into(), actual: word(m.allow).into() };
        t.push(row, !wrong);
    }
    let why = match (policy, DARK.contains(&last.at)) {
        (1, true) => "payments fail closed: in an outage only tokens in hand pay for them",
        (_, true) => {
            "this node has not asked the store in vain for more than 1 s, so it must not pass requests unpaid"
        }
        _ => "while the store answers every request is paid with a token that its node took",
    };
    t.verdict(&format!(
        "{why}. Node {} let a request of the {} through without a token for {}; {} such in all, the first of them",
        last.node,
        say_tenant(last.request.tenant),
        NAMES[policy],
        lab.overdrawn
    ))
}

/// A store for one node: so many tokens of each policy and no more, under any policy id.
#[derive(Clone)]
struct Shelf {
    tokens: [u64; 2],
    /// It does not answer.
    dark: bool,
    /// What it was asked: the policy, and for how many.
    asked: Vec<(u32, u64)>,
}

impl Shelf {
    fn new(tokens: [u64; 2]) -> Shelf {
        Shelf { tokens, dark: false, asked: Vec::new() }
    }
}

impl crate::Store for Shelf {
    fn take(&mut self, policy: u32, _: u64, want: u64) -> Option<Taken> {
        self.asked.push((policy, want));
        if self.dark {
            return None;
        }
        let left = &mut self.tokens[usize::from(policy % 100 == IDS[1])];
        let tokens = want.min(*left);
        *left -= tokens;
        Some(Taken { tokens, retry_in_ns: if tokens < want { SEC } else { 0 } })
    }
}

/// Which policies does a node decide by? Other pushes have other ids.
fn pushes(case: &mut Case) -> Res {
    let mut node = NodeLimiter::new(3 + case.seed % 5, NODES as u64);
    let mut newest = 0;
    let mut t = kit::Table::new();
    for (i, version) in [1, 1, 3, 2, 3, 1, u64::MAX, 3, u64::MAX].into_iter().enumerate() {
        let ids = IDS.map(|id| id + 100 * i as u32);
        let of = |policy: Policy, id| Policy { id, ..policy };
        let [every, payments] = policies(1);
        node.apply(version, &[of(every, ids[0]), of(payments, ids[1])]);
        newest = newest.max(version);
        // A tenant not met before, so that it must ask.
        let (mut shelf, tenant) = (Shelf::new([1_000; 2]), i as u64);
        let verdict = node.decide(&Request { tenant, payment: true }, EPOCH + i as u64 * SEC, &mut shelf);
        let number = |version| if version == u64::MAX { "2^64 - 1".into() } else { format!("{version}") };
        // Push 0, 2 and 6 are the ones that are news.
        let in_force = [0, 0, 2, 2, 2, 2, 6, 6, 6][i];
        let said = |version, push: u32| format!("by version {}, as of push {}", number(version), push + 1);
        let asked = shelf.asked.first().map_or(in_force, |(id, _)| id / 100);
        let input = format!("push {}: version {}; then a payment", i + 1, number(version));
        t.row(0, input, said(newest, in_force), said(verdict.policy_version, asked));
    }
    t.verdict(
        "a push whose version is not above the newest changes nothing, neither the number nor the policies",
    )?;
    stale_changes_nothing(case)
}

/// A node, and the store that it asks.
struct Twin {
    node: NodeLimiter,
    shelf: Shelf,
}

impl Twin {
    fn new(case: &Case, shelf: &Shelf) -> Twin {
        let mut node = NodeLimiter::new(case.seed % NODES as u64, NODES as u64);
        node.apply(1, &policies(1));
        node.apply(2, &policies(2));
        Twin { node, shelf: shelf.clone() }
    }
    /// Decides a request of one tenant; also in words, with what the store was asked.
    fn decide(&mut self, payment: bool, ms: u64) -> (bool, String) {
        self.shelf.asked.clear();
        let verdict = self.node.decide(&Request { tenant: 7, payment }, EPOCH + ms * MS, &mut self.shelf);
        let mut said = String::from(if verdict.allow { "allow" } else { "deny" });
        for (id, want) in &self.shelf.asked {
            let _ = write!(said, ", asks for {want} of {id}");
        }
        (verdict.allow, said)
    }
}

/// Two nodes with the same calls, but one of them is given a push again: they must go on alike.
fn stale_changes_nothing(case: &Case) -> Res {
    let dark = Shelf { dark: true, ..Shelf::new([0; 2]) };
    for (what, shelf) in [
        ("the store has 1,000 tokens of each policy", Shelf::new([1_000; 2])),
        ("the store has no tokens", Shelf::new([0; 2])),
        ("the store does not answer", dark),
    ] {
        for version in [2, 1] {
            let (mut plain, mut pushed) = (Twin::new(case, &shelf), Twin::new(case, &shelf));
            let mut t = kit::Table::new();
            let mut say = |at: u64, input: String| t.row(at, input, String::new(), String::new());
            say(0, format!("version 2 is in force, {what}"));
            // A payment leaves tokens in hand, or the knowledge that there are none. In the dark the node's own
            // share is used up.
            let most = if shelf.dark { 2_000 } else { 1 };
            let mut before = 0;
            loop {
                let allowed = [&mut plain, &mut pushed].map(|twin| twin.decide(!shelf.dark, 0).0);
                before += 1;
                if before == most || allowed == [false; 2] {
                    break;
                }
            }
            say(0, if shelf.dark { format!("{before} requests, the last denied") } else { "payment".into() });
            pushed.node.apply(version, &policies(version));
            say(0, format!("version {version} is pushed again"));
            for (payment, ms) in [(true, 0), (false, 0), (false, 40), (true, 600)] {
                let (wanted, found) = (plain.decide(payment, ms).1, pushed.decide(payment, ms).1);
                t.row(ms * MS, if payment { "payment" } else { "request" }.into(), wanted, found);
            }
            t.verdict(
                "a push whose version is not above the newest changes nothing: neither tokens in hand, nor the \
                 node's own count, nor what it knows about the store. Expected is what the same node does without \
                 that push",
            )?;
        }
    }
    Ok(())
}

fn policy_monotone(case: &mut Case) -> Res {
    let lab = lab(case);
    let score =
        Score::at_most("decisions by another version than the newest", lab.misversioned as f64, "", 0.0);
    case.score(score.beside(33_127.0, 0.0));
    let Some((at, node, said, newest)) = lab.wrong_version else { return pushes(case) };
    let mut t = kit::Table::new();
    let mut row = |at: u64, input: String, expected: u64, actual: u64| {
        t.row(at, input, format!("by version {expected}"), format!("by version {actual}"));
    };
    row(0, "version 1 is pushed to all nodes".into(), 1, 1);
    if at >= DEPLOY {
        row(DEPLOY, "version 2 is pushed to all nodes".into(), 2, 2);
    }
    if at >= LATE_PUSH && node % 2 == 0 {
        row(LATE_PUSH, format!("version 1 is pushed late, to node {node} and others"), 2, 2);
    }
    row(at, format!("node {node} decides"), newest, said);
    t.verdict("a node decides by the highest version that it was given, and says so")
}

// ---- the scorecard

// Beside each figure stand that of the naive design that the line is about, and that of the reference.

/// What happens to every curve: the outage, and the two pushes of a policy.
fn events(case: &mut Case, curve: &str) {
    case.mark(curve, DARK.start, DARK.end, "the store is dark");
    case.mark(curve, DEPLOY, DEPLOY, "limits are halved");
    case.mark(curve, LATE_PUSH, LATE_PUSH, "the old policy is pushed once more");
}

fn hot_tenant_held(case: &mut Case) -> Res {
    let lab = lab(case);
    case.series("hot tenant admitted", "1/s", &lab.curve(&|s| lab.second(HOT_IN, s)));
    let limit = |s: usize| if s as u64 * SEC < DEPLOY { 1_000.0 } else { 500.0 };
    case.series("hot tenant, limit", "1/s", &lab.curve(&limit));
    events(case, "hot tenant admitted");
    let (from, to) = (4 * SEC, DARK.start);
    case.score(
        Score::at_most("hot tenant admitted, 4-12 s", lab.a_second(HOT_IN, from, to), "1/s", 1_050.0)
            .beside(3_413.0, 1_001.0),
    );
    let payments = lab.a_second(HOT_PAYMENTS, from, to);
    case.score(Score::at_most("hot tenant's payments, 4-12 s", payments, "1/s", 55.0).beside(412.0, 50.0));
    Ok(())
}

/// One token for requests, none for payments: the payment is denied, and a request is due the token.
fn one_token(case: &mut Case) -> Res {
    let mut node = NodeLimiter::new(case.seed % NODES as u64, NODES as u64);
    node.apply(1, &policies(1));
    let mut shelf = Shelf::new([1, 0]);
    let mut t = kit::Table::new();
    for (payment, wanted) in [(true, "deny"), (true, "deny"), (false, "allow"), (false, "deny")] {
        let verdict = node.decide(&Request { tenant: 7, payment }, EPOCH, &mut shelf);
        let what = if payment { "payment" } else { "request" };
        t.row(0, what.into(), wanted.into(), if verdict.allow { "allow" } else { "deny" }.into());
    }
    t.verdict(
        "one node, all at one instant; the store has one token for requests and none for payments. What is not \
         allowed costs nothing",
    )?;
    in_the_dark(case)
}

/// Payments that are denied in the dark leave to requests what the node has: tokens in hand, and its own share.
fn in_the_dark(case: &mut Case) -> Res {
    // The twin's payments are another tenant's, so that it knows about the dark as well.
    let passed = |hand: bool, payer: u64| -> (u32, u32) {
        let mut node = NodeLimiter::new(case.seed % NODES as u64, NODES as u64);
        node.apply(1, &policies(1));
        let mut shelf = Shelf::new([1_000, 0]);
        let mut decide = |tenant, payment, dark| {
            shelf.dark = dark;
            node.decide(&Request { tenant, payment }, EPOCH, &mut shelf).allow
        };
        if hand {
            decide(7, false, false);
        }
        let paid = (0..3).map(|_| u32::from(decide(payer, true, true))).sum();
        (paid, (0..2_000).take_while(|_| decide(7, false, true)).count() as u32)
    };
    for hand in [true, false] {
        let ((paid, with), (_, without)) = (passed(hand, 7), passed(hand, 8));
        let mut t = kit::Table::new();
        let all = |n: u32| format!("{n} allowed");
        if hand {
            let what = "request; the store has 1,000, none for payments";
            t.row(0, what.into(), String::new(), String::new());
        }
        t.row(0, "the store goes dark".into(), String::new(), String::new());
        t.row(0, "3 payments".into(), all(0), all(paid));
        t.row(0, "requests, until one is denied".into(), all(without), all(with));
        t.verdict(
            "one node and tenant, all at one instant. A payment that is denied in the dark costs no token in hand \
             and nothing of the node's own share: in all as many requests pass as without the payments",
        )?;
    }
    Ok(())
}

fn no_partial_spend(case: &mut Case) -> Res {
    let lab = lab(case);
    let (from, to) = (4 * SEC, DARK.start);
    case.score(
        Score::at_least("hot tenant gets its limit, 4-12 s", lab.a_second(HOT_IN, from, to), "1/s", 950.0)
            .beside(912.0, 1_001.0),
    );
    let payments = lab.a_second(HOT_PAYMENTS, from, to);
    case.score(Score::at_least("hot tenant gets its payments, 4-12 s", payments, "1/s", 42.0));
    one_token(case)
}

fn honest_unharmed(case: &mut Case) -> Res {
    let lab = lab(case);
    case.series("honest requests denied", "1/s", &lab.curve(&|s| lab.second(HONEST_DENIED, s)));
    case.series("honest payments denied", "1/s", &lab.curve(&|s| lab.second(HONEST_PAYMENTS_DENIED, s)));
    events(case, "honest requests denied");
    let denied = lab.share(HONEST_DENIED, HONEST, 0, DARK.start);
    case.score(Score::at_most("honest requests denied, 0-12 s", denied, "%", 0.1).beside(0.5, 0.0));
    let denied = lab.share(HONEST_PAYMENTS_DENIED, HONEST_PAYMENTS, 0, DARK.start);
    case.score(Score::at_most("honest payments denied, 0-12 s", denied, "%", 1.0).beside(5.9, 0.0));
    Ok(())
}

fn store_load(case: &mut Case) -> Res {
    let lab = lab(case);
    case.series("store calls", "1/s", &lab.curve(&|s| lab.second(CALLS, s)));
    events(case, "store calls");
    let (from, to) = (4 * SEC, DARK.start);
    let calls = lab.sum(CALLS, from, to) / lab.sum(REQUESTS, from, to);
    case.score(Score::at_most("store calls a request, 4-12 s", calls, "", 0.45).beside(0.98, 0.22));
    case.score(Score::at_most("added latency, p99, 4-12 s", lab.p99(4..12), "ms", 3.0).beside(8.0, 2.0));
    Ok(())
}

fn outage_open_bounded(case: &mut Case) -> Res {
    let lab = lab(case);
    let hot = lab.a_second(HOT_IN, DARK.start, DEPLOY);
    case.score(
        Score::at_most("hot tenant in the dark, 12-17 s", hot, "1/s", 1_500.0).beside(2_971.0, 1_194.0),
    );
    let denied = lab.share(HONEST_DENIED, HONEST, DARK.start, DARK.end);
    case.score(Score::at_most("honest requests denied in the dark", denied, "%", 0.3).beside(98.2, 0.0));
    Ok(())
}

fn outage_closed_stops(case: &mut Case) -> Res {
    let lab = lab(case);
    let paid = lab.sum(PAYMENTS, DARK.start + 600 * MS, DARK.end);
    case.score(
        Score::at_most("payments from 0.6 s after the store went dark", paid, "", 20.0).beside(1_381.0, 0.0),
    );
    Ok(())
}

fn outage_latency(case: &mut Case) -> Res {
    let lab = lab(case);
    case.series("added latency, p99", "ms", &lab.curve(&|s| lab.p99(s..s + 1)));
    events(case, "added latency, p99");
    let (from, to) = (DARK.start, DARK.end);
    let mean = lab.sum(WAITED_US, from, to) / lab.sum(REQUESTS, from, to) / 1_000.0;
    case.score(Score::at_most("added latency in the outage, mean", mean, "ms", 1.0).beside(21.0, 0.17));
    case.score(
        Score::at_most("store calls without an answer", lab.sum(UNANSWERED, from, to), "", 1_500.0)
            .beside(49_380.0, 400.0),
    );
    Ok(())
}

fn recovery(case: &mut Case) -> Res {
    let lab = lab(case);
    let (from, to) = (DARK.end + 2 * SEC, SECONDS as u64 * SEC);
    let denied = lab.share(HONEST_PAYMENTS_DENIED, HONEST_PAYMENTS, from, to);
    case.score(Score::at_most("honest payments denied, 24-32 s", denied, "%", 1.0).beside(100.0, 0.0));
    let hot = lab.a_second(HOT_IN, from, to);
    case.score(
        Score::at_least("hot tenant gets its new limit, 24-32 s", hot, "1/s", 450.0).beside(369.0, 500.0),
    );
    Ok(())
}

fn new_policy_enforced(case: &mut Case) -> Res {
    let lab = lab(case);
    let hot = lab.a_second(HOT_IN, LATE_PUSH + SEC, DARK.end);
    case.score(Score::at_most("hot tenant in the dark, 19-22 s", hot, "1/s", 650.0).beside(2_985.0, 499.0));
    let hot = lab.a_second(HOT_IN, DARK.end + 2 * SEC, SECONDS as u64 * SEC);
    case.score(Score::at_most("hot tenant admitted, 24-32 s", hot, "1/s", 525.0).beside(3_113.0, 500.0));
    Ok(())
}
