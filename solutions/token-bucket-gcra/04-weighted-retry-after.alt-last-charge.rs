//! # Tell them exactly when, remembering the last charge
//! The key keeps the debt and the instant of the last charge, and is read in signed 128-bit time: the
//! debt at any instant, earlier or later than the charge, is what the clock has not paid off.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

/// The default is a key that owed nothing at instant 0.
#[derive(Clone, Debug, Default)]
pub struct Key {
    debt_ns: u64,
    charged_at_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow { remaining: u64, reset_after_ns: u64 },
    Deny { remaining: u64, reset_after_ns: u64, retry_after_ns: Option<u64> },
}

enum Verdict {
    Free,
    Charge(i128),
    Wait(i128),
    Never,
}

impl Key {
    fn debt(&self, now_ns: u64) -> i128 {
        let paid = i128::from(now_ns) - i128::from(self.charged_at_ns);
        (i128::from(self.debt_ns) - paid).max(0)
    }

    pub fn check(&mut self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        let verdict = judge(quota, self.debt(now_ns), cost);
        let decision = answer(quota, self.debt(now_ns), &verdict);
        if let Verdict::Charge(debt) = verdict {
            *self = Key { debt_ns: debt as u64, charged_at_ns: now_ns };
        }
        decision
    }

    pub fn peek(&self, quota: &Quota, now_ns: u64, cost: u64) -> Decision {
        let debt = self.debt(now_ns);
        answer(quota, debt, &judge(quota, debt, cost))
    }
}

fn cap(quota: &Quota) -> i128 {
    i128::from(quota.burst) * i128::from(quota.t_ns)
}

fn judge(quota: &Quota, debt: i128, cost: u64) -> Verdict {
    let weight = i128::from(cost) * i128::from(quota.t_ns);
    if cost == 0 {
        Verdict::Free
    } else if weight > cap(quota) {
        Verdict::Never
    } else if debt + weight > cap(quota) {
        Verdict::Wait(debt + weight - cap(quota))
    } else {
        Verdict::Charge(debt + weight)
    }
}

fn answer(quota: &Quota, debt: i128, verdict: &Verdict) -> Decision {
    let left = |debt: i128| ((cap(quota) - debt).max(0) / i128::from(quota.t_ns)) as u64;
    let deny = |retry_after_ns| Decision::Deny {
        remaining: left(debt),
        reset_after_ns: debt as u64,
        retry_after_ns,
    };
    match *verdict {
        Verdict::Free => Decision::Allow { remaining: left(debt), reset_after_ns: debt as u64 },
        Verdict::Charge(debt) => Decision::Allow { remaining: left(debt), reset_after_ns: debt as u64 },
        Verdict::Wait(wait) => deny(Some(wait as u64)),
        Verdict::Never => deny(None),
    }
}

pub fn retry_after_header(retry_after_ns: u64) -> u64 {
    let seconds = retry_after_ns / 1_000_000_000;
    let rest = retry_after_ns % 1_000_000_000;
    if seconds == 0 || rest > 0 { seconds + 1 } else { seconds }
}
