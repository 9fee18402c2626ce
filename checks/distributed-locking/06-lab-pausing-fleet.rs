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
    ("late-write-lands-before", "a write that was given up, stored just before the next one", lands_before),
    ("late-write-lands-after", "a write that was given up, stored after the next one", lands_after),
    ("late-seal", "a seal that leaves late, and is answered beside the next one", late_seal),
    ("leader-again", "a write of the tenure before, still on its way in the next", leader_again),
];

const FLEETS: u64 = 6;
/// More, in which everything fails more often: only what must never happen is judged there.
const ROUGH: u64 = 3;
/// How long those last in which every trouble is aimed.
const AIMED: u64 = 40_000;
const NODES: usize = 5;
const SECONDS: u64 = 600;
const END: u64 = SECONDS * 1_000;
const STEP: u64 = 10;
const GAP: u64 = 500;
const LONGEST_TERM: u64 = 60_000;

/// What goes wrong in a fleet.
#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    Usual,
    /// The same, six times as often, and some of it when it hurts.
    Rough,
    /// Nothing but this, whenever a node sends what it is aimed at: nothing is left to luck.
    Aimed(Aim),
}

#[derive(Clone, Copy, PartialEq)]
enum Aim {
    /// A write is slow, and lands just before the next write of its node.
    Before,
    /// Or after it.
    After,
    /// A write is slow, and the node freezes when it has sent the seal after it.
    Seal,
    /// The leader freezes on a write until its lease is over, and is the next leader before that lands.
    Again,
}

/// What is on its way to the store, or back. `sent`: when the node sent what this is, or answers.
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
        sent: u64,
    },
    /// `since`: when its sender had sent that of which it last heard an answer.
    Write {
        token: Option<u64>,
        seq: u64,
        value: u64,
        since: u64,
        sent: u64,
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
        sent: u64,
    },
    Wrote {
        token: u64,
        seq: u64,
        sent: u64,
    },
    Stale {
        token: u64,
    },
}

/// A write that an aimed fleet holds back. `leaves`: when it left its node.
#[derive(Clone, Copy)]
struct Held {
    node: usize,
    leaves: u64,
    msg: Msg,
}

/// A window in which a node is frozen, or cut off.
#[derive(Clone, Copy, Default)]
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
    trouble: Trouble,
    rng: Rng,
}

const NEVER: Window = Window { from: u64::MAX, to: u64::MAX };

impl Place {
    fn clock(&self, t: u64) -> u64 {
        self.offset + t * self.rate / 1_000_000
    }

    fn is_rough(&self) -> bool {
        self.trouble == Trouble::Rough
    }

    /// One in ten freezes is of each of three lengths that matter, the others are short.
    fn next_freeze(&mut self, after: u64) {
        if let Trouble::Aimed(_) = self.trouble {
            self.frozen = NEVER;
            return;
        }
        let wait = self.rng.range(6_000, 18_000);
        let from = after + if self.is_rough() { wait / 6 } else { wait };
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
        if let Trouble::Aimed(_) = self.trouble {
            self.cut = NEVER;
            return;
        }
        let wait = self.rng.range(60_000, 140_000);
        let from = after + if self.is_rough() { wait / 6 } else { wait };
        self.cut = Window { from, to: from + self.rng.range(2_000, 12_000) };
    }

    /// A rough fleet freezes when it hurts most: what the node has just sent to the store leaves long after.
    fn freeze_after(&mut self, cmds: &[Cmd], t: u64) {
        let chance = match cmds.last() {
            Some(Cmd::Seal { .. }) if self.is_rough() => 0.25,
            Some(Cmd::Write { .. }) if self.is_rough() => 0.01,
            _ => return,
        };
        if self.rng.chance(chance) {
            self.frozen = Window { from: t, to: t + self.rng.range(4_000, 8_000) };
        }
    }

