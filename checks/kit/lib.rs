//! The check kit: what hidden checks are made of. Random numbers and virtual time that are the same on every
//! machine, simulated arrivals, servers and faults, a property runner that finds small counterexamples, and the
//! report to the engine.
//!
//! Everything here is a function of its arguments and a seed: no clock, no sleep, no thread, and no input or
//! output but the report. It uses std only and is compiled by rustc alone, on the learner's machine.
#![warn(missing_docs)]
#![expect(clippy::result_large_err, reason = "a failure is made once, and then the check is over")]
#![expect(clippy::missing_errors_doc, reason = "an error is a failed check, as the first line says")]
#![expect(
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "simulated times and counts turn into floats and back; where range matters it is checked"
)]
#![cfg_attr(
    test,
    expect(
        clippy::float_cmp,
        clippy::todo,
        clippy::unreadable_literal,
        reason = "tests play the learner, and quote published vectors"
    )
)]

// Chance.
mod math;
mod rng;
// A simulated world.
mod arrival;
mod event;
mod fault;
mod latency;
mod server;
mod stats;
// Judging.
mod fail;
mod prop;
mod shrink;
mod table;
mod timeline;
// Running and reporting.
mod case;
mod channel;
mod cpu;
mod json;
mod mem;
mod panic;
mod report;
mod run;
mod series;

pub use arrival::{burst, merge, on_off, paced, poisson, thinned};
pub use case::{Case, Score};
pub use event::Events;
pub use fail::{Fail, Place, Res, ensure, ensure_eq, fail};
pub use fault::Faults;
pub use latency::Latency;
pub use math::{exp, ln, pow};
pub use mem::{Mem, measure};
pub use panic::during;
pub use prop::{Config, forall, forall_cfg};
pub use rng::{Rng, SplitMix64};
pub use run::{Check, run};
pub use server::{Done, Server};
pub use shrink::{Shrink, shrink_u64};
pub use stats::{autocorr1, integrate, quantile, reversals, settling};
pub use table::{Row, Table};
pub use timeline::Timeline;

/// Nanoseconds since the epoch of a simulation.
pub type Ns = u64;
/// A microsecond.
pub const US: Ns = 1_000;
/// A millisecond.
pub const MS: Ns = 1_000_000;
/// A second.
pub const SEC: Ns = 1_000_000_000;
