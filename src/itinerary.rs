//! The order in which a path is walked, what of it is done, and what comes next. Pure: from the atlas and a
//! `Standing`, which is a summary of progress, to steps.

use crate::content::model::{Atlas, Exercise, Opening, Path, Topic};
use crate::progress::{Progress, State};
use std::collections::{BTreeMap, BTreeSet};

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Read the topic's write-up, or a pack's welcome.
    Read(&'a Topic),
    Solve(&'a Exercise),
    /// Take the topic's quiz.
    Quiz(&'a Topic),
    /// A topic that is being written, by id.
    Planned(&'a str),
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<'a> {
    Step(Step<'a>),
    /// All that exists is done; these topics of the path are being written (none: the path is finished).
    Finished {
        planned: Vec<&'a str>,
    },
}

/// What of the atlas is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    states: BTreeMap<String, State>,
    read: BTreeSet<String>,
    quizzes: BTreeSet<String>,
}

impl Standing {
    /// `version` answers the content version of an exercise; it is asked only for exercises that were passed.
    pub fn new(atlas: &Atlas, progress: &Progress, version: impl Fn(&Exercise) -> String) -> Standing {
        let states = atlas
            .exercises()
            .map(|e| (e.id.clone(), progress.state(&e.id, || version(e))))
            .filter(|(_, state)| *state != State::New)
            .collect();
        let ids = || atlas.topics.iter().map(|t| &t.id);
        Standing {
            states,
            read: ids().filter(|id| progress.has_read(id)).cloned().collect(),
            quizzes: ids().filter(|id| progress.score(id).is_some()).cloned().collect(),
        }
    }

    pub fn state(&self, exercise: &str) -> State {
        self.states.get(exercise).copied().unwrap_or(State::New)
    }

    pub fn is_passed(&self, exercise: &str) -> bool {
        self.state(exercise).is_passed()
    }

    pub fn has_read(&self, topic: &str) -> bool {
        self.read.contains(topic)
    }

    /// Taken to its end at least once.
    pub fn has_taken_quiz(&self, topic: &str) -> bool {
        self.quizzes.contains(topic)
    }

    /// Whether a step needs doing no more. Whoever tried an exercise need not be sent to the write-up.
    pub fn is_done(&self, step: Step<'_>) -> bool {
        match step {
            Step::Read(topic) => {
                let tried = |e: &Exercise| !is_warm_up(e) && self.state(&e.id) != State::New;
                self.has_read(&topic.id) || topic.exercises.iter().any(tried)
            }
            Step::Solve(exercise) => self.is_passed(&exercise.id),
            Step::Quiz(topic) => self.has_taken_quiz(&topic.id),
            Step::Planned(_) => false,
        }
    }

    /// Passed exercises, and how many there are.
    pub fn passed<'e>(&self, exercises: impl IntoIterator<Item = &'e Exercise>) -> (usize, usize) {
        exercises
            .into_iter()
            .fold((0, 0), |(passed, all), e| (passed + usize::from(self.is_passed(&e.id)), all + 1))
    }
}

/// The steps of a path in order: per topic the write-up (or welcome), the exercises, the quiz. No path: the whole atlas.
pub fn steps<'a>(atlas: &'a Atlas, path: Option<&'a Path>) -> Vec<Step<'a>> {
    let Some(path) = path else {
        let all = atlas.topics.iter().flat_map(steps_of);
        return all.chain(atlas.planned.iter().map(|p| Step::Planned(&p.id))).collect();
    };
    path.topics
        .iter()
        .flat_map(|id| atlas.topic(id).map_or_else(|| vec![Step::Planned(id)], steps_of))
        .collect()
}

/// The steps of one topic.
pub fn steps_of(topic: &Topic) -> Vec<Step<'_>> {
    let (warm_ups, exercises): (Vec<&Exercise>, Vec<&Exercise>) =
        topic.exercises.iter().partition(|e| is_warm_up(e));
    let mut steps: Vec<Step<'_>> = warm_ups.into_iter().map(Step::Solve).collect();
    if topic.opening != Opening::Nothing {
        steps.push(Step::Read(topic));
    }
    steps.extend(exercises.into_iter().map(Step::Solve));
    if topic.has_quiz {
        steps.push(Step::Quiz(topic));
    }
    steps
}

/// An exercise numbered 00 needs nothing read before: it stands in front of the write-up.
fn is_warm_up(exercise: &Exercise) -> bool {
    exercise.name().starts_with("00-")
}

/// The first step that is not done.
pub fn next<'a>(steps: &[Step<'a>], standing: &Standing) -> Next<'a> {
    pick(steps.iter(), steps, standing)
}

/// The first step behind `here` that is not done, else the first before it: where `next` leads, also from an
/// exercise that is not passed. `here` itself is never the answer. A step that is not on the path counts as
/// standing before its start.
pub fn after<'a>(steps: &[Step<'a>], here: Step<'a>, standing: &Standing) -> Next<'a> {
    let at = steps.iter().position(|s| *s == here);
    let (before, behind) = at.map_or((&steps[..0], steps), |at| (&steps[..at], &steps[at + 1..]));
    pick(behind.iter().chain(before), steps, standing)
}

fn pick<'s, 'a: 's>(
    mut order: impl Iterator<Item = &'s Step<'a>>,
    steps: &[Step<'a>],
    standing: &Standing,
) -> Next<'a> {
    let open = order.find(|s| !matches!(s, Step::Planned(_)) && !standing.is_done(**s));
    open.map_or_else(|| Next::Finished { planned: planned(steps) }, |step| Next::Step(*step))
}

/// The topics among `steps` that are being written.
pub fn planned<'a>(steps: &[Step<'a>]) -> Vec<&'a str> {
    steps.iter().filter_map(|s| if let Step::Planned(id) = s { Some(*id) } else { None }).collect()
}

