//! Checks of GCRA. The reference is the algorithm's other form, the continuous-state leaky
//! bucket in signed numbers: it keeps a backlog and the time of the last conforming request,
//! and no TAT.
use crate::Gcra;
use kit::{Case, Check, Config, Res, Rng, Table, ensure, forall_cfg};
use std::fmt;

pub const CHECKS: &[Check] = &[
    ("burst-is-burst", "INC-1: a plan that lets more or fewer than its burst through", burst_is_burst),
    ("idle-does-not-bank", "INC-2: idle time that is saved up and spent later", idle_does_not_bank),
    ("boot-time", "INC-3: a panic or a wrong answer while the clock is below tau", boot_time),
    ("boundary", "a request exactly at TAT - tau turned away, or one let in before it", boundary),
    ("refusal-leaves-tat", "a request that does not conform and still moves TAT", refusal_leaves_tat),
    ("spacing-formula", "runs of spaced requests that are too long or too short", spacing_formula),
    (
        "same-as-leaky-bucket",
        "any decision or TAT that differs from the algorithm's other form",
        same_as_leaky_bucket,
    ),
];

/// What a call answered, and the TAT it left.
type Outcome = (bool, Option<u64>);

fn in_words((conforms, tat): Outcome) -> String {
    let verdict = if conforms { "conforms" } else { "too early" };
    match tat {
        Some(tat) => format!("{verdict}, TAT {tat}"),
        None => format!("{verdict}, no TAT"),
    }
}

fn plan(gcra: &Gcra) -> String {
    format!("t {} ns, tau {} ns", gcra.t_ns, gcra.tau_ns)
}

// The learner's calls, named should they panic.

fn for_burst(t: u64, burst: u64) -> Gcra {
    kit::during(|| format!("for_burst({t} ns, {burst})"), || Gcra::for_burst(t, burst))
}

fn arrive(gcra: &Gcra, tat: &mut Option<u64>, now: u64) -> bool {
    let before = *tat;
    let what = || {
        let tat = before.map_or("no TAT".into(), |tat| format!("TAT {tat}"));
        format!("arrive({tat}, now {now} ns): {}", plan(gcra))
    };
    kit::during(what, || gcra.arrive(tat, now))
}

fn put(gcra: &Gcra, tat: &mut Option<u64>, now: u64) -> Outcome {
    let conforms = arrive(gcra, tat, now);
    (conforms, *tat)
}

/// Plays requests with the outcomes written beside them, for a tenant never seen.
fn play(promise: &str, gcra: &Gcra, steps: &[(u64, Outcome)]) -> Res {
    let mut tat = None;
    let mut table = Table::new();
    for &(now, expected) in steps {
        if !table.row(now, "request".into(), in_words(expected), in_words(put(gcra, &mut tat, now))) {
            break;
        }
    }
    table.verdict(&format!("{promise}: {}", plan(gcra)))
}

const fn yes(tat: u64) -> Outcome {
    (true, Some(tat))
}

const fn no(tat: u64) -> Outcome {
    (false, Some(tat))
}

/// How many requests in a row conform, `spacing` apart, from a tenant never seen; at most `limit`.
fn run_length(gcra: &Gcra, spacing: u64, limit: u64) -> u64 {
    let mut tat = None;
    let start = 1 << 50;
    (0..limit).take_while(|i| arrive(gcra, &mut tat, start + i * spacing)).count() as u64
}

