//! Random walks: what must hold whatever happens in whatever order.

use super::*;
use crate::failure::Failure;
use crate::watch::state::saves::{GRACE, SETTLE};

/// A linear congruential generator: the same walk every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

struct Walk {
    desk: Desk,
    dice: Dice,
    /// Runs ordered and not answered.
    open: Vec<(u64, String)>,
    newest: u64,
    /// By exercise: content of the last run, unless it may be judged again.
    last: BTreeMap<String, String>,
}

const EXERCISES: [&str; 3] = [SWITCH, DIM, OPEN];
const KEYS: &str = "nnnnnrhhhewzsdlpx?yq123jkgG \n";

impl Walk {
    fn new(seed: u64) -> Walk {
        let dice = Dice(seed);
        Walk {
            desk: Desk::with(read("lamp"), seed.is_multiple_of(2)),
            dice,
            open: Vec::new(),
            newest: 0,
            last: BTreeMap::new(),
        }
    }

    fn step(&mut self) {
        let here = self.desk.state.here.clone();
        let missing = self.desk.state.phase == Phase::Missing;
        let mut forced = false;
        match self.dice.below(20) {
            0..5 => {
                let exercise = *self.dice.pick(&EXERCISES);
                match self.dice.below(8) {
                    0 => self.desk.put(exercise, Seen::Missing),
                    1 => self.desk.put(exercise, Seen::Unreadable("bytes".into())),
                    2 => self.desk.write(exercise, ""),
                    3 => {}
                    _ => self.desk.write(exercise, [STUB, "a", "b", "c"][self.dice.below(4)]),
                }
                self.desk.touch(exercise);
            }
            5..9 => {
                let time = *self.dice.pick(&[ms(1), SETTLE, ms(40), GRACE]);
                self.desk.wait(time);
            }
            9..13 if !self.open.is_empty() => self.answer(),
            13..17 => {
                let keys: Vec<char> = KEYS.chars().collect();
                let key = *self.dice.pick(&keys);
                forced = key == 'r';
                self.desk.press(&key.to_string());
            }
            17 => {
                let chosen = (self.dice.below(2) == 0).then(|| (*self.dice.pick(&EXERCISES)).to_string());
                self.desk.send(Event::Returned { chosen, at: self.desk.now });
            }
            18 => {
                forced = true;
                self.desk.send(Event::Continued { at: self.desk.now });
            }
            _ => self.desk.send(self.dice.pick(&[Event::Redraw, Event::Notice("said".into())]).clone()),
        }
        self.see_what_was_decided(forced || missing || here != self.desk.state.here);
        self.check();
    }

    /// A verdict for any run that was ordered, the newest or not.
    fn answer(&mut self) {
        let (run, exercise) = self.open.swap_remove(self.dice.below(self.open.len()));
        let outcome = self.dice.pick(&[Outcome::Passed, Outcome::Failed, Outcome::NotWritten]).clone();
        // The verdict carries its run's number as its time.
        let verdict = match self.dice.below(10) {
            0 => Err(Failure::environment("broken")),
            _ => Ok(Box::new(Verdict { took: ms(run), ..verdict(&exercise, outcome) })),
        };
        let was_running = self.desk.state.phase == Phase::Running;
        let before = self.desk.done.len();
        self.desk.send(Event::Judged { run, verdict });
        let recorded = self.desk.done[before..].iter().any(|e| matches!(e, Effect::Record { .. }));
        assert!(!recorded || was_running && run == self.newest, "run {run} is not {}", self.newest);
    }

    fn see_what_was_decided(&mut self, again: bool) {
        if again {
            self.last.clear();
        }
        for (run, exercise, text) in self.desk.runs() {
            assert!(run > self.newest, "runs are numbered upwards");
            // Seen gone or unreadable in between, a content may be judged again; see `check`.
            let before = self.last.insert(exercise.clone(), text.clone());
            assert_ne!(before.as_ref(), Some(&text), "{exercise} is judged twice");
            self.newest = run;
            self.open.push((run, exercise));
        }
    }

    fn check(&mut self) {
        let state = &self.desk.state;
        match &state.phase {
            Phase::Judged(verdict) => {
                assert_eq!(verdict.took, ms(self.newest), "a stale verdict is shown");
                assert_eq!(state.here, solve(&verdict.exercise), "another exercise's verdict is shown");
            }
            Phase::Missing | Phase::Unreadable(_) => self.last.clear(),
            _ => {}
        }
        if state.phase != Phase::Waiting {
            assert!(state.exercise().is_some(), "{:?} at {:?}", state.phase, state.here);
        }
        // What is due happens, and nothing is due for ever.
        if let Some(due) = state.deadline() {
            let mut patient = state.clone();
            patient.on(Event::Tick { at: due });
            let looked = state.settling.len() > patient.settling.len();
            assert!(looked || patient.gone.is_some_and(|at| at <= due), "nothing came of the deadline");
        }
    }
}

#[test]
fn no_order_of_events_shows_a_stale_verdict_judges_twice_or_stands_still() {
    for seed in 1..=6 {
        let mut walk = Walk::new(seed);
        for _ in 0..20_000 {
            walk.step();
        }
        assert!(walk.newest > 500, "seed {seed}: {} runs are too few to prove anything", walk.newest);
        // Left alone, it comes to rest.
        walk.desk.wait(GRACE * 4);
        assert_eq!(walk.desk.state.deadline(), None);
    }
}
