//! Hidden checks of 03-break-the-lock: the schedules are played on a copy of the system that tells what happens,
//! a column for each worker, the lock and the store.
use crate::{Step, Worker, attack_unfenced, attack_write_fence};
use kit::{Case, Check, Fail, Res, Timeline};

pub const CHECKS: &[Check] = &[
    ("legal", "a schedule that breaks the rules of the model, not the lock", legal),
    ("unfenced-loses-update", "a schedule in which every acknowledged update is still there", unfenced),
    ("write-fence-stops-first", "a first schedule that needs more than a stale write", stops_first),
    (
        "write-fence-still-loses",
        "an old write that arrives after the store has seen the new token",
        still_loses,
    ),
    ("seal-stops-both", "a schedule without a message that a fence raised by the read refuses", seal_stops),
];

const TTL: u64 = 10_000;
const MAX_GAP: u64 = 15_000;
const MAX_TOTAL: u64 = 60_000;
const MAX_STEPS: usize = 12;

#[derive(Clone, Copy)]
struct Design {
    name: &'static str,
    fence_on_write: bool,
    seal_on_read: bool,
}

const UNFENCED: Design = Design { name: "UNFENCED", fence_on_write: false, seal_on_read: false };
const WRITE_FENCE: Design = Design { name: "WRITE_FENCE", fence_on_write: true, seal_on_read: false };
const SEALED: Design = Design { name: "SEALED", fence_on_write: true, seal_on_read: true };

const NAMES: [&str; 2] = ["A", "B"];
const ORDER: [&str; 5] = ["Acquire", "Read", "Check", "Send", "Deliver"];

/// What one worker is about.
#[derive(Clone, Copy, Default)]
struct Task {
    next: usize,
    gave_up: bool,
    last: u64,
    token: u64,
    until: u64,
    value: u64,
}

/// A schedule as it went.
struct Played {
    told: Timeline,
    /// Why it is not legal.
    broke: Option<String>,
    value: u64,
    acked: u64,
    /// What stood in the way of the attack: each first, in these words.
    busy: Option<String>,
    aborted: Option<String>,
    refused: Option<String>,
    /// A write that replaced one that its worker had not read.
    lost: Option<String>,
}

/// What the row to mark shows.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Loss,
    Obstacle,
}

fn split(step: Step) -> Result<(usize, usize), u64> {
    let index = |worker| match worker {
        Worker::A => 0,
        Worker::B => 1,
    };
    match step {
        Step::Acquire(worker) => Ok((index(worker), 0)),
        Step::Read(worker) => Ok((index(worker), 1)),
        Step::Check(worker) => Ok((index(worker), 2)),
        Step::Send(worker) => Ok((index(worker), 3)),
        Step::Deliver(worker) => Ok((index(worker), 4)),
        Step::WaitMs(ms) => Err(ms),
    }
}

fn play(design: Design, steps: &[Step], mark: Mark) -> Played {
    let mut p = Played {
        told: Timeline::new(&["A", "B", "lock", "store"]),
        broke: None,
        value: 0,
        acked: 0,
        busy: None,
        aborted: None,
        refused: None,
        lost: None,
    };
    let mut tasks = [Task::default(); 2];
    let (mut now, mut tokens, mut fence, mut fence_by) = (0_u64, 0, 0, "");
    for (n, step) in steps.iter().enumerate() {
        let count = n + 1;
        if count > MAX_STEPS {
            p.broke = Some(format!("it has {} steps, and {MAX_STEPS} are allowed", steps.len()));
            return p;
        }
        let (worker, place) = match split(*step) {
            Ok(of) => of,
            Err(ms) => {
                now = now.saturating_add(ms);
                if now > MAX_TOTAL {
                    p.broke = Some(format!("with step {n}, WaitMs({ms}), it takes more than {MAX_TOTAL} ms"));
                    return p;
                }
                continue;
            }
        };
        let (me, other) = (NAMES[worker], tasks[1 - worker]);
        let mut task = tasks[worker];
        let at = now * kit::MS;
        p.told.part();
        if task.gave_up && place > 0 {
            p.told.at(at, me, "(skipped)");
            continue;
        }
        if place != task.next && !task.gave_up {
            p.told.at(at, me, format!("{}?", ORDER[place])).broken_here();
            p.broke = Some(format!(
                "step {n} is {}({me}), and the next step of {me} is {}",
                ORDER[place], ORDER[task.next]
            ));
            return p;
        }
        if place > 0 && now - task.last > MAX_GAP {
            p.told.at(at, me, format!("{}?", ORDER[place])).broken_here();
            p.broke = Some(format!(
                "step {n}, {}({me}), comes {} ms after {}({me}), and {MAX_GAP} ms are allowed",
                ORDER[place],
                now - task.last,
                ORDER[place - 1]
            ));
            return p;
        }
        task.last = now;
        task.next = (place + 1) % ORDER.len();
        task.gave_up = false;
        let mut obstacle = false;
        match place {
            0 if now < other.until => {
                task.gave_up = true;
                let holder = NAMES[1 - worker];
                p.told.at(at, me, "acquire: busy").at(
                    at,
                    "lock",
                    format!("{holder}'s until {}", other.until),
                );
                let why =
                    format!("at {now} ms the lock is {holder}'s until {} ms: {me} is busy", other.until);
                p.busy.get_or_insert(why);
                obstacle = true;
            }
            0 => {
                tokens += 1;
                (task.token, task.until) = (tokens, now + TTL);
                let lease = format!("token {tokens} until {}", task.until);
                p.told.at(at, me, "acquire").at(at, "lock", lease);
            }
            1 if design.seal_on_read && task.token < fence => {
                task.gave_up = true;
                p.told.at(at, me, "read").at(at, "store", format!("refused: {} < {fence}", task.token));
                p.refused.get_or_insert(format!("at {now} ms the store refuses {me}'s read"));
                obstacle = true;
            }
            1 => {
                task.value = p.value;
                p.told.at(at, me, format!("read {}", p.value));
                if design.seal_on_read {
                    fence = task.token;
                    fence_by = "read";
                    p.told.at(at, "store", format!("fence {fence}"));
                }
            }
            2 if now >= task.until => {
                task.gave_up = true;
                p.told.at(at, me, "check: expired");
                p.aborted.get_or_insert(format!(
                    "at {now} ms {me} looks at its lease, which is over since {} ms, and gives up",
                    task.until
                ));
                obstacle = true;
            }
            2 => {
                p.told.at(at, me, "check: ok");
            }
            3 => {
                p.told.at(at, me, format!("send {}, token {}", task.value + 1, task.token));
            }
            _ => {
                p.told.at(at, me, format!("its {} arrives", task.value + 1));
                if design.fence_on_write && task.token < fence {
                    p.told.at(at, "store", format!("refused: {} < {fence}", task.token));
                    p.refused.get_or_insert(format!(
                        "at {now} ms the store refuses {me}'s write: its token is {}, and a {fence_by} has \
                         brought token {fence} before",
                        task.token
                    ));
                    obstacle = true;
                } else {
                    // The counter only ever grows by what was read: a write that does not make it grow
                    // replaces one that its worker has not seen.
                    let loses = task.value < p.value;
                    let was = p.value;
                    p.acked += 1;
                    p.value = task.value + 1;
                    if design.fence_on_write {
                        fence = task.token;
                        fence_by = "write";
                    }
                    let lost = if loses { ", update lost" } else { "" };
                    p.told.at(at, "store", format!("{}{lost}", p.value));
                    if loses {
                        p.lost.get_or_insert(format!(
                            "at {now} ms {me} writes {} over {was}, which it has not read",
                            p.value
                        ));
                        if mark == Mark::Loss {
                            p.told.broken_here();
                        }
                    }
                }
            }
        }
        if obstacle && mark == Mark::Obstacle {
            p.told.broken_here();
        }
        tasks[worker] = task;
    }
    p
}

