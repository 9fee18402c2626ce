//! A million keys, a stepping clock, two policy changes: an index by expiry, and no pass over all keys.
//!
//! Decide like a limiter that never forgets, while the clock may go back by up to SKEW_NS and the
//! policy changes for all keys at once; hold state for recently used keys only; O(1) amortised.
use std::collections::{BTreeSet, HashMap};

/// How far the clock may be behind the largest instant already seen.
pub const SKEW_NS: u64 = 100_000_000;

/// One token every `t_ns`; at most `burst` at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

/// Every key has one entry in each of the two: its TAT, and its place in the order of TATs.
pub struct Keyed {
    quota: Quota,
    tats: HashMap<u64, u64>,
    order: BTreeSet<(u64, u64)>,
    latest: u64,
}

impl Keyed {
    pub fn new(q: Quota) -> Keyed {
        Keyed { quota: q, tats: HashMap::new(), order: BTreeSet::new(), latest: 0 }
    }

    /// True: go ahead.
    pub fn check(&mut self, key: u64, now_ns: u64, cost: u64) -> bool {
        self.forget(now_ns);
        let Quota { t_ns, burst } = self.quota;
        if cost == 0 {
            return true;
        }
        // The latest TAT at which this request still fits.
        let Some(latest_tat) = burst.checked_sub(cost).map(|rest| now_ns + rest * t_ns) else {
            return false;
        };
        let old = self.tats.get(&key).copied();
        if old.is_some_and(|tat| tat > latest_tat) {
            return false;
        }
        let new = old.unwrap_or(0).max(now_ns) + cost * t_ns;
        if let Some(tat) = self.tats.insert(key, new) {
            self.order.remove(&(tat, key));
        }
        self.order.insert((new, key));
        true
    }

    /// The policy from now on; debts are carried over.
    pub fn set_quota(&mut self, q: Quota, now_ns: u64) {
        self.forget(now_ns);
        let was = std::mem::replace(&mut self.quota, q);
        // All that is above now_ns is at the end of the order.
        let indebted = self.order.split_off(&(now_ns + 1, 0));
        for (tat, key) in indebted {
            let scaled = (u128::from(tat - now_ns) * u128::from(q.t_ns)).div_ceil(u128::from(was.t_ns));
            let tat = now_ns + scaled.min(u128::from(q.burst) * u128::from(q.t_ns)) as u64;
            self.tats.insert(key, tat);
            self.order.insert((tat, key));
        }
    }

    /// Keys that state is held for.
    pub fn tracked(&self) -> usize {
        self.tats.len()
    }

    /// Drops the keys that owe nothing at any instant that can still come.
    fn forget(&mut self, now_ns: u64) {
        self.latest = self.latest.max(now_ns);
        while let Some(&(tat, key)) = self.order.first() {
            if tat + SKEW_NS > self.latest {
                break;
            }
            self.order.pop_first();
            self.tats.remove(&key);
        }
    }
}
