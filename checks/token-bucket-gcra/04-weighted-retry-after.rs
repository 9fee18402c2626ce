//! Hidden checks of 04-weighted-retry-after. The reference keeps every charge and recomputes: a key is in
//! debt until the latest of (instant of a charge + the weight of it and of all later ones), which holds
//! for a clock that goes back, too, and shares no step with a stored debt.
use crate::{Decision, Key, Quota};
use kit::{Case, Check, Config, Res, Rng, Shrink, Table, ensure, forall_cfg};
use std::fmt::{self, Debug};

pub const CHECKS: &[Check] = &[
    ("worked-example", "an answer that differs from the example in the exercise", worked_example),
    ("burst-is-burst", "more or fewer than `burst` single requests at one instant", burst_is_burst),
    ("idle-is-capped", "a key that banks the time it was idle", idle_is_capped),
    ("denial-is-free", "a refused request that is charged all the same", denial_is_free),
    ("boot-at-zero", "a key first used at instant 0, taken for one never seen", boot_at_zero),
    ("never-vs-later", "a wait for what can never pass, or never for what can", never_vs_later),
    ("retry-is-minimal", "a wait that does not help, or is longer than needed", retry_is_minimal),
    ("remaining-and-reset", "what is left, or the time to full, told wrong", remaining_and_reset),
    ("zero-cost", "a request for nothing that is refused or leaves a mark", zero_cost),
    ("peek-foretells-check", "a peek that differs from check, or is noticed later", peek_foretells_check),
    ("clock-steps-back", "a debt that moves when the clock goes back", clock_steps_back),
    ("no-overflow", "weights and instants at the ends of their ranges", no_overflow),
    ("random-vs-history", "random traffic judged differently from its recomputed history", random_vs_history),
    ("header-rounds-up", "a Retry-After header that sends a client back early", header_rounds_up),
    ("state-size", "a key of more than 16 bytes", state_size),
];

const MS: u64 = kit::MS;

// ---- the reference

/// An answer, the learner's or the reference's.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Allow { remaining: u64, reset: u64 },
    Deny { remaining: u64, reset: u64, retry: Option<u64> },
}

fn hear(d: Decision) -> Said {
    match d {
        Decision::Allow { remaining, reset_after_ns } => Said::Allow { remaining, reset: reset_after_ns },
        Decision::Deny { remaining, reset_after_ns, retry_after_ns } => {
            Said::Deny { remaining, reset: reset_after_ns, retry: retry_after_ns }
        }
    }
}

// The learner's calls, named should they panic.

fn check(key: &mut Key, q: &Quota, now: u64, cost: u64) -> Said {
    let what = || format!("check(now {}, cost {}): {}", span(now), figure(cost), config(q));
    kit::during(what, || hear(key.check(q, now, cost)))
}

fn peek(key: &Key, q: &Quota, now: u64, cost: u64) -> Said {
    let what = || format!("peek(now {}, cost {}): {}", span(now), figure(cost), config(q));
    kit::during(what, || hear(key.peek(q, now, cost)))
}

fn retry_after_header(ns: u64) -> u64 {
    kit::during(|| format!("retry_after_header({})", span(ns)), || crate::retry_after_header(ns))
}

/// Every charge of a key: instant and weight.
#[derive(Clone, Default)]
struct History(Vec<(u64, u128)>);

impl History {
    fn debt(&self, now: u64) -> u128 {
        let (mut later, mut until) = (0, 0);
        for &(at, weight) in self.0.iter().rev() {
            later += weight;
            until = until.max(u128::from(at) + later);
        }
        until.saturating_sub(u128::from(now))
    }
    fn ask(&mut self, q: &Quota, now: u64, cost: u64) -> Said {
        let cap = u128::from(q.burst) * u128::from(q.t_ns);
        let weight = u128::from(cost) * u128::from(q.t_ns);
        let before = self.debt(now);
        let never = weight > cap;
        let too_much = (before + weight).saturating_sub(cap);
        let allowed = cost == 0 || (!never && too_much == 0);
        if allowed && cost > 0 {
            self.0.push((now, weight));
        }
        let debt = self.debt(now);
        let remaining = (cap.saturating_sub(debt) / u128::from(q.t_ns)) as u64;
        let reset = debt as u64;
        if allowed {
            Said::Allow { remaining, reset }
        } else {
            Said::Deny { remaining, reset, retry: (!never).then_some(too_much as u64) }
        }
    }
}

