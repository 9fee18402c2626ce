//! Judging beside the loop: one run at a time, a new one cancels the old.

use super::event::Event;
use crate::attempt::Bench;
use crate::content::model::Exercise;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::process::{self, Cancel};
use crate::verdict::Verdict;
use crate::workspace::Workspace;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The thread that judges.
pub struct Judge {
    orders: Option<Sender<Order>>,
    current: Cancel,
    /// What every run needs is built once, whatever is saved meanwhile.
    warm_up: Cancel,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    Judge(Task),
    /// Say when nothing runs.
    Rest(Sender<()>),
}

struct Task {
    run: u64,
    exercise: Box<Exercise>,
    text: Arc<str>,
    cancel: Cancel,
}

/// A cancelled run is gone long before that, and mostly before this.
const REST: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(100);

impl Judge {
    /// Starts the thread. It builds the kit while the learner still reads.
    pub fn start(workspace: Workspace, source: Source, events: Sender<Event>) -> Judge {
        let (orders, inbox) = channel::<Order>();
        let (current, warm_up) = (Cancel::default(), Cancel::default());
        let warming_up = warm_up.clone();
        let thread = thread::spawn(move || {
            let mut bench: Option<Bench> = None;
            // What fails here fails again with the first order, and is said then.
            if let Ok(opened) = Bench::open(&workspace, &source) {
                let _ = opened.warm_up(&warming_up);
                bench = Some(opened);
            }
            for mut order in &inbox {
                // Only the newest order counts.
                while let Ok(newer) = inbox.try_recv() {
                    order = newer;
                }
                let task = match order {
                    Order::Judge(task) => task,
                    Order::Rest(done) => {
                        let _ = done.send(());
                        continue;
                    }
                };
                let judging = || carry_out(&mut bench, &workspace, &source, &task);
                let verdict = catch_unwind(AssertUnwindSafe(judging))
                    .unwrap_or_else(|_| Err(Failure::bug("judging panicked")));
                if let Some(verdict) = verdict.transpose() {
                    let verdict = verdict.map(Box::new);
                    if events.send(Event::Judged { run: task.run, verdict }).is_err() {
                        return;
                    }
                }
            }
        });
        Judge { orders: Some(orders), current, warm_up, thread: Some(thread) }
    }

    /// Judges `text`; what runs is cancelled.
    pub fn judge(&mut self, run: u64, exercise: Exercise, text: Arc<str>) {
        self.cancel();
        self.current = Cancel::default();
        if let Some(orders) = &self.orders {
            let _ = orders.send(Order::Judge(Task {
                run,
                exercise: Box::new(exercise),
                text,
                cancel: self.current.clone(),
            }));
        }
    }

    pub fn cancel(&mut self) {
        self.current.cancel();
    }

    /// Cancels what runs and returns when it is gone.
    pub fn rest(&mut self) {
        self.cancel();
        let (sender, done) = channel();
        if let Some(orders) = &self.orders {
            let _ = orders.send(Order::Rest(sender));
        }
        let since = Instant::now();
        while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(LOOK)
            && since.elapsed() < REST
        {
            process::continue_children();
        }
    }
}

impl Drop for Judge {
    /// Leaves no child behind.
    fn drop(&mut self) {
        self.cancel();
        self.warm_up.cancel();
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn carry_out(
    bench: &mut Option<Bench>,
    workspace: &Workspace,
    source: &Source,
    task: &Task,
) -> Result<Option<Verdict>, Failure> {
    if bench.is_none() {
        *bench = Some(Bench::open(workspace, source)?);
    }
    match bench {
        Some(bench) => bench.judge(&task.exercise, &task.text, &task.cancel),
        None => Ok(None),
    }
}
