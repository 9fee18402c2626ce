//! Hidden checks of 03-hpa-recommender. The rules are those of the Kubernetes documentation ("Horizontal Pod
//! Autoscaling": algorithm details, configurable scaling behavior) and of its controller (`replica_calculator.go`,
//! `horizontal.go`, `metrics/utilization.go`), in exact integers. Every scenario's numbers are worked out by hand
//! beside it. Random fleets are compared with a reference that keeps everything that ever happened.
use crate::{Config, Pod, Policy, Recommender, Rules, Select, recommend};
use kit::{Case, Check, Res, Rng, Row, Table, ensure, forall_cfg};
use std::fmt;

pub const CHECKS: &[Check] = &[
    ("worked-example", "an answer that differs from the example in the exercise", worked_example),
    ("ratio-and-ceil", "a ratio that is rounded at the wrong place or the wrong way", ratio_and_ceil),
    (
        "tolerance-is-a-ratio-and-inclusive",
        "a tolerance in pods or in points, or one without its edge",
        tolerance_is_a_ratio,
    ),
    (
        "starting-pods-count-as-idle-when-scaling-up",
        "pods bought twice while they start, or counted on the way down",
        starting_pods,
    ),
    (
        "missing-metrics-dampen",
        "silence that is read as load, or as idleness, on the wrong side",
        missing_metrics,
    ),
    ("dead-metrics-hold", "a fleet that moves, or remembers, without any metric", dead_metrics_hold),
    ("bounds-come-first", "a fleet outside its bounds, and what is noted about it", bounds_come_first),
    (
        "first-minutes-hold",
        "a fresh controller that shrinks the fleet at once, or too late",
        first_minutes_hold,
    ),
    ("window-takes-the-maximum", "a scale-down that forgets a recent peak", window_takes_the_maximum),
    ("scale-up-window-takes-the-minimum", "a scale-up on a spike that the window hides", up_window),
    ("policies-limit-the-rate", "a step larger or smaller than the policies allow", policies_limit_the_rate),
    ("the-period-has-a-start", "a budget not counted from the period's first size", period_start),
    ("exact-to-the-nanosecond", "times that are rounded before they are compared", exact_to_the_nanosecond),
    ("reaches-back-all-the-way", "a memory that ends before its window or period", reaches_back),
    ("ends-of-the-ranges", "a sum or a product that does not fit", ends_of_the_ranges),
    ("a-busy-half-hour", "a fleet under a real load that is not steered as published", busy_half_hour),
    ("matches-published-defaults", "any answer that is not the one of the default rules", matches_defaults),
    ("matches-published-policies", "any answer that is not the one of other rules", matches_policies),
    ("bounded-history", "a memory that grows with the number of calls", bounded_history),
];

#[global_allocator]
static COUNTED: kit::Mem = kit::Mem;

const SEC: u64 = kit::SEC;

// ---- setups

const fn plus(value: u32, seconds: u64) -> Policy {
    Policy::Pods { value, period_ns: seconds * SEC }
}

const fn percent(value: u32, seconds: u64) -> Policy {
    Policy::Percent { value, period_ns: seconds * SEC }
}

fn rules(window: u64, select: Select, policies: &[Policy]) -> Rules {
    Rules { window_ns: window * SEC, policies: policies.to_vec(), select }
}

/// The published defaults, with 1 to 100 pods that request 100 milli each: a milli is a percent.
fn defaults() -> Config {
    Config {
        min: 1,
        max: 100,
        target_pct: 60,
        tolerance_permille: 100,
        request_milli: 100,
        up: rules(0, Select::Max, &[plus(4, 15), percent(100, 15)]),
        down: rules(300, Select::Max, &[percent(100, 15)]),
    }
}

/// No memory and no limit in either direction but what is put in.
fn free() -> Config {
    let anything = [percent(100_000, 1)];
    Config {
        up: rules(0, Select::Max, &anything),
        down: rules(0, Select::Max, &[percent(100, 1)]),
        ..defaults()
    }
}

/// A fleet as a table shows it: groups of ready pods with their usage, silent ones, starting ones.
#[derive(Clone, Default)]
struct Fleet {
    ready: Vec<(u32, u64)>,
    silent: u32,
    starting: u32,
}

/// So many ready pods that use so many milli each.
fn at(pods: u32, used: u64) -> Fleet {
    Fleet { ready: vec![(pods, used)], ..Fleet::default() }
}

impl Fleet {
    fn and(mut self, pods: u32, used: u64) -> Fleet {
        self.ready.push((pods, used));
        self
    }

    fn silent(self, silent: u32) -> Fleet {
        Fleet { silent, ..self }
    }

    fn starting(self, starting: u32) -> Fleet {
        Fleet { starting, ..self }
    }

    fn size(&self) -> u32 {
        self.ready.iter().map(|(pods, _)| pods).sum::<u32>() + self.silent + self.starting
    }

    /// The order says nothing: those without a reading come first and last.
    fn pods(&self) -> Vec<Pod> {
        let mut pods = vec![Pod::Unready; self.starting as usize];
        for &(n, used_milli) in &self.ready {
            pods.extend((0..n).map(|_| Pod::Ready { used_milli }));
        }
        pods.resize(self.size() as usize, Pod::NoMetrics);
        pods
    }

    /// `4 at 90 %, 4 starting`.
    fn in_words(&self, request: u64) -> String {
        let mut parts = Vec::new();
        for &(n, used) in self.ready.iter().filter(|(n, _)| *n > 0) {
            parts.push(if (100 * used).is_multiple_of(request) {
                format!("{n} at {} %", 100 * used / request)
            } else {
                format!("{n} at {used}m of {request}m")
            });
        }
        if self.silent > 0 {
            parts.push(format!("{} silent", self.silent));
        }
        if self.starting > 0 {
            parts.push(format!("{} starting", self.starting));
        }
        parts.join(", ")
    }
}

// ---- words

fn pods(n: u32) -> String {
    if n == 1 { "1 pod".into() } else { format!("{n} pods") }
}

fn tenths(permille: u32) -> String {
    if permille.is_multiple_of(10) {
        format!("{} %", permille / 10)
    } else {
        format!("{}.{} %", permille / 10, permille % 10)
    }
}

fn seconds(ns: u64) -> String {
    if ns.is_multiple_of(SEC) { format!("{} s", ns / SEC) } else { format!("{ns} ns") }
}

fn say_rules(rules: &Rules, sign: char) -> String {
    let policies: Vec<String> = rules
        .policies
        .iter()
        .map(|policy| match *policy {
            Policy::Pods { value, period_ns } => format!("{sign}{value} in {}", seconds(period_ns)),
            Policy::Percent { value, period_ns } => format!("{sign}{value} % in {}", seconds(period_ns)),
        })
        .collect();
    let which = match rules.select {
        Select::Disabled => "disabled".into(),
        _ if *rules == free().up || *rules == free().down => return "no window, no limit".into(),
        _ if policies.len() == 1 => policies[0].clone(),
        Select::Max => format!("the most of {}", policies.join(" and ")),
        Select::Min => format!("the least of {}", policies.join(" and ")),
    };
    format!("window {}, {which}", seconds(rules.window_ns))
}

fn say_metric(c: &Config) -> String {
    format!("target {} %, tolerance {}", c.target_pct, tenths(c.tolerance_permille))
}

fn say_config(c: &Config) -> String {
    let (plain, bounds) = (defaults(), format!("{} to {}, {}", c.min, pods(c.max), say_metric(c)));
    if c.up == plain.up && c.down == plain.down {
        return format!("{bounds}, default rules");
    }
    let direction = |name, rules: &Rules, default: &Rules, sign| {
        if rules == default {
            format!("{name}: default")
        } else {
            format!("{name}: {}", say_rules(rules, sign))
        }
    };
    let (up, down) = (direction("up", &c.up, &plain.up, '+'), direction("down", &c.down, &plain.down, '-'));
    format!("{bounds}; {up}; {down}")
}

fn say_recommended(r: Option<u32>) -> String {
    r.map_or("none".into(), |r| r.to_string())
}

fn say_answer(current: u32, answer: u32) -> String {
    if answer == current { format!("hold at {answer}") } else { format!("scale to {answer}") }
}

