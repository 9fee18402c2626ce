//! Hidden checks of 03-two-coordinates. The reference keeps no state but the history: what is missing
//! to a full bucket is the worst suffix of the charges, less what time has earned since (the reflection
//! formula), so it shares no step with either coordinate.
use crate::{Credit, Rate, Tat};
use kit::{Case, Check, Config, Res, Rng, Row, Table, forall_cfg};
use std::fmt;

pub const CHECKS: &[Check] = &[
    ("round-trip", "a credit that comes back from a TAT as another credit", round_trip),
    ("canonical-tat", "a TAT that comes back from a credit as another TAT", canonical_tat),
    ("sub-token-credit", "a part of a token lost or rounded on the way", sub_token_credit),
    ("boundary", "a request that costs exactly the level, or one tick more", boundary),
    ("refusal-and-cost-0", "a state that is wrong after a refusal or after cost 0", refusal_and_cost_0),
    ("same-decisions", "the two coordinates deciding differently", same_decisions),
    ("square-commutes", "step then convert differing from convert then step", square_commutes),
    ("mid-flight-switch", "a decision that changes because a key was moved", mid_flight_switch),
    ("zero-rate-zero-burst", "a rate of 0 or a burst of 0", zero_rate_zero_burst),
    ("debt-beyond-burst", "a debt that no longer fits into a lowered burst", debt_beyond_burst),
    ("wide-range", "numbers that outgrow 64 bits or the precision of a float", wide_range),
];

// ---- the learner's functions, named should they panic

fn credit_to_tat(r: &Rate, c: Credit) -> Tat {
    let what = || format!("credit_to_tat({}): {}", say_credit(c), config(r));
    kit::during(what, || crate::credit_to_tat(r, c))
}

fn tat_to_credit(r: &Rate, t: Tat, at: u64) -> Credit {
    let what = || format!("tat_to_credit({}, at {} ns): {}", say_tat(t), figure(at), config(r));
    kit::during(what, || crate::tat_to_credit(r, t, at))
}

fn step_credit(r: &Rate, c: Credit, now: u64, cost: u64) -> (Credit, bool) {
    let what = || {
        let (now, cost) = (figure(now), figure(cost));
        format!("step_credit({}, now {now} ns, cost {cost}): {}", say_credit(c), config(r))
    };
    kit::during(what, || crate::step_credit(r, c, now, cost))
}

fn step_tat(r: &Rate, t: Tat, now: u64, cost: u64) -> (Tat, bool) {
    let what = || {
        let (now, cost) = (figure(now), figure(cost));
        format!("step_tat({}, now {now} ns, cost {cost}): {}", say_tat(t), config(r))
    };
    kit::during(what, || crate::step_tat(r, t, now, cost))
}

// ---- the reference

fn cap(r: &Rate) -> u128 {
    u128::from(r.burst) * u128::from(r.period_ns)
}

fn price(r: &Rate, cost: u64) -> u128 {
    u128::from(cost) * u128::from(r.period_ns)
}

fn tick(r: &Rate, ns: u64) -> u128 {
    u128::from(r.tokens) * u128::from(ns)
}

/// All charges of a key that was once full: instant and ticks.
struct History(Vec<(u64, u128)>);

impl History {
    /// A bucket with this much in it is a full one that was just charged the rest.
    fn from_credit(r: &Rate, c: Credit) -> History {
        History(vec![(c.at_ns, cap(r) - c.ticks)])
    }
    fn missing(&self, r: &Rate, now: u64) -> u128 {
        let (mut sum, mut worst) = (0, 0);
        for &(at, ticks) in self.0.iter().rev() {
            sum += ticks;
            worst = worst.max(sum.saturating_sub(tick(r, now - at)));
        }
        worst
    }
    fn take(&mut self, r: &Rate, now: u64, cost: u64) -> bool {
        let granted = cost == 0 || self.missing(r, now) + price(r, cost) <= cap(r);
        if granted {
            self.0.push((now, price(r, cost)));
        }
        granted
    }
    fn credit(&self, r: &Rate, now: u64) -> Credit {
        Credit { ticks: cap(r) - self.missing(r, now), at_ns: now }
    }
    fn tat(&self, r: &Rate, now: u64) -> Tat {
        Tat { ticks: tick(r, now) + self.missing(r, now) }
    }
}

// ---- words

