//! # Two naive windows, one patient client
//!
//! Attack, 15 minutes. Read first: "The guarantee" in the topic's write-up.
//!
//! The plan says 100 requests per second, and the team has two limiters to choose from. The one
//! in production counts per clock second. The candidate weighs in the second before, and its
//! review ends with "no boundary problem any more". You are the client who reads both, and sends
//! whatever it takes: how many requests can you get through inside one window's length?
//!
//! ## Contract
//! Time is in whole nanoseconds from 0. Window k is `[k * window_ns, (k + 1) * window_ns)`.
//! - `attack_fixed` and `attack_sliding` answer when you send: each element is the instant of one
//!   request. They are played in order against a limiter fresh from `new(limit, window_ns)`,
//!   `FixedWindow` or `SlidingCounter` as they stand below. Requests may be refused; that costs you
//!   nothing, but only admitted ones count.
//! - `attack_fixed` must get `2 * limit` requests admitted inside some interval `[s, s + 2)`: two
//!   nanoseconds.
//! - `attack_sliding` must get at least `2 * limit - 1` requests admitted inside some interval
//!   `[s, s + window_ns)`. Any s will do, s need not be a window's start.
//! - An answer is at most `4 * limit` instants long, they never go back (equal ones are fine), and
//!   each is below `4 * window_ns`.
//! - Ranges: `limit` 2 to 500, `window_ns` from `4 * limit` to 10^15. No other figure is promised:
//!   `window_ns` need not be a multiple of `limit`.
//! - `worst_case` answers the most requests that any client whatsoever can get admitted inside
//!   some interval `[s, s + window_ns)`, for `limit` 1 to 10^9 and any `window_ns >= 4 * limit` (it
//!   is the same number for all of these). A `SlidingLog` keeps the instant of each request that it
//!   admitted, and admits at `now` while fewer than `limit` of them are after `now - window_ns`.
//!
//! Edit: the three functions at the end. The checks have their own copy of the limiters, so that
//! changing these changes nothing; calling them is fine.

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

/// Instants that get `2 * limit` requests past a `FixedWindow` inside two nanoseconds.
pub fn attack_fixed(limit: u64, window_ns: u64) -> Vec<u64> {
    todo!()
}

/// Instants that get `2 * limit - 1` requests past a `SlidingCounter` inside one window's length.
pub fn attack_sliding(limit: u64, window_ns: u64) -> Vec<u64> {
    todo!()
}

/// The most requests admitted inside some interval of one window's length, whoever sends them.
pub fn worst_case(kind: Kind, limit: u64) -> u64 {
    todo!()
}