    /// Whether a request or an answer is lost at `t`.
    fn is_lost(&mut self, t: u64, rng: &mut Rng) -> bool {
        let share = match self.trouble {
            Trouble::Usual => 0.08,
            Trouble::Rough => 0.3,
            Trouble::Aimed(_) => 0.0,
        };
        rng.chance(share) | self.is_cut(t)
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
    kind: Kind,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A write that goes as it should: sent, stored, acknowledged.
    Routine,
    /// Other dealings with the store.
    OfStore,
    Other,
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
    longest_gap: Window,
    /// From the last grant of the shortest tenure to the next one, and whose they are.
    shortest: Option<(u64, Window, usize, usize)>,
    hundredth_write: u64,
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
    tenure_from: u64,
    /// When each node was last granted anything.
    granted_at: [u64; NODES],
    // The store.
    value: u64,
    fence: (u64, u64),
    last_writer: usize,
    last_write: u64,
    /// When the write that is in the store was sent.
    last_sent: u64,
    /// When each node had sent that of which it last heard an answer.
    learned: [u64; NODES],
    // What an aimed fleet is about.
    trouble: Trouble,
    held: Option<Held>,
    next_strike: u64,
    /// Answered since the last strike began.
    seals: u64,
    struck: bool,
    out: Outcome,
    /// What happens, from an instant on, and how long each node holds the lock meanwhile, in ticks.
    notes: Option<(u64, Vec<Note>)>,
    held_for: [u64; NODES],
}

impl World {
    fn new(seed: u64, trouble: Trouble, noted: Option<u64>) -> World {
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
                trouble,
                rng,
            };
            place.next_freeze(0);
            place.next_cut(0);
            place
        };
        let per_second = || std::vec![0; SECONDS as usize];
        World {
            places: (0..NODES).map(place).collect(),
            rng: rng.fork("network"),
            sent: 0,
            flying: BinaryHeap::new(),
            holder: None,
            expires: 0,
            tenure_from: 0,
            granted_at: [0; NODES],
            value: 0,
            fence: (0, 0),
            last_writer: 0,
            last_write: 0,
            last_sent: 0,
            learned: [0; NODES],
            trouble,
            held: None,
            next_strike: 3_000,
            seals: 0,
            struck: false,
            out: Outcome {
                written: per_second(),
                requests: per_second(),
                stale: per_second(),
                leader: std::vec![-1.0; SECONDS as usize],
                ..Outcome::default()
            },
            notes: noted.map(|since| (since, Vec::new())),
            held_for: [0; NODES],
        }
    }

    fn note(&mut self, at: u64, who: Who, about: usize, kind: Kind, text: impl FnOnce() -> String) {
        if let Some((since, notes)) = &mut self.notes
            && at >= *since
        {
            notes.push(Note { at, who, about, kind, text: text() });
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
                    self.note(t, Who::Node(id), id, Kind::Other, || "wakes up".into());
                }
                self.step(t, id);
            }
            if tick * STEP > until {
                return;
            }
            let holder = self.holder.filter(|_| tick * STEP < self.expires).map(|(id, _)| id);
            if let Some(leader) = self.out.leader.get_mut((tick * STEP / 1_000) as usize) {
                *leader = holder.map_or(-1.0, |id| id as f64);
            }
            if let (Some((since, _)), Some(id)) = (&self.notes, holder)
                && tick * STEP >= *since
            {
                self.held_for[id] += 1;
            }
            // Nothing is held back for longer than a write may take.
            if let Some(held) = self.held
                && tick * STEP >= held.leaves + 8_000
            {
                self.release(tick * STEP);
            }
        }
        self.gap_until(END);
    }

    fn gap_until(&mut self, t: u64) {
        let gap = t - self.last_write;
        if gap > GAP {
            self.out.gaps.push(gap);
            if gap > self.out.longest_gap.to - self.out.longest_gap.from {
                self.out.longest_gap = Window { from: self.last_write, to: t };
            }
        }
        self.last_write = t;
    }

    fn step(&mut self, t: u64, id: usize) {
        let place = &mut self.places[id];
        let inbox = std::mem::take(&mut place.inbox);
        let now = place.clock(t);
        let cmds = place.node.step(now, inbox);
        place.freeze_after(&cmds, t);
        self.aim(&cmds, t, id);
        let place = &self.places[id];
        // What is sent just before a freeze leaves after it.
        let frozen = place.frozen.from <= t + STEP;
        let leaves = if frozen { place.frozen.to.max(t) } else { t };
        for cmd in cmds {
            self.send(t, leaves, id, cmd);
        }
        if frozen {
            self.note(t, Who::Node(id), id, Kind::Other, || "freezes".into());
        }
    }

    /// Freezes a node at what an aimed fleet waits for.
    fn aim(&mut self, cmds: &[Cmd], t: u64, id: usize) {
        let Trouble::Aimed(aim) = self.trouble else { return };
        let writes = cmds.iter().any(|cmd| matches!(cmd, Cmd::Write { .. }));
        let seals = cmds.iter().any(|cmd| matches!(cmd, Cmd::Seal { .. }));
        let freeze = |to: u64| Window { from: t, to };
        match (aim, self.held) {
            // What makes the next write leave when the slow one has been on its way for long enough.
            (Aim::Before, Some(held)) if held.node == id && writes && t + 50 < held.leaves + 600 => {
                self.places[id].frozen = freeze(held.leaves + 600);
            }
            (Aim::Seal, Some(held)) if held.node == id && seals && !self.struck => {
                self.struck = true;
                self.places[id].frozen = freeze(t + 1_000);
            }
            (Aim::Again, None) if writes && t >= self.next_strike => {
                let wakes = self.expires + 50;
                if !(t + 50..t + 16_000).contains(&wakes) {
                    return;
                }
                self.places[id].frozen = freeze(wakes);
                for (other, place) in self.places.iter_mut().enumerate() {
                    if other != id {
                        place.cut = Window { from: self.expires.saturating_sub(1_000), to: wakes + 2_000 };
                    }
                }
            }
            _ => {}
        }
    }

    /// A write is sent in an aimed fleet: whether it is held back. If it is the one after that, that one lands.
    fn hold(&mut self, t: u64, leaves: u64, due: u64, node: usize, msg: Msg) -> bool {
        let Trouble::Aimed(aim) = self.trouble else { return false };
        match self.held {
            None if t >= self.next_strike => {
                self.held = Some(Held { node, leaves, msg });
                (self.seals, self.struck) = (0, false);
                true
            }
            Some(held) if held.node == node => {
                let lands = if aim == Aim::Before { due - 1 } else { due + 1 };
                self.release(lands.max(held.leaves + 500));
                false
            }
            _ => false,
        }
    }

    fn release(&mut self, due: u64) {
        if let Some(held) = self.held.take() {
            self.post(due, held.node, held.msg);
            self.next_strike = due + 1_500;
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
            Cmd::Seal { token, seq } => Msg::Seal { token, seq, sent: t },
            Cmd::Write { token, seq, value } => {
                Msg::Write { token, seq, value, since: self.learned[id].min(t), sent: t }
            }
        };
        match msg {
            Msg::Lock { token, req, .. } => {
                self.out.asked += 1;
                self.out.requests[second] += 1;
                let lost = self.places[id].is_lost(leaves, &mut self.rng);
                self.note(t, Who::Node(id), id, Kind::Other, || {
                    let what = token.map_or("acquire".into(), |token| format!("renew {token}"));
                    format!("{what}, request {req}{}", if lost { ": lost" } else { "" })
                });
                if lost {
                    return;
                }
            }
            Msg::Write { token, value, seq, .. } => {
                let share = match self.trouble {
                    Trouble::Usual => 0.004,
                    Trouble::Rough => 0.024,
                    Trouble::Aimed(_) => 0.0,
                };
                let held = self.hold(t, leaves, due, id, msg);
                let slow = self.rng.chance(share) | held;
                if slow && !held {
                    due += self.rng.range(500, 8_000);
                }
                let kind = if slow { Kind::OfStore } else { Kind::Routine };
                self.note(t, Who::Node(id), id, kind, || {
                    let tag = tag(token, seq);
                    format!("write {value}{tag}{}", if slow { ", slow on its way" } else { "" })
                });
                self.judge_send(t, id, token);
                if held {
                    return;
                }
            }
            Msg::Seal { token, seq, .. } => {
                if self.trouble == Trouble::Aimed(Aim::Seal) {
                    due = leaves + 2;
                }
                self.note(t, Who::Node(id), id, Kind::OfStore, || format!("seal{}", tag(Some(token), seq)));
            }
            _ => {}
        }
        self.post(due, id, msg);
    }

    /// A step answers a write: is the lease still good?
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
                    self.lock(now, id, token, req, ttl);
                    continue;
                }
                Msg::Seal { .. } | Msg::Write { .. } => {
                    self.store(now, id, msg);
                    continue;
                }
                Msg::Granted { req, token } => Event::Granted { req, token },
                Msg::Refused { req, retry_after } => Event::Refused { req, retry_after_ms: retry_after },
                Msg::Sealed { token, seq, value, .. } => Event::Sealed { token, seq, value },
                Msg::Wrote { token, seq, .. } => Event::Wrote { token, seq },
                Msg::Stale { token } => Event::Stale { token },
            };
            if self.notes.is_some() {
                let frozen = self.places[id].frozen;
                // A frozen node hears nothing until it wakes up.
                let hears = if (frozen.from..frozen.to).contains(&now) { "arrives" } else { "hears" };
                let (kind, text) = match event {
                    Event::Granted { req, token } => (Kind::Other, format!("{req} granted, token {token}")),
                    Event::Refused { req, .. } => (Kind::Other, format!("{req} refused")),
                    Event::Sealed { token, seq, value } => {
                        (Kind::OfStore, format!("the value is {value}{}", tag(Some(token), seq)))
                    }
                    Event::Wrote { token, seq } => {
                        (Kind::Routine, format!("wrote{}", tag(Some(token).filter(|token| *token > 0), seq)))
                    }
                    Event::Stale { token } => (Kind::OfStore, format!("stale, {token}")),
                };
                self.note(now, Who::Node(id), id, kind, || format!("{hears}: {text}"));
            }
            if let Msg::Sealed { sent, .. } | Msg::Wrote { sent, .. } = msg {
                self.learned[id] = sent;
            }
            self.places[id].inbox.push(event);
        }
    }

    fn lock(&mut self, now: u64, id: usize, renews: Option<u64>, req: u64, ttl: u64) {
        let live = self.holder.filter(|_| now < self.expires);
        let legal = (1..=LONGEST_TERM).contains(&ttl);
        let granted = match (live, renews) {
            _ if !legal => None,
            (Some((holder, held)), None) if holder == id => Some(held),
            (Some((holder, held)), Some(token)) if holder == id && token == held => Some(held),
            (None, None) => {
                if let Some((before, _)) = self.holder {
                    let (lasted, since) = (now - self.tenure_from, self.granted_at[before]);
                    if self.out.shortest.is_none_or(|(least, ..)| lasted < least) {
                        self.out.shortest = Some((lasted, Window { from: since, to: now }, before, id));
                    }
                }
                self.tenure_from = now;
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
            if self.learned[id] == 0 {
                self.learned[id] = now;
            }
            self.note(now, Who::Lock, id, Kind::Other, || format!("token {token}, node {id}, to {expires}"));
            Msg::Granted { req, token }
        } else {
            self.note(now, Who::Lock, id, Kind::Other, || match legal {
                true => format!("refuses node {id}"),
                false => format!("refuses node {id}: ttl_ms is {ttl}"),
            });
            let free = if renews.is_some() || !legal { now } else { self.expires };
            Msg::Refused { req, retry_after: free - now }
        };
        if self.places[id].is_lost(now, &mut self.rng) {
            self.note(now, Who::Lock, id, Kind::Other, || "(answer lost)".into());
            return;
        }
        // A line that is about to break is slow before.
        let aimed = matches!(self.trouble, Trouble::Aimed(_));
        let congested = self.places[id].cut.from <= now + 4_000;
        let late = if (self.rng.chance(0.03) | congested) && !aimed { self.rng.range(300, 2_800) } else { 0 };
        let due = now + self.rng.range(2, 22) + late;
        self.post(due, id, answer);
    }

    fn store(&mut self, now: u64, id: usize, msg: Msg) {
        let (token, seq, sent) = match msg {
            Msg::Seal { token, seq, sent } => (Some(token), seq, sent),
            Msg::Write { token, seq, sent, .. } => (token, seq, sent),
            _ => return,
        };
        let mut due = now + self.rng.range(2, 22);
        if let Some(token) = token {
            if token < self.fence.0 {
                if let Some(stale) = self.out.stale.get_mut((now / 1_000) as usize) {
                    *stale += 1;
                }
                self.note(now, Who::Store, id, Kind::OfStore, || format!("{token}: stale"));
                self.post(due, id, Msg::Stale { token: self.fence.0 });
                return;
            }
            if matches!(msg, Msg::Write { .. }) && (token, seq) <= self.fence {
                self.note(now, Who::Store, id, Kind::OfStore, || format!("dropped{}", tag(Some(token), seq)));
                return;
            }
            self.fence = self.fence.max((token, seq));
        }
        let answer = match msg {
            Msg::Write { value, since, .. } => {
                self.write(now, id, value, (token, seq), (since, sent));
                Msg::Wrote { token: token.unwrap_or(0), seq, sent }
            }
            _ => {
                let value = self.value;
                self.note(now, Who::Store, id, Kind::OfStore, || format!("holds {value}"));
                if self.trouble == Trouble::Aimed(Aim::Seal) {
                    // The answers of two that came together arrive one well after the other.
                    due = now + if self.seals == 0 { 2 } else { 22 };
                    self.seals += 1;
                }
                Msg::Sealed { token: self.fence.0, seq, value, sent }
            }
        };
        self.post(due, id, answer);
    }

    fn write(&mut self, now: u64, id: usize, value: u64, name: (Option<u64>, u64), told: (u64, u64)) {
        let was = self.value;
        let (since, sent) = told;
        if value != was.wrapping_add(1) {
            self.out.lost += 1;
            if self.out.first_lost.is_none() {
                let tag = tag(name.0, name.1);
                let why = format!("the store held {was}, and node {id} writes {value}{tag} over it");
                let other = self.last_writer;
                // The story begins with what either of the two was sent on the strength of.
                let since = since.min(self.last_sent);
                self.out.first_lost = Some(Broken { at: now, node: id, other, since, why });
            }
        }
        self.value = value;
        let kind = if value == was.wrapping_add(1) { Kind::Routine } else { Kind::OfStore };
        self.note(now, Who::Store, id, kind, || format!("{value}, was {was}"));
        (self.last_writer, self.last_sent) = (id, sent);
        self.out.writes += 1;
        if self.out.writes == 100 {
            self.out.hundredth_write = now;
        }
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

/// A fleet that can be run again.
#[derive(Clone, Copy)]
struct Fleet {
    seed: u64,
    trouble: Trouble,
    number: u64,
}

impl Fleet {
    fn of(case: &Case, number: u64) -> Fleet {
        let trouble = if number < FLEETS { Trouble::Usual } else { Trouble::Rough };
        Fleet { seed: seed(case, number), trouble, number }
    }

    fn aimed(case: &Case, aim: Aim) -> Fleet {
        let number = FLEETS + ROUGH + aim as u64;
        Fleet { seed: seed(case, number), trouble: Trouble::Aimed(aim), number }
    }

    fn run(self, until: u64, noted: Option<u64>) -> World {
        let mut world = World::new(self.seed, self.trouble, noted);
        world.run(until);
        world
    }

    fn name(self) -> String {
        match self.trouble {
            Trouble::Usual => format!("fleet {}, ", self.number + 1),
            Trouble::Rough => format!("rough fleet {}, ", self.number - FLEETS + 1),
            Trouble::Aimed(_) => String::new(),
        }
    }
}

/// Those of the scorecard.
fn fleets(case: &Case) -> &'static [Outcome] {
    &all_fleets(case)[..FLEETS as usize]
}

/// Runs once; all checks look at it.
fn all_fleets(case: &Case) -> &'static [Outcome] {
    FLEET.get_or_init(|| {
        (0..FLEETS + ROUGH).map(|number| Fleet::of(case, number).run(END, None).out).collect()
    })
}

