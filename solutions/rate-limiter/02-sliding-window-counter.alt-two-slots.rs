//! Two integers per key, as two slots: window k is kept in slot k mod 2, beside its own number. A
//! slot with another number than the one asked for counts nothing, so that nothing is ever rolled.
//! The wait is found without a formula: the estimate never rises while nothing is admitted, so
//! bisection finds the first instant that admits.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub limit: u64,
    pub window_ns: u64,
}

#[derive(Default)]
pub struct Counter {
    slots: [Slot; 2],
}

#[derive(Default)]
struct Slot {
    window: u64,
    count: u64,
}

impl Counter {
    pub fn check(&mut self, policy: &Policy, now_ns: u64, cost: u64) -> bool {
        if cost == 0 {
            return true;
        }
        if cost > self.remaining(policy, now_ns) {
            return false;
        }
        let window = self.window(policy, now_ns);
        let count = self.count(window);
        self.slots[(window % 2) as usize] = Slot { window, count: count + cost };
        true
    }

    pub fn remaining(&self, policy: &Policy, now_ns: u64) -> u64 {
        let window = self.window(policy, now_ns);
        let w = i128::from(policy.window_ns);
        let into = i128::from(now_ns.saturating_sub(window * policy.window_ns));
        let before = if window == 0 { 0 } else { self.count(window - 1) };
        let left = (i128::from(policy.limit) - i128::from(self.count(window))) * w;
        ((left - i128::from(before) * (w - into)) / w).max(0) as u64
    }

    pub fn retry_after_ns(&self, policy: &Policy, now_ns: u64, cost: u64) -> Option<u64> {
        if cost > policy.limit {
            return None;
        }
        let admits = |wait: u64| cost <= self.remaining(policy, now_ns + wait);
        // Two windows after the one that it is judged in, everything is forgotten.
        let clean = (self.window(policy, now_ns) + 2) * policy.window_ns - now_ns;
        let (mut low, mut high) = (0, clean);
        while low < high {
            let middle = low + (high - low) / 2;
            if admits(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Some(low)
    }

    /// The window in which a call at `now_ns` is judged.
    fn window(&self, policy: &Policy, now_ns: u64) -> u64 {
        let newest = self.slots[0].window.max(self.slots[1].window);
        newest.max(now_ns / policy.window_ns)
    }

    fn count(&self, window: u64) -> u64 {
        let slot = &self.slots[(window % 2) as usize];
        if slot.window == window { slot.count } else { 0 }
    }
}
