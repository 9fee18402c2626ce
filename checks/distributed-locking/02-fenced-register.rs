//! Hidden checks of 02-fenced-register. The reference is the log of what a store should have accepted; fence,
//! last seq, version and value are asked of it anew at every call.
use crate::{Rejected, Store};
use kit::{Case, Check, Config, Res, Rng, Row, Table, forall_cfg};

pub const CHECKS: &[Check] = &[
    ("worked-example", "an answer that differs from the example in the exercise", worked_example),
    ("stale-token", "yesterday's leader, writing today", stale_token),
    ("equal-token-same-holder", "a token refused to its holder, or let through from another", equal_token),
    ("seal-raises-the-fence", "an old holder's write between a read and the write after it", seal_raises),
    ("retry-is-not-a-second-write", "a lost answer that becomes two writes", retry),
    ("reordered-write", "an older write of the same holder that lands last", reordered),
    ("seq-starts-anew", "a new holder that must count on from the numbers of the old one", seq_anew),
    ("delete-keeps-the-fence", "a deleted row that forgets who was shut out", delete_keeps),
    ("keys-are-independent", "a token of one key that blocks another", keys_apart),
    ("rejected-calls-change-nothing", "a refused call that leaves a trace", refused_is_free),
    ("random-history", "a register that differs from the log of accepted operations", random_history),
];

// ---- calls and answers

#[derive(Clone, Copy)]
enum What {
    Seal,
    Write(u64, &'static str),
    Delete(u64),
    Read,
}

#[derive(Clone, Copy)]
struct Call {
    key: &'static str,
    token: u64,
    holder: &'static str,
    what: What,
}

#[derive(Clone, PartialEq)]
enum Said {
    Value(Option<String>, u64),
    Version(u64),
    Refused(Rejected),
}

/// Names as they are; one that is empty or has a space at an end in quotes.
fn word(text: &str) -> String {
    if text.is_empty() || text.trim() != text { format!("{text:?}") } else { text.to_string() }
}

fn number(n: u64) -> String {
    if n == u64::MAX { "2^64 - 1".to_string() } else { n.to_string() }
}

impl Call {
    /// In a scenario with one key it need not be named.
    fn show(&self, keys: bool) -> String {
        let key = if keys { format!("{}: ", word(self.key)) } else { String::new() };
        let by = format!("token {}, by {}", number(self.token), word(self.holder));
        match self.what {
            What::Seal => format!("{key}seal, {by}"),
            What::Write(seq, value) => format!("{key}write {value:?}, {by}, seq {}", number(seq)),
            What::Delete(seq) => format!("{key}delete, {by}, seq {}", number(seq)),
            What::Read => format!("{key}read"),
        }
    }
}

impl Said {
    fn show(&self) -> String {
        match self {
            Said::Value(Some(value), version) => format!("{value:?}, version {version}"),
            Said::Value(None, version) => format!("None, version {version}"),
            Said::Version(version) => format!("version {version}"),
            Said::Refused(Rejected::StaleToken { highest }) => {
                format!("stale token, highest {}", number(*highest))
            }
            Said::Refused(Rejected::HolderMismatch) => "holder mismatch".to_string(),
            Said::Refused(Rejected::StaleSeq { last }) => format!("stale seq, last {}", number(*last)),
        }
    }
}

fn ask(store: &mut Store, call: Call) -> Said {
    let Call { key, token, holder, what } = call;
    let version = |answer| match answer {
        Ok(version) => Said::Version(version),
        Err(why) => Said::Refused(why),
    };
    match what {
        What::Seal => match store.seal(key, token, holder) {
            Ok((value, version)) => Said::Value(value, version),
            Err(why) => Said::Refused(why),
        },
        What::Write(seq, value) => version(store.write(key, token, holder, seq, value)),
        What::Delete(seq) => version(store.delete(key, token, holder, seq)),
        What::Read => {
            let (value, version) = store.read(key);
            Said::Value(value, version)
        }
    }
}

// ---- the reference

#[derive(Default)]
struct Log {
    accepted: Vec<Call>,
}

impl Log {
    fn of(&self, key: &'static str) -> impl Iterator<Item = &Call> {
        self.accepted.iter().filter(move |call| call.key == key)
    }

