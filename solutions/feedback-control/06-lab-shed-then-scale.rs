//! Two loops, one fleet.
//!
//! The shedder is a velocity PI on the queue delay, direct acting. Its setpoint lies beyond saturation:
//! at 70 % of the capacity there is no queue, so it does nothing in the region in which the autoscaler
//! works, and it cannot hold the fleet where the autoscaler sees no reason to buy.
//!
//! The autoscaler must not look at what the shedder leaves. Utilisation and admitted load end at the
//! capacity, however much is turned away. So it is sized by what is offered, less what comes back, and
//! goes up at once; it goes down to the most that was needed in the last five minutes.

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

/// What a queue may be long while the fleet is too small, in seconds.
const TARGET_S: f64 = 0.15;
/// Shed share per second of new delay, and per second of delay above the target and second.
const KP: f64 = 1.2;
const KI: f64 = 0.8;

/// The fast loop.
pub struct Shedder {
    p: f64,
    /// Time and delay of the last tick.
    last: Option<(u64, f64)>,
}

impl Shedder {
    pub fn new() -> Shedder {
        Shedder { p: 0.0, last: None }
    }

    /// The share of the requests to turn away until the next tick.
    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        let delay = queue_delay_ns as f64 / 1e9;
        if let Some((then, before)) = self.last {
            let dt = (now_ns - then) as f64 / 1e9;
            // The state is what is applied, so a long overload, or a long calm, stores nothing.
            self.p = (self.p + KP * (delay - before) + KI * (delay - TARGET_S) * dt).clamp(0.0, 0.95);
        }
        self.last = Some((now_ns, delay));
        self.p
    }
}

/// Requests a second for a pod: 70 % of what it can serve.
const PER_POD: f64 = 70.0;
/// How long a need is remembered on the way down.
const WINDOW_NS: u64 = 300_000_000_000;

/// The slow loop.
pub struct Autoscaler {
    min: u32,
    max: u32,
    /// What was needed, and when, within the window; the newest last.
    needs: VecDeque<(u64, u32)>,
}

impl Autoscaler {
    pub fn new(_initial: u32, min: u32, max: u32) -> Autoscaler {
        Autoscaler { min, max, needs: VecDeque::new() }
    }

    /// How many pods there are to be, ready and starting together.
    pub fn reconcile(&mut self, m: &FleetMetrics) -> u32 {
        // Half of what is turned away is offered once more, so half of it is no demand of its own.
        let turned_away = m.offered_rps - m.admitted_rps;
        let demand = m.offered_rps - turned_away / 2.0;
        // A number of pods, not a change: pods that are starting are in it already.
        let need = (demand / PER_POD).ceil() as u32;
        self.needs.push_back((m.now_ns, need));
        self.needs.retain(|(then, _)| m.now_ns - then < WINDOW_NS);
        let most = self.needs.iter().map(|(_, need)| *need).max().unwrap_or(need);
        most.clamp(self.min, self.max)
    }
}
