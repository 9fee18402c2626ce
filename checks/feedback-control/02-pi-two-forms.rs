//! Hidden checks of 02-pi-two-forms. Scenarios carry their outputs, small enough to follow in the head. Random
//! traces are compared with a reference that keeps the whole history of errors and sums it anew at every step.
use crate::{Acting, Gains, Limits, Positional, Velocity};
use kit::{Case, Check, Config, Res, Rng, Row, Table, forall_cfg};
use std::fmt;

pub const CHECKS: &[Check] = &[
    ("worked-example", "an output that differs from the example in the exercise", worked_example),
    ("acting-direction", "an output that moves the wrong way", acting_direction),
    ("bumpless-start", "a jump of the output when the controller takes over", bumpless_start),
    ("integral-is-per-second", "integral action that depends on how often it steps", integral_is_per_second),
    (
        "slew-is-per-second",
        "an output that moves faster, or slower, than its slew allows",
        slew_is_per_second,
    ),
    ("limits-hold", "an output outside its limits, or kept from reaching them", limits_hold),
    ("holds-on-missing-metric", "a lost measurement that moves something, now or later", missing_metric),
    ("forms-agree-inside-limits", "two forms that differ where no limit acts", forms_agree),
    ("velocity-leaves-the-limit-at-once", "a wish beyond the limit kept for later, or not", leaves_limit),
    ("positional-matches", "any output of the positional form that is wrong", positional_matches),
    ("velocity-matches", "any output of the velocity form that is wrong", velocity_matches),
];

const SEC: u64 = kit::SEC;
const MS: u64 = kit::MS;

// ---- words

fn figure(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return x.to_string();
    }
    let text = format!("{x:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.into() }
}

fn seconds(ns: u64) -> String {
    if ns == u64::MAX { "2^64 - 1 ns".into() } else { format!("{} s", figure(ns as f64 / 1e9, 3)) }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Both in so many decimals that the difference can be seen, where there is one.
fn in_words(expected: f64, actual: f64) -> (String, String) {
    let word = |u: f64, decimals| format!("u {}", figure(u, decimals));
    let decimals = if same(expected, actual) {
        3
    } else {
        [3, 6, 9, 12].into_iter().find(|d| word(expected, *d) != word(actual, *d)).unwrap_or(15)
    };
    (word(expected, decimals), word(actual, decimals))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Positional,
    Velocity,
}

const BOTH: [Form; 2] = [Form::Positional, Form::Velocity];

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Form::Positional { "positional" } else { "velocity" })
    }
}

/// What a controller is made from.
#[derive(Clone, Copy)]
struct Setup {
    acting: Acting,
    kp: f64,
    ki: f64,
    min: f64,
    max: f64,
    slew: f64,
    u0: f64,
}

/// Slow enough to be finite, fast enough never to act.
const FREE: f64 = 1e9;
const PLAIN: Setup =
    Setup { acting: Acting::Direct, kp: 1.0, ki: 0.1, min: 0.0, max: 50.0, slew: FREE, u0: 10.0 };

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setup { acting, kp, ki, min, max, slew, u0 } = self;
        let acting = if *acting == Acting::Direct { "direct" } else { "reverse" };
        let slew = if *slew == FREE { String::new() } else { format!(", slew {slew} per s") };
        write!(f, "{acting}, kp {kp}, ki {ki} per s, limits {min} to {max}{slew}, u0 {u0}")
    }
}

// ---- the learner's two controllers behind one door

enum Controller {
    Positional(Positional),
    Velocity(Velocity),
}

/// One step as the caller gives it.
#[derive(Clone, Copy)]
struct Input {
    setpoint: f64,
    measured: f64,
    dt: u64,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Input { setpoint, measured, dt } = *self;
        write!(f, "measured {}, setpoint {}", figure(measured, 3), figure(setpoint, 3))?;
        write!(f, ", dt {}", seconds(dt))
    }
}

const fn input(measured: f64, setpoint: f64, dt: u64) -> Input {
    Input { setpoint, measured, dt }
}

