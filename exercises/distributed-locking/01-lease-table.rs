//! # The lock server
//!
//! Implement, 40 minutes. Read first: "The lease server" in the topic's write-up.
//!
//! Two workers rebuilt the same search index last night. The lock server had been restarted between
//! them: it forgot who held the lock, gave it away at once, and gave it the very number that the
//! worker before had. Nobody downstream could tell the two apart. Write the server anew: leases live
//! in memory and may be forgotten, and one number on disk is enough to make that harmless.
//!
//! ## Contract
//! **Clock.** The table judges at the latest `now_ns` it was ever given, by `recover` or any call
//! since, whatever was answered. A call that brings an earlier one is judged at that latest instant.
//! A new table starts anew: after a restart the clock may show less than before.
//!
//! **Lease.** A lease is live from its grant up to, but not including, `expires_ns`.
//! `ttl_ns` must be in `1..=max_ttl_ns`. A refused call changes nothing but the clock.
//!
//! **`acquire`**, in this order:
//! 1. `ttl_ns` out of range: `BadTtl`.
//! 2. The table was made by `recover`, and fewer than `max_ttl_ns` have passed since: `Recovering`,
//!    with the time that is left. (A lease that the table forgot may still be live until then.)
//! 3. A live lease of `owner`: this is the retry of a request whose answer was lost. The same token;
//!    it expires at the later of its old `expires_ns` and now + `ttl_ns`; the disk is not written.
//! 4. A live lease of another owner: `Held`, with the time until it expires.
//! 5. Otherwise a new lease with a new token, until now + `ttl_ns`; or `DiskFailed` if the table
//!    wrote for that and the write failed. (It may reserve the next block one token early.)
//!
//! **`renew`**: `BadTtl` as above. If the key's lease is live and has this owner and this token, it
//! expires at the later of its old `expires_ns` and now + `ttl_ns`. Otherwise `Lost`: also when
//! nobody else has taken the lock yet, and when the table has forgotten the lease.
//! **`release`**: if the key's lease is live and has this owner and this token, it ends at once:
//! true. Otherwise false, and nothing changes.
//! **`holder`**: owner and token of the key's live lease.
//!
//! **Tokens.** The token of every new lease, whatever its key, is greater than all tokens granted
//! before from this disk, by this table or any before it. When it is granted, it is at most the
//! high-water mark that is on the disk by then. Tokens may be skipped, as far as the writes below
//! allow it. However many leases are live, none is forgotten before its time. A crash can come
//! between any two calls, and the new table starts from nothing but the disk.
//!
//! **Disk.** Reading is free, writing is slow: each write raises the mark by exactly `token_block`,
//! and in the whole life of a disk there are at most ceil(new leases / `token_block`) writes, and
//! one more for each start (`create`, `recover`) and for each write that failed. `create` is the
//! first start: there are no leases to wait for, but the mark need not be 0.
//!
//! Ranges: instants to 2^62, `max_ttl_ns` 1..=2^61, `token_block` 1..=2^20, marks to 2^61. Keys and
//! owners are any strings, the empty one too. All tables of a disk get the same `Config`.
//!
//! ## For example, with `max_ttl_ns` 10 s and `token_block` 100, on a new disk
//! | at   | call                               | answer                                |
//! |------|------------------------------------|---------------------------------------|
//! | 0 s  | acquire job for A, ttl 10 s        | token 1, until 10 s (mark now 100)    |
//! | 4 s  | acquire job for B, ttl 10 s        | Held, retry in 6 s                    |
//! | 10 s | renew job for A, token 1, ttl 10 s | Lost                                  |
//! | 10 s | acquire job for B, ttl 10 s        | token 2, until 20 s                   |
//! | 11 s | crash, recover                     |                                       |
//! | 12 s | acquire job for A, ttl 10 s        | Recovering, retry in 9 s              |
//! | 21 s | acquire job for A, ttl 10 s        | token 101, until 31 s (mark now 200)  |
//!
//! Edit: the fields of `LeaseTable` and the function bodies. Keep the public names and signatures;
//! helpers of your own are welcome.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// The longest lease anybody gets.
    pub max_ttl_ns: u64,
    /// How far a disk write raises the high-water mark.
    pub token_block: u64,
}

/// The one number that survives a crash.
pub trait Disk {
    fn high_water(&self) -> u64;
    /// Returns when the new mark is durable; false: the write failed, and the old mark stands.
    fn set_high_water(&mut self, high_water: u64) -> bool;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub token: u64,
    /// On the table's clock. The lease is over at this instant.
    pub expires_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    BadTtl,
    Recovering { retry_after_ns: u64 },
    Held { retry_after_ns: u64 },
    DiskFailed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewError {
    BadTtl,
    Lost,
}

pub struct LeaseTable<D> {
    disk: D,
    // yours
}

impl<D: Disk> LeaseTable<D> {
    /// The first start on this disk.
    pub fn create(config: Config, disk: D) -> Self {
        todo!()
    }

    /// A start after a crash: all leases are forgotten.
    pub fn recover(config: Config, disk: D, now_ns: u64) -> Self {
        todo!()
    }

    pub fn acquire(&mut self, now_ns: u64, key: &str, owner: &str, ttl_ns: u64) -> Result<Grant, Denied> {
        todo!()
    }

    pub fn renew(
        &mut self,
        now_ns: u64,
        key: &str,
        owner: &str,
        token: u64,
        ttl_ns: u64,
    ) -> Result<Grant, RenewError> {
        todo!()
    }

    pub fn release(&mut self, now_ns: u64, key: &str, owner: &str, token: u64) -> bool {
        todo!()
    }

    pub fn holder(&mut self, now_ns: u64, key: &str) -> Option<(String, u64)> {
        todo!()
    }
}
