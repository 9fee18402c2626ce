//! Hidden checks of 05-leased-node. Scenarios carry their answers; random calls are compared with a reference
//! that keeps every single token with its expiry; a small fleet is held to the bound that leases promise.
use crate::{Cfg, Decision, FailMode, Grant, Node, Reply};
use kit::{Case, Check, Config, Res, Rng, Row, Table, ensure, forall_cfg};
use std::fmt::{self, Debug};

pub const CHECKS: &[Check] = &[
    ("worked-example", "an answer that differs from the example in the exercise", worked_example),
    ("lease-then-local", "a question to the store while there are tokens in hand", lease_then_local),
    ("asks-for-what-is-missing", "a wrong amount asked for, or a question that changes something", asks),
    ("expiry", "tokens spent at or after their expiry, or lost before it", expiry),
    ("earliest-first", "tokens that last spent before those that expire, or leases merged", earliest_first),
    ("no-partial-spend", "tokens spent on a request that is not allowed", no_partial_spend),
    ("short-grant-quiets", "a store asked again before it may have more", short_grant_quiets),
    ("breaker", "a store that does not answer asked again too early, or too late", breaker),
    ("fail-closed", "an unpaid request let through where nothing unpaid may pass", fail_closed),
    ("fail-open-is-bounded", "more, or fewer, unpaid requests than the node's own limit", fail_open),
    ("leases-survive-errors", "tokens in hand taken back by an outage", leases_survive_errors),
    ("cost-zero", "a request for nothing that is refused, asked for or leaves a mark", cost_zero),
    ("whole-range", "costs, instants and grants at the ends of their ranges", whole_range),
    ("random-vs-reference", "random calls, against a node that keeps every token apart", random_calls),
    ("memory", "leases that have expired and are held, or are good and are dropped", memory),
    ("fleet-envelope", "a fleet that admits more than bucket, refill and leases allow", fleet_envelope),
];

#[global_allocator]
static COUNTED: kit::Mem = kit::Mem;

const MS: u64 = kit::MS;
const SEC: u64 = kit::SEC;

// ---- words

fn span(ns: u64) -> String {
    match ns {
        u64::MAX => "2^64 - 1 ns".into(),
        _ if ns >= 1 << 50 && ns.is_power_of_two() => format!("2^{} ns", ns.ilog2()),
        _ if ns > 0 && ns.is_multiple_of(MS) => format!("{} ms", ns / MS),
        _ => format!("{ns} ns"),
    }
}

fn figure(n: u64) -> String {
    match n {
        u64::MAX => "2^64 - 1".into(),
        _ if n >= 1 << 30 && n.is_power_of_two() => format!("2^{}", n.ilog2()),
        _ => n.to_string(),
    }
}

fn say(d: Decision) -> String {
    match d {
        Decision::Allow => "allow".into(),
        Decision::AllowDegraded => "allow degraded".into(),
        Decision::Deny => "deny".into(),
        Decision::Ask(n) => format!("ask {}", figure(n)),
    }
}

fn say_cfg(cfg: &Cfg) -> String {
    let fail = match cfg.fail {
        FailMode::Closed => "closed".into(),
        FailMode::Open { t_ns, burst } => {
            format!("open, a token every {}, burst {}", span(t_ns), figure(burst))
        }
    };
    format!("chunk {}, retry {}, {fail}", figure(cfg.chunk), span(cfg.retry_ns))
}

// ---- scenarios

#[derive(Clone, Copy)]
enum Step {
    /// At this instant decide this cost; the answer that must come.
    Decide(u64, u64, Decision),
    /// At this instant a grant comes.
    Granted(u64, Grant),
    /// At this instant it is known that the store did not answer.
    Unavailable(u64),
    /// The balance for this instant.
    Balance(u64, u64),
}
use Step::{Balance, Decide, Granted, Unavailable};

const ALLOW: Decision = Decision::Allow;
const DEGRADED: Decision = Decision::AllowDegraded;
const DENY: Decision = Decision::Deny;
const fn ask(n: u64) -> Decision {
    Decision::Ask(n)
}

const fn full(tokens: u64, expires_ns: u64) -> Grant {
    Grant { asked: tokens, tokens, expires_ns, retry_at_ns: 0 }
}

const fn short(asked: u64, tokens: u64, expires_ns: u64, retry_at_ns: u64) -> Grant {
    Grant { asked, tokens, expires_ns, retry_at_ns }
}

fn say_grant(g: &Grant) -> String {
    let Grant { asked, tokens, expires_ns, retry_at_ns } = *g;
    let retry = if tokens < asked { format!(", retry at {}", span(retry_at_ns)) } else { String::new() };
    format!("granted {} of {}, to {}{retry}", figure(tokens), figure(asked), span(expires_ns))
}

// The learner's calls, named should they panic.

fn decide(node: &mut Node, now: u64, cost: u64) -> Decision {
    kit::during(|| format!("decide(now {}, cost {})", span(now), figure(cost)), || node.decide(now, cost))
}

fn granted(node: &mut Node, now: u64, g: Grant) {
    let what = || format!("on_reply(now {}, {})", span(now), say_grant(&g));
    kit::during(what, || node.on_reply(now, Reply::Granted(g)));
}

