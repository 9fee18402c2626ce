//! Three incidents in twelve lines.
//!
//! The three repairs are small because each line already said almost the right thing. What
//! they have in common: TAT is an instant on an absolute clock, so `TAT - tau` is one too
//! (possibly before the clock began), and neither may drift away from `now`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gcra {
    /// Nanoseconds between two perfectly spaced requests.
    pub t_ns: u64,
    /// How many nanoseconds before its theoretical arrival time a request conforms.
    pub tau_ns: u64,
}

impl Gcra {
    /// One request every `t_ns`, and `burst` of them at one instant.
    pub fn for_burst(t_ns: u64, burst: u64) -> Gcra {
        // The first of a burst needs no tolerance: it is on time. Only the other b - 1 come
        // early, the last of them by (b - 1) * t.
        Gcra { t_ns, tau_ns: (burst - 1) * t_ns }
    }

    /// How many requests conform at one instant, after a long pause.
    pub fn max_burst(&self) -> u64 {
        1 + self.tau_ns / self.t_ns
    }

    /// How many requests in a row conform, after a long pause, when they come every
    /// `spacing_ns`. `None`: all of them.
    pub fn max_burst_at(&self, spacing_ns: u64) -> Option<u64> {
        let gained_ns = self.t_ns.checked_sub(spacing_ns)?;
        (gained_ns > 0).then(|| 1 + self.tau_ns / gained_ns)
    }

    /// Does a request at `now_ns` conform? `tat` is the tenant's theoretical arrival time.
    pub fn arrive(&self, tat: &mut Option<u64>, now_ns: u64) -> bool {
        // A tenant never seen is exactly on time.
        let expected = tat.unwrap_or(now_ns);
        // During the first tau of uptime the earliest instant would lie before 0. Stopping
        // at 0 is exact: no request can come before that either.
        let earliest = expected.saturating_sub(self.tau_ns);
        if now_ns < earliest {
            return false;
        }
        // Time that passed unused is gone: the schedule goes on from now, not from a TAT in
        // the past.
        *tat = Some(expected.max(now_ns) + self.t_ns);
        true
    }
}
