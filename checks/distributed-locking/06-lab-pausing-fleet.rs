//! Hidden checks of the lab `06-lab-pausing-fleet`.
//!
//! The fleets run once; each check looks at what came of them. Time here is the lock service's, in ms. A fleet
//! in which a promise was broken runs again, up to there, and is written down.
//!
//! The figures beside the learner's are those of the reference and of one naive design per line (the variants
//! in the toml file), at seed 0.
use crate::{Cmd, Event, Node, tuning};
use kit::{Case, MS, Res, Rng, Score, Timeline};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

pub const CHECKS: &[kit::Check] = &[
    ("no-lost-update", "an acknowledged write that is gone", no_lost_update),
    ("no-late-sends", "a node that goes on writing when its lease is over", no_late_sends),
    ("availability", "too much time in which nobody writes", availability),
    ("failover", "a next leader that takes too long", failover),
    ("lock-load", "a lock service that becomes a hot path", lock_load),
    ("churn", "leadership that changes without a reason", churn),
    ("throughput", "a leader that does more than one round trip for a write", throughput),
];

const FLEETS: u64 = 6;
/// More, in which everything fails more often: only what must never happen is judged there.
const ROUGH: u64 = 3;
const NODES: usize = 5;
const SECONDS: u64 = 600;
const END: u64 = SECONDS * 1_000;
const STEP: u64 = 10;
const GAP: u64 = 500;

/// What is on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Msg {
    Lock {
        token: Option<u64>,
        req: u64,
        ttl: u64,
    },
    Seal {
        token: u64,
        seq: u64,
    },
    /// `since`: when its sender last learned what the store holds.
    Write {
        token: Option<u64>,
        seq: u64,
        value: u64,
        since: u64,
    },
    Granted {
        req: u64,
        token: u64,
    },
    Refused {
        req: u64,
        retry_after: u64,
    },
    Sealed {
        token: u64,
        seq: u64,
        value: u64,
    },
    Wrote {
        token: u64,
        seq: u64,
    },
    Stale {
        token: u64,
    },
}

/// A window in which a node is frozen, or cut off.
#[derive(Clone, Copy)]
struct Window {
    from: u64,
    to: u64,
}

/// One node and the world around it.
struct Place {
    node: Node,
    inbox: Vec<Event>,
    offset: u64,
    /// Of its own, in 1_000_000 of the lock service's.
    rate: u64,
    frozen: Window,
    /// Lengths of those to come, from and to.
    freezes: Vec<(u64, u64)>,
    cut: Window,
    /// A rough fleet: how often things fail, times 6.
    rough: bool,
    rng: Rng,
}

impl Place {
    fn clock(&self, t: u64) -> u64 {
        self.offset + t * self.rate / 1_000_000
    }

    /// One in ten freezes is of each of three lengths that matter, the others are short.
    fn next_freeze(&mut self, after: u64) {
        let wait = self.rng.range(6_000, 18_000);
        let from = after + if self.rough { wait / 6 } else { wait };
        if self.freezes.is_empty() {
            self.freezes.extend([(50, 300); 5]);
            self.freezes.extend([
                (800, 2_400),
                (800, 2_400),
                (2_000, 4_000),
                (4_000, 8_000),
                (8_000, 16_000),
            ]);
            self.rng.shuffle(&mut self.freezes);
        }
        let (least, most) = self.freezes.pop().unwrap_or((50, 300));
        self.frozen = Window { from, to: from + self.rng.range(least, most) };
    }

    fn next_cut(&mut self, after: u64) {
        let wait = self.rng.range(60_000, 140_000);
        let from = after + if self.rough { wait / 6 } else { wait };
        self.cut = Window { from, to: from + self.rng.range(2_000, 12_000) };
    }

    /// A rough fleet freezes when it hurts most: what the node has just sent to the store leaves long after.
    fn freeze_after(&mut self, cmds: &[Cmd], t: u64) {
        let chance = match cmds.last() {
            Some(Cmd::Seal { .. }) if self.rough => 0.25,
            Some(Cmd::Write { .. }) if self.rough => 0.01,
            _ => return,
        };
        if self.rng.chance(chance) {
            self.frozen = Window { from: t, to: t + self.rng.range(4_000, 8_000) };
        }
    }

