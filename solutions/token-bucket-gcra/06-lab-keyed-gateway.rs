//! A million keys, a stepping clock, two policy changes: forget a key when nobody can tell.
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

pub struct Keyed {
    quota: Quota,
    /// TAT by key, for every key that may still owe something at some instant yet to come.
    tats: HashMap<u64, u64>,
    /// So many checks until the next pass over all keys.
    until_pass: usize,
}

impl Keyed {
    pub fn new(q: Quota) -> Keyed {
        Keyed { quota: q, tats: HashMap::new(), until_pass: 0 }
    }

    /// True: go ahead.
    pub fn check(&mut self, key: u64, now_ns: u64, cost: u64) -> bool {
        self.forget(now_ns);
        let Quota { t_ns, burst } = self.quota;
        if cost == 0 || cost > burst {
            return cost == 0;
        }
        let tat = self.tats.get(&key).copied().unwrap_or(0);
        let after = tat.saturating_sub(now_ns) + cost * t_ns;
        let fits = after <= burst * t_ns;
        // A refused key that is not known stays unknown: it owes nothing.
        if fits {
            self.tats.insert(key, now_ns + after);
        }
        fits
    }

    /// The policy from now on; debts are carried over.
    pub fn set_quota(&mut self, q: Quota, now_ns: u64) {
        let (old, new, cap) = (u128::from(self.quota.t_ns), u128::from(q.t_ns), u128::from(q.burst * q.t_ns));
        // A TAT is in time, and what is owed is tokens: the same tokens are another stretch of time now.
        // A TAT that is not above `now_ns` is no debt, but may become one again when the clock goes back.
        for tat in self.tats.values_mut().filter(|tat| **tat > now_ns) {
            let debt = (u128::from(*tat - now_ns) * new).div_ceil(old).min(cap);
            *tat = now_ns + debt as u64;
        }
        self.quota = q;
    }

    /// Keys that state is held for.
    pub fn tracked(&self) -> usize {
        self.tats.len()
    }

    /// Now and then drops every key that nobody can tell from one never met.
    fn forget(&mut self, now_ns: u64) {
        if self.until_pass > 0 {
            self.until_pass -= 1;
            return;
        }
        // Debt 0 now and at every instant that can still come: no later call is more than SKEW_NS below
        // the largest instant seen, so none is more than that below this one.
        let earliest = now_ns.saturating_sub(SKEW_NS);
        // A fresh table for those that stay: a pass also walks over empty places, and a flood leaves many.
        let tats = std::mem::take(&mut self.tats);
        self.tats = tats.into_iter().filter(|(_, tat)| *tat > earliest).collect();
        // As many checks as there are keys pay for the next pass, whatever the clock and the policy do.
        // At most as many keys join until then: it meets twice the keys that still owe, or fewer.
        self.until_pass = self.tats.len();
    }
}
