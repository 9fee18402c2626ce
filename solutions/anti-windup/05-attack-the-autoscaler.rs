//! Three demands that break three loops.
//!
//! Each attack is a calculation, and the fleet only confirms it.

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
    // n replicas rest at 100 n x 0.62 to 100 n x 0.72: 5 up to 360 rps, 6 from 372 on. In between
    // neither can: 5 are above 72 %, and the sixth brings the fleet below 62 %.
    366
}

/// (seconds, rps), after which `PiNaive` keeps replicas that nobody needs.
pub fn overshoot_trace() -> Vec<(u32, u32)> {
    // I grows by 0.004 e a second, and e is at most 40: as much overload as the rules allow, for as
    // long as they allow, stores 600 x 0.16 = 96 replicas that do not exist. Afterwards CPU is low,
    // e is negative, and all of it has to be unwound before the first replica goes.
    vec![(600, 4000), (3600, 600)]
}

/// (seconds, rps) of a night and a morning, in which `PiNaive` does not wake up.
pub fn morning_trace() -> Vec<(u32, u32)> {
    // Two replicas stay on, whatever the load. At 20 rps they are at 10 %, e is -50, and in half an
    // hour I falls by 1800 x 0.2 = 360. In the morning CPU ends at 100 %, so that e is 40 at most and
    // I climbs more slowly than it fell.
    vec![(1800, 20), (5400, 1200)]
}
