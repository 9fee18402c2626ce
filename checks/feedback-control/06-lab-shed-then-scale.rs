//! Hidden checks of the lab `06-lab-shed-then-scale`: one run of a simulated fleet, judged by a scorecard, and a
//! few calls outside of it that every answer must survive.
use crate::{Autoscaler, FleetMetrics, Shedder};
use kit::{Case, Check, Res, Rng, Score, fail};
use std::ops::Range;
use std::sync::OnceLock;

pub const CHECKS: &[Check] = &[
    ("invariants", "answers out of range, or none, for metrics that are 0 or huge", invariants),
    ("queue-delay", "a queue that is long while requests are let in", queue_delay),
    ("busy-while-shedding", "pods with nothing to do while requests are turned away", busy_while_shedding),
    ("dropped", "requests that wait for more than 2 s and are dropped", dropped),
    ("lost-to-shedding", "requests lost because pods come too late, or go too soon", lost_to_shedding),
    ("handover", "a shedder still at work when the pods should be there", handover),
    ("cost", "pods that are paid for and that nobody needs", cost),
    ("comes-down", "pods that stay when the demand has gone", comes_down),
    ("reversals", "a number of pods that follows every wave of the demand", reversals),
];

const SEC: u64 = kit::SEC;
const STEP: u64 = 200 * kit::MS;
const STEPS: usize = 9_000;
const STEP_S: f64 = 0.2;
/// Steps between two reconciles: 15 s.
const INTERVAL: usize = 75;
/// Steps until half of what was turned away comes back: 2 s.
const BACK: usize = 10;
const INITIAL: u32 = 18;
const MIN: u32 = 4;
const MAX: u32 = 160;
const MOST: f64 = 0.95;
/// What a pod serves, and what it is bought for.
const POD: f64 = 100.0;
const BOUGHT_FOR: f64 = 70.0;
/// Clocks do not start at 0.
const EPOCH: u64 = 1_760_000_000_123_456_789;
/// When the pods that the jump of the demand needs are there.
const HANDOVER: Range<usize> = 540 * 5..900 * 5;

fn demand(second: u64) -> f64 {
    match second {
        0..300 => 1_200.0,
        300..900 => 4_200.0,
        900..1_200 => 2_000.0,
        _ if (second - 1_200) / 60 % 2 == 0 => 2_500.0,
        _ => 1_500.0,
    }
}

fn at(step: usize) -> u64 {
    step as u64 * STEP
}

fn second(step: usize) -> f64 {
    (step / 5) as f64
}

/// What happened, a value for each step.
#[derive(Default)]
struct Lab {
    demand: Vec<f64>,
    offered: Vec<f64>,
    admitted: Vec<f64>,
    dropped: Vec<f64>,
    /// Turned away for good.
    lost: Vec<f64>,
    shed: Vec<f64>,
    /// Seconds.
    delay: Vec<f64>,
    ready: Vec<f64>,
    served: Vec<f64>,
    paid: Vec<f64>,
    /// One for each interval, the initial number first.
    desired: Vec<f64>,
    strange: Option<String>,
}

static LAB: OnceLock<Lab> = OnceLock::new();

/// The run, made once; every check looks at it.
fn lab(case: &Case) -> &'static Lab {
    LAB.get_or_init(|| run(case.seed))
}

fn tick(shedder: &mut Shedder, now: u64, delay: u64) -> f64 {
    kit::during(|| format!("tick(now {now} ns, delay {delay} ns)"), || shedder.tick(now, delay))
}

fn reconcile(autoscaler: &mut Autoscaler, m: &FleetMetrics) -> u32 {
    kit::during(|| format!("reconcile({m:?})"), || autoscaler.reconcile(m))
}

