//! # Three demands that break three loops
//!
//! Attack, 25 minutes. Read first: "Windup" and "Integer actuators" in the topic's write-up.
//!
//! Three autoscalers are up for review, and each has passed its load test. The first moves one
//! replica at a time between two thresholds. The second is a PI controller whose output is clamped.
//! The third is the same with conditional integration. You are the reviewer with the traffic
//! generator: a demand on which the first never rests, and two on which the second forgets that
//! the load has changed, while the third does not.
//!
//! ## The fleet
//! A replica serves 100 rps at 100 % CPU and takes 45 s to start; CPU is never above 100 %. There
//! are 2 to 40 replicas, ready and starting together; 10 are ready at the beginning. Every 15 s
//! the controller gets the mean CPU of the last 15 s and sets the number of replicas. To have
//! fewer takes no time, and the starting ones go first. `play` below is the whole of it.
//! - `Threshold`: one replica more above 72 %, one fewer below 62 %.
//! - `PiNaive`: v = 0.1 e + I with e = CPU - 60; the number is v within 2 to 40, rounded. Then
//!   0.004 e * 15 s is added to I, which starts at 10.
//! - `PiTwin`: the same, but what is added is left out while v is above 40 and e above 0, or v
//!   below 2 and e below 0.
//!
//! ## Contract
//! - `steady_demand` is a number of rps, 350 to 2000, that does not change for two hours. In the
//!   second hour the replicas of `Threshold` must turn at least 20 times (up after down, or down
//!   after up).
//! - `overshoot_trace` is a list of (seconds, rps), one after the other: 2 to 4 of them, each of
//!   200 to 4000 rps. The last is 600 rps and lasts an hour, whatever seconds it says. The others
//!   are 1 s or longer and at most 1,800 s together; above 2400 rps there are at most 600 s in
//!   all. Needed in the last hour are 10 replicas. Sum what is ready beyond them, second by
//!   second: `PiNaive` must come to at least 12,000 replica-s, `PiTwin` to at most 4,000.
//! - `morning_trace` is a list of exactly two (seconds, rps): a night of 1 to 1,800 s at 20 rps or
//!   more, then a morning of 1200 rps at the most, which lasts 90 minutes, whatever seconds it
//!   says. A second is saturated if the rps are at least 100 times the ready replicas. In the
//!   morning `PiNaive` must be saturated for at least 1,950 s, `PiTwin` for at most 150 s.
//! - Called twice, each answers the same.
//!
//! Edit: the three functions at the end. The checks have their own copy of the fleet, so that
//! changing it changes nothing; calling it is fine, and so is searching with it.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    Threshold,
    PiNaive,
    PiTwin,
}

/// One second of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Second {
    pub rps: u32,
    pub ready: u32,
    pub starting: u32,
    pub cpu_pct: f64,
    /// I, of a PI controller.
    pub term: f64,
}

/// Plays (seconds, rps) one after the other.
pub fn play(law: Law, trace: &[(u32, u32)]) -> Vec<Second> {
    let mut run: Vec<Second> = Vec::new();
    // When each starting replica will be ready, the earliest first.
    let (mut ready, mut starting, mut term) = (10_u32, Vec::<usize>::new(), 10.0);
    for &(seconds, rps) in trace {
        for _ in 0..seconds {
            let now = run.len();
            if now > 0 && now % 15 == 0 {
                let cpu = run[now - 15..].iter().map(|second| second.cpu_pct).sum::<f64>() / 15.0;
                let have = ready + starting.len() as u32;
                let want = control(law, cpu, have, &mut term);
                for _ in have..want {
                    starting.push(now + 45);
                }
                for _ in want..have {
                    if starting.pop().is_none() {
                        ready -= 1;
                    }
                }
            }
            let before = starting.len();
            starting.retain(|due| *due > now);
            ready += (before - starting.len()) as u32;
            let cpu_pct = (f64::from(rps) / f64::from(ready)).min(100.0);
            run.push(Second { rps, ready, starting: starting.len() as u32, cpu_pct, term });
        }
    }
    run
}

/// How many replicas there are to be.
fn control(law: Law, cpu: f64, have: u32, term: &mut f64) -> u32 {
    if law == Law::Threshold {
        let want = have + u32::from(cpu > 72.0) - u32::from(cpu < 62.0);
        return want.clamp(2, 40);
    }
    let e = cpu - 60.0;
    let v = 0.1 * e + *term;
    let pushes_out = (v > 40.0 && e > 0.0) || (v < 2.0 && e < 0.0);
    if law == Law::PiNaive || !pushes_out {
        *term += 0.004 * e * 15.0;
    }
    v.clamp(2.0, 40.0).round() as u32
}

/// Rps, constant, on which `Threshold` flaps for ever.
pub fn steady_demand() -> u32 {
    todo!()
}

/// (seconds, rps), after which `PiNaive` keeps replicas that nobody needs.
pub fn overshoot_trace() -> Vec<(u32, u32)> {
    todo!()
}

/// (seconds, rps) of a night and a morning, in which `PiNaive` does not wake up.
pub fn morning_trace() -> Vec<(u32, u32)> {
    todo!()
}