impl Controller {
    fn new(form: Form, setup: &Setup) -> Controller {
        let gains = Gains { kp: setup.kp, ki_per_s: setup.ki };
        let limits = Limits { min: setup.min, max: setup.max, slew_per_s: setup.slew };
        let Setup { acting, u0, .. } = *setup;
        let what = || format!("{form}: new({setup})");
        match form {
            Form::Positional => {
                let made = kit::during(what, || Positional::new(acting, gains, limits, u0));
                Controller::Positional(made)
            }
            Form::Velocity => {
                Controller::Velocity(kit::during(what, || Velocity::new(acting, gains, limits, u0)))
            }
        }
    }

    fn step(&mut self, i: Input) -> f64 {
        let Input { setpoint, measured, dt } = i;
        let what = || format!("step({i})");
        match self {
            Controller::Positional(pi) => kit::during(what, || pi.step(setpoint, measured, dt)),
            Controller::Velocity(pi) => kit::during(what, || pi.step(setpoint, measured, dt)),
        }
    }
}

/// Plays steps with the outputs due, for one form.
fn play(promise: &str, form: Form, setup: &Setup, steps: &[(Input, f64)]) -> Res {
    let mut controller = Controller::new(form, setup);
    let mut table = Table::new();
    let mut now = 0;
    for &(i, due) in steps {
        now = u64::saturating_add(now, i.dt);
        let u = controller.step(i);
        let (expected, actual) = in_words(due, u);
        let agree = same(due, u);
        if !table.push(Row { at: now, input: i.to_string(), expected, actual }, agree) {
            break;
        }
    }
    table.verdict(&format!("{promise} ({form} form): {setup}"))
}

fn play_both(promise: &str, setup: &Setup, steps: &[(Input, f64)]) -> Res {
    BOTH.iter().try_for_each(|form| play(promise, *form, setup, steps))
}

// ---- scenarios

fn worked_example(_: &mut Case) -> Res {
    let step = |measured| input(measured, 50.0, SEC);
    let message = "the example in the exercise";
    let (a, b, c, d) = (step(60.0), step(95.0), step(100.0), step(90.0));
    play(message, Form::Positional, &PLAIN, &[(a, 11.0), (b, 50.0), (c, 50.0), (d, 50.0)])?;
    play(message, Form::Velocity, &PLAIN, &[(a, 11.0), (b, 50.0), (c, 50.0), (d, 44.0)])
}

fn acting_direction(_: &mut Case) -> Res {
    // P alone: e 0, then +-10, then 0 again.
    let p = Setup { kp: 0.5, ki: 0.0, min: -100.0, max: 100.0, ..PLAIN };
    let steps = |up: f64| {
        [(input(50.0, 50.0, SEC), 10.0), (input(60.0, 50.0, SEC), up), (input(50.0, 50.0, SEC), 10.0)]
    };
    let direct = "direct: the output rises with the measurement";
    let reverse = "reverse: the output falls as the measurement rises";
    play_both(direct, &p, &steps(15.0))?;
    play_both(reverse, &Setup { acting: Acting::Reverse, ..p }, &steps(5.0))?;
    // I alone: 10 too much for 10 s at 0.1 per s.
    let i = Setup { kp: 0.0, ki: 0.1, ..p };
    play_both(direct, &i, &[(input(60.0, 50.0, 10 * SEC), 20.0), (input(40.0, 50.0, 10 * SEC), 10.0)])?;
    play_both(
        reverse,
        &Setup { acting: Acting::Reverse, ..i },
        &[(input(60.0, 50.0, 10 * SEC), 0.0), (input(40.0, 50.0, 10 * SEC), 10.0)],
    )?;
    play_both(
        "a setpoint that rises by 5 does what a measurement that falls by 5 does",
        &p,
        &[(input(50.0, 50.0, SEC), 10.0), (input(50.0, 55.0, SEC), 7.5), (input(55.0, 55.0, SEC), 10.0)],
    )
}