// ---- words

/// Large figures by the power of two next to them: nobody reads 4611686018427387903.
fn figure(n: u64) -> String {
    let near = |n: u64| n >= 1 << 20 && n.is_power_of_two();
    if near(n) {
        format!("2^{}", n.ilog2())
    } else if near(n.wrapping_add(1)) || n == u64::MAX {
        format!("2^{} - 1", n.ilog2() + 1)
    } else if near(n - n.min(1)) {
        format!("2^{} + 1", n.ilog2())
    } else if n >> 60 > 0 {
        let below = 1 << n.ilog2();
        let power = if n - below < below / 2 { Some(below) } else { n.checked_next_power_of_two() };
        let away = power.map_or(u64::MAX, |power| n.abs_diff(power));
        match power {
            Some(power) if away < 1 << 55 => {
                let (sign, away) = (if n < power { '-' } else { '+' }, figure(away));
                let away = if away.contains(' ') { format!("({away})") } else { away };
                format!("2^{} {sign} {away}", power.ilog2())
            }
            _ => n.to_string(),
        }
    } else {
        n.to_string()
    }
}

fn span(ns: u64) -> String {
    if ns > 0 && ns % MS == 0 { format!("{} ms", ns / MS) } else { format!("{} ns", figure(ns)) }
}

fn say(said: Said) -> String {
    match said {
        Said::Allow { remaining, reset } => {
            format!("allow, remaining {}, reset {}", figure(remaining), span(reset))
        }
        Said::Deny { remaining, reset, retry } => {
            let retry = retry.map_or("never".into(), |ns| format!("in {}", span(ns)));
            format!("deny, remaining {}, reset {}, retry {retry}", figure(remaining), span(reset))
        }
    }
}

fn say_left(said: Said) -> String {
    match said {
        Said::Allow { remaining, reset } => {
            format!("allow, remaining {}, reset {}", figure(remaining), span(reset))
        }
        Said::Deny { remaining, reset, .. } => {
            format!("deny, remaining {}, reset {}", figure(remaining), span(reset))
        }
    }
}

fn say_verdict(said: Said) -> String {
    verb(allowed(said))
}

fn say_chance(said: Said) -> String {
    match said {
        Said::Allow { .. } => "allow".into(),
        Said::Deny { retry: None, .. } => "deny, retry never".into(),
        Said::Deny { retry: Some(_), .. } => "deny, retry after a wait".into(),
    }
}

fn verb(allowed: bool) -> String {
    if allowed { "allow".into() } else { "deny".into() }
}

fn allowed(said: Said) -> bool {
    matches!(said, Said::Allow { .. })
}

fn config(q: &Quota) -> String {
    format!("one token every {}, burst {}", span(q.t_ns), figure(q.burst))
}

const fn quota(t_ns: u64, burst: u64) -> Quota {
    Quota { t_ns, burst }
}

/// Asks in order and puts the reference's answers beside the learner's, as far as the check is about
/// them: all of an answer, what is left, or the verdict. A step is (now, cost).
fn replay(q: &Quota, steps: &[(u64, u64)], view: fn(Said) -> String, message: &str) -> Res {
    let (mut key, mut history, mut t) = (Key::default(), History::default(), Table::new());
    for &(now, cost) in steps {
        let want = history.ask(q, now, cost);
        let got = check(&mut key, q, now, cost);
        // The time of a row is rounded where it is beyond 2^53.
        let at = if now >> 53 > 0 { format!(" at {}", span(now)) } else { String::new() };
        t.row(now, format!("take {}{at}", figure(cost)), view(want), view(got));
    }
    t.verdict(&format!("{message}. {}", config(q)))
}

// ---- scenarios