    /// Whether a request or an answer is lost at `t`.
    fn is_lost(&mut self, t: u64, rng: &mut Rng) -> bool {
        rng.chance(if self.rough { 0.3 } else { 0.08 }) | self.is_cut(t)
    }

    fn is_cut(&mut self, t: u64) -> bool {
        while self.cut.to <= t {
            self.next_cut(self.cut.to);
        }
        self.cut.from <= t
    }
}

/// Where something happened, or who did it.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    Node(usize),
    Lock,
    Store,
}

/// What happened, for the timeline. `about` is the node that it has to do with.
struct Note {
    at: u64,
    who: Who,
    about: usize,
    /// A node's dealings with the store.
    of_store: bool,
    text: String,
}

/// A broken promise.
#[derive(Clone)]
struct Broken {
    at: u64,
    node: usize,
    /// Whose write was overwritten.
    other: usize,
    /// Where the story begins.
    since: u64,
    why: String,
}

/// What came of a fleet.
#[derive(Default)]
struct Outcome {
    lost: u64,
    first_lost: Option<Broken>,
    late: u64,
    first_late: Option<Broken>,
    gaps: Vec<u64>,
    asked: u64,
    tokens: u64,
    writes: u64,
    /// Per second.
    written: Vec<u32>,
    requests: Vec<u32>,
    stale: Vec<u32>,
    leader: Vec<f64>,
}

struct World {
    places: Vec<Place>,
    rng: Rng,
    sent: u64,
    flying: BinaryHeap<Reverse<(u64, u64, usize, Msg)>>,
    // The lock service.
    holder: Option<(usize, u64)>,
    expires: u64,
    /// When each node was last granted anything.
    granted_at: [u64; NODES],
    // The store.
    value: u64,
    fence: (u64, u64),
    last_writer: usize,
    last_write: u64,
    /// When each node last learned what the store holds.
    learned: [u64; NODES],
    out: Outcome,
    notes: Option<Vec<Note>>,
}

impl World {
    fn new(seed: u64, rough: bool, noted: bool) -> World {
        let rng = Rng::new(seed);
        let mut rates = [990_000, 994_000, 999_900, 1_000_200, 1_010_000];
        rng.fork("clocks").shuffle(&mut rates);
        let place = |id: usize| {
            let mut rng = rng.fork(&format!("node {id}"));
            let offset = rng.range(1_000, 1_000_000_000);
            let nothing = Window { from: 0, to: 0 };
            let node = Node::new(id as u64, tuning());
            let mut place = Place {
                node,
                inbox: Vec::new(),
                offset,
                rate: rates[id],
                frozen: nothing,
                freezes: Vec::new(),
                cut: nothing,
                rough,
                rng,
            };
            place.next_freeze(0);
            place.next_cut(0);
            place
        };
        let per_second = || vec![0; SECONDS as usize];
        World {
            places: (0..NODES).map(place).collect(),
            rng: rng.fork("network"),
            sent: 0,
            flying: BinaryHeap::new(),
            holder: None,
            expires: 0,
            granted_at: [0; NODES],
            value: 0,
            fence: (0, 0),
            last_writer: 0,
            last_write: 0,
            learned: [0; NODES],
            out: Outcome {
                written: per_second(),
                requests: per_second(),
                stale: per_second(),
                leader: vec![0.0; SECONDS as usize],
                ..Outcome::default()
            },
            notes: noted.then(Vec::new),
        }
    }

    fn note(&mut self, at: u64, who: Who, about: usize, text: impl FnOnce() -> String) {
        if let Some(notes) = &mut self.notes {
            let text = text();
            let of_store = ["write", "seal", "hears: wrote", "hears: stale", "hears: the value"];
            let of_store = of_store.iter().any(|start| text.starts_with(start));
            notes.push(Note { at, who, about, of_store, text });
        }
    }