fn run(seed: u64) -> Lab {
    let mut rng = Rng::new(0x06_f1ee7 ^ seed);
    let noise: Vec<f64> = (0..STEPS / 25).map(|_| 1.0 + 0.04 * rng.normal()).collect();
    let epoch = EPOCH ^ (seed & 0xffff_ffff);
    let mut shedder = Shedder::new();
    let mut autoscaler = Autoscaler::new(INITIAL, MIN, MAX);
    let mut lab = Lab { desired: vec![f64::from(INITIAL)], ..Lab::default() };
    let (mut ready, mut starting): (u32, Vec<usize>) = (INITIAL, Vec::new());
    let (mut queue, mut away) = (0.0, vec![0.0; STEPS]);
    // Of this interval: offered, admitted, served, what could have been served.
    let mut sums = [0.0; 4];
    for step in 0..STEPS {
        let started = starting.iter().filter(|until| **until <= step).count();
        starting.retain(|until| *until > step);
        ready += started as u32;
        let capacity = f64::from(ready) * POD;
        let wanted = demand(at(step) / SEC) * noise[step / 25] * STEP_S;
        let offered = wanted + if step >= BACK { away[step - BACK] / 2.0 } else { 0.0 };
        let p = tick(&mut shedder, epoch + at(step), (queue / capacity * SEC as f64) as u64);
        if !(0.0..=MOST + 1e-9).contains(&p) && lab.strange.is_none() {
            lab.strange = Some(format!(
                "at {:.1} s tick answers {p}; a share is 0 to 0.95",
                at(step) as f64 / SEC as f64
            ));
        }
        let p = if p.is_finite() { p.clamp(0.0, MOST) } else { 0.0 };
        away[step] = offered * p;
        let admitted = offered - away[step];
        queue += admitted;
        let served = f64::min(queue, capacity * STEP_S);
        queue -= served;
        let dropped = f64::max(queue - 2.0 * capacity, 0.0);
        queue -= dropped;
        lab.demand.push(wanted);
        lab.offered.push(offered);
        lab.admitted.push(admitted);
        lab.dropped.push(dropped);
        lab.lost.push(away[step] / 2.0);
        lab.shed.push(p);
        lab.delay.push(queue / capacity);
        lab.ready.push(f64::from(ready));
        lab.served.push(served);
        lab.paid.push(f64::from(ready) + starting.len() as f64);
        for (sum, value) in sums.iter_mut().zip([offered, admitted, served, capacity * STEP_S]) {
            *sum += value;
        }
        if (step + 1) % INTERVAL == 0 {
            let [offered, admitted, served, possible] = std::mem::take(&mut sums);
            let m = FleetMetrics {
                now_ns: epoch + at(step + 1),
                ready,
                starting: starting.len() as u32,
                utilization: served / possible,
                admitted_rps: admitted / 15.0,
                offered_rps: offered / 15.0,
            };
            let desired = reconcile(&mut autoscaler, &m);
            if !(MIN..=MAX).contains(&desired) && lab.strange.is_none() {
                lab.strange = Some(format!(
                    "at {} s reconcile answers {desired} pods; min is {MIN} and max {MAX}",
                    at(step + 1) / SEC
                ));
            }
            let desired = desired.clamp(MIN, MAX);
            lab.desired.push(f64::from(desired));
            let mut more = desired.saturating_sub(ready + starting.len() as u32);
            while more > 0 {
                // 45 to 75 s.
                starting.push(step + 1 + 225 + rng.below(151) as usize);
                more -= 1;
            }
            while ready + starting.len() as u32 > desired && starting.pop().is_some() {}
            ready = ready.min(desired);
        }
    }
    lab
}

// ---- what is measured

fn sum(values: &[f64], of: Range<usize>) -> f64 {
    values[of].iter().sum()
}

