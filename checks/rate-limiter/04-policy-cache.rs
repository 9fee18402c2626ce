//! Hidden checks of 04-policy-cache. Matching is judged by a reference that goes segment by segment, keys by a
//! pair of maps (bytes to values and back), and then by attacks that the learner's own keys suggest: what
//! stands between two values is put into a value.
use crate::{Applied, Attrs, Dim, PolicyCache, Rule, Snapshot};
use kit::{Case, Check, Config, Res, Rng, Table, ensure, forall_cfg};
use std::collections::BTreeMap;

pub const CHECKS: &[Check] = &[
    ("stale-push-ignored", "a late or repeated push that brings old rules back", stale_push_ignored),
    ("gaps-are-normal", "a newer push refused because versions before it never came", gaps_are_normal),
    ("bad-snapshot-keeps-old", "a refused push that leaves something behind", bad_snapshot_keeps_old),
    ("what-is-valid", "a bad snapshot that gets in, or a good one that does not", what_is_valid),
    ("prefix-is-a-path", "a prefix that ends in the middle of a name", prefix_is_a_path),
    ("method-is-exact", "a rule for one method applied to another", method_is_exact),
    ("order", "rules in another order than priority, then id", order),
    ("keys-never-collide", "two callers that share one counter", keys_never_collide),
    ("keys-are-exact", "keys too short to tell all callers apart", keys_are_exact),
    ("deploy-keeps-counters", "a key that changes with a deploy", deploy_keeps_counters),
    ("same-key-everywhere", "a key that depends on the node or on more than the values", same_key_everywhere),
    ("unknown-rule", "a key for a rule that is not in force", unknown_rule),
    ("random-pushes", "a random sequence of pushes, against a reference", random_pushes),
];

// ---- the world

fn rule(id: u32, method: Option<&str>, prefix: &str, priority: u32, dims: &[Dim]) -> Rule {
    Rule { id, method: method.map(String::from), path_prefix: prefix.into(), priority, dims: dims.to_vec() }
}

/// A rule of which only the prefix matters.
fn at(id: u32, prefix: &str) -> Rule {
    rule(id, None, prefix, 1, &[Dim::Tenant])
}

fn get(path: &str) -> Attrs {
    Attrs { method: "GET".into(), path: path.into(), tenant: None, user: None, ip: None }
}

type Value = Option<String>;

fn some(text: &str) -> Value {
    Some(text.into())
}

fn caller(values: &[Value; 3]) -> Attrs {
    let [tenant, user, ip] = values.clone();
    Attrs { tenant, user, ip, ..get("/v1/charges") }
}

/// A cache that has been pushed these rules as this version. They are valid: what becomes of them is judged by
/// other checks.
fn cache(version: u64, rules: &[Rule]) -> PolicyCache {
    let mut cache = PolicyCache::new();
    push(&mut cache, version, rules);
    cache
}

// The learner's calls, named should they panic.

fn push(cache: &mut PolicyCache, version: u64, rules: &[Rule]) -> Applied {
    kit::during(
        || format!("apply, version {version}, {}", say_rules(rules)),
        || cache.apply(Snapshot { version, rules: rules.to_vec() }),
    )
}

fn matching(cache: &PolicyCache, a: &Attrs) -> Vec<u32> {
    kit::during(|| format!("matching, {} {}", a.method, a.path), || cache.matching(a))
}

fn key(cache: &PolicyCache, rule: u32, a: &Attrs) -> Option<Vec<u8>> {
    kit::during(|| format!("key of rule {rule}, {}", say_caller(a)), || cache.key(rule, a))
}

// ---- words

fn say(applied: Applied) -> &'static str {
    match applied {
        Applied::Installed => "installed",
        Applied::Stale => "stale",
        Applied::Invalid => "invalid",
    }
}

/// Nobody reads 18446744073709551615.
fn number(version: u64) -> String {
    match u64::MAX - version {
        0 => "2^64 - 1".into(),
        1 => "2^64 - 2".into(),
        _ => version.to_string(),
    }
}

fn say_ids(ids: &[u32]) -> String {
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    if ids.is_empty() { "no rule".into() } else { format!("rule {}", ids.join(", ")) }
}

/// With their priorities, which `apply` may stumble over.
fn say_rules(rules: &[Rule]) -> String {
    if rules.len() > 6 {
        return format!("{} rules", rules.len());
    }
    let said = rules.iter().map(|rule| format!("rule {} of priority {}", rule.id, rule.priority));
    if rules.is_empty() { "no rules".into() } else { said.collect::<Vec<_>>().join(", ") }
}

fn say_caller(a: &Attrs) -> String {
    let fields = [("tenant", &a.tenant), ("user", &a.user), ("ip", &a.ip)];
    let said = fields.map(|(name, value)| format!("{name} {}", say_value(value)));
    said.join(", ")
}

/// Quoted; long ones by their beginning and length.
fn say_value(value: &Value) -> String {
    match value {
        None => "absent".into(),
        Some(text) if text.chars().count() > 40 => {
            let head: String = text.chars().take(8).collect();
            format!("{head:?}... ({} bytes)", text.len())
        }
        Some(text) => format!("{text:?}"),
    }
}

// ---- pushes

/// One step of a hand-written history: a push and what must come of it, then what must be in force.
struct Step<'a> {
    what: &'a str,
    version: u64,
    rules: Vec<Rule>,
    answer: Applied,
    /// Version and matching rules for /v1/charges, after it.
    after: (u64, &'a [u32]),
}

