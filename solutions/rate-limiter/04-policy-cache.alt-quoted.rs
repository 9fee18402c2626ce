//! The push that arrived late, with the standard library's quoting for the key and segments for the path.

use std::collections::BTreeSet;

/// What the store counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dim {
    Tenant,
    User,
    Ip,
}

/// Which requests are limited, and who is counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: u32,
    /// `None`: every method.
    pub method: Option<String>,
    pub path_prefix: String,
    pub priority: u32,
    pub dims: Vec<Dim>,
}

/// What a node knows about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attrs {
    pub method: String,
    pub path: String,
    pub tenant: Option<String>,
    pub user: Option<String>,
    pub ip: Option<String>,
}

/// All policies, as of one deploy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub version: u64,
    pub rules: Vec<Rule>,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    Installed,
    Stale,
    Invalid,
}

/// A node's copy of the policies.
pub struct PolicyCache {
    version: u64,
    /// In the order in which `matching` answers.
    rules: Vec<Rule>,
}

impl PolicyCache {
    pub fn new() -> PolicyCache {
        PolicyCache { version: 0, rules: Vec::new() }
    }

    /// Takes a push from the control plane.
    pub fn apply(&mut self, s: Snapshot) -> Applied {
        // Pushes overtake each other and are retried. Their order is the version they carry, not the
        // instant at which they come; an equal one is a retry.
        if s.version <= self.version {
            return Applied::Stale;
        }
        // First look, then touch: a snapshot that is refused was never here.
        let mut ids = BTreeSet::new();
        for rule in &s.rules {
            let again = !ids.insert(rule.id);
            if again || rule.dims.is_empty() || !rule.path_prefix.starts_with('/') {
                return Applied::Invalid;
            }
        }
        self.version = s.version;
        self.rules = s.rules;
        self.rules.sort_by(|a, b| b.priority.cmp(&a.priority).then(a.id.cmp(&b.id)));
        Applied::Installed
    }

    /// The version in force.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The rules that apply to a request, most important first.
    pub fn matching(&self, a: &Attrs) -> Vec<u32> {
        let applies = |rule: &&Rule| {
            rule.method.as_ref().is_none_or(|method| *method == a.method)
                && covers(&rule.path_prefix, &a.path)
        };
        self.rules.iter().filter(applies).map(|rule| rule.id).collect()
    }

    /// Under which bytes the store counts this request for this rule.
    pub fn key(&self, rule: u32, a: &Attrs) -> Option<Vec<u8>> {
        let rule = self.rules.iter().find(|known| known.id == rule)?;
        let values: Vec<Option<&str>> = rule
            .dims
            .iter()
            .map(|dim| match dim {
                Dim::Tenant => a.tenant.as_deref(),
                Dim::User => a.user.as_deref(),
                Dim::Ip => a.ip.as_deref(),
            })
            .collect();
        // Quotes and backslashes are escaped in it, and `None` has no quotes.
        Some(format!("{} {values:?}", rule.id).into_bytes())
    }
}

/// Segment by segment: a prefix with a slash at its end asks for one more segment than it names.
fn covers(prefix: &str, path: &str) -> bool {
    let mut rest = path.split('/');
    let mut wanted: Vec<&str> = prefix.split('/').collect();
    let open = wanted.last() == Some(&"");
    if open {
        wanted.pop();
    }
    wanted.into_iter().all(|segment| rest.next() == Some(segment)) && (!open || rest.next().is_some())
}
