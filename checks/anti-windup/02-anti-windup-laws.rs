//! Hidden checks of 02-anti-windup-laws. Scenarios carry their answers, worked out by hand. Random errors are compared
//! with two references: without a law and with conditional integration everything is a whole number of billionths; for
//! back-calculation I is a weighted mean of itself and of the value that puts v on the limit.
//!
//! The laws are those of K. J. Astrom and R. M. Murray, Feedback Systems, on anti-windup compensation, with the gap
//! divided by a tracking time; conditional integration tests the limit that is hit, not the sign of the command.
use crate::{Law, Pi};
use kit::{Case, Check, Config, Res, Rng, Row, SEC, Table, forall_cfg};
use std::fmt::{self, Debug};

pub const CHECKS: &[Check] = &[
    (
        "unsaturated-laws-agree",
        "a plain PI step with another result, or in another order",
        unsaturated_laws_agree,
    ),
    (
        "output-is-clamped",
        "an output beyond a limit, or an integral limited without a law",
        output_is_clamped,
    ),
    (
        "conditional-holds-while-pushing-out",
        "windup with conditional integration",
        conditional_holds_while_pushing_out,
    ),
    (
        "conditional-integrates-back-inwards",
        "an integral that is held although the error points back inside",
        conditional_integrates_back_inwards,
    ),
    (
        "lower-limit-above-zero",
        "a law that looks at the sign of the output instead of the limit that is hit",
        lower_limit_above_zero,
    ),
    (
        "at-the-limit-is-not-beyond",
        "an integral held while the output is just on a limit",
        at_the_limit_is_not_beyond,
    ),
    (
        "back-calculation-settles-where-it-must",
        "a gap with the wrong sign, unit or weight",
        back_calculation_settles_where_it_must,
    ),
    ("tracking-time-is-a-time", "a decay that depends on how often the loop runs", tracking_time_is_a_time),
    (
        "short-tracking-time-is-safe",
        "a step as long as the tracking time, or longer, that overshoots",
        short_tracking_time_is_safe,
    ),
    ("bad-samples-hold", "NaN or infinity that moves the output or the integral", bad_samples_hold),
    (
        "recovers-from-an-overload",
        "an output that leaves its limit late, or early",
        recovers_from_an_overload,
    ),
    (
        "matches-conditional",
        "random errors, without a law and with conditional integration",
        matches_conditional,
    ),
    ("matches-back-calculation", "random errors with back-calculation", matches_back_calculation),
];

/// A controller's settings.
#[derive(Clone, Copy)]
struct Set {
    kp: f64,
    ki: f64,
    lo: f64,
    hi: f64,
    i0: f64,
}

/// An error and how long it lasts.
type Sample = (f64, u64);

const fn s(error: f64, seconds: u64) -> Sample {
    (error, seconds * SEC)
}

const fn ms(error: f64, millis: u64) -> Sample {
    (error, millis * kit::MS)
}

const fn tracking(seconds: u64) -> Law {
    Law::BackCalculation { tt_ns: seconds * SEC }
}

// ---- words

