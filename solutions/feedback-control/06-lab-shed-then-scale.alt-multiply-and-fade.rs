//! Two loops, one fleet: a share that is let in and multiplied, and a peak that is held and then fades.
//!
//! The shedder works on the admitted share a = 1 - p. Each tick multiplies it by how far the delay is
//! from its target and how it moves, so that a small a moves in small steps. The autoscaler holds the
//! peak of the last 150 s and lets go of the rest by a twelfth each time.

use std::collections::VecDeque;

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
    admitted: f64,
    last: Option<(u64, u64)>,
}

impl Shedder {
    pub fn new() -> Shedder {
        Shedder { admitted: 1.0, last: None }
    }

    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        if let Some((then, before)) = self.last.replace((now_ns, queue_delay_ns)) {
            let seconds = |ns: u64| ns as f64 / 1e9;
            let grown = seconds(queue_delay_ns) - seconds(before);
            let excess = seconds(queue_delay_ns) - 0.15;
            let less = 1.2 * grown + 1.0 * excess * seconds(now_ns - then);
            self.admitted = (self.admitted * (1.0 - less).clamp(0.3, 1.3)).clamp(0.05, 1.0);
        }
        1.0 - self.admitted
    }
}

pub struct Autoscaler {
    range: std::ops::RangeInclusive<u32>,
    recent: VecDeque<(u64, f64)>,
    held: f64,
}

impl Autoscaler {
    pub fn new(initial: u32, min: u32, max: u32) -> Autoscaler {
        Autoscaler { range: min..=max, recent: VecDeque::new(), held: f64::from(initial) }
    }

    pub fn reconcile(&mut self, m: &FleetMetrics) -> u32 {
        // Offered less half of what was turned away is the mean of offered and admitted.
        let pods = (m.offered_rps + m.admitted_rps) / 2.0 / 70.0;
        self.recent.push_back((m.now_ns, pods));
        while self.recent.front().is_some_and(|(then, _)| m.now_ns - then >= 150_000_000_000) {
            self.recent.pop_front();
        }
        let peak = self.recent.iter().map(|(_, pods)| *pods).fold(0.0, f64::max);
        self.held = if peak > self.held { peak } else { self.held - (self.held - peak) / 12.0 };
        (self.held.ceil() as u32).clamp(*self.range.start(), *self.range.end())
    }
}
