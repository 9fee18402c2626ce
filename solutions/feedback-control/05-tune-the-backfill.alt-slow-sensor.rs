//! Gains for a plant with dead time: a filter that is slower than the plant, and a slew limit that does the waiting.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    pub tau_s: f64,
    pub kp: f64,
    pub ki: f64,
    pub deadband_pct: f64,
    pub slew_per_s: f64,
}

pub fn tuning() -> Tuning {
    Tuning { tau_s: 60.0, kp: 0.2, ki: 0.003, deadband_pct: 1.0, slew_per_s: 0.05 }
}
