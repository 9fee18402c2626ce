//! What goes wrong and when: who is up, who reaches whom, who stands still, whose clock is off.

use crate::Ns;

/// A schedule of faults, built once and then asked. Nodes are numbers; windows are `[from, to)`.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    down: Vec<Window>,
    cut: Vec<(Vec<usize>, Ns, Ns)>,
    frozen: Vec<Window>,
    skew: Vec<Skew>,
}

#[derive(Clone, Debug)]
struct Window {
    node: usize,
    from: Ns,
    to: Ns,
}

#[derive(Clone, Debug)]
struct Skew {
    node: usize,
    from: Ns,
    offset_ns: i64,
    drift_ppm: i64,
}

impl Window {
    fn holds(&self, node: usize, t: Ns) -> bool {
        self.node == node && self.from <= t && t < self.to
    }
}

impl Faults {
    /// No faults.
    #[must_use]
    pub fn new() -> Faults {
        Faults::default()
    }

    /// The node is down.
    #[must_use]
    pub fn outage(mut self, node: usize, from: Ns, to: Ns) -> Self {
        self.down.push(Window { node, from, to });
        self
    }

    /// Cuts `side` off from every other node, both ways.
    #[must_use]
    pub fn partition(mut self, side: &[usize], from: Ns, to: Ns) -> Self {
        self.cut.push((side.to_vec(), from, to));
        self
    }

    /// The node stands still and does not notice (a long collection of garbage, a machine that is moved).
    #[must_use]
    pub fn pause(mut self, node: usize, from: Ns, to: Ns) -> Self {
        self.frozen.push(Window { node, from, to });
        self
    }

    /// From `from` on the node's clock is `offset_ns` off, and gains `drift_ppm` microseconds a second from
    /// there. A later skew of the same node replaces it.
    #[must_use]
    pub fn skew(mut self, node: usize, from: Ns, offset_ns: i64, drift_ppm: i64) -> Self {
        self.skew.push(Skew { node, from, offset_ns, drift_ppm });
        self
    }

    /// Whether the node is up at `t`; a paused one is.
    #[must_use]
    pub fn up(&self, node: usize, t: Ns) -> bool {
        !self.down.iter().any(|window| window.holds(node, t))
    }

    /// Whether a message at `t` gets from `a` to `b`: both are up and no partition lies between.
    #[must_use]
    pub fn reaches(&self, a: usize, b: usize, t: Ns) -> bool {
        let apart = |(side, from, to): &(Vec<usize>, Ns, Ns)| {
            *from <= t && t < *to && side.contains(&a) != side.contains(&b)
        };
        self.up(a, t) && self.up(b, t) && !self.cut.iter().any(apart)
    }

    /// When a node that wants to act at `t` really acts: `t`, or the end of the pauses that hold it.
    #[must_use]
    pub fn runs_at(&self, node: usize, mut t: Ns) -> Ns {
        while let Some(window) = self.frozen.iter().find(|window| window.holds(node, t)) {
            t = window.to;
        }
        t
    }

    /// What the node's own clock reads at true time `t`: never below 0, and it may step back.
    #[must_use]
    pub fn clock(&self, node: usize, t: Ns) -> Ns {
        let skews = self.skew.iter().filter(|skew| skew.node == node && skew.from <= t);
        let off = skews.max_by_key(|skew| skew.from).map_or(0, |skew| {
            i128::from(skew.offset_ns) + i128::from(t - skew.from) * i128::from(skew.drift_ppm) / 1_000_000
        });
        (i128::from(t) + off).clamp(0, i128::from(Ns::MAX)) as Ns
    }
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::{Ns, SEC};

    #[test]
    fn windows_hold_their_start_and_not_their_end() {
        let faults = Faults::new().outage(1, 10, 20);
        assert_eq!([9, 10, 19, 20].map(|t| faults.up(1, t)), [true, false, false, true]);
        assert!(faults.up(0, 15));
    }

    #[test]
    fn a_partition_cuts_both_ways_and_only_between_its_sides() {
        let faults = Faults::new().outage(1, 10, 20).partition(&[0, 1], 30, 40);
        assert!(faults.reaches(0, 1, 35) && faults.reaches(2, 3, 35) && faults.reaches(0, 0, 35));
        assert!(!faults.reaches(0, 2, 35) && !faults.reaches(2, 0, 35));
        assert!(faults.reaches(2, 0, 40) && faults.reaches(0, 2, 29));
        assert!(!faults.reaches(0, 1, 15) && !faults.reaches(1, 1, 15));
    }

    #[test]
    fn pauses_that_touch_hold_to_the_end_of_the_last() {
        let faults = Faults::new().pause(2, 5, 8).pause(2, 8, 9);
        assert_eq!([4, 5, 8, 9].map(|t| faults.runs_at(2, t)), [4, 9, 9, 9]);
        assert_eq!(faults.runs_at(1, 5), 5);
    }

    #[test]
    fn the_latest_skew_sets_the_clock_and_drift_adds_up() {
        let faults = Faults::new().skew(0, 100, -50, 0).skew(0, 200, 10, 1_000_000).skew(1, 0, 0, 100);
        assert_eq!([99, 100, 200, 201].map(|t| faults.clock(0, t)), [99, 50, 210, 212]);
        assert_eq!(faults.clock(1, 3_600 * SEC), 3_600 * SEC + 360_000_000);
    }

    #[test]
    fn a_clock_never_leaves_its_range() {
        let faults = Faults::new().skew(0, 0, i64::MIN, 0).skew(1, 0, i64::MAX, i64::MAX);
        assert_eq!((faults.clock(0, 5), faults.clock(1, Ns::MAX)), (0, Ns::MAX));
    }
}
