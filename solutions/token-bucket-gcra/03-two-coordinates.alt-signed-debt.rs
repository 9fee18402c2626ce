//! # Two coordinates, by way of a signed debt
//! Both coordinates are read into one signed number, what is missing to a full bucket (negative: how
//! long ago it was full), judged once, and written back. i128 has room: nothing exceeds 2^112.

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

fn capacity(rate: &Rate) -> i128 {
    i128::from(rate.burst) * i128::from(rate.period_ns)
}

fn tick(rate: &Rate, ns: u64) -> i128 {
    i128::from(rate.tokens) * i128::from(ns)
}

/// The debt after a request, and whether it was granted. A debt below 0 has been paid long since.
fn judge(rate: &Rate, debt: i128, cost: u64) -> (i128, bool) {
    let debt = debt.max(0);
    let after = debt + i128::from(cost) * i128::from(rate.period_ns);
    let granted = cost == 0 || after <= capacity(rate);
    (if granted { after } else { debt }, granted)
}

pub fn credit_to_tat(rate: &Rate, credit: Credit) -> Tat {
    let debt = capacity(rate) - credit.ticks as i128;
    Tat { ticks: (tick(rate, credit.at_ns) + debt) as u128 }
}

pub fn tat_to_credit(rate: &Rate, tat: Tat, at_ns: u64) -> Credit {
    let debt = tat.ticks as i128 - tick(rate, at_ns);
    Credit { ticks: (capacity(rate) - debt).clamp(0, capacity(rate)) as u128, at_ns }
}

pub fn step_credit(rate: &Rate, credit: Credit, now_ns: u64, cost: u64) -> (Credit, bool) {
    let before = capacity(rate) - credit.ticks as i128;
    let (debt, granted) = judge(rate, before - tick(rate, now_ns - credit.at_ns), cost);
    (Credit { ticks: (capacity(rate) - debt) as u128, at_ns: now_ns }, granted)
}

pub fn step_tat(rate: &Rate, tat: Tat, now_ns: u64, cost: u64) -> (Tat, bool) {
    let now = tick(rate, now_ns);
    let (debt, granted) = judge(rate, tat.ticks as i128 - now, cost);
    (if granted { Tat { ticks: (now + debt) as u128 } } else { tat }, granted)
}
