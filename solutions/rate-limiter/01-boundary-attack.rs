//! # Two naive windows, one patient client
//!
//! What a limiter forgets, a client may spend again. A fixed window forgets everything between two
//! nanoseconds. A sliding counter forgets evenly: after a full window it lets go of `limit`
//! requests over the length of the next, one in every `window_ns / limit`, however recent they are.
//! The two limiters of the exercise are left out here: nothing below needs their code.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    FixedWindow,
    SlidingCounter,
    SlidingLog,
}

/// Instants that get `2 * limit` requests past a `FixedWindow` inside two nanoseconds.
pub fn attack_fixed(limit: u64, window_ns: u64) -> Vec<u64> {
    // The last nanosecond of one budget and the first of the next.
    let burst = |at: u64| vec![at; limit as usize];
    [burst(window_ns - 1), burst(window_ns)].concat()
}

/// Instants that get `2 * limit - 1` requests past a `SlidingCounter` inside one window's length.
pub fn attack_sliding(limit: u64, window_ns: u64) -> Vec<u64> {
    // As late as possible in window 0, yet the counter takes them for spread all over it. At x in
    // window 1 it holds limit * (window_ns - x) / window_ns of them to be still recent, so that the
    // j-th further request fits once limit * x / window_ns >= j. Rounded up: a nanosecond earlier
    // is refused.
    let mut sent = vec![window_ns - 1; limit as usize];
    sent.extend((1..limit).map(|j| window_ns + (j * window_ns).div_ceil(limit)));
    // The limit-th would fit at the start of window 2 only, a nanosecond too late to count. Sending
    // all limit - 1 of them at once at 2 * window_ns - 2 does as well: what matters is to wait.
    sent
}

/// The most requests admitted inside some interval of one window's length, whoever sends them.
pub fn worst_case(kind: Kind, limit: u64) -> u64 {
    match kind {
        Kind::FixedWindow => 2 * limit,
        // The attack above. No better one exists: from the interval's part in the earlier window
        // come at most `before`, and from the part in the later one, at most x < window_ns into it,
        // at most limit - before * (window_ns - x) / window_ns: together below 2 * limit.
        Kind::SlidingCounter => 2 * limit - 1,
        // It remembers exactly the interval that the promise is about.
        Kind::SlidingLog => limit,
    }
}
