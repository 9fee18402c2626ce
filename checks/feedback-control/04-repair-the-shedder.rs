//! Hidden checks of the repaired shedder. Expected probabilities are worked out by hand, or in whole numbers
//! without any rounding; two loops on a simulated queue show what the two defects do to a node.
use crate::{Config, Shedder};
use kit::{Case, Check, Res, Rng, Row, Score, Table, ensure, fail};

pub const CHECKS: &[Check] = &[
    ("sheds-when-over-target", "a delay above the target that sheds less, or not at all", over_target),
    ("rising-delay-sheds-more", "a trend term that pushes instead of braking", rising_delay),
    ("tick-rate-does-not-matter", "a share that depends on how often somebody ticks", tick_rate),
    ("clamps-the-state", "calm or overload that is stored up beyond a limit", clamps_the_state),
    ("first-tick-is-bumpless", "a start that sheds because of when, or how late, it starts", first_tick),
    ("clock-steps-back", "a clock that stands still or goes back", clock_steps_back),
    ("whole-clock", "instants, gaps and limits at the ends of their ranges", whole_clock),
    (
        "matches-exact-arithmetic",
        "any share that differs from the exact one by more than 1e-9",
        matches_exact,
    ),
    ("loop-at-10-hz", "a node that swings between idle and overfull", loop_at_10_hz),
    ("loop-at-4-hz", "the same on a weaker node, with fewer ticks", loop_at_4_hz),
];

const MS: u64 = kit::MS;
const SEC: u64 = kit::SEC;
/// Some instant of 2025, in nanoseconds since 1970; odd, so that no f64 is equal to it.
const EPOCH: u64 = 1_760_000_000_123_456_789;

fn epoch(seed: u64) -> u64 {
    EPOCH ^ (seed & 0xffff_ffff)
}

