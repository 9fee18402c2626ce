//! A bucket that never loses a nanosecond, as one number: the instant at which it is full.
//!
//! The clock counts `tokens` ticks a nanosecond. A bucket that lacks `debt` ticks is full
//! `debt` ticks from now: the theoretical arrival time of the next exercise. It needs no
//! second field, because "full at" says both how much is missing and since when. A call
//! after a step back is judged at its own `now_ns`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

pub struct TokenBucket {
    full_at: u128,
}

impl TokenBucket {
    pub fn full(rate: &Rate, now_ns: u64) -> TokenBucket {
        TokenBucket { full_at: clock(rate, now_ns) }
    }

    pub fn try_take(&mut self, rate: &Rate, now_ns: u64, cost: u64) -> bool {
        let now = clock(rate, now_ns);
        // A cost of 0 must not move the mark: a client that is behind its debt keeps it.
        let full_at = self.full_at.max(now) + ticks(rate, cost);
        let granted = cost == 0 || full_at <= now + ticks(rate, rate.burst);
        if granted && cost > 0 {
            self.full_at = full_at;
        }
        granted
    }

    pub fn available(&self, rate: &Rate, now_ns: u64) -> u64 {
        let debt = self.full_at.saturating_sub(clock(rate, now_ns));
        let level = ticks(rate, rate.burst).saturating_sub(debt);
        (level / u128::from(rate.period_ns)) as u64
    }
}

fn clock(rate: &Rate, now_ns: u64) -> u128 {
    u128::from(now_ns) * u128::from(rate.tokens)
}

fn ticks(rate: &Rate, tokens: u64) -> u128 {
    u128::from(tokens) * u128::from(rate.period_ns)
}
