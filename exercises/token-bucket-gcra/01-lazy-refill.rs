//! # A bucket that never loses a nanosecond
//!
//! Implement, 25 minutes. Read first: "The guarantee" in the topic's write-up.
//!
//! A gateway keeps one bucket per tenant. Its first version added
//! `elapsed * tokens / period` at every request, in whole tokens. A tenant who polled
//! slowly got the promised rate; a tenant who polled fast got nothing at all, because each
//! poll earned half a token and rounded it away. Then somebody's clock was set back, and
//! when it recovered, everyone was paid twice for the same minute. You write version two.
//!
//! ## Contract
//! The level
//! - `full` makes a bucket that holds `burst` tokens at `now_ns`.
//! - Every nanosecond the level grows by `tokens / period_ns` of a token, up to `burst`
//!   and no further. The level is an exact fraction: nothing is rounded, ever.
//! - `try_take` grants exactly when the level is at least `cost` (equality grants), and
//!   then takes `cost` off. A refusal leaves the level as it was.
//! - `available` answers the whole tokens in the level at `now_ns`, rounded down.
//! - A cost of 0 is always granted and changes nothing. A cost above `burst` is never
//!   granted, not even by a full bucket.
//! - `tokens` 0: the bucket never refills. `burst` 0: only a cost of 0 is granted.
//! - One bucket sees the same `rate` in all its calls.
//!
//! Ranges: `tokens` 0 to 10^9, `period_ns` 1 to 86_400 * 10^9 (a day), `burst` 0 to 10^12,
//! `now_ns` 0 to 2^62, `cost` any u64. Inside them nothing overflows and nothing panics,
//! whatever the clock does.
//!
//! Size: a bucket is at most 48 bytes and keeps nothing on the heap.
//!
//! A clock that goes back: `now_ns` may be smaller than in an earlier call, by any amount.
//! `full` and `try_take` count as calls; whether `available` does is left free.
//! - You may judge such a call at `now_ns` or at the latest instant seen so far: your
//!   choice, and either is tested as correct.
//! - No stretch of time may earn tokens twice. Take any two grants of cost >= 1, an earlier
//!   and a later one (or the same twice). All that was granted from the one to the other,
//!   both included, is at most `burst + tokens * (A - G) / period_ns`, where A is the
//!   largest `now_ns` of all calls up to the later grant, and G is the largest `now_ns` of
//!   the grants of cost >= 1 up to the earlier one, itself included.
//! - Nothing is lost either. Until the clock has caught up, a caller may miss at most what
//!   is earned between `now_ns` and the latest instant seen; from then on, nothing.
//! - What `available` answers until the clock has caught up is left free.
//!
//! Edit: the fields of `TokenBucket` and the three bodies.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens earned in each period.
    pub tokens: u64,
    /// Length of a period in nanoseconds.
    pub period_ns: u64,
    /// The most the bucket holds, in tokens.
    pub burst: u64,
}

pub struct TokenBucket {
    // yours: at most 48 bytes
}

impl TokenBucket {
    /// A bucket that holds `rate.burst` tokens at `now_ns`.
    pub fn full(rate: &Rate, now_ns: u64) -> TokenBucket {
        todo!()
    }

    /// Takes `cost` tokens and answers true, or answers false and takes none.
    pub fn try_take(&mut self, rate: &Rate, now_ns: u64, cost: u64) -> bool {
        todo!()
    }

    /// Whole tokens in the bucket at `now_ns`.
    pub fn available(&self, rate: &Rate, now_ns: u64) -> u64 {
        todo!()
    }
}
