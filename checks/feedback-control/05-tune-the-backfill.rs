//! Hidden checks of the tuned backfill: a line of the scorecard each, from one run on the plant as it is and one
//! on a plant that has half as much gain again and 10 s more of dead time.
use crate::{Tuning, tuning};
use kit::{Case, Check, Res, Rng, Score, fail};
use std::ops::Range;
use std::sync::OnceLock;

pub const CHECKS: &[Check] = &[
    ("finite-and-legal", "numbers that are negative, infinite or none", finite_and_legal),
    ("overshoot", "a start that runs into the ceiling before the first news of it", overshoot),
    ("settle-start", "a start that creeps, or that never comes to rest", settle_start),
    ("settle-step", "a load that grows, and a copy that is late to make room", settle_step),
    ("over-80", "too long above 80 % until the copy is slowed down", over_80),
    ("movement", "a copy whose speed follows the noise", movement),
    ("backfilled", "too little copied", backfilled),
    ("robust-overshoot", "numbers that hold for this one plant only", robust_overshoot),
    ("robust-settle", "numbers that swing on a plant with more gain and more dead time", robust_settle),
];

const SEC: u64 = kit::SEC;
/// In seconds.
const END: usize = 2_400;
const STEP: usize = 1_200;
const PERIOD: usize = 10;
const TARGET: f64 = 70.0;
/// As it is drawn.
const CPU: &str = "cpu - 70";

// ---- the run

/// The controller as the stub gives it.
struct Controller {
    t: Tuning,
    u: f64,
    filtered: Option<f64>,
    e_last: Option<f64>,
}

impl Controller {
    fn step(&mut self, seen: f64) -> f64 {
        let weight = if self.t.tau_s > 0.0 { 1.0 - kit::exp(-(PERIOD as f64) / self.t.tau_s) } else { 1.0 };
        let before = self.filtered.unwrap_or(seen);
        let cpu = before + weight * (seen - before);
        let e = TARGET - cpu;
        if e.abs() > self.t.deadband_pct {
            let move_to = self.t.kp * (e - self.e_last.unwrap_or(e)) + self.t.ki * e * PERIOD as f64;
            let most = self.t.slew_per_s * PERIOD as f64;
            self.u = (self.u + move_to.clamp(-most, most)).clamp(0.0, 20.0);
        }
        self.filtered = Some(cpu);
        self.e_last = Some(e);
        self.u
    }
}

fn base(second: usize) -> f64 {
    if second < STEP { 25.0 } else { 40.0 }
}

/// One value a second, `filtered` one a period.
struct Run {
    cpu: Vec<f64>,
    u: Vec<f64>,
    filtered: Vec<f64>,
    gain: f64,
}

fn run(t: &Tuning, gain: f64, dead_s: usize, noise: &[f64]) -> Run {
    let mut controller = Controller { t: *t, u: 0.0, filtered: None, e_last: None };
    let mut run = Run { cpu: Vec::new(), u: Vec::new(), filtered: Vec::new(), gain };
    let (mut x, mut u) = (0.0, 0.0);
    for second in 0..END {
        run.cpu.push(f64::min(base(second) + x, 100.0));
        if second % PERIOD == 0 {
            let old = if second >= dead_s { run.cpu[second - dead_s] } else { base(0) };
            u = controller.step(old + noise[second / PERIOD]);
            run.filtered.push(controller.filtered.unwrap_or(old));
        }
        run.u.push(u);
        x += (gain * u - x) / 20.0;
    }
    run
}

struct Runs {
    plant: Run,
    second: Run,
}

static RUNS: OnceLock<Result<Runs, String>> = OnceLock::new();

