//! Hidden checks of `05-cas-instead`.
//!
//! `Shop` is a store that follows a script: what a rival does before each call, and what becomes of the call.
//! It knows from what it answered what a client can be certain of, and that is what is compared.
use crate::{CasStore, Outcome, PutError, ReadTimeout, Stock, reserve};
use kit::{Case, Config, Res, Rng, Timeline, forall_cfg};
use std::fmt;

pub const CHECKS: &[kit::Check] = &[
    ("undisturbed", "more calls than needed, or a row that holds something else", undisturbed),
    (
        "own-order-found",
        "an order that is in the row already, and is reserved or refused again",
        own_order_found,
    ),
    ("last-seat", "a quantity of exactly what is left or one more, and the largest numbers", last_seat),
    ("timeout-is-not-failure", "a customer who is told no while the seats are kept", timeout_is_not_failure),
    (
        "timeout-is-not-success",
        "a customer who is told yes while nothing is reserved",
        timeout_is_not_success,
    ),
    ("late-put", "a put that is written after its timeout", late_put),
    (
        "conflict-rereads",
        "another client's reservation overwritten, or its seats sold twice",
        conflict_rereads,
    ),
    ("conflicts-are-retried", "a caller that gives up with seats and attempts left", conflicts_are_retried),
    ("room-is-followed-by-a-put", "a caller that only looks on while there is room", room_then_put),
    ("any-version", "a version that is taken for a counter", any_version),
    ("attempts-are-counted", "a call more than allowed, or an attempt less", attempts_are_counted),
    ("rivals", "many clients and no faults: an answer that the row contradicts", rivals),
    ("faults", "lost answers, late writes, repeated calls: an answer that nobody can know", faults),
];

/// The versions of the row, from the start on. Beyond them they grow.
const GROWING: &[u64] = &[7];

/// What happens to one call of the store, and just before it.
#[derive(Clone, Copy, Default)]
struct Step {
    /// So many seats are taken by a rival before the call, if there are.
    rival: u32,
    /// 0: answered. 1: no answer, nothing written. 2: written, no answer. From 3 on: no answer, and written
    /// `late - 2` calls later. A get is answered or not.
    fate: u32,
}
kit::shrink_fields!(Step { rival, fate });

/// What a learner's panic is shown with.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rival > 0 {
            write!(f, "a rival takes {}, then ", self.rival)?;
        }
        match self.fate {
            0 => write!(f, "a call is answered"),
            1 => write!(f, "a call times out, not written"),
            2 => write!(f, "a call times out, written"),
            n => write!(f, "a call times out, written {} calls later", n - 2),
        }
    }
}

const OK: Step = Step { rival: 0, fate: 0 };
const LOST: Step = Step { rival: 0, fate: 1 };
const WRITTEN: Step = Step { rival: 0, fate: 2 };
const LATE: Step = Step { rival: 0, fate: 3 };

/// The call is answered, after a rival took some.
fn rival(seats: u32) -> Step {
    Step { rival: seats, fate: 0 }
}

/// Calls of `reserve`, one after the other, for one order.
#[derive(Clone)]
struct Scene {
    available: u32,
    /// What is in the row already.
    held: Vec<(u64, u32)>,
    order: u64,
    /// Quantity and attempts of each call.
    asks: Vec<(u32, u32)>,
    versions: &'static [u64],
}

fn scene(available: u32, qty: u32, max_attempts: u32) -> Scene {
    Scene {
        available,
        held: std::vec![(90, 2)],
        order: 5,
        asks: std::vec![(qty, max_attempts)],
        versions: GROWING,
    }
}

/// A put on its way.
struct Flying {
    lands_at: usize,
    version: u64,
    row: Stock,
}

/// The store, and what it knows about its client.
struct Shop<'a> {
    script: &'a [Step],
    versions: &'a [u64],
    writes: usize,
    version: u64,
    row: Stock,
    flying: Vec<Flying>,
    calls: usize,
    rivals: u64,
    order: u64,
    // Of the present call of `reserve`:
    qty: u32,
    max: u32,
    gets: u32,
    puts: u32,
    /// What the last get answered, until a conflict says that it is history.
    read: Option<(u64, Stock)>,
    /// That showed room and no order, and no put came since.
    room: bool,
    certain: Option<Outcome>,
    /// What went wrong first.
    broken: Option<String>,
    told: Option<Timeline>,
}

const CALLER: &str = "reserve";
const RIVAL: &str = "rival";
const STORE: &str = "store";

