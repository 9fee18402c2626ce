//! Hidden checks of 01-irregular-ewma. Scenarios carry their values, worked out by hand from e^-1 = 0.367879 and
//! e^-2 = 0.135335; random samples are compared with the closed form over all that were accepted, with no recursion.
use crate::Ewma;
use kit::{Case, Check, Config, Res, Rng, Row, Table, ensure, forall_cfg};
use std::fmt;

pub const CHECKS: &[Check] = &[
    ("first-sample-seeds", "a start at 0, or a value before there is a sample", first_sample_seeds),
    ("step-at-tau", "another share than 63.2 % of a step after one tau", step_at_tau),
    ("split-equals-whole", "a weight per sample, whatever time passed", split_equals_whole),
    ("gap-is-not-zero", "a lost scrape taken for a sample, or its time forgotten", gap_is_not_zero),
    ("clock-back-and-ties", "a sample of the same or an earlier instant that counts", clock_back_and_ties),
    ("tau-zero", "a filter with tau 0 that still smooths, or divides by it", tau_zero),
    ("epoch-nanoseconds", "short gaps lost on a clock that counts from 1970", epoch_nanoseconds),
    ("a-scraped-quarter-hour", "a CPU curve with jitter, a jump and a hole, filtered wrongly", quarter_hour),
    (
        "matches-closed-form",
        "any value that differs from the weighted sum of all samples",
        matches_closed_form,
    ),
    ("state-is-small", "a filter that keeps its samples", state_is_small),
];

#[global_allocator]
static COUNTED: kit::Mem = kit::Mem;

const SEC: u64 = kit::SEC;
/// Early in 2024, in nanoseconds since 1970.
const NOWADAYS: u64 = 1_704_067_200 * SEC;

// ---- words

fn span(ns: u64) -> String {
    match ns {
        0 => "0 s".into(),
        u64::MAX => "2^64 - 1 ns".into(),
        _ if ns.is_multiple_of(SEC) => format!("{} s", ns / SEC),
        _ if ns.is_multiple_of(kit::MS) => format!("{} ms", ns / kit::MS),
        _ => format!("{ns} ns"),
    }
}

/// With so many decimals, without zeros at their end.
fn figure(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return x.to_string();
    }
    let text = format!("{x:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs())),
        (None, None) => true,
        _ => false,
    }
}

/// Both in so many decimals that the difference can be seen, where there is one.
fn in_words(expected: Option<f64>, actual: Option<f64>) -> (String, String) {
    let word = |value: Option<f64>, decimals| value.map_or("no value".into(), |y| figure(y, decimals));
    let decimals = if same(expected, actual) {
        3
    } else {
        [3, 6, 9, 12].into_iter().find(|d| word(expected, *d) != word(actual, *d)).unwrap_or(15)
    };
    (word(expected, decimals), word(actual, decimals))
}

// ---- the learner's calls, named should they panic

fn new(tau: u64) -> Ewma {
    kit::during(|| format!("new(tau {})", span(tau)), || Ewma::new(tau))
}

fn observe(filter: &mut Ewma, now: u64, x: f64) -> Option<f64> {
    kit::during(|| format!("observe(now {}, {x})", span(now)), || filter.observe(now, x))
}

// ---- scenarios

/// A filter beside the values that are due, as a table.
struct Play {
    filter: Ewma,
    table: Table,
}

impl Play {
    fn new(tau: u64) -> Play {
        Play { filter: new(tau), table: Table::new() }
    }

    /// Puts a sample in; `expected` is the value due after it. True while the two agree.
    fn sample(&mut self, now: u64, x: f64, expected: Option<f64>) -> bool {
        let answer = observe(&mut self.filter, now, x);
        let value = self.filter.value();
        let (due, mut actual) = in_words(expected, answer);
        let agree = same(expected, answer) && same(expected, value);
        if same(expected, answer) && !agree {
            actual = format!("{actual}, but value() {}", in_words(expected, value).1);
        }
        self.table
            .push(Row { at: now, input: format!("sample {}", figure(x, 3)), expected: due, actual }, agree)
    }
}

