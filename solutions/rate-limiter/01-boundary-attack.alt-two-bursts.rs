//! Two naive windows, one patient client, with the same plan for both victims: a burst at the end
//! of a window, and another as soon as it is let in. For the sliding counter that is a whole window
//! later, less two nanoseconds.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    FixedWindow,
    SlidingCounter,
    SlidingLog,
}

pub fn attack_fixed(limit: u64, window_ns: u64) -> Vec<u64> {
    let mut sent = Vec::new();
    for i in 0..2 * limit {
        sent.push(2 * window_ns - 1 + i / limit);
    }
    sent
}

pub fn attack_sliding(limit: u64, window_ns: u64) -> Vec<u64> {
    // At the last instant but one of the next window, all of the burst before weighs 2 * limit /
    // window_ns of one request, and the wait is just short enough.
    (0..2 * limit - 1).map(|i| if i < limit { window_ns - 1 } else { 2 * window_ns - 2 }).collect()
}

pub fn worst_case(kind: Kind, limit: u64) -> u64 {
    match kind {
        Kind::FixedWindow => limit * 2,
        Kind::SlidingCounter => limit * 2 - 1,
        Kind::SlidingLog => limit,
    }
}