fn history(message: &str, steps: &[Step<'_>]) -> Res {
    let (mut cache, mut t) = (PolicyCache::new(), Table::new());
    for step in steps {
        let answer = push(&mut cache, step.version, &step.rules);
        let input = format!("push {}: {}", number(step.version), step.what);
        t.row(0, input, say(step.answer).into(), say(answer).into());
        let (version, ids) = (cache.version(), matching(&cache, &get("/v1/charges")));
        let force = |version, ids: &[u32]| format!("version {}, {}", number(version), say_ids(ids));
        t.row(0, "in force for /v1/charges".into(), force(step.after.0, step.after.1), force(version, &ids));
    }
    t.verdict(message)
}

fn stale_push_ignored(_: &mut Case) -> Res {
    let step = |what, version, id: u32, answer, after| {
        let rules = if id == 0 { vec![] } else { vec![at(id, "/v1")] };
        Step { what, version, rules, answer, after }
    };
    history(
        "a push whose version is not above the current one is stale and changes nothing, however late it comes",
        &[
            step("rule 10", 7, 10, Applied::Installed, (7, &[10])),
            step("rule 20", 8, 20, Applied::Installed, (8, &[20])),
            step("rule 10, a retry", 7, 10, Applied::Stale, (8, &[20])),
            step("rule 30, same version", 8, 30, Applied::Stale, (8, &[20])),
        ],
    )?;
    history(
        "a new cache is at version 0: a push of version 0 is not above it",
        &[
            step("rule 10", 0, 10, Applied::Stale, (0, &[])),
            step("rule 10", 1, 10, Applied::Installed, (1, &[10])),
        ],
    )?;
    history(
        "how far below the current version a push is does not matter, and neither does how large they are",
        &[
            step("rule 30", u64::MAX, 30, Applied::Installed, (u64::MAX, &[30])),
            step("rule 40", 901, 40, Applied::Stale, (u64::MAX, &[30])),
            step("rule 50", 1, 50, Applied::Stale, (u64::MAX, &[30])),
        ],
    )?;
    let bad = Step {
        what: "a bad prefix",
        version: 3,
        rules: vec![at(10, "v1")],
        answer: Applied::Stale,
        after: (8, &[20]),
    };
    history(
        "whether a push is stale is asked before whether it is valid",
        &[step("rule 20", 8, 20, Applied::Installed, (8, &[20])), bad],
    )
}

fn gaps_are_normal(_: &mut Case) -> Res {
    let step = |what, version, id: u32, answer, after| Step {
        what,
        version,
        rules: vec![at(id, "/v1")],
        answer,
        after,
    };
    let message = "any version above the current one is installed, not only the next: a snapshot is whole";
    history(
        message,
        &[
            step("rule 10", 5, 10, Applied::Installed, (5, &[10])),
            step("rule 20", 900, 20, Applied::Installed, (900, &[20])),
            step("rule 25", 1 << 32, 25, Applied::Installed, (1 << 32, &[25])),
            step("rule 30", u64::MAX, 30, Applied::Installed, (u64::MAX, &[30])),
        ],
    )?;
    history(
        message,
        &[
            step("rule 10", u64::MAX - 1, 10, Applied::Installed, (u64::MAX - 1, &[10])),
            step("rule 20", u64::MAX, 20, Applied::Installed, (u64::MAX, &[20])),
        ],
    )
}

/// Snapshots that must be refused, with the reason.
fn bad() -> Vec<(&'static str, Vec<Rule>)> {
    vec![
        ("rule 20 twice in a row", vec![at(20, "/v1"), at(20, "/v1")]),
        (
            "rule 20 twice, 30 between",
            vec![at(20, "/v1"), at(30, "/v1"), rule(20, None, "/v2", 9, &[Dim::Ip])],
        ),
        ("rule 20, rule 30 without dims", vec![at(20, "/v1"), rule(30, None, "/v1", 1, &[])]),
        ("rule 20 without dims, rule 30", vec![rule(20, None, "/v1", 1, &[]), at(30, "/v1")]),
        ("rule 20, rule 30 for \"v1\"", vec![at(20, "/v1"), at(30, "v1")]),
        ("rule 20 for \"\", rule 30", vec![at(20, ""), at(30, "/v1")]),
        ("rule 20 for \" /v1\"", vec![at(20, " /v1")]),
        ("rule 20 for \"\u{e9}/v1\"", vec![at(20, "\u{e9}/v1")]),
    ]
}

fn bad_snapshot_keeps_old(_: &mut Case) -> Res {
    for (what, rules) in bad() {
        let first = Step {
            what: "rule 10",
            version: 1,
            rules: vec![at(10, "/v1")],
            answer: Applied::Installed,
            after: (1, &[10]),
        };
        let mended = Step {
            what: "rule 40, mended",
            version: 2,
            rules: vec![at(40, "/v1")],
            answer: Applied::Installed,
            after: (2, &[40]),
        };
        let refused = Step { what, version: 2, rules, answer: Applied::Invalid, after: (1, &[10]) };
        history(
            "an invalid snapshot changes nothing, rules or version: the same version may come again, mended",
            &[first, refused, mended],
        )?;
    }
    Ok(())
}

fn what_is_valid(_: &mut Case) -> Res {
    let good = [
        ("no rules", vec![]),
        ("prefix \"/\"", vec![at(1, "/")]),
        ("ids 0 and 4294967295", vec![at(0, "/a"), at(u32::MAX, "/a")]),
        ("the same rule under two ids", vec![at(1, "/a"), at(2, "/a")]),
        ("dims tenant, tenant", vec![rule(1, None, "/a", 0, &[Dim::Tenant, Dim::Tenant])]),
        ("dims ip, user, tenant", vec![rule(1, None, "/a", u32::MAX, &[Dim::Ip, Dim::User, Dim::Tenant])]),
        ("method \"\"", vec![rule(1, Some(""), "/a", 1, &[Dim::Ip])]),
        ("prefix \"//\"", vec![at(1, "//")]),
    ];
    let mut t = Table::new();
    for (what, rules) in good {
        t.row(
            0,
            format!("push 1: {what}"),
            "installed".into(),
            say(push(&mut PolicyCache::new(), 1, &rules)).into(),
        );
    }
    for (what, rules) in bad() {
        t.row(
            0,
            format!("push 1: {what}"),
            "invalid".into(),
            say(push(&mut PolicyCache::new(), 1, &rules)).into(),
        );
    }
    t.verdict(
        "invalid is a rule id given twice, a rule without dims, a prefix without '/' first, and nothing else",
    )
}

// ---- matching

/// Segment by segment, which shares no step with comparing texts.
fn covers(prefix: &str, path: &str) -> bool {
    let mut wanted: Vec<&str> = prefix.split('/').collect();
    let have: Vec<&str> = path.split('/').collect();
    let open = prefix.ends_with('/');
    if open {
        wanted.pop();
    }
    have.len() >= wanted.len() + usize::from(open) && wanted.iter().zip(&have).all(|(a, b)| a == b)
}

fn prefix_is_a_path(case: &mut Case) -> Res {
    let message = "a prefix covers the path that it is and the paths below it, and ends where a name ends";
    let judge = |prefix: &str, path: &str| -> Res {
        let cache = cache(1, &[at(1, prefix)]);
        let what = || format!("matching of path {path:?}, with one rule, for prefix {prefix:?}");
        let found = kit::during(what, || cache.matching(&get(path))) == [1];
        let wanted = covers(prefix, path);
        if found == wanted {
            return Ok(());
        }
        let word = |covered: bool| if covered { "covered" } else { "not covered" }.to_string();
        let mut t = Table::new();
        t.row(0, format!("prefix {prefix:?}, path {path:?}"), word(wanted), word(found));
        t.verdict(message)
    };
    for (prefix, path) in [
        ("/v1/charges", "/v1/charges"),
        ("/v1/charges", "/v1/charges/42"),
        ("/v1/charges", "/v1/charges_export"),
        ("/v1/charges", "/v1/chargesX/42"),
        ("/v1/charges", "/v1/charge"),
        ("/v1/charges", "/v1/charges/"),
        ("/v1/charges/", "/v1/charges"),
        ("/v1/charges/", "/v1/charges/"),
        ("/v1/charges/", "/v1/charges/42"),
        ("/v1", "/proxy/v1/charges"),
        ("/", "/v1"),
        ("/", "/"),
        ("/", ""),
        ("/", "v1"),
        ("/V1", "/v1"),
        ("/v1", "/v1é"),
        ("/v1é", "/v1é/1"),
        // Where the prefix ends may be in the middle of a character of the path.
        ("/a", "/é"),
        ("/a", "/é/a"),
        ("/aa", "/aé"),
        ("/ab/", "/abé"),
        ("/é", "/ab"),
        ("/é", "/aé"),
        ("/v1 ", "/v1"),
        ("/v1", "/v1?page=2"),
        ("/a", "/a//b"),
        ("/a//", "/a/b"),
    ] {
        judge(prefix, path)?;
    }
    // Short texts of few letters, one of them of two bytes.
    let mut rng = Rng::new(0x4_9a7 ^ case.seed);
    let text = |rng: &mut Rng, len: u64| -> String {
        (0..len).map(|_| *rng.pick(&['/', '/', 'a', 'b', 'é'])).collect()
    };
    for _ in 0..600 {
        let prefix = format!("/{}", {
            let n = rng.below(4);
            text(&mut rng, n)
        });
        let tail = {
            let n = rng.below(4);
            text(&mut rng, n)
        };
        let path = if rng.chance(0.7) { format!("{prefix}{tail}") } else { format!("/{tail}") };
        judge(&prefix, &path)?;
    }
    Ok(())
}

fn method_is_exact(_: &mut Case) -> Res {
    let cache = cache(
        1,
        &[
            rule(1, None, "/v1", 1, &[Dim::Ip]),
            rule(2, Some("GET"), "/v1", 1, &[Dim::Ip]),
            rule(3, Some("POST"), "/v1", 1, &[Dim::Ip]),
            rule(4, Some(""), "/v1", 1, &[Dim::Ip]),
            rule(5, Some("GET"), "/v2", 1, &[Dim::Ip]),
            rule(6, Some("*"), "/v1", 1, &[Dim::Ip]),
        ],
    );
    let mut t = Table::new();
    for (method, wanted) in [
        ("GET", vec![1, 2]),
        ("POST", vec![1, 3]),
        ("get", vec![1]),
        ("GETX", vec![1]),
        ("GE", vec![1]),
        ("HEAD", vec![1]),
        ("DELETE", vec![1]),
        ("", vec![1, 4]),
        ("*", vec![1, 6]),
    ] {
        let mut found = matching(&cache, &Attrs { method: method.into(), ..get("/v1/charges") });
        // In which order they come is for another check.
        found.sort_unstable();
        t.row(0, format!("{method:?} /v1/charges"), say_ids(&wanted), say_ids(&found));
    }
    t.verdict(
        "rule 1 is for every method, rule 2 for \"GET\", 3 for \"POST\", 4 for \"\", 6 for \"*\", which is a \
         method as any other, all below /v1; 5 is for /v2",
    )
}

fn order(case: &mut Case) -> Res {
    let mut rng = Rng::new(0x4_0dea ^ case.seed);
    for round in 0..60 {
        // The first by hand, as the ones that show most.
        let mut rules = match round {
            0 => vec![(1, 5), (2, 10)],
            1 => vec![(2, 5), (1, 5)],
            2 => vec![(7, 0), (9, 1 << 31)],
            3 => vec![(7, 0), (3, u32::MAX)],
            4 => vec![(7, 0), (3, u32::MAX), (9, 1 << 31), (4, u32::MAX)],
            _ => (0..rng.range(2, 6)).map(|i| ((i * 7 % 11) as u32, rng.below(3) as u32)).collect(),
        };
        if round > 4 {
            rng.shuffle(&mut rules);
        }
        let pushed: Vec<Rule> =
            rules.iter().map(|(id, priority)| rule(*id, None, "/v1", *priority, &[Dim::Ip])).collect();
        let found = matching(&cache(1, &pushed), &get("/v1/charges"));
        let mut wanted = rules.clone();
        // Selection by hand: the most important of what is left.
        let mut ids = Vec::new();
        while let Some(best) = (0..wanted.len()).max_by_key(|i| (wanted[*i].1, u32::MAX - wanted[*i].0)) {
            ids.push(wanted.remove(best).0);
        }
        if found != ids {
            let mut t = Table::new();
            for (id, priority) in &rules {
                t.row(0, format!("rule {id}, priority {priority}"), String::new(), String::new());
            }
            t.row(0, "matching".into(), say_ids(&ids), say_ids(&found));
            return t
                .verdict("all rules that apply come by priority, highest first, then by id, lowest first");
        }
    }
    Ok(())
}

// ---- keys

const THREE: [Dim; 3] = [Dim::Tenant, Dim::User, Dim::Ip];

/// Rules that differ in id and dims only. Ids whose digits or bytes run into what follows.
fn keyed_rules() -> Vec<Rule> {
    let ids = [1, 11, 111, 257, 65_537, 0, 49, u32::MAX];
    let mut rules: Vec<Rule> = ids.iter().map(|id| rule(*id, None, "/v1", 1, &THREE[..2])).collect();
    rules.push(rule(2, None, "/v1", 1, &THREE));
    rules.push(rule(21, None, "/v1", 1, &[Dim::Tenant]));
    rules.push(rule(22, None, "/v1", 1, &[Dim::User, Dim::Tenant]));
    rules.push(rule(222, None, "/v1", 1, &[Dim::Tenant, Dim::User, Dim::Tenant]));
    rules.extend([12, 18].map(|id| rule(id, None, "/v1", 1, &THREE[..2])));
    rules
}

/// What a key stands for.
type Meaning = (u32, Vec<Value>);

/// Keys seen so far, both ways.
#[derive(Default)]
struct Seen {
    by_key: BTreeMap<Vec<u8>, Meaning>,
}

fn meaning(rule: &Rule, values: &[Value; 3]) -> Meaning {
    let value = |dim: &Dim| match dim {
        Dim::Tenant => values[0].clone(),
        Dim::User => values[1].clone(),
        Dim::Ip => values[2].clone(),
    };
    (rule.id, rule.dims.iter().map(value).collect())
}

fn say_meaning(rules: &[Rule], (id, values): &Meaning) -> String {
    let dims = rules.iter().find(|rule| rule.id == *id).map_or(&[][..], |rule| &rule.dims);
    let name = |dim: &Dim| match dim {
        Dim::Tenant => "tenant",
        Dim::User => "user",
        Dim::Ip => "ip",
    };
    let said: Vec<String> =
        dims.iter().zip(values).map(|(dim, value)| format!("{} {}", name(dim), say_value(value))).collect();
    format!("rule {id}, {}", said.join(", "))
}

impl Seen {
    /// Notes the key of a request; fails when another request has it.
    fn note(&mut self, cache: &PolicyCache, rules: &[Rule], rule: &Rule, values: &[Value; 3]) -> Res {
        let found = key(cache, rule.id, &caller(values));
        let means = meaning(rule, values);
        let Some(found) = found else {
            return kit::fail(format!(
                "{}: no key, although the rule is in force",
                say_meaning(rules, &means)
            ));
        };
        match self.by_key.get(&found) {
            None => {
                self.by_key.insert(found, means);
                Ok(())
            }
            Some(other) if *other == means => Ok(()),
            Some(other) => {
                let mut t = Table::new();
                t.row(0, say_meaning(rules, other), "a key of its own".into(), "a key of its own".into());
                let same = "the same key".to_string();
                t.row(0, say_meaning(rules, &means), "a key of its own".into(), same);
                t.verdict(
                    "two requests that are to be counted apart have the same key, so they share one limit",
                )
            }
        }
    }
}

/// The place of `needle` in `hay`.
fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

/// What the key puts between the texts of two values, if it shows them as they are.
fn between(cache: &PolicyCache, id: u32, values: &[Value; 3], a: &str, b: &str) -> Option<String> {
    let found = key(cache, id, &caller(values))?;
    let from = find(&found, a.as_bytes())? + a.len();
    let to = from + find(&found[from..], b.as_bytes())?;
    String::from_utf8(found[from..to].to_vec()).ok()
}

fn keys_never_collide(case: &mut Case) -> Res {
    let rules = keyed_rules();
    let cache = cache(1, &rules);
    let mut seen = Seen::default();
    let two = &rules[0];
    // The incident first, then what is put in its place most often.
    for (a, b) in [
        [("a:b", "c"), ("a", "b:c")],
        [("a|b", "c"), ("a", "b|c")],
        [("a/b", "c"), ("a", "b/c")],
        [("a,b", "c"), ("a", "b,c")],
        [("a\0b", "c"), ("a", "b\0c")],
        [("a\u{1f}b", "c"), ("a", "b\u{1f}c")],
        [("a\\", "b"), ("a", "\\b")],
        [("a\\:b", "c"), ("a", "b\\:c")],
        [("1", "aaaaaaaaa1x"), ("11aaaaaaaaa", "x")],
        [("ab", "c"), ("a", "bc")],
        [("", "a"), ("a", "")],
        [("a", " b"), ("a", "b")],
        [("A", "b"), ("a", "b")],
        [("\u{141}", "b"), ("A", "b")],
    ]
    .into_iter()
    .flatten()
    {
        seen.note(&cache, &rules, two, &[some(a), some(b), None])?;
    }
    // Absent is no text at all.
    for a in [None, some(""), some("None"), some("null"), some("-"), some("a")] {
        for b in [None, some(""), some("None"), some("null"), some("-"), some("a")] {
            seen.note(&cache, &rules, two, &[a.clone(), b.clone(), None])?;
        }
    }
    // Every dim has its place, also one with the value of its neighbour.
    for [a, b, c] in [["a", "a", "b"], ["a", "b", "b"], ["a", "b", "a"]] {
        seen.note(&cache, &rules, &rules[8], &[some(a), some(b), some(c)])?;
    }
    suggested(&cache, &rules, &mut seen)?;
    across_rules(&cache, &rules, &mut seen)?;
    // Short texts of the characters that encodings are made of, in all rules.
    let mut rng = Rng::new(0x4_c011 ^ case.seed);
    let letters = [':', ':', '\\', '\\', 'a', '1', '0', '%', '3', 'A', '\0', '\u{1}', '/', '|'];
    for _ in 0..2_500 {
        let rule = rng.pick(&rules);
        let values: [Value; 3] = std::array::from_fn(|_| {
            let len = rng.below(7).saturating_sub(3) as usize;
            rng.chance(0.9).then(|| (0..len).map(|_| *rng.pick(&letters)).collect())
        });
        seen.note(&cache, &rules, rule, &values)?;
    }
    Ok(())
}

/// Attacks that the keys themselves suggest.
fn suggested(cache: &PolicyCache, rules: &[Rule], seen: &mut Seen) -> Res {
    let (two, three) = (&rules[0], &rules[8]);
    let pair = |a: &str, b: &str| [some(a), some(b), None];
    // What stands between two values goes into a value. The middle is as long as makes a length in one byte,
    // or in two, come round to where it was.
    for round in [0, 256, 65_536] {
        let Some(gap) = between(cache, two.id, &pair("tenant", "uuuu"), "tenant", "uuuu") else { break };
        let middle =
            if round == 0 { "mmm".into() } else { "m".repeat(usize::max(round, gap.len()) - gap.len()) };
        seen.note(cache, rules, two, &pair(&format!("tenant{gap}{middle}"), "uuuu"))?;
        seen.note(cache, rules, two, &pair("tenant", &format!("{middle}{gap}uuuu")))?;
    }
    // A length in digits may run into the value after it.
    let eleven = "aaaaaaaaaaa";
    if let Some(tag) = between(cache, two.id, &pair("tenant", eleven), "tenant", eleven)
        && let Some(tag) = tag.strip_suffix("11")
        && tag.len() < 9
    {
        let filler = "f".repeat(9 - tag.len());
        seen.note(cache, rules, two, &pair("1", &format!("{filler}{tag}1x")))?;
        seen.note(cache, rules, two, &pair(&format!("{tag}11{filler}"), "x"))?;
    }
    // The mark of an absent value goes in as a text.
    let absent = [some("tenant"), None, some("address")];
    let empty = [some("tenant"), some(""), some("address")];
    for values in [&absent, &empty] {
        seen.note(cache, rules, three, values)?;
    }
    let shown = |values| between(cache, three.id, values, "tenant", "address");
    if let (Some(absent), Some(empty)) = (shown(&absent), shown(&empty)) {
        // Whatever part of it the mark is.
        let parts = absent.char_indices().flat_map(|(from, _)| {
            let ends = absent[from..].char_indices().map(move |(i, c)| from + i + c.len_utf8());
            ends.map(move |to| (from, to))
        });
        for (from, to) in parts.take(200) {
            seen.note(cache, rules, three, &[some("tenant"), some(&absent[from..to]), some("address")])?;
        }
        seen.note(cache, rules, three, &[some("tenant"), some(&empty), some("address")])?;
    }
    // The separator and what a value's own separator becomes, in all short texts: an escape that is not escaped.
    let Some(gap) = between(cache, two.id, &pair("tenant", "uuuu"), "tenant", "uuuu") else { return Ok(()) };
    let inside = [some(&format!("tenant{gap}tail")), some("x"), None];
    let escaped = between(cache, two.id, &inside, "tenant", "tail").unwrap_or_default();
    seen.note(cache, rules, two, &inside)?;
    seen.note(cache, rules, two, &[some(&format!("tenant{escaped}tail")), some("x"), None])?;
    let mut parts: Vec<String> = gap.chars().chain(escaped.chars()).map(String::from).collect();
    parts.sort_unstable();
    parts.dedup();
    parts.truncate(4);
    parts.push(gap);
    let mut texts = vec![String::new()];
    for n in 0..parts.len() * (parts.len() + 1) {
        texts.push(format!("{}{}", texts[n / parts.len()], parts[n % parts.len()]));
    }
    for a in &texts {
        for b in &texts {
            seen.note(cache, rules, two, &pair(a, b))?;
        }
    }
    Ok(())
}

/// Keys of two rules that begin alike, as those of rule 1 with a length of 23 and of rule 12 with one of 3 do where
/// nothing stands between the two numbers: the longer text goes on as the key of the shorter one does.
fn across_rules(cache: &PolicyCache, rules: &[Rule], seen: &mut Seen) -> Res {
    let pair = |a: &str, b: &str| [some(a), some(b), None];
    let mut heads: BTreeMap<Vec<u8>, (&Rule, usize)> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.dims == THREE[..2]) {
        for long in 3..=40 {
            let text = "T".repeat(long);
            let Some(found) = key(cache, rule.id, &caller(&pair(&text, ""))) else { continue };
            let Some(head) = find(&found, text.as_bytes()) else { continue };
            let Some((other, short)) = heads.insert(found[..head].to_vec(), (rule, long)) else { continue };
            if other.id == rule.id {
                continue;
            }
            // Rules come in no order, so either may have the longer text.
            let (a, b) = ((other, short), (rule, long));
            let ((other, short), (rule, long)) = if short < long { (a, b) } else { (b, a) };
            let Some(found) = key(cache, rule.id, &caller(&pair(&"T".repeat(long), ""))) else { continue };
            let Ok(tail) = String::from_utf8(found[head + long..].to_vec()) else { continue };
            let text = "T".repeat(short);
            for user in tail.len()..=long {
                let Some(gap) =
                    between(cache, other.id, &pair(&text, &"u".repeat(user)), &text, &"u".repeat(user))
                else {
                    continue;
                };
                if short + gap.len() + user == long + tail.len() {
                    let rest = "x".repeat(user - tail.len());
                    seen.note(cache, rules, other, &pair(&text, &format!("{rest}{tail}")))?;
                    seen.note(cache, rules, rule, &pair(&format!("{text}{gap}{rest}"), ""))?;
                }
            }
        }
    }
    Ok(())
}