impl Shop<'_> {
    fn tell(&mut self, column: &str, text: impl FnOnce(&Self) -> String) {
        if self.told.is_some() {
            let (text, now) = (text(self), self.calls as u64 * 10 * kit::MS);
            if let Some(told) = &mut self.told {
                told.at(now, column, text);
            }
        }
    }

    fn broke(&mut self, why: impl FnOnce(&Self) -> String) {
        if self.broken.is_none() {
            self.broken = Some(why(self));
            if let Some(told) = &mut self.told {
                told.broken_here();
            }
        }
    }

    /// What happens before a call; answers what becomes of it.
    fn begin(&mut self) -> u32 {
        let step = self.script.get(self.calls).copied().unwrap_or_default();
        self.calls += 1;
        let here = self.calls;
        if let Some(told) = &mut self.told {
            told.part();
        }
        while let Some(i) = self.flying.iter().position(|put| put.lands_at <= here) {
            let put = self.flying.remove(i);
            let fits = put.version == self.version;
            if fits {
                self.write(put.row);
            }
            self.tell(STORE, |shop| match fits {
                true => format!("late put for v{} arrives: {}", put.version, shop.said()),
                false => format!("late put for v{} arrives: dropped", put.version),
            });
        }
        if step.rival > 0 && step.rival <= self.row.available {
            self.rivals += 1;
            let (order, seats) = (1_000 + self.rivals, step.rival);
            let mut row = self.row.clone();
            row.available -= seats;
            row.reservations.insert(order, seats);
            self.write(row);
            self.tell(RIVAL, |_| format!("takes {seats}"));
            self.tell(STORE, Shop::said);
        }
        if let Some(certain) = self.certain {
            self.tell(CALLER, |_| "calls again".into());
            self.broke(|_| {
                let answer = word(certain);
                format!(
                    "an answer that is certain is given at once: it was `{answer}` after call {}",
                    here - 1
                )
            });
        }
        step.fate
    }

    fn write(&mut self, row: Stock) {
        self.writes += 1;
        self.version = self.versions.get(self.writes).copied().unwrap_or(self.version.wrapping_add(1));
        self.row = row;
    }

    /// The row in short.
    fn said(&self) -> String {
        format!("v{}, {}", self.version, contents(&self.row, self.order))
    }

    /// What the contract says after the calls so far.
    fn judge(&mut self, outcome: Outcome) {
        let (certain, said) = (self.certain, word(outcome));
        self.calls += 1;
        self.tell(CALLER, |_| format!("answers `{said}`"));
        self.tell(STORE, |shop| format!("holds {}", shop.said()));
        if let Some(certain) = certain {
            if certain != outcome {
                self.broke(|_| {
                    format!("the store's answers left no doubt: `{}`, not `{said}`", word(certain))
                });
            }
        } else if outcome != Outcome::Unknown {
            self.broke(|shop| {
                let truth = match shop.row.reservations.get(&shop.order) {
                    Some(qty) => format!("the row holds {qty} for the order"),
                    None => "the row does not hold the order".into(),
                };
                format!("the caller is told `{said}`, which no answer of the store says; {truth}")
            });
        } else if self.room && self.puts < self.max {
            self.broke(|shop| {
                let (puts, max) = (shop.puts, shop.max);
                format!(
                    "the last get showed room and no order, {puts} of {max} puts are used, and no put follows"
                )
            });
        } else if self.gets.max(self.puts) < self.max {
            self.broke(|shop| {
                let (gets, puts, max) = (shop.gets, shop.puts, shop.max);
                format!("gave up with `Unknown` after {gets} of {max} gets and {puts} of {max} puts")
            });
        }
    }
}

/// What the order and the others have.
fn contents(row: &Stock, order: u64) -> String {
    match row.reservations.get(&order) {
        Some(qty) => format!("{} left, ours {qty}", row.available),
        None => format!("{} left", row.available),
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Reserved => "Reserved",
        Outcome::OutOfStock => "OutOfStock",
        Outcome::QuantityMismatch => "QuantityMismatch",
        Outcome::Unknown => "Unknown",
    }
}

