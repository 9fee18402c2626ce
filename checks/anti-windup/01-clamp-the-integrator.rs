//! Hidden checks of 01-clamp-the-integrator. Scenarios carry their answers, worked out by hand; random calls are
//! compared with a reference that counts whole billionths of an output unit, so nothing in it is rounded.
use crate::Integrator;
use kit::{Case, Check, Config, Res, Rng, Row, SEC, Table, forall_cfg};
use std::fmt::{self, Debug};

pub const CHECKS: &[Check] = &[
    (
        "accumulates-in-output-units",
        "a term that is not gain times error times seconds",
        accumulates_in_output_units,
    ),
    ("lands-on-the-limit", "a step that passes a limit and does not end on it", lands_on_the_limit),
    (
        "leaves-the-limit-at-once",
        "windup: what was cut off at a limit has to be paid back first",
        leaves_the_limit_at_once,
    ),
    ("both-limits-as-given", "one limit forgotten, or made up from the other", both_limits_as_given),
    ("gain-change-is-bumpless", "a new gain that moves what was added before", gain_change_is_bumpless),
    ("new-limits-apply-now", "new limits that wait, or do not bind for good", new_limits_apply_now),
    ("preload-takes-over", "a start value that is added, ignored or not limited", preload_takes_over),
    ("bad-samples-are-skipped", "NaN or infinity that leaves a trace in the term", bad_samples_are_skipped),
    ("matches-reference", "random calls with any other term than the exact one", matches_reference),
];

/// An integrator's settings: gain per second, lower and upper limit.
#[derive(Clone, Copy)]
struct Set {
    ki: f64,
    lo: f64,
    hi: f64,
}

const fn set(ki: f64, lo: f64, hi: f64) -> Set {
    Set { ki, lo, hi }
}

/// What is asked of an integrator.
#[derive(Clone, Copy)]
enum Ask {
    /// `times` adds of this error, each for `ns`.
    Add {
        error: f64,
        ns: u64,
        times: u64,
    },
    Gain(f64),
    Limits(f64, f64),
    Preload(f64),
    Term,
}
use Ask::{Gain, Limits, Preload, Term};

const fn add(error: f64, seconds: u64) -> Ask {
    Ask::Add { error, ns: seconds * SEC, times: 1 }
}

const fn each_second(error: f64, times: u64) -> Ask {
    Ask::Add { error, ns: SEC, times }
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
    if x != 0.0 && x.abs() < 0.0005 { format!("{x:e}") } else { rounded(x, 4) }
}

/// Both with as many decimals as it takes to see that they differ, if they do.
fn figures(want: f64, got: f64) -> (String, String) {
    let decimals = if same(want, got) {
        4
    } else {
        (4..12).find(|d| rounded(want, *d) != rounded(got, *d)).unwrap_or(12)
    };
    (rounded(want, decimals), if same(want, got) { rounded(want, decimals) } else { rounded(got, decimals) })
}

fn signed(x: f64) -> String {
    if x > 0.0 { format!("+{}", figure(x)) } else { figure(x) }
}

fn span(ns: u64) -> String {
    match ns {
        0 => "0 s".into(),
        _ if ns % SEC == 0 => format!("{} s", ns / SEC),
        _ if ns % kit::MS == 0 => format!("{} ms", ns / kit::MS),
        _ => format!("{ns} ns"),
    }
}

fn settings(s: Set) -> String {
    format!("gain {} per s, limits {} to {}", figure(s.ki), figure(s.lo), figure(s.hi))
}

fn in_words(ask: Ask) -> String {
    match ask {
        Ask::Add { error, ns, times: 1 } => format!("error {} for {}", signed(error), span(ns)),
        Ask::Add { error, ns, times } => format!("{times} times error {} for {}", signed(error), span(ns)),
        Gain(ki) => format!("gain {} per s", figure(ki)),
        Limits(lo, hi) => format!("limits {} to {}", figure(lo), figure(hi)),
        Preload(term) => format!("preload {}", figure(term)),
        Term => "ask for the term".into(),
    }
}

