//! Gains for a plant with dead time: a filter of the length of the dead time, and a kp that makes up for it.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    pub tau_s: f64,
    pub kp: f64,
    pub ki: f64,
    pub deadband_pct: f64,
    pub slew_per_s: f64,
}

pub fn tuning() -> Tuning {
    Tuning { tau_s: 30.0, kp: 0.15, ki: 0.003, deadband_pct: 1.5, slew_per_s: 0.1 }
}