fn keys_are_exact(case: &mut Case) -> Res {
    let cache = cache(1, &keyed_rules());
    let mut rng = Rng::new(0x4_1e6 ^ case.seed);
    let text: String = (0..200).map(|_| char::from(b'@' + rng.below(64) as u8)).collect();
    // 200 characters of 64 are 150 bytes of information: fewer bytes name fewer texts.
    let key = key(&cache, 1, &caller(&[Some(text), some("u"), None])).unwrap_or_default();
    ensure(key.len() >= 150, || {
        format!(
            "a tenant of 200 characters out of 64 has a key of {} bytes: there are more such tenants than keys of \
             that length, so some of them share a limit",
            key.len()
        )
    })
}

/// The key of one request, asked in two caches.
fn same_key(message: &str, rows: &[(&str, &PolicyCache)], rule: u32, a: &Attrs) -> Res {
    let mut t = Table::new();
    let mut first = None;
    for (what, cache) in rows {
        let found = key(cache, rule, a);
        let first = first.get_or_insert_with(|| found.clone());
        let said = match &found {
            None => "none",
            Some(_) if found == *first => "this key",
            Some(_) => "another key",
        };
        t.row(0, format!("{what}: key of rule {rule}"), "this key".into(), said.into());
    }
    t.verdict(message)
}