/// Both runs, made once; every check looks at them.
fn runs(case: &Case) -> Result<&'static Runs, kit::Fail> {
    let made = RUNS.get_or_init(|| {
        let t = tuning();
        let named = [
            ("tau_s", t.tau_s),
            ("kp", t.kp),
            ("ki", t.ki),
            ("deadband_pct", t.deadband_pct),
            ("slew_per_s", t.slew_per_s),
        ];
        if let Some((name, value)) = named.iter().find(|(_, value)| !(0.0..=3_600.0).contains(value)) {
            return Err(format!("{name} is {value}; all five numbers are finite and 0 to 3,600"));
        }
        let mut rng = Rng::new(0x05_bacf ^ case.seed);
        let noise: Vec<f64> = (0..END / PERIOD).map(|_| 1.5 * rng.normal()).collect();
        Ok(Runs { plant: run(&t, 4.0, 30, &noise), second: run(&t, 6.0, 40, &noise) })
    });
    made.as_ref().or_else(|why| fail(why.clone()))
}

// ---- what is measured, in seconds

fn at(second: usize) -> u64 {
    second as u64 * SEC
}

impl Run {
    /// The highest CPU before the load grows, and when.
    fn peak(&self) -> (f64, usize) {
        let mut peak = (0.0, 0);
        for (second, cpu) in self.cpu[..STEP].iter().enumerate() {
            if *cpu > peak.0 {
                peak = (*cpu, second);
            }
        }
        peak
    }
    /// How long after its start the CPU stays within the band until the end of a span; the whole span if never.
    fn settling(&self, span: &Range<usize>, band: f64) -> usize {
        let outside = |second: &usize| (self.cpu[*second] - TARGET).abs() > band;
        span.clone().rfind(outside).map_or(0, |last| last + 1 - span.start)
    }
    /// Stretches of a span in which `holds` is true of the CPU.
    fn stretches(&self, span: Range<usize>, holds: impl Fn(f64) -> bool) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for second in span.filter(|second| holds(self.cpu[*second])) {
            match found.last_mut() {
                Some(last) if last.end == second => last.end += 1,
                _ => found.push(second..second + 1),
            }
        }
        found
    }
    /// The CPU farthest from the target in a stretch.
    fn farthest(&self, stretch: &Range<usize>) -> f64 {
        let far = |cpu: &&f64| (**cpu - TARGET).abs();
        let cpu = self.cpu[stretch.clone()].iter().max_by(|a, b| far(a).total_cmp(&far(b)));
        cpu.copied().unwrap_or(TARGET)
    }
    fn drawn(&self, values: &[f64], every: usize) -> Vec<(u64, f64)> {
        values.iter().enumerate().step_by(every).map(|(second, value)| (at(second), *value)).collect()
    }
    /// How far the CPU is from the target in a span, with lines that are judged. What is far below is left out, so
    /// that there is room for what is close. The curve that marks are on is `CPU`.
    fn draw_cpu(&self, case: &mut Case, span: Range<usize>, lines: &[(&str, f64)]) {
        let inside = |point: &(u64, f64)| (at(span.start)..=at(span.end)).contains(&point.0);
        let off = |cpu: f64| if cpu < TARGET - 10.0 { f64::NAN } else { cpu - TARGET };
        let all = self.drawn(&self.cpu, PERIOD).into_iter().filter(inside);
        let cpu: Vec<_> = all.map(|(now, cpu)| (now, off(cpu))).collect();
        case.series(CPU, "pp", &cpu);
        for (name, value) in lines {
            case.series(name, "pp", &[(at(span.start), *value), (at(span.end), *value)]);
        }
    }
    fn draw_u(&self, case: &mut Case) {
        case.series("u", "krows/s", &self.drawn(&self.u, PERIOD));
        let hold = |second| (TARGET - base(second)) / self.gain;
        let points = [(0, hold(0)), (at(STEP), hold(0)), (at(STEP), hold(STEP)), (at(END), hold(STEP))];
        case.series("u that holds 70 %", "krows/s", &points);
    }
}

fn count(seconds: usize) -> String {
    if seconds >= 1_000 {
        format!("{},{:03} s", seconds / 1_000, seconds % 1_000)
    } else {
        format!("{seconds} s")
    }
}

// ---- the checks

fn finite_and_legal(case: &mut Case) -> Res {
    runs(case).map(|_| ())
}