fn worked_example(_: &mut Case) -> Res {
    let steps = [(0, 18), (0, 5), (300 * MS, 5), (350 * MS, 21)];
    replay(&quota(100 * MS, 20), &steps, say, "this is the example in the exercise's text")
}

fn burst_is_burst(_: &mut Case) -> Res {
    for burst in [1, 2, 5, 64] {
        for now in [0, 1, 1000] {
            let q = quota(100, burst);
            let mut key = Key::default();
            let passed = (0..burst + 2).filter(|_| allowed(check(&mut key, &q, now, 1))).count() as u64;
            ensure(passed == burst, || {
                format!(
                    "a key never seen lets exactly `burst` requests of cost 1 pass at one instant: expected \
                     {burst}, got {passed}, all at {now} ns. {}",
                    config(&q)
                )
            })?;
            let mut key = Key::default();
            let whole = allowed(check(&mut key, &q, now, burst));
            ensure(whole, || {
                format!("a key never seen lets one request of cost {burst} pass, at {now} ns. {}", config(&q))
            })?;
        }
    }
    Ok(())
}

fn idle_is_capped(_: &mut Case) -> Res {
    let hour = 3_600_000 * MS;
    let steps = [(0, 1), (hour, 3), (hour, 1), (hour + 100 * MS, 1), (hour + 100 * MS, 1)];
    replay(
        &quota(100 * MS, 3),
        &steps,
        say_verdict,
        "a key that was idle for an hour holds one burst, no more",
    )
}

fn denial_is_free(_: &mut Case) -> Res {
    let q = quota(100, 3);
    let steps = [(0, 3), (50, 1), (60, 2), (70, 3), (99, 1), (100, 1), (100, 1)];
    replay(&q, &steps, say_verdict, "a refused request adds nothing to the debt")?;
    // A denial may not bring the stored instant up to now either: an earlier clock would show it.
    let steps = [(1000, 4), (500, 3), (500, 1)];
    replay(&q, &steps, say_verdict, "a refused request leaves no mark, also for a clock that goes back")
}

fn boot_at_zero(_: &mut Case) -> Res {
    let q = quota(100, 3);
    let steps = [(0, 3), (0, 1), (0, 3), (50, 1), (100, 1)];
    replay(&q, &steps, say_verdict, "an instant of 0 is an instant like any other, and its debt counts")?;
    // Paid off to the nanosecond, and used again at once.
    let steps = [(0, 1), (100, 3), (100, 1), (199, 1), (200, 1)];
    replay(&q, &steps, say_verdict, "a debt that ends exactly now is a debt of 0")
}

fn never_vs_later(_: &mut Case) -> Res {
    let steps = [(0, 4), (0, 3), (0, 3), (0, 1), (0, 4), (150, 4), (1000, 4)];
    let message = "a request above the burst can never pass, and a client told to wait for it waits in a loop for \
                   ever; one of exactly the burst can";
    replay(&quota(100, 3), &steps, say_chance, message)
}

fn remaining_and_reset(_: &mut Case) -> Res {
    let q = quota(100, 5);
    let message =
        "`remaining` is the whole tokens that still fit after the decision, `reset` the debt after it";
    replay(&q, &[(0, 2), (50, 0), (50, 4), (50, 3), (199, 1), (1000, 5), (1000, 6)], say_left, message)?;
    // On a key never seen nothing is owed.
    replay(&q, &[(70, 6), (70, 0), (70, 1)], say_left, message)
}

fn zero_cost(_: &mut Case) -> Res {
    let q = quota(100, 3);
    let steps = [(0, 3), (0, 0), (10, 0), (10, 1)];
    replay(&q, &steps, say_left, "a request for nothing is allowed also when nothing is left")?;
    let steps = [(1000, 3), (400, 0), (400, 1), (1000, 0), (1000, 1)];
    replay(
        &q,
        &steps,
        say_left,
        "a request for nothing is allowed also when the debt is above the cap, and keeps it",
    )?;
    // Asked at 1000 ns, then the clock goes back: a mark at 1000 ns would now be a debt of 600 ns.
    let steps = [(1000, 0), (400, 3), (400, 1)];
    replay(&q, &steps, say_left, "a request for nothing leaves no mark on a key never seen")?;
    let steps = [(0, 1), (1000, 0), (400, 3)];
    replay(&q, &steps, say_left, "a request for nothing leaves no mark on a key whose debt is paid")
}

