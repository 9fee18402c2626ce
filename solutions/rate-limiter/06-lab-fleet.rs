//! Twenty nodes, one hot tenant, ten seconds of darkness.
//!
//! Each node leases small chunks and spends them by itself. For every policy and tenant the same four
//! questions in the same order: money in hand, store known down, store known empty, ask. What is known
//! about a tenant's bucket is kept per policy and tenant; whether the store answers at all is known
//! per node, so that one request in half a second finds it out for all others.

use std::collections::HashMap;

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

/// How long leased tokens are good. It is the longest that an outage leaves a closed policy open, and
/// what a tenant that moves to other nodes leaves behind is lost after it.
const LEASE_NS: u64 = 500_000_000;
/// How long a store that did not answer is left alone.
const LEAVE_ALONE_NS: u64 = 500_000_000;

/// What a node knows about one policy of one tenant.
#[derive(Default)]
struct Account {
    tokens: u64,
    expires_ns: u64,
    /// The store had nothing more; no use in asking before.
    empty_until_ns: u64,
    /// Until when the node's own share, for outages, is in debt.
    degraded_tat_ns: u64,
}

/// How a request can pass one policy.
#[derive(Clone, Copy)]
enum Means {
    Token,
    /// Unpaid; the debt to the node's own share is then due at this instant.
    Share(u64),
}

/// The limiter of one node.
#[derive(Default)]
pub struct NodeLimiter {
    fleet: u64,
    version: u64,
    policies: Vec<Policy>,
    accounts: HashMap<(u32, u64), Account>,
    down_until_ns: u64,
}

impl NodeLimiter {
    pub fn new(_node: u64, fleet: u64) -> NodeLimiter {
        NodeLimiter { fleet, ..NodeLimiter::default() }
    }

    /// A push from the control plane.
    pub fn apply(&mut self, version: u64, policies: &[Policy]) {
        if version > self.version {
            self.version = version;
            self.policies = policies.to_vec();
        }
    }

    pub fn decide(&mut self, r: &Request, now_ns: u64, store: &mut dyn Store) -> Verdict {
        let policy_version = self.version;
        let every = self.policies[0];
        let payments = r.payment.then_some(self.policies[1]);
        // First look, then touch: a payment that the second policy refuses must not cost a token of
        // the first.
        let mut found = Vec::new();
        for policy in [Some(every), payments].into_iter().flatten() {
            let Some(means) = self.means(&policy, r.tenant, now_ns, store) else {
                return Verdict { allow: false, policy_version };
            };
            found.push((policy.id, means));
        }
        for (id, means) in found {
            let account = self.accounts.entry((id, r.tenant)).or_default();
            match means {
                Means::Token => account.tokens -= 1,
                Means::Share(tat_ns) => account.degraded_tat_ns = tat_ns,
            }
        }
        Verdict { allow: true, policy_version }
    }

    /// How this policy can be passed, if it can. Nothing is spent, but the store may be asked.
    fn means(&mut self, policy: &Policy, tenant: u64, now_ns: u64, store: &mut dyn Store) -> Option<Means> {
        let account = self.accounts.entry((policy.id, tenant)).or_default();
        if account.expires_ns <= now_ns {
            account.tokens = 0;
        }
        let mut dark = now_ns < self.down_until_ns;
        if account.tokens == 0 && !dark && now_ns >= account.empty_until_ns {
            // All nodes together hold half a burst, more or less. Rounded up: a burst that is smaller
            // than the fleet must not become a question for nothing.
            let want = policy.burst.div_ceil(2 * self.fleet);
            if let Some(taken) = store.take(policy.id, tenant, want) {
                account.tokens = taken.tokens;
                account.expires_ns = now_ns + LEASE_NS;
                account.empty_until_ns = now_ns + taken.retry_in_ns;
            } else {
                self.down_until_ns = now_ns + LEAVE_ALONE_NS;
                dark = true;
            }
        }
        if account.tokens > 0 {
            return Some(Means::Token);
        }
        if !dark || policy.fail == Fail::Closed {
            return None;
        }
        // The node's share of the limit, as if the traffic came to all nodes alike.
        let t_ns = policy.t_ns * self.fleet;
        let cap_ns = policy.burst.div_ceil(self.fleet) * t_ns;
        let after_ns = account.degraded_tat_ns.saturating_sub(now_ns) + t_ns;
        (after_ns <= cap_ns).then_some(Means::Share(now_ns + after_ns))
    }
}