fn deploy_keeps_counters(_: &mut Case) -> Res {
    let a = caller(&[some("acme"), some("u1"), some("10.0.0.1")]);
    let one = rule(20, None, "/v1", 1, &[Dim::Tenant, Dim::User]);
    let before = cache(1, std::slice::from_ref(&one));
    let message = "a deploy that leaves a rule's dims as they are must leave its keys as they are, or every client \
                   starts with a fresh burst";
    let next = cache(2, std::slice::from_ref(&one));
    same_key(message, &[("version 1", &before), ("version 2", &next)], 20, &a)?;
    // The same cache, through deploys.
    let mut node = PolicyCache::new();
    push(&mut node, 1, std::slice::from_ref(&one));
    let first = key(&node, 20, &a);
    let other = |id| rule(id, None, "/v1", 5, &[Dim::Ip]);
    let changed = Rule { method: some("GET"), path_prefix: "/v1/charges".into(), priority: 9, ..one.clone() };
    for (version, what, rules) in [
        (2, "the same rules", vec![one.clone()]),
        (3, "rule 10 added before rule 20", vec![other(10), one.clone()]),
        (4, "rule 30 added after rule 20", vec![other(10), one.clone(), other(30)]),
        (5, "rule 20 with another method, prefix and priority", vec![other(10), changed, other(30)]),
        (6, "rule 20 alone again", vec![one]),
        (u64::MAX, "the last version", vec![other(10), rule(20, None, "/v1", 0, &[Dim::Tenant, Dim::User])]),
    ] {
        push(&mut node, version, &rules);
        if key(&node, 20, &a) != first {
            let mut t = Table::new();
            t.row(0, "version 1: key of rule 20".into(), "this key".into(), "this key".into());
            t.row(0, format!("version {version}, {what}"), "this key".into(), "another key".into());
            return t.verdict(message);
        }
    }
    Ok(())
}

