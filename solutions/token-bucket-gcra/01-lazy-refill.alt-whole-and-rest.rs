//! A bucket that never loses a nanosecond, as whole tokens and the rest of a division.
//!
//! This is long division carried on from call to call: the rest that one refill leaves is
//! put before the next one. It settles the bucket at every call, granted or not.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

pub struct TokenBucket {
    whole: u64,
    /// In units of 1 / `period_ns` of a token; below one token, and 0 when the bucket is full.
    rest: u64,
    last_ns: u64,
}

impl TokenBucket {
    pub fn full(rate: &Rate, now_ns: u64) -> TokenBucket {
        TokenBucket { whole: rate.burst, rest: 0, last_ns: now_ns }
    }

    pub fn try_take(&mut self, rate: &Rate, now_ns: u64, cost: u64) -> bool {
        *self = self.settled(rate, now_ns);
        match self.whole.checked_sub(cost) {
            Some(left) => {
                self.whole = left;
                true
            }
            None => false,
        }
    }

    pub fn available(&self, rate: &Rate, now_ns: u64) -> u64 {
        self.settled(rate, now_ns).whole
    }

    /// The same bucket, with everything earned until `now_ns` counted.
    fn settled(&self, rate: &Rate, now_ns: u64) -> TokenBucket {
        let last_ns = self.last_ns.max(now_ns);
        let period = u128::from(rate.period_ns);
        let earned = u128::from(last_ns - self.last_ns) * u128::from(rate.tokens) + u128::from(self.rest);
        let whole = u128::from(self.whole) + earned / period;
        if whole >= u128::from(rate.burst) {
            // A full bucket keeps no fraction on top.
            return TokenBucket { whole: rate.burst, rest: 0, last_ns };
        }
        TokenBucket { whole: whole as u64, rest: (earned % period) as u64, last_ns }
    }
}