fn no_overflow(_: &mut Case) -> Res {
    // 2^20 x 2^44 is 2^64, and all bits of u64::MAX set are -1 when read as signed.
    let q = quota(1 << 20, 1 << 30);
    let message = "a weight that does not fit into 64 bits is above every cap";
    for cost in [1 << 44, (1 << 44) + 1, u64::MAX, u64::MAX / 2 + 1, (1 << 30) + 1] {
        replay(&q, &[(0, cost), (5, 1 << 30), (5, cost)], say, message)?;
    }
    replay(&quota(3, 2), &[(0, u64::MAX / 3 + 1), (0, u64::MAX), (0, 2)], say, message)?;
    replay(&quota(1, 1), &[(0, u64::MAX), (0, 1), (0, u64::MAX)], say, message)?;

    let far = 1 << 62;
    let message = "an instant near 2^62 ns is judged to the nanosecond";
    for q in [quota(1, 1 << 50), quota(1 << 50, 1), quota(1000, 1_000_000)] {
        let b = q.burst;
        let cap = q.burst * q.t_ns;
        replay(&q, &[(far - 1, b), (far - 1, 1), (far - 1, b), (far - 1, b + 1), (far, 1)], say, message)?;
        let start = far - 2 * cap;
        replay(&q, &[(start, b), (start + cap - 1, b), (start + cap, b), (far, 1)], say, message)?;
        replay(&q, &[(far, b), (far, 1), (0, 1), (0, 0), (0, b), (far, 1)], say, message)?;
    }
    Ok(())
}

fn header_rounds_up(case: &mut Case) -> Res {
    const S: u64 = 1_000_000_000;
    let mut cases: Vec<(u64, u64)> = vec![
        (300 * MS, 1),
        (1, 1),
        (0, 1),
        (S - 1, 1),
        (S, 1),
        (S + 1, 2),
        (2 * S - 1, 2),
        (2 * S, 2),
        (2 * S + 1, 3),
        (3_600 * S, 3_600),
        // A double has no room for these nanoseconds.
        (4_000_000_000 * S, 4_000_000_000),
        (4_000_000_000 * S + 1, 4_000_000_001),
        (18_446_744_073 * S, 18_446_744_073),
        (u64::MAX, 18_446_744_074),
    ];
    let mut rng = Rng::new(case.seed ^ 0x4ead);
    for _ in 0..200 {
        let s = rng.range(1, 100_000);
        let ns = rng.range(1, S);
        cases.push(((s - 1) * S + ns, s));
    }
    for (ns, want) in cases {
        let got = retry_after_header(ns);
        ensure(got == want, || {
            format!(
                "a Retry-After header counts whole seconds, rounded up and at least 1, so that a client that \
                 obeys it is not early: for {} expected {want}, got {got}",
                span(ns)
            )
        })?;
    }
    Ok(())
}

fn state_size(_: &mut Case) -> Res {
    let bytes = size_of::<Key>();
    ensure(bytes <= 16, || format!("a key takes {bytes} bytes; 16 are promised, at millions of keys"))
}

// ---- random traffic

const QUOTAS: [Quota; 5] = [quota(100, 3), quota(10, 1), quota(100 * MS, 20), quota(7, 4), quota(1, 5)];

#[derive(Clone)]
struct Op {
    gap_ns: u64,
    cost: u64,
}
kit::shrink_fields!(Op { cost } carry gap_ns);

impl Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} later: take {}", span(self.gap_ns), self.cost)
    }
}

/// A request after the clock went on and then perhaps back.
#[derive(Clone)]
struct Back {
    gap_ns: u64,
    back_ns: u64,
    cost: u64,
}
kit::shrink_fields!(Back { back_ns, cost } carry gap_ns);