fn same_key_everywhere(_: &mut Case) -> Res {
    let a = caller(&[some("acme"), None, some("10.0.0.1")]);
    let rules = [rule(20, Some("POST"), "/v1", 1, &THREE), rule(10, None, "/v1", 7, &[Dim::Ip])];
    let (one, mut two) = (cache(9, &rules), PolicyCache::new());
    // Another node, with another history.
    push(&mut two, 3, &[at(40, "/v2")]);
    let _ = key(&two, 40, &caller(&[some("zeta"), None, None]));
    push(&mut two, 11, &[rules[0].clone()]);
    let _ = key(&two, 20, &caller(&[some("beta"), some("b"), None]));
    let nodes = [("one node", &one), ("another node", &two)];
    same_key("all nodes count in one store, so they must name a caller alike", &nodes, 20, &a)?;
    // A node that has known the rule with other dims, and has made keys by them.
    let all = caller(&[some("acme"), some("u1"), some("10.0.0.1")]);
    let other_user = Attrs { user: some("u2"), ..all.clone() };
    for (old, old_dims, new, dims) in [
        ("tenant", &THREE[..1], "tenant, user", &THREE[..2]),
        ("tenant, user", &THREE[..2], "tenant", &THREE[..1]),
        ("tenant, user", &THREE[..2], "user, tenant", &[Dim::User, Dim::Tenant]),
    ] {
        let by = |dims| [rule(20, None, "/v1", 1, dims)];
        let mut node = cache(1, &by(old_dims));
        let _ = key(&node, 20, &all);
        push(&mut node, 2, &by(dims));
        let apart = |a: &Attrs, b: &Attrs| {
            if key(&node, 20, a) == key(&node, 20, b) { "the same key" } else { "apart" }
        };
        let wanted = if dims.contains(&Dim::User) { "apart" } else { "the same key" };
        let mut t = Table::new();
        t.row(0, format!("version 1: rule 20 by {old}"), String::new(), String::new());
        t.row(0, format!("version 2: rule 20 by {new}"), String::new(), String::new());
        t.row(0, "users u1 and u2 of one tenant".into(), wanted.into(), apart(&all, &other_user).into());
        t.verdict("a rule whose dims change counts by the new ones from that version on")?;
        let (old, fresh) = (format!("a node that knew rule 20 by {old}"), cache(2, &by(dims)));
        let nodes = [("a new node", &fresh), (&*old, &node)];
        same_key(
            "all nodes make a key from the dims in force, whatever dims the rule had before",
            &nodes,
            20,
            &all,
        )?;
    }
    // Nothing but the dims' values.
    let narrow = rule(5, None, "/v1", 1, &[Dim::Tenant]);
    let cache = cache(1, &[narrow, rule(6, Some("GET"), "/v1", 1, &[Dim::User, Dim::Tenant])]);
    let base = caller(&[some("acme"), some("u"), some("10.0.0.1")]);
    let mut t = Table::new();
    for (what, rule, other) in [
        ("another method", 5, Attrs { method: "POST".into(), ..base.clone() }),
        ("another path below the prefix", 5, Attrs { path: "/v1/refunds".into(), ..base.clone() }),
        ("a path that the rule does not cover", 5, Attrs { path: "/health".into(), ..base.clone() }),
        ("a method that the rule is not for", 6, Attrs { method: "POST".into(), ..base.clone() }),
        ("another user, and the rule counts by tenant", 5, Attrs { user: some("w"), ..base.clone() }),
        ("no ip, and the rule counts by user and tenant", 6, Attrs { ip: None, ..base.clone() }),
    ] {
        let (wanted, found) = (key(&cache, rule, &base), key(&cache, rule, &other));
        let said = match &found {
            None => "none",
            Some(_) if found == wanted => "the same key",
            Some(_) => "another key",
        };
        t.row(0, format!("rule {rule}: {what}"), "the same key".into(), said.into());
    }
    t.verdict("a key depends on the rule's id and the values of its dims, and on nothing else of the request")
}

