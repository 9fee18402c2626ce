//! The JSON documents keep to what README promises, field by field: nothing undocumented, nothing missing, every
//! type as written there, and every documented field seen.

use crate::desk::Desk;
use crate::docs::{quoted, rows, section};
use crate::tidy::read;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What README documents under a heading: path to type.
struct Contract {
    fields: BTreeMap<String, String>,
    seen: BTreeSet<String>,
}

impl Contract {
    fn of(heading: &str) -> Contract {
        let rows = rows(&section(heading));
        let fields = rows.iter().map(|row| (row[0].trim_matches('`').to_string(), row[1].clone())).collect();
        Contract { fields, seen: BTreeSet::new() }
    }

    /// Holds `value`, found at `path`, against the contract.
    #[track_caller]
    fn check(&mut self, path: &str, value: &Value) {
        if !path.is_empty() {
            let documented =
                self.fields.get(path).unwrap_or_else(|| panic!("`{path}` is not documented: {value}"));
            assert!(
                documented.split(" or ").any(|kind| is(kind, value)),
                "`{path}` is {documented}, not {value}"
            );
            self.seen.insert(path.to_string());
            if documented == "pair" {
                return;
            }
        }
        match value {
            Value::Object(map) => {
                let there: BTreeSet<String> = map.keys().map(|key| join(path, key)).collect();
                assert_eq!(there, self.children(path), "the fields of `{path}`");
                for (key, value) in map {
                    self.check(&join(path, key), value);
                }
            }
            Value::Array(items) => {
                // Strings, numbers and pairs have a line of their own; objects are described by their fields.
                let item = format!("{path}[]");
                for value in items {
                    if value.is_object() {
                        let there: BTreeSet<String> =
                            value.as_object().unwrap().keys().map(|key| join(&item, key)).collect();
                        assert_eq!(there, self.children(&item), "the fields of `{item}`");
                        for (key, value) in value.as_object().unwrap() {
                            self.check(&join(&item, key), value);
                        }
                    } else {
                        self.check(&item, value);
                    }
                }
            }
            _ => {}
        }
    }

    /// The fields directly inside the object at `path`.
    fn children(&self, path: &str) -> BTreeSet<String> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        let inside = |field: &&String| {
            field.strip_prefix(&prefix).is_some_and(|rest| !rest.contains(['.', '[']) && !rest.is_empty())
        };
        self.fields.keys().filter(inside).cloned().collect()
    }

    #[track_caller]
    fn is_complete(&self) {
        let all: BTreeSet<String> = self.fields.keys().cloned().collect();
        assert_eq!(self.seen, all, "documented, and never seen");
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "pair" => value.as_array().is_some_and(|pair| {
            pair.len() == 2 && pair[0].is_u64() && (pair[1].is_number() || pair[1].is_null())
        }),
        other => panic!("README uses a type that is not explained: {other}"),
    }
}

/// One line of JSON and nothing else.
#[track_caller]
fn document(text: &str) -> Value {
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(value["format"], 1);
    value
}

const WARM_UP: &str = "drill-workspace/exercises/token-bucket-gcra/00-warm-up.rs";
const LAZY: &str = "drill-workspace/exercises/token-bucket-gcra/01-lazy-refill.rs";
const SCHEDULE: &str = "drill-workspace/exercises/distributed-locking/03-break-the-lock.rs";
const LAB: &str = "drill-workspace/exercises/token-bucket-gcra/06-lab-keyed-gateway.rs";

