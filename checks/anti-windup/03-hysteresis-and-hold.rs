//! Hidden checks of 03-hysteresis-and-hold. Scenarios carry their answers, worked out by hand; random samples are
//! compared with a reference that keeps every sample and works the mode out again from the first one each time.
use crate::{Brownout, Deadband, Thresholds};
use kit::{Case, Check, Config, Res, Rng, SEC, Table, forall_cfg};
use std::fmt::{self, Debug};

pub const CHECKS: &[Check] = &[
    ("holds-inside-the-gap", "a mode that changes between the thresholds", holds_inside_the_gap),
    (
        "edges-belong-to-the-transition",
        "a sample just on a threshold that does not switch",
        edges_belong_to_the_transition,
    ),
    ("first-entry-needs-no-wait", "a hold before anything was switched", first_entry_needs_no_wait),
    (
        "minimum-hold-counts-from-the-switch",
        "a hold that is too short, too long, or starts at another time",
        minimum_hold_counts_from_the_switch,
    ),
    ("holds-do-not-latch", "a sample of the hold that switches after it", holds_do_not_latch),
    (
        "nan-and-clock-back",
        "a missing sample or an earlier time that moves the mode or the clock",
        nan_and_clock_back,
    ),
    ("calm-in-the-loop", "a brownout that flickers as it relieves its own queue", calm_in_the_loop),
    (
        "deadband-measures-from-the-last-output",
        "a deadband around something else than what was answered",
        deadband_measures_from_the_last_output,
    ),
    ("matches-reference", "random samples and wishes with any other answer", matches_reference),
];

const fn thresholds(enter: f64, exit: f64, min_on_s: u64, min_off_s: u64) -> Thresholds {
    Thresholds { enter, exit, min_on_ns: min_on_s * SEC, min_off_ns: min_off_s * SEC }
}

/// The example of the exercise.
const EXAMPLE: Thresholds = thresholds(450.0, 300.0, 30, 5);
const LAST: u64 = 1 << 62;

// ---- words

fn figure(x: f64) -> String {
    if x == f64::INFINITY {
        "+infinity".into()
    } else if x == f64::NEG_INFINITY {
        "-infinity".into()
    } else {
        format!("{x}")
    }
}

fn span(ns: u64) -> String {
    match ns {
        0 => "0 s".into(),
        LAST => "2^62 ns".into(),
        _ if ns % SEC == 0 => format!("{} s", ns / SEC),
        _ => format!("{ns} ns"),
    }
}

fn rules(t: Thresholds) -> String {
    let (on, off) = (span(t.min_on_ns), span(t.min_off_ns));
    format!("enter {}, exit {}, at least {on} on and {off} off", t.enter, t.exit)
}

fn mode(on: bool) -> String {
    if on { "on".into() } else { "off".into() }
}

// ---- the learner's calls, named should they panic

fn brownout(t: Thresholds) -> Brownout {
    kit::during(|| format!("new: {}", rules(t)), || Brownout::new(t))
}

fn observe(brownout: &mut Brownout, now: u64, x: f64) -> bool {
    kit::during(|| format!("observe(at {}, x {})", span(now), figure(x)), || brownout.observe(now, x))
}

fn deadband(width: f64) -> Deadband {
    kit::during(|| format!("new: width {width}"), || Deadband::new(width))
}

fn apply(deadband: &mut Deadband, u: f64) -> f64 {
    kit::during(|| format!("apply({})", figure(u)), || deadband.apply(u))
}

// ---- scenarios

/// When, what, and whether it is on then.
type Step = (u64, f64, bool);

const fn at(seconds: u64, x: f64, on: bool) -> Step {
    (seconds * SEC, x, on)
}

fn play(promise: &str, t: Thresholds, steps: &[Step]) -> Res {
    let mut brownout = brownout(t);
    let mut table = Table::new();
    let mut latest = 0;
    for &(now, x, on) in steps {
        let actual = observe(&mut brownout, now, x);
        let behind =
            if now < latest { format!(", {} behind the clock", span(latest - now)) } else { String::new() };
        latest = if x.is_nan() { latest } else { latest.max(now) };
        table.row(now, format!("sample {}{behind}", figure(x)), mode(on), mode(actual));
    }
    table.verdict(&format!("{promise}: {}", rules(t)))
}

