//! Three incidents in twelve lines, told as the continuous-state leaky bucket.
//!
//! The standard gives two forms of the algorithm. Here TAT is only how the backlog is
//! stored: `x` is what the bucket holds now, in nanoseconds of work, and it may be negative
//! once the bucket has run dry. A request fits when `x` is at most the limit.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gcra {
    pub t_ns: u64,
    pub tau_ns: u64,
}

impl Gcra {
    pub fn for_burst(t_ns: u64, burst: u64) -> Gcra {
        Gcra { t_ns, tau_ns: t_ns * burst.saturating_sub(1) }
    }

    pub fn max_burst(&self) -> u64 {
        1 + self.tau_ns / self.t_ns
    }

    pub fn max_burst_at(&self, spacing_ns: u64) -> Option<u64> {
        if spacing_ns >= self.t_ns { None } else { Some(1 + self.tau_ns / (self.t_ns - spacing_ns)) }
    }

    pub fn arrive(&self, tat: &mut Option<u64>, now_ns: u64) -> bool {
        let now = i128::from(now_ns);
        let x = tat.map_or(0, |tat| i128::from(tat) - now);
        if x > i128::from(self.tau_ns) {
            return false;
        }
        *tat = u64::try_from(now + x.max(0) + i128::from(self.t_ns)).ok();
        true
    }
}
