//! The shedder in whole numbers: p in units of 1e-18, gains in units of 2^-40. No rounding but that of
//! the gains and of one shift a tick, and therefore the same on every machine.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    pub target_ns: u64,
    pub kp: f64,
    pub ki: f64,
    pub p_max: f64,
}

/// One whole probability.
const ONE: i128 = 1_000_000_000_000_000_000;
const GAIN_BITS: u32 = 40;

pub struct Shedder {
    target_ns: i128,
    kp: i128,
    ki: i128,
    p_max: i128,
    p: i128,
    before: Option<(u64, i128)>,
}

fn gain(x: f64) -> i128 {
    (x * (1_u64 << GAIN_BITS) as f64).round() as i128
}

impl Shedder {
    pub fn new(c: Config) -> Shedder {
        Shedder {
            target_ns: i128::from(c.target_ns),
            kp: gain(c.kp),
            ki: gain(c.ki),
            p_max: (c.p_max * 1e18).round() as i128,
            p: 0,
            before: None,
        }
    }

    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        let delay = i128::from(queue_delay_ns);
        if let Some((then, delay_before)) = self.before {
            let dt = i128::from(now_ns.saturating_sub(then));
            // Nanoseconds times 1e9, and nanoseconds times nanoseconds, are both in units of 1e-18 s. A
            // step of 2^53 ns (104 days) or more is at a limit anyway.
            let trend = self.kp * (delay - delay_before) * 1_000_000_000;
            let error = (self.ki * (delay - self.target_ns)).saturating_mul(dt);
            self.p = (self.p + (trend.saturating_add(error) >> GAIN_BITS)).clamp(0, self.p_max);
        }
        self.before = Some((now_ns, delay));
        self.p as f64 / ONE as f64
    }
}