// ---- the learner's calls, named should they panic

fn new(s: Set) -> Integrator {
    kit::during(|| format!("new: {}", settings(s)), || Integrator::new(s.ki, s.lo, s.hi))
}

fn term(integrator: &Integrator) -> f64 {
    kit::during(|| "term".into(), || integrator.term())
}

/// The answer of the last `add`, if there was one.
fn put(integrator: &mut Integrator, ask: Ask) -> Option<f64> {
    let mut answer = None;
    kit::during(
        || in_words(ask),
        || match ask {
            Ask::Add { error, ns, times } => {
                for _ in 0..times {
                    answer = Some(integrator.add(error, ns));
                }
            }
            Gain(ki) => integrator.set_ki(ki),
            Limits(lo, hi) => integrator.set_limits(lo, hi),
            Preload(term) => integrator.preload(term),
            Term => {}
        },
    );
    answer
}

fn took(ask: Ask) -> u64 {
    if let Ask::Add { ns, times, .. } = ask { ns.saturating_mul(times) } else { 0 }
}

// ---- scenarios

/// A decision log of one integrator.
struct Log {
    integrator: Integrator,
    now: u64,
    table: Table,
}

impl Log {
    fn new(s: Set) -> Log {
        Log { integrator: new(s), now: 0, table: Table::new() }
    }
    fn start(&mut self, want: f64) {
        let got = term(&self.integrator);
        self.row("a new integrator".into(), want, got, got);
    }
    fn step(&mut self, ask: Ask, want: f64) {
        let said = put(&mut self.integrator, ask);
        let held = term(&self.integrator);
        self.now = self.now.saturating_add(took(ask));
        self.row(in_words(ask), want, said.unwrap_or(held), held);
    }
    /// `said` is what the call answered, `held` what `term` says after it.
    fn row(&mut self, input: String, want: f64, said: f64, held: f64) {
        let fine = same(want, said) && same(want, held);
        let (expected, mut actual) = figures(want, if same(want, said) { held } else { said });
        if !same(said, held) && (said.is_finite() || held.is_finite()) {
            actual = format!("`add` says {}, `term` {}", figure(said), figure(held));
        }
        self.table.push(Row { at: self.now, input, expected, actual }, fine);
    }
}

/// Plays `steps`, each with the term after it.
fn play(promise: &str, s: Set, start: f64, steps: &[(Ask, f64)]) -> Res {
    let mut log = Log::new(s);
    log.start(start);
    for (ask, want) in steps {
        log.step(*ask, *want);
    }
    log.table.verdict(&format!("{promise}: {}", settings(s)))
}

const EXAMPLE: Set = set(0.5, 0.0, 20.0);

fn accumulates_in_output_units(_: &mut Case) -> Res {
    let promise = "each second of an error adds gain times error to the term, in output units";
    // 0.5 * 2 * 10 = 10; 0.5 * -1 * 4 = -2; 0.5 * 3 * 0.25 = 0.375.
    let quarter = Ask::Add { error: 3.0, ns: 250 * kit::MS, times: 1 };
    play(
        promise,
        EXAMPLE,
        0.0,
        &[(add(2.0, 10), 10.0), (add(-1.0, 4), 8.0), (quarter, 8.375), (Term, 8.375)],
    )?;
    // A minute is a minute, in one step or in many: 0.004 * 40 * 60 = 9.6.
    let second = each_second(40.0, 60);
    let tenth = Ask::Add { error: 40.0, ns: 100 * kit::MS, times: 600 };
    play(promise, set(0.004, 0.0, 40.0), 0.0, &[(add(40.0, 60), 9.6), (second, 19.2), (tenth, 28.8)])?;
    let promise = "no time and no error add nothing";
    play(promise, EXAMPLE, 0.0, &[(add(2.0, 10), 10.0), (add(7.0, 0), 10.0), (add(0.0, 100), 10.0)])?;
    let promise = "with a gain of 0 nothing is ever added";
    play(promise, set(0.0, -5.0, 5.0), 0.0, &[(add(2.0, 10), 0.0), (add(-1_000.0, 1_000), 0.0)])?;
    let promise = "a nanosecond counts, and so do hours";
    let hours = Ask::Add { error: 0.001, ns: 36_000 * SEC, times: 1 };
    let nanosecond = Ask::Add { error: 100.0, ns: 1, times: 1_000 };
    // 0.5 * 0.001 * 36,000 = 18; 0.5 * 100 * 10^-9 * 1,000 = 0.00005.
    play(promise, EXAMPLE, 0.0, &[(hours, 18.0), (nanosecond, 18.000_05)])?;
    let promise = "a step of 31 years counts in full";
    // 0.001 * 0.00001 * 10^9 = 10.
    let years = Ask::Add { error: 1e-5, ns: 1_000_000_000 * SEC, times: 1 };
    play(promise, set(0.001, 0.0, 20.0), 0.0, &[(years, 10.0)])?;
    let promise = "what many small steps add is not rounded away, nor up";
    // 0.5 * 30 * 10^-9 * 1,000 = 0.000015.
    let small = Ask::Add { error: 30.0, ns: 1, times: 1_000 };
    play(promise, EXAMPLE, 0.0, &[(small, 0.000_015)])
}

