//! Checks of the attack on three autoscalers. The fleet here is the checks' own, and in another form than the
//! stub's: replicas are the instants at which they become ready, which lie on the ticks, so that between two
//! ticks nothing changes but the load.
use crate::{morning_trace, overshoot_trace, steady_demand};
use kit::{Case, Check, Fail, Res, SEC, Score, fail};
use std::ops::Range;

pub const CHECKS: &[Check] = &[
    ("rules-respected", "a demand that the rules do not allow", rules_respected),
    (
        "flaps-on-constant-demand",
        "a demand on which the two thresholds come to rest",
        flaps_on_constant_demand,
    ),
    ("winds-up-at-the-top", "an overload that leaves too little behind in the integral", winds_up_at_the_top),
    ("winds-up-at-the-bottom", "a night after which the fleet wakes up in time", winds_up_at_the_bottom),
    ("deterministic", "an attack that is another one each time", deterministic),
];

type Trace = Vec<(u32, u32)>;

const TURNS: usize = 20;
const EXCESS: f64 = 12_000.0;
const TWIN_EXCESS: f64 = 4_000.0;
const SATURATED: f64 = 1_950.0;
const TWIN_SATURATED: f64 = 150.0;
const HOUR: u32 = 3_600;
const MORNING: u32 = 5_400;

// ---- the rules

fn steady() -> u32 {
    kit::during(|| "steady_demand()".into(), steady_demand)
}

fn overshoot() -> Trace {
    kit::during(|| "overshoot_trace()".into(), overshoot_trace)
}

fn morning() -> Trace {
    kit::during(|| "morning_trace()".into(), morning_trace)
}

fn steady_rule(rps: u32) -> Option<String> {
    let allowed = (350..=2000).contains(&rps);
    (!allowed).then(|| format!("the demand lies within 350 to 2000 rps, and it is {rps} rps"))
}

fn overshoot_rule(trace: &Trace) -> Option<String> {
    let Some((last, before)) = trace.split_last().filter(|_| (2..=4).contains(&trace.len())) else {
        return Some(format!("a trace has 2 to 4 parts, and this one has {}", trace.len()));
    };
    if let Some((i, part)) = trace.iter().enumerate().find(|(_, part)| !(200..=4000).contains(&part.1)) {
        return Some(format!("every part has 200 to 4000 rps, and part {} has {} rps", i + 1, part.1));
    }
    if last.1 != 600 {
        return Some(format!("the last part has 600 rps, and here it has {} rps", last.1));
    }
    if let Some(i) = before.iter().position(|part| part.0 == 0) {
        return Some(format!("every part but the last lasts 1 s or longer, and part {} lasts 0 s", i + 1));
    }
    let sum = |parts: &mut dyn Iterator<Item = &(u32, u32)>| parts.map(|part| u64::from(part.0)).sum::<u64>();
    let all = sum(&mut before.iter());
    if all > 1_800 {
        return Some(format!("before the last part at most 1,800 s may pass, and it is {all} s"));
    }
    let over = sum(&mut before.iter().filter(|part| part.1 > 2400));
    (over > 600).then(|| format!("at most 600 s may be above 2400 rps, and it is {over} s"))
}

fn morning_rule(trace: &Trace) -> Option<String> {
    let [night, morning] = trace[..] else {
        return Some(format!(
            "a trace has exactly two parts, night and morning; this one has {}",
            trace.len()
        ));
    };
    if !(1..=1_800).contains(&night.0) {
        return Some(format!("the night lasts 1 to 1,800 s, and here it lasts {} s", night.0));
    }
    if night.1 < 20 {
        return Some(format!("the night has 20 rps or more, and here it has {} rps", night.1));
    }
    (morning.1 > 1200).then(|| format!("the morning has at most 1200 rps, and here it has {} rps", morning.1))
}

fn rules_respected(_: &mut Case) -> Res {
    let broken = [
        ("steady_demand", steady_rule(steady())),
        ("overshoot_trace", overshoot_rule(&overshoot())),
        ("morning_trace", morning_rule(&morning())),
    ];
    for (function, rule) in broken {
        if let Some(rule) = rule {
            return fail(format!("{function}: {rule}"));
        }
    }
    Ok(())
}

fn not_played(function: &str) -> Res {
    fail(format!("{function} was not played, it breaks a rule (see rules-respected)"))
}

fn deterministic(_: &mut Case) -> Res {
    let said = |i: usize| if i == 0 { "first" } else { "second" };
    let demands = [steady(), steady()];
    if demands[0] != demands[1] {
        return fail(format!(
            "steady_demand answers {} rps first and {} rps when asked again",
            demands[0], demands[1]
        ));
    }
    for (function, traces) in
        [("overshoot_trace", [overshoot(), overshoot()]), ("morning_trace", [morning(), morning()])]
    {
        if traces[0] != traces[1] {
            return Err(Fail {
                message: format!("{function} answers another trace when it is called again"),
                trace: (0..2).map(|i| format!("{}: {}", said(i), parts(&traces[i]))).collect(),
                ..Fail::default()
            });
        }
    }
    Ok(())
}