impl Debug for Back {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} later, then {} back: take {}", span(self.gap_ns), span(self.back_ns), self.cost)
    }
}

/// A request, and a peek about something else, now or later, just before it.
#[derive(Clone)]
struct Peeked {
    gap_ns: u64,
    ahead_ns: u64,
    peek_cost: u64,
    cost: u64,
}
kit::shrink_fields!(Peeked { ahead_ns, peek_cost, cost } carry gap_ns);

impl Debug for Peeked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (later, ahead) = (span(self.gap_ns), span(self.ahead_ns));
        let Peeked { peek_cost, cost, .. } = self;
        write!(f, "{later} later: peek {peek_cost} for {ahead} ahead, peek {cost}, take {cost}")
    }
}

/// Gaps in tenths of a token, so that traces can be followed in the head.
fn gap(q: &Quota, rng: &mut Rng) -> u64 {
    let unit = (q.t_ns / 10).max(1);
    match rng.below(8) {
        0..=2 => 0,
        3..=5 => unit * rng.below(21),
        6 => rng.below(2 * q.t_ns + 2),
        _ => q.t_ns * rng.below(2 * q.burst + 2),
    }
}

fn cost(q: &Quota, rng: &mut Rng) -> u64 {
    match rng.below(8) {
        0 => 0,
        1..=3 => 1 + rng.below(2),
        4..=6 => rng.range(1, q.burst),
        _ => rng.range(q.burst, q.burst + 2),
    }
}

fn over_quotas<T: Shrink + Debug>(
    cfg: Config,
    op: fn(&Quota, &mut Rng) -> T,
    holds: fn(&Quota, &[T]) -> Res,
) -> Res {
    for (i, q) in QUOTAS.iter().enumerate() {
        let cfg = Config { seed: cfg.seed ^ (i as u64) << 16, ..cfg };
        forall_cfg(&cfg, &|rng, len| (0..len).map(|_| op(q, rng)).collect(), &|ops: &[T]| holds(q, ops))?;
    }
    Ok(())
}

fn cfg(seed: u64, cases: u32, max_len: usize) -> Config {
    Config { seed, cases, max_len, ..Config::default() }
}

fn ask(q: &Quota, rng: &mut Rng) -> Op {
    Op { gap_ns: gap(q, rng), cost: cost(q, rng) }
}

fn sometimes(q: &Quota, rng: &mut Rng) -> u64 {
    if rng.chance(0.4) { gap(q, rng) } else { 0 }
}

fn all_agree(q: &Quota, steps: &[(u64, u64)]) -> bool {
    let (mut key, mut history) = (Key::default(), History::default());
    steps.iter().all(|&(now, cost)| check(&mut key, q, now, cost) == history.ask(q, now, cost))
}

fn random_vs_history(case: &mut Case) -> Res {
    over_quotas(cfg(case.seed ^ 0x41, 150, 24), ask, |q, ops| {
        let mut now = 0;
        let step = |op: &Op| {
            now += op.gap_ns;
            (now, op.cost)
        };
        let steps: Vec<(u64, u64)> = ops.iter().map(step).collect();
        if all_agree(q, &steps) {
            return Ok(());
        }
        let message = "every answer follows from what was allowed before, recomputed from the history";
        replay(q, &steps, say, message)
    })
}

/// What `ops` were answered, as rows.
fn answers(q: &Quota, ops: &[Op]) -> Table {
    let (mut key, mut now, mut t) = (Key::default(), 0, Table::new());
    for op in ops {
        now += op.gap_ns;
        let said = match check(&mut key, q, now, op.cost) {
            Said::Deny { retry: Some(ns), .. } => format!("deny, retry in {}", span(ns)),
            said => say_verdict(said),
        };
        t.row(now, format!("take {}", op.cost), said.clone(), said);
    }
    t
}