fn lands_on_the_limit(_: &mut Case) -> Res {
    let promise = "a step that passes a limit ends on that limit";
    play(
        promise,
        EXAMPLE,
        0.0,
        &[(add(2.0, 18), 18.0), (add(2.0, 5), 20.0), (add(2.0, 5), 20.0), (Term, 20.0)],
    )?;
    play(
        promise,
        EXAMPLE,
        0.0,
        &[(add(2.0, 1), 1.0), (add(-2.0, 5), 0.0), (add(-2.0, 5), 0.0), (Term, 0.0)],
    )?;
    let promise = "a step may end exactly on a limit, or pass from one limit to the other";
    play(
        promise,
        EXAMPLE,
        0.0,
        &[(add(2.0, 20), 20.0), (add(-2.0, 20), 0.0), (add(2.0, 50), 20.0), (add(-9.0, 50), 0.0)],
    )?;
    let promise =
        "the term is limited, a step is not: one step may go from one limit all the way to the other";
    let all_the_way = [(Preload(-1e6), -1e6), (add(1e7, 1), 1e6), (add(-2e6, 1), -1e6), (add(1e6, 1), 0.0)];
    play(promise, set(1.0, -1e6, 1e6), 0.0, &all_the_way)?;
    let promise = "however long the step, it ends on the limit";
    let ages = |error: f64| Ask::Add { error, ns: 1_000_000_000 * SEC, times: 1 };
    let wide = set(1_000.0, -1e6, 1e6);
    play(promise, wide, 0.0, &[(ages(1e9), 1e6), (Term, 1e6)])?;
    play(promise, wide, 0.0, &[(ages(-1e9), -1e6), (Term, -1e6)])
}

// ---- a story with a chart

/// Errors of an autoscaler in points of CPU, for so many seconds each. It samples every second.
struct Story {
    scenario: &'static str,
    set: Set,
    phases: &'static [(f64, u64)],
}

struct Told {
    yours: Vec<(u64, f64)>,
    promised: Vec<(u64, f64)>,
    unclamped: Vec<(u64, f64)>,
}

impl Told {
    /// The longest stretches in which the term is not as promised, with words for the worst second of each.
    fn off(&self) -> Vec<(u64, u64, String)> {
        let all: Vec<_> = self.yours.iter().zip(&self.promised).collect();
        let mut found = Vec::new();
        for stretch in all.chunk_by(|a, b| same(a.0.1, a.1.1) == same(b.0.1, b.1.1)) {
            let (from, to) = (stretch[0].0.0, stretch[stretch.len() - 1].0.0);
            // A term that is no number is as far off as can be.
            let distance = |(yours, due): (&(u64, f64), &(u64, f64))| {
                let distance = (yours.1 - due.1).abs();
                if distance.is_nan() { f64::INFINITY } else { distance }
            };
            let mut worst = stretch[0];
            for point in stretch {
                worst = if distance(*point) > distance(worst) { *point } else { worst };
            }
            if !same(worst.0.1, worst.1.1) {
                let (yours, due) = (rounded(worst.0.1, 1), rounded(worst.1.1, 1));
                found.push((from, to, format!("{} off: {yours}, promised {due}", span(to - from + SEC))));
            }
        }
        found.sort_by_key(|(from, to, _)| (u64::MAX - (to - from), *from));
        found.truncate(3);
        found
    }
}

