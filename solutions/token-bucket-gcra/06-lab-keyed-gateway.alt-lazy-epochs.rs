//! A million keys, a stepping clock, two policy changes: a key meets a new policy when it comes back.
//!
//! Decide like a limiter that never forgets, while the clock may go back by up to SKEW_NS and the
//! policy changes for all keys at once; hold state for recently used keys only; O(1) amortised.
use std::collections::HashMap;

/// How far the clock may be behind the largest instant already seen.
pub const SKEW_NS: u64 = 100_000_000;

/// One token every `t_ns`; at most `burst` at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

/// A change of policy, as a key that was last written before it needs to know it.
struct Change {
    at_ns: u64,
    t_old: u64,
    to: Quota,
}

/// A TAT as of the first `epoch` changes.
#[derive(Clone, Copy)]
struct Entry {
    tat: u64,
    epoch: usize,
}

pub struct Keyed {
    quota: Quota,
    changes: Vec<Change>,
    entries: HashMap<u64, Entry>,
    latest: u64,
    /// Look through the entries when there are this many.
    enough: usize,
}

impl Keyed {
    pub fn new(q: Quota) -> Keyed {
        Keyed { quota: q, changes: Vec::new(), entries: HashMap::new(), latest: 0, enough: 512 }
    }

    /// True: go ahead.
    pub fn check(&mut self, key: u64, now_ns: u64, cost: u64) -> bool {
        self.latest = self.latest.max(now_ns);
        let (cap, price) = (self.quota.burst * self.quota.t_ns, cost.saturating_mul(self.quota.t_ns));
        if price > cap || cost == 0 {
            return cost == 0;
        }
        let tat = self.entries.get(&key).map_or(0, |e| current(&self.changes, *e));
        let debt = tat.saturating_sub(now_ns) + price;
        if debt > cap {
            return false;
        }
        self.entries.insert(key, Entry { tat: now_ns + debt, epoch: self.changes.len() });
        // A pass when the keys have doubled since the last one: paid for by those that came.
        if self.entries.len() >= self.enough {
            let (changes, earliest) = (&self.changes, self.latest.saturating_sub(SKEW_NS));
            self.entries.retain(|_, e| {
                *e = Entry { tat: current(changes, *e), epoch: changes.len() };
                e.tat > earliest
            });
            self.changes.clear();
            self.entries.values_mut().for_each(|e| e.epoch = 0);
            self.enough = (2 * self.entries.len()).max(512);
        }
        true
    }

    /// The policy from now on; debts are carried over.
    pub fn set_quota(&mut self, q: Quota, now_ns: u64) {
        self.latest = self.latest.max(now_ns);
        self.changes.push(Change { at_ns: now_ns, t_old: self.quota.t_ns, to: q });
        self.quota = q;
    }

    /// Keys that state is held for.
    pub fn tracked(&self) -> usize {
        self.entries.len()
    }
}

/// The TAT after all changes that the entry has not been through.
fn current(changes: &[Change], entry: Entry) -> u64 {
    changes[entry.epoch..].iter().fold(entry.tat, |tat, change| match tat.checked_sub(change.at_ns) {
        None | Some(0) => tat,
        Some(debt) => {
            let scaled = (u128::from(debt) * u128::from(change.to.t_ns)).div_ceil(u128::from(change.t_old));
            change.at_ns + scaled.min(u128::from(change.to.burst * change.to.t_ns)) as u64
        }
    })
}
