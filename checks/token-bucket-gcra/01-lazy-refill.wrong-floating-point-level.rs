//! A level in doubles: right for small numbers, and rounded in the last place for others.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

pub struct TokenBucket {
    level: f64,
    last_ns: u64,
}

impl TokenBucket {
    pub fn full(rate: &Rate, now_ns: u64) -> TokenBucket {
        TokenBucket { level: rate.burst as f64, last_ns: now_ns }
    }

    pub fn try_take(&mut self, rate: &Rate, now_ns: u64, cost: u64) -> bool {
        let level = self.level(rate, now_ns);
        if level < cost as f64 {
            return false;
        }
        self.level = level - cost as f64;
        self.last_ns = self.last_ns.max(now_ns);
        true
    }

    pub fn available(&self, rate: &Rate, now_ns: u64) -> u64 {
        self.level(rate, now_ns) as u64
    }

    fn level(&self, rate: &Rate, now_ns: u64) -> f64 {
        let elapsed = now_ns.saturating_sub(self.last_ns) as f64;
        (self.level + elapsed * rate.tokens as f64 / rate.period_ns as f64).min(rate.burst as f64)
    }
}
