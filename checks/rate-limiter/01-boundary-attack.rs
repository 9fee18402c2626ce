//! Checks of the attack on two windows. The victims here are copies of their own, and in another form than the
//! stub's: two counts that are rolled on.
use crate::{Kind, attack_fixed, attack_sliding, worst_case};
use kit::{Case, Check, Fail, Res, Rng, Score, Table, fail};

pub const CHECKS: &[Check] = &[
    ("within-budget", "an attack of more than 4 * limit requests, or of more than 4 windows", within_budget),
    ("time-ordered", "a client that sends in its own past", time_ordered),
    ("fixed-doubled", "a fixed window that lets fewer than 2 * limit pass inside 2 ns", fixed_doubled),
    (
        "sliding-nearly-doubled",
        "a sliding counter that lets fewer than 2 * limit - 1 pass in a window",
        sliding_nearly_doubled,
    ),
    ("many-sizes", "an attack that works for some limits and windows only", many_sizes),
    ("know-your-bounds", "a bound that some client breaks, or that none can reach", know_your_bounds),
];

/// A limit and a window in nanoseconds.
type Plan = (u64, u64);

#[derive(Clone, Copy, PartialEq)]
enum Attack {
    Fixed,
    Sliding,
}
use Attack::{Fixed, Sliding};

impl Attack {
    fn name(self) -> &'static str {
        if self == Fixed { "attack_fixed" } else { "attack_sliding" }
    }
    fn victim(self) -> &'static str {
        if self == Fixed { "the fixed window" } else { "the sliding counter" }
    }
    /// The learner's answer.
    fn sent(self, (limit, window): Plan) -> Vec<u64> {
        let what = || format!("{}(limit {limit}, window {})", self.name(), span(window));
        let attack = if self == Fixed { attack_fixed } else { attack_sliding };
        kit::during(what, || attack(limit, window))
    }
    fn goal(self, (limit, _): Plan) -> u64 {
        if self == Fixed { 2 * limit } else { 2 * limit - 1 }
    }
    /// Length of the interval that the goal is about.
    fn length(self, (_, window): Plan) -> u64 {
        if self == Fixed { 2 } else { window }
    }
}

// ---- words

fn span(ns: u64) -> String {
    match ns {
        _ if ns > 0 && ns % kit::SEC == 0 => format!("{} s", ns / kit::SEC),
        _ if ns > 0 && ns % kit::MS == 0 => format!("{} ms", ns / kit::MS),
        _ => format!("{ns} ns"),
    }
}

fn requests(n: u64) -> String {
    if n == 1 { "1 request".into() } else { format!("{n} requests") }
}

fn plan_in_words((limit, window): Plan) -> String {
    format!("limit {limit} per {}", span(window))
}

// ---- the rules

/// How an answer breaks the budget.
fn over_budget(sent: &[u64], (limit, window): Plan) -> Option<String> {
    let most = 4 * limit;
    if sent.len() as u64 > most {
        return Some(format!("the attack may send {most} requests, 4 * limit, and sends {}", sent.len()));
    }
    let late = sent.iter().find(|at| **at >= 4 * window)?;
    Some(format!("every instant lies before {}, 4 windows, and one is {}", span(4 * window), span(*late)))
}

/// The first request that is sent before the one in front of it, counted from 1.
fn goes_back(sent: &[u64]) -> Option<usize> {
    sent.windows(2).position(|pair| pair[1] < pair[0]).map(|i| i + 2)
}

const SIZES: [Plan; 5] = [(3, 1000), (2, 8), (10, 1000), (100, kit::SEC), (500, 2000)];

fn within_budget(_: &mut Case) -> Res {
    for attack in [Fixed, Sliding] {
        for plan in SIZES {
            if let Some(why) = over_budget(&attack.sent(plan), plan) {
                return fail(format!("{}, {}: {why}", attack.name(), plan_in_words(plan)));
            }
        }
    }
    Ok(())
}