/// Plays samples with the values beside them. A message starts with the promise and ends with tau.
fn play(promise: &str, tau: u64, steps: &[(u64, f64, Option<f64>)]) -> Res {
    let mut play = Play::new(tau);
    for &(now, x, expected) in steps {
        if !play.sample(now, x, expected) {
            break;
        }
    }
    play.table.verdict(&format!("{promise}: tau {}", span(tau)))
}

fn first_sample_seeds(_: &mut Case) -> Res {
    ensure(new(10 * SEC).value().is_none(), || "before the first sample there is no value".into())?;
    let message = "the first sample is the value, from whatever instant on";
    play(message, 10 * SEC, &[(0, 80.0, Some(80.0)), (10 * SEC, 80.0, Some(80.0))])?;
    play(message, 10 * SEC, &[(30 * SEC, -7.5, Some(-7.5)), (40 * SEC, -7.5, Some(-7.5))])?;
    play(message, 10 * SEC, &[(NOWADAYS, -1e6, Some(-1e6))])?;
    play(
        "what is no sample is not the first one either",
        10 * SEC,
        &[
            (20 * SEC, f64::NAN, None),
            (20 * SEC, f64::INFINITY, None),
            (5 * SEC, 40.0, Some(40.0)),
            (15 * SEC, 40.0, Some(40.0)),
        ],
    )
}

fn step_at_tau(_: &mut Case) -> Res {
    for tau in [10 * SEC, 60 * SEC, 250 * kit::MS, 3_600 * SEC] {
        // 63.212, 86.466 and, in one gap of 3 tau, 95.021 of 100.
        let after = |taus: f64| Some(100.0 - 100.0 * kit::exp(-taus));
        let message = "one tau covers 63.2 % of a step, two 86.5 %, three 95.0 %";
        play(message, tau, &[(0, 0.0, Some(0.0)), (tau, 100.0, after(1.0)), (2 * tau, 100.0, after(2.0))])?;
        play(message, tau, &[(0, 0.0, Some(0.0)), (3 * tau, 100.0, after(3.0))])?;
        // Downward, and a fifth of a tau: e^-0.2 = 0.818731.
        let message = "a gap of a fifth of tau covers 18.1 % of a step";
        play(message, tau, &[(SEC, 100.0, Some(100.0)), (SEC + tau / 5, 0.0, Some(100.0 * kit::exp(-0.2)))])?;
    }
    // 9 s of 10^5 s: e^-0.00009 = 0.999910004; 1 - 0.00009 would be 0.0081 away here.
    play(
        "a gap is small beside tau, and the exponential is not a straight line all the same",
        100_000 * SEC,
        &[
            (0, 1e6, Some(1e6)),
            (9 * SEC, -1e6, Some(-1e6 + 2e6 * kit::exp(-9e-5))),
            (18 * SEC, -1e6, Some(-1e6 + 2e6 * kit::exp(-18e-5))),
        ],
    )?;
    // 10^6 e^-30 would be 9.4e-8, 10^6 e^-40 is 4.2e-12.
    play(
        "after 40 tau nothing is left of what was before, not even of a million",
        10 * SEC,
        &[(0, 1e6, Some(1e6)), (400 * SEC, 0.0, Some(1e6 * kit::exp(-40.0)))],
    )?;
    play(
        "the weight is that of the sample at the end of the gap, not of the one before it",
        10 * SEC,
        // 100 e^-1 = 36.788; then 50 + (36.788 - 50) e^-1 = 45.140.
        &[
            (0, 100.0, Some(100.0)),
            (10 * SEC, 0.0, Some(100.0 * kit::exp(-1.0))),
            (20 * SEC, 50.0, Some(50.0 + (100.0 * kit::exp(-1.0) - 50.0) * kit::exp(-1.0))),
        ],
    )
}