fn holds_inside_the_gap(_: &mut Case) -> Res {
    let promise = "between the thresholds it stays what it is";
    let t = thresholds(450.0, 300.0, 0, 0);
    let steps = [
        at(0, 449.0, false),
        at(10, 301.0, false),
        at(20, 460.0, true),
        at(30, 449.0, true),
        at(40, 301.0, true),
        at(50, 290.0, false),
        at(60, 301.0, false),
        at(70, 449.0, false),
    ];
    play(promise, t, &steps)?;
    let promise = "thresholds may lie on both sides of 0";
    let steps =
        [at(0, 4.0, false), at(10, 6.0, true), at(20, 0.0, true), at(30, -4.0, true), at(40, -6.0, false)];
    play(promise, thresholds(5.0, -5.0, 0, 0), &steps)
}

fn edges_belong_to_the_transition(_: &mut Case) -> Res {
    let promise = "a sample just on a threshold switches";
    let t = thresholds(450.0, 300.0, 0, 0);
    play(promise, t, &[at(0, 450.0, true), at(10, 300.0, false), at(20, 450.0, true), at(30, 300.0, false)])
}

fn first_entry_needs_no_wait(_: &mut Case) -> Res {
    let promise = "before the first switch there is nothing to wait for";
    play(promise, EXAMPLE, &[at(0, 460.0, true)])?;
    play(promise, EXAMPLE, &[at(0, 100.0, false), at(1, 460.0, true)])?;
    play(promise, thresholds(450.0, 300.0, 30, 3_600), &[at(1_000, 100.0, false), at(1_001, 460.0, true)])?;
    play(promise, Thresholds { min_off_ns: LAST, ..EXAMPLE }, &[at(0, 100.0, false), at(1, 460.0, true)])
}

fn minimum_hold_counts_from_the_switch(_: &mut Case) -> Res {
    let promise = "from the switch on it stays on for the minimum time, and exactly then it may switch off";
    let t = thresholds(450.0, 300.0, 30, 5);
    play(promise, t, &[at(10, 460.0, true), at(39, 290.0, true), at(40, 290.0, false)])?;
    let nearly = (40 * SEC - 1, 290.0, true);
    play(promise, t, &[at(10, 460.0, true), nearly, at(40, 290.0, false)])?;
    // A nanosecond after a full second.
    let odd = 10 * SEC + 1;
    play(promise, t, &[(odd, 460.0, true), at(40, 290.0, true), (odd + 30 * SEC, 290.0, false)])?;
    let promise = "a high sample while it is on does not start the minimum time again";
    play(promise, t, &[at(10, 460.0, true), at(30, 470.0, true), at(39, 460.0, true), at(40, 290.0, false)])?;
    let promise = "it stays off for its own minimum time, counted from the switch too";
    let off = [
        at(0, 460.0, true),
        at(30, 290.0, false),
        at(32, 280.0, false),
        at(34, 460.0, false),
        at(35, 460.0, true),
    ];
    play(promise, t, &off)?;
    let nearly = (35 * SEC - 1, 460.0, false);
    play(promise, t, &[at(0, 460.0, true), at(30, 290.0, false), nearly, at(35, 460.0, true)])?;
    let promise = "each switch starts the minimum time of its mode, also the second one";
    let twice = [
        at(0, 460.0, true),
        at(30, 290.0, false),
        at(35, 460.0, true),
        at(64, 290.0, true),
        at(65, 290.0, false),
        at(69, 460.0, false),
        at(70, 460.0, true),
    ];
    play(promise, t, &twice)?;
    let promise = "the example in the exercise";
    let steps = [
        at(0, 460.0, true),
        at(10, 290.0, true),
        at(25, 310.0, true),
        at(30, 290.0, false),
        at(33, 470.0, false),
        at(35, 470.0, true),
    ];
    play(promise, EXAMPLE, &steps)?;
    let promise = "a minimum time that begins when the clock is 0 is one like any other";
    play(promise, t, &[at(0, 460.0, true), at(0, 290.0, true), at(30, 290.0, false)])?;
    let off = thresholds(450.0, 300.0, 0, 5);
    play(promise, off, &[at(0, 460.0, true), at(0, 290.0, false), at(0, 460.0, false), at(5, 460.0, true)])?;
    let promise = "with minimum times of 0 each sample decides, also at one instant";
    let t = thresholds(450.0, 300.0, 0, 0);
    let instant = [
        at(7, 450.0, true),
        at(7, 450.0, true),
        at(7, 300.0, false),
        at(7, 300.0, false),
        at(7, 450.0, true),
    ];
    play(promise, t, &instant)?;
    let promise = "the longest minimum time ends exactly then as well";
    let long = Thresholds { min_on_ns: LAST, ..EXAMPLE };
    play(promise, long, &[at(0, 460.0, true), (LAST - 1, 290.0, true), (LAST, 290.0, false)])?;
    play(promise, long, &[at(1, 460.0, true), (LAST, 290.0, true)])
}