// ---- the learner's calls, named should they panic

fn recommends(c: &Config, fleet: &Fleet) -> Option<u32> {
    let list = fleet.pods();
    let what = || format!("recommend({}), {}", fleet.in_words(c.request_milli), say_metric(c));
    kit::during(what, || recommend(c, fleet.size(), &list))
}

struct Loop {
    recommender: Recommender,
    request: u64,
}

impl Loop {
    fn new(c: &Config) -> Loop {
        let recommender = kit::during(|| format!("new({})", say_config(c)), || Recommender::new(c.clone()));
        Loop { recommender, request: c.request_milli }
    }

    fn reconcile(&mut self, now: u64, fleet: &Fleet) -> u32 {
        let list = fleet.pods();
        let what = || format!("reconcile(now {}, {})", seconds(now), fleet.in_words(self.request));
        kit::during(what, || self.recommender.reconcile(now, fleet.size(), &list))
    }
}

// ---- the reference: one reading per pod, and everything that ever happened

/// What the metric asks for, pod by pod.
fn published(c: &Config, pods: &[Pod]) -> Option<u32> {
    let (target, request) = (i128::from(c.target_pct), i128::from(c.request_milli));
    let percent =
        |readings: &[i128]| 100 * readings.iter().sum::<i128>() / (readings.len() as i128 * request);
    let mut readings: Vec<i128> = Vec::new();
    for pod in pods {
        if let Pod::Ready { used_milli } = pod {
            readings.push(i128::from(*used_milli));
        }
    }
    if readings.is_empty() {
        return None;
    }
    let before = percent(&readings);
    for pod in pods {
        match pod {
            Pod::NoMetrics if before > target => readings.push(0),
            Pod::NoMetrics if before < target => readings.push(request * target.max(100) / 100),
            Pod::Unready if before > target => readings.push(0),
            _ => {}
        }
    }
    let after = percent(&readings);
    let close = (after - target).abs() * 1000 <= i128::from(c.tolerance_permille) * target;
    let turned = before < target && after > target || before > target && after < target;
    if close || turned {
        return Some(pods.len() as u32);
    }
    // The least number of pods on which this load is at or below the target.
    let load = after * readings.len() as i128;
    let mut enough = load / target;
    while enough * target < load {
        enough += 1;
    }
    Some(enough as u32)
}

struct Published {
    c: Config,
    calls: u64,
    recommended: Vec<(u64, u32)>,
    changes: Vec<(u64, i128)>,
}

impl Published {
    fn new(c: &Config) -> Published {
        Published { c: c.clone(), calls: 0, recommended: Vec::new(), changes: Vec::new() }
    }

    fn reconcile(&mut self, now: u64, pods: &[Pod]) -> u32 {
        let current = pods.len() as u32;
        if self.calls == 0 {
            self.recommended.push((now, current));
        }
        self.calls += 1;
        let answer = if current > self.c.max {
            self.c.max
        } else if current < self.c.min {
            self.c.min
        } else if let Some(r) = published(&self.c, pods) {
            self.step(now, i128::from(current), r)
        } else {
            current
        };
        if answer != current {
            self.changes.push((now, i128::from(answer) - i128::from(current)));
        }
        answer
    }

    fn step(&mut self, now: u64, current: i128, r: u32) -> u32 {
        let c = &self.c;
        self.recommended.push((now, r));
        let (mut lo, mut hi) = (r, r);
        for &(t, old) in &self.recommended {
            if t + c.up.window_ns > now {
                lo = lo.min(old);
            }
            if t + c.down.window_ns > now {
                hi = hi.max(old);
            }
        }
        let (lo, hi) = (i128::from(lo), i128::from(hi));
        let (min, max) = (i128::from(c.min), i128::from(c.max));
        let answer = if current < lo {
            let allowed = self.limit(now, current, &c.up, 1);
            [lo, max, allowed].into_iter().fold(lo, i128::min)
        } else if current > hi {
            let allowed = self.limit(now, current, &c.down, -1);
            [hi, min, allowed].into_iter().fold(hi, i128::max)
        } else {
            current
        };
        answer as u32
    }

    /// As far as these rules let the fleet go, `way` 1 up or -1 down.
    fn limit(&self, now: u64, current: i128, rules: &Rules, way: i128) -> i128 {
        let mut allowed = Vec::new();
        for policy in &rules.policies {
            let (Policy::Pods { period_ns, .. } | Policy::Percent { period_ns, .. }) = *policy;
            let mut start = current;
            for &(t, change) in &self.changes {
                if t + period_ns > now {
                    start -= change;
                }
            }
            let pods = match *policy {
                Policy::Pods { value, .. } => start + way * i128::from(value),
                Policy::Percent { value, .. } => {
                    let hundredths = start * (100 + way * i128::from(value));
                    // Up to the next pod on the way up, down to the next on the way down.
                    let up = if way == 1 && hundredths.rem_euclid(100) != 0 { 1 } else { 0 };
                    hundredths.div_euclid(100) + up
                }
            };
            // How far away from where the fleet is; nothing less than standing still.
            allowed.push((way * (pods - current)).max(0));
        }
        let reach = match rules.select {
            Select::Max => allowed.iter().max(),
            Select::Min => allowed.iter().min(),
            Select::Disabled => None,
        };
        current + way * reach.copied().unwrap_or(0)
    }
}

// ---- scenarios

/// The metric alone: fleets with the recommendation due.
fn metric(promise: &str, c: &Config, cases: &[(Fleet, Option<u32>)]) -> Res {
    let mut table = Table::new();
    for (fleet, due) in cases {
        let answer = recommends(c, fleet);
        let input = fleet.in_words(c.request_milli);
        if !table.row(0, input, say_recommended(*due), say_recommended(answer)) {
            break;
        }
    }
    table.verdict(&format!("{promise}: {}", say_metric(c)))
}

/// One tick of a scenario: when (in nanoseconds), the fleet found, the answer due.
type Tick = (u64, Fleet, u32);

/// What a row says of a tick: the fleet, and what the metric asks for where it is asked.
fn tick_in_words(c: &Config, fleet: &Fleet) -> String {
    let words = fleet.in_words(c.request_milli);
    if fleet.size() > c.max || fleet.size() < c.min {
        return words;
    }
    match published(c, &fleet.pods()) {
        Some(r) => format!("{words}: recommend {r}"),
        None => format!("{words}: recommend none"),
    }
}

/// Plays ticks with the answers due. The fleet of a tick says how many pods there are, so that a fleet that is not
/// the last answer was changed by somebody else.
fn play(promise: &str, c: &Config, ticks: &[Tick]) -> Res {
    let mut steered = Loop::new(c);
    let mut table = Table::new();
    for (now, fleet, due) in ticks {
        let answer = steered.reconcile(*now, fleet);
        let current = fleet.size();
        let input = tick_in_words(c, fleet);
        if !table.row(*now, input, say_answer(current, *due), say_answer(current, answer)) {
            break;
        }
    }
    table.verdict(&format!("{promise}: {}", say_config(c)))
}

const fn s(seconds: u64) -> u64 {
    seconds * SEC
}

fn worked_example(_: &mut Case) -> Res {
    let c = defaults();
    metric(
        "the example in the exercise",
        &c,
        &[
            (at(5, 300), Some(25)),
            (at(5, 300).starting(5), Some(25)),
            (at(20, 75), Some(25)),
            (at(25, 24), Some(10)),
        ],
    )?;
    play(
        "the example in the exercise",
        &c,
        &[
            // 300 * 5 / 60 = 25; from 5, + 4 allows 9 and + 100 % allows 10.
            (0, at(5, 300), 10),
            // The 5 added at 0 s are young: the period began with 10 - 5 = 5.
            (s(10), at(5, 300).starting(5), 10),
            (s(15), at(5, 300).starting(5), 20),
            (s(60), at(20, 75), 25),
            // 24 * 25 / 60 = 10, but 25 was recommended at 60 s.
            (s(120), at(25, 24), 25),
            (s(359), at(25, 24), 25),
            (s(360), at(25, 24), 10),
        ],
    )
}

