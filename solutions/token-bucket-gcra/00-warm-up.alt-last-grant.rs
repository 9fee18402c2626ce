//! Warm-up, another way: remember the last grant instead of the next one.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// `None` until the token is taken for the first time.
    granted_at_ns: Option<u64>,
}

impl Bucket {
    pub fn full(_now_ns: u64) -> Bucket {
        Bucket { granted_at_ns: None }
    }

    pub fn take(&mut self, now_ns: u64) -> bool {
        let there = self.granted_at_ns.is_none_or(|granted| now_ns - granted >= 100);
        if there {
            self.granted_at_ns = Some(now_ns);
        }
        there
    }
}
