//! # Conditional integration and back-calculation, limit by limit
//!
//! The same laws as they stand in the contract: which limit is hit is a value of its own, and each
//! law is a function from the old integral to the new one. Back-calculation is told as what it is
//! for: it pulls the integral towards the value at which v would be on the limit.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    None,
    Conditional,
    BackCalculation { tt_ns: u64 },
}

#[derive(Clone, Copy)]
enum Reach {
    Above,
    Within,
    Below,
}

pub struct Pi {
    gains: (f64, f64),
    limits: (f64, f64),
    law: Law,
    integral: f64,
    last: Option<f64>,
}

impl Pi {
    pub fn new(kp: f64, ki_per_s: f64, lo: f64, hi: f64, law: Law, i0: f64) -> Self {
        Self { gains: (kp, ki_per_s), limits: (lo, hi), law, integral: i0, last: None }
    }

    pub fn step(&mut self, error: f64, dt_ns: u64) -> f64 {
        if error.is_nan() || error.is_infinite() {
            return self.last.unwrap_or_else(|| self.limited(self.integral).0);
        }
        let proportional = self.gains.0 * error;
        let (u, reach) = self.limited(proportional + self.integral);
        let growth = error * dt_ns as f64 * self.gains.1 * 1e-9;
        self.integral = match (self.law, reach) {
            (Law::Conditional, Reach::Above) => self.integral + growth.min(0.0),
            (Law::Conditional, Reach::Below) => self.integral + growth.max(0.0),
            (Law::BackCalculation { tt_ns }, Reach::Above | Reach::Below) => {
                let share = if dt_ns < tt_ns { dt_ns as f64 / tt_ns as f64 } else { 1.0 };
                let on_the_limit = u - proportional;
                self.integral * (1.0 - share) + on_the_limit * share + growth
            }
            _ => self.integral + growth,
        };
        self.last = Some(u);
        u
    }

    pub fn integral(&self) -> f64 {
        self.integral
    }

    fn limited(&self, v: f64) -> (f64, Reach) {
        let (lo, hi) = self.limits;
        if v > hi {
            (hi, Reach::Above)
        } else if v < lo {
            (lo, Reach::Below)
        } else {
            (v, Reach::Within)
        }
    }
}