fn bumpless_start(_: &mut Case) -> Res {
    // e is 100 from the start: P alone would jump by 100, one second of I adds 2.
    let setup = Setup { ki: 0.02, max: 1_000.0, ..PLAIN };
    let step = input(150.0, 50.0, SEC);
    play_both(
        "the controller takes over at u: the first step adds one step of integral, and no jump",
        &setup,
        &[(step, 12.0), (step, 14.0), (input(160.0, 50.0, SEC), 26.2)],
    )?;
    play_both(
        "a first step at the limit takes over from the limit",
        &Setup { u0: 5_000.0, ki: 0.02, max: 1_000.0, ..PLAIN },
        &[(input(-50.0, 50.0, SEC), 998.0), (input(-150.0, 50.0, SEC), 894.0)],
    )
}

fn integral_is_per_second(_: &mut Case) -> Res {
    // 5 too much, at 0.02 per second: 0.1 a second, 6 a minute.
    let setup = Setup { kp: 2.0, ki: 0.02, max: 1_000.0, ..PLAIN };
    for (n, dt) in [(4_u32, 15 * SEC), (60, SEC), (240, 250 * MS), (1, 60 * SEC)] {
        for form in BOTH {
            let mut controller = Controller::new(form, &setup);
            let mut u = f64::NAN;
            for _ in 0..n {
                u = controller.step(input(55.0, 50.0, dt));
            }
            kit::ensure(same(u, 16.0), || {
                let (_, actual) = in_words(16.0, u);
                let (times, way) = if n == 1 { ("step", "that is") } else { ("steps", "each") };
                format!(
                    "error 5 for 60 s at ki 0.02 per s adds 6, in however many steps; {n} {times}, {way} dt {}, led \
                     from u 10 to {actual}, must be u 16 ({form} form)",
                    seconds(dt)
                )
            })?;
        }
    }
    play_both(
        "the integral adds ki * e * dt with the error of this step, for the time since the last one",
        &Setup { kp: 0.0, ki: 0.5, max: 1_000.0, ..PLAIN },
        &[
            (input(50.0, 50.0, SEC), 10.0),
            (input(60.0, 50.0, 4 * SEC), 30.0),
            (input(60.0, 50.0, 500 * MS), 32.5),
            (input(58.0, 50.0, 1), 32.5 + 4e-9),
            (input(46.0, 50.0, 10 * SEC), 12.5),
        ],
    )
}

fn slew_is_per_second(_: &mut Case) -> Res {
    let setup = Setup { ki: 0.0, min: -100.0, max: 100.0, slew: 2.0, ..PLAIN };
    let rest = input(50.0, 50.0, SEC);
    let up = |dt| input(90.0, 50.0, dt);
    let down = |dt| input(10.0, 50.0, dt);
    // The positional form still wishes for 50 at every step; the velocity form wished for it once.
    play(
        "at most 2 a second, in both directions",
        Form::Positional,
        &setup,
        &[
            (rest, 10.0),
            (up(SEC), 12.0),
            (up(5 * SEC), 22.0),
            (up(250 * MS), 22.5),
            (down(SEC), 20.5),
            (down(10 * SEC), 0.5),
        ],
    )?;
    play(
        "at most 2 a second, in both directions",
        Form::Velocity,
        &setup,
        &[
            (rest, 10.0),
            (up(SEC), 12.0),
            (up(5 * SEC), 12.0),
            (down(250 * MS), 11.5),
            (rest, 13.5),
            (down(10 * SEC), -6.5),
        ],
    )?;
    play_both(
        "a move within the slew is made in full",
        &setup,
        &[(rest, 10.0), (input(52.0, 50.0, SEC), 12.0), (input(51.5, 50.0, SEC), 11.5)],
    )?;
    play_both(
        "after a long pause the output may move as far as the pause was long",
        &Setup { slew: 0.1, ..setup },
        &[(rest, 10.0), (up(300 * SEC), 40.0), (rest, 39.9)],
    )?;
    play_both(
        "slew 0: the output does not move",
        &Setup { slew: 0.0, ki: 0.1, ..setup },
        &[(rest, 10.0), (up(SEC), 10.0), (down(3_600 * SEC), 10.0)],
    )
}

