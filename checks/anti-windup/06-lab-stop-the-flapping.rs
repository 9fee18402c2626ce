//! Hidden checks of the lab `06-lab-stop-the-flapping`: four simulated hours of one fleet, a scorecard of six
//! lines, and on the charts where each line was lost.
use crate::{Controller, Fleet, Sample};
use kit::{Case, Check, Res, Rng, Row, SEC, Score, Table};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::OnceLock;

pub const CHECKS: &[Check] = &[
    ("in-range", "an answer outside min and max, or none at all", in_range),
    ("overshoot", "replicas ordered twice, or for a load that is not there", overshoot),
    ("settle-up", "too few replicas, or too many, for too long after a rise", settle_up),
    ("settle-down", "too many replicas, or too few, for too long after a fall", settle_down),
    ("reversals", "up and down and up again, by noise, by waves or by itself", reversals),
    ("hot", "replicas at their limit, second after second", hot),
    ("cost", "calm that is bought with replicas", cost),
];

const MIN: u32 = 4;
const MAX: u32 = 40;
const TICK: usize = 15;
const HOUR: usize = 3_600;
const STARTUP: usize = 45;
/// Clocks do not start at 0.
const EPOCH: u64 = 1_000 * SEC;

// ---- the limits, with what the design that misses each of them reaches and what the reference does

const OVERSHOOT_PCT: f64 = 25.0;
const UP_S: f64 = 240.0;
const DOWN_S: f64 = 600.0;
const REVERSALS: f64 = 8.0;
const HOT_S: f64 = 600.0;
const COST_PCT: f64 = 25.0;

// ---- the four runs

struct Part {
    from: usize,
    rps: f64,
}

struct Scenario {
    name: &'static str,
    parts: &'static [Part],
    waves: bool,
    /// The most that is needed after the rise, and from when to when it is looked at.
    peak: (u32, Range<usize>),
    dark: &'static [Range<usize>],
}

/// Single samples while the fleet grows, and two outages.
const DARK: &[Range<usize>] = &[345..360, 450..465, 700..760, 2_600..2_660];

const SCENARIOS: [Scenario; 4] = [
    Scenario {
        name: "steps",
        parts: &[
            Part { from: 0, rps: 600.0 },
            Part { from: 300, rps: 1_500.0 },
            Part { from: 1_500, rps: 780.0 },
        ],
        waves: false,
        peak: (25, 300..1_500),
        dark: DARK,
    },
    Scenario {
        name: "saturate",
        parts: &[
            Part { from: 0, rps: 600.0 },
            Part { from: 300, rps: 3_600.0 },
            Part { from: 1_200, rps: 900.0 },
        ],
        waves: false,
        peak: (40, 300..1_200),
        dark: DARK,
    },
    Scenario {
        name: "plateau",
        parts: &[Part { from: 0, rps: 690.0 }],
        waves: false,
        peak: (12, 0..HOUR),
        dark: &[345..360, 450..465, 700..760, 1_800..2_400, 2_600..2_660],
    },
    Scenario {
        name: "waves",
        parts: &[Part { from: 0, rps: 1_200.0 }],
        waves: true,
        peak: (24, 0..HOUR),
        dark: DARK,
    },
];

impl Scenario {
    /// Without noise, for each second.
    fn load(&self) -> Vec<f64> {
        // One turn in 300 steps, by + and * alone, so that it is the same on every machine.
        let (cos, sin) = (0.999_780_683_474_845_5, 0.020_942_419_883_356_957);
        let (mut x, mut y) = (1.0, 0.0);
        let mut load = Vec::new();
        for second in 0..HOUR {
            let base = self.parts.iter().rfind(|part| part.from <= second).map_or(0.0, |part| part.rps);
            load.push(if self.waves { base + 240.0 * y } else { base });
            (x, y) = (x * cos - y * sin, y * cos + x * sin);
        }
        load
    }
}

/// A decision, and what it was made of.
#[derive(Clone, Copy)]
struct Decision {
    sample: Option<Sample>,
    fleet: Fleet,
    asked: u32,
}

