//! # Brownout that does not chatter
//!
//! Implement, 25 minutes. Read first: "Hysteresis and holds" in the topic's write-up.
//!
//! When its queue gets long, a shop leaves out the recommendations: a brownout. It used to switch
//! at 450 ms of delay, in both directions. But switching on takes load away, the delay falls below
//! 450 ms, it switches off, and the load is back: every page was flickering. You write the switch
//! with two thresholds and two minimum times, and a deadband for the loop that sets the pool size.
//!
//! ## Contract: `Brownout`
//! It starts off. `observe` takes a sample x and answers whether it is on then.
//! - Off, it switches on at a sample `x >= enter`. On, it switches off at `x <= exit`. Between the
//!   two thresholds it stays what it is.
//! - It may not switch on within `min_off_ns` of having switched off, and not off within
//!   `min_on_ns` of having switched on. Exactly that long after the switch it may. Before the first
//!   switch nothing has to be waited for.
//! - What is seen while it may not switch is not remembered, and does not extend the time: when the
//!   time is over, the sample that comes then decides alone.
//! - Its clock is the largest `now_ns` of all samples so far. A sample with an earlier `now_ns` is
//!   judged as if it came at that time, and may switch.
//! - A sample that is NaN is no sample: mode and clock stay as they are. Infinities are values.
//!
//! ## Contract: `Deadband`
//! `apply` takes a wish u and answers the output, which only moves for a reason.
//! - The first wish that is not NaN becomes the output.
//! - Then the output stays as long as `|u - output| <= width`; a wish further off becomes it.
//! - A wish that is NaN changes nothing and is answered with the output; before the first other
//!   wish, with NaN. Infinities are values.
//!
//! Ranges: `exit < enter`, both finite; `now_ns`, `min_on_ns` and `min_off_ns` 0 to 2^62; `width`
//! finite and at least 0. All wishes and widths that are tested are multiples of 1/8, so
//! differences are exact.
//!
//! ## For example, enter 450, exit 300, at least 30 s on and 5 s off
//! | at   | x   | answer | why                                            |
//! |------|-----|--------|------------------------------------------------|
//! | 0 s  | 460 | on     |                                                |
//! | 10 s | 290 | on     | on for 10 s only                               |
//! | 25 s | 310 | on     |                                                |
//! | 30 s | 290 | off    | 30 s are enough                                |
//! | 33 s | 470 | off    | off for 3 s only                               |
//! | 35 s | 470 | on     |                                                |
//!
//! Wishes 10, 11, 12, 12.5, 13, 15 through a deadband of width 2: 10, 10, 10, 12.5, 12.5, 15.
//!
//! Edit: the fields of `Brownout` and `Deadband`, and the four bodies.

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
    // yours
}

impl Brownout {
    /// A brownout that is off.
    pub fn new(t: Thresholds) -> Self {
        todo!()
    }

    /// Takes a sample and answers whether the brownout is on.
    pub fn observe(&mut self, now_ns: u64, x: f64) -> bool {
        todo!()
    }
}

pub struct Deadband {
    // yours
}

impl Deadband {
    /// A deadband without an output yet.
    pub fn new(width: f64) -> Self {
        todo!()
    }

    /// Takes a wish and answers the output.
    pub fn apply(&mut self, u: f64) -> f64 {
        todo!()
    }
}