/// As printed: so many decimals, without trailing zeros.
fn figure(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// One tick as a row: equal within the tolerance, and told apart in print when it is not.
fn row(table: &mut Table, at: u64, input: String, expected: f64, actual: f64) -> bool {
    let same = close(expected, actual);
    let decimals = [4, 9].into_iter().find(|d| figure(expected, *d) != figure(actual, *d)).unwrap_or(17);
    let text = |x: f64| format!("p {}", figure(x, if same { 4 } else { decimals }));
    let actual = if same { text(expected) } else { text(actual) };
    table.push(Row { at, input, expected: text(expected), actual }, same)
}

fn tick(shedder: &mut Shedder, now: u64, delay: u64) -> f64 {
    kit::during(|| format!("tick(now {now} ns, delay {delay} ns)"), || shedder.tick(now, delay))
}

fn in_words(c: &Config) -> String {
    format!("kp {}, ki {}, target {} ms, p_max {}", c.kp, c.ki, c.target_ns / MS, c.p_max)
}

/// Ticks as (ms since the start, delay in ms, expected p); the start is at `from` on the clock.
fn play(promise: &str, c: Config, from: u64, steps: &[(i64, u64, f64)]) -> Res {
    let mut shedder = Shedder::new(c);
    let mut table = Table::new();
    for &(at_ms, delay_ms, expected) in steps {
        let now = from.wrapping_add_signed(at_ms * MS as i64);
        let actual = tick(&mut shedder, now, delay_ms * MS);
        let input = format!("at {} s, delay {delay_ms} ms", figure(at_ms as f64 / 1e3, 3));
        row(&mut table, 0, input, expected, actual);
    }
    table.verdict(&format!("{promise}: {}", in_words(&c)))
}

fn config(kp: f64, ki: f64) -> Config {
    Config { target_ns: 50 * MS, kp, ki, p_max: 0.95 }
}

// ---- one term at a time

fn over_target(case: &mut Case) -> Res {
    play(
        "100 ms above the target for 1 s is worth ki * 0.1, and as much below it takes that away again",
        config(0.0, 2.0),
        epoch(case.seed),
        // 2 * (150 - 50) ms * 1 s = 0.2, and 2 * (0 - 50) ms * 1 s = -0.1.
        &[(0, 150, 0.0), (1_000, 150, 0.2), (2_000, 150, 0.4), (3_000, 50, 0.4), (4_000, 0, 0.3)],
    )
}

fn rising_delay(case: &mut Case) -> Res {
    play(
        "the trend acts the way the delay moves: 50 ms more are worth kp * 0.05, and 50 ms less take that away",
        config(2.0, 0.0),
        epoch(case.seed),
        &[(0, 100, 0.0), (100, 150, 0.1), (200, 200, 0.2), (300, 200, 0.2), (400, 150, 0.1), (500, 100, 0.0)],
    )
}

fn tick_rate(case: &mut Case) -> Res {
    // A delay that jumps from 50 to 150 ms at once after the first tick: kp * 0.1 for the jump, whatever the
    // spacing, and ki * 0.1 a second.
    let mut table = Table::new();
    let c = config(1.0, 0.5);
    for (a_second, seconds) in [(2_u64, 1_u64), (20, 1), (2, 4), (20, 4)] {
        let mut shedder = Shedder::new(c);
        let mut p = tick(&mut shedder, epoch(case.seed), 50 * MS);
        for i in 1..=a_second * seconds {
            p = tick(&mut shedder, epoch(case.seed) + i * SEC / a_second, 150 * MS);
        }
        let input = format!("{a_second} ticks a second, after {seconds} s");
        row(&mut table, 0, input, 0.1 + 0.05 * seconds as f64, p);
    }
    table.verdict(&format!(
        "the delay jumps from 50 to 150 ms at the first tick and stays there. The jump counts once, and the error \
         by the second, not by the tick: {}",
        in_words(&c)
    ))
}

fn clamps_the_state(case: &mut Case) -> Res {
    let from = epoch(case.seed);
    play(
        "100 s without a queue store no credit: p is limited where it is kept",
        config(0.0, 2.0),
        from,
        &[(0, 0, 0.0), (100_000, 0, 0.0), (101_000, 150, 0.2)],
    )?;
    play(
        "100 s of overload store nothing beyond p_max: p comes down with the first tick below the target",
        config(0.0, 2.0),
        from,
        &[(0, 550, 0.0), (100_000, 550, 0.95), (101_000, 0, 0.85)],
    )?;
    play(
        "what the trend would have moved beyond a limit is gone as well",
        Config { p_max: 0.3, ..config(2.0, 0.0) },
        from,
        &[(0, 0, 0.0), (100, 400, 0.3), (200, 300, 0.1), (300, 0, 0.0), (400, 100, 0.2)],
    )
}

fn first_tick(case: &mut Case) -> Res {
    let from = epoch(case.seed);
    play(
        "the first tick answers 0 and only remembers, however late it is and however long the queue",
        config(2.0, 2.0),
        from,
        // 2 * (550 - 50) ms * 0.1 s = 0.1.
        &[(0, 550, 0.0), (100, 550, 0.1)],
    )?;
    play(
        "a first tick at 0 on the clock with no queue is a first tick too",
        config(2.0, 2.0),
        0,
        // 2 * 100 ms for the jump and 2 * (100 - 50) ms * 1 s for the error.
        &[(0, 0, 0.0), (1_000, 100, 0.3)],
    )
}

fn clock_steps_back(case: &mut Case) -> Res {
    let from = epoch(case.seed);
    play(
        "when the clock goes back dt is 0, the trend counts, and this tick's time and delay are what the next one \
         starts from",
        config(1.0, 0.5),
        from,
        // +0.1 s * 1; then -5 s: only the trend, +0.1; then 1 s on from there: 0.5 * 0.2 s * 1 s.
        &[(0, 50, 0.0), (1_000, 150, 0.15), (-4_000, 250, 0.25), (-3_000, 250, 0.35), (-3_000, 150, 0.25)],
    )?;
    play(
        "the first tick may be the latest that this clock ever shows",
        config(0.0, 2.0),
        from,
        &[(0, 150, 0.0), (-60_000, 150, 0.0), (-59_000, 150, 0.2)],
    )
}

fn whole_clock(case: &mut Case) -> Res {
    // 1 ms apart at the very end of the range, and by the clock of today.
    for from in [u64::MAX - 3 * MS, epoch(case.seed), 0] {
        let c = Config { target_ns: 0, ki: 100.0, kp: 0.0, p_max: 1.0 };
        // 100 * 1 s * 1 ms = 0.1.
        let promise = format!("the clock starts at {from} ns, and dt is 1 ms to the last digit");
        play(&promise, c, from, &[(0, 1_000, 0.0), (1, 1_000, 0.1), (2, 1_000, 0.2), (3, 1_000, 0.3)])?;
    }
    // From one end of the clock to the other and back; and differences of 1 ns.
    let c = Config { target_ns: 0, kp: 1_000.0, ki: 1_000.0, p_max: 1.0 };
    let mut shedder = Shedder::new(c);
    let mut table = Table::new();
    let steps = [
        ("at 0 ns, delay 1 ns", 0, 1, 0.0),
        ("at 2^64 - 1 ns, delay 1 ns", u64::MAX, 1, 1.0),
        ("at 0 ns, no delay", 0, 0, 0.999_999),
        ("at 0 ns, delay 3 ns", 0, 3, 1.0),
        ("at 0 ns, delay 1 ns", 0, 1, 0.999_998),
    ];
    for (input, now, delay, expected) in steps {
        let actual = tick(&mut shedder, now, delay);
        row(&mut table, 0, input.into(), expected, actual);
    }
    table.verdict(&format!(
        "1 ns of delay is worth a millionth at kp 1000, and the whole range of the clock is a dt like any other: {}",
        in_words(&c)
    ))?;
    // 1000 * 1000 s * 1 ns = 0.001.
    let mut shedder = Shedder::new(c);
    let mut table = Table::new();
    for (late, expected) in [(0, 0.0), (1, 0.001), (3, 0.003)] {
        let actual = tick(&mut shedder, epoch(case.seed) + late, 1_000 * SEC);
        row(&mut table, 0, format!("{late} ns after the first, delay 1000 s"), expected, actual);
    }
    table.verdict(&format!("dt is exact to the nanosecond: {}", in_words(&c)))?;
    play(
        "nothing may be shed, and nothing is",
        Config { p_max: 0.0, ..config(2.0, 2.0) },
        EPOCH,
        &[(0, 0, 0.0), (1_000, 800, 0.0), (2_000, 0, 0.0)],
    )
}

// ---- all of it against whole numbers

#[derive(Clone, Copy, Debug)]
struct Op {
    delay_us: u64,
    back: bool,
    gap_us: u64,
}

kit::shrink_fields!(Op { delay_us, back } carry gap_us);

/// Gains in eighths and p in units of 1 / (8 * 10^18), so that nothing is ever rounded.
#[derive(Clone, Copy)]
struct Plan {
    kp_8: i128,
    ki_8: i128,
    p_max_20: i128,
    target_ms: u64,
}

const UNIT: i128 = 8 * 1_000_000_000_000_000_000;

impl Plan {
    fn config(&self) -> Config {
        Config {
            target_ns: self.target_ms * MS,
            kp: self.kp_8 as f64 / 8.0,
            ki: self.ki_8 as f64 / 8.0,
            p_max: self.p_max_20 as f64 / 20.0,
        }
    }
    /// (now, delay) of each op, and the exact p after it.
    fn exact(&self, ops: &[Op]) -> Vec<(u64, u64, f64)> {
        let (mut now, mut p, mut before) = (EPOCH, 0_i128, None);
        let mut out = Vec::new();
        for op in ops {
            now = if op.back { now - op.gap_us * kit::US } else { now + op.gap_us * kit::US };
            let delay = i128::from(op.delay_us * kit::US);
            if let Some((then, delay_before)) = before {
                let dt = (i128::from(now) - i128::from(then)).max(0);
                p += self.kp_8 * (delay - delay_before) * i128::from(SEC);
                p += self.ki_8 * (delay - i128::from(self.target_ms * MS)) * dt;
                p = p.max(0).min(UNIT / 20 * self.p_max_20);
            }
            before = Some((now, delay));
            out.push((now, op.delay_us * kit::US, p as f64 / UNIT as f64));
        }
        out
    }
    fn agrees(&self, ops: &[Op]) -> bool {
        let mut shedder = Shedder::new(self.config());
        self.exact(ops).iter().all(|&(now, delay, p)| close(tick(&mut shedder, now, delay), p))
    }
    fn table(&self, ops: &[Op]) -> Res {
        let (mut shedder, mut table) = (Shedder::new(self.config()), Table::new());
        for (op, (now, delay, p)) in ops.iter().zip(self.exact(ops)) {
            let actual = tick(&mut shedder, now, delay);
            let moved = if op.back { "the clock goes back" } else { "the clock goes on" };
            let ms = |us: u64| figure(us as f64 / 1e3, 3);
            let input = format!("{moved} {} ms, delay {} ms", ms(op.gap_us), ms(op.delay_us));
            row(&mut table, 0, input, p, actual);
        }
        table.verdict(&format!("exactly worked out: {}", in_words(&self.config())))
    }
}

fn ops(rng: &mut Rng, len: usize) -> Vec<Op> {
    let op = |rng: &mut Rng| {
        let (long, late) = (if rng.chance(0.1) { 100 } else { 20 }, if rng.chance(0.1) { 200 } else { 10 });
        // Now and then a half or a quarter of a millisecond.
        let odd = |rng: &mut Rng| if rng.chance(0.1) { 250 * rng.below(4) } else { 0 };
        Op {
            delay_us: if rng.chance(0.2) { 0 } else { 10_000 * rng.below(long) + odd(rng) },
            back: rng.chance(0.1),
            gap_us: if rng.chance(0.1) { 0 } else { 50_000 * rng.range(1, late) + odd(rng) },
        }
    };
    (0..len).map(|_| op(rng)).collect()
}

fn matches_exact(case: &mut Case) -> Res {
    let plans = [
        Plan { kp_8: 16, ki_8: 16, p_max_20: 19, target_ms: 50 },
        Plan { kp_8: 3, ki_8: 1, p_max_20: 20, target_ms: 100 },
        Plan { kp_8: 0, ki_8: 24, p_max_20: 10, target_ms: 0 },
        Plan { kp_8: 40, ki_8: 0, p_max_20: 19, target_ms: 20 },
    ];
    for (i, plan) in plans.iter().enumerate() {
        let seed = 0x5_4edd ^ case.seed ^ ((i as u64) << 16);
        let config = kit::Config { cases: 60, max_len: 40, seed, ..kit::Config::default() };
        kit::forall_cfg(&config, &ops, &|ops| if plan.agrees(ops) { Ok(()) } else { plan.table(ops) })?;
    }
    Ok(())
}

// ---- the loops

/// One step of the simulated queue.
const STEP: u64 = 10 * MS;
const OVERLOAD: std::ops::Range<u64> = 10 * SEC..40 * SEC;
/// The delay has settled by then.
const SETTLED: std::ops::Range<u64> = 20 * SEC..40 * SEC;
const END: u64 = 60 * SEC;
/// What is drawn, and how often.
const DRAWN: std::ops::Range<u64> = 0..50 * SEC;
const EVERY: u64 = 200 * MS;
/// When nothing needs to be shed any more.
const LATE: u64 = OVERLOAD.end + 5 * SEC;

/// A stretch in which the node had nothing to do although requests were turned away.
struct Idle {
    from: u64,
    to: u64,
    shed: f64,
}

struct Run {
    delay: Vec<(u64, f64)>,
    shed: Vec<(u64, f64)>,
    offered: Vec<(u64, f64)>,
    served: Vec<(u64, f64)>,
    idle: Vec<Idle>,
    lowest: f64,
    highest: f64,
    peak: f64,
    peak_at: u64,
    goodput: f64,
    shed_late: f64,
    strange: Option<String>,
}

/// 800 requests a second for 10 s, 1,600 for 30 s, 700 for 20 s, for a node that serves `capacity`.
fn run(seed: u64, every: u64, capacity: f64) -> Run {
    let mut shedder = Shedder::new(Config { target_ns: 50 * MS, kp: 2.0, ki: 2.0, p_max: 0.95 });
    let mut r = Run {
        delay: Vec::new(),
        shed: Vec::new(),
        offered: Vec::new(),
        served: Vec::new(),
        idle: Vec::new(),
        lowest: f64::INFINITY,
        highest: 0.0,
        peak: 0.0,
        peak_at: 0,
        goodput: 0.0,
        shed_late: 0.0,
        strange: None,
    };
    let step_s = STEP as f64 / SEC as f64;
    let (mut queue, mut p, mut binned) = (0.0, 0.0, 0.0);
    let mut now = 0;
    while now < END {
        let load = if now < OVERLOAD.start {
            800.0
        } else if now < OVERLOAD.end {
            1_600.0
        } else {
            700.0
        };
        if now % every == 0 {
            let delay = (queue / capacity * SEC as f64).round() as u64;
            p = tick(&mut shedder, epoch(seed) + now, delay);
            if !(0.0..=0.95 + 1e-9).contains(&p) {
                r.strange = Some(format!("p is {p} at {} s, outside of 0 to 0.95", now / SEC));
                return r;
            }
        }
        let admitted = load * (1.0 - p) * step_s;
        let served = (capacity * step_s).min(queue + admitted);
        queue += admitted - served;
        let delay_ms = queue / capacity * 1e3;
        binned += served;
        if delay_ms > r.peak {
            (r.peak, r.peak_at) = (delay_ms, now);
        }
        if SETTLED.contains(&now) {
            (r.lowest, r.highest) = (r.lowest.min(delay_ms), r.highest.max(delay_ms));
        }
        if OVERLOAD.contains(&now) {
            r.goodput += served;
            // Half a per cent of its capacity unused, with load enough for more.
            if served < 0.995 * capacity * step_s {
                match r.idle.last_mut() {
                    Some(last) if last.to == now => (last.to, last.shed) = (now + STEP, last.shed.max(p)),
                    _ => r.idle.push(Idle { from: now, to: now + STEP, shed: p }),
                }
            }
        }
        if now == LATE {
            r.shed_late = p;
        }
        now += STEP;
        if now % EVERY == 0 {
            if DRAWN.contains(&now) {
                r.delay.push((now, delay_ms));
                r.shed.push((now, 100.0 * p));
                r.offered.push((now, load));
                r.served.push((now, binned / (EVERY as f64 / SEC as f64)));
            }
            binned = 0.0;
        }
    }
    r.goodput *= 100.0 / (capacity * (OVERLOAD.end - OVERLOAD.start) as f64 / SEC as f64);
    r
}

/// What the shipped code and the repaired one reach.
struct Beside {
    peak: (f64, f64),
    highest: (f64, f64),
    lowest: (f64, f64),
    goodput: (f64, f64),
}

fn judge_loop(case: &mut Case, node: &str, ticks: &str, every: u64, capacity: f64, beside: &Beside) -> Res {
    let r = run(case.seed, every, capacity);
    let delay = "queue delay";
    let swings = r.highest > 80.0 || r.lowest < 20.0;
    let lingers = r.shed_late > 0.02;
    // First what tells more: of a share that stays when the load has gone the delay says nothing.
    let only_lingers = lingers && !swings && r.peak <= 350.0 && r.goodput >= 97.0;
    if only_lingers {
        case.series("shed", "%", &r.shed);
    }
    case.series(delay, "ms", &r.delay);
    case.series("target", "ms", &[(DRAWN.start, 50.0), (DRAWN.end, 50.0)]);
    if !only_lingers {
        case.series("shed", "%", &r.shed);
    }
    case.series("offered", "requests/s", &r.offered);
    case.series("served", "requests/s", &r.served);
    if let Some(strange) = r.strange {
        return fail(strange);
    }
    let both = |score: Score, (naive, reference)| score.beside(naive, reference);
    case.score(both(Score::at_most(&format!("{node}peak of the delay"), r.peak, "ms", 350.0), beside.peak));
    case.score(both(
        Score::at_most(&format!("{node}highest delay, 20-40 s"), r.highest, "ms", 80.0),
        beside.highest,
    ));
    case.score(both(
        Score::at_least(&format!("{node}lowest delay, 20-40 s"), r.lowest, "ms", 20.0),
        beside.lowest,
    ));
    case.score(both(
        Score::at_least(&format!("{node}goodput, 10-40 s"), r.goodput, "%", 97.0),
        beside.goodput,
    ));
    case.score(Score::at_most(
        &format!("{node}still shed 5 s after the overload"),
        100.0 * r.shed_late,
        "%",
        2.0,
    ));
    // What broke, in the picture.
    if swings {
        let label = format!("{:.0} to {:.0} ms, promised 20 to 80", r.lowest, r.highest);
        case.mark(delay, SETTLED.start, SETTLED.end, &label);
    }
    if lingers {
        let label = format!("{:.0} % shed 5 s after the overload", 100.0 * r.shed_late);
        case.mark("shed", OVERLOAD.end, LATE, &label);
    }
    if r.peak > 350.0 && DRAWN.contains(&r.peak_at) {
        case.mark(delay, r.peak_at, r.peak_at, &format!("peak {:.0} ms", r.peak));
    }
    let idle: u64 = r.idle.iter().map(|idle| idle.to - idle.from).sum();
    if swings || r.goodput < 97.0 {
        for stretch in
            r.idle.iter().filter(|idle| idle.to - idle.from >= 100 * MS && idle.to <= DRAWN.end).take(4)
        {
            let seconds = (stretch.to - stretch.from) as f64 / SEC as f64;
            let label = format!("idle {seconds:.1} s, up to {:.0} % shed", 100.0 * stretch.shed);
            case.mark(delay, stretch.from, stretch.to, &label);
        }
    }
    ensure(!swings && r.goodput >= 97.0, || {
        format!(
            "{ticks} ticks a second, {:.1} times the load that the node serves: from 10 s after the step on the \
             delay is between {:.0} and {:.0} ms, promised are 20 to 80. For {:.1} of the 30 s of overload the \
             node had less to do than it can, and yet requests were turned away",
            1_600.0 / capacity,
            r.lowest,
            r.highest,
            idle as f64 / SEC as f64
        )
    })?;
    ensure(!lingers, || {
        format!(
            "{ticks} ticks a second: at 40 s the load falls to 700 requests a second, which is less than the node \
             serves, and 5 s later {:.0} % of them are still turned away, promised are at most 2 %",
            100.0 * r.shed_late
        )
    })
}

fn loop_at_10_hz(case: &mut Case) -> Res {
    let beside =
        Beside { peak: (211.0, 151.0), highest: (168.0, 50.0), lowest: (0.0, 50.0), goodput: (78.8, 100.0) };
    judge_loop(case, "", "10", 100 * MS, 1_000.0, &beside)
}

fn loop_at_4_hz(case: &mut Case) -> Res {
    let beside =
        Beside { peak: (550.0, 250.0), highest: (250.0, 50.0), lowest: (0.0, 50.0), goodput: (74.2, 100.0) };
    judge_loop(case, "weak node: ", "4", 250 * MS, 800.0, &beside)
}
