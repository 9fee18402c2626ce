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
    use crate::screen::Screen;

    /// Whether the terminal shows what is typed, and waits for whole lines.
    fn is_as_before(screen: &Screen) -> bool {
        screen.modes().contains("ICANON")
    }

    const DOWN: &str = "\x1b[B";

    #[test]
    fn an_exercise_is_picked_and_becomes_the_current_one() {
        let desk = Desk::with_workspace("atlas-small");
        let mut screen = Screen::open(&desk, &["list"], 24, 80);
        screen.shows("→  new      01-full-or-empty");
        assert!(!is_as_before(&screen), "keys are shown while the picker is open");
        screen.types(DOWN);
        screen.shows("→  new      02-wrap-around");
        screen.types("j");
        screen.shows("→  new      quiz");
        screen.types("/steal");
        screen.shows("2 of 7 shown");
        screen.shows("/steal");
        screen.types("\r");
        screen.shows("/ search");
        screen.types("\r");
        screen.shows("edit drill-workspace/exercises/work-stealing/01-two-ends.rs");
        assert_eq!(screen.exits(), 0);
        assert!(is_as_before(&screen), "the terminal is not as before");
        let progress = desk.read("drill-workspace/.drill/progress.toml");
        assert!(progress.contains("name = \"work-stealing/01-two-ends\""), "{progress}");
    }

    #[test]
    fn it_follows_the_size_of_the_terminal() {
        let desk = Desk::with_pack("atlas-small");
        let mut screen = Screen::open(&desk, &["list"], 24, 80);
        screen.shows("01-two-ends");
        screen.resize(6, 30);
        screen.shows("0 of 4 exercises passed, 0 of…");
        screen.types("G");
        screen.shows("→  new      quiz");
        screen.types("q");
        assert_eq!(screen.exits(), 0);
        assert!(is_as_before(&screen));
    }

    #[test]
    fn every_way_out_gives_the_terminal_back() {
        for (keys, code) in [("q", 0), ("\x1b", 0), ("\x03", 130)] {
            let desk = Desk::with_pack("atlas-small");
            let mut screen = Screen::open(&desk, &["list"], 24, 80);
            screen.shows("→  new      01-full-or-empty");
            screen.types(keys);
            assert_eq!(screen.exits(), code, "{keys:?}");
            assert!(is_as_before(&screen), "{keys:?}");
            assert!(!screen.now().contains("01-full-or-empty"), "{keys:?}: still on the other screen");
        }
    }

    #[test]
    fn plain_prints_lines_on_a_terminal_too() {
        let desk = Desk::with_pack("atlas-small");
        let mut screen = Screen::open(&desk, &["list", "--plain"], 24, 80);
        screen.shows("0 of 4 exercises passed");
        assert_eq!(screen.exits(), 0);
    }
}

#[test]
fn a_pack_of_many_topics_is_listed_in_the_order_of_its_atlas() {
    let desk = Desk::with_own_pack("two-topics");
    let ids: Vec<String> = (0..150).rev().map(|i| format!("t{i}")).collect();
    let list: Vec<String> = ids.iter().map(|id| format!("{id:?}")).collect();
    let valve = desk.read("pack/exercises/valve/topic.toml");
    let valve = valve.replace("[\"lamp\"]", "[]").replace("[\"motor\"]", "[]");
    for id in ids.iter().filter(|id| !id.ends_with('7')) {
        desk.write(&format!("pack/exercises/{id}/topic.toml"), &valve);
    }
    let head = "format = 1\n[[family]]\nid = \"household\"\ntitle = \"f\"\nsummary = \"f\"\n";
    desk.write("pack/exercises/atlas.toml", &format!("{head}topics = [{}]", list.join(", ")));
    let shown = desk.drill(&["list"]).exits(0).stdout;
    let heads: Vec<&str> = shown.lines().filter_map(|l| l.split_once(" (")?.1.strip_suffix(')')).collect();
    let written: Vec<&String> = ids.iter().filter(|id| !id.ends_with('7')).collect();
    assert_eq!(heads, written);
    // So are the problems of all of them.
    for id in ["t149", "t60", "t3"] {
        desk.write(&format!("pack/exercises/{id}/topic.toml"), "title = 1");
    }
    let call = desk.drill(&["list"]).exits(3);
    for id in ["t149", "t60", "t3"] {
        assert!(call.stderr.contains(&format!("exercises/{id}/topic.toml:1: ")), "{}", call.stderr);
    }
}