fn burst_is_burst(_: &mut Case) -> Res {
    let at = 10_000;
    let five = for_burst(100, 5);
    let steps = [yes(at + 100), yes(at + 200), yes(at + 300), yes(at + 400), yes(at + 500), no(at + 500)];
    play(
        "a plan of burst 5 lets 5 requests through at one instant",
        &five,
        &steps.map(|outcome| (at, outcome)),
    )?;
    for t in [1, 7, 100, 100 * kit::MS] {
        for burst in (1..=64).filter(|burst| burst * t <= 1 << 40) {
            let gcra = for_burst(t, burst);
            let got = run_length(&gcra, 0, burst + 2);
            ensure(got == burst, || {
                let bound = if got == burst + 2 { "at least " } else { "" };
                format!(
                    "t {t} ns, burst {burst}: that many conform at one instant, here {bound}{got} did ({})",
                    plan(&gcra)
                )
            })?;
            ensure(gcra.max_burst() == burst, || {
                format!(
                    "t {t} ns, burst {burst}: the plan's longest burst is {burst}, `max_burst` says {}",
                    gcra.max_burst()
                )
            })?;
        }
    }
    for (t, burst) in [(1, 1), (100, 1), (250, 8), (1, 1 << 40), (1 << 40, 1), (1 << 20, 1 << 20)] {
        let gcra = for_burst(t, burst);
        let tau = (u128::from(burst) - 1) * u128::from(t);
        ensure(gcra.t_ns == t && u128::from(gcra.tau_ns) == tau, || {
            format!("t {t} ns, burst {burst}: promised t {t} ns, tau {tau} ns; made {}", plan(&gcra))
        })?;
    }
    Ok(())
}

fn idle_does_not_bank(_: &mut Case) -> Res {
    // Decisions alone, so that what is seen first is what the incident was about.
    let gcra = Gcra { t_ns: 100, tau_ns: 200 };
    let (mut tat, mut table) = (None, Table::new());
    for (now, expected) in [
        (1_000, true),
        (9_000, true),
        (9_000, true),
        (9_000, true),
        (9_000, false),
        (9_100, true),
        (9_100, false),
    ] {
        let word = |conforms| if conforms { "conforms" } else { "too early" }.to_string();
        if !table.row(now, "request".into(), word(expected), word(arrive(&gcra, &mut tat, now))) {
            break;
        }
    }
    table.verdict(&format!("a long pause earns one burst, here of 3, and no more: {}", plan(&gcra)))?;

    let hour = 3_600 * kit::SEC;
    let gcra = Gcra { t_ns: 100 * kit::MS, tau_ns: 400 * kit::MS };
    let mut tat = None;
    let first = arrive(&gcra, &mut tat, kit::SEC);
    let after = (0..40_000).take_while(|_| arrive(&gcra, &mut tat, kit::SEC + hour)).count();
    ensure(first && after == 5, || {
        let bound = if after == 40_000 { "at least " } else { "" };
        format!(
            "one request per 100 ms, burst 5: after an idle hour 5 conform at once, here {bound}{after} did"
        )
    })?;
    for idle in [1, 50, 150, kit::SEC, 60 * kit::SEC, 2 * hour, 24 * hour, 1 << 60] {
        let gcra = Gcra { t_ns: 100, tau_ns: 400 };
        let mut tat = Some(kit::SEC);
        let now = kit::SEC + idle;
        let got = (0..100).take_while(|_| arrive(&gcra, &mut tat, now)).count();
        ensure(got == 5, || {
            format!(
                "{}, request {idle} ns after its TAT: 5 conform at that instant, here {got} did",
                plan(&gcra)
            )
        })?;
    }
    play(
        "a request that comes late starts the schedule again from its own instant",
        &Gcra { t_ns: 100, tau_ns: 200 },
        &[(1_000, yes(1_100)), (1_100, yes(1_200)), (1_230, yes(1_330)), (1_230, yes(1_430))],
    )
}

fn boot_time(_: &mut Case) -> Res {
    let gcra = Gcra { t_ns: 100, tau_ns: 400 };
    play(
        "a plan of burst 5 holds from the first nanosecond of uptime on",
        &gcra,
        &[
            (0, yes(100)),
            (0, yes(200)),
            (0, yes(300)),
            (0, yes(400)),
            (0, yes(500)),
            (0, no(500)),
            (99, no(500)),
            (100, yes(600)),
        ],
    )?;
    play(
        "before tau has passed since boot, nothing is too early for a tenant with room left",
        &Gcra { t_ns: 100, tau_ns: 1_000 },
        &[(30, yes(130)), (40, yes(230)), (150, yes(330)), (330, yes(430)), (400, yes(530))],
    )
}

