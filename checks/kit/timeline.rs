//! Timelines: what several nodes did, a column each, so that a failure of a distributed system can be read from
//! top to bottom.

use crate::{Fail, MS, Ns, Res, fail};

/// Characters in a line: less than a terminal of 80 columns shows beside its margin.
const WIDTH: usize = 72;
/// Most rows; of a longer timeline the first, the last and those around the broken one are kept.
const ROWS: usize = 24;
/// Most lines: rows whose cells wrap take more than one.
const LINES: usize = 44;
/// Between columns.
const GAP: usize = 2;
/// However many columns there are, none is narrower.
const NARROWEST: usize = 5;
/// Stands at the end of the broken row.
const MARK: &str = "  <-";

/// A timeline under construction: a column per node, a row per instant, in the order in which it was told. At
/// the end it is the evidence of a failure:
///
/// ```text
///    ms  A        B        lock      store
///     0  acquire           token 33
/// 10000           acquire  token 34
/// 10200           write 5            5, by 34
/// 10300  write 4                     4, by 33  <-
/// ```
#[derive(Clone, Debug)]
pub struct Timeline {
    columns: Vec<String>,
    rows: Vec<Line>,
    /// The next event starts a row, also when it would fit into the last one.
    parted: bool,
    broken: Option<usize>,
}

/// What happened at one instant: a cell per column, empty where nothing did.
#[derive(Clone, Debug)]
struct Line {
    at: Ns,
    cells: Vec<String>,
}

impl Timeline {
    /// An empty timeline with these columns, from left to right.
    #[must_use]
    pub fn new(columns: &[&str]) -> Timeline {
        let columns = columns.iter().map(|name| printable(name)).collect();
        Timeline { columns, rows: Vec::new(), parted: false, broken: None }
    }

    /// Adds an event. It shares the last row when that is of the same instant and has nothing in this column and
    /// those to the right of it: a row is read from left to right. Otherwise it starts a row.
    ///
    /// # Panics
    /// When there is no column of this name.
    pub fn at(&mut self, now: Ns, column: &str, text: impl Into<String>) -> &mut Timeline {
        let name = printable(column);
        let place = self.columns.iter().position(|known| *known == name);
        let place = place.unwrap_or_else(|| panic!("a timeline has no column {name:?}"));
        let shares = |row: &Line| row.at == now && row.cells[place..].iter().all(String::is_empty);
        if self.parted || !self.rows.last().is_some_and(shares) {
            self.rows.push(Line { at: now, cells: vec![String::new(); self.columns.len()] });
            self.parted = false;
        }
        if let Some(row) = self.rows.last_mut() {
            row.cells[place] = printable(&text.into());
        }
        self
    }

    /// The next event starts a row of its own, whatever its instant.
    pub fn part(&mut self) -> &mut Timeline {
        self.parted = true;
        self
    }

    /// Marks the row of the last event as the one where the promise was broken. The first mark counts.
    pub fn broken_here(&mut self) -> &mut Timeline {
        self.broken = self.broken.or(self.rows.len().checked_sub(1));
        self
    }

    /// Whether a row was marked.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// `Ok` when no row was marked, otherwise a failure with this message that shows the timeline.
    pub fn verdict(&self, message: &str) -> Res {
        if self.is_broken() { self.fail(message) } else { Ok(()) }
    }

    /// A failure with this message that shows the timeline, marked or not.
    pub fn fail<T>(&self, message: impl Into<String>) -> Result<T, Fail> {
        fail(message).map_err(|why| Fail { timeline: self.lines(), ..why })
    }

    /// The timeline as text: a header, and the rows in aligned columns, ASCII, at most 72 characters wide. Cells
    /// that are too long go on below, and what is left out is said.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let latest = self.rows.iter().map(|row| row.at).max().unwrap_or(0);
        let (unit, name) = if latest < MS { (1, "ns") } else { (MS, "ms") };
        let times: Vec<String> = self.rows.iter().map(|row| time(row.at, unit)).collect();
        let clock = times.iter().map(String::len).max().unwrap_or(0).max(name.len());
        let widths = self.widths(clock);
        let line =
            |time: &str, cells: &[String], mark: &str| row(&format!("{time:>clock$}"), cells, &widths, mark);

        let header = line(name, &self.columns, "");
        let mut most = ROWS;
        loop {
            let mut lines = header.clone();
            let mut next = 0;
            for i in kept(self.rows.len(), self.broken, most) {
                if i > next {
                    lines.push(format!("{:clock$}  ... {} rows left out ...", "", i - next));
                }
                let mark = if self.broken == Some(i) { MARK } else { "" };
                lines.extend(line(&times[i], &self.rows[i].cells, mark));
                next = i + 1;
            }
            if lines.len() <= LINES || most <= 6 {
                return lines;
            }
            most -= 1;
        }
    }

    /// How wide each column is: what it needs, or an equal share of what those leave that need less.
    fn widths(&self, clock: usize) -> Vec<usize> {
        let cells = |i: usize| self.rows.iter().map(move |row| &row.cells[i]).chain([&self.columns[i]]);
        let needs = (0..self.columns.len()).map(|i| cells(i).map(String::len).max().unwrap_or(0));
        let needs: Vec<usize> = needs.collect();
        let taken = clock + needs.len() * GAP + if self.is_broken() { MARK.len() } else { 0 };
        let mut left = WIDTH.saturating_sub(taken);
        let mut by_need: Vec<usize> = (0..needs.len()).collect();
        by_need.sort_by_key(|i| needs[*i]);
        let mut widths = vec![0; needs.len()];
        for (done, i) in by_need.into_iter().enumerate() {
            let share = left / (needs.len() - done);
            widths[i] = needs[i].min(share.max(NARROWEST));
            left = left.saturating_sub(widths[i]);
        }
        widths
    }
}

