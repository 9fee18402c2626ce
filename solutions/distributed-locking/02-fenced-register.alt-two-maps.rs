//! # The resource defends itself, with fences and values apart
//! As a gate in front of an ordinary key-value store: the gate decides from (token, holder) and the
//! answers given under it, and the store behind holds values and versions and knows no tokens.
use std::cmp::Ordering;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    StaleToken { highest: u64 },
    HolderMismatch,
    StaleSeq { last: u64 },
}

#[derive(Clone)]
struct Fence {
    token: u64,
    holder: String,
    /// Number and answer of the last operation under this token.
    last: Option<(u64, u64)>,
}

enum Pass {
    Apply,
    Again(u64),
}

#[derive(Default)]
pub struct Store {
    fences: BTreeMap<String, Fence>,
    values: BTreeMap<String, String>,
    versions: BTreeMap<String, u64>,
}

impl Store {
    pub fn new() -> Self {
        Store::default()
    }

    pub fn seal(&mut self, key: &str, token: u64, holder: &str) -> Result<(Option<String>, u64), Rejected> {
        let fence = self.fence(key, token, holder)?;
        self.fences.insert(key.to_string(), fence);
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
        match self.pass(key, token, holder, seq)? {
            Pass::Again(version) => Ok(version),
            Pass::Apply => {
                self.values.insert(key.to_string(), value.to_string());
                Ok(self.applied(key, seq))
            }
        }
    }

    pub fn delete(&mut self, key: &str, token: u64, holder: &str, seq: u64) -> Result<u64, Rejected> {
        match self.pass(key, token, holder, seq)? {
            Pass::Again(version) => Ok(version),
            Pass::Apply => {
                self.values.remove(key);
                Ok(self.applied(key, seq))
            }
        }
    }

    pub fn read(&self, key: &str) -> (Option<String>, u64) {
        (self.values.get(key).cloned(), self.versions.get(key).copied().unwrap_or(0))
    }

    /// The fence as it is once this caller is admitted.
    fn fence(&self, key: &str, token: u64, holder: &str) -> Result<Fence, Rejected> {
        let fresh = Fence { token, holder: holder.to_string(), last: None };
        let highest = self.fences.get(key).map_or(0, |fence| fence.token);
        if token == 0 {
            return Err(Rejected::StaleToken { highest });
        }
        let Some(fence) = self.fences.get(key) else { return Ok(fresh) };
        match token.cmp(&fence.token) {
            Ordering::Less => Err(Rejected::StaleToken { highest }),
            Ordering::Greater => Ok(fresh),
            Ordering::Equal if fence.holder == holder => Ok(fence.clone()),
            Ordering::Equal => Err(Rejected::HolderMismatch),
        }
    }

    fn pass(&mut self, key: &str, token: u64, holder: &str, seq: u64) -> Result<Pass, Rejected> {
        let fence = self.fence(key, token, holder)?;
        let (last, version) = fence.last.unwrap_or((0, 0));
        if seq == 0 || seq < last {
            return Err(Rejected::StaleSeq { last });
        }
        self.fences.insert(key.to_string(), fence);
        Ok(if seq == last { Pass::Again(version) } else { Pass::Apply })
    }

    fn applied(&mut self, key: &str, seq: u64) -> u64 {
        let version = self.versions.entry(key.to_string()).or_insert(0);
        *version += 1;
        if let Some(fence) = self.fences.get_mut(key) {
            fence.last = Some((seq, *version));
        }
        *version
    }
}
