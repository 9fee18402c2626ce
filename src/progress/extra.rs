//! Fields that this drill does not know: kept as they are, so that a newer drill's file loses nothing.

use toml::{Table, Value};

/// Unknown keys of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra(Table);

impl Extra {
    pub fn new(table: Table) -> Extra {
        Extra(table)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// Commutative, associative, idempotent: tables are united; of two other values the greater text stays,
    /// and a table wins over anything else.
    pub fn merge(&mut self, other: Extra) {
        merge(&mut self.0, other.0);
    }
}

fn merge(into: &mut Table, other: Table) {
    for (key, theirs) in other {
        match (into.get_mut(&key), theirs) {
            (Some(Value::Table(ours)), Value::Table(theirs)) => merge(ours, theirs),
            (Some(Value::Table(_)), _) => {}
            (Some(ours), theirs @ Value::Table(_)) => *ours = theirs,
            (Some(ours), theirs) => {
                if theirs.to_string() > ours.to_string() {
                    *ours = theirs;
                }
            }
            (None, theirs) => {
                into.insert(key, theirs);
            }
        }
    }
}
