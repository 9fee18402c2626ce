//! Marks above a chart and what stands for them below.

use super::*;

fn marked() -> Chart {
    let mut chart = two();
    chart.marks = vec![
        mark(50, 170, "over 60 jobs"),
        mark(180, 180, "back"),
        mark(300, 400, "a thousand times too long"),
    ];
    chart
}

#[test]
fn marks_stand_above_the_chart_and_are_explained_below() {
    let expected = "\
queue-bounded (jobs)
                             2
            |-------1-------|                |------3-----|
100 +                        :                         ****
    |++++++++++++            :                 ********
    |------------+++++++++++++++++----*********------------
    |                    *********+*+*++++++++++++
  0 +********************    :                    +++++++++
    ++------------+-------------+------------+------------+
     0           100           200          300       400 ms
   *  waiting  0 to 100
   +  served   0 to 80
  --- at most 60: waiting, peak
   1  50 ms to 170 ms   over 60 jobs
   2  180 ms            back
   3  300 ms to 400 ms  a thousand times too long
";
    draws(&marked(), 60, 5, ASCII, expected);
}

#[test]
fn a_small_chart_names_its_curves_in_one_line() {
    let expected = "\
queue-bounded (jobs)
                             2
            ├───────1───────┤                ├──────3─────┤
100 ┤                        ┊                        ⣀•⡠⠤⠒
    │⠉⠒⠒⠒⠒⠒⠤⠤+⠤⣀⣀⣀⣀          ┊                ⣀⣀⡠⠤⠒⠒⠊⠉
    │┄┄┄┄┄┄┄┄┄┄┄┄┄┄⠉⠉⠉⠉⠒⠒+⠒⠤⠤⠤⠤⢄⣀⣀⣀⡀⢀⣀⣀⡠⠤⠤⠒•⠊⠉┄┄┄┄┄┄┄┄┄┄┄┄┄
    │                 ⣀⣀⣀⣀⠤⠤⠤⠤⠒•⠒⠒⠉⠉⠉+⠉⠑⠒⠒⠒⠒⠢⠤⠤⠤⢄+⣀⣀⡀
  0 ┤⠒⠒•⠒⠒⠒⠒⠒⠒⠒⠉⠉⠉⠉•⠉⠉       ┊                      ⠈⠉⠉⠉⠑⠒⠒
    └┬────────────┬─────────────┬────────────┬────────────┬
     0           100           200          300       400 ms
  ─•─ waiting   ─+─ served
   1  50 ms to 170 ms   over 60 jobs
   2  180 ms            back
   3  300 ms to 400 ms  a thousand times too long
";
    let drawn = lines::small(&marked(), 60, 5, UNICODE);
    assert_eq!(drawn, expected, "\n{drawn}");
}
