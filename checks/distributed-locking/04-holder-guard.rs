//! Hidden checks of `04-holder-guard`.
//!
//! Short histories are compared with `Model`, the contract read aloud: it keeps all that was sent and answered.
//! The simulation knows nothing of the contract: it has a lock service with a clock of its own, and asks whether
//! work was allowed that would end after the lease.
use crate::{Config, Guard};
use kit::{Case, MS, Res, Rng, SEC, Table, Timeline, forall_cfg};
use std::fmt;

pub const CHECKS: &[kit::Check] = &[
    (
        "counts-from-send",
        "a lease that is reckoned from when the answer came, or not at all",
        counts_from_send,
    ),
    ("operation-must-fit", "work that begins inside the lease and ends after it", operation_must_fit),
    ("drift-and-margin", "a lease that a faster clock ends earlier than you think", drift_and_margin),
    ("answers-out-of-order", "an old answer that changes a newer truth", answers_out_of_order),
    ("many-in-flight", "an answer to one of many requests on their way, or of one instant", many_in_flight),
    ("refusal-stops-now", "a holder that is told no and keeps working", refusal_stops_now),
    ("refusal-is-newer", "an old yes that arrives after a newer no, and is believed", refusal_is_newer),
    ("stale-refusal", "an old no that cancels a newer yes", stale_refusal),
    ("strange-ids", "an answer to a request that was never sent", strange_ids),
    ("next-send", "renewals that come too late, too early, or never again", next_send),
    ("largest-numbers", "instants and terms near the end of their ranges", largest_numbers),
    ("follows-the-contract", "random answers: late, lost, doubled, overtaken", follows_the_contract),
    (
        "never-outlives-the-lease",
        "work that is allowed although the lock service has ended the lease",
        never_outlives,
    ),
];

const fn config(ttl_ms: u64, drift_ppm: u64, margin_ms: u64) -> Config {
    Config { ttl_ns: ttl_ms * MS, drift_ppm, margin_ns: margin_ms * MS, renew_every_ns: 3 * SEC }
}

/// A round term: 8 s of ours.
const FAST: Config = config(10_000, 250_000, 0);
const PLAIN: Config = config(10_000, 0, 0);

/// What happens to a guard.
#[derive(Clone, Copy)]
enum Do {
    Send,
    /// The grant of a request arrives, with a token.
    Yes(u64, u64),
    No(u64),
    /// May work begin that takes so long?
    Work(u64),
    Due,
}
use Do::{Due, No, Send, Work, Yes};

/// The contract, read aloud.
struct Model {
    config: Config,
    usable_ns: u128,
    sent: Vec<u64>,
    /// The latest answered request, and its token if it was granted.
    truth: (u64, Option<u64>),
}

impl Model {
    fn new(config: Config) -> Model {
        // The longest time of ours in which no more than the term passes by the fastest clock: bit by bit.
        let (mut ours, fastest) = (0_u128, u128::from(1_000_000 + config.drift_ppm));
        for bit in (0..63).rev() {
            if (ours + (1 << bit)) * fastest <= u128::from(config.ttl_ns) * 1_000_000 {
                ours += 1 << bit;
            }
        }
        let usable_ns = ours.saturating_sub(config.margin_ns.into());
        Model { config, usable_ns, sent: Vec::new(), truth: (0, None) }
    }

    fn answered(&mut self, req: u64, token: Option<u64>) {
        if req > self.truth.0 && req <= self.sent.len() as u64 {
            self.truth = (req, token);
        }
    }

    /// The end of the lease.
    fn until(&self) -> Option<u128> {
        self.truth.1.map(|_| u128::from(self.sent[self.truth.0 as usize - 1]) + self.usable_ns)
    }

    fn may_work(&self, now: u64, needed: u64) -> Option<u64> {
        let end = u128::from(now) + u128::from(needed);
        self.until().filter(|until| end <= *until).and(self.truth.1)
    }
}

/// What was asked, and the two answers.
struct Said {
    input: String,
    expected: String,
    actual: String,
}

