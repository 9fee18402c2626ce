//! # Stop on uncertainty
//! The lock service's timer starts when it handles a request: after the request was sent, before the
//! answer came back. Who counts from the send never works longer than the service believes; and the
//! answer to the latest request is the only one that says anything about now.
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
    ///
    /// When it arrived plays no part: that is the one instant the service knows nothing of.
    pub fn on_granted(&mut self, _now_ns: u64, req: u64, token: u64) {
        if let Some(sent_ns) = self.settle(req) {
            self.lease = Some(Lease { token, until_ns: sent_ns + self.usable_ns() });
        }
    }

    /// Request `req` was refused.
    pub fn on_refused(&mut self, req: u64) {
        if self.settle(req).is_some() {
            self.lease = None;
        }
    }

    /// When `req` was sent, if its answer is news. It settles all requests before it too, yes or no: what
    /// is answered to them was true earlier than this answer. So nothing may come of them any more.
    fn settle(&mut self, req: u64) -> Option<u64> {
        let sent_ns = self.in_flight.remove(&req)?;
        self.in_flight = self.in_flight.split_off(&req);
        Some(sent_ns)
    }

    /// The token to work with, if work that takes `needed_ns` may begin now.
    pub fn may_work(&self, now_ns: u64, needed_ns: u64) -> Option<u64> {
        // The sum may leave 64 bits, and then it is later than any lease.
        let end_ns = now_ns.saturating_add(needed_ns);
        self.lease.filter(|lease| end_ns <= lease.until_ns).map(|lease| lease.token)
    }

    /// When the next request is due.
    pub fn next_send_at(&self) -> u64 {
        self.next_send_ns
    }

    /// What is left of the term, reckoned by our clock.
    fn usable_ns(&self) -> u64 {
        let Config { ttl_ns, drift_ppm, margin_ns, .. } = self.config;
        // A clock that runs faster ends the lease earlier: by ours the term is shorter.
        let ours = u128::from(ttl_ns) * 1_000_000 / u128::from(1_000_000 + drift_ppm);
        (ours as u64).saturating_sub(margin_ns)
    }
}