impl Story {
    fn told(&self) -> Told {
        let Set { ki, lo, hi } = self.set;
        let mut integrator = new(self.set);
        let start = 0.0_f64.clamp(lo, hi);
        let (mut now, mut clamped, mut sum) = (0, start, start);
        let mut told = Told {
            yours: vec![(0, term(&integrator))],
            promised: vec![(0, clamped)],
            unclamped: vec![(0, sum)],
        };
        for &(error, seconds) in self.phases {
            for _ in 0..seconds {
                let step = ki * error;
                (now, sum) = (now + SEC, sum + step);
                clamped = if clamped + step > hi {
                    hi
                } else if clamped + step < lo {
                    lo
                } else {
                    clamped + step
                };
                let said = put(&mut integrator, add(error, 1));
                told.yours.push((now, said.unwrap_or(f64::NAN)));
                told.promised.push((now, clamped));
                told.unclamped.push((now, sum));
            }
        }
        told
    }

    /// Draws it. `turn_s` is when the error changes its sign, with the term on a limit.
    fn drawn(&self, case: &mut Case, turn_s: u64) -> Told {
        let told = self.told();
        let yours = format!("{}: your term", self.scenario);
        let unclamped = format!("{}: without clamp", self.scenario);
        // Every tenth point is plenty to see.
        let thin = |points: &[(u64, f64)]| points.iter().step_by(10).copied().collect::<Vec<_>>();
        case.series(&yours, "pods", &thin(&told.yours));
        if !agree(&told) {
            case.series(&format!("{}: as promised", self.scenario), "pods", &thin(&told.promised));
        }
        // Far outside it would leave no room for the others: there the curve has a gap, and a failure wants more room.
        let Set { lo, hi, .. } = self.set;
        let margin = (hi - lo) / if agree(&told) { 2.0 } else { 20.0 };
        let seen = lo - margin..=hi + margin;
        let shown = |x: f64| if seen.contains(&x) { x } else { f64::NAN };
        let near: Vec<_> = told.unclamped.iter().map(|(now, x)| (*now, shown(*x))).collect();
        case.series(&unclamped, "pods", &thin(&near));
        let turn = turn_s * SEC;
        // On a pass, what the clamp spared.
        if agree(&told) {
            if let Some(late) = self.leaves(&told.unclamped, turn) {
                let label = format!("without clamp: paid back for {}", span(late - turn));
                case.mark(&unclamped, turn, late, &label);
            }
            return told;
        }
        // On a failure, what the term makes of it.
        let within = (lo - 1e-6..=hi + 1e-6).contains(&told.yours[turn_s as usize].1);
        let left = self.leaves(&told.yours, turn).filter(|late| within && *late > turn + SEC);
        let late = left.unwrap_or(turn);
        if late > turn {
            case.mark(&yours, turn, late, &format!("still at the limit for {}", span(late - turn)));
        }
        for (from, to, label) in told.off() {
            if to <= turn || from >= late {
                case.mark(&yours, from, to, &label);
            }
        }
        told
    }

    /// When the curve is inside of the limits again, after `turn`.
    fn leaves(&self, curve: &[(u64, f64)], turn: u64) -> Option<u64> {
        let Set { lo, hi, .. } = self.set;
        let inside = |point: &&(u64, f64)| point.0 > turn && point.1 > lo + 1e-6 && point.1 < hi - 1e-6;
        curve.iter().find(inside).map(|point| point.0)
    }

