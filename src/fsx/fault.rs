//! Crashes on purpose: tests stop drill just before each single change of a file in turn. In debug builds only;
//! in a release nothing of it is left.

use std::io;

/// What a change of a file needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Space on the disk.
    Grow,
    Other,
}

/// To be called just before every single change. With `DRILL_FAULT_AT=N` the process aborts at the N-th one;
/// with `DRILL_FAULT_KIND=enospc` besides, the disk is full from the N-th one on.
#[cfg(debug_assertions)]
pub fn step(step: Step) -> io::Result<()> {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static FAULT: OnceLock<Option<(u64, bool)>> = OnceLock::new();
    static TAKEN: AtomicU64 = AtomicU64::new(0);
    let fault = FAULT.get_or_init(|| {
        let at = std::env::var("DRILL_FAULT_AT").ok()?.parse().ok()?;
        Some((at, std::env::var("DRILL_FAULT_KIND").is_ok_and(|kind| kind == "enospc")))
    });
    let Some((at, disk_full)) = *fault else { return Ok(()) };
    let taken = TAKEN.fetch_add(1, Ordering::SeqCst) + 1;
    if disk_full {
        let fails = taken >= at && step == Step::Grow;
        return if fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) };
    }
    if taken == at {
        std::process::abort();
    }
    Ok(())
}

#[cfg(not(debug_assertions))]
#[inline]
#[expect(clippy::unnecessary_wraps, reason = "debug builds can fail")]
pub fn step(_: Step) -> io::Result<()> {
    Ok(())
}
