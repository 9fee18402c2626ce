//! An EWMA for samples that arrive when they like.
//!
//! Over a gap the past keeps e^(-gap / tau) of its weight, and the new sample takes the rest. Because
//! e^(-a) e^(-b) = e^(-(a + b)), it does not matter how often anybody looked in between: that is what
//! no constant per sample can have.

pub struct Ewma {
    tau_ns: u64,
    /// The last accepted sample's instant, and the value since.
    last: Option<(u64, f64)>,
}

impl Ewma {
    /// A filter that covers 1 - 1/e of a step in `tau_ns`.
    pub fn new(tau_ns: u64) -> Ewma {
        Ewma { tau_ns, last: None }
    }

    /// A sample, taken at `now_ns`. Answers the value after it.
    pub fn observe(&mut self, now_ns: u64, x: f64) -> Option<f64> {
        // What is no sample leaves no trace, above all not in the instant: the next one then stands for
        // the whole time that nothing was known.
        if !x.is_finite() || self.last.is_some_and(|(last_ns, _)| now_ns <= last_ns) {
            return self.value();
        }
        let y = match self.last {
            // A filter that starts at 0 would take 3 tau to believe the first reading.
            None => x,
            Some((last_ns, y)) => x + (y - x) * self.kept(now_ns - last_ns),
        };
        self.last = Some((now_ns, y));
        Some(y)
    }

    pub fn value(&self) -> Option<f64> {
        self.last.map(|(_, y)| y)
    }

    /// The weight that the past keeps over a gap. The gap was subtracted in integers: as floats, two
    /// instants since 1970 are only known to 256 ns.
    fn kept(&self, gap_ns: u64) -> f64 {
        // With tau 0 this is e^(-infinity) = 0, which is what is wanted. A gap is never 0.
        (-(gap_ns as f64 / self.tau_ns as f64)).exp()
    }
}
