//! # Two integers per key
//!
//! The number of a window and two counts. Nothing runs when a window ends: the counts are rolled on
//! when somebody asks, on a copy, and only an admission is written back. That is also what makes
//! refusals free. Multiplied by the window, the estimate has no fractions left to round.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The most that the estimate for the last `window_ns` may reach.
    pub limit: u64,
    pub window_ns: u64,
}

/// What is kept per key.
#[derive(Clone, Copy, Default)]
pub struct Counter {
    /// The newest window in which something was admitted.
    index: u64,
    /// Admitted in the window before that one.
    prev: u64,
    /// Admitted in it. Below 2^30, as limits are.
    cur: u64,
}

impl Counter {
    /// Admits a request of `cost` and counts it, or answers false and changes nothing.
    pub fn check(&mut self, policy: &Policy, now_ns: u64, cost: u64) -> bool {
        let admit = cost <= self.remaining(policy, now_ns);
        // A cost of 0 must not move the newest window either.
        if admit && cost > 0 {
            *self = self.at(policy, now_ns).0;
            self.cur += cost;
        }
        admit
    }

    /// The largest cost that would be admitted at `now_ns`.
    pub fn remaining(&self, policy: &Policy, now_ns: u64) -> u64 {
        let (counts, x) = self.at(policy, now_ns);
        let used = wide(counts.prev, policy.window_ns - x) + wide(counts.cur, policy.window_ns);
        // The estimate may be above a limit that was lowered.
        let room = wide(policy.limit, policy.window_ns).saturating_sub(used);
        // At most the limit, so it fits.
        (room / u128::from(policy.window_ns)) as u64
    }

    /// How long until `cost` would be admitted. `None`: never.
    pub fn retry_after_ns(&self, policy: &Policy, now_ns: u64, cost: u64) -> Option<u64> {
        // What may be in use beside this cost.
        let beside = policy.limit.checked_sub(cost)?;
        if cost <= self.remaining(policy, now_ns) {
            return Some(0);
        }
        let (counts, _) = self.at(policy, now_ns);
        let window_ns = policy.window_ns;
        let start_ns = counts.index * window_ns;
        let at_ns = match beside.checked_sub(counts.cur) {
            // In this window the older count fades until it fits into the room.
            Some(room) => start_ns + fade(counts.prev, room, window_ns),
            // This window is too full by itself. In the next it is the one that fades.
            None => start_ns + window_ns + fade(counts.cur, beside, window_ns),
        };
        // A clock that is behind has to come all the way.
        Some(at_ns - now_ns)
    }

    /// The counts as they stand at `now_ns`, and how far into their window that is.
    fn at(&self, policy: &Policy, now_ns: u64) -> (Counter, u64) {
        let (index, x) = (now_ns / policy.window_ns, now_ns % policy.window_ns);
        match index.checked_sub(self.index) {
            None => (*self, 0),
            Some(0) => (*self, x),
            Some(1) => (Counter { index, prev: self.cur, cur: 0 }, x),
            Some(_) => (Counter { index, prev: 0, cur: 0 }, x),
        }
    }
}

/// The smallest x with `count * (window_ns - x) <= room * window_ns`; the count is above the room.
fn fade(count: u64, room: u64, window_ns: u64) -> u64 {
    // Rounded down, what may be left of the window: x is rounded up.
    window_ns - (wide(room, window_ns) / u128::from(count)) as u64
}

/// 10^9 times 10^15 takes 80 bits.
fn wide(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}