/// Does it to both. Only what is shown is written down.
fn step(guard: &mut Guard, model: &mut Model, now: u64, what: Do, shown: bool) -> (bool, Option<Said>) {
    let said =
        |input: String, expected: String, actual: String| shown.then_some(Said { input, expected, actual });
    match what {
        Send => {
            let id = guard.on_send(now);
            model.sent.push(now);
            let expected = model.sent.len() as u64;
            (id == expected, said("send".into(), format!("request {expected}"), format!("request {id}")))
        }
        Yes(req, token) => {
            guard.on_granted(now, req, token);
            model.answered(req, Some(token));
            (true, said(format!("request {req} granted, token {token}"), String::new(), String::new()))
        }
        No(req) => {
            guard.on_refused(req);
            model.answered(req, None);
            (true, said(format!("request {req} refused"), String::new(), String::new()))
        }
        Work(needed) => {
            let (actual, expected) = (guard.may_work(now, needed), model.may_work(now, needed));
            let word = |token: Option<u64>| token.map_or("no".into(), |token| format!("token {token}"));
            (actual == expected, said(format!("work {}?", span(needed)), word(expected), word(actual)))
        }
        Due => {
            let (actual, expected) = (guard.next_send_at(), model.sent.last());
            let expected = expected.map_or(0, |sent| sent + model.config.renew_every_ns);
            (actual == expected, said("next send at".into(), span(expected), span(actual)))
        }
    }
}

/// A duration in a unit in which it is short to read, and exact.
fn span(ns: u64) -> String {
    match ns {
        _ if ns >= SEC && ns.is_multiple_of(SEC / 10) && ns < 1_000_000 * SEC => {
            format!("{}.{} s", ns / SEC, ns % SEC / (SEC / 10)).replace(".0 s", " s")
        }
        _ if ns > 0 && ns.is_multiple_of(MS) && ns < 1_000_000 * SEC => format!("{} ms", ns / MS),
        _ => format!("{ns} ns"),
    }
}

fn say(config: &Config) -> String {
    let Config { ttl_ns, drift_ppm, margin_ns, .. } = *config;
    format!("term {}, drift {drift_ppm} ppm, margin {}", span(ttl_ns), span(margin_ns))
}

/// Steps with their instants in ns.
fn history(config: Config, steps: &[(u64, Do)], promise: &str) -> Res {
    let (mut guard, mut model) = (Guard::new(config), Model::new(config));
    if steps.iter().all(|(now, what)| step(&mut guard, &mut model, *now, *what, false).0) {
        return Ok(());
    }
    let (mut guard, mut model) = (Guard::new(config), Model::new(config));
    let mut table = Table::new();
    for (now, what) in steps {
        let (_, said) = step(&mut guard, &mut model, *now, *what, true);
        if let Some(Said { input, expected, actual }) = said {
            table.row(*now, input, expected, actual);
        }
    }
    table.verdict(&format!("{promise} ({})", say(&config)))
}

/// The same with instants in ms.
fn in_ms(config: Config, steps: &[(u64, Do)], promise: &str) -> Res {
    let steps: Vec<(u64, Do)> = steps.iter().map(|(ms, what)| (ms * MS, *what)).collect();
    history(config, &steps, promise)
}

fn counts_from_send(_: &mut Case) -> Res {
    let promise = "the lock service may have started its timer the moment the request was sent";
    in_ms(
        PLAIN,
        &[
            (1_000, Send),
            (7_000, Yes(1, 33)),
            (7_000, Work(4 * SEC)),
            (10_999, Work(MS)),
            (11_000, Work(1)),
            (12_000, Work(SEC)),
        ],
        promise,
    )?;
    // An answer that takes longer than the lease.
    in_ms(PLAIN, &[(0, Send), (10_000, Yes(1, 33)), (10_000, Work(1)), (11_000, Work(SEC))], promise)?;
    // Each renewal counts from its own request, not from the first and not from one still unanswered.
    in_ms(
        PLAIN,
        &[
            (0, Send),
            (100, Yes(1, 7)),
            (3_000, Send),
            (3_100, Yes(2, 7)),
            (6_000, Send),
            (12_000, Work(SEC)),
            (12_000, Work(SEC + 1)),
        ],
        "a renewal counts from when it was sent",
    )?;
    in_ms(
        PLAIN,
        &[(0, Send), (3_000, Send), (3_100, Yes(1, 7)), (9_000, Work(SEC)), (9_500, Work(SEC))],
        "a grant counts from the request that it answers",
    )?;
    in_ms(PLAIN, &[(0, Send), (500, Work(1)), (800, Due)], "nothing is allowed before a grant")?;
    in_ms(PLAIN, &[(0, Work(1))], "nothing is allowed before a grant")
}

