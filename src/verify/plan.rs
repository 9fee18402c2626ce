//! Everything that has to be true of some content: tasks for a bench, and what reading alone shows to be wrong.

use super::Kind;
use super::mutation::Edited;
use crate::content::load::{self, ATLAS_FILE};
use crate::content::model::{Atlas, Exercise, Topic};
use crate::content::outline;
use crate::content::problem::Problem;
use crate::content::source::Source;
use crate::proof::candidates::{self, read};
use crate::proof::leaks::Secrets;
use crate::proof::quiz::{self, Origin, Tracing};
use crate::proof::unfinished::{is_unfinished, line_of, spots, todos};
use crate::proof::{Candidate, Claim, decoy, hints, write_up};
use std::collections::BTreeMap;

/// What is to be proved.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    Everything,
    Topic(&'a Topic),
    Exercise(&'a Exercise),
}

pub struct Plan {
    pub source: Source,
    /// By id.
    pub exercises: BTreeMap<String, Exercise>,
    /// By the exercise's id.
    pub secrets: BTreeMap<String, Secrets>,
    /// Tasks of one subject stand together.
    pub tasks: Vec<Task>,
    /// Quiz files, with how many questions they have.
    pub quizzes: Vec<(String, usize)>,
    /// What reading shows to be wrong.
    pub problems: Vec<Problem>,
}

/// One thing for a bench to prove.
#[derive(Clone, Debug)]
pub enum Task {
    /// A text of an exercise, by the exercise's id.
    Text { exercise: String, candidate: Candidate },
    /// A program of a quiz.
    Program { quiz: String, tracing: Tracing },
    /// A small edit of a solution.
    Mutant(Box<Edited>),
}

impl Task {
    /// What it belongs to: the exercise's id, or the quiz's file.
    pub fn subject(&self) -> &str {
        match self {
            Task::Text { exercise, .. } => exercise,
            Task::Program { quiz, .. } => quiz,
            Task::Mutant(edited) => &edited.exercise,
        }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Task::Program { tracing, .. } => Kind::Program(tracing.question.clone()),
            Task::Mutant(edited) => Kind::Mutant(Box::new(edited.mutant.clone())),
            Task::Text { candidate, .. } => match &candidate.claim {
                Claim::Open | Claim::Unsolved => Kind::Stub,
                Claim::Solution => Kind::Solution,
                Claim::Alternative { name } => Kind::Alternative(name.clone()),
                Claim::Decoy => Kind::Decoy,
                Claim::Wrong { name, .. } => Kind::Variant(name.clone()),
            },
        }
    }

    /// Where its author finds it: file, and line or 0.
    pub fn place(&self) -> (&str, usize) {
        match self {
            Task::Text { candidate, .. } => (&candidate.file, candidate.line),
            Task::Program { quiz, tracing } => (quiz, tracing.line),
            Task::Mutant(edited) => (&edited.file, edited.mutant.line),
        }
    }
}

/// The plan for the content of `source`, whose manifests said `loaded`.
pub fn content(source: &Source, atlas: &Atlas, loaded: Vec<Problem>, scope: Scope<'_>) -> Plan {
    let mut plan = Plan {
        source: source.clone(),
        exercises: BTreeMap::new(),
        secrets: BTreeMap::new(),
        tasks: Vec::new(),
        quizzes: Vec::new(),
        problems: loaded,
    };
    let own = source.has(ATLAS_FILE);
    if own {
        plan.problems.extend(load::validate_files(source, atlas));
    }
    let kit = decoy::kit_names(&kit(source));
    for topic in &atlas.topics {
        let whole = match scope {
            Scope::Everything => true,
            Scope::Topic(wanted) => wanted.id == topic.id,
            Scope::Exercise(_) => false,
        };
        for exercise in &topic.exercises {
            if whole || matches!(scope, Scope::Exercise(wanted) if wanted.id == exercise.id) {
                plan.add_exercise(exercise, &kit);
            }
        }
        if whole && own {
            plan.add_reading(atlas, topic);
        }
    }
    if own && matches!(scope, Scope::Everything) {
        let atlas = source.read(ATLAS_FILE).ok().flatten().unwrap_or_default();
        plan.add_todos(ATLAS_FILE, &atlas, |_| true);
    }
    plan.keep_within(scope);
    plan
}

/// The plan for a quiz file of anybody's.
pub fn quiz_file(source: &Source, path: &str, text: &str) -> Plan {
    let (quiz, problems) = quiz::foreign(path, text);
    let tracings = quiz.iter().flat_map(|quiz| quiz::tracings(quiz, Origin::Foreign));
    Plan {
        source: source.clone(),
        exercises: BTreeMap::new(),
        secrets: BTreeMap::new(),
        tasks: tracings.map(|tracing| Task::Program { quiz: path.to_string(), tracing }).collect(),
        quizzes: quiz.iter().map(|quiz| (path.to_string(), quiz.questions.len())).collect(),
        problems,
    }
}

/// The kit's own interface; a pack without a kit uses drill's.
fn kit(source: &Source) -> String {
    const LIB: &str = "checks/kit/lib.rs";
    let own = source.read(LIB).ok().flatten();
    own.or_else(|| crate::content::embedded::source().read(LIB).ok().flatten()).unwrap_or_default()
}