fn boundary(_: &mut Case) -> Res {
    play(
        "exactly at TAT - tau a request conforms, one nanosecond before it does not",
        &Gcra { t_ns: 100, tau_ns: 200 },
        &[
            (1_000, yes(1_100)),
            (1_000, yes(1_200)),
            (1_000, yes(1_300)),
            (1_099, no(1_300)),
            (1_100, yes(1_400)),
            (1_199, no(1_400)),
            (1_200, yes(1_500)),
        ],
    )?;
    play(
        "a plan without tolerance lets through what is exactly on time",
        &Gcra { t_ns: 100, tau_ns: 0 },
        &[(1_000, yes(1_100)), (1_099, no(1_100)), (1_100, yes(1_200)), (1_199, no(1_200))],
    )?;
    play(
        "a tolerance need not be a multiple of t",
        &Gcra { t_ns: 100, tau_ns: 150 },
        &[
            (1_000, yes(1_100)),
            (1_000, yes(1_200)),
            (1_000, no(1_200)),
            (1_049, no(1_200)),
            (1_050, yes(1_300)),
        ],
    )
}

fn refusal_leaves_tat(_: &mut Case) -> Res {
    let gcra = Gcra { t_ns: 100, tau_ns: 100 };
    play(
        "requests that come too early cost nothing: the next one conforms when it would have without them",
        &gcra,
        &[
            (1_000, yes(1_100)),
            (1_000, yes(1_200)),
            (1_000, no(1_200)),
            (1_050, no(1_200)),
            (1_099, no(1_200)),
            (1_100, yes(1_300)),
        ],
    )?;
    play(
        "a request from a clock that went back is judged there, and leaves TAT if it is too early",
        &gcra,
        &[(1_000, yes(1_100)), (900, no(1_100)), (999, no(1_100)), (1_000, yes(1_200)), (1_100, yes(1_300))],
    )?;
    // Nearly the whole of the range, in round numbers.
    let ages = 4_600_000_000 * kit::SEC;
    play(
        "however far the clock goes back, each call is judged where it stands",
        &gcra,
        &[(ages, yes(ages + 100)), (0, no(ages + 100)), (ages, yes(ages + 200)), (ages, no(ages + 200))],
    )
}

fn spacing_formula(_: &mut Case) -> Res {
    for t in 1..=9 {
        for tau in 0..=20 {
            let gcra = Gcra { t_ns: t, tau_ns: tau };
            for spacing in 0..=t {
                // Counted by brute force on the backlog: each request adds t and each gap drains.
                let mut expected = 0;
                let mut backlog = 0;
                while backlog <= tau && expected < 40 {
                    expected += 1;
                    backlog = (backlog + t) - spacing;
                }
                let got = run_length(&gcra, spacing, 40);
                ensure(got == expected, || {
                    let run = |n| if n == 40 { "any run".to_string() } else { format!("a run of {n}") };
                    format!(
                        "{}: of requests {spacing} ns apart {} conforms, here {} did",
                        plan(&gcra),
                        run(expected),
                        run(got)
                    )
                })?;
                let formula = gcra.max_burst_at(spacing);
                ensure(formula == (spacing < t).then_some(expected), || {
                    format!(
                        "{}: `max_burst_at({spacing})` was right as it stood, now it says {formula:?}",
                        plan(&gcra)
                    )
                })?;
            }
        }
    }
    Ok(())
}

/// The continuous-state leaky bucket: what is in it, and when that was.
#[derive(Default)]
struct LeakyBucket {
    last: Option<(i128, i128)>,
}

