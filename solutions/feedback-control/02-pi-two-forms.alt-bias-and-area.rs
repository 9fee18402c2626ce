//! PI, positional and velocity, in the other bookkeeping: the positional form keeps a bias and the area below
//! the error (in error-seconds), and multiplies by ki only when asked. With gains that do not change it is the same.

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

struct Setup {
    acting: Acting,
    gains: Gains,
    limits: Limits,
}

impl Setup {
    fn error(&self, setpoint: f64, measured: f64) -> f64 {
        match self.acting {
            Acting::Direct => measured - setpoint,
            Acting::Reverse => setpoint - measured,
        }
    }

    fn limited(&self, u: f64, v: f64, dt_s: f64) -> f64 {
        let Limits { min, max, slew_per_s } = self.limits;
        let step = slew_per_s * dt_s;
        let within = if v > u + step {
            u + step
        } else if v < u - step {
            u - step
        } else {
            v
        };
        within.clamp(min, max)
    }
}

fn is_no_step(setpoint: f64, measured: f64, dt_ns: u64) -> bool {
    dt_ns == 0 || !(setpoint.is_finite() && measured.is_finite())
}

pub struct Positional {
    setup: Setup,
    bias: Option<f64>,
    area: f64,
    u: f64,
}

impl Positional {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Positional {
        let u = u0.min(limits.max).max(limits.min);
        Positional { setup: Setup { acting, gains, limits }, bias: None, area: 0.0, u }
    }

    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        if is_no_step(setpoint, measured, dt_ns) {
            return self.u;
        }
        let Gains { kp, ki_per_s } = self.setup.gains;
        let dt_s = dt_ns as f64 / 1e9;
        let e = self.setup.error(setpoint, measured);
        let bias = *self.bias.get_or_insert(self.u - kp * e);
        self.area += e * dt_s;
        self.u = self.setup.limited(self.u, bias + kp * e + ki_per_s * self.area, dt_s);
        self.u
    }
}

pub struct Velocity {
    setup: Setup,
    last: Option<f64>,
    u: f64,
}

impl Velocity {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Velocity {
        Velocity { setup: Setup { acting, gains, limits }, last: None, u: u0.min(limits.max).max(limits.min) }
    }

    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        if is_no_step(setpoint, measured, dt_ns) {
            return self.u;
        }
        let Gains { kp, ki_per_s } = self.setup.gains;
        let dt_s = dt_ns as f64 / 1e9;
        let e = self.setup.error(setpoint, measured);
        let rise = self.last.map_or(0.0, |last| e - last);
        self.last = Some(e);
        self.u = self.setup.limited(self.u, self.u + kp * rise + ki_per_s * e * dt_s, dt_s);
        self.u
    }
}
