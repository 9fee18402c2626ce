//! # Conditional integration and back-calculation
//!
//! Implement, 35 minutes. Read first: "Four remedies" in the topic's write-up.
//!
//! A clamp on the integral compares it with limits that are not its own: the actuator gets the sum
//! of both parts, and it is the sum that is cut. Two laws look at the cut instead. Conditional
//! integration stops adding while the loop pushes further into a limit. Back-calculation bleeds the
//! integral by what the actuator refused, with a time constant. The team's first try had both, and
//! both were subtly wrong: one fleet stayed at its minimum of 4 pods all morning, and another
//! behaved differently after its loop was moved from 15 s to 5 s. You write them to the letter.
//!
//! ## Contract
//! A controller has gains, limits `lo <= hi` on its output, a law, and an integral I in output
//! units. I starts at `i0`, also when that is outside of the limits: I itself is never limited.
//! A `step` with an error e and a time dt does this, in this order:
//! 1. `v = kp * e + I` is what the loop asks for.
//! 2. `u` is v, or the limit that v is beyond: what the actuator does.
//! 3. I changes, by law (dt in seconds; it shows in the next step):
//!    - `None`: `I += ki * e * dt`.
//!    - `Conditional`: the same, except that I stays as it is when v is beyond a limit and the
//!      error pushes further out: `v > hi` and `e > 0`, or `v < lo` and `e < 0`. On the limit is
//!      not beyond it.
//!    - `BackCalculation`: `I += ki * e * dt + (u - v) * f`, where f is dt / tt, and at most 1. A
//!      tracking time tt of 0 makes f = 1.
//! 4. It answers u.
//!
//! - `integral` answers I and changes nothing.
//! - An error that is NaN or infinite is a broken sample: `step` changes nothing and answers what
//!   it answered to the last good one; before the first good one, `i0` or the limit that `i0` is
//!   beyond.
//!
//! Left free: what a step of `dt_ns` 0 does with a tracking time of 0. Any other step of 0 ns is a
//! step as above.
//!
//! Ranges: gains 0 to 1,000; limits and `i0` within +-10^6; finite errors within +-10^6; `dt_ns` 0
//! to 10^12 (1,000 s); `tt_ns` any u64. Nothing that is tested takes v or I beyond +-10^6.
//! Exactness: within 10^-9 * (1 + the size of the value), so the order of your operations is free,
//! and so is fixed point that is fine enough. Where v comes within 10^-6 of a limit, and for I it
//! matters on which side, kp, e and I are whole numbers, so that v is exact.
//!
//! ## For example, kp 1, ki 0.5 per s, limits 0 to 50, i0 45, one step of error +20 for 1 s
//! v is 1 * 20 + 45 = 65 and u is 50, whatever the law. Then I is
//! | law                      | I    |                                 |
//! |--------------------------|------|---------------------------------|
//! | none                     | 55   | 45 + 10                         |
//! | conditional              | 45   | v > 50 and the error is above 0 |
//! | back-calculation, 10 s   | 53.5 | 45 + 10 + (50 - 65) * 0.1       |
//!
//! Edit: the fields of `Pi` and the three bodies.

/// What is done about the integral while the output is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Nothing, for comparison.
    None,
    /// Conditional integration.
    Conditional,
    /// Back-calculation with a tracking time.
    BackCalculation { tt_ns: u64 },
}

pub struct Pi {
    // yours
}

impl Pi {
    /// A controller whose integral is `i0`.
    pub fn new(kp: f64, ki_per_s: f64, lo: f64, hi: f64, law: Law, i0: f64) -> Self {
        todo!()
    }

    /// One sample: an error, and the time that it stands for. Answers the output.
    pub fn step(&mut self, error: f64, dt_ns: u64) -> f64 {
        todo!()
    }

    /// The integral, in output units.
    pub fn integral(&self) -> f64 {
        todo!()
    }
}
