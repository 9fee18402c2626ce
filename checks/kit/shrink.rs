//! Simpler values of one element of a trace: what the property runner tries on a counterexample.

/// Simpler and rounder variants of a value. Written for a struct by `shrink_fields!`.
pub trait Shrink: Clone {
    /// Simpler values, most drastic first; never `self` itself. Every one must be legal where `self` was, or the
    /// property must answer `Ok` for it.
    fn shrink(&self) -> Vec<Self>;

    /// `self` once the element before it is deleted: keeps what must not be lost with it, as the time that
    /// passed (`shrink_fields!(Op { cost } carry gap_ns)`).
    #[must_use]
    fn carry(&self, _deleted: &Self) -> Self {
        self.clone()
    }

    /// Values of about the same size that are easier to reckon with, roundest first, none farther from 0: of
    /// 1,234,567 these are 1,000,000, 1,200,000, 1,230,000. None of a value with two digits before its zeros.
    fn rounder(&self) -> Vec<Self> {
        Vec::new()
    }

    /// Like `rounder`, but above `self`, and none of a negative value. Only tried on gaps (`carry`): of all
    /// numbers of a trace, time is the one that may grow beyond what the generator answers.
    fn rounder_up(&self) -> Vec<Self> {
        Vec::new()
    }
}

/// Writes `impl Shrink` for a struct of shrinkable fields. `carry` names the gap field, which shrinks too and
/// moves to the next element when one is deleted: `kit::shrink_fields!(Op { cost, key } carry gap_ns);`
#[macro_export]
macro_rules! shrink_fields {
    (@each $from:ident $method:ident $out:ident $($field:ident)*) => {
        $(for value in $crate::Shrink::$method(&$from.$field) {
            let mut simpler = ::std::clone::Clone::clone($from);
            simpler.$field = value;
            $out.push(simpler);
        })*
    };
    ($t:ty { $($field:ident),* $(,)? } $(carry $gap:ident)?) => {
        impl $crate::Shrink for $t {
            fn shrink(&self) -> ::std::vec::Vec<Self> {
                let mut out = ::std::vec::Vec::new();
                $crate::shrink_fields!(@each self shrink out $($field)* $($gap)?);
                out
            }
            $(fn carry(&self, deleted: &Self) -> Self {
                let mut later = ::std::clone::Clone::clone(self);
                later.$gap = later.$gap.saturating_add(deleted.$gap);
                later
            })?
            fn rounder(&self) -> ::std::vec::Vec<Self> {
                let mut out = ::std::vec::Vec::new();
                $crate::shrink_fields!(@each self rounder out $($field)* $($gap)?);
                $($crate::shrink_fields!(@each self rounder_up out $gap);)?
                out
            }
        }
    };
}

/// 0, then `x` minus ever smaller halves: next to `x` after about `log2(x)` candidates.
#[must_use]
pub fn shrink_u64(x: u64) -> Vec<u64> {
    let mut out = Vec::new();
    let mut less = x;
    while less > 0 {
        out.push(x - less);
        less /= 2;
    }
    out
}

/// Multiples at or below `x` of the steps that make it rounder.
fn round_down(x: u64) -> Vec<u64> {
    let mut out = Vec::new();
    for step in steps(x) {
        let round = x - x % step;
        if out.last() != Some(&round) {
            out.push(round);
        }
    }
    out
}

/// Multiples above `x` of the steps that make it rounder.
fn round_up(x: u64) -> Vec<u64> {
    let mut out = Vec::new();
    for step in steps(x) {
        if let Some(round) = (x - x % step).checked_add(step)
            && out.last() != Some(&round)
        {
            out.push(round);
        }
    }
    out
}

/// 10^k, 5, 2 and 1 times 10^(k-1), and so on for three digits, as far as `x` is no multiple. None when `x` has
/// two digits before its zeros: that is round enough.
fn steps(x: u64) -> Vec<u64> {
    let Some(k) = x.checked_ilog10().filter(|k| *k >= 2) else { return Vec::new() };
    let (ten, one) = (10_u64.pow(k - 1), 10_u64.pow(k - 2));
    if x.is_multiple_of(ten) {
        return Vec::new();
    }
    let mut steps = vec![10 * ten, 5 * ten, 2 * ten, ten];
    for step in [5 * one, 2 * one, one] {
        if x.is_multiple_of(step) {
            break;
        }
        steps.push(step);
    }
    steps
}

macro_rules! integers {
    ($($unsigned:ty, $signed:ty);*) => {$(
        impl Shrink for $unsigned {
            fn shrink(&self) -> Vec<Self> {
                in_range(&shrink_u64(*self as u64))
            }
            fn rounder(&self) -> Vec<Self> {
                in_range(&round_down(*self as u64))
            }
            fn rounder_up(&self) -> Vec<Self> {
                in_range(&round_up(*self as u64))
            }
        }
        impl Shrink for $signed {
            fn shrink(&self) -> Vec<Self> {
                signed_in_range(*self < 0, &shrink_u64(self.unsigned_abs() as u64))
            }
            fn rounder(&self) -> Vec<Self> {
                signed_in_range(*self < 0, &round_down(self.unsigned_abs() as u64))
            }
            fn rounder_up(&self) -> Vec<Self> {
                if *self < 0 { Vec::new() } else { signed_in_range(false, &round_up(*self as u64)) }
            }
        }
    )*};
}
integers!(u8, i8; u16, i16; u32, i32; u64, i64; usize, isize);

