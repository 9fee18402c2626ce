//! The sum of the errors is stored and clamped rightly, but the gain of today is applied to all of it.

pub struct Integrator {
    ki_per_s: f64,
    lo: f64,
    hi: f64,
    z: f64,
    /// What was preloaded or cut, in output units.
    base: f64,
}

impl Integrator {
    pub fn new(ki_per_s: f64, lo: f64, hi: f64) -> Self {
        Self { ki_per_s, lo, hi, z: 0.0, base: 0.0_f64.clamp(lo, hi) }
    }

    pub fn add(&mut self, error: f64, dt_ns: u64) -> f64 {
        if error.is_finite() {
            self.z += error * dt_ns as f64 / 1e9;
            self.limit();
        }
        self.term()
    }

    pub fn term(&self) -> f64 {
        self.base + self.ki_per_s * self.z
    }

    pub fn set_ki(&mut self, ki_per_s: f64) {
        self.ki_per_s = ki_per_s;
        self.limit();
    }

    pub fn set_limits(&mut self, lo: f64, hi: f64) {
        (self.lo, self.hi) = (lo, hi);
        self.limit();
    }

    pub fn preload(&mut self, term: f64) {
        if term.is_finite() {
            (self.base, self.z) = (term.clamp(self.lo, self.hi), 0.0);
        }
    }

    fn limit(&mut self) {
        let term = self.term();
        if term < self.lo || term > self.hi {
            (self.base, self.z) = (term.clamp(self.lo, self.hi), 0.0);
        }
    }
}