/// What a story is about: the value in the store, or the lease.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Value,
    Lease,
}

/// Of a run of writes that go as they should and is longer than this, one line is told.
const ROUTINE: usize = 8;
/// A story with more rows is told in less detail, up to the last dozen.
const LONG: usize = 40;
const DOZEN: usize = 12;

/// The story of the first broken promise.
fn story(fleet: Fleet, broken: &Broken, about: About, promise: &str) -> Res {
    let notes = fleet.run(broken.at + 2 * STEP, Some(broken.since)).notes;
    let name = |id: usize| format!("node {id}");
    let (me, other) = (name(broken.node), name(broken.other));
    let service = if about == About::Value { "store" } else { "lock service" };
    let mut columns = std::vec![me.as_str()];
    if other != me {
        columns.push(&other);
    }
    columns.push(service);
    let mut rows: Vec<(&Note, String)> = Vec::new();
    for note in notes.iter().flat_map(|(_, notes)| notes) {
        let here = note.at == broken.at && note.about == broken.node;
        let (column, ends) = match (note.who, about) {
            (Who::Node(id), About::Value) if id == broken.node || id == broken.other => (name(id), false),
            (Who::Store, About::Value) => (service.into(), here && note.text.contains("was")),
            (Who::Node(id), About::Lease) if id == broken.node => {
                let ends = here && note.text.starts_with("write");
                // Of all that it sends to the store only that is of interest.
                if note.kind != Kind::Other && !ends {
                    continue;
                }
                (name(id), ends)
            }
            (Who::Lock, About::Lease) if note.about == broken.node || note.text.starts_with("token") => {
                (service.into(), false)
            }
            _ => continue,
        };
        rows.push((note, column));
        if ends {
            break;
        }
    }
    // In a long story others come in runs, and of the lock service only grants to this node are news.
    let long = rows.len() > LONG;
    if long {
        let end = rows.split_off(rows.len() - DOZEN);
        let news = |note: &Note| {
            note.kind != Kind::Other || note.about == broken.node && note.text.contains("granted")
        };
        rows.retain(|(note, _)| news(note));
        rows.extend(end);
    }
    let in_run = |note: &Note| note.kind == Kind::Routine || long && note.about != broken.node;
    let mut told = Timeline::new(&columns);
    let (mut next, last) = (0, rows.len().saturating_sub(DOZEN));
    while next < rows.len() {
        let (note, column) = &rows[next];
        // From the third row on, up to the last dozen.
        let run = rows[next..].iter().take_while(|(note, _)| in_run(note)).count();
        let run = run.min(last.saturating_sub(next));
        if next > 2 && run > ROUTINE {
            let of_run = rows[next..next + run].iter().map(|(note, _)| *note);
            let stored: Vec<&Note> =
                of_run.filter(|n| n.who == Who::Store && n.text.contains("was")).collect();
            if let Some(end) = stored.last() {
                told.at(end.at * MS, service, format!("... {} writes: {}", stored.len(), end.text));
            }
            next += run;
            continue;
        }
        told.at(note.at * MS, column, note.text.clone());
        next += 1;
    }
    told.broken_here().fail(format!("{promise}: {} ({}{})", broken.why, fleet.name(), numbers()))
}