    /// The ends of the phases and the first difference.
    fn verdict(&self, told: &Told, message: &str) -> Res {
        if agree(told) {
            return Ok(());
        }
        let mut table = Table::new();
        let mut first = 0;
        for &(error, seconds) in self.phases {
            let last = first + seconds as usize;
            let differs = (first + 1..=last).find(|i| !same(told.yours[*i].1, told.promised[*i].1));
            let mut shown = vec![last];
            shown.extend(differs);
            shown.sort_unstable();
            shown.dedup();
            let mut from = first;
            for i in shown {
                let times = (i - from) as u64;
                let (expected, actual) = figures(told.promised[i].1, told.yours[i].1);
                let input = in_words(Ask::Add { error, ns: SEC, times });
                let fine = same(told.promised[i].1, told.yours[i].1);
                table.push(Row { at: told.promised[i].0, input, expected, actual }, fine);
                from = i;
            }
            if differs.is_some() {
                break;
            }
            first = last;
        }
        table.verdict(&format!("{message}: {}", settings(self.set)))
    }
}

fn agree(told: &Told) -> bool {
    told.yours.iter().zip(&told.promised).all(|(yours, promised)| same(yours.1, promised.1))
}

/// Up to 10 pods, then ten minutes at 40 points too hot: 0.004 * 40 * 600 = 96 pods, of which 30 exist. Then 45 points
/// too cold: 0.18 pods a second, so 66 pods take 367 s.
const OVERLOAD: Story = Story {
    scenario: "overload",
    set: set(0.004, 0.0, 40.0),
    phases: &[(25.0, 100), (40.0, 600), (-45.0, 500)],
};

/// Up to 10 pods, then half an hour at 40 points too cold: -288 pods. The morning is 40 points too hot: 0.16 pods a second,
/// so 280 pods take 1,750 s.
const NIGHT: Story = Story {
    scenario: "quiet night",
    set: set(0.004, 2.0, 40.0),
    phases: &[(20.0, 100), (-40.0, 1_800), (40.0, 2_000)],
};

fn leaves_the_limit_at_once(case: &mut Case) -> Res {
    let told = OVERLOAD.drawn(case, 700);
    let promise =
        "what a limit cut off is gone: when the error turns, the term leaves the limit with the first step";
    let after =
        [(each_second(2.0, 100), 20.0), (add(-2.0, 1), 19.0), (add(-2.0, 1), 18.0), (add(2.0, 1), 19.0)];
    play(promise, EXAMPLE, 0.0, &after)?;
    let long = [(add(2.0, 10_000), 20.0), (add(-0.5, 1), 19.75), (Term, 19.75)];
    play(promise, EXAMPLE, 0.0, &long)?;
    OVERLOAD.verdict(&told, promise)
}

fn both_limits_as_given(case: &mut Case) -> Res {
    let told = NIGHT.drawn(case, 1_900);
    let promise = "the lower limit binds as the upper one does";
    let below = [(add(-2.0, 100), 0.0), (add(2.0, 1), 1.0), (add(-2.0, 9), 0.0), (add(2.0, 2), 2.0)];
    play(promise, EXAMPLE, 0.0, &below)?;
    let promise = "the limits are the two numbers given, here both above 0";
    let above = [(add(-1.0, 10), 2.0), (add(2.0, 60), 50.0), (add(-2.0, 100), 2.0), (add(2.0, 3), 5.0)];
    play(promise, set(0.5, 2.0, 50.0), 2.0, &above)?;
    let promise = "the limits are the two numbers given, here both below 0";
    let under = [(add(1.0, 10), -5.0), (add(-2.0, 60), -30.0), (add(2.0, 100), -5.0), (add(-2.0, 3), -11.0)];
    play(promise, set(1.0, -30.0, -5.0), -5.0, &under)?;
    let promise = "the limits are the two numbers given, here of different size";
    let skew = [(add(-2.0, 50), -3.0), (add(2.0, 100), 40.0), (add(-2.0, 100), -3.0), (add(1.0, 1), -2.0)];
    play(promise, set(1.0, -3.0, 40.0), 0.0, &skew)?;
    let promise = "with both limits the same, that is the term";
    play(promise, set(1.0, 7.0, 7.0), 7.0, &[(add(5.0, 1), 7.0), (add(-5.0, 1), 7.0)])?;
    let promise =
        "when the error turns after a quiet night, the term leaves the lower limit with the first step";
    NIGHT.verdict(&told, promise)
}