    fn run(&mut self, until: u64) {
        for tick in 0..END / STEP {
            for id in 0..NODES {
                // Each at its own instant.
                let t = tick * STEP + 2 * id as u64;
                self.deliver(t);
                let place = &mut self.places[id];
                if place.frozen.from <= t {
                    if t < place.frozen.to {
                        continue;
                    }
                    place.next_freeze(t);
                    self.note(t, Who::Node(id), id, || "wakes up".into());
                }
                self.step(t, id);
            }
            if tick * STEP > until {
                return;
            }
            if let Some(leader) = self.out.leader.get_mut((tick * STEP / 1_000) as usize) {
                *leader = match self.holder {
                    Some((id, _)) if tick * STEP < self.expires => id as f64 + 1.0,
                    _ => 0.0,
                };
            }
        }
        self.gap_until(END);
    }

    fn gap_until(&mut self, t: u64) {
        let gap = t - self.last_write;
        if gap > GAP {
            self.out.gaps.push(gap);
        }
        self.last_write = t;
    }

    fn step(&mut self, t: u64, id: usize) {
        let place = &mut self.places[id];
        let inbox = std::mem::take(&mut place.inbox);
        let now = place.clock(t);
        let cmds = place.node.step(now, inbox);
        place.freeze_after(&cmds, t);
        // What is sent just before a freeze leaves after it.
        let frozen = place.frozen.from <= t + STEP;
        let leaves = if frozen { place.frozen.to.max(t) } else { t };
        for cmd in cmds {
            self.send(t, leaves, id, cmd);
        }
        if frozen {
            self.note(t, Who::Node(id), id, || "freezes".into());
        }
    }

    fn post(&mut self, due: u64, id: usize, msg: Msg) {
        self.sent += 1;
        self.flying.push(Reverse((due, self.sent, id, msg)));
    }

    fn send(&mut self, t: u64, leaves: u64, id: usize, cmd: Cmd) {
        let mut due = leaves + self.rng.range(2, 22);
        let second = (t / 1_000).min(SECONDS - 1) as usize;
        let msg = match cmd {
            Cmd::Acquire { req, ttl_ms } => Msg::Lock { token: None, req, ttl: ttl_ms },
            Cmd::Renew { req, token, ttl_ms } => Msg::Lock { token: Some(token), req, ttl: ttl_ms },
            Cmd::Seal { token, seq } => Msg::Seal { token, seq },
            Cmd::Write { token, seq, value } => {
                Msg::Write { token, seq, value, since: self.learned[id].min(t) }
            }
        };
        match msg {
            Msg::Lock { token, req, .. } => {
                self.out.asked += 1;
                self.out.requests[second] += 1;
                let lost = self.places[id].is_lost(leaves, &mut self.rng);
                self.note(t, Who::Node(id), id, || {
                    let what = token.map_or("acquire".into(), |token| format!("renew {token}"));
                    format!("{what}, request {req}{}", if lost { ": lost" } else { "" })
                });
                if lost {
                    return;
                }
            }
            Msg::Write { token, value, seq, .. } => {
                let slow = self.rng.chance(if self.places[id].rough { 0.024 } else { 0.004 });
                if slow {
                    due += self.rng.range(500, 8_000);
                }
                self.note(t, Who::Node(id), id, || {
                    let tag = tag(token, seq);
                    format!("write {value}{tag}{}", if slow { ", slow on its way" } else { "" })
                });
                self.judge_send(t, id, token);
            }
            Msg::Seal { token, seq } => {
                self.note(t, Who::Node(id), id, || format!("seal{}", tag(Some(token), seq)));
            }
            _ => {}
        }
        self.post(due, id, msg);
    }

    /// A write leaves: is the lease still good?
    fn judge_send(&mut self, t: u64, id: usize, token: Option<u64>) {
        let holds = match self.holder {
            Some((holder, held)) => holder == id && token.is_none_or(|token| token == held),
            None => false,
        };
        if holds && t < self.expires {
            return;
        }
        self.out.late += 1;
        if self.out.first_late.is_none() {
            let token = token.map_or(String::new(), |token| format!(" with token {token}"));
            let why = match holds {
                true => format!("its lease ended {} ms before", t - self.expires),
                false => "the lock is not its own any more".into(),
            };
            let pace = match self.places[id].rate {
                rate if rate + 1_000 < 1_000_000 => " (its clock is slow)",
                rate if rate > 1_000_000 + 1_000 => " (its clock is fast)",
                _ => "",
            };
            let why = format!("node {id}{pace} sends a write{token} at {t} ms, and {why}");
            let since = self.granted_at[id];
            self.out.first_late = Some(Broken { at: t, node: id, other: id, since, why });
        }
    }

