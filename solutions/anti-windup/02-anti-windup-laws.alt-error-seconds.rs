//! # Conditional integration and back-calculation, with error-seconds
//!
//! Where the integral is kept as a sum of error-seconds z, with I = base + ki * z, the gap has to be
//! brought into that unit: divided by ki. A gain of 0 cannot be divided by, and then nothing but
//! the law moves I: such a change goes to the base.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    None,
    Conditional,
    BackCalculation { tt_ns: u64 },
}

pub struct Pi {
    kp: f64,
    ki: f64,
    lo: f64,
    hi: f64,
    law: Law,
    base: f64,
    z: f64,
    u: f64,
}

impl Pi {
    pub fn new(kp: f64, ki_per_s: f64, lo: f64, hi: f64, law: Law, i0: f64) -> Self {
        Self { kp, ki: ki_per_s, lo, hi, law, base: i0, z: 0.0, u: i0.clamp(lo, hi) }
    }

    pub fn step(&mut self, e: f64, dt_ns: u64) -> f64 {
        if !e.is_finite() {
            return self.u;
        }
        let v = self.kp * e + self.integral();
        self.u = v.clamp(self.lo, self.hi);
        let dt = dt_ns as f64 / 1_000_000_000.0;
        let (above, below) = (v > self.hi, v < self.lo);
        match self.law {
            Law::Conditional if above && e > 0.0 || below && e < 0.0 => return self.u,
            Law::BackCalculation { tt_ns } if above || below => {
                let f = if tt_ns <= dt_ns { 1.0 } else { dt_ns as f64 / tt_ns as f64 };
                let refused = (self.u - v) * f;
                if self.ki > 0.0 {
                    self.z += refused / self.ki;
                } else {
                    self.base += refused;
                }
            }
            _ => {}
        }
        self.z += e * dt;
        self.u
    }

    pub fn integral(&self) -> f64 {
        self.base + self.ki * self.z
    }
}
