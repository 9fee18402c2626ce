//! Wrong on purpose: the key stores its debt and the instant of its last charge, and takes an instant
//! of 0 for "never seen". On a machine whose clock starts at 0 a key pays for nothing until it moves.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

#[derive(Default)]
pub struct Key {
    debt_ns: u64,
    last_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow { remaining: u64, reset_after_ns: u64 },
    Deny { remaining: u64, reset_after_ns: u64, retry_after_ns: Option<u64> },
}

impl Key {
    pub fn check(&mut self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        let decision = self.peek(quota, now_ns, cost);
        if let Decision::Allow { reset_after_ns, .. } = decision
            && cost > 0
        {
            *self = Key { debt_ns: reset_after_ns, last_ns: now_ns };
        }
        decision
    }

    pub fn peek(&self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        let cap = quota.burst * quota.t_ns;
        let debt = if self.last_ns == 0 { 0 } else { (self.last_ns + self.debt_ns).saturating_sub(now_ns) };
        let left = |debt: u64| cap.saturating_sub(debt) / quota.t_ns;
        let deny =
            |retry_after_ns| Decision::Deny { remaining: left(debt), reset_after_ns: debt, retry_after_ns };
        if cost > quota.burst {
            return deny(None);
        }
        let after = debt + cost * quota.t_ns;
        if cost == 0 || after <= cap {
            Decision::Allow { remaining: left(after), reset_after_ns: after }
        } else {
            deny(Some(after - cap))
        }
    }
}

pub fn retry_after_header(retry_after_ns: u64) -> u64 {
    retry_after_ns.div_ceil(1_000_000_000).max(1)
}
