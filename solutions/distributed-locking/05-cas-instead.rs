//! # Reserve stock without a lock
//! One loop: read, decide on what is really there, write if nobody wrote in between. The order id is
//! part of the value that the condition protects, so the row itself can say whether a lost answer was
//! a yes.
use std::collections::BTreeMap;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    pub available: u32,
    /// Quantity by order.
    pub reservations: BTreeMap<u64, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadTimeout;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutError {
    Conflict,
    /// Written, not written, or not written yet.
    Timeout,
}

pub trait CasStore {
    /// Version and row.
    fn get(&mut self) -> Result<(u64, Stock), ReadTimeout>;
    /// Writes if the row has this version; answers the new one.
    fn put_if(&mut self, version: u64, row: &Stock) -> Result<u64, PutError>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Reserved,
    OutOfStock,
    QuantityMismatch,
    Unknown,
}

pub fn reserve(store: &mut dyn CasStore, order: u64, qty: u32, max_attempts: u32) -> Outcome {
    for _ in 0..max_attempts {
        let Ok((version, mut row)) = store.get() else { continue };
        // First: is it mine already? A put whose answer was lost, or an earlier call, may have been
        // written, and that may have taken the last ones.
        if let Some(held) = row.reservations.get(&order) {
            return if *held == qty { Outcome::Reserved } else { Outcome::QuantityMismatch };
        }
        // Safe to say even if a put of ours is still on its way: it names an older version than this
        // one, at which there was enough.
        let Some(left) = row.available.checked_sub(qty) else { return Outcome::OutOfStock };
        row.available = left;
        row.reservations.insert(order, qty);
        // A conflict and a timeout ask the same question, and the next read answers it. A put that
        // arrives late does no harm: it and its repetition name the same version, and one of them wins.
        if store.put_if(version, &row).is_ok() {
            return Outcome::Reserved;
        }
    }
    Outcome::Unknown
}