#[test]
fn every_verdict_is_as_documented() {
    let mut contract = Contract::of("### A verdict");
    let desk = Desk::with_content();
    desk.drill(&["init"]).exits(0);
    let stub = desk.read(WARM_UP);
    let mut run = |file: &str, text: &str, code: i32, verdict: &str| -> Value {
        desk.write(file, text);
        let name = file.rsplit('/').next().unwrap().trim_end_matches(".rs");
        let call = desk.drill(&["run", name, "--format", "json"]).exits(code);
        let value = document(&call.stdout);
        contract.check("", &value);
        assert_eq!(value["verdict"], verdict, "{value}");
        value
    };

    let failed = run(WARM_UP, &stub, 1, "failed");
    assert_eq!(failed["exercise"], "token-bucket-gcra/00-warm-up");
    assert_eq!(failed["reason"], Value::Null);
    let row = &failed["checks"][0]["rows"][3];
    assert_eq!(
        (&row["at_ns"], &row["expected"], &row["actual"]),
        (&150.into(), &"grant".into(), &"deny".into())
    );

    let solution = read("solutions/token-bucket-gcra/00-warm-up.rs");
    let passed = run(WARM_UP, &solution, 0, "passed");
    assert!(passed["checks"].as_array().unwrap().iter().all(|check| check["outcome"] == "passed"));

    let broken = run(WARM_UP, &stub.replace("true\n", "1\n"), 1, "not-compiling");
    assert_eq!(broken["reason"]["kind"], "compiler-errors");
    assert_eq!(broken["diagnostics"][0]["code"], "E0308");

    let renamed = run(WARM_UP, &stub.replace("fn take", "fn grab"), 1, "not-compiling");
    assert_eq!(renamed["reason"]["kind"], "changed-interface");
    assert_eq!(renamed["differences"][0]["yours"], Value::Null);

    let left = stub.replace("if now_ns > ", "std::process::exit(0);\n        if now_ns > ");
    let crashed = run(WARM_UP, &left, 1, "crashed");
    assert_eq!(crashed["reason"]["kind"], "exit");
    assert_eq!(crashed["reason"]["check"], "token-is-back-on-time");

    let panicking =
        stub.replace("if now_ns > ", "assert!(now_ns < 120, \"too late\");\n        if now_ns > ");
    let panicked = run(WARM_UP, &panicking, 1, "failed");
    let check = &panicked["checks"][0];
    assert_eq!((&check["outcome"], &check["message"]), (&"panicked".into(), &"too late".into()));
    assert_eq!(check["at"]["column"], 9);

    run(LAZY, &desk.read(LAZY), 1, "not-written");
    // A property shows the trace that it made small.
    let lazy = read("solutions/token-bucket-gcra/01-lazy-refill.rs");
    let (head, body) = lazy.split_once("-> bool {").unwrap();
    run(LAZY, &format!("{head}-> bool {{ assert!(cost < 7);{body}"), 1, "failed");

    // Several nodes are shown as a timeline.
    let schedule = read("solutions/distributed-locking/03-break-the-lock.rs");
    let early = schedule.replacen("Step::WaitMs(TTL_MS)", "Step::WaitMs(TTL_MS - 1)", 1);
    assert_ne!(early, schedule);
    run(SCHEDULE, &early, 1, "failed");

    let lab = run(LAB, &read("solutions/token-bucket-gcra/06-lab-keyed-gateway.rs"), 0, "passed");
    assert!(!lab["scorecard"].as_array().unwrap().is_empty());
    assert!(!lab["series"].as_array().unwrap().is_empty());

    // What is kept too long is marked on its curve.
    let keyed = read("solutions/token-bucket-gcra/06-lab-keyed-gateway.rs");
    let hoarding = keyed.replacen(".filter(|(_, tat)| *tat > earliest)", "", 1);
    assert_ne!(hoarding, keyed);
    let lab = run(LAB, &hoarding, 1, "failed");
    let marked = |series: &Value| !series["marks"].as_array().unwrap().is_empty();
    assert!(lab["series"].as_array().unwrap().iter().any(marked));
    contract.is_complete();
}

#[test]
fn the_list_is_as_documented() {
    let mut contract = Contract::of("### A list");
    let desk = Desk::with_content();
    let value = document(&desk.drill(&["list", "--format", "json"]).exits(0).stdout);
    contract.check("", &value);
    contract.is_complete();
    assert!(value["exercises"].as_array().unwrap().iter().all(|exercise| exercise["state"] == "new"));
}

#[test]
fn what_verify_finds_is_as_documented() {
    let mut contract = Contract::of("### A proof");
    let desk = Desk::with_own_pack("two-topics");
    desk.write("pack/rustfmt.toml", &read("rustfmt.toml"));
    let prove = |what: &str, code: i32| -> Value {
        let args = ["verify", what, "--seeds", "2", "--mutate", "--format", "json"];
        document(&desk.drill(&args).exits(code).stdout)
    };
    let survivor = prove("lamp/02", 1);
    assert_eq!(survivor["mutants"][0]["survive"], 1, "{survivor}");
    let good = prove("lamp/01", 0);
    assert_eq!((&good["proved"], &good["next"]), (&true.into(), &Value::Null));
    desk.write("pack/solutions/lamp/01-switch.rs", "pub fn switch(on: bool) -> bool { on }\n");
    desk.write("pack/checks/lamp/02-dim.toml", "[[wrong]]\nname = \"a\"\n");
    let bad = prove("lamp", 1);
    assert_eq!(bad["next"]["file"], "solutions/lamp/01-switch.rs", "{bad}");
    for value in [survivor, good, bad] {
        contract.check("", &value);
    }
    contract.is_complete();
}

/// The literals of `match` arms in a function of a source file.
fn arms(file: &str, from: &str) -> Vec<String> {
    let text = read(file);
    let body = text.split_once(from).unwrap_or_else(|| panic!("no {from:?} in {file}")).1;
    let body = body.split("\n}\n").next().unwrap();
    body.split("=> ")
        .skip(1)
        .filter_map(|arm| {
            arm.trim_start_matches('(').strip_prefix('"')?.split_once('"').map(|(word, _)| word)
        })
        .map(ToString::to_string)
        .collect()
}

#[test]
fn readme_explains_every_word_that_json_uses() {
    let mut words = arms("src/verdict.rs", "impl Outcome {");
    let verdicts: Vec<String> =
        rows(&section("## What a verdict means")).iter().flat_map(|r| quoted(&r[0])).collect();
    assert_eq!(words.iter().collect::<BTreeSet<_>>(), verdicts.iter().collect::<BTreeSet<_>>());
    words.extend(arms("src/verdict.rs", "impl CheckOutcome {"));
    words.extend(arms("src/render/json.rs", "fn reason("));
    words.extend(arms("src/progress.rs", "impl State {"));
    assert!(words.len() > 25, "{words:?}");
    let readme = read("README.md");
    for word in words {
        assert!(readme.contains(&format!("`{word}`")), "README does not mention `{word}`");
    }
}