fn holds_do_not_latch(_: &mut Case) -> Res {
    let promise =
        "a low sample during the minimum time is forgotten: afterwards the sample that comes then decides";
    let on = [
        at(0, 460.0, true),
        at(10, 290.0, true),
        at(20, 310.0, true),
        at(30, 310.0, true),
        at(40, 310.0, true),
    ];
    play(promise, EXAMPLE, &on)?;
    let promise =
        "a high sample during the minimum time is forgotten: afterwards the sample that comes then decides";
    let off = [
        at(0, 460.0, true),
        at(30, 290.0, false),
        at(32, 470.0, false),
        at(35, 440.0, false),
        at(50, 440.0, false),
        at(60, 450.0, true),
    ];
    play(promise, EXAMPLE, &off)
}

fn nan_and_clock_back(_: &mut Case) -> Res {
    let nan = f64::NAN;
    let promise = "a missing sample leaves the mode as it is";
    let t = thresholds(450.0, 300.0, 0, 0);
    play(
        promise,
        t,
        &[at(0, nan, false), at(1, 460.0, true), at(2, nan, true), at(3, 290.0, false), at(4, nan, false)],
    )?;
    let promise = "an infinite sample is a sample";
    let (up, down) = (f64::INFINITY, f64::NEG_INFINITY);
    play(promise, t, &[at(0, down, false), at(1, up, true), at(2, up, true), at(3, down, false)])?;
    play(promise, EXAMPLE, &[at(0, up, true), at(10, down, true), at(30, down, false), at(32, up, false)])?;
    let promise = "a missing sample does not move the clock: its time does not count";
    play(
        promise,
        EXAMPLE,
        &[at(0, 460.0, true), at(100, nan, true), at(20, 290.0, true), at(30, 290.0, false)],
    )?;
    let promise = "a missing sample does not start the minimum time";
    let missing = [at(0, 460.0, true), at(29, 400.0, true), at(29, nan, true), at(30, 290.0, false)];
    play(promise, EXAMPLE, &missing)?;
    let promise = "a sample with an earlier time is judged at the latest time so far, and may switch";
    play(promise, EXAMPLE, &[at(10, 460.0, true), at(40, 400.0, true), at(5, 290.0, false)])?;
    play(
        promise,
        EXAMPLE,
        &[at(10, 460.0, true), at(39, 400.0, true), at(5, 290.0, true), at(40, 290.0, false)],
    )?;
    play(
        promise,
        EXAMPLE,
        &[
            at(100, 200.0, false),
            at(50, 460.0, true),
            at(80, 290.0, true),
            at(129, 290.0, true),
            at(130, 290.0, false),
        ],
    )?;
    let promise = "after a step back the clock goes on from the latest time, not from the earlier one";
    play(
        promise,
        EXAMPLE,
        &[
            at(10, 460.0, true),
            at(35, 400.0, true),
            at(0, 400.0, true),
            at(31, 290.0, true),
            at(40, 290.0, false),
        ],
    )?;
    let promise = "a clock that goes back all the way changes nothing";
    play(promise, EXAMPLE, &[(LAST, 460.0, true), at(0, 290.0, true), (LAST, 290.0, true)])
}

// ---- the switch in a loop with the queue that it relieves

