//! # An EWMA for samples that arrive when they like
//!
//! Implement, 20 minutes. Read first: "Sensors" in the topic's write-up.
//!
//! The autoscaler smooths CPU with `avg = 0.8 * avg + 0.2 * cpu`, once a scrape. Tuned at a scrape
//! every 15 s it worked. Then scrapes came every 5 s and it followed every twitch; a node lost four
//! scrapes in a row, stored NaN, and never scaled again; a clock was set back and an hour's average
//! was gone. A smoothing constant in samples is the mistake behind all three. You write the filter
//! whose constant is a time.
//!
//! ## Contract
//! An exponentially weighted moving average with time constant tau.
//! - A sample is accepted when `x` is finite and it is either the first one accepted or later than
//!   the last one accepted: `now_ns` > that one's `now_ns`.
//! - The first accepted sample becomes the value as it is.
//! - Each later one is taken to have held over the whole gap before it. With dt the time since the
//!   last ACCEPTED sample and y the value, the new value is y + (1 - e^(-dt / tau)) (x - y).
//! - tau = 0 is the limit of that: no smoothing, the value is the last accepted sample.
//! - A sample that is not accepted (NaN, an infinity, the same instant, the clock gone back)
//!   changes nothing: not the value, and not the instant that the next gap is counted from.
//! - `observe` answers the value after the call, `value` the value now; both `None` before the
//!   first accepted sample. `value` changes nothing.
//!
//! Ranges: any u64 as `tau_ns` and `now_ns` (a clock that counts from 1970 is at 1.7 * 10^18);
//! any f64 as `x`, if finite within +-10^6. `size_of::<Ewma>()` is at most 48 bytes: no history.
//! A value is right when |a - b| <= 1e-9 * (1 + max(|a|, |b|)): room for any order of operations,
//! `exp` or `exp_m1`, or fixed point of 2^-40, but not for `f32`.
//!
//! ## For example, tau 20 s
//! | at   | sample | value  |                                            |
//! |------|--------|--------|--------------------------------------------|
//! | 0 s  | 40     | 40     | the first                                  |
//! | 20 s | 80     | 65.285 | 63.2 % of the way from 40 to 80            |
//! | 20 s | 10     | 65.285 | same instant                               |
//! | 15 s | 10     | 65.285 | clock gone back                            |
//! | 40 s | NaN    | 65.285 | no sample                                  |
//! | 60 s | 80     | 78.009 | a gap of 40 s: 86.5 % of the way to 80     |
//!
//! Edit: `Ewma` and its methods. Keep the public names and signatures.

pub struct Ewma {/* yours */}

impl Ewma {
    /// A filter that covers 1 - 1/e of a step in `tau_ns`.
    pub fn new(tau_ns: u64) -> Ewma {
        todo!()
    }

    /// A sample, taken at `now_ns`. Answers the value after it.
    pub fn observe(&mut self, now_ns: u64, x: f64) -> Option<f64> {
        todo!()
    }

    pub fn value(&self) -> Option<f64> {
        todo!()
    }
}
