//! Hidden checks of 04-weighted-retry-after. The reference keeps every charge and recomputes: a key is in
//! debt until the latest of (instant of a charge + the weight of it and of all later ones), which holds
//! for a clock that goes back, too, and shares no step with a stored debt.
use crate::{Decision, Key, Quota, retry_after_header};
use kit::{Case, Check, Config, Res, Rng, Table, ensure, forall_cfg};

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

fn span(ns: u64) -> String {
    match ns {
        0 => "0 ns".into(),
        _ if ns % kit::MS == 0 => format!("{} ms", ns / kit::MS),
        _ => format!("{ns} ns"),
    }
}

fn say(said: Said) -> String {
    match said {
        Said::Allow { remaining, reset } => format!("allow, remaining {remaining}, reset {}", span(reset)),
        Said::Deny { remaining, reset, retry } => {
            let retry = retry.map_or("never".into(), |ns| format!("in {}", span(ns)));
            format!("deny, remaining {remaining}, reset {}, retry {retry}", span(reset))
        }
    }
}

fn verb(allowed: bool) -> String {
    if allowed { "allow".into() } else { "deny".into() }
}

fn allowed(said: Said) -> bool {
    matches!(said, Said::Allow { .. })
}

fn config(q: &Quota) -> String {
    format!("one token every {}, burst {}", span(q.t_ns), q.burst)
}

const fn quota(t_ns: u64, burst: u64) -> Quota {
    Quota { t_ns, burst }
}

/// Asks in order and puts the reference's answers beside the learner's. A step is (now, cost).
fn replay(q: &Quota, steps: &[(u64, u64)], message: &str) -> Res {
    let (mut key, mut history, mut t) = (Key::default(), History::default(), Table::new());
    for &(now, cost) in steps {
        let want = history.ask(q, now, cost);
        let got = hear(key.check(q, now, cost));
        t.row(now, format!("take {cost}"), say(want), say(got));
    }
    t.verdict(&format!("{message}. {}", config(q)))
}

/// The same, looking at nothing but whether each request was allowed.
fn replay_verdicts(q: &Quota, steps: &[(u64, u64)], message: &str) -> Res {
    let (mut key, mut history, mut t) = (Key::default(), History::default(), Table::new());
    for &(now, cost) in steps {
        let want = allowed(history.ask(q, now, cost));
        let got = allowed(hear(key.check(q, now, cost)));
        t.row(now, format!("take {cost}"), verb(want), verb(got));
    }
    t.verdict(&format!("{message}. {}", config(q)))
}

// ---- scenarios

const MS: u64 = kit::MS;

fn worked_example(_: &mut Case) -> Res {
    let steps = [(0, 18), (0, 5), (300 * MS, 5), (350 * MS, 21)];
    replay(&quota(100 * MS, 20), &steps, "this is the example in the exercise's text")
}

