//! # Brownout that does not chatter
//!
//! Two memories, for two kinds of noise. The mode itself is the memory of the hysteresis: it bounds
//! how small a swing can switch. The time of the last switch is the memory of the hold: it bounds how
//! often. Nothing else is remembered, so nothing that happened during a hold can come back later.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// On from here upwards.
    pub enter: f64,
    /// Off from here downwards; below `enter`.
    pub exit: f64,
    /// How long it stays on at least.
    pub min_on_ns: u64,
    /// How long it stays off at least, once it was on.
    pub min_off_ns: u64,
}

pub struct Brownout {
    t: Thresholds,
    on: bool,
    /// The largest time of any sample.
    clock_ns: u64,
    /// When the mode began. None: it is the first one, which has lasted long enough.
    since_ns: Option<u64>,
}

impl Brownout {
    /// A brownout that is off.
    pub fn new(t: Thresholds) -> Self {
        Self { t, on: false, clock_ns: 0, since_ns: None }
    }

    /// Takes a sample and answers whether the brownout is on.
    pub fn observe(&mut self, now_ns: u64, x: f64) -> bool {
        if x.is_nan() {
            return self.on;
        }
        self.clock_ns = self.clock_ns.max(now_ns);
        // The sample says what it would like to see, the clock whether that is allowed.
        let (wanted, hold_ns) = match self.on {
            true => (x > self.t.exit, self.t.min_on_ns),
            false => (x >= self.t.enter, self.t.min_off_ns),
        };
        let held = self.since_ns.is_some_and(|since_ns| self.clock_ns - since_ns < hold_ns);
        if wanted != self.on && !held {
            (self.on, self.since_ns) = (wanted, Some(self.clock_ns));
        }
        self.on
    }
}

pub struct Deadband {
    width: f64,
    /// What was answered last.
    output: Option<f64>,
}

impl Deadband {
    /// A deadband without an output yet.
    pub fn new(width: f64) -> Self {
        Self { width, output: None }
    }

    /// Takes a wish and answers the output.
    pub fn apply(&mut self, u: f64) -> f64 {
        // Measured from what was answered, not from the wish before: a slow drift adds up.
        let far = |output: f64| (u - output).abs() > self.width;
        if !u.is_nan() && self.output.is_none_or(far) {
            self.output = Some(u);
        }
        self.output.unwrap_or(u)
    }
}
