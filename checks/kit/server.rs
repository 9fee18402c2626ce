//! A pool of workers behind one bounded queue.

use crate::Ns;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// A finished job.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// As it was offered.
    pub id: u64,
    /// When it was offered.
    pub arrived: Ns,
    /// When a worker took it; `started - arrived` is its wait.
    pub started: Ns,
    /// When it ended.
    pub finished: Ns,
}

/// G/G/c: workers and one queue of at most `cap` waiting jobs, first in first out (or last). A job that runs
/// runs to its end. Every call names the time; it may not go back, and times stay below 2^63.
#[derive(Debug)]
pub struct Server {
    now: Ns,
    workers: usize,
    cap: usize,
    /// Last in, first out.
    pub lifo: bool,
    paused_until: Ns,
    /// End, id, arrival, start: the heap answers the earliest end, then the least id.
    running: BinaryHeap<Reverse<(Ns, u64, Ns, Ns)>>,
    /// Id, arrival, service time.
    queue: VecDeque<(u64, Ns, Ns)>,
    done: Vec<Done>,
}

impl Server {
    /// An idle pool; `cap` counts waiting jobs only.
    #[must_use]
    pub fn new(workers: usize, cap: usize) -> Server {
        Server {
            now: 0,
            workers,
            cap,
            lifo: false,
            paused_until: 0,
            running: BinaryHeap::new(),
            queue: VecDeque::new(),
            done: Vec::new(),
        }
    }

    /// Jobs that run, at the time of the last call.
    #[must_use]
    pub fn in_service(&self) -> usize {
        self.running.len()
    }

    /// Jobs that wait, at the time of the last call.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// A larger number takes effect at once, a smaller one as running jobs end.
    pub fn set_workers(&mut self, now: Ns, workers: usize) {
        self.advance(now);
        self.workers = workers;
        self.start();
    }

    /// Nothing happens before `until` (a pause of the runtime or the machine): waiting jobs do not start, and
    /// running ones end later by as much. A pause within a pause only adds what is longer.
    pub fn pause(&mut self, now: Ns, until: Ns) {
        self.advance(now);
        let late = until.saturating_sub(self.paused_until.max(now));
        self.paused_until = self.paused_until.max(until);
        let held: Vec<_> = self.running.drain().collect();
        self.running.extend(
            held.into_iter()
                .map(|Reverse((end, id, arrived, started))| Reverse((end + late, id, arrived, started))),
        );
    }

    /// Offers a job that takes `service`. False when it is dropped: no worker is free and the queue is full.
    pub fn offer(&mut self, now: Ns, id: u64, service: Ns) -> bool {
        self.advance(now);
        let free = self.running.len() < self.workers && self.queue.is_empty() && now >= self.paused_until;
        if !free && self.queue.len() >= self.cap {
            return false;
        }
        self.queue.push_back((id, now, service));
        self.start();
        true
    }

    /// Drops the waiting jobs that `keep(id, arrived)` refuses (deadlines, `CoDel`); answers how many.
    pub fn cull(&mut self, keep: &dyn Fn(u64, Ns) -> bool) -> usize {
        let before = self.queue.len();
        self.queue.retain(|&(id, arrived, _)| keep(id, arrived));
        before - self.queue.len()
    }

    /// Runs to `now`: what ends at `now` has ended, and what then starts runs.
    ///
    /// # Panics
    /// When `now` is before an earlier call's.
    #[track_caller]
    pub fn advance(&mut self, now: Ns) {
        assert!(now >= self.now, "server time went back from {} ns to {now} ns", self.now);
        loop {
            let end = self.running.peek().map_or(Ns::MAX, |job| job.0.0);
            let wakes = self.paused_until > self.now && !self.queue.is_empty();
            let wake = if wakes { self.paused_until } else { Ns::MAX };
            let next = end.min(wake);
            if next > now {
                break;
            }
            self.now = next;
            if end <= wake
                && let Some(Reverse((finished, id, arrived, started))) = self.running.pop()
            {
                self.done.push(Done { id, arrived, started, finished });
            }
            self.start();
            if next == Ns::MAX {
                break;
            }
        }
        self.now = now;
    }

    /// The jobs that have ended and were not taken yet, by end and then id.
    pub fn take_done(&mut self) -> Vec<Done> {
        std::mem::take(&mut self.done)
    }

