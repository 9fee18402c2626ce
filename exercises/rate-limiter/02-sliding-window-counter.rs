//! # Two integers per key
//!
//! Implement, 25 minutes. Read first: "Sliding-window counter" in the topic's write-up.
//!
//! The sliding counter won: the team can live with the patient client, and two integers per key are
//! cheap. Its first version rounded, and the support desk got the rest: clients who waited as long
//! as they were told and were refused again, a key that stayed shut for an hour because its client
//! kept asking, and one that was wide open after a clock stepped back. You write the version that
//! is exact, and that tells how long to wait.
//!
//! ## Contract
//! Time is in whole nanoseconds. Window k is `[k * W, (k + 1) * W)`, where W is `window_ns`. A call
//! is judged in the window that `now_ns` is in, and `x` is how far into it that is, 0 to W - 1.
//! - `prev` and `cur` are the costs admitted in the window before that one, and in that one.
//! - `check` answers true, the request is admitted, exactly when
//!   `prev * (W - x) + (cur + cost) * W <= limit * W`, without any rounding. Its cost then counts
//!   in that window. A cost of 0 is always admitted and changes nothing.
//! - A refused request changes nothing, and neither does asking: no later answer to anything
//!   shows that there was a refused request, one of cost 0, or a call of the other two functions.
//! - `remaining` is the largest cost that `check` would admit at that instant.
//! - `retry_after_ns` is the smallest wait, 0 or more, after which `check` would admit that cost if
//!   nothing else is admitted in between. `None` when no wait helps, that is when `cost > limit`.
//!
//! A clock that goes back: call the latest window in which a cost of 1 or more was admitted the
//! newest. While `now_ns` is in a window before the newest, a call is judged as if it came at the
//! first nanosecond of the newest, and what it admits counts there. A wait is still what must pass
//! from `now_ns`: 0 if the call would be admitted as it is judged now, otherwise until the clock is
//! in the newest window or later, and the call is admitted. A step back within a window is no
//! special case: `x` is smaller.
//!
//! A change of plan: the limit of a call is the one it passes, whatever earlier calls passed. What
//! was admitted stays counted, also when it is above the new limit. A counter sees the same
//! `window_ns` in all its calls.
//!
//! Ranges: `limit` 0 to 10^9, `window_ns` 1 to 10^15, `now_ns` 0 to 2^62, `cost` any u64. Inside
//! them nothing overflows and nothing panics. A `Counter` takes at most 32 bytes, with nothing on
//! the heap; its default has admitted nothing yet.
//!
//! ## For example, limit 10 and a window of 60 ns
//! | at    | ask                     | answer                                              |
//! |-------|-------------------------|-----------------------------------------------------|
//! | 59 ns | 10 times cost 1         | all admitted, 0 remaining                           |
//! | 60 ns | cost 1                  | refused, 6 ns to wait: 10 * (60 - 6) + 1 * 60 = 600 |
//! | 75 ns | 4 times cost 1          | 2 admitted, 2 refused                               |
//! | 90 ns | 4 times cost 1          | 3 admitted, 1 refused                               |
//! | 91 ns | cost 11, then cost 10   | refused: never, and 89 ns to wait                   |
//!
//! Edit: the fields of `Counter` and the three bodies.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The most that the estimate for the last `window_ns` may reach.
    pub limit: u64,
    pub window_ns: u64,
}

/// What is kept per key.
#[derive(Default)]
pub struct Counter {
    // yours: at most 32 bytes
}

impl Counter {
    /// Admits a request of `cost` and counts it, or answers false and changes nothing.
    pub fn check(&mut self, policy: &Policy, now_ns: u64, cost: u64) -> bool {
        todo!()
    }

    /// The largest cost that would be admitted at `now_ns`.
    pub fn remaining(&self, policy: &Policy, now_ns: u64) -> u64 {
        todo!()
    }

    /// How long until `cost` would be admitted. `None`: never.
    pub fn retry_after_ns(&self, policy: &Policy, now_ns: u64, cost: u64) -> Option<u64> {
        todo!()
    }
}