fn config(r: &Rate) -> String {
    format!(
        "rate {} per {} ns, burst {} (ticks: {} per token, {} per ns, capacity {})",
        figure(r.tokens),
        figure(r.period_ns),
        figure(r.burst),
        figure(r.period_ns),
        figure(r.tokens),
        ticks(cap(r))
    )
}

fn say(granted: bool) -> &'static str {
    if granted { "grant" } else { "deny" }
}

/// An instant or a cost.
fn figure(n: u64) -> String {
    if n == u64::MAX { "2^64 - 1".into() } else { ticks(n.into()) }
}

/// A number that may be long: nobody counts the zeros of 4600000000000000000000000100, which is 46e26 + 100.
fn ticks(n: u128) -> String {
    const SHORT: u128 = 10_000_000;
    if n < SHORT {
        return n.to_string();
    }
    if n >= 1 << 40 && n.is_power_of_two() {
        return format!("2^{}", n.ilog2());
    }
    let round = |n: u128| {
        let (mut head, mut zeros) = (n, 0);
        while head > 0 && head % 10 == 0 {
            (head, zeros) = (head / 10, zeros + 1);
        }
        (head < 100_000).then(|| if zeros < 4 { n.to_string() } else { format!("{head}e{zeros}") })
    };
    let split = |unit: u128| {
        let (below, over) = (n - n % unit, n % unit);
        let (short, sign, rest) =
            if over > unit / 2 { (below.saturating_add(unit), "-", unit - over) } else { (below, "+", over) };
        Some(format!("{} {sign} {}", round(short)?, round(rest)?))
    };
    let units = (4..36).map(|zeros| 10u128.pow(zeros)).filter(|unit| *unit <= n);
    let shortest = || units.filter_map(split).min_by_key(String::len);
    round(n).or_else(shortest).unwrap_or_else(|| n.to_string())
}

fn say_credit(c: Credit) -> String {
    format!("credit {} at {} ns", ticks(c.ticks), figure(c.at_ns))
}

fn say_tat(t: Tat) -> String {
    format!("TAT {}", ticks(t.ticks))
}

fn say_step_credit((c, granted): (Credit, bool)) -> String {
    format!("{}, {}", say(granted), say_credit(c))
}

fn say_step_tat((t, granted): (Tat, bool)) -> String {
    format!("{}, {}", say(granted), say_tat(t))
}

// ---- rates and traces that can be worked in the head

const fn rate(tokens: u64, period_ns: u64, burst: u64) -> Rate {
    Rate { tokens, period_ns, burst }
}

/// One case, judged for itself: nothing when the two answers are equal.
fn one(r: &Rate, promise: &str, at: u64, input: String, want: String, got: String) -> Res {
    let mut t = Table::new();
    t.row(at, input, want, got);
    t.verdict(&format!("{promise}; not so in this case. {}", config(r)))
}

/// One token a period, several, and more than one tick a nanosecond that do not divide a token.
const RATES: [Rate; 5] =
    [rate(1, 100, 3), rate(3, 100, 5), rate(1, 10, 2), rate(7, 10, 4), rate(30, 1000, 10)];

#[derive(Clone)]
struct Op {
    gap_ns: u64,
    cost: u64,
    /// Serve this request in the TAT coordinate (only where keys are moved).
    moved: bool,
}
kit::shrink_fields!(Op { cost, moved } carry gap_ns);

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.moved { ", from the TAT store" } else { "" };
        write!(f, "{} ns later: take {}{place}", self.gap_ns, self.cost)
    }
}

fn trace(r: Rate) -> impl Fn(&mut Rng, usize) -> Vec<Op> {
    // The time that one token takes, so that gaps are worth something at every rate.
    let token = (r.period_ns / r.tokens.max(1)).max(1);
    move |rng, len| {
        let gap = |rng: &mut Rng| match rng.below(8) {
            0..=2 => 0,
            3 | 4 => rng.below(2 * token + 2),
            5 | 6 => token * rng.below(r.burst + 2),
            _ => 10 * token * (r.burst + 1),
        };
        (0..len)
            .map(|_| Op {
                gap_ns: gap(rng),
                cost: if rng.chance(0.5) { rng.below(3) } else { rng.below(r.burst + 2) },
                moved: rng.chance(0.5),
            })
            .collect()
    }
}

/// Full, empty, and in between with a part of a token.
fn starts(r: &Rate) -> [Credit; 3] {
    let at = |ticks| Credit { ticks, at_ns: 0 };
    [at(cap(r)), at(0), at(cap(r) / 2 + 1)]
}

