//! # Two schedules that lose an update, B first and everything slow
//! Each worker's steps as a list of its own, merged at the cuts that matter: the pauses lie elsewhere (B
//! sleeps between its check and its send), the roles are swapped, and the lock is tried in vain once.

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

fn steps(worker: Worker) -> [Step; 5] {
    [
        Step::Acquire(worker),
        Step::Read(worker),
        Step::Check(worker),
        Step::Send(worker),
        Step::Deliver(worker),
    ]
}

pub fn attack_unfenced() -> Vec<Step> {
    let (first, second) = (steps(Worker::B), steps(Worker::A));
    let mut schedule = first[..3].to_vec();
    schedule.push(Step::WaitMs(11_000));
    schedule.extend(second);
    schedule.extend(&first[3..]);
    schedule
}

pub fn attack_write_fence() -> Vec<Step> {
    let (first, second) = (steps(Worker::B), steps(Worker::A));
    let mut schedule = first[..3].to_vec();
    schedule.extend([second[0], Step::WaitMs(14_999)]);
    schedule.extend(&second[..2]);
    schedule.extend(&first[3..]);
    schedule.extend(&second[2..]);
    schedule
}