fn unavailable(node: &mut Node, now: u64) {
    let what = || format!("on_reply(now {}, unavailable)", span(now));
    kit::during(what, || node.on_reply(now, Reply::Unavailable));
}

fn balance(node: &Node, now: u64) -> u64 {
    kit::during(|| format!("balance(now {})", span(now)), || node.balance(now))
}

fn play(cfg: Cfg, message: &str, steps: &[Step]) -> Res {
    let (mut node, mut t) = (Node::new(cfg), Table::new());
    for step in steps {
        match *step {
            Decide(at, cost, wanted) => {
                let input = format!("decide {}", figure(cost));
                let found = decide(&mut node, at, cost);
                t.row(at, input, say(wanted), say(found));
            }
            Granted(at, g) => {
                granted(&mut node, at, g);
                t.row(at, say_grant(&g), String::new(), String::new());
            }
            Unavailable(at) => {
                unavailable(&mut node, at);
                t.row(at, "unavailable".into(), String::new(), String::new());
            }
            Balance(at, wanted) => {
                let found = balance(&node, at);
                t.row(at, "balance".into(), figure(wanted), figure(found));
            }
        }
    }
    t.verdict(&format!("{message}. {}", say_cfg(&cfg)))
}

const CLOSED: Cfg = Cfg { chunk: 10, retry_ns: 500 * MS, fail: FailMode::Closed };
const OPEN: Cfg = Cfg { fail: FailMode::Open { t_ns: 100 * MS, burst: 3 }, ..CLOSED };

fn worked_example(_: &mut Case) -> Res {
    let steps = [
        Decide(0, 3, ask(10)),
        Granted(MS, full(10, 100 * MS)),
        Decide(MS, 3, ALLOW),
        Balance(MS, 7),
        Decide(50 * MS, 20, ask(13)),
        Granted(51 * MS, short(13, 5, 150 * MS, 80 * MS)),
        Decide(51 * MS, 20, DENY),
        Balance(51 * MS, 12),
        Decide(80 * MS, 20, ask(10)),
        Decide(100 * MS, 3, ALLOW),
        Balance(100 * MS, 2),
    ];
    play(CLOSED, "this is the example in the exercise's text", &steps)
}

fn lease_then_local(_: &mut Case) -> Res {
    let message = "with tokens in hand a node decides by itself";
    play(
        CLOSED,
        message,
        &[
            Granted(0, full(10, SEC)),
            Decide(MS, 4, ALLOW),
            Decide(MS, 4, ALLOW),
            Decide(2 * MS, 2, ALLOW),
            Decide(2 * MS, 1, ask(10)),
            Balance(2 * MS, 0),
        ],
    )?;
    play(
        CLOSED,
        "tokens in hand are spent even when the store is known to have no more",
        &[
            Granted(0, short(10, 4, SEC, 900 * MS)),
            Decide(MS, 3, ALLOW),
            Decide(2 * MS, 1, ALLOW),
            Decide(3 * MS, 1, DENY),
        ],
    )
}

fn asks(_: &mut Case) -> Res {
    let message = "ask for what is missing, but at least for a chunk; asking changes nothing";
    play(
        CLOSED,
        message,
        &[
            Decide(0, 1, ask(10)),
            Decide(0, 10, ask(10)),
            Decide(0, 11, ask(11)),
            Decide(0, 1, ask(10)),
            Granted(MS, full(10, SEC)),
            Decide(2 * MS, 13, ask(10)),
            Decide(2 * MS, 20, ask(10)),
            Decide(2 * MS, 21, ask(11)),
            Decide(2 * MS, 40, ask(30)),
            Balance(2 * MS, 10),
            Decide(2 * MS, 10, ALLOW),
        ],
    )?;
    play(
        CLOSED,
        "an expired lease is no part of what is in hand, so it is missing",
        &[
            Granted(0, full(10, 50 * MS)),
            Decide(50 * MS, 25, ask(25)),
            Decide(49 * MS + 50 * MS, 12, ask(12)),
        ],
    )?;
    play(
        CLOSED,
        "a reply may never come, and another request may ask meanwhile",
        &[
            Decide(0, 4, ask(10)),
            Decide(5 * MS, 4, ask(10)),
            Granted(6 * MS, full(10, SEC)),
            Decide(6 * MS, 4, ALLOW),
            Granted(7 * MS, full(10, SEC)),
            Balance(7 * MS, 16),
        ],
    )
}