fn operation_must_fit(_: &mut Case) -> Res {
    let promise = "work has to end before the lease does, or at the same instant";
    let got = [(0, Send), (0, Yes(1, 5))];
    let with = |rest: &[(u64, Do)]| [&got[..], rest].concat();
    in_ms(PLAIN, &with(&[(6_000, Work(4 * SEC)), (9_000, Work(4 * SEC))]), promise)?;
    history(
        PLAIN,
        &with(&[(9 * SEC, Work(SEC)), (9 * SEC, Work(SEC + 1)), (9 * SEC + 1, Work(SEC))]),
        promise,
    )?;
    history(PLAIN, &with(&[(10 * SEC - 1, Work(1)), (10 * SEC - 1, Work(2)), (10 * SEC, Work(1))]), promise)?;
    let promise = "work that never ends fits into no lease";
    history(
        PLAIN,
        &with(&[(0, Work(u64::MAX)), (SEC, Work(u64::MAX)), (SEC, Work(u64::MAX - SEC + 1))]),
        promise,
    )
}

/// The lease ends `usable_ns` after the send, to the nanosecond.
fn ends_after(config: Config, usable_ns: u64, promise: &str) -> Res {
    let at = 5 * SEC;
    let mut steps = std::vec![(at, Send), (at, Yes(1, 5)), (at, Work(usable_ns + 1))];
    if usable_ns > 0 {
        steps.extend([(at, Work(usable_ns)), (at + usable_ns - 1, Work(1))]);
    }
    steps.push((at + usable_ns, Work(1)));
    history(config, &steps, promise)
}

fn drift_and_margin(_: &mut Case) -> Res {
    let promise = "by our clock a lease is shorter when the lock service's clock may run faster";
    ends_after(config(15_000, 200_000, 0), 12_500 * MS, promise)?;
    ends_after(FAST, 8 * SEC, promise)?;
    ends_after(config(10_000, 1_000_000, 0), 5 * SEC, promise)?;
    let promise = "the length by our clock is rounded down";
    ends_after(Config { ttl_ns: 10, drift_ppm: 500_000, margin_ns: 0, renew_every_ns: 1 }, 6, promise)?;
    ends_after(config(10_000, 200, 0), 9_998_000_399, promise)?;
    ends_after(config(10_000, 1, 0), 9_999_990_000, promise)?;
    let promise = "the margin is held back from the end of the lease";
    ends_after(config(10_000, 0, 400), 9_600 * MS, promise)?;
    ends_after(
        config(15_000, 200_000, 500),
        12 * SEC,
        "the margin is held back by our clock, after the drift",
    )?;
    let promise = "with a margin as long as the lease, or longer, there is no instant to work at";
    ends_after(config(10_000, 0, 10_000), 0, promise)?;
    ends_after(config(10_000, 250_000, 8_001), 0, promise)?;
    ends_after(config(10_000, 250_000, 20_000), 0, promise)?;
    ends_after(config(10_000, 250_000, 7_999), MS, promise)
}

fn answers_out_of_order(_: &mut Case) -> Res {
    let promise = "the answer to a later request is the newer truth, whenever the others arrive";
    let sent = [(0, Send), (3_000, Send)];
    let with = |rest: &[(u64, Do)]| [&sent[..], rest].concat();
    in_ms(
        PLAIN,
        &with(&[(3_500, Yes(2, 5)), (4_000, Yes(1, 5)), (12_000, Work(SEC)), (12_000, Work(2 * SEC))]),
        promise,
    )?;
    // The first tenure ran out, the second one is another.
    in_ms(PLAIN, &with(&[(3_500, Yes(2, 6)), (4_000, Yes(1, 5)), (5_000, Work(SEC))]), promise)?;
    in_ms(
        PLAIN,
        &with(&[
            (3_500, Yes(1, 5)),
            (4_000, Yes(2, 6)),
            (5_000, Work(SEC)),
            (12_000, Work(SEC)),
            (12_001, Work(SEC)),
        ]),
        promise,
    )?;
    let promise = "a second copy of an answer changes nothing";
    in_ms(
        PLAIN,
        &with(&[(3_500, Yes(2, 5)), (8_000, Yes(2, 5)), (12_000, Work(SEC)), (12_500, Work(SEC))]),
        promise,
    )?;
    in_ms(PLAIN, &[(0, Send), (500, Yes(1, 5)), (9_000, Yes(1, 5)), (9_500, Work(SEC))], promise)?;
    let promise = "a request that was answered late counts from when it was sent";
    in_ms(
        PLAIN,
        &with(&[
            (6_000, Send),
            (6_500, Yes(2, 5)),
            (12_000, Work(SEC)),
            (12_000, Work(SEC + 1)),
            (12_500, Yes(3, 5)),
            (15_000, Work(SEC)),
        ]),
        promise,
    )
}

