//! # Tell them exactly when, as the ITU schedule
//! In the words of the virtual scheduling algorithm: the key holds the theoretical arrival time, or
//! nothing before its first charge, and a request conforms from a certain instant on. That instant is
//! worked out first; whether to allow, and how long to wait, both follow from it.
use std::num::NonZeroU64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

/// A charge weighs at least 1 ns, so a theoretical arrival time is never 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    tat: Option<NonZeroU64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow { remaining: u64, reset_after_ns: u64 },
    Deny { remaining: u64, reset_after_ns: u64, retry_after_ns: Option<u64> },
}

impl Key {
    pub fn check(&mut self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        let (next, decision) = self.schedule(quota, now_ns, cost);
        *self = next;
        decision
    }

    pub fn peek(&self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        self.schedule(quota, now_ns, cost).1
    }

    fn schedule(self, quota: &Quota, now_ns: u64, cost: u64) -> (Key, Decision) {
        let Quota { t_ns, burst } = *quota;
        let tat = self.tat.map_or(now_ns, |tat| tat.get().max(now_ns));
        let free = |tat: u64| burst.saturating_sub((tat - now_ns).div_ceil(t_ns));
        if cost == 0 {
            return (self, Decision::Allow { remaining: free(tat), reset_after_ns: tat - now_ns });
        }
        let (remaining, reset_after_ns) = (free(tat), tat - now_ns);
        // The more a request asks for, the less it may be early.
        let Some(spare) = burst.checked_sub(cost) else {
            return (self, Decision::Deny { remaining, reset_after_ns, retry_after_ns: None });
        };
        let conforms_from = tat.saturating_sub(spare * t_ns);
        if now_ns < conforms_from {
            let retry_after_ns = Some(conforms_from - now_ns);
            return (self, Decision::Deny { remaining, reset_after_ns, retry_after_ns });
        }
        let tat = tat + cost * t_ns;
        (
            Key { tat: NonZeroU64::new(tat) },
            Decision::Allow { remaining: free(tat), reset_after_ns: tat - now_ns },
        )
    }
}

pub fn retry_after_header(retry_after_ns: u64) -> u64 {
    1 + retry_after_ns.saturating_sub(1) / 1_000_000_000
}
