//! Warm-up: one token, one character.
//!
//! The whole state of a bucket for one token is an instant: when it is full again. That
//! single number is all that GCRA keeps too, as two exercises from here will show.

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
        // `>=`, because the instant at which the token is back belongs to those at which it
        // is there. With `>` a client that keeps the promised pace exactly is turned away.
        if now_ns >= self.full_at_ns {
            self.full_at_ns = now_ns + 100;
            true
        } else {
            false
        }
    }
}
