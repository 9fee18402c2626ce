//! The push that arrived late, kept by id and with text keys: every value as length, colon, text, as in a
//! netstring, and a dash for an absent one. No order is kept: `matching` sorts what it found.

use std::cmp::Reverse;
use std::collections::BTreeMap;

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
#[derive(Default)]
pub struct PolicyCache {
    version: u64,
    rules: BTreeMap<u32, Rule>,
}

impl PolicyCache {
    pub fn new() -> PolicyCache {
        PolicyCache::default()
    }

    pub fn apply(&mut self, s: Snapshot) -> Applied {
        if s.version <= self.version {
            return Applied::Stale;
        }
        let count = s.rules.len();
        if s.rules.iter().any(|rule| rule.dims.is_empty() || !rule.path_prefix.starts_with('/')) {
            return Applied::Invalid;
        }
        let rules: BTreeMap<u32, Rule> = s.rules.into_iter().map(|rule| (rule.id, rule)).collect();
        if rules.len() < count {
            return Applied::Invalid;
        }
        *self = PolicyCache { version: s.version, rules };
        Applied::Installed
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn matching(&self, a: &Attrs) -> Vec<u32> {
        let mut found: Vec<&Rule> = self.rules.values().filter(|rule| rule.applies(a)).collect();
        found.sort_by_key(|rule| (Reverse(rule.priority), rule.id));
        found.into_iter().map(|rule| rule.id).collect()
    }

    pub fn key(&self, rule: u32, a: &Attrs) -> Option<Vec<u8>> {
        let mut key = format!("limit {rule}");
        for dim in &self.rules.get(&rule)?.dims {
            let (name, value) = match dim {
                Dim::Tenant => (" tenant ", &a.tenant),
                Dim::User => (" user ", &a.user),
                Dim::Ip => (" ip ", &a.ip),
            };
            key.push_str(name);
            match value {
                Some(text) => key.push_str(&format!("{}:{text}", text.len())),
                None => key.push('-'),
            }
        }
        Some(key.into_bytes())
    }
}

impl Rule {
    fn applies(&self, a: &Attrs) -> bool {
        let p = &self.path_prefix;
        let below = if p.ends_with('/') { p.clone() } else { format!("{p}/") };
        let covered = a.path == *p || a.path.starts_with(&below);
        covered && self.method.as_ref().unwrap_or(&a.method) == &a.method
    }
}
