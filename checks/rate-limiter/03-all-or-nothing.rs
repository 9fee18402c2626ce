//! Hidden checks of 03-all-or-nothing. The reference keeps every charge of every key and recomputes what a key owes
//! from them: until the latest of (instant of a charge + the weight of it and of all later ones).
use crate::{Cost, Mode, Request, Rule, Store, Verdict, evaluate};
use kit::{Case, Check, Config, Fail, Res, Rng, Table, forall_cfg};
use std::collections::BTreeMap;
use std::fmt::{self, Debug};

pub const CHECKS: &[Check] = &[
    ("worked-example", "an answer that differs from the example in the exercise", worked_example),
    ("denied-changes-nothing", "a denied request that costs somebody something", denied_changes_nothing),
    (
        "allowed-charges-once-each",
        "an allowed request with a charge missing, wrong or extra",
        allowed_charges,
    ),
    (
        "reports-every-violation",
        "a rule that fails and is not reported, or not in order",
        reports_every_violation,
    ),
    ("retry-covers-all", "a wait after which another limit denies, or longer than needed", retry_covers_all),
    ("never-is-none", "a wait for what no wait will allow, or none where one helps", never_is_none),
    ("shadow-never-denies", "a rule on trial that touches the verdict", shadow_never_denies),
    (
        "shadow-is-faithful",
        "a rule on trial that counts otherwise than it will when enforced",
        shadow_is_faithful,
    ),
    ("keys-are-per-rule", "two rules, or two subjects, that share one debt", keys_are_per_rule),
    ("zero-cost", "a cost of 0 that is refused or writes a key", zero_cost),
    ("tightest-limit", "what is left at the tightest rule, told wrong", tightest_limit),
    ("clock-steps-back", "a debt that moves when the clock goes back", clock_steps_back),
    ("no-overflow", "costs and instants at the ends of their ranges", no_overflow),
    ("random-vs-history", "random traffic judged differently from its recomputed history", random_vs_history),
];

const MS: u64 = kit::MS;

// ---- the reference

type Key = (u32, u64);

/// Every charge of every key: instant and weight.
#[derive(Clone, Default)]
struct History(BTreeMap<Key, Vec<(u64, u128)>>);

impl History {
    fn tat(&self, key: Key) -> u128 {
        let (mut later, mut tat) = (0, 0);
        for &(at, weight) in self.0.get(&key).into_iter().flatten().rev() {
            later += weight;
            tat = tat.max(u128::from(at) + later);
        }
        tat
    }
    fn store(&self) -> BTreeMap<Key, u64> {
        self.0.keys().map(|key| (*key, self.tat(*key) as u64)).collect()
    }
    fn is(&self, store: &Store) -> bool {
        let same = |(key, tat): (&Key, &u64)| self.0.contains_key(key) && self.tat(*key) == u128::from(*tat);
        store.0.len() == self.0.len() && store.0.iter().all(same)
    }
    fn evaluate(&mut self, rules: &[Rule], req: &Request, now: u64) -> Verdict {
        struct Seen {
            key: Key,
            cost: u128,
            fails: bool,
            wait: Option<u128>,
            left: u64,
        }
        let look = |rule: &Rule| {
            let key = (rule.id, req.subject[rule.dim]);
            let cost = u128::from(if rule.cost == Cost::PerUnit { req.units } else { 1 });
            let t = u128::from(rule.t_ns);
            let cap = u128::from(rule.burst) * t;
            let debt = self.tat(key).saturating_sub(u128::from(now));
            let fails = cost > 0 && debt + cost * t > cap;
            let wait = (cost * t <= cap).then(|| (debt + cost * t).saturating_sub(cap));
            let owed = if fails { debt } else { debt + cost * t };
            Seen { key, cost, fails, wait, left: (cap.saturating_sub(owed) / t) as u64 }
        };
        let seen: Vec<(&Rule, Seen)> = rules.iter().map(|rule| (rule, look(rule))).collect();
        let (mut violated, mut would_deny, mut tightest) = (vec![], vec![], None::<(u32, u64)>);
        let mut wait = Some(0);
        for (rule, seen) in &seen {
            if rule.mode == Mode::Enforce && tightest.is_none_or(|(_, left)| seen.left < left) {
                tightest = Some((rule.id, seen.left));
            }
            if seen.fails && rule.mode == Mode::Enforce {
                violated.push(rule.id);
                wait = wait.and_then(|longest: u128| Some(longest.max(seen.wait?)));
            } else if seen.fails {
                would_deny.push(rule.id);
            }
        }
        let allowed = violated.is_empty();
        let retry_after_ns = if allowed { None } else { wait.map(|wait| wait as u64) };
        if allowed {
            for (rule, seen) in seen {
                if !seen.fails && seen.cost > 0 {
                    let weight = seen.cost * u128::from(rule.t_ns);
                    self.0.entry(seen.key).or_default().push((now, weight));
                }
            }
        }
        Verdict { allowed, violated, would_deny, retry_after_ns, tightest }
    }
}

