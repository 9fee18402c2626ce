//! The Kubernetes recommender, exactly.
//!
//! Three layers, and none knows the others. `recommend` turns a metric into a number and has no state. The
//! memory keeps such numbers for a window, as they came. The rate keeps what was done, and asks one question:
//! how large was the fleet when this period began?

use std::cmp::Ordering;
use std::collections::VecDeque;

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

impl Policy {
    fn period_ns(&self) -> u64 {
        match *self {
            Policy::Pods { period_ns, .. } | Policy::Percent { period_ns, .. } => period_ns,
        }
    }
}

impl Config {
    /// In whole percent: the ratio of sums, cut.
    fn utilization(&self, used_milli: u64, pods: u64) -> u64 {
        100 * used_milli / (pods * self.request_milli)
    }

    fn is_close(&self, utilization: u64) -> bool {
        let target = u64::from(self.target_pct);
        utilization.abs_diff(target) * 1000 <= u64::from(self.tolerance_permille) * target
    }
}

/// How many pods the metric asks for.
pub fn recommend(c: &Config, current: u32, pods: &[Pod]) -> Option<u32> {
    let (mut ready, mut silent, mut starting, mut used) = (0, 0, 0, 0);
    for pod in pods {
        match pod {
            Pod::Ready { used_milli } => {
                ready += 1;
                used += used_milli;
            }
            Pod::NoMetrics => silent += 1,
            Pod::Unready => starting += 1,
        }
    }
    if ready == 0 {
        return None;
    }
    let target = u64::from(c.target_pct);
    let first = c.utilization(used, ready);
    let mut counted = ready;
    // Those of whom nothing is known are given the value that makes the change smaller.
    match first.cmp(&target) {
        Ordering::Greater => counted += silent + starting,
        Ordering::Less => {
            counted += silent;
            used += silent * (c.request_milli * target.max(100) / 100);
        }
        Ordering::Equal => {}
    }
    let second = c.utilization(used, counted);
    // Where they would turn the change round, nothing is certain enough to act on.
    let turned = first.cmp(&target) != second.cmp(&target);
    let replicas =
        if c.is_close(second) || turned { current } else { (second * counted).div_ceil(target) as u32 };
    Some(replicas)
}

/// The loop's memory.
pub struct Recommender {
    config: Config,
    started: bool,
    /// When, and what was recommended.
    recommended: VecDeque<(u64, u32)>,
    /// When, and how many pods this loop added; below 0, took away.
    changes: VecDeque<(u64, i64)>,
}

impl Recommender {
    pub fn new(c: Config) -> Recommender {
        Recommender { config: c, started: false, recommended: VecDeque::new(), changes: VecDeque::new() }
    }

    /// One tick: how many pods there are to be, of the `current` ones.
    pub fn reconcile(&mut self, now_ns: u64, current: u32, pods: &[Pod]) -> u32 {
        // An empty memory is no sign of the first call: after a long hole in the metrics it is empty again.
        if !self.started {
            self.started = true;
            self.recommended.push_back((now_ns, current));
        }
        self.forget(now_ns);
        let answer = self.answer(now_ns, current, pods);
        // Where nothing changed that is 0, and adds nothing.
        self.changes.push_back((now_ns, i64::from(answer) - i64::from(current)));
        answer
    }

    fn answer(&mut self, now_ns: u64, current: u32, pods: &[Pod]) -> u32 {
        let (min, max) = (self.config.min, self.config.max);
        if current < min || current > max {
            return current.clamp(min, max);
        }
        let Some(r) = recommend(&self.config, current, pods) else { return current };
        let young = |window_ns: u64| {
            let young = self.recommended.iter().filter(move |(t, _)| now_ns - t < window_ns);
            young.map(|(_, recommendation)| *recommendation)
        };
        let lo = young(self.config.up.window_ns).fold(r, u32::min);
        let hi = young(self.config.down.window_ns).fold(r, u32::max);
        // r lies between the two, so they never cross.
        let s = current.clamp(lo, hi);
        self.recommended.push_back((now_ns, r));
        match s.cmp(&current) {
            Ordering::Greater => i64::from(s.min(max)).min(self.up_limit(now_ns, current)) as u32,
            Ordering::Less => i64::from(s.max(min)).max(self.down_limit(now_ns, current)) as u32,
            Ordering::Equal => current,
        }
    }

    /// Each policy of `rules` with its value, and the size of the fleet when its period began.
    fn starts(&self, rules: &Rules, now_ns: u64, current: i64) -> Vec<(i64, Policy)> {
        let start = |policy: &Policy| {
            let young = self.changes.iter().filter(|(t, _)| now_ns - t < policy.period_ns());
            current - young.map(|(_, change)| change).sum::<i64>()
        };
        rules.policies.iter().map(|policy| (start(policy), *policy)).collect()
    }

    fn up_limit(&self, now_ns: u64, current: u32) -> i64 {
        let (rules, current) = (&self.config.up, i64::from(current));
        let proposals = self.starts(rules, now_ns, current).into_iter().map(|(start, policy)| match policy {
            Policy::Pods { value, .. } => start + i64::from(value),
            Policy::Percent { value, .. } => -(-start * (100 + i64::from(value))).div_euclid(100),
        });
        let limit = match rules.select {
            Select::Max => proposals.max(),
            Select::Min => proposals.min(),
            Select::Disabled => None,
        };
        // A budget that is overspent takes nothing back.
        limit.map_or(current, |limit| limit.max(current))
    }

    fn down_limit(&self, now_ns: u64, current: u32) -> i64 {
        let (rules, current) = (&self.config.down, i64::from(current));
        let proposals = self.starts(rules, now_ns, current).into_iter().map(|(start, policy)| match policy {
            Policy::Pods { value, .. } => start - i64::from(value),
            Policy::Percent { value, .. } => (start * (100 - i64::from(value))).div_euclid(100),
        });
        let limit = match rules.select {
            Select::Max => proposals.min(),
            Select::Min => proposals.max(),
            Select::Disabled => None,
        };
        limit.map_or(current, |limit| limit.min(current))
    }

    /// Lets go of what no window and no period reaches any more.
    fn forget(&mut self, now_ns: u64) {
        let c = &self.config;
        let window_ns = c.up.window_ns.max(c.down.window_ns);
        self.recommended.retain(|(t, _)| now_ns - t < window_ns);
        let periods = c.up.policies.iter().chain(&c.down.policies).map(Policy::period_ns);
        let period_ns = periods.max().unwrap_or(0);
        self.changes.retain(|(t, _)| now_ns - t < period_ns);
    }
}
