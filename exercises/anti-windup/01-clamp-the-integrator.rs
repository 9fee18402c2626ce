//! # Clamp an integrator
//!
//! Implement, 20 minutes. Read first: "Windup", and *Clamp* in "Four remedies", in the topic's
//! write-up.
//!
//! An autoscaler spent a ten-minute overload at its maximum of 40 pods. It could not add more, but
//! its integral could: 600 s at 40 points too hot, at 0.004 pods per point and second, are 96 pods
//! that nobody could start. When the load had gone, that wish had to be paid back before the first
//! pod was let go: six minutes of 30 idle pods. The morning after a quiet night was worse: the
//! integral had sunk far below the minimum of 2 pods, and customers waited while it climbed back.
//! You write the integrator that never holds what the actuator cannot do.
//!
//! ## Contract
//! An integrator holds a term: the I of a PI controller, in the unit of the output (pods, say). At
//! any time the term lies within the limits, `lo <= term <= hi`.
//! - `new`: the term starts at 0, or at the limit nearest to 0 when 0 is outside.
//! - `add` moves the term by `ki_per_s * error * dt`, dt in seconds. If that passes a limit, the
//!   term stops on the limit. What is beyond is gone for good: the next `add` starts from the
//!   limit, and leaves it as soon as the error has the other sign. Answers the term.
//! - `term` answers the term and changes nothing.
//! - `set_ki`: the new gain holds for what is added from now on. The term does not move.
//! - `set_limits` holds at once: a term outside of the new limits is put on the nearer one, and
//!   wider limits later do not bring it back.
//! - `preload` puts the term at the value given, or on the nearer limit. (To start, or to take
//!   over from an operator, at what the actuator does now.)
//! - An `error` or a `preload` that is NaN or infinite is a broken sample, not a large one: the
//!   call changes nothing, and `add` answers the term as it is.
//!
//! The limits are two numbers, `lo <= hi`: both may be above 0, both below, or both the same.
//!
//! Ranges: gain 0 to 1,000; limits within +-10^6; finite errors and preloads within +-10^9;
//! `dt_ns` 0 to 10^18 (31 years). Gains and limits are always finite.
//! Exactness: within 10^-9 * (1 + the size of the term), so the order of your operations is free,
//! and so is what you store: floating point, or fixed point that is fine enough.
//!
//! ## For example, gain 0.5 per s, limits 0 to 20
//! | call                         | term | why                                       |
//! |------------------------------|------|-------------------------------------------|
//! | `add` error +2, 10 s         | 10   | 0.5 * 2 * 10                              |
//! | `add` error +2, 100 s        | 20   | 110 would be; 90 of it are gone for good  |
//! | `add` error -2, 1 s          | 19   | it leaves the limit at once               |
//! | `set_ki` 5.0                 | 19   | the past was added at the old gain        |
//! | `add` error -2, 1 s          | 9    |                                           |
//! | `set_limits` 12 to 30        | 12   |                                           |
//! | `preload` 35                 | 30   |                                           |
//! | `add` error NaN, 1 s         | 30   |                                           |
//!
//! Edit: the fields of `Integrator` and the six bodies.

pub struct Integrator {
    // yours
}

impl Integrator {
    /// An integrator with a gain per second and limits in output units.
    pub fn new(ki_per_s: f64, lo: f64, hi: f64) -> Self {
        todo!()
    }

    /// Adds `ki_per_s * error` for `dt_ns`, within the limits. Answers the term.
    pub fn add(&mut self, error: f64, dt_ns: u64) -> f64 {
        todo!()
    }

    /// The term, in output units.
    pub fn term(&self) -> f64 {
        todo!()
    }

    /// Another gain, from now on.
    pub fn set_ki(&mut self, ki_per_s: f64) {
        todo!()
    }

    /// Other limits, from now on.
    pub fn set_limits(&mut self, lo: f64, hi: f64) {
        todo!()
    }

    /// Puts the term at a value, within the limits.
    pub fn preload(&mut self, term: f64) {
        todo!()
    }
}
