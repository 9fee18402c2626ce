//! One u64, many cores: guess that the key was never seen, and let the first failure tell.
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

/// Judges `seen`, publishes, and on a failure judges what was found there: a tail call.
fn attempt<W: Word + ?Sized>(
    tat: &W,
    q: &Quota,
    now_ns: u64,
    cost: u64,
    seen: u64,
) -> Result<(), Option<u64>> {
    // The latest TAT at which this request still fits.
    let latest = now_ns + (q.burst - cost) * q.t_ns;
    if seen > latest {
        return Err(Some(seen - latest));
    }
    tat.compare_exchange(seen, seen.max(now_ns) + cost * q.t_ns)
        .map(|_| ())
        .or_else(|found| attempt(tat, q, now_ns, cost, found))
}

/// `Ok`: go ahead. `Err(Some(ns))`: try again in `ns`. `Err(None)`: this cost can never pass.
pub fn try_acquire<W>(tat: &W, q: &Quota, now_ns: u64, cost: u64) -> Result<(), Option<u64>>
where
    W: Word + ?Sized,
{
    match cost {
        0 => Ok(()),
        _ if cost > q.burst => Err(None),
        // Needs no load: 0 fits every request that can pass at all, so a wrong guess never refuses.
        _ => attempt(tat, q, now_ns, cost, 0),
    }
}