/// Which of `rows` are shown: all, or the first, the last and those around the broken one; most of these stand
/// before it. A cut leaves out two rows at least, since it takes a line itself.
fn kept(rows: usize, broken: Option<usize>, most: usize) -> Vec<usize> {
    if rows <= most {
        return (0..rows).collect();
    }
    // Two lines may go to what is said of the cuts.
    let room = most - 2;
    let (ends, around) = if broken.is_some() { (room / 4, room - room / 4 * 2) } else { (room / 2, 0) };
    let from = broken.unwrap_or(0).saturating_sub(around * 2 / 3).clamp(ends, rows - ends - around);
    let near = |i: usize| broken.is_some() && (from..from + around).contains(&i);
    let shown = |i: usize| i < ends || i + ends >= rows || near(i);
    (0..rows).filter(|i| shown(*i) || *i > 0 && *i + 1 < rows && shown(i - 1) && shown(i + 1)).collect()
}

/// The lines of a row: its cells beside each other, each wrapped inside its column.
fn row(time: &str, cells: &[String], widths: &[usize], mark: &str) -> Vec<String> {
    let wrapped: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let blank = String::new();
    (0..height)
        .map(|n| {
            let mut line = if n == 0 { time.to_string() } else { " ".repeat(time.len()) };
            for (cell, width) in wrapped.iter().zip(widths) {
                line += &format!("{:GAP$}{:width$}", "", cell.get(n).unwrap_or(&blank));
            }
            let end = if n == 0 { mark } else { "" };
            format!("{}{end}", line.trim_end())
        })
        .collect()
}

/// Words on lines of at most `width`; a word that is longer is broken.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => {
                let pieces = word.as_bytes().chunks(width.max(1));
                lines.extend(pieces.map(|piece| String::from_utf8_lossy(piece).into_owned()));
            }
        }
    }
    lines
}

