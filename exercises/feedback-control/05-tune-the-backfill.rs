//! # Gains for a plant with dead time
//!
//! Tune, 30 minutes. Read first: "Dead time" in the topic's write-up.
//!
//! A table is being copied to its new home, beside the traffic, as fast as the database has room
//! for: its CPU is to be at 70 %. The CPU that the controller sees is 30 s old and noisy, and what
//! it decides takes another 20 s to show. Whoever wrote the numbers below thought of neither: the
//! copy runs at full speed, stands still, and runs again. Find five numbers that hold it steady.
//!
//! ## What is given
//! - The controller, below; the checks use their own copy of it. It runs every 10 s and moves u, the
//!   speed of the copy: 0 to 20 thousand rows a second, 0 at the start.
//! - The plant. Every second
//!
//!       x   = x + (gain * u - x) / 20        the load of the copy, in % of the CPU; 0 at the start
//!       cpu = base + x, at most 100          base: 25 %, and from 1,200 s on 40 %
//!
//!   with a gain of 4 % per krow/s. What the controller sees is the cpu of 30 s before (25 % in the
//!   first 30 s), with a normal noise of 1.5 % of CPU.
//! - A second plant, on which the same numbers must do: gain 6, and 40 s old. So different a
//!   database is after a change of the row size, and nobody will tune it again.
//!
//! ## Scorecard, over 2,400 s
//! | what                                                                    | limit        |
//! |-------------------------------------------------------------------------|--------------|
//! | overshoot: the highest cpu before 1,200 s, less 70                      | 5 pp         |
//! | from the start until cpu stays within 70 +- 4 (to 1,200 s)              | 300 s        |
//! | from 1,200 s until cpu stays within 70 +- 4 (to 2,400 s)                | 240 s        |
//! | cpu above 80 %, in all                                                  | 90 s         |
//! | movement of u in calm: sum of its moves, 700-1,200 s and 1,900-2,400 s  | 0.6 a minute |
//! | rows copied, at least                                                   | 21,000 krows |
//! | second plant: overshoot                                                 | 12 pp        |
//! | second plant: from 1,200 s until cpu stays within 70 +- 6               | 300 s        |
//!
//! Several quite different sets of numbers meet all of it. `drill plot` draws both plants.
//!
//! All five are finite and 0 to 3,600. Edit: the numbers in `tuning`. The rest is as it will run.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// Time constant of the filter on the measurement, in seconds; 0 is no filter.
    pub tau_s: f64,
    /// krows/s per % of error.
    pub kp: f64,
    /// krows/s per % of error and second.
    pub ki: f64,
    /// An error up to this many % changes nothing.
    pub deadband_pct: f64,
    /// The fastest that u may change, in krows/s per second.
    pub slew_per_s: f64,
}

pub fn tuning() -> Tuning {
    Tuning { tau_s: 0.0, kp: 0.5, ki: 0.02, deadband_pct: 0.0, slew_per_s: 20.0 }
}

pub struct Controller {
    t: Tuning,
    u: f64,
    filtered: Option<f64>,
    e_last: Option<f64>,
}

impl Controller {
    pub fn new(t: Tuning) -> Controller {
        Controller { t, u: 0.0, filtered: None, e_last: None }
    }

    /// Every 10 s: what is seen of the CPU in %, and how fast to copy, in krows/s.
    pub fn step(&mut self, seen: f64) -> f64 {
        let weight = if self.t.tau_s > 0.0 { 1.0 - (-10.0 / self.t.tau_s).exp() } else { 1.0 };
        let before = self.filtered.unwrap_or(seen);
        let cpu = before + weight * (seen - before);
        let e = 70.0 - cpu;
        if e.abs() > self.t.deadband_pct {
            let move_to = self.t.kp * (e - self.e_last.unwrap_or(e)) + self.t.ki * e * 10.0;
            let most = self.t.slew_per_s * 10.0;
            self.u = (self.u + move_to.clamp(-most, most)).clamp(0.0, 20.0);
        }
        self.filtered = Some(cpu);
        self.e_last = Some(e);
        self.u
    }
}
