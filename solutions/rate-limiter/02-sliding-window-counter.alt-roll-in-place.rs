//! Two integers per key, in 16 bytes: the instant at which the newest window starts, and two counts
//! of 32 bits. Rolled in place, on a copy that is kept if the request is admitted.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub limit: u64,
    pub window_ns: u64,
}

#[derive(Clone, Copy, Default)]
pub struct Counter {
    start_ns: u64,
    prev: u32,
    cur: u32,
}

impl Counter {
    pub fn check(&mut self, policy: &Policy, now_ns: u64, cost: u64) -> bool {
        let mut rolled = *self;
        let x = rolled.roll(policy, now_ns);
        if cost == 0 {
            return true;
        }
        if cost > policy.limit || !rolled.fits(policy, x, cost) {
            return false;
        }
        rolled.cur += cost as u32;
        *self = rolled;
        true
    }

    pub fn remaining(&self, policy: &Policy, now_ns: u64) -> u64 {
        let mut rolled = *self;
        let x = rolled.roll(policy, now_ns);
        // prev * (W - x) / W, rounded up: a part of a token that is in use is not there.
        let faded = u128::from(rolled.prev) * u128::from(policy.window_ns - x);
        let used = u64::from(rolled.cur) + faded.div_ceil(u128::from(policy.window_ns)) as u64;
        policy.limit.saturating_sub(used)
    }

    pub fn retry_after_ns(&self, policy: &Policy, now_ns: u64, cost: u64) -> Option<u64> {
        if cost > policy.limit {
            return None;
        }
        let mut rolled = *self;
        let x = rolled.roll(policy, now_ns);
        if cost == 0 || rolled.fits(policy, x, cost) {
            return Some(0);
        }
        let mut wait = rolled.start_ns.saturating_sub(now_ns);
        let mut from = x;
        if u64::from(rolled.cur) + cost > policy.limit {
            // Nothing helps in this window: go to the start of the next.
            wait += policy.window_ns - from;
            from = 0;
            let next = rolled.start_ns + policy.window_ns;
            rolled.roll(policy, next);
        }
        if rolled.fits(policy, from, cost) {
            return Some(wait);
        }
        // limit * W - (cur + cost) * W, of which each token of prev takes W - x.
        let room = policy.limit - u64::from(rolled.cur) - cost;
        let room = u128::from(room) * u128::from(policy.window_ns);
        let until = policy.window_ns - (room / u128::from(rolled.prev)) as u64;
        Some(wait + until - from)
    }

    /// Moves on to the window of `now_ns` and answers how far into it that is.
    fn roll(&mut self, policy: &Policy, now_ns: u64) -> u64 {
        if now_ns < self.start_ns {
            return 0;
        }
        let x = now_ns % policy.window_ns;
        let windows = (now_ns - x - self.start_ns) / policy.window_ns;
        if windows > 0 {
            self.prev = if windows == 1 { self.cur } else { 0 };
            self.cur = 0;
        }
        self.start_ns = now_ns - x;
        x
    }

    fn fits(&self, policy: &Policy, x: u64, cost: u64) -> bool {
        let w = u128::from(policy.window_ns);
        let fading = u128::from(self.prev) * (w - u128::from(x));
        fading + (u128::from(self.cur) + u128::from(cost)) * w <= u128::from(policy.limit) * w
    }
}