/// Runs a property over all rates and starts, on traces that begin at instant 0.
fn over_traces(case: &Case, salt: u64, cases: u32, holds: fn(&Rate, Credit, &[Op]) -> Res) -> Res {
    for (i, r) in RATES.iter().enumerate() {
        for (j, start) in starts(r).into_iter().enumerate() {
            let seed = case.seed ^ salt ^ ((8 * i + j) as u64) << 16;
            let cfg = Config { cases, max_len: 16, seed, ..Config::default() };
            forall_cfg(&cfg, &trace(*r), &|ops| holds(r, start, ops))?;
        }
    }
    Ok(())
}

// ---- the two conversions

fn round_trip(case: &mut Case) -> Res {
    let holds = |r: &Rate, c: Credit| tat_to_credit(r, credit_to_tat(r, c), c.at_ns) == c;
    let table = |r: &Rate, c: Credit| {
        let tat = credit_to_tat(r, c);
        let mut t = Table::new();
        let want = Tat { ticks: tick(r, c.at_ns) + cap(r) - c.ticks };
        t.row(c.at_ns, format!("{} to TAT", say_credit(c)), say_tat(want), say_tat(tat));
        let back = tat_to_credit(r, tat, c.at_ns);
        t.row(c.at_ns, format!("back to a credit at {} ns", c.at_ns), say_credit(c), say_credit(back));
        t.verdict(&format!("a credit must survive the way to a TAT and back, to the tick. {}", config(r)))
    };
    let mut rng = Rng::new(case.seed ^ 0x31);
    for r in &RATES {
        let corners = [cap(r), 0, cap(r) / 2, cap(r) / 2 + 1, 1, cap(r) - 1];
        let mut credits = Vec::new();
        for at_ns in [0, 10, 1000] {
            credits.extend(corners.map(|ticks| Credit { ticks, at_ns }));
        }
        for _ in 0..200 {
            let ticks = u128::from(rng.range(0, cap(r) as u64));
            credits.push(Credit { ticks, at_ns: rng.below(10_000) });
        }
        for c in credits {
            if !holds(r, c) {
                return table(r, c);
            }
        }
    }
    Ok(())
}

fn canonical_tat(case: &mut Case) -> Res {
    let mut rng = Rng::new(case.seed ^ 0x32);
    let later = |r: &Rate, t: Tat, at: u64| Tat { ticks: t.ticks.max(tick(r, at)) };
    let table = |r: &Rate, t: Tat, at: u64| {
        let want = later(r, t, at);
        let want_credit = Credit { ticks: cap(r) - (want.ticks - tick(r, at)), at_ns: at };
        let credit = tat_to_credit(r, t, at);
        let mut rows = Table::new();
        let input = format!("{} to a credit (this is tick {})", say_tat(t), tick(r, at));
        rows.row(at, input, say_credit(want_credit), say_credit(credit));
        // A credit that is out of range is no legal input, and the row above has said so.
        if credit.ticks <= cap(r) {
            let back = credit_to_tat(r, credit);
            rows.row(at, "back to a TAT".into(), say_tat(want), say_tat(back));
        }
        rows.verdict(&format!(
            "a TAT that goes to a credit and back is the later of itself and the present tick. {}",
            config(r)
        ))
    };
    for r in &RATES {
        let mut cases = vec![(Tat { ticks: 0 }, 0), (Tat { ticks: 0 }, 10), (Tat { ticks: 0 }, 1000)];
        for at in [10, 1000] {
            for ahead in [0, 1, cap(r) / 2, cap(r)] {
                cases.push((Tat { ticks: tick(r, at) + ahead }, at));
            }
            cases.push((Tat { ticks: tick(r, at) - 1 }, at));
            cases.push((Tat { ticks: tick(r, at) / 2 }, at));
        }
        for _ in 0..200 {
            let at = rng.below(10_000);
            let reach = tick(r, at) + u128::from(rng.range(0, cap(r) as u64));
            let back = u128::from(rng.below(2 * cap(r) as u64));
            cases.push((Tat { ticks: reach.saturating_sub(back) }, at));
        }
        for (t, at) in cases {
            let credit = tat_to_credit(r, t, at);
            if credit.ticks > cap(r) || credit.at_ns != at || credit_to_tat(r, credit) != later(r, t, at) {
                return table(r, t, at);
            }
        }
    }
    Ok(())
}