fn limits_hold(_: &mut Case) -> Res {
    let none = |dt| input(50.0, 50.0, dt);
    let message = "the output starts inside its limits";
    play_both(message, &Setup { u0: 80.0, ..PLAIN }, &[(none(0), 50.0), (none(SEC), 50.0)])?;
    play_both(message, &Setup { u0: -80.0, ..PLAIN }, &[(none(0), 0.0), (none(SEC), 0.0)])?;
    play_both(message, &Setup { u0: 50.0, ..PLAIN }, &[(none(0), 50.0)])?;
    let p = Setup { ki: 0.0, min: 5.0, max: 20.0, ..PLAIN };
    play_both(
        "the output stays within its limits",
        &p,
        &[(none(SEC), 10.0), (input(60.0, 50.0, SEC), 20.0), (input(60.5, 50.0, SEC), 20.0)],
    )?;
    play_both(
        "the output stays within its limits",
        &p,
        &[(none(SEC), 10.0), (input(45.0, 50.0, SEC), 5.0), (input(44.5, 50.0, SEC), 5.0)],
    )?;
    play_both(
        "a slew that leads beyond the limit ends at the limit",
        &Setup { slew: 6.0, ..p },
        &[(none(SEC), 10.0), (input(70.0, 50.0, SEC), 16.0), (input(90.0, 50.0, SEC), 20.0)],
    )?;
    play_both(
        "min and max may be one: then that is the output",
        &Setup { min: 7.0, max: 7.0, ..PLAIN },
        &[(none(0), 7.0), (input(90.0, 50.0, SEC), 7.0), (input(10.0, 50.0, SEC), 7.0)],
    )
}

fn missing_metric(_: &mut Case) -> Res {
    let nan = f64::NAN;
    let inf = f64::INFINITY;
    for lost in [
        input(nan, 50.0, SEC),
        input(inf, 50.0, SEC),
        input(-inf, 50.0, SEC),
        input(60.0, nan, SEC),
        input(60.0, -inf, SEC),
        input(inf, inf, SEC),
        input(90.0, 50.0, 0),
        input(90.0, 80.0, 0),
    ] {
        play_both(
            "a step without a measurement, or without time, holds u and leaves no trace in the next one",
            &PLAIN,
            // e 10: +1. Then e 14: +4 +1.4, and e 12: -2 +1.2.
            &[
                (input(60.0, 50.0, SEC), 11.0),
                (lost, 11.0),
                (input(64.0, 50.0, SEC), 16.4),
                (input(62.0, 50.0, SEC), 15.6),
            ],
        )?;
        play_both(
            "such a step does not count as the first one either",
            &PLAIN,
            &[(lost, 10.0), (input(60.0, 50.0, SEC), 11.0), (input(61.0, 50.0, SEC), 13.1)],
        )?;
    }
    play_both(
        "dt is what the caller says, not what was missed before",
        &PLAIN,
        &[
            (input(60.0, 50.0, SEC), 11.0),
            (input(nan, 50.0, 30 * SEC), 11.0),
            (input(60.0, 50.0, 2 * SEC), 13.0),
        ],
    )?;
    play_both(
        "a nanosecond is a step",
        &Setup { ki: 0.0, ..PLAIN },
        &[(input(50.0, 50.0, 1), 10.0), (input(51.0, 50.0, 1), 11.0)],
    )?;
    play_both(
        "any dt is legal",
        &Setup { kp: 1.0, ki: 0.0, ..PLAIN },
        &[(input(50.0, 50.0, u64::MAX), 10.0), (input(55.0, 50.0, u64::MAX), 15.0)],
    )?;
    // More than two days: 10 * 200,000 * 1e-5 = 20.
    let days = 200_000 * SEC;
    play_both(
        "however long the step, the integral counts all of it",
        &Setup { kp: 0.0, ki: 1e-5, ..PLAIN },
        &[(input(60.0, 50.0, days), 30.0), (input(45.0, 50.0, days), 20.0)],
    )?;
    play_both(
        "however long the step, the slew counts all of it",
        &Setup { ki: 0.0, slew: 1e-4, ..PLAIN },
        &[(input(50.0, 50.0, SEC), 10.0), (input(90.0, 50.0, days), 30.0)],
    )
}