fn many_in_flight(_: &mut Case) -> Res {
    let promise = "requests that leave at one instant are answered one by one";
    let sent = [(5, Send), (5, Send)];
    let with = |rest: &[(u64, Do)]| [&sent[..], rest].concat();
    in_ms(PLAIN, &with(&[(6, Yes(2, 7)), (7, Work(1))]), promise)?;
    in_ms(PLAIN, &with(&[(6, Yes(1, 7)), (7, Work(1)), (8, No(2)), (8, Work(1))]), promise)?;
    let sends: Vec<(u64, Do)> = (0..1_000).map(|i| (i, Send)).collect();
    for req in [1, 2, 500] {
        let answered = [(1_000, Yes(req, 7)), (1_000, Work(SEC)), (9_999 + req, Work(1))];
        let promise = format!("1000 requests are on their way, and the answer to request {req} comes first");
        in_ms(PLAIN, &[&sends[..], &answered].concat(), &promise)?;
    }
    Ok(())
}

fn refusal_stops_now(_: &mut Case) -> Res {
    let promise = "a refusal ends the work at once, whatever an earlier grant said";
    in_ms(
        PLAIN,
        &[(0, Send), (100, Yes(1, 5)), (3_000, Send), (3_100, No(2)), (3_100, Work(1)), (4_000, Work(SEC))],
        promise,
    )?;
    in_ms(PLAIN, &[(0, Send), (100, No(1)), (100, Work(1))], "a refusal is not a lease")?;
    let promise = "after a refusal the next grant counts as ever";
    in_ms(
        PLAIN,
        &[
            (0, Send),
            (100, Yes(1, 5)),
            (3_000, Send),
            (3_100, No(2)),
            (6_000, Send),
            (6_100, Yes(3, 9)),
            (15_000, Work(SEC)),
            (15_001, Work(SEC)),
        ],
        promise,
    )
}

fn refusal_is_newer(_: &mut Case) -> Res {
    let promise = "the lock service refused a later request: a grant from before is history";
    in_ms(
        PLAIN,
        &[(0, Send), (3_000, Send), (3_100, No(2)), (3_300, Yes(1, 5)), (3_300, Work(SEC))],
        promise,
    )?;
    in_ms(
        PLAIN,
        &[(0, Send), (100, Yes(1, 5)), (3_000, Send), (3_100, No(2)), (3_300, Yes(1, 5)), (3_300, Work(SEC))],
        promise,
    )?;
    in_ms(
        PLAIN,
        &[
            (0, Send),
            (1_000, Send),
            (2_000, Send),
            (2_100, No(3)),
            (2_200, Yes(1, 5)),
            (2_300, Yes(2, 5)),
            (2_400, Work(1)),
        ],
        promise,
    )
}

fn stale_refusal(_: &mut Case) -> Res {
    let promise = "the lock service granted a later request: a refusal from before is history";
    in_ms(
        PLAIN,
        &[
            (0, Send),
            (3_000, Send),
            (3_100, Yes(2, 5)),
            (3_300, No(1)),
            (3_300, Work(SEC)),
            (12_000, Work(SEC)),
        ],
        promise,
    )?;
    in_ms(
        PLAIN,
        &[(0, Send), (100, No(1)), (3_000, Send), (3_100, Yes(2, 5)), (3_200, No(1)), (4_000, Work(SEC))],
        promise,
    )
}

