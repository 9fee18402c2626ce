//! `drill list`: lines, JSON, and the picker on a real terminal.

use crate::desk::Desk;
use crate::past::tried;

#[test]
fn lines_are_grouped_by_topic() {
    let desk = Desk::with_workspace("atlas-small");
    tried(&desk, "ring-buffer/01-full-or-empty", true);
    tried(&desk, "ring-buffer/02-wrap-around", false);
    desk.drill(&["path", "workers"]).exits(0);
    let expected = "\
Ring buffers (ring-buffer)
   passed   01-full-or-empty  implement  Full or empty
→  tried    02-wrap-around    repair     Past the end of the numbers
   new      quiz              2 questions

Back-pressure (Saying No Early) (back-pressure)
   new      01-bounded        implement  A bound that holds
   new      quiz              1 question

Work stealing (work-stealing)
   new      01-two-ends       tune       Two ends of a deque
   new      quiz              1 question

1 of 4 exercises passed, 0 of 3 quizzes
";
    let said = desk.drill(&["list"]).exits(0).stdout;
    assert_eq!(said, expected);
}

#[test]
fn json_is_the_documented_contract() {
    let desk = Desk::with_pack("atlas-small");
    let text = desk.drill(&["list", "--format", "json"]).exits(0).stdout;
    assert!(
        text.starts_with(
            r#"{"format":1,"exercises":[{"id":"ring-buffer/01-full-or-empty","title":"Full or empty","mode":"implement","state":"new"},"#
        ),
        "{text}"
    );
    assert!(
        text.ends_with(
            "\"quizzes\":[\
             {\"topic\":\"ring-buffer\",\"questions\":2,\"right\":0,\"state\":\"new\"},\
             {\"topic\":\"back-pressure\",\"questions\":1,\"right\":0,\"state\":\"new\"},\
             {\"topic\":\"work-stealing\",\"questions\":1,\"right\":0,\"state\":\"new\"}]}\n"
        ),
        "{text}"
    );
}

#[cfg(unix)]
mod on_a_terminal {
    use crate::desk::Desk;
    use crate::pty::Pty;

    const DOWN: &str = "\x1b[B";

    #[test]
    fn an_exercise_is_picked_and_becomes_the_current_one() {
        let desk = Desk::with_workspace("atlas-small");
        let mut pty = Pty::start(&desk, &["list"], &[]);
        pty.wait_for("→  new      01-full-or-empty");
        assert!(!pty.echoes(), "keys are shown while the picker is open");
        pty.types(DOWN);
        pty.wait_for("→  new      02-wrap-around");
        pty.types("j");
        pty.wait_for("→  new      quiz");
        pty.types("/steal");
        pty.wait_for("2 of 7 shown");
        pty.wait_for("/steal");
        pty.types("\r");
        pty.wait_for("/ search");
        pty.types("\r");
        pty.wait_for("edit drill-workspace/exercises/work-stealing/01-two-ends.rs");
        assert_eq!(pty.ends(), 0);
        assert!(pty.echoes(), "the terminal is not as before");
        let progress = desk.read("drill-workspace/.drill/progress.toml");
        assert!(progress.contains("name = \"work-stealing/01-two-ends\""), "{progress}");
    }

    #[test]
    fn it_follows_the_size_of_the_terminal() {
        let desk = Desk::with_pack("atlas-small");
        let mut pty = Pty::start(&desk, &["list"], &[]);
        pty.wait_for("01-two-ends");
        pty.resize(30, 6);
        pty.wait_until("less is shown", |screen| {
            !screen.contains("two-ends") && screen.contains("full-or-em")
        });
        pty.types("G");
        pty.wait_for("→  new      quiz");
        pty.types("q");
        assert_eq!(pty.ends(), 0);
        assert!(pty.echoes());
    }

    #[test]
    fn every_way_out_gives_the_terminal_back() {
        for (keys, code) in [("q", 0), ("\x1b", 0), ("\x03", 130)] {
            let desk = Desk::with_pack("atlas-small");
            let mut pty = Pty::start(&desk, &["list"], &[]);
            pty.wait_for("→  new      01-full-or-empty");
            pty.types(keys);
            assert_eq!(pty.ends(), code, "{keys:?}");
            assert!(pty.echoes(), "{keys:?}");
            assert!(!pty.screen().contains("01-full-or-empty"), "{keys:?}: still on the other screen");
        }
    }

    #[test]
    fn plain_prints_lines_on_a_terminal_too() {
        let desk = Desk::with_pack("atlas-small");
        let mut pty = Pty::start(&desk, &["list", "--plain"], &[]);
        pty.wait_for("0 of 4 exercises passed");
        assert_eq!(pty.ends(), 0);
    }
}
