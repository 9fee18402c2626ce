//! # Conditional integration and back-calculation, with the law as a function
//!
//! The controller knows no law: it is handed what to make of one step, and that is chosen once.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    None,
    Conditional,
    BackCalculation { tt_ns: u64 },
}

/// One step as the law sees it.
struct Seen {
    error: f64,
    dt_ns: u64,
    asked: f64,
    applied: f64,
    growth: f64,
}

type Change = Box<dyn Fn(&Seen) -> f64>;

fn change(law: Law) -> Change {
    match law {
        Law::None => Box::new(|seen| seen.growth),
        Law::Conditional => Box::new(|seen| {
            let too_high = seen.asked > seen.applied && seen.error > 0.0;
            let too_low = seen.asked < seen.applied && seen.error < 0.0;
            if too_high || too_low { 0.0 } else { seen.growth }
        }),
        Law::BackCalculation { tt_ns: 0 } => Box::new(|seen| seen.growth + seen.applied - seen.asked),
        Law::BackCalculation { tt_ns } => Box::new(move |seen| {
            let part = seen.dt_ns.min(tt_ns) as f64 / tt_ns as f64;
            seen.growth + part * (seen.applied - seen.asked)
        }),
    }
}

pub struct Pi {
    kp: f64,
    ki: f64,
    lo: f64,
    hi: f64,
    change: Change,
    sum: f64,
    answer: f64,
}

impl Pi {
    pub fn new(kp: f64, ki_per_s: f64, lo: f64, hi: f64, law: Law, i0: f64) -> Self {
        let change = change(law);
        Self { kp, ki: ki_per_s, lo, hi, change, sum: i0, answer: i0.max(lo).min(hi) }
    }

    pub fn step(&mut self, error: f64, dt_ns: u64) -> f64 {
        if error.is_finite() {
            let asked = self.sum + error * self.kp;
            self.answer = asked.max(self.lo).min(self.hi);
            let growth = error * self.ki * std::time::Duration::from_nanos(dt_ns).as_secs_f64();
            self.sum += (self.change)(&Seen { error, dt_ns, asked, applied: self.answer, growth });
        }
        self.answer
    }

    pub fn integral(&self) -> f64 {
        self.sum
    }
}