fn strange_ids(_: &mut Case) -> Res {
    let promise = "an answer to a request that was never sent changes nothing";
    let got = [(0, Send), (0, Yes(1, 5))];
    for req in [0, 2, 3, 1_000, u64::MAX] {
        in_ms(PLAIN, &[&got[..], &[(100, No(req)), (200, Work(SEC))]].concat(), promise)?;
        in_ms(
            PLAIN,
            &[&got[..], &[(100, Yes(req, 9)), (200, Work(SEC)), (9_500, Work(SEC))]].concat(),
            promise,
        )?;
        in_ms(PLAIN, &[(0, Yes(req, 9)), (0, Work(1))], promise)?;
        // Nor does it speak for a request to come.
        in_ms(
            PLAIN,
            &[
                (0, No(req)),
                (0, Yes(req, 9)),
                (0, Send),
                (100, Send),
                (200, Send),
                (300, Yes(3, 5)),
                (300, Work(SEC)),
            ],
            promise,
        )?;
        in_ms(PLAIN, &[(0, No(req)), (0, Send), (100, Yes(1, 5)), (300, Work(SEC))], promise)?;
    }
    Ok(())
}

fn next_send(_: &mut Case) -> Res {
    let promise = "the next request is due a fixed time after the latest one was sent, answered or not";
    in_ms(
        PLAIN,
        &[
            (0, Due),
            (500, Send),
            (500, Due),
            (600, Yes(1, 5)),
            (600, Due),
            (3_500, Send),
            (4_000, Due),
            (4_100, No(2)),
            (4_100, Due),
            (9_000, Due),
        ],
        promise,
    )?;
    in_ms(
        PLAIN,
        &[(0, Send), (0, Due), (1_000, Send), (1_000, Due), (1_500, Yes(1, 5)), (1_500, Due)],
        promise,
    )
}

fn largest_numbers(_: &mut Case) -> Res {
    const FAR: u64 = 1 << 62;
    let promise = "ranges are exact to their ends";
    let all = Config { ttl_ns: FAR, drift_ppm: 0, margin_ns: 0, renew_every_ns: FAR };
    let rest = u64::MAX - FAR;
    for at in [0, 1, FAR - 1, FAR] {
        let steps = [
            (at, Send),
            (at, Due),
            (at, Yes(1, u64::MAX)),
            (FAR, Work(at.max(2) - 1)),
            (FAR, Work(at.max(1))),
            (FAR, Work(at + 1)),
        ];
        history(all, &steps, promise)?;
        history(
            all,
            &[(at, Send), (at, Yes(1, 1)), (FAR, Work(rest)), (FAR, Work(rest + 1)), (FAR, Work(u64::MAX))],
            promise,
        )?;
    }
    for drift_ppm in [1, 999_999, 1_000_000] {
        for margin_ns in [0, 1, FAR / 2 - 1, FAR / 2, FAR] {
            let config = Config { ttl_ns: FAR, drift_ppm, margin_ns, renew_every_ns: 1 };
            let usable = Model::new(config).usable_ns as u64;
            ends_after(config, usable, promise)?;
        }
    }
    Ok(())
}

// ---- random traffic

/// A request, and what becomes of it.
#[derive(Clone, Copy)]
struct Op {
    gap_ms: u64,
    /// To the lock service and back.
    there_ms: u64,
    back_ms: u64,
    /// The answer is lost.
    lost: bool,
    /// A second copy comes so much later, 0 for none.
    copy_ms: u64,
    /// Just before this request is handled, 1: a rival asks. 2: an operator gives it the lease.
    rival: u32,
}
kit::shrink_fields!(Op { there_ms, back_ms, lost, copy_ms, rival } carry gap_ms);

/// What a learner's panic is shown with.
impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Op { gap_ms, there_ms, back_ms, lost, copy_ms, rival } = self;
        write!(f, "{gap_ms} ms later: send, {there_ms} ms there, {back_ms} ms back")?;
        if *lost {
            write!(f, ", answer lost")?;
        } else if *copy_ms > 0 {
            write!(f, ", a copy {copy_ms} ms later")?;
        }
        match rival {
            0 => Ok(()),
            1 => write!(f, ", a rival asks before"),
            _ => write!(f, ", an operator gives the lease to a rival before"),
        }
    }
}

