//! Turns a panic into a `Fail` that says what and where, and tells the check's own panic from one in a thread
//! that the learner started.
//!
//! The hook only takes notes: the verdict shows them. Learner code may install a hook of its own; then the
//! message still comes from the payload, and only the place is unknown.

use crate::{Fail, Place, Res, Row};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// What the hook saw. `text` is `None` for a payload that is not text (`panic_any`).
struct Panicked {
    text: Option<String>,
    place: Place,
}

thread_local! {
    /// Whether a check runs in this thread right now.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// The last panic of this thread while it was guarded.
    static MINE: RefCell<Option<Panicked>> = const { RefCell::new(None) };
    /// The one before it: when a panic makes the process abort, this may be what began it.
    static BEFORE: RefCell<Option<Panicked>> = const { RefCell::new(None) };
    /// The innermost `during` that a panic of this thread has left.
    static CALL: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The steps of the innermost `Table` that a panic of this thread has left, and which of them went right.
    static STEPS: RefCell<(Vec<Row>, Vec<bool>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// The last panic in a thread that no check runs in: one that learner code started.
static ELSEWHERE: Mutex<Option<Panicked>> = Mutex::new(None);

/// Takes the panic hook. Called before every check, as learner code may have taken it in between.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(take_note));
}

/// Runs `f`; a panic becomes a `Fail`. Not generic and not inlined, so that a property in an unoptimised check
/// pays for one call through a pointer only.
pub(crate) fn guard(f: &mut dyn FnMut() -> Res) -> Res {
    let outer = GUARDED.replace(true);
    MINE.take();
    BEFORE.take();
    CALL.take();
    STEPS.take();
    elsewhere(Option::take);
    let ended = catch_unwind(AssertUnwindSafe(f));
    GUARDED.set(outer);
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(mut why)) => {
            why.notes.extend(elsewhere(Option::take).map(|other| note_of(&other)));
            Err(why)
        }
        Err(payload) => Err(explain(payload)),
    }
}

/// Runs `call`. If it panics, the failure's first note says in which call: `what` is asked only then, and must not
/// panic itself. `kit::during(|| format!("take(now {now} ns, cost {cost})"), || bucket.take(now, cost))`
pub fn during<T>(what: impl Fn() -> String, call: impl FnOnce() -> T) -> T {
    struct Said<F: Fn() -> String>(F);
    impl<F: Fn() -> String> Drop for Said<F> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                remember(&self.0);
            }
        }
    }
    let _said = Said(what);
    call()
}

/// Calls within calls: the innermost is left first, and is the one to tell of.
fn remember(what: &dyn Fn() -> String) {
    CALL.with_borrow_mut(|call| {
        call.get_or_insert_with(what);
    });
}

/// What a table held when a panic left it.
pub(crate) fn leave(rows: Vec<Row>, same: Vec<bool>) {
    STEPS.with_borrow_mut(|steps| {
        if steps.0.is_empty() {
            *steps = (rows, same);
        }
    });
}

fn take_note(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(Place::default, |at| Place {
        file: at.file().into(),
        line: at.line(),
        column: at.column(),
    });
    let seen = Panicked { text: info.payload_as_str().map(String::from), place };
    let guarded = GUARDED.try_with(Cell::get).unwrap_or(false);
    if seen.text.as_deref().is_some_and(cannot_unwind) {
        // The process is about to abort: the learner's output is the only place left to say why.
        let before = if guarded { [BEFORE.take(), MINE.take()] } else { [None, elsewhere(Option::take)] };
        for panicked in before.iter().flatten().chain([&seen]) {
            let message = message_of(panicked.text.as_deref());
            let _ = writeln!(std::io::stderr(), "panicked at {}: {message}", panicked.place);
        }
    } else if guarded {
        BEFORE.set(MINE.replace(Some(seen)));
    } else {
        elsewhere(|last| {
            // A thread that stumbles over another's panic must not hide it.
            if last.is_none() || !seen.text.as_deref().is_some_and(is_consequence) {
                *last = Some(seen);
            }
        });
    }
}

fn explain(payload: Box<dyn Any + Send>) -> Fail {
    let text = payload_text(&*payload);
    dispose(payload);
    let mine = MINE.take().filter(|mine| mine.text == text);
    let mut notes: Vec<String> = CALL.take().map(|call| format!("in the call {call}")).into_iter().collect();
    let panicked = match (mine, elsewhere(Option::take)) {
        // The waiting thread only passed on what it found: `join().unwrap()`, a poisoned lock.
        (Some(mine), Some(other)) if text.as_deref().is_some_and(is_consequence) => {
            notes.push(format!(
                "it panicked in another thread; the one that waited for it then panicked at {}",
                mine.place
            ));
            other
        }
        // `resume_unwind` with what `join` answered: no hook sees that.
        (None, Some(other)) if other.text == text => other,
        (mine, other) => {
            notes.extend(other.map(|other| note_of(&other)));
            mine.unwrap_or(Panicked { text, place: Place::default() })
        }
    };
    let message = message_of(panicked.text.as_deref());
    let todo = message.starts_with("not yet implemented") || message.starts_with("not implemented");
    let (rows, same) = STEPS.take();
    if todo {
        // Nothing went wrong: there is nothing to show.
        return Fail { message, panicked_at: Some(panicked.place), todo, ..Fail::default() };
    }
    Fail { message, rows, same, notes, panicked_at: Some(panicked.place), ..Fail::default() }
}

