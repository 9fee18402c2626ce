//! # The lock server, with a pool of tokens and a sweep
//! A pool hands out tokens from a reserved range, which it fills before it is asked: at the start and
//! when its last token was taken. Leases that are over are swept out first thing in every call, so
//! that what is in the map is live.
use std::collections::BTreeMap;
use std::ops::Range;

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

struct Pool<D> {
    disk: D,
    block: u64,
    free: Range<u64>,
}

impl<D: Disk> Pool<D> {
    fn new(disk: D, block: u64) -> Self {
        let mut pool = Pool { disk, block, free: 0..0 };
        pool.fill();
        pool
    }

    fn fill(&mut self) {
        let mark = self.disk.high_water();
        if self.disk.set_high_water(mark + self.block) {
            self.free = mark + 1..mark + self.block + 1;
        }
    }

    fn take(&mut self) -> Option<u64> {
        if self.free.is_empty() {
            self.fill();
        }
        let token = self.free.next();
        if token.is_some() && self.free.is_empty() {
            self.fill();
        }
        token
    }
}

pub struct LeaseTable<D> {
    pool: Pool<D>,
    max_ttl_ns: u64,
    now_ns: u64,
    recovering_until_ns: Option<u64>,
    live: BTreeMap<String, (String, Grant)>,
}

impl<D: Disk> LeaseTable<D> {
    pub fn create(config: Config, disk: D) -> Self {
        LeaseTable {
            pool: Pool::new(disk, config.token_block),
            max_ttl_ns: config.max_ttl_ns,
            now_ns: 0,
            recovering_until_ns: None,
            live: BTreeMap::new(),
        }
    }

    pub fn recover(config: Config, disk: D, now_ns: u64) -> Self {
        let mut table = Self::create(config, disk);
        table.now_ns = now_ns;
        table.recovering_until_ns = Some(now_ns + config.max_ttl_ns);
        table
    }

    pub fn acquire(&mut self, now_ns: u64, key: &str, owner: &str, ttl_ns: u64) -> Result<Grant, Denied> {
        let expires_ns = self.sweep(now_ns) + ttl_ns.min(self.max_ttl_ns);
        if ttl_ns == 0 || ttl_ns > self.max_ttl_ns {
            return Err(Denied::BadTtl);
        }
        if let Some(until) = self.recovering_until_ns {
            return Err(Denied::Recovering { retry_after_ns: until - self.now_ns });
        }
        match self.live.get_mut(key) {
            Some((holder, grant)) if holder == owner => {
                *grant = Grant { expires_ns: expires_ns.max(grant.expires_ns), ..*grant };
                Ok(*grant)
            }
            Some((_, grant)) => Err(Denied::Held { retry_after_ns: grant.expires_ns - self.now_ns }),
            None => {
                let token = self.pool.take().ok_or(Denied::DiskFailed)?;
                let grant = Grant { token, expires_ns };
                self.live.insert(key.into(), (owner.into(), grant));
                Ok(grant)
            }
        }
    }

    pub fn renew(
        &mut self,
        now_ns: u64,
        key: &str,
        owner: &str,
        token: u64,
        ttl_ns: u64,
    ) -> Result<Grant, RenewError> {
        let now = self.sweep(now_ns);
        if ttl_ns == 0 || ttl_ns > self.max_ttl_ns {
            return Err(RenewError::BadTtl);
        }
        let (holder, grant) = self.live.get_mut(key).ok_or(RenewError::Lost)?;
        if holder != owner || grant.token != token {
            return Err(RenewError::Lost);
        }
        grant.expires_ns = grant.expires_ns.max(now + ttl_ns);
        Ok(*grant)
    }

    pub fn release(&mut self, now_ns: u64, key: &str, owner: &str, token: u64) -> bool {
        self.sweep(now_ns);
        match self.live.get(key) {
            Some((holder, grant)) if holder == owner && grant.token == token => {
                self.live.remove(key);
                true
            }
            _ => false,
        }
    }

    pub fn holder(&mut self, now_ns: u64, key: &str) -> Option<(String, u64)> {
        self.sweep(now_ns);
        let (owner, grant) = self.live.get(key)?;
        Some((owner.clone(), grant.token))
    }

    fn sweep(&mut self, now_ns: u64) -> u64 {
        self.now_ns = self.now_ns.max(now_ns);
        let now = self.now_ns;
        self.live.retain(|_, (_, grant)| grant.expires_ns > now);
        self.recovering_until_ns = self.recovering_until_ns.filter(|until| *until > now);
        now
    }
}