    fn deliver(&mut self, t: u64) {
        while let Some(Reverse((due, ..))) = self.flying.peek()
            && *due <= t
        {
            let Some(Reverse((now, _, id, msg))) = self.flying.pop() else { return };
            let event = match msg {
                Msg::Lock { token, req, ttl } => {
                    self.lock(now, id, token, req, ttl.clamp(1, 60_000));
                    continue;
                }
                Msg::Seal { .. } | Msg::Write { .. } => {
                    self.store(now, id, msg);
                    continue;
                }
                Msg::Granted { req, token } => Event::Granted { req, token },
                Msg::Refused { req, retry_after } => Event::Refused { req, retry_after_ms: retry_after },
                Msg::Sealed { token, seq, value } => Event::Sealed { token, seq, value },
                Msg::Wrote { token, seq } => Event::Wrote { token, seq },
                Msg::Stale { token } => Event::Stale { token },
            };
            if self.notes.is_some() {
                let text = match event {
                    Event::Granted { req, token } => format!("hears: {req} granted, token {token}"),
                    Event::Refused { req, .. } => format!("hears: {req} refused"),
                    Event::Sealed { token, seq, value } => {
                        format!("hears: the value is {value}{}", tag(Some(token), seq))
                    }
                    Event::Wrote { token, seq } => {
                        format!("hears: wrote{}", tag(Some(token).filter(|token| *token > 0), seq))
                    }
                    Event::Stale { token } => format!("hears: stale, {token}"),
                };
                self.note(now, Who::Node(id), id, || text);
            }
            if matches!(event, Event::Sealed { .. } | Event::Wrote { .. }) {
                self.learned[id] = now;
            }
            self.places[id].inbox.push(event);
        }
    }

    fn lock(&mut self, now: u64, id: usize, renews: Option<u64>, req: u64, ttl: u64) {
        let live = self.holder.filter(|_| now < self.expires);
        let granted = match (live, renews) {
            (Some((holder, held)), None) if holder == id => Some(held),
            (Some((holder, held)), Some(token)) if holder == id && token == held => Some(held),
            (None, None) => {
                self.out.tokens += 1;
                Some(self.out.tokens)
            }
            _ => None,
        };
        let answer = if let Some(token) = granted {
            // Only a new tenure can end earlier than the one before it.
            let kept = if live.is_some() { self.expires } else { 0 };
            self.holder = Some((id, token));
            self.granted_at[id] = now;
            self.expires = kept.max(now + ttl);
            let expires = self.expires;
            self.note(now, Who::Lock, id, || format!("token {token}, node {id}, to {expires}"));
            Msg::Granted { req, token }
        } else {
            self.note(now, Who::Lock, id, || format!("refuses node {id}"));
            Msg::Refused { req, retry_after: if renews.is_some() { 0 } else { self.expires - now } }
        };
        if self.places[id].is_lost(now, &mut self.rng) {
            self.note(now, Who::Lock, id, || "(answer lost)".into());
            return;
        }
        // A line that is about to break is slow before.
        let congested = self.places[id].cut.from <= now + 4_000;
        let late = if self.rng.chance(0.03) | congested { self.rng.range(300, 2_800) } else { 0 };
        let due = now + self.rng.range(2, 22) + late;
        self.post(due, id, answer);
    }

