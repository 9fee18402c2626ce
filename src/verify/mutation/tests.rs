//! Where mutants stand in a plan, and what their items become.

use super::*;
use crate::content::{embedded, load};
use crate::verify::plan::{Scope, content};

fn plan() -> Plan {
    let source = embedded::source();
    let (atlas, problems) = load::load(&source);
    assert_eq!(problems, []);
    let mut plan = content(&source, &atlas, Vec::new(), Scope::Everything);
    add(&mut plan);
    plan
}

#[test]
fn mutants_stand_behind_the_other_tasks_of_their_exercise() {
    let plan = plan();
    let mut subjects: Vec<&str> = plan.tasks.iter().map(Task::subject).collect();
    subjects.dedup();
    let mut once = subjects.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(subjects.len(), once.len(), "{subjects:?}");
    for id in plan.exercises.keys() {
        let of = |mutant: bool| {
            let mine = |t: &&Task| t.subject() == id && matches!(t, Task::Mutant(_)) == mutant;
            plan.tasks.iter().filter(mine).count()
        };
        assert!(of(false) > 0, "{id}");
        // A solution that is a list of steps or of figures has nothing to edit in it.
        let no_code = ["distributed-locking/03-break-the-lock", "feedback-control/05-tune-the-backfill"];
        assert!(of(true) > 0 || no_code.contains(&id.as_str()), "{id}");
    }
}

#[test]
fn items_of_mutants_become_a_survey_and_a_problem_above_the_limit() {
    let plan = plan();
    let id = "token-bucket-gcra/00-warm-up";
    let items: Vec<Item> = plan.tasks.iter().filter(|task| task.subject() == id).map(Item::of).collect();
    let others = items.iter().filter(|item| !matches!(item.kind, Kind::Mutant(_))).count();
    let all = items.len() - others;

    let (surveys_of, problems) = surveys(&plan, &mut items.clone(), 0);
    assert_eq!(problems, []);
    let [Surveyed { exercise, file, survey }] = &surveys_of[..] else { panic!("{surveys_of:?}") };
    assert_eq!((exercise.as_str(), file.as_str()), (id, "solutions/token-bucket-gcra/00-warm-up.rs"));
    assert_eq!((survey.mutants, survey.caught, survey.survivors.len()), (all, all, 0));

    let mut items = items;
    let last = items.last_mut().unwrap();
    last.proof = Proof::Missed { instead: "passes".to_string() };
    assert_eq!(last.problems(), []);
    let (surveys_of, problems) = surveys(&plan, &mut items.clone(), 100);
    assert_eq!((sum(&surveys_of).survivors.len(), problems), (1, Vec::new()));
    let (_, problems) = surveys(&plan, &mut items, 0);
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!((problem.file.as_str(), problem.line), ("checks/token-bucket-gcra", 0));
    assert_eq!(items.len(), others);
}
