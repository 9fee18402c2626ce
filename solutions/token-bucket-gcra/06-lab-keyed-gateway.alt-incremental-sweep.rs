//! A million keys, a stepping clock, two policy changes: two keys are looked at in every call.
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
    /// Key and TAT, in no order; `place` says where a key is.
    rows: Vec<(u64, u64)>,
    place: HashMap<u64, usize>,
    /// The next row to look at.
    hand: usize,
    latest: u64,
}

impl Keyed {
    pub fn new(q: Quota) -> Keyed {
        Keyed { quota: q, rows: Vec::new(), place: HashMap::new(), hand: 0, latest: 0 }
    }

    /// True: go ahead.
    pub fn check(&mut self, key: u64, now_ns: u64, cost: u64) -> bool {
        self.latest = self.latest.max(now_ns);
        self.turn();
        self.turn();
        let Quota { t_ns, burst } = self.quota;
        if cost == 0 || cost > burst {
            return cost == 0;
        }
        let row = self.place.get(&key).copied();
        let debt = row.map_or(0, |i| self.rows[i].1.saturating_sub(now_ns));
        if debt > (burst - cost) * t_ns {
            return false;
        }
        let tat = now_ns + debt + cost * t_ns;
        match row {
            Some(i) => self.rows[i].1 = tat,
            None => {
                self.place.insert(key, self.rows.len());
                self.rows.push((key, tat));
            }
        }
        true
    }

    /// The policy from now on; debts are carried over.
    pub fn set_quota(&mut self, q: Quota, now_ns: u64) {
        self.latest = self.latest.max(now_ns);
        for (_, tat) in &mut self.rows {
            let debt = u128::from(tat.saturating_sub(now_ns));
            let cap = u128::from(q.burst * q.t_ns);
            let scaled = (debt * u128::from(q.t_ns)).div_ceil(u128::from(self.quota.t_ns)).min(cap);
            *tat = if debt == 0 { *tat } else { now_ns + scaled as u64 };
        }
        self.quota = q;
    }

    /// Keys that state is held for.
    pub fn tracked(&self) -> usize {
        self.rows.len()
    }

    /// Looks at one row; drops it when its key can owe nothing any more.
    fn turn(&mut self) {
        self.hand += 1;
        if self.hand >= self.rows.len() {
            self.hand = 0;
        }
        let Some(&(key, tat)) = self.rows.get(self.hand) else { return };
        if tat > self.latest.saturating_sub(SKEW_NS) {
            return;
        }
        self.place.remove(&key);
        self.rows.swap_remove(self.hand);
        if let Some(&(moved, _)) = self.rows.get(self.hand) {
            self.place.insert(moved, self.hand);
        }
    }
}
