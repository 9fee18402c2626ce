//! An autoscaler for replicas that take 45 s to start.
//!
//! Nothing is integrated, so nothing winds up: every sample says by itself how many replicas its load
//! needs. What is remembered are recommendations, and only to be slow on the way down.

use std::collections::VecDeque;

/// About 15 s that ended at `taken_at_ns`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub taken_at_ns: u64,
    /// Mean CPU of the ready replicas, 0 to 100.
    pub cpu_pct: f64,
    /// Mean number of ready replicas.
    pub pods_mean: f64,
}

/// What there is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fleet {
    pub ready: u32,
    pub starting: u32,
}

/// Within this share of what there is, what there is will do.
const TOLERANCE: f64 = 0.1;
/// The way down waits until nothing has asked for more for that long: one whole wave, and the time
/// that a replica takes to start besides.
const WINDOW_NS: u64 = 300_000_000_000;

pub struct Controller {
    min: u32,
    max: u32,
    target_pct: f64,
    /// When, and how many.
    recommended: VecDeque<(u64, u32)>,
}

impl Controller {
    pub fn new(min: u32, max: u32, target_pct: f64) -> Controller {
        Controller { min, max, target_pct, recommended: VecDeque::new() }
    }

    /// How many replicas there are to be.
    pub fn reconcile(&mut self, now_ns: u64, sample: Option<Sample>, fleet: Fleet) -> u32 {
        // What was ordered counts, or it would be ordered again at every tick until it is ready.
        let have = fleet.ready + fleet.starting;
        let Some(sample) = sample else {
            // No news is no reason to move.
            return have.clamp(self.min, self.max);
        };
        // CPU belongs to the replicas that it was measured on. Multiplied by today's, a CPU from
        // before they came would ask for them a second time.
        let needed = sample.pods_mean * sample.cpu_pct / self.target_pct;
        let off = needed / f64::from(have) - 1.0;
        let replicas = if off.abs() <= TOLERANCE { have } else { needed.ceil() as u32 };
        self.recommended.push_back((now_ns, replicas));
        self.recommended.retain(|(at_ns, _)| now_ns - at_ns <= WINDOW_NS);
        // Up at once, since the newest is among them; down to the most of the last five minutes.
        let highest = self.recommended.iter().map(|(_, replicas)| *replicas).max();
        highest.unwrap_or(have).clamp(self.min, self.max)
    }
}