fn ratio_and_ceil(_: &mut Case) -> Res {
    let c = defaults();
    metric(
        "the recommendation is ceil(V * n / T)",
        &c,
        &[
            // 90 * 10 / 60 = 15; 91 * 10 / 60 = 15.2; 89 * 10 / 60 = 14.8; 30 * 10 / 60 = 5; 31: 5.2; 1: 0.2
            (at(10, 90), Some(15)),
            (at(10, 91), Some(16)),
            (at(10, 89), Some(15)),
            (at(10, 30), Some(5)),
            (at(10, 31), Some(6)),
            (at(1, 1), Some(1)),
            (at(10, 0), Some(0)),
            (at(7, 600), Some(70)),
        ],
    )?;
    metric(
        "utilisation is of sums, in whole percent, cut",
        &Config { request_milli: 500, ..c.clone() },
        &[
            // 454 of 500 is 90.8 %, cut to 90: 90 * 20 / 60 = 30, not 30.3.
            (at(20, 454), Some(30)),
            // 455 is 91 %: 30.3.
            (at(20, 455), Some(31)),
            // (9 * 455 + 454) / 5000 = 90.98 %.
            (at(9, 455).and(1, 454), Some(15)),
            // 2 at 0.4 % and 8 at 110.4 %: of sums 884 / 1000 = 88.4 %, of cut percents 88.0 %.
            (at(2, 2).and(8, 552), Some(15)),
            // 5 at 90.8 % and 5 at 91.2 %: exactly 91 %, where cut percents would make 90.5.
            (at(5, 454).and(5, 456), Some(16)),
        ],
    )?;
    metric(
        "exact in integers, where a float is a little too much",
        &Config { target_pct: 100, ..c.clone() },
        // 0.07 * 100 = 7.000000000000001 in floats.
        &[(at(100, 7), Some(7)), (at(100, 14), Some(14)), (at(100, 55), Some(55)), (at(100, 113), Some(113))],
    )?;
    // 1,000 pods on 64 cores each: 64 * 10^6 milli, times 100 is 6.4 * 10^9.
    let big = Config { request_milli: 40_000, ..c };
    metric(
        "a fleet of 1,000 pods with 64 cores each is not too large to reckon",
        &big,
        // 160 %: 160 * 1000 / 60 = 2666.7.
        &[(at(1_000, 64_000), Some(2_667))],
    )
}

fn tolerance_is_a_ratio(_: &mut Case) -> Res {
    let c = defaults();
    metric(
        "from 10 % below the target to 10 % above it, both included, nothing changes",
        &c,
        &[
            // 10 % of 60 is 6: 54 to 66. 67 * 100 / 60 = 111.7, 53 * 100 / 60 = 88.3.
            (at(100, 66), Some(100)),
            (at(100, 67), Some(112)),
            (at(100, 54), Some(100)),
            (at(100, 53), Some(89)),
            (at(100, 60), Some(100)),
            // 63 * 3 / 60 = 3.15 would be 4. 67 * 3 / 60 = 3.35 is 4: a change of a third, and made.
            (at(3, 63), Some(3)),
            (at(3, 67), Some(4)),
            (at(1, 66), Some(1)),
            // 53 * 1 / 60 = 0.88: outside the tolerance, and still 1.
            (at(1, 53), Some(1)),
        ],
    )?;
    metric(
        "the tolerance is a share of the target, not a number of points",
        &Config { target_pct: 20, ..c.clone() },
        // 10 % of 20 is 2. 23 * 10 / 20 = 11.5, 17 * 10 / 20 = 8.5.
        &[(at(10, 22), Some(10)), (at(10, 23), Some(12)), (at(10, 18), Some(10)), (at(10, 17), Some(9))],
    )?;
    metric(
        "with tolerance 0 only the target itself is close",
        &Config { tolerance_permille: 0, ..c.clone() },
        // 61 * 60 / 60 = 61.
        &[(at(60, 60), Some(60)), (at(60, 61), Some(61)), (at(60, 59), Some(59))],
    )?;
    metric(
        "the tolerance may fall between two percents",
        &Config { tolerance_permille: 25, ..c.clone() },
        // 2.5 % of 60 is 1.5: 61 is close, 62 is not. 62 * 60 / 60 = 62.
        &[(at(60, 61), Some(60)), (at(60, 62), Some(62)), (at(60, 59), Some(60)), (at(60, 58), Some(58))],
    )?;
    metric(
        "a tenth of 999 is 99.9: at 1,098 the fleet is close, at 1,099 it is not",
        &Config { target_pct: 999, ..c.clone() },
        // 1,099 * 10 / 999 = 11.001
        &[
            (at(10, 1_098), Some(10)),
            (at(10, 1_099), Some(12)),
            (at(10, 900), Some(10)),
            (at(10, 899), Some(9)),
        ],
    )?;
    metric(
        "with a tolerance of the whole target nothing scales down, and up only above twice the target",
        &Config { tolerance_permille: 1_000, ..c },
        &[(at(10, 0), Some(10)), (at(10, 120), Some(10)), (at(10, 121), Some(21))],
    )
}

fn starting_pods(_: &mut Case) -> Res {
    let c = defaults();
    metric(
        "above the target, starting pods count as pods that use nothing",
        &c,
        &[
            // 4 * 90 / 8 = 45 is on the other side of 60: hold.
            (at(4, 90).starting(4), Some(8)),
            // 4 * 120 / 8 = 60: the pods on their way are enough.
            (at(4, 120).starting(4), Some(8)),
            // 4 * 200 / 8 = 100; 100 * 8 / 60 = 13.3.
            (at(4, 200).starting(4), Some(14)),
            // 4 * 132 / 8 = 66 is close; 4 * 134 / 8 = 67, 67 * 8 / 60 = 8.9.
            (at(4, 132).starting(4), Some(8)),
            (at(4, 134).starting(4), Some(9)),
            // 61 is close, but 61 > 60: 61 / 10 = 6 is on the other side.
            (at(1, 61).starting(9), Some(10)),
            // 9 * 70 / 10 = 63 is close.
            (at(9, 70).starting(1), Some(10)),
            // 3 * 100 / 4 = 75; 75 * 4 / 60 = 5.
            (at(3, 100).starting(1), Some(5)),
            // 5 * 145 / 7 = 103.6, cut to 103; 103 * 7 / 60 = 12.02, where 725 / 60 = 12.1.
            (at(5, 145).starting(2), Some(13)),
            // 7 * 99 / 9 = 77 exactly: 693 / 60 = 11.6.
            (at(7, 99).starting(2), Some(12)),
            // 2 * 301 / 5 = 120.4, cut to 120: 10, where 602 / 60 = 10.03.
            (at(2, 301).starting(3), Some(10)),
        ],
    )?;
    metric(
        "below the target, starting pods do not count, and the ready ones carry the load",
        &c,
        &[
            // 30 * 4 / 60 = 2 of 8.
            (at(4, 30).starting(4), Some(2)),
            // 54 is close: hold at all 8. 53 * 4 / 60 = 3.5.
            (at(4, 54).starting(4), Some(8)),
            (at(4, 53).starting(4), Some(4)),
            (at(4, 60).starting(4), Some(8)),
            (at(1, 0).starting(9), Some(0)),
        ],
    )?;
    play(
        "pods that are on their way are not bought again",
        &defaults(),
        &[
            // 66 % is the edge of the tolerance; 20 % more load makes 80 %: 80 * 20 / 60 = 26.7.
            (0, at(20, 66), 20),
            (s(15), at(20, 80), 27),
            (s(30), at(20, 80).starting(7), 27),
            (s(45), at(20, 80).starting(7), 27),
            (s(60), at(27, 59), 27),
        ],
    )
}