fn split_equals_whole(_: &mut Case) -> Res {
    // A constant input, looked at once or n times in the same 30 s.
    let tau = 60 * SEC;
    let due = 90.0 - 50.0 * kit::exp(-0.5);
    for n in [1, 2, 5, 100] {
        let mut filter = new(tau);
        observe(&mut filter, 0, 40.0);
        let mut last = None;
        for i in 1..=n {
            last = observe(&mut filter, 30 * SEC * i / n, 90.0);
        }
        ensure(same(last, Some(due)), || {
            let (due, actual) = in_words(Some(due), last);
            let samples = if n == 1 { "1 sample".into() } else { format!("{n} samples") };
            format!(
                "tau 60 s, 40 at 0 s and then 90 for 30 s: the value is {due} however often it is sampled, here \
                 {samples} made {actual}"
            )
        })?;
    }
    Ok(())
}

fn gap_is_not_zero(_: &mut Case) -> Res {
    for (name, x) in [("NaN", f64::NAN), ("+infinity", f64::INFINITY), ("-infinity", f64::NEG_INFINITY)] {
        play(
            &format!(
                "{name} is no sample: the value stays, and the next gap counts from the last real sample"
            ),
            10 * SEC,
            // 40 + 0.864665 * 40 = 74.587
            &[
                (0, 40.0, Some(40.0)),
                (10 * SEC, x, Some(40.0)),
                (20 * SEC, 80.0, Some(80.0 - 40.0 * kit::exp(-2.0))),
            ],
        )?;
    }
    play(
        "a sample that was lost takes no instant: a real one of the same instant counts",
        10 * SEC,
        &[
            (0, 40.0, Some(40.0)),
            (10 * SEC, f64::NAN, Some(40.0)),
            (10 * SEC, 80.0, Some(80.0 - 40.0 * kit::exp(-1.0))),
        ],
    )?;
    play(
        "a lost sample of a later instant does not make a real one late",
        10 * SEC,
        &[
            (0, 40.0, Some(40.0)),
            (30 * SEC, f64::NAN, Some(40.0)),
            (10 * SEC, 80.0, Some(80.0 - 40.0 * kit::exp(-1.0))),
        ],
    )
}

fn clock_back_and_ties(_: &mut Case) -> Res {
    let (one, two) = (80.0 - 40.0 * kit::exp(-1.0), 80.0 - 40.0 * kit::exp(-2.0));
    play(
        "a second sample of the same instant changes nothing",
        10 * SEC,
        &[
            (0, 40.0, Some(40.0)),
            (0, 500.0, Some(40.0)),
            (10 * SEC, 80.0, Some(one)),
            (10 * SEC, 500.0, Some(one)),
            (20 * SEC, 80.0, Some(two)),
        ],
    )?;
    play(
        "a sample from before the last one changes nothing, and the next gap counts from the last accepted one",
        10 * SEC,
        &[
            (20 * SEC, 40.0, Some(40.0)),
            (5 * SEC, 500.0, Some(40.0)),
            (20 * SEC - 1, 500.0, Some(40.0)),
            (30 * SEC, 80.0, Some(one)),
            (0, 500.0, Some(one)),
            (40 * SEC, 80.0, Some(two)),
        ],
    )?;
    play(
        "one nanosecond later is later",
        10,
        // 80 - 40 e^-0.1 = 43.807, then 80 - 40 e^-0.2 = 47.251
        &[
            (100, 40.0, Some(40.0)),
            (99, 500.0, Some(40.0)),
            (100, 500.0, Some(40.0)),
            (101, 80.0, Some(80.0 - 40.0 * kit::exp(-0.1))),
            (102, 80.0, Some(80.0 - 40.0 * kit::exp(-0.2))),
        ],
    )
}

fn tau_zero(_: &mut Case) -> Res {
    play(
        "without smoothing the value is the last accepted sample",
        0,
        &[
            (0, 40.0, Some(40.0)),
            (0, 500.0, Some(40.0)),
            (1, 70.0, Some(70.0)),
            (10 * SEC, 0.0, Some(0.0)),
            (20 * SEC, f64::NAN, Some(0.0)),
            (5 * SEC, 500.0, Some(0.0)),
            (20 * SEC, -3.25, Some(-3.25)),
        ],
    )
}

