//! # Stop on uncertainty
//! Keeps every send instant, the latest request that was answered and what the answer was; everything
//! else is worked out when it is asked for.

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

pub struct Guard {
    config: Config,
    /// `sent[i]` is when request i + 1 left.
    sent: Vec<u64>,
    /// The latest answered request, 0 for none yet, and its token if it was granted.
    latest: usize,
    token: Option<u64>,
}

impl Guard {
    pub fn new(config: Config) -> Guard {
        Guard { config, sent: vec![], latest: 0, token: None }
    }

    pub fn on_send(&mut self, now_ns: u64) -> u64 {
        self.sent.push(now_ns);
        self.sent.len() as u64
    }

    pub fn on_granted(&mut self, _now_ns: u64, req: u64, token: u64) {
        self.on_answer(req, Some(token));
    }

    pub fn on_refused(&mut self, req: u64) {
        self.on_answer(req, None);
    }

    fn on_answer(&mut self, req: u64, token: Option<u64>) {
        match usize::try_from(req) {
            Ok(req) if req > self.latest && req <= self.sent.len() => {
                (self.latest, self.token) = (req, token)
            }
            _ => {}
        }
    }

    pub fn may_work(&self, now_ns: u64, needed_ns: u64) -> Option<u64> {
        let token = self.token?;
        let Config { ttl_ns, drift_ppm, margin_ns, .. } = self.config;
        let sent_ns = u128::from(self.sent[self.latest - 1]);
        let term = u128::from(ttl_ns) * 1_000_000 / (1_000_000 + u128::from(drift_ppm));
        let end = u128::from(now_ns) + u128::from(needed_ns);
        // The margin on the other side of the comparison: no difference to go below 0. With a margin
        // beyond the term nothing fits, for work never begins before the request was sent.
        (end + u128::from(margin_ns) <= sent_ns + term).then_some(token)
    }

    pub fn next_send_at(&self) -> u64 {
        match self.sent.last() {
            Some(sent_ns) => sent_ns + self.config.renew_every_ns,
            None => 0,
        }
    }
}