fn sub_token_credit(_: &mut Case) -> Res {
    let r = &rate(1, 100, 5);
    let mut t = Table::new();
    let c = Credit { ticks: 90, at_ns: 0 };
    let tat = credit_to_tat(r, c);
    t.row(0, format!("{} to TAT", say_credit(c)), "TAT 410".into(), say_tat(tat));
    t.row(9, "take 1 (TAT)".into(), "deny".into(), say(step_tat(r, tat, 9, 1).1).into());
    t.row(10, "take 1 (TAT)".into(), "grant".into(), say(step_tat(r, tat, 10, 1).1).into());
    t.verdict(&format!(
        "0.9 of a token is a request one refill earlier, so it must not be lost. {}",
        config(r)
    ))?;

    let mut t = Table::new();
    let tat = Tat { ticks: 410 };
    let c = tat_to_credit(r, tat, 0);
    t.row(0, format!("{} to a credit at 0 ns", say_tat(tat)), "credit 90 at 0 ns".into(), say_credit(c));
    t.row(9, "take 1 (credit)".into(), "deny".into(), say(step_credit(r, c, 9, 1).1).into());
    t.row(10, "take 1 (credit)".into(), "grant".into(), say(step_credit(r, c, 10, 1).1).into());
    t.verdict(&format!(
        "0.9 of a token is a request one refill earlier, so it must not be lost. {}",
        config(r)
    ))?;

    // A tick is less than a nanosecond here: a TAT kept in whole nanoseconds would round.
    let r = &rate(3, 100, 5);
    let promise = "a tick is a third of a nanosecond here and must not be rounded away";
    for ticks in [97, 98, 99] {
        let (c, want) = (Credit { ticks, at_ns: 0 }, Tat { ticks: 500 - ticks });
        let tat = credit_to_tat(r, c);
        one(r, promise, 0, format!("{} to TAT", say_credit(c)), say_tat(want), say_tat(tat))?;
        let input = format!("{}, take 1", say_tat(tat));
        one(r, promise, 1, input, say(true).into(), say(step_tat(r, tat, 1, 1).1).into())?;
        let back = tat_to_credit(r, want, 0);
        let input = format!("{} to a credit at 0 ns", say_tat(want));
        one(r, promise, 0, input, say_credit(c), say_credit(back))?;
    }
    Ok(())
}

// ---- the two steps

fn boundary(_: &mut Case) -> Res {
    let r = &rate(1, 100, 3);
    let promise = "a request is granted when the level is at least its cost, equality included";
    for (ticks, now, cost, want) in
        [(300, 0, 3, true), (300, 0, 4, false), (0, 100, 1, true), (0, 99, 1, false), (0, 100_000, 4, false)]
    {
        let level = (ticks + u128::from(now)).min(300);
        let (c, tat) = (Credit { ticks, at_ns: 0 }, Tat { ticks: 300 - ticks });
        let input = |from: String| format!("{from}, take {cost} at level {level}");
        let got = step_credit(r, c, now, cost).1;
        one(r, promise, now, input(say_credit(c)), say(want).into(), say(got).into())?;
        let got = step_tat(r, tat, now, cost).1;
        one(r, promise, now, input(say_tat(tat)), say(want).into(), say(got).into())?;
    }
    Ok(())
}

/// One `step_credit` from a credit at an instant, and what it must answer.
fn credit_case(r: &Rate, promise: &str, from: (u128, u64), now: u64, cost: u64, want: (u128, bool)) -> Res {
    let from = Credit { ticks: from.0, at_ns: from.1 };
    let want = (Credit { ticks: want.0, at_ns: now }, want.1);
    let input = format!("{}, take {cost}", say_credit(from));
    one(r, promise, now, input, say_step_credit(want), say_step_credit(step_credit(r, from, now, cost)))
}

/// One `step_tat`, and what it must answer.
fn tat_case(r: &Rate, promise: &str, from: u128, now: u64, cost: u64, want: (u128, bool)) -> Res {
    let (from, want) = (Tat { ticks: from }, (Tat { ticks: want.0 }, want.1));
    let input = format!("{}, take {cost}", say_tat(from));
    one(r, promise, now, input, say_step_tat(want), say_step_tat(step_tat(r, from, now, cost)))
}