struct Run {
    load: Vec<f64>,
    decisions: Vec<Decision>,
    /// For each second.
    ready: Vec<u32>,
    total: Vec<u32>,
    cpu: Vec<f64>,
}

static LAB: OnceLock<Vec<Run>> = OnceLock::new();

/// The runs, made once; every check looks at them.
fn lab(case: &Case) -> &'static [Run] {
    LAB.get_or_init(|| SCENARIOS.iter().map(|scenario| run(scenario, case.seed)).collect())
}

fn run(scenario: &Scenario, seed: u64) -> Run {
    // An hour whose noise shows what a design without a deadband does; with another seed it may get away with it.
    let mut rng = Rng::new(0x60_1bb ^ seed).fork(scenario.name);
    let mut controller = Controller::new(MIN, MAX, 60.0);
    let load = scenario.load();
    let (mut ready, mut starting, mut noise) = (10_u32, VecDeque::<(usize, u32)>::new(), 1.0);
    // 30 s before the hour too, so that there is a sample at its beginning.
    const BEFORE: usize = 2 * TICK;
    let mut history: Vec<(f64, u32)> = Vec::new();
    let mut run = Run {
        load: Vec::new(),
        decisions: Vec::new(),
        ready: Vec::new(),
        total: Vec::new(),
        cpu: Vec::new(),
    };
    for second in 0..HOUR + BEFORE {
        let at = second.checked_sub(BEFORE);
        if let Some(at) = at.filter(|at| at % TICK == 0) {
            let seen = &history[second - 2 * TICK..second - TICK];
            let mean = |of: &dyn Fn(&(f64, u32)) -> f64| seen.iter().map(of).sum::<f64>() / TICK as f64;
            let sample = Sample {
                taken_at_ns: EPOCH + at as u64 * SEC - TICK as u64 * SEC,
                cpu_pct: mean(&|(cpu, _)| *cpu),
                pods_mean: mean(&|(_, pods)| f64::from(*pods)),
            };
            let dark = scenario.dark.iter().any(|dark| dark.contains(&at));
            let sample = (!dark).then_some(sample);
            let fleet = Fleet { ready, starting: starting.iter().map(|order| order.1).sum() };
            let asked = controller.reconcile(EPOCH + at as u64 * SEC, sample, fleet);
            run.decisions.push(Decision { sample, fleet, asked });
            // What is out of range is the first check's business.
            let (have, wanted) = (fleet.ready + fleet.starting, asked.clamp(MIN, MAX));
            if wanted > have {
                starting.push_back((at + STARTUP, wanted - have));
            }
            let mut fewer = have.saturating_sub(wanted);
            while let Some(youngest) = starting.back_mut().filter(|_| fewer > 0) {
                let cancelled = fewer.min(youngest.1);
                fewer -= cancelled;
                youngest.1 -= cancelled;
                if youngest.1 == 0 {
                    starting.pop_back();
                }
            }
            ready -= fewer;
        }
        while let Some(order) = starting.front().copied().filter(|order| at.is_some_and(|at| order.0 <= at)) {
            ready += order.1;
            starting.pop_front();
        }
        if second % 5 == 0 {
            noise = 1.0 + 0.03 * rng.normal();
        }
        let rps = load[at.unwrap_or(0)] * noise;
        let cpu = (rps / f64::from(ready)).min(100.0);
        history.push((cpu, ready));
        if at.is_some() {
            run.ready.push(ready);
            run.total.push(ready + starting.iter().map(|order| order.1).sum::<u32>());
            run.cpu.push(cpu);
        }
    }
    run.load = load;
    run
}

impl Run {
    fn asked(&self, tick: usize) -> f64 {
        f64::from(self.decisions[tick].asked)
    }

