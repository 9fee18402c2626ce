//! # Stop on uncertainty
//! Reckons the end of the lease when the request is sent, and keeps it until the answer says whether it
//! counts. Ids that are behind the latest answer have left the queue.
use std::collections::VecDeque;

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
    renew_every_ns: u64,
    /// How long a lease is good for from the send on.
    length_ns: u64,
    /// The ends of requests without a later answer, oldest first; the first has the id `oldest`.
    ends: VecDeque<u64>,
    oldest: u64,
    next_send: u64,
    held: Option<(u64, u64)>,
}

impl Guard {
    pub fn new(config: Config) -> Guard {
        let Config { ttl_ns, drift_ppm, margin_ns, renew_every_ns } = config;
        // In i128 the difference may be negative, which is no lease at all.
        let length =
            i128::from(ttl_ns) * 1_000_000 / i128::from(1_000_000 + drift_ppm) - i128::from(margin_ns);
        let length_ns = u64::try_from(length).unwrap_or(0);
        Guard { renew_every_ns, length_ns, ends: VecDeque::new(), oldest: 1, next_send: 0, held: None }
    }

    pub fn on_send(&mut self, now_ns: u64) -> u64 {
        self.ends.push_back(now_ns + self.length_ns);
        self.next_send = now_ns + self.renew_every_ns;
        self.oldest + self.ends.len() as u64 - 1
    }

    pub fn on_granted(&mut self, _now_ns: u64, req: u64, token: u64) {
        if let Some(end) = self.take(req) {
            self.held = Some((token, end));
        }
    }

    pub fn on_refused(&mut self, req: u64) {
        if self.take(req).is_some() {
            self.held = None;
        }
    }

    fn take(&mut self, req: u64) -> Option<u64> {
        let place = req.checked_sub(self.oldest).filter(|place| *place < self.ends.len() as u64)?;
        let end = self.ends.drain(..=place as usize).next_back();
        self.oldest = req + 1;
        end
    }

    pub fn may_work(&self, now_ns: u64, needed_ns: u64) -> Option<u64> {
        let (token, end) = self.held?;
        end.checked_sub(now_ns).filter(|left| *left >= needed_ns).map(|_| token)
    }

    pub fn next_send_at(&self) -> u64 {
        self.next_send
    }
}