/// What the nodes `of`, the lock service and the store did in a time.
fn scene(fleet: Fleet, of: &[usize], time: Window, kinds: &[Kind], rows: usize, message: &str) -> Res {
    let world = fleet.run(time.to, Some(time.from));
    let mut of = of.to_vec();
    if of.is_empty() {
        // Who held the lock, and who wrote next.
        let holder = (0..NODES).max_by_key(|id| world.held_for[*id]).unwrap_or(0);
        of.push(holder);
        of.push(world.last_writer);
    }
    of.dedup();
    let mut columns: Vec<String> = of.iter().map(|id| format!("node {id}")).collect();
    if kinds.contains(&Kind::Other) {
        columns.push("lock service".into());
    }
    if kinds.contains(&Kind::OfStore) {
        columns.push("store".into());
    }
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut told = Timeline::new(&names);
    let notes = world.notes.iter().flat_map(|(_, notes)| notes);
    let shown = notes.filter(|note| of.contains(&note.about) && kinds.contains(&note.kind));
    for note in shown.take_while(|note| note.at <= time.to).take(rows) {
        let column = match note.who {
            Who::Node(id) => format!("node {id}"),
            Who::Lock => "lock service".into(),
            Who::Store => "store".into(),
        };
        told.at(note.at * MS, &column, note.text.clone());
    }
    told.fail(message)
}

