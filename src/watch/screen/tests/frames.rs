//! Whole frames of 80 x 24, as a learner sees them.

use super::*;

/// A frame of 80 x 24, without the empty lines at its end.
#[track_caller]
fn check(state: &State, expected: &str) {
    let lines: Vec<String> = drawn(state, (80, 24), ASCII).iter().map(|l| l.trim_end().to_string()).collect();
    let shown = lines.join("\n");
    assert_eq!(lines.len(), 24);
    let squeezed = squeeze(&shown);
    assert_eq!(squeezed, expected.trim_start_matches('\n').trim_end(), "\n{squeezed}\n");
}

/// Runs of empty lines as one line that counts them.
fn squeeze(text: &str) -> String {
    let (mut out, mut empty) = (Vec::new(), 0);
    for line in text.lines().chain(["end"]) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        match empty {
            0 => {}
            1 => out.push(String::new()),
            n => out.push(format!("({n} empty lines)")),
        }
        empty = 0;
        out.push(line.to_string());
    }
    out.pop();
    out.join("\n")
}

#[test]
fn introduction() {
    check(
        &at(Phase::Waiting),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
01-switch  Title of 01-switch  implement, 2 min

  1. Open the folder /desk/drill-workspace in your editor.
  2. Edit exercises/lamp/01-switch.rs (`e` opens it here): the comment at its
     top is the task.
  3. Save: its checks run at once.
     To read first: `w`, the write-up. Stuck: `h`, a hint.

what the checks will catch
  -- follows-the-table  the wrong way round
  -- survives-a-burst   a lamp that forgets what it was told when it is switched
                        a thousand times in an instant
(8 empty lines)
--------------------------------------------------------------------------------
h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit
",
    );
}

#[test]
fn running() {
    check(
        &at(Phase::Running),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
.. 01-switch  judging what you saved

  -- follows-the-table  the wrong way round
  -- survives-a-burst   a lamp that forgets what it was told when it is switched
                        a thousand times in an instant
(15 empty lines)
--------------------------------------------------------------------------------
h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit
",
    );
}

#[test]
fn failed_with_a_trace() {
    check(
        &judged(failed()),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
!! 01-switch  1 of 2 checks pass  Title of 01-switch                       84 ms

  !! survives-a-burst  a lamp that forgets what it was told when it is switched
                       a thousand times in an instant

survives-a-burst
  switch answers the other way

        at  input        expected  yours
         0  switch(on)   off       off
  > 1.5 ms  switch(off)  on        off

  This check catches a lamp that forgets what it was told when it is switched a
  thousand times in an instant.
(6 empty lines)
------------------------------------------- edit and save: it is judged again --
h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit
",
    );
}

#[test]
fn passed_and_what_comes_next() {
    check(
        &judged(passed()),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
ok passed:  Title of 01-switch
  What it does.

  next: 02-dim, Title of 02-dim
  press n to go on, s for the solution, d to compare

ok 01-switch  passed, all 2 checks  Title of 01-switch                     84 ms

  ok follows-the-table  the wrong way round
  ok survives-a-burst   a lamp that forgets what it was told when it is switched
                        a thousand times in an instant
(9 empty lines)
--------------------------------------------------------------------------------
n next  s solution  d compare  w write-up  l list  ? all keys  q quit
",
    );
}

#[test]
fn not_compiling_keeps_every_word_of_the_compiler() {
    check(
        &judged(not_compiling()),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
!! 01-switch  does not compile, 1 error  Title of 01-switch                84 ms

  error[E0425]: cannot find value `onn` in this scope
   --> exercises/lamp/01-switch.rs:5:6
    |
  5 |     !onn
    |      ^^^ help: a local variable with a similar name exists: `on`, which is
    declared right above
(12 empty lines)
------------------------------------------- edit and save: it is judged again --
h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit
",
    );
}

