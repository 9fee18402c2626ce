//! # The resource defends itself
//!
//! Implement, 35 minutes. Read first: "Fencing tokens" in the topic's write-up.
//!
//! The lock did its work: it gave token 33 to one leader and, when that one's lease was over, 34 to
//! the next. The first leader was only paused. It woke up, and wrote. The lock service was not asked
//! and could not have helped: only the store sees both writes. Build the store that tells them
//! apart.
//!
//! ## Contract
//! Every key has a fence (a token and the holder who brought it), the highest `seq` applied under
//! that token (its last seq), a version and a value. Of a key never touched the fence's token is 0,
//! the version 0, and the value `None`. Keys have nothing to do with each other.
//!
//! `seal`, `write` and `delete` first judge who is calling, in this order:
//! 1. `token` is 0 or lower than the fence's: `StaleToken` with the fence's token.
//! 2. `token` is the fence's and `holder` is not: `HolderMismatch`. A token is one holder's.
//! 3. `write` and `delete` only: `seq` is 0: `StaleSeq` with the last seq of `token` (0 if `token`
//!    is new to the key).
//! 4. A greater `token` becomes the fence, with this holder and a last seq of 0. This is how a new
//!    holder, by its first seal or write, ends all that came before.
//!
//! A call that is refused changes nothing.
//!
//! `seal` then answers value and version. The holder reads with it: from here on nobody with a lower
//! token can write between this read and the write that follows.
//! `write` and `delete` then compare `seq` with the last seq. A holder numbers its operations on a
//! key upwards, gaps allowed, and sends one again under its number when the answer was lost:
//! - greater: it is applied. The value is set (`delete`: becomes `None`), the version grows by 1, the
//!   last seq is `seq`, and the answer is the new version. Deleting what is not there counts, too.
//! - equal: the same operation once more. It is not applied again, and the answer is the version that
//!   it was given the first time. What it carries is not looked at.
//! - lower: an old message, late. `StaleSeq` with the last seq.
//!
//! A delete takes the value away and nothing else: fence, last seq and version stay with the key.
//! `read` answers value and version to anyone, and changes nothing.
//! Ranges: tokens and seqs are any u64; keys, holders and values any strings, the empty one too,
//! and taken as they are.
//!
//! ## For example, on one key
//! | call                             | answer                   |
//! |----------------------------------|--------------------------|
//! | seal, token 33, by A             | value None, version 0    |
//! | write "a", token 33, by A, seq 1 | version 1                |
//! | seal, token 34, by B             | value "a", version 1     |
//! | write "b", token 33, by A, seq 2 | StaleToken, highest 34   |
//! | write "c", token 34, by B, seq 1 | version 2                |
//! | write "c", token 34, by B, seq 1 | version 2, not applied   |
//! | delete, token 34, by B, seq 5    | version 3                |
//! | write "d", token 34, by B, seq 4 | StaleSeq, last 5         |
//!
//! Edit: the fields of `Store` and the function bodies. Keep the public names and signatures;
//! helpers of your own are welcome.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// The key has seen a greater token, this one.
    StaleToken { highest: u64 },
    /// Someone else brought this token.
    HolderMismatch,
    /// An operation with this number was applied already.
    StaleSeq { last: u64 },
}

#[derive(Default)]
pub struct Store {
    // yours
}

impl Store {
    pub fn new() -> Self {
        Store::default()
    }

    /// Value and version, with all lower tokens shut out from here on.
    pub fn seal(&mut self, key: &str, token: u64, holder: &str) -> Result<(Option<String>, u64), Rejected> {
        todo!()
    }

    /// The version that this write made.
    pub fn write(
        &mut self,
        key: &str,
        token: u64,
        holder: &str,
        seq: u64,
        value: &str,
    ) -> Result<u64, Rejected> {
        todo!()
    }

    /// The version that this delete made.
    pub fn delete(&mut self, key: &str, token: u64, holder: &str, seq: u64) -> Result<u64, Rejected> {
        todo!()
    }

    /// Value and version, for anyone.
    pub fn read(&self, key: &str) -> (Option<String>, u64) {
        todo!()
    }
}