fn expiry(_: &mut Case) -> Res {
    let message = "a lease can be spent before expires_ns; at expires_ns and later it is worth nothing";
    let e = 100 * MS;
    play(CLOSED, message, &[Granted(0, full(10, e)), Balance(e - 1, 10), Balance(e, 0), Balance(e + 1, 0)])?;
    play(CLOSED, message, &[Granted(0, full(10, e)), Decide(e - 1, 10, ALLOW), Decide(e, 1, ask(10))])?;
    play(CLOSED, message, &[Granted(0, full(10, e)), Decide(e, 10, ask(10)), Balance(e, 0)])?;
    play(CLOSED, message, &[Granted(e, full(10, e)), Decide(e, 1, ask(10)), Balance(e, 0)])?;
    play(
        CLOSED,
        "a lease that came late is worth nothing, but the grant says all the same that the store has no more",
        &[
            Granted(e, short(10, 4, e - MS, 2 * e)),
            Balance(e, 0),
            Decide(e, 1, DENY),
            Decide(2 * e, 1, ask(10)),
        ],
    )?;
    play(
        CLOSED,
        "each lease has its own expiry",
        &[
            Granted(0, full(10, 100 * MS)),
            Granted(10 * MS, full(10, 200 * MS)),
            Decide(20 * MS, 5, ALLOW),
            Balance(99 * MS, 15),
            Balance(100 * MS, 10),
            Decide(100 * MS, 12, ask(10)),
            Decide(199 * MS, 10, ALLOW),
            Balance(200 * MS, 0),
        ],
    )?;
    play(
        CLOSED,
        "two leases may expire at the same instant",
        &[
            Granted(0, full(10, 100 * MS)),
            Granted(10 * MS, full(7, 100 * MS)),
            Balance(10 * MS, 17),
            Decide(20 * MS, 12, ALLOW),
            Balance(99 * MS, 5),
            Balance(100 * MS, 0),
        ],
    )
}

fn earliest_first(_: &mut Case) -> Res {
    let message = "tokens that expire first are spent first, so that what is kept is what lasts";
    play(
        CLOSED,
        message,
        &[
            Granted(0, full(10, 300 * MS)),
            Granted(0, full(10, 100 * MS)),
            Granted(0, full(10, 200 * MS)),
            Decide(MS, 14, ALLOW),
            Balance(MS, 16),
            Balance(100 * MS, 16),
            Balance(200 * MS, 10),
        ],
    )?;
    play(
        CLOSED,
        message,
        &[
            Granted(0, full(10, 100 * MS)),
            Granted(0, full(10, 200 * MS)),
            Decide(MS, 3, ALLOW),
            Balance(100 * MS, 10),
            Balance(199 * MS, 10),
        ],
    )?;
    play(
        CLOSED,
        "a request may be paid from all the leases that there are",
        &[
            Granted(0, full(3, 100 * MS)),
            Granted(0, full(3, 200 * MS)),
            Granted(0, full(3, 300 * MS)),
            Granted(0, full(3, 400 * MS)),
            Decide(MS, 11, ALLOW),
            Balance(MS, 1),
            Balance(399 * MS, 1),
        ],
    )
}

fn no_partial_spend(_: &mut Case) -> Res {
    let message = "what is not allowed costs nothing";
    play(
        CLOSED,
        message,
        &[Granted(0, full(4, SEC)), Decide(MS, 5, ask(10)), Balance(MS, 4), Decide(MS, 4, ALLOW)],
    )?;
    play(
        CLOSED,
        message,
        &[
            Granted(0, short(10, 4, SEC, 500 * MS)),
            Decide(MS, 5, DENY),
            Balance(MS, 4),
            Decide(2 * MS, 4, ALLOW),
        ],
    )?;
    play(
        CLOSED,
        message,
        &[Granted(0, full(4, SEC)), Unavailable(MS), Decide(MS, 5, DENY), Decide(2 * MS, 4, ALLOW)],
    )?;
    play(
        OPEN,
        "a request that passes unpaid leaves the leased tokens alone",
        &[
            Granted(0, full(2, SEC)),
            Unavailable(MS),
            Decide(MS, 3, DEGRADED),
            Balance(MS, 2),
            Decide(MS, 3, DENY),
            Balance(MS, 2),
            Decide(2 * MS, 2, ALLOW),
        ],
    )
}

fn short_grant_quiets(_: &mut Case) -> Res {
    let message = "after a grant of less than was asked the store is not asked before retry_at_ns";
    let hint = 300 * MS;
    for tokens in [0, 1, 9] {
        play(
            CLOSED,
            message,
            &[
                Granted(0, short(10, tokens, SEC, hint)),
                Decide(MS, 20, DENY),
                Decide(hint - 1, 20, DENY),
                Decide(hint, 20, ask(20 - tokens)),
            ],
        )?;
    }
    play(
        CLOSED,
        "only a grant of less than was asked says that the store has no more",
        &[Granted(0, Grant { retry_at_ns: hint, ..full(10, SEC) }), Decide(MS, 11, ask(10))],
    )?;
    play(
        CLOSED,
        "a grant is short when it gives less than was asked, however it compares with a chunk",
        &[
            Decide(0, 25, ask(25)),
            Granted(MS, short(25, 12, SEC, hint)),
            Decide(MS, 25, DENY),
            Decide(hint, 25, ask(13)),
        ],
    )?;
    play(
        CLOSED,
        "a grant is short when it gives less than was asked, however it compares with a chunk",
        &[Granted(0, Grant { retry_at_ns: hint, ..full(4, SEC) }), Decide(MS, 5, ask(10))],
    )?;
    play(
        CLOSED,
        "a grant in full leaves what an earlier reply said: the store has no more until then",
        &[
            Granted(0, short(10, 0, SEC, hint)),
            Granted(MS, full(10, SEC)),
            Decide(2 * MS, 10, ALLOW),
            Decide(2 * MS, 1, DENY),
            Decide(hint, 1, ask(10)),
        ],
    )?;
    play(
        CLOSED,
        "the latest grant that fell short says when the store may have more, also if that is earlier",
        &[
            Granted(0, short(10, 0, SEC, hint)),
            Granted(MS, short(10, 0, SEC, 100 * MS)),
            Decide(99 * MS, 1, DENY),
            Decide(100 * MS, 1, ask(10)),
            Granted(101 * MS, short(10, 0, SEC, 2 * hint)),
            Decide(hint, 1, DENY),
        ],
    )?;
    play(
        CLOSED,
        "the latest grant that fell short says when the store may have more, also if that is at once",
        &[
            Granted(0, short(10, 0, SEC, hint)),
            Decide(MS, 1, DENY),
            Granted(2 * MS, short(10, 0, SEC, MS)),
            Decide(2 * MS, 1, ask(10)),
        ],
    )?;
    play(
        CLOSED,
        "a grant in full leaves what an earlier reply said, also when it ends an outage",
        &[
            Granted(0, short(10, 0, SEC, hint)),
            Unavailable(MS),
            Granted(2 * MS, full(10, SEC)),
            Decide(2 * MS, 11, DENY),
            Decide(hint, 11, ask(10)),
        ],
    )?;
    play(
        CLOSED,
        "an outage does not change when the store may have more",
        &[
            Granted(0, short(10, 0, SEC, 900 * MS)),
            Unavailable(MS),
            Decide(501 * MS, 1, DENY),
            Decide(900 * MS, 1, ask(10)),
        ],
    )
}

