//! One u64, many cores: a pure judge of one value, and a loop that knows nothing about limits.
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

/// What a call makes of one value of the word: the value to put there instead, or the answer at once.
fn judge(tat: u64, q: &Quota, now_ns: u64, cost: u64) -> Result<u64, Result<(), Option<u64>>> {
    let cap = u128::from(q.burst) * u128::from(q.t_ns);
    let price = u128::from(cost) * u128::from(q.t_ns);
    let start = tat.max(now_ns);
    let after = u128::from(start - now_ns) + price;
    match () {
        () if cost == 0 => Err(Ok(())),
        () if price > cap => Err(Err(None)),
        () if after > cap => Err(Err(Some((after - cap) as u64))),
        () => Ok(start + price as u64),
    }
}

/// Replaces the word by `f` of it, or hands on the answer that `f` gives instead.
fn update<W: Word + ?Sized, E>(word: &W, mut f: impl FnMut(u64) -> Result<u64, E>) -> Result<(), E> {
    let mut current = word.load();
    loop {
        let new = f(current)?;
        match word.compare_exchange(current, new) {
            Ok(_) => return Ok(()),
            // Reading again is as good as using the value that came with the failure.
            Err(_) => current = word.load(),
        }
    }
}

/// `Ok`: go ahead. `Err(Some(ns))`: try again in `ns`. `Err(None)`: this cost can never pass.
pub fn try_acquire<W>(tat: &W, q: &Quota, now_ns: u64, cost: u64) -> Result<(), Option<u64>>
where
    W: Word + ?Sized,
{
    update(tat, |seen| judge(seen, q, now_ns, cost)).or_else(|answer| answer)
}
