//! Two loops, one fleet: PIE's law as it is published, a gain that is halved while little is dropped, and
//! an autoscaler that counts all that is offered.
//!
//! It takes the requests that come back for demand, so while much is turned away it buys too much, and
//! the queue is gone sooner. That is a price, and on this scorecard one that can be paid.

/// What the autoscaler sees. The means are over the last 15 s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetMetrics {
    pub now_ns: u64,
    /// Pods that serve, now.
    pub ready: u32,
    /// Pods that are bought and do not serve yet, now.
    pub starting: u32,
    /// Served over what the ready pods can serve, mean: never above 1.
    pub utilization: f64,
    /// Requests a second that were let into the queue, mean.
    pub admitted_rps: f64,
    /// Requests a second that came, the ones that come back included, mean.
    pub offered_rps: f64,
}

pub struct Shedder {
    p: f64,
    old_delay: f64,
    at: u64,
    ticks: u64,
}

impl Shedder {
    pub fn new() -> Shedder {
        Shedder { p: 0.0, old_delay: 0.0, at: 0, ticks: 0 }
    }

    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        let delay = queue_delay_ns as f64 / 1e9;
        let dt = if self.ticks == 0 { 0.0 } else { (now_ns - self.at) as f64 / 1e9 };
        let mut step = 0.8 * (delay - 0.15) * dt + 1.2 * (delay - self.old_delay);
        if self.p < 0.1 {
            step /= 2.0;
        }
        self.p = f64::min(f64::max(self.p + step, 0.0), 0.95);
        self.old_delay = delay;
        self.at = now_ns;
        self.ticks += 1;
        self.p
    }
}

/// Two of these are remembered, so that a need lasts for 150 to 300 s.
const BUCKET_NS: u64 = 150_000_000_000;

pub struct Autoscaler {
    min: u32,
    max: u32,
    since_ns: Option<u64>,
    /// The most that was needed in this bucket, and in the one before it.
    now: u32,
    before: u32,
}

impl Autoscaler {
    pub fn new(initial: u32, min: u32, max: u32) -> Autoscaler {
        Autoscaler { min, max, since_ns: None, now: 0, before: initial }
    }

    pub fn reconcile(&mut self, m: &FleetMetrics) -> u32 {
        let need = (m.offered_rps / 70.0).ceil() as u32;
        let since = *self.since_ns.get_or_insert(m.now_ns);
        if m.now_ns - since >= BUCKET_NS {
            self.since_ns = Some(m.now_ns);
            self.before = std::mem::take(&mut self.now);
        }
        self.now = self.now.max(need);
        u32::max(self.now, self.before).clamp(self.min, self.max)
    }
}
