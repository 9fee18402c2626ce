//! A bucket that never loses a nanosecond.
//!
//! The unit decides everything. Counted in tokens, a nanosecond earns a fraction and every
//! store rounds it. Counted in ticks, with `period_ns` ticks to a token, a nanosecond earns
//! `tokens` ticks: a whole number, so nothing is left to round. The state is the level at
//! one past instant; what has been earned since is worked out when somebody asks.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens earned in each period.
    pub tokens: u64,
    /// Length of a period in nanoseconds.
    pub period_ns: u64,
    /// The most the bucket holds, in tokens.
    pub burst: u64,
}

pub struct TokenBucket {
    /// The level right after the last grant, in ticks. A day's period times a burst of 10^12
    /// is 86 bits long, hence u128.
    credit: u128,
    /// When that was.
    last_ns: u64,
}

/// `tokens` as ticks.
fn ticks(rate: &Rate, tokens: u64) -> u128 {
    u128::from(tokens) * u128::from(rate.period_ns)
}

impl TokenBucket {
    /// A bucket that holds `rate.burst` tokens at `now_ns`.
    pub fn full(rate: &Rate, now_ns: u64) -> TokenBucket {
        TokenBucket { credit: ticks(rate, rate.burst), last_ns: now_ns }
    }

    /// Takes `cost` tokens and answers true, or answers false and takes none.
    pub fn try_take(&mut self, rate: &Rate, now_ns: u64, cost: u64) -> bool {
        let (level, price) = (self.level(rate, now_ns), ticks(rate, cost));
        let granted = level >= price;
        if granted {
            self.credit = level - price;
            // Moving the mark back would earn the same stretch again once the clock recovers.
            self.last_ns = self.last_ns.max(now_ns);
        }
        // A refusal writes nothing: `level` can be worked out again from what is stored.
        granted
    }

    /// Whole tokens in the bucket at `now_ns`.
    pub fn available(&self, rate: &Rate, now_ns: u64) -> u64 {
        // At most `burst`, so it fits.
        (self.level(rate, now_ns) / u128::from(rate.period_ns)) as u64
    }

    /// The level in ticks. The one place where time turns into tokens, and where the bucket
    /// overflows: capping before the comparison is what keeps an idle hour from being spent.
    fn level(&self, rate: &Rate, now_ns: u64) -> u128 {
        let elapsed = now_ns.saturating_sub(self.last_ns);
        let earned = u128::from(elapsed) * u128::from(rate.tokens);
        (self.credit + earned).min(ticks(rate, rate.burst))
    }
}