/// What the delay tends to while the brownout is off and while it is on, and for how many seconds. The third one is a
/// dip during the first minimum time on.
const EVENING: [(f64, f64, u64); 5] =
    [(200.0, 120.0, 20), (600.0, 385.0, 18), (400.0, 150.0, 10), (600.0, 385.0, 132), (200.0, 120.0, 60)];
/// A switch shows in the delay that many seconds later: what is queued has to be served first.
const LATE: usize = 6;

/// A second: the delay, whether the brownout is on, and whether it is by the rules.
struct Second {
    delay: f64,
    on: bool,
    due: bool,
}

/// The evening with `decide` as the switch. Delays are whole milliseconds.
fn evening(seed: u64, mut decide: impl FnMut(u64, f64) -> bool) -> Vec<Second> {
    let mut rng = Rng::new(0xe7e ^ seed);
    let mut rules = Due::new(EXAMPLE);
    let mut delay = 200.0;
    let mut seconds: Vec<Second> = Vec::new();
    for (relaxed, relieved, length) in EVENING {
        for _ in 0..length {
            let now = seconds.len() as u64 * SEC;
            let relief = seconds.len() >= LATE && seconds[seconds.len() - LATE].on;
            delay += (if relief { relieved } else { relaxed } - delay) / 4.0;
            let x = (delay + rng.below(31) as f64 - 15.0).round();
            seconds.push(Second { delay: x, on: decide(now, x), due: rules.observe(now, x) });
        }
    }
    seconds
}

/// A mode as 0 and 1, with two points at each change.
fn steps(evening: &[Second], mode: fn(&Second) -> bool) -> Vec<(u64, f64)> {
    let mut points: Vec<(u64, f64)> = Vec::new();
    for (now, second) in (0..).zip(evening) {
        let level = f64::from(u8::from(mode(second)));
        if let Some(last) = points.last().filter(|last| last.1 != level) {
            points.push((now * SEC, last.1));
        }
        points.push((now * SEC, level));
    }
    points
}

/// The seconds of the switches.
fn switches(evening: &[Second], mode: fn(&Second) -> bool) -> Vec<u64> {
    let before = [false].into_iter().chain(evening.iter().map(mode));
    let changed = (0..).zip(evening.iter().map(mode)).zip(before).filter(|((_, on), before)| on != before);
    changed.map(|((second, _), _)| second).collect()
}

fn calm_in_the_loop(case: &mut Case) -> Res {
    let mut brownout = brownout(EXAMPLE);
    let yours = evening(case.seed, |now, x| observe(&mut brownout, now, x));
    let naive = evening(case.seed, |_, x| x >= EXAMPLE.enter);
    let right = yours.iter().all(|second| second.on == second.due);

    let delay = |evening: &[Second]| -> Vec<(u64, f64)> {
        (0..).zip(evening).map(|(second, at)| (second * SEC, at.delay)).collect()
    };
    let line = |x: f64| [(0, x), ((yours.len() as u64 - 1) * SEC, x)];
    case.series("brownout: yours", "on", &steps(&yours, |second| second.on));
    if right {
        case.series("brownout: one threshold", "on", &steps(&naive, |second| second.on));
    } else {
        case.series("brownout: as promised", "on", &steps(&yours, |second| second.due));
    }
    case.series("queue delay: yours", "ms", &delay(&yours));
    case.series("queue delay: one threshold", "ms", &delay(&naive));
    case.series("queue delay: enter", "ms", &line(EXAMPLE.enter));
    case.series("queue delay: exit", "ms", &line(EXAMPLE.exit));
    if right {
        let flicker = switches(&naive, |second| second.on);
        if let [first, .., last] = flicker[..] {
            let label = format!("{} switches with one threshold", flicker.len());
            case.mark("brownout: one threshold", first * SEC, last * SEC, &label);
        }
        return Ok(());
    }
    // The first stretches that are not as promised.
    let mut at = 0;
    for stretch in yours.chunk_by(|a, b| (a.on, a.due) == (b.on, b.due)) {
        let from = at;
        at += stretch.len() as u64;
        if stretch[0].on != stretch[0].due {
            let label =
                format!("{} for {} s, not {}", mode(stretch[0].on), stretch.len(), mode(stretch[0].due));
            case.mark("brownout: yours", from * SEC, at * SEC, &label);
        }
    }
    let mut table = Table::new();
    for (now, second) in (0..).zip(&yours) {
        table.row(now * SEC, format!("sample {}", figure(second.delay)), mode(second.due), mode(second.on));
    }
    let made = switches(&yours, |second| second.on).len();
    let owed = switches(&yours, |second| second.due).len();
    table.verdict(&format!(
        "over an evening in which the brownout itself shortens the queue, it switches {owed} times by the rules; yours \
         switched {made} times: {}",
        rules(EXAMPLE)
    ))
}