/// The exercise that is meant when none is named: the one the learner is at, else the first on the path that
/// is not passed, else the first of all. `None` only when there is no exercise at all.
pub fn current_exercise<'a>(
    atlas: &'a Atlas,
    progress: &Progress,
    standing: &Standing,
) -> Option<&'a Exercise> {
    let current = progress.current().and_then(|id| atlas.exercise(id));
    current.or_else(|| {
        let path = progress.path().and_then(|name| atlas.path(name));
        let open = steps(atlas, path).into_iter().find_map(|step| match step {
            Step::Solve(exercise) if !standing.is_done(step) => Some(exercise),
            _ => None,
        });
        open.or_else(|| atlas.exercises().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::load::load;
    use crate::content::source::Source;
    use crate::progress::Attempt;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    fn atlas() -> Atlas {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/two-topics");
        load(&Source::Folder(root.into())).0
    }

    fn at(s: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(s)
    }

    fn pass(progress: &mut Progress, exercise: &str) {
        let passed_content = Some("v1".to_string());
        let attempt = Attempt { at: at(1), verdict: "passed".to_string(), ms: 1, passed_content };
        progress.record_attempt(exercise, attempt);
    }

    fn name(step: Step<'_>) -> String {
        match step {
            Step::Read(topic) => format!("read {}", topic.id),
            Step::Solve(exercise) => exercise.id.clone(),
            Step::Quiz(topic) => format!("quiz {}", topic.id),
            Step::Planned(id) => format!("planned {id}"),
        }
    }

    fn named(next: Next<'_>) -> String {
        match next {
            Next::Step(step) => name(step),
            Next::Finished { planned } => format!("finished but for {}", planned.join(", ")),
        }
    }

    fn standing(atlas: &Atlas, progress: &Progress) -> Standing {
        Standing::new(atlas, progress, |_| "v1".to_string())
    }

    #[test]
    fn a_path_is_walked_write_up_first_and_quiz_last() {
        let atlas = atlas();
        let expected = [
            "read lamp",
            "lamp/01-switch",
            "lamp/02-dim",
            "quiz lamp",
            "read valve",
            "valve/01-open",
            "quiz valve",
            "planned motor",
        ];
        for path in [atlas.paths.first(), None] {
            let names: Vec<String> = steps(&atlas, path).into_iter().map(name).collect();
            assert_eq!(names, expected);
        }
    }

    #[test]
    fn next_is_the_first_open_step_and_after_looks_ahead_before_it_looks_back() {
        let atlas = atlas();
        let steps = steps(&atlas, atlas.paths.first());
        let mut progress = Progress::default();
        let next = |progress: &Progress| named(super::next(&steps, &standing(&atlas, progress)));
        let after = |progress: &Progress, id: &str| {
            let here = Step::Solve(atlas.exercise(id).unwrap());
            named(super::after(&steps, here, &standing(&atlas, progress)))
        };
        assert_eq!(next(&progress), "read lamp");
        progress.mark_read("lamp", at(1));
        assert_eq!(next(&progress), "lamp/01-switch");
        // Nobody is locked in: an exercise that is not passed can be left.
        assert_eq!(after(&progress, "lamp/01-switch"), "lamp/02-dim");
        pass(&mut progress, "lamp/02-dim");
        assert_eq!(after(&progress, "lamp/02-dim"), "quiz lamp");
        progress.finish_quiz("lamp", 1, 1, at(2));
        assert_eq!(after(&progress, "lamp/02-dim"), "read valve");
        // Whoever tried an exercise is not sent to the write-up any more.
        pass(&mut progress, "valve/01-open");
        progress.finish_quiz("valve", 0, 1, at(3));
        assert_eq!(after(&progress, "valve/01-open"), "lamp/01-switch");
        assert_eq!(next(&progress), "lamp/01-switch");
        assert_eq!(after(&progress, "lamp/01-switch"), "finished but for motor");
        pass(&mut progress, "lamp/01-switch");
        assert_eq!(next(&progress), "finished but for motor");
    }

    #[test]
    fn a_pass_of_an_earlier_version_needs_no_other() {
        let atlas = atlas();
        let mut progress = Progress::default();
        pass(&mut progress, "lamp/01-switch");
        let standing = Standing::new(&atlas, &progress, |_| "v2".to_string());
        assert_eq!(standing.state("lamp/01-switch"), State::Earlier);
        assert!(standing.is_passed("lamp/01-switch"));
        assert_eq!(standing.passed(atlas.exercises()), (1, 3));
    }

    #[test]
    fn the_exercise_that_is_meant_is_the_current_one_else_the_first_open_one() {
        let atlas = atlas();
        let mut progress = Progress::default();
        let current = |progress: &Progress| {
            current_exercise(&atlas, progress, &standing(&atlas, progress)).map(|e| e.id.clone())
        };
        assert_eq!(current(&progress).as_deref(), Some("lamp/01-switch"));
        progress.set_path("basics", at(1));
        pass(&mut progress, "lamp/01-switch");
        assert_eq!(current(&progress).as_deref(), Some("lamp/02-dim"));
        progress.set_current("valve/01-open", at(2));
        assert_eq!(current(&progress).as_deref(), Some("valve/01-open"));
        progress.set_current("gone/01-from-the-content", at(3));
        assert_eq!(current(&progress).as_deref(), Some("lamp/02-dim"));
        for exercise in ["lamp/02-dim", "valve/01-open"] {
            pass(&mut progress, exercise);
        }
        assert_eq!(current(&progress).as_deref(), Some("lamp/01-switch"));
        let empty = Atlas::default();
        assert_eq!(current_exercise(&empty, &progress, &Standing::default()), None);
    }
}
