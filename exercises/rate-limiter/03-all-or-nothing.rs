//! # Four limits, one verdict, no partial spend
//!
//! Implement, 30 minutes. Read first: "All or nothing" in the topic's write-up.
//!
//! A request has to pass four limits at once: per tenant, per user, per address, and a new one on
//! upload volume that is only being tried out. The old code asked one limit after the other and
//! charged each as it went. So a user who was over the user limit burnt the budget of the whole
//! tenant with requests that were never served, was told about one limit at a time, and came back
//! after the wrong wait. You write the evaluation that looks first and touches later.
//!
//! ## Contract
//! Each rule alone
//! - A rule's cost is 1 or the request's units, and its key is `(id, subject[dim])`. The debt of a
//!   key at `now_ns` is the time from then until its TAT in the store, or 0 when that has passed or
//!   the key is absent.
//! - The rule passes exactly when `debt + cost * t_ns <= burst * t_ns`, in exact integers: above
//!   `burst`, no cost ever passes. A cost of 0 always passes, whatever the debt.
//! - To charge a rule is to write its key: the new TAT is `now_ns + debt + cost * t_ns`. A cost of
//!   0 writes nothing.
//!
//! All together
//! - `allowed` exactly when every `Enforce` rule passes. Every rule is looked at, always:
//!   `violated` and `would_deny` are complete.
//! - Denied: the store is exactly as before. Allowed: every rule that passes is charged, `Enforce`
//!   and `Shadow` alike; a `Shadow` rule that does not pass is not. No other key is written,
//!   made or removed.
//! - `retry_after_ns` of a denied request is the smallest wait after which the same request would
//!   be allowed if nothing else is charged in between; `None` if no wait will do.
//! - `tightest` is about `Enforce` rules only, `None` without any. What is left of a rule is
//!   `burst * t_ns - debt`, not below 0, in whole `t_ns`, rounded down. For a rule that passes, the
//!   debt includes the charge for this request, also when another rule denies it; for a rule that
//!   does not pass it is the debt as it is. Of several with the fewest, the first in the order of
//!   the rules.
//!
//! The clock may go back: judge at `now_ns` as given (the debt is larger then, perhaps above
//! `burst * t_ns`).
//! Ranges: 0 or more rules, in any order, with different ids; `dim` 0 to 2; `t_ns` and `burst` at
//! least 1, `burst * t_ns` at most 2^50; `units` and subjects any u64; `now_ns` 0 to 2^62. The
//! store holds what `evaluate` has written. No overflow, no panic.
//!
//! ## For example
//! Rule 1: Enforce, dim 0 (tenant), a token every 100 ns, burst 5, per request.
//! Rule 2: Enforce, dim 1 (user), a token every 50 ns, burst 2, per request.
//! Rule 3: Shadow, dim 0, a token every 10 ns, burst 100, per unit.
//! All requests at 0 ns, from tenant 7, with 60 units; then the TATs of the three keys, in ns:
//! | user | allowed | violated | would_deny | retry_after_ns | tightest | TATs          |
//! |------|---------|----------|------------|----------------|----------|---------------|
//! | 8    | yes     |          |            | None           | 2: 1     | 100, 50, 600  |
//! | 8    | yes     |          | 3          | None           | 2: 0     | 200, 100, 600 |
//! | 8    | no      | 2        | 3          | 50             | 2: 0     | 200, 100, 600 |
//! | 9    | yes     |          | 3          | None           | 2: 1     | 300, 50, 600  |
//!
//! Edit: the body of `evaluate`. Helpers of your own are welcome.

use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Denies what it does not pass.
    Enforce,
    /// Denies nothing, and tells what it would have denied.
    Shadow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// A request costs 1 token.
    PerRequest,
    /// A request costs as many tokens as it has units.
    PerUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: u32,
    /// Whom it counts: `request.subject[dim]`.
    pub dim: usize,
    /// One token comes back every `t_ns`.
    pub t_ns: u64,
    /// The most tokens that a subject can hold.
    pub burst: u64,
    pub mode: Mode,
    pub cost: Cost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks: tenant, user, address.
    pub subject: [u64; 3],
    pub units: u64,
}

/// (rule id, subject) -> TAT: the instant until which that subject is in debt under that rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store(pub BTreeMap<(u32, u64), u64>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    /// Ids of the enforcing rules that do not pass, in the order of the rules.
    pub violated: Vec<u32>,
    /// Ids of the shadow rules that do not pass, in the order of the rules.
    pub would_deny: Vec<u32>,
    /// The smallest wait that helps. `None` when allowed, and when no wait does.
    pub retry_after_ns: Option<u64>,
    /// The enforcing rule with the fewest tokens left, and how many these are.
    pub tightest: Option<(u32, u64)>,
}

/// Judges a request by all rules, and charges it if it is allowed.
pub fn evaluate(store: &mut Store, rules: &[Rule], req: &Request, now_ns: u64) -> Verdict {
    todo!()
}