fn unknown_rule(_: &mut Case) -> Res {
    let a = caller(&[some("acme"), None, None]);
    let mut cache = PolicyCache::new();
    let mut t = Table::new();
    let word = |found: Option<Vec<u8>>| if found.is_some() { "a key" } else { "none" }.to_string();
    let mut row = |cache: &PolicyCache, what: &str, rule: u32, wanted: &str| {
        t.row(0, format!("{what}: key of rule {rule}"), wanted.into(), word(key(cache, rule, &a)));
    };
    row(&cache, "a new cache", 0, "none");
    push(&mut cache, 1, &[at(10, "/v1"), at(20, "/v2")]);
    row(&cache, "version 1, rules 10 and 20", 20, "a key");
    row(&cache, "version 1, rules 10 and 20", 1, "none");
    row(&cache, "version 1, rules 10 and 20", 30, "none");
    push(&mut cache, 2, &[at(10, "/v1"), at(30, "/v2")]);
    row(&cache, "version 2, rules 10 and 30", 20, "none");
    row(&cache, "version 2, rules 10 and 30", 30, "a key");
    push(&mut cache, 3, &[at(40, "/v1"), at(40, "/v2")]);
    row(&cache, "an invalid push of rule 40, twice", 40, "none");
    row(&cache, "an invalid push of rule 40, twice", 10, "a key");
    t.verdict("only a rule of the current snapshot has keys")
}

