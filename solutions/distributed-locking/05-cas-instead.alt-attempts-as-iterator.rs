//! # Reserve stock without a lock
//! One attempt is a function of its own that answers what became certain; the rest is "again,
//! until the attempts are used up".
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
    (0..max_attempts).find_map(|_| attempt(store, order, qty)).unwrap_or(Outcome::Unknown)
}

fn attempt(store: &mut dyn CasStore, order: u64, qty: u32) -> Option<Outcome> {
    let (version, row) = store.get().ok()?;
    match (row.reservations.get(&order), row.available >= qty) {
        (Some(held), _) if *held != qty => Some(Outcome::QuantityMismatch),
        (Some(_), _) => Some(Outcome::Reserved),
        (None, false) => Some(Outcome::OutOfStock),
        (None, true) => {
            let reservations = row.reservations.iter().map(|(o, q)| (*o, *q)).chain([(order, qty)]).collect();
            let next = Stock { available: row.available - qty, reservations };
            store.put_if(version, &next).ok().map(|_| Outcome::Reserved)
        }
    }
}
