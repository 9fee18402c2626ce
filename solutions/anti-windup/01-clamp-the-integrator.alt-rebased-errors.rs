//! # Clamp an integrator, with error-seconds
//!
//! Some controllers store the integral of the error itself, z. That can be right too, if two things
//! are done: the gain applies only to what was summed under it, and a limit reached ends the sum.
//! Both are one operation: what has been settled moves into `base`, in output units, and z starts
//! over at 0.

pub struct Integrator {
    gain: f64,
    limits: std::ops::RangeInclusive<f64>,
    /// Settled: added under earlier gains, or cut off at a limit.
    base: f64,
    /// Error-seconds since then.
    z: f64,
}

impl Integrator {
    pub fn new(ki_per_s: f64, lo: f64, hi: f64) -> Self {
        let mut new = Self { gain: ki_per_s, limits: lo..=hi, base: 0.0, z: 0.0 };
        new.settle();
        new
    }

    pub fn add(&mut self, error: f64, dt_ns: u64) -> f64 {
        if !error.is_finite() {
            return self.term();
        }
        self.z += error * std::time::Duration::from_nanos(dt_ns).as_secs_f64();
        if !self.limits.contains(&self.term()) {
            self.settle();
        }
        self.term()
    }

    pub fn term(&self) -> f64 {
        self.base + self.gain * self.z
    }

    pub fn set_ki(&mut self, ki_per_s: f64) {
        self.settle();
        self.gain = ki_per_s;
    }

    pub fn set_limits(&mut self, lo: f64, hi: f64) {
        self.limits = lo..=hi;
        self.settle();
    }

    pub fn preload(&mut self, term: f64) {
        if term.is_finite() {
            (self.base, self.z) = (term, 0.0);
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.base = self.term().max(*self.limits.start()).min(*self.limits.end());
        self.z = 0.0;
    }
}