// ---- random pushes

#[derive(Clone, Debug)]
struct Push {
    version: u64,
    /// Which of the menu's rules are in it: one bit each.
    rules: u64,
    /// 0: as it should be. Otherwise one of three faults.
    fault: u64,
}
kit::shrink_fields!(Push { version, rules, fault });

/// What pushes choose from.
fn menu() -> [Rule; 5] {
    [
        rule(1, None, "/", 1, &[Dim::Ip]),
        rule(2, Some("GET"), "/v1", 5, &[Dim::Tenant]),
        rule(3, None, "/v1/charges", 5, &[Dim::Tenant, Dim::User]),
        rule(4, Some("POST"), "/v1/charges/", 9, &[Dim::User]),
        rule(5, None, "/v1/ch", 7, &[Dim::User]),
    ]
}

fn random_pushes(case: &mut Case) -> Res {
    let menu = menu();
    let requests = ["/v1/charges", "/v1/charges/42", "/v2"]
        .map(|path| Attrs { method: if path.len() > 12 { "POST" } else { "GET" }.into(), ..get(path) });
    // Whatever the rules: (answer, version, matching and known rules), and the reference's.
    let walk = |ops: &[Push], mut t: Option<&mut Table>| -> bool {
        let mut cache = PolicyCache::new();
        let (mut version, mut current) = (0, 0_u64);
        let mut agree = true;
        for op in ops {
            let mut rules: Vec<Rule> =
                menu.iter().filter(|rule| op.rules >> rule.id & 1 == 1).rev().cloned().collect();
            match op.fault {
                1 => rules.extend(rules.first().cloned()),
                2 => rules.push(rule(9, None, "/v1", 1, &[])),
                3 => rules.insert(0, at(9, "v1")),
                _ => {}
            }
            let faulty = op.fault > 1 || op.fault == 1 && op.rules & 0b11_1110 != 0;
            let wanted = if op.version <= version {
                Applied::Stale
            } else if faulty {
                Applied::Invalid
            } else {
                (version, current) = (op.version, op.rules);
                Applied::Installed
            };
            let answer = push(&mut cache, op.version, &rules);
            let known = |rule: &&Rule| current >> rule.id & 1 == 1;
            let mut same = answer == wanted && cache.version() == version;
            let mut seen = Vec::new();
            for request in &requests {
                let mut ids: Vec<&Rule> = menu
                    .iter()
                    .filter(known)
                    .filter(|rule| rule.method.as_ref().is_none_or(|method| *method == request.method))
                    .filter(|rule| covers(&rule.path_prefix, &request.path))
                    .collect();
                ids.sort_by_key(|rule| (u32::MAX - rule.priority, rule.id));
                let ids: Vec<u32> = ids.iter().map(|rule| rule.id).collect();
                let found = matching(&cache, request);
                same &= ids == found;
                if ids != found {
                    seen.push((request, ids, found));
                }
            }
            let keyed = |rule: &&Rule| key(&cache, rule.id, &requests[0]).is_some();
            let with_key: Vec<u32> = menu.iter().filter(keyed).map(|rule| rule.id).collect();
            let in_force: Vec<u32> = menu.iter().filter(known).map(|rule| rule.id).collect();
            same &= with_key == in_force;
            agree &= same;
            let Some(t) = t.as_deref_mut() else { continue };
            let ids: Vec<u32> = rules.iter().map(|rule| rule.id).collect();
            let fault = ["", ", one id twice", ", one without dims", ", one prefix without '/'"];
            let fault = if faulty { fault[op.fault as usize % 4] } else { "" };
            let force = |applied, version| format!("{}, now version {version}", say(applied));
            let input = format!("push {}: {}{fault}", op.version, say_ids(&ids));
            t.row(0, input, force(wanted, version), force(answer, cache.version()));
            t.row(0, "have keys".into(), say_ids(&in_force), say_ids(&with_key));
            for (request, wanted, found) in seen {
                let input = format!("{} {}", request.method, request.path);
                t.row(0, input, say_ids(&wanted), say_ids(&found));
            }
        }
        agree
    };
    let generate = |rng: &mut Rng, len: usize| -> Vec<Push> {
        (0..len)
            .map(|i| Push {
                version: (i as u64 + rng.below(5)).saturating_sub(1),
                rules: rng.below(32) << 1,
                fault: if rng.chance(0.25) { rng.range(1, 3) } else { 0 },
            })
            .collect()
    };
    let cfg = Config { cases: 60, max_len: 12, seed: 0x4_9054 ^ case.seed, ..Config::default() };
    forall_cfg(&cfg, &generate, &|ops: &[Push]| {
        if walk(ops, None) {
            return Ok(());
        }
        let mut t = Table::new();
        walk(ops, Some(&mut t));
        t.verdict("after these pushes another snapshot is in force than the one that was installed last")
    })
}
