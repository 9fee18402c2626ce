//! One u64, many cores: decide from one observed value, publish only if it is still there.
//!
//! The word holds the TAT in nanoseconds (0 = never seen) and may change between any two operations.
//! Answers and final word must be those of some serial order; a grant writes once, a refusal and
//! cost 0 never; a `compare_exchange` may fail for no reason, and that is never a reason to refuse.
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
    if cost == 0 {
        return Ok(());
    }
    // Before the product: once cost <= burst, cost * t_ns <= cap cannot overflow.
    if cost > q.burst {
        return Err(None);
    }
    let cap = q.burst * q.t_ns;
    let mut seen = tat.load();
    loop {
        // All that follows is about the one value in `seen`. Debt and not TAT, so that time during
        // which nothing was owed is worth nothing.
        let debt = seen.saturating_sub(now_ns) + cost * q.t_ns;
        if debt > cap {
            // The word held `seen` when it was read: that is where this refusal stands in the serial
            // order. Nothing to undo, since nothing was written.
            return Err(Some(debt - cap));
        }
        // The write is the decision: it takes place only where the decision still holds. Whoever
        // made it fail has been granted something (or nobody, when it failed spuriously), so the
        // verdict on `found` may be another one and is worked out afresh.
        match tat.compare_exchange(seen, now_ns + debt) {
            Ok(_) => return Ok(()),
            Err(found) => seen = found,
        }
    }
}