fn epoch_nanoseconds(_: &mut Case) -> Res {
    let t = NOWADAYS;
    let after = |taus: f64| Some(80.0 - 40.0 * kit::exp(-taus));
    // Latencies of single requests, microseconds apart.
    play(
        "a gap of 100 ns is 100 ns, also on a clock that counts nanoseconds since 1970",
        1_000,
        &[
            (t, 40.0, Some(40.0)),
            (t + 100, 80.0, after(0.1)),
            (t + 200, 80.0, after(0.2)),
            (t + 1_000, 80.0, after(1.0)),
        ],
    )?;
    let message = "a gap of any length is legal";
    let end = u64::MAX;
    play(message, 1, &[(0, 40.0, Some(40.0)), (end, 80.0, Some(80.0)), (end, 1.0, Some(80.0))])?;
    play(message, 1 << 63, &[(0, 40.0, Some(40.0)), (1 << 63, 80.0, after(1.0))])?;
    // e^-(10^9 / 2^64) is 1 - 5.4e-11.
    let due = Some(1e6 * 5.421_010_862e-11);
    play("a step hardly counts where tau is centuries", end, &[(0, 0.0, Some(0.0)), (SEC, 1e6, due)])
}

/// All accepted samples, and the value as the sum of them with their weights.
struct Known {
    tau: u64,
    accepted: Vec<(u64, f64)>,
}

impl Known {
    fn observe(&mut self, now: u64, x: f64) -> Option<f64> {
        if x.is_finite() && self.accepted.last().is_none_or(|(last, _)| now > *last) {
            self.accepted.push((now, x));
        }
        self.value()
    }

    /// The first sample stands for all time before it, each later one for the gap before it; what a stretch of
    /// time weighs is the area below e^(-age / tau) / tau over it.
    fn value(&self) -> Option<f64> {
        let (now, newest) = *self.accepted.last()?;
        if self.tau == 0 {
            return Some(newest);
        }
        let below = |t: u64| kit::exp(-((now - t) as f64) / self.tau as f64);
        let mut older = 0.0;
        let mut sum = 0.0;
        for &(t, x) in &self.accepted {
            let until = below(t);
            sum += x * (until - older);
            older = until;
        }
        Some(sum)
    }
}

fn quarter_hour(case: &mut Case) -> Res {
    // Scrapes about every 15 s, jittered; 30 %, from 300 s on 70 %; nothing known from 480 to 630 s.
    let mut rng = Rng::new(0x01_ca9e ^ case.seed);
    let tau = 60 * SEC;
    let mut known = Known { tau, accepted: Vec::new() };
    let mut play = Play::new(tau);
    let (mut raw, mut filtered, mut exact) = (Vec::new(), Vec::new(), Vec::new());
    let (mut wrong, mut worst) = (false, (0, 0.0));
    let mut t = 0;
    while t < 900 * SEC {
        let level = if t < 300 * SEC { 30.0 } else { 70.0 };
        let cpu = (level + 7.0 * rng.normal()).round().clamp(0.0, 100.0);
        let x = if (480 * SEC..630 * SEC).contains(&t) { f64::NAN } else { cpu };
        let due = known.observe(t, x);
        wrong |= !play.sample(t, x, due);
        let (y, due) = (play.filter.value().unwrap_or(f64::NAN), due.unwrap_or(f64::NAN));
        raw.push((t, x));
        filtered.push((t, y));
        exact.push((t, due));
        let off = if y.is_finite() { (y - due).abs() } else { f64::INFINITY };
        if off > worst.1 {
            worst = (t, off);
        }
        t += SEC * rng.range(8, 22);
    }
    case.series("CPU as sampled", "%", &raw);
    case.series("filtered", "%", &filtered);
    if wrong {
        case.series("filtered, as promised", "%", &exact);
        let off =
            if worst.1.is_finite() { format!("off by {}", figure(worst.1, 1)) } else { "no number".into() };
        case.mark("filtered", worst.0, worst.0, &off);
    } else {
        case.mark("filtered", 480 * SEC, 630 * SEC, "150 s without a sample");
    }
    play.table.verdict("CPU at 30 %, from 300 s on 70 %, 150 s without a sample, tau 60 s")
}