fn parts(trace: &Trace) -> String {
    let shown: Vec<String> = trace.iter().take(5).map(|(s, rps)| format!("{s} s at {rps} rps")).collect();
    shown.join(", ")
}

// ---- the fleet

#[derive(Clone, Copy, PartialEq)]
enum Law {
    Threshold,
    Naive,
    Twin,
}

/// 15 s, between two decisions.
struct Tick {
    /// As decided at its beginning.
    total: u32,
    ready: u32,
    cpu: f64,
    /// What the decision at its beginning left in I.
    term: f64,
}

struct Run {
    ticks: Vec<Tick>,
    trace: Trace,
}

fn run(law: Law, trace: Trace) -> Run {
    let seconds: u32 = trace.iter().map(|part| part.0).sum();
    let mut rest = trace.iter().copied();
    let mut part = rest.next().unwrap_or((0, 0));
    // A replica is the instant from which on it is ready.
    let (mut replicas, mut term) = (vec![0_u32; 10], 10.0);
    let mut ticks: Vec<Tick> = Vec::new();
    for from in (0..seconds).step_by(15) {
        if let Some(before) = ticks.last() {
            let e = before.cpu - 60.0;
            let total = if law == Law::Threshold {
                match before.cpu {
                    cpu if cpu > 72.0 => before.total + 1,
                    cpu if cpu < 62.0 => before.total - 1,
                    _ => before.total,
                }
                .clamp(2, 40)
            } else {
                let v = 0.1 * e + term;
                let out = if e > 0.0 { v > 40.0 } else { e < 0.0 && v < 2.0 };
                term += if law == Law::Twin && out { 0.0 } else { 0.004 * e * 15.0 };
                v.clamp(2.0, 40.0).round() as u32
            };
            // They stand in the order in which they become ready.
            replicas.resize(total as usize, from + 45);
        }
        let ready = replicas.iter().filter(|due| **due <= from).count() as u32;
        let mut sum = 0.0;
        for _ in from..(from + 15).min(seconds) {
            while part.0 == 0 {
                part = rest.next().unwrap_or((1, 0));
            }
            part.0 -= 1;
            sum += (f64::from(part.1) / f64::from(ready)).min(100.0);
        }
        ticks.push(Tick { total: replicas.len() as u32, ready, cpu: sum / 15.0, term });
    }
    Run { ticks, trace }
}

impl Run {
    fn ready(&self, second: u32) -> u32 {
        self.ticks[(second / 15) as usize].ready
    }

    /// The last part of the trace.
    fn tail(&self) -> Range<u32> {
        let from = self.trace[..self.trace.len() - 1].iter().map(|part| part.0).sum();
        from..from + self.trace[self.trace.len() - 1].0
    }

    fn excess(&self) -> f64 {
        f64::from(self.tail().map(|second| self.ready(second).saturating_sub(10)).sum::<u32>())
    }

    /// The last second with more than is needed, and then some.
    fn unwound(&self) -> u32 {
        self.tail().rfind(|second| self.ready(*second) > 10).map_or(self.tail().start, |second| second + 1)
    }

    fn is_saturated(&self, second: u32) -> bool {
        let load = self.trace[self.trace.len() - 1].1;
        load >= self.ready(second) * 100
    }

    fn saturated(&self) -> f64 {
        self.tail().filter(|second| self.is_saturated(*second)).count() as f64
    }

    /// Instants at which a number of replicas, decided in `during`, turned.
    fn turns(&self, during: Range<u32>) -> Vec<u32> {
        let (mut found, mut upwards) = (Vec::new(), None);
        for (k, pair) in self.ticks.windows(2).enumerate() {
            let at = (k as u32 + 1) * 15;
            if pair[0].total == pair[1].total || !during.contains(&at) {
                continue;
            }
            let up = pair[1].total > pair[0].total;
            if upwards.is_some_and(|before| before != up) {
                found.push(at);
            }
            upwards = Some(up);
        }
        found
    }

    /// A figure of each tick in `span` as a curve: two points at each change.
    fn curve(&self, of: &dyn Fn(&Tick) -> f64, span: &Range<u32>, steps: bool) -> Vec<(u64, f64)> {
        let mut points: Vec<(u64, f64)> = Vec::new();
        for (k, tick) in self.ticks.iter().enumerate() {
            let second = k as u32 * 15;
            if !span.contains(&second) {
                continue;
            }
            let (at, value) = (u64::from(second) * SEC, of(tick));
            match points.last() {
                Some(last) if steps && last.1 != value => points.extend([(at, last.1), (at, value)]),
                Some(last) if steps && last.1 == value && second + 15 < span.end => {}
                _ => points.push((at, value)),
            }
        }
        points
    }
}