/// In units of `unit`, exactly: `10000`, `0.25`.
fn time(at: Ns, unit: Ns) -> String {
    let (whole, rest) = (at / unit, at % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = unit.ilog10() as usize;
    format!("{whole}.{}", format!("{rest:0digits$}").trim_end_matches('0'))
}

/// One line of ASCII.
fn printable(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Timeline, WIDTH, kept, time};
    use crate::{MS, Rng};

    /// Everything that holds for every timeline.
    fn checked(timeline: &Timeline) -> Vec<String> {
        let lines = timeline.lines();
        for line in &lines {
            assert!(line.len() <= WIDTH && line.is_ascii() && line.trim_end() == line, "{line:?}");
        }
        assert!(lines.len() <= super::LINES, "{lines:#?}");
        let marks = lines.iter().filter(|line| line.ends_with("<-")).count();
        assert_eq!(marks, usize::from(timeline.is_broken()), "{lines:#?}");
        lines
    }

    #[test]
    fn a_column_per_node_and_a_row_per_instant() {
        let mut timeline = Timeline::new(&["A", "B", "lock", "store"]);
        timeline.at(0, "A", "acquire").at(0, "lock", "token 33");
        timeline.at(10_000 * MS, "B", "acquire").at(10_000 * MS, "lock", "token 34");
        timeline.at(10_200 * MS + 500_000, "B", "write 5").at(10_200 * MS + 500_000, "store", "5, by 34");
        timeline.at(10_300 * MS, "A", "write 4").at(10_300 * MS, "store", "4, by 33").broken_here();
        assert_eq!(
            checked(&timeline),
            [
                "     ms  A        B        lock      store",
                "      0  acquire           token 33",
                "  10000           acquire  token 34",
                "10200.5           write 5            5, by 34",
                "  10300  write 4                     4, by 33  <-",
            ]
        );
    }

    #[test]
    fn a_row_is_read_from_left_to_right() {
        let mut timeline = Timeline::new(&["A", "B"]);
        timeline.at(5, "B", "one").at(5, "A", "two").at(5, "B", "three").at(5, "B", "four").part();
        timeline.at(5, "A", "five").part().at(5, "B", "six").at(3, "A", "seven");
        assert_eq!(
            checked(&timeline),
            [
                "ns  A      B",
                " 5         one",
                " 5  two    three",
                " 5         four",
                " 5  five",
                " 5         six",
                " 3  seven",
            ]
        );
    }

    #[test]
    fn long_cells_go_on_inside_their_column_and_short_columns_keep_their_width() {
        let mut timeline = Timeline::new(&["A", "B", "store"]);
        timeline.at(0, "A", "read 4").at(
            0,
            "B",
            "a sentence of some length that does not fit beside the others",
        );
        timeline.at(0, "store", format!("the value of seven words {}", "x".repeat(60))).broken_here();
        assert_eq!(
            checked(&timeline),
            [
                "ns  A       B                            store",
                " 0  read 4  a sentence of some length    the value of seven words  <-",
                "            that does not fit beside     xxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "            the others                   xxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "                                         xxxxxx",
            ]
        );
    }

    #[test]
    fn the_first_mark_makes_it_a_failure() {
        let mut timeline = Timeline::new(&["A"]);
        assert!(timeline.broken_here().verdict("unused").is_ok());
        assert_eq!(checked(&timeline), ["ns  A"]);
        timeline.at(1, "A", "fine");
        assert!(timeline.verdict("unused").is_ok());
        timeline.at(2, "A", "bad").broken_here().at(3, "A", "worse").broken_here();
        let why = timeline.verdict("a promise").expect_err("it is marked");
        assert_eq!((why.message.as_str(), why.timeline.len()), ("a promise", 4));
        assert_eq!(checked(&timeline)[2], " 2  bad  <-");
        assert!(Timeline::new(&["A"]).at(0, "A", "fine").fail::<()>("all the same").is_err());
    }

    #[test]
    fn a_long_timeline_keeps_its_ends_and_the_broken_row_and_says_what_it_cut() {
        let long = |rows: u64, broken: u64| {
            let mut timeline = Timeline::new(&["A"]);
            for i in 0..rows {
                timeline.at(i, "A", format!("step {i}"));
                if i == broken {
                    timeline.broken_here();
                }
            }
            checked(&timeline)
        };
        assert_eq!(long(24, 99).len(), 25);
        let lines = long(100, 99);
        assert_eq!(
            (lines.len(), lines[1].as_str(), lines[23].as_str()),
            (24, " 0  step 0", "99  step 99  <-")
        );
        let lines = long(100, 1000);
        assert_eq!(lines[11..14], ["10  step 10", "    ... 78 rows left out ...", "89  step 89"]);
        let lines = long(100, 50);
        assert!(lines.contains(&"50  step 50  <-".to_string()) && lines.contains(&"49  step 49".to_string()));
        assert_eq!(lines.iter().filter(|line| line.contains("left out")).count(), 2);
    }

    #[test]
    fn a_cut_is_worth_its_line() {
        for rows in 0..60 {
            for broken in (0..rows).map(Some).chain([None]) {
                for most in 6..=24 {
                    let shown = kept(rows, broken, most);
                    let cuts = shown.windows(2).filter(|pair| pair[1] - pair[0] > 1).count();
                    assert!(shown.len() + cuts <= most && shown.windows(2).all(|pair| pair[0] < pair[1]));
                    assert!(shown.windows(2).all(|pair| pair[1] - pair[0] != 2));
                    assert!(rows == 0 || (shown[0], shown[shown.len() - 1]) == (0, rows - 1));
                    assert!(broken.is_none_or(|row| shown.contains(&row)));
                }
            }
        }
    }

    #[test]
    fn times_are_exact_and_in_ms_from_a_millisecond_on() {
        assert_eq!([time(0, MS), time(MS, MS), time(MS / 4, MS)], ["0", "1", "0.25"]);
        assert_eq!(time(u64::MAX, MS), "18446744073709.551615");
        assert_eq!(checked(Timeline::new(&["A"]).at(MS - 1, "A", "x"))[1], "999999  x");
        assert_eq!(checked(Timeline::new(&["A"]).at(1, "A", "x").at(MS, "A", "y"))[1], "0.000001  x");
    }

    #[test]
    fn whatever_the_cells_hold_the_text_stays_in_its_bounds() {
        let mut rng = Rng::new(7);
        let names = ["A", "B", "n3", "lock\nserver", "the st\u{f6}re", "6"];
        for _ in 0..300 {
            let columns: &[&str] = &names[..=rng.below(6) as usize];
            let mut timeline = Timeline::new(columns);
            for _ in 0..rng.below(60) {
                let text: String = (0..rng.below(80))
                    .map(|_| *rng.pick(&['a', 'b', 'c', ' ', '\n', '\u{1f980}', '\t', '-']))
                    .collect();
                let column = columns[rng.below(columns.len() as u64) as usize];
                timeline.at(rng.next_u64() >> rng.below(64), column, text);
                if rng.chance(0.03) {
                    timeline.broken_here();
                }
            }
            let lines = timeline.lines();
            assert!(lines.iter().all(|line| line.len() <= WIDTH && line.is_ascii()), "{lines:#?}");
            assert_eq!(
                lines.iter().filter(|line| line.ends_with("<-")).count(),
                usize::from(timeline.is_broken())
            );
        }
    }

    #[test]
    #[should_panic(expected = "no column \"C\"")]
    fn a_column_that_is_not_there_is_the_check_s_mistake() {
        Timeline::new(&["A"]).at(0, "C", "lost");
    }
}