/// One way to a TAT, and what it must be.
fn to_tat_case(r: &Rate, promise: &str, from: (u128, u64), want: u128) -> Res {
    let c = Credit { ticks: from.0, at_ns: from.1 };
    let (want, got) = (Tat { ticks: want }, credit_to_tat(r, c));
    one(r, promise, c.at_ns, format!("{} to TAT", say_credit(c)), say_tat(want), say_tat(got))
}

/// One way to a credit, and what it must be.
fn to_credit_case(r: &Rate, promise: &str, from: u128, at_ns: u64, want: u128) -> Res {
    let t = Tat { ticks: from };
    let (want, got) = (Credit { ticks: want, at_ns }, tat_to_credit(r, t, at_ns));
    one(r, promise, at_ns, format!("{} to a credit", say_tat(t)), say_credit(want), say_credit(got))
}

fn refusal_and_cost_0(_: &mut Case) -> Res {
    let r = &rate(1, 100, 3);
    let promise =
        "the credit answered is the level at the instant of the call, and says so, granted or refused";
    credit_case(r, promise, (0, 0), 50, 1, (50, false))?;
    credit_case(r, promise, (50, 50), 80, 1, (80, false))?;
    credit_case(r, promise, (250, 0), 1000, 4, (300, false))?;
    credit_case(r, promise, (0, 0), 50, 0, (50, true))?;
    credit_case(r, promise, (0, 50), 50, 0, (0, true))?;

    let promise =
        "a refusal leaves the TAT exactly as it came; a grant answers one at or after the present tick";
    tat_case(r, promise, 300, 50, 1, (300, false))?;
    tat_case(r, promise, 0, 1000, 4, (0, false))?;
    tat_case(r, promise, 250, 0, 3, (250, false))?;
    tat_case(r, promise, 300, 50, 0, (300, true))?;
    tat_case(r, promise, 0, 1000, 0, (1000, true))
}

fn same_decisions(case: &mut Case) -> Res {
    fn agrees(r: &Rate, start: Credit, ops: &[Op]) -> bool {
        let mut history = History::from_credit(r, start);
        let (mut c, mut t, mut now) = (start, credit_to_tat(r, start), 0);
        for op in ops {
            now += op.gap_ns;
            let (by_credit, by_tat);
            (c, by_credit) = step_credit(r, c, now, op.cost);
            (t, by_tat) = step_tat(r, t, now, op.cost);
            let want = history.take(r, now, op.cost);
            if by_credit != want || by_tat != want {
                return false;
            }
        }
        true
    }
    over_traces(case, 0x36, 60, |r, start, ops| {
        if agrees(r, start, ops) {
            return Ok(());
        }
        let mut rows = Table::new();
        let mut history = History::from_credit(r, start);
        let (mut c, mut t, mut now) = (start, credit_to_tat(r, start), 0);
        rows.row(0, format!("start: {} to TAT", say_credit(c)), say_tat(history.tat(r, 0)), say_tat(t));
        for op in ops {
            now += op.gap_ns;
            let (by_credit, by_tat);
            (c, by_credit) = step_credit(r, c, now, op.cost);
            (t, by_tat) = step_tat(r, t, now, op.cost);
            let want = say(history.take(r, now, op.cost));
            rows.row(
                now,
                format!("take {}", op.cost),
                format!("credit: {want}, TAT: {want}"),
                format!("credit: {}, TAT: {}", say(by_credit), say(by_tat)),
            );
        }
        rows.verdict(&format!(
            "started from the same bucket, both coordinates must make the decisions of the exact bucket. {}",
            config(r)
        ))
    })
}