/// The excess over the target, as it is judged and marked on both plants.
fn judge_overshoot(case: &mut Case, r: &Run, metric: &str, limit: f64, beside: (f64, f64)) -> Res {
    let (peak, when) = r.peak();
    let over = peak - TARGET;
    case.score(Score::at_most(metric, over, "pp", limit).beside(beside.0, beside.1));
    if over <= limit {
        return Ok(());
    }
    let swings = r.stretches(0..STEP, |cpu| cpu > TARGET + limit);
    for (i, swing) in swings.iter().take(5).enumerate() {
        let most = r.farthest(swing) - TARGET;
        let label = format!("overshoot {most:.1} pp, {} of {}", i + 1, swings.len());
        case.mark(CPU, at(swing.start), at(swing.end), &label);
    }
    fail(format!(
        "the start drives the CPU to {peak:.0} % at {}, {over:.1} pp above the target: u goes on rising until news of \
         its rise arrives",
        count(when)
    ))
}

fn overshoot(case: &mut Case) -> Res {
    let r = &runs(case)?.plant;
    r.draw_cpu(case, 0..END, &[("limit +5", 5.0)]);
    r.draw_u(case);
    // What the controller goes by, in the first minutes: late, and as smooth as its filter makes it.
    let early = 0..400 / PERIOD;
    let cpu: Vec<_> = early.clone().map(|i| (at(i * PERIOD), r.cpu[i * PERIOD])).collect();
    let seen: Vec<_> = early.map(|i| (at(i * PERIOD), r.filtered[i])).collect();
    case.series("start: cpu", "%", &cpu);
    case.series("start: seen, filtered", "%", &seen);
    judge_overshoot(case, r, "overshoot", 5.0, (27.0, 1.7))
}

/// A span, the band that is wanted in it, and how soon.
struct Settle {
    metric: &'static str,
    span: Range<usize>,
    band: f64,
    limit: usize,
    beside: (f64, f64),
}

fn judge_settling(case: &mut Case, r: &Run, s: &Settle) -> Res {
    let took = r.settling(&s.span, s.band);
    let (limit, length) = (s.limit, s.span.len());
    case.score(Score::at_most(s.metric, took as f64, "s", limit as f64).beside(s.beside.0, s.beside.1));
    if took <= limit {
        return Ok(());
    }
    let (above, below) = (format!("+{}", s.band), format!("-{}", s.band));
    let band = [(above.as_str(), s.band), (below.as_str(), -s.band)];
    r.draw_cpu(case, s.span.start.saturating_sub(100)..s.span.end, &band);
    let late = s.span.start + limit..s.span.end;
    let outside = r.stretches(late.clone(), |cpu| (cpu - TARGET).abs() > s.band);
    for stretch in outside.iter().take(6) {
        let (cpu, long) = (r.farthest(stretch), count(stretch.len()));
        case.mark(CPU, at(stretch.start), at(stretch.end), &format!("{cpu:.1} %, {long} outside"));
    }
    let (low, high) = (TARGET - s.band, TARGET + s.band);
    let settled = if took == length {
        "to the end it does not stay there".to_string()
    } else {
        format!("that takes {}", count(took))
    };
    let values = &r.cpu[late];
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(0.0, f64::max);
    fail(format!(
        "{} after {} the CPU is to stay between {low} and {high} %; {settled}, and after these {} it is still between \
         {lowest:.0} and {highest:.0} %",
        count(limit),
        if s.span.start == 0 { "the start" } else { "the load has grown" },
        count(limit)
    ))
}

fn settle_start(case: &mut Case) -> Res {
    let r = &runs(case)?.plant;
    let (metric, span) = ("settled after the start", 0..STEP);
    judge_settling(case, r, &Settle { metric, span, band: 4.0, limit: 300, beside: (1_200.0, 169.0) })
}

fn settle_step(case: &mut Case) -> Res {
    let r = &runs(case)?.plant;
    let (metric, span) = ("settled after the step", STEP..END);
    judge_settling(case, r, &Settle { metric, span, band: 4.0, limit: 240, beside: (1_200.0, 108.0) })
}

