//! Counts behind a `Cell`, rolled on by whoever looks.
use std::cell::Cell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub limit: u64,
    pub window_ns: u64,
}

#[derive(Default)]
pub struct Counter {
    counts: Cell<(u64, u64, u64)>,
}

impl Counter {
    pub fn check(&mut self, policy: &Policy, now_ns: u64, cost: u64) -> bool {
        let before = self.counts.get();
        let admit = cost <= self.remaining(policy, now_ns);
        let (index, prev, cur) = self.counts.get();
        self.counts.set(if admit && cost > 0 { (index, prev, cur + cost) } else { before });
        admit
    }

    pub fn remaining(&self, policy: &Policy, now_ns: u64) -> u64 {
        let (index, mut x) = (now_ns / policy.window_ns, now_ns % policy.window_ns);
        let (mut newest, mut prev, mut cur) = self.counts.get();
        if index < newest {
            x = 0;
        } else if index > newest {
            (newest, prev, cur) = (index, if index == newest + 1 { cur } else { 0 }, 0);
            self.counts.set((newest, prev, cur));
        }
        let w = u128::from(policy.window_ns);
        let used = u128::from(prev) * (w - u128::from(x)) + u128::from(cur) * w;
        ((u128::from(policy.limit) * w).saturating_sub(used) / w) as u64
    }

    pub fn retry_after_ns(&self, policy: &Policy, now_ns: u64, cost: u64) -> Option<u64> {
        if cost > policy.limit {
            return None;
        }
        let counts = self.counts.get();
        let clean = (counts.0.max(now_ns / policy.window_ns) + 2) * policy.window_ns - now_ns;
        let (mut low, mut high) = (0, clean);
        while low < high {
            let middle = low + (high - low) / 2;
            if cost <= self.remaining(policy, now_ns + middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
            self.counts.set(counts);
        }
        Some(low)
    }
}