fn missing_metrics(_: &mut Case) -> Res {
    let c = defaults();
    metric(
        "below the target, a silent pod counts as one that uses its whole request",
        &c,
        &[
            // (5 * 20 + 5 * 100) / 10 = 60.
            (at(5, 20).silent(5), Some(10)),
            // (8 * 20 + 2 * 100) / 10 = 36; 36 * 10 / 60 = 6.
            (at(8, 20).silent(2), Some(6)),
            // (5 * 50 + 5 * 100) / 10 = 75 is on the other side of 60.
            (at(5, 50).silent(5), Some(10)),
            // (9 * 55 + 100) / 10 = 59.5, cut to 59.
            (at(9, 55).silent(1), Some(10)),
            // (9 * 57 + 100) / 10 = 61.3 is on the other side, and close.
            (at(9, 57).silent(1), Some(10)),
            // (19 * 41 + 100) / 20 = 43.95, cut to 43; 43 * 20 / 60 = 14.3.
            (at(19, 41).silent(1), Some(15)),
            // The same 879 with 44: 14.7; so compare 13 * 41 + 100 = 633 / 14 = 45.2, cut to 45; 10.5.
            (at(13, 41).silent(1), Some(11)),
            // 50 * 100 / 100 = 50; 50 * 100 / 60 = 83.3. A percent less each would make 49.
            (at(50, 0).silent(50), Some(84)),
            // (99 + 45 * 100) / 100 = 45.99, cut to 45; 75. A percent more each would make 46.
            (at(54, 0).and(1, 99).silent(45), Some(75)),
        ],
    )?;
    metric(
        "above the target, a silent pod counts as one that uses nothing",
        &c,
        &[
            // 5 * 90 / 10 = 45 is on the other side.
            (at(5, 90).silent(5), Some(10)),
            // 5 * 180 / 10 = 90; 90 * 10 / 60 = 15.
            (at(5, 180).silent(5), Some(15)),
            // 9 * 65 / 10 = 58.5.
            (at(9, 65).silent(1), Some(10)),
            // 9 * 75 / 10 = 67.5, cut to 67; 67 * 10 / 60 = 11.2.
            (at(9, 75).silent(1), Some(12)),
            (at(9, 73).silent(1), Some(10)),
        ],
    )?;
    metric(
        "on the target nobody is counted in",
        &Config { tolerance_permille: 0, ..c.clone() },
        &[
            (at(5, 60).silent(5), Some(10)),
            (at(5, 60).starting(5), Some(10)),
            (at(1, 60).silent(9), Some(10)),
        ],
    )?;
    metric(
        "on the target nobody is counted in, nor where a silent pod would count as a little less than it",
        &Config { target_pct: 150, tolerance_permille: 0, request_milli: 1, ..c.clone() },
        // 100 * 3 / 2 = 150. 150 % of a request of 1 is 1.5, cut to 1: with 8 of them 110 %, and 7.3 pods.
        &[(at(1, 1).and(1, 2).silent(8), Some(10))],
    )?;
    metric(
        "silent and starting pods together: both idle above the target, only the silent ones counted below it",
        &c,
        &[
            // 4 * 200 / 8 = 100; 100 * 8 / 60 = 13.3.
            (at(4, 200).silent(2).starting(2), Some(14)),
            // (4 * 20 + 2 * 100) / 6 = 46.7, cut to 46; 46 * 6 / 60 = 4.6.
            (at(4, 20).silent(2).starting(4), Some(5)),
            // 3 * 150 / 9 = 50 is on the other side.
            (at(3, 150).silent(3).starting(3), Some(9)),
        ],
    )?;
    metric(
        "a target above the request is what a silent pod is taken to use",
        &Config { target_pct: 120, ..c.clone() },
        &[
            // (5 * 60 + 5 * 120) / 10 = 90; 90 * 10 / 120 = 7.5.
            (at(5, 60).silent(5), Some(8)),
            // (8 * 30 + 2 * 120) / 10 = 48; 48 * 10 / 120 = 4.
            (at(8, 30).silent(2), Some(4)),
        ],
    )?;
    metric(
        "what a silent pod is taken to use is cut to whole milli",
        &Config { target_pct: 110, request_milli: 15, tolerance_permille: 0, ..c },
        // 110 % of 15 is 16.5, cut to 16: (5 * 3 + 95 * 16) / 1500 = 102.3 %, cut to 102; 102 * 100 / 110 = 92.7.
        &[(at(5, 3).silent(95), Some(93))],
    )
}

fn dead_metrics_hold(_: &mut Case) -> Res {
    let c = defaults();
    metric(
        "where no ready pod reports, there is no recommendation",
        &c,
        &[
            (Fleet::default().silent(5), None),
            (Fleet::default().starting(5), None),
            (Fleet::default().silent(3).starting(2), None),
            (at(1, 60).silent(4), Some(5)),
        ],
    )?;
    let dead = |n| Fleet::default().silent(n);
    let short = Config { down: rules(60, Select::Max, &[percent(100, 15)]), ..c.clone() };
    play(
        "without a recommendation the fleet stays as it is, and nothing is remembered of it",
        &short,
        &[
            (0, at(10, 60), 10),
            (s(45), dead(10), 10),
            // 12 * 10 / 60 = 2. What was recommended at 0 s is 60 s old, and 45 s has left nothing.
            (s(60), at(10, 12), 2),
        ],
    )?;
    play(
        "the first call records the current size also when no pod reports",
        &short,
        &[(0, dead(10), 10), (s(15), at(10, 12), 10), (s(59), at(10, 12), 10), (s(60), at(10, 12), 2)],
    )?;
    play(
        "only the very first call records the current size: not one that finds an old memory",
        &short,
        &[(0, at(10, 60), 10), (s(600), dead(10), 10), (s(615), at(10, 12), 2)],
    )
}

fn bounds_come_first(_: &mut Case) -> Res {
    let c = Config { min: 5, max: 20, ..free() };
    play(
        "a fleet outside its bounds is brought to the nearer one, whatever the metric and the policies say",
        &Config {
            up: rules(300, Select::Disabled, &[]),
            down: rules(300, Select::Disabled, &[]),
            ..c.clone()
        },
        &[
            (0, at(30, 60), 20),
            (s(15), at(21, 600), 20),
            (s(30), at(4, 0), 5),
            (s(45), at(1, 60), 5),
            (s(60), Fleet::default().silent(30), 20),
            (s(75), Fleet::default().starting(4), 5),
            (s(90), at(20, 60), 20),
            (s(105), at(5, 60), 5),
        ],
    )?;
    play(
        "no step leads out of the bounds",
        &c,
        // 120 * 12 / 60 = 24; 10 * 18 / 60 = 3.
        &[(0, at(12, 120), 20), (s(60), at(18, 10), 5), (s(120), at(5, 240), 20), (s(180), at(5, 241), 20)],
    )?;
    play(
        "a correction of the bounds is a change: it counts in the period's budget",
        &Config { down: rules(0, Select::Max, &[plus(5, 60)]), ..c.clone() },
        &[
            (0, at(30, 60), 20),
            // 6 * 20 / 60 = 2. The period began with 30: 30 - 5 = 25.
            (s(15), at(20, 6), 20),
            (s(59), at(20, 6), 20),
            (s(60), at(20, 6), 15),
        ],
    )?;
    play(
        "a correction of the bounds is a change: it counts in the period's budget",
        &Config { min: 10, max: 40, up: rules(0, Select::Max, &[plus(8, 60)]), ..c.clone() },
        // 180 * 10 / 60 = 30. The period began with 4: 4 + 8 = 12.
        &[(0, at(4, 60), 10), (s(15), at(10, 180), 12), (s(59), at(12, 180), 12), (s(60), at(12, 180), 18)],
    )?;
    play(
        "a correction of the bounds recommends nothing",
        &Config { min: 1, max: 20, down: rules(60, Select::Max, &[percent(100, 15)]), ..c.clone() },
        &[
            (0, at(10, 60), 10),
            // 60 * 30 / 60 = 30 would be remembered until 90 s.
            (s(30), at(30, 60), 20),
            // 6 * 20 / 60 = 2, and 10 was recommended at 0 s, which is 60 s ago.
            (s(60), at(20, 6), 2),
        ],
    )?;
    play(
        "the first call records the current size, also outside the bounds",
        &Config { up: rules(60, Select::Max, &[percent(100, 15)]), ..c },
        &[
            (0, at(3, 60), 5),
            // 120 * 5 / 60 = 10, but the least of the last 60 s is 3.
            (s(15), at(5, 120), 5),
            (s(59), at(5, 120), 5),
            (s(60), at(5, 120), 10),
        ],
    )
}

