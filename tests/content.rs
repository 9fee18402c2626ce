//! The content that is built in, proved: every stub compiles and waits for its author, every solution passes
//! under many seeds, every wrong variant is caught by the check that it names, and no name of the kit can be
//! in anybody's way. Everything that is wrong is said at once.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test says where it stopped and what it did")]

use drill::attempt::{Bench, Built, Trial, material};
use drill::content::model::Exercise;
use drill::content::source::Source;
use drill::content::{embedded, load};
use drill::process::Cancel;
use drill::proof::{self, Candidate, Claim, Proof};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Seeds under which a right text must pass; 0 is the learner's.
const SEEDS: u64 = 20;

struct Work {
    exercise: Exercise,
    candidate: Candidate,
}

#[test]
fn the_content_keeps_its_promises() {
    let began = Instant::now();
    let source = embedded::source();
    let kit = proof::kit_names(&source.read("checks/kit/lib.rs").unwrap().unwrap());
    assert!(kit.iter().any(|name| name == "forall"), "{kit:?}");
    let (atlas, problems) = load::load(&source);
    assert_eq!(problems, []);
    let mut wrong = Vec::new();
    let mut work = Vec::new();
    for exercise in atlas.exercises() {
        let (candidates, problems) = proof::candidates(&source, exercise, &kit);
        wrong.extend(problems.iter().map(ToString::to_string));
        work.extend(candidates.into_iter().map(|candidate| Work { exercise: exercise.clone(), candidate }));
    }
    let wrong = Mutex::new(wrong);
    let next = AtomicUsize::new(0);
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("content");
    // The kit once, before all.
    bench(&cache, &source).warm_up(&Cancel::default()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from).min(8) {
            scope.spawn(|| {
                let bench = bench(&cache, &source);
                while let Some(work) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for problem in prove(&bench, &source, work) {
                        let Candidate { claim, file, .. } = &work.candidate;
                        let what = match claim {
                            Claim::Wrong { name, .. } => format!("{file}: variant `{name}`"),
                            Claim::Decoy => format!("{file} beside a decoy"),
                            Claim::Open | Claim::Right => file.clone(),
                        };
                        wrong.lock().unwrap().push(format!("{what}: {problem}"));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    eprintln!("{} candidates in {:.1} s", work.len(), began.elapsed().as_secs_f64());
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

fn bench(cache: &Path, source: &Source) -> Bench {
    Bench::at(cache, cache.parent().unwrap(), source, env!("CARGO_BIN_EXE_drill").into()).unwrap()
}

/// All that is wrong with one candidate.
fn prove(bench: &Bench, source: &Source, work: &Work) -> Vec<String> {
    let Work { exercise, candidate: Candidate { claim, text, .. } } = work;
    let never = Cancel::default();
    let mut wrong = Vec::new();
    if matches!(claim, Claim::Open | Claim::Right) {
        wrong.extend(warnings(bench, exercise, claim, text));
    }
    let material = material(source, exercise).unwrap();
    let ready = match bench.compile(exercise, &material, text, &never).unwrap().unwrap() {
        Built::Ready(ready) => ready,
        Built::Refused(verdict) => {
            wrong.push(claim.judge(&verdict).to_string());
            return wrong;
        }
    };
    let check_cpu =
        matches!(claim, Claim::Wrong { .. }).then(|| exercise.limits.check_cpu.min(proof::VARIANT_CPU));
    for seed in 0..claim.seeds(SEEDS) {
        let trial = Trial { seed, only: claim.only(), check_cpu };
        let verdict = bench.run(exercise, &material, &ready, trial, &never).unwrap().unwrap();
        let proof = claim.judge(&verdict);
        if proof != Proof::Holds {
            wrong.push(format!("seed {seed}: {proof}"));
        }
    }
    wrong
}

/// Warnings that a learner would see in the editor before writing anything. What a stub does not use yet is
/// not one.
fn warnings(bench: &Bench, exercise: &Exercise, claim: &Claim, text: &str) -> Vec<String> {
    let said = bench.warnings(exercise, text, &Cancel::default()).unwrap().unwrap();
    said.into_iter()
        .filter(|warning| {
            let code = warning.code.as_deref().unwrap_or_default();
            *claim != Claim::Open || !(code.starts_with("unused") || code == "dead_code")
        })
        .map(|warning| format!("rustc says: {}", warning.rendered))
        .collect()
}