// ---- the reference: the whole history, summed anew at every step

struct History {
    form: Form,
    setup: Setup,
    /// Error and seconds of every step that was one.
    steps: Vec<(f64, f64)>,
    /// The output at the start and after every step.
    outputs: Vec<f64>,
    wish: f64,
}

impl History {
    fn new(form: Form, setup: &Setup) -> History {
        let u0 = if setup.u0 > setup.max { setup.max } else { setup.u0 };
        let u0 = if u0 < setup.min { setup.min } else { u0 };
        History { form, setup: *setup, steps: Vec::new(), outputs: vec![u0], wish: u0 }
    }

    fn step(&mut self, i: Input) -> f64 {
        let (before, set) = (self.outputs[self.outputs.len() - 1], self.setup);
        if i.dt == 0 || !i.setpoint.is_finite() || !i.measured.is_finite() {
            return before;
        }
        let above = i.measured - i.setpoint;
        let e = if set.acting == Acting::Direct { above } else { -above };
        let dt = i.dt as f64 / 1e9;
        self.steps.push((e, dt));
        let area = |steps: &[(f64, f64)]| steps.iter().map(|(e, dt)| e * dt).sum::<f64>();
        let (from, p, i) = match self.form {
            // All that P and I did since the start, from the output at the start.
            Form::Positional => (self.outputs[0], e - self.steps[0].0, area(&self.steps)),
            // What they did in this step, from the output before it.
            Form::Velocity => {
                let last = self.steps.len().saturating_sub(2);
                (before, e - self.steps[last].0, e * dt)
            }
        };
        self.wish = from + set.kp * p + set.ki * i;
        let (low, high) = (before - set.slew * dt, before + set.slew * dt);
        let slewed = if self.wish < low {
            low
        } else if self.wish > high {
            high
        } else {
            self.wish
        };
        let u = if slewed < set.min {
            set.min
        } else if slewed > set.max {
            set.max
        } else {
            slewed
        };
        self.outputs.push(u);
        u
    }
}