fn retry_is_minimal(case: &mut Case) -> Res {
    over_quotas(cfg(case.seed ^ 0x42, 80, 10), ask, |q, ops| {
        // The same history once more, and then the denied request again, alone.
        let again = |upto: usize, at: u64| {
            let (mut key, mut now) = (Key::default(), 0);
            for op in &ops[..=upto] {
                now += op.gap_ns;
                check(&mut key, q, now, op.cost);
            }
            allowed(check(&mut key, q, at, ops[upto].cost))
        };
        let (mut key, mut now) = (Key::default(), 0);
        for (i, op) in ops.iter().enumerate() {
            now += op.gap_ns;
            let Said::Deny { retry: Some(wait), .. } = check(&mut key, q, now, op.cost) else { continue };
            let differs = |at: u64, want: bool, message: &str| {
                let mut t = answers(q, &ops[..=i]);
                t.row(at, format!("take {} again", op.cost), verb(want), verb(!want));
                t.verdict(&format!("{message}. {}", config(q)))
            };
            // No debt is as long as that here, and the sum must stay an instant.
            let then = now + wait.min(1 << 61);
            if !again(i, then) {
                return differs(
                    then,
                    true,
                    "a client that waits exactly as long as it was told must be allowed",
                );
            }
            if wait == 0 || again(i, then - 1) {
                let message = "the wait is the smallest that helps, so 1 ns less must not be enough";
                return differs(then.saturating_sub(1), false, message);
            }
        }
        Ok(())
    })
}

fn peek_foretells_check(case: &mut Case) -> Res {
    let op = |q: &Quota, rng: &mut Rng| Peeked {
        gap_ns: gap(q, rng),
        ahead_ns: sometimes(q, rng),
        peek_cost: cost(q, rng),
        cost: cost(q, rng),
    };
    over_quotas(cfg(case.seed ^ 0x43, 80, 12), op, |q, ops| {
        // Two keys with the same requests; only one of them is peeked at.
        let walk = |mut t: Option<&mut Table>| {
            let (mut peeked, mut plain, mut now) = (Key::default(), Key::default(), 0);
            let mut agree = true;
            for op in ops {
                now += op.gap_ns;
                let ahead = now + op.ahead_ns;
                let _ = peek(&peeked, q, ahead, op.peek_cost);
                let foretold = peek(&peeked, q, now, op.cost);
                let said = check(&mut peeked, q, now, op.cost);
                let want = check(&mut plain, q, now, op.cost);
                agree &= foretold == want && said == want;
                if let Some(t) = t.as_deref_mut() {
                    let input = format!("peek {} for {}", op.peek_cost, span(ahead));
                    t.row(now, input, "no effect".into(), "no effect".into());
                    t.row(now, format!("peek {}", op.cost), say(want), say(foretold));
                    t.row(now, format!("take {}", op.cost), say(want), say(said));
                }
            }
            agree
        };
        if walk(None) {
            return Ok(());
        }
        let mut t = Table::new();
        walk(Some(&mut t));
        t.verdict(&format!(
            "a peek answers what check would answer at that instant, and no later answer shows it (expected: a key \
             with the same requests that nobody peeked at). {}",
            config(q)
        ))
    })
}

fn clock_steps_back(case: &mut Case) -> Res {
    let q = quota(100, 3);
    let message = "the instant until which a key is in debt stays put when the clock goes back";
    replay(&q, &[(1000, 2), (900, 0), (900, 1), (800, 1), (1000, 1), (1000, 1)], say, message)?;
    replay(&q, &[(1000, 3), (0, 1), (1000, 1), (1100, 1), (1200, 2)], say, message)?;
    let op = |q: &Quota, rng: &mut Rng| Back {
        gap_ns: gap(q, rng),
        back_ns: sometimes(q, rng),
        cost: cost(q, rng),
    };
    over_quotas(cfg(case.seed ^ 0x44, 100, 12), op, |q, ops| {
        let mut now: u64 = 0;
        let step = |op: &Back| {
            now = (now + op.gap_ns).saturating_sub(op.back_ns);
            (now, op.cost)
        };
        let steps: Vec<(u64, u64)> = ops.iter().map(step).collect();
        if all_agree(q, &steps) {
            return Ok(());
        }
        let message = "each request is judged at the instant it is given, earlier than the last one or not";
        replay(q, &steps, say, message)
    })
}
