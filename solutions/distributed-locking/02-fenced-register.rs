//! # The resource defends itself
//! A register per key that stores, beside its value, who may still speak. One function admits a caller
//! and raises the fence; seal, write and delete all pass it, so no way in leads around it.
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// The key has seen a greater token, this one.
    StaleToken { highest: u64 },
    /// Someone else brought this token.
    HolderMismatch,
    /// An operation with this number was applied already.
    StaleSeq { last: u64 },
}

/// All of a key, which a delete leaves in place: a forgotten fence would let the past in again.
#[derive(Default)]
struct Register {
    token: u64,
    holder: String,
    last_seq: u64,
    version: u64,
    value: Option<String>,
}

#[derive(Default)]
pub struct Store {
    registers: HashMap<String, Register>,
}

impl Store {
    pub fn new() -> Self {
        Store::default()
    }

    /// Value and version, with all lower tokens shut out from here on.
    pub fn seal(&mut self, key: &str, token: u64, holder: &str) -> Result<(Option<String>, u64), Rejected> {
        let register = self.admit(key, token, holder, None)?;
        Ok((register.value.clone(), register.version))
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
        self.apply(key, token, holder, seq, Some(value))
    }

    /// The version that this delete made.
    pub fn delete(&mut self, key: &str, token: u64, holder: &str, seq: u64) -> Result<u64, Rejected> {
        self.apply(key, token, holder, seq, None)
    }

    /// Value and version, for anyone.
    pub fn read(&self, key: &str) -> (Option<String>, u64) {
        self.registers.get(key).map_or((None, 0), |register| (register.value.clone(), register.version))
    }

    /// The key's register, after its fence was raised to this caller; or why the caller may not speak.
    fn admit(
        &mut self,
        key: &str,
        token: u64,
        holder: &str,
        seq: Option<u64>,
    ) -> Result<&mut Register, Rejected> {
        let register = self.registers.entry(key.to_string()).or_default();
        if token == 0 || token < register.token {
            return Err(Rejected::StaleToken { highest: register.token });
        }
        let is_new = token > register.token;
        // Two holders with one token: the lock service failed, and nobody knows which of them is right.
        if !is_new && holder != register.holder {
            return Err(Rejected::HolderMismatch);
        }
        // Judged before the fence moves: a malformed call must not shut out the holder before.
        if seq == Some(0) {
            return Err(Rejected::StaleSeq { last: if is_new { 0 } else { register.last_seq } });
        }
        if is_new {
            register.token = token;
            register.holder = holder.to_string();
            // Every holder counts from the start.
            register.last_seq = 0;
        }
        Ok(register)
    }

    fn apply(
        &mut self,
        key: &str,
        token: u64,
        holder: &str,
        seq: u64,
        value: Option<&str>,
    ) -> Result<u64, Rejected> {
        let register = self.admit(key, token, holder, Some(seq))?;
        if seq < register.last_seq {
            return Err(Rejected::StaleSeq { last: register.last_seq });
        }
        if seq > register.last_seq {
            register.last_seq = seq;
            register.version += 1;
            register.value = value.map(str::to_string);
        }
        // For a repeated operation too: nothing was applied after it, so its version is the latest.
        Ok(register.version)
    }
}