fn first_minutes_hold(_: &mut Case) -> Res {
    let c = defaults();
    play(
        "a controller that starts during a lull holds the fleet for a whole window, and not longer",
        &c,
        &[
            // 30 * 10 / 60 = 5
            (0, at(10, 30), 10),
            (s(15), at(10, 30), 10),
            (s(285), at(10, 30), 10),
            (s(300) - 1, at(10, 30), 10),
            (s(300), at(10, 30), 5),
        ],
    )?;
    play(
        "the window counts from the first call, wherever the clock stands",
        &c,
        &[(s(1_000_000), at(10, 30), 10), (s(1_000_299), at(10, 30), 10), (s(1_000_300), at(10, 30), 5)],
    )?;
    play(
        "a scale-up does not wait: its window is 0",
        &c,
        // 90 * 10 / 60 = 15; 22.5 of which the budget of 10 -> 20 lets 20 through.
        &[(0, at(10, 90), 15), (0, at(15, 90), 20), (s(15), at(20, 90), 30)],
    )
}

fn window_takes_the_maximum(_: &mut Case) -> Res {
    play(
        "a scale-down goes to the greatest recommendation of the window",
        &defaults(),
        &[
            (0, at(20, 60), 20),
            // 45 * 20 / 60 = 15, then 24 * 20 / 60 = 8.
            (s(100), at(20, 45), 20),
            (s(200), at(20, 24), 20),
            // 20 is 300 s old: 15 and 8 are left.
            (s(300), at(20, 24), 15),
            (s(399), at(15, 32), 15),
            (s(400), at(15, 32), 8),
        ],
    )?;
    play(
        "one high recommendation holds the fleet for a window, whether it was followed or not",
        &Config { up: rules(0, Select::Disabled, &[]), ..defaults() },
        &[
            (0, at(10, 60), 10),
            // 90 * 10 / 60 = 15, not followed: scaling up is disabled.
            (s(200), at(10, 90), 10),
            (s(300), at(10, 24), 10),
            (s(499), at(10, 24), 10),
            (s(500), at(10, 24), 4),
        ],
    )?;
    play(
        "what is remembered is the recommendation, not the answer",
        &Config { down: rules(60, Select::Max, &[plus(1, 60)]), ..defaults() },
        &[
            (0, at(20, 60), 20),
            // 6 * 20 / 60 = 2, then one pod a minute: 20 is not remembered as an answer was.
            (s(60), at(20, 6), 19),
            (s(120), at(19, 6), 18),
            (s(180), at(18, 6), 17),
        ],
    )?;
    play(
        "a window of 0 remembers nothing",
        &free(),
        &[(0, at(20, 60), 20), (1, at(20, 24), 8), (1, at(8, 90), 12), (2, at(12, 24), 5)],
    )
}

fn up_window(_: &mut Case) -> Res {
    let c = Config { up: rules(60, Select::Max, &[percent(100, 15)]), ..defaults() };
    play(
        "a scale-up goes to the least recommendation of its window",
        &c,
        &[
            (0, at(10, 60), 10),
            // 90 * 10 / 60 = 15, 120 * 10 / 60 = 20.
            (s(15), at(10, 90), 10),
            (s(30), at(10, 120), 10),
            // 10 is 60 s old: the least of 15 and 20.
            (s(60), at(10, 120), 15),
            (s(74), at(15, 80), 15),
            (s(75), at(15, 80), 20),
        ],
    )?;
    play(
        "a spike shorter than the window moves nothing",
        &c,
        &[
            (0, at(10, 60), 10),
            (s(60), at(10, 60), 10),
            (s(75), at(10, 300), 10),
            (s(119), at(10, 300), 10),
            (s(120), at(10, 60), 10),
            (s(179), at(10, 300), 10),
            (s(180), at(10, 300), 20),
        ],
    )?;
    play(
        "between the least of its window and the greatest of the other one the fleet stays",
        &Config { down: rules(120, Select::Max, &[percent(100, 15)]), ..c },
        &[
            (0, at(10, 60), 10),
            (s(30), at(10, 90), 10),
            (s(75), at(10, 30), 10),
            (s(100), at(10, 90), 10),
            // The least of the last 60 s is 5, the greatest of the last 120 s 15.
            (s(130), at(10, 48), 10),
            (s(160), at(10, 48), 10),
            (s(219), at(10, 48), 10),
            (s(220), at(10, 48), 8),
        ],
    )
}

fn policies_limit_the_rate(_: &mut Case) -> Res {
    play(
        "of + 4 and + 100 % in 15 s the greater one counts",
        &defaults(),
        // 3 + 4 = 7 beats 6; at 10 s the period still began with 3; at 15 s 14 beats 11.
        &[
            (0, at(3, 600), 7),
            (s(10), at(7, 600), 7),
            (s(15) - 1, at(7, 600), 7),
            (s(15), at(7, 600), 14),
            (s(30), at(14, 600), 28),
        ],
    )?;
    let down = |select, policies: &[Policy]| Config { down: rules(0, select, policies), ..defaults() };
    play(
        "10 % a minute, what is left rounded down",
        &down(Select::Max, &[percent(10, 60)]),
        // 6 * 80 / 60 = 8. 90 % of 80 is 72, 90 % of 72 is 64.8, 90 % of 64 is 57.6.
        &[
            (0, at(80, 6), 72),
            (s(30), at(72, 6), 72),
            (s(59), at(72, 6), 72),
            (s(60), at(72, 6), 64),
            (s(120), at(64, 6), 57),
        ],
    )?;
    let both = [plus(4, 60), percent(10, 60)];
    let message = "most change is the lower number on the way down, least change the higher one";
    play(message, &down(Select::Max, &both), &[(0, at(80, 6), 72), (s(60), at(30, 6), 26)])?;
    play(message, &down(Select::Min, &both), &[(0, at(80, 6), 76), (s(60), at(30, 6), 27)])?;
    let up = |select, policies: &[Policy]| Config { up: rules(0, select, policies), ..defaults() };
    let both = [plus(4, 60), percent(10, 60)];
    let message = "most change is the higher number on the way up, least change the lower one";
    play(message, &up(Select::Max, &both), &[(0, at(80, 120), 88), (s(60), at(10, 120), 14)])?;
    play(message, &up(Select::Min, &both), &[(0, at(80, 120), 84), (s(60), at(10, 120), 11)])?;
    play(
        "a percentage rounded up lets every fleet grow",
        &up(Select::Max, &[percent(10, 60)]),
        // 3.3, then 4.4, then exactly 110 of 100 (a float makes that 110.00000000000001).
        &[(0, at(3, 600), 4), (s(60), at(4, 600), 5), (s(120), at(1, 600), 2)],
    )?;
    play(
        "exact in integers, where a float is a little too much",
        &Config { max: 200, ..up(Select::Max, &[percent(10, 60)]) },
        &[(0, at(100, 600), 110), (s(60), at(70, 600), 77)],
    )?;
    play(
        "exact in integers, where a float is a little too little",
        &down(Select::Max, &[percent(90, 60)]),
        // 100 * (1 - 0.9) = 9.999999999999998 in floats.
        &[(0, at(100, 1), 10)],
    )?;
    let message = "disabled: no step in this direction, and all of them in the other";
    play(
        message,
        &down(Select::Disabled, &[percent(100, 15)]),
        &[(0, at(80, 6), 80), (s(15), at(5, 90), 8)],
    )?;
    play(message, &up(Select::Disabled, &[plus(4, 15)]), &[(0, at(8, 600), 8), (s(300), at(8, 30), 4)])?;
    play(
        "each policy has its own period: + 4 in 15 s, and at most + 10 in 60 s",
        &up(Select::Min, &[plus(4, 15), plus(10, 60)]),
        &[
            (0, at(10, 600), 14),
            (s(15), at(14, 600), 18),
            // From 10, 10 in 60 s allow 20.
            (s(30), at(18, 600), 20),
            (s(45), at(20, 600), 20),
            // The 4 of 0 s are 60 s old: from 20 - 6 = 14, 10 allow 24.
            (s(60), at(20, 600), 24),
        ],
    )
}

