//! # Spend locally, owe globally
//!
//! Implement, 35 minutes. Read first: "Leases" in the topic's write-up.
//!
//! Asking the store for every request costs a millisecond each and melts the store at a sale. So a
//! node takes tokens on lease: the store debits its bucket when it grants, the node spends what it
//! was granted without asking, and what it has not spent by the lease's expiry is lost. You write
//! the node's part for one limit: what to do with a request, and what to do with a reply. It makes
//! no calls itself: it says `Ask`, and the caller talks to the store.
//!
//! ## Contract
//! A lease is a number of tokens that can be spent at instants before its `expires_ns`; at
//! `expires_ns` and later it is worth nothing. Leases stand side by side, each with its own expiry.
//! `balance` is the sum of the tokens that can be spent at `now_ns`; asking changes nothing.
//!
//! `decide` answers, in this order:
//! 1. Cost 0: `Allow`, nothing changes.
//! 2. The balance is at least the cost: the cost is spent, from the leases that expire first (from
//!    as many as it takes): `Allow`. Money in hand is spent whatever is known about the store.
//! 3. The store is down (below): with `Closed`, `Deny`. With `Open`, one limiter for the node, a
//!    token every `t_ns` and at most `burst` at one instant: `AllowDegraded` or `Deny`. Its debt at
//!    `now_ns` is what is left of the time until which it is in debt, 0 at first. It admits exactly
//!    when debt + cost * t_ns <= burst * t_ns, which becomes the new debt; what it refuses changes
//!    nothing. It is not reset by anything. Leased tokens are not touched.
//! 4. The store has no more for now (below): `Deny`.
//! 5. `Ask(n)`: n is the larger of `chunk` and what is missing, cost - balance. Nothing is spent
//!    and no state changes: the same question at the same instant has the same answer. The caller
//!    asks the store for n tokens, gives you the reply, and puts its question again.
//!
//! `on_reply`. Between an `Ask` and its reply other calls may come, and a reply may never come.
//! - `Granted`: the store answers, so it is not down any more. Its `tokens` (0 to `asked`) are a
//!   new lease. If they are fewer than `asked`, the store has no more while now_ns < `retry_at_ns`:
//!   this replaces what an earlier reply said. A grant in full leaves it as it is.
//! - `Unavailable`: the store is down while now_ns < (this reply's `now_ns`) + `retry_ns`. Nothing
//!   else changes: leases granted are still good.
//!
//! `now_ns` never goes back from one call to the next. Ranges: `now_ns` and `retry_ns` 0 to 2^62,
//! `chunk` 1 to 2^40, `tokens` at most `asked` and at most 2^40, `t_ns` and `burst` >= 1,
//! `t_ns * burst` <= 2^50, any u64 as cost, `asked`, `expires_ns` and `retry_at_ns`. Nothing may
//! overflow or panic. A node runs for months: memory must not grow with the number of leases that
//! have expired. Those that are still good are all kept, however many.
//!
//! ## For example, chunk 10, retry 500 ms
//! | at     | call                                       | answer             |
//! |--------|--------------------------------------------|--------------------|
//! | 0 ms   | decide 3                                   | Ask(10)            |
//! | 1 ms   | granted 10 of 10, expires at 100 ms        |                    |
//! | 1 ms   | decide 3                                   | Allow, balance 7   |
//! | 50 ms  | decide 20                                  | Ask(13)            |
//! | 51 ms  | granted 5 of 13, to 150 ms, retry at 80 ms |                    |
//! | 51 ms  | decide 20                                  | Deny, balance 12   |
//! | 80 ms  | decide 20                                  | Ask(10)            |
//! | 100 ms | decide 3                                   | Allow, balance 2   |
//!
//! Edit: `Node` and its methods. Keep the public names and signatures.

/// What a node does while the store is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailMode {
    /// Nothing passes that was not paid for.
    Closed,
    /// A limit of the node's own: one token every `t_ns`, at most `burst` at one instant.
    Open { t_ns: u64, burst: u64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cfg {
    /// The least number of tokens to ask for.
    pub chunk: u64,
    /// How long the store is left alone after it did not answer.
    pub retry_ns: u64,
    pub fail: FailMode,
}

/// What the store granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// How many tokens it was asked for.
    pub asked: u64,
    /// How many it gave.
    pub tokens: u64,
    pub expires_ns: u64,
    /// When it may have more. Means nothing if it gave all that was asked.
    pub retry_at_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Granted(Grant),
    /// No answer in time.
    Unavailable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Paid with leased tokens.
    Allow,
    /// Not paid: let through by the node's own limit.
    AllowDegraded,
    Deny,
    /// Ask the store for so many tokens, and then decide again.
    Ask(u64),
}

/// One limit on one node.
pub struct Node {/* yours */}

impl Node {
    pub fn new(cfg: Cfg) -> Node {
        todo!()
    }

    pub fn decide(&mut self, now_ns: u64, cost: u64) -> Decision {
        todo!()
    }

    pub fn on_reply(&mut self, now_ns: u64, r: Reply) {
        todo!()
    }

    /// Tokens in hand.
    pub fn balance(&self, now_ns: u64) -> u64 {
        todo!()
    }
}
