//! # Reserve stock without a lock
//! Keeps the put whose answer was lost and sends it again, without reading in between: if the first one
//! was written the second conflicts, and then the row is read. Gets and puts are counted apart.
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

struct Budget {
    gets: u32,
    puts: u32,
}

pub fn reserve(store: &mut dyn CasStore, order: u64, qty: u32, max_attempts: u32) -> Outcome {
    let mut left = Budget { gets: max_attempts, puts: max_attempts };
    // A put that is worth sending: made from the latest read, not refused so far.
    let mut prepared: Option<(u64, Stock)> = None;
    loop {
        match prepared.take() {
            None => {
                if left.gets == 0 {
                    return Outcome::Unknown;
                }
                left.gets -= 1;
                if let Ok((version, row)) = store.get() {
                    match decide(row, order, qty) {
                        Ok(row) => prepared = Some((version, row)),
                        Err(certain) => return certain,
                    }
                }
            }
            Some((version, row)) => {
                if left.puts == 0 {
                    return Outcome::Unknown;
                }
                left.puts -= 1;
                match store.put_if(version, &row) {
                    Ok(_) => return Outcome::Reserved,
                    Err(PutError::Timeout) => prepared = Some((version, row)),
                    Err(PutError::Conflict) => {}
                }
            }
        }
    }
}

/// The row with the order in it, or what the row says already.
fn decide(row: Stock, order: u64, qty: u32) -> Result<Stock, Outcome> {
    match row.reservations.get(&order) {
        Some(&held) if held == qty => Err(Outcome::Reserved),
        Some(_) => Err(Outcome::QuantityMismatch),
        None if row.available < qty => Err(Outcome::OutOfStock),
        None => {
            let mut reservations = row.reservations;
            reservations.insert(order, qty);
            Ok(Stock { available: row.available - qty, reservations })
        }
    }
}
