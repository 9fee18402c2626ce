//! Two loops, one fleet: a positional PI that integrates only where that leads off a limit, and an
//! autoscaler with a band in which it does nothing.
//!
//! The autoscaler goes up when a pod would have more than 72 requests a second, and down only after it
//! would have had less than 62 for four minutes on end, to the most that was seen in them.

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
    integral: f64,
    last_ns: Option<u64>,
}

impl Shedder {
    pub fn new() -> Self {
        Self { integral: 0.0, last_ns: None }
    }

    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        const MOST: f64 = 0.95;
        let error = queue_delay_ns as f64 * 1e-9 - 0.15;
        let dt = self.last_ns.map_or(0.0, |then| (now_ns - then) as f64 * 1e-9);
        self.last_ns = Some(now_ns);
        let asked = 1.2 * error + self.integral;
        let stuck = (asked > MOST && error > 0.0) || (asked < 0.0 && error < 0.0);
        if !stuck {
            self.integral += 0.8 * error * dt;
        }
        (1.2 * error + self.integral).clamp(0.0, MOST)
    }
}

struct Calm {
    since_ns: u64,
    most_rps: f64,
}

pub struct Autoscaler {
    pods: u32,
    min: u32,
    max: u32,
    calm: Option<Calm>,
}

impl Autoscaler {
    pub fn new(initial: u32, min: u32, max: u32) -> Self {
        Self { pods: initial, min, max, calm: None }
    }

    fn resize(&mut self, rps: f64) {
        self.pods = ((rps / 68.0).ceil() as u32).clamp(self.min, self.max);
        self.calm = None;
    }

    pub fn reconcile(&mut self, m: &FleetMetrics) -> u32 {
        let shed = if m.offered_rps > 0.0 { 1.0 - m.admitted_rps / m.offered_rps } else { 0.0 };
        let demand = m.offered_rps * (1.0 - shed / 2.0);
        let each = demand / f64::from(self.pods.max(1));
        if each > 72.0 {
            self.resize(demand);
        } else if each < 62.0 {
            let calm = self.calm.get_or_insert(Calm { since_ns: m.now_ns, most_rps: 0.0 });
            calm.most_rps = calm.most_rps.max(demand);
            if m.now_ns - calm.since_ns >= 240_000_000_000 {
                let most = calm.most_rps;
                self.resize(most);
            }
        } else {
            self.calm = None;
        }
        self.pods
    }
}
