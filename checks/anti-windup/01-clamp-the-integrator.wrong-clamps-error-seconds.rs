//! The limits of the actuator, in pods, put on the sum of the errors, in point-seconds.

pub struct Integrator {
    ki_per_s: f64,
    lo: f64,
    hi: f64,
    z: f64,
}

impl Integrator {
    pub fn new(ki_per_s: f64, lo: f64, hi: f64) -> Self {
        Self { ki_per_s, lo, hi, z: 0.0 }
    }

    pub fn add(&mut self, error: f64, dt_ns: u64) -> f64 {
        if error.is_finite() {
            self.z = (self.z + error * dt_ns as f64 / 1e9).clamp(self.lo, self.hi);
        }
        self.term()
    }

    pub fn term(&self) -> f64 {
        (self.ki_per_s * self.z).clamp(self.lo, self.hi)
    }

    pub fn set_ki(&mut self, ki_per_s: f64) {
        if ki_per_s > 0.0 {
            self.z = self.term() / ki_per_s;
        }
        self.ki_per_s = ki_per_s;
    }

    pub fn set_limits(&mut self, lo: f64, hi: f64) {
        (self.lo, self.hi) = (lo, hi);
        self.preload(self.term());
    }

    pub fn preload(&mut self, term: f64) {
        if term.is_finite() && self.ki_per_s > 0.0 {
            self.z = term.clamp(self.lo, self.hi) / self.ki_per_s;
        }
    }
}
