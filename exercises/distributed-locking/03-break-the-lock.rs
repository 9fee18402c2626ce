//! # Two schedules that lose an update
//!
//! Attack, 35 minutes. Read first: "Fencing on write is not enough" in the topic's write-up.
//!
//! "Our counter is safe," says the team. "Both workers take the lock. Each looks at its lease before
//! it writes. The clocks are perfect, and no message is ever lost. And since last year the store
//! checks tokens, too." You may not change a line of their system. You may decide when things
//! happen: who runs next, and how long nobody does.
//!
//! ## The system
//! A counter, at first 0. Each of two workers adds 1 to it in five steps, in this order:
//! - `Acquire`: busy, and the worker gives up, if the lease of the other worker is live. Otherwise
//!   it gets the next token (1, 2, ..) and a lease of 10 000 ms, over at the end of them.
//! - `Read`: the worker reads the counter.
//! - `Check`: if its lease is over, the worker gives up.
//! - `Send`: the message "counter = what I read + 1, token .." is on its way to the store.
//! - `Deliver`: the message arrives. The store applies it and acknowledges the update, or refuses it.
//!
//! The store comes in three designs. `UNFENCED` applies everything. `WRITE_FENCE` refuses a write
//! with a token lower than the greatest that it has applied a write of. `SEALED` remembers the
//! tokens of reads as well, and refuses reads and writes with a lower one.
//!
//! A worker that gave up or was refused does nothing until its next `Acquire`: its steps up to there
//! are skipped. After a `Deliver` it may acquire again. There is no release; a lease ends by time.
//!
//! ## Your schedules
//! A schedule is a list of these steps and of `WaitMs`. Steps take no time. It is legal if
//! - it has at most 12 steps, the waits counted, and takes at most 60 000 ms;
//! - every worker's steps come in the order above;
//! - from `Acquire` to `Deliver`, at most 15 000 ms lie between two consecutive steps of a worker.
//!
//! An update is lost when it was acknowledged and the counter does not show it. Write
//! - `attack_unfenced`: loses an update in the design `UNFENCED`. In the design `WRITE_FENCE` the
//!   same schedule must do no harm: its late write is refused there.
//! - `attack_write_fence`: loses an update in the design `WRITE_FENCE`.
//!
//! In the design `SEALED` both schedules must be without harm, a message refused in each. `run` is
//! the system; play with it as you like. The checks use a copy of their own.
//!
//! Edit: the bodies of the two functions at the end.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    A,
    B,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Acquire(Worker),
    Read(Worker),
    Check(Worker),
    Send(Worker),
    Deliver(Worker),
    WaitMs(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Design {
    /// Refuses writes with a token lower than the fence; a write that is applied raises it.
    pub fence_on_write: bool,
    /// Reads are refused and raise the fence, too.
    pub seal_on_read: bool,
}

pub const UNFENCED: Design = Design { fence_on_write: false, seal_on_read: false };
pub const WRITE_FENCE: Design = Design { fence_on_write: true, seal_on_read: false };
pub const SEALED: Design = Design { fence_on_write: true, seal_on_read: true };

pub const TTL_MS: u64 = 10_000;
pub const MAX_GAP_MS: u64 = 15_000;
pub const MAX_TOTAL_MS: u64 = 60_000;
pub const MAX_STEPS: usize = 12;

/// What came of a schedule. `acked - value` updates were lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The counter at the end.
    pub value: u64,
    /// Updates applied and acknowledged.
    pub acked: u64,
    /// Reads and writes that the store refused.
    pub rejected: u64,
    /// Workers that found their lease over.
    pub aborted: u64,
    /// Workers that found the lock taken.
    pub busy: u64,
}

/// Why a schedule is not legal. Steps count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Illegal {
    TooManySteps,
    TooLong { step: usize },
    OutOfOrder { step: usize },
    GapTooLong { step: usize },
}

#[derive(Clone, Copy, Default)]
struct Task {
    /// The step that comes next, 0 (`Acquire`) to 4 (`Deliver`).
    next: usize,
    gave_up: bool,
    last_step_ms: u64,
    token: u64,
    lease_until_ms: u64,
    value: u64,
}

/// Plays a schedule.
pub fn run(design: Design, steps: &[Step]) -> Result<Report, Illegal> {
    if steps.len() > MAX_STEPS {
        return Err(Illegal::TooManySteps);
    }
    let mut report = Report::default();
    let mut tasks = [Task::default(); 2];
    let mut now_ms: u64 = 0;
    let mut last_token = 0;
    let mut fence = 0;
    for (step, what) in steps.iter().enumerate() {
        let (worker, place) = match *what {
            Step::Acquire(worker) => (worker, 0),
            Step::Read(worker) => (worker, 1),
            Step::Check(worker) => (worker, 2),
            Step::Send(worker) => (worker, 3),
            Step::Deliver(worker) => (worker, 4),
            Step::WaitMs(ms) => {
                now_ms = now_ms.saturating_add(ms);
                if now_ms > MAX_TOTAL_MS {
                    return Err(Illegal::TooLong { step });
                }
                continue;
            }
        };
        let other = tasks[1 - worker as usize];
        let task = &mut tasks[worker as usize];
        if task.gave_up && place > 0 {
            continue;
        }
        if place != task.next && !task.gave_up {
            return Err(Illegal::OutOfOrder { step });
        }
        if place > 0 && now_ms - task.last_step_ms > MAX_GAP_MS {
            return Err(Illegal::GapTooLong { step });
        }
        task.last_step_ms = now_ms;
        task.next = (place + 1) % 5;
        task.gave_up = false;
        match *what {
            Step::Acquire(_) => {
                if now_ms < other.lease_until_ms {
                    report.busy += 1;
                    task.gave_up = true;
                } else {
                    last_token += 1;
                    task.token = last_token;
                    task.lease_until_ms = now_ms + TTL_MS;
                }
            }
            Step::Read(_) => {
                if design.seal_on_read && task.token < fence {
                    report.rejected += 1;
                    task.gave_up = true;
                } else {
                    task.value = report.value;
                    if design.seal_on_read {
                        fence = task.token;
                    }
                }
            }
            Step::Check(_) => {
                if now_ms >= task.lease_until_ms {
                    report.aborted += 1;
                    task.gave_up = true;
                }
            }
            Step::Deliver(_) => {
                if design.fence_on_write && task.token < fence {
                    report.rejected += 1;
                } else {
                    report.value = task.value + 1;
                    report.acked += 1;
                    if design.fence_on_write {
                        fence = task.token;
                    }
                }
            }
            Step::Send(_) | Step::WaitMs(_) => {}
        }
    }
    Ok(report)
}

/// Loses an update in the design `UNFENCED`, and does no harm in `WRITE_FENCE`.
pub fn attack_unfenced() -> Vec<Step> {
    todo!()
}

/// Loses an update in the design `WRITE_FENCE`.
pub fn attack_write_fence() -> Vec<Step> {
    todo!()
}
