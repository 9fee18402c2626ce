//! drill check kit: deterministic simulation and grading support, std only.
//!
//! Everything here is a pure function of its arguments and a seed: no clock, no
//! sleep, no thread of its own, no I/O except the one report channel of `main`.
#![allow(clippy::result_large_err)]
mod case;
mod channel;
mod cpu;
mod fail;
mod json;
mod math;
mod mem;
mod panic;
mod prop;
mod report;
mod rng;
mod run;
mod series;
mod sim;
mod stats;
mod table;
pub use case::{Case, Score};
pub use fail::{Fail, Place, Res, ensure, ensure_eq, fail};
pub use math::{exp, ln, pow};
pub use mem::{Mem, measure};
pub use prop::{Config, Shrink, forall, forall_cfg, shrink_u64};
pub use rng::{Rng, SplitMix64};
pub use run::{Check, run};
pub use sim::{Done, Events, Faults, Latency, Server, burst, merge, on_off, paced, poisson, thinned};
pub use stats::{autocorr1, integrate, quantile, reversals, settling};
pub use table::{Row, Table};

/// Nanoseconds since the epoch of a simulation.
pub type Ns = u64;
pub const US: Ns = 1_000;
pub const MS: Ns = 1_000_000;
pub const SEC: Ns = 1_000_000_000;

/// Writes `impl Shrink` for a struct of shrinkable public fields. `carry` names the gap
/// field, which shrinks too and moves to the next element when one is deleted:
/// `shrink_fields!(Op { cost, key } carry gap_ns);`
#[macro_export]
macro_rules! shrink_fields {
    ($t:ty { $($f:ident),* $(,)? } $(carry $gap:ident)?) => {
        impl $crate::Shrink for $t {
            fn shrink(&self) -> Vec<Self> {
                let mut out = Vec::new();
                $(for v in $crate::Shrink::shrink(&self.$f) {
                    out.push(Self { $f: v, ..self.clone() });
                })*
                $(for v in $crate::Shrink::shrink(&self.$gap) {
                    out.push(Self { $gap: v, ..self.clone() });
                })?
                out
            }
            $(fn carry(&self, deleted: &Self) -> Self {
                Self { $gap: self.$gap.saturating_add(deleted.$gap), ..self.clone() }
            })?
        }
    };
}
