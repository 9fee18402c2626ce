//! # See flapping, back off, recover
//!
//! Implement, 40 minutes. Read first: "Detecting flapping" in the topic's write-up.
//!
//! Nobody can tune every loop of a fleet for a start-up time that doubles next month. You write
//! the guard that sits behind a controller, sees only what it puts out (say, replicas, one output
//! per tick) and answers a multiplier for its gain. A ramp is no flapping, and neither is the
//! jitter of one replica; up and down and up again is. The guard halves the gain when it sees
//! that, waits until what it saw is gone before it judges again, and gives the gain back slowly.
//!
//! ## Contract
//! - `observe(u)` takes an output and returns the multiplier. An output that is NaN or infinite is
//!   as if it had not been: nothing changes, no count goes on, the last multiplier is returned.
//! - The window is the last `window` finite outputs (all of them while there are fewer). The steps
//!   are the differences of neighbours that are both inside it. The actions are the steps that are
//!   not 0, in order: an output equal to the one before it is no action and interrupts nothing.
//! - `stats()` is about the window as it stands:
//!   - `reversals`: pairs of neighbouring actions of opposite sign.
//!   - `swing`: largest output - smallest.
//!   - `variance` of the outputs: the mean of the squared distances from their mean, dividing by
//!     their number n.
//!   - `autocorr1` of the actions d_1 .. d_m: with one mean over all m of them,
//!     `sum for k in 1..m of (d_k - mean)(d_(k+1) - mean)`, which has m - 1 products, over
//!     `sum for k in 1..=m of (d_k - mean)^2`. `None` if m < 3 or if all m are equal.
//!   - An empty window has 0, 0, 0 and `None`.
//! - `flapping()`: at this moment reversals >= min_reversals and swing >= min_swing.
//! - The multiplier starts at 1. With each finite output, once it is in the window:
//!   - flapping: the count of quiet outputs is 0 again, and the gain is cut, to half of the
//!     multiplier but not below `floor`. Only the first cut comes at once: another one comes
//!     `window` outputs after the last cut or later, so that no output is evidence twice. A cut at
//!     the floor changes nothing and still counts as one.
//!   - not flapping: one more quiet output in a row. The `quiet`-th multiplies by 1.25, not above
//!     1, and the count starts again from 0. Quiet outputs are counted also during the pause
//!     between cuts; flapping ends the count, whether it cuts or not.
//! - Memory does not grow with the number of outputs: at most 64 bytes for each place of the
//!   window and 4 KiB besides.
//!
//! Ranges: `window` 2 to 1,000, `min_reversals` >= 1, `min_swing` >= 0, `floor` above 0 and at
//! most 1, `quiet` >= 1. Outputs are -1,000 to 1,000. Where figures of `stats` are compared, the
//! outputs are multiples of 1/8, so that steps and sums are exact. `variance` may be off by
//! 1e-6 * (1 + swing^2), `autocorr1` by 1e-6 (running sums lose some digits), all else by
//! 1e-9 * (1 + the larger of the two).
//!
//! Edit: `Guard`, which is yours. `FlapStats` is given.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlapStats {
    pub reversals: u32,
    pub swing: f64,
    pub variance: f64,
    pub autocorr1: Option<f64>,
}

pub struct Guard {/* yours */}

impl Guard {
    pub fn new(window: usize, min_reversals: u32, min_swing: f64, floor: f64, quiet: u32) -> Guard {
        todo!()
    }

    /// Takes the controller's next output; answers the multiplier for its gain.
    pub fn observe(&mut self, u: f64) -> f64 {
        todo!()
    }

    pub fn stats(&self) -> FlapStats {
        todo!()
    }

    pub fn flapping(&self) -> bool {
        todo!()
    }
}