fn breaker(_: &mut Case) -> Res {
    let message = "after a reply that did not come the store is left alone for retry_ns, and then asked";
    play(
        CLOSED,
        message,
        &[
            Decide(0, 1, ask(10)),
            Unavailable(20 * MS),
            Decide(21 * MS, 1, DENY),
            Decide(520 * MS - 1, 1, DENY),
            Decide(520 * MS, 1, ask(10)),
            Unavailable(540 * MS),
            Decide(1_040 * MS - 1, 1, DENY),
            Decide(1_040 * MS, 1, ask(10)),
        ],
    )?;
    play(
        CLOSED,
        "of several replies that do not come, each leaves the store alone for retry_ns from its own instant",
        &[
            Decide(0, 1, ask(10)),
            Decide(MS, 1, ask(10)),
            Unavailable(20 * MS),
            Unavailable(300 * MS),
            Decide(520 * MS, 1, DENY),
            Decide(800 * MS - 1, 1, DENY),
            Decide(800 * MS, 1, ask(10)),
        ],
    )?;
    play(
        CLOSED,
        "any grant means that the store answers",
        &[Unavailable(0), Granted(0, full(10, SEC)), Decide(0, 11, ask(10))],
    )?;
    play(
        CLOSED,
        "any grant means that the store answers",
        &[
            Unavailable(0),
            Decide(MS, 1, DENY),
            Granted(2 * MS, full(10, SEC)),
            Decide(2 * MS, 11, ask(10)),
            Unavailable(3 * MS),
            Granted(4 * MS, short(10, 0, SEC, 50 * MS)),
            Decide(49 * MS, 11, DENY),
            Decide(50 * MS, 11, ask(10)),
        ],
    )?;
    play(
        Cfg { retry_ns: 0, ..CLOSED },
        "with a retry of 0 the store is asked at once",
        &[Unavailable(0), Decide(0, 1, ask(10)), Unavailable(MS), Decide(MS, 1, ask(10))],
    )
}

fn fail_closed(_: &mut Case) -> Res {
    let message = "while the store is down nothing passes unpaid";
    play(
        CLOSED,
        message,
        &[
            Unavailable(0),
            Decide(MS, 1, DENY),
            Decide(MS, 100, DENY),
            Decide(499 * MS, 1, DENY),
            Decide(500 * MS, 1, ask(10)),
        ],
    )
}