    /// In per cent of the need, over the part that the scenario looks at; and at which tick it was first so.
    fn overshoot(&self, scenario: &Scenario) -> (f64, usize) {
        let (need, span) = (f64::from(scenario.peak.0), ticks(&scenario.peak.1));
        let most = span.clone().map(|tick| self.asked(tick)).fold(0.0, f64::max);
        let first = span.clone().find(|tick| self.asked(*tick) == most).unwrap_or(span.start);
        (100.0 * (most / need - 1.0).max(0.0), first)
    }

    /// Seconds from `span`'s start until what is asked for stays in the band, to its end.
    fn settled(&self, need: f64, span: &Range<usize>) -> Option<usize> {
        let all = ticks(span);
        let outside = |tick: &usize| !band(need).contains(&self.asked(*tick));
        match all.clone().rfind(outside) {
            None => Some(0),
            Some(last) if last + 1 == all.end => None,
            Some(last) => Some((last + 1) * TICK - span.start),
        }
    }

    /// Seconds at which what is asked for turned.
    fn turns(&self) -> Vec<usize> {
        let (mut found, mut upwards) = (Vec::new(), None);
        let mut before = 10;
        for (tick, decision) in self.decisions.iter().enumerate() {
            if decision.asked != before {
                let up = decision.asked > before;
                if upwards.is_some_and(|was| was != up) {
                    found.push(tick * TICK);
                }
                upwards = Some(up);
                before = decision.asked;
            }
        }
        found
    }

    fn hot(&self) -> usize {
        self.cpu.iter().filter(|cpu| **cpu > 95.0).count()
    }

    fn needed(&self) -> impl Iterator<Item = f64> + '_ {
        self.load.iter().map(|rps| (rps / 60.0).clamp(MIN.into(), MAX.into()))
    }

    /// Replica-seconds: had, and needed.
    fn paid(&self) -> (f64, f64) {
        (self.total.iter().map(|total| f64::from(*total)).sum(), self.needed().sum())
    }
}

fn band(need: f64) -> std::ops::RangeInclusive<f64> {
    0.85 * need - 1.0..=1.25 * need + 1.0
}

/// The ticks in a span of seconds.
fn ticks(span: &Range<usize>) -> Range<usize> {
    span.start.div_ceil(TICK)..span.end.div_ceil(TICK)
}

/// The scenario with the most of something.
fn worst(runs: &[Run], of: &dyn Fn(usize, &Run) -> f64) -> usize {
    let mut worst = 0;
    for (i, run) in runs.iter().enumerate() {
        if of(i, run) > of(worst, &runs[worst]) {
            worst = i;
        }
    }
    worst
}

// ---- charts

/// Values of consecutive `every` seconds as steps: two points at each change.
fn steps(values: impl Iterator<Item = f64>, every: usize) -> Vec<(u64, f64)> {
    let (mut points, mut last, mut end): (Vec<(u64, f64)>, _, _) = (Vec::new(), None, 0);
    for (i, value) in values.enumerate() {
        let at = (i * every) as u64 * SEC;
        if last != Some(value) {
            points.extend(last.map(|last| (at, last)));
            points.push((at, value));
        }
        (last, end) = (Some(value), at);
    }
    points.extend(last.map(|last| (end, last)));
    points
}

fn draw(case: &mut Case, i: usize, run: &Run, curves: usize) {
    let name = |curve: &str| format!("{}: {curve}", SCENARIOS[i].name);
    let asked = steps(run.decisions.iter().map(|decision| f64::from(decision.asked)), TICK);
    case.series(&name("desired"), "replicas", &asked);
    case.series(&name("rps / 60"), "replicas", &steps(run.needed().step_by(TICK), TICK));
    if curves >= 3 {
        case.series(&name("ready"), "replicas", &steps(run.ready.iter().map(|n| f64::from(*n)), 1));
    }
    if curves >= 4 {
        let starting = run.total.iter().zip(&run.ready).map(|(total, ready)| f64::from(total - ready));
        case.series(&name("starting"), "replicas", &steps(starting, 1));
    }
}

fn mark(case: &mut Case, i: usize, curve: &str, span: Range<usize>, label: &str) {
    let at = |second: usize| second as u64 * SEC;
    case.mark(&format!("{}: {curve}", SCENARIOS[i].name), at(span.start), at(span.end), label);
}

