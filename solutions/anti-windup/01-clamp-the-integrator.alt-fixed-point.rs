//! # Clamp an integrator, in fixed point
//!
//! For those who want sums without drift: the term is a whole number of 2^-48 of an output unit.
//! Adding is then exact, and only what one sample adds is rounded, by 2^-49 at most. Conversion
//! from floating point saturates at the ends of i128, which lie far outside of all limits; it turns
//! NaN into 0, which is why broken samples are sorted out before.

const ONE: f64 = (1_u64 << 48) as f64;

pub struct Integrator {
    ki_per_s: f64,
    lo: i128,
    hi: i128,
    term: i128,
}

fn fixed(x: f64) -> i128 {
    (x * ONE).round() as i128
}

impl Integrator {
    pub fn new(ki_per_s: f64, lo: f64, hi: f64) -> Self {
        let (lo, hi) = (fixed(lo), fixed(hi));
        Self { ki_per_s, lo, hi, term: 0.clamp(lo, hi) }
    }

    pub fn add(&mut self, error: f64, dt_ns: u64) -> f64 {
        if error.is_finite() {
            let step = fixed(self.ki_per_s * error * (dt_ns as f64 * 1e-9));
            self.term = self.term.saturating_add(step).clamp(self.lo, self.hi);
        }
        self.term()
    }

    pub fn term(&self) -> f64 {
        self.term as f64 / ONE
    }

    pub fn set_ki(&mut self, ki_per_s: f64) {
        self.ki_per_s = ki_per_s;
    }

    pub fn set_limits(&mut self, lo: f64, hi: f64) {
        self.lo = fixed(lo);
        self.hi = fixed(hi);
        self.term = self.term.clamp(self.lo, self.hi);
    }

    pub fn preload(&mut self, term: f64) {
        if term.is_finite() {
            self.term = fixed(term).clamp(self.lo, self.hi);
        }
    }
}
