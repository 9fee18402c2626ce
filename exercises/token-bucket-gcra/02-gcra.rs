//! # Three incidents in twelve lines
//!
//! Repair, 20 minutes. Read first: "GCRA" in the topic's write-up.
//!
//! This limiter keeps a single instant per tenant: the TAT, the theoretical arrival time
//! of the next request if all came perfectly spaced. Last month it caused three incidents:
//!
//!   INC-1  "Our plan says burst 5. At 09:00:00.000 tenant A got 6 through."
//!   INC-2  "Tenant B came back from an hour's lunch and sent 36 000 requests at once.
//!          All of them passed. The plan is one per 100 ms."
//!   INC-3  "Debug builds panic in the first second after boot, as soon as a tenant sends
//!          its second request."
//!
//! ## Contract
//! The generic cell rate algorithm as virtual scheduling (ITU-T I.371).
//! - `t_ns` is the time between two perfectly spaced requests, `tau_ns` the tolerance: how
//!   much earlier than its theoretical arrival time a request may come.
//! - A request at `now_ns` does not conform exactly when it comes before TAT - tau. Exactly
//!   at TAT - tau it conforms. TAT - tau may lie before instant 0: then nothing is too early.
//! - A conforming request sets `*tat` to `Some(max(now, TAT) + t)`.
//! - `None` is a tenant never seen: its request conforms and sets `Some(now + t)`.
//! - A request that does not conform leaves `*tat` as it was.
//! - The burst of a plan is the number of requests that conform at one instant, from a
//!   tenant never seen or idle for long. `for_burst(t, b)` has burst b: `t_ns` is t, and
//!   `tau_ns` is `(b - 1) * t` exactly.
//! - `max_burst` and `max_burst_at` are right as they stand.
//! - The clock may go back, by any amount: judge every call at `now_ns` as given.
//!
//! Ranges: `t_ns` >= 1, burst >= 1, burst * t <= 2^40, `tau_ns` <= 2^40 (not always a
//! multiple of t), `now_ns` 0 to 2^62, and `*tat` is `None` or what `arrive` has put there.
//! No panic and no wrong answer inside them.
//!
//! Edit: `for_burst` and `arrive`. Keep the fields.

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
        Gcra { t_ns, tau_ns: burst * t_ns }
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
        let expected = tat.unwrap_or(now_ns);
        if tat.is_some() && now_ns < expected - self.tau_ns {
            return false;
        }
        *tat = Some(expected + self.t_ns);
        true
    }
}