fn fail_open(case: &mut Case) -> Res {
    let message = "while the store is down the node's own limit decides";
    play(
        OPEN,
        message,
        &[
            Unavailable(0),
            Decide(MS, 1, DEGRADED),
            Decide(MS, 1, DEGRADED),
            Decide(MS, 1, DEGRADED),
            Decide(MS, 1, DENY),
            Decide(101 * MS - 1, 1, DENY),
            Decide(101 * MS, 1, DEGRADED),
            Decide(101 * MS, 1, DENY),
        ],
    )?;
    play(
        OPEN,
        message,
        &[
            Unavailable(0),
            Decide(0, 4, DENY),
            Decide(0, 2, DEGRADED),
            Decide(MS, 2, DENY),
            Decide(MS, 1, DEGRADED),
            Decide(300 * MS - 1, 3, DENY),
            Decide(300 * MS, 3, DEGRADED),
        ],
    )?;
    play(
        OPEN,
        "the node's own limit goes on from one outage to the next: its debt is not forgotten",
        &[
            Unavailable(0),
            Decide(0, 3, DEGRADED),
            Granted(10 * MS, full(1, SEC)),
            Decide(10 * MS, 1, ALLOW),
            Unavailable(20 * MS),
            Decide(20 * MS, 1, DENY),
            Decide(100 * MS, 1, DEGRADED),
            Decide(100 * MS, 1, DENY),
        ],
    )?;
    play(
        OPEN,
        "while the store is down the node's own limit decides, also if the store had no more",
        &[
            Granted(0, short(10, 0, SEC, 900 * MS)),
            Decide(MS, 1, DENY),
            Unavailable(2 * MS),
            Decide(2 * MS, 1, DEGRADED),
            Decide(502 * MS, 1, DENY),
            Decide(900 * MS, 1, ask(10)),
        ],
    )?;
    play(
        OPEN,
        "the node's own limit is for outages: while the store answers nobody passes unpaid",
        &[Decide(0, 1, ask(10)), Granted(MS, short(10, 0, SEC, 2 * SEC)), Decide(MS, 1, DENY)],
    )?;
    fail_open_to_the_nanosecond(case)?;
    // One long outage, and one that comes and goes: burst + elapsed / t, whatever the traffic.
    for flapping in [false, true] {
        let mut rng = Rng::new(0x5_0bee ^ case.seed);
        let mut node = Node::new(OPEN);
        let (mut now, mut admitted) = (SEC, 0);
        let start = now;
        for i in 0..600 {
            now += MS * rng.below(20);
            if i % 20 == 0 {
                unavailable(&mut node, now);
            }
            if flapping && i % 50 == 10 {
                granted(&mut node, now, short(10, 0, now, now));
                unavailable(&mut node, now);
            }
            let cost = rng.range(1, 3);
            if decide(&mut node, now, cost) == DEGRADED {
                admitted += cost;
            }
            let most = 3 + (now - start) / (100 * MS);
            if admitted > most {
                let what = if flapping { "a store that comes and goes" } else { "one long outage" };
                return kit::fail(format!(
                    "{what}: {admitted} tokens passed unpaid within {}, the node's own limit is {most}. {}",
                    span(now - start),
                    say_cfg(&OPEN)
                ));
            }
        }
    }
    Ok(())
}

/// A debt in whole nanoseconds has no rounding: neither many small steps nor a quotient may make one.
fn fail_open_to_the_nanosecond(case: &mut Case) -> Res {
    let message =
        "the node's own limit is exact to the nanosecond: debt + cost * t_ns <= burst * t_ns admits";
    let open = |t_ns, burst| Cfg { fail: FailMode::Open { t_ns, burst }, ..CLOSED };
    play(
        open(7, 2),
        message,
        &[
            Unavailable(0),
            Decide(0, 1, DEGRADED),
            Decide(2, 1, DEGRADED),
            Decide(6, 1, DENY),
            Decide(7, 1, DEGRADED),
            Decide(13, 1, DENY),
            Decide(14, 1, DEGRADED),
        ],
    )?;
    for t_ns in [10, 49] {
        let at_last = [Decide(t_ns - 1, 1, DENY), Decide(t_ns, 1, DEGRADED)];
        play(open(t_ns, 1), message, &[&[Unavailable(0), Decide(0, 1, DEGRADED)][..], &at_last].concat())?;
    }
    let each = (1..10).map(|ns| Decide(ns, 1, DENY));
    let steps: Vec<Step> = [Unavailable(0), Decide(0, 1, DEGRADED)].into_iter().chain(each).collect();
    play(open(10, 1), message, &[steps, vec![Decide(10, 1, DEGRADED)]].concat())?;
    // Other lengths, asked at any instants.
    let mut rng = Rng::new(0x5_0e6 ^ case.seed);
    for t_ns in 1..=40 {
        let cfg = open(t_ns, rng.range(1, 3));
        let (mut model, mut now) = (Model::new(cfg), 0);
        model.down_until = SEC;
        let mut steps = vec![Unavailable(0)];
        for _ in 0..8 {
            steps.push(Decide(now, 1, model.decide(now, 1)));
            now += if rng.chance(0.5) { t_ns } else { rng.range(1, t_ns) };
        }
        play(cfg, message, &steps)?;
    }
    Ok(())
}

fn leases_survive_errors(_: &mut Case) -> Res {
    let message = "the store debited its bucket when it granted: an outage takes no lease back";
    for cfg in [CLOSED, OPEN] {
        play(
            cfg,
            message,
            &[
                Granted(0, full(10, 300 * MS)),
                Unavailable(MS),
                Balance(MS, 10),
                Decide(2 * MS, 6, ALLOW),
                Balance(2 * MS, 4),
                Decide(299 * MS, 4, ALLOW),
            ],
        )?;
    }
    play(
        CLOSED,
        "a lease expires during an outage as at any other time",
        &[Granted(0, full(10, 300 * MS)), Unavailable(MS), Decide(300 * MS, 1, DENY), Balance(300 * MS, 0)],
    )?;
    play(
        CLOSED,
        "a late grant ends the outage",
        &[
            Unavailable(0),
            Granted(MS, full(10, 300 * MS)),
            Decide(2 * MS, 4, ALLOW),
            Decide(2 * MS, 7, ask(10)),
        ],
    )
}

fn cost_zero(_: &mut Case) -> Res {
    let message = "a request for nothing is allowed always, and changes nothing";
    play(CLOSED, message, &[Decide(0, 0, ALLOW), Balance(0, 0), Decide(0, 1, ask(10))])?;
    play(CLOSED, message, &[Unavailable(0), Decide(MS, 0, ALLOW), Decide(MS, 1, DENY)])?;
    play(CLOSED, message, &[Granted(0, short(9, 0, SEC, SEC)), Decide(MS, 0, ALLOW), Decide(MS, 1, DENY)])?;
    play(
        OPEN,
        message,
        &[
            Unavailable(0),
            Decide(0, 3, DEGRADED),
            Decide(0, 0, ALLOW),
            Decide(50 * MS, 0, ALLOW),
            Decide(100 * MS, 1, DEGRADED),
            Decide(100 * MS, 1, DENY),
        ],
    )
}