fn gain_change_is_bumpless(_: &mut Case) -> Res {
    let promise = "a new gain holds for what is added from then on, and the term does not move";
    let doubled = [
        (add(2.0, 10), 10.0),
        (Gain(1.0), 10.0),
        (add(2.0, 1), 12.0),
        (Gain(0.25), 12.0),
        (add(-4.0, 1), 11.0),
    ];
    play(promise, EXAMPLE, 0.0, &doubled)?;
    let promise = "a gain of 0 stops the integrator where it is, and a later gain goes on from there";
    let off = [
        (add(2.0, 10), 10.0),
        (Gain(0.0), 10.0),
        (add(2.0, 10), 10.0),
        (Gain(0.5), 10.0),
        (add(2.0, 1), 11.0),
    ];
    play(promise, EXAMPLE, 0.0, &off)?;
    let promise = "an integrator that starts with a gain of 0 integrates from its first gain on";
    play(promise, set(0.0, 0.0, 20.0), 0.0, &[(add(2.0, 10), 0.0), (Gain(0.5), 0.0), (add(2.0, 10), 10.0)])?;
    let promise = "a new gain does not bring back what a limit cut off";
    let cut = [
        (add(2.0, 100), 20.0),
        (Gain(0.1), 20.0),
        (add(-1.0, 10), 19.0),
        (Gain(5.0), 19.0),
        (add(1.0, 1), 20.0),
    ];
    play(promise, EXAMPLE, 0.0, &cut)
}

fn new_limits_apply_now(_: &mut Case) -> Res {
    let promise = "new limits hold at once: the term is put on the nearer one, without waiting for a sample";
    let lower = [(add(2.0, 15), 15.0), (Limits(0.0, 12.0), 12.0), (add(-2.0, 1), 11.0), (add(2.0, 9), 12.0)];
    play(promise, EXAMPLE, 0.0, &lower)?;
    let raised = [
        (add(2.0, 5), 5.0),
        (Limits(8.0, 30.0), 8.0),
        (add(2.0, 1), 9.0),
        (add(2.0, 50), 30.0),
        (add(-2.0, 50), 8.0),
    ];
    play(promise, EXAMPLE, 0.0, &raised)?;
    let promise = "what new limits cut off is gone, also when they widen again";
    let widened =
        [(add(2.0, 15), 15.0), (Limits(0.0, 12.0), 12.0), (Limits(0.0, 40.0), 12.0), (add(2.0, 1), 13.0)];
    play(promise, EXAMPLE, 0.0, &widened)?;
    let cut = [(add(2.0, 41), 20.0), (Limits(0.0, 40.0), 20.0), (add(2.0, 1), 21.0)];
    play(promise, EXAMPLE, 0.0, &cut)?;
    let fell = [(add(2.0, 5), 5.0), (Limits(8.0, 30.0), 8.0), (Limits(0.0, 30.0), 8.0), (add(-2.0, 1), 7.0)];
    play(promise, EXAMPLE, 0.0, &fell)?;
    let promise = "limits that the term lies within do not move it";
    play(
        promise,
        EXAMPLE,
        0.0,
        &[(add(2.0, 5), 5.0), (Limits(-9.0, 5.0), 5.0), (Limits(5.0, 9.0), 5.0), (add(2.0, 1), 6.0)],
    )
}