fn time_ordered(_: &mut Case) -> Res {
    for attack in [Fixed, Sliding] {
        for plan in SIZES {
            let sent = attack.sent(plan);
            // What is too long may be endless, and is the other check's to tell.
            if over_budget(&sent, plan).is_some() {
                break;
            }
            let Some(n) = goes_back(&sent) else { continue };
            return fail(format!(
                "{}, {}: instants never go back, but request {n} is sent at {} and the one before it at {}",
                attack.name(),
                plan_in_words(plan),
                span(sent[n - 1]),
                span(sent[n - 2]),
            ));
        }
    }
    Ok(())
}

// ---- the victims

/// Admitted in the window before, in this one, and which one this is.
#[derive(Clone, Copy, Default)]
struct Counts {
    before: u64,
    cur: u64,
    index: u64,
}

impl Counts {
    fn roll(&mut self, index: u64) {
        if index != self.index {
            self.before = if index == self.index + 1 { self.cur } else { 0 };
            self.cur = 0;
            self.index = index;
        }
    }
    /// Whether one more passes, and the inequality that says so.
    fn admits(&self, attack: Attack, (limit, window): Plan, now: u64) -> bool {
        let weight = if attack == Fixed { 0 } else { self.before * (window - now % window) };
        weight + (self.cur + 1) * window <= limit * window
    }
    fn why_refused(&self, attack: Attack, (limit, window): Plan, now: u64) -> String {
        let Counts { before, cur, index } = self;
        if attack == Fixed {
            return format!("window {index} has had its {limit}");
        }
        format!("{before} x {}/{window} + {cur} + 1 > {limit}", window - now % window)
    }
}

/// Requests of one instant, and what became of them.
struct Round {
    at: u64,
    sent: u64,
    admitted: u64,
    refusal: Option<String>,
}

/// The rounds of an attack in order of time.
fn play(attack: Attack, plan: Plan, sent: &[u64]) -> Vec<Round> {
    let (mut counts, mut rounds) = (Counts::default(), Vec::<Round>::new());
    for &at in sent {
        if rounds.last().is_none_or(|round| round.at != at) {
            rounds.push(Round { at, sent: 0, admitted: 0, refusal: None });
        }
        let Some(round) = rounds.last_mut() else { continue };
        counts.roll(at / plan.1);
        round.sent += 1;
        if counts.admits(attack, plan, at) {
            counts.cur += 1;
            round.admitted += 1;
        } else if round.refusal.is_none() {
            round.refusal = Some(counts.why_refused(attack, plan, at));
        }
    }
    rounds
}

/// The most admitted inside an interval of `length`, and where the first such interval starts.
fn most(rounds: &[Round], length: u64) -> (u64, u64) {
    let (mut first, mut inside, mut best) = (0, 0, (0, 0));
    for round in rounds {
        inside += round.admitted;
        while round.at - rounds[first].at >= length {
            inside -= rounds[first].admitted;
            first += 1;
        }
        if inside > best.0 {
            best = (inside, rounds[first].at);
        }
    }
    best
}

/// The damage done by the attack, in words; the failure if it is less than promised.
fn damage(attack: Attack, plan: Plan) -> Result<(String, Vec<Round>), Fail> {
    let (sent, length, goal) = (attack.sent(plan), attack.length(plan), attack.goal(plan));
    if over_budget(&sent, plan).is_some() {
        return fail(format!(
            "{}, {}: not played, it is over budget (see within-budget)",
            attack.name(),
            plan_in_words(plan)
        ));
    }
    if goes_back(&sent).is_some() {
        return fail(format!(
            "{}, {}: not played, its instants go back (see time-ordered)",
            attack.name(),
            plan_in_words(plan)
        ));
    }
    let rounds = play(attack, plan, &sent);
    let (count, start) = most(&rounds, length);
    let head = plan_in_words(plan);
    if count >= goal {
        let line = format!(
            "{head}: {} let {count} pass inside [{start} ns, {} ns)",
            attack.victim(),
            start + length
        );
        return Ok((line, rounds));
    }
    let within = if attack == Fixed { "2 ns".into() } else { format!("one window, {}", span(plan.1)) };
    let found = match count {
        0 => "none was admitted at all".into(),
        _ => format!("the most are {count}, in [{start} ns, {} ns)", start + length),
    };
    let message = format!("{head}, {}: {goal} are to be admitted inside {within}; {found}", attack.victim());
    let mut notes = Vec::new();
    let refused: u64 = rounds.iter().map(|round| round.sent - round.admitted).sum();
    let admitted: u64 = rounds.iter().map(|round| round.admitted).sum();
    if attack == Sliding && refused > 0 {
        notes.push(first_refusal(plan, &sent));
    }
    if admitted >= goal {
        notes.push(format!("{admitted} were admitted in all, but they lie too far apart"));
    }
    Err(Fail { message, trace: trace(&rounds), notes, ..Fail::default() })
}