fn whole_range(_: &mut Case) -> Res {
    const TOP: u64 = 1 << 62;
    const MANY: u64 = 1 << 40;
    let message = "no number in the ranges may overflow";
    play(
        CLOSED,
        message,
        &[
            Decide(0, u64::MAX, ask(u64::MAX)),
            Granted(0, full(10, u64::MAX)),
            Decide(0, u64::MAX, ask(u64::MAX - 10)),
            Granted(0, short(u64::MAX, 5, SEC, u64::MAX)),
            Decide(TOP, u64::MAX, DENY),
            Balance(TOP, 10),
            Decide(TOP, 10, ALLOW),
        ],
    )?;
    play(
        Cfg { chunk: MANY, retry_ns: TOP, fail: FailMode::Closed },
        message,
        &[
            Decide(0, 1, ask(MANY)),
            Granted(0, full(MANY, TOP)),
            Granted(0, full(MANY, TOP + 1)),
            Decide(TOP - 1, MANY + 1, ALLOW),
            Balance(TOP, MANY - 1),
            Unavailable(TOP),
            Decide(TOP, MANY, DENY),
        ],
    )?;
    let open = |t_ns, burst| Cfg { chunk: 1, retry_ns: SEC, fail: FailMode::Open { t_ns, burst } };
    for (t_ns, burst) in [(1 << 50, 1), (1, 1 << 50), (1 << 25, 1 << 25)] {
        for now in [0, TOP - (1 << 50)] {
            play(
                open(t_ns, burst),
                message,
                &[
                    Unavailable(now),
                    Decide(now, u64::MAX, DENY),
                    // Times t_ns these are 0 or little in 64 bits.
                    Decide(now, (u64::MAX / t_ns).wrapping_add(1).max(burst + 1), DENY),
                    Decide(now, burst + 1, DENY),
                    Decide(now, burst, DEGRADED),
                    Decide(now, u64::MAX, DENY),
                    Decide(now, 1, DENY),
                    Unavailable(now + (1 << 50)),
                    Decide(now + (1 << 50), burst, DEGRADED),
                    Decide(now + (1 << 50), 1, DENY),
                ],
            )?;
        }
    }
    const LATE: u64 = 1 << 60;
    play(
        open(100, 1),
        "a nanosecond counts as much late as early",
        &[
            Unavailable(LATE),
            Decide(LATE, 1, DEGRADED),
            Decide(LATE, 1, DENY),
            Decide(LATE + 99, 1, DENY),
            Decide(LATE + 100, 1, DEGRADED),
            Decide(LATE + 100, 1, DENY),
        ],
    )?;
    play(
        OPEN,
        "the first instants are instants like any other",
        &[
            Unavailable(0),
            Decide(0, 3, DEGRADED),
            Decide(0, 1, DENY),
            Granted(0, full(2, 1)),
            Decide(0, 2, ALLOW),
            Granted(1, full(2, 1)),
            Decide(1, 1, ask(10)),
        ],
    )
}

// ---- random calls

/// Keeps every token by itself, with the instant at which it expires, and the node's own limit as charges.
struct Model {
    cfg: Cfg,
    tokens: Vec<u64>,
    down_until: u64,
    no_more_until: u64,
    /// What is owed to the node's own limit, and as of when.
    owed: (u64, u64),
}

impl Model {
    fn new(cfg: Cfg) -> Model {
        Model { cfg, tokens: Vec::new(), down_until: 0, no_more_until: 0, owed: (0, 0) }
    }
    fn balance(&self, now: u64) -> u64 {
        self.tokens.iter().filter(|expires| **expires > now).count() as u64
    }
    fn decide(&mut self, now: u64, cost: u64) -> Decision {
        self.tokens.retain(|expires| *expires > now);
        let balance = self.tokens.len() as u64;
        if cost <= balance {
            self.tokens.sort_unstable();
            self.tokens.drain(..cost as usize);
            return ALLOW;
        }
        if now < self.down_until {
            let FailMode::Open { t_ns, burst } = self.cfg.fail else { return DENY };
            let owed = self.owed.0.saturating_sub(now - self.owed.1);
            if owed + cost * t_ns > burst * t_ns {
                return DENY;
            }
            self.owed = (owed + cost * t_ns, now);
            return DEGRADED;
        }
        if now < self.no_more_until {
            return DENY;
        }
        ask(u64::max(self.cfg.chunk, cost - balance))
    }
    fn granted(&mut self, g: &Grant) {
        self.down_until = 0;
        self.tokens.extend((0..g.tokens).map(|_| g.expires_ns));
        if g.tokens < g.asked {
            self.no_more_until = g.retry_at_ns;
        }
    }
}

