//! Checks of the flap guard. The reference keeps every output there ever was and counts by index, in whole
//! eighths; it shares no formula with the solution.
use crate::{FlapStats, Guard};
use kit::{Case, Check, Config, Res, Rng, Row, Table, ensure, forall_cfg};
use std::ops::Range;

pub const CHECKS: &[Check] = &[
    (
        "reversals-skip-still-samples",
        "a pause at the top that hides a reversal",
        reversals_skip_still_samples,
    ),
    ("only-steps-inside-the-window", "evidence that outlives its window", only_steps_inside_the_window),
    ("variance-divides-by-n", "a variance of something else, or over n - 1", variance_divides_by_n),
    ("autocorrelation-of-actions", "another estimator, or another series", autocorrelation_of_actions),
    (
        "verdict-needs-reversals-and-swing",
        "a ramp or a jitter taken for flapping, or flapping missed",
        verdict_needs_reversals_and_swing,
    ),
    ("one-backoff-a-window", "a gain cut again for what it was cut for already", one_backoff_a_window),
    ("recovers-slowly", "a gain given back too early, too fast or not at all", recovers_slowly),
    ("bad-samples-are-skipped", "a NaN or an infinity that changes anything", bad_samples_are_skipped),
    ("bounded-memory", "a guard that keeps more than its window", bounded_memory),
    ("matches-reference", "any figure, verdict or multiplier that differs", matches_reference),
    (
        "calms-a-delayed-loop",
        "a guard that leaves a loop oscillating, or lets it start again",
        calms_a_delayed_loop,
    ),
];

#[global_allocator]
static ALLOCATOR: kit::Mem = kit::Mem;

/// window, min_reversals, min_swing, floor, quiet
type Plan = (usize, u32, f64, f64, u32);

fn guard(plan: Plan) -> Guard {
    let (window, reversals, swing, floor, quiet) = plan;
    kit::during(|| format!("new({})", in_words(plan)), || Guard::new(window, reversals, swing, floor, quiet))
}

fn in_words((window, reversals, swing, floor, quiet): Plan) -> String {
    format!("window {window}, min_reversals {reversals}, min_swing {swing}, floor {floor}, quiet {quiet}")
}

/// All that a guard shows after an output.
#[derive(Clone, Copy)]
struct Seen {
    multiplier: f64,
    flapping: bool,
    stats: FlapStats,
}

fn observe(guard: &mut Guard, u: f64) -> Seen {
    let multiplier = kit::during(|| format!("observe({u})"), || guard.observe(u));
    look(guard, multiplier)
}

fn look(guard: &Guard, multiplier: f64) -> Seen {
    let stats = kit::during(|| "stats()".into(), || guard.stats());
    let flapping = kit::during(|| "flapping()".into(), || guard.flapping());
    Seen { multiplier, flapping, stats }
}

// ---- what is compared, and its words

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Multiplier,
    Flapping,
    Reversals,
    Swing,
    Variance,
    Autocorr1,
}
use Part::{Autocorr1, Flapping, Multiplier, Reversals, Swing, Variance};

const ALL: [Part; 6] = [Multiplier, Flapping, Reversals, Swing, Variance, Autocorr1];

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

fn near(a: f64, b: f64) -> bool {
    close(a, b, 1e-9 * (1.0 + a.abs().max(b.abs())))
}

