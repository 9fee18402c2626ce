//! # PI, positional and velocity, with clamp and slew
//!
//! Implement, 35 minutes. Read first: "Two forms of PI" in the topic's write-up.
//!
//! Two teams, one law. The gateway sheds a share of requests that grows with queue delay; the
//! backfill slows down as the database's CPU grows. Both wrote a PI controller by hand, one kept an
//! integral and one kept its last output. On quiet days the two forms answer the same number. On
//! the day both hit their limit, one of them came back at once and the other did not come back for
//! twenty minutes. You write both, with one limiter, and see which and why.
//!
//! ## Contract
//! `new`: the output u starts at `u0`, brought into the limits. `step` answers the new u.
//!
//! A step with `dt_ns` = 0, or with a setpoint or measurement that is not finite, is no step: it
//! answers u and changes nothing, now or later. What follows is about all other steps, where dt is
//! `dt_ns` in seconds (the caller's, whatever steps were left out before) and e is the error:
//!   Direct:  e = measured - setpoint   (the output rises with the measurement)
//!   Reverse: e = setpoint - measured   (the output falls as the measurement rises)
//!
//! Both forms work out what they would like, v:
//! - Positional. Its first step sets I = u - kp * e, so that taking over makes no jump. Every step,
//!   the first one included, then adds ki * e * dt to I, and v = kp * e + I.
//!   I is not limited by anything here, however long u has been at a limit. (That is the fault to
//!   see; the remedies are the topic anti-windup.)
//! - Velocity. v = u + kp * (e - e_last) + ki * e * dt, where u is the last output as it was
//!   applied and e_last the error of the last step; in its first step e_last = e.
//!
//! And both are limited in the same way. From the last output u, as applied:
//!   u = clamp(u + clamp(v - u, -slew * dt, slew * dt), min, max)
//!
//! Ranges: gains 0 to 1,000; `slew_per_s` 0 to 10^9 (0: u never moves); min <= max, these, `u0`,
//! and setpoint and measured if finite, within +-10^6; any u64 as `dt_ns`. I stays within +-10^6.
//! An output is right when |a - b| <= 1e-9 * (1 + max(|a|, |b|)): the order of operations is yours.
//!
//! ## For example: direct, setpoint 50, kp 1, ki 0.1 per s, limits 0 to 50, slew 10^9, u0 10
//! | dt  | measured | e  | I    | positional  | velocity    |
//! |-----|----------|----|------|-------------|-------------|
//! | 1 s | 60       | 10 | 1    | 11          | 11          |
//! | 1 s | 95       | 45 | 5.5  | 50.5, so 50 | 50.5, so 50 |
//! | 1 s | 100      | 50 | 10.5 | 60.5, so 50 | 60, so 50   |
//! | 1 s | 90       | 40 | 14.5 | 54.5, so 50 | 44          |
//!
//! Edit: `Positional` and `Velocity`. Keep the public names and signatures.

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

/// Keeps an integral: u = kp e + I.
pub struct Positional {/* yours */}

impl Positional {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Positional {
        todo!()
    }

    /// `dt_ns`: the time since the last step. Answers the output to apply.
    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        todo!()
    }
}

/// Keeps its last output: u = u + du.
pub struct Velocity {/* yours */}

impl Velocity {
    pub fn new(acting: Acting, gains: Gains, limits: Limits, u0: f64) -> Velocity {
        todo!()
    }

    /// `dt_ns`: the time since the last step. Answers the output to apply.
    pub fn step(&mut self, setpoint: f64, measured: f64, dt_ns: u64) -> f64 {
        todo!()
    }
}
