//! # Lab: two loops, one fleet
//!
//! Implement, 60 minutes. Read first: "Cascades" in the topic's write-up.
//!
//! A fleet of pods has two controllers, and both are yours. The fast one turns requests away while
//! the queue is too long; the slow one buys pods, which take a minute to start. At 300 s the demand
//! jumps from 1,200 to 4,200 requests a second. The fast loop must hold the queue until the pods
//! are there, and it must not hide from the slow one that they are needed.
//!
//! ## Contract
//! - `Shedder::tick` runs every 200 ms. It is given the time that a request joining the queue now
//!   would wait, and answers the share of the requests to turn away until the next tick: finite,
//!   0 to 0.95.
//! - `Autoscaler::reconcile` runs every 15 s, first 15 s after the start, and answers how many pods
//!   there are to be, starting ones included: min to max. `initial` of them run at the start, and
//!   min <= initial <= max.
//! - now_ns never goes back, but may stand still. It is any u64 up to 2^62 and starts anywhere: in
//!   production at 1.7 * 10^18. Delays are at most 1,000 s.
//! - Metrics are finite and not negative, in any combination: any may be 0, and what is offered may
//!   be below what is admitted. ready and starting are at most 10^6, requests a second at most
//!   10^9. Nothing panics.
//! - The two do not know each other: what the autoscaler knows of the shedder is in `FleetMetrics`.
//!
//! ## The fleet, 30 minutes of it
//! - A pod serves 100 requests a second. There are 18 at first; min is 4, max is 160. A pod that is
//!   bought starts for 45 to 75 s; one that is given up (starting ones first) is gone at once.
//! - Demand, in requests a second: 1,200; from 300 s on 4,200; from 900 s on 2,000; from 1,200 s on
//!   2,500 and 1,500 in turn, a minute each. Every 5 s it is drawn anew, give or take 4 %.
//! - Half of what is turned away comes back 2 s later, and is then offered like any other request.
//!   The other half is lost. What would wait in the queue for more than 2 s is dropped.
//!
//! ## Scorecard
//! | what                                                          | limit        |
//! |---------------------------------------------------------------|--------------|
//! | queue delay, 99th percentile of the admitted requests         | 250 ms       |
//! | queue delay, peak                                             | 800 ms       |
//! | 305 - 345 s: ready pods busy while requests are turned away   | 95 % or more |
//! | 320 - 345 s: lowest queue delay while they are turned away    | >= 30 ms     |
//! | dropped, of the demand                                        | 0.1 %        |
//! | lost to shedding, of the demand                               | 4.4 %        |
//! | lost to shedding in 540 - 900 s: by then the pods are there   | 0.5 %        |
//! | cost: pods paid for, starting ones too, over demand / 70      | 1.5          |
//! | the same from 1,500 s on: the pods of the peak are gone       | 1.7          |
//! | reversals: how often the number of pods wanted turns round    | 12           |
//!
//! An autoscaler that buys for all that is offered pays for those who come back, too: that costs
//! more, and passes. `drill plot` draws what happened.
//!
//! Edit `Shedder` and `Autoscaler`; the rest is given.

/// What the autoscaler sees. The means are over the last 15 s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetMetrics {
    pub now_ns: u64,
    /// Pods that serve, now.
    pub ready: u32,
    /// Pods that are bought and do not serve yet, now.
    pub starting: u32,
    /// Served over what the ready pods can serve, mean: never above 1.
    pub utilization: f64,
    /// Requests a second that were let into the queue, mean.
    pub admitted_rps: f64,
    /// Requests a second that came, the ones that come back included, mean.
    pub offered_rps: f64,
}

/// The fast loop.
pub struct Shedder {/* yours */}

impl Shedder {
    pub fn new() -> Shedder {
        todo!()
    }

    /// The share of the requests to turn away until the next tick.
    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        todo!()
    }
}

/// The slow loop.
pub struct Autoscaler {/* yours */}

impl Autoscaler {
    pub fn new(initial: u32, min: u32, max: u32) -> Autoscaler {
        todo!()
    }

    /// How many pods there are to be, ready and starting together.
    pub fn reconcile(&mut self, m: &FleetMetrics) -> u32 {
        todo!()
    }
}