fn op(rng: &mut Rng) -> Op {
    let mut delay = || match rng.below(6) {
        0..=2 => 100 * rng.below(5),
        3..=4 => 500 * rng.below(6),
        _ => 1_000 * rng.below(10),
    };
    let (gap_ms, there_ms, back_ms) = (500 + delay() + delay(), delay(), delay());
    Op {
        gap_ms,
        there_ms,
        back_ms,
        lost: rng.chance(0.15),
        copy_ms: if rng.chance(0.2) { 500 * rng.range(1, 12) } else { 0 },
        rival: [0, 0, 0, 1, 1, 1, 2][rng.below(7) as usize],
    }
}

#[derive(Clone, Copy)]
enum Event {
    Send,
    /// The lock service handles the request, after the rival's.
    Handle {
        req: usize,
    },
    Answer {
        req: usize,
    },
}

/// All events with their instants in ms, in order.
fn events(ops: &[Op]) -> Vec<(u64, Event)> {
    let (mut now, mut handled) = (0, 0);
    let mut out = Vec::with_capacity(ops.len() * 4);
    for (req, op) in ops.iter().enumerate() {
        now += op.gap_ms;
        handled = handled.max(now + op.there_ms);
        out.push((now, Event::Send));
        out.push((handled, Event::Handle { req }));
        if !op.lost {
            out.push((handled + op.back_ms, Event::Answer { req }));
            if op.copy_ms > 0 {
                out.push((handled + op.back_ms + op.copy_ms, Event::Answer { req }));
            }
        }
    }
    // Stable: a request is sent before it is handled, and handled before it is answered.
    out.sort_by_key(|(at, _)| *at);
    out
}

/// The lock service with a clock of its own. Times here are nanoseconds of the leader's clock, and how long a
/// lease lasts is told by the service's: it runs as fast as the drift allows.
struct Service {
    config: Config,
    /// Token, whether it is the leader's, and since when the present term runs.
    lease: Option<(u64, bool, u64)>,
    tokens: u64,
}

impl Service {
    fn new(config: Config) -> Service {
        Service { config, lease: None, tokens: 4 }
    }

    fn is_live(&self, now: u64) -> bool {
        let fastest = u128::from(1_000_000 + self.config.drift_ppm);
        let passed = |since: u64| u128::from(now - since) * fastest;
        self.lease.is_some_and(|(_, _, since)| passed(since) < u128::from(self.config.ttl_ns) * 1_000_000)
    }

    /// Grants or refuses.
    fn ask(&mut self, now: u64, leader: bool) -> Option<u64> {
        match self.lease {
            Some((token, owner, _)) if self.is_live(now) => {
                if owner != leader {
                    return None;
                }
                self.lease = Some((token, owner, now));
            }
            _ => {
                self.tokens += 1;
                self.lease = Some((self.tokens, leader, now));
            }
        }
        self.lease.map(|(token, ..)| token)
    }

    /// How many whole nanoseconds from now on the lease with this token still lasts.
    fn left(&self, now: u64, token: u64) -> u64 {
        match self.lease {
            Some((held, _, since)) if held == token && self.is_live(now) => {
                let term = u128::from(self.config.ttl_ns) * 1_000_000;
                (term.div_ceil(u128::from(1_000_000 + self.config.drift_ppm)) as u64) - (now - since)
            }
            _ => 0,
        }
    }
}

const LEADER: &str = "leader";
const RIVAL: &str = "rival";
const SERVICE: &str = "lock service";

/// What is asked of the guard after each event.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    /// Whether it says what the contract says, at both sides of the end of the lease.
    Contract,
    /// Whether it allows work beyond the end of the lease as the service sees it.
    Physics,
}

