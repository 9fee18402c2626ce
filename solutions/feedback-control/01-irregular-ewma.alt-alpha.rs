//! An EWMA for samples that arrive when they like, written as the textbooks do: a weight alpha for the
//! new sample, from `exp_m1`, and no `Option` inside: NaN says that there is no value yet.

pub struct Ewma {
    tau_s: f64,
    last_ns: u64,
    average: f64,
}

impl Ewma {
    pub fn new(tau_ns: u64) -> Ewma {
        Ewma { tau_s: tau_ns as f64 / 1e9, last_ns: 0, average: f64::NAN }
    }

    pub fn observe(&mut self, now_ns: u64, x: f64) -> Option<f64> {
        if x.is_nan() || x.is_infinite() {
            return self.value();
        }
        if self.average.is_nan() {
            self.average = x;
            self.last_ns = now_ns;
        } else if let Some(gap_ns) = now_ns.checked_sub(self.last_ns).filter(|gap| *gap > 0) {
            let alpha = if self.tau_s == 0.0 { 1.0 } else { -(-(gap_ns as f64 / 1e9) / self.tau_s).exp_m1() };
            self.average += alpha * (x - self.average);
            self.last_ns = now_ns;
        }
        self.value()
    }

    pub fn value(&self) -> Option<f64> {
        (!self.average.is_nan()).then_some(self.average)
    }
}