/// What the two forms do to one measurement: rest, an overload of 60 s, and a lighter load after it.
fn leaves_limit(case: &mut Case) -> Res {
    // Setpoint 60: the error is 35 for 60 s, and -10 from 80 s on.
    let setup = Setup { kp: 0.3, ki: 0.012, min: 2.0, max: 20.0, u0: 8.0, ..PLAIN };
    let measured = |s: u64| match s {
        0..20 => 60.0,
        20..80 => 95.0,
        _ => 50.0,
    };
    let mut curves: [Vec<(u64, f64)>; 3] = Default::default();
    let mut broken = [None; 2];
    let mut at_limit_until = [80 * SEC; 2];
    for (n, form) in BOTH.into_iter().enumerate() {
        let mut controller = Controller::new(form, &setup);
        let mut history = History::new(form, &setup);
        for s in 0..240 {
            let i = input(measured(s), 60.0, SEC);
            let (due, u) = (history.step(i), controller.step(i));
            curves[n].push((s * SEC, u));
            if form == Form::Positional {
                curves[2].push((s * SEC, history.wish));
            }
            if !same(due, u) && broken[n].is_none() {
                broken[n] = Some((s * SEC, due, u));
            }
            if same(due, setup.max) {
                at_limit_until[n] = (s + 1) * SEC;
            }
        }
    }
    case.series("velocity", "output", &curves[1]);
    case.series("positional", "output", &curves[0]);
    case.series("positional, before the limits", "output", &curves[2]);
    for (n, name) in [(1, "velocity"), (0, "positional")] {
        if let Some((at, due, u)) = broken[n] {
            case.mark(name, at, at, &format!("u {}, must be {}", figure(u, 1), figure(due, 1)));
        } else if n == 0 {
            let late = (at_limit_until[0] - 80 * SEC) / SEC;
            case.mark(
                name,
                80 * SEC,
                at_limit_until[0],
                &format!("at the limit {late} s after the error turned"),
            );
        }
    }

    // A second of error 40 at the limit, then a second of error 30, and so on: the example of the exercise, longer.
    let p = Setup { ki: 0.0, u0: 50.0, ..PLAIN };
    let (ten, twenty) = (input(60.0, 50.0, SEC), input(70.0, 50.0, SEC));
    play(
        "the velocity form starts from the output as it was applied: a move that the limit cut is forgotten",
        Form::Velocity,
        &p,
        &[(ten, 50.0), (twenty, 50.0), (ten, 40.0), (twenty, 50.0), (ten, 40.0)],
    )?;
    play(
        "the positional form remembers a move that the limit cut: only what exceeds it moves the output",
        Form::Positional,
        &p,
        &[(ten, 50.0), (twenty, 50.0), (ten, 50.0), (input(50.0, 50.0, SEC), 40.0)],
    )?;
    let i = Setup { kp: 0.0, u0: 50.0, ..PLAIN };
    let (over, under) = (input(150.0, 50.0, 60 * SEC), input(40.0, 50.0, 5 * SEC));
    play(
        "after an hour at the limit the velocity form leaves it in the step in which the error turns",
        Form::Velocity,
        &i,
        &[(over, 50.0), (input(150.0, 50.0, 3_600 * SEC), 50.0), (under, 45.0), (under, 40.0)],
    )?;
    // 60 s at error 100 and ki 0.1 store 600; error -10 takes back 1 a second.
    play(
        "the positional form's integral is not limited here: what it stored must be taken back first",
        Form::Positional,
        &i,
        &[
            (over, 50.0),
            (under, 50.0),
            (input(40.0, 50.0, 590 * SEC), 50.0),
            (under, 50.0),
            (under, 45.0),
            (under, 40.0),
        ],
    )?;
    // 100 * 9,000 s * 1 store 900,000; the second step takes all of it back.
    play(
        "the positional form's integral is not limited here, however much it stored",
        Form::Positional,
        &Setup { ki: 1.0, ..i },
        &[
            (input(150.0, 50.0, 9_000 * SEC), 50.0),
            (input(-50.0, 50.0, 9_000 * SEC), 50.0),
            (input(40.0, 50.0, SEC), 40.0),
        ],
    )?;
    let low = Setup { u0: 0.0, ..i };
    let (under, over) = (input(-50.0, 50.0, 60 * SEC), input(60.0, 50.0, 5 * SEC));
    let message = "the same at the lower limit";
    play(message, Form::Velocity, &low, &[(under, 0.0), (over, 5.0), (over, 10.0)])?;
    play(
        message,
        Form::Positional,
        &low,
        &[(under, 0.0), (over, 0.0), (input(60.0, 50.0, 595 * SEC), 0.0), (over, 5.0)],
    )
}

// ---- random traces

#[derive(Clone)]
struct Op {
    dt_ns: u64,
    measured: i64,
    setpoint: i64,
    /// 1 to 3: the measurement or the setpoint is none.
    lost: u8,
}
kit::shrink_fields!(Op { measured, setpoint, lost } carry dt_ns);

impl Op {
    fn input(&self) -> Input {
        let (measured, setpoint) = (self.measured as f64, self.setpoint as f64);
        match self.lost {
            1 => input(f64::NAN, setpoint, self.dt_ns),
            2 => input(measured, f64::NAN, self.dt_ns),
            3 => input(f64::INFINITY, setpoint, self.dt_ns),
            _ => input(measured, setpoint, self.dt_ns),
        }
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.input())
    }
}