/// Runs the ops; answers what is wrong first.
fn play(config: Config, ops: &[Op], asked: Asked, mut told: Option<&mut Timeline>) -> Option<String> {
    let (mut guard, mut model, mut service) = (Guard::new(config), Model::new(config), Service::new(config));
    let mut answers: Vec<Option<u64>> = std::vec![None; ops.len()];
    for (ms, event) in events(ops) {
        let now = ms * MS;
        let mut tell = |column: &str, text: &dyn Fn() -> String| {
            if let Some(told) = told.as_deref_mut() {
                told.at(now, column, text());
            }
        };
        match event {
            Event::Send => {
                guard.on_send(now);
                model.sent.push(now);
                let req = model.sent.len();
                tell(LEADER, &|| format!("sends request {req}"));
            }
            Event::Handle { req } => {
                // No guard can know of what an operator does.
                if ops[req].rival == 2 && asked == Asked::Contract {
                    service.lease = None;
                    tell(SERVICE, &|| "lease taken away".into());
                }
                if ops[req].rival > 0
                    && let Some(token) = service.ask(now, false)
                {
                    tell(RIVAL, &|| format!("works with {token}"));
                    tell(SERVICE, &|| format!("grants the rival {token}"));
                }
                answers[req] = service.ask(now, true);
                let answer = answers[req];
                tell(SERVICE, &|| match answer {
                    Some(token) => format!("grants request {}: token {token}", req + 1),
                    None => format!("refuses request {}", req + 1),
                });
            }
            Event::Answer { req } => {
                let (id, answer) = (req as u64 + 1, answers[req]);
                match answer {
                    Some(token) => guard.on_granted(now, id, token),
                    None => guard.on_refused(id),
                }
                model.answered(id, answer);
                tell(LEADER, &|| match answer {
                    Some(token) => format!("hears: {id} granted, {token}"),
                    None => format!("hears: {id} refused"),
                });
            }
        }
        match asked {
            Asked::Contract => {
                let left = model.until().map_or(0, |until| until.saturating_sub(now.into()) as u64);
                for needed in [1, left, left + 1] {
                    let (actual, expected) = (guard.may_work(now, needed), model.may_work(now, needed));
                    if needed > 0 && actual != expected {
                        let word = |answer: Option<u64>| match answer {
                            Some(token) => format!("yes, with token {token}"),
                            None => "no".into(),
                        };
                        let (said, promised) = (word(actual), word(expected));
                        tell(LEADER, &|| format!("work {}? {said}", span(needed)));
                        return Some(format!(
                            "may work that takes {} begin at {}? By the contract {promised}; the answer is {said}",
                            span(needed),
                            span(now)
                        ));
                    }
                }
            }
            Asked::Physics => {
                let Some(token) = guard.may_work(now, 1) else { continue };
                let left = service.left(now, token);
                if guard.may_work(now, left + 1).is_some() {
                    tell(LEADER, &|| format!("may work {}, token {token}", span(left + 1)));
                    tell(SERVICE, &|| match left {
                        0 => format!("lease {token} is over"),
                        _ => format!("lease {token} lasts {}", span(left)),
                    });
                    return Some(match left {
                        0 => format!(
                            "at {} work with token {token} may begin, and that lease is over",
                            span(now)
                        ),
                        _ => {
                            format!(
                                "at {} work may begin that ends after the lease with token {token}",
                                span(now)
                            )
                        }
                    });
                }
            }
        }
    }
    None
}

/// Random traffic; the failure shows the timeline of the smallest.
fn random(seed: u64, asked: Asked, configs: &[Config]) -> Res {
    for (i, config) in configs.iter().enumerate() {
        let settings =
            kit::Config { seed: seed ^ (i as u64) << 16, cases: 150, max_len: 9, ..Default::default() };
        forall_cfg(&settings, &|rng, len| (0..len).map(|_| op(rng)).collect(), &|ops: &[Op]| {
            if play(*config, ops, asked, None).is_none() {
                return Ok(());
            }
            let mut told = Timeline::new(&[LEADER, RIVAL, SERVICE]);
            let Some(why) = play(*config, ops, asked, Some(&mut told)) else {
                return kit::fail("asked the same twice, two fresh guards answered differently");
            };
            told.broken_here().fail(format!("{why} ({})", say(config)))
        })?;
    }
    Ok(())
}

fn follows_the_contract(case: &mut Case) -> Res {
    random(case.seed ^ 0x0401, Asked::Contract, &[PLAIN, config(10_000, 250_000, 500), config(4_000, 0, 0)])
}

fn never_outlives(case: &mut Case) -> Res {
    random(case.seed ^ 0x0402, Asked::Physics, &[FAST, config(5_000, 0, 0)])
}
