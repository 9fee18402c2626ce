//! # Two coordinates, with one limiter
//! Identity (d) read as a program: the credit's step is the TAT's step between two conversions, so
//! there is one place that decides. The time test is the one of the ITU flow chart, weighted: a
//! request conforms if it does not come before `TAT + cost - capacity`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub tokens: u64,
    pub period_ns: u64,
    pub burst: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    pub ticks: u128,
    pub at_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tat {
    pub ticks: u128,
}

pub fn credit_to_tat(rate: &Rate, credit: Credit) -> Tat {
    let full_after = rate.burst as u128 * rate.period_ns as u128 - credit.ticks;
    Tat { ticks: rate.tokens as u128 * credit.at_ns as u128 + full_after }
}

pub fn tat_to_credit(rate: &Rate, tat: Tat, at_ns: u64) -> Credit {
    let capacity = rate.burst as u128 * rate.period_ns as u128;
    let tick = rate.tokens as u128 * at_ns as u128;
    let ticks = if tat.ticks <= tick {
        capacity
    } else if tat.ticks >= tick + capacity {
        0
    } else {
        tick + capacity - tat.ticks
    };
    Credit { ticks, at_ns }
}

pub fn step_credit(rate: &Rate, credit: Credit, now_ns: u64, cost: u64) -> (Credit, bool) {
    let (tat, granted) = step_tat(rate, credit_to_tat(rate, credit), now_ns, cost);
    (tat_to_credit(rate, tat, now_ns), granted)
}

pub fn step_tat(rate: &Rate, tat: Tat, now_ns: u64, cost: u64) -> (Tat, bool) {
    let tick = rate.tokens as u128 * now_ns as u128;
    let next = std::cmp::max(tat.ticks, tick) + cost as u128 * rate.period_ns as u128;
    let earliest = next.saturating_sub(rate.burst as u128 * rate.period_ns as u128);
    match tick >= earliest || cost == 0 {
        true => (Tat { ticks: next }, true),
        false => (tat, false),
    }
}
