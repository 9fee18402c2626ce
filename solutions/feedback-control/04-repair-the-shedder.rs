//! The shedder that made it worse, repaired: the trend pushes the way the delay moves, and the error
//! counts for as long as it lasted.
//!
//! Each term by its unit: kp is probability per second of delay, so it wants a difference of delays
//! and no time. ki is that per second, so it wants a delay times a time. A term whose units do not
//! come out as a probability depends on how often somebody calls.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    pub target_ns: u64,
    /// Shed probability per second of delay that is new.
    pub kp: f64,
    /// Shed probability per second of delay above the target, per second that it lasts.
    pub ki: f64,
    pub p_max: f64,
}

/// What the last tick saw.
struct Seen {
    now_ns: u64,
    delay_ns: u64,
}

pub struct Shedder {
    c: Config,
    p: f64,
    last: Option<Seen>,
}

impl Shedder {
    pub fn new(c: Config) -> Shedder {
        Shedder { c, p: 0.0, last: None }
    }

    /// The share of the requests to turn away until the next tick.
    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        let delay = seconds(queue_delay_ns);
        if let Some(last) = &self.last {
            // Subtracted as integers: 1.7e18 ns since 1970 are no exact f64, their difference is.
            let dt = seconds(now_ns.saturating_sub(last.now_ns));
            // Direct acting, like the error: a delay that grows sheds more before it is too long, and
            // one that falls lets go before it is too short. With the sign the other way round this
            // term pushes where a brake is meant to pull.
            let trend = delay - seconds(last.delay_ns);
            let error = delay - seconds(self.c.target_ns);
            self.p = (self.p + self.c.kp * trend + self.c.ki * error * dt).clamp(0.0, self.c.p_max);
        }
        self.last = Some(Seen { now_ns, delay_ns: queue_delay_ns });
        self.p
    }
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}