/// The promised exactness.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// At most `decimals` of them, without zeros at the end.
fn rounded(x: f64, decimals: usize) -> String {
    if x.is_finite() && x.abs() >= 1e15 {
        return format!("{x:e}");
    }
    let text = format!("{x:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.into() }
}

fn figure(x: f64) -> String {
    rounded(x, 4)
}

/// Both with as many decimals as it takes to see that they differ, if they do.
fn figures(want: f64, got: f64) -> (String, String) {
    if same(want, got) {
        return (figure(want), figure(want));
    }
    let decimals = (4..12).find(|d| rounded(want, *d) != rounded(got, *d)).unwrap_or(12);
    (rounded(want, decimals), rounded(got, decimals))
}

fn span(ns: u64) -> String {
    match ns {
        0 => "0 s".into(),
        u64::MAX => "2^64 - 1 ns".into(),
        _ if ns % SEC == 0 => format!("{} s", ns / SEC),
        _ if ns % kit::MS == 0 => format!("{} ms", ns / kit::MS),
        _ => format!("{ns} ns"),
    }
}

fn law_in_words(law: Law) -> String {
    match law {
        Law::None => "no law".into(),
        Law::Conditional => "conditional".into(),
        Law::BackCalculation { tt_ns } => format!("back-calculation in {}", span(tt_ns)),
    }
}

fn settings(set: Set, law: Law) -> String {
    let Set { kp, ki, lo, hi, i0 } = set;
    let (kp, ki, lo, hi, i0) = (figure(kp), figure(ki), figure(lo), figure(hi), figure(i0));
    format!("{}, kp {kp}, ki {ki} per s, limits {lo} to {hi}, i0 {i0}", law_in_words(law))
}

fn in_words((error, ns): Sample, times: u64) -> String {
    let sign = if error > 0.0 { "+" } else { "" };
    let times = if times == 1 { String::new() } else { format!("{times} times ") };
    format!("{times}error {sign}{} for {}", figure(error), span(ns))
}

// ---- the learner's calls, named should they panic

fn new(set: Set, law: Law) -> Pi {
    let Set { kp, ki, lo, hi, i0 } = set;
    kit::during(|| format!("new: {}", settings(set, law)), || Pi::new(kp, ki, lo, hi, law, i0))
}

fn step(pi: &mut Pi, sample: Sample) -> f64 {
    kit::during(|| format!("step: {}", in_words(sample, 1)), || pi.step(sample.0, sample.1))
}

fn integral(pi: &Pi) -> f64 {
    kit::during(|| "integral".into(), || pi.integral())
}

// ---- scenarios

/// A decision log of one controller.
struct Log {
    pi: Pi,
    now: u64,
    table: Table,
}

impl Log {
    fn new(set: Set, law: Law) -> Log {
        let mut log = Log { pi: new(set, law), now: 0, table: Table::new() };
        let (expected, actual) = figures(set.i0, integral(&log.pi));
        let fine = same(set.i0, integral(&log.pi));
        log.push("a new controller".into(), format!("I {expected}"), format!("I {actual}"), fine);
        log
    }
    /// The same sample so many times; the answers are those of the last.
    fn step(&mut self, sample: Sample, times: u64, want_u: f64, want_i: f64) {
        let mut u = f64::NAN;
        for _ in 0..times {
            u = step(&mut self.pi, sample);
        }
        self.now = self.now.saturating_add(sample.1.saturating_mul(times));
        let i = integral(&self.pi);
        let ((u_due, u_got), (i_due, i_got)) = (figures(want_u, u), figures(want_i, i));
        let fine = same(want_u, u) && same(want_i, i);
        let (expected, actual) = (format!("u {u_due}, I {i_due}"), format!("u {u_got}, I {i_got}"));
        self.push(in_words(sample, times), expected, actual, fine);
    }
    fn push(&mut self, input: String, expected: String, actual: String, fine: bool) {
        self.table.push(Row { at: self.now, input, expected, actual }, fine);
    }
}

/// Samples, how often each, and then the output of the last and the integral after it.
type Steps<'a> = &'a [(Sample, u64, f64, f64)];

fn play(promise: &str, set: Set, law: Law, steps: Steps<'_>) -> Res {
    let mut log = Log::new(set, law);
    for (sample, times, u, i) in steps {
        log.step(*sample, *times, *u, *i);
    }
    log.table.verdict(&format!("{promise}: {}", settings(set, law)))
}

/// The example of the exercise.
const EXAMPLE: Set = Set { kp: 1.0, ki: 0.5, lo: 0.0, hi: 50.0, i0: 45.0 };
const LAWS: [Law; 3] = [Law::None, Law::Conditional, tracking(10)];

fn unsaturated_laws_agree(_: &mut Case) -> Res {
    let promise =
        "inside of the limits every law is a plain PI: the output is made of the integral before this step";
    let set = Set { kp: 0.1, ki: 0.02, lo: 2.0, hi: 40.0, i0: 20.0 };
    for law in LAWS {
        // 0.1 * 20 + 20 = 22, and I grows by 0.02 * 20 = 0.4; -10 for half a second takes 0.1.
        let steps =
            [(s(20.0, 1), 1, 22.0, 20.4), (s(20.0, 1), 1, 22.4, 20.8), (ms(-10.0, 500), 1, 19.8, 20.7)];
        play(promise, set, law, &steps)?;
        let promise = "a step of 0 s makes an output and leaves the integral";
        play(promise, set, law, &[(s(20.0, 0), 1, 22.0, 20.0), (s(0.0, 15), 1, 20.0, 20.0)])?;
        let promise = "a minute is a minute, in long steps or in short ones";
        // 0.02 * 100 * 0.5 = 1, so 20.999 before the last step.
        let half_ms = (100.0, 500_000);
        play(promise, set, law, &[(half_ms, 1_000, 30.999, 21.0)])?;
        // 20 + 0.02 * 5 * 60 = 26; then 60 times 0.1: the last output is made of 31.9 + 0.5.
        play(promise, set, law, &[(s(5.0, 60), 1, 20.5, 26.0), (s(5.0, 1), 60, 32.4, 32.0)])?;
        let promise = "the longest step, 1,000 s, counts in full";
        // 0.02 * 1 * 1,000 = 20.
        play(promise, set, law, &[(s(1.0, 1_000), 1, 20.1, 40.0)])?;
    }
    Ok(())
}

fn output_is_clamped(_: &mut Case) -> Res {
    let promise = "the output is never beyond a limit, and without a law the integral runs on";
    let steps = [(s(20.0, 1), 1, 50.0, 55.0), (s(20.0, 1), 9, 50.0, 145.0), (s(-20.0, 1), 1, 50.0, 135.0)];
    play(promise, EXAMPLE, Law::None, &steps)?;
    let low = Set { i0: 5.0, ..EXAMPLE };
    let steps = [(s(-20.0, 1), 1, 0.0, -5.0), (s(-20.0, 1), 9, 0.0, -95.0), (s(20.0, 1), 1, 0.0, -85.0)];
    play(promise, low, Law::None, &steps)?;
    let promise = "an integral that starts beyond a limit stays there: the limits are the output's";
    let above = Set { i0: 80.0, ..EXAMPLE };
    play(promise, above, Law::None, &[(s(0.0, 1), 1, 50.0, 80.0), (s(-40.0, 1), 1, 40.0, 60.0)])?;
    play(promise, above, Law::Conditional, &[(s(0.0, 1), 1, 50.0, 80.0), (s(-40.0, 1), 1, 40.0, 60.0)])
}

fn conditional_holds_while_pushing_out(_: &mut Case) -> Res {
    let promise = "beyond a limit, with the error pushing further out, the integral stays as it is";
    let steps = [
        (s(20.0, 1), 1, 50.0, 45.0),
        (s(20.0, 1), 600, 50.0, 45.0),
        (s(-1.0, 1), 1, 44.0, 44.5),
        (s(2.0, 1), 1, 46.5, 45.5),
    ];
    play(promise, EXAMPLE, Law::Conditional, &steps)?;
    let low = Set { i0: 5.0, ..EXAMPLE };
    let steps = [(s(-20.0, 1), 1, 0.0, 5.0), (s(-20.0, 1), 600, 0.0, 5.0), (s(1.0, 1), 1, 6.0, 5.5)];
    play(promise, low, Law::Conditional, &steps)?;
    let promise =
        "whether v is beyond is judged before the integral grows, so the last step may take it beyond";
    // v = 2 + 45 = 47, inside: I may grow to 55 in this one step, and then no more.
    let steps = [(s(2.0, 10), 1, 47.0, 55.0), (s(2.0, 10), 1, 50.0, 55.0)];
    play(promise, EXAMPLE, Law::Conditional, &steps)
}

fn conditional_integrates_back_inwards(_: &mut Case) -> Res {
    let promise = "beyond a limit, with the error pointing back inside, the integral moves: without a proportional part \
                   nothing else would bring the output back";
    let pure = Set { kp: 0.0, ki: 0.5, lo: 0.0, hi: 50.0, i0: 60.0 };
    let steps = [
        (s(-4.0, 1), 1, 50.0, 58.0),
        (s(-4.0, 1), 4, 50.0, 50.0),
        (s(-4.0, 1), 1, 50.0, 48.0),
        (s(-4.0, 1), 1, 48.0, 46.0),
    ];
    play(promise, pure, Law::Conditional, &steps)?;
    let low = Set { i0: -10.0, ..pure };
    let steps = [
        (s(4.0, 1), 1, 0.0, -8.0),
        (s(4.0, 1), 4, 0.0, 0.0),
        (s(4.0, 1), 1, 0.0, 2.0),
        (s(4.0, 1), 1, 2.0, 4.0),
    ];
    play(promise, low, Law::Conditional, &steps)
}

fn lower_limit_above_zero(_: &mut Case) -> Res {
    let promise = "which limit is hit decides, not the sign of the output: here v is above 0 and beyond the lower limit";
    let night = Set { kp: 0.1, ki: 0.02, lo: 4.0, hi: 40.0, i0: 5.0 };
    // v = 0.1 * -40 + 5 = 1, below 4.
    let steps = [(s(-40.0, 1), 1, 4.0, 5.0), (s(-40.0, 1), 600, 4.0, 5.0), (s(40.0, 1), 1, 9.0, 5.8)];
    play(promise, night, Law::Conditional, &steps)?;
    // From outside the way in is free.
    let below = Set { kp: 0.0, i0: 2.0, ..night };
    play(
        promise,
        below,
        Law::Conditional,
        &[(s(50.0, 1), 1, 4.0, 3.0), (s(-50.0, 1), 1, 4.0, 3.0), (s(50.0, 1), 1, 4.0, 4.0)],
    )?;
    let promise = "which limit is hit decides, not the sign of the output: here v is below 0 and beyond the upper limit";
    let cold = Set { kp: 0.1, ki: 0.02, lo: -40.0, hi: -4.0, i0: -5.0 };
    let steps = [(s(40.0, 1), 1, -4.0, -5.0), (s(40.0, 1), 600, -4.0, -5.0), (s(-40.0, 1), 1, -9.0, -5.8)];
    play(promise, cold, Law::Conditional, &steps)?;
    let above = Set { kp: 0.0, i0: -2.0, ..cold };
    play(promise, above, Law::Conditional, &[(s(-50.0, 1), 1, -4.0, -3.0), (s(50.0, 1), 1, -4.0, -3.0)])
}

fn at_the_limit_is_not_beyond(_: &mut Case) -> Res {
    let promise = "v exactly on a limit is not beyond it, so the integral moves";
    // Powers of two, so that v is on the limit exactly: 1 * 8 + 42 = 50.
    let set = Set { i0: 42.0, ..EXAMPLE };
    for law in LAWS {
        play(promise, set, law, &[(s(8.0, 1), 1, 50.0, 46.0)])?;
        play(promise, Set { i0: 8.0, ..EXAMPLE }, law, &[(s(-8.0, 1), 1, 0.0, 4.0)])?;
    }
    let promise = "with both limits the same, v is on them or beyond";
    let fixed = Set { kp: 0.0, ki: 0.5, lo: 7.0, hi: 7.0, i0: 7.0 };
    let up = [(s(2.0, 1), 1, 7.0, 8.0), (s(2.0, 1), 1, 7.0, 8.0)];
    play(promise, fixed, Law::Conditional, &up)?;
    let down = [(s(-2.0, 1), 1, 7.0, 6.0), (s(-2.0, 1), 1, 7.0, 6.0)];
    play(promise, fixed, Law::Conditional, &down)
}

fn back_calculation_settles_where_it_must(_: &mut Case) -> Res {
    let promise = "the integral changes by ki * e * dt and by the refused part of v, weighed with dt / tt";
    play(promise, EXAMPLE, tracking(10), &[(s(20.0, 1), 1, 50.0, 53.5), (s(20.0, 1), 1, 50.0, 61.15)])?;
    // v = -20 + 5 = -15 at the lower limit: 5 - 10 + 15 / 10.
    play(promise, Set { i0: 5.0, ..EXAMPLE }, tracking(10), &[(s(-20.0, 1), 1, 0.0, -3.5)])?;
    // Both limits above 0: v = -4 + 5 = 1, so 5 - 0.8 + (4 - 1) / 10.
    let night = Set { kp: 0.1, ki: 0.02, lo: 4.0, hi: 40.0, i0: 5.0 };
    play(promise, night, tracking(10), &[(s(-40.0, 1), 1, 4.0, 4.5)])?;
    // It settles where growth and bleeding are equal: v - u = ki e tt = 0.5 * 20 * 10 = 100, so I = 150 - 20.
    let promise =
        "under a lasting error it settles where what is added equals what is taken, v = u + ki * e * tt";
    play(promise, EXAMPLE, tracking(10), &[(s(20.0, 1), 300, 50.0, 130.0), (s(20.0, 5), 100, 50.0, 130.0)])?;
    play(promise, Set { i0: 5.0, ..EXAMPLE }, tracking(10), &[(s(-20.0, 1), 300, 0.0, -80.0)])?;
    let promise = "with a tracking time of kp / ki the integral settles on the limit";
    play(
        promise,
        EXAMPLE,
        tracking(2),
        &[(ms(20.0, 500), 100, 50.0, 50.0), (ms(7.0, 500), 100, 50.0, 50.0)],
    )?;
    let promise = "the refused part counts whatever the error does";
    // v = 60 - 4 = 56: 60 - 2 - 6 / 10.
    play(promise, Set { i0: 60.0, ..EXAMPLE }, tracking(10), &[(s(-4.0, 1), 1, 50.0, 57.4)])?;
    play(
        promise,
        Set { i0: 80.0, ..EXAMPLE },
        tracking(10),
        &[(s(0.0, 1), 1, 50.0, 77.0), (s(-40.0, 1), 1, 37.0, 57.0)],
    )?;
    play(promise, Set { i0: 60.0, ki: 0.0, kp: 2.0, ..EXAMPLE }, tracking(10), &[(s(1.0, 1), 1, 50.0, 58.8)])
}

fn tracking_time_is_a_time(_: &mut Case) -> Res {
    let promise = "what is beyond the limit fades with the tracking time, to about 37 % of it (10 to 3.7) in one such \
                   time, however often the loop runs";
    let set = Set { i0: 60.0, ..EXAMPLE };
    let left = |steps: u32| {
        let mut left = 10.0;
        for _ in 0..steps {
            left -= left / f64::from(steps);
        }
        left
    };
    for (millis, steps) in [(10, 100), (5, 200), (20, 50)] {
        play(promise, set, tracking(1), &[(ms(0.0, millis), steps.into(), 50.0, 50.0 + left(steps))])?;
    }
    // Steps that are no whole number of ms, and a tracking time of ten minutes.
    let long = [(s(0.0, 15), 40, 50.0, 50.0 + left(40))];
    play(promise, set, tracking(600), &long)?;
    // Half of the tracking time takes half.
    play(promise, set, tracking(2_000), &[(s(0.0, 1_000), 1, 50.0, 55.0)])?;
    let short = Law::BackCalculation { tt_ns: 1_000 };
    play(promise, set, short, &[((0.0, 10), 100, 50.0, 50.0 + left(100))])
}

fn short_tracking_time_is_safe(_: &mut Case) -> Res {
    let promise = "a step as long as the tracking time, or longer, takes the whole gap and no more";
    let set = Set { i0: 60.0, ..EXAMPLE };
    for tt_ns in [15 * SEC, SEC, 1, 0] {
        let law = Law::BackCalculation { tt_ns };
        play(promise, set, law, &[(s(0.0, 15), 1, 50.0, 50.0), (s(0.0, 15), 1, 50.0, 50.0)])?;
        play(promise, Set { i0: -60.0, ..EXAMPLE }, law, &[(s(0.0, 15), 1, 0.0, 0.0)])?;
        // v = 2 * 20 + 60 = 100; without growth the next v is on the limit.
        let still = Set { kp: 2.0, ki: 0.0, ..set };
        play(promise, still, law, &[(s(20.0, 15), 1, 50.0, 10.0), (s(20.0, 15), 1, 50.0, 10.0)])?;
    }
    let promise = "with a tracking time of ages next to nothing is taken";
    play(promise, set, Law::BackCalculation { tt_ns: u64::MAX }, &[(s(0.0, 15), 1, 50.0, 60.0)])?;
    let promise = "a step of 0 s takes nothing";
    play(promise, set, tracking(10), &[(s(-2.0, 0), 1, 50.0, 60.0)])
}

fn bad_samples_hold(_: &mut Case) -> Res {
    for law in LAWS {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let promise =
                "a sample that is no finite number changes nothing: the output is that of the last good one";
            let set = Set { kp: 0.1, ki: 0.02, lo: 2.0, hi: 40.0, i0: 20.0 };
            let steps =
                [(s(20.0, 1), 1, 22.0, 20.4), (s(bad, 1), 3, 22.0, 20.4), (s(20.0, 1), 1, 22.4, 20.8)];
            play(promise, set, law, &steps)?;
            let promise = "before the first good sample the output is i0, or the limit that i0 is beyond";
            play(promise, set, law, &[(s(bad, 1), 2, 20.0, 20.0), (s(20.0, 1), 1, 22.0, 20.4)])?;
            play(promise, Set { i0: 60.0, ..set }, law, &[(s(bad, 1), 2, 40.0, 60.0)])?;
            play(promise, Set { i0: -60.0, ..set }, law, &[(s(bad, 1), 2, 2.0, -60.0)])?;
            // kp = 0 and ki = 0 make 0 * infinity.
            let none = Set { kp: 0.0, ki: 0.0, ..set };
            play(promise, none, law, &[(s(bad, 1), 1, 20.0, 20.0), (s(5.0, 1), 1, 20.0, 20.0)])?;
        }
    }
    Ok(())
}