fn period_start(_: &mut Case) -> Res {
    let c = free();
    play(
        "what others do to the fleet is no change of this loop: it does not use up the budget",
        &Config { up: rules(0, Select::Max, &[plus(4, 60)]), ..c.clone() },
        &[
            (0, at(10, 60), 10),
            // Somebody scales to 20. 90 * 20 / 60 = 30; the period began, for this loop, with 20.
            (s(15), at(20, 90), 24),
            (s(30), at(24, 90), 24),
            // Somebody scales to 30: 30 - 4 = 26, and 26 + 4 = 30.
            (s(45), at(30, 90), 30),
            (s(60), at(32, 90), 32),
            (s(75), at(32, 90), 36),
        ],
    )?;
    play(
        "the period's start counts changes up and down: 4 that were just added may all go again",
        &Config {
            up: rules(0, Select::Max, &[plus(4, 60)]),
            down: rules(0, Select::Max, &[plus(1, 60)]),
            ..c.clone()
        },
        &[
            (0, at(10, 120), 14),
            // 24 * 14 / 60 = 5.6. The period began with 10: 10 - 1 = 9.
            (s(15), at(14, 24), 9),
            // 200 * 9 / 60 = 30. It began with 9 + 5 - 4 = 10: 10 + 4 = 14.
            (s(30), at(9, 200), 14),
            // It began with 10 again: 9.
            (s(45), at(14, 24), 9),
            // The 4 of 0 s are old: 9 + 5 - 5 + 5 = 14, and 14 - 1 = 13 would be growth.
            (s(60), at(9, 24), 9),
        ],
    )?;
    play(
        "changes up count for the rules down as long as their own period, though no rule up needs them any more",
        &Config {
            up: rules(0, Select::Max, &[plus(4, 15)]),
            down: rules(0, Select::Max, &[plus(2, 60)]),
            ..c.clone()
        },
        &[
            (0, at(4, 300), 8),
            (s(20), at(8, 300), 12),
            // 6 * 12 / 60 = 1.2. The 60 s began with 12 - 8 = 4: 4 - 2 = 2.
            (s(30), at(12, 6), 2),
        ],
    )?;
    play(
        "changes down count for the rules up as long as their own period, though no rule down needs them any more",
        &Config {
            up: rules(0, Select::Max, &[plus(2, 60)]),
            down: rules(0, Select::Max, &[plus(4, 15)]),
            ..c.clone()
        },
        &[
            (0, at(20, 6), 16),
            (s(20), at(16, 6), 12),
            // 300 * 12 / 60 = 60. The 60 s began with 12 + 8 = 20: 20 + 2 = 22.
            (s(30), at(12, 300), 22),
        ],
    )?;
    play(
        "two changes of one instant both count",
        &Config {
            up: rules(0, Select::Max, &[plus(4, 15)]),
            down: rules(0, Select::Max, &[plus(6, 15)]),
            ..c.clone()
        },
        &[
            (0, at(5, 300), 9),
            // 6 * 9 / 60 = 0.9. The period began with 5: 5 - 6 is below the fleet's minimum of 1.
            (0, at(9, 6), 1),
            // 300 * 3 / 60 = 15. The period began with 3 - 4 + 8 = 7: 7 + 4 = 11.
            (s(1), at(3, 300), 11),
        ],
    )?;
    play(
        "somebody else scaled down within the period: its start lies below 0, and allows nothing yet",
        &Config { up: rules(0, Select::Max, &[plus(20, 60)]), ..c.clone() },
        &[
            (0, at(10, 300), 30),
            // 600 * 5 / 60 = 50. Start 5 - 20 = -15, and -15 + 20 = 5.
            (s(10), at(5, 600), 5),
            (s(20), at(8, 600), 8),
            (s(59), at(8, 600), 8),
            (s(60), at(8, 600), 28),
        ],
    )?;
    play(
        "start + value is reckoned also where the start lies below 0",
        &Config { up: rules(0, Select::Max, &[plus(20, 60), percent(100, 60)]), ..c.clone() },
        // Start 1 - 9 = -8: -8 + 20 = 12.
        &[(0, at(9, 120), 18), (s(10), at(1, 6_000), 12)],
    )?;
    play(
        "somebody else scaled up within the period: a budget that is spent takes nothing back",
        &Config { down: rules(0, Select::Max, &[plus(2, 60)]), ..c.clone() },
        // 12 * 10 / 60 = 2; then start 20 + 2 = 22, and 22 - 2 = 20.
        &[(0, at(10, 12), 8), (s(10), at(20, 12), 20), (s(60), at(20, 12), 18)],
    )?;
    play(
        "a correction that was larger than the budget takes nothing back either",
        &Config { min: 10, up: rules(0, Select::Max, &[plus(4, 60)]), ..c.clone() },
        // 180 * 10 / 60 = 30; start 4, and 4 + 4 = 8.
        &[(0, at(4, 60), 10), (s(15), at(10, 180), 10), (s(60), at(10, 180), 14)],
    )?;
    play(
        "a change counts from the instant it was made: exactly a period later it is over",
        &Config { up: rules(0, Select::Max, &[plus(1, 30)]), ..c },
        &[
            (s(7), at(10, 600), 11),
            (s(7), at(11, 600), 11),
            (s(37) - 1, at(11, 600), 11),
            (s(37), at(11, 600), 12),
            (s(60), at(12, 600), 12),
            (s(67), at(12, 600), 13),
        ],
    )
}

fn exact_to_the_nanosecond(_: &mut Case) -> Res {
    let half = SEC / 2;
    let c = Config { down: rules(60, Select::Max, &[percent(100, 1)]), ..free() };
    play(
        "a recommendation of 0.5 s is young until 60.5 s, where the window is 60 s",
        &c,
        &[
            (half, at(10, 60), 10),
            // 12 * 10 / 60 = 2.
            (s(60) + 4 * SEC / 10, at(10, 12), 10),
            (s(60) + half - 1, at(10, 12), 10),
            (s(60) + half, at(10, 12), 2),
        ],
    )?;
    play(
        "each recommendation ages by itself, also where two are less than a second apart",
        &c,
        &[
            (0, at(10, 60), 10),
            // 48 * 10 / 60 = 8, then 12 * 10 / 60 = 2.
            (half, at(10, 48), 10),
            (s(60), at(10, 12), 8),
            (s(60) + half - 1, at(8, 15), 8),
            (s(60) + half, at(8, 15), 2),
        ],
    )?;
    play(
        "each change ages by itself, also where two are less than a second apart",
        &Config { up: rules(0, Select::Max, &[plus(4, 15)]), ..free() },
        &[
            (half, at(4, 75), 5),
            // 600 * 5 / 60 = 50. The period began with 5 - 1 = 4.
            (half + 4 * SEC / 10, at(5, 600), 8),
            (s(15) + half - 1, at(8, 600), 8),
            // The 1 of 0.5 s is old: it began with 8 - 3 = 5.
            (s(15) + half, at(8, 600), 9),
            // The 3 of 0.9 s are old too: 9 - 1 = 8.
            (s(15) + half + 4 * SEC / 10, at(9, 600), 12),
        ],
    )?;
    let short = |window_ns, value| {
        let policies = vec![Policy::Pods { value, period_ns: 5 }];
        Rules { window_ns, policies, select: Select::Max }
    };
    play(
        "a period of 5 ns and a window of 3 ns are as long as that",
        &Config { up: short(0, 4), down: short(3, 100), ..free() },
        &[
            (s(1), at(4, 600), 8),
            (s(1) + 4, at(8, 600), 8),
            (s(1) + 5, at(8, 600), 12),
            // 6 * 12 / 60 = 1.2, but 80 was recommended 2 ns ago; then that is 3 ns old.
            (s(1) + 7, at(12, 6), 12),
            (s(1) + 8, at(12, 6), 2),
        ],
    )
}

/// Plays many ticks; the table has the first one and the one that differs.
fn play_many(promise: &str, c: &Config, ticks: &[Tick]) -> Res {
    let mut steered = Loop::new(c);
    let differs = |(now, fleet, due): &Tick| steered.reconcile(*now, fleet) != *due;
    let Some(n) = ticks.iter().position(differs) else { return Ok(()) };
    let (mut steered, mut table) = (Loop::new(c), Table::new());
    for (i, (now, fleet, due)) in ticks[..=n].iter().enumerate() {
        let (answer, size) = (steered.reconcile(*now, fleet), fleet.size());
        if i < 2 || i + 2 > n {
            table.row(*now, tick_in_words(c, fleet), say_answer(size, *due), say_answer(size, answer));
        }
    }
    table.verdict(&format!(
        "{promise}; {n} calls were right, the first and the last ones are shown: {}",
        say_config(c)
    ))
}