// ---- deadband

fn played(promise: &str, width: f64, steps: &[(f64, f64)]) -> Res {
    let mut deadband = deadband(width);
    let mut table = Table::new();
    for &(u, output) in steps {
        let actual = apply(&mut deadband, u);
        table.row(0, format!("wish {}", figure(u)), figure(output), figure(actual));
    }
    table.verdict(&format!("{promise}: width {width}"))
}

fn deadband_measures_from_the_last_output(_: &mut Case) -> Res {
    let promise = "the output stays while the wish is within the width of it, and then becomes the wish";
    let wishes = [(10.0, 10.0), (11.0, 10.0), (12.0, 10.0), (12.5, 12.5), (13.0, 12.5), (15.0, 15.0)];
    played(promise, 2.0, &wishes)?;
    played(promise, 2.0, &[(10.0, 10.0), (8.0, 10.0), (7.5, 7.5), (9.5, 7.5), (10.0, 10.0)])?;
    let promise = "a slow drift adds up: the distance is that from the output, not from the wish before";
    played(
        promise,
        2.0,
        &[(10.0, 10.0), (11.0, 10.0), (12.0, 10.0), (13.0, 13.0), (14.0, 13.0), (15.0, 13.0), (16.0, 16.0)],
    )?;
    let promise = "the first wish is the output, however small";
    played(promise, 2.0, &[(1.0, 1.0), (3.0, 1.0)])?;
    played(promise, 2.0, &[(-1.5, -1.5), (0.0, -1.5), (1.0, 1.0)])?;
    let promise = "with a width of 0 every wish is the output";
    played(promise, 0.0, &[(10.0, 10.0), (10.125, 10.125), (10.0, 10.0), (10.0, 10.0)])?;
    let promise = "a wish that is NaN changes nothing";
    let nan = f64::NAN;
    played(promise, 2.0, &[(nan, nan), (1.0, 1.0), (nan, 1.0), (2.0, 1.0), (3.5, 3.5)])?;
    let promise = "an infinite wish is a wish";
    let (up, down) = (f64::INFINITY, f64::NEG_INFINITY);
    played(promise, 2.0, &[(1.0, 1.0), (up, up), (up, up), (nan, up), (down, down), (5.0, 5.0)])?;
    played(promise, 2.0, &[(up, up), (5.0, 5.0), (6.0, 5.0)])
}

// ---- random samples

/// The rules over everything that was ever seen, from the start.
struct Due {
    t: Thresholds,
    seen: Vec<(u64, f64)>,
}

impl Due {
    fn new(t: Thresholds) -> Due {
        Due { t, seen: Vec::new() }
    }
    fn observe(&mut self, now: u64, x: f64) -> bool {
        if !x.is_nan() {
            let latest = self.seen.iter().map(|seen| seen.0).max().unwrap_or(0);
            self.seen.push((now.max(latest), x));
        }
        let mut switches: Vec<u64> = Vec::new();
        for &(time, x) in &self.seen {
            let on = switches.len() % 2 == 1;
            let passed = if on { x <= self.t.exit } else { x >= self.t.enter };
            let least = if on { self.t.min_on_ns } else { self.t.min_off_ns };
            if passed && switches.last().is_none_or(|last| time - last >= least) {
                switches.push(time);
            }
        }
        switches.len() % 2 == 1
    }
}

/// Times in seconds; `x` is one of `XS`.
#[derive(Clone, Copy)]
struct Op {
    gap_s: u64,
    back_s: u64,
    x: usize,
}
kit::shrink_fields!(Op { back_s, x } carry gap_s);