    fn store(&mut self, now: u64, id: usize, msg: Msg) {
        let (token, seq) = match msg {
            Msg::Seal { token, seq } => (Some(token), seq),
            Msg::Write { token, seq, .. } => (token, seq),
            _ => return,
        };
        let due = now + self.rng.range(2, 22);
        if let Some(token) = token {
            if token < self.fence.0 {
                if let Some(stale) = self.out.stale.get_mut((now / 1_000) as usize) {
                    *stale += 1;
                }
                self.note(now, Who::Store, id, || format!("{token}: stale"));
                self.post(due, id, Msg::Stale { token: self.fence.0 });
                return;
            }
            if matches!(msg, Msg::Write { .. }) && (token, seq) <= self.fence {
                self.note(now, Who::Store, id, || format!("dropped{}", tag(Some(token), seq)));
                return;
            }
            self.fence = self.fence.max((token, seq));
        }
        let answer = match msg {
            Msg::Write { value, since, .. } => {
                self.write(now, id, value, (token, seq), since);
                Msg::Wrote { token: token.unwrap_or(0), seq }
            }
            _ => {
                let value = self.value;
                self.note(now, Who::Store, id, || format!("holds {value}"));
                Msg::Sealed { token: self.fence.0, seq, value }
            }
        };
        self.post(due, id, answer);
    }

    fn write(&mut self, now: u64, id: usize, value: u64, name: (Option<u64>, u64), since: u64) {
        let was = self.value;
        if value != was.wrapping_add(1) {
            self.out.lost += 1;
            if self.out.first_lost.is_none() {
                let tag = tag(name.0, name.1);
                let why = format!("the store held {was}, and node {id} writes {value}{tag} over it");
                let other = self.last_writer;
                self.out.first_lost = Some(Broken { at: now, node: id, other, since, why });
            }
        }
        self.value = value;
        self.note(now, Who::Store, id, || format!("{value}, was {was}"));
        self.last_writer = id;
        self.out.writes += 1;
        if let Some(written) = self.out.written.get_mut((now / 1_000) as usize) {
            *written += 1;
        }
        if now <= END {
            self.gap_until(now);
        }
    }
}

fn tag(token: Option<u64>, seq: u64) -> String {
    token.map_or(String::new(), |token| format!(" [{token}.{seq}]"))
}

static FLEET: OnceLock<Vec<Outcome>> = OnceLock::new();

fn seed(case: &Case, fleet: u64) -> u64 {
    0x06f1_ee7 ^ case.seed ^ fleet << 32
}

/// Those of the scorecard.
fn fleets(case: &Case) -> &'static [Outcome] {
    &all_fleets(case)[..FLEETS as usize]
}

/// Runs once; all checks look at it.
fn all_fleets(case: &Case) -> &'static [Outcome] {
    FLEET.get_or_init(|| {
        let run = |fleet: u64| {
            let mut world = World::new(seed(case, fleet), fleet >= FLEETS, false);
            world.run(END);
            world.out
        };
        (0..FLEETS + ROUGH).map(run).collect()
    })
}

/// What a promise is about: the value in the store, or the lease.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Value,
    Lease,
}

/// The story of the first broken promise.
fn story(case: &Case, fleet: u64, broken: &Broken, about: About, promise: &str) -> Res {
    let mut world = World::new(seed(case, fleet), fleet >= FLEETS, true);
    world.run(broken.at + 2 * STEP);
    let name = |id: usize| format!("node {id}");
    let (me, other) = (name(broken.node), name(broken.other));
    let service = if about == About::Value { "store" } else { "lock service" };
    let mut columns = vec![me.as_str()];
    if other != me {
        columns.push(&other);
    }
    columns.push(service);
    let mut told = Timeline::new(&columns);
    for note in world.notes.iter().flatten().skip_while(|note| note.at < broken.since) {
        let here = note.at == broken.at && note.about == broken.node;
        let (column, ends) = match (note.who, about) {
            (Who::Node(id), About::Value) if id == broken.node || id == broken.other => (name(id), false),
            (Who::Store, About::Value) => (service.into(), here && note.text.contains("was")),
            (Who::Node(id), About::Lease) if id == broken.node => {
                let ends = here && note.text.starts_with("write");
                // Of all that it sends to the store only that is of interest.
                if note.of_store && !ends {
                    continue;
                }
                (name(id), ends)
            }
            (Who::Lock, About::Lease) if note.about == broken.node || note.text.starts_with("token") => {
                (service.into(), false)
            }
            _ => continue,
        };
        told.at(note.at * MS, &column, note.text.clone());
        if ends {
            told.broken_here();
            break;
        }
    }
    let number = if fleet >= FLEETS {
        format!("rough fleet {}", fleet - FLEETS + 1)
    } else {
        format!("fleet {}", fleet + 1)
    };
    told.fail(format!("{promise}: {} ({number}, {})", broken.why, numbers()))
}