impl CasStore for Shop<'_> {
    fn get(&mut self) -> Result<(u64, Stock), ReadTimeout> {
        let fate = self.begin();
        self.gets += 1;
        self.tell(CALLER, |_| "get".into());
        if self.gets > self.max {
            self.broke(|shop| format!("this is get number {}, and max_attempts is {}", shop.gets, shop.max));
        }
        if self.room && self.puts < self.max {
            self.broke(|shop| {
                let (puts, max) = (shop.puts, shop.max);
                format!("the get before showed room and no order, {puts} of {max} puts are used, and no put follows")
            });
        }
        if fate != 0 {
            self.tell(STORE, |_| "answer lost".into());
            return Err(ReadTimeout);
        }
        self.tell(STORE, Shop::said);
        self.read = Some((self.version, self.row.clone()));
        self.certain = match self.row.reservations.get(&self.order) {
            Some(held) if *held == self.qty => Some(Outcome::Reserved),
            Some(_) => Some(Outcome::QuantityMismatch),
            None if self.row.available < self.qty => Some(Outcome::OutOfStock),
            None => None,
        };
        self.room = self.certain.is_none();
        Ok((self.version, self.row.clone()))
    }

    fn put_if(&mut self, version: u64, row: &Stock) -> Result<u64, PutError> {
        let fate = self.begin();
        self.puts += 1;
        self.room = false;
        self.tell(CALLER, |shop| format!("put at v{version}: {}", contents(row, shop.order)));
        if self.puts > self.max {
            self.broke(|shop| format!("this is put number {}, and max_attempts is {}", shop.puts, shop.max));
        }
        match &self.read {
            None => self.broke(|shop| match shop.puts {
                1 => "a put before any get was answered".into(),
                _ => {
                    "a put after a conflict, and nothing was read since: it writes over what is there".into()
                }
            }),
            Some((read, _)) if *read != version => {
                let read = *read;
                self.broke(|_| {
                    format!("a put for version {version}, and the last get answered version {read}")
                });
            }
            Some((_, was)) => {
                if let Some(why) = differs(was, row, self.order, self.qty) {
                    self.broke(|_| why);
                }
            }
        }
        let fits = version == self.version;
        if fits && (fate == 0 || fate == 2) {
            self.write(row.clone());
        }
        if fate >= 3 {
            let lands_at = self.calls + fate as usize - 2;
            self.flying.push(Flying { lands_at, version, row: row.clone() });
        }
        self.tell(STORE, |shop| match fate {
            0 if fits => format!("written: v{}", shop.version),
            0 => format!("conflict: it is v{}", shop.version),
            1 => "never arrives: timeout".into(),
            2 if fits => format!("written: v{}, answer lost", shop.version),
            2 => "conflict, answer lost".into(),
            _ => "still on its way: timeout".into(),
        });
        match fate {
            0 if fits => {
                self.certain = Some(Outcome::Reserved);
                Ok(self.version)
            }
            0 => {
                self.read = None;
                Err(PutError::Conflict)
            }
            _ => Err(PutError::Timeout),
        }
    }
}

/// Why `row` is not `was` with the order reserved.
fn differs(was: &Stock, row: &Stock, order: u64, qty: u32) -> Option<String> {
    for (other, seats) in &was.reservations {
        if *other != order && row.reservations.get(other) != Some(seats) {
            return Some(format!(
                "order {other} had {seats} in the row that was read, and this put changes that"
            ));
        }
    }
    match row.reservations.get(&order) {
        Some(held) if *held == qty => {}
        Some(held) => return Some(format!("order {order} asks for {qty}, and this put reserves {held}")),
        None => return Some(format!("this put does not say that order {order} has {qty}")),
    }
    if let Some((other, _)) =
        row.reservations.iter().find(|(o, _)| **o != order && !was.reservations.contains_key(o))
    {
        return Some(format!("this put adds order {other}, which nobody made"));
    }
    // Nothing is put when there is too little: that answer was certain, and has been told of already.
    let left = was.available.saturating_sub(qty);
    (row.available != left).then(|| {
        format!(
            "{} were left and {qty} are reserved: this put leaves {}, not {left}",
            was.available, row.available
        )
    })
}

