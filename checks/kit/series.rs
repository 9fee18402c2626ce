//! Thins a curve to what a plot can show.

use crate::Ns;

/// Most points of a thinned curve.
pub(crate) const POINTS: usize = 1_000;

/// `points` themselves up to 1,000; of more, the lowest and the highest of each of 500 buckets, in their order,
/// so that no spike is lost.
pub(crate) fn thin(points: &[(Ns, f64)]) -> Vec<(Ns, f64)> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let mut kept = Vec::with_capacity(POINTS);
    for bucket in points.chunks(points.len().div_ceil(POINTS / 2)) {
        let (mut low, mut high) = (0, 0);
        for (i, (_, value)) in bucket.iter().enumerate() {
            if value.total_cmp(&bucket[low].1).is_lt() {
                low = i;
            }
            if value.total_cmp(&bucket[high].1).is_gt() {
                high = i;
            }
        }
        kept.push(bucket[low.min(high)]);
        if low != high {
            kept.push(bucket[low.max(high)]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::thin;
    use crate::{Ns, Rng};

    #[test]
    fn a_short_curve_is_kept_whole_steps_included() {
        let step = [(0, 1.0), (5, 1.0), (5, 2.0), (5, 0.0)];
        assert_eq!(thin(&step), step);
        assert_eq!(thin(&[]), []);
    }

    #[test]
    fn a_long_curve_keeps_its_order_and_its_extremes() {
        let mut rng = Rng::new(21);
        for length in [1_000, 1_001, 1_999, 54_321_usize] {
            let mut points: Vec<(Ns, f64)> = (0..).take(length).map(|at| (at * 10, rng.unit())).collect();
            points[length / 3].1 = 99.0;
            points[length / 2].1 = -99.0;
            let kept = thin(&points);
            assert!(kept.len() <= 1_000, "{} of {length}", kept.len());
            assert!(kept.is_sorted_by_key(|point| point.0));
            assert!(kept.contains(&points[length / 3]) && kept.contains(&points[length / 2]));
        }
    }
}
