//! # Stop on uncertainty
//!
//! Repair, 30 minutes. Read first: "The holder" in the topic's write-up.
//!
//! A leader asks the lock service for a lease and renews it again and again; `Guard` tells it
//! whether it may still work. The code below is complete, and it was reviewed. Then:
//!
//! - INC-1: an answer came 6 s late. A new leader had written for 6 s already when the old one
//!   noticed, and the rows that both wrote are a mixture.
//! - INC-2: an operator took the lease away and gave it to another machine. The leader was told no
//!   and stopped. 200 ms later it went on writing, though it had asked for nothing since.
//! - INC-3: a leader began a snapshot that takes 4 s, 1 s before the end of its lease.
//!
//! ## The lock service
//! It handles requests in the order in which they were sent, and answers each with a grant or a
//! refusal. Answers may be late, lost, overtaken by later ones, or delivered twice. When it grants
//! a request, the lease ends `ttl_ns` after the instant at which it handled the request, by its own
//! clock, unless an operator takes it away before. That clock may be off by any amount, and it may
//! run faster than ours: in 1_000_000 of our nanoseconds at most 1_000_000 + `drift_ppm` of its own
//! pass. Each tenure has a token, greater than those before; a renewal in time keeps the token.
//!
//! ## Contract
//! `now_ns` is this machine's monotonic clock: it never goes back, and runs on during a pause.
//! - `on_send`: a request (to acquire or to renew, that makes no difference here) leaves at
//!   `now_ns`. Answers its id: 1, 2, 3, ...
//! - `on_granted` and `on_refused`: the answer to request `req` arrived, the grant at `now_ns`. Of
//!   all requests that were answered, the answer to the one sent last is the truth. So an answer to
//!   a request sent before that one changes nothing, nor does a second copy of any answer, nor an
//!   answer to an id that was never sent.
//!   A refusal that counts ends the work at once. Of a grant that counts the lease is good until
//!   (the instant its request was sent) + L, where
//!   L = floor(ttl_ns * 1_000_000 / (1_000_000 + drift_ppm)) - margin_ns, but not below 0.
//! - `may_work(now_ns, needed_ns)`: the token if a grant is the truth and work that begins now and
//!   takes `needed_ns` ends at or before the end of the lease; otherwise `None`.
//! - `next_send_at`: `renew_every_ns` after the latest `on_send`, answered or not; 0 before it.
//! - Ranges: ttl_ns, margin_ns, renew_every_ns and now_ns up to 2^62, drift_ppm up to 10^6,
//!   needed_ns and tokens from 1 to u64::MAX, any `req`. Nothing may overflow or panic.
//!
//! Edit `Guard`: three faults, one per incident. Its fields are yours.
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// The term of the lease, by the lock service's clock.
    pub ttl_ns: u64,
    /// How much faster than ours that clock may run, in parts per million.
    pub drift_ppm: u64,
    /// Held back for what else may go wrong.
    pub margin_ns: u64,
    pub renew_every_ns: u64,
}

#[derive(Clone, Debug)]
pub struct Guard {
    config: Config,
    /// Requests sent so far.
    requests: u64,
    next_send_ns: u64,
    /// When each request was sent whose answer may still change something.
    in_flight: BTreeMap<u64, u64>,
    lease: Option<Lease>,
}

#[derive(Clone, Copy, Debug)]
struct Lease {
    token: u64,
    until_ns: u64,
}

impl Guard {
    pub fn new(config: Config) -> Guard {
        Guard { config, requests: 0, next_send_ns: 0, in_flight: BTreeMap::new(), lease: None }
    }

    /// A request leaves now. Answers its id.
    pub fn on_send(&mut self, now_ns: u64) -> u64 {
        self.requests += 1;
        self.next_send_ns = now_ns + self.config.renew_every_ns;
        self.in_flight.insert(self.requests, now_ns);
        self.requests
    }

    /// Request `req` was granted, and the answer arrived now.
    pub fn on_granted(&mut self, now_ns: u64, req: u64, token: u64) {
        if self.in_flight.remove(&req).is_some() {
            // What was sent before this one is history, whatever is answered to it.
            self.in_flight = self.in_flight.split_off(&req);
            self.lease = Some(Lease { token, until_ns: now_ns + self.usable_ns() });
        }
    }

    /// Request `req` was refused.
    pub fn on_refused(&mut self, req: u64) {
        if self.in_flight.remove(&req).is_some() {
            self.lease = None;
        }
    }

    /// The token to work with, if work that takes `needed_ns` may begin now.
    pub fn may_work(&self, now_ns: u64, needed_ns: u64) -> Option<u64> {
        let lease = self.lease?;
        let fits = now_ns <= lease.until_ns && needed_ns <= self.usable_ns();
        fits.then_some(lease.token)
    }

    /// When the next request is due.
    pub fn next_send_at(&self) -> u64 {
        self.next_send_ns
    }

    /// What is left of the term, reckoned by our clock.
    fn usable_ns(&self) -> u64 {
        let Config { ttl_ns, drift_ppm, margin_ns, .. } = self.config;
        let ours = u128::from(ttl_ns) * 1_000_000 / u128::from(1_000_000 + drift_ppm);
        (ours as u64).saturating_sub(margin_ns)
    }
}
