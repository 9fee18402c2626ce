//! # Two coordinates
//! The same bucket as a credit with its instant, and as a theoretical arrival time (TAT), in exact
//! ticks: one token is `period_ns` ticks, one nanosecond earns `tokens` ticks.
//!
//! Both states say one thing, how much is missing to a full bucket. A credit says it for one
//! instant and from the empty end; a TAT says when nothing will be missing, which is true at every
//! instant until the next charge. That is why a refusal has nothing to write in this coordinate.

/// `tokens` earned per `period_ns` nanoseconds, at most `burst` held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

/// The old store's state: the level at `at_ns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    pub ticks: u128,
    pub at_ns: u64,
}

/// The new store's state: the tick at which the bucket is full again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tat {
    pub ticks: u128,
}

/// u128 throughout: the largest product, `cost * period_ns`, stays below 2^111.
impl Rate {
    fn capacity(&self) -> u128 {
        u128::from(self.burst) * u128::from(self.period_ns)
    }
    fn price(&self, cost: u64) -> u128 {
        u128::from(cost) * u128::from(self.period_ns)
    }
    /// What a nanosecond clock reads in ticks. It also says what a span of time earns.
    fn tick(&self, ns: u64) -> u128 {
        u128::from(self.tokens) * u128::from(ns)
    }
}

/// The debt, placed after the present tick. Placing the credit before it would need a clock that
/// runs below zero.
pub fn credit_to_tat(rate: &Rate, credit: Credit) -> Tat {
    let debt = rate.capacity() - credit.ticks;
    Tat { ticks: rate.tick(credit.at_ns) + debt }
}

/// Saturates twice: a TAT in the past is a debt of 0, a debt beyond the capacity a credit of 0.
pub fn tat_to_credit(rate: &Rate, tat: Tat, at_ns: u64) -> Credit {
    let debt = tat.ticks.saturating_sub(rate.tick(at_ns));
    Credit { ticks: rate.capacity().saturating_sub(debt), at_ns }
}

pub fn step_credit(rate: &Rate, credit: Credit, now_ns: u64, cost: u64) -> (Credit, bool) {
    // The cap comes before the spending: an idle key holds a burst, not a burst and its cost.
    let earned = rate.tick(now_ns - credit.at_ns);
    let level = rate.capacity().min(credit.ticks + earned);
    match level.checked_sub(rate.price(cost)) {
        Some(left) => (Credit { ticks: left, at_ns: now_ns }, true),
        // Refused, but time has passed: the instant moves, so what it earned is written with it.
        None => (Credit { ticks: level, at_ns: now_ns }, false),
    }
}

pub fn step_tat(rate: &Rate, tat: Tat, now_ns: u64, cost: u64) -> (Tat, bool) {
    let tick = rate.tick(now_ns);
    // An idle key's TAT lies in the past. It starts from now, or idling would be banked.
    let start = tat.ticks.max(tick);
    let after = start + rate.price(cost);
    // The test comes after the charge, so the limit is the whole capacity. Cost 0 is named because
    // a debt beyond the capacity fails the comparison even when nothing is asked for.
    if cost == 0 || after - tick <= rate.capacity() { (Tat { ticks: after }, true) } else { (tat, false) }
}