/// What became of the first request that the sliding counter refuses: a nanosecond early is a slip, more of it is
/// a burst that the counter blunts.
fn first_refusal(plan: Plan, sent: &[u64]) -> String {
    let mut counts = Counts::default();
    for (i, now) in sent.iter().enumerate() {
        counts.roll(now / plan.1);
        if counts.admits(Sliding, plan, *now) {
            counts.cur += 1;
            continue;
        }
        // Within the window the estimate falls; where it is, halving the rest of the window finds.
        let (mut low, mut high) = (*now, (now / plan.1 + 1) * plan.1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if counts.admits(Sliding, plan, middle) { high = middle } else { low = middle }
        }
        if high - now <= 2 && high / plan.1 == now / plan.1 {
            return format!("request {} was refused at {now} ns and would be admitted at {high} ns", i + 1);
        }
        break;
    }
    "the counter has blunted this burst: at the boundary the window before still weighs in full, and less with every \
     nanosecond after it"
        .into()
}

/// The rounds as lines, cut around the first refusal when there are many.
fn trace(rounds: &[Round]) -> Vec<String> {
    const SHOWN: usize = 9;
    let line = |round: &Round| {
        let Round { at, sent, admitted, refusal } = round;
        match refusal {
            None => format!("at {at} ns: {} sent, admitted", requests(*sent)),
            // Most rounds are of one, and the figures of a long window need the room.
            Some(why) if *sent == 1 => format!("at {at} ns: 1 refused: {why}"),
            Some(why) if *admitted == 0 => format!("at {at} ns: {} sent, refused: {why}", requests(*sent)),
            Some(why) => {
                format!("at {at} ns: {} sent, {admitted} admitted, then refused: {why}", requests(*sent))
            }
        }
    };
    let refused = rounds.iter().position(|round| round.refusal.is_some()).unwrap_or(0);
    let from = refused.saturating_sub(2).min(rounds.len().saturating_sub(SHOWN));
    let to = rounds.len().min(from + SHOWN);
    let mut lines = Vec::new();
    if from > 0 {
        let sum = |of: fn(&Round) -> u64| rounds[..from].iter().map(of).sum::<u64>();
        let (sent, admitted) = (sum(|round| round.sent), sum(|round| round.admitted));
        lines.push(format!("until {} ns: {} sent, {admitted} admitted", rounds[from - 1].at, requests(sent)));
    }
    lines.extend(rounds[from..to].iter().map(line));
    if to < rounds.len() {
        let sum = |of: fn(&Round) -> u64| rounds[to..].iter().map(of).sum::<u64>();
        let (sent, admitted) = (sum(|round| round.sent), sum(|round| round.admitted));
        lines.push(format!("from {} ns on: {} sent, {admitted} admitted", rounds[to].at, requests(sent)));
    }
    lines
}

fn fixed_doubled(case: &mut Case) -> Res {
    for plan in [(3, 1000), (2, 8), (100, kit::SEC)] {
        let (line, rounds) = damage(Fixed, plan)?;
        if plan.0 != 2 {
            case.note(&line);
        }
        if plan.0 == 100 {
            let (count, goal) = (most(&rounds, Fixed.length(plan)).0, Fixed.goal(plan));
            case.score(
                Score::at_least(
                    "fixed window, 100 per 1 s: admitted in 2 ns",
                    count as f64,
                    "requests",
                    goal as f64,
                )
                .beside(100.0, goal as f64),
            );
            plot(case, plan, &rounds);
        }
    }
    Ok(())
}