/// The learner's call, named should it panic.
fn ask(store: &mut Store, rules: &[Rule], req: &Request, now: u64) -> Verdict {
    let what = || {
        let rules: Vec<String> = rules.iter().map(rule_in_words).collect();
        format!("evaluate({}, now {}) with {}", request_in_words(req), span(now), rules.join("; "))
    };
    kit::during(what, || evaluate(store, rules, req, now))
}

// ---- words

/// Large figures by the power next to them.
fn figure(n: u64) -> String {
    match n {
        u64::MAX => "2^64 - 1".into(),
        _ if n >= 1 << 20 && n.is_power_of_two() => format!("2^{}", n.ilog2()),
        _ if n >= 1 << 40 && (n + 1).is_power_of_two() => format!("2^{} - 1", (n + 1).ilog2()),
        _ => n.to_string(),
    }
}

fn span(ns: u64) -> String {
    if ns > 0 && ns % MS == 0 { format!("{} ms", ns / MS) } else { format!("{} ns", figure(ns)) }
}

fn rule_in_words(rule: &Rule) -> String {
    let mode = if rule.mode == Mode::Enforce { "Enforce" } else { "Shadow" };
    let cost = if rule.cost == Cost::PerUnit { "per unit" } else { "per request" };
    let Rule { id, dim, t_ns, burst, .. } = rule;
    format!("rule {id}: {mode}, dim {dim}, one token every {}, burst {}, {cost}", span(*t_ns), figure(*burst))
}

fn request_in_words(req: &Request) -> String {
    let subject = req.subject.map(figure).join("/");
    let plural = if req.units == 1 { "" } else { "s" };
    format!("{subject}, {} unit{plural}", figure(req.units))
}