fn in_range<T: TryFrom<u64>>(values: &[u64]) -> Vec<T> {
    let mut out = Vec::new();
    for value in values {
        if let Ok(value) = T::try_from(*value) {
            out.push(value);
        }
    }
    out
}

fn signed_in_range<T: TryFrom<i128>>(negative: bool, sizes: &[u64]) -> Vec<T> {
    let mut out = Vec::new();
    for size in sizes {
        let value = if negative { -i128::from(*size) } else { i128::from(*size) };
        if let Ok(value) = T::try_from(value) {
            out.push(value);
        }
    }
    out
}

impl Shrink for bool {
    fn shrink(&self) -> Vec<Self> {
        if *self { vec![false] } else { Vec::new() }
    }
}

/// 0, whole numbers and eighths nearer to 0.
impl Shrink for f64 {
    fn shrink(&self) -> Vec<Self> {
        let simpler = [0.0, self.trunc(), (self / 2.0).trunc(), (self * 8.0).trunc() / 8.0];
        let mut out = Vec::new();
        for value in simpler {
            if value.abs() < self.abs() && !out.contains(&value) {
                out.push(value);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Shrink, round_down, round_up, shrink_u64};
    use crate::Rng;

    #[derive(Clone, Debug, PartialEq)]
    struct Op {
        gap: u64,
        cost: i32,
        hot: bool,
    }
    crate::shrink_fields!(Op { cost, hot } carry gap);

    #[derive(Clone, Debug, PartialEq)]
    struct Plain {
        key: u64,
    }
    crate::shrink_fields!(Plain { key });

    #[test]
    fn numbers_shrink_from_0_to_their_neighbour() {
        assert_eq!(shrink_u64(10), [0, 5, 8, 9]);
        assert_eq!(shrink_u64(0), [0; 0]);
        assert_eq!((5_u8.shrink(), (-5_i8).shrink()), (vec![0, 3, 4], vec![0, -3, -4]));
        assert_eq!(i8::MIN.shrink(), [0, -64, -96, -112, -120, -124, -126, -127]);
        assert_eq!((true.shrink(), false.shrink()), (vec![false], vec![]));
        assert_eq!(u64::MAX.shrink().len(), 64);
    }

    #[test]
    fn floats_shrink_towards_whole_numbers() {
        assert_eq!(2.7.shrink(), [0.0, 2.0, 1.0, 2.625]);
        assert_eq!((-0.3).shrink(), [0.0, -0.25]);
        assert_eq!((0.0.shrink(), (-0.0).shrink(), f64::NAN.shrink()), (vec![], vec![], vec![]));
        assert!(f64::INFINITY.shrink() == [0.0]);
    }

    #[test]
    fn numbers_round_to_what_can_be_checked_in_the_head() {
        assert_eq!(round_down(1_234_567), [1_000_000, 1_200_000, 1_220_000, 1_230_000]);
        assert_eq!(round_up(1_234_567), [2_000_000, 1_500_000, 1_400_000, 1_300_000, 1_250_000, 1_240_000]);
        assert_eq!((round_down(334), round_up(334)), (vec![300, 320, 330], vec![400, 350, 340, 335]));
        assert_eq!(round_up(1_240_000), [2_000_000, 1_500_000, 1_400_000, 1_300_000, 1_250_000]);
        for round in [0, 7, 37, 100, 120, 99, 1_500_000, 2_000_000_000] {
            assert_eq!((round_down(round), round_up(round)), (vec![], vec![]), "{round}");
        }
    }

    #[test]
    fn rounding_keeps_sign_and_range_and_comes_to_an_end() {
        assert_eq!((234_u8.rounder(), 234_u8.rounder_up()), (vec![200, 220, 230], vec![250, 240, 235]));
        assert_eq!(((-123_i8).rounder(), (-123_i8).rounder_up()), (vec![-100, -120, -122], vec![]));
        assert_eq!(123_i8.rounder_up(), [125, 124]);
        let mut rng = Rng::new(51);
        for _ in 0..2_000 {
            let mut x = rng.next_u64() >> rng.below(64);
            for _ in 0..9 {
                let rounder: Vec<u64> = x.rounder().into_iter().chain(x.rounder_up()).collect();
                assert!(!rounder.contains(&x));
                let Some(next) = rounder.last() else { break };
                x = *next;
            }
            assert!(x.rounder().is_empty(), "{x} goes on");
        }
    }

    #[test]
    fn fields_shrink_one_at_a_time_and_the_gap_last() {
        let op = Op { gap: 2, cost: -1, hot: true };
        assert_eq!(
            op.shrink(),
            [
                Op { cost: 0, ..op.clone() },
                Op { hot: false, ..op.clone() },
                Op { gap: 0, ..op.clone() },
                Op { gap: 1, ..op.clone() }
            ]
        );
        assert_eq!(Plain { key: 1 }.shrink(), [Plain { key: 0 }]);
    }

    #[test]
    fn only_the_gap_is_carried_and_only_the_gap_rounds_up() {
        let (deleted, op) = (Op { gap: u64::MAX, cost: 5, hot: true }, Op { gap: 2, cost: 123, hot: false });
        assert_eq!(op.carry(&deleted), Op { gap: u64::MAX, ..op.clone() });
        assert_eq!(Plain { key: 1 }.carry(&Plain { key: 7 }), Plain { key: 1 });
        let rounder = Op { gap: 876, ..op }.rounder();
        assert!(rounder.iter().any(|op| op.gap == 900) && rounder.iter().all(|op| op.cost <= 123));
        assert!(rounder.iter().any(|op| op.cost == 100) && rounder.iter().any(|op| op.gap == 800));
    }
}
