//! See flapping, back off, recover: nothing is computed from scratch.
//!
//! Sums and counts go up as an output comes in and down as one goes out. What goes out takes its step
//! with it, and if that was an action, the pair that it made with the next one.

use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlapStats {
    pub reversals: u32,
    pub swing: f64,
    pub variance: f64,
    pub autocorr1: Option<f64>,
}

/// Sums over a queue of numbers, and over the pairs of neighbours in it.
#[derive(Default)]
struct Sums {
    queue: VecDeque<f64>,
    sum: f64,
    squares: f64,
    products: f64,
    opposite: u32,
}

impl Sums {
    fn push(&mut self, x: f64) {
        if let Some(last) = self.queue.back() {
            self.products += last * x;
            self.opposite += u32::from(last.signum() != x.signum());
        }
        self.queue.push_back(x);
        self.sum += x;
        self.squares += x * x;
    }

    fn pop(&mut self) -> Option<f64> {
        let x = self.queue.pop_front()?;
        if let Some(first) = self.queue.front() {
            self.products -= x * first;
            self.opposite -= u32::from(x.signum() != first.signum());
        }
        self.sum -= x;
        self.squares -= x * x;
        Some(x)
    }
}

pub struct Guard {
    window: usize,
    min_reversals: u32,
    min_swing: f64,
    floor: f64,
    quiet: u32,
    outputs: Sums,
    actions: Sums,
    multiplier: f64,
    /// No cut for that many outputs.
    cooldown: usize,
    /// A recovery after that many quiet outputs.
    to_recovery: u32,
}

impl Guard {
    pub fn new(window: usize, min_reversals: u32, min_swing: f64, floor: f64, quiet: u32) -> Self {
        Guard {
            window,
            min_reversals,
            min_swing,
            floor,
            quiet,
            outputs: Sums::default(),
            actions: Sums::default(),
            multiplier: 1.0,
            cooldown: 0,
            to_recovery: quiet,
        }
    }

    pub fn observe(&mut self, u: f64) -> f64 {
        if u.is_nan() || u.is_infinite() {
            return self.multiplier;
        }
        if self.outputs.queue.len() == self.window {
            let oldest = self.outputs.pop();
            if oldest.is_some() && self.outputs.queue.front().copied() != oldest {
                self.actions.pop();
            }
        }
        if let Some(last) = self.outputs.queue.back().copied()
            && last != u
        {
            self.actions.push(u - last);
        }
        self.outputs.push(u);

        self.cooldown = self.cooldown.saturating_sub(1);
        if !self.flapping() {
            self.to_recovery -= 1;
            if self.to_recovery == 0 {
                self.multiplier = 1.0_f64.min(self.multiplier + self.multiplier / 4.0);
                self.to_recovery = self.quiet;
            }
            return self.multiplier;
        }
        self.to_recovery = self.quiet;
        if self.cooldown == 0 {
            self.multiplier = self.floor.max(self.multiplier * 0.5);
            self.cooldown = self.window;
        }
        self.multiplier
    }

    pub fn stats(&self) -> FlapStats {
        let n = self.outputs.queue.len() as f64;
        let variance = if n > 0.0 { self.outputs.squares / n - (self.outputs.sum / n).powi(2) } else { 0.0 };
        FlapStats {
            reversals: self.actions.opposite,
            swing: self.swing(),
            variance,
            autocorr1: self.autocorr1(),
        }
    }

    pub fn flapping(&self) -> bool {
        self.actions.opposite >= self.min_reversals && self.swing() >= self.min_swing
    }

    fn swing(&self) -> f64 {
        let mut sorted: Vec<f64> = self.outputs.queue.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        sorted.last().zip(sorted.first()).map_or(0.0, |(high, low)| high - low)
    }

    /// The products about the mean, multiplied out: every action but the first and the last is in two of
    /// them.
    fn autocorr1(&self) -> Option<f64> {
        let Sums { queue, sum, squares, products, .. } = &self.actions;
        let m = queue.len() as f64;
        if queue.len() < 3 || queue.iter().all(|action| action == &queue[0]) {
            return None;
        }
        let mean = sum / m;
        let ends = queue[0] + queue[queue.len() - 1];
        let over = products - mean * (2.0 * sum - ends) + (m - 1.0) * mean * mean;
        Some(over / (squares - sum * mean))
    }
}
