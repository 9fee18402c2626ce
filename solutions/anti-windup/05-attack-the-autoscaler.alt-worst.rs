//! Three demands that break three loops, with as much damage as the rules allow.
//!
//! Load at the very edge of what counts as an overload takes the fleet to 40 replicas for nothing: it is
//! there already when the 600 s begin, so that none of them is spent on the way up.

/// The other gap: 6 replicas rest at up to 432 rps, 7 from 434 on.
pub fn steady_demand() -> u32 {
    433
}

pub fn overshoot_trace() -> Vec<(u32, u32)> {
    vec![(1200, 2400), (600, 4000), (1, 600)]
}

/// Any morning will do that keeps CPU at 100 %.
pub fn morning_trace() -> Vec<(u32, u32)> {
    [(1800, 20), (1, 700)].to_vec()
}
