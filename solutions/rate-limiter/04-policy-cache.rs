//! The push that arrived late.
//!
//! A cache of pushed policies trusts nothing about a push: not its order (versions only rise), not
//! its content (looked through before anything changes). And a key is a name that outlives deploys:
//! it says who is counted, unambiguously, and nothing about which snapshot says so.

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
        let mut key = rule.id.to_be_bytes().to_vec();
        for dim in &rule.dims {
            let value = match dim {
                Dim::Tenant => &a.tenant,
                Dim::User => &a.user,
                Dim::Ip => &a.ip,
            };
            // Absent or present is a byte of its own, and a length says where a value ends. A
            // separator could not: callers choose the texts, and may choose one that contains it.
            key.push(u8::from(value.is_some()));
            if let Some(text) = value {
                key.extend((text.len() as u64).to_be_bytes());
                key.extend(text.as_bytes());
            }
        }
        Some(key)
    }
}

/// Whether `path` is `prefix` or lies below it. A prefix must not end in the middle of a name.
fn covers(prefix: &str, path: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/'))
}