impl Played {
    fn damage(&self) -> u64 {
        self.acked - self.value
    }

    fn sum(&self) -> String {
        let updates = if self.acked == 1 { "update was" } else { "updates were" };
        format!("{} {updates} acknowledged, and the counter shows {}", self.acked, self.value)
    }

    fn fail(&self, message: String) -> Res {
        self.told.fail(message)
    }
}

/// The schedule as it went, if it may be judged at all.
fn legally(name: &str, design: Design, steps: &[Step], mark: Mark) -> Result<Played, Fail> {
    let played = play(design, steps, mark);
    match &played.broke {
        Some(why) => played.told.fail(format!("{name} is not legal: {why}")),
        None => Ok(played),
    }
}

const FIRST: &str = "attack_unfenced";
const SECOND: &str = "attack_write_fence";

fn first() -> Vec<Step> {
    kit::during(|| format!("{FIRST}()"), attack_unfenced)
}

fn second() -> Vec<Step> {
    kit::during(|| format!("{SECOND}()"), attack_write_fence)
}

fn legal(_: &mut Case) -> Res {
    legally(FIRST, UNFENCED, &first(), Mark::Obstacle)?;
    legally(SECOND, UNFENCED, &second(), Mark::Obstacle)?;
    Ok(())
}

/// What a schedule that should lose an update did instead.
fn loses(case: &mut Case, name: &str, design: Design, steps: &[Step]) -> Res {
    let played = legally(name, design, steps, Mark::Obstacle)?;
    let design = design.name;
    if played.damage() > 0 {
        let how = played.lost.clone().unwrap_or_default();
        case.note(&format!("{name}, {design}: {how}; {}", played.sum()));
        return Ok(());
    }
    let reason = [&played.refused, &played.aborted, &played.busy].into_iter().flatten().next();
    let reason = match reason {
        Some(reason) => reason.clone(),
        None if played.acked == 0 => "no write ever arrives".to_string(),
        None if played.acked == 1 => "only one write arrives".to_string(),
        None => "every write builds on the one before it".to_string(),
    };
    played.fail(format!("{name} loses nothing in the design {design}: {reason} ({})", played.sum()))
}

fn unfenced(case: &mut Case) -> Res {
    loses(case, FIRST, UNFENCED, &first())
}

fn still_loses(case: &mut Case) -> Res {
    loses(case, SECOND, WRITE_FENCE, &second())
}

/// What a schedule that should be refused did instead.
fn refused(case: &mut Case, name: &str, design: Design, steps: &[Step], hint: &str) -> Res {
    let played = legally(name, design, steps, Mark::Loss)?;
    let design = design.name;
    if played.damage() > 0 {
        let how = played.lost.clone().unwrap_or_default();
        return played.fail(format!("{name} loses an update in the design {design}{hint}: {how}"));
    }
    let Some(refused) = &played.refused else {
        return played.fail(format!(
            "in the design {design} the store should have to refuse a message of {name}, and it refuses none"
        ));
    };
    case.note(&format!("{name}, {design}: {refused}"));
    Ok(())
}

fn stops_first(case: &mut Case) -> Res {
    refused(case, FIRST, WRITE_FENCE, &first(), ", where its late write should be refused")
}

fn seal_stops(case: &mut Case) -> Res {
    refused(case, FIRST, SEALED, &first(), "")?;
    refused(case, SECOND, SEALED, &second(), "")
}
