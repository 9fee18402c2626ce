//! The Kubernetes recommender as its authors wrote it: a list of readings that is filled up and measured again,
//! early returns in their order, and lists in which a new entry takes the place of one that is too old.

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

pub fn recommend(c: &Config, current: u32, pods: &[Pod]) -> Option<u32> {
    let mut metrics = Vec::new();
    let (mut unready, mut missing) = (0, 0);
    for pod in pods {
        match *pod {
            Pod::Ready { used_milli } => metrics.push(used_milli),
            Pod::NoMetrics => missing += 1,
            Pod::Unready => unready += 1,
        }
    }
    if metrics.is_empty() {
        return None;
    }
    let target = i64::from(c.target_pct);
    let utilization = |metrics: &[u64]| {
        let total: u64 = metrics.iter().sum();
        (total * 100 / (metrics.len() as u64 * c.request_milli)) as i64
    };
    let within = |u: i64| {
        let slack = i64::from(c.tolerance_permille) * target;
        1000 * target - slack <= 1000 * u && 1000 * u <= 1000 * target + slack
    };
    let replicas = |u: i64, pods: usize| ((u * pods as i64 + target - 1) / target) as u32;

    let usage = utilization(&metrics);
    let scale_up_with_unready = unready > 0 && usage > target;
    if !scale_up_with_unready && missing == 0 {
        return Some(if within(usage) { current } else { replicas(usage, metrics.len()) });
    }
    if usage < target {
        let fallback = c.request_milli * u64::from(c.target_pct.max(100)) / 100;
        metrics.extend(std::iter::repeat_n(fallback, missing));
    } else if usage > target {
        metrics.extend(std::iter::repeat_n(0, missing));
    }
    if scale_up_with_unready {
        metrics.extend(std::iter::repeat_n(0, unready));
    }
    let again = utilization(&metrics);
    if within(again) || (usage < target && again > target) || (usage > target && again < target) {
        return Some(current);
    }
    Some(replicas(again, metrics.len()))
}

#[derive(Clone, Copy)]
struct Entry {
    at_ns: u64,
    value: i64,
}

/// Stores an entry in the place of one that is older than `reach_ns`, or at the end.
fn store(entries: &mut Vec<Entry>, reach_ns: u64, entry: Entry) {
    match entries.iter_mut().find(|old| entry.at_ns - old.at_ns >= reach_ns) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}

pub struct Recommender {
    c: Config,
    recommendations: Option<Vec<Entry>>,
    scale_events: Vec<Entry>,
}

impl Recommender {
    pub fn new(c: Config) -> Recommender {
        Recommender { c, recommendations: None, scale_events: Vec::new() }
    }

    pub fn reconcile(&mut self, now_ns: u64, current: u32, pods: &[Pod]) -> u32 {
        let first = Entry { at_ns: now_ns, value: i64::from(current) };
        let recommendations = self.recommendations.get_or_insert_with(|| vec![first]);
        let desired = if current > self.c.max {
            self.c.max
        } else if current < self.c.min {
            self.c.min
        } else {
            match recommend(&self.c, current, pods) {
                None => return current,
                Some(r) => {
                    let stabilized = stabilize(&self.c, recommendations, now_ns, current, i64::from(r));
                    self.limited(now_ns, i64::from(current), stabilized)
                }
            }
        };
        if desired != current {
            let reach_ns = self.c.up.policies.iter().chain(&self.c.down.policies).map(period_ns).max();
            let value = i64::from(desired) - i64::from(current);
            store(&mut self.scale_events, reach_ns.unwrap_or(0), Entry { at_ns: now_ns, value });
        }
        desired
    }

    fn limited(&self, now_ns: u64, current: i64, desired: i64) -> u32 {
        let start = |policy: &Policy| {
            let mut start = current;
            for event in &self.scale_events {
                if now_ns - event.at_ns < period_ns(policy) {
                    start -= event.value;
                }
            }
            start
        };
        let c = &self.c;
        let result = if desired > current {
            let mut limit = if c.up.select == Select::Min { i64::MAX } else { i64::MIN };
            for policy in &c.up.policies {
                let proposed = match *policy {
                    Policy::Pods { value, .. } => start(policy) + i64::from(value),
                    Policy::Percent { value, .. } => (start(policy) * (100 + i64::from(value)) + 99) / 100,
                };
                limit = if c.up.select == Select::Min { limit.min(proposed) } else { limit.max(proposed) };
            }
            if c.up.select == Select::Disabled {
                limit = current;
            }
            desired.min(i64::from(c.max)).min(limit.max(current))
        } else if desired < current {
            let mut limit = if c.down.select == Select::Min { i64::MIN } else { i64::MAX };
            for policy in &c.down.policies {
                let proposed = match *policy {
                    Policy::Pods { value, .. } => start(policy) - i64::from(value),
                    Policy::Percent { value, .. } => start(policy) * (100 - i64::from(value)) / 100,
                };
                limit = if c.down.select == Select::Min { limit.max(proposed) } else { limit.min(proposed) };
            }
            if c.down.select == Select::Disabled {
                limit = current;
            }
            desired.max(i64::from(c.min)).max(limit.min(current))
        } else {
            desired
        };
        result as u32
    }
}

fn period_ns(policy: &Policy) -> u64 {
    let (Policy::Pods { period_ns, .. } | Policy::Percent { period_ns, .. }) = policy;
    *period_ns
}

fn stabilize(c: &Config, kept: &mut Vec<Entry>, now_ns: u64, current: u32, r: i64) -> i64 {
    let (mut up, mut down) = (r, r);
    for old in kept.iter() {
        if now_ns - old.at_ns < c.up.window_ns {
            up = up.min(old.value);
        }
        if now_ns - old.at_ns < c.down.window_ns {
            down = down.max(old.value);
        }
    }
    let mut recommendation = i64::from(current);
    if recommendation < up {
        recommendation = up;
    }
    if recommendation > down {
        recommendation = down;
    }
    store(kept, c.up.window_ns.max(c.down.window_ns), Entry { at_ns: now_ns, value: r });
    recommendation
}
