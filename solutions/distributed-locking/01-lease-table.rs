//! # The lock server
//! Leases in memory, and on disk a mark that no granted token is above. A restart takes up above the
//! mark, so no token comes twice, and waits for the longest lease, so none that it forgot is live.
use std::collections::HashMap;

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

struct Lease {
    owner: String,
    grant: Grant,
}

impl Lease {
    /// A renewal may come with a shorter ttl than what is left; a promise is never taken back.
    fn extend(&mut self, expires_ns: u64) -> Grant {
        self.grant.expires_ns = self.grant.expires_ns.max(expires_ns);
        self.grant
    }
}

pub struct LeaseTable<D> {
    config: Config,
    disk: D,
    clock_ns: u64,
    /// From here on no lease of an earlier table can be live.
    ready_ns: u64,
    /// Reserved while it is at most the mark on disk.
    next_token: u64,
    leases: HashMap<String, Lease>,
}

impl<D: Disk> LeaseTable<D> {
    /// The first start on this disk.
    pub fn create(config: Config, disk: D) -> Self {
        // Whatever is at or below the mark may have been granted, and nobody remembers which of it.
        let next_token = disk.high_water() + 1;
        LeaseTable { config, disk, clock_ns: 0, ready_ns: 0, next_token, leases: HashMap::new() }
    }

    /// A start after a crash: all leases are forgotten.
    pub fn recover(config: Config, disk: D, now_ns: u64) -> Self {
        let ready_ns = now_ns + config.max_ttl_ns;
        LeaseTable { clock_ns: now_ns, ready_ns, ..Self::create(config, disk) }
    }

    pub fn acquire(&mut self, now_ns: u64, key: &str, owner: &str, ttl_ns: u64) -> Result<Grant, Denied> {
        let now = self.clock(now_ns);
        if !self.is_legal(ttl_ns) {
            return Err(Denied::BadTtl);
        }
        if now < self.ready_ns {
            return Err(Denied::Recovering { retry_after_ns: self.ready_ns - now });
        }
        let expires_ns = now + ttl_ns;
        if let Some(lease) = self.live(key) {
            if lease.owner == owner {
                return Ok(lease.extend(expires_ns));
            }
            return Err(Denied::Held { retry_after_ns: lease.grant.expires_ns - now });
        }
        let grant = Grant { token: self.new_token()?, expires_ns };
        self.leases.insert(key.to_string(), Lease { owner: owner.to_string(), grant });
        Ok(grant)
    }

    pub fn renew(
        &mut self,
        now_ns: u64,
        key: &str,
        owner: &str,
        token: u64,
        ttl_ns: u64,
    ) -> Result<Grant, RenewError> {
        let now = self.clock(now_ns);
        if !self.is_legal(ttl_ns) {
            return Err(RenewError::BadTtl);
        }
        match self.own(key, owner, token) {
            Some(lease) => Ok(lease.extend(now + ttl_ns)),
            None => Err(RenewError::Lost),
        }
    }

    pub fn release(&mut self, now_ns: u64, key: &str, owner: &str, token: u64) -> bool {
        self.clock(now_ns);
        self.own(key, owner, token).is_some() && self.leases.remove(key).is_some()
    }

    pub fn holder(&mut self, now_ns: u64, key: &str) -> Option<(String, u64)> {
        self.clock(now_ns);
        self.live(key).map(|lease| (lease.owner.clone(), lease.grant.token))
    }

    /// Every call passes here: a clock that went back once would stretch a lease, and revive others.
    fn clock(&mut self, now_ns: u64) -> u64 {
        self.clock_ns = self.clock_ns.max(now_ns);
        self.clock_ns
    }

    fn is_legal(&self, ttl_ns: u64) -> bool {
        (1..=self.config.max_ttl_ns).contains(&ttl_ns)
    }

    fn live(&mut self, key: &str) -> Option<&mut Lease> {
        self.leases.get_mut(key).filter(|lease| self.clock_ns < lease.grant.expires_ns)
    }

    /// The owner alone is not enough: a late message of an earlier lease has the same.
    fn own(&mut self, key: &str, owner: &str, token: u64) -> Option<&mut Lease> {
        self.live(key).filter(|lease| lease.owner == owner && lease.grant.token == token)
    }

    fn new_token(&mut self) -> Result<u64, Denied> {
        let mark = self.disk.high_water();
        // Durable first, granted after: a crash in between costs a block of numbers, which are free.
        if self.next_token > mark && !self.disk.set_high_water(mark + self.config.token_block) {
            return Err(Denied::DiskFailed);
        }
        self.next_token += 1;
        Ok(self.next_token - 1)
    }
}