fn ids(ids: &[u32]) -> String {
    ids.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Which part of a verdict a check is about.
type View = fn(&Verdict) -> String;

fn say_allowed(v: &Verdict) -> String {
    if v.allowed { "allow".into() } else { "deny".into() }
}

fn say_rules(v: &Verdict) -> String {
    let mut words = say_allowed(v);
    if !v.violated.is_empty() {
        words += &format!(", violated {}", ids(&v.violated));
    }
    if !v.would_deny.is_empty() {
        words += &format!(", would deny {}", ids(&v.would_deny));
    }
    words
}

fn say_wait(v: &Verdict) -> String {
    say_allowed(v) + &v.retry_after_ns.map_or(", no wait".into(), |ns| format!(", wait {}", span(ns)))
}

fn say_left(v: &Verdict) -> String {
    let left = v.tightest.map_or("none".into(), |(id, left)| format!("rule {id} with {}", figure(left)));
    format!("{}, tightest {left}", say_allowed(v))
}

fn say_all(v: &Verdict) -> String {
    let mut words = say_rules(v);
    if let Some(ns) = v.retry_after_ns {
        words += &format!(", wait {}", span(ns));
    }
    let left = v.tightest.map_or("none".into(), |(id, left)| format!("{id} with {}", figure(left)));
    words + &format!(", tightest {left}")
}

fn say_store(store: &BTreeMap<Key, u64>) -> String {
    if store.is_empty() {
        return "empty".into();
    }
    let entry = |(key, tat): (&Key, &u64)| format!("{}/{}: {}", key.0, figure(key.1), figure(*tat));
    store.iter().map(entry).collect::<Vec<_>>().join(", ")
}

/// The rules, below the evidence.
fn with_rules(answer: Res, rules: &[Rule]) -> Res {
    answer.map_err(|why| {
        let mut notes: Vec<String> = rules.iter().map(rule_in_words).collect();
        if why.rows.iter().any(|row| row.input.ends_with("store")) {
            notes.push("the store: rule/subject: TAT in ns".into());
        }
        notes.push("a request: tenant/user/address (dim 0, 1, 2), units".into());
        notes.extend(why.notes);
        Fail { notes, ..why }
    })
}

// ---- scenarios

const fn rule(id: u32, dim: usize, t_ns: u64, burst: u64) -> Rule {
    Rule { id, dim, t_ns, burst, mode: Mode::Enforce, cost: Cost::PerRequest }
}

const fn shadow(rule: Rule) -> Rule {
    Rule { mode: Mode::Shadow, ..rule }
}

const fn per_unit(rule: Rule) -> Rule {
    Rule { cost: Cost::PerUnit, ..rule }
}

/// An instant and a request.
type Step = (u64, [u64; 3], u64);

/// Plays the steps on an empty store, and shows the verdicts, and what the store holds where that is asked for.
fn replay(rules: &[Rule], steps: &[Step], view: View, stores: bool, message: &str) -> Res {
    let (mut store, mut history, mut t) = (Store::default(), History::default(), Table::new());
    for &(now, subject, units) in steps {
        let req = Request { subject, units };
        let want = history.evaluate(rules, &req, now);
        let got = ask(&mut store, rules, &req, now);
        // The time of a row is rounded where it is beyond 2^53.
        let at = if now >> 53 > 0 { format!(" at {}", span(now)) } else { String::new() };
        t.row(now, request_in_words(&req) + &at, view(&want), view(&got));
        let due = history.store();
        if stores || due != store.0 {
            t.row(now, "  then the store".into(), say_store(&due), say_store(&store.0));
        }
    }
    with_rules(t.verdict(message), rules)
}

fn worked_example(_: &mut Case) -> Res {
    let rules = [rule(1, 0, 100, 5), rule(2, 1, 50, 2), shadow(per_unit(rule(3, 0, 10, 100)))];
    let steps = [(0, [7, 8, 0], 60), (0, [7, 8, 0], 60), (0, [7, 8, 0], 60), (0, [7, 9, 0], 60)];
    replay(&rules, &steps, say_all, true, "this is the example in the exercise")
}

fn denied_changes_nothing(_: &mut Case) -> Res {
    let message = "a denied request leaves the store exactly as it was: nobody pays for what was not served";
    // The tenant's rule passes, the user's does not; in both orders.
    let (tenant, user) = (rule(1, 0, 100, 4), rule(2, 1, 100, 1));
    let steps = [(0, [7, 8, 0], 1), (0, [7, 8, 0], 1), (50, [7, 8, 0], 1), (50, [7, 9, 0], 1)];
    replay(&[tenant, user], &steps, say_allowed, true, message)?;
    replay(&[user, tenant], &steps, say_allowed, true, message)?;
    // Also a rule on trial is not charged for it, and no key is made for a first look.
    let trial = shadow(rule(3, 2, 100, 9));
    let steps = [(0, [7, 8, 1], 1), (0, [7, 8, 2], 1), (10, [6, 8, 3], 1)];
    replay(&[trial, user, tenant], &steps, say_allowed, true, message)?;
    // Nor is a debt that is paid brought up to now.
    let big = per_unit(rule(2, 1, 100, 3));
    replay(&[tenant, big], &[(0, [7, 8, 0], 1), (1000, [7, 8, 0], 4)], say_allowed, true, message)
}

fn allowed_charges(_: &mut Case) -> Res {
    let message =
        "an allowed request charges every rule that passes, once, and writes, makes and removes no other key";
    let (a, b, c) = (rule(1, 0, 100, 3), per_unit(rule(2, 1, 10, 50)), shadow(rule(3, 2, 50, 1)));
    // The second is charged to rules 1 and 2, and not to rule 3, which does not pass.
    let steps = [(0, [7, 8, 9], 5), (30, [7, 8, 9], 5), (31, [6, 5, 9], 50), (1000, [7, 8, 9], 0)];
    replay(&[a, b, c], &steps, say_allowed, true, message)?;
    // A debt that is paid: the charge counts from now. One that is not: from the old TAT. Paid keys stay.
    let steps = [
        (0, [7, 0, 0], 1),
        (100, [7, 0, 0], 1),
        (150, [7, 0, 0], 1),
        (400, [6, 0, 0], 1),
        (500, [7, 0, 0], 1),
    ];
    replay(&[a], &steps, say_allowed, true, message)?;
    replay(&[], &[(5, [7, 8, 9], 5)], say_all, true, "without any rule everything is allowed")
}

fn reports_every_violation(_: &mut Case) -> Res {
    let message = "every rule is looked at: all that do not pass are named, in the order of the rules";
    let rules =
        [rule(5, 0, 100, 1), shadow(rule(9, 1, 100, 1)), rule(2, 1, 100, 1), shadow(rule(4, 2, 100, 1))];
    let steps =
        [(0, [7, 8, 9], 1), (0, [7, 8, 9], 1), (0, [7, 6, 9], 1), (0, [6, 8, 9], 1), (99, [7, 8, 5], 1)];
    replay(&rules, &steps, say_rules, false, message)?;
    let rules = [rule(3, 0, 100, 2), rule(2, 1, 100, 1), rule(1, 2, 100, 1)];
    replay(&rules, &[(0, [7, 8, 9], 1), (0, [7, 8, 9], 1), (0, [7, 8, 9], 1)], say_rules, false, message)
}

fn retry_covers_all(case: &mut Case) -> Res {
    let message = "the wait is the smallest after which all rules pass, so the longest of the waits";
    let rules = [rule(1, 0, 100, 1), rule(2, 1, 300, 1), rule(3, 2, 200, 1), shadow(rule(4, 0, 900, 1))];
    let steps =
        [(0, [7, 8, 9], 1), (0, [7, 8, 9], 1), (50, [7, 6, 9], 1), (299, [7, 8, 9], 1), (300, [7, 8, 9], 1)];
    replay(&rules, &steps, say_wait, false, message)?;
    let rules = [per_unit(rule(1, 0, 10, 20)), rule(2, 1, 100, 2)];
    let steps = [(0, [7, 8, 0], 15), (0, [7, 8, 0], 12), (30, [7, 8, 0], 20), (130, [7, 8, 0], 1)];
    replay(&rules, &steps, say_wait, false, message)?;
    over_rule_sets(case.seed ^ 0x31, 8, 8, &|rules, ops| {
        let mut store = Store::default();
        let mut now = 0_u64;
        for (i, op) in ops.iter().enumerate() {
            now = op.moved(now);
            let req = op.request();
            let said = ask(&mut store, rules, &req, now);
            let Some(wait) = said.retry_after_ns else { continue };
            let again = |at: u64| ask(&mut store.clone(), rules, &req, at).allowed;
            // No debt is as long as that here, and the sum must stay an instant.
            let then = now + wait.min(1 << 61);
            let helps = again(then);
            if !helps || wait == 0 || again(then - 1) {
                // Most often the wait is another one than the contract's. Otherwise it is what was charged.
                let mut now = 0;
                let step = |op: &Op| {
                    now = op.moved(now);
                    (now, [op.tenant, op.user, 0], op.units)
                };
                let steps: Vec<Step> = ops[..=i].iter().map(step).collect();
                replay(rules, &steps, say_wait, false, message)?;
                let (at, due, what) = if helps {
                    (then.saturating_sub(1), "deny", "1 ns less")
                } else {
                    (then, "allow", "that")
                };
                let mut t = answers(rules, &ops[..=i]);
                let got = if due == "deny" { "allow" } else { "deny" };
                t.row(at, format!("{} again", request_in_words(&req)), due.into(), got.into());
                return with_rules(
                    t.verdict(&format!("told to wait {}: after {what}, {due}", span(wait))),
                    rules,
                );
            }
        }
        Ok(())
    })
}

fn never_is_none(_: &mut Case) -> Res {
    let message = "there is no wait where one enforcing rule can never pass that cost, and one where all can";
    let rules = [rule(1, 0, 100, 1), per_unit(rule(2, 1, 100, 5)), shadow(per_unit(rule(3, 0, 10, 6)))];
    let steps =
        [(0, [7, 8, 0], 6), (0, [7, 8, 0], 5), (0, [7, 8, 0], 6), (0, [7, 8, 0], 7), (0, [7, 8, 0], 5)];
    replay(&rules, &steps, say_wait, false, message)?;
    let swapped = [rules[1], rules[2], rules[0]];
    replay(&swapped, &steps, say_wait, false, message)?;
    // What only a rule on trial can never pass is allowed.
    let rules = [rule(1, 0, 100, 1), shadow(per_unit(rule(3, 0, 10, 6)))];
    replay(&rules, &[(0, [7, 8, 0], 7), (0, [7, 8, 0], 7)], say_wait, false, message)
}

fn shadow_never_denies(_: &mut Case) -> Res {
    let message = "a shadow rule denies nothing, adds no wait and is never the tightest: it only tells";
    let trial = shadow(rule(1, 0, 500, 1));
    let steps = [(0, [7, 8, 0], 1), (0, [7, 8, 0], 1), (0, [7, 8, 0], 1), (100, [7, 8, 0], 1)];
    replay(&[trial], &steps, say_all, false, message)?;
    replay(&[trial, rule(2, 1, 100, 2)], &steps, say_all, false, message)
}

fn shadow_is_faithful(case: &mut Case) -> Res {
    let message =
        "a shadow rule counts as it would if enforced: what passes is charged, what does not is not";
    let trial = shadow(rule(1, 0, 100, 2));
    let steps =
        [(0, [7, 8, 0], 1), (0, [7, 8, 0], 1), (0, [7, 8, 0], 1), (100, [7, 8, 0], 1), (150, [7, 8, 0], 1)];
    replay(&[trial], &steps, say_rules, true, message)?;
    // Alone, a shadow rule and its enforcing twin say no to the same requests and keep the same TATs.
    over_rule_sets(case.seed ^ 0x32, 6, 10, &|rules, ops| {
        let Some(trial) = rules.first() else { return Ok(()) };
        let (trial, twin) = ([shadow(*trial)], [Rule { mode: Mode::Enforce, ..*trial }]);
        let walk = |mut t: Option<&mut Table>| {
            let (mut on_trial, mut enforced, mut now) = (Store::default(), Store::default(), 0_u64);
            let mut same = true;
            for op in ops {
                now = op.moved(now);
                let req = op.request();
                let told = ask(&mut on_trial, &trial, &req, now);
                let done = ask(&mut enforced, &twin, &req, now);
                same &= told.would_deny == done.violated && on_trial.0 == enforced.0;
                if let Some(t) = t.as_deref_mut() {
                    let says =
                        |ids: &[u32]| if ids.is_empty() { "passes" } else { "does not pass" }.to_string();
                    t.row(now, request_in_words(&req), says(&done.violated), says(&told.would_deny));
                    t.row(now, "  then the store".into(), say_store(&enforced.0), say_store(&on_trial.0));
                }
            }
            same
        };
        if walk(None) {
            return Ok(());
        }
        let mut t = Table::new();
        walk(Some(&mut t));
        with_rules(t.verdict(&format!("{message} (expected: the same rule, enforced)")), &trial)
    })
}

fn keys_are_per_rule(_: &mut Case) -> Res {
    let message = "each rule counts each of its subjects apart, also where two rules count the same subject";
    let rules = [rule(1, 0, 100, 2), rule(2, 0, 1000, 3)];
    let steps = [(0, [7, 0, 0], 1), (0, [7, 0, 0], 1), (100, [7, 0, 0], 1), (100, [6, 0, 0], 1)];
    replay(&rules, &steps, say_left, true, message)?;
    let steps =
        [(0, [7, 0, 0], 1), (0, [7 + (1 << 32), 0, 0], 1), (0, [u64::MAX, 0, 0], 1), (0, [7, 0, 0], 1)];
    replay(&rules, &steps, say_left, true, message)?;
    let rules = [rule(1, 0, 100, 2), rule(257, 0, 100, 3), rule(65_537, 0, 100, 4)];
    replay(&rules, &[(0, [7, 0, 0], 1), (0, [7, 0, 0], 1)], say_left, true, message)?;
    // A tenant, a user and an address of the same number are three.
    let rules = [rule(1, 0, 100, 3), rule(2, 1, 100, 3), rule(3, 2, 100, 3)];
    let steps = [(0, [7, 7, 7], 1), (0, [6, 7, 8], 1), (0, [7, 6, 5], 1)];
    replay(&rules, &steps, say_left, true, message)
}

fn zero_cost(_: &mut Case) -> Res {
    let message = "a cost of 0 passes whatever the debt, and writes nothing";
    let rules = [per_unit(rule(1, 0, 100, 3)), rule(2, 1, 10, 50)];
    let steps = [(500, [7, 8, 0], 0), (500, [7, 8, 0], 3), (500, [7, 8, 0], 0), (900, [7, 8, 0], 0)];
    replay(&rules, &steps, say_left, true, message)?;
    // Clock back: rule 1 owes 800 ns, above its cap.
    let steps = [(500, [7, 8, 0], 3), (0, [7, 9, 0], 0), (0, [7, 9, 0], 1)];
    replay(&rules, &steps, say_all, true, message)?;
    let rules = [shadow(per_unit(rule(1, 0, 100, 3)))];
    replay(&rules, &[(500, [7, 0, 0], 0), (500, [7, 0, 0], 3), (100, [7, 0, 0], 0)], say_rules, true, message)
}

fn tightest_limit(_: &mut Case) -> Res {
    let message = "the enforcing rule with the fewest whole tokens left, the first of several";
    let rules = [rule(4, 0, 100, 3), rule(2, 1, 100, 2), shadow(rule(1, 0, 100, 1)), rule(3, 1, 100, 2)];
    let steps =
        [(0, [7, 8, 0], 1), (0, [7, 9, 0], 1), (0, [7, 8, 0], 1), (50, [7, 8, 0], 1), (350, [7, 8, 0], 1)];
    replay(&rules, &steps, say_left, false, message)?;
    let message = "a rule that passes counts with its charge taken off, one that does not as it stands";
    // Denied: rule 1 would have 1 left of 2, rule 2 keeps its 3.
    let rules = [rule(1, 0, 100, 2), per_unit(rule(2, 1, 100, 3))];
    replay(&rules, &[(0, [7, 8, 0], 4), (0, [7, 8, 0], 1), (0, [7, 8, 0], 3)], say_left, false, message)?;
    replay(&[rules[1], rules[0]], &[(0, [7, 8, 0], 4), (0, [7, 8, 0], 1)], say_left, false, message)?;
    let rules = [per_unit(rule(1, 0, 100, 10)), per_unit(rule(2, 1, 100, 3))];
    replay(&rules, &[(0, [7, 8, 0], 9), (0, [7, 8, 0], 2), (150, [7, 8, 0], 3)], say_left, false, message)?;
    let message = "no shadow rule is the tightest, and without an enforcing rule there is none";
    replay(&[shadow(rule(1, 0, 100, 1))], &[(0, [7, 0, 0], 1)], say_left, false, message)
}

fn clock_steps_back(_: &mut Case) -> Res {
    let message =
        "a request is judged at the instant it is given: a TAT stays where it was when the clock goes back";
    let rules = [rule(1, 0, 100, 4), rule(2, 1, 100, 2)];
    let steps = [
        (1000, [7, 8, 0], 1),
        (900, [7, 8, 0], 1),
        (900, [7, 9, 0], 1),
        (500, [7, 6, 0], 1),
        (1000, [7, 6, 0], 1),
    ];
    replay(&rules, &steps, say_all, true, message)?;
    replay(&rules, &[(1000, [7, 8, 0], 1), (0, [7, 8, 0], 1), (0, [6, 8, 0], 1)], say_all, true, message)
}

fn no_overflow(_: &mut Case) -> Res {
    let message = "a cost above the burst never passes, also where its time does not fit into 64 bits";
    let rules = [rule(1, 0, 10, 9), per_unit(rule(2, 1, 1 << 20, 1 << 30))];
    for units in [1 << 44, (1 << 44) + 1, u64::MAX, 1 << 63, (1 << 30) + 1] {
        let steps = [(0, [7, 8, 0], units), (5, [7, 8, 0], 1 << 30), (5, [7, 8, 0], units)];
        replay(&rules, &steps, say_all, true, message)?;
    }
    let rules = [per_unit(rule(1, 0, 3, 2)), shadow(per_unit(rule(2, 0, 5, 1)))];
    let steps = [(0, [7, 0, 0], u64::MAX / 3 + 1), (0, [7, 0, 0], u64::MAX / 5 + 1), (0, [7, 0, 0], 1)];
    replay(&rules, &steps, say_all, true, message)?;

    let far = 1 << 62;
    let message = "instants near 2^62 ns, and bursts of 2^50 ns, are judged to the nanosecond";
    for (t, burst) in [(1, 1 << 50), (1 << 50, 1), (1000, 1_000_000)] {
        let rules = [per_unit(rule(1, 0, t, burst)), rule(2, 1, 1, 1 << 50)];
        let cap = t * burst;
        let last = far - cap;
        let steps = [
            (last, [u64::MAX, 8, 0], burst),
            (last, [u64::MAX, 8, 0], 1),
            (far - 1, [u64::MAX, 8, 0], burst),
            (far, [u64::MAX, 8, 0], burst),
            (0, [u64::MAX, 8, 0], burst),
            (0, [u64::MAX, 8, 0], burst + 1),
        ];
        replay(&rules, &steps, say_all, true, message)?;
    }
    Ok(())
}

// ---- random traffic

#[derive(Clone)]
struct Op {
    gap_ns: u64,
    back_ns: u64,
    tenant: u64,
    user: u64,
    units: u64,
}
kit::shrink_fields!(Op { back_ns, tenant, user, units } carry gap_ns);

impl Op {
    fn moved(&self, now: u64) -> u64 {
        (now + self.gap_ns).saturating_sub(self.back_ns)
    }
    fn request(&self) -> Request {
        Request { subject: [self.tenant, self.user, 0], units: self.units }
    }
}

impl Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} later", span(self.gap_ns))?;
        if self.back_ns > 0 {
            write!(f, ", then {} back", span(self.back_ns))?;
        }
        write!(f, ": {}", request_in_words(&self.request()))
    }
}

