//! Spend locally, owe globally.
//!
//! Three instants say all that a node knows about the store: until when its leases are good, until when
//! the store is left alone, and until when it has nothing. The order of the questions is the policy:
//! money in hand, store known down, store known empty, ask.

use std::collections::BTreeMap;

/// What a node does while the store is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailMode {
    /// Nothing passes that was not paid for.
    Closed,
    /// A limit of the node's own: one token every `t_ns`, at most `burst` at one instant.
    Open { t_ns: u64, burst: u64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cfg {
    /// The least number of tokens to ask for.
    pub chunk: u64,
    /// How long the store is left alone after it did not answer.
    pub retry_ns: u64,
    pub fail: FailMode,
}

/// What the store granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// How many tokens it was asked for.
    pub asked: u64,
    /// How many it gave.
    pub tokens: u64,
    pub expires_ns: u64,
    /// When it may have more. Means nothing if it gave all that was asked.
    pub retry_at_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Granted(Grant),
    /// No answer in time.
    Unavailable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Paid with leased tokens.
    Allow,
    /// Not paid: let through by the node's own limit.
    AllowDegraded,
    Deny,
    /// Ask the store for so many tokens, and then decide again.
    Ask(u64),
}

/// One limit on one node.
pub struct Node {
    cfg: Cfg,
    /// Tokens by the instant at which they expire. Leases of one expiry are one lease.
    leases: BTreeMap<u64, u64>,
    down_until: u64,
    no_more_until: u64,
    /// Until when the node's own limit is in debt. Outages do not reset it: a store that comes and goes
    /// would grant a fresh burst each time.
    degraded_tat: u64,
}

impl Node {
    pub fn new(cfg: Cfg) -> Node {
        Node { cfg, leases: BTreeMap::new(), down_until: 0, no_more_until: 0, degraded_tat: 0 }
    }

    pub fn decide(&mut self, now_ns: u64, cost: u64) -> Decision {
        // What expires at this very instant is gone.
        while self.leases.first_key_value().is_some_and(|(expires_ns, _)| *expires_ns <= now_ns) {
            self.leases.pop_first();
        }
        let balance = self.balance(now_ns);
        if balance >= cost {
            self.spend(cost);
            Decision::Allow
        } else if now_ns < self.down_until {
            self.degraded(now_ns, cost)
        } else if now_ns < self.no_more_until {
            Decision::Deny
        } else {
            Decision::Ask(self.cfg.chunk.max(cost - balance))
        }
    }

    pub fn on_reply(&mut self, now_ns: u64, r: Reply) {
        match r {
            Reply::Granted(grant) => {
                self.down_until = 0;
                *self.leases.entry(grant.expires_ns).or_default() += grant.tokens;
                if grant.tokens < grant.asked {
                    self.no_more_until = grant.retry_at_ns;
                }
            }
            // The store's bucket was debited when it granted: an outage takes nothing back.
            Reply::Unavailable => self.down_until = now_ns + self.cfg.retry_ns,
        }
    }

    /// Tokens in hand.
    pub fn balance(&self, now_ns: u64) -> u64 {
        self.leases.range(now_ns + 1..).map(|(_, tokens)| tokens).sum()
    }

    /// Takes `cost` from the leases that expire first: what is kept is what lasts.
    fn spend(&mut self, mut cost: u64) {
        for tokens in self.leases.values_mut() {
            let part = cost.min(*tokens);
            *tokens -= part;
            cost -= part;
        }
    }

    fn degraded(&mut self, now_ns: u64, cost: u64) -> Decision {
        let FailMode::Open { t_ns, burst } = self.cfg.fail else { return Decision::Deny };
        let debt = self.degraded_tat.saturating_sub(now_ns);
        // A product that overflows is above every burst.
        let after = cost.saturating_mul(t_ns).saturating_add(debt);
        if after > burst * t_ns {
            return Decision::Deny;
        }
        self.degraded_tat = now_ns + after;
        Decision::AllowDegraded
    }
}
