//! # Brownout that does not chatter, from the switches so far
//!
//! An operator asks when it switched, so that is what is kept: the last two switches say everything.
//! The mode is which of the two thresholds was passed last. The deadband is an interval that the
//! output sits in the middle of.

use std::ops::RangeInclusive;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    pub enter: f64,
    pub exit: f64,
    pub min_on_ns: u64,
    pub min_off_ns: u64,
}

pub struct Brownout {
    rules: Thresholds,
    latest_ns: u64,
    went_on_ns: Option<u64>,
    went_off_ns: Option<u64>,
    on: bool,
}

impl Brownout {
    pub fn new(t: Thresholds) -> Self {
        Self { rules: t, latest_ns: 0, went_on_ns: None, went_off_ns: None, on: false }
    }

    pub fn observe(&mut self, now_ns: u64, x: f64) -> bool {
        let Self { rules, .. } = *self;
        if x.is_nan() {
            return self.on;
        }
        if now_ns > self.latest_ns {
            self.latest_ns = now_ns;
        }
        let waited = |since: Option<u64>, least: u64| match since {
            Some(since) => self.latest_ns.saturating_sub(since) >= least,
            None => true,
        };
        if self.on {
            if x <= rules.exit && waited(self.went_on_ns, rules.min_on_ns) {
                self.on = false;
                self.went_off_ns = Some(self.latest_ns);
            }
        } else if x >= rules.enter && waited(self.went_off_ns, rules.min_off_ns) {
            self.on = true;
            self.went_on_ns = Some(self.latest_ns);
        }
        self.on
    }
}

pub struct Deadband {
    width: f64,
    output: Option<(f64, RangeInclusive<f64>)>,
}

impl Deadband {
    pub fn new(width: f64) -> Self {
        Self { width, output: None }
    }

    pub fn apply(&mut self, u: f64) -> f64 {
        match &self.output {
            Some((output, band)) if u.is_nan() || band.contains(&u) => *output,
            None if u.is_nan() => u,
            _ => {
                self.output = Some((u, u - self.width..=u + self.width));
                u
            }
        }
    }
}