/// One to four rules of small, round figures.
fn rule_set(rng: &mut Rng) -> Vec<Rule> {
    let mut ids = [1, 2, 3, 4];
    rng.shuffle(&mut ids);
    let any = |id: &u32| Rule {
        id: *id,
        dim: rng.below(3) as usize,
        t_ns: *rng.pick(&[10, 50, 100, 100, 7]),
        burst: rng.range(1, 6),
        mode: if rng.chance(0.35) { Mode::Shadow } else { Mode::Enforce },
        cost: if rng.chance(0.4) { Cost::PerUnit } else { Cost::PerRequest },
    };
    let mut rules: Vec<Rule> = ids.iter().map(any).collect();
    rules.truncate(rng.range(1, 4) as usize);
    rules
}

fn any_op(rng: &mut Rng) -> Op {
    let gap_ns = match rng.below(4) {
        0 | 1 => 0,
        2 => 10 * rng.below(20),
        _ => 100 * rng.below(6),
    };
    let back_ns = if rng.chance(0.15) { 50 * rng.range(1, 8) } else { 0 };
    let units = if rng.chance(0.1) { 0 } else { rng.range(1, 4) + 3 * rng.below(2) * rng.below(2) };
    Op { gap_ns, back_ns, tenant: rng.below(2), user: rng.below(2), units }
}

