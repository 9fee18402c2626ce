//! Four limits, one verdict, no partial spend: on a draft of the store. Each rule is judged and
//! charged as if it were alone, and the draft takes the store's place if no enforcing rule objects.
//! A copy is a fair price where a store is small or persistent; the state is TATs, as given.

use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Denies what it does not pass.
    Enforce,
    /// Denies nothing, and tells what it would have denied.
    Shadow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// A request costs 1 token.
    PerRequest,
    /// A request costs as many tokens as it has units.
    PerUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: u32,
    /// Whom it counts: `request.subject[dim]`.
    pub dim: usize,
    /// One token comes back every `t_ns`.
    pub t_ns: u64,
    /// The most tokens that a subject can hold.
    pub burst: u64,
    pub mode: Mode,
    pub cost: Cost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks: tenant, user, address.
    pub subject: [u64; 3],
    pub units: u64,
}

/// (rule id, subject) -> TAT: the instant until which that subject is in debt under that rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store(pub BTreeMap<(u32, u64), u64>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    /// Ids of the enforcing rules that do not pass, in the order of the rules.
    pub violated: Vec<u32>,
    /// Ids of the shadow rules that do not pass, in the order of the rules.
    pub would_deny: Vec<u32>,
    /// The smallest wait that helps. `None` when allowed, and when no wait does.
    pub retry_after_ns: Option<u64>,
    /// The enforcing rule with the fewest tokens left, and how many these are.
    pub tightest: Option<(u32, u64)>,
}

pub fn evaluate(store: &mut Store, rules: &[Rule], req: &Request, now_ns: u64) -> Verdict {
    let mut draft = store.clone();
    let mut verdict =
        Verdict { allowed: true, violated: vec![], would_deny: vec![], retry_after_ns: None, tightest: None };
    let mut waits = vec![];
    for rule in rules {
        let outcome = charge(&mut draft, rule, req, now_ns);
        if let Some(wait) = outcome {
            match rule.mode {
                Mode::Enforce => {
                    verdict.allowed = false;
                    verdict.violated.push(rule.id);
                    waits.push(wait);
                }
                Mode::Shadow => verdict.would_deny.push(rule.id),
            }
        }
        if rule.mode == Mode::Enforce {
            // After the charge on the draft if it passed, as it stands if not.
            let left = tokens_left(&draft, rule, req, now_ns);
            match verdict.tightest {
                Some((_, fewest)) if fewest <= left => {}
                _ => verdict.tightest = Some((rule.id, left)),
            }
        }
    }
    if verdict.allowed {
        *store = draft;
    } else if waits.iter().all(|wait| *wait < u128::from(u64::MAX)) {
        verdict.retry_after_ns = waits.into_iter().max().map(|wait| wait as u64);
    }
    verdict
}

fn key(rule: &Rule, req: &Request) -> (u32, u64) {
    (rule.id, req.subject[rule.dim])
}

fn debt(store: &Store, rule: &Rule, req: &Request, now_ns: u64) -> u128 {
    match store.0.get(&key(rule, req)) {
        Some(tat) if *tat > now_ns => u128::from(tat - now_ns),
        _ => 0,
    }
}

/// Charges one rule if it passes. Otherwise answers the wait, `u128::MAX` for never.
fn charge(store: &mut Store, rule: &Rule, req: &Request, now_ns: u64) -> Option<u128> {
    let cost = match rule.cost {
        Cost::PerRequest => 1,
        Cost::PerUnit => req.units,
    };
    if cost == 0 {
        return None;
    }
    let t = u128::from(rule.t_ns);
    let cap = u128::from(rule.burst) * t;
    let weight = u128::from(cost) * t;
    if weight > cap {
        return Some(u128::MAX);
    }
    let after = debt(store, rule, req, now_ns) + weight;
    if after > cap {
        return Some(after - cap);
    }
    store.0.insert(key(rule, req), now_ns + after as u64);
    None
}

fn tokens_left(store: &Store, rule: &Rule, req: &Request, now_ns: u64) -> u64 {
    let t = u128::from(rule.t_ns);
    let room = (u128::from(rule.burst) * t).saturating_sub(debt(store, rule, req, now_ns));
    (room / t) as u64
}