impl LeakyBucket {
    fn arrive(&mut self, gcra: &Gcra, now: u64) -> Outcome {
        let now = i128::from(now);
        // What is left in the bucket; below 0 when it ran dry before now.
        let left = self.last.map_or(0, |(content, at)| content - (now - at));
        let conforms = left <= i128::from(gcra.tau_ns);
        if conforms {
            self.last = Some((left.max(0) + i128::from(gcra.t_ns), now));
        }
        (conforms, self.last.map(|(content, at)| (content + at) as u64))
    }
}

/// A request so long after the one before, or so long before it.
#[derive(Clone)]
struct Op {
    gap_ns: i64,
}
kit::shrink_fields!(Op {} carry gap_ns);

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.gap_ns < 0 { "earlier" } else { "later" };
        write!(f, "{} ns {way}: request", self.gap_ns.unsigned_abs())
    }
}

fn side_by_side(
    gcra: &Gcra,
    start: u64,
    ops: &[Op],
    see: &mut dyn FnMut(u64, Outcome, Outcome) -> bool,
) -> bool {
    let mut tat = None;
    let mut bucket = LeakyBucket::default();
    let mut now = start;
    for op in ops {
        now = now.saturating_add_signed(op.gap_ns).min(1 << 62);
        if !see(now, bucket.arrive(gcra, now), put(gcra, &mut tat, now)) {
            return false;
        }
    }
    true
}

fn same_as_leaky_bucket(case: &mut Case) -> Res {
    const S: i64 = kit::SEC as i64;
    let setups: [(u64, u64, u64, &[i64]); 8] = [
        (100, 400, 10_000, &[0, 0, 0, 10, 50, 90, 100, 110, 150, 300, 500, 1_000]),
        (100, 250, 0, &[0, 0, 0, 10, 50, 90, 100, 110, 150, 300, 500]),
        (100, 0, 1_000, &[0, 1, 50, 99, 100, 101, 200]),
        (7, 20, 0, &[0, 0, 1, 2, 5, 6, 7, 8, 20, 30]),
        (1, 3, 1 << 61, &[0, 0, 0, 0, 1, 2, 5]),
        (kit::SEC, 4 * kit::SEC, 0, &[0, 0, S / 2, S, 2 * S, 60 * S, 3_600 * S, 86_400 * S]),
        (1 << 36, 1 << 40, 1 << 61, &[0, 1, 1 << 35, 1 << 36, 1 << 38]),
        (100, 400, 0, &[0, 0, 0, 50, 100, 4_600_000 * S, 4_600_000_000 * S]),
    ];
    for (i, &(t_ns, tau_ns, start, gaps)) in setups.iter().enumerate() {
        let gcra = Gcra { t_ns, tau_ns };
        let generate = |rng: &mut Rng, len: usize| -> Vec<Op> {
            // A third of the traces also have a clock that goes back.
            let back = if rng.chance(0.33) { 0.2 } else { 0.0 };
            let op = |rng: &mut Rng| {
                let gap_ns = *rng.pick(gaps);
                Op { gap_ns: if rng.chance(back) { -gap_ns } else { gap_ns } }
            };
            (0..len).map(|_| op(rng)).collect()
        };
        let holds = |ops: &[Op]| -> Res {
            if side_by_side(&gcra, start, ops, &mut |_, expected, actual| expected == actual) {
                return Ok(());
            }
            let mut table = Table::new();
            side_by_side(&gcra, start, ops, &mut |now, expected, actual| {
                table.row(now, "request".into(), in_words(expected), in_words(actual))
            });
            table.verdict(&format!(
                "the leaky bucket form of the algorithm decides otherwise: {}",
                plan(&gcra)
            ))
        };
        let seed = (0x02_6c4a ^ case.seed).wrapping_add((i as u64) << 16);
        forall_cfg(&Config { cases: 200, max_len: 40, seed, ..Config::default() }, &generate, &holds)?;
    }
    Ok(())
}