// ---- the references

/// One step of u and I, with f = dt / tt, at most 1. Back-calculation is told as a mean: I moves by the share f of the
/// way to the value that would put v on the limit.
fn reference(set: Set, law: Law, i: f64, (error, ns): Sample) -> (f64, f64) {
    let Set { kp, ki, lo, hi, .. } = set;
    let (p, growth) = (kp * error, ki * error * ns as f64 / 1e9);
    let v = p + i;
    let (limit, out) = if v > hi {
        (hi, error > 0.0)
    } else if v < lo {
        (lo, error < 0.0)
    } else {
        return (v, i + growth);
    };
    let next = match law {
        Law::None => i + growth,
        Law::Conditional if out => i,
        Law::Conditional => i + growth,
        Law::BackCalculation { tt_ns } => {
            let f = if ns >= tt_ns { 1.0 } else { ns as f64 / tt_ns as f64 };
            (1.0 - f) * i + f * (limit - p) + growth
        }
    };
    (limit, next)
}

// ---- a story with charts

/// An autoscaler at 10 pods: ten minutes at 40 points too hot, then 45 too cold, every 15 s. Without a law I reaches
/// 10 + 0.16 * 600 = 106 pods, and v = I - 4.5 is back below 40 after 61.5 / 0.18 = 342 s: with the sample at 345 s.
/// Conditional integration stops I at 36.4, the first sample with v = 4 + I above 40; back-calculation in kp / ki = 25 s
/// parks it on 40. Both leave the limit with the first sample.
const SCALER: Set = Set { kp: 0.1, ki: 0.004, lo: 2.0, hi: 40.0, i0: 10.0 };
const TICK: u64 = 15;
const PHASES: [(f64, u64); 2] = [(40.0, 40), (-45.0, 40)];
const TURN: u64 = 40 * TICK * SEC;

