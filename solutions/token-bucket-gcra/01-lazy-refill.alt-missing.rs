//! A bucket that never loses a nanosecond, told from its empty side.
//!
//! What is stored is how much is missing to full. Refilling is then a subtraction that stops
//! at 0, and no cap is left to forget. Every call writes, so the mark is always the latest
//! instant seen.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

#[derive(Clone, Copy)]
pub struct TokenBucket {
    missing: u128,
    seen_ns: u64,
}

impl TokenBucket {
    pub fn full(_: &Rate, now_ns: u64) -> TokenBucket {
        TokenBucket { missing: 0, seen_ns: now_ns }
    }

    pub fn try_take(&mut self, rate: &Rate, now_ns: u64, cost: u64) -> bool {
        self.refill(rate, now_ns);
        if cost > self.whole(rate) {
            return false;
        }
        self.missing += u128::from(cost) * u128::from(rate.period_ns);
        true
    }

    pub fn available(&self, rate: &Rate, now_ns: u64) -> u64 {
        let mut copy = *self;
        copy.refill(rate, now_ns);
        copy.whole(rate)
    }

    fn refill(&mut self, rate: &Rate, now_ns: u64) {
        if now_ns > self.seen_ns {
            let earned = u128::from(now_ns - self.seen_ns) * u128::from(rate.tokens);
            self.missing = self.missing.saturating_sub(earned);
            self.seen_ns = now_ns;
        }
    }

    /// A token that is missing in part is not there: round up what is missing.
    fn whole(&self, rate: &Rate) -> u64 {
        rate.burst - self.missing.div_ceil(u128::from(rate.period_ns)) as u64
    }
}
