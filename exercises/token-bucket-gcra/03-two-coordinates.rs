//! # Two coordinates
//!
//! Implement, 30 minutes. Read first: "Exact equivalence" in the topic's write-up.
//!
//! The old store keeps two numbers per key: a credit, and the instant it was true. The new store
//! keeps one: a theoretical arrival time (TAT). 40 million keys move from one to the other while
//! they are being used, and some of them move back when a region is rolled back. Nobody may be
//! granted or refused anything that would have gone the other way without the move. So write the
//! limiter twice, once in each coordinate, and the two functions that translate between them.
//!
//! ## Contract
//! Units. Everything is counted in ticks, whole numbers that never round: one token is
//! `period_ns` ticks, and one nanosecond earns `tokens` ticks. The capacity is
//! `burst * period_ns` ticks. "The tick at an instant" is `tokens * instant`.
//!
//! `Credit`: the level of the bucket at `at_ns`, in `0..=capacity`. Afterwards it grows by `tokens`
//! ticks a nanosecond, up to the capacity.
//! `Tat`: the tick at which the bucket is (or was) full again. At any instant the debt, which is
//! what is missing to a full bucket, is `max(0, TAT - the tick at that instant)`. So a `Tat` of 0
//! is a key never seen: full at every instant.
//!
//! - `credit_to_tat` answers the TAT that describes the same bucket as the credit does. For a full
//!   bucket that is the tick at `credit.at_ns`.
//! - `tat_to_credit` answers the credit at `at_ns`, with that `at_ns` in it. A debt larger than the
//!   capacity (the burst was lowered after the key was charged) reads as a credit of 0.
//! - `step_credit` and `step_tat` judge a request of `cost` tokens at `now_ns` and answer the new
//!   state and whether it was granted. It is granted if the level at `now_ns` is at least the cost
//!   (equality grants), and then the cost is taken off. Cost 0 is always granted; a cost above
//!   `burst` never is.
//! - `step_credit` answers the level at `now_ns`, with `at_ns == now_ns`, granted or refused.
//! - `step_tat`, refused: the TAT exactly as it came in. Granted: a TAT that is never before the
//!   tick at `now_ns` (so cost 0 on an idle key answers exactly that tick).
//! - `step_tat` with a debt larger than the capacity: cost 0 is granted and the TAT stays where it
//!   is, every other cost is refused.
//!
//! What must hold, for every credit `c` and every TAT `t` whose debt is at most the capacity:
//! - (a) `tat_to_credit(credit_to_tat(c), c.at_ns)` is `c`;
//! - (b) `credit_to_tat(tat_to_credit(t, at))` is the later of `t` and the tick at `at`;
//! - (c) `step_credit` and `step_tat` decide alike when they start from the same bucket;
//! - (d) step then convert is convert then step: `tat_to_credit(step_tat(t).0, now)` is
//!   `step_credit(c).0`.
//!
//! Ranges: `tokens` 0..=10^9 (0: nothing is ever earned), `period_ns` 1..=86_400 * 10^9, `burst`
//! 0..=10^12, instants 0..=2^62, TAT up to 2^100, `cost` any u64: no overflow, no panic.
//! Time does not go back here: `now_ns >= credit.at_ns`.
//!
//! Edit: the four function bodies. Keep the types and the signatures as they are; helpers of your
//! own are welcome.

/// `tokens` earned per `period_ns` nanoseconds, at most `burst` held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

/// The old store's state: the level at `at_ns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    pub ticks: u128,
    pub at_ns: u64,
}

/// The new store's state: the tick at which the bucket is full again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tat {
    pub ticks: u128,
}

pub fn credit_to_tat(rate: &Rate, credit: Credit) -> Tat {
    todo!()
}

pub fn tat_to_credit(rate: &Rate, tat: Tat, at_ns: u64) -> Credit {
    todo!()
}

pub fn step_credit(rate: &Rate, credit: Credit, now_ns: u64, cost: u64) -> (Credit, bool) {
    todo!()
}

pub fn step_tat(rate: &Rate, tat: Tat, now_ns: u64, cost: u64) -> (Tat, bool) {
    todo!()
}