fn preload_takes_over(_: &mut Case) -> Res {
    let promise = "a new integrator is at 0, or at the limit nearest to 0";
    play(promise, set(1.0, 2.0, 50.0), 2.0, &[(Term, 2.0)])?;
    play(promise, set(1.0, -30.0, -5.0), -5.0, &[(Term, -5.0)])?;
    play(promise, set(1.0, -30.0, 5.0), 0.0, &[(Term, 0.0)])?;
    let promise = "a preload is the term from then on, whatever it was before";
    let taken = [
        (Preload(12.0), 12.0),
        (add(2.0, 1), 13.0),
        (Preload(4.0), 4.0),
        (Preload(4.0), 4.0),
        (add(-2.0, 1), 3.0),
    ];
    play(promise, EXAMPLE, 0.0, &taken)?;
    let promise = "a preload beyond a limit ends on it, and nothing beyond it is kept";
    let beyond = [(Preload(35.0), 20.0), (add(-2.0, 1), 19.0), (Preload(-1e9), 0.0), (add(2.0, 1), 1.0)];
    play(promise, EXAMPLE, 0.0, &beyond)?;
    let promise = "wider limits do not bring back what was cut off a preload";
    play(promise, EXAMPLE, 0.0, &[(Preload(35.0), 20.0), (Limits(0.0, 50.0), 20.0), (add(-2.0, 1), 19.0)])
}

fn bad_samples_are_skipped(_: &mut Case) -> Res {
    let promise =
        "a sample that is no finite number changes nothing, and the next good one goes on from there";
    for (ki, bad) in [
        (0.5, f64::NAN),
        (0.5, f64::INFINITY),
        (0.5, f64::NEG_INFINITY),
        (0.0, f64::INFINITY),
        (0.0, f64::NAN),
    ] {
        let good = if ki > 0.0 { 11.0 } else { 10.0 };
        let steps = [
            (Preload(10.0), 10.0),
            (add(bad, 5), 10.0),
            (add(2.0, 1), good),
            (Preload(bad), good),
            (Term, good),
        ];
        play(promise, set(ki, 0.0, 20.0), 0.0, &steps)?;
    }
    let promise = "a broken sample of no length changes nothing either";
    let none = |error: f64| Ask::Add { error, ns: 0, times: 1 };
    let steps =
        [(Preload(10.0), 10.0), (none(f64::NAN), 10.0), (none(f64::INFINITY), 10.0), (add(2.0, 1), 11.0)];
    play(promise, EXAMPLE, 0.0, &steps)?;
    let promise = "a large error is a good one";
    play(promise, EXAMPLE, 0.0, &[(add(1e9, 1), 20.0), (add(-1e9, 1), 0.0), (add(2.0, 1), 1.0)])
}

// ---- random calls

/// What an op does with its whole numbers.
#[derive(Clone, Copy)]
enum Kind {
    /// An error of `value` tenths for `with` ms.
    Add,
    /// An error that is no number, for `with` ms.
    Bad,
    /// A gain of `value` thousandths.
    Gain,
    /// Limits from `value` tenths to `with` tenths more.
    Limits,
    /// A preload of `value` tenths.
    Preload,
    /// A preload that is no number.
    BadPreload,
}

#[derive(Clone, Copy)]
struct Op {
    kind: Kind,
    value: i32,
    with: u32,
}
kit::shrink_fields!(Op { value, with });

fn tenths(n: impl Into<i64>) -> f64 {
    n.into() as f64 / 10.0
}

fn thousandths(n: i32) -> f64 {
    f64::from(n) / 1_000.0
}

fn no_number(n: i32) -> f64 {
    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][n.unsigned_abs() as usize % 3]
}

impl Op {
    fn ask(self) -> Ask {
        let lasting = |error: f64| Ask::Add { error, ns: u64::from(self.with) * kit::MS, times: 1 };
        match self.kind {
            Kind::Add => lasting(tenths(self.value)),
            Kind::Bad => lasting(no_number(self.value)),
            Kind::Gain => Gain(thousandths(self.value)),
            Kind::Limits => Limits(tenths(self.value), tenths(i64::from(self.value) + i64::from(self.with))),
            Kind::Preload => Preload(tenths(self.value)),
            Kind::BadPreload => Preload(no_number(self.value)),
        }
    }
}