type Curve = Vec<(u64, f64)>;

struct Told {
    name: &'static str,
    law: Law,
    u: Curve,
    v: Curve,
    i: Curve,
    u_due: Curve,
    i_due: Curve,
}

fn told(name: &'static str, law: Law) -> Told {
    let mut pi = new(SCALER, law);
    let mut due = SCALER.i0;
    let mut told = Told { name, law, u: vec![], v: vec![], i: vec![], u_due: vec![], i_due: vec![] };
    let mut now = 0;
    for (error, ticks) in PHASES {
        for _ in 0..ticks {
            told.v.push((now, SCALER.kp * error + integral(&pi)));
            told.u.push((now, step(&mut pi, s(error, TICK))));
            told.i.push((now, integral(&pi)));
            let (u, i) = reference(SCALER, law, due, s(error, TICK));
            told.u_due.push((now, u));
            told.i_due.push((now, i));
            (due, now) = (i, now + TICK * SEC);
        }
    }
    told
}

/// When the output is below the upper limit, at the first sample of the other sign or after it.
fn leaves(u: &Curve) -> Option<u64> {
    u.iter().find(|point| point.0 >= TURN && point.1 < SCALER.hi - 1e-6).map(|point| point.0)
}

impl Told {
    fn right(&self, i: usize) -> bool {
        same(self.u[i].1, self.u_due[i].1) && same(self.i[i].1, self.i_due[i].1)
    }
    fn agrees(&self) -> bool {
        (0..self.u.len()).all(|i| self.right(i))
    }
    /// One law that is off, with what was promised; first the chart that tells it.
    fn drawn(&self, case: &mut Case) {
        let (left, due) = (leaves(&self.u), leaves(&self.u_due));
        let outputs = ("output u", "u", &self.u, &self.u_due);
        let integrals = ("integral I", "I", &self.i, &self.i_due);
        let charts = if left == due { [integrals, outputs] } else { [outputs, integrals] };
        for (what, short, curve, promised) in charts {
            let name = format!("{what}: {}", self.name);
            case.series(&name, "pods", curve);
            case.series(&format!("{name}, as promised"), "pods", promised);
            if left != due && short == "u" {
                let at = |leaves: Option<u64>| leaves.map_or("never".into(), |at| format!("at {}", span(at)));
                let end = self.u[self.u.len() - 1].0;
                let (a, b) = (left.unwrap_or(end), due.unwrap_or(end));
                let label = format!("{} leaves {}, promised {}", self.name, at(left), at(due));
                case.mark(&name, a.min(b), a.max(b), &label);
                continue;
            }
            // Where it is furthest off, first seen and as long as it is at least half as far.
            let distance = |i: usize| (curve[i].1 - promised[i].1).abs();
            let most = (0..curve.len()).map(distance).fold(0.0, f64::max);
            let Some(worst) = (0..curve.len()).find(|i| most > 1e-6 && distance(*i) > 0.99 * most) else {
                continue;
            };
            let far = |i: &usize| distance(*i) >= most / 2.0;
            let first = (0..worst).rev().take_while(far).last().unwrap_or(worst);
            let last = (worst..curve.len()).take_while(far).last().unwrap_or(worst);
            let (yours, due) = (rounded(curve[worst].1, 1), rounded(promised[worst].1, 1));
            let label = format!("{short} {yours} at {}, promised {due}", span(curve[worst].0));
            case.mark(&name, curve[first].0, curve[last].0, &label);
        }
    }
    fn verdict(&self) -> Res {
        let Some(first) = (0..self.u.len()).find(|i| !self.right(*i)) else { return Ok(()) };
        let mut table = Table::new();
        let mut from = 0;
        let mut row = |upto: usize, error: f64| {
            let i = upto - 1;
            let ((u_due, u), (i_due, held)) =
                (figures(self.u_due[i].1, self.u[i].1), figures(self.i_due[i].1, self.i[i].1));
            let input = in_words(s(error, TICK), (upto - from) as u64);
            let (expected, actual) = (format!("u {u_due}, I {i_due}"), format!("u {u}, I {held}"));
            table.push(Row { at: self.u[i].0, input, expected, actual }, self.right(i));
            from = upto;
        };
        let turn = PHASES[0].1 as usize;
        let mut stops = vec![first, first + 1, turn, turn + 1];
        stops.retain(|stop| *stop > 0);
        stops.sort_unstable();
        stops.dedup();
        for stop in stops {
            row(stop, if stop <= turn { PHASES[0].0 } else { PHASES[1].0 });
        }
        let promise = match self.law {
            Law::None => "without a law the integral runs on through an overload and has to run back",
            _ => "after an overload the output leaves its limit with the first sample of the other sign",
        };
        table.verdict(&format!("{promise}: {}", settings(SCALER, self.law)))
    }
}

