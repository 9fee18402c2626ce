//! An autoscaler with an integral that cannot run away.
//!
//! PI on the error that is left when everything has started, relative to the size of the fleet, so that
//! one set of gains suits 4 replicas and 40. The way down is held until the error has been large for five
//! minutes. Limit, hold and rounding all make the applied output another one than the computed: back-
//! calculation draws the term towards what was applied, whatever the cause.

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

const KP: f64 = 0.5;
const TI_S: f64 = 30.0;
const TICK_S: f64 = 15.0;
const TRACKING: f64 = 0.5;
const DEADBAND: f64 = 0.08;
const HOLD_NS: u64 = 300_000_000_000;

pub struct Controller {
    min: f64,
    max: f64,
    target_pct: f64,
    /// The integral term, in replicas.
    term: Option<f64>,
    /// When more than a little fewer were last not enough.
    busy_ns: Option<u64>,
}

impl Controller {
    pub fn new(min: u32, max: u32, target_pct: f64) -> Controller {
        Controller { min: min.into(), max: max.into(), target_pct, term: None, busy_ns: None }
    }

    pub fn reconcile(&mut self, now_ns: u64, sample: Option<Sample>, fleet: Fleet) -> u32 {
        let have = f64::from(fleet.ready + fleet.starting).max(1.0);
        let Some(sample) = sample else { return have.clamp(self.min, self.max) as u32 };
        let error = sample.cpu_pct * sample.pods_mean / self.target_pct / have - 1.0;
        // Bumpless: the term starts from the fleet that it finds.
        let term = self.term.unwrap_or(have);
        let v = term * (1.0 + KP * error);
        let wish = v.clamp(self.min, self.max);
        let wish = if wish > have { (wish - 0.1).ceil() } else { wish.round() };
        let busy_ns = *self.busy_ns.get_or_insert(now_ns);
        if error > -DEADBAND {
            self.busy_ns = Some(now_ns);
        }
        let held = wish < have && (error > -DEADBAND || now_ns - busy_ns < HOLD_NS);
        let applied = if held { have } else { wish }.clamp(self.min, self.max);
        self.term = Some(if held || error.abs() < DEADBAND {
            applied
        } else {
            let integrated = term * (1.0 + TICK_S / TI_S * error);
            (integrated + TRACKING * (applied - v)).clamp(self.min, self.max)
        });
        applied as u32
    }
}
