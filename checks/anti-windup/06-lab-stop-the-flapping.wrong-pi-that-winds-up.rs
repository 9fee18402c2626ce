//! A PI controller with a clamped output: the integral goes on while the output cannot.

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

pub struct Controller {
    min: f64,
    max: f64,
    target_pct: f64,
    term: f64,
}

impl Controller {
    pub fn new(min: u32, max: u32, target_pct: f64) -> Controller {
        Controller { min: min.into(), max: max.into(), target_pct, term: 10.0 }
    }

    pub fn reconcile(&mut self, _: u64, sample: Option<Sample>, fleet: Fleet) -> u32 {
        let Some(sample) = sample else {
            return f64::from(fleet.ready + fleet.starting).clamp(self.min, self.max) as u32;
        };
        let error = sample.cpu_pct - self.target_pct;
        let v = 0.1 * error + self.term;
        self.term += 0.004 * error * 15.0;
        v.clamp(self.min, self.max).round() as u32
    }
}
