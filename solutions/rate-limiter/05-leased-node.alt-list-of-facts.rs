//! Spend locally, owe globally, with leases in no order (there are few), what is known about the store as a list
//! of facts, and wide arithmetic.

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

#[derive(Clone, Copy)]
enum Known {
    Down { until: u64 },
    Empty { until: u64 },
}

/// One limit on one node.
pub struct Node {
    cfg: Cfg,
    leases: Vec<(u64, u64)>,
    known: Vec<Known>,
    debt_until: u128,
}

impl Node {
    pub fn new(cfg: Cfg) -> Node {
        Node { cfg, leases: vec![], known: vec![], debt_until: 0 }
    }

    pub fn decide(&mut self, now_ns: u64, cost: u64) -> Decision {
        let missing = u128::from(cost).saturating_sub(self.balance(now_ns).into()) as u64;
        if missing == 0 {
            self.pay(now_ns, cost);
            return Decision::Allow;
        }
        let mut down = false;
        let mut empty = false;
        for known in &self.known {
            match *known {
                Known::Down { until } => down |= now_ns < until,
                Known::Empty { until } => empty |= now_ns < until,
            }
        }
        if down {
            if let FailMode::Open { t_ns, burst } = self.cfg.fail {
                let start = self.debt_until.max(now_ns.into());
                let end = start + u128::from(cost) * u128::from(t_ns);
                if end <= u128::from(now_ns) + u128::from(burst * t_ns) {
                    self.debt_until = end;
                    return Decision::AllowDegraded;
                }
            }
        }
        if down || empty { Decision::Deny } else { Decision::Ask(missing.max(self.cfg.chunk)) }
    }

    fn pay(&mut self, now_ns: u64, mut cost: u64) {
        while cost > 0 {
            let good = self.leases.iter_mut().filter(|lease| lease.0 > now_ns && lease.1 > 0);
            let Some(first) = good.min_by_key(|lease| lease.0) else { return };
            let part = cost.min(first.1);
            first.1 -= part;
            cost -= part;
        }
    }

    pub fn on_reply(&mut self, now_ns: u64, r: Reply) {
        self.leases.retain(|(expires_ns, tokens)| *expires_ns > now_ns && *tokens > 0);
        self.known.retain(|known| !matches!(known, Known::Down { .. }));
        match r {
            Reply::Unavailable => self.known.push(Known::Down { until: now_ns + self.cfg.retry_ns }),
            Reply::Granted(Grant { asked, tokens, expires_ns, retry_at_ns }) => {
                self.leases.push((expires_ns, tokens));
                if tokens < asked {
                    self.known = vec![Known::Empty { until: retry_at_ns }];
                }
            }
        }
    }

    /// Tokens in hand.
    pub fn balance(&self, now_ns: u64) -> u64 {
        self.leases.iter().map(|(expires_ns, tokens)| if *expires_ns > now_ns { *tokens } else { 0 }).sum()
    }
}
