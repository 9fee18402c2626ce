//! Two naive windows, one patient client, without any formula: ask the limiter itself.
//!
//! After the first burst, the next instant at which one more request passes is found by bisection
//! on copies of the limiter: within a window, what is admitted at x is admitted later, too.

use std::collections::BTreeMap;

/// Admits a request while fewer than `limit` were admitted in the window it arrives in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedWindow {
    pub limit: u64,
    pub window_ns: u64,
    /// Number of a window -> requests admitted in it. Missing is 0.
    pub admitted: BTreeMap<u64, u64>,
}

impl FixedWindow {
    pub fn new(limit: u64, window_ns: u64) -> FixedWindow {
        FixedWindow { limit, window_ns, admitted: BTreeMap::new() }
    }

    /// True: admitted. A refused request is not counted.
    pub fn request(&mut self, now_ns: u64) -> bool {
        let cur = self.admitted.entry(now_ns / self.window_ns).or_default();
        let admit = *cur < self.limit;
        *cur += u64::from(admit);
        admit
    }
}

/// Estimates how many were admitted in the last `window_ns`: those of this window, and those of
/// the one before it in proportion to the part of it that is still within `window_ns`. Admits
/// while the estimate and the request together are at most `limit`:
/// `before * (window_ns - x) / window_ns + cur + 1 <= limit`, x into the window, rounding nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlidingCounter {
    pub limit: u64,
    pub window_ns: u64,
    /// Number of a window -> requests admitted in it. Missing is 0.
    pub admitted: BTreeMap<u64, u64>,
}

impl SlidingCounter {
    pub fn new(limit: u64, window_ns: u64) -> SlidingCounter {
        SlidingCounter { limit, window_ns, admitted: BTreeMap::new() }
    }

    /// True: admitted. A refused request is not counted.
    pub fn request(&mut self, now_ns: u64) -> bool {
        let (index, x) = (now_ns / self.window_ns, now_ns % self.window_ns);
        let count = |index: u64| self.admitted.get(&index).copied().unwrap_or(0);
        let before = index.checked_sub(1).map_or(0, count);
        // Multiplied by the window, so that nothing is rounded.
        let weight = before * (self.window_ns - x) + (count(index) + 1) * self.window_ns;
        let admit = weight <= self.limit * self.window_ns;
        *self.admitted.entry(index).or_default() += u64::from(admit);
        admit
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    FixedWindow,
    SlidingCounter,
    SlidingLog,
}

pub fn attack_fixed(limit: u64, window_ns: u64) -> Vec<u64> {
    // Twice as many as can pass, around the last boundary of the range; half of them are refused.
    let edge = 3 * window_ns;
    (0..4 * limit).map(|i| if i < 2 * limit { edge - 1 } else { edge }).collect()
}

pub fn attack_sliding(limit: u64, window_ns: u64) -> Vec<u64> {
    let mut victim = SlidingCounter::new(limit, window_ns);
    let mut sent = Vec::new();
    let first = 2 * window_ns - 1;
    while victim.request(first) {
        sent.push(first);
    }
    while let Some(at) = next(&victim, first + 1, first + window_ns) {
        victim.request(at);
        sent.push(at);
    }
    sent
}

/// The first instant in `[from, to)` at which `victim` admits.
fn next(victim: &SlidingCounter, from: u64, to: u64) -> Option<u64> {
    let (mut lo, mut hi) = (from, to);
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        if victim.clone().request(middle) {
            hi = middle;
        } else {
            lo = middle + 1;
        }
    }
    (lo < to).then_some(lo)
}

pub fn worst_case(kind: Kind, limit: u64) -> u64 {
    let extra = match kind {
        Kind::FixedWindow => limit,
        Kind::SlidingCounter => limit - 1,
        Kind::SlidingLog => 0,
    };
    limit + extra
}
