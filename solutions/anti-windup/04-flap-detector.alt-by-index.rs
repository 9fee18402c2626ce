//! See flapping, back off, recover: a ring of outputs, and every event by the index of its output.
//!
//! Nothing is counted down. When the last cut was and since when it has been quiet are indices, and
//! what is due follows from their distance to the present one.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlapStats {
    pub reversals: u32,
    pub swing: f64,
    pub variance: f64,
    pub autocorr1: Option<f64>,
}

pub struct Guard {
    ring: Vec<f64>,
    /// Outputs there were.
    seen: u64,
    /// The first output that may be answered with a cut.
    next_cut: u64,
    /// The first output of the present quiet stretch.
    quiet_from: u64,
    gain: f64,
    limits: Limits,
}

#[derive(Clone, Copy)]
struct Limits {
    reversals: u32,
    swing: f64,
    floor: f64,
    quiet: u64,
}

impl Guard {
    pub fn new(window: usize, min_reversals: u32, min_swing: f64, floor: f64, quiet: u32) -> Guard {
        let limits = Limits { reversals: min_reversals, swing: min_swing, floor, quiet: quiet.into() };
        Guard { ring: vec![f64::NAN; window], seen: 0, next_cut: 0, quiet_from: 0, gain: 1.0, limits }
    }

    pub fn observe(&mut self, u: f64) -> f64 {
        if !u.is_finite() {
            return self.gain;
        }
        let (k, slot) = (self.seen, self.slot(self.seen));
        self.ring[slot] = u;
        self.seen += 1;
        match self.flapping() {
            true => {
                self.quiet_from = k + 1;
                if k >= self.next_cut {
                    self.gain = f64::max(0.5 * self.gain, self.limits.floor);
                    self.next_cut = k + self.ring.len() as u64;
                }
            }
            false if k + 1 - self.quiet_from == self.limits.quiet => {
                self.gain = f64::min(1.25 * self.gain, 1.0);
                self.quiet_from = k + 1;
            }
            false => {}
        }
        self.gain
    }

    pub fn stats(&self) -> FlapStats {
        let from = self.seen.saturating_sub(self.ring.len() as u64);
        let outputs: Vec<f64> = (from..self.seen).map(|k| self.ring[self.slot(k)]).collect();
        let mut actions: Vec<f64> = Vec::new();
        let mut reversals = 0;
        for k in 1..outputs.len() {
            let step = outputs[k] - outputs[k - 1];
            if step == 0.0 {
                continue;
            }
            if let Some(before) = actions.last()
                && (*before < 0.0) == (step > 0.0)
            {
                reversals += 1;
            }
            actions.push(step);
        }
        let (low, high) =
            outputs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), u| (l.min(*u), h.max(*u)));
        FlapStats {
            reversals,
            swing: if outputs.is_empty() { 0.0 } else { high - low },
            variance: variance(&outputs).unwrap_or(0.0),
            autocorr1: covariance1(&actions).zip(variance(&actions)).and_then(|(over, under)| {
                // Both are means over m, so that m goes out.
                (actions.len() > 2 && under > 0.0).then_some(over / under)
            }),
        }
    }

    pub fn flapping(&self) -> bool {
        let FlapStats { reversals, swing, .. } = self.stats();
        !(reversals < self.limits.reversals || swing < self.limits.swing)
    }

    fn slot(&self, k: u64) -> usize {
        (k % self.ring.len() as u64) as usize
    }
}

fn mean(xs: &[f64]) -> Option<f64> {
    (!xs.is_empty()).then(|| xs.iter().sum::<f64>() / xs.len() as f64)
}

fn variance(xs: &[f64]) -> Option<f64> {
    let mean = mean(xs)?;
    Some(xs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / xs.len() as f64)
}

/// Over m, though there are m - 1 products: the estimator of the books.
fn covariance1(xs: &[f64]) -> Option<f64> {
    let mean = mean(xs)?;
    Some(xs.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>() / xs.len() as f64)
}
