//! # The shedder that made it worse
//!
//! Repair, 25 minutes. Read first: "Shed probability" in the topic's write-up.
//!
//! A node turns away a share p of its requests, so that those that it takes wait about 50 ms in its
//! queue. The controller below is a velocity PI: it moves p by a bit at each tick. It is short,
//! commented, was reviewed twice, and this is what the people on call wrote:
//!
//!   INC-1  "1,600 requests a second for a node that serves 1,000; ten ticks a second. The delay
//!          saws between 0 and 168 ms all the time and the node does 790 a second: while the queue
//!          is empty it turns requests away, and while the queue grows it lets them in. The trend
//!          term was added to calm it. With kp at 0 it swings from 0 to 100 ms and does 997."
//!   INC-2  "On the new machines we tick 20 times a second instead of twice. For the same queue
//!          they shed ten times as much after a second. ki has the same value everywhere."
//!
//! ## Contract
//! - The first tick answers 0 and only remembers its time and its delay.
//! - Every later tick moves p, which starts at 0:
//!
//!       p = p + kp * (d - d_before) + ki * (d - target) * dt,   then limited to 0 ..= p_max
//!
//!   in seconds: d is this tick's delay, d_before that of the tick before, dt the time since the
//!   tick before. What is limited is p itself: nothing beyond a limit is remembered.
//! - The clock may stand still or go back: dt is then 0, and the trend counts all the same. Every
//!   tick, also such a one, leaves its own time and delay for the next.
//! - Ranges: now_ns is any u64 (nanoseconds since 1970 in production); delays and the target are at
//!   most 1,000 s; kp and ki are 0 to 1,000; p_max is 0 to 1. Nothing panics.
//! - Judged to 1e-9, after each of up to 1,000 ticks: sums may be made in any order, and whole
//!   numbers in units of 1e-13 will do as well as f64.
//!
//! Two checks let it run a simulated node, with kp = ki = 2 and a target of 50 ms: from 10 s on the
//! load is 1.6 times what the node serves (at 10 ticks a second), or twice (at 4 ticks), and from
//! 40 s on less than it serves. `drill plot` draws it.
//!
//! Edit: `Shedder` and its methods. Leave `Config` as it is.

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
            // The trend brakes: p reacts to where the delay is going, before the error is there.
            let trend = seconds(last.delay_ns) - delay;
            // The error: above the target shed more, below it less.
            let error = delay - seconds(self.c.target_ns);
            // Limited where it is kept, so that an hour of calm or of overload stores nothing.
            self.p = (self.p + self.c.kp * trend + self.c.ki * error).clamp(0.0, self.c.p_max);
        }
        self.last = Some(Seen { now_ns, delay_ns: queue_delay_ns });
        self.p
    }
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}
