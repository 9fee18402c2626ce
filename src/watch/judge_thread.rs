//! Judging beside the loop: one run at a time, a new one cancels the old.

use super::state::Event;
use crate::attempt::Bench;
use crate::content::model::Atlas;
use crate::content::source::Source;
use crate::failure::Failure;
use crate::process::Cancel;
use crate::workspace::Workspace;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// The thread that judges.
pub struct Judge {
    orders: Option<Sender<Order>>,
    current: Cancel,
    thread: Option<JoinHandle<()>>,
}

struct Order {
    run: u64,
    exercise: String,
    text: Arc<str>,
    cancel: Cancel,
}

impl Judge {
    /// Starts the thread. It builds the kit while the learner still reads.
    pub fn start(workspace: Workspace, source: Source, atlas: Arc<Atlas>, events: Sender<Event>) -> Judge {
        let (orders, inbox) = channel::<Order>();
        let current = Cancel::default();
        let warm_up = current.clone();
        let thread = thread::spawn(move || {
            let mut bench: Option<Bench> = None;
            // What fails here fails again with the first order, and is said then.
            if let Ok(opened) = Bench::open(&workspace, &source) {
                let _ = opened.warm_up(&warm_up);
                bench = Some(opened);
            }
            for mut order in &inbox {
                // Only the newest order counts.
                while let Ok(newer) = inbox.try_recv() {
                    order = newer;
                }
                if let Some(verdict) = carry_out(&mut bench, &workspace, &source, &atlas, &order).transpose()
                {
                    let verdict = verdict.map(Box::new).map_err(|failure| failure.message);
                    if events.send(Event::Judged { run: order.run, verdict }).is_err() {
                        return;
                    }
                }
            }
        });
        Judge { orders: Some(orders), current, thread: Some(thread) }
    }

    /// Judges `text`; what runs is cancelled.
    pub fn judge(&mut self, run: u64, exercise: String, text: Arc<str>) {
        self.cancel();
        self.current = Cancel::default();
        if let Some(orders) = &self.orders {
            let _ = orders.send(Order { run, exercise, text, cancel: self.current.clone() });
        }
    }

    pub fn cancel(&mut self) {
        self.current.cancel();
    }
}

impl Drop for Judge {
    /// Leaves no child behind.
    fn drop(&mut self) {
        self.cancel();
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
    atlas: &Atlas,
    order: &Order,
) -> Result<Option<crate::verdict::Verdict>, Failure> {
    let Some(exercise) = atlas.exercise(&order.exercise) else { return Ok(None) };
    if bench.is_none() {
        *bench = Some(Bench::open(workspace, source)?);
    }
    match bench {
        Some(bench) => bench.judge(exercise, &order.text, &order.cancel),
        None => Ok(None),
    }
}
