//! An autoscaler with two thresholds, on a CPU that has not happened yet.
//!
//! The CPU that is compared is the one that the fleet will have once all that start are ready. Above the
//! upper threshold it goes straight to what is needed; below the lower one it waits for 20 low samples in
//! a row and goes to the most that one of them needed.

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

#[derive(Clone, Copy)]
enum Mood {
    Steady,
    /// Low samples in a row, and the most that one of them needed.
    Low {
        ticks: u32,
        most: u32,
    },
}

pub struct Controller {
    limits: (u32, u32),
    target: f64,
    mood: Mood,
}

const LOW_TICKS: u32 = 20;

impl Controller {
    pub fn new(min: u32, max: u32, target_pct: f64) -> Self {
        Self { limits: (min, max), target: target_pct, mood: Mood::Steady }
    }

    pub fn reconcile(&mut self, _now_ns: u64, sample: Option<Sample>, fleet: Fleet) -> u32 {
        let have = fleet.ready + fleet.starting;
        let Some(Sample { cpu_pct, pods_mean, .. }) = sample else { return self.limit(have) };
        let used = cpu_pct * pods_mean;
        let projected = used / f64::from(have.max(1));
        let need = (used / self.target).ceil() as u32;
        if projected > 1.1 * self.target {
            self.mood = Mood::Steady;
            return self.limit(need);
        }
        if projected >= 0.9 * self.target {
            self.mood = Mood::Steady;
            return self.limit(have);
        }
        let (ticks, most) = match self.mood {
            Mood::Steady => (1, need),
            Mood::Low { ticks, most } => (ticks + 1, most.max(need)),
        };
        if ticks >= LOW_TICKS {
            self.mood = Mood::Steady;
            return self.limit(most);
        }
        self.mood = Mood::Low { ticks, most };
        self.limit(have)
    }

    fn limit(&self, replicas: u32) -> u32 {
        replicas.max(self.limits.0).min(self.limits.1)
    }
}
