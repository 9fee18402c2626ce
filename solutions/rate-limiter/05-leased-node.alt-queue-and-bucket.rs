//! Spend locally, owe globally, with a queue of leases by expiry and the node's own limit as a bucket that is
//! refilled when it is looked at.

use std::collections::VecDeque;

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
    leases: VecDeque<Grant>,
    down_until: Option<u64>,
    no_more_until: Option<u64>,
    /// Nanoseconds of credit in the node's own bucket, and as of when.
    credit: u64,
    as_of: u64,
}

impl Node {
    pub fn new(cfg: Cfg) -> Node {
        let credit = match cfg.fail {
            FailMode::Closed => 0,
            FailMode::Open { t_ns, burst } => t_ns * burst,
        };
        let (leases, down_until, no_more_until, as_of) = (VecDeque::new(), None, None, 0);
        Node { cfg, leases, down_until, no_more_until, credit, as_of }
    }

    pub fn decide(&mut self, now_ns: u64, mut cost: u64) -> Decision {
        if cost == 0 {
            return Decision::Allow;
        }
        while self.leases.front().is_some_and(|lease| lease.expires_ns <= now_ns) {
            self.leases.pop_front();
        }
        let missing = cost.saturating_sub(self.balance(now_ns));
        if missing == 0 {
            while let Some(lease) = self.leases.front_mut() {
                if lease.tokens > cost {
                    lease.tokens -= cost;
                    break;
                }
                cost -= lease.tokens;
                self.leases.pop_front();
            }
            return Decision::Allow;
        }
        if self.down_until.is_some_and(|until| now_ns < until) {
            return match self.cfg.fail {
                FailMode::Closed => Decision::Deny,
                FailMode::Open { t_ns, burst } => {
                    self.credit = (t_ns * burst).min(self.credit.saturating_add(now_ns - self.as_of));
                    self.as_of = now_ns;
                    match cost.checked_mul(t_ns).and_then(|weight| self.credit.checked_sub(weight)) {
                        None => Decision::Deny,
                        Some(rest) => {
                            self.credit = rest;
                            Decision::AllowDegraded
                        }
                    }
                }
            };
        }
        match self.no_more_until {
            Some(until) if now_ns < until => Decision::Deny,
            _ => Decision::Ask(std::cmp::max(self.cfg.chunk, missing)),
        }
    }

    pub fn on_reply(&mut self, now_ns: u64, r: Reply) {
        let Reply::Granted(grant) = r else {
            self.down_until = Some(now_ns + self.cfg.retry_ns);
            return;
        };
        self.down_until = None;
        if grant.tokens < grant.asked {
            self.no_more_until = Some(grant.retry_at_ns);
        }
        let place = self.leases.partition_point(|lease| lease.expires_ns <= grant.expires_ns);
        self.leases.insert(place, grant);
    }

    /// Tokens in hand.
    pub fn balance(&self, now_ns: u64) -> u64 {
        self.leases.iter().filter(|lease| now_ns < lease.expires_ns).map(|lease| lease.tokens).sum()
    }
}
