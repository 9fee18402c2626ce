//! PI, positional and velocity, told as one machine: both add the same increment, and differ only in what
//! they add it to. The positional form adds it to its last wish, the velocity form to its last output.

/// Which way the output moves when the measurement rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acting {
    /// Up: replicas against utilisation, shed probability against delay.
    Direct,
    /// Down: backfill pace against CPU, admission window against latency.
    Reverse,
}

/// Both at least 0: the direction is `Acting`'s business.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gains {
    /// Output per unit of error.
    pub kp: f64,
    /// Output per unit of error and second.
    pub ki_per_s: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub min: f64,
    pub max: f64,
    /// The most that the output moves in a second, up or down.
    pub slew_per_s: f64,
}

struct Core {
    sign: f64,
    gains: Gains,
    limits: Limits,
    wish: f64,
    u: f64,
    e_last: Option<f64>,
}

impl Core {
    fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Core {
        let sign = if acting == Acting::Direct { 1.0 } else { -1.0 };
        let u = if u0 < limits.min {
            limits.min
        } else if u0 > limits.max {
            limits.max
        } else {
            u0
        };
        Core { sign, gains, limits, wish: u, u, e_last: None }
    }

    fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64, from_applied: bool) -> f64 {
        if dt_ns == 0 || !setpoint.is_finite() || !measured.is_finite() {
            return self.u;
        }
        let dt = dt_ns as f64 * 1e-9;
        let e = self.sign * (measured - setpoint);
        let du = self.gains.kp * (e - self.e_last.unwrap_or(e)) + self.gains.ki_per_s * dt * e;
        self.e_last = Some(e);
        self.wish = if from_applied { self.u } else { self.wish } + du;
        // The two intervals that hold the output, as one.
        let low = (self.u - self.limits.slew_per_s * dt).max(self.limits.min);
        let high = (self.u + self.limits.slew_per_s * dt).min(self.limits.max);
        self.u = self.wish.max(low).min(high);
        self.u
    }
}

pub struct Positional(Core);

impl Positional {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Positional {
        Positional(Core::new(acting, gains, limits, u0))
    }

    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        self.0.step(setpoint, measured, dt_ns, false)
    }
}

pub struct Velocity(Core);

impl Velocity {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Velocity {
        Velocity(Core::new(acting, gains, limits, u0))
    }

    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        self.0.step(setpoint, measured, dt_ns, true)
    }
}
