//! # The resource defends itself, from its log
//! The store keeps nothing but what it accepted, in order. Fence, last seq, version and value are all
//! questions to that log, so a refused call has nothing that it could leave behind.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    StaleToken { highest: u64 },
    HolderMismatch,
    StaleSeq { last: u64 },
}

enum What {
    Sealed,
    Applied { seq: u64, value: Option<String> },
}

struct Entry {
    key: String,
    token: u64,
    holder: String,
    what: What,
}

#[derive(Default)]
pub struct Store {
    log: Vec<Entry>,
}

impl Store {
    pub fn new() -> Self {
        Store::default()
    }

    pub fn seal(&mut self, key: &str, token: u64, holder: &str) -> Result<(Option<String>, u64), Rejected> {
        self.judge(key, token, holder)?;
        self.accept(key, token, holder, What::Sealed);
        Ok(self.read(key))
    }

    pub fn write(
        &mut self,
        key: &str,
        token: u64,
        holder: &str,
        seq: u64,
        value: &str,
    ) -> Result<u64, Rejected> {
        self.append(key, token, holder, seq, Some(value.to_owned()))
    }

    pub fn delete(&mut self, key: &str, token: u64, holder: &str, seq: u64) -> Result<u64, Rejected> {
        self.append(key, token, holder, seq, None)
    }

    pub fn read(&self, key: &str) -> (Option<String>, u64) {
        let mut now = (None, 0);
        for entry in self.of(key) {
            if let What::Applied { value, .. } = &entry.what {
                now = (value.clone(), now.1 + 1);
            }
        }
        now
    }

    fn of<'a>(&'a self, key: &'a str) -> impl DoubleEndedIterator<Item = &'a Entry> {
        self.log.iter().filter(move |entry| entry.key == key)
    }

    fn judge(&self, key: &str, token: u64, holder: &str) -> Result<(), Rejected> {
        // Tokens never fall in the log of a key, so its last entry is the fence.
        let last = self.of(key).next_back();
        let highest = last.map_or(0, |entry| entry.token);
        match last {
            _ if token == 0 || token < highest => Err(Rejected::StaleToken { highest }),
            Some(fence) if token == highest && fence.holder != holder => Err(Rejected::HolderMismatch),
            _ => Ok(()),
        }
    }

    fn append(
        &mut self,
        key: &str,
        token: u64,
        holder: &str,
        seq: u64,
        value: Option<String>,
    ) -> Result<u64, Rejected> {
        self.judge(key, token, holder)?;
        let seqs = self.of(key).filter(|entry| entry.token == token).filter_map(|entry| match entry.what {
            What::Sealed => None,
            What::Applied { seq, .. } => Some(seq),
        });
        let last = seqs.max().unwrap_or_default();
        if seq < last.max(1) {
            return Err(Rejected::StaleSeq { last });
        }
        if seq > last {
            self.accept(key, token, holder, What::Applied { seq, value });
        }
        Ok(self.read(key).1)
    }

    fn accept(&mut self, key: &str, token: u64, holder: &str, what: What) {
        self.log.push(Entry { key: key.to_owned(), token, holder: holder.to_owned(), what });
    }
}
