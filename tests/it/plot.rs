//! `drill plot`: what the last run recorded, on the terminal and as SVG, and what is said where there is nothing.

use crate::desk::Desk;

const TAKE: &str = "drill-workspace/exercises/bucket/01-take.rs";
const KEPT: &str = "drill-workspace/.drill/series/bucket.01-take.json";

/// A bucket whose last but one check records three curves and a score, in two units.
fn desk() -> Desk {
    let desk = Desk::with_own_pack("one-topic");
    let checks = "pack/checks/bucket/01-take.rs";
    let recorded = "fn never_overfull(case: &mut Case) -> Res {
    let curve = |of: &dyn Fn(u64) -> f64| -> Vec<(u64, f64)> {
        (0..=20).map(|i| (i * 50_000_000, of(i))).collect()
    };
    case.series(\"level <now>\", \"tokens\", &curve(&|i| (i % 6) as f64));
    case.series(\"asked for\", \"tokens\", &curve(&|i| if i == 10 { f64::NAN } else { 4.0 - i as f64 / 5.0 }));
    case.series(\"wait\", \"ms\", &curve(&|i| (i * i) as f64));
    case.at_most(\"wait, peak\", 400.0, \"ms\", 450.0);
";
    let text = desk.read(checks);
    assert!(text.contains("fn never_overfull(case: &mut Case) -> Res {\n"));
    desk.write(checks, &text.replace("fn never_overfull(case: &mut Case) -> Res {\n", recorded));
    desk.drill(&["init"]).exits(0);
    desk.with_kit()
}

/// With the solution judged.
fn judged() -> Desk {
    let desk = desk();
    desk.write(TAKE, &desk.read("pack/solutions/bucket/01-take.rs"));
    desk.drill(&["run", "take"]).exits(0);
    desk
}

#[test]
fn the_last_run_is_shown_as_charts_that_need_no_colour_and_no_unicode() {
    let desk = judged();
    let shown = desk.drill(&["plot", "--plain"]).exits(0).stdout;
    let (first, charts) = shown.split_once('\n').unwrap();
    assert!(first.starts_with("ok bucket/01-take  passed, 4 checks pass, 20"), "{first}");
    let expected = "
never-overfull (tokens)
6 +
  |
  |                  **                     *                     **
  |                ** *                   ***                   ** *
4 +++++++        **    *                **   *                **    *
  |      ++++++**      *              **     *              **      *
  |           * ++++++++++++        **        *            *         *
  |         **          *   +++++++*          *          **          *
2 +       **            *       ** +++      ++*        **            *       **
  |     **               *    **              +*+++++**               *    **
  |   **                 *   *                 *   ** +++++++++++     *   *
  | **                    ***                   ***              ++++++*+*
0 +*                      *                     *                      * ++++++
  ++--------------+--------------+--------------+--------------+--------------+
   0             200            400            600            800        1000 ms
   *  level <now>  0 to 5
   +  asked for    0 to 4
";
    assert!(charts.starts_with(expected), "{charts}");
    assert!(shown.is_ascii());
    assert!(shown.lines().all(|line| line.len() <= 80), "{shown}");
    for expected in [
        "\nnever-overfull: wait (ms)\n600 +\n",
        "   *  wait  0 to 400\n",
        "  --- at most 450: wait, peak\n",
        " 1000 ms\n",
    ] {
        assert!(shown.contains(expected), "no {expected:?} in\n{shown}");
    }
    desk.drill(&["plot", "take"]).exits(0).says("─•─ level <now>").says("┄┄┄ at most 450");
}

#[test]
fn svg_goes_to_a_file_or_to_standard_output() {
    let desk = judged();
    desk.drill(&["plot", "--svg", "take.svg"]).exits(0).complains("note: the charts are in `take.svg`");
    let file = desk.read("take.svg");
    assert_eq!(desk.drill(&["plot", "take", "--svg", "-"]).exits(0).stdout, file);
    for expected in
        ["<title>Take a token</title>", "level &lt;now&gt;: 0 to 5", "<path ", "bucket/01-take: passed"]
    {
        assert!(file.contains(expected), "no {expected} in\n{file}");
    }
    desk.drill(&["plot", "--svg", "no/such/folder/take.svg"])
        .exits(3)
        .complains("can't write in `no/such/folder`");
}

#[test]
fn a_run_without_series_leaves_those_of_the_one_before_and_says_so() {
    let desk = judged();
    desk.write(TAKE, "pub struct").drill(&["run"]).exits(1);
    desk.drill(&["plot"])
        .exits(0)
        .says("bucket/01-take  passed")
        .complains("note: the last run (not-compiling) recorded no series; these are of the one before");
}

#[test]
fn series_are_scratch_and_no_progress() {
    let desk = judged();
    assert!(desk.read(KEPT).starts_with("{\"format\":1,\"exercise\":\"bucket/01-take\""));
    assert!(!desk.read("drill-workspace/.drill/progress.toml").contains("series"));
    std::fs::remove_dir_all(desk.path("drill-workspace/.drill/series")).unwrap();
    desk.drill(&["list", "--no-picker"]).exits(0).says("passed");
    desk.drill(&["plot", "take"])
        .exits(3)
        .complains("no run of `bucket/01-take` has recorded series")
        .complains("help: ");
}

#[test]
fn without_series_it_says_what_to_run() {
    let desk = Desk::with_workspace("one-topic");
    desk.drill(&["plot"])
        .exits(3)
        .complains("no run in this workspace has recorded series yet")
        .complains("help: series come from exercises that draw");
    desk.drill(&["plot", "take"])
        .exits(3)
        .complains("`bucket/01-take` has not been run yet")
        .complains("help: `drill run bucket/01-take`");
    desk.drill(&["plot", "tkae"]).exits(2);
    let desk = Desk::with_content();
    desk.drill(&["plot"]).exits(3).complains("there is no workspace");
    desk.drill(&["init"]).exits(0);
    desk.drill(&["plot"]).exits(3).complains("help: `drill run token-bucket-gcra/06-lab-keyed-gateway`");
}

#[test]
fn what_is_damaged_is_named_with_what_mends_it() {
    let desk = judged();
    let half = desk.read(KEPT)[..200].to_string();
    desk.write(KEPT, &half);
    desk.drill(&["plot"]).exits(3).complains("is damaged").complains("help: `drill run bucket/01-take`");
    desk.drill(&["run"]).exits(0);
    desk.drill(&["plot"]).exits(0);
}

#[test]
fn a_verdict_is_shown_also_where_series_cant_be_kept() {
    let desk = desk();
    desk.write("drill-workspace/.drill/series", "a file in the folder's place");
    desk.write(TAKE, &desk.read("pack/solutions/bucket/01-take.rs"));
    desk.drill(&["run"])
        .exits(0)
        .says("passed")
        .complains("note: the series are not kept: can't make the folder");
    desk.drill(&["list", "--no-picker"]).exits(0).says("passed");
}

#[cfg(unix)]
#[test]
fn c_in_watch_shows_the_charts_and_comes_back() {
    use crate::screen::Screen;
    let desk = judged();
    let pager = "sed -n 's/.*never-overfull/CHART: &/p'; read -r line < /dev/tty";
    let mut screen = Screen::open_with(&desk, &["watch"], &[("PAGER", pager)], 24, 80);
    screen.shows("q quit");
    screen.types("l").shows("01-take");
    screen.types("/take\r\r").shows("c charts");
    screen.types("c").shows("CHART: never-overfull: wait (ms)");
    screen.types("\r").shows("c charts");
    screen.types("q");
    assert_eq!(screen.exits(), 0);
}

#[test]
fn without_a_name_it_is_the_run_that_was_last_and_not_the_place_on_the_path() {
    let desk = Desk::with_workspace("two-topics");
    let record = |exercise: &str, at: &str| {
        let text = format!(
            r#"{{"format":1,"exercise":"{exercise}","at":"{at}","verdict":"passed","passed":1,"checks":1,
            "scorecard":[],"series":[{{"check":"c","name":"n","unit":"ms","points":[[0,1.0],[5,2.0]]}}]}}"#
        );
        let name = exercise.replace('/', ".");
        desk.write(&format!("drill-workspace/.drill/series/{name}.json"), &text);
    };
    // The path begins at the switch.
    record("lamp/01-switch", "2026-11-23T10:00:00Z");
    record("valve/01-open", "2026-11-23T11:00:00Z");
    desk.drill(&["plot"]).exits(0).says("valve/01-open");
    record("lamp/01-switch", "2026-11-23T12:00:00Z");
    desk.drill(&["plot"]).exits(0).says("lamp/01-switch");
}