const ALL: [Kind; 3] = [Kind::Routine, Kind::OfStore, Kind::Other];

/// The longest time in which nothing was stored.
fn gap_story(case: &Case, what: &str) -> Res {
    let length = |gap: Window| gap.to - gap.from;
    let longest = (0..).zip(fleets(case)).max_by_key(|(_, fleet)| length(fleet.longest_gap));
    let Some((number, outcome)) = longest else { return Ok(()) };
    let Window { from, to } = outcome.longest_gap;
    let fleet = Fleet::of(case, number);
    let message = format!(
        "{what}. The longest gap: nothing is stored from {from} to {to} ms ({}{})",
        fleet.name(),
        numbers()
    );
    scene(fleet, &[], Window { from, to }, &ALL, usize::MAX, &message)
}

/// Nothing may get lost in a fleet in which only this goes wrong.
fn struck(case: &Case, aim: Aim, promise: &str) -> Res {
    let fleet = Fleet::aimed(case, aim);
    match fleet.run(AIMED, None).out.first_lost {
        Some(broken) => story(fleet, &broken, About::Value, promise),
        None => Ok(()),
    }
}

fn lands_before(case: &mut Case) -> Res {
    struck(case, Aim::Before, "a write that was given up may land just before the next one")
}

fn lands_after(case: &mut Case) -> Res {
    struck(case, Aim::After, "a write that was given up may land after the next one")
}