/// Plays the scene. True when all was well; what happened is told to `told`.
fn play(scene: &Scene, script: &[Step], told: Option<Timeline>) -> (Option<String>, Option<Timeline>) {
    let mut shop = Shop {
        script,
        versions: scene.versions,
        writes: 0,
        version: scene.versions[0],
        row: Stock { available: scene.available, reservations: scene.held.iter().copied().collect() },
        flying: Vec::new(),
        calls: 0,
        rivals: 0,
        order: scene.order,
        qty: 0,
        max: 0,
        gets: 0,
        puts: 0,
        read: None,
        room: false,
        certain: None,
        broken: None,
        told,
    };
    shop.tell(STORE, Shop::said);
    for &(qty, max) in &scene.asks {
        (shop.qty, shop.max, shop.gets, shop.puts, shop.read, shop.certain) = (qty, max, 0, 0, None, None);
        shop.room = false;
        if let Some(told) = &mut shop.told {
            told.part();
        }
        shop.tell(CALLER, |shop| format!("order {}: {qty}, attempts {max}", shop.order));
        let order = scene.order;
        let outcome = kit::during(
            || format!("reserve(store, order {order}, qty {qty}, max_attempts {max})"),
            || reserve(&mut shop, order, qty, max),
        );
        if shop.broken.is_none() {
            shop.judge(outcome);
        }
        if shop.broken.is_some() {
            break;
        }
    }
    (shop.broken, shop.told)
}

fn judged(scene: &Scene, script: &[Step], promise: &str) -> Res {
    if play(scene, script, None).0.is_none() {
        return Ok(());
    }
    let (broken, told) = play(scene, script, Some(Timeline::new(&[CALLER, RIVAL, STORE])));
    match (broken, told) {
        (Some(why), Some(told)) => told.fail(format!("{why} (the scene: {promise})")),
        _ => kit::fail("given the same store twice, `reserve` acted differently"),
    }
}

/// Random scripts; the failure shows the timeline of the smallest.
fn random(
    seed: u64,
    cases: u32,
    max_len: usize,
    make: fn(&mut Rng) -> Step,
    scenes: &[Scene],
    promise: &str,
) -> Res {
    for (i, scene) in scenes.iter().enumerate() {
        let config = Config { seed: seed ^ (i as u64) << 16, cases, max_len, ..Config::default() };
        forall_cfg(&config, &|rng, len| (0..len).map(|_| make(rng)).collect(), &|script: &[Step]| {
            judged(scene, script, promise)
        })?;
    }
    Ok(())
}

fn undisturbed(_: &mut Case) -> Res {
    let promise = "undisturbed, a reservation is one get and one put";
    for max in [1, 3, u32::MAX] {
        judged(&scene(10, 3, max), &[], promise)?;
    }
    let empty = Scene { held: Vec::new(), ..scene(10, 1, 2) };
    judged(&empty, &[], promise)?;
    let crowd = Scene { held: (0..40).map(|i| (i * 3, 1 + i as u32 % 4)).collect(), ..scene(10, 2, 2) };
    judged(&crowd, &[], promise)
}

fn own_order_found(_: &mut Case) -> Res {
    let held = |available, has, asks: &[(u32, u32)]| Scene {
        held: std::vec![(5, has), (90, 2)],
        asks: asks.to_vec(),
        ..scene(available, 1, 1)
    };
    let promise = "an order that the row holds is reserved, whoever put it there";
    judged(&held(10, 3, &[(3, 4)]), &[], promise)?;
    judged(&held(3, 3, &[(3, 1)]), &[], promise)?;
    let sold_out = "an order that the row holds is reserved, also when nothing is left for others";
    judged(&held(0, 3, &[(3, 4)]), &[], sold_out)?;
    judged(&held(2, 3, &[(3, 1)]), &[], sold_out)?;
    let other = "an order that the row holds with another quantity is a mismatch, and nothing is written";
    for (available, has, qty) in [(10, 3, 2), (10, 2, 3), (0, 3, 2), (0, 1, 2), (10, 1, u32::MAX)] {
        judged(&held(available, has, &[(qty, 3)]), &[], other)?;
    }
    let twice = "the same order, asked for again, is reserved once";
    judged(&Scene { asks: std::vec![(2, 3), (2, 3), (3, 3)], ..scene(9, 2, 3) }, &[], twice)?;
    // Only found on the way: an earlier call's put arrives.
    judged(&Scene { asks: std::vec![(2, 1), (3, 3)], ..scene(9, 2, 1) }, &[OK, Step { fate: 4, ..OK }], other)
}

fn last_seat(_: &mut Case) -> Res {
    let enough = "what is left is enough when it is exactly the quantity";
    let short = "with less left than the quantity the order is out of stock, after one get";
    for qty in [1, 2, 1 << 31, u32::MAX] {
        judged(&scene(qty, qty, 2), &[], enough)?;
        judged(&scene(qty - 1, qty, 2), &[], short)?;
        judged(&scene(0, qty, 2), &[], short)?;
    }
    judged(&scene(u32::MAX, 1, 1), &[], enough)?;
    for order in [0, u64::MAX] {
        judged(&Scene { order, ..scene(4, 2, 1) }, &[], enough)?;
    }
    judged(&scene(4, 3, 5), &[OK, rival(2), OK], "after a conflict too, what is left decides")
}