/// `holds` for random traffic under several sets of rules; all of them are the same for one seed.
fn over_rule_sets(seed: u64, cases: u32, max_len: usize, holds: &dyn Fn(&[Rule], &[Op]) -> Res) -> Res {
    let mut rng = Rng::new(seed);
    for i in 0..20 {
        let rules = rule_set(&mut rng);
        let cfg = Config { seed: seed ^ i << 16, cases, max_len, ..Config::default() };
        forall_cfg(&cfg, &|rng, len| (0..len).map(|_| any_op(rng)).collect(), &|ops: &[Op]| {
            holds(&rules, ops)
        })?;
    }
    Ok(())
}

/// What `ops` were answered, as rows.
fn answers(rules: &[Rule], ops: &[Op]) -> Table {
    let (mut store, mut now, mut t) = (Store::default(), 0, Table::new());
    for op in ops {
        now = op.moved(now);
        let req = op.request();
        let said = say_wait(&ask(&mut store, rules, &req, now));
        t.row(now, request_in_words(&req), said.clone(), said);
    }
    t
}

fn random_vs_history(case: &mut Case) -> Res {
    over_rule_sets(case.seed ^ 0x33, 12, 10, &|rules, ops| {
        let (mut store, mut history, mut now) = (Store::default(), History::default(), 0);
        let same = ops.iter().all(|op| {
            now = op.moved(now);
            let req = op.request();
            let want = history.evaluate(rules, &req, now);
            ask(&mut store, rules, &req, now) == want && history.is(&store)
        });
        if same {
            return Ok(());
        }
        let mut now = 0;
        let step = |op: &Op| {
            now = op.moved(now);
            (now, [op.tenant, op.user, 0], op.units)
        };
        let steps: Vec<Step> = ops.iter().map(step).collect();
        let message = "verdicts and store follow from what was charged before, recomputed from the history";
        replay(rules, &steps, say_all, false, message)
    })
}
