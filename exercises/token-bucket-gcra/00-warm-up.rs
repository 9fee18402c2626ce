//! # Warm-up: one token, one character
//!
//! Repair, 2 minutes. Nothing to read first.
//!
//! This exercise shows how every exercise here goes. Keep `drill watch` in one window and
//! this file in your editor.
//!
//! 1. Save the file as it is. The hidden checks run.
//! 2. One of them fails and shows a trace: what was asked and when, what was promised, and
//!    what this file answered. The first step where the two differ is marked.
//! 3. Find the comparison below that decides that step, and add the one character it lacks.
//! 4. Save again. The checks pass, you read what you have learned, and the next exercise
//!    waits.
//!
//! ## Contract
//! - A bucket has room for one token. It starts full.
//! - `take` at `now_ns` is granted if the token is there, and removes it.
//! - The token is back 100 ns after a grant: at that very nanosecond it is there.
//! - A refusal changes nothing. Waiting longer does not make it two tokens.
//! - Time is in nanoseconds and never goes back.
//!
//! Edit: the body of `take`. The rest is right.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// From this instant on the token is there.
    full_at_ns: u64,
}

impl Bucket {
    /// A bucket that is full at `now_ns`.
    pub fn full(now_ns: u64) -> Bucket {
        Bucket { full_at_ns: now_ns }
    }

    /// Takes the token if it is there.
    pub fn take(&mut self, now_ns: u64) -> bool {
        if now_ns > self.full_at_ns {
            self.full_at_ns = now_ns + 100;
            true
        } else {
            false
        }
    }
}
