//! Gains for a plant with dead time.
//!
//! How these numbers were found. What is seen is 30 s old, and a decision is held for 10 s, half of
//! which counts: 35 s of dead time. After it the plant is K = 4 with a lag of T = 20 s. SIMC with
//! tauc = theta gives kp = T / (K * 2 * theta) = 20 / 280 = 0.071 and ki = kp / T = 0.0036.
//!
//! - That is for a quiet sensor and this one plant. With half as much gain again the same ki swings,
//!   so 30 % of it are given back; kp, which brakes, stays.
//! - The filter is half the dead time: it halves the noise and adds its 15 s to the loop.
//! - What is left of the noise is about 1 %, and the deadband keeps most of it from u.
//! - The slew limit only matters in the first minute, when the error is 45 % and old: 0.1 krows/s a
//!   second is 14 % of CPU in 35 s, which is what can be on its way unseen.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// Time constant of the filter on the measurement, in seconds; 0 is no filter.
    pub tau_s: f64,
    /// krows/s per % of error.
    pub kp: f64,
    /// krows/s per % of error and second.
    pub ki: f64,
    /// An error up to this many % changes nothing.
    pub deadband_pct: f64,
    /// The fastest that u may change, in krows/s per second.
    pub slew_per_s: f64,
}

pub fn tuning() -> Tuning {
    Tuning { tau_s: 15.0, kp: 0.07, ki: 0.0025, deadband_pct: 1.5, slew_per_s: 0.1 }
}