    fn value(&self, key: &'static str) -> (Option<String>, u64) {
        let mut value = None;
        let mut version = 0;
        for call in self.of(key) {
            match call.what {
                What::Seal | What::Read => continue,
                What::Write(_, written) => value = Some(written.to_string()),
                What::Delete(_) => value = None,
            }
            version += 1;
        }
        (value, version)
    }

    fn due(&mut self, call: Call) -> Said {
        let Call { key, token, holder, what } = call;
        let highest = self.of(key).map(|seen| seen.token).max().unwrap_or(0);
        let under = |seen: &&Call| seen.token == token;
        let applied = |seen: &Call| match seen.what {
            What::Write(seq, _) | What::Delete(seq) => Some(seq),
            What::Seal | What::Read => None,
        };
        let last = self.of(key).filter(under).filter_map(applied).max().unwrap_or(0);
        let foreign = self.of(key).any(|seen| seen.token == token && seen.holder != holder);
        match what {
            What::Read => {}
            _ if token == 0 || token < highest => return Said::Refused(Rejected::StaleToken { highest }),
            _ if foreign => return Said::Refused(Rejected::HolderMismatch),
            What::Seal => self.accepted.push(call),
            What::Write(seq, _) | What::Delete(seq) => {
                if seq == 0 || seq < last {
                    return Said::Refused(Rejected::StaleSeq { last });
                }
                if seq > last {
                    self.accepted.push(call);
                }
                return Said::Version(self.value(key).1);
            }
        }
        let (value, version) = self.value(key);
        Said::Value(value, version)
    }
}

// ---- both together

struct World {
    store: Store,
    log: Log,
    rows: Option<Table>,
    keys: bool,
    bad: bool,
}

impl World {
    fn new() -> World {
        World { store: Store::new(), log: Log::default(), rows: Some(Table::new()), keys: false, bad: false }
    }

    fn call(&mut self, call: Call) -> &mut World {
        let said = kit::during(|| call.show(true), || ask(&mut self.store, call));
        let due = self.log.due(call);
        self.bad |= said != due;
        if let Some(rows) = &mut self.rows {
            let row = Row { at: 0, input: call.show(self.keys), expected: due.show(), actual: said.show() };
            rows.push(row, said == due);
        }
        self
    }

    fn seal(&mut self, token: u64, holder: &'static str) -> &mut World {
        self.call(Call { key: "row", token, holder, what: What::Seal })
    }

    fn write(&mut self, value: &'static str, token: u64, holder: &'static str, seq: u64) -> &mut World {
        self.call(Call { key: "row", token, holder, what: What::Write(seq, value) })
    }

    fn delete(&mut self, token: u64, holder: &'static str, seq: u64) -> &mut World {
        self.call(Call { key: "row", token, holder, what: What::Delete(seq) })
    }

    fn read(&mut self) -> &mut World {
        self.call(Call { key: "row", token: 0, holder: "", what: What::Read })
    }

    fn verdict(&mut self, promise: &str) -> Res {
        self.rows.take().unwrap_or_default().verdict(promise)
    }
}

// ---- the checks

fn worked_example(_: &mut Case) -> Res {
    let mut w = World::new();
    w.seal(33, "A").write("a", 33, "A", 1).seal(34, "B").write("b", 33, "A", 2).write("c", 34, "B", 1);
    w.write("c", 34, "B", 1).delete(34, "B", 5).write("d", 34, "B", 4);
    w.verdict("the example of the exercise")
}

fn stale_token(_: &mut Case) -> Res {
    let promise = "once a key has seen a token, no lower one writes, deletes or seals any more";
    let mut w = World::new();
    w.write("a", 33, "A", 1).write("b", 34, "B", 1).write("c", 33, "A", 2).delete(33, "A", 3).seal(33, "A");
    w.write("d", 1, "B", 9).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", u64::MAX - 1, "A", 1).write("b", u64::MAX, "B", 1).write("c", u64::MAX - 1, "A", 2).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.seal(0, "A").write("a", 0, "A", 1).delete(0, "", 1).read().seal(1, "A").write("a", 0, "A", 1);
    w.verdict("token 0 is never issued, and is lower than every token")?;
    // Every one of these is wrong in more than one way: the token is judged first.
    let mut w = World::new();
    w.write("a", 5, "A", 7)
        .write("b", 4, "B", 0)
        .delete(0, "B", 0)
        .write("b", 5, "B", 0)
        .write("b", 5, "A", 0);
    w.verdict("token first, then holder, then seq")
}

fn equal_token(_: &mut Case) -> Res {
    let promise = "a token is one holder's, and that holder may go on under it";
    let mut w = World::new();
    w.write("a", 5, "A", 1).write("b", 5, "A", 2).seal(5, "A").delete(5, "A", 3).seal(5, "A");
    w.verdict(promise)?;
    let mut w = World::new();
    w.seal(5, "A").seal(5, "B").write("b", 5, "B", 1).delete(5, "B", 1).write("a", 5, "A", 1).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 5, "", 1).write("b", 5, "A", 2).write("c", 6, "A", 1).write("d", 6, "", 2).seal(6, "A");
    w.verdict(promise)?;
    // The holder before may be the holder again, under a new token only.
    let mut w = World::new();
    w.seal(5, "A")
        .seal(6, "B")
        .write("a", 6, "A", 1)
        .seal(7, "A")
        .write("a", 7, "A", 1)
        .write("b", 7, "B", 2);
    w.verdict(promise)
}

