//! PI, positional and velocity, with clamp and slew.
//!
//! Each form only says what it would like; one limiter says what it gets. The whole difference is what the
//! next step starts from. The positional form starts from its own sum of wishes, granted or not. The velocity
//! form starts from what was applied, so a wish that was cut is forgotten.

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

impl Limits {
    /// What becomes of the wish `v` when the output has been `u` for `dt_s`.
    fn apply(&self, u: f64, v: f64, dt_s: f64) -> f64 {
        let most = self.slew_per_s * dt_s;
        (u + (v - u).clamp(-most, most)).clamp(self.min, self.max)
    }
}

/// The error and the seconds of a step; `None` where there is nothing to act on.
fn reading(acting: Acting, setpoint: f64, measured: f64, dt_ns: u64) -> Option<(f64, f64)> {
    let e = match acting {
        Acting::Direct => measured - setpoint,
        Acting::Reverse => setpoint - measured,
    };
    // A difference is finite exactly where both numbers are.
    (dt_ns > 0 && e.is_finite()).then_some((e, dt_ns as f64 / 1e9))
}

/// Keeps an integral: u = kp e + I.
pub struct Positional {
    acting: Acting,
    gains: Gains,
    limits: Limits,
    u: f64,
    /// In units of the output. `None` before the first step, which is the first to know e.
    integral: Option<f64>,
}

impl Positional {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Positional {
        Positional { acting, gains, limits, u: u0.clamp(limits.min, limits.max), integral: None }
    }

    /// `dt_ns`: the time since the last step. Answers the output to apply.
    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        let Some((e, dt_s)) = reading(self.acting, setpoint, measured, dt_ns) else { return self.u };
        let p = self.gains.kp * e;
        // Whoever ran the actuator before us left it at u: the integral takes over what P does not explain.
        let integral = self.integral.unwrap_or(self.u - p) + self.gains.ki_per_s * e * dt_s;
        self.integral = Some(integral);
        self.u = self.limits.apply(self.u, p + integral, dt_s);
        self.u
    }
}

/// Keeps its last output: u = u + du.
pub struct Velocity {
    acting: Acting,
    gains: Gains,
    limits: Limits,
    /// As applied: the only integrator here is the one that the limits hold.
    u: f64,
    e_last: Option<f64>,
}

impl Velocity {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Velocity {
        Velocity { acting, gains, limits, u: u0.clamp(limits.min, limits.max), e_last: None }
    }

    /// `dt_ns`: the time since the last step. Answers the output to apply.
    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        let Some((e, dt_s)) = reading(self.acting, setpoint, measured, dt_ns) else { return self.u };
        let e_last = self.e_last.replace(e).unwrap_or(e);
        let v = self.u + self.gains.kp * (e - e_last) + self.gains.ki_per_s * e * dt_s;
        self.u = self.limits.apply(self.u, v, dt_s);
        self.u
    }
}
