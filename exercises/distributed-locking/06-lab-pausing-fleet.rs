//! # Lab: one writer among five that freeze
//!
//! Implement, 60 minutes. Read first: "The resource" in the topic's write-up.
//!
//! Five nodes count jobs in one register: whoever leads reads the number and writes it back plus
//! one. They freeze for seconds without noticing, lose contact with the lock service while the
//! store is still there, and their clocks run at their own pace. Last quarter's design trusted the
//! lock alone: 1 % of the acknowledged jobs were never counted. Choose the numbers, write the node.
//!
//! ## A node
//! `step` is called every 10 ms unless the node is frozen, with all that arrived since the last
//! call, in the order of arrival. It answers what to send. `now_ms` is the node's own clock: it
//! never goes back and runs on while the node is frozen, but it may show anything at the start,
//! and while 100 s pass at the lock service it shows 99 to 101. A node freezes about every 12 s,
//! half of the times for 50 to 300 ms, otherwise for up to 16 s. What it sent in the step before
//! leaves only when it wakes up.
//!
//! ## The lock service: one lock
//! - `Acquire`: granted with a new token when nobody holds the lock. Granted with the same token,
//!   and extended, to the node that holds it already. Otherwise refused; the lock will be free in
//!   `retry_after_ms` if it is not extended.
//! - `Renew`: granted and extended to the node that holds the lock with this token. Otherwise
//!   refused, with `retry_after_ms` 0: acquire it anew.
//! - A lease is good for `ttl_ms` from when the service handles the request; it is over at that
//!   instant. An extension never shortens it. Tokens grow, and the first is 1. A request with a
//!   `ttl_ms` outside 1..=60_000 is refused, with `retry_after_ms` 0.
//! - A request takes 2 to 22 ms, and so does its answer; 3 % of the answers take 0.3 to 2.8 s more.
//!   8 % of either get lost. Every minute or two a node is cut off from the service for 2 to 12 s,
//!   and all answers to it are that late in the 4 s before.
//!
//! ## The store: one value, and a fence, which is a (token, seq)
//! - `Seal`: `Stale` if the token is below the fence's. Otherwise the fence rises to this
//!   (token, seq) if that is greater, and `Sealed` tells the value.
//! - `Write` with a token: `Stale` if it is below the fence's. No answer and no effect if the token
//!   is the fence's and `seq` is not above the fence's. Otherwise the fence rises to this
//!   (token, seq), the value is stored, and `Wrote` is the answer.
//! - `Write` without a token: always stored.
//! - Each way takes 2 to 22 ms, and 0.4 % of the writes take 0.5 to 8 s more. Nothing gets lost.
//!   `Sealed` and `Wrote` repeat token (0 for none) and seq of what they answer; `Stale` tells the
//!   fence's token. Value and fence are 0 at the start.
//!
//! ## What is judged: 6 fleets of 5 nodes, 600 s each
//! - Nothing is lost: every write that is stored is the value before it plus 1. No exception.
//! - No node sends a `Write` when its lease is over by the lock service's clock. It is judged at the
//!   step that answers the `Write`, not when that leaves. No exception.
//! - A gap is more than 500 ms in which nothing is stored. At most 20 % of the time is in gaps, and
//!   95 % of them are at most 9 s long.
//! - At most 5 requests per second to the lock service, from all nodes together.
//! - At most 26 tokens per fleet: leadership should change when the leader is gone, and only then.
//! - At least 18 writes per second. Reckon with one write on its way at a time.
//!
//! The first two lines are judged in three more fleets, rough ones: freezes, cut-offs and slow
//! writes come six times as often there, some freezes right after a seal or a write was sent, and
//! 30 % of the lock service's requests and answers get lost.
//!
//! And nothing may get lost in four short fleets in which nothing goes wrong but this, each time a
//! node sends what it is aimed at: a write is slow and lands just before the next write of its
//! node; or after it; or its node freezes when it has sent the seal after it; or the leader freezes
//! on a write until its lease is over, and leads again before that write lands.
//!
//! Safety must not depend on the numbers, and the rest does not come without good ones. Randomness,
//! if you want any, comes from `id`.
//! Edit `Node` and the numbers in `tuning`; the rest is given. `drill plot` draws the first fleet,
//! or the first one in which a write was lost.

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
    Tuning { ttl_ms: 30_000, renew_every_ms: 100, retry_every_ms: 100, margin_ms: 0 }
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

pub struct Node {/* yours */}

impl Node {
    /// `id` is 0 to 4.
    pub fn new(id: u64, tuning: Tuning) -> Node {
        todo!()
    }

    pub fn step(&mut self, now_ms: u64, inbox: Vec<Event>) -> Vec<Cmd> {
        todo!()
    }
}