fn numbers() -> String {
    let t = tuning();
    format!("term {} ms, renewed every {} ms", t.ttl_ms, t.renew_every_ms)
}

fn no_lost_update(case: &mut Case) -> Res {
    let fleets = all_fleets(case);
    let lost: u64 = fleets.iter().map(|fleet| fleet.lost).sum();
    case.score(Score::at_most("lost updates", lost as f64, "writes", 0.0).beside(1_119.0, 0.0));
    // The fleet in which something went wrong, if any.
    let shown = fleets.iter().find(|fleet| fleet.first_lost.is_some()).unwrap_or(&fleets[0]);
    plot(case, shown);
    if let Some(broken) = &shown.first_lost {
        let at = broken.at * MS;
        case.mark("writes per second", at, at, &format!("the first of {} lost updates", shown.lost));
    }
    for (i, fleet) in (0..).zip(fleets) {
        if let Some(broken) = &fleet.first_lost {
            return story(case, i, broken, About::Value, "a write is the stored value plus 1");
        }
    }
    Ok(())
}

fn no_late_sends(case: &mut Case) -> Res {
    let fleets = all_fleets(case);
    let late: u64 = fleets.iter().map(|fleet| fleet.late).sum();
    case.score(Score::at_most("late sends", late as f64, "writes", 0.0).beside(479.0, 0.0));
    for (i, fleet) in (0..).zip(fleets) {
        if let Some(broken) = &fleet.first_late {
            return story(case, i, broken, About::Lease, "nothing is written when the lease is over");
        }
    }
    Ok(())
}

fn availability(case: &mut Case) -> Res {
    let fleets = fleets(case);
    let gaps: u64 = fleets.iter().flat_map(|fleet| &fleet.gaps).sum();
    let share = gaps as f64 * 100.0 / (FLEETS * END) as f64;
    case.score(Score::at_most("time in gaps", share, "%", 20.0).beside(42.5, 13.3));
    Ok(())
}

fn failover(case: &mut Case) -> Res {
    let gaps: Vec<f64> =
        fleets(case).iter().flat_map(|fleet| &fleet.gaps).map(|gap| *gap as f64 / 1e3).collect();
    let p95 = kit::quantile(&gaps, 0.95).unwrap_or(0.0);
    case.score(Score::at_most("95 % of the gaps within", p95, "s", 9.0).beside(14.5, 4.9));
    Ok(())
}

fn lock_load(case: &mut Case) -> Res {
    let asked: u64 = fleets(case).iter().map(|fleet| fleet.asked).sum();
    let rate = asked as f64 / (FLEETS * SECONDS) as f64;
    case.score(Score::at_most("lock requests", rate, "per s", 5.0).beside(9.7, 2.1));
    Ok(())
}

fn churn(case: &mut Case) -> Res {
    let tokens: u64 = fleets(case).iter().map(|fleet| fleet.tokens).sum();
    let mean = tokens as f64 / FLEETS as f64;
    case.score(Score::at_most("tokens per fleet", mean, "", 26.0).beside(38.5, 17.0));
    Ok(())
}

fn throughput(case: &mut Case) -> Res {
    let writes: u64 = fleets(case).iter().map(|fleet| fleet.writes).sum();
    let rate = writes as f64 / (FLEETS * SECONDS) as f64;
    case.score(Score::at_least("writes", rate, "per s", 18.0).beside(14.7, 29.5));
    Ok(())
}

fn plot(case: &mut Case, fleet: &Outcome) {
    let points = |values: &[u32]| -> Vec<(u64, f64)> {
        values.iter().enumerate().map(|(i, value)| (i as u64 * kit::SEC, f64::from(*value))).collect()
    };
    case.series("writes per second", "writes", &points(&fleet.written));
    case.series("lock requests per second", "requests", &points(&fleet.requests));
    case.series("stale answers per second", "answers", &points(&fleet.stale));
    let leader: Vec<(u64, f64)> = (0..).zip(&fleet.leader).map(|(i, id)| (i * kit::SEC, *id)).collect();
    case.series("who holds the lock", "node, 0 for none", &leader);
}
