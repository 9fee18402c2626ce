//! Verdicts, decision tables, scorecards, time series, and the channel to the engine.
use crate::Ns;
use std::fmt::{Debug, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

pub type Res = Result<(), Fail>;

/// One step of a decision log.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub at: Ns,
    pub input: String,
    pub expected: String,
    pub actual: String,
}

/// Why a check failed.
#[derive(Clone, Debug, Default)]
pub struct Fail {
    pub message: String,
    /// Decisions around the first difference.
    pub rows: Vec<Row>,
    /// The minimal input, one step a line.
    pub trace: Vec<String>,
    pub notes: Vec<String>,
    pub panicked_at: Option<String>,
    pub todo: bool,
}

pub fn fail<T>(message: impl Into<String>) -> Result<T, Fail> {
    Err(Fail { message: message.into(), ..Fail::default() })
}

pub fn ensure(holds: bool, message: impl FnOnce() -> String) -> Res {
    if holds { Ok(()) } else { fail(message()) }
}

pub fn ensure_eq<T: PartialEq + Debug>(what: &str, actual: T, expected: T) -> Res {
    ensure(actual == expected, || format!("{what}: expected {expected:?}, got {actual:?}"))
}

/// Decision log: the reference's answer beside the learner's, step by step.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
    first_bad: Option<usize>,
}

impl Table {
    pub fn new() -> Table {
        Table::default()
    }
    /// True when the two are equal as text.
    pub fn row(&mut self, at: Ns, input: String, expected: String, actual: String) -> bool {
        let same = expected == actual;
        self.push(Row { at, input, expected, actual }, same)
    }
    /// Like `row`, with equality decided by the caller (tolerances).
    pub fn push(&mut self, row: Row, same: bool) -> bool {
        if !same && self.first_bad.is_none() {
            self.first_bad = Some(self.rows.len());
        }
        self.rows.push(row);
        same
    }
    /// Err at the first difference, with up to 8 rows before it and 3 after.
    pub fn verdict(self, message: &str) -> Res {
        let Some(bad) = self.first_bad else { return Ok(()) };
        let (from, to) = (bad.saturating_sub(8), (bad + 4).min(self.rows.len()));
        Err(Fail {
            message: format!("{message} (step {} of {})", bad + 1, self.rows.len()),
            rows: self.rows[from..to].to_vec(),
            ..Fail::default()
        })
    }
}

/// What a running check can report besides its verdict.
pub struct Case {
    name: &'static str,
    /// 0 unless the author's soak run names another; mix it into seeds.
    pub seed: u64,
    missed: Vec<String>,
}

impl Case {
    /// Scorecard line "value <= limit"; a miss fails the check at its end.
    pub fn at_most(&mut self, metric: &str, value: f64, unit: &str, limit: f64) {
        self.score(metric, value, unit, "<=", limit, value <= limit);
    }
    pub fn at_least(&mut self, metric: &str, value: f64, unit: &str, limit: f64) {
        self.score(metric, value, unit, ">=", limit, value >= limit);
    }
    fn score(&mut self, metric: &str, value: f64, unit: &str, op: &str, limit: f64, pass: bool) {
        let mut j = Json::event("score", self.name);
        j.str("metric", metric)
            .num("value", value)
            .str("unit", unit)
            .str("op", op)
            .num("limit", limit)
            .raw("pass", &pass.to_string());
        j.send();
        if !pass {
            self.missed.push(format!("{metric} = {value:.4} {unit}, must be {op} {limit} {unit}"));
        }
    }
    /// A curve for the plot, thinned to at most 1,000 points (minimum and maximum of each bucket kept).
    pub fn series(&mut self, name: &str, unit: &str, points: &[(Ns, f64)]) {
        let mut body = String::from("[");
        let per = points.len().div_ceil(500).max(1);
        for bucket in points.chunks(per) {
            let by = |a: &&(Ns, f64), b: &&(Ns, f64)| a.1.total_cmp(&b.1);
            let (Some(lo), Some(hi)) = (bucket.iter().min_by(by), bucket.iter().max_by(by)) else { continue };
            for p in if lo.0 == hi.0 {
                vec![lo]
            } else if lo.0 < hi.0 {
                vec![lo, hi]
            } else {
                vec![hi, lo]
            } {
                let _ = write!(body, "{}[{},{}]", if body.len() > 1 { "," } else { "" }, p.0, number(p.1));
            }
        }
        body.push(']');
        Json::event("series", self.name).str("name", name).str("unit", unit).raw("points", &body).send();
    }
    pub fn note(&mut self, text: &str) {
        Json::event("note", self.name).str("text", text).send();
    }
}

/// One check: its name, what it catches, and the function that judges.
pub type Check = (&'static str, &'static str, fn(&mut Case) -> Res);

static OUT: Mutex<Option<File>> = Mutex::new(None);
static PANIC: Mutex<Option<(String, String)>> = Mutex::new(None);