/// Stretches of seconds in which something holds, the longest first.
fn stretches(seconds: Range<usize>, holds: &dyn Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for second in seconds.filter(|second| holds(*second)) {
        match found.last_mut() {
            Some(last) if last.end == second => last.end = second + 1,
            _ => found.push(second..second + 1),
        }
    }
    found.sort_by_key(|span| (usize::MAX - span.len(), span.start));
    found
}

// ---- words

fn grouped(n: usize) -> String {
    if n < 1_000 { n.to_string() } else { format!("{},{:03}", n / 1_000, n % 1_000) }
}

fn tenths(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

fn pods(n: u32) -> String {
    if n == 1 { "1 replica".into() } else { format!("{n} replicas") }
}

fn seen(decision: &Decision) -> String {
    let Fleet { ready, starting } = decision.fleet;
    let sample = decision.sample.map_or("no sample".into(), |sample| {
        format!("CPU {:.0} % of {:.1}", sample.cpu_pct, sample.pods_mean)
    });
    format!("{sample}; now {ready} ready, {starting} starting")
}

/// The decisions of `rows` beside what is demanded of them, in words.
fn table(
    run: &Run,
    rows: impl IntoIterator<Item = usize>,
    demand: &str,
    met: &dyn Fn(u32) -> bool,
    promise: &str,
) -> Res {
    let mut table = Table::new();
    for tick in rows {
        let decision = &run.decisions[tick];
        let row = Row {
            at: (tick * TICK) as u64 * SEC,
            input: seen(decision),
            expected: demand.into(),
            actual: decision.asked.to_string(),
        };
        table.push(row, met(decision.asked));
    }
    table.verdict(promise)
}

// ---- the checks

fn in_range(case: &mut Case) -> Res {
    for (scenario, run) in SCENARIOS.iter().zip(lab(case)) {
        let out = |asked: u32| !(MIN..=MAX).contains(&asked);
        if let Some(tick) = run.decisions.iter().position(|decision| out(decision.asked)) {
            let promise = format!("{}: with min 4 and max 40 the answer is always 4 to 40", scenario.name);
            return table(run, tick.saturating_sub(3)..tick + 1, "4 to 40", &|asked| !out(asked), &promise);
        }
    }
    // Other limits, with whatever may come.
    let mut rng = Rng::new(case.seed ^ 0x4a11);
    for (min, max, target) in [(2, 9, 50.0), (4, 40, 60.0), (1, 3, 80.0), (20, 400, 70.0), (7, 7, 60.0)] {
        let mut controller = Controller::new(min, max, target);
        let mut table = Table::new();
        for tick in 0..80_u64 {
            let ready = 1 + rng.below(u64::from(max) + 5) as u32;
            let starting = if rng.chance(0.3) { rng.below(10) as u32 } else { 0 };
            let dark = tick == 0 || rng.chance(0.2);
            let now = EPOCH + tick * 15 * SEC;
            let cpu_pct = *rng.pick(&[0.0, 3.0, 30.0, 60.0, 90.0, 100.0, 100.0]);
            let sample = Sample { taken_at_ns: now - 15 * SEC, cpu_pct, pods_mean: f64::from(ready) };
            let decision =
                Decision { sample: (!dark).then_some(sample), fleet: Fleet { ready, starting }, asked: 0 };
            let asked = kit::during(
                || format!("reconcile at {} s (min {min}, max {max}): {}", tick * 15, seen(&decision)),
                || controller.reconcile(now, decision.sample, decision.fleet),
            );
            let same = (min..=max).contains(&asked);
            let expected = format!("{min} to {max}");
            let row = Row { at: now - EPOCH, input: seen(&decision), expected, actual: asked.to_string() };
            if !table.push(row, same) {
                return table.verdict(&format!(
                    "with min {min}, max {max}, target {target} % the answer is always {min} to {max}, also \
                     without a sample and for a fleet that is outside of it"
                ));
            }
        }
    }
    Ok(())
}

fn overshoot(case: &mut Case) -> Res {
    let runs = lab(case);
    let by = |i: usize, run: &Run| run.overshoot(&SCENARIOS[i]).0;
    let i = worst(runs, &by);
    let (scenario, run) = (&SCENARIOS[i], &runs[i]);
    let (over, at) = run.overshoot(scenario);
    let missed = over > OVERSHOOT_PCT;
    // All four are drawn, and first the one that tells most.
    let first = if missed { i } else { 0 };
    let allowed = |need: u32| f64::from(need) * (1.0 + OVERSHOOT_PCT / 100.0);
    let mut all: Vec<usize> = (0..runs.len()).filter(|other| *other != first).collect();
    all.insert(0, first);
    for one in all {
        draw(case, one, &runs[one], if missed && one == first { 3 } else { 4 });
        let Scenario { name, peak: (need, span), .. } = &SCENARIOS[one];
        let level = [span.start, span.end].map(|second| (second as u64 * SEC, allowed(*need)));
        case.series(&format!("{name}: allowed"), "replicas", &level);
    }
    case.score(Score::at_most("overshoot", tenths(over), "%", OVERSHOOT_PCT).beside(66.7, 0.0));
    if !missed {
        return Ok(());
    }
    let need = scenario.peak.0;
    let limit = allowed(need);
    for span in stretches(scenario.peak.1.clone(), &|second| run.asked(second / TICK) > limit).iter().take(3)
    {
        let most = ticks(span).map(|tick| run.decisions[tick].asked).max().unwrap_or(0);
        let pct = 100.0 * (f64::from(most) / f64::from(need) - 1.0);
        mark(case, i, "desired", span.clone(), &format!("{most} for a need of {need}: overshoot {pct:.0} %"));
    }
    let promise = format!(
        "{}: at most {need} replicas are needed from {} s on, and at {} s {} are asked for, {over:.0} % too many (25 % \
         are allowed)",
        scenario.name,
        grouped(scenario.peak.1.start),
        grouped(at * TICK),
        run.decisions[at].asked,
    );
    let rows = at.saturating_sub(5).max(ticks(&scenario.peak.1).start)..at + 1;
    table(run, rows, &format!("at most {}", limit as u32), &|asked| f64::from(asked) <= limit, &promise)
}

/// A change that the fleet has to follow: of which run, what is needed then, and how long it lasts.
struct Change {
    run: usize,
    need: u32,
    span: Range<usize>,
}

/// The change that took longest. `None`: it did not settle at all.
fn settle(case: &mut Case, changes: &[Change], limit: f64) -> (f64, Res) {
    let runs = lab(case);
    let took = |change: &Change| runs[change.run].settled(f64::from(change.need), &change.span);
    let length = |change: &Change| took(change).unwrap_or(usize::MAX);
    let mut worst = &changes[0];
    for change in changes {
        if length(change) > length(worst) {
            worst = change;
        }
    }
    let Change { run: i, need, span } = worst;
    let (i, need, run) = (*i, *need, &runs[*i]);
    draw(case, i, run, 2);
    let edge = band(f64::from(need));
    let band = format!("{} to {}", edge.start().ceil(), edge.end().floor());
    let level = |replicas: f64| [span.start, span.end].map(|second| (second as u64 * SEC, replicas));
    case.series(&format!("{}: band", SCENARIOS[i].name), "replicas", &level(edge.start().ceil()));
    case.series(&format!("{}: band (top)", SCENARIOS[i].name), "replicas", &level(edge.end().floor()));
    let part = format!("{}: {need} replicas are needed from {} s on", SCENARIOS[i].name, grouped(span.start));
    let seconds = took(worst);
    let value = seconds.map_or(span.len() as f64, |seconds| seconds as f64);
    if seconds.is_some() && value <= limit {
        return (value, Ok(()));
    }
    let outside = |asked: f64| !edge.contains(&asked);
    let end = span.start + value as usize;
    let (label, said) = match seconds {
        Some(seconds) => (
            format!("settled after {seconds} s"),
            format!("it stays there only after {} s", grouped(seconds)),
        ),
        None => (format!("not settled in {} s", span.len()), "it never stays there".into()),
    };
    mark(case, i, "desired", span.start..end, &label);
    let out: usize = ticks(span).filter(|tick| outside(run.asked(*tick))).count() * TICK;
    let last = ticks(span).rfind(|tick| outside(run.asked(*tick))).unwrap_or(span.start / TICK);
    let promise = format!(
        "{part}, and what is asked for is to be {band} within {limit:.0} s and stay so: {said} (outside for {} s in all, \
         last at {} s)",
        grouped(out),
        grouped(last * TICK)
    );
    // Where it left the band for the last time, and the last one outside.
    let stays = |tick: &usize| outside(run.asked(*tick));
    let left = ticks(span).take(last + 1 - ticks(span).start).rev().take_while(stays).last().unwrap_or(last);
    let mut rows: Vec<usize> =
        (left.saturating_sub(2)..=left + 2).chain(last.saturating_sub(1)..=last).collect();
    rows.retain(|tick| ticks(span).contains(tick) && *tick <= last);
    rows.sort_unstable();
    rows.dedup();
    (value, table(run, rows, &band, &|asked| !outside(f64::from(asked)), &promise))
}

fn settle_up(case: &mut Case) -> Res {
    let rises =
        [Change { run: 0, need: 25, span: 300..1_500 }, Change { run: 1, need: 40, span: 300..1_200 }];
    let (value, answer) = settle(case, &rises, UP_S);
    case.score(Score::at_most("settle-up", value, "s", UP_S).beside(390.0, 180.0));
    answer
}

fn settle_down(case: &mut Case) -> Res {
    let falls =
        [Change { run: 0, need: 13, span: 1_500..HOUR }, Change { run: 1, need: 15, span: 1_200..HOUR }];
    let (value, answer) = settle(case, &falls, DOWN_S);
    case.score(Score::at_most("settle-down", value, "s", DOWN_S).beside(705.0, 330.0));
    answer
}

fn reversals(case: &mut Case) -> Res {
    let runs = lab(case);
    let i = worst(runs, &|_, run| run.turns().len() as f64);
    let all: usize = runs.iter().map(|run| run.turns().len()).sum();
    let turns = runs[i].turns();
    draw(case, i, &runs[i], 2);
    case.score(Score::at_most("reversals", all as f64, "", REVERSALS).beside(120.0, 2.0));
    for (n, at) in turns.iter().take(6).enumerate() {
        mark(case, i, "desired", *at..*at, &format!("reversal {} of {}", n + 1, turns.len()));
    }
    if all as f64 <= REVERSALS {
        return Ok(());
    }
    let each: Vec<String> = SCENARIOS
        .iter()
        .zip(runs)
        .map(|(scenario, run)| format!("{} {}", scenario.name, run.turns().len()))
        .collect();
    let run = &runs[i];
    let trace = turns
        .iter()
        .take(6)
        .map(|at| {
            let (tick, decision) = (at / TICK, &run.decisions[at / TICK]);
            let before = if tick == 0 { 10 } else { run.decisions[tick - 1].asked };
            format!("at {} s: from {before} to {} ({})", grouped(*at), decision.asked, seen(decision))
        })
        .collect();
    Err(kit::Fail {
        message: format!(
            "what is asked for may turn {REVERSALS} times in the four runs (2 are needed), and it turns {all} times: {}. \
             Here are the first in {}",
            each.join(", "),
            SCENARIOS[i].name
        ),
        trace,
        ..kit::Fail::default()
    })
}

fn hot(case: &mut Case) -> Res {
    let runs = lab(case);
    let i = worst(runs, &|_, run| run.hot() as f64);
    let run = &runs[i];
    let name = |curve: &str| format!("{}: {curve}", SCENARIOS[i].name);
    let mean = run
        .cpu
        .chunks(TICK)
        .enumerate()
        .map(|(tick, cpu)| ((tick * TICK) as u64 * SEC, cpu.iter().sum::<f64>() / cpu.len() as f64));
    case.series(&name("CPU"), "%", &mean.collect::<Vec<_>>());
    let end = HOUR as u64 * SEC;
    case.series(&name("hot above"), "%", &[(0, 95.0), (end, 95.0)]);
    case.series(&name("target"), "%", &[(0, 60.0), (end, 60.0)]);
    let all: usize = runs.iter().map(Run::hot).sum();
    case.score(Score::at_most("hot", all as f64, "s", HOT_S).beside(795.0, 385.0));
    if all as f64 <= HOT_S {
        return Ok(());
    }
    let spans = stretches(0..HOUR, &|second| run.cpu[second] > 95.0);
    for span in spans.iter().filter(|span| span.len() >= TICK).take(4) {
        mark(case, i, "CPU", span.clone(), &format!("saturated {} s", grouped(span.len())));
    }
    let each: Vec<String> = SCENARIOS
        .iter()
        .zip(runs)
        .map(|(scenario, run)| format!("{} {} s", scenario.name, grouped(run.hot())))
        .collect();
    let longest = spans.first().cloned().unwrap_or(0..0);
    let before = longest.start / TICK;
    let rows = before.saturating_sub(2)..(before + 6).min(run.decisions.len());
    let trace = rows
        .map(|tick| {
            let decision = &run.decisions[tick];
            format!("at {} s: {}; asked for {}", grouped(tick * TICK), seen(decision), decision.asked)
        })
        .collect();
    Err(kit::Fail {
        message: format!(
            "CPU may be above 95 % for {HOT_S} s of the four hours, and it is for {} s: {}. The longest stretch, {} s, is \
             in {} from {} s on",
            grouped(all),
            each.join(", "),
            grouped(longest.len()),
            SCENARIOS[i].name,
            grouped(longest.start)
        ),
        trace,
        ..kit::Fail::default()
    })
}

fn cost(case: &mut Case) -> Res {
    let runs = lab(case);
    let beyond = |run: &Run| {
        let (paid, needed) = run.paid();
        100.0 * (paid / needed - 1.0)
    };
    let i = worst(runs, &|_, run| beyond(run));
    let (paid, needed) =
        runs.iter().map(Run::paid).fold((0.0, 0.0), |sum, run| (sum.0 + run.0, sum.1 + run.1));
    let all = 100.0 * (paid / needed - 1.0);
    let missed = all > COST_PCT;
    let run = &runs[i];
    let name = |curve: &str| format!("{}: {curve}", SCENARIOS[i].name);
    let total = steps(run.total.iter().map(|total| f64::from(*total)), 1);
    case.series(&name("paid for"), "replicas", &total);
    case.series(&name("rps / 60"), "replicas", &steps(run.needed().step_by(TICK), TICK));
    case.score(Score::at_most("cost", tenths(all), "%", COST_PCT).beside(38.8, 10.9));
    if !missed {
        return Ok(());
    }
    let needs: Vec<f64> = run.needed().collect();
    let much = |second: usize| f64::from(run.total[second]) > 1.25 * needs[second];
    for span in stretches(0..HOUR, &much).iter().take(3) {
        let extra: f64 = span.clone().map(|second| f64::from(run.total[second]) - needs[second]).sum();
        let label = format!("{} replica-s too many", grouped(extra as usize));
        mark(case, i, "paid for", span.clone(), &label);
    }
    let each: Vec<String> = SCENARIOS
        .iter()
        .zip(runs)
        .map(|(scenario, run)| format!("{} {:+.0} %", scenario.name, beyond(run)))
        .collect();
    let last = run.decisions[run.decisions.len() - 1].asked;
    kit::fail(format!(
        "at most {COST_PCT} % more than the need may be paid for, and it is {all:.0} %: {}. At the end of {} it asks for {}",
        each.join(", "),
        SCENARIOS[i].name,
        pods(last)
    ))
}