fn square_commutes(case: &mut Case) -> Res {
    /// One step from an exact state in both coordinates: what each answers, and the one converted.
    fn square(
        r: &Rate,
        h: &History,
        from: u64,
        now: u64,
        cost: u64,
    ) -> ((Credit, bool), (Tat, bool), Credit) {
        let by_credit = step_credit(r, h.credit(r, from), now, cost);
        let by_tat = step_tat(r, h.tat(r, from), now, cost);
        (by_credit, by_tat, tat_to_credit(r, by_tat.0, now))
    }
    fn wanted(
        r: &Rate,
        h: &mut History,
        from: u64,
        now: u64,
        cost: u64,
    ) -> ((Credit, bool), (Tat, bool), Credit) {
        let before = h.tat(r, from);
        let granted = h.take(r, now, cost);
        let after = if granted { h.tat(r, now) } else { before };
        ((h.credit(r, now), granted), (after, granted), h.credit(r, now))
    }
    over_traces(case, 0x37, 30, |r, start, ops| {
        let mut history = History::from_credit(r, start);
        let mut now = 0;
        for op in ops {
            let from = now;
            now += op.gap_ns;
            let got = square(r, &history, from, now, op.cost);
            let state = (history.credit(r, from), history.tat(r, from));
            let want = wanted(r, &mut history, from, now, op.cost);
            if got == want {
                continue;
            }
            let mut t = Table::new();
            let input = format!("step_credit from {}, take {}", say_credit(state.0), op.cost);
            t.row(now, input, say_step_credit(want.0), say_step_credit(got.0));
            let input = format!("step_tat from {}, take {}", say_tat(state.1), op.cost);
            t.row(now, input, say_step_tat(want.1), say_step_tat(got.1));
            let input = format!("{} to a credit at {now} ns", say_tat(got.1.0));
            t.row(now, input, say_credit(want.2), say_credit(got.2));
            return t.verdict(&format!(
                "one step in either coordinate must lead to the same bucket, tick for tick. {}",
                config(r)
            ));
        }
        Ok(())
    })
}

fn mid_flight_switch(case: &mut Case) -> Res {
    #[derive(Clone, Copy)]
    enum State {
        Old(Credit),
        New(Tat),
    }
    fn serve(r: &Rate, state: State, now: u64, op: &Op) -> (State, bool) {
        if op.moved {
            let t = match state {
                State::Old(c) => credit_to_tat(r, c),
                State::New(t) => t,
            };
            let (t, granted) = step_tat(r, t, now, op.cost);
            (State::New(t), granted)
        } else {
            let c = match state {
                State::Old(c) => c,
                State::New(t) => tat_to_credit(r, t, now),
            };
            let (c, granted) = step_credit(r, c, now, op.cost);
            (State::Old(c), granted)
        }
    }
    over_traces(case, 0x38, 50, |r, start, ops| {
        let mut history = History::from_credit(r, start);
        let (mut state, mut now) = (State::Old(start), 0);
        let agrees = ops.iter().all(|op| {
            now += op.gap_ns;
            let granted;
            (state, granted) = serve(r, state, now, op);
            granted == history.take(r, now, op.cost)
        });
        if agrees {
            return Ok(());
        }
        let mut t = Table::new();
        let mut history = History::from_credit(r, start);
        let (mut state, mut now) = (State::Old(start), 0);
        t.push(Row { at: 0, input: format!("start: {}", say_credit(start)), ..Row::default() }, true);
        for op in ops {
            now += op.gap_ns;
            let store = match (state, op.moved) {
                (State::Old(_), true) => "moved to TAT, ",
                (State::New(_), false) => "moved to credit, ",
                (_, true) => "TAT, ",
                (_, false) => "credit, ",
            };
            let granted;
            (state, granted) = serve(r, state, now, op);
            let want = history.take(r, now, op.cost);
            t.row(now, format!("{store}take {}", op.cost), say(want).into(), say(granted).into());
        }
        t.verdict(&format!("moving a key between the stores must not change any decision. {}", config(r)))
    })
}

// ---- the edges of the ranges

fn zero_rate_zero_burst(_: &mut Case) -> Res {
    let r = &rate(0, 100, 2);
    let promise = "at a rate of 0 the burst is all there will ever be";
    to_tat_case(r, promise, (200, 50), 0)?;
    to_tat_case(r, promise, (30, 50), 170)?;
    to_credit_case(r, promise, 170, 1_000_000, 30)?;
    tat_case(r, promise, 0, 1_000_000, 2, (200, true))?;
    tat_case(r, promise, 200, 2_000_000, 1, (200, false))?;
    credit_case(r, promise, (99, 0), 2_000_000, 1, (99, false))?;

    let r = &rate(5, 100, 0);
    let promise = "a burst of 0 holds nothing, so only cost 0 passes";
    to_tat_case(r, promise, (0, 20), 100)?;
    to_credit_case(r, promise, 0, 20, 0)?;
    credit_case(r, promise, (0, 0), 1000, 1, (0, false))?;
    credit_case(r, promise, (0, 0), 1000, 0, (0, true))?;
    tat_case(r, promise, 0, 1000, 1, (0, false))?;
    tat_case(r, promise, 0, 1000, 0, (5000, true))
}

