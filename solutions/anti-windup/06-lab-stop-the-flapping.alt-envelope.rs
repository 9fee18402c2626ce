//! An autoscaler that follows the crests of the load.
//!
//! The state is a load, not a number of replicas: an envelope that rises with every crest at once, stays
//! for one wave and then sinks by a sixtieth a second. Replicas follow it with a deadband.

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

const STAYS_NS: u64 = 300_000_000_000;
const SINKS_IN_S: f64 = 60.0;

pub struct Controller {
    range: std::ops::RangeInclusive<u32>,
    target_pct: f64,
    /// In replicas at the target.
    envelope: f64,
    crest_ns: u64,
    seen_ns: u64,
}

impl Controller {
    pub fn new(min: u32, max: u32, target_pct: f64) -> Controller {
        Controller { range: min..=max, target_pct, envelope: 0.0, crest_ns: 0, seen_ns: 0 }
    }

    pub fn reconcile(&mut self, now_ns: u64, sample: Option<Sample>, fleet: Fleet) -> u32 {
        let have = fleet.ready + fleet.starting;
        let desired = sample.map_or(have, |sample| {
            self.follow(sample.cpu_pct / self.target_pct * sample.pods_mean, now_ns);
            let (low, high) = (0.9 * f64::from(have), 1.05 * f64::from(have));
            if (low..=high).contains(&self.envelope) { have } else { self.envelope.ceil() as u32 }
        });
        desired.clamp(*self.range.start(), *self.range.end())
    }

    fn follow(&mut self, load: f64, now_ns: u64) {
        let seconds = (now_ns - self.seen_ns) as f64 / 1e9;
        self.seen_ns = now_ns;
        // Noise at the top of the wave is part of the crest.
        if load >= 0.95 * self.envelope {
            self.envelope = self.envelope.max(load);
            self.crest_ns = now_ns;
        } else if now_ns - self.crest_ns > STAYS_NS {
            self.envelope = load.max(self.envelope * (1.0 - seconds / SINKS_IN_S));
        }
    }
}