/// A call, in milliseconds.
#[derive(Clone, Copy)]
struct Op {
    gap: u64,
    /// 0: decide; 1: a grant; 2: no answer.
    kind: u64,
    /// The cost, or the tokens granted.
    n: u64,
    /// By how much the grant is short.
    short: u64,
    /// Until the lease expires, and until the store may have more.
    ttl: u64,
    quiet: u64,
}
kit::shrink_fields!(Op { kind, n, short, ttl, quiet } carry gap);

impl Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Op { gap, kind, n, short, ttl, quiet } = self;
        match kind {
            0 => write!(f, "+{gap} ms: decide {n}"),
            1 => {
                write!(f, "+{gap} ms: granted {n} of {}, expires in {ttl} ms, retry in {quiet} ms", n + short)
            }
            _ => write!(f, "+{gap} ms: unavailable"),
        }
    }
}

fn random_calls(case: &mut Case) -> Res {
    let open = |t_ns, burst| FailMode::Open { t_ns, burst };
    let configs = [
        Cfg { chunk: 5, retry_ns: 40 * MS, fail: open(20 * MS, 4) },
        Cfg { chunk: 3, retry_ns: 100 * MS, fail: FailMode::Closed },
        Cfg { chunk: 1, retry_ns: 30 * MS, fail: open(7 * MS, 9) },
    ];
    let generate = |rng: &mut Rng, len: usize| -> Vec<Op> {
        (0..len)
            .map(|_| Op {
                gap: if rng.chance(0.1) { 10 * rng.below(12) } else { rng.below(12) },
                kind: match rng.below(10) {
                    0..7 => 0,
                    7 | 8 => 1,
                    _ => 2,
                },
                n: rng.below(8),
                short: if rng.chance(0.4) { rng.below(4) } else { 0 },
                ttl: 10 * rng.below(12),
                quiet: 10 * rng.below(8),
            })
            .collect()
    };
    // Every call to both; the table is only made for a difference.
    let walk = |cfg: Cfg, ops: &[Op], mut t: Option<&mut Table>| -> bool {
        let (mut node, mut model, mut now, mut agree) = (Node::new(cfg), Model::new(cfg), 0, true);
        for op in ops {
            now += op.gap * MS;
            let (input, wanted, found) = match op.kind {
                0 => {
                    let (wanted, found) = (model.decide(now, op.n), decide(&mut node, now, op.n));
                    agree &= wanted == found;
                    (None, Some(wanted), Some(found))
                }
                1 => {
                    let g = short(op.n + op.short, op.n, now + op.ttl * MS, now + op.quiet * MS);
                    model.granted(&g);
                    granted(&mut node, now, g);
                    (Some(g), None, None)
                }
                _ => {
                    model.down_until = now + cfg.retry_ns;
                    unavailable(&mut node, now);
                    (None, None, None)
                }
            };
            let left = (model.balance(now), balance(&node, now));
            // What lasts longest tells which tokens were spent.
            let later = (model.balance(now + 50 * MS), balance(&node, now + 50 * MS));
            agree &= left.0 == left.1 && later.0 == later.1;
            let Some(t) = t.as_deref_mut() else { continue };
            let input = match (op.kind, input) {
                (0, _) => format!("decide {}", op.n),
                (_, Some(g)) => say_grant(&g),
                _ => "unavailable".into(),
            };
            let word = |decision: Option<Decision>, left: u64, later: u64| {
                let said = decision.map_or(String::new(), |decision| format!("{}; ", say(decision)));
                format!("{said}balance {left} now, {later} at +50 ms")
            };
            t.row(now, input, word(wanted, left.0, later.0), word(found, left.1, later.1));
        }
        agree
    };
    for (i, cfg) in configs.into_iter().enumerate() {
        let seed = 0x5_4a9d ^ (i as u64) << 20 ^ case.seed;
        let config = Config { cases: 40, max_len: 50, seed, ..Config::default() };
        forall_cfg(&config, &generate, &|ops: &[Op]| {
            if walk(cfg, ops, None) {
                return Ok(());
            }
            let mut t = Table::new();
            walk(cfg, ops, Some(&mut t));
            t.verdict(&format!("after these calls a decision or a balance is another one. {}", say_cfg(&cfg)))
        })?;
    }
    Ok(())
}

fn memory(_: &mut Case) -> Res {
    // Leases of 20 ms, one a millisecond.
    let (mut node, _, _, _) = kit::measure(|| Node::new(CLOSED));
    let mut run = |from: u64, to: u64| {
        let ((), more, _, _) = kit::measure(|| {
            for ms in from..to {
                granted(&mut node, ms * MS, full(10, (ms + 20) * MS));
                let _ = decide(&mut node, ms * MS, 5);
            }
        });
        more
    };
    run(0, 500);
    let more = run(500, 2_500);
    // Those that are still good are no waste.
    for leases in [65, 1_100] {
        let (mut node, mut t) = (Node::new(CLOSED), Table::new());
        for i in 0..leases {
            granted(&mut node, 0, full(1, SEC + i));
        }
        t.row(0, format!("{leases} leases of 1, to 1 s, 1 s and 1 ns, ..."), String::new(), String::new());
        t.row(0, "balance".into(), leases.to_string(), balance(&node, 0).to_string());
        t.verdict("a lease is kept until it is spent or expires, however many there are")?;
    }
    ensure(more < 16_384, || {
        format!(
            "2,000 more leases of 20 ms each came and expired, and the node holds {more} bytes more for them"
        )
    })
}