fn late_seal(case: &mut Case) -> Res {
    struck(case, Aim::Seal, "a node may freeze on a seal, and hear of it beside the next one")
}

fn leader_again(case: &mut Case) -> Res {
    struck(case, Aim::Again, "a leader may lead again before what it sent the last time has landed")
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
            return story(Fleet::of(case, i), broken, About::Value, "a write is the stored value plus 1");
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
            return story(
                Fleet::of(case, i),
                broken,
                About::Lease,
                "nothing is written when the lease is over",
            );
        }
    }
    Ok(())
}

fn availability(case: &mut Case) -> Res {
    let fleets = fleets(case);
    let gaps: u64 = fleets.iter().flat_map(|fleet| &fleet.gaps).sum();
    let share = gaps as f64 * 100.0 / (FLEETS * END) as f64;
    case.score(Score::at_most("time in gaps", share, "%", 20.0).beside(42.5, 13.3));
    if share > 20.0 {
        return gap_story(case, &format!("{share:.1} % of the time is in gaps, and at most 20 % may be"));
    }
    Ok(())
}

fn failover(case: &mut Case) -> Res {
    let gaps: Vec<f64> =
        fleets(case).iter().flat_map(|fleet| &fleet.gaps).map(|gap| *gap as f64 / 1e3).collect();
    let p95 = kit::quantile(&gaps, 0.95).unwrap_or(0.0);
    case.score(Score::at_most("95 % of the gaps within", p95, "s", 9.0).beside(14.5, 4.9));
    if p95 > 9.0 {
        return gap_story(
            case,
            &format!("95 % of the gaps last up to {p95:.1} s, and at most 9 s is allowed"),
        );
    }
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
    let shortest = (0..).zip(fleets(case)).filter_map(|(i, fleet)| Some((i, fleet.shortest?)));
    match shortest.min_by_key(|(_, (lasted, ..))| *lasted) {
        Some((number, (lasted, time, before, after))) if mean > 26.0 => {
            let fleet = Fleet::of(case, number);
            let message = format!(
                "{mean:.1} tokens per fleet, and at most 26 are allowed. The shortest tenure: node {before} \
                 leads for {lasted} ms. What happened from its last grant on ({}{})",
                fleet.name(),
                numbers()
            );
            scene(fleet, &[before, after], time, &[Kind::Other], usize::MAX, &message)
        }
        _ => Ok(()),
    }
}

