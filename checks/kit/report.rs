//! The lines that the engine reads, one JSON object each: what they are called, what they hold and how long
//! they may get. Knows nothing about where they go.
//!
//! ```text
//! {"ev":"start","check":NAME,"cpu_us":N}
//! {"ev":"score","check":..,"metric":..,"value":N|null,"unit":..,"op":"<="|">=","limit":N,"pass":bool}
//!        and "naive":N|null,"reference":N|null where the check compares
//! {"ev":"series","check":..,"name":..,"unit":..,"points":[[t_ns,N|null],...]}
//! {"ev":"mark","check":..,"series":..,"from":ns,"to":ns,"label":..}
//! {"ev":"note","check":..,"text":..}
//! {"ev":"finish","check":..,"cpu_us":N,"outcome":"pass"|"fail"|"panic"|"todo","message":..,
//!        "at":{"file":..,"line":N,"column":N},            only where a panic's place is known
//!        "trace":[..],"timeline":[..],"notes":[..],"rows":[{"at":ns,"input":..,"expected":..,"actual":..,"same":bool}]}
//! {"ev":"done"}
//! ```
//! A check is judged by its `finish` line alone, and a run without `done` ended inside its last `start`.

use crate::case::Score;
use crate::json::{Object, array, number, quote};
use crate::{Fail, Ns, Place, Res};

/// Longest message, in bytes of UTF-8; what is longer ends in an ellipsis. So for the rest.
pub(crate) const MESSAGE: usize = 4096;
/// Longest line of a trace, note, cell or label, in bytes.
pub(crate) const LINE: usize = 500;
/// Most lines of a trace; of a longer one the head and the tail are kept.
pub(crate) const TRACE: usize = 60;
/// Most rows of a table.
pub(crate) const ROWS: usize = 12;
/// Most notes of a check: as `note` lines, and in its `finish` line.
pub(crate) const NOTES: usize = 20;

pub(crate) fn start(check: &str, cpu_us: u64) -> String {
    event("start", check).int("cpu_us", cpu_us).end()
}

pub(crate) fn score(check: &str, score: &Score) -> String {
    let line = event("score", check)
        .text("metric", &cut(&score.metric, LINE))
        .number("value", score.value)
        .text("unit", &cut(&score.unit, LINE))
        .text("op", score.bound.op())
        .number("limit", score.limit)
        .truth("pass", score.passes());
    let Some((naive, reference)) = score.beside else { return line.end() };
    line.number("naive", naive).number("reference", reference).end()
}

/// `points` should be thinned already (`series.rs`).
pub(crate) fn series(check: &str, name: &str, unit: &str, points: &[(Ns, f64)]) -> String {
    let points = points.iter().map(|(at, value)| format!("[{at},{}]", number(*value)));
    event("series", check)
        .text("name", &cut(name, LINE))
        .text("unit", &cut(unit, LINE))
        .raw("points", &array(points))
        .end()
}

pub(crate) fn mark(check: &str, series: &str, from: Ns, to: Ns, label: &str) -> String {
    event("mark", check)
        .text("series", &cut(series, LINE))
        .int("from", from)
        .int("to", to)
        .text("label", &cut(label, LINE))
        .end()
}

pub(crate) fn note(check: &str, text: &str) -> String {
    event("note", check).text("text", &cut(text, LINE)).end()
}

pub(crate) fn finish(check: &str, cpu_us: u64, answer: &Res) -> String {
    let none = Fail::default();
    let (outcome, why) = match answer {
        Ok(()) => ("pass", &none),
        Err(why) if why.todo => ("todo", why),
        Err(why) if why.panicked_at.is_some() => ("panic", why),
        Err(why) => ("fail", why),
    };
    let mut line = event("finish", check)
        .int("cpu_us", cpu_us)
        .text("outcome", outcome)
        .text("message", &cut(&why.message, MESSAGE));
    if let Some(place) = why.panicked_at.as_ref().filter(|place| **place != Place::default()) {
        let at = Object::new()
            .text("file", &cut(&place.file, LINE))
            .int("line", place.line.into())
            .int("column", place.column.into());
        line = line.raw("at", &at.end());
    }
    let rows = why.rows.iter().enumerate().take(ROWS).map(|(i, row)| {
        Object::new()
            .int("at", row.at)
            .text("input", &cut(&row.input, LINE))
            .text("expected", &cut(&row.expected, LINE))
            .text("actual", &cut(&row.actual, LINE))
            .truth("same", why.is_same(i))
            .end()
    });
    line.raw("trace", &lines(&head_and_tail(&why.trace)))
        .raw("timeline", &lines(&head_and_tail(&why.timeline)))
        .raw("notes", &lines(&why.notes[..why.notes.len().min(NOTES)]))
        .raw("rows", &array(rows))
        .end()
}

pub(crate) fn done() -> String {
    Object::new().text("ev", "done").end()
}

fn event(ev: &str, check: &str) -> Object {
    Object::new().text("ev", ev).text("check", check)
}

fn lines(of: &[String]) -> String {
    array(of.iter().map(|line| quote(&cut(line, LINE))))
}

/// At most `TRACE` lines; one in the middle says how many are missing.
fn head_and_tail(trace: &[String]) -> Vec<String> {
    let (head, tail) = (TRACE / 2, TRACE - TRACE / 2 - 1);
    let mut shown = trace.to_vec();
    if trace.len() > TRACE {
        let missing = format!("… {} more steps …", trace.len() - head - tail);
        shown.splice(head..trace.len() - tail, [missing]);
    }
    shown
}

