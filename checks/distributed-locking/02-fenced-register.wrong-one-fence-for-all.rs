//! Wrong on purpose: one fence for the whole store. The lock service's tokens grow over all its locks, so
//! the leader of one key shuts out the rightful leader of another.
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

#[derive(Default)]
struct Register {
    version: u64,
    value: Option<String>,
}

#[derive(Default)]
pub struct Store {
    token: u64,
    holder: String,
    last_seq: u64,
    registers: HashMap<String, Register>,
}

impl Store {
    pub fn new() -> Self {
        Store::default()
    }

    pub fn seal(&mut self, key: &str, token: u64, holder: &str) -> Result<(Option<String>, u64), Rejected> {
        self.admit(token, holder, None)?;
        Ok(self.read(key))
    }

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

    pub fn delete(&mut self, key: &str, token: u64, holder: &str, seq: u64) -> Result<u64, Rejected> {
        self.apply(key, token, holder, seq, None)
    }

    pub fn read(&self, key: &str) -> (Option<String>, u64) {
        self.registers.get(key).map_or((None, 0), |register| (register.value.clone(), register.version))
    }

    fn admit(&mut self, token: u64, holder: &str, seq: Option<u64>) -> Result<(), Rejected> {
        if token == 0 || token < self.token {
            return Err(Rejected::StaleToken { highest: self.token });
        }
        let is_new = token > self.token;
        if !is_new && holder != self.holder {
            return Err(Rejected::HolderMismatch);
        }
        if seq == Some(0) {
            return Err(Rejected::StaleSeq { last: if is_new { 0 } else { self.last_seq } });
        }
        if is_new {
            self.token = token;
            self.holder = holder.to_string();
            self.last_seq = 0;
        }
        Ok(())
    }

    fn apply(
        &mut self,
        key: &str,
        token: u64,
        holder: &str,
        seq: u64,
        value: Option<&str>,
    ) -> Result<u64, Rejected> {
        self.admit(token, holder, Some(seq))?;
        if seq < self.last_seq {
            return Err(Rejected::StaleSeq { last: self.last_seq });
        }
        let register = self.registers.entry(key.to_string()).or_default();
        if seq > self.last_seq {
            self.last_seq = seq;
            register.version += 1;
            register.value = value.map(str::to_string);
        }
        Ok(register.version)
    }
}
