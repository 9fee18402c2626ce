//! # Lab: one writer among five that freeze
//! A node is in one of four roles, and what it knows is what its role carries: only a leader that has
//! sealed knows a value. A request to the lock service is always `Acquire`, which extends too, and only
//! the latest one counts: an answer that another request overtook is dropped.

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
    Tuning { ttl_ms: 6_000, renew_every_ms: 1_500, retry_every_ms: 500, margin_ms: 150 }
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
    id: u64,
    tuning: Tuning,
    role: Role,
    /// The latest request, and when it was sent. Answers to others are dropped.
    req: u64,
    req_ms: u64,
    next_req_ms: u64,
    seq: u64,
}

#[derive(Clone, Copy)]
enum Role {
    Follower,
    /// Has a lease, knows nothing of the store yet.
    Elected(Tenure),
    Sealing(Tenure, Sent),
    Writing(Tenure, Sent, u64),
}

#[derive(Clone, Copy)]
struct Tenure {
    token: u64,
    until_ms: u64,
}

#[derive(Clone, Copy)]
struct Sent {
    seq: u64,
    at_ms: u64,
}

impl Node {
    pub fn new(id: u64, tuning: Tuning) -> Node {
        Node { id, tuning, role: Role::Follower, req: 0, req_ms: 0, next_req_ms: 0, seq: 0 }
    }

    pub fn step(&mut self, now_ms: u64, inbox: Vec<Event>) -> Vec<Cmd> {
        let mut out = vec![];
        // A value that became known, and the tenure to use it in.
        let mut known = None;
        for event in inbox {
            self.role = match (event, self.role) {
                (Event::Granted { req, token }, role) if req == self.req => {
                    // 2 % is more than the clocks can differ by.
                    let usable = self.tuning.ttl_ms - self.tuning.ttl_ms / 50 - self.tuning.margin_ms;
                    let tenure = Tenure { token, until_ms: self.req_ms + usable };
                    match role {
                        Role::Sealing(old, sent) if old.token == token => Role::Sealing(tenure, sent),
                        Role::Writing(old, sent, value) if old.token == token => {
                            Role::Writing(tenure, sent, value)
                        }
                        Role::Elected(old) if old.token == token => Role::Elected(tenure),
                        _ => {
                            known = None;
                            self.next_req_ms = self.req_ms + self.tuning.renew_every_ms;
                            Role::Elected(tenure)
                        }
                    }
                }
                (Event::Refused { req, retry_after_ms }, _) if req == self.req => {
                    self.next_req_ms = self.req_ms + retry_after_ms + 10 * self.id;
                    Role::Follower
                }
                (Event::Sealed { token, seq, value }, Role::Sealing(tenure, sent))
                    if (token, seq) == (tenure.token, sent.seq) =>
                {
                    known = Some(value);
                    Role::Elected(tenure)
                }
                (Event::Wrote { token, seq }, Role::Writing(tenure, sent, value))
                    if (token, seq) == (tenure.token, sent.seq) =>
                {
                    known = Some(value);
                    Role::Elected(tenure)
                }
                (_, role) => role,
            };
        }
        self.role = match self.role {
            Role::Elected(tenure) | Role::Sealing(tenure, _) | Role::Writing(tenure, ..)
                if now_ms >= tenure.until_ms =>
            {
                Role::Follower
            }
            role => role,
        };
        if now_ms >= self.next_req_ms {
            self.req += 1;
            self.req_ms = now_ms;
            out.push(Cmd::Acquire { req: self.req, ttl_ms: self.tuning.ttl_ms });
            let wait = match self.role {
                Role::Follower => self.tuning.retry_every_ms,
                _ => self.tuning.renew_every_ms,
            };
            self.next_req_ms = now_ms + wait;
        }
        self.role = match self.role {
            Role::Elected(tenure) => self.send(now_ms, tenure, known, &mut out),
            Role::Sealing(tenure, sent) | Role::Writing(tenure, sent, _) if now_ms > sent.at_ms + 200 => {
                self.send(now_ms, tenure, None, &mut out)
            }
            role => role,
        };
        out
    }

    /// The next write where the value is known, else a seal.
    fn send(&mut self, now_ms: u64, tenure: Tenure, known: Option<u64>, out: &mut Vec<Cmd>) -> Role {
        self.seq += 1;
        let (token, sent) = (tenure.token, Sent { seq: self.seq, at_ms: now_ms });
        if let Some(value) = known {
            out.push(Cmd::Write { token: Some(token), seq: self.seq, value: value + 1 });
            Role::Writing(tenure, sent, value + 1)
        } else {
            out.push(Cmd::Seal { token, seq: self.seq });
            Role::Sealing(tenure, sent)
        }
    }
}