fn debt_beyond_burst(_: &mut Case) -> Res {
    // A key spent 10 tokens at 0 ns; then its burst was lowered to 3.
    let r = &rate(1, 100, 3);
    let promise = "a debt above the capacity is a credit of 0; the TAT itself is kept, also by cost 0";
    to_credit_case(r, promise, 1000, 0, 0)?;
    to_credit_case(r, promise, 1000, 699, 0)?;
    to_credit_case(r, promise, 1000, 701, 1)?;
    tat_case(r, promise, 1000, 0, 1, (1000, false))?;
    tat_case(r, promise, 1000, 0, 0, (1000, true))?;
    tat_case(r, promise, 1000, 799, 1, (1000, false))?;
    tat_case(r, promise, 1000, 800, 1, (1100, true))
}

/// Nearly the last instant that is promised, in round numbers; and one after it.
const FAR: u64 = 4_600_000_000_000_000_000;
const LAST: u64 = 4_610_000_000_000_000_000;

fn wide_range(_: &mut Case) -> Res {
    const DAY: u64 = 86_400_000_000_000;
    for period_ns in [1, 1_000_000_000, DAY] {
        for tokens in [0, 1, 1_000_000_000] {
            for burst in [0, 1, 1_000_000, 1_000_000_000_000] {
                let r = &rate(tokens, period_ns, burst);
                deep_debt(r)?;
                for at in [0, 1, DAY, FAR] {
                    let mut ticks = vec![cap(r), 0, cap(r) / 4, 1, cap(r).saturating_sub(1)];
                    ticks.retain(|x| *x <= cap(r));
                    for x in ticks {
                        wide_state(r, Credit { ticks: x, at_ns: at })?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn differs(r: &Rate, at: u64, input: String, want: String, got: String) -> Res {
    // The time of a row is rounded where it is beyond 2^53.
    let when = if at >> 53 > 0 { format!(" (now {} ns)", figure(at)) } else { String::new() };
    one(r, "every number in the promised ranges comes out exact", at, input + &when, want, got)
}

/// The latest TAT that is promised: beyond every capacity at every instant.
fn deep_debt(r: &Rate) -> Res {
    let t = Tat { ticks: 1 << 100 };
    for now in [0, LAST] {
        let (want, got) = (Credit { ticks: 0, at_ns: now }, tat_to_credit(r, t, now));
        if got != want {
            return differs(r, now, format!("{} to a credit", say_tat(t)), say_credit(want), say_credit(got));
        }
        for (cost, granted) in [(0, true), (1, false), (u64::MAX, false)] {
            let (want, got) = ((t, granted), step_tat(r, t, now, cost));
            if got != want {
                let input = format!("{}, take {}", say_tat(t), figure(cost));
                return differs(r, now, input, say_step_tat(want), say_step_tat(got));
            }
        }
    }
    Ok(())
}

/// Both conversions and both steps from one state of the widest ranges.
fn wide_state(r: &Rate, c: Credit) -> Res {
    let mut h = History::from_credit(r, c);
    let t = h.tat(r, c.at_ns);
    let got = credit_to_tat(r, c);
    if got != t {
        return differs(r, c.at_ns, format!("{} to TAT", say_credit(c)), say_tat(t), say_tat(got));
    }
    let got = tat_to_credit(r, t, c.at_ns);
    if got != c {
        return differs(r, c.at_ns, format!("{} to a credit", say_tat(t)), say_credit(c), say_credit(got));
    }
    // 2^48 x 86400 s is a multiple of 2^64: in 64 bits it wraps to a price of 0.
    let costs = [0, 1, r.burst, r.burst + 1, 1 << 48, u64::MAX];
    for now in [c.at_ns, c.at_ns + 1, LAST] {
        for cost in costs {
            let granted = h.take(r, now, cost);
            let want = (h.credit(r, now), granted);
            let got = step_credit(r, c, now, cost);
            if got != want {
                let input = format!("{}, take {}", say_credit(c), figure(cost));
                return differs(r, now, input, say_step_credit(want), say_step_credit(got));
            }
            let want = (if granted { h.tat(r, now) } else { t }, granted);
            let got = step_tat(r, t, now, cost);
            if got != want {
                let input = format!("{}, take {}", say_tat(t), figure(cost));
                return differs(r, now, input, say_step_tat(want), say_step_tat(got));
            }
            h.0.truncate(1);
        }
    }
    Ok(())
}
