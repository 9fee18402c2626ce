//! # The push that arrived late
//!
//! Repair, 25 minutes. Read first: "Policies" in the topic's write-up.
//!
//! Every node of the limiter keeps the latest policy snapshot in memory. The control plane pushes
//! a new one at every deploy, and the node makes the keys under which the shared store counts. The
//! code below was reviewed twice and has caused five incidents:
//!
//!   INC-1  "Version 8 was live. A retry of the push of version 7 came in, and the old limits were
//!          back until the next deploy."
//!   INC-2  "A push with a rule id given twice was answered with Invalid, and yet its rules were
//!          in force."
//!   INC-3  "The strict rule for /v1/charges throttles /v1/charges_export, another team's API."
//!   INC-4  "Tenant a:b with user c is throttled for what tenant a with user b:c does. And requests
//!          without a user share the limit of the one whose user id is empty."
//!   INC-5  "Every deploy gives every client a fresh burst. At 10 deploys a day that is a plan."
//!
//! ## Contract
//! - A new cache is at version 0 and has no rules.
//! - `apply`, in this order:
//!   1. A version that is not above the current one: `Stale`, nothing changes. Any larger version
//!      may come, not just the next.
//!   2. A rule id given twice, a rule without dims, or a prefix that does not begin with '/':
//!      `Invalid`, nothing changes, the version neither: the same version may come again, mended.
//!      Everything else is valid, also no rules at all or a dim named twice.
//!   3. Otherwise `Installed`: this snapshot's rules and version are the current ones, whole.
//! - `matching`: the ids of all rules that apply to a request, by priority, highest first, then by
//!   id, lowest first. A rule applies if its method is `None` or equals the request's, and its
//!   prefix p covers the path: the path is p itself, or it begins with p and either p ends with '/'
//!   or the next character of the path is '/'. Texts are compared byte for byte, as they are.
//! - `key`: `None` if the current snapshot has no such rule id. Otherwise the bytes under which the
//!   store counts this request for this rule, whether the rule applies to it or not. Two keys are
//!   equal if and only if the rule ids are equal and the values of the rule's dims are, in order.
//!   An absent value is unlike every text, the empty one included.
//!   Any text may come as a value (callers choose theirs), of any length. The keys are exact: what
//!   shortens them for the store comes later, so no hash here.
//!   All nodes share one store: another `PolicyCache` makes the same key for the same rule id and
//!   values, whatever its version, its history, or the rest of its rules. The dims are those of the
//!   current snapshot: all of the above holds for them. Only when a deploy changes the dims of a
//!   rule it is left free how its new keys relate to its old ones.
//! - Nothing panics, whatever the texts: paths and prefixes too may hold any characters.
//!
//! Edit: `PolicyCache` and its methods. Leave the other types as they are.

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
        self.version = s.version;
        self.rules = s.rules;
        self.rules.sort_by(|a, b| b.priority.cmp(&a.priority).then(a.id.cmp(&b.id)));
        let mut ids = BTreeSet::new();
        for rule in &self.rules {
            let again = !ids.insert(rule.id);
            if again || rule.dims.is_empty() || !rule.path_prefix.starts_with('/') {
                return Applied::Invalid;
            }
        }
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
                && a.path.starts_with(&rule.path_prefix)
        };
        self.rules.iter().filter(applies).map(|rule| rule.id).collect()
    }

    /// Under which bytes the store counts this request for this rule.
    pub fn key(&self, rule: u32, a: &Attrs) -> Option<Vec<u8>> {
        let rule = self.rules.iter().find(|known| known.id == rule)?;
        let mut key = format!("v{}:{}", self.version, rule.id);
        for dim in &rule.dims {
            let value = match dim {
                Dim::Tenant => &a.tenant,
                Dim::User => &a.user,
                Dim::Ip => &a.ip,
            };
            key.push(':');
            key.push_str(value.as_deref().unwrap_or(""));
        }
        Some(key.into_bytes())
    }
}