    fn start(&mut self) {
        while self.now >= self.paused_until && self.running.len() < self.workers {
            let next = if self.lifo { self.queue.pop_back() } else { self.queue.pop_front() };
            let Some((id, arrived, service)) = next else { break };
            self.running.push(Reverse((self.now + service, id, arrived, self.now)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Done, Server};
    use crate::{Latency, MS, Ns, Rng, SEC, poisson};

    /// Id, start and end of each finished job.
    fn ended(server: &mut Server) -> Vec<(u64, Ns, Ns)> {
        server.take_done().iter().map(|done| (done.id, done.started, done.finished)).collect()
    }

    #[test]
    fn a_full_queue_drops_and_an_end_makes_room_at_that_instant() {
        let mut server = Server::new(1, 1);
        assert_eq!([1, 2, 3].map(|id| server.offer(0, id, 10)), [true, true, false]);
        assert!(server.offer(10, 4, 10));
        server.advance(1_000);
        assert_eq!(ended(&mut server), [(1, 0, 10), (2, 10, 20), (4, 20, 30)]);
        assert_eq!(ended(&mut server), []);
    }

    #[test]
    fn a_pause_delays_what_runs_and_what_waits() {
        let mut server = Server::new(1, 9);
        assert!(server.offer(10, 2, 10) && server.offer(10, 4, 10));
        server.pause(15, 100);
        server.advance(1_000);
        assert_eq!(ended(&mut server), [(2, 10, 105), (4, 105, 115)]);

        let mut server = Server::new(1, 9);
        server.pause(0, 50);
        assert!(server.offer(0, 1, 5) && server.offer(0, 2, 5));
        server.advance(49);
        assert_eq!((server.in_service(), server.queued()), (0, 2));
        server.advance(52);
        assert_eq!((server.in_service(), server.queued()), (1, 1));
    }

    #[test]
    fn a_pause_within_a_pause_adds_only_what_is_longer() {
        let mut server = Server::new(1, 9);
        server.offer(0, 1, 20);
        server.pause(10, 100);
        server.pause(50, 120);
        server.pause(60, 70);
        server.advance(1_000);
        assert_eq!(ended(&mut server), [(1, 0, 130)]);
    }

    #[test]
    fn a_grown_pool_starts_at_once_and_a_shrunk_one_as_jobs_end() {
        let mut server = Server::new(0, 9);
        server.offer(0, 7, 5);
        server.set_workers(20, 1);
        server.advance(30);
        assert_eq!(server.take_done(), [Done { id: 7, arrived: 0, started: 20, finished: 25 }]);

        let mut server = Server::new(2, 9);
        for id in 0..4 {
            server.offer(0, id, 10 + id);
        }
        server.set_workers(5, 1);
        assert_eq!(server.in_service(), 2);
        server.advance(99);
        assert_eq!(ended(&mut server), [(0, 0, 10), (1, 0, 11), (2, 11, 23), (3, 23, 36)]);
    }

    #[test]
    fn last_in_first_out_serves_the_newest_waiting_job() {
        let mut server = Server::new(1, 9);
        server.lifo = true;
        for id in 0..4 {
            server.offer(0, id, 5);
        }
        server.advance(99);
        assert_eq!(server.take_done().iter().map(|done| done.id).collect::<Vec<_>>(), [0, 3, 2, 1]);
    }

    #[test]
    fn culled_jobs_never_run() {
        let mut server = Server::new(1, 9);
        for at in 0..4 {
            server.offer(at, at, 10);
        }
        assert_eq!(server.cull(&|_, arrived| arrived >= 2), 1);
        server.advance(99);
        assert_eq!(server.take_done().iter().map(|done| done.id).collect::<Vec<_>>(), [0, 2, 3]);
    }

    #[test]
    fn no_workers_and_an_endless_wait_are_survived() {
        let mut server = Server::new(0, 1);
        server.pause(0, Ns::MAX);
        server.offer(5, 1, 1);
        server.advance(Ns::MAX);
        assert_eq!((server.in_service(), server.queued()), (0, 1));
    }

    /// M/M/2 at 80 % load. Erlang C = 0.7111, and the mean wait is C / (c mu - lambda) = 177.8 ms
    /// (Kleinrock, Queueing Systems I, 3.5).
    #[test]
    fn the_mean_wait_agrees_with_erlang_c() {
        let mut rng = Rng::new(5);
        let service = Latency::Exp { mean: 100 * MS };
        let arrivals = poisson(&mut rng.fork("arrivals"), 16.0, 0, 40_000 * SEC);
        let mut server = Server::new(2, usize::MAX);
        for (id, at) in (0..).zip(&arrivals) {
            server.offer(*at, id, service.sample(&mut rng));
        }
        server.advance(50_000 * SEC);
        let done = server.take_done();
        assert_eq!(done.len(), arrivals.len());
        let waited: f64 = done.iter().map(|done| (done.started - done.arrived) as f64 / MS as f64).sum();
        let mean = waited / done.len() as f64;
        assert!((mean - 177.8).abs() < 6.0, "{mean} ms");
    }
}