const XS: [f64; 12] = [
    375.0,
    300.0,
    450.0,
    290.0,
    460.0,
    301.0,
    449.0,
    299.0,
    451.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

impl Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s later", self.gap_s)?;
        if self.back_s > 0 {
            write!(f, ", told as {} s earlier", self.back_s)?;
        }
        write!(f, ": sample {}", figure(XS[self.x]))
    }
}

fn any(rng: &mut Rng) -> Op {
    let gap_s = *rng.pick(&[0, 1, 1, 2, 4, 5, 6, 10, 29, 30, 31]);
    let back_s = if rng.chance(0.15) { *rng.pick(&[1, 5, 30, 100]) } else { 0 };
    let x = if rng.chance(0.6) { rng.range(1, 4) } else { rng.below(12) };
    Op { gap_s, back_s, x: x as usize }
}

fn matches_reference(case: &mut Case) -> Res {
    let setups = [EXAMPLE, thresholds(450.0, 300.0, 5, 30), thresholds(450.0, 300.0, 0, 0)];
    for (i, t) in setups.into_iter().enumerate() {
        // The samples with their times and what the rules say.
        let told = |ops: &[Op]| -> Vec<Step> {
            let (mut due, mut now) = (Due::new(t), 0);
            let step = |op: &Op| {
                now += op.gap_s * SEC;
                let time = now.saturating_sub(op.back_s * SEC);
                (time, XS[op.x], due.observe(time, XS[op.x]))
            };
            ops.iter().map(step).collect()
        };
        let holds = |ops: &[Op]| -> Res {
            let steps = told(ops);
            let mut brownout = brownout(t);
            let right = steps.iter().all(|(now, x, on)| observe(&mut brownout, *now, *x) == *on);
            if right { Ok(()) } else { play("the mode follows from the samples and their times", t, &steps) }
        };
        let seed = (0xb07 ^ case.seed).wrapping_add((i as u64) << 16);
        let config = Config { cases: 120, max_len: 16, seed, ..Config::default() };
        forall_cfg(&config, &|rng, len| (0..len).map(|_| any(rng)).collect(), &holds)?;
    }
    random_wishes(case)
}

/// In eighths; `none` is NaN.
#[derive(Clone, Copy)]
struct Wish {
    eighths: i32,
    none: bool,
}
kit::shrink_fields!(Wish { eighths, none });

impl Wish {
    fn u(self) -> f64 {
        if self.none { f64::NAN } else { f64::from(self.eighths) / 8.0 }
    }
}

impl Debug for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wish {}", figure(self.u()))
    }
}

fn random_wishes(case: &Case) -> Res {
    for width in [16, 1, 0] {
        let told = |wishes: &[Wish]| -> Vec<(f64, f64)> {
            let mut output: Option<i32> = None;
            let mut steps = Vec::new();
            for wish in wishes {
                if !wish.none && output.is_none_or(|output| output.abs_diff(wish.eighths) > width) {
                    output = Some(wish.eighths);
                }
                steps.push((wish.u(), output.map_or(f64::NAN, |output| f64::from(output) / 8.0)));
            }
            steps
        };
        let width_in_units = f64::from(width) / 8.0;
        let holds = |wishes: &[Wish]| -> Res {
            let steps = told(wishes);
            let mut deadband = deadband(width_in_units);
            let right = steps.iter().all(|(u, output)| {
                let said = apply(&mut deadband, *u);
                said == *output || (said.is_nan() && output.is_nan())
            });
            let promise = "the output follows from the wishes";
            if right { Ok(()) } else { played(promise, width_in_units, &steps) }
        };
        let config = Config {
            cases: 60,
            max_len: 16,
            seed: 0xdead ^ case.seed ^ u64::from(width) << 20,
            ..Config::default()
        };
        let any = |rng: &mut Rng| Wish {
            eighths: *rng.pick(&[0, 8, 16, 17, 24, 32, 80, 81, 96, 97, -8, -17]),
            none: rng.chance(0.1),
        };
        forall_cfg(&config, &|rng, len| (0..len).map(|_| any(rng)).collect(), &holds)?;
    }
    Ok(())
}
