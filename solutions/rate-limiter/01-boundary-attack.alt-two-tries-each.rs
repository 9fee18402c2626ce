//! Two naive windows, one patient client, who does without the limiters' code: it spreads its
//! second round evenly over the window, and sends each of these requests twice, in case that the
//! first try comes a nanosecond early.

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
    let start = window_ns * 2;
    let mut sent: Vec<u64> = std::iter::repeat_n(start - 1, limit as usize).collect();
    let (step, rest) = (window_ns / limit, window_ns % limit);
    for j in 1..limit {
        // j / limit of the window, rounded down, and the nanosecond after it.
        let at = start + j * step + j * rest / limit;
        sent.push(at);
        sent.push(at + 1);
    }
    sent
}

pub fn worst_case(kind: Kind, limit: u64) -> u64 {
    match kind {
        Kind::FixedWindow => limit * 2,
        Kind::SlidingCounter => limit * 2 - 1,
        Kind::SlidingLog => limit,
    }
}