#[test]
fn missing_file() {
    check(
        &at(Phase::Missing),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
error: there is no exercises/lamp/01-switch.rs
help: save it again, or press `x` to bring the stub back
(18 empty lines)
--------------------------------------------------------------------------------
h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit
",
    );
}

#[test]
fn help() {
    check(
        &over(Overlay::Help),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
keys

  n      next step, passed or not
  Enter  the obvious thing: read, start the quiz, go on after a pass
  h      a hint; each says more than the one before
  r      run the checks again
  e      open the file in your editor ($VISUAL, $EDITOR, --edit-cmd)
  w      read the write-up
  z      take the topic's quiz
  s      the commented solution, after a pass
  d      your file beside the solution, after a pass
  c      charts of what a lab's checks recorded
  l      list of all exercises, to go anywhere
  p      paths: choose another one
  x      put the stub back (yours is kept)
  j k    scroll down and up; also arrows, space, PgUp, PgDn, g, G
  ?      this help
  q      quit; Ctrl-C does too
(2 empty lines)
--------------------------------------------------------------------------------
? back  q back
",
    );
}

#[test]
fn paths() {
    check(
        &over(Overlay::Paths),
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
paths

  1  First steps (you follow it)  0/3
     First steps, one after the other.
     1 of 3 topics being written

  2  Water  0/1
     Water, one after the other.
(12 empty lines)
--------------------------------------------------------------------------------
1-9 follow that path  any other key back
",
    );
}

#[test]
fn the_end_with_something_left() {
    check(
        &finished(false),
        r"
drill First steps                                                 .......... 0/3
--------------------------------------------------------------------------------
-- First steps: this is its end, but not all of it is done

  * the write-up of A lamp
  * 01-switch, Title of 01-switch
  * 02-dim, Title of 02-dim
  * the quiz of A lamp
  * the write-up of A valve
  * 01-open, Title of 01-open
  being written: `motor`

  press n to go there, p to choose another path, l for the list
(9 empty lines)
--------------------------------------------------------------------------------
n next  p paths  l list  ? all keys  q quit
",
    );
}

#[test]
fn the_end() {
    check(
        &finished(true),
        r"
drill First steps                                                 ########## 3/3
--------------------------------------------------------------------------------
ok First steps: you have done all that exists so far

  being written: `motor`

  press p to choose another path, l for the list
(15 empty lines)
--------------------------------------------------------------------------------
p paths  l list  ? all keys  q quit
",
    );
}

#[test]
fn write_up() {
    check(
        &Desk::at(read("lamp")).state,
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
A lamp  write-up

  What a lamp is.

  then 2 exercises, about 4 min, and a quiz

  press w to read it here, or open it in your editor: exercises/lamp/README.md
  press n to go on to the exercises
(12 empty lines)
--------------------------------------------------------------------------------
w read  n next  l list  p paths  ? all keys  q quit
",
    );
}

#[test]
fn hints_and_a_notice() {
    let mut state = judged(failed());
    (state.show_hints, state.hints) = (true, Hints(1));
    state.notice = Some("can't write `.drill/progress.toml`: permission denied (os error 13)".to_string());
    check(
        &state,
        r"
drill First steps > A lamp                                        .......... 0/2
--------------------------------------------------------------------------------
!! 01-switch  1 of 2 checks pass  Title of 01-switch                       84 ms

  hint 1 of 3: Look.
  press h for the next one, which says more

  !! survives-a-burst  a lamp that forgets what it was told when it is switched
                       a thousand times in an instant

survives-a-burst
  switch answers the other way

        at  input        expected  yours
         0  switch(on)   off       off
  > 1.5 ms  switch(off)  on        off

  This check catches a lamp that forgets what it was told when it is switched a
  thousand times in an instant.
(2 empty lines)
can't write `.drill/progress.toml`: permission denied (os error 13)
------------------------------------------- edit and save: it is judged again --
h hint  e edit  n next  r run  w write-up  l list  ? all keys  q quit
",
    );
}
