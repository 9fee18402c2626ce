//! Gains for a plant with dead time: a little filter and a deadband of 3 %; faster gains in exchange.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    pub tau_s: f64,
    pub kp: f64,
    pub ki: f64,
    pub deadband_pct: f64,
    pub slew_per_s: f64,
}

pub fn tuning() -> Tuning {
    Tuning { tau_s: 10.0, kp: 0.08, ki: 0.003, deadband_pct: 3.0, slew_per_s: 0.1 }
}
