//! # Tell them exactly when
//!
//! Implement, 30 minutes. Read first: "Weighted cost" in the topic's write-up.
//!
//! The gateway answers 429 and nothing else, so clients guess: some retry at once, some after a
//! minute, and the one whose export can never fit into its quota retries for ever. Requests have a
//! cost now, and every answer must say what is left, when all of it is back, and how long to wait:
//! not a nanosecond more than needed, and never a wait that does not help.
//!
//! ## Contract
//! One token comes back every `t_ns` nanoseconds, and `burst` tokens are the most a key can hold.
//! Everything is reckoned in time: a request of `cost` tokens weighs `cost * t_ns` nanoseconds, and
//! the cap is `burst * t_ns`. A key remembers until when it is in debt; its debt at `now_ns` is the
//! time from `now_ns` until then, or 0 when that instant has passed or the key was never seen.
//!
//! `check` decides, in this order:
//! 1. Cost 0: `Allow`, and nothing changes, whatever the debt is.
//! 2. The weight alone is above the cap: `Deny` with `retry_after_ns: None`. No wait will help.
//! 3. Debt and weight together are at most the cap: `Allow`, and the weight is added to the debt.
//! 4. Otherwise `Deny` with `retry_after_ns: Some(w)`: `w` is the smallest wait after which the
//!    same request, with no other in between, is allowed.
//!
//! A denial changes nothing. In every answer `reset_after_ns` is the debt as it stands after the
//! decision (a denied request adds none), and `remaining` is the number of whole tokens that still
//! fit under the cap beside that debt (0 if the debt is above the cap).
//!
//! `peek` answers exactly what `check` would answer at that instant, and changes nothing: it may be
//! asked about a later instant, and the next `check` must not notice.
//!
//! `retry_after_header` is the value of an HTTP `Retry-After` in whole seconds: rounded up, and at
//! least 1. It takes any u64.
//!
//! The clock may go back. Judge at `now_ns` as it is given: the instant until which a key is in
//! debt stays where it was, so the debt is larger then, perhaps above the cap.
//! Ranges: `t_ns >= 1`, `burst >= 1`, `burst * t_ns <= 2^50`, `now_ns` 0..=2^62, `cost` any u64: no
//! overflow, no panic. The same quota is passed on every call. `Key` takes at most 16 bytes, and
//! `Key::default()` is a key never seen.
//!
//! ## For example, one token every 100 ms and a burst of 20
//! | at     | ask | answer                                                       |
//! |--------|-----|--------------------------------------------------------------|
//! | 0 ms   | 18  | Allow, remaining 2, reset after 1800 ms                      |
//! | 0 ms   | 5   | Deny, remaining 2, reset after 1800 ms, retry after 300 ms   |
//! | 300 ms | 5   | Allow, remaining 0, reset after 2000 ms                      |
//! | 350 ms | 21  | Deny, remaining 0, reset after 1950 ms, retry after: None    |
//!
//! Edit: `Key` and the three function bodies. Keep the public names and signatures; helpers of
//! your own are welcome.

/// One token every `t_ns`, at most `burst` held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

/// What is stored per key. The default is a key never seen.
#[derive(Default)]
pub struct Key {
    // yours, at most 16 bytes
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow {
        /// Whole tokens that could still be taken at this instant.
        remaining: u64,
        /// Until the bucket is full again, if nothing more is taken.
        reset_after_ns: u64,
    },
    Deny {
        remaining: u64,
        reset_after_ns: u64,
        /// The smallest wait that helps. `None`: no wait does.
        retry_after_ns: Option<u64>,
    },
}

impl Key {
    pub fn check(&mut self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        todo!()
    }

    pub fn peek(&self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        todo!()
    }
}

/// Whole seconds for a `Retry-After` header.
pub fn retry_after_header(retry_after_ns: u64) -> u64 {
    todo!()
}