fn level(value: f64, span: &Range<u32>) -> [(u64, f64); 2] {
    [(u64::from(span.start) * SEC, value), (u64::from(span.end) * SEC, value)]
}

/// What the load needs at 60 %, as steps.
fn needed(trace: &Trace, until: u32) -> Vec<(u64, f64)> {
    let (mut points, mut from) = (Vec::new(), 0);
    for (seconds, rps) in trace {
        let to = (from + seconds).min(until);
        let need = (f64::from(*rps) / 60.0).ceil().clamp(2.0, 40.0);
        points.extend([from, to].map(|at| (u64::from(at) * SEC, need)));
        from = to;
    }
    points
}

fn mark(case: &mut Case, series: &str, span: Range<u32>, label: &str) {
    case.mark(series, u64::from(span.start) * SEC, u64::from(span.end) * SEC, label);
}

/// 12345 as 12,345.
fn grouped(n: f64) -> String {
    let (digits, mut out) = (format!("{n:.0}"), String::new());
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

// ---- the three attacks

fn flaps_on_constant_demand(case: &mut Case) -> Res {
    let rps = steady();
    if steady_rule(rps).is_some() {
        return not_played("steady_demand");
    }
    let run = run(Law::Threshold, vec![(2 * HOUR, rps)]);
    let turns = run.turns(HOUR..2 * HOUR);
    let span = HOUR..HOUR + 1_200;
    case.series("replicas", "replicas", &run.curve(&|tick| f64::from(tick.total), &span, true));
    case.series("ready", "replicas", &run.curve(&|tick| f64::from(tick.ready), &span, true));
    case.series("CPU", "%", &run.curve(&|tick| tick.cpu, &span, false));
    case.series("one more above", "%", &level(72.0, &span));
    case.series("one fewer below", "%", &level(62.0, &span));
    case.score(
        Score::at_least("turns of Threshold in the second hour", turns.len() as f64, "", TURNS as f64)
            .beside(0.0, 60.0),
    );
    if turns.len() >= TURNS {
        for (i, at) in turns.iter().take(6).enumerate() {
            mark(case, "replicas", *at..*at, &format!("reversal {} of {}", i + 1, turns.len()));
        }
        return Ok(());
    }
    let (last, n) = (&run.ticks[run.ticks.len() - 1], run.ticks[run.ticks.len() - 1].total);
    mark(case, "CPU", span, &format!("rests at {n} replicas, {:.1} %", last.cpu));
    let rests: Vec<String> = (2..=40)
        .filter(|n| (62.0..=72.0).contains(&(f64::from(rps) / f64::from(*n))))
        .map(|n| format!("{n} at {:.1} %", f64::from(rps) / f64::from(n)))
        .collect();
    Err(Fail {
        message: format!(
            "at {rps} rps Threshold turns {} times in the second hour, and {TURNS} times are wanted. It rests: with {n} \
             replicas CPU is {:.1} %, which is neither above 72 nor below 62",
            turns.len(),
            last.cpu
        ),
        notes: vec![format!("replicas at which {rps} rps can rest: {}", rests.join(", "))],
        ..Fail::default()
    })
}

fn winds_up_at_the_top(case: &mut Case) -> Res {
    let mut trace = overshoot();
    if overshoot_rule(&trace).is_some() {
        return not_played("overshoot_trace");
    }
    if let Some(last) = trace.last_mut() {
        last.0 = HOUR;
    }
    let [naive, twin] = [Law::Naive, Law::Twin].map(|law| run(law, trace.clone()));
    let (from, until) = (naive.tail().start, naive.unwound().max(twin.unwound()));
    let shown = 0..(until + 300).min(naive.tail().end);
    case.series("PiNaive", "replicas", &naive.curve(&|tick| f64::from(tick.ready), &shown, true));
    case.series("PiTwin", "replicas", &twin.curve(&|tick| f64::from(tick.ready), &shown, true));
    case.series("needed", "replicas", &needed(&trace, shown.end));
    case.series("term: I of PiNaive", "replicas", &naive.curve(&|tick| tick.term, &shown, false));
    case.series("term: I of PiTwin", "replicas", &twin.curve(&|tick| tick.term, &shown, false));
    case.series("term: max", "replicas", &level(40.0, &shown));
    let (excess, twins) = (naive.excess(), twin.excess());
    case.score(
        Score::at_least("PiNaive: ready beyond need in the last hour", excess, "replica-s", EXCESS)
            .beside(4_350.0, 14_070.0),
    );
    case.score(
        Score::at_most("PiTwin: ready beyond need in the last hour", twins, "replica-s", TWIN_EXCESS)
            .beside(3_030.0, 2_565.0),
    );
    let end = naive.unwound();
    mark(case, "PiNaive", from..end, &format!("{} replica-s too many in {} s", grouped(excess), end - from));
    let highest = naive.ticks.iter().map(|tick| tick.term).fold(f64::MIN, f64::max);
    let at = naive.ticks.iter().rposition(|tick| tick.term == highest).unwrap_or(0) as u32 * 15;
    mark(case, "term: I of PiNaive", at..at, &format!("I is {highest:.1}, and 40 is the most there can be"));
    if excess >= EXCESS && twins <= TWIN_EXCESS {
        return Ok(());
    }
    let over = naive.ticks.iter().filter(|tick| tick.term > 40.0 && tick.cpu > 60.0);
    let (seconds, error) = over.fold((0, 0.0), |(n, sum), tick| (n + 15, sum + (tick.cpu - 60.0) * 15.0));
    let mut notes = Vec::new();
    if seconds > 0 {
        notes.push(format!(
            "I was above 40 and still growing for {seconds} s, by a mean error of {:.0} % (100 % CPU is an error of 40)",
            error / f64::from(seconds)
        ));
    }
    Err(Fail {
        message: format!(
            "{}: in the last hour PiNaive has {} replica-s more than the 10 replicas that are needed (at least {}), and \
             PiTwin {} (at most {}). I of PiNaive came to {highest:.1}",
            parts(&trace[..trace.len() - 1].to_vec()),
            grouped(excess),
            grouped(EXCESS),
            grouped(twins),
            grouped(TWIN_EXCESS),
        ),
        notes,
        ..Fail::default()
    })
}

fn winds_up_at_the_bottom(case: &mut Case) -> Res {
    let mut trace = morning();
    if morning_rule(&trace).is_some() {
        return not_played("morning_trace");
    }
    trace[1].0 = MORNING;
    let [naive, twin] = [Law::Naive, Law::Twin].map(|law| run(law, trace.clone()));
    let (saturated, twins) = (naive.saturated(), twin.saturated());
    let last = naive.tail().rfind(|second| naive.is_saturated(*second));
    let (from, end) = (naive.tail().start, last.map_or(naive.tail().start, |second| second + 1));
    let shown = 0..(end + 600).min(naive.tail().end);
    case.series("PiNaive", "replicas", &naive.curve(&|tick| f64::from(tick.ready), &shown, true));
    case.series("PiTwin", "replicas", &twin.curve(&|tick| f64::from(tick.ready), &shown, true));
    case.series("needed", "replicas", &needed(&trace, shown.end));
    case.series("CPU of PiNaive", "%", &naive.curve(&|tick| tick.cpu, &shown, false));
    case.series("CPU of PiTwin", "%", &twin.curve(&|tick| tick.cpu, &shown, false));
    case.series("term: I of PiNaive", "replicas", &naive.curve(&|tick| tick.term, &shown, false));
    case.series("term: I of PiTwin", "replicas", &twin.curve(&|tick| tick.term, &shown, false));
    case.score(
        Score::at_least("PiNaive: saturated in the morning", saturated, "s", SATURATED).beside(90.0, 2_310.0),
    );
    case.score(
        Score::at_most("PiTwin: saturated in the morning", twins, "s", TWIN_SATURATED).beside(90.0, 75.0),
    );
    mark(case, "PiNaive", from..end, &format!("saturated {} s", grouped(saturated)));
    let lowest = naive.ticks.iter().map(|tick| tick.term).fold(f64::MAX, f64::min);
    let at = naive.ticks.iter().rposition(|tick| tick.term == lowest).unwrap_or(0) as u32 * 15;
    mark(case, "term: I of PiNaive", at..at, &format!("I is {lowest:.1}, and 2 is the least there can be"));
    if saturated >= SATURATED && twins <= TWIN_SATURATED {
        return Ok(());
    }
    let (night, load) = (trace[0], trace[1].1);
    Err(Fail {
        message: format!(
            "{}, then {load} rps: in the morning PiNaive is saturated for {} s (at least {}), and PiTwin for {} s (at \
             most {})",
            parts(&vec![night]),
            grouped(saturated),
            grouped(SATURATED),
            grouped(twins),
            grouped(TWIN_SATURATED),
        ),
        notes: vec![format!(
            "I of PiNaive fell to {lowest:.1}; at night the fleet of 2 was at {:.0} % CPU",
            (f64::from(night.1) / 2.0).min(100.0)
        )],
        ..Fail::default()
    })
}
