//! # The lock server, as a journal of grants
//! Leases are never changed or removed, only added to: a journal of entries, of which the latest for a
//! key counts. A renewal is an entry with a later end, a release one that ends now.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    pub max_ttl_ns: u64,
    pub token_block: u64,
}

pub trait Disk {
    fn high_water(&self) -> u64;
    fn set_high_water(&mut self, high_water: u64) -> bool;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub token: u64,
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

#[derive(Clone)]
struct Entry {
    key: String,
    owner: String,
    grant: Grant,
}

pub struct LeaseTable<D> {
    config: Config,
    disk: D,
    clock_ns: u64,
    blocked_until_ns: u64,
    /// Tokens left of the block below the mark.
    left: u64,
    journal: Vec<Entry>,
}

impl<D: Disk> LeaseTable<D> {
    pub fn create(config: Config, disk: D) -> Self {
        LeaseTable { config, disk, clock_ns: 0, blocked_until_ns: 0, left: 0, journal: vec![] }
    }

    pub fn recover(config: Config, disk: D, now_ns: u64) -> Self {
        let mut table = Self::create(config, disk);
        table.clock_ns = now_ns;
        table.blocked_until_ns = now_ns + config.max_ttl_ns;
        table
    }

    pub fn acquire(&mut self, now_ns: u64, key: &str, owner: &str, ttl_ns: u64) -> Result<Grant, Denied> {
        let found = self.observe(now_ns, key);
        self.check_ttl(ttl_ns).ok_or(Denied::BadTtl)?;
        match self.blocked_until_ns.checked_sub(self.clock_ns) {
            None | Some(0) => {}
            Some(retry_after_ns) => return Err(Denied::Recovering { retry_after_ns }),
        }
        let Some(entry) = found else {
            let token = self.mint().ok_or(Denied::DiskFailed)?;
            let grant = Grant { token, expires_ns: self.clock_ns + ttl_ns };
            return Ok(self.note(Entry { key: key.to_owned(), owner: owner.to_owned(), grant }));
        };
        if entry.owner != owner {
            return Err(Denied::Held { retry_after_ns: entry.grant.expires_ns - self.clock_ns });
        }
        Ok(self.extend(entry, ttl_ns))
    }

    pub fn renew(
        &mut self,
        now_ns: u64,
        key: &str,
        owner: &str,
        token: u64,
        ttl_ns: u64,
    ) -> Result<Grant, RenewError> {
        let found = self.observe(now_ns, key);
        self.check_ttl(ttl_ns).ok_or(RenewError::BadTtl)?;
        let own = found.filter(|e| (e.owner.as_str(), e.grant.token) == (owner, token));
        own.map(|entry| self.extend(entry, ttl_ns)).ok_or(RenewError::Lost)
    }

    pub fn release(&mut self, now_ns: u64, key: &str, owner: &str, token: u64) -> bool {
        let found = self.observe(now_ns, key);
        let Some(mut own) = found.filter(|e| (e.owner.as_str(), e.grant.token) == (owner, token)) else {
            return false;
        };
        own.grant.expires_ns = self.clock_ns;
        self.note(own);
        true
    }

    pub fn holder(&mut self, now_ns: u64, key: &str) -> Option<(String, u64)> {
        self.observe(now_ns, key).map(|entry| (entry.owner, entry.grant.token))
    }

    /// The live lease of the key, as it is now.
    fn observe(&mut self, now_ns: u64, key: &str) -> Option<Entry> {
        self.clock_ns = u64::max(self.clock_ns, now_ns);
        let last = self.journal.iter().rfind(|entry| entry.key == key)?;
        (last.grant.expires_ns > self.clock_ns).then(|| last.clone())
    }

    fn check_ttl(&self, ttl_ns: u64) -> Option<()> {
        (ttl_ns.wrapping_sub(1) < self.config.max_ttl_ns).then_some(())
    }

    fn extend(&mut self, mut entry: Entry, ttl_ns: u64) -> Grant {
        entry.grant.expires_ns = entry.grant.expires_ns.max(self.clock_ns + ttl_ns);
        self.note(entry)
    }

    fn note(&mut self, entry: Entry) -> Grant {
        let grant = entry.grant;
        self.journal.push(entry);
        grant
    }

    fn mint(&mut self) -> Option<u64> {
        if self.left == 0 {
            let wanted = self.disk.high_water() + self.config.token_block;
            if !self.disk.set_high_water(wanted) {
                return None;
            }
            self.left = self.config.token_block;
        }
        self.left -= 1;
        Some(self.disk.high_water() - self.left)
    }
}
