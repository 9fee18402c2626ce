//! Right in every value, but it keeps each sample for ever.

pub struct Ewma {
    tau_ns: u64,
    samples: Vec<(u64, f64)>,
}

impl Ewma {
    pub fn new(tau_ns: u64) -> Ewma {
        Ewma { tau_ns, samples: Vec::new() }
    }

    pub fn observe(&mut self, now_ns: u64, x: f64) -> Option<f64> {
        if x.is_finite() && self.samples.last().is_none_or(|(last_ns, _)| now_ns > *last_ns) {
            self.samples.push((now_ns, x));
        }
        self.value()
    }

    pub fn value(&self) -> Option<f64> {
        let (mut last_ns, mut y) = *self.samples.first()?;
        for &(now_ns, x) in &self.samples[1..] {
            y = x + (y - x) * (-((now_ns - last_ns) as f64 / self.tau_ns as f64)).exp();
            last_ns = now_ns;
        }
        Some(y)
    }
}