fn throughput(case: &mut Case) -> Res {
    let writes: u64 = fleets(case).iter().map(|fleet| fleet.writes).sum();
    let rate = writes as f64 / (FLEETS * SECONDS) as f64;
    case.score(Score::at_least("writes", rate, "per s", 18.0).beside(14.7, 29.5));
    if rate >= 18.0 {
        return Ok(());
    }
    let what = format!("{rate:.1} writes per second, and at least 18 are asked for");
    let gaps: u64 = fleets(case).iter().flat_map(|fleet| &fleet.gaps).sum();
    let from = fleets(case)[0].hundredth_write;
    if gaps * 3 > FLEETS * END || from == 0 {
        return gap_story(case, &what);
    }
    let fleet = Fleet::of(case, 0);
    let message = format!("{what}. How it goes from the 100th write on ({}{})", fleet.name(), numbers());
    let time = Window { from, to: from + 2_000 };
    scene(fleet, &[], time, &[Kind::Routine, Kind::OfStore], 20, &message)
}

fn plot(case: &mut Case, fleet: &Outcome) {
    let points = |values: &[u32]| -> Vec<(u64, f64)> {
        values.iter().enumerate().map(|(i, value)| (i as u64 * kit::SEC, f64::from(*value))).collect()
    };
    case.series("writes per second", "writes", &points(&fleet.written));
    case.series("lock requests per second", "requests", &points(&fleet.requests));
    case.series("stale answers per second", "answers", &points(&fleet.stale));
    let leader: Vec<(u64, f64)> = (0..).zip(&fleet.leader).map(|(i, id)| (i * kit::SEC, *id)).collect();
    case.series("who holds the lock", "node, -1 for none", &leader);
}
