//! Three incidents in twelve lines, with the tolerance moved to the other side.
//!
//! `now + tau < TAT` asks the same question without a subtraction, so nothing can
//! underflow. The ranges of the contract leave room for the sum.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gcra {
    pub t_ns: u64,
    pub tau_ns: u64,
}

impl Gcra {
    pub fn for_burst(t_ns: u64, burst: u64) -> Gcra {
        Gcra { t_ns, tau_ns: burst * t_ns - t_ns }
    }

    pub fn max_burst(&self) -> u64 {
        1 + self.tau_ns / self.t_ns
    }

    pub fn max_burst_at(&self, spacing_ns: u64) -> Option<u64> {
        let gained_ns = self.t_ns.checked_sub(spacing_ns)?;
        (gained_ns > 0).then(|| 1 + self.tau_ns / gained_ns)
    }

    pub fn arrive(&self, tat: &mut Option<u64>, now_ns: u64) -> bool {
        match *tat {
            Some(due) if now_ns + self.tau_ns < due => false,
            Some(due) if due > now_ns => {
                *tat = Some(due + self.t_ns);
                true
            }
            _ => {
                *tat = Some(now_ns + self.t_ns);
                true
            }
        }
    }
}
