//! An EWMA for samples that arrive when they like, kept in fixed point of 2^-40: the same state on every
//! machine, whatever its rounding. Only the weight of a gap is worked out in floats.

const ONE: f64 = (1_u64 << 40) as f64;

pub struct Ewma {
    /// In 2^-40.
    level: i64,
    tau_ns: u64,
    last_ns: u64,
    seeded: bool,
}

impl Ewma {
    pub fn new(tau_ns: u64) -> Ewma {
        Ewma { level: 0, tau_ns, last_ns: 0, seeded: false }
    }

    pub fn observe(&mut self, now_ns: u64, x: f64) -> Option<f64> {
        if x.is_finite() && (!self.seeded || now_ns > self.last_ns) {
            let x = (x * ONE).round() as i64;
            let kept = match self.tau_ns {
                _ if !self.seeded => 0.0,
                0 => 0.0,
                tau_ns => std::f64::consts::E.powf(-((now_ns - self.last_ns) as f64) / tau_ns as f64),
            };
            self.level = x + ((self.level - x) as f64 * kept).round() as i64;
            self.last_ns = now_ns;
            self.seeded = true;
        }
        self.value()
    }

    pub fn value(&self) -> Option<f64> {
        if self.seeded { Some(self.level as f64 / ONE) } else { None }
    }
}
