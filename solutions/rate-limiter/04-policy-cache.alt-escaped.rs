//! The push that arrived late, with escaped keys: a zero byte ends every value, and values that contain one
//! write it as two bytes. Absent values end in a byte of their own.

use std::sync::Arc;

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

/// A node's copy of the policies: one pointer, swapped as a whole.
pub struct PolicyCache {
    current: Arc<Snapshot>,
}

impl PolicyCache {
    pub fn new() -> PolicyCache {
        PolicyCache { current: Arc::new(Snapshot { version: 0, rules: Vec::new() }) }
    }

    pub fn apply(&mut self, s: Snapshot) -> Applied {
        if s.version <= self.current.version {
            return Applied::Stale;
        }
        for (i, rule) in s.rules.iter().enumerate() {
            let again = s.rules[..i].iter().any(|earlier| earlier.id == rule.id);
            if again || rule.dims.is_empty() || rule.path_prefix.as_bytes().first() != Some(&b'/') {
                return Applied::Invalid;
            }
        }
        self.current = Arc::new(s);
        Applied::Installed
    }

    pub fn version(&self) -> u64 {
        self.current.version
    }

    pub fn matching(&self, a: &Attrs) -> Vec<u32> {
        let mut found: Vec<(u32, u32)> = Vec::new();
        for rule in &self.current.rules {
            let prefix = rule.path_prefix.as_bytes();
            let path = a.path.as_bytes();
            let ends = path.len() == prefix.len()
                || prefix.last() == Some(&b'/')
                || path.get(prefix.len()) == Some(&b'/');
            if path.starts_with(prefix) && ends && rule.method.as_deref().is_none_or(|m| m == a.method) {
                found.push((u32::MAX - rule.priority, rule.id));
            }
        }
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    pub fn key(&self, rule: u32, a: &Attrs) -> Option<Vec<u8>> {
        let rule = self.current.rules.iter().find(|known| known.id == rule)?;
        let mut key = Vec::new();
        key.extend_from_slice(&rule.id.to_le_bytes());
        for dim in &rule.dims {
            let value = match dim {
                Dim::Tenant => a.tenant.as_deref(),
                Dim::User => a.user.as_deref(),
                Dim::Ip => a.ip.as_deref(),
            };
            let Some(text) = value else {
                key.extend([0, 2]);
                continue;
            };
            for byte in text.bytes() {
                key.push(byte);
                if byte == 0 {
                    key.push(1);
                }
            }
            key.extend([0, 0]);
        }
        Some(key)
    }
}
