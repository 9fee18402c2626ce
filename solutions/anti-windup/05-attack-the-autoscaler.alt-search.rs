//! Three demands that break three loops: tried out on the fleet, until one breaks.
//!
//! Nothing is calculated. Each goal is a function of a run, and the first candidate that reaches it is the
//! answer.

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
    let flaps = |rps: &u32| {
        let total: Vec<u32> = play(Law::Threshold, &[(7200, *rps)])[3600..]
            .iter()
            .map(|second| second.ready + second.starting)
            .collect();
        let ups = total.windows(2).filter(|pair| pair[0] < pair[1]).count();
        let downs = total.windows(2).filter(|pair| pair[0] > pair[1]).count();
        // One replica up and one down by turns, as there is no third place to go.
        ups >= 15 && downs >= 15
    };
    (350..=2000).find(flaps).expect("a gap between two numbers of replicas")
}

/// (seconds, rps), after which `PiNaive` keeps replicas that nobody needs.
pub fn overshoot_trace() -> Vec<(u32, u32)> {
    let excess = |law, trace: &[(u32, u32)]| {
        let last = trace[..trace.len() - 1].iter().map(|part| part.0 as usize).sum();
        let tail = &play(law, trace)[last..];
        tail.iter().map(|second| second.ready.saturating_sub(10)).sum::<u32>()
    };
    let candidates = [2400, 3000, 4000].into_iter().map(|rps| vec![(600, rps), (3600, 600)]);
    candidates
        .into_iter()
        .find(|trace| excess(Law::PiNaive, trace) >= 12_000 && excess(Law::PiTwin, trace) <= 4_000)
        .expect("an overload that winds it up")
}

/// (seconds, rps) of a night and a morning, in which `PiNaive` does not wake up.
pub fn morning_trace() -> Vec<(u32, u32)> {
    let saturated = |law, trace: &[(u32, u32)]| {
        let tail = &play(law, trace)[trace[0].0 as usize..];
        tail.iter().filter(|second| second.rps >= second.ready * 100).count()
    };
    let nights = [600, 1200, 1800].into_iter().flat_map(|s| [100, 20].map(|rps| (s, rps)));
    let mut traces = nights.map(|night| vec![night, (5400, 1200)]);
    traces
        .find(|trace| saturated(Law::PiNaive, trace) >= 1_950 && saturated(Law::PiTwin, trace) <= 150)
        .expect("a night that is quiet enough")
}
