//! How long things take: latency and service time distributions.

use crate::{Ns, Rng, exp, pow};

/// A distribution of durations, in whole nanoseconds (rounded down).
#[derive(Clone, Debug)]
pub enum Latency {
    /// Always this long.
    Fixed(Ns),
    /// Uniform between the two, both included.
    Uniform(Ns, Ns),
    /// Exponential: memoryless.
    Exp {
        /// The mean.
        mean: Ns,
    },
    /// `median * e^(sigma * Z)`, Z standard normal.
    LogNormal {
        /// Half of all values are below.
        median: Ns,
        /// Standard deviation of the logarithm; 0.5 is a mild tail, 1.5 a heavy one.
        sigma: f64,
    },
    /// Heavy tail, by inversion: `min * (1 - u)^(-1/alpha)`, cut off at `cap`.
    Pareto {
        /// The least value.
        min: Ns,
        /// Tail index, > 0; the mean is infinite up to 1, the variance up to 2.
        alpha: f64,
        /// Greater values become this one.
        cap: Ns,
    },
    /// Weights and distributions, at least one; the weights need not sum to 1.
    Mix(Vec<(f64, Latency)>),
}

impl Latency {
    /// One duration.
    #[must_use]
    pub fn sample(&self, rng: &mut Rng) -> Ns {
        match self {
            Latency::Fixed(d) => *d,
            Latency::Uniform(lo, hi) => rng.range(*lo, *hi),
            Latency::Exp { mean } => rng.exp(*mean as f64) as Ns,
            Latency::LogNormal { median, sigma } => (*median as f64 * exp(sigma * rng.normal())) as Ns,
            Latency::Pareto { min, alpha, cap } => {
                let x = *min as f64 * pow(1.0 - rng.unit(), -1.0 / alpha);
                (x as Ns).min(*cap)
            }
            Latency::Mix(parts) => {
                let mut u = rng.unit() * parts.iter().map(|part| part.0).sum::<f64>();
                for (weight, part) in parts {
                    u -= weight;
                    if u < 0.0 {
                        return part.sample(rng);
                    }
                }
                parts[parts.len() - 1].1.sample(rng)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Latency;
    use crate::{MS, Ns, Rng, quantile};

    /// The quantiles of 20,000 samples at `at`, in milliseconds.
    fn quantiles<const N: usize>(latency: &Latency, at: [f64; N]) -> [f64; N] {
        let mut rng = Rng::new(41);
        let samples: Vec<f64> = (0..20_000).map(|_| latency.sample(&mut rng) as f64 / MS as f64).collect();
        at.map(|q| quantile(&samples, q).expect("there are samples"))
    }

    #[track_caller]
    fn check<const N: usize>(latency: &Latency, at: [f64; N], theory: [f64; N]) {
        let found = quantiles(latency, at);
        for (found, theory) in found.into_iter().zip(theory) {
            assert!((found / theory - 1.0).abs() < 0.05, "{found} ms of {theory} ms");
        }
    }

    #[test]
    fn quantiles_agree_with_theory() {
        let at = [0.5, 0.9, 0.99];
        check(&Latency::Fixed(7 * MS), at, [7.0, 7.0, 7.0]);
        check(&Latency::Uniform(10 * MS, 20 * MS), at, [15.0, 19.0, 19.9]);
        // -ln(1 - q) * mean
        check(&Latency::Exp { mean: 10 * MS }, at, [6.931, 23.03, 46.05]);
        // median * e^(0.5 z), z = 0, 1.2816, 2.3263
        check(&Latency::LogNormal { median: 10 * MS, sigma: 0.5 }, at, [10.0, 18.98, 32.0]);
        // (1 - q)^(-1/2) * min, capped
        check(&Latency::Pareto { min: 10 * MS, alpha: 2.0, cap: 80 * MS }, at, [14.14, 31.62, 80.0]);
    }

    #[test]
    fn a_mix_takes_its_parts_by_weight() {
        let mix = Latency::Mix(vec![(3.0, Latency::Fixed(MS)), (1.0, Latency::Fixed(100 * MS))]);
        let mut rng = Rng::new(42);
        let slow = (0..10_000).filter(|_| mix.sample(&mut rng) == 100 * MS).count();
        assert!((2_300..2_700).contains(&slow), "{slow} of about 2,500");
    }

    #[test]
    fn extreme_samples_stay_in_range() {
        let mut rng = Rng::new(43);
        let tail = Latency::LogNormal { median: Ns::MAX / 2, sigma: 9.0 };
        assert!((0..99).any(|_| tail.sample(&mut rng) == Ns::MAX));
    }
}