fn reaches_back(_: &mut Case) -> Res {
    // 60 % on 10 pods at 0 s, then 40 % and every 10 s a percent less.
    let falling = |i: u64| Fleet { ready: vec![(10, 40 - i / 10)], ..Fleet::default() };
    let mut ticks: Vec<Tick> = vec![(0, at(10, 60), 10)];
    ticks.extend((1..300).map(|i| (s(i), falling(i), 10)));
    // 40 * 10 / 60 = 6.7, which was recommended at 1 s.
    ticks.push((s(300), falling(300), 7));
    play_many(
        "what was recommended at 0 s holds the fleet for 300 s, however often the loop runs meanwhile",
        &defaults(),
        &ticks,
    )?;
    let ticks: Vec<Tick> = (0..=300)
        .map(|i| {
            // One pod a second, until the 280 of the 300 s are used up; at 300 s that of 0 s is old.
            let (size, due) = if i < 280 { (i + 1, i + 2) } else { (281, if i < 300 { 281 } else { 282 }) };
            (s(i), at(size as u32, 200), due as u32)
        })
        .collect();
    play_many(
        "every change of the last 300 s counts, however many there were",
        &Config { max: 1_000, up: rules(0, Select::Min, &[plus(1, 1), plus(280, 300)]), ..free() },
        &ticks,
    )
}

fn ends_of_the_ranges(_: &mut Case) -> Res {
    let c = Config { max: 100_000, ..free() };
    let full = Config { request_milli: 1_000_000, ..c.clone() };
    metric(
        "requests of 1,000 cores of which each pod uses 100 times as much",
        &full,
        // 10,000 % each: 10,000 * 1,000 / 60 = 166,666.7; with as many that start half of that, on twice as many.
        &[(at(1_000, 100_000_000), Some(166_667)), (at(500, 100_000_000).starting(500), Some(83_334))],
    )?;
    metric(
        "exact in integers, where a float of 32 bits is too coarse",
        &full,
        // 67 % less a milli of 10^9 is 66 %, and close.
        &[(at(999, 670_000).and(1, 669_999), Some(1_000)), (at(1_000, 670_000), Some(1_117))],
    )?;
    let all = at(100_000, 100_000_000).pods();
    let answer = kit::during(
        || "recommend(100000 at 10000 %), target 1 %".into(),
        || recommend(&Config { target_pct: 1, ..full.clone() }, 100_000, &all),
    );
    ensure(answer == Some(1_000_000_000), || {
        format!(
            "100,000 pods at 10,000 % of requests of 1,000 cores, target 1 %: 10,000 * 100,000 / 1 = 10^9 pods are \
             due, recommended are {}",
            say_recommended(answer)
        )
    })?;
    let most = 1_000_000;
    play(
        "1,000,000 % more, and a million pods more, are policies like any other",
        &Config { up: rules(0, Select::Min, &[percent(most, 15), plus(most, 15)]), ..c },
        // 600 * 4,295 / 60 = 42,950; 4,295 * 1,000,100 is 462,204 more than 2^32. Then somebody scales back:
        // 1,500 * 4,295 / 60 = 107,375.
        &[(0, at(4_295, 600), 42_950), (s(15), at(4_295, 1_500), 100_000)],
    )
}

// ---- a load, and a fleet that takes 45 s to start a pod

/// The load in milli: 60 % of 10 pods and a little, three times that from 120 s on, with a dip of two minutes.
fn load(t: u64) -> u64 {
    match t / SEC {
        0..120 => 613,
        120..480 => 1_931,
        480..600 => 967,
        600..900 => 1_931,
        _ => 613,
    }
}

/// Pods with the instant from which they are ready.
struct Plant {
    pods: Vec<u64>,
}

impl Plant {
    /// The fleet at `t`. A pod can use twice its request. Some pods are silent while the load is high, and again
    /// when the fleet would shrink.
    fn fleet(&self, t: u64) -> Fleet {
        let ready = self.pods.iter().filter(|from| **from <= t).count() as u64;
        let used = if ready == 0 { 0 } else { (load(t) / ready).min(200) };
        let silent = match t / SEC {
            690..=720 | 1_185..=1_230 => ready.min(4),
            _ => 0,
        };
        let starting = self.pods.len() as u64 - ready;
        at((ready - silent) as u32, used).silent(silent as u32).starting(starting as u32)
    }

    fn scale(&mut self, t: u64, size: u32) {
        // Those that are still starting go first.
        self.pods.sort_unstable();
        self.pods.resize(size as usize, t + 45 * SEC);
    }
}

/// A curve of a whole number: two points at each change.
fn steps(curve: &mut Vec<(u64, f64)>, t: u64, value: u32) {
    let value = f64::from(value);
    if let Some(&(_, last)) = curve.last()
        && last != value
    {
        curve.push((t, last));
    }
    curve.push((t, value));
}

/// Every 15 s of half an hour.
fn ticks() -> impl Iterator<Item = u64> {
    (0..=120).map(|tick| tick * 15 * SEC)
}

fn busy_half_hour(case: &mut Case) -> Res {
    let c = Config { min: 2, ..defaults() };
    let mut steered = Loop::new(&c);
    let mut reference = Published::new(&c);
    let mut plant = Plant { pods: vec![0; 11] };
    let mut table = Table::new();
    let [mut wanted, mut answered, mut ready] = [const { Vec::new() }; 3];
    let (mut first, mut last) = (None, None);
    for t in ticks() {
        let fleet = plant.fleet(t);
        let (wish, answer) = (recommends(&c, &fleet), steered.reconcile(t, &fleet));
        if let Some(wish) = wish {
            steps(&mut wanted, t, wish);
        }
        steps(&mut answered, t, answer);
        steps(&mut ready, t, fleet.size() - fleet.starting);
        // Up to the first difference both loops have seen the same; beyond it they would not.
        if first.is_none() {
            let due = reference.reconcile(t, &fleet.pods());
            let seen = (fleet.in_words(c.request_milli), answer);
            let agree = (published(&c, &fleet.pods()), due) == (wish, answer);
            // Ticks at which nothing is new say nothing.
            let is_news = !agree || last.as_ref() != Some(&seen);
            if is_news && !row(&mut table, &c, t, &fleet, due, wish, answer) {
                first = Some((t, answer, due));
            }
            last = Some(seen);
        }
        plant.scale(t, answer.min(2 * c.max));
    }
    if let Some((t, answer, due)) = first {
        // What the published rules make of the same load, from the start.
        let (mut reference, mut plant) = (Published::new(&c), Plant { pods: vec![0; 11] });
        let mut published = Vec::new();
        for t in ticks() {
            let answer = reference.reconcile(t, &plant.fleet(t).pods());
            steps(&mut published, t, answer);
            plant.scale(t, answer);
        }
        case.series("your answer", "pods", &answered);
        case.series("the published answer", "pods", &published);
        case.series("recommended", "pods", &wanted);
        case.series("ready", "pods", &ready);
        case.mark("your answer", t, t, &format!("{answer} pods, must be {due}"));
        let peak = |curve: &[(u64, f64)]| curve.iter().map(|(_, pods)| *pods).fold(0.0, f64::max);
        let (most, promised) = (peak(&answered), peak(&published));
        let mut at_most = answered.iter().filter(|(_, pods)| *pods == most).map(|(t, _)| *t);
        if most != promised
            && let Some(from) = at_most.next()
        {
            let to = at_most.next_back().unwrap_or(from);
            case.mark("your answer", from, to, &format!("peak {most} pods, as published {promised}"));
        }
    } else {
        case.series("answer", "pods", &answered);
        case.series("recommended", "pods", &wanted);
        case.series("ready", "pods", &ready);
        case.mark("answer", s(480), s(600), "held through a dip of 120 s");
    }
    table.verdict(&format!(
        "load three times as high from 120 to 900 s, but for a dip at 480 s; a pod starts in 45 s: {}",
        say_config(&c)
    ))
}

