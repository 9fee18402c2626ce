//! The fleet's limiter with pay and refund: each policy is charged as it comes, and what was charged is given back
//! when a later one refuses. Leases do not expire (a closed policy leases single tokens, so little is left in
//! hand), chunks follow what was used, and the nodes probe a dark store at different times.

use std::collections::BTreeMap;

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

/// One tenant under one policy.
#[derive(Clone, Default)]
struct Purse {
    tokens: u64,
    /// When the last lease was taken, and how large it was.
    leased_at: u64,
    chunk: u64,
    nothing_before: u64,
    /// The node's own bucket for outages, in tokens, and as of when.
    own: Option<(f64, u64)>,
}

/// How a charge was paid, to give it back.
enum Receipt {
    Token,
    Own,
}

/// The limiter of one node.
pub struct NodeLimiter {
    fleet: u64,
    rest_ns: u64,
    version: u64,
    policies: Vec<Policy>,
    purses: BTreeMap<(u64, u32), Purse>,
    dark_until: Option<u64>,
}

impl NodeLimiter {
    pub fn new(node: u64, fleet: u64) -> NodeLimiter {
        let rest_ns = 400_000_000 + node % 20 * 10_000_000;
        NodeLimiter {
            fleet,
            rest_ns,
            version: 0,
            policies: vec![],
            purses: BTreeMap::new(),
            dark_until: None,
        }
    }

    pub fn apply(&mut self, version: u64, policies: &[Policy]) {
        if self.version >= version {
            return;
        }
        self.version = version;
        self.policies = policies.into();
    }

    pub fn decide(&mut self, r: &Request, now_ns: u64, store: &mut dyn Store) -> Verdict {
        let mut receipts = Vec::new();
        let mut allow = true;
        for i in 0..1 + usize::from(r.payment) {
            match self.charge(i, r.tenant, now_ns, store) {
                Some(receipt) => receipts.push((i, receipt)),
                None => allow = false,
            }
        }
        if !allow {
            for (i, receipt) in receipts {
                let purse = self.purse(i, r.tenant);
                match receipt {
                    Receipt::Token => purse.tokens += 1,
                    Receipt::Own => purse.own = purse.own.map(|(tokens, at)| (tokens + 1.0, at)),
                }
            }
        }
        Verdict { allow, policy_version: self.version }
    }

    fn purse(&mut self, i: usize, tenant: u64) -> &mut Purse {
        self.purses.entry((tenant, self.policies[i].id)).or_default()
    }

    fn charge(&mut self, i: usize, tenant: u64, now_ns: u64, store: &mut dyn Store) -> Option<Receipt> {
        let (policy, fleet, rest_ns) = (self.policies[i], self.fleet, self.rest_ns);
        let dark = self.dark_until.is_some_and(|until| now_ns < until);
        let purse = self.purse(i, tenant);
        let mut failed = false;
        if purse.tokens == 0 && !dark && now_ns >= purse.nothing_before {
            // A lease that lasted less than 50 ms was too small, one that lasted over 500 ms too large.
            let largest = (policy.burst / (2 * fleet)).max(1);
            let lasted = now_ns - purse.leased_at;
            purse.chunk = match lasted {
                0..50_000_000 => 2 * purse.chunk,
                500_000_000.. => purse.chunk / 2,
                _ => purse.chunk,
            }
            .clamp(largest.div_ceil(2), largest);
            match store.take(policy.id, tenant, purse.chunk) {
                None => failed = true,
                Some(taken) => {
                    purse.tokens = taken.tokens;
                    purse.leased_at = now_ns;
                    if taken.tokens < purse.chunk {
                        purse.nothing_before = now_ns + taken.retry_in_ns.max(1_000_000);
                    }
                }
            }
        }
        let paid = if purse.tokens > 0 {
            purse.tokens -= 1;
            Some(Receipt::Token)
        } else if (dark || failed) && policy.fail == Fail::Open {
            let most = (policy.burst as f64 / fleet as f64).max(1.0);
            let a_second = 1e9 / (policy.t_ns * fleet) as f64;
            let (level, at) = purse.own.unwrap_or((most, now_ns));
            let level = (level + (now_ns - at) as f64 * 1e-9 * a_second).min(most);
            let passes = level >= 1.0;
            purse.own = Some((if passes { level - 1.0 } else { level }, now_ns));
            passes.then_some(Receipt::Own)
        } else {
            None
        };
        if failed {
            self.dark_until = Some(now_ns + rest_ns);
        }
        paid
    }
}
