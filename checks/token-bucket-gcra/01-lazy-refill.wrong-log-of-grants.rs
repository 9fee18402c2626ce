//! The reflection formula as it stands: every answer is right, and the state never stops growing.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

pub struct TokenBucket {
    grants: Vec<(u64, u64)>,
    latest_ns: u64,
}

impl TokenBucket {
    pub fn full(_: &Rate, now_ns: u64) -> TokenBucket {
        TokenBucket { grants: Vec::new(), latest_ns: now_ns }
    }

    pub fn try_take(&mut self, rate: &Rate, now_ns: u64, cost: u64) -> bool {
        self.latest_ns = self.latest_ns.max(now_ns);
        let granted = self.level(rate, now_ns) >= i128::from(cost) * i128::from(rate.period_ns);
        if granted && cost > 0 {
            self.grants.push((self.latest_ns, cost));
        }
        granted
    }

    pub fn available(&self, rate: &Rate, now_ns: u64) -> u64 {
        (self.level(rate, now_ns) / i128::from(rate.period_ns)) as u64
    }

    fn level(&self, rate: &Rate, now_ns: u64) -> i128 {
        let now_ns = now_ns.max(self.latest_ns);
        let full = i128::from(rate.burst) * i128::from(rate.period_ns);
        let (mut level, mut spent) = (full, 0);
        for &(at_ns, cost) in self.grants.iter().rev() {
            spent += i128::from(cost) * i128::from(rate.period_ns);
            level = level.min(full + i128::from(now_ns - at_ns) * i128::from(rate.tokens) - spent);
        }
        level
    }
}
