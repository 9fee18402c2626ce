//! # Lab: one writer among five that freeze
//! The local clock never goes back, and no two steps read the same from it. So it numbers everything: the
//! `req` of a request and the `seq` of a seal or write are the instant of sending, and no table of what
//! was sent when is needed.

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

pub fn tuning() -> Tuning {
    Tuning { ttl_ms: 4_500, renew_every_ms: 1_000, retry_every_ms: 500, margin_ms: 100 }
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

pub struct Node {
    tuning: Tuning,
    /// The latest request answered, which is when it was sent, and the token if it was granted.
    answered: u64,
    token: Option<u64>,
    ask_at: u64,
    /// When the latest seal or write was sent, and the value once its answer is there.
    sent: u64,
    writes: u64,
    value: Option<u64>,
}

impl Node {
    pub fn new(id: u64, tuning: Tuning) -> Node {
        let _ = id;
        Node { tuning, answered: 0, token: None, ask_at: 0, sent: 0, writes: 0, value: None }
    }

    pub fn step(&mut self, now_ms: u64, inbox: Vec<Event>) -> Vec<Cmd> {
        for event in inbox {
            match event {
                Event::Granted { req, token } if req > self.answered => {
                    self.answered = req;
                    if self.token.replace(token) != Some(token) {
                        // A new tenure: nothing is on its way, and nothing is known.
                        (self.sent, self.value) = (0, None);
                        self.ask_at = req + self.tuning.renew_every_ms;
                    }
                }
                Event::Refused { req, retry_after_ms } if req > self.answered => {
                    (self.answered, self.token) = (req, None);
                    self.ask_at = req + retry_after_ms + 20;
                }
                Event::Sealed { token, seq, value } if self.token == Some(token) && seq == self.sent => {
                    self.value = Some(value);
                }
                Event::Wrote { token, seq } if self.token == Some(token) && seq == self.sent => {
                    self.value = Some(self.writes);
                }
                Event::Stale { token } if self.token < Some(token) => self.token = None,
                _ => {}
            }
        }
        let ttl_ms = self.tuning.ttl_ms;
        if now_ms + self.tuning.margin_ms >= self.answered + ttl_ms * 99 / 100 {
            self.token = None;
        }
        let mut out = Vec::new();
        if now_ms >= self.ask_at {
            if let Some(token) = self.token {
                out.push(Cmd::Renew { req: now_ms, token, ttl_ms });
                self.ask_at = now_ms + self.tuning.renew_every_ms;
            } else {
                out.push(Cmd::Acquire { req: now_ms, ttl_ms });
                self.ask_at = now_ms + self.tuning.retry_every_ms;
            }
        }
        if let Some(token) = self.token {
            if let Some(value) = self.value.take() {
                self.sent = now_ms;
                self.writes = value + 1;
                out.push(Cmd::Write { token: Some(token), seq: now_ms, value: value + 1 });
            } else if now_ms > self.sent + 120 {
                self.sent = now_ms;
                out.push(Cmd::Seal { token, seq: now_ms });
            }
        }
        out
    }
}
