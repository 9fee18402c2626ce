//! See flapping, back off, recover.
//!
//! The guard remembers outputs and computes everything else from them, so that no figure can
//! survive the outputs it came from. What it does about flapping needs three numbers more: the
//! multiplier, how long ago it was cut, and how long it has been quiet.

use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlapStats {
    pub reversals: u32,
    pub swing: f64,
    pub variance: f64,
    pub autocorr1: Option<f64>,
}

pub struct Guard {
    window: usize,
    min_reversals: u32,
    min_swing: f64,
    floor: f64,
    quiet: u32,
    outputs: VecDeque<f64>,
    multiplier: f64,
    /// Outputs since the last cut. `None`: none yet, the first may come at once.
    since_cut: Option<usize>,
    quiet_so_far: u32,
}

impl Guard {
    pub fn new(window: usize, min_reversals: u32, min_swing: f64, floor: f64, quiet: u32) -> Guard {
        let outputs = VecDeque::new();
        let (multiplier, since_cut, quiet_so_far) = (1.0, None, 0);
        Guard { window, min_reversals, min_swing, floor, quiet, outputs, multiplier, since_cut, quiet_so_far }
    }

    /// Takes the controller's next output; answers the multiplier for its gain.
    pub fn observe(&mut self, u: f64) -> f64 {
        if !u.is_finite() {
            return self.multiplier;
        }
        if self.outputs.len() == self.window {
            self.outputs.pop_front();
        }
        self.outputs.push_back(u);
        self.since_cut = self.since_cut.map(|outputs| outputs + 1);
        if self.flapping() {
            self.quiet_so_far = 0;
            // Before that the window still holds outputs that have been answered for: one burst
            // of flapping would take the gain to the floor in as many ticks as it has halvings.
            if self.since_cut.is_none_or(|outputs| outputs >= self.window) {
                self.multiplier = (self.multiplier / 2.0).max(self.floor);
                self.since_cut = Some(0);
            }
        } else {
            self.quiet_so_far += 1;
            if self.quiet_so_far == self.quiet {
                // Slower up than down: a guard that gives back as fast as it takes hunts.
                self.multiplier = (self.multiplier * 1.25).min(1.0);
                self.quiet_so_far = 0;
            }
        }
        self.multiplier
    }

    pub fn stats(&self) -> FlapStats {
        let outputs: Vec<f64> = self.outputs.iter().copied().collect();
        if outputs.is_empty() {
            return FlapStats { reversals: 0, swing: 0.0, variance: 0.0, autocorr1: None };
        }
        let actions: Vec<f64> =
            outputs.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step != 0.0).collect();
        let reversals = actions.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count() as u32;
        let highest = outputs.iter().copied().fold(f64::MIN, f64::max);
        let lowest = outputs.iter().copied().fold(f64::MAX, f64::min);
        let mean = mean(&outputs);
        let variance = outputs.iter().map(|u| (u - mean).powi(2)).sum::<f64>() / outputs.len() as f64;
        FlapStats { reversals, swing: highest - lowest, variance, autocorr1: autocorr1(&actions) }
    }

    pub fn flapping(&self) -> bool {
        let stats = self.stats();
        stats.reversals >= self.min_reversals && stats.swing >= self.min_swing
    }
}

fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

/// Both sums about the one mean, and neither divided by its number of terms: strict alternation
/// gives -(m - 1)/m, not -1.
fn autocorr1(actions: &[f64]) -> Option<f64> {
    let mean = mean(actions);
    let products: f64 = actions.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
    let squares: f64 = actions.iter().map(|action| (action - mean).powi(2)).sum();
    (actions.len() >= 3 && squares > 0.0).then(|| products / squares)
}
