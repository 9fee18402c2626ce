//! A million keys, a stepping clock, two policy changes: two maps, of which the older is dropped whole.
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

/// A key used since the last change of generation is in `young`; one used in the generation before, and
/// not since, is in `old`. A generation lasts so long that a key not touched during one owes nothing.
pub struct Keyed {
    quota: Quota,
    young: HashMap<u64, u64>,
    old: HashMap<u64, u64>,
    latest: u64,
    ends: u64,
}

impl Keyed {
    pub fn new(q: Quota) -> Keyed {
        Keyed { quota: q, young: HashMap::new(), old: HashMap::new(), latest: 0, ends: 0 }
    }

    /// True: go ahead.
    pub fn check(&mut self, key: u64, now_ns: u64, cost: u64) -> bool {
        self.see(now_ns);
        let Quota { t_ns, burst } = self.quota;
        if cost == 0 || cost > burst {
            return cost == 0;
        }
        let tat = self.young.get(&key).or_else(|| self.old.get(&key)).copied().unwrap_or_default();
        let new = tat.max(now_ns) + cost * t_ns;
        if new - now_ns > burst * t_ns {
            return false;
        }
        self.old.remove(&key);
        self.young.insert(key, new);
        true
    }

    /// The policy from now on; debts are carried over.
    pub fn set_quota(&mut self, q: Quota, now_ns: u64) {
        self.see(now_ns);
        let old = std::mem::replace(&mut self.quota, q);
        for tat in self.young.values_mut().chain(self.old.values_mut()) {
            if *tat > now_ns {
                let debt = u128::from(*tat - now_ns) * u128::from(q.t_ns);
                let debt = debt.div_ceil(u128::from(old.t_ns)).min(u128::from(q.burst * q.t_ns));
                *tat = now_ns + debt as u64;
            }
        }
        // Debts may last longer than they did, up to the new burst from now.
        self.ends = self.latest + self.generation();
    }

    /// Keys that state is held for.
    pub fn tracked(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// No debt lasts longer than a burst after the instant at which it was written, and that instant may
    /// be above the one we are at by as much as the clock may go back.
    fn generation(&self) -> u64 {
        self.quota.burst * self.quota.t_ns + SKEW_NS
    }

    fn see(&mut self, now_ns: u64) {
        self.latest = self.latest.max(now_ns);
        if self.latest >= self.ends {
            // What is in `old` was last written a generation ago, or longer.
            self.old = std::mem::take(&mut self.young);
            self.ends = self.latest + self.generation();
        }
    }
}
