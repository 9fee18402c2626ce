//! # Clamp an integrator
//!
//! Two decisions carry it. What is stored is the term itself, in output units: so the limits of the
//! actuator can be applied to it as they are, and a new gain has no past to rescale. And what is
//! clamped is what is stored, not what is returned: a limit on the answer alone hides the windup
//! until the error turns.

pub struct Integrator {
    ki_per_s: f64,
    lo: f64,
    hi: f64,
    /// Always within the limits; `put` is the only place that writes it.
    term: f64,
}

impl Integrator {
    /// An integrator with a gain per second and limits in output units.
    pub fn new(ki_per_s: f64, lo: f64, hi: f64) -> Self {
        Self { ki_per_s, lo, hi, term: 0.0_f64.clamp(lo, hi) }
    }

    /// Adds `ki_per_s * error` for `dt_ns`, within the limits. Answers the term.
    pub fn add(&mut self, error: f64, dt_ns: u64) -> f64 {
        // The gain is multiplied in here, while the error is fresh: later gains do not reach it.
        let dt_s = dt_ns as f64 / 1e9;
        self.put(self.term + self.ki_per_s * error * dt_s);
        self.term
    }

    /// The term, in output units.
    pub fn term(&self) -> f64 {
        self.term
    }

    /// Another gain, from now on.
    pub fn set_ki(&mut self, ki_per_s: f64) {
        self.ki_per_s = ki_per_s;
    }

    /// Other limits, from now on.
    pub fn set_limits(&mut self, lo: f64, hi: f64) {
        (self.lo, self.hi) = (lo, hi);
        // A term outside must not wait there for the next sample, or for the limits to widen again.
        self.put(self.term);
    }

    /// Puts the term at a value, within the limits.
    pub fn preload(&mut self, term: f64) {
        self.put(term);
    }

    /// The one door. It is shut to NaN, which would stay for ever, and to infinities, which the
    /// limits would make look like real values. A broken error makes a broken sum, whatever the
    /// gain, so it is stopped here too.
    fn put(&mut self, term: f64) {
        if term.is_finite() {
            self.term = term.clamp(self.lo, self.hi);
        }
    }
}
