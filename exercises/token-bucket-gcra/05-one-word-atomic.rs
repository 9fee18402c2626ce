//! # One u64, many cores
//!
//! Implement, 35 minutes. Read first: "Concurrency" in the topic's write-up.
//!
//! The gateway keeps one `u64` per key in memory that all its cores (and, after a restart, another
//! process) share. Two of them judge the same key at the same time: last week a tenant with burst
//! 10 got 14 through, and after the "fix" a tenant was refused while nobody had used its budget.
//! Make the decision of the previous exercise hold when other calls run in between.
//!
//! ## Contract
//! - The word is the TAT in nanoseconds and nothing else; 0 = never seen. Before, between and after
//!   your operations others may read it, and change it by this same rule, so it never falls.
//! - One call alone: debt = max(0, TAT - now_ns); cap = burst * t_ns.
//!   cost 0: `Ok`, also when the debt is above the cap.
//!   cost > burst: `Err(None)`, no wait will help.
//!   debt + cost * t_ns <= cap (equality included): `Ok`, and TAT = now_ns + debt + cost * t_ns.
//!   Otherwise `Err(Some(debt + cost * t_ns - cap))`, the wait in nanoseconds.
//! - Concurrent calls are linearisable: their answers (the waits too) and the final word are those
//!   of some serial order, in which a call that returned before another began comes first.
//! - A grant of cost >= 1 writes exactly once. A refusal and cost 0 never write. `store`,
//!   `fetch_add` and `fetch_sub` always write; a `compare_exchange` that fails does not, one that
//!   succeeds does, even with the value that was there. Reading is free.
//! - Contention is never a reason to refuse, nor to write unjudged, however often a
//!   `compare_exchange` fails. The checks let it fail up to 1,100 times in a row.
//! - The word is all that callers share: no lock, no static, no memory of an earlier call. A call
//!   that is stopped half-way for ever must not keep another from its answer.
//! - Do not sleep; `spin_loop` and `yield_now` are fine.
//! - Each call is judged at its own `now_ns`, which may be below that of an earlier call.
//! - Ranges: t_ns >= 1, burst >= 1, burst * t_ns <= 2^40, now_ns <= 2^40, the word <= 2^42 at the
//!   start; cost is any u64. Nothing may overflow or panic.
//! - Memory ordering is not examined: there is one word, and it guards no other memory.
//!
//! Edit `try_acquire`, and add what you like; the rest is given.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// One token every `t_ns`; at most `burst` at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

/// A shared 64-bit word. Every operation is atomic; the two sums wrap around.
pub trait Word {
    fn load(&self) -> u64;
    fn store(&self, value: u64);
    /// Adds, and answers the value before.
    fn fetch_add(&self, value: u64) -> u64;
    /// Subtracts, and answers the value before.
    fn fetch_sub(&self, value: u64) -> u64;
    /// Writes `new` if the word is `current`. `Err` carries the value found. It may fail although
    /// the word is `current` (then `Err(current)`), like `compare_exchange_weak`.
    fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64>;
}

impl Word for AtomicU64 {
    fn load(&self) -> u64 {
        AtomicU64::load(self, Relaxed)
    }
    fn store(&self, value: u64) {
        AtomicU64::store(self, value, Relaxed)
    }
    fn fetch_add(&self, value: u64) -> u64 {
        AtomicU64::fetch_add(self, value, Relaxed)
    }
    fn fetch_sub(&self, value: u64) -> u64 {
        AtomicU64::fetch_sub(self, value, Relaxed)
    }
    fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64> {
        AtomicU64::compare_exchange_weak(self, current, new, Relaxed, Relaxed)
    }
}

/// `Ok`: go ahead. `Err(Some(ns))`: try again in `ns`. `Err(None)`: this cost can never pass.
pub fn try_acquire<W>(tat: &W, q: &Quota, now_ns: u64, cost: u64) -> Result<(), Option<u64>>
where
    W: Word + ?Sized,
{
    todo!()
}
