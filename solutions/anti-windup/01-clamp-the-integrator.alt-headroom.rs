//! # Clamp an integrator, by the room that is left
//!
//! Nothing is clamped here: a step is cut to the room between the term and the limit ahead of it,
//! before it is taken. What the actuator cannot do is never added, so nothing has to be taken back.

pub struct Integrator {
    ki: f64,
    lo: f64,
    hi: f64,
    term: f64,
}

impl Integrator {
    pub fn new(ki_per_s: f64, lo: f64, hi: f64) -> Self {
        let mut new = Self { ki: ki_per_s, lo, hi, term: 0.0 };
        new.move_by(0.0);
        new
    }

    pub fn add(&mut self, error: f64, dt_ns: u64) -> f64 {
        match error {
            e if e.is_nan() || e.is_infinite() => {}
            e => self.move_by(dt_ns as f64 * self.ki * e / 1_000_000_000.0),
        }
        self.term
    }

    pub fn term(&self) -> f64 {
        self.term
    }

    pub fn set_ki(&mut self, ki_per_s: f64) {
        self.ki = ki_per_s;
    }

    pub fn set_limits(&mut self, lo: f64, hi: f64) {
        self.lo = lo;
        self.hi = hi;
        self.move_by(0.0);
    }

    pub fn preload(&mut self, term: f64) {
        if term.abs() < f64::INFINITY {
            self.move_by(term - self.term);
        }
    }

    /// Of a step, what the room allows. With the term outside of new limits the room on that side
    /// is negative, and the step of 0 becomes the way back to the limit.
    fn move_by(&mut self, step: f64) {
        let (above, below) = (self.hi - self.term, self.lo - self.term);
        if step > above {
            self.term = self.hi;
        } else if step < below {
            self.term = self.lo;
        } else {
            self.term += step;
        }
    }
}
