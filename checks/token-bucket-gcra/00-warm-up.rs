//! Checks of the warm-up: one short trace each.
use crate::Bucket;
use kit::{Case, Check, Res, Table};

pub const CHECKS: &[Check] = &[
    ("token-is-back-on-time", "the token refused at the very nanosecond it is back", back_on_time),
    ("never-early-never-two", "a token granted too early, or two after a long wait", never_early_never_two),
];

fn word(granted: bool) -> String {
    if granted { "grant".into() } else { "deny".into() }
}

fn take(bucket: &mut Bucket, now: u64) -> bool {
    kit::during(|| format!("take(now {now} ns)"), || bucket.take(now))
}

/// Plays `take` at the given instants on a bucket that is full at `start`.
fn play(message: &str, start: u64, steps: &[(u64, bool)]) -> Res {
    let mut bucket = Bucket::full(start);
    let mut table = Table::new();
    for &(now, granted) in steps {
        if !table.row(now, "take".into(), word(granted), word(take(&mut bucket, now))) {
            break;
        }
    }
    table.verdict(message)
}

fn back_on_time(_: &mut Case) -> Res {
    play(
        "a token taken at 50 ns is back at 150 ns, and a request at 150 ns gets it",
        0,
        &[(50, true), (100, false), (149, false), (150, true)],
    )?;
    play(
        "a client that asks once every 100 ns, from the first instant on, is never turned away",
        0,
        &[(0, true), (100, true), (200, true), (300, true)],
    )
}

fn never_early_never_two(_: &mut Case) -> Res {
    play(
        "one token leaves the bucket empty for 100 ns, and a refusal changes nothing",
        0,
        &[(50, true), (50, false), (51, false), (149, false), (151, true)],
    )?;
    play(
        "the bucket has room for one token, so a long wait does not earn two",
        1_000,
        &[(1_001, true), (9_000, true), (9_000, false), (9_099, false), (9_101, true)],
    )?;
    // 2^32 lies between the second instant and the third.
    play(
        "a nanosecond counts the same 4.3 s after the start as at it",
        0,
        &[(4_294_967_200, true), (4_294_967_250, false), (4_294_967_301, true), (4_294_967_302, false)],
    )
}