/// Up to 6 decimals, without trailing zeros.
fn figure(x: f64) -> String {
    let text = format!("{x:.6}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

impl Part {
    fn agrees(self, expected: &Seen, actual: &Seen) -> bool {
        let (e, a) = (&expected.stats, &actual.stats);
        match self {
            Multiplier => near(expected.multiplier, actual.multiplier),
            Flapping => expected.flapping == actual.flapping,
            Reversals => e.reversals == a.reversals,
            Swing => near(e.swing, a.swing),
            Variance => close(e.variance, a.variance, 1e-6 * (1.0 + e.swing * e.swing)),
            Autocorr1 => match (e.autocorr1, a.autocorr1) {
                (Some(e), Some(a)) => close(e, a, 1e-6),
                (e, a) => e.is_none() && a.is_none(),
            },
        }
    }
    fn say(self, seen: &Seen) -> String {
        let stats = &seen.stats;
        match self {
            Multiplier => format!("x {}", figure(seen.multiplier)),
            Flapping => if seen.flapping { "flapping" } else { "calm" }.into(),
            Reversals if stats.reversals == 1 => "1 reversal".into(),
            Reversals => format!("{} reversals", stats.reversals),
            Swing => format!("swing {}", figure(stats.swing)),
            Variance => format!("variance {}", figure(stats.variance)),
            Autocorr1 => format!("autocorr1 {}", stats.autocorr1.map_or("None".into(), figure)),
        }
    }
}

fn say(parts: &[Part], seen: &Seen) -> String {
    parts.iter().map(|part| part.say(seen)).collect::<Vec<_>>().join(", ")
}

/// Plays outputs with what is due beside them, comparing `parts` alone.
fn play(promise: &str, plan: Plan, parts: &[Part], steps: &[(f64, Seen)]) -> Res {
    let mut guard = guard(plan);
    let mut table = Table::new();
    for (u, expected) in steps {
        let actual = observe(&mut guard, *u);
        let row = Row {
            at: 0,
            input: format!("output {u}"),
            expected: say(parts, expected),
            actual: say(parts, &actual),
        };
        table.push(row, parts.iter().all(|part| part.agrees(expected, &actual)));
    }
    table.verdict(&format!("{promise} ({})", in_words(plan)))
}

const BLANK: FlapStats = FlapStats { reversals: 0, swing: 0.0, variance: 0.0, autocorr1: None };
const NOTHING: Seen = Seen { multiplier: 1.0, flapping: false, stats: BLANK };
/// Judges nothing by itself.
const WATCH: Plan = (100, 50, 1000.0, 0.5, 1000);

fn reversals(n: u32) -> Seen {
    Seen { stats: FlapStats { reversals: n, ..BLANK }, ..NOTHING }
}

fn reversals_skip_still_samples(_: &mut Case) -> Res {
    let count = |promise: &str, steps: &[(f64, u32)]| {
        let steps: Vec<_> = steps.iter().map(|(u, n)| (*u, reversals(*n))).collect();
        play(promise, WATCH, &[Reversals], &steps)
    };
    count(
        "+2, a pause, -1, a longer pause, +2, -1: the actions are +2 -1 +2 -1, which turn 3 times",
        &[(10.0, 0), (12.0, 0), (12.0, 0), (11.0, 1), (11.0, 1), (11.0, 1), (13.0, 2), (12.0, 3)],
    )?;
    count(
        "up, a pause and up again has not turned, and neither has a pause alone",
        &[(-3.0, 0), (-3.0, 0), (-1.0, 0), (-1.0, 0), (0.0, 0), (4.0, 0), (4.0, 0)],
    )?;
    count(
        "it is the moves that have signs, not the outputs",
        &[(-8.0, 0), (-10.0, 0), (-12.0, 0), (-9.0, 1), (-5.0, 1), (-7.0, 2), (-6.0, 3)],
    )
}

fn only_steps_inside_the_window(_: &mut Case) -> Res {
    let plan = (4, 50, 1000.0, 0.5, 1000);
    let seen = |n, swing| Seen { stats: FlapStats { reversals: n, swing, ..BLANK }, ..NOTHING };
    play(
        "4 outputs have 3 steps between them: the step into the oldest one has gone with the output before it",
        plan,
        &[Reversals, Swing],
        &[
            (10.0, seen(0, 0.0)),
            (12.0, seen(0, 2.0)),
            (9.0, seen(1, 3.0)),
            (12.0, seen(2, 3.0)),
            (12.0, seen(1, 3.0)),
            (12.0, seen(0, 3.0)),
            (12.0, seen(0, 0.0)),
        ],
    )?;
    play(
        "a window of 2 outputs has a single step, so nothing in it can turn",
        (2, 1, 0.0, 0.5, 1000),
        &[Reversals, Swing, Flapping, Multiplier],
        &[(5.0, seen(0, 0.0)), (7.0, seen(0, 2.0)), (6.0, seen(0, 1.0)), (9.0, seen(0, 3.0))],
    )?;
    let plan: Plan = (500, 2, 2.0, 0.1, 1000);
    let mut guard = guard(plan);
    for k in 0..260 {
        guard.observe(if k % 2 == 0 { 10.0 } else { 12.0 });
    }
    let turns = kit::during(|| "stats()".into(), || guard.stats()).reversals;
    ensure(turns == 258, || {
        format!(
            "a window may be as long as 1,000 outputs, and then it remembers as many: 10, 12, 10, 12 and so on, 260 \
             outputs, turn 258 times, not {turns} ({})",
            in_words(plan)
        )
    })
}

fn variance_divides_by_n(_: &mut Case) -> Res {
    let check = |promise: &str, plan: Plan, steps: &[(f64, f64, f64)]| {
        let seen = |swing, variance| Seen { stats: FlapStats { swing, variance, ..BLANK }, ..NOTHING };
        let steps: Vec<_> = steps.iter().map(|(u, swing, variance)| (*u, seen(*swing, *variance))).collect();
        play(promise, plan, &[Swing, Variance], &steps)
    };
    // 2 4 4 4 5 5 7 9: mean 5, squares 9 1 1 1 0 0 4 16, 32 / 8 = 4.
    check(
        "one output has none; 10 and 14 lie 2 from their mean, 4 when squared",
        WATCH,
        &[(10.0, 0.0, 0.0), (14.0, 4.0, 4.0), (12.0, 4.0, 8.0 / 3.0)],
    )?;
    let eight = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
    let mut guard = guard(WATCH);
    let last = eight.map(|u| observe(&mut guard, u))[7];
    ensure(close(last.stats.variance, 4.0, 1e-6), || {
        format!(
            "2 4 4 4 5 5 7 9 have mean 5 and squared distances that sum to 32: their variance is 32 / 8 = 4, \
             not {}",
            figure(last.stats.variance)
        )
    })?;
    check(
        "what has left the window is in neither the mean nor the variance",
        (2, 50, 1000.0, 0.5, 1000),
        &[(100.0, 0.0, 0.0), (10.0, 90.0, 2025.0), (14.0, 4.0, 4.0), (14.0, 0.0, 0.0)],
    )
}

/// The figure after outputs that start at 10 and move by `moves`.
fn autocorr_of(moves: &[f64]) -> Option<f64> {
    let mut guard = guard(WATCH);
    let mut u = 10.0;
    guard.observe(u);
    for step in moves {
        u += step;
        guard.observe(u);
    }
    guard.stats().autocorr1
}

fn autocorrelation_of_actions(_: &mut Case) -> Res {
    // By hand. +2 -2 +2 -2: mean 0, products 3 x -4, squares 4 x 4. 1 2 -1 4: mean 1.5, deviations -0.5 0.5 -2.5
    // 2.5, products -0.25 - 1.25 - 6.25, squares 0.25 + 0.25 + 6.25 + 6.25. +3 -3 +3: mean 1, deviations 2 -4 2,
    // products -16, squares 24. 1 2 3: deviations -1 0 1.
    let cases: &[(&[f64], Option<f64>, &str)] = &[
        (&[2.0, -2.0, 2.0, -2.0], Some(-0.75), "3 products of -4 over 4 squares of 4"),
        (&[2.0, 0.0, -2.0, 0.0, 0.0, 2.0, -2.0], Some(-0.75), "holds are no actions and change nothing"),
        (
            &[1.0, 2.0, -1.0, 4.0],
            Some(-7.75 / 13.0),
            "mean 1.5; products -0.25 - 1.25 - 6.25, squares 0.25 + 0.25 + 6.25 + 6.25",
        ),
        (&[3.0, -3.0, 3.0], Some(-16.0 / 24.0), "mean 1; products -8 - 8, squares 4 + 16 + 4"),
        (&[1.0, 2.0, 3.0], Some(0.0), "mean 2; products 0 and 0, squares 1 + 0 + 1"),
        (&[4.0, 2.0, -2.0, -4.0], Some(0.3), "mean 0; products 8 - 4 + 8, squares 16 + 4 + 4 + 16"),
        (&[2.0, 2.0, 2.0, 2.0], None, "a ramp's actions are all equal, there is nothing to correlate"),
        (&[1.0, -2.0], None, "2 actions are too few"),
        (&[0.0, 0.0, 0.0, 5.0], None, "only 1 of these is an action"),
        (&[], None, "no action"),
    ];
    let mut table = Table::new();
    for (moves, expected, why) in cases {
        let words = |r: Option<f64>| r.map_or("None".to_string(), figure);
        let list: Vec<String> = moves.iter().map(|m| format!("{m:+}").replace("+0", "0")).collect();
        let list = if list.is_empty() { "none".into() } else { list.join(" ") };
        let actual = autocorr_of(moves);
        let same = match (expected, actual) {
            (Some(e), Some(a)) => close(*e, a, 1e-6),
            (e, a) => e.is_none() && a.is_none(),
        };
        let row =
            Row { at: 0, input: format!("moves {list}"), expected: words(*expected), actual: words(actual) };
        if !table.push(row, same) {
            return table.verdict(&format!("`autocorr1`: {why}"));
        }
    }
    Ok(())
}

fn verdict_needs_reversals_and_swing(_: &mut Case) -> Res {
    let plan: Plan = (8, 3, 4.0, 0.5, 1000);
    let verdict = |promise: &str, steps: &[(f64, u32, f64, bool)]| {
        let seen = |reversals, swing, flapping| Seen {
            flapping,
            stats: FlapStats { reversals, swing, ..BLANK },
            ..NOTHING
        };
        let steps: Vec<_> = steps.iter().map(|(u, n, swing, f)| (*u, seen(*n, *swing, *f))).collect();
        play(promise, plan, &[Reversals, Swing, Flapping], &steps)
    };
    verdict(
        "exactly 3 reversals with a swing of exactly 4 are flapping",
        &[
            (10.0, 0, 0.0, false),
            (14.0, 0, 4.0, false),
            (10.0, 1, 4.0, false),
            (14.0, 2, 4.0, false),
            (10.0, 3, 4.0, true),
            (14.0, 4, 4.0, true),
        ],
    )?;
    verdict(
        "3 reversals or more within a swing of less than 4 are jitter",
        &[
            (10.0, 0, 0.0, false),
            (13.5, 0, 3.5, false),
            (10.0, 1, 3.5, false),
            (13.5, 2, 3.5, false),
            (10.0, 3, 3.5, false),
            (13.5, 4, 3.5, false),
        ],
    )?;
    verdict(
        "a wide swing with fewer than 3 reversals is a load that came and went",
        &[
            (10.0, 0, 0.0, false),
            (20.0, 0, 10.0, false),
            (30.0, 0, 20.0, false),
            (12.0, 1, 20.0, false),
            (40.0, 2, 30.0, false),
            (40.0, 2, 30.0, false),
        ],
    )?;
    let end = 14.0;
    verdict(
        "the verdict is about the window as it stands, and goes with the evidence",
        &[
            (10.0, 0, 0.0, false),
            (14.0, 0, 4.0, false),
            (10.0, 1, 4.0, false),
            (end, 2, 4.0, false),
            (10.0, 3, 4.0, true),
            (10.0, 3, 4.0, true),
            (10.0, 3, 4.0, true),
            (10.0, 3, 4.0, true),
            (10.0, 2, 4.0, false),
            (10.0, 1, 4.0, false),
        ],
    )
}

/// Compares the multiplier and the verdict.
fn gains(promise: &str, plan: Plan, steps: &[(f64, bool, f64)]) -> Res {
    let steps: Vec<_> = steps
        .iter()
        .map(|(u, flapping, multiplier)| {
            (*u, Seen { multiplier: *multiplier, flapping: *flapping, stats: BLANK })
        })
        .collect();
    play(promise, plan, &[Flapping, Multiplier], &steps)
}

fn one_backoff_a_window(_: &mut Case) -> Res {
    gains(
        "the first cut comes at once, the next ones 4 and 8 outputs later, when every output of the cut before \
         has left the window",
        (4, 2, 2.0, 0.1, 1000),
        &[
            (10.0, false, 1.0),
            (12.0, false, 1.0),
            (10.0, false, 1.0),
            (12.0, true, 0.5),
            (10.0, true, 0.5),
            (12.0, true, 0.5),
            (10.0, true, 0.5),
            (12.0, true, 0.25),
            (10.0, true, 0.25),
            (12.0, true, 0.25),
            (10.0, true, 0.25),
            (12.0, true, 0.125),
        ],
    )?;
    gains(
        "the first cut waits for no full window; half, but not below the floor",
        (4, 1, 2.0, 0.3, 1000),
        &[
            (10.0, false, 1.0),
            (12.0, false, 1.0),
            (10.0, true, 0.5),
            (12.0, true, 0.5),
            (10.0, true, 0.5),
            (12.0, true, 0.5),
            (10.0, true, 0.3),
            (12.0, true, 0.3),
            (10.0, true, 0.3),
            (12.0, true, 0.3),
            (10.0, true, 0.3),
        ],
    )?;
    gains(
        "it is outputs since the cut that count: flapping that starts anew later than that is answered at once",
        (3, 1, 2.0, 0.1, 1000),
        &[
            (10.0, false, 1.0),
            (12.0, false, 1.0),
            (10.0, true, 0.5),
            (10.0, false, 0.5),
            (10.0, false, 0.5),
            (10.0, false, 0.5),
            (10.0, false, 0.5),
            (12.0, false, 0.5),
            (10.0, true, 0.25),
            (12.0, true, 0.25),
            (12.0, false, 0.25),
        ],
    )?;
    // The cut is at the 3rd output, the next may come at the 9th.
    gains(
        "the pause lasts `window` outputs, also when the multiplier is back at 1 before it is over",
        (6, 1, 5.0, 0.9, 1),
        &[
            (0.0, false, 1.0),
            (5.0, false, 1.0),
            (4.0, true, 0.9),
            (4.0, true, 0.9),
            (4.0, true, 0.9),
            (4.0, true, 0.9),
            (3.0, false, 1.0),
            (9.0, true, 1.0),
            (9.0, true, 0.9),
        ],
    )?;
    // Cuts at the 3rd and the 9th output; the next may come at the 15th.
    gains(
        "a cut at the floor changes nothing, and still the next one comes `window` outputs after it",
        (6, 1, 5.0, 0.9, 2),
        &[
            (0.0, false, 1.0),
            (5.0, false, 1.0),
            (4.0, true, 0.9),
            (5.0, true, 0.9),
            (5.0, true, 0.9),
            (5.0, true, 0.9),
            (0.0, true, 0.9),
            (0.0, true, 0.9),
            (1.0, true, 0.9),
            (1.0, true, 0.9),
            (1.0, true, 0.9),
            (1.0, false, 0.9),
            (0.0, false, 1.0),
            (9.0, true, 1.0),
            (9.0, true, 0.9),
        ],
    )
}

fn recovers_slowly(_: &mut Case) -> Res {
    gains(
        "3 quiet outputs in a row give back a quarter of the gain, and the count starts again; never above 1",
        (3, 1, 2.0, 0.1, 3),
        &[
            (10.0, false, 1.0),
            (12.0, false, 1.0),
            (10.0, true, 0.5),
            (10.0, false, 0.5),
            (10.0, false, 0.5),
            (10.0, false, 0.625),
            (10.0, false, 0.625),
            (10.0, false, 0.625),
            (10.0, false, 0.78125),
            (10.0, false, 0.78125),
            (10.0, false, 0.78125),
            (10.0, false, 0.9765625),
        ],
    )?;
    gains(
        "x 1.25 from 0.8 is 1, from 0.9765625 it is 1 too: not above 1, with `quiet` 1 at every quiet output",
        (3, 1, 2.0, 0.8, 1),
        &[
            (10.0, false, 1.0),
            (12.0, false, 1.0),
            (10.0, true, 0.8),
            (10.0, false, 1.0),
            (10.0, false, 1.0),
            (12.0, false, 1.0),
        ],
    )?;
    gains(
        "2 quiet outputs, then flapping: they no longer count, cut or not",
        (3, 1, 2.0, 0.1, 3),
        &[
            (10.0, false, 1.0),
            (12.0, false, 1.0),
            (10.0, true, 0.5),
            (10.0, false, 0.5),
            (12.0, false, 0.5),
            (10.0, true, 0.25),
            (10.0, false, 0.25),
            (10.0, false, 0.25),
            (10.0, false, 0.3125),
        ],
    )?;
    // The wide output leaves the window and another comes: flapping, calm and flapping within one window. The
    // cut is at the 5th output, the next may come at the 11th.
    gains(
        "flapping 4 outputs after a cut is too early for another one, but it ends the quiet of the output before it",
        (6, 3, 4.0, 0.1, 3),
        &[
            (10.0, false, 1.0),
            (14.0, false, 1.0),
            (10.0, false, 1.0),
            (11.0, false, 1.0),
            (10.0, true, 0.5),
            (11.0, true, 0.5),
            (10.0, true, 0.5),
            (11.0, false, 0.5),
            (14.0, true, 0.5),
            (14.0, false, 0.5),
            (14.0, false, 0.5),
            (14.0, false, 0.625),
        ],
    )?;
    let plan: Plan = (3, 1, 2.0, 0.1, 300);
    let mut guard = guard(plan);
    let mut multiplier = 1.0;
    for u in [10.0, 12.0, 10.0] {
        multiplier = guard.observe(u);
    }
    let at = (1..=400).find(|_| guard.observe(10.0) > multiplier);
    ensure(at == Some(300), || {
        let at = at.map_or("none of 400".into(), |at| format!("number {at}"));
        format!(
            "after 10, 12, 10, at x {}, it is the 300th quiet output that gives back a quarter; here it is {at} ({})",
            figure(multiplier),
            in_words(plan)
        )
    })
}

fn bad_samples_are_skipped(_: &mut Case) -> Res {
    let plan: Plan = (4, 2, 2.0, 0.1, 3);
    // Each bad one repeats what stood before it.
    let script: [(f64, bool, f64); 11] = [
        (f64::NAN, false, 1.0),
        (10.0, false, 1.0),
        (12.0, false, 1.0),
        (f64::INFINITY, false, 1.0),
        (10.0, false, 1.0),
        (12.0, true, 0.5),
        (f64::NEG_INFINITY, true, 0.5),
        (10.0, true, 0.5),
        (12.0, true, 0.5),
        (f64::NAN, true, 0.5),
        (10.0, true, 0.5),
    ];
    gains(
        "a bad output is as if it had not been: nothing moves, the last multiplier is returned",
        plan,
        &script,
    )?;
    gains(
        "bad outputs do not count: 3 of them bring neither the next cut nor a recovery any nearer",
        plan,
        &[
            (10.0, false, 1.0),
            (12.0, false, 1.0),
            (10.0, false, 1.0),
            (12.0, true, 0.5),
            (f64::NAN, true, 0.5),
            (f64::NAN, true, 0.5),
            (f64::NAN, true, 0.5),
            (10.0, true, 0.5),
            (10.0, false, 0.5),
            (10.0, false, 0.5),
            (f64::NAN, false, 0.5),
            (10.0, false, 0.625),
        ],
    )?;
    let plan: Plan = (5, 50, 1000.0, 0.5, 1000);
    let seen = |n, swing, variance, autocorr1| Seen {
        stats: FlapStats { reversals: n, swing, variance, autocorr1 },
        ..NOTHING
    };
    let four = seen(2, 4.0, 2.75, Some(-2.0 / 3.0));
    play(
        "the window holds finite outputs only",
        plan,
        &[Reversals, Swing, Variance],
        &[
            (f64::NAN, seen(0, 0.0, 0.0, None)),
            (10.0, seen(0, 0.0, 0.0, None)),
            (14.0, seen(0, 4.0, 4.0, None)),
            (f64::INFINITY, seen(0, 4.0, 4.0, None)),
            (10.0, seen(1, 4.0, 32.0 / 9.0, None)),
            (f64::NAN, seen(1, 4.0, 32.0 / 9.0, None)),
            (f64::NEG_INFINITY, seen(1, 4.0, 32.0 / 9.0, None)),
            (13.0, Seen { stats: FlapStats { variance: 3.1875, ..four.stats }, ..four }),
        ],
    )?;
    play(
        "0 is an output like any other",
        plan,
        &[Reversals, Swing, Variance],
        &[
            (2.0, seen(0, 0.0, 0.0, None)),
            (0.0, seen(0, 2.0, 1.0, None)),
            (2.0, seen(1, 2.0, 8.0 / 9.0, None)),
            (-0.0, seen(2, 2.0, 1.0, None)),
        ],
    )?;
    let fresh = guard(plan);
    let none = look(&fresh, 1.0);
    ensure(ALL.iter().all(|part| part.agrees(&NOTHING, &none)), || {
        format!(
            "before the first output the window is empty: {}; it shows {}",
            say(&ALL, &NOTHING),
            say(&ALL, &none)
        )
    })
}

fn bounded_memory(_: &mut Case) -> Res {
    let (_probe, live, ..) = kit::measure(|| vec![0_u8; 100_000]);
    ensure(live >= 100_000, || "the check's own allocator does not count".into())?;
    let (window, outputs) = (16, 1_500_u32);
    let (_guard, live, peak, _) = kit::measure(|| {
        let mut guard = guard((window, 3, 2.0, 0.1, 5));
        for k in 0..outputs {
            guard.observe(f64::from(k * k % 7));
        }
        guard
    });
    let limit = 64 * window as i64 + 4096;
    ensure(live.max(peak) <= limit, || {
        format!(
            "window {window}, after {outputs} outputs: at most {limit} bytes (64 for each place and 4 KiB); the \
             guard holds {live}, at its peak {peak}"
        )
    })
}

// ---- the reference: all outputs ever, in eighths, and everything by index

struct Reference {
    plan: Plan,
    eighths: Vec<i64>,
    cuts: Vec<usize>,
    /// The verdict after each output.
    verdicts: Vec<bool>,
    multiplier: f64,
    /// Index of the output before which the quiet count was 0.
    quiet_from: usize,
}

impl Reference {
    fn new(plan: Plan) -> Reference {
        let (eighths, cuts, verdicts) = (Vec::new(), Vec::new(), Vec::new());
        Reference { plan, eighths, cuts, verdicts, multiplier: 1.0, quiet_from: 0 }
    }

    fn stats(&self) -> FlapStats {
        let from = self.eighths.len().saturating_sub(self.plan.0);
        let (mut low, mut high, mut sum, mut squares) = (i64::MAX, i64::MIN, 0, 0);
        let (mut actions, mut reversals): (Vec<i64>, u32) = (Vec::new(), 0);
        for k in from..self.eighths.len() {
            let u = self.eighths[k];
            (low, high, sum, squares) = (low.min(u), high.max(u), sum + u, squares + u * u);
            if k > from && u != self.eighths[k - 1] {
                let action = u - self.eighths[k - 1];
                reversals += u32::from(actions.last().is_some_and(|last| (*last > 0) != (action > 0)));
                actions.push(action);
            }
        }
        let n = (self.eighths.len() - from) as i64;
        if n == 0 {
            return BLANK;
        }
        // n * n times the variance, in whole numbers; r1 likewise, with all deviations times m.
        let variance = (n * squares - sum * sum) as f64 / (n * n * 64) as f64;
        let m = actions.len() as i64;
        let all: i64 = actions.iter().sum();
        let (mut over, mut under, mut before) = (0, 0, 0);
        for action in &actions {
            let deviation = m * action - all;
            (over, under, before) = (over + before * deviation, under + deviation * deviation, deviation);
        }
        let autocorr1 = (m >= 3 && under > 0).then(|| over as f64 / under as f64);
        FlapStats { reversals, swing: (high - low) as f64 / 8.0, variance, autocorr1 }
    }

    fn observe(&mut self, eighths: Option<i64>) -> Seen {
        let (window, min_reversals, min_swing, floor, quiet) = self.plan;
        if let Some(u) = eighths {
            self.eighths.push(u);
        }
        let stats = self.stats();
        let flapping = stats.reversals >= min_reversals && stats.swing >= min_swing;
        if eighths.is_some() {
            let k = self.eighths.len() - 1;
            self.verdicts.push(flapping);
            if flapping {
                self.quiet_from = k + 1;
                let too_early = self.cuts.iter().any(|cut| cut + window > k);
                if !too_early {
                    self.cuts.push(k);
                    let half = self.multiplier * 0.5;
                    self.multiplier = if half < floor { floor } else { half };
                }
            } else if (k + 1 - self.quiet_from) as u32 == quiet {
                self.quiet_from = k + 1;
                let more = self.multiplier * 1.25;
                self.multiplier = if more > 1.0 { 1.0 } else { more };
            }
        }
        Seen { multiplier: self.multiplier, flapping, stats }
    }
}

/// An output in eighths, or a bad one.
#[derive(Clone, Debug)]
struct Output {
    eighths: i64,
    bad: u8,
}
kit::shrink_fields!(Output { bad, eighths });

impl Output {
    fn known(&self) -> Option<i64> {
        (self.bad == 0).then_some(self.eighths)
    }
    fn value(&self) -> f64 {
        match self.bad {
            0 => self.eighths as f64 / 8.0,
            1 => f64::NAN,
            2 => f64::INFINITY,
            _ => f64::NEG_INFINITY,
        }
    }
}

/// Stretches of stillness, ramps and see-saws, whole numbers more often than not.
fn outputs(rng: &mut Rng, len: usize) -> Vec<Output> {
    let (mut out, mut u) = (Vec::new(), 80_i64);
    while out.len() < len {
        let unit = *rng.pick(&[8, 8, 8, 4, 1]);
        let (style, step) = (rng.below(4), unit * rng.range(1, 4) as i64);
        for i in 0..rng.range(1, 7) {
            u += match style {
                0 => 0,
                1 => step,
                2 if i % 2 == 0 => step,
                2 => -step,
                _ => unit * (rng.below(7) as i64 - 3),
            };
            if u.abs() > 4_000 {
                u = 80;
            }
            let bad = if rng.chance(0.04) { 1 + rng.below(3) as u8 } else { 0 };
            out.push(Output { eighths: u, bad });
        }
    }
    out
}

fn agrees(plan: Plan, outputs: &[Output]) -> bool {
    let (mut reference, mut guard) = (Reference::new(plan), guard(plan));
    outputs.iter().all(|output| {
        let expected = reference.observe(output.known());
        let actual = observe(&mut guard, output.value());
        ALL.iter().all(|part| part.agrees(&expected, &actual))
    })
}

/// The steps as a table of the parts that part company, and the output's.
fn told(plan: Plan, outputs: &[Output]) -> Res {
    let (mut reference, mut guard) = (Reference::new(plan), guard(plan));
    let steps: Vec<(f64, Seen, Seen)> = outputs
        .iter()
        .map(|output| {
            (output.value(), reference.observe(output.known()), observe(&mut guard, output.value()))
        })
        .collect();
    let differs = |(_, expected, actual): &(f64, Seen, Seen)| ALL.iter().any(|p| !p.agrees(expected, actual));
    let Some(first) = steps.iter().position(differs) else { return Ok(()) };
    let parts: Vec<Part> = ALL.into_iter().filter(|p| !p.agrees(&steps[first].1, &steps[first].2)).collect();
    // A multiplier is understood from the verdicts.
    let shown = if parts == [Multiplier] { vec![Flapping, Multiplier] } else { parts };
    let mut table = Table::new();
    for (u, expected, actual) in &steps[..=first] {
        let row = Row {
            at: 0,
            input: format!("output {u}"),
            expected: say(&shown, expected),
            actual: say(&shown, actual),
        };
        table.push(row, shown.iter().all(|part| part.agrees(expected, actual)));
    }
    table.verdict(&format!("the contract, step by step ({})", in_words(plan)))
}

fn matches_reference(case: &mut Case) -> Res {
    let plans: [Plan; 6] = [
        (4, 1, 1.0, 0.3, 3),
        (6, 2, 2.0, 0.1, 2),
        (2, 1, 0.0, 0.5, 1),
        (9, 3, 4.0, 0.05, 5),
        (12, 2, 3.0, 1.0, 4),
        (3, 1, 2.5, 0.125, 7),
    ];
    for (i, plan) in plans.into_iter().enumerate() {
        let seed = (0xf1a9 ^ case.seed) + i as u64 * 1_000;
        let config = Config { cases: 24, max_len: 36, seed, ..Config::default() };
        forall_cfg(&config, &outputs, &|trace| if agrees(plan, trace) { Ok(()) } else { told(plan, trace) })?;
    }
    Ok(())
}

// ---- a loop to calm

const TICK: u64 = 15 * kit::SEC;
const TICKS: usize = 1_200;
/// The last 600 are judged.
const JUDGED: usize = 600;
/// Two periods of the loop at its stability limit: 2 x 2 (2 x 3 + 1) samples.
const LOOP_PLAN: Plan = (28, 3, 2.0, 1.0 / 16.0, 240);

/// What was asked for, the multiplier and the verdict, tick by tick.
struct Run {
    replicas: Vec<f64>,
    multipliers: Vec<f64>,
    verdicts: Vec<bool>,
}

fn needed(tick: usize) -> f64 {
    if tick < 700 { 20.0 } else { 26.0 }
}

/// An integral controller that sees what it did 3 ticks late: stable below 2 sin(pi / 14) = 0.445 a tick, and its
/// gain is 0.9.
fn delayed_loop(mut guard: Option<Guard>) -> Run {
    let mut run = Run { replicas: Vec::new(), multipliers: Vec::new(), verdicts: Vec::new() };
    let (mut position, mut history) = (10.0_f64, [10.0; 3]);
    for tick in 0..TICKS {
        let replicas = position.round();
        let multiplier = guard.as_mut().map_or(1.0, |guard| guard.observe(replicas));
        // For the chart only; every tick would take as long as all the rest.
        let before = run.verdicts.last().copied().unwrap_or(false);
        let look = |guard: &Guard| if tick % 4 == 0 { guard.flapping() } else { before };
        run.verdicts.push(guard.as_ref().is_some_and(look));
        run.replicas.push(replicas);
        run.multipliers.push(multiplier);
        let seen = history[tick % 3];
        history[tick % 3] = position;
        position = (position + 0.9 * multiplier * (needed(tick) - seen)).clamp(2.0, 40.0);
    }
    run
}

/// The figures of some ticks as steps: two points at each change.
fn steps(values: &[f64], ticks: Range<usize>) -> Vec<(u64, f64)> {
    let (mut points, last): (Vec<(u64, f64)>, _) = (Vec::new(), ticks.end - 1);
    for tick in ticks {
        let (at, value) = (tick as u64 * TICK, values[tick]);
        let before = points.last().map(|point| point.1);
        if before != Some(value) {
            points.extend(before.map(|before| (at, before)));
            points.push((at, value));
        } else if tick == last {
            points.push((at, value));
        }
    }
    points
}

/// The ticks at which the direction changed.
fn turns(values: &[f64]) -> Vec<usize> {
    let (mut found, mut last) = (Vec::new(), 0.0);
    for tick in 1..values.len() {
        let action = values[tick] - values[tick - 1];
        if action != 0.0 {
            if last * action < 0.0 {
                found.push(tick);
            }
            last = action;
        }
    }
    found
}

/// Which of these ticks to mark, at most 4: far enough from each other that their figures do not run together.
fn apart(ticks: &[usize], gap: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for (i, tick) in ticks.iter().enumerate() {
        if kept.len() < 4 && kept.last().is_none_or(|last| tick - ticks[*last] >= gap) {
            kept.push(i);
        }
    }
    kept
}

/// As on the axis: 3 h 1 min.
fn clock(tick: usize) -> String {
    let minutes = tick as u64 * TICK / (60 * kit::SEC);
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h {} min", minutes / 60, minutes % 60) }
}

fn calms_a_delayed_loop(case: &mut Case) -> Res {
    let free = delayed_loop(None);
    let run = delayed_loop(Some(guard(LOOP_PLAN)));
    let late: Vec<usize> = turns(&run.replicas).into_iter().filter(|t| *t >= TICKS - JUDGED).collect();
    let free_late = turns(&free.replicas).into_iter().filter(|t| *t >= TICKS - JUDGED).count();
    let broken =
        run.multipliers.iter().position(|m| !(m.is_finite() && (0.0625 - 1e-9..=1.0 + 1e-9).contains(m)));
    let begin: (_, Range<usize>) = ("first half hour", 0..120);
    let end: (_, Range<usize>) = ("after 2.5 h", TICKS - JUDGED..TICKS - JUDGED + 120);
    let calm = late.len() <= 20;
    // First the one that tells more.
    let need: Vec<f64> = (0..TICKS).map(needed).collect();
    for (when, ticks) in if calm { [begin, end] } else { [end, begin] } {
        for (curve, values) in [("guarded", &run.replicas), ("unguarded", &free.replicas), ("needed", &need)]
        {
            case.series(&format!("{when}: {curve}"), "replicas", &steps(values, ticks.clone()));
        }
    }
    let verdicts: Vec<f64> = run.verdicts.iter().map(|flapping| f64::from(u8::from(*flapping))).collect();
    case.series("multiplier and verdict: multiplier", "x", &steps(&run.multipliers, 0..TICKS));
    case.series("multiplier and verdict: flapping", "x", &steps(&verdicts, 0..TICKS));
    if !calm {
        for i in apart(&late, 8) {
            let (at, label) = (late[i] as u64 * TICK, format!("reversal {} of {}", i + 1, late.len()));
            case.mark("after 2.5 h: guarded", at, at, &format!("{}: {label}", clock(late[i])));
        }
    } else {
        let fell = |tick: &usize| run.multipliers[*tick] < run.multipliers[*tick - 1];
        let cuts: Vec<usize> = (1..TICKS).filter(fell).collect();
        for i in apart(&cuts, 20) {
            let (at, to) = (cuts[i] as u64 * TICK, run.multipliers[cuts[i]]);
            let label = format!("{}: cut to x {}", clock(cuts[i]), figure(to));
            case.mark("multiplier and verdict: multiplier", at, at, &label);
        }
    }
    if let Some(tick) = broken {
        return kit::fail(format!(
            "a multiplier lies between the floor, 0.0625, and 1; at tick {tick} it is {}",
            run.multipliers[tick]
        ));
    }
    let why =
        "an integral loop with 3 ticks of delay is stable up to a gain of 0.445 a tick; this one has 0.9";
    ensure(calm, || {
        format!(
            "{why}. With the guard behind it at most 20 reversals are left in the last {JUDGED} ticks (2.5 h); there \
             are {} (without it {free_late}), with the multiplier at {} in the end ({})",
            late.len(),
            figure(run.multipliers[TICKS - 1]),
            in_words(LOOP_PLAN)
        )
    })?;
    let error = (run.replicas[TICKS - 1] - 26.0).abs();
    ensure(error <= 2.0, || {
        format!(
            "{why}. With a guard it still gets where it is to go: 26 replicas are needed from tick 700 on, and at tick \
             {TICKS} it has {}, with the multiplier at {} ({})",
            run.replicas[TICKS - 1],
            figure(run.multipliers[TICKS - 1]),
            in_words(LOOP_PLAN)
        )
    })?;
    let last = run.multipliers[TICKS - 1];
    ensure(last > 0.15, || {
        format!(
            "{why}. After 2.5 h of calm the guard has given some of the gain back, 1.25 times at every 240th quiet output; \
             in the end the multiplier is at {}, where the third cut had left it at 0.125 ({})",
            figure(last),
            in_words(LOOP_PLAN)
        )
    })?;
    case.note(&format!(
        "reversals in the last {JUDGED} ticks: {} with the guard, {free_late} without it",
        late.len()
    ));
    Ok(())
}