/// Runs the checks in order and reports each; the exit code is 0 whatever they say.
/// Arguments: `--only NAME`, `--skip NAME` (repeatable), `--seed N`.
pub fn run(checks: &[Check]) -> i32 {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let given =
        |flag: &str| -> Vec<&String> { args.windows(2).filter(|w| w[0] == flag).map(|w| &w[1]).collect() };
    let (only, skip) = (given("--only"), given("--skip"));
    let seed = given("--seed").first().and_then(|s| s.parse().ok()).unwrap_or(0);
    *OUT.lock().unwrap() = channel();
    std::panic::set_hook(Box::new(|info| {
        let text = info.payload_as_str().unwrap_or("panic").to_string();
        let at =
            info.location().map(|l| format!("{}:{}:{}", l.file(), l.line(), l.column())).unwrap_or_default();
        if let Ok(mut p) = PANIC.lock() {
            *p = Some((text, at));
        }
    }));
    let (mut passed, mut failed) = (0u32, 0u32);
    let picked = checks
        .iter()
        .filter(|c| (only.is_empty() || only.iter().any(|o| *o == c.0)) && !skip.iter().any(|s| *s == c.0));
    for &(name, catches, check) in picked {
        Json::event("start", name).str("catches", catches).send();
        let mut case = Case { name, seed, missed: Vec::new() };
        let mut res = guard(|| check(&mut case));
        if res.is_ok() && !case.missed.is_empty() {
            res = fail(case.missed.join("; "));
        }
        if res.is_ok() {
            passed += 1
        } else {
            failed += 1
        }
        finish(name, &res);
    }
    Json::event("done", "").num("passed", passed.into()).num("failed", failed.into()).send();
    0
}

/// Runs `f`; a panic becomes a `Fail` that says where.
pub(crate) fn guard(f: impl FnOnce() -> Res) -> Res {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(res) => res,
        Err(_) => {
            let (message, at) = PANIC.lock().unwrap().take().unwrap_or_default();
            let todo = message.starts_with("not yet implemented");
            Err(Fail { message, panicked_at: Some(at), todo, ..Fail::default() })
        }
    }
}

fn finish(name: &str, res: &Res) {
    let mut j = Json::event("finish", name);
    let Err(f) = res else {
        j.str("outcome", "pass").send();
        return;
    };
    let outcome = if f.todo {
        "todo"
    } else if f.panicked_at.is_some() {
        "panic"
    } else {
        "fail"
    };
    j.str("outcome", outcome).str("message", &f.message);
    if let Some(at) = &f.panicked_at {
        j.str("at", at);
    }
    let list = |xs: &[String]| format!("[{}]", xs.iter().map(|x| quote(x)).collect::<Vec<_>>().join(","));
    j.raw("trace", &list(&f.trace)).raw("notes", &list(&f.notes));
    let rows: Vec<String> = f
        .rows
        .iter()
        .map(|r| {
            let mut o = Json(String::new());
            o.num("at", r.at as f64)
                .str("input", &r.input)
                .str("expected", &r.expected)
                .str("actual", &r.actual);
            format!("{{{}}}", o.0)
        })
        .collect();
    j.raw("rows", &format!("[{}]", rows.join(","))).send();
}

/// The report channel: the scratch file that `DRILL_REPORT` names. Standard output and
/// error stay the learner's. Without one the lines go to standard error.
fn channel() -> Option<File> {
    let path = std::env::var_os("DRILL_REPORT")?;
    std::fs::OpenOptions::new().append(true).create(true).open(path).ok()
}

struct Json(String);

impl Json {
    fn event(ev: &str, check: &str) -> Json {
        let mut j = Json(String::new());
        j.str("ev", ev);
        if !check.is_empty() {
            j.str("check", check);
        }
        j
    }
    fn raw(&mut self, key: &str, value: &str) -> &mut Json {
        let _ = write!(self.0, "{}\"{key}\":{value}", if self.0.is_empty() { "" } else { "," });
        self
    }
    fn str(&mut self, key: &str, value: &str) -> &mut Json {
        self.raw(key, &quote(value))
    }
    fn num(&mut self, key: &str, value: f64) -> &mut Json {
        self.raw(key, &number(value))
    }
    /// One write a line, so lines stay whole; a broken pipe ends the run.
    fn send(&mut self) {
        let line = format!("{{{}}}\n", self.0);
        let mut out = OUT.lock().unwrap();
        let sent = match out.as_mut() {
            Some(f) => f.write_all(line.as_bytes()),
            None => std::io::stderr().write_all(line.as_bytes()),
        };
        if sent.is_err() {
            std::process::exit(3);
        }
    }
}

fn number(x: f64) -> String {
    if x.is_finite() { x.to_string() } else { "null".into() }
}

fn quote(s: &str) -> String {
    let mut out = String::from("\"");
    for c in s.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' || c == '\u{2028}' || c == '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Counts heap use. The check crate installs it when it needs it:
/// `#[global_allocator] static A: kit::Mem = kit::Mem;`
pub struct Mem;
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);

unsafe impl std::alloc::GlobalAlloc for Mem {
    unsafe fn alloc(&self, l: std::alloc::Layout) -> *mut u8 {
        let live = LIVE.fetch_add(l.size() as i64, Relaxed) + l.size() as i64;
        PEAK.fetch_max(live, Relaxed);
        CALLS.fetch_add(1, Relaxed);
        unsafe { std::alloc::System.alloc(l) }
    }
    unsafe fn dealloc(&self, p: *mut u8, l: std::alloc::Layout) {
        LIVE.fetch_sub(l.size() as i64, Relaxed);
        unsafe { std::alloc::System.dealloc(p, l) }
    }
}

/// Bytes still live after `f` beyond those before, the peak beyond those before, and
/// allocation calls. All 0 where `Mem` is not installed: assert that a known Vec shows.
pub fn measure<T>(f: impl FnOnce() -> T) -> (T, i64, i64, u64) {
    let (live, calls) = (LIVE.load(Relaxed), CALLS.load(Relaxed));
    PEAK.store(live, Relaxed);
    let out = f();
    (out, LIVE.load(Relaxed) - live, PEAK.load(Relaxed) - live, CALLS.load(Relaxed) - calls)
}