fn timeout_is_not_failure(_: &mut Case) -> Res {
    let promise = "a put that timed out may have been written";
    judged(&scene(3, 3, 3), &[OK, WRITTEN], promise)?;
    judged(&scene(10, 3, 3), &[OK, WRITTEN], promise)?;
    judged(&scene(5, 3, 4), &[OK, WRITTEN, LOST, LOST, rival(2)], promise)?;
    judged(&scene(3, 3, 1), &[OK, WRITTEN], promise)?;
    judged(&scene(3, 3, 2), &[OK, WRITTEN, LOST, LOST], promise)?;
    judged(&Scene { asks: std::vec![(3, 1), (3, 1)], ..scene(3, 3, 1) }, &[OK, WRITTEN], promise)?;
    judged(&scene(3, 3, 2), &[LOST], "a get that timed out says nothing about the stock")?;
    judged(&scene(3, 3, 1), &[LOST], "a get that timed out says nothing about the stock")
}

fn timeout_is_not_success(_: &mut Case) -> Res {
    let promise = "a put that timed out may never be written";
    judged(&scene(10, 3, 3), &[OK, LOST], promise)?;
    judged(&scene(10, 3, 1), &[OK, LOST], promise)?;
    judged(&scene(3, 3, 3), &[OK, LOST, rival(1)], promise)?;
    judged(&scene(10, 3, 3), &[OK, LOST, rival(3)], promise)?;
    judged(&scene(10, 3, 4), &[OK, LOST, OK, LOST, OK, LOST], promise)?;
    judged(&Scene { asks: std::vec![(3, 1), (3, 2)], ..scene(10, 3, 1) }, &[OK, LOST], promise)
}

fn late_put(_: &mut Case) -> Res {
    let promise = "a put that timed out may be written later, while the row still has that version";
    // Before the next call, before the one after it, and after one more.
    for wait in 0..4 {
        let late = Step { fate: LATE.fate + wait, ..LATE };
        judged(&scene(10, 3, 4), &[OK, late], promise)?;
        judged(&scene(3, 3, 4), &[OK, late], promise)?;
        judged(&scene(4, 3, 4), &[OK, late, rival(1)], promise)?;
        judged(&scene(4, 3, 4), &[OK, late, OK, late], promise)?;
        judged(&scene(5, 3, 4), &[OK, late, LOST, LOST, rival(1)], promise)?;
        judged(&Scene { asks: std::vec![(3, 1), (3, 2), (3, 2)], ..scene(4, 3, 1) }, &[OK, late], promise)?;
    }
    judged(&scene(3, 2, 4), &[OK, LATE, rival(2)], promise)
}

fn conflict_rereads(_: &mut Case) -> Res {
    let promise = "a conflict means that what was read is history";
    judged(&scene(10, 3, 3), &[OK, rival(2)], promise)?;
    judged(&scene(10, 3, 5), &[OK, rival(2), OK, rival(1)], promise)?;
    judged(&scene(5, 3, 3), &[OK, rival(2)], promise)?;
    judged(&scene(5, 3, 4), &[OK, rival(2), LOST], promise)?;
    judged(&scene(9, 3, 4), &[OK, rival(2), rival(2)], promise)?;
    judged(&scene(9, 3, 4), &[OK, Step { rival: 2, fate: 1 }], promise)?;
    judged(&scene(4, 3, 3), &[OK, rival(2)], promise)
}

fn conflicts_are_retried(_: &mut Case) -> Res {
    let promise = "a conflict is no answer, and attempts are left";
    for conflicts in 1..=5 {
        let script: Vec<Step> = (0..2 * conflicts).map(|i| if i % 2 == 1 { rival(1) } else { OK }).collect();
        judged(&scene(20, 3, conflicts as u32 + 1), &script, promise)?;
    }
    judged(
        &scene(20, 3, 4),
        &[LOST, LOST, LOST],
        "a read without an answer is no answer, and attempts are left",
    )?;
    judged(&scene(20, 3, 4), &[LOST, OK, LOST, OK, rival(1), OK], promise)
}

fn room_then_put(_: &mut Case) -> Res {
    let promise = "a get that shows room and no order is followed by a put, as long as puts are left";
    judged(&scene(10, 3, 3), &[OK, LOST], promise)?;
    judged(&scene(10, 3, 4), &[OK, LOST, LOST, OK, LOST], promise)?;
    judged(&scene(10, 3, 4), &[OK, rival(1), OK, LOST], promise)?;
    judged(&Scene { asks: std::vec![(3, 1), (3, 3)], ..scene(10, 3, 1) }, &[OK, LOST, OK, LOST], promise)
}