// ---- a fleet

const NODES: usize = 10;
const BURST: u64 = 60;
/// One token every 5 ms: 200/s.
const T: u64 = 5 * MS;
const CHUNK: u64 = 6;
const TTL: u64 = 300 * MS;

/// The store: a bucket that is debited when it grants.
struct Store {
    tat: u64,
}

impl Store {
    fn take(&mut self, now: u64, want: u64) -> Grant {
        let debt = self.tat.saturating_sub(now);
        let tokens = want.min((BURST * T - debt) / T);
        self.tat = now + debt + tokens * T;
        let wait = (self.tat - now + (want - tokens).min(BURST) * T).saturating_sub(BURST * T);
        short(want, tokens, now + TTL, now + wait)
    }
}

/// A moment of the fleet, for the story of the damage.
#[derive(Clone, Copy)]
struct Moment {
    at: u64,
    node: usize,
    cost: u64,
    /// Tokens that this node could spend, by the leases that it was granted.
    had: u64,
    took: Option<Grant>,
    decision: Decision,
}

fn fleet_envelope(case: &mut Case) -> Res {
    let cfg = Cfg { chunk: CHUNK, retry_ns: 100 * MS, fail: FailMode::Closed };
    let mut rng = Rng::new(0x5_f1ee ^ case.seed);
    let mut store = Store { tat: 0 };
    let mut nodes: Vec<Node> = (0..NODES).map(|_| Node::new(cfg)).collect();
    // What each node can spend: by leases granted and decisions made, not by what it says.
    let mut ledger: Vec<Vec<u64>> = vec![Vec::new(); NODES];
    let mut moments: Vec<Moment> = Vec::new();
    let (mut now, mut admitted) = (SEC, 0_u64);
    // The least of admitted before s - r s + outstanding at s, in nanoseconds of tokens.
    let mut least = i128::MAX;
    let start = now;
    while now < start + 6 * SEC {
        // Bursts, then quiet times in which leases expire.
        let busy = (now / (700 * MS)) % 3 != 0;
        now += if busy { rng.below(2 * MS) } else { rng.below(60 * MS) };
        let node = rng.below(NODES as u64) as usize;
        let cost = rng.range(1, 3);
        for tokens in &mut ledger {
            tokens.retain(|expires| *expires > now);
        }
        let had = ledger[node].len() as u64;
        let outstanding: usize = ledger.iter().map(Vec::len).sum();
        let weighed = |tokens: u64| i128::from(tokens) * i128::from(T);
        least = least.min(weighed(admitted) - i128::from(now) + weighed(outstanding as u64));
        let mut decision = decide(&mut nodes[node], now, cost);
        let mut took = None;
        if let Decision::Ask(want) = decision {
            let g = store.take(now, want);
            took = Some(g);
            ledger[node].extend((0..g.tokens).map(|_| g.expires_ns));
            granted(&mut nodes[node], now, g);
            decision = decide(&mut nodes[node], now, cost);
        }
        moments.push(Moment { at: now, node, cost, had, took, decision });
        if decision == ALLOW {
            admitted += cost;
            ledger[node].sort_unstable();
            let paid = (cost as usize).min(ledger[node].len());
            ledger[node].drain(..paid);
        }
        if weighed(admitted) - i128::from(now) > weighed(BURST) + least {
            let over = (weighed(admitted) - i128::from(now) - weighed(BURST) - least) as u64;
            return damage(&moments, over.div_ceil(T));
        }
    }
    let figure = admitted as f64 / ((now - start) as f64 / SEC as f64);
    // A node that never spends keeps the bound too.
    ensure(figure > 100.0, || {
        format!(
            "{NODES} nodes with leases of {CHUNK} tokens for 300 ms, a store that grants 200/s: the fleet admitted \
             {figure:.0} tokens/s, about 180 can be had"
        )
    })
}

/// The last decisions of the node that last spent what it did not have. There is one: leases that are spent in
/// time keep the bound.
fn damage(moments: &[Moment], over: u64) -> Res {
    let covered = |m: &Moment| m.had + m.took.map_or(0, |g| g.tokens) >= m.cost;
    let message = format!(
        "{NODES} nodes admitted {over} token{} more than the bucket ({BURST}), its refill (200/s) and the leases out at \
         the time allow: somebody spent what he had no lease for",
        if over == 1 { "" } else { "s" }
    );
    let Some(broke) = moments.iter().rposition(|m| m.decision == ALLOW && !covered(m)) else {
        return kit::fail(message);
    };
    let mine: Vec<&Moment> = moments[..=broke].iter().filter(|m| m.node == moments[broke].node).collect();
    let mut t = Table::new();
    for m in &mine[mine.len().saturating_sub(6)..] {
        let took = m.took.map_or(String::new(), |g| format!(", {}", say_grant(&g)));
        let input = format!("node {} decides {}, had {}{took}", m.node, m.cost, m.had);
        let wrong = m.decision == ALLOW && !covered(m);
        let expected = if wrong { "not allow".into() } else { say(m.decision) };
        t.push(Row { at: m.at, input, expected, actual: say(m.decision) }, !wrong);
    }
    t.verdict(&message)
}
