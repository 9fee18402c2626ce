//! The Kubernetes recommender, with each window as a queue of its extremes: a recommendation that a later one
//! beats will never be the minimum (or maximum) again, so it need not be kept. Every tick is O(1) in the mean.
//! Pods added and pods removed are kept in two ledgers of plain counts.

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

type Dated<T> = VecDeque<(u64, T)>;

/// The least (or greatest) of what is younger than `window_ns`.
struct Extreme {
    window_ns: u64,
    beats: fn(u32, u32) -> bool,
    kept: Dated<u32>,
}

impl Extreme {
    fn push(&mut self, now_ns: u64, r: u32) {
        while self.kept.back().is_some_and(|(_, old)| !(self.beats)(*old, r)) {
            self.kept.pop_back();
        }
        self.kept.push_back((now_ns, r));
    }

    fn with(&mut self, now_ns: u64, r: u32) -> u32 {
        while self.kept.front().is_some_and(|(t, _)| now_ns - t >= self.window_ns) {
            self.kept.pop_front();
        }
        match self.kept.front() {
            Some((_, best)) if (self.beats)(*best, r) => *best,
            _ => r,
        }
    }
}

pub fn recommend(c: &Config, current: u32, pods: &[Pod]) -> Option<u32> {
    let used: Vec<u64> = pods
        .iter()
        .filter_map(|p| if let Pod::Ready { used_milli } = p { Some(*used_milli) } else { None })
        .collect();
    let silent = pods.iter().filter(|p| **p == Pod::NoMetrics).count() as u64;
    let ready = used.len() as u64;
    let sum: u64 = used.iter().sum();
    let t = c.target_pct as u64;
    let u = (sum * 100).checked_div(ready * c.request_milli)?;
    let (v, n) = if u > t {
        (sum * 100 / (pods.len() as u64 * c.request_milli), pods.len() as u64)
    } else if u < t {
        let assumed = c.request_milli * t.max(100) / 100;
        ((sum + silent * assumed) * 100 / ((ready + silent) * c.request_milli), ready + silent)
    } else {
        return Some(current);
    };
    let off = v as i128 - t as i128;
    if off.abs() * 1000 <= (c.tolerance_permille as u64 * t) as i128 || (u > t) != (off > 0) {
        return Some(current);
    }
    Some(((v * n + t - 1) / t) as u32)
}

pub struct Recommender {
    c: Config,
    extremes: Option<[Extreme; 2]>,
    added: Dated<i128>,
    removed: Dated<i128>,
}

impl Recommender {
    pub fn new(c: Config) -> Recommender {
        Recommender { c, extremes: None, added: VecDeque::new(), removed: VecDeque::new() }
    }

    pub fn reconcile(&mut self, now_ns: u64, current: u32, pods: &[Pod]) -> u32 {
        let c = &self.c;
        let [least, most] = self.extremes.get_or_insert_with(|| {
            let kept = VecDeque::from([(now_ns, current)]);
            let least = Extreme { window_ns: c.up.window_ns, beats: |a, b| a < b, kept: kept.clone() };
            let most = Extreme { window_ns: c.down.window_ns, beats: |a, b| a > b, kept };
            [least, most]
        });
        let answer = if current > c.max {
            c.max
        } else if current < c.min {
            c.min
        } else if let Some(r) = recommend(c, current, pods) {
            let (lo, hi) = (least.with(now_ns, r), most.with(now_ns, r));
            least.push(now_ns, r);
            most.push(now_ns, r);
            let changes = (&self.added, &self.removed);
            if current < lo {
                (lo as i128).min(c.max as i128).min(limit(&c.up, 1, changes, now_ns, current)) as u32
            } else if current > hi {
                (hi as i128).max(c.min as i128).max(limit(&c.down, -1, changes, now_ns, current)) as u32
            } else {
                current
            }
        } else {
            current
        };
        if answer > current {
            self.added.push_back((now_ns, (answer - current) as i128));
        } else if answer < current {
            self.removed.push_back((now_ns, (current - answer) as i128));
        }
        let longest = c.up.policies.iter().chain(&c.down.policies).map(period).max().unwrap_or(0);
        for ledger in [&mut self.added, &mut self.removed] {
            while ledger.front().is_some_and(|(t, _)| now_ns - t >= longest) {
                ledger.pop_front();
            }
        }
        answer
    }
}

fn period(policy: &Policy) -> u64 {
    match policy {
        Policy::Pods { period_ns, .. } => *period_ns,
        Policy::Percent { period_ns, .. } => *period_ns,
    }
}

/// In the direction `way`, as a distance: downward everything is mirrored at 0.
fn limit(rules: &Rules, way: i128, changes: (&Dated<i128>, &Dated<i128>), now_ns: u64, current: u32) -> i128 {
    let current = current as i128;
    let within = |ledger: &Dated<i128>, period_ns: u64| -> i128 {
        ledger.iter().rev().take_while(|(t, _)| now_ns - t < period_ns).map(|(_, pods)| pods).sum()
    };
    let mut best: Option<i128> = None;
    for policy in &rules.policies {
        let start = current - within(changes.0, period(policy)) + within(changes.1, period(policy));
        let proposal = match policy {
            Policy::Pods { value, .. } => way * start + *value as i128,
            // Rounded up when mirrored is rounded down.
            Policy::Percent { value, .. } => {
                let hundredths = way * start * (100 + way * *value as i128);
                hundredths.div_euclid(100) + (hundredths.rem_euclid(100) > 0) as i128
            }
        };
        best = Some(match (best, rules.select) {
            (None, _) => proposal,
            (Some(best), Select::Min) => best.min(proposal),
            (Some(best), _) => best.max(proposal),
        });
    }
    match best {
        Some(best) if rules.select != Select::Disabled => way * best.max(way * current),
        _ => current,
    }
}