fn over_80(case: &mut Case) -> Res {
    let r = &runs(case)?.plant;
    let above = r.stretches(0..END, |cpu| cpu > 80.0);
    let seconds: usize = above.iter().map(Range::len).sum();
    case.score(Score::at_most("cpu above 80 %", seconds as f64, "s", 90.0).beside(957.0, 66.0));
    if seconds <= 90 {
        return Ok(());
    }
    r.draw_cpu(case, 0..END, &[("80 %", 80.0 - TARGET)]);
    for stretch in above.iter().take(6) {
        let label = format!("{} above 80 %, to {:.0} %", count(stretch.len()), r.farthest(stretch));
        case.mark(CPU, at(stretch.start), at(stretch.end), &label);
    }
    fail(format!(
        "the CPU is above 80 % for {}, in {}; at most 90 s are allowed. The step of the load to 85 % is not even \
         seen for 30 s, so what is seen must then be acted on",
        count(seconds),
        if above.len() == 1 { "one stretch".into() } else { format!("{} stretches", above.len()) }
    ))
}

/// Nothing changes in these: all movement is an answer to noise, or a swing.
const CALM: [Range<usize>; 2] = [700..1_200, 1_900..2_400];

fn movement(case: &mut Case) -> Res {
    let r = &runs(case)?.plant;
    let calm = || CALM.into_iter().flatten();
    let moved: f64 = calm().map(|second| (r.u[second] - r.u[second - 1]).abs()).sum();
    let minutes = calm().count() as f64 / 60.0;
    let a_minute = moved / minutes;
    case.score(Score::at_most("movement in calm", a_minute, "krows/s a min", 0.6).beside(26.0, 0.11));
    if a_minute <= 0.6 {
        return Ok(());
    }
    r.draw_u(case);
    let all = CALM.map(|span| reversals(&r.u, span));
    let number: usize = all.iter().map(Vec::len).sum();
    for (i, second) in all.into_iter().flatten().take(6).enumerate() {
        case.mark("u", at(second), at(second), &format!("reversal {} of {number}", i + 1));
    }
    fail(format!(
        "in 1,000 s in which neither load nor target change u moves by {moved:.1} krows/s in all, {a_minute:.2} a minute, \
         and turns round {number} times; the noise of 1.5 % is no reason to copy faster or slower"
    ))
}

/// When `u` turns round in a span.
fn reversals(u: &[f64], span: Range<usize>) -> Vec<usize> {
    let (mut last, mut found) = (0.0, Vec::new());
    for second in span {
        let step = u[second] - u[second - 1];
        if step * last < 0.0 {
            found.push(second);
        }
        if step != 0.0 {
            last = step;
        }
    }
    found
}

fn backfilled(case: &mut Case) -> Res {
    let r = &runs(case)?.plant;
    let rows: f64 = r.u.iter().sum();
    case.score(Score::at_least("rows copied", rows, "krows", 21_000.0).beside(23_528.0, 22_110.0));
    if rows >= 21_000.0 {
        return Ok(());
    }
    r.draw_u(case);
    let slow = |second: &usize| r.u[*second] < 0.9 * (TARGET - base(*second)) / r.gain;
    for span in [0..STEP, STEP..END] {
        let first = span.clone().find(slow);
        let until = span.clone().rfind(slow);
        if let (Some(first), Some(last)) = (first, until) {
            let missed: f64 = (first..=last).map(|s| (TARGET - base(s)) / r.gain - r.u[s]).sum();
            case.mark(
                "u",
                at(first),
                at(last + 1),
                &format!("{missed:.0} krows less than there was room for"),
            );
        }
    }
    fail(format!(
        "{rows:.0} krows are copied; with the CPU at 70 % all the time it would be 22,500, and 21,000 are wanted"
    ))
}

fn robust_overshoot(case: &mut Case) -> Res {
    let r = &runs(case)?.second;
    r.draw_cpu(case, 0..END, &[("limit +12", 12.0)]);
    r.draw_u(case);
    judge_overshoot(case, r, "second plant: overshoot", 12.0, (30.0, 6.0))
}

fn robust_settle(case: &mut Case) -> Res {
    let r = &runs(case)?.second;
    let (metric, span) = ("second plant: settled after the step", STEP..END);
    judge_settling(case, r, &Settle { metric, span, band: 6.0, limit: 300, beside: (1_200.0, 81.0) })
}
