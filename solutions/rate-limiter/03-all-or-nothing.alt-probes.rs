//! Four limits, one verdict, no partial spend: as a list of probes, of which each part of the
//! verdict is one question. In signed numbers, what is left under the cap may be negative, and that
//! is the wait.

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

/// What one rule says, and what it would cost.
struct Probe<'a> {
    rule: &'a Rule,
    key: (u32, u64),
    cost: i128,
    /// Left under the cap before the charge.
    room: i128,
}

impl Probe<'_> {
    fn weight(&self) -> i128 {
        self.cost * i128::from(self.rule.t_ns)
    }
    fn passes(&self) -> bool {
        self.cost == 0 || self.weight() <= self.room
    }
    fn enforced(&self) -> bool {
        self.rule.mode == Mode::Enforce
    }
    /// The wait of a rule that does not pass.
    fn wait(&self) -> Option<u64> {
        (self.cost <= i128::from(self.rule.burst)).then(|| (self.weight() - self.room) as u64)
    }
    fn tokens_left(&self) -> u64 {
        let charge = if self.passes() { self.weight() } else { 0 };
        ((self.room - charge).max(0) / i128::from(self.rule.t_ns)) as u64
    }
}

pub fn evaluate(store: &mut Store, rules: &[Rule], req: &Request, now_ns: u64) -> Verdict {
    let probes: Vec<Probe> = rules.iter().map(|rule| probe(store, rule, req, now_ns)).collect();
    let failing =
        |enforced: bool| probes.iter().filter(move |probe| !probe.passes() && probe.enforced() == enforced);
    let allowed = failing(true).next().is_none();
    let waits: Option<Vec<u64>> = failing(true).map(Probe::wait).collect();
    let verdict = Verdict {
        allowed,
        violated: failing(true).map(|probe| probe.rule.id).collect(),
        would_deny: failing(false).map(|probe| probe.rule.id).collect(),
        // Of no waits at all there is no maximum either.
        retry_after_ns: waits.and_then(|waits| waits.into_iter().max()),
        tightest: probes
            .iter()
            .filter(|probe| probe.enforced())
            .map(|probe| (probe.rule.id, probe.tokens_left()))
            .min_by_key(|(_, left)| *left),
    };
    if allowed {
        for probe in probes.iter().filter(|probe| probe.passes() && probe.cost > 0) {
            let tat = store.0.entry(probe.key).or_insert(now_ns);
            *tat = (*tat).max(now_ns) + probe.weight() as u64;
        }
    }
    verdict
}

fn probe<'a>(store: &Store, rule: &'a Rule, req: &Request, now_ns: u64) -> Probe<'a> {
    let key = (rule.id, req.subject[rule.dim]);
    let debt = store.0.get(&key).map_or(0, |tat| tat.saturating_sub(now_ns));
    let cap = i128::from(rule.burst) * i128::from(rule.t_ns);
    let cost = if rule.cost == Cost::PerUnit { req.units } else { 1 };
    Probe { rule, key, cost: i128::from(cost), room: cap - i128::from(debt) }
}
