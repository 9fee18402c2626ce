//! # Brownout that does not chatter, as a state machine
//!
//! Each mode carries the instant from which it may be left. The first mode may be left from 0, so
//! that it needs no case of its own.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    pub enter: f64,
    pub exit: f64,
    pub min_on_ns: u64,
    pub min_off_ns: u64,
}

enum Mode {
    Off { free_ns: u64 },
    On { free_ns: u64 },
}

pub struct Brownout {
    thresholds: Thresholds,
    mode: Mode,
    clock_ns: u64,
}

impl Brownout {
    pub fn new(t: Thresholds) -> Self {
        Self { thresholds: t, mode: Mode::Off { free_ns: 0 }, clock_ns: 0 }
    }

    pub fn observe(&mut self, now_ns: u64, x: f64) -> bool {
        let Thresholds { enter, exit, min_on_ns, min_off_ns } = self.thresholds;
        if !x.is_nan() {
            let now_ns = now_ns.max(self.clock_ns);
            self.clock_ns = now_ns;
            match self.mode {
                Mode::Off { free_ns } if x >= enter && now_ns >= free_ns => {
                    self.mode = Mode::On { free_ns: now_ns + min_on_ns };
                }
                Mode::On { free_ns } if x <= exit && now_ns >= free_ns => {
                    self.mode = Mode::Off { free_ns: now_ns + min_off_ns };
                }
                _ => {}
            }
        }
        matches!(self.mode, Mode::On { .. })
    }
}

pub struct Deadband {
    width: f64,
    output: f64,
}

impl Deadband {
    pub fn new(width: f64) -> Self {
        Self { width, output: f64::NAN }
    }

    /// NaN stands for no output yet: it is not within any distance of anything.
    pub fn apply(&mut self, u: f64) -> f64 {
        let stays = u.is_nan() || (self.output - u).abs() <= self.width;
        if !stays {
            self.output = u;
        }
        self.output
    }
}
