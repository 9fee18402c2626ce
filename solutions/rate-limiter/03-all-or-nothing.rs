//! # Four limits, one verdict, no partial spend
//!
//! Looking and touching are two passes. The first asks every rule and writes nothing, so that it
//! may go on after the first violation; the second runs only when the verdict is known. In a
//! shared store both belong into one script or transaction.

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

/// Judges a request by all rules, and charges it if it is allowed.
pub fn evaluate(store: &mut Store, rules: &[Rule], req: &Request, now_ns: u64) -> Verdict {
    let (mut violated, mut would_deny) = (Vec::new(), Vec::new());
    // What to write if the request is allowed.
    let mut charges = Vec::new();
    // How long until each of the violated rules would pass; `None` for never.
    let mut waits = Vec::new();
    let mut tightest: Option<(u32, u64)> = None;

    for rule in rules {
        let cost = match rule.cost {
            Cost::PerRequest => 1,
            Cost::PerUnit => req.units,
        };
        // The rule's id is part of the key: two rules about one subject count apart.
        let key = (rule.id, req.subject[rule.dim]);
        let tat_ns = store.0.get(&key).copied().unwrap_or(0);
        let cap = rule.burst * rule.t_ns;
        let debt = tat_ns.saturating_sub(now_ns);
        // A cost above the burst may not even fit into 64 bits as time, and never passes.
        let after = (cost <= rule.burst).then(|| debt + cost * rule.t_ns);

        let passes = cost == 0 || after.is_some_and(|after| after <= cap);
        if passes && cost > 0 {
            charges.push((key, now_ns + debt + cost * rule.t_ns));
        }
        match rule.mode {
            Mode::Enforce => {
                if !passes {
                    violated.push(rule.id);
                    // The excess is the wait, as a debt shrinks by a nanosecond each nanosecond.
                    waits.push(after.map(|after| after - cap));
                }
                let owed = after.filter(|_| passes).unwrap_or(debt);
                let left = cap.saturating_sub(owed) / rule.t_ns;
                if tightest.is_none_or(|(_, fewest)| left < fewest) {
                    tightest = Some((rule.id, left));
                }
            }
            Mode::Shadow if !passes => would_deny.push(rule.id),
            Mode::Shadow => {}
        }
    }

    let allowed = violated.is_empty();
    if allowed {
        store.0.extend(charges);
    }
    // All have to pass, so the longest counts, and a single never makes it never.
    let waits: Option<Vec<u64>> = waits.into_iter().collect();
    let retry_after_ns = waits.and_then(|waits| waits.into_iter().max());
    Verdict { allowed, violated, would_deny, retry_after_ns, tightest }
}
