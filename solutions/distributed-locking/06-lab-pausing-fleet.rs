//! # Lab: one writer among five that freeze
//! Three defences, each for what the others cannot see. The guard (count from the send, allow for clocks)
//! keeps a node from starting what it should not. The token keeps out what was on its way when the lease
//! ended. The seal makes sure that what the new leader reads is not changed behind its back.

/// The numbers to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// The term asked for.
    pub ttl_ms: u64,
    /// From one renewal to the next.
    pub renew_every_ms: u64,
    /// From one try to get the lock to the next, when no answer says otherwise.
    pub retry_every_ms: u64,
    /// Held back from the end of a lease.
    pub margin_ms: u64,
}

/// Safety does not depend on these. A gap lasts about a term, so the term is as short as it can be without
/// a short freeze, a cut or two lost renewals in a row ending a leadership that is well.
pub fn tuning() -> Tuning {
    Tuning { ttl_ms: 5_000, renew_every_ms: 1_200, retry_every_ms: 400, margin_ms: 20 }
}

/// What arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Granted { req: u64, token: u64 },
    Refused { req: u64, retry_after_ms: u64 },
    Sealed { token: u64, seq: u64, value: u64 },
    Wrote { token: u64, seq: u64 },
    Stale { token: u64 },
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cmd {
    Acquire { req: u64, ttl_ms: u64 },
    Renew { req: u64, token: u64, ttl_ms: u64 },
    Seal { token: u64, seq: u64 },
    Write { token: Option<u64>, seq: u64, value: u64 },
}

/// The store answers in 44 ms, or something is wrong.
const ANSWER_MS: u64 = 150;

pub struct Node {
    tuning: Tuning,
    /// Requests to the lock service so far, and when those were sent whose answer may still count.
    requests: u64,
    asked: Vec<(u64, u64)>,
    next_ask_ms: u64,
    lease: Option<Lease>,
    /// The last number given to a seal or a write. Never used twice.
    seq: u64,
    /// What is on its way to the store, and since when.
    pending: Option<(Job, u64)>,
    /// What the store holds, if that is certain.
    value: Option<u64>,
}

#[derive(Clone, Copy)]
struct Lease {
    token: u64,
    until_ms: u64,
}

#[derive(Clone, Copy)]
enum Job {
    Seal,
    Write(u64),
}

impl Node {
    /// `id` is 0 to 4.
    pub fn new(_id: u64, tuning: Tuning) -> Node {
        Node {
            tuning,
            requests: 0,
            asked: Vec::new(),
            next_ask_ms: 0,
            lease: None,
            seq: 0,
            pending: None,
            value: None,
        }
    }

    pub fn step(&mut self, now_ms: u64, inbox: Vec<Event>) -> Vec<Cmd> {
        for event in inbox {
            self.hear(event);
        }
        // Only now, and always: the node may have been frozen since it last looked at the clock.
        if self.lease.is_some_and(|lease| now_ms >= lease.until_ms) {
            self.stop();
        }
        let mut out = Vec::new();
        self.ask(now_ms, &mut out);
        self.work(now_ms, &mut out);
        out
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Granted { req, token } => {
                let Some(sent_ms) = self.settle(req) else { return };
                // While our clock shows 99 ms, the lock service's may have gone on by 100.
                let usable_ms = (self.tuning.ttl_ms * 99 / 100).saturating_sub(self.tuning.margin_ms);
                self.lease = Some(Lease { token, until_ms: sent_ms + usable_ms });
            }
            Event::Refused { req, retry_after_ms } => {
                let Some(sent_ms) = self.settle(req) else { return };
                // A lease of this node was over before the service could refuse: only when to ask is news. As it
                // was when the request was handled, which is not long after it was sent.
                self.next_ask_ms = sent_ms + retry_after_ms;
            }
            Event::Sealed { seq, value, .. } => {
                if self.answers(seq) {
                    self.pending = None;
                    self.value = Some(value);
                }
            }
            Event::Wrote { seq, .. } => {
                if self.answers(seq)
                    && let Some((Job::Write(value), _)) = self.pending.take()
                {
                    self.value = Some(value);
                }
            }
            // Somebody else leads, so the lease of this node is over, and it stopped before that. Or this is
            // about what an earlier tenure sent.
            Event::Stale { .. } => {}
        }
    }

    /// Whether this is the answer to what is on its way, not to something given up. No number is used twice.
    fn answers(&self, seq: u64) -> bool {
        self.pending.is_some() && seq == self.seq
    }

    /// When the request was sent, if its answer is the newest so far. Earlier ones do not count any more.
    fn settle(&mut self, req: u64) -> Option<u64> {
        let place = self.asked.iter().position(|(id, _)| *id == req)?;
        let (_, sent_ms) = self.asked[place];
        self.asked.drain(..=place);
        Some(sent_ms)
    }

    /// No leader, or not any more. What is on its way is left to the fence.
    fn stop(&mut self) {
        self.lease = None;
        self.pending = None;
        self.value = None;
    }

    fn ask(&mut self, now_ms: u64, out: &mut Vec<Cmd>) {
        if now_ms < self.next_ask_ms {
            return;
        }
        self.requests += 1;
        self.asked.push((self.requests, now_ms));
        let (req, ttl_ms) = (self.requests, self.tuning.ttl_ms);
        let (cmd, wait_ms) = match self.lease {
            Some(Lease { token, .. }) => (Cmd::Renew { req, token, ttl_ms }, self.tuning.renew_every_ms),
            None => (Cmd::Acquire { req, ttl_ms }, self.tuning.retry_every_ms),
        };
        out.push(cmd);
        self.next_ask_ms = now_ms + wait_ms;
    }

    fn work(&mut self, now_ms: u64, out: &mut Vec<Cmd>) {
        let Some(Lease { token, .. }) = self.lease else { return };
        if let Some((_, since_ms)) = self.pending {
            if now_ms < since_ms + ANSWER_MS {
                return;
            }
            // Nobody knows what became of it. The next seal settles that: it tells the value, and shuts out
            // what comes later.
            self.value = None;
        }
        self.seq += 1;
        let seq = self.seq;
        let (cmd, job) = match self.value {
            None => (Cmd::Seal { token, seq }, Job::Seal),
            Some(value) => (Cmd::Write { token: Some(token), seq, value: value + 1 }, Job::Write(value + 1)),
        };
        out.push(cmd);
        self.pending = Some((job, now_ms));
    }
}
