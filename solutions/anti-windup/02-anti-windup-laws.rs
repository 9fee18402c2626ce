//! # Conditional integration and back-calculation
//!
//! Both laws live on one number, the gap v - u: what was asked for and not done. Its sign says which
//! limit was hit, wherever that limit lies; its size says by how much. Neither law looks at the sign
//! of the output, which says nothing when both limits are above 0.

/// What is done about the integral while the output is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Nothing, for comparison.
    None,
    /// Conditional integration.
    Conditional,
    /// Back-calculation with a tracking time.
    BackCalculation { tt_ns: u64 },
}

pub struct Pi {
    kp: f64,
    ki_per_s: f64,
    lo: f64,
    hi: f64,
    law: Law,
    /// In output units.
    integral: f64,
    /// What the actuator does now.
    output: f64,
}

impl Pi {
    /// A controller whose integral is `i0`.
    pub fn new(kp: f64, ki_per_s: f64, lo: f64, hi: f64, law: Law, i0: f64) -> Self {
        Self { kp, ki_per_s, lo, hi, law, integral: i0, output: i0.clamp(lo, hi) }
    }

    /// One sample: an error, and the time that it stands for. Answers the output.
    pub fn step(&mut self, error: f64, dt_ns: u64) -> f64 {
        if !error.is_finite() {
            return self.output;
        }
        let asked = self.kp * error + self.integral;
        self.output = asked.clamp(self.lo, self.hi);
        // Above 0 beyond the upper limit, below 0 beyond the lower one, exactly 0 between and on them.
        let gap = asked - self.output;
        let growth = self.ki_per_s * error * (dt_ns as f64 / 1e9);
        self.integral += match self.law {
            Law::None => growth,
            // Same sign: the error pushes further out. Only that is held back; the way in is free,
            // or a controller without a proportional part would never leave the limit.
            Law::Conditional if gap * error > 0.0 => 0.0,
            Law::Conditional => growth,
            // The gap has the unit of the integral, so only time has to be divided out. A step as
            // long as the tracking time takes all of the gap, and a longer one no more than that.
            // A tracking time of 0 divides to infinity, which is cut to 1 just the same.
            Law::BackCalculation { tt_ns } => growth - gap * (dt_ns as f64 / tt_ns as f64).min(1.0),
        };
        self.output
    }

    /// The integral, in output units.
    pub fn integral(&self) -> f64 {
        self.integral
    }
}