/// `text`, or as much of it as fits into `max` bytes with an ellipsis.
fn cut(text: &str, max: usize) -> String {
    const ELLIPSIS: &str = "…";
    if text.len() <= max {
        return text.into();
    }
    let mut end = max - ELLIPSIS.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ELLIPSIS}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::{cut, done, finish, mark, note, score, series, start};
    use crate::case::Score;
    use crate::json::read::{Value, value};
    use crate::{Fail, Place, Row, fail};

    #[test]
    fn every_event_reads_as_documented() {
        assert_eq!(start("empties", 1200), r#"{"ev":"start","check":"empties","cpu_us":1200}"#);
        assert_eq!(done(), r#"{"ev":"done"}"#);
        assert_eq!(note("a", "say \"so\""), r#"{"ev":"note","check":"a","text":"say \"so\""}"#);
        assert_eq!(
            series("a", "depth", "jobs", &[(0, 1.5), (u64::MAX, f64::NAN)]),
            r#"{"ev":"series","check":"a","name":"depth","unit":"jobs","points":[[0,1.5],[18446744073709551615,null]]}"#
        );
        assert_eq!(
            mark("a", "depth", 5, 9, "too deep"),
            r#"{"ev":"mark","check":"a","series":"depth","from":5,"to":9,"label":"too deep"}"#
        );
        assert_eq!(
            score("a", &Score::at_most("p99", 2.5, "ms", 3.0)),
            r#"{"ev":"score","check":"a","metric":"p99","value":2.5,"unit":"ms","op":"<=","limit":3.0,"pass":true}"#
        );
        assert_eq!(
            score("a", &Score::at_least("goodput", f64::NAN, "req/s", 90.0).beside(10.0, 95.0)),
            r#"{"ev":"score","check":"a","metric":"goodput","value":null,"unit":"req/s","op":">=","limit":90.0,"pass":false,"naive":10.0,"reference":95.0}"#
        );
        assert_eq!(
            finish("a", 7, &Ok(())),
            r#"{"ev":"finish","check":"a","cpu_us":7,"outcome":"pass","message":"","trace":[],"timeline":[],"notes":[],"rows":[]}"#
        );
        assert_eq!(
            finish("a", 7, &fail("late")),
            r#"{"ev":"finish","check":"a","cpu_us":7,"outcome":"fail","message":"late","trace":[],"timeline":[],"notes":[],"rows":[]}"#
        );
    }

    #[test]
    fn the_outcome_tells_a_panic_from_what_is_not_written_yet() {
        let place = Place { file: "a.rs".into(), line: 3, column: 5 };
        let panicked = Fail { panicked_at: Some(place), ..Fail::default() };
        let line = value(&finish("a", 0, &Err(panicked.clone())));
        assert_eq!(line.text("outcome"), "panic");
        assert_eq!(line.get("at").text("file"), "a.rs");
        assert_eq!((line.get("at").number("line"), line.get("at").number("column")), ("3", "5"));

        let todo = Fail { todo: true, ..panicked };
        assert_eq!(value(&finish("a", 0, &Err(todo))).text("outcome"), "todo");

        let unknown = Fail { panicked_at: Some(Place::default()), ..Fail::default() };
        let line = value(&finish("a", 0, &Err(unknown)));
        assert_eq!((line.text("outcome"), line.get("at")), ("panic", &Value::Null));
    }

    #[test]
    fn times_in_rows_are_exact_and_sameness_may_be_the_check_s() {
        let row = |at| Row { at, expected: "1".into(), actual: "2".into(), ..Row::default() };
        let rows = vec![row((1 << 53) + 1), row(u64::MAX)];
        let why = Fail { rows, same: vec![true], ..Fail::default() };
        let line = value(&finish("a", 0, &Err(why)));
        let [first, second] = line.items("rows") else { panic!("{line:?}") };
        assert_eq!((first.number("at"), first.get("same")), ("9007199254740993", &Value::Truth(true)));
        assert_eq!((second.number("at"), second.get("same")), ("18446744073709551615", &Value::Truth(false)));
    }

    #[test]
    fn a_finish_line_is_bounded_whatever_the_check_says() {
        let long = "ü".repeat(100_000);
        let row = Row { at: u64::MAX, input: long.clone(), expected: long.clone(), actual: long.clone() };
        let why = Fail {
            message: long.clone(),
            rows: vec![row; 100],
            trace: (0..1000).map(|step| format!("{step} {long}")).collect(),
            notes: vec![long; 100],
            ..Fail::default()
        };
        let line = value(&finish("a", 0, &Err(why)));
        assert!(line.text("message").len() <= 4096 && line.text("message").ends_with("ü…"));
        assert_eq!((line.items("rows").len(), line.items("notes").len()), (12, 20));
        let trace = line.items("trace");
        assert_eq!(trace.len(), 60);
        assert_eq!(trace[30], Value::Text("… 941 more steps …".into()));
        assert!(matches!(&trace[59], Value::Text(last) if last.starts_with("999 ") && last.len() <= 500));
    }

    #[test]
    fn texts_are_cut_between_chars() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "…");
        assert_eq!(cut("aéé", 4), "a…");
        for max in 3..30 {
            let text = cut("🦀é\u{2028}a🦀é\u{2028}a🦀é\u{2028}a🦀é\u{2028}a", max);
            assert!(text.len() <= max && text.ends_with('…'), "{text}");
        }
    }
}
