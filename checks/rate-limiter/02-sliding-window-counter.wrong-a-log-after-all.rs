//! Every answer is right, and the state holds every request of two windows.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub limit: u64,
    pub window_ns: u64,
}

#[derive(Default)]
pub struct Counter {
    admitted: Vec<(u64, u64)>,
}

impl Counter {
    pub fn check(&mut self, policy: &Policy, now_ns: u64, cost: u64) -> bool {
        let admit = cost <= self.remaining(policy, now_ns);
        if admit && cost > 0 {
            let window = self.newest().max(now_ns / policy.window_ns);
            self.admitted.retain(|(of, _)| of + 1 >= window);
            self.admitted.push((window, cost));
        }
        admit
    }

    pub fn remaining(&self, policy: &Policy, now_ns: u64) -> u64 {
        let newest = self.newest();
        let (mut window, mut x) = (now_ns / policy.window_ns, now_ns % policy.window_ns);
        if window < newest {
            (window, x) = (newest, 0);
        }
        let mut used = 0;
        for (of, cost) in &self.admitted {
            let weight = match window - of {
                0 => policy.window_ns,
                1 => policy.window_ns - x,
                _ => 0,
            };
            used += u128::from(*cost) * u128::from(weight);
        }
        let all = u128::from(policy.limit) * u128::from(policy.window_ns);
        (all.saturating_sub(used) / u128::from(policy.window_ns)) as u64
    }

    pub fn retry_after_ns(&self, policy: &Policy, now_ns: u64, cost: u64) -> Option<u64> {
        if cost > policy.limit {
            return None;
        }
        let clean = (self.newest().max(now_ns / policy.window_ns) + 2) * policy.window_ns - now_ns;
        let (mut low, mut high) = (0, clean);
        while low < high {
            let middle = low + (high - low) / 2;
            if cost <= self.remaining(policy, now_ns + middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Some(low)
    }

    fn newest(&self) -> u64 {
        self.admitted.last().map_or(0, |(window, _)| *window)
    }
}
