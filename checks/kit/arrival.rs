//! When requests arrive: sorted times in `[from, to)`. A recorded trace is a `Vec<Ns>` in the check.

use crate::{Ns, Rng, SEC};

/// Poisson arrivals: independent exponential gaps, by inversion. Times stay exact below 2^53 ns (104 days).
#[must_use]
pub fn poisson(rng: &mut Rng, per_sec: f64, from: Ns, to: Ns) -> Vec<Ns> {
    thinned(rng, per_sec, &|_| per_sec, from, to)
}

/// Poisson arrivals whose rate (a second) changes: ramps, days and nights. By thinning (Lewis and Shedler 1979).
///
/// # Panics
/// When `rate` leaves `0..=max_per_sec`.
#[must_use]
pub fn thinned(rng: &mut Rng, max_per_sec: f64, rate: &dyn Fn(Ns) -> f64, from: Ns, to: Ns) -> Vec<Ns> {
    let mut times = Vec::new();
    if max_per_sec <= 0.0 {
        return times;
    }
    let mut t = from as f64;
    loop {
        t += rng.exp(SEC as f64 / max_per_sec);
        let at = t as Ns;
        if at >= to {
            return times;
        }
        let now = rate(at);
        assert!((0.0..=max_per_sec).contains(&now), "rate({at}) = {now} is outside 0..={max_per_sec}");
        // A constant rate draws no second number.
        if now >= max_per_sec || rng.chance(now / max_per_sec) {
            times.push(at);
        }
    }
}

/// Evenly paced: the i-th arrival at `from + floor(i * 1 s / per_sec)`, in integers. None at rate 0.
#[must_use]
pub fn paced(per_sec: u64, from: Ns, to: Ns) -> Vec<Ns> {
    if per_sec == 0 {
        return Vec::new();
    }
    let mut times = Vec::new();
    for i in 0..u64::MAX {
        let at = from + (u128::from(i) * u128::from(SEC) / u128::from(per_sec)) as Ns;
        if at >= to {
            break;
        }
        times.push(at);
    }
    times
}

/// `n` arrivals at one instant.
#[must_use]
pub fn burst(at: Ns, n: usize) -> Vec<Ns> {
    vec![at; n]
}

/// Poisson at `per_sec` during `on`, silent during `off`, starting on; both lengths in nanoseconds.
///
/// # Panics
/// When both lengths are 0.
#[must_use]
pub fn on_off(rng: &mut Rng, per_sec: f64, on: Ns, off: Ns, from: Ns, to: Ns) -> Vec<Ns> {
    let rate = move |t: Ns| if (t - from) % (on + off) < on { per_sec } else { 0.0 };
    thinned(rng, per_sec, &rate, from, to)
}

/// All of them as one sorted stream.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "streams are made for this call")]
pub fn merge(all: Vec<Vec<Ns>>) -> Vec<Ns> {
    let mut times = all.concat();
    times.sort_unstable();
    times
}

#[cfg(test)]
mod tests {
    use super::{burst, merge, on_off, paced, poisson, thinned};
    use crate::{Rng, SEC};

    /// Asserts that `count` is within 4 standard deviations of a Poisson count with this mean.
    #[track_caller]
    fn check(count: usize, mean: f64) {
        assert!((count as f64 - mean).abs() < 4.0 * mean.sqrt(), "{count} of about {mean}");
    }

    #[test]
    fn poisson_arrivals_come_at_the_rate_and_in_the_window() {
        let times = poisson(&mut Rng::new(1), 100.0, SEC, 101 * SEC);
        check(times.len(), 10_000.0);
        assert!(times.is_sorted() && times[0] >= SEC && times[times.len() - 1] < 101 * SEC);
        let gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / SEC as f64).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean) * (gap - mean)).sum::<f64>() / gaps.len() as f64;
        assert!(
            (variance / (mean * mean) - 1.0).abs() < 0.1,
            "coefficient of variation {variance} at {mean}"
        );
        assert!(poisson(&mut Rng::new(1), 0.0, 0, SEC).is_empty());
    }

    #[test]
    fn a_ramp_thins_to_its_integral() {
        let ramp = |t| 200.0 * t as f64 / (100 * SEC) as f64;
        let times = thinned(&mut Rng::new(2), 200.0, &ramp, 0, 100 * SEC);
        check(times.len(), 10_000.0);
        check(times.iter().filter(|t| **t < 50 * SEC).count(), 2_500.0);
    }

    #[test]
    fn on_off_arrivals_are_silent_while_off() {
        let times = on_off(&mut Rng::new(3), 100.0, SEC, SEC, SEC, 101 * SEC);
        check(times.len(), 5_000.0);
        assert!(times.iter().all(|t| (t - SEC) % (2 * SEC) < SEC));
    }

    #[test]
    fn paced_arrivals_do_not_drift() {
        assert_eq!(paced(3, 0, SEC), [0, 333_333_333, 666_666_666]);
        assert_eq!(paced(0, 0, SEC), []);
        let times = paced(7, 5, 5 + 10 * SEC);
        assert_eq!((times.len(), times[0], times[63]), (70, 5, 5 + 9 * SEC));
    }

    #[test]
    fn streams_merge_sorted() {
        assert_eq!(merge(vec![burst(5, 2), vec![1, 9], vec![]]), [1, 5, 5, 9]);
    }
}