fn generate(rng: &mut Rng, len: usize) -> Vec<Op> {
    let calm = rng.chance(0.5);
    (0..len)
        .map(|_| Op {
            dt_ns: *rng.pick(&[0, 250 * MS, SEC, SEC, 2 * SEC, 5 * SEC, 15 * SEC]),
            measured: rng.below(101) as i64,
            setpoint: if calm { 50 } else { 40 + 10 * rng.below(3) as i64 },
            lost: if rng.chance(0.1) { rng.range(1, 3) as u8 } else { 0 },
        })
        .collect()
}

/// Random traces of `form` against the history, over all setups.
fn matches(case: &Case, form: Form, salt: u64) -> Res {
    const D: Acting = Acting::Direct;
    const R: Acting = Acting::Reverse;
    let setups = [
        PLAIN,
        Setup { acting: R, kp: 0.5, ki: 0.05, min: 5.0, max: 20.0, slew: 2.0, u0: 10.0 },
        Setup { acting: D, kp: 2.0, ki: 0.0, min: -10.0, max: 10.0, slew: 5.0, u0: 0.0 },
        Setup { acting: R, kp: 0.0, ki: 0.2, min: -50.0, max: 50.0, slew: FREE, u0: 100.0 },
        Setup { acting: D, kp: 0.01, ki: 0.002, min: 0.0, max: 0.95, slew: 0.1, u0: 0.0 },
        Setup { acting: D, kp: 0.1, ki: 0.02, min: 2.0, max: 40.0, slew: 0.5, u0: 1.0 },
    ];
    for (n, setup) in setups.iter().enumerate() {
        let holds = |ops: &[Op]| -> Res {
            let (mut controller, mut history) = (Controller::new(form, setup), History::new(form, setup));
            if ops.iter().all(|op| same(history.step(op.input()), controller.step(op.input()))) {
                return Ok(());
            }
            let mut history = History::new(form, setup);
            let steps: Vec<(Input, f64)> =
                ops.iter().map(|op| (op.input(), history.step(op.input()))).collect();
            play("every output is the one that the whole history leads to", form, setup, &steps)
        };
        let seed = (salt ^ case.seed).wrapping_add((n as u64) << 16);
        forall_cfg(&Config { cases: 60, max_len: 30, seed, ..Config::default() }, &generate, &holds)?;
    }
    Ok(())
}

fn positional_matches(case: &mut Case) -> Res {
    matches(case, Form::Positional, 0x02_9051)
}

fn velocity_matches(case: &mut Case) -> Res {
    matches(case, Form::Velocity, 0x02_7e10)
}

fn forms_agree(case: &mut Case) -> Res {
    let wide = Setup { min: -1e6, max: 1e6, ..PLAIN };
    for (n, setup) in [wide, Setup { acting: Acting::Reverse, kp: 0.3, ki: 0.7, ..wide }].iter().enumerate() {
        let pair = || (Controller::new(Form::Positional, setup), Controller::new(Form::Velocity, setup));
        let holds = |ops: &[Op]| -> Res {
            let (mut p, mut v) = pair();
            if ops.iter().all(|op| same(p.step(op.input()), v.step(op.input()))) {
                return Ok(());
            }
            let (mut p, mut v) = pair();
            let (mut table, mut now) = (Table::new(), 0);
            for op in ops {
                now += op.dt_ns;
                let (p, v) = (p.step(op.input()), v.step(op.input()));
                let (a, b) = in_words(p, v);
                let (expected, actual) = (format!("positional {a}"), format!("velocity {b}"));
                table.push(Row { at: now, input: op.input().to_string(), expected, actual }, same(p, v));
            }
            table.verdict(&format!("where no limit acts both forms answer the same: {setup}"))
        };
        let seed = (0x02_a6ee ^ case.seed).wrapping_add((n as u64) << 16);
        forall_cfg(&Config { cases: 60, max_len: 30, seed, ..Config::default() }, &generate, &holds)?;
    }
    Ok(())
}
