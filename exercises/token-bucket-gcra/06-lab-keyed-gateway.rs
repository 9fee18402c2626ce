//! # Lab: a million keys, a stepping clock, two policy changes
//!
//! Implement, 45 minutes. Read first: "Storage" and "Policy change" in the topic's write-up.
//!
//! The gateway keeps one bucket per API key. A scanner sends a thousand keys a second that it never
//! uses again, so keys must be forgotten, and last month's clean-up forgot the wrong ones: tenants
//! got their burst twice. NTP steps the clock back now and then. Twice during the run the policy
//! changes, for every key at once. Forget as much as you can without anybody being able to tell.
//!
//! ## Contract
//! - `check` decides like a limiter that never forgets. Per key a TAT in nanoseconds, judged at
//!   `now_ns` as given: debt = max(0, TAT - now_ns), 0 for a key never seen; cap = burst * t_ns.
//!   cost 0: true, nothing changes, also when the debt is above the cap.
//!   cost > burst: false.
//!   debt + cost * t_ns <= cap (equality included): true, and TAT = now_ns + debt + cost * t_ns.
//!   Otherwise false. What is refused changes no TAT.
//! - Time: `now_ns` (of `check` and `set_quota`) may go back, never to more than SKEW_NS below the
//!   largest `now_ns` that any earlier call was given. It may also jump ahead by any amount.
//! - `set_quota` holds from then on for all keys, also for those that come back much later: a debt
//!   above 0 at `now_ns` becomes min(ceil(debt * t_new / t_old), burst_new * t_new), and the TAT
//!   `now_ns` plus that. A key whose debt at `now_ns` is 0 keeps its TAT as it is.
//! - `tracked` is the number of keys that you hold any state for, at this moment. In the lab's
//!   traffic (2,000 to 3,000 checks a second) and in that of the scanner alone, looked at once a
//!   second, it is at most the number of different keys in the checks of the last 20 s, plus 1,024.
//!   Other checks run other policies: debts there last up to 2^40 ns (18 minutes), and are owed
//!   until they are paid.
//! - Keys come without end: heap memory must not grow with the number of keys ever seen.
//! - Work: O(1) amortised per `check`, and a factor log n is fine. A pass over all keys is fine if
//!   it is rare: between two passes lie about as many checks as there are keys, or more. Neither
//!   short bursts nor a clock that moves fast may make it more frequent. The checks have up to
//!   200,000 keys and 2 s of processor time, a good tenfold of what that takes. `set_quota` and
//!   `tracked` may look at all keys.
//! - Ranges: t_ns >= 1, burst >= 1, burst * t_ns <= 2^40, now_ns <= 2^62, any u64 as key and as
//!   cost. Nothing may overflow or panic, also when `now_ns` is below SKEW_NS.
//! - One thread, and no clock but `now_ns`.
//!
//! Edit `Keyed`; the rest is given. The lab's traffic is 36 s: 100 regular keys, 20 that come in
//! bursts, 40 batch jobs, one abuser, the scanner; `drill plot` draws what happened.

/// How far the clock may be behind the largest instant already seen.
pub const SKEW_NS: u64 = 100_000_000;

/// One token every `t_ns`; at most `burst` at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub t_ns: u64,
    pub burst: u64,
}

pub struct Keyed {/* yours */}

impl Keyed {
    pub fn new(q: Quota) -> Keyed {
        todo!()
    }

    /// True: go ahead.
    pub fn check(&mut self, key: u64, now_ns: u64, cost: u64) -> bool {
        todo!()
    }

    /// The policy from now on; debts are carried over.
    pub fn set_quota(&mut self, q: Quota, now_ns: u64) {
        todo!()
    }

    /// Keys that state is held for.
    pub fn tracked(&self) -> usize {
        todo!()
    }
}
