//! The shedder as a fold: a tick takes the last reading away, works out the next p and puts the new
//! reading in its place. The limits are two comparisons, and the sum is made in another order.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    pub target_ns: u64,
    pub kp: f64,
    pub ki: f64,
    pub p_max: f64,
}

pub enum Shedder {
    Fresh(Config),
    Running { config: Config, p: f64, at: u64, delay: f64 },
}

impl Shedder {
    pub fn new(c: Config) -> Shedder {
        Shedder::Fresh(c)
    }

    pub fn tick(&mut self, now_ns: u64, queue_delay_ns: u64) -> f64 {
        let delay_ms = queue_delay_ns as f64 / 1e6;
        let (config, p) = match *self {
            Shedder::Fresh(config) => (config, 0.0),
            Shedder::Running { config, p, at, delay } => {
                let dt_ms = if now_ns > at { (now_ns - at) as f64 / 1e6 } else { 0.0 };
                let by_error = config.ki * (delay_ms - config.target_ns as f64 / 1e6) * dt_ms / 1e6;
                let by_trend = config.kp * (delay_ms - delay) / 1e3;
                let wanted = by_error + by_trend + p;
                if wanted < 0.0 {
                    (config, 0.0)
                } else if wanted > config.p_max {
                    (config, config.p_max)
                } else {
                    (config, wanted)
                }
            }
        };
        *self = Shedder::Running { config, p, at: now_ns, delay: delay_ms };
        p
    }
}