impl Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_words(self.ask()))
    }
}

fn any(rng: &mut Rng) -> Op {
    let op = |kind, value, with| Op { kind, value, with };
    match rng.below(20) {
        0..=10 => {
            let error = *rng.pick(&[5, 10, 20, 50, 100, 200, 400, 450, 1_000, 7]);
            let ms = *rng.pick(&[0, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 60_000]);
            op(Kind::Add, if rng.chance(0.5) { -error } else { error }, ms)
        }
        11 => op(Kind::Bad, rng.below(3) as i32, 1_000),
        12 | 13 => op(Kind::Gain, *rng.pick(&[0, 4, 50, 100, 500, 1_000, 2_000, 10_000]), 0),
        14 | 15 => op(Kind::Limits, 10 * rng.below(41) as i32 - 200, 10 * rng.below(40) as u32),
        16..=18 => op(Kind::Preload, 10 * rng.below(61) as i32 - 300, 0),
        _ => op(Kind::BadPreload, rng.below(3) as i32, 0),
    }
}

/// The term in billionths of an output unit: thousandths times tenths times milliseconds are 10^-7.
struct Exact {
    ki: i128,
    lo: i128,
    hi: i128,
    term: i128,
}

const TENTH: i128 = 100_000_000;

impl Exact {
    fn new(ki: i32, lo: i32, width: u32) -> Exact {
        let mut new = Exact { ki: ki.into(), lo: 0, hi: 0, term: 0 };
        new.limit(lo, width);
        new
    }
    fn limit(&mut self, lo: i32, width: u32) {
        self.lo = i128::from(lo) * TENTH;
        self.hi = self.lo + i128::from(width) * TENTH;
        self.put(self.term);
    }
    fn put(&mut self, term: i128) {
        self.term = term;
        if self.term > self.hi {
            self.term = self.hi;
        }
        if self.term < self.lo {
            self.term = self.lo;
        }
    }
    fn step(&mut self, op: Op) -> f64 {
        let Op { kind, value, with } = op;
        match kind {
            Kind::Add => self.put(self.term + 100 * self.ki * i128::from(value) * i128::from(with)),
            Kind::Gain => self.ki = value.into(),
            Kind::Limits => self.limit(value, with),
            Kind::Preload => self.put(i128::from(value) * TENTH),
            Kind::Bad | Kind::BadPreload => {}
        }
        self.term()
    }
    fn term(&self) -> f64 {
        self.term as f64 / 1e9
    }
}

fn matches_reference(case: &mut Case) -> Res {
    let setups = [(500, 0, 200), (4, 20, 380), (1_000, -300, 250), (100, -50, 450)];
    for (i, &(ki, lo, width)) in setups.iter().enumerate() {
        let s = set(thousandths(ki), tenths(lo), tenths(i64::from(lo) + i64::from(width)));
        let agrees = |ops: &[Op]| {
            let (mut integrator, mut exact) = (new(s), Exact::new(ki, lo, width));
            same(term(&integrator), exact.term())
                && ops.iter().all(|op| {
                    let said = put(&mut integrator, op.ask());
                    let (want, held) = (exact.step(*op), term(&integrator));
                    same(said.unwrap_or(held), want) && same(held, want)
                })
        };
        let holds = |ops: &[Op]| -> Res {
            if agrees(ops) {
                return Ok(());
            }
            let (mut log, mut exact) = (Log::new(s), Exact::new(ki, lo, width));
            log.start(exact.term());
            for op in ops {
                let want = exact.step(*op);
                log.step(op.ask(), want);
            }
            log.table.verdict(&format!("the term follows from the calls exactly: {}", settings(s)))
        };
        let seed = (0x0c1a_3b00 ^ case.seed).wrapping_add((i as u64) << 16);
        let config = Config { cases: 100, max_len: 24, seed, ..Config::default() };
        forall_cfg(&config, &|rng, len| (0..len).map(|_| any(rng)).collect(), &holds)?;
    }
    Ok(())
}