fn any_version(_: &mut Case) -> Res {
    let promise = "a version is any u64, in no order";
    let orders: [&[u64]; 4] =
        [&[0, 5], &[7, 3, 0, u64::MAX], &[u64::MAX, 0, 1 << 63], &[1 << 63, u64::MAX, 3, 2]];
    for versions in orders {
        let scene = |max| Scene { versions, ..scene(20, 3, max) };
        judged(&scene(1), &[], promise)?;
        judged(&scene(4), &[OK, rival(1), OK, rival(1)], promise)?;
        judged(&scene(4), &[OK, rival(1), OK, LOST, rival(2)], promise)?;
        judged(&scene(4), &[OK, LATE, rival(1)], promise)?;
    }
    Ok(())
}

/// A store that answers no put until so many were tried, and counts.
struct Deaf {
    silent: u32,
    gets: u32,
    puts: u32,
    row: Stock,
}

impl CasStore for Deaf {
    fn get(&mut self) -> Result<(u64, Stock), ReadTimeout> {
        self.gets = self.gets.saturating_add(1);
        Ok((7, self.row.clone()))
    }

    fn put_if(&mut self, _: u64, _: &Stock) -> Result<u64, PutError> {
        self.puts = self.puts.saturating_add(1);
        if self.puts > self.silent { Ok(8) } else { Err(PutError::Timeout) }
    }
}

/// `max` attempts, and so many puts before one is answered.
fn patient(max: u32, silent: u32) -> Res {
    let row = Stock { available: 9, reservations: Default::default() };
    let mut store = Deaf { silent, gets: 0, puts: 0, row };
    let outcome = kit::during(
        || format!("reserve(store, order 5, qty 3, max_attempts {max})"),
        || reserve(&mut store, 5, 3, max),
    );
    kit::ensure(outcome == Outcome::Reserved, || {
        format!(
            "with max_attempts {max}, {} puts time out and the next would be written: the answer is `{}` after {} \
             gets and {} puts",
            silent,
            word(outcome),
            store.gets,
            store.puts
        )
    })
}

fn attempts_are_counted(_: &mut Case) -> Res {
    judged(&scene(10, 3, 0), &[], "with 0 attempts the answer is `Unknown` without any call")?;
    judged(&scene(1, 3, 0), &[], "with 0 attempts the answer is `Unknown` without any call")?;
    for max in 1..=4 {
        let promise = format!("max_attempts {max} means at most {max} of each call, and no giving up before");
        let fates: [fn(usize) -> Step; 4] = [
            |_| LOST,
            |i| if i % 2 == 0 { OK } else { LOST },
            |i| if i % 2 == 0 { OK } else { rival(1) },
            |i| if i % 3 == 1 { rival(1) } else { OK },
        ];
        for fate in fates {
            let script: Vec<Step> = (0..20).map(fate).collect();
            judged(&scene(30, 3, max), &script, &promise)?;
        }
        // The last put is answered.
        let script: Vec<Step> =
            (0..2 * max as usize - 1).map(|i| if i % 2 == 0 { OK } else { rival(1) }).collect();
        judged(&scene(30, 3, max), &script, &promise)?;
    }
    patient(256, 255)?;
    patient(1 << 16, 0)
}

fn scenes() -> Vec<Scene> {
    let mut out = Vec::new();
    for available in [3, 6, 20] {
        for max in [1, 2, 3, 6] {
            out.push(Scene { asks: std::vec![(2, max), (2, max), (3, max)], ..scene(available, 2, max) });
        }
    }
    out
}

fn rivals(case: &mut Case) -> Res {
    let make = |rng: &mut Rng| rival(if rng.chance(0.5) { rng.below(3) as u32 } else { 0 });
    random(case.seed ^ 0x0501, 40, 16, make, &scenes(), "with rivals and no faults")
}

fn faults(case: &mut Case) -> Res {
    let make = |rng: &mut Rng| Step {
        rival: if rng.chance(0.3) { rng.range(1, 2) as u32 } else { 0 },
        fate: if rng.chance(0.4) { rng.range(1, 6) as u32 } else { 0 },
    };
    random(case.seed ^ 0x0502, 100, 18, make, &scenes(), "with rivals, lost answers and late writes")
}
