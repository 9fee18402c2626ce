//! The fleet's limiter from parts: a breaker that remembers what it saw, a wallet per policy and tenant with leases
//! by expiry, topped up before it is empty, and a share for outages that counts whole seconds.

use std::collections::{HashMap, VecDeque};

/// What passes while the store does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fail {
    /// A share of the limit, by the node's own count.
    Open,
    /// Nothing that is not paid.
    Closed,
}

/// Per tenant: one token every `t_ns`, at most `burst` at one instant, over the whole fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub id: u32,
    pub t_ns: u64,
    pub burst: u64,
    pub fail: Fail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub tenant: u64,
    pub payment: bool,
}

/// What the store granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub tokens: u64,
    pub retry_in_ns: u64,
}

pub trait Store {
    /// Up to `want` tokens. `None`: no answer in time.
    fn take(&mut self, policy: u32, tenant: u64, want: u64) -> Option<Taken>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub allow: bool,
    pub policy_version: u64,
}

/// Whether the store is worth asking.
enum Breaker {
    Closed,
    /// Not before this instant.
    Open(u64),
}

#[derive(Default)]
struct Wallet {
    /// Tokens and until when they are good.
    leases: VecDeque<(u64, u64)>,
    quiet_until: u64,
    /// In the dark: the current second and what passed in it.
    slice: (u64, u64),
}

impl Wallet {
    fn balance(&mut self, now: u64) -> u64 {
        self.leases.retain(|lease| lease.0 > 0 && lease.1 > now);
        self.leases.iter().map(|lease| lease.0).sum()
    }
}

/// The limiter of one node.
pub struct NodeLimiter {
    fleet: u64,
    current: (u64, Vec<Policy>),
    wallets: HashMap<u64, [Wallet; 2]>,
    breaker: Breaker,
}

const SLICE: u64 = 1_000_000_000;

impl NodeLimiter {
    pub fn new(_: u64, fleet: u64) -> NodeLimiter {
        NodeLimiter { fleet, current: (0, vec![]), wallets: HashMap::new(), breaker: Breaker::Closed }
    }

    pub fn apply(&mut self, version: u64, policies: &[Policy]) {
        if version > self.current.0 {
            self.current = (version, policies.to_vec());
        }
    }

    pub fn decide(&mut self, r: &Request, now: u64, store: &mut dyn Store) -> Verdict {
        let (policy_version, policies) = (self.current.0, &self.current.1);
        let verdict = |allow| Verdict { allow, policy_version };
        let wallets = self.wallets.entry(r.tenant).or_default();
        let applies = 1 + usize::from(r.payment);
        let mut funded = [false; 2];
        // The scarcer policy first: without it the other one need not be asked for.
        for i in (0..applies).rev() {
            let (policy, wallet) = (&policies[i], &mut wallets[i]);
            let resting = matches!(self.breaker, Breaker::Open(until) if now < until);
            if wallet.balance(now) == 0 && !resting && now >= wallet.quiet_until {
                let want = (policy.burst / (2 * self.fleet)).max(1);
                if let Some(taken) = store.take(policy.id, r.tenant, want) {
                    self.breaker = Breaker::Closed;
                    wallet.leases.push_back((taken.tokens, now + 1_000_000_000));
                    if taken.tokens < want {
                        wallet.quiet_until = now + taken.retry_in_ns;
                    }
                } else {
                    self.breaker = Breaker::Open(now + 600_000_000);
                }
            }
            funded[i] = wallet.balance(now) > 0;
            if funded[i] {
                continue;
            }
            let dark = matches!(self.breaker, Breaker::Open(until) if now < until);
            if !dark || policy.fail == Fail::Closed {
                return verdict(false);
            }
            let slice = now / SLICE;
            if wallet.slice.0 != slice {
                wallet.slice = (slice, 0);
            }
            if wallet.slice.1 >= (SLICE / (policy.t_ns * self.fleet)).max(1) {
                return verdict(false);
            }
        }
        for i in 0..applies {
            let wallet = &mut wallets[i];
            match wallet.leases.front_mut() {
                Some(lease) if funded[i] => lease.0 -= 1,
                _ => wallet.slice.1 += 1,
            }
        }
        verdict(true)
    }
}