// ---- random samples

#[derive(Clone)]
struct Op {
    /// Below 0: the clock goes back.
    gap_ns: i64,
    x: i64,
    /// 1 to 3: NaN and the infinities, whatever x is.
    lost: u8,
}
kit::shrink_fields!(Op { x, lost } carry gap_ns);

impl Op {
    fn sample(&self) -> f64 {
        match self.lost {
            1 => f64::NAN,
            2 => f64::INFINITY,
            3 => f64::NEG_INFINITY,
            _ => self.x as f64,
        }
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.gap_ns < 0 { "-" } else { "+" };
        write!(f, "{sign}{}: sample {}", span(self.gap_ns.unsigned_abs()), self.sample())
    }
}

fn matches_closed_form(case: &mut Case) -> Res {
    const S: i64 = SEC as i64;
    let setups: [(u64, u64, &[i64]); 5] = [
        (10 * SEC, 0, &[0, S, 5 * S, 10 * S, 20 * S, 60 * S]),
        (60 * SEC, NOWADAYS, &[0, S, 10 * S, 15 * S, 30 * S, 300 * S]),
        (3_600 * SEC, 0, &[0, 1, S, 15 * S, 60 * S, 3_600 * S]),
        (1_000, NOWADAYS, &[0, 1, 10, 100, 1_000, 5_000]),
        (0, 100, &[0, 1, 10 * S]),
    ];
    for (i, &(tau, start, gaps)) in setups.iter().enumerate() {
        let generate = |rng: &mut Rng, len: usize| -> Vec<Op> {
            let back = if rng.chance(0.33) { 0.2 } else { 0.0 };
            let op = |rng: &mut Rng| {
                let gap_ns = *rng.pick(gaps);
                let lost = if rng.chance(0.15) { rng.range(1, 3) as u8 } else { 0 };
                Op {
                    gap_ns: if rng.chance(back) { -gap_ns } else { gap_ns },
                    x: rng.below(201) as i64 - 50,
                    lost,
                }
            };
            (0..len).map(|_| op(rng)).collect()
        };
        let holds = |ops: &[Op]| -> Res {
            let mut run = |ops: &[Op], table: bool| -> Result<bool, kit::Fail> {
                let mut known = Known { tau, accepted: Vec::new() };
                let mut now = start;
                if table {
                    let mut play = Play::new(tau);
                    for op in ops {
                        now = now.saturating_add_signed(op.gap_ns);
                        let due = known.observe(now, op.sample());
                        play.sample(now, op.sample(), due);
                    }
                    let of = if start == NOWADAYS { ", on a clock that counts from 1970" } else { "" };
                    let message =
                        format!("the value is the weighted sum of all samples: tau {}{of}", span(tau));
                    return play.table.verdict(&message).map(|()| true);
                }
                let mut filter = new(tau);
                Ok(ops.iter().all(|op| {
                    now = now.saturating_add_signed(op.gap_ns);
                    let due = known.observe(now, op.sample());
                    same(filter.observe(now, op.sample()), due) && same(filter.value(), due)
                }))
            };
            if run(ops, false)? { Ok(()) } else { run(ops, true).map(|_| ()) }
        };
        let seed = (0x01_e3a1 ^ case.seed).wrapping_add((i as u64) << 16);
        forall_cfg(&Config { cases: 60, max_len: 30, seed, ..Config::default() }, &generate, &holds)?;
    }
    Ok(())
}

fn state_is_small(_: &mut Case) -> Res {
    let bytes = size_of::<Ewma>();
    ensure(bytes <= 48, || format!("a filter is at most 48 bytes, this one is {bytes}"))?;
    let mut filter = new(60 * SEC);
    let (_, left, _, _) = kit::measure(|| {
        for i in 0..1_000 {
            filter.observe(i * SEC, i as f64);
        }
    });
    ensure(left <= 0, || {
        format!("after 1,000 samples a filter holds {left} bytes more than before, must be 0")
    })
}
