//! # Reserve stock without a lock
//!
//! Implement, 40 minutes. Read first: "When not to lock" in the topic's write-up.
//!
//! A ticket shop takes a lock, reads the row of a concert, writes it back and releases the lock.
//! The lock costs two commits per reservation; and when the lock service was slow one evening,
//! customers were told "sold out" while two seats each were put aside for them. The row lives in a
//! store that can write on a condition. Then no lock is needed, if every answer is taken for what
//! it says, and a timeout says nothing.
//!
//! ## The store
//! - `get` answers the row as it is now and its version, or `ReadTimeout`: no answer came.
//! - `put_if(version, row)` writes the row only if it still has that version.
//!   `Ok(v)`: written, and the row has the new version `v`.
//!   `Conflict`: not written, because the row has another version by now.
//!   `Timeout`: no answer came. The row is written, or it never will be, or the request is still on
//!   its way and the row will be written later, if it then still has that version.
//! - Each write gives the row a version that it never had before: any u64, in no order. Other clients
//!   reserve too. Nobody takes a reservation back or adds stock.
//!
//! ## Contract
//! To reserve is one put: `available` falls by `qty`, `reservations` gains `order` with `qty`, and
//! all the rest is as it was read at that version. `reserve` answers
//! - `Reserved`: the store holds the order with this quantity, certainly. Whether this call put it
//!   there or an earlier one did: the same order is never reserved twice.
//! - `QuantityMismatch`: the store holds the order with another quantity. Nothing is written.
//! - `OutOfStock`: a `get` of this call showed that the order is not there, and that `available` is
//!   below `qty`. An order that is there is not out of stock, however little is left.
//! - `Unknown`: attempts ran out before anything was certain. The order may be there, or not, or
//!   may still arrive; the caller will ask again with the same order. Only allowed once this call
//!   made `max_attempts` gets, or `max_attempts` puts.
//!
//! An attempt is one `get` and at most one put: never more than `max_attempts` gets, nor more than
//! `max_attempts` puts. With 0 attempts the answer is `Unknown` without any call. An answer that is
//! certain is given at once, without another call: undisturbed, a reservation is one get and one
//! put, and what the first get decides is one get.
//!
//! A `get` that shows room and no order is followed by a put, as long as puts are left.
//! A put names the version of the last successful get. After a `Conflict` what was read is history:
//! the next call is a `get`. After a `Timeout` of a put you may `get`, or send the same put again.
//!
//! Ranges: `qty >= 1`; any `order`; no sum may overflow. There is no clock, and no waiting between
//! attempts: the caller's transport does that.
//!
//! Edit `reserve`; the rest is given.
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
    todo!()
}