fn seal_raises(_: &mut Case) -> Res {
    let promise =
        "what a holder reads by a seal stays until it writes: lower tokens are shut out from the seal on";
    let mut w = World::new();
    w.write("4", 33, "A", 1).seal(34, "B").write("5", 33, "A", 2).write("5", 34, "B", 1).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.seal(34, "B").write("1", 33, "A", 1).delete(33, "A", 1).seal(33, "A").read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 5, "A", 8).seal(5, "A").write("b", 5, "A", 8).write("c", 5, "A", 7).seal(5, "A").read();
    w.verdict("a seal of the holder itself changes nothing, its last seq neither")
}

fn retry(_: &mut Case) -> Res {
    let promise = "an operation sent twice under one seq is applied once, and gets the same version twice";
    let mut w = World::new();
    w.write("a", 5, "A", 1).write("a", 5, "A", 1).read().write("b", 5, "A", 2).write("b", 5, "A", 2).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 5, "A", 3).write("other", 5, "A", 3).delete(5, "A", 3).read();
    w.delete(5, "A", 4).delete(5, "A", 4).write("b", 5, "A", 4).read();
    w.verdict("the second of two operations with one seq is a retry, whatever it carries")?;
    let mut w = World::new();
    w.write("a", 5, "A", u64::MAX).write("a", 5, "A", u64::MAX).write("b", 5, "A", u64::MAX - 1).read();
    w.verdict(promise)
}

fn reordered(_: &mut Case) -> Res {
    let mut w = World::new();
    w.write("a", 5, "A", 1).write("c", 5, "A", 3).write("b", 5, "A", 2).delete(5, "A", 1).read();
    w.write("d", 5, "A", 9).read();
    w.verdict("an operation with a lower seq than the last one comes too late; gaps are allowed")
}

fn seq_anew(_: &mut Case) -> Res {
    let promise = "a new token counts its own operations, from any number above 0";
    let mut w = World::new();
    w.write("a", 5, "A", 9).write("b", 6, "B", 1).write("b", 6, "B", 1).write("c", 6, "B", 2).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 5, "A", 9).seal(6, "A").write("b", 6, "A", 9).read().delete(6, "A", 10).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 5, "A", 1).delete(6, "B", 1).read();
    w.verdict(promise)
}

fn delete_keeps(_: &mut Case) -> Res {
    let promise = "a delete takes the value away; fence, last seq and version stay";
    let mut w = World::new();
    w.write("a", 5, "A", 1).write("b", 6, "B", 1).delete(6, "B", 2).read().write("old", 5, "A", 2).read();
    w.write("c", 6, "A", 3).write("c", 6, "B", 3);
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 6, "B", 1).delete(6, "B", 2).write("late", 6, "B", 1).delete(6, "B", 2).read();
    w.write("c", 6, "B", 3).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.delete(5, "A", 1).read().delete(5, "A", 2).seal(4, "A").write("a", 5, "A", 3).read();
    w.verdict("a delete of what is not there is an operation like any other")
}