fn recovers_from_an_overload(case: &mut Case) -> Res {
    let all = [
        told("no law", Law::None),
        told("conditional", Law::Conditional),
        told("back-calculation", tracking(25)),
    ];
    if let Some(off) = all.iter().find(|told| !told.agrees()) {
        off.drawn(case);
        return off.verdict();
    }
    let curves: [(&str, fn(&Told) -> &Curve); 3] =
        [("output u", |told| &told.u), ("asked for, v", |told| &told.v), ("integral I", |told| &told.i)];
    for (what, curve) in curves {
        for told in &all {
            case.series(&format!("{what}: {}", told.name), "pods", curve(told));
        }
    }
    for told in &all {
        let Some(late) = leaves(&told.u).map(|at| at - TURN).filter(|late| *late > 0) else { continue };
        let label = format!("{}: windup, {} at the limit", told.name, span(late));
        case.mark(&format!("output u: {}", told.name), TURN, TURN + late, &label);
    }
    Ok(())
}

// ---- random errors

/// Errors in tenths, time in ms.
#[derive(Clone, Copy)]
struct Op {
    error: i32,
    gap_ms: u32,
    broken: bool,
}
kit::shrink_fields!(Op { error, gap_ms, broken });

impl Op {
    fn sample(self) -> Sample {
        let error = if self.broken { f64::NAN } else { f64::from(self.error) / 10.0 };
        (error, u64::from(self.gap_ms) * kit::MS)
    }
}