fn burst_is_burst(_: &mut Case) -> Res {
    for burst in [1, 2, 5, 64] {
        for now in [0, 1, 1000, 1 << 62] {
            let q = quota(100, burst);
            let mut key = Key::default();
            let passed = (0..burst + 2).filter(|_| allowed(hear(key.check(&q, now, 1)))).count() as u64;
            ensure(passed == burst, || {
                format!(
                    "a key never seen lets exactly `burst` requests of cost 1 pass at one instant: expected \
                     {burst}, got {passed}, all at {now} ns. {}",
                    config(&q)
                )
            })?;
            let mut key = Key::default();
            let whole = allowed(hear(key.check(&q, now, burst)));
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
    replay_verdicts(&quota(100 * MS, 3), &steps, "a key that was idle for an hour holds one burst, no more")
}

fn denial_is_free(_: &mut Case) -> Res {
    let q = quota(100, 3);
    let steps = [(0, 3), (50, 1), (60, 2), (70, 3), (99, 1), (100, 1), (100, 1)];
    replay_verdicts(&q, &steps, "a refused request adds nothing to the debt")?;
    // A denial may not bring the stored instant up to now either: an earlier clock would show it.
    let steps = [(1000, 4), (500, 3), (500, 1)];
    replay_verdicts(&q, &steps, "a refused request leaves no mark, also for a clock that goes back")
}

fn boot_at_zero(_: &mut Case) -> Res {
    let q = quota(100, 3);
    let steps = [(0, 3), (0, 1), (0, 3), (50, 1), (100, 1)];
    replay_verdicts(&q, &steps, "an instant of 0 is an instant like any other, and its debt counts")?;
    // Paid off to the nanosecond, and used again at once.
    let steps = [(0, 1), (100, 3), (100, 1), (199, 1), (200, 1)];
    replay_verdicts(&q, &steps, "a debt that ends exactly now is a debt of 0")
}

fn never_vs_later(_: &mut Case) -> Res {
    let q = quota(100, 3);
    let (mut key, mut t) = (Key::default(), Table::new());
    let mut ask = |now: u64, cost: u64, want: &str| {
        let got = match hear(key.check(&q, now, cost)) {
            Said::Allow { .. } => "allow".to_string(),
            Said::Deny { retry: None, .. } => "deny, never".into(),
            Said::Deny { retry: Some(_), .. } => "deny, a wait".into(),
        };
        t.row(now, format!("take {cost}"), want.into(), got);
    };
    ask(0, 4, "deny, never");
    ask(0, 3, "allow");
    ask(0, 3, "deny, a wait");
    ask(0, 1, "deny, a wait");
    ask(0, 4, "deny, never");
    ask(150, 4, "deny, never");
    ask(1000, 4, "deny, never");
    t.verdict(&format!(
        "a request above the burst can never pass, and a client told to wait for it waits in a loop for ever; \
         one of exactly the burst can. {}",
        config(&q)
    ))
}

fn remaining_and_reset(_: &mut Case) -> Res {
    let q = quota(100, 5);
    let message =
        "`remaining` is the whole tokens that still fit after the decision, `reset` the debt after it";
    replay(&q, &[(0, 2), (50, 0), (50, 4), (50, 3), (199, 1), (1000, 5), (1000, 6)], message)?;
    // On a key never seen nothing is owed.
    replay(&q, &[(70, 6), (70, 0), (70, 1)], message)
}

fn zero_cost(_: &mut Case) -> Res {
    let q = quota(100, 3);
    let steps = [(0, 3), (0, 0), (10, 0), (10, 1)];
    replay(&q, &steps, "a request for nothing is allowed also when nothing is left")?;
    let steps = [(1000, 3), (400, 0), (400, 1), (1000, 0), (1000, 1)];
    replay(&q, &steps, "a request for nothing is allowed also when the debt is above the cap, and keeps it")?;
    // Asked at 1000 ns, then the clock goes back: a mark at 1000 ns would now be a debt of 600 ns.
    let steps = [(1000, 0), (400, 3), (400, 1)];
    replay(&q, &steps, "a request for nothing leaves no mark on a key never seen")?;
    let steps = [(0, 1), (1000, 0), (400, 3)];
    replay(&q, &steps, "a request for nothing leaves no mark on a key whose debt is paid")
}

fn no_overflow(_: &mut Case) -> Res {
    // 2^20 x 2^44 is 2^64, and all bits of u64::MAX set are -1 when read as signed.
    let q = quota(1 << 20, 1 << 30);
    let message = "a weight that does not fit into 64 bits is above every cap";
    for cost in [1 << 44, (1 << 44) + 1, u64::MAX, u64::MAX / 2 + 1, (1 << 30) + 1] {
        replay(&q, &[(0, cost), (5, 1 << 30), (5, cost)], message)?;
    }
    replay(&quota(3, 2), &[(0, u64::MAX / 3 + 1), (0, u64::MAX), (0, 2)], message)?;
    replay(&quota(1, 1), &[(0, u64::MAX), (0, 1), (0, u64::MAX)], message)?;

    let far = 1 << 62;
    let message = "an instant near 2^62 ns is judged to the nanosecond";
    for q in [quota(1, 1 << 50), quota(1 << 50, 1), quota(1000, 1_000_000)] {
        let b = q.burst;
        let cap = q.burst * q.t_ns;
        replay(&q, &[(far - 1, b), (far - 1, 1), (far - 1, b), (far - 1, b + 1), (far, 1)], message)?;
        let start = far - 2 * cap;
        replay(&q, &[(start, b), (start + cap - 1, b), (start + cap, b), (far, 1)], message)?;
        replay(&q, &[(far, b), (far, 1), (0, 1), (0, 0), (0, b), (far, 1)], message)?;
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

#[derive(Clone, Debug)]
struct Op {
    gap_ns: u64,
    cost: u64,
}
kit::shrink_fields!(Op { cost } carry gap_ns);

/// A request after the clock stepped back, or a peek into the future before the request.
#[derive(Clone, Debug)]
struct Odd {
    gap_ns: u64,
    other_ns: u64,
    cost: u64,
    peek_cost: u64,
}
kit::shrink_fields!(Odd { other_ns, cost, peek_cost } carry gap_ns);

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

fn over_quotas(case: &Case, salt: u64, cases: u32, max_len: usize, holds: fn(&Quota, &[Op]) -> Res) -> Res {
    for (i, q) in QUOTAS.iter().enumerate() {
        let cfg = Config { cases, max_len, seed: case.seed ^ salt ^ (i as u64) << 16, ..Config::default() };
        let generate =
            |rng: &mut Rng, len| (0..len).map(|_| Op { gap_ns: gap(q, rng), cost: cost(q, rng) }).collect();
        forall_cfg(&cfg, &generate, &|ops: &[Op]| holds(q, ops))?;
    }
    Ok(())
}

fn over_odd(case: &Case, salt: u64, cases: u32, holds: fn(&Quota, &[Odd]) -> Res) -> Res {
    for (i, q) in QUOTAS.iter().enumerate() {
        let cfg =
            Config { cases, max_len: 12, seed: case.seed ^ salt ^ (i as u64) << 16, ..Config::default() };
        let generate = |rng: &mut Rng, len| {
            let odd = |rng: &mut Rng| Odd {
                gap_ns: gap(q, rng),
                other_ns: if rng.chance(0.4) { gap(q, rng) } else { 0 },
                cost: cost(q, rng),
                peek_cost: cost(q, rng),
            };
            (0..len).map(|_| odd(rng)).collect()
        };
        forall_cfg(&cfg, &generate, &|ops: &[Odd]| holds(q, ops))?;
    }
    Ok(())
}

fn random_vs_history(case: &mut Case) -> Res {
    over_quotas(case, 0x41, 150, 24, |q, ops| {
        let mut now = 0;
        let steps: Vec<(u64, u64)> = ops
            .iter()
            .map(|op| {
                now += op.gap_ns;
                (now, op.cost)
            })
            .collect();
        let (mut key, mut history) = (Key::default(), History::default());
        if steps.iter().all(|&(now, cost)| hear(key.check(q, now, cost)) == history.ask(q, now, cost)) {
            return Ok(());
        }
        replay(q, &steps, "every answer follows from what was allowed before, recomputed from the history")
    })
}

fn retry_is_minimal(case: &mut Case) -> Res {
    over_quotas(case, 0x42, 80, 10, |q, ops| {
        // The last request that is told to wait: the same history, and the request again, alone.
        let again = |upto: usize, wait: u64, t: Option<&mut Table>| {
            let (mut key, mut now, mut rows) = (Key::default(), 0, Table::new());
            let mut said = Vec::new();
            for op in &ops[..=upto] {
                now += op.gap_ns;
                let got = hear(key.check(q, now, op.cost));
                rows.row(now, format!("take {}", op.cost), say(got), say(got));
                said.push(got);
            }
            let then = now.saturating_add(wait);
            let got = allowed(hear(key.check(q, then, ops[upto].cost)));
            if let Some(t) = t {
                *t = rows;
            }
            (then, got)
        };
        let (mut key, mut now) = (Key::default(), 0);
        for (i, op) in ops.iter().enumerate() {
            now += op.gap_ns;
            let Said::Deny { retry: Some(wait), .. } = hear(key.check(q, now, op.cost)) else { continue };
            let mut t = Table::new();
            if wait > 1 << 60 {
                again(i, 0, Some(&mut t));
                let said = format!("retry in {}", span(wait));
                t.row(now, "the wait".into(), "at most debt and weight together".into(), said);
                return t.verdict(&format!("a wait is counted from now, in nanoseconds. {}", config(q)));
            }
            let (then, got) = again(i, wait, None);
            if !got {
                again(i, wait, Some(&mut t));
                t.row(then, format!("take {} again", op.cost), "allow".into(), "deny".into());
                return t.verdict(&format!(
                    "a client that waits exactly as long as it was told must be allowed. {}",
                    config(q)
                ));
            }
            if wait == 0 || again(i, wait - 1, None).1 {
                again(i, wait, Some(&mut t));
                let then = then.saturating_sub(1);
                t.row(then, format!("take {} again", op.cost), "deny".into(), "allow".into());
                return t.verdict(&format!(
                    "the wait is the smallest that helps, so 1 ns less must not be enough. {}",
                    config(q)
                ));
            }
        }
        Ok(())
    })
}

fn peek_foretells_check(case: &mut Case) -> Res {
    over_odd(case, 0x43, 80, |q, ops| {
        // Two keys with the same requests; only one is peeked at, now and at a later instant.
        let agrees = {
            let (mut peeked, mut plain, mut now) = (Key::default(), Key::default(), 0);
            ops.iter().all(|op| {
                now += op.gap_ns;
                let _ = peeked.peek(q, now + op.other_ns, op.peek_cost);
                let first = hear(peeked.peek(q, now, op.cost));
                let said = hear(peeked.check(q, now, op.cost));
                first == said && said == hear(plain.check(q, now, op.cost))
            })
        };
        if agrees {
            return Ok(());
        }
        let (mut peeked, mut plain, mut now, mut t) = (Key::default(), Key::default(), 0, Table::new());
        for op in ops {
            now += op.gap_ns;
            let _ = peeked.peek(q, now + op.other_ns, op.peek_cost);
            let at = span(now + op.other_ns);
            t.row(now, format!("peek {} at {at}", op.peek_cost), "no effect".into(), "no effect".into());
            let first = hear(peeked.peek(q, now, op.cost));
            let said = hear(peeked.check(q, now, op.cost));
            let unpeeked = hear(plain.check(q, now, op.cost));
            t.row(now, format!("peek {}", op.cost), say(unpeeked), say(first));
            t.row(now, format!("take {}", op.cost), say(unpeeked), say(said));
        }
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
    replay(&q, &[(1000, 2), (900, 0), (900, 1), (800, 1), (1000, 1), (1000, 1)], message)?;
    replay(&q, &[(1000, 3), (0, 1), (1000, 1), (1100, 1), (1200, 2)], message)?;
    over_odd(case, 0x44, 100, |q, ops| {
        // Every step goes forward and then perhaps back.
        let mut now: u64 = 0;
        let steps: Vec<(u64, u64)> = ops
            .iter()
            .map(|op| {
                now = (now + op.gap_ns).saturating_sub(op.other_ns);
                (now, op.cost)
            })
            .collect();
        let (mut key, mut history) = (Key::default(), History::default());
        if steps.iter().all(|&(now, cost)| hear(key.check(q, now, cost)) == history.ask(q, now, cost)) {
            return Ok(());
        }
        replay(
            q,
            &steps,
            "each request is judged at the instant it is given, earlier than the last one or not",
        )
    })
}