impl Plan {
    fn add_exercise(&mut self, exercise: &Exercise, kit: &[String]) {
        // What can't be read is said by the validation of files already, except in a foreign pack.
        let (candidates, problems) = candidates::candidates(&self.source, exercise, kit);
        if exercise.foreign.is_some() {
            self.problems.extend(problems);
        } else {
            self.add_rules(exercise);
        }
        // Of a solution that is to be written nothing is proved, and nothing of what is made of it.
        let written = |candidate: &Candidate| match &candidate.text {
            Ok(text) if candidate.claim == Claim::Solution => !is_unfinished(text),
            _ => true,
        };
        let is_written = exercise.foreign.is_some() || candidates.iter().all(written);
        let provable = |candidate: &Candidate| is_written || candidate.claim == Claim::Open;
        for candidate in candidates.into_iter().filter(provable) {
            self.tasks.push(Task::Text { exercise: exercise.id.clone(), candidate });
        }
        self.exercises.insert(exercise.id.clone(), exercise.clone());
    }

    /// What the exercise's texts say of each other.
    fn add_rules(&mut self, exercise: &Exercise) {
        let mut found = Vec::new();
        let mut text = |path: String| read(&self.source, &path, &mut found).unwrap_or_default();
        let stub = text(exercise.stub_path());
        let solution = text(exercise.solution_path());
        let checks = text(exercise.checks_path());
        let variants = text(exercise.variants_path());
        let manifest_path = format!("exercises/{}/topic.toml", exercise.topic());
        let manifest = text(manifest_path.clone());
        let secrets = Secrets::new(&solution, &stub);
        let line = line_of(&manifest, exercise.name(), "hints");
        let mut problem = |file: &str, line: usize, message: String| {
            self.problems.push(Problem { file: file.to_string(), line, message });
        };
        let name = exercise.name();
        for slip in hints::slips(&exercise.hints, &solution) {
            problem(&manifest_path, line, format!("exercise `{name}`: {slip}"));
        }
        for (i, hint) in exercise.hints.iter().enumerate() {
            if let Some(secret) = secrets.shown_in(hint) {
                let message =
                    format!("exercise `{name}`: hint {} shows a line of the solution: `{secret}`", i + 1);
                problem(&manifest_path, line, message);
            }
        }
        for (line, secret) in secrets.shown_by_checks(&checks) {
            problem(
                &exercise.checks_path(),
                line,
                format!("a text shows a line of the solution: `{secret}`"),
            );
        }
        self.secrets.insert(exercise.id.clone(), secrets);
        let texts = [
            (exercise.stub_path(), &stub),
            (exercise.solution_path(), &solution),
            (exercise.checks_path(), &checks),
            (exercise.variants_path(), &variants),
        ];
        for (file, text) in texts {
            self.add_todos(&file, text, |_| true);
        }
        let spots = spots(&manifest);
        self.add_todos(&manifest_path, &manifest, |line| spots[line - 1].exercise.as_deref() == Some(name));
    }

    /// What the lines of a file that are `counted`, from 1, leave to be written.
    fn add_todos(&mut self, file: &str, text: &str, counted: impl Fn(usize) -> bool) {
        let found = todos(text).into_iter().filter(|(line, _)| counted(*line));
        let problem = |(line, message)| Problem { file: file.to_string(), line, message };
        self.problems.extend(found.map(problem));
    }

    /// A topic's write-up and quiz.
    fn add_reading(&mut self, atlas: &Atlas, topic: &Topic) {
        let mut missing = Vec::new();
        let mut anchors = Vec::new();
        let manifest_path = topic.manifest_path();
        if let Some(text) = read(&self.source, &manifest_path, &mut missing) {
            let spots = spots(&text);
            self.add_todos(&manifest_path, &text, |line| spots[line - 1].exercise.is_none());
        }
        if topic.exercises.is_empty() {
            let message = "the topic has no `[[exercise]]`".to_string();
            self.problems.push(Problem { file: manifest_path, line: 0, message });
        }
        if let Some(text) = read(&self.source, &topic.write_up_path(), &mut missing) {
            self.add_todos(&topic.write_up_path(), &text, |_| true);
            anchors = outline::headings(&text).into_iter().map(|h| h.anchor).collect();
            self.problems.extend(write_up::problems(&self.source, atlas, topic, &text));
        }
        let path = topic.quiz_path();
        if !topic.has_quiz && !self.source.has(&path) {
            self.problems.push(Problem { file: path.clone(), line: 0, message: "is missing".to_string() });
        }
        if let Some(text) = read(&self.source, &path, &mut missing) {
            self.add_todos(&path, &text, |_| true);
            let (quiz, problems) = quiz::ours(&path, &text, &anchors);
            self.problems.extend(problems);
            let Some(quiz) = quiz else { return };
            self.quizzes.push((path.clone(), quiz.questions.len()));
            for tracing in quiz::tracings(&quiz, Origin::Ours) {
                self.tasks.push(Task::Program { quiz: path.clone(), tracing });
            }
        }
    }

    /// Drops problems of files outside of `scope`, and says each of the others once.
    fn keep_within(&mut self, scope: Scope<'_>) {
        let about = |file: &str| match scope {
            Scope::Everything => true,
            Scope::Topic(topic) => file.split('/').nth(1) == Some(&topic.id),
            Scope::Exercise(exercise) => {
                let place = file.split_once('/').map_or("", |(_, place)| place);
                place.starts_with(&exercise.id) || place == format!("{}/topic.toml", exercise.topic())
            }
        };
        self.problems.retain(|problem| about(&problem.file));
        self.problems.sort();
        self.problems.dedup();
    }
}