impl Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_words(self.sample(), 1))
    }
}

fn any(rng: &mut Rng) -> Op {
    let error = *rng.pick(&[0, 5, 10, 20, 50, 100, 200, 400, 450, 7]);
    let gap_ms = *rng.pick(&[0, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 60_000]);
    Op { error: if rng.chance(0.5) { -error } else { error }, gap_ms, broken: rng.chance(0.08) }
}

/// Whole settings: kp in hundredths, ki in thousandths, limits and i0 in units.
#[derive(Clone, Copy)]
struct Whole {
    kp: i32,
    ki: i32,
    lo: i32,
    hi: i32,
    i0: i32,
}

const WHOLE: [Whole; 5] = [
    Whole { kp: 100, ki: 500, lo: 0, hi: 50, i0: 45 },
    Whole { kp: 10, ki: 4, lo: 4, hi: 40, i0: 10 },
    Whole { kp: 0, ki: 200, lo: 2, hi: 20, i0: 30 },
    Whole { kp: 50, ki: 100, lo: -30, hi: -5, i0: 0 },
    Whole { kp: 200, ki: 0, lo: -10, hi: 10, i0: 3 },
];

impl Whole {
    fn set(self) -> Set {
        let Whole { kp, ki, lo, hi, i0 } = self;
        let (kp, ki) = (f64::from(kp) / 100.0, f64::from(ki) / 1_000.0);
        Set { kp, ki, lo: lo.into(), hi: hi.into(), i0: i0.into() }
    }
    /// u and I in billionths: hundredths times tenths are 10^-3, thousandths times tenths times ms are 10^-7. None where
    /// v is on a limit or next to it: there it is rounding that decides whether v is beyond.
    fn exact(self, conditional: bool, i: i128, op: Op) -> Option<(i128, i128)> {
        let Whole { kp, ki, lo, hi, .. } = self;
        let (lo, hi) = (i128::from(lo) * 1_000_000_000, i128::from(hi) * 1_000_000_000);
        let v = i128::from(kp) * i128::from(op.error) * 1_000_000 + i;
        let grown = i + i128::from(ki) * i128::from(op.error) * i128::from(op.gap_ms) * 100;
        if conditional && [lo, hi].iter().any(|limit| (v - limit).abs() < 1_000) {
            None
        } else if v > hi {
            Some((hi, if conditional && op.error > 0 { i } else { grown }))
        } else if v < lo {
            Some((lo, if conditional && op.error < 0 { i } else { grown }))
        } else {
            Some((v, grown))
        }
    }
}