/// A row of a tick that shows the recommendation too where it is the difference.
fn row(t: &mut Table, c: &Config, now: u64, fleet: &Fleet, due: u32, wish: Option<u32>, answer: u32) -> bool {
    let size = fleet.size();
    let (mut expected, mut actual) = (say_answer(size, due), say_answer(size, answer));
    let mut input = tick_in_words(c, fleet);
    let promised = published(c, &fleet.pods());
    if wish != promised {
        input = fleet.in_words(c.request_milli);
        expected = format!("recommend {}, {expected}", say_recommended(promised));
        actual = format!("recommend {}, {actual}", say_recommended(wish));
    }
    t.row(now, input, expected, actual)
}

// ---- random fleets

#[derive(Clone)]
struct Op {
    gap_ns: u64,
    /// Usage of the ready pods; the first one uses `more` besides.
    used: u64,
    more: u64,
    starting: u32,
    silent: u32,
    /// Somebody else scales to this; 0: nobody does.
    scaled_to: u32,
}
kit::shrink_fields!(Op { used, more, starting, silent, scaled_to } carry gap_ns);

impl Op {
    /// The fleet of so many pods that this tick finds.
    fn fleet(&self, current: u32) -> Fleet {
        let starting = self.starting.min(current);
        let silent = self.silent.min(current - starting);
        let ready = current - starting - silent;
        let mut fleet = Fleet { ready: Vec::new(), silent, starting };
        if ready > 0 && self.more > 0 {
            fleet.ready = vec![(1, self.used + self.more), (ready - 1, self.used)];
        } else if ready > 0 {
            fleet.ready = vec![(ready, self.used)];
        }
        fleet
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Op { gap_ns, used, more, starting, silent, scaled_to } = self;
        write!(f, "+{}: at {used}", seconds(*gap_ns))?;
        if *more > 0 {
            write!(f, ", one at {}", used + more)?;
        }
        write!(f, ", {starting} starting, {silent} silent")?;
        if *scaled_to > 0 { write!(f, ", others scale to {scaled_to}") } else { Ok(()) }
    }
}

/// Random ticks against the reference. The fleet follows the reference's answers, from `size` on.
fn matches(case: &Case, setups: &[(Config, u32)], cases: u32, salt: u64) -> Res {
    for (n, (c, size)) in setups.iter().enumerate() {
        let near = u64::from(c.target_pct) * c.request_milli / 100;
        let generate = |rng: &mut Rng, len: usize| -> Vec<Op> {
            // Some traces are undisturbed, so that windows can be seen to end.
            let (calm, kubectl) = (rng.chance(0.3), rng.chance(0.4));
            let op = |rng: &mut Rng| {
                let rare =
                    |rng: &mut Rng, p: f64, most: u64| if rng.chance(p) { rng.range(1, most) } else { 0 };
                let used = match rng.below(4) {
                    0 => near,
                    1 => rng.range(near / 2, near),
                    2 => rng.range(near, near * 2),
                    _ => rng.range(0, near * 4),
                };
                Op {
                    gap_ns: SEC * *rng.pick(&[0, 5, 10, 15, 15, 15, 30, 60, 120, 300]),
                    used,
                    more: if calm { 0 } else { rare(rng, 0.3, 90) },
                    starting: if calm { 0 } else { rare(rng, 0.3, 12) as u32 },
                    silent: if calm {
                        0
                    } else if rng.chance(0.05) {
                        1_000
                    } else {
                        rare(rng, 0.2, 8) as u32
                    },
                    scaled_to: if kubectl { rare(rng, 0.15, 40) as u32 } else { 0 },
                }
            };
            (0..len).map(|_| op(rng)).collect()
        };
        let holds = |ops: &[Op]| -> Res {
            let run = |each: &mut dyn FnMut(u64, &Fleet, &[Pod], u32) -> bool| {
                let (mut reference, mut current, mut now) = (Published::new(c), *size, 0);
                ops.iter().all(|op| {
                    now += op.gap_ns;
                    current = if op.scaled_to > 0 { op.scaled_to } else { current.max(1) };
                    let fleet = op.fleet(current);
                    let pods = fleet.pods();
                    current = reference.reconcile(now, &pods);
                    each(now, &fleet, &pods, current)
                })
            };
            let mut steered = Recommender::new(c.clone());
            let bare = run(&mut |now, _, pods, due| {
                let size = pods.len() as u32;
                recommend(c, size, pods) == published(c, pods) && steered.reconcile(now, size, pods) == due
            });
            if bare {
                return Ok(());
            }
            let (mut steered, mut table) = (Loop::new(c), Table::new());
            run(&mut |now, fleet, _, due| {
                let (wish, answer) = (recommends(c, fleet), steered.reconcile(now, fleet));
                row(&mut table, c, now, fleet, due, wish, answer)
            });
            table.verdict(&format!("every answer is the one of the published rules: {}", say_config(c)))
        };
        let seed = (salt ^ case.seed).wrapping_add((n as u64) << 16);
        let effort = kit::Config { cases, max_len: 20, seed, ..kit::Config::default() };
        forall_cfg(&effort, &generate, &holds)?;
    }
    Ok(())
}

fn matches_defaults(case: &mut Case) -> Res {
    let small = Config { min: 2, max: 30, ..defaults() };
    matches(case, &[(small, 6)], 60, 0x03_defa)
}

fn matches_policies(case: &mut Case) -> Res {
    let base = Config { min: 2, max: 30, ..defaults() };
    let setups = [
        Config {
            up: rules(60, Select::Min, &[plus(4, 15), percent(50, 60)]),
            down: rules(120, Select::Min, &[plus(2, 60), percent(10, 120)]),
            ..base.clone()
        },
        Config {
            target_pct: 120,
            tolerance_permille: 50,
            request_milli: 25,
            up: rules(0, Select::Max, &[plus(1, 120), percent(30, 30)]),
            down: rules(0, Select::Max, &[percent(10, 60), plus(1, 15)]),
            ..base.clone()
        },
        Config {
            tolerance_permille: 0,
            up: rules(30, Select::Max, &[plus(3, 60)]),
            down: rules(30, Select::Disabled, &[]),
            ..base.clone()
        },
        Config { up: rules(0, Select::Disabled, &[]), down: rules(90, Select::Max, &[plus(3, 30)]), ..base },
    ];
    let setups: Vec<(Config, u32)> = setups.into_iter().map(|c| (c, 8)).collect();
    matches(case, &setups, 26, 0x03_90c1)
}

// ---- memory

fn bounded_history(_: &mut Case) -> Res {
    const CALLS: u64 = 2_500;
    let probe = kit::measure(|| vec![0_u8; 1_000]).1;
    ensure(probe == 1_000, || "the allocator that counts is not in use".into())?;
    let disabled = |window| rules(window, Select::Disabled, &[]);
    let fixed = Config { min: 5, max: 5, up: disabled(0), down: disabled(0), ..defaults() };
    // Every 15 s a change; every 15 s somebody else scales away from the only legal size; no window at all.
    let runs: [(&str, Config, [Fleet; 2]); 4] = [
        ("the fleet doubles and halves at every tick", free(), [at(4, 120), at(8, 30)]),
        ("the default rules, at rest", defaults(), [at(4, 60), at(4, 60)]),
        ("somebody else moves the fleet out of its bounds at every tick", fixed, [at(4, 60), at(6, 60)]),
        (
            "somebody else moves the fleet out of its bounds at every tick",
            Config { min: 5, max: 5, ..defaults() },
            [at(4, 60), at(6, 60)],
        ),
    ];
    for (what, c, fleets) in &runs {
        let lists = fleets.each_ref().map(Fleet::pods);
        let (kept, held, ..) = kit::measure(|| {
            let mut recommender = Recommender::new(c.clone());
            for call in 0..CALLS {
                let list = &lists[(call % 2) as usize];
                recommender.reconcile(call * 15 * SEC, list.len() as u32, list);
            }
            recommender
        });
        ensure(held < 32 << 10, || {
            format!(
                "{what}: after 2,500 calls 15 s apart the recommender holds {held} bytes; windows and periods reach \
                 20 calls back, must be less than 32,768 ({})",
                say_config(c)
            )
        })?;
        drop(kept);
    }
    Ok(())
}