fn sliding_nearly_doubled(case: &mut Case) -> Res {
    // 1000 is four times 250, and not a multiple of 3.
    for plan in [(4, 1000), (3, 1000), (2, 8), (100, kit::SEC)] {
        let (line, rounds) = damage(Sliding, plan)?;
        if plan.0 != 2 {
            case.note(&line);
        }
        if plan.0 == 100 {
            let (count, goal) = (most(&rounds, Sliding.length(plan)).0, Sliding.goal(plan));
            case.score(
                Score::at_least(
                    "sliding counter, 100 per 1 s: admitted in 1 s",
                    count as f64,
                    "requests",
                    goal as f64,
                )
                .beside(100.0, goal as f64),
            );
            plot(case, plan, &rounds);
        }
    }
    Ok(())
}

/// How many of the admitted lie in the window's length that ends with each round.
fn plot(case: &mut Case, (limit, window): Plan, rounds: &[Round]) {
    let (mut first, mut inside, mut points) = (0, 0, vec![(0, 0.0)]);
    for round in rounds {
        inside += round.admitted;
        while round.at - rounds[first].at >= window {
            inside -= rounds[first].admitted;
            first += 1;
        }
        points.push((round.at, inside as f64));
    }
    let end = rounds.last().map_or(window, |round| round.at);
    case.series("admitted in the last second", "requests", &points);
    case.series("the limit", "requests", &[(0, limit as f64), (end, limit as f64)]);
}

fn many_sizes(case: &mut Case) -> Res {
    let mut plans: Vec<Plan> = Vec::new();
    // The smallest first: they are the easiest to follow.
    for limit in 2..=6 {
        plans.extend((4 * limit..4 * limit + 10).map(|window| (limit, window)));
    }
    let mut rng = Rng::new(case.seed ^ 0x0bad_c11e);
    for i in 0..14 {
        let limit = rng.range(2, if i < 13 { 50 } else { 500 });
        let digits = rng.range(3, 15) as u32;
        plans.push((limit, rng.range(4 * limit, 10_u64.pow(digits).max(4 * limit))));
    }
    let widest = 1_000_000 * kit::SEC;
    plans.extend([(500, 2000), (2, widest), (97, widest - 1)]);
    for plan in plans {
        damage(Fixed, plan)?;
        damage(Sliding, plan)?;
    }
    Ok(())
}

// ---- the bounds

fn know_your_bounds(case: &mut Case) -> Res {
    let kinds = [
        (Kind::FixedWindow, "fixed window"),
        (Kind::SlidingCounter, "sliding counter"),
        (Kind::SlidingLog, "sliding log"),
    ];
    let mut limits = vec![4, 100, 1, 2, 3, 500, 1_000_000_000];
    let mut rng = Rng::new(case.seed ^ 0xb0d);
    limits.extend((0..5).map(|_| rng.range(1, 1_000_000_000)));
    for (kind, name) in kinds {
        for &limit in &limits {
            let bound = match kind {
                Kind::FixedWindow => limit + limit,
                Kind::SlidingCounter => limit + (limit - 1),
                Kind::SlidingLog => limit,
            };
            let said =
                kit::during(|| format!("worst_case({name}, limit {limit})"), || worst_case(kind, limit));
            // Not the bound itself: it is what there is to find out.
            let (due, why) = if said < bound {
                (format!("more than {said}"), "some client gets more through a window's length than this")
            } else {
                (
                    format!("fewer than {said}"),
                    "no client whatsoever gets that many through a window's length",
                )
            };
            if said != bound {
                let mut table = Table::new();
                table.row(0, format!("{name}, limit {limit}"), due, said.to_string());
                return table.verdict(why);
            }
        }
    }
    Ok(())
}
