//! Two loops, one fleet: a shedder that works out the load from the way the delay moves, and an
//! autoscaler that looks half an interval ahead.
//!
//! While there is a queue, delay' = r (1 - p) - 1 with r the load in units of the capacity. So r is
//! known from one tick to the next, and with it the p at which the delay goes to 120 ms in about 1.5 s.
//! Half of what the demand grew in the last 15 s is added to it, at most 300 requests a second: if the
//! forecast is wrong, it costs four pods.

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

#[derive(Default)]
pub struct Shedder {
    p: f64,
    seen: Option<(u64, f64)>,
}

impl Shedder {
    pub fn new() -> Shedder {
        Shedder::default()
    }

    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        let delay = queue_delay_ns as f64 / 1e9;
        let Some((then, before)) = self.seen.replace((now_ns, delay)) else { return self.p };
        let dt = (now_ns - then) as f64 / 1e9;
        if dt <= 0.0 {
            return self.p;
        }
        if delay <= 0.0 {
            // Without a queue nothing can be worked out: let more in, a bit at a time.
            self.p -= 0.1 * dt;
        } else {
            let load = ((delay - before) / dt + 1.0).max(0.0) / (1.0 - self.p);
            let slope = (0.12 - delay) / 1.5;
            let wanted = 1.0 - (1.0 + slope) / load.max(0.05);
            self.p += (wanted - self.p) / 2.0;
        }
        self.p = self.p.clamp(0.0, 0.95);
        self.p
    }
}

pub struct Autoscaler {
    min: u32,
    max: u32,
    before: Option<f64>,
    /// One number of pods for each of the last 20 intervals of 15 s.
    ring: [u32; 20],
    next: usize,
}

impl Autoscaler {
    pub fn new(initial: u32, min: u32, max: u32) -> Autoscaler {
        let _ = initial;
        Autoscaler { min, max, before: None, ring: [min; 20], next: 0 }
    }

    pub fn reconcile(&mut self, m: &FleetMetrics) -> u32 {
        let demand = m.admitted_rps + (m.offered_rps - m.admitted_rps) / 2.0;
        let growth = self.before.map_or(0.0, |before| demand - before);
        self.before = Some(demand);
        let ahead = (growth / 2.0).clamp(0.0, 300.0);
        self.ring[self.next] = ((demand + ahead) / 70.0).ceil() as u32;
        self.next = (self.next + 1) % self.ring.len();
        let most = self.ring.iter().copied().max().unwrap_or(self.min);
        most.clamp(self.min, self.max)
    }
}