/// Whole numbers with thousands apart.
fn thousands(x: f64) -> String {
    let digits = format!("{x:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Stretches of steps in which `holds` is true; those with a gap of up to 5 s between them are one.
fn stretches(of: Range<usize>, holds: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    stretches_apart(of, 25, holds)
}

fn stretches_apart(of: Range<usize>, gap: usize, holds: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for step in of.filter(|step| holds(*step)) {
        match found.last_mut() {
            Some(last) if last.end + gap > step => last.end = step + 1,
            _ => found.push(step..step + 1),
        }
    }
    found
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

impl Lab {
    /// The 99th percentile of the delay, each admitted request counted, in ms.
    fn p99(&self) -> f64 {
        let mut order: Vec<usize> = (0..STEPS).collect();
        order.sort_by(|a, b| self.delay[*a].total_cmp(&self.delay[*b]));
        let all = sum(&self.admitted, 0..STEPS);
        let mut seen = 0.0;
        for step in order {
            seen += self.admitted[step];
            if seen >= 0.99 * all {
                return 1e3 * self.delay[step];
            }
        }
        0.0
    }
    /// Of the demand, in per cent.
    fn share(&self, values: &[f64], of: Range<usize>) -> f64 {
        100.0 * sum(values, of.clone()) / sum(&self.demand, of)
    }
    /// The mean of each 15 s, per second.
    fn means(values: &[f64]) -> Vec<(u64, f64)> {
        let mean = |(i, part): (usize, &[f64])| (at(i * INTERVAL), part.iter().sum::<f64>() / 15.0);
        values.chunks(INTERVAL).enumerate().map(mean).collect()
    }
    /// The highest of each 6 s.
    fn peaks(values: &[f64], scale: f64) -> Vec<(u64, f64)> {
        values.chunks(30).enumerate().map(|(i, part)| (at(i * 30), scale * most(part))).collect()
    }
    fn draw_requests(&self, case: &mut Case) {
        case.series("demand", "requests/s", &Lab::means(&self.demand));
        case.series("offered", "requests/s", &Lab::means(&self.offered));
        case.series("admitted", "requests/s", &Lab::means(&self.admitted));
    }
    fn draw_delay(&self, case: &mut Case) {
        case.series("queue delay", "ms", &Lab::peaks(&self.delay, 1e3));
    }
}

/// A step function: two points wherever it changes.
fn stairs(values: &[f64], every: usize) -> Vec<(u64, f64)> {
    let mut points: Vec<(u64, f64)> = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let now = at(i * every);
        match points.last() {
            Some((_, last)) if last == value => {}
            Some((_, last)) => points.extend([(now, *last), (now, *value)]),
            None => points.push((now, *value)),
        }
    }
    points.extend(values.last().map(|last| (at(values.len() * every), *last)));
    points
}

// ---- the checks

fn metrics(now_ns: u64, pods: u32, rps: f64, utilization: f64) -> FleetMetrics {
    FleetMetrics { now_ns, ready: pods, starting: pods / 2, utilization, admitted_rps: rps, offered_rps: rps }
}

/// Of a production clock, of one that has just started, and near the end of the range.
const CLOCKS: [u64; 3] = [EPOCH, 0, (1 << 62) - 20_000 * SEC];

fn invariants(case: &mut Case) -> Res {
    CLOCKS.iter().try_for_each(|start| shedder_answers(*start))?;
    for start in CLOCKS {
        for (initial, min, max) in [(3, 1, 6), (5, 5, 5), (0, 0, 4), (18, 4, 120)] {
            autoscaler_answers(start, initial, min, max)?;
        }
    }
    lab(case).strange.as_ref().map_or(Ok(()), |strange| fail(strange.clone()))
}

/// Nothing, much and nothing again, at once and late.
fn shedder_answers(start: u64) -> Res {
    let mut shedder = Shedder::new();
    let long = 1_000 * SEC;
    let ticks =
        [(0, 0), (0, 0), (0, long), (1, long), (SEC, 0), (SEC, long), (500 * SEC, long), (501 * SEC, long)];
    let mut before = 0;
    for (i, (late, delay)) in ticks.into_iter().chain([(9_000 * SEC, 0), (9_000 * SEC, 0)]).enumerate() {
        let p = tick(&mut shedder, start + late, delay);
        if !(0.0..=MOST + 1e-9).contains(&p) {
            let since = match late - before {
                1 => "1 ns".into(),
                gap => format!("{} s", gap / SEC),
            };
            let since = if i == 0 { "the first one".into() } else { format!("{since} after tick {i}") };
            return fail(format!(
                "tick {}, {since}, with a delay of {} s, answers {p}; a share is finite and 0 to 0.95",
                i + 1,
                delay / SEC
            ));
        }
        before = late;
    }
    Ok(())
}

fn autoscaler_answers(start: u64, initial: u32, min: u32, max: u32) -> Res {
    let mut autoscaler = Autoscaler::new(initial, min, max);
    let calls =
        [(0, 0, 0.0, 0.0), (0, 0, 0.0, 0.0), (15, 200, 1e9, 1.0), (15, 0, 1e9, 1.0), (30, 9, 0.0, 0.0)];
    let later = [(400, 9, 0.0, 0.0), (800, 1, 0.0, 1.0), (9_000, 0, 1e9, 0.0), (9_015, 0, 1.0, 1.0)];
    for (second, pods, rps, utilization) in calls.into_iter().chain(later) {
        let mut m = metrics(start + second * SEC, pods, rps, utilization);
        // All let in, nothing let in, and more let in than came.
        for (offered, admitted) in [(rps, rps), (rps, 0.0), (0.0, rps), (0.0, 500.0)] {
            (m.offered_rps, m.admitted_rps) = (offered, admitted);
            let desired = reconcile(&mut autoscaler, &m);
            if !(min..=max).contains(&desired) {
                return fail(format!(
                    "with min {min} and max {max}, {pods} pods ready, {} requests a second offered and {} let \
                         in, reconcile answers {desired} pods",
                    thousands(offered),
                    thousands(admitted)
                ));
            }
        }
    }
    // As many pods as there can be, whoever started them.
    let late = start + 10_000 * SEC;
    for (ready, starting) in [(0, 1_000_000), (1_000_000, 1_000_000), (1_000_000, 0), (0, 0)] {
        let m = FleetMetrics { ready, starting, ..metrics(late, 0, 5_000.0, 0.5) };
        let desired = reconcile(&mut autoscaler, &m);
        if !(min..=max).contains(&desired) {
            return fail(format!(
                "with min {min} and max {max}, {ready} pods ready and {starting} starting, reconcile answers \
                     {desired} pods"
            ));
        }
    }
    Ok(())
}

/// As judged.
const P99_MS: f64 = 250.0;
const PEAK_MS: f64 = 800.0;

fn queue_delay(case: &mut Case) -> Res {
    let lab = lab(case);
    lab.draw_delay(case);
    case.series("shed", "%", &Lab::peaks(&lab.shed, 100.0));
    let (p99, peak) = (lab.p99(), 1e3 * most(&lab.delay));
    case.score(Score::at_most("queue delay, p99", p99, "ms", P99_MS).beside(2_000.0, 152.0));
    case.score(Score::at_most("queue delay, peak", peak, "ms", PEAK_MS).beside(2_000.0, 401.0));
    if p99 <= P99_MS && peak <= PEAK_MS {
        return Ok(());
    }
    let limit = if p99 > P99_MS { P99_MS } else { PEAK_MS };
    let name = if p99 > P99_MS { "250 ms, for 99 % of the requests" } else { "800 ms" };
    case.series(name, "ms", &[(0, limit), (at(STEPS), limit)]);
    let long = stretches(0..STEPS, |step| 1e3 * lab.delay[step] > limit);
    let above = |stretch: &Range<usize>| {
        stretch.clone().filter(|step| 1e3 * lab.delay[*step] > limit).count() as f64 * STEP_S
    };
    for stretch in long.iter().take(6) {
        let above = above(stretch);
        let highest = 1e3 * most(&lab.delay[stretch.clone()]);
        let label = format!("to {} ms, {above:.1} s above {limit:.0}", thousands(highest));
        case.mark("queue delay", at(stretch.start), at(stretch.end), &label);
    }
    let longest = long.iter().max_by(|a, b| above(a).total_cmp(&above(b))).cloned().unwrap_or(0..0);
    let start = longest.start;
    // What the queue is left to: pods that are on their way, or none.
    let why = if (300 * 5..HANDOVER.start).contains(&start) {
        "Pods take a minute to start; until then nothing but the shedder holds the queue".into()
    } else {
        format!(
            "Then {:.0} pods are ready and {:.0} starting where the demand takes {:.0}; while pods are missing \
             nothing but the shedder holds the queue",
            lab.ready[start],
            lab.paid[start] - lab.ready[start],
            (demand(at(start) / SEC) / BOUGHT_FOR).ceil()
        )
    };
    fail(format!(
        "from {} s on the delay goes to {} ms and is above {limit:.0} ms for {:.1} s. {why}",
        thousands(second(start)),
        thousands(1e3 * most(&lab.delay[longest.clone()])),
        above(&longest)
    ))
}

/// From the jump until the first pods are there, what of it the queue has had time to settle in, and what is
/// drawn more closely.
const ALONE: Range<usize> = 305 * 5..345 * 5;
const SETTLED: Range<usize> = 320 * 5..345 * 5;
const CLOSE: Range<usize> = 295 * 5..345 * 5;
/// As judged.
const LOWEST_MS: f64 = 30.0;

const BUSY: &str = "after the jump: busy";
const DELAY: &str = "after the jump: queue delay";

fn busy_while_shedding(case: &mut Case) -> Res {
    let lab = lab(case);
    let possible = |step: usize| lab.ready[step] * POD * STEP_S;
    // A fleet that is large enough turns nothing away, and may have as little to do as it likes.
    let shedding = || ALONE.filter(|step| lab.shed[*step] > 0.01);
    let could = shedding().map(possible).sum::<f64>();
    let did = shedding().map(|step| lab.served[step]).sum::<f64>();
    let busy = if could > 0.0 { 100.0 * did / could } else { 100.0 };
    let lowest = SETTLED.filter(|step| lab.shed[*step] > 0.01).map(|step| 1e3 * lab.delay[step]);
    // Where nothing is turned away no queue is asked for: then this is the line itself.
    let lowest = lowest.reduce(f64::min).unwrap_or(LOWEST_MS);
    let draw = |value: &dyn Fn(usize) -> f64| CLOSE.map(|step| (at(step), value(step))).collect::<Vec<_>>();
    let draw_delay = |case: &mut Case| {
        case.series(DELAY, "ms", &draw(&|step| 1e3 * lab.delay[step]));
        let line = [(at(SETTLED.start), LOWEST_MS), (at(SETTLED.end), LOWEST_MS)];
        case.series("after the jump: 30 ms", "ms", &line);
    };
    // First what tells more.
    let swings = busy >= 95.0 && lowest < LOWEST_MS;
    if swings {
        draw_delay(case);
    }
    case.series(BUSY, "%", &draw(&|step| 100.0 * lab.served[step] / possible(step)));
    case.series("after the jump: shed", "%", &draw(&|step| 100.0 * lab.shed[step]));
    if !swings {
        draw_delay(case);
    }
    case.score(Score::at_least("busy while shedding, 305-345 s", busy, "%", 95.0).beside(100.0, 100.0));
    let score = Score::at_least("lowest delay while shedding, 320-345 s", lowest, "ms", LOWEST_MS);
    case.score(score.beside(2_000.0, 144.0));
    if busy >= 95.0 && lowest >= LOWEST_MS {
        return Ok(());
    }
    if lowest < LOWEST_MS {
        let low = |step: usize| lab.shed[step] > 0.01 && 1e3 * lab.delay[step] < LOWEST_MS;
        for stretch in stretches_apart(SETTLED, 1, low).iter().take(3) {
            let shed = 100.0 * most(&lab.shed[stretch.clone()]);
            let label = format!("below {LOWEST_MS} ms, up to {shed:.0} % shed");
            case.mark(DELAY, at(stretch.start), at(stretch.end), &label);
        }
    }
    if swings {
        let highest = 1e3 * most(&lab.delay[SETTLED]);
        return fail(format!(
            "in 320-345 s, when the shedder has had time to settle, the delay goes up to {highest:.0} ms and down to \
             {lowest:.0} ms while requests are turned away: it swings, and a queue that runs empty leaves pods with \
             nothing to do"
        ));
    }
    let idle =
        stretches_apart(ALONE, 1, |step| lab.shed[step] > 0.01 && lab.served[step] < 0.9 * possible(step));
    for stretch in idle.iter().filter(|stretch| stretch.end < CLOSE.end).take(6) {
        let shed = 100.0 * most(&lab.shed[stretch.clone()]);
        let label = format!("{:.1} s not busy, up to {shed:.0} % shed", stretch.len() as f64 * STEP_S);
        case.mark(BUSY, at(stretch.start), at(stretch.end), &label);
    }
    fail(format!(
        "in 305-345 s more comes than the pods can serve, and while requests are turned away they are busy {busy:.0} % \
         of the time: too much is turned away, or for too long"
    ))
}

fn dropped(case: &mut Case) -> Res {
    let lab = lab(case);
    let share = lab.share(&lab.dropped, 0..STEPS);
    case.score(Score::at_most("dropped", share, "% of the demand", 0.1).beside(1.8, 0.0));
    if share <= 0.1 {
        return Ok(());
    }
    lab.draw_delay(case);
    let over = stretches(0..STEPS, |step| lab.dropped[step] > 0.0);
    for stretch in over.iter().take(6) {
        let label = format!("{} requests dropped", thousands(sum(&lab.dropped, stretch.clone())));
        case.mark("queue delay", at(stretch.start), at(stretch.end), &label);
    }
    let first = over.first().map_or(0, |stretch| stretch.start);
    fail(format!(
        "{} requests are let in, wait for 2 s and are dropped, from {} s on, when {:.0} % are turned away; what cannot \
         be served is better refused at once",
        thousands(sum(&lab.dropped, 0..STEPS)),
        thousands(second(first)),
        100.0 * lab.shed[first]
    ))
}

/// Marks where requests were turned away for good.
fn mark_losses(lab: &Lab, case: &mut Case, of: Range<usize>) {
    let losing = stretches(of, |step| lab.lost[step] > 0.01 * lab.demand[step]);
    for stretch in losing.into_iter().take(6) {
        let lost = sum(&lab.lost, stretch.clone());
        let share = lab.share(&lab.lost, stretch.clone());
        let label = format!("{} requests lost, {share:.0} %", thousands(lost));
        case.mark("admitted", at(stretch.start), at(stretch.end), &label);
    }
}

fn lost_to_shedding(case: &mut Case) -> Res {
    let lab = lab(case);
    lab.draw_requests(case);
    let share = lab.share(&lab.lost, 0..STEPS);
    case.score(Score::at_most("lost to shedding", share, "% of the demand", 4.4).beside(6.6, 3.5));
    if share <= 4.4 {
        return Ok(());
    }
    mark_losses(lab, case, 0..STEPS);
    let (all, late) = (sum(&lab.lost, 0..STEPS), sum(&lab.lost, HANDOVER.end..STEPS));
    let has_room = |step: &usize| lab.served[*step] < 0.9 * lab.ready[*step] * POD * STEP_S;
    let needless: f64 = (0..STEPS).filter(has_room).map(|step| lab.lost[step]).sum();
    let fewest = lab.ready[1_260 * 5..].iter().copied().fold(f64::INFINITY, f64::min);
    let why = if 2.0 * needless > all {
        format!("{} of them were turned away from pods that had room for more", thousands(needless))
    } else if 3.0 * late > all && fewest * POD < 2_500.0 {
        format!(
            "Pods that were given up in a lull are not back for the next wave: 2,500 requests a second take 36, and \
             from 1,260 s on there are down to {fewest:.0}"
        )
    } else {
        // Two reconciles after the jump: at 315 s and 330 s.
        format!(
            "Half a minute after the jump to 4,200 requests a second, which take 60 pods, {:.0} were wanted",
            lab.desired[22]
        )
    };
    fail(format!(
        "{} requests are lost to shedding, {} of them in 300-540 s and {} after 900 s. {why}",
        thousands(all),
        thousands(sum(&lab.lost, 300 * 5..HANDOVER.start)),
        thousands(late)
    ))
}

fn handover(case: &mut Case) -> Res {
    let lab = lab(case);
    let share = lab.share(&lab.lost, HANDOVER);
    case.score(Score::at_most("lost to shedding, 540-900 s", share, "% of the demand", 0.5).beside(0.0, 0.0));
    if share <= 0.5 {
        return Ok(());
    }
    lab.draw_requests(case);
    mark_losses(lab, case, HANDOVER);
    let start = HANDOVER.start;
    fail(format!(
        "four minutes after the jump {share:.1} % of the demand is still lost. At 540 s {:.0} pods are ready and {:.0} \
         starting; 4,200 requests a second take 60",
        lab.ready[start],
        lab.paid[start] - lab.ready[start]
    ))
}

/// Marks where far more is paid for than the demand takes.
fn mark_excess(lab: &Lab, case: &mut Case, of: Range<usize>, limit: f64) {
    let wanted = |step: usize| demand(at(step) / SEC) / BOUGHT_FOR;
    for stretch in stretches(of, |step| lab.paid[step] > limit * wanted(step)).into_iter().take(6) {
        let (paid, needed) = (sum(&lab.paid, stretch.clone()), stretch.clone().map(wanted).sum::<f64>());
        let label = format!("{:.1} times what the demand takes", paid / needed);
        case.mark("ready + starting", at(stretch.start), at(stretch.end), &label);
    }
}

fn draw_pods(lab: &Lab, case: &mut Case) {
    case.series("ready + starting", "pods", &stairs(&lab.paid, 1));
    case.series("ready", "pods", &stairs(&lab.ready, 1));
    let wanted: Vec<f64> = (0..STEPS).map(|step| demand(at(step) / SEC) / BOUGHT_FOR).collect();
    case.series("demand / 70", "pods", &stairs(&wanted, 1));
}

/// Pods paid for over those that the demand takes.
fn paid_over_ideal(lab: &Lab, of: Range<usize>) -> f64 {
    sum(&lab.paid, of.clone()) / (sum(&lab.demand, of) / STEP_S / BOUGHT_FOR)
}

fn cost(case: &mut Case) -> Res {
    let lab = lab(case);
    draw_pods(lab, case);
    let ratio = paid_over_ideal(lab, 0..STEPS);
    case.score(Score::at_most("cost over demand / 70", ratio, "", 1.5).beside(0.94, 1.25));
    if ratio <= 1.5 {
        return Ok(());
    }
    mark_excess(lab, case, 0..STEPS, 1.5);
    let peak = most(&lab.paid);
    let when = lab.paid.iter().position(|paid| *paid == peak).unwrap_or(0);
    fail(format!(
        "over the half hour {ratio:.2} times the pods are paid for that the demand takes at 70 requests a second each; \
         at {} s there are {peak:.0}, ready or starting, and never are more than 60 needed",
        thousands(second(when))
    ))
}

fn comes_down(case: &mut Case) -> Res {
    let lab = lab(case);
    let late = 1_500 * 5..STEPS;
    let ratio = paid_over_ideal(lab, late.clone());
    case.score(Score::at_most("cost over demand / 70, from 1500 s", ratio, "", 1.7).beside(0.98, 1.36));
    if ratio <= 1.7 {
        return Ok(());
    }
    draw_pods(lab, case);
    mark_excess(lab, case, late.clone(), 1.7);
    fail(format!(
        "from 1,500 s on, ten minutes after the peak, {:.0} pods are paid for on average; the demand takes {:.0}, and \
         36 in its high minutes",
        sum(&lab.paid, late.clone()) / late.len() as f64,
        sum(&lab.paid, late.clone()) / late.len() as f64 / ratio
    ))
}

fn reversals(case: &mut Case) -> Res {
    let lab = lab(case);
    let number = kit::reversals(&lab.desired);
    case.series("desired", "pods", &stairs(&lab.desired, INTERVAL));
    case.score(Score::at_most("reversals of desired", number as f64, "", 12.0).beside(34.0, 3.0));
    if number <= 12 {
        return Ok(());
    }
    let (mut last, mut turns) = (0.0, Vec::new());
    for (i, pair) in lab.desired.windows(2).enumerate() {
        let step = pair[1] - pair[0];
        if step * last < 0.0 {
            turns.push((i + 1, step, turns.len() + 1));
        }
        if step != 0.0 {
            last = step;
        }
    }
    // The ones that turn furthest tell most.
    turns.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    turns.truncate(6);
    turns.sort_by_key(|turn| turn.0);
    for (interval, step, i) in turns {
        let now = at(interval * INTERVAL);
        case.mark("desired", now, now, &format!("reversal {i} of {number}, by {step:+.0} pods"));
    }
    fail(format!(
        "the number of pods wanted turns round {number} times in 30 minutes; a pod takes a minute to start, so those \
         that go in a lull are not back for the next wave"
    ))
}