type State = (f64, f64);

/// Random errors against `due`, which makes u and I of the I before, or ends the trace.
fn random(case: &Case, salt: u64, law: Law, set: Set, due: &dyn Fn(f64, Op) -> Option<State>) -> Res {
    let start = due_start(set);
    let next = |state: State, op: Op| if op.broken { Some(state) } else { due(state.1, op) };
    let agrees = |ops: &[Op]| {
        let (mut pi, mut state) = (new(set, law), start);
        for op in ops {
            let Some(then) = next(state, *op) else { break };
            state = then;
            if !same(step(&mut pi, op.sample()), state.0) || !same(integral(&pi), state.1) {
                return false;
            }
        }
        true
    };
    let holds = |ops: &[Op]| -> Res {
        if agrees(ops) {
            return Ok(());
        }
        let (mut log, mut state) = (Log::new(set, law), start);
        for op in ops {
            let Some(then) = next(state, *op) else { break };
            state = then;
            log.step(op.sample(), 1, state.0, state.1);
        }
        log.table.verdict(&format!("output and integral follow from the errors: {}", settings(set, law)))
    };
    let config = Config { cases: 50, max_len: 16, seed: salt ^ case.seed, ..Config::default() };
    forall_cfg(&config, &|rng, len| (0..len).map(|_| any(rng)).collect(), &holds)
}

/// u before the first sample, and i0.
fn due_start(set: Set) -> State {
    let Set { lo, hi, i0, .. } = set;
    (
        if i0 > hi {
            hi
        } else if i0 < lo {
            lo
        } else {
            i0
        },
        i0,
    )
}

fn matches_conditional(case: &mut Case) -> Res {
    for (n, whole) in WHOLE.into_iter().enumerate() {
        for (law, conditional) in [(Law::Conditional, true), (Law::None, false)] {
            let due = |i: f64, op: Op| {
                let (u, i) = whole.exact(conditional, (i * 1e9).round() as i128, op)?;
                Some((u as f64 / 1e9, i as f64 / 1e9))
            };
            random(case, 0xc0_4d17 + n as u64, law, whole.set(), &due)?;
        }
    }
    Ok(())
}

fn matches_back_calculation(case: &mut Case) -> Res {
    for (n, whole) in WHOLE.into_iter().enumerate() {
        for law in [tracking(10), tracking(2), tracking(60)] {
            let set = whole.set();
            let due = |i: f64, op: Op| Some(reference(set, law, i, op.sample()));
            random(case, 0xbac_ca1c + n as u64, law, set, &due)?;
        }
    }
    Ok(())
}
