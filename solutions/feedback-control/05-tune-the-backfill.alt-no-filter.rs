//! Gains for a plant with dead time: no filter at all, and a deadband that takes the noise.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    pub tau_s: f64,
    pub kp: f64,
    pub ki: f64,
    pub deadband_pct: f64,
    pub slew_per_s: f64,
}

pub fn tuning() -> Tuning {
    Tuning { tau_s: 0.0, kp: 0.05, ki: 0.0025, deadband_pct: 2.0, slew_per_s: 0.2 }
}