fn note_of(other: &Panicked) -> String {
    format!("a thread panicked at {}: {}", other.place, message_of(other.text.as_deref()))
}

fn message_of(text: Option<&str>) -> String {
    text.unwrap_or("panicked with a value that is not text").into()
}

fn payload_text(payload: &(dyn Any + Send)) -> Option<String> {
    let text = payload.downcast_ref::<&str>().map(|text| String::from(*text));
    text.or_else(|| payload.downcast_ref::<String>().cloned())
}

/// A payload of the learner's own type is leaked: dropping it would run code that may panic again.
fn dispose(payload: Box<dyn Any + Send>) {
    if !payload.is::<&str>() && !payload.is::<String>() {
        std::mem::forget(payload);
    }
}

/// Whether a panic with this text merely reports another thread's: `unwrap` or `expect` on what `join` or a
/// poisoned lock answered, and the end of a `thread::scope`.
fn is_consequence(text: &str) -> bool {
    text.ends_with("Any { .. }") || text.ends_with("PoisonError { .. }") || text == "a scoped thread panicked"
}

/// The runtime's last words before it aborts.
fn cannot_unwind(text: &str) -> bool {
    text == "panic in a destructor during cleanup" || text == "panic in a function that cannot unwind"
}

/// Nothing panics while it holds this lock, but a learner's thread may be ended anywhere.
fn elsewhere<T>(f: impl FnOnce(&mut Option<Panicked>) -> T) -> T {
    f(&mut ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{during, guard, install};
    use crate::{Fail, fail};
    use std::panic::{catch_unwind, panic_any, resume_unwind};
    use std::sync::{Mutex, PoisonError};

    /// Runs `f` with the kit's hook in place, one test at a time, as the hook is the whole process's. Assert
    /// outside of it: a failed assertion inside would be noted rather than printed.
    pub(crate) fn hooked<T>(f: impl FnOnce() -> T) -> T {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::panic::take_hook();
        install();
        let ended = catch_unwind(std::panic::AssertUnwindSafe(f));
        std::panic::set_hook(before);
        ended.unwrap_or_else(|payload| resume_unwind(payload))
    }

    /// What becomes of a check whose body is `f`.
    fn caught(f: fn()) -> Fail {
        let answer = hooked(|| {
            guard(&mut || {
                f();
                Ok(())
            })
        });
        answer.expect_err("it panicked")
    }

    #[track_caller]
    fn check(why: &Fail, message: &str, line: u32) {
        let place = why.panicked_at.as_ref().expect("it panicked");
        assert_eq!((why.message.as_str(), place.line), (message, line));
        assert!(line == 0 || place.file.ends_with("panic.rs"), "{place}");
    }

    #[test]
    fn a_panic_says_what_and_where() {
        let (why, line) = (caught(|| panic!("tokens {}", -1)), line!());
        check(&why, "tokens -1", line);
        assert!(!why.todo && why.notes.is_empty());
        check(&caught(|| panic!("plain")), "plain", line!());
    }

    #[test]
    fn what_is_not_written_yet_is_not_an_error() {
        assert!(caught(|| todo!()).todo);
        assert!(caught(|| todo!("refill")).todo);
        assert!(caught(|| unimplemented!()).todo);
        assert!(!caught(|| unreachable!()).todo);
    }

    #[test]
    fn a_payload_that_is_not_text_is_reported_too() {
        let (why, line) = (caught(|| panic_any(7_u8)), line!());
        check(&why, "panicked with a value that is not text", line);
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_survived() {
        struct Trap;
        impl Drop for Trap {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        let (why, line) = (caught(|| panic_any(Trap)), line!());
        check(&why, "panicked with a value that is not text", line);
    }

    #[test]
    fn a_panic_in_a_joined_thread_is_reported_where_it_happened() {
        let line = line!() + 2;
        let why = caught(|| {
            std::thread::spawn(|| panic!("lost update")).join().unwrap();
        });
        check(&why, "lost update", line);
        assert!(why.notes[0].starts_with("it panicked in another thread"), "{:?}", why.notes);
        let (why, line) = (caught(|| std::thread::spawn(|| todo!()).join().expect("worker")), line!());
        check(&why, "not yet implemented", line);
        assert!(why.todo);
    }

    #[test]
    fn a_panic_passed_on_by_hand_or_by_a_scope_is_reported_where_it_happened() {
        let line = line!() + 2;
        let why = caught(|| {
            let end = std::thread::spawn(|| panic!("lost update")).join();
            resume_unwind(end.unwrap_err());
        });
        check(&why, "lost update", line);
        let line = line!() + 3;
        let why = caught(|| {
            std::thread::scope(|s| {
                s.spawn(|| panic!("lost update"));
            });
        });
        check(&why, "lost update", line);
    }

    #[test]
    fn a_poisoned_lock_leads_back_to_who_poisoned_it() {
        let line = line!() + 6;
        let why = caught(|| {
            let shared = Mutex::new(0);
            std::thread::scope(|s| {
                let first = s.spawn(|| {
                    let _held = shared.lock();
                    panic!("while holding it");
                });
                let _ = first.join();
                let _ = s.spawn(|| *shared.lock().unwrap()).join();
                *shared.lock().unwrap() += 1;
            });
        });
        check(&why, "while holding it", line);
    }

    #[test]
    fn a_panic_in_a_thread_of_its_own_is_only_noted() {
        let lines = (line!() + 2, line!() + 3);
        let why = caught(|| {
            let _ = std::thread::spawn(|| panic!("worker gone")).join();
            panic!("the queue is empty");
        });
        check(&why, "the queue is empty", lines.1);
        let [note] = &why.notes[..] else { panic!("{:?}", why.notes) };
        assert!(note.starts_with("a thread panicked at ") && note.ends_with(": worker gone"), "{note}");
        assert!(note.contains(&format!("panic.rs:{}:", lines.0)), "{note}");

        let ordinary = hooked(|| {
            guard(&mut || {
                let _ = std::thread::spawn(|| panic!("worker gone")).join();
                fail("2 jobs were lost")
            })
        });
        assert_eq!(ordinary.expect_err("it failed").notes.len(), 1);
        let passed = hooked(|| {
            guard(&mut || {
                let _ = std::thread::spawn(|| panic!("worker gone")).join();
                Ok(())
            })
        });
        assert!(passed.is_ok());
    }

    #[test]
    fn a_panic_that_the_learner_caught_is_not_taken_for_a_later_one() {
        let why = caught(|| {
            let _ = catch_unwind(|| panic!("handled"));
            resume_unwind(Box::new("by hand"));
        });
        check(&why, "by hand", 0);
        assert_eq!(why.panicked_at.map(|place| place.to_string()).as_deref(), Some("an unknown place"));
    }

    #[test]
    fn a_hook_of_the_learner_s_own_costs_only_the_place() {
        let why = caught(|| {
            std::panic::set_hook(Box::new(|_| {}));
            panic!("after my hook");
        });
        check(&why, "after my hook", 0);
    }

    #[test]
    fn a_panic_names_the_call_that_it_came_from() {
        let why = caught(|| {
            let level = during(|| unreachable!("it answered"), || 3);
            during(|| format!("take({level})"), || panic!("empty"));
        });
        assert_eq!(
            (why.message.as_str(), &why.notes[..]),
            ("empty", &["in the call take(3)".to_string()][..])
        );
        let why = caught(|| during(|| "outer".into(), || during(|| "inner".into(), || panic!("deep"))));
        assert_eq!(why.notes, ["in the call inner"]);
    }

    #[test]
    fn a_call_is_not_named_by_what_it_did_not_end() {
        let why = caught(|| {
            during(|| "the one before".into(), || ());
            panic!("by the check itself");
        });
        assert!(why.notes.is_empty());
        let why = caught(|| {
            during(|| "handles its own".into(), || drop(catch_unwind(|| panic!("handled"))));
            panic!("later");
        });
        assert!(why.notes.is_empty());
        assert!(caught(|| during(|| "later".into(), || todo!())).notes.is_empty());
        let answers = hooked(|| {
            [guard(&mut || during(|| "first".into(), || panic!("first"))), guard(&mut || fail("second"))]
        });
        assert_eq!(answers.map(|answer| answer.expect_err("both fail").notes.len()), [1, 0]);
    }

    #[test]
    fn guards_nest() {
        let (inner, outer) = hooked(|| {
            let mut inner = Ok(());
            let outer = guard(&mut || {
                inner = guard(&mut || panic!("inner"));
                panic!("outer")
            });
            (inner, outer)
        });
        assert_eq!(inner.expect_err("it panicked").message, "inner");
        let outer = outer.expect_err("it panicked");
        assert_eq!(outer.message, "outer");
        assert!(outer.panicked_at.is_some_and(|place| place.line > 0));
    }
}