fn keys_apart(_: &mut Case) -> Res {
    let mut w = World::new();
    w.keys = true;
    let call = |key, token, holder, what| Call { key, token, holder, what };
    w.call(call("x", 9, "A", What::Write(4, "1"))).call(call("y", 3, "B", What::Write(1, "2")));
    w.call(call("y", 3, "A", What::Seal)).call(call("x", 9, "A", What::Write(5, "3")));
    w.call(call("", 1, "", What::Write(1, ""))).call(call("y", 0, "", What::Read));
    w.call(call("x", 0, "", What::Read)).call(call("", 0, "", What::Read)).call(call("z", 0, "", What::Read));
    w.verdict("what happens to one key is nothing to another")?;
    let mut w = World::new();
    w.keys = true;
    w.call(call("a", 5, "A", What::Write(1, "1"))).call(call(" a", 4, "B", What::Write(1, "2")));
    w.call(call("A", 3, "C", What::Write(1, "3"))).call(call("a", 5, "a", What::Write(2, "4")));
    w.call(call("a", 5, "A ", What::Write(2, "4"))).call(call("a", 0, "", What::Read));
    w.verdict("keys and holders are compared as they are, case and spaces too")
}

fn refused_is_free(_: &mut Case) -> Res {
    let promise = "a call that is refused changes nothing";
    let mut w = World::new();
    w.write("a", 5, "A", 4).write("b", 9, "B", 0).delete(9, "B", 0).write("c", 5, "A", 5).read();
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 5, "A", 0).seal(3, "B").write("b", 3, "B", 0).write("b", 3, "B", 2).write("b", 3, "B", 0);
    w.verdict(promise)?;
    let mut w = World::new();
    w.write("a", 5, "A", 4).write("b", 5, "B", 9).write("c", 4, "C", 9).write("d", 5, "A", 3).read();
    w.write("e", 5, "A", 5).seal(5, "B").seal(5, "A");
    w.verdict(promise)
}

#[derive(Clone, Copy, Debug)]
struct Op {
    kind: u8,
    key: u8,
    token: u8,
    holder: u8,
    seq: u8,
    value: u8,
}
kit::shrink_fields!(Op { kind, key, token, holder, seq, value });

fn random_history(case: &mut Case) -> Res {
    let generate = |rng: &mut Rng, len: usize| {
        let mut tokens = [0_u8; 2];
        let mut seq = 0_u8;
        let mut op = |rng: &mut Rng| {
            let key = rng.below(2) as u8;
            let highest = &mut tokens[usize::from(key)];
            if rng.chance(0.15) {
                *highest = highest.saturating_add(1 + rng.below(2) as u8);
            }
            seq = if rng.chance(0.6) { (seq + 1) % 100 } else { rng.below(8) as u8 };
            let token = if rng.chance(0.75) { *highest } else { rng.below(u64::from(*highest) + 1) as u8 };
            // Most tokens come from the holder that they were issued to.
            let holder = if rng.chance(0.85) { token % 3 } else { rng.below(3) as u8 };
            Op { kind: rng.below(10) as u8, key, token, holder, seq, value: rng.below(4) as u8 }
        };
        (0..len).map(|_| op(rng)).collect()
    };
    let holds = |ops: &[Op]| {
        if !play(ops, false).bad {
            return Ok(());
        }
        play(ops, true).verdict("the register is what the log of accepted operations makes of it")
    };
    let config = Config { cases: 150, max_len: 40, seed: case.seed ^ 0xfe7ce, ..Config::default() };
    forall_cfg(&config, &generate, &holds)
}

fn play(ops: &[Op], shown: bool) -> World {
    let mut w = World::new();
    w.keys = ops.iter().any(|op| op.key % 2 > 0);
    w.rows = w.rows.filter(|_| shown);
    for op in ops {
        let key = ["x", "y"][usize::from(op.key % 2)];
        let holder = ["A", "B", "C"][usize::from(op.holder % 3)];
        let value = ["a", "b", "c", "d"][usize::from(op.value % 4)];
        let what = match op.kind {
            0..5 => What::Write(op.seq.into(), value),
            5..7 => What::Delete(op.seq.into()),
            7..9 => What::Seal,
            _ => What::Read,
        };
        w.call(Call { key, token: op.token.into(), holder, what });
        w.call(Call { key, token: 0, holder: "", what: What::Read });
        if w.bad {
            break;
        }
    }
    w
}
