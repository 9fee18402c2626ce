//! # Tell them exactly when
//! A weighted limiter that keeps one number per key, the instant until which it is in debt, and whose
//! every answer is a function of the debt.

/// One token every `t_ns`, at most `burst` held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

/// The instant until which the key is in debt. Its past and a key never seen are the same thing, a
/// debt of 0, so the default needs no flag.
#[derive(Default)]
pub struct Key {
    tat_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow {
        /// Whole tokens that could still be taken at this instant.
        remaining: u64,
        /// Until the bucket is full again, if nothing more is taken.
        reset_after_ns: u64,
    },
    Deny {
        remaining: u64,
        reset_after_ns: u64,
        /// The smallest wait that helps. `None`: no wait does.
        retry_after_ns: Option<u64>,
    },
}

impl Key {
    pub fn check(&mut self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        let decision = self.peek(quota, now_ns, cost);
        // The decision says it all: the new debt counts from now. Only a charge moves the instant;
        // cost 0 must not, or a later call with an earlier clock would find a debt that nobody made.
        if let Decision::Allow { reset_after_ns, .. } = decision
            && cost > 0
        {
            self.tat_ns = now_ns + reset_after_ns;
        }
        decision
    }

    pub fn peek(&self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        let cap = quota.burst * quota.t_ns;
        let debt = self.tat_ns.saturating_sub(now_ns);
        // A product that overflows is above every cap.
        let weight = cost.checked_mul(quota.t_ns).filter(|weight| *weight <= cap);
        // Rounded down, because a part of a token buys nothing.
        let remaining = |debt: u64| cap.saturating_sub(debt) / quota.t_ns;
        let deny = |retry_after_ns| Decision::Deny {
            remaining: remaining(debt),
            reset_after_ns: debt,
            retry_after_ns,
        };
        let Some(weight) = weight else { return deny(None) };
        let after = debt + weight;
        if cost == 0 || after <= cap {
            Decision::Allow { remaining: remaining(after), reset_after_ns: after }
        } else {
            // A debt shrinks by one nanosecond per nanosecond, so what is too much is the wait.
            deny(Some(after - cap))
        }
    }
}

/// Whole seconds for a `Retry-After` header: up, because a client that comes back early is refused
/// again, and never 0, which reads as 'now'.
pub fn retry_after_header(retry_after_ns: u64) -> u64 {
    retry_after_ns.div_ceil(1_000_000_000).max(1)
}
