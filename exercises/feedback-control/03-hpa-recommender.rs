//! # The Kubernetes recommender, exactly
//!
//! Implement, 50 minutes. Read first: "The Kubernetes recommender" in the topic's write-up.
//!
//! Most fleets are steered by this loop, and few on call can say what it will do next. Why does it
//! hold at 8 pods with four of them at 90 %? Why did it drop 300 s after the peak, to the second?
//! Why does it double now and wait then? Three layers answer, and none knows the others: a metric
//! that becomes a recommendation, a memory that holds it back, and a rate that limits the step. You
//! write the HorizontalPodAutoscaler's arithmetic for one CPU target.
//!
//! ## `recommend`: the metric. All divisions are exact, in integers, and rounded only as said
//! Let R be the number of pods whose use is known (`Ready`), S the sum of what these use, T the
//! target in percent.
//! 1. R = 0: `None`.
//! 2. U = floor(100 S / (R * request)): utilisation in whole percent.
//! 3. The other pods are counted in as if they could only argue against a change:
//!    - U > T: silent pods (`NoMetrics`) and starting pods (`Unready`) as pods that use 0.
//!    - U < T: silent pods as pods that use floor(request * max(100, T) / 100); starting ones not.
//!    - U = T: nobody is.
//! 4. V is the utilisation, as in 2, of the n pods that count now (V = U if nobody was added).
//! 5. `current` if V is close to T: |V - T| * 1000 <= tolerance * T; also if U and V lie on
//!    different sides of T. Otherwise ceil(V * n / T), which may be 0 and above any limit.
//!
//! ## `reconcile`: memory and rate
//! "Younger than w" is now - t < w for something recorded at t: exactly w old is too old.
//! 1. The very first call, and no other, records `current` as a recommendation. A controller that
//!    starts during a lull so holds the fleet for a window.
//! 2. current > max: the answer is max. current < min: it is min. Nothing is recommended then.
//! 3. r = recommend. `None`: the answer is `current`. Again there is no recommendation to record.
//! 4. lo is the least of r and the recommendations younger than the up rules' window, hi the
//!    greatest of r and those younger than the down rules' window. s is `current`, raised to lo if
//!    it is below, lowered to hi if it is above. Then r itself is recorded: not s, not the answer.
//! 5. s > current: the answer is the least of s, max and L, where L is the up rules' limit, or
//!    `current` if that is greater. s < current: the greatest of s, min and L, where L is the down
//!    rules' limit, or `current` if that is less. s = current: `current`.
//! 6. A limit is `current` if `Disabled`. Otherwise each policy proposes one from the size at the
//!    start of its period: start = current - (all changes younger than its period, up and down,
//!    with their signs). Pods: start + value, or start - value. Percent: start * (100 + value) /
//!    100 rounded up, or start * (100 - value) / 100 rounded down. `Max` takes the proposal that
//!    allows the most change, `Min` the least. When somebody else scales down, start may lie below
//!    0: it is reckoned with as it is.
//! 7. An answer that is not `current` is a change of answer - current, recorded at now: also in 2.
//!    What others do to the fleet is no change of yours.
//!
//! Windows and periods are exact to the nanosecond and reach back all the way, however many calls
//! there were in them. Memory is bounded by what they still reach, up to a constant factor: with
//! none above 300 s and a call every 15 s it holds less than 32 KiB for ever.
//!
//! Ranges: pods.len() = current = 1 to 10^5, 1 <= min <= max <= 10^5, target 1 to 1,000 %,
//! tolerance 0 to 1,000 permille, request 1 to 10^6 milli, a pod's use at most 100 times that,
//! value 0 to 10^6 and for Percent down at most 100, windows 0 to 2^62 ns, periods 1 to 2^62 ns,
//! `now_ns` 0 to 2^62, never going back from one call to the next.
//!
//! Kubernetes itself differs in this: it reckons in f64 (100 pods at 7 % of 100 make 8 there, 7
//! here), and may forget a change before the longest period of the other direction is over.
//!
//! ## For example, with the default rules
//! Target 60 %, tolerance 100 permille. Up: window 0, `Max` of + 4 and + 100 % in 15 s. Down:
//! window 300 s, - 100 % in 15 s. (Usage in percent of the request.)
//!
//! | at    | pods                    | recommend | answer |                                   |
//! |-------|-------------------------|-----------|--------|-----------------------------------|
//! | 0 s   | 5 at 300 %              | 25        | 10     | doubling allows more than + 4     |
//! | 10 s  | 5 at 300 %, 5 starting  | 25        | 10     | the period began with 5           |
//! | 15 s  | 5 at 300 %, 5 starting  | 25        | 20     |                                   |
//! | 60 s  | 20 at 75 %              | 25        | 25     |                                   |
//! | 120 s | 25 at 24 %              | 10        | 25     | 25 was recommended 60 s ago       |
//! | 359 s | 25 at 24 %              | 10        | 25     |                                   |
//! | 360 s | 25 at 24 %              | 10        | 10     |                                   |
//!
//! Edit: `recommend`, `Recommender` and its methods. Keep the public names and signatures.

/// How far the fleet may move in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Pods { value: u32, period_ns: u64 },
    Percent { value: u32, period_ns: u64 },
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// The one that allows the most change.
    Max,
    /// The one that allows the least change.
    Min,
    /// None: no change in this direction.
    Disabled,
}

/// The rules of one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long a recommendation is remembered: the stabilisation window. 0: not at all.
    pub window_ns: u64,
    /// Not empty, unless `Disabled`.
    pub policies: Vec<Policy>,
    pub select: Select,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub min: u32,
    pub max: u32,
    /// Utilisation to aim at, in percent of the request.
    pub target_pct: u32,
    /// How far from the target is close enough, in thousandths of it.
    pub tolerance_permille: u32,
    /// What each pod requests, in thousandths of a core.
    pub request_milli: u64,
    pub up: Rules,
    pub down: Rules,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pod {
    /// Ready, and its usage is known.
    Ready { used_milli: u64 },
    /// Ready, and nothing is known of it: silent.
    NoMetrics,
    /// Still starting.
    Unready,
}

/// How many pods the metric asks for.
pub fn recommend(c: &Config, current: u32, pods: &[Pod]) -> Option<u32> {
    todo!()
}

/// The loop's memory.
pub struct Recommender {/* yours */}

impl Recommender {
    pub fn new(c: Config) -> Recommender {
        todo!()
    }

    /// One tick: how many pods there are to be, of the `current` ones.
    pub fn reconcile(&mut self, now_ns: u64, current: u32, pods: &[Pod]) -> u32 {
        todo!()
    }
}
