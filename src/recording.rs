//! The last run's series of each exercise, kept so that they can be looked at again: `.drill/series/` in the
//! workspace. Scratch, not progress: it may be removed at any time, and the next run writes it anew.

use crate::failure::Failure;
use crate::fsx;
use crate::progress::moment::Moment;
use crate::verdict::{Bound, Mark, Score, Series, Verdict};
use crate::workspace::Workspace;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::SystemTime;

const FORMAT: u32 = 1;
const FOLDER: &str = "series";
/// The kit writes at most 1,000 points a series and 30 series a check: far more than anybody looks at.
const MOST_POINTS: usize = 100_000;
/// That many points take a tenth of this.
const MOST_BYTES: u64 = 32 << 20;

/// What one run recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    pub exercise: String,
    pub at: Moment,
    /// The verdict's word.
    pub verdict: String,
    /// Checks that passed, and all.
    pub tally: (usize, usize),
    pub scorecard: Vec<Score>,
    pub series: Vec<Series>,
}

impl Recording {
    /// What is worth keeping of a verdict; `None` when it has no series.
    pub fn of(verdict: &Verdict, at: SystemTime) -> Option<Recording> {
        let mut points = 0;
        let kept = verdict.series.iter().take_while(|s| {
            points += s.points.len();
            points <= MOST_POINTS
        });
        let series: Vec<Series> = kept.cloned().collect();
        (!series.is_empty()).then(|| Recording {
            exercise: verdict.exercise.clone(),
            at: at.into(),
            verdict: verdict.outcome.word().to_string(),
            tally: verdict.tally(),
            scorecard: verdict.scorecard.clone(),
            series,
        })
    }

    /// Puts it in the place of the one before.
    pub fn keep(&self, workspace: &Workspace) -> Result<(), Failure> {
        fsx::create_dir_all(&workspace.private(FOLDER))?;
        fsx::write_replaceable(&place(workspace, &self.exercise), self.encode())
    }

    /// What the last run of an exercise that had series recorded.
    pub fn load(workspace: &Workspace, exercise: &str) -> Result<Option<Recording>, Failure> {
        let path = place(workspace, exercise);
        if !path.exists() {
            return Ok(None);
        }
        let recording = Recording::decode(&fsx::read_text(&path, MOST_BYTES)?);
        match recording.filter(|r| r.exercise == exercise) {
            Some(recording) => Ok(Some(recording)),
            None => Err(Failure::environment(format!("`{}` is damaged", path.display()))
                .help(format!("`drill run {exercise}` writes it anew"))),
        }
    }

    fn encode(&self) -> String {
        let file = File {
            format: FORMAT,
            exercise: self.exercise.clone(),
            at: self.at.to_string(),
            verdict: self.verdict.clone(),
            passed: self.tally.0,
            checks: self.tally.1,
            scorecard: self.scorecard.iter().map(Line::of).collect(),
            series: self.series.iter().map(Curve::of).collect(),
        };
        // Strings, numbers and lists only: this can't fail.
        serde_json::to_string(&file).unwrap_or_default() + "\n"
    }

    /// `None` for what drill did not write.
    fn decode(text: &str) -> Option<Recording> {
        let file: File = serde_json::from_str(text).ok()?;
        (file.format == FORMAT).then_some(())?;
        Some(Recording {
            exercise: file.exercise,
            at: Moment::parse(&file.at)?,
            verdict: file.verdict,
            tally: (file.passed, file.checks),
            scorecard: file.scorecard.into_iter().map(Line::into_score).collect(),
            series: file.series.into_iter().map(Curve::into_series).collect(),
        })
    }
}

/// `.drill/series/<topic>.<nn-name>.json`; no part of an id has a dot.
fn place(workspace: &Workspace, exercise: &str) -> PathBuf {
    workspace.private(FOLDER).join(format!("{}.json", exercise.replace('/', ".")))
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    exercise: String,
    at: String,
    verdict: String,
    passed: usize,
    checks: usize,
    scorecard: Vec<Line>,
    series: Vec<Curve>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    check: String,
    metric: String,
    value: Option<f64>,
    unit: String,
    at_most: bool,
    limit: f64,
    pass: bool,
    naive: Option<f64>,
    reference: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct Curve {
    check: String,
    name: String,
    unit: String,
    points: Vec<(u64, Option<f64>)>,
    /// From, to, label.
    #[serde(default)]
    marks: Vec<(u64, u64, String)>,
}

impl Line {
    fn of(score: &Score) -> Line {
        let Score { check, metric, value, unit, bound, limit, pass, naive, reference } = score.clone();
        let at_most = bound == Bound::AtMost;
        Line { check, metric, value, unit, at_most, limit, pass, naive, reference }
    }

    fn into_score(self) -> Score {
        let Line { check, metric, value, unit, at_most, limit, pass, naive, reference } = self;
        let bound = if at_most { Bound::AtMost } else { Bound::AtLeast };
        Score { check, metric, value, unit, bound, limit, pass, naive, reference }
    }
}

impl Curve {
    fn of(series: &Series) -> Curve {
        let Series { check, name, unit, points, marks } = series.clone();
        let marks = marks.into_iter().map(|m| (m.from_ns, m.to_ns, m.label)).collect();
        Curve { check, name, unit, points, marks }
    }

    fn into_series(self) -> Series {
        let Curve { check, name, unit, points, marks } = self;
        let mark = |(from_ns, to_ns, label)| Mark { from_ns, to_ns, label };
        let marks = marks.into_iter().map(mark).collect();
        Series { check, name, unit, points, marks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Outcome, Output};
    use std::time::{Duration, UNIX_EPOCH};

    fn verdict(series: Vec<Series>) -> Verdict {
        Verdict {
            exercise: "queue/03-lab".to_string(),
            file: "exercises/queue/03-lab.rs".to_string(),
            outcome: Outcome::Failed,
            checks: Vec::new(),
            scorecard: vec![Score {
                check: "depth".to_string(),
                metric: "depth, peak".to_string(),
                value: None,
                unit: "jobs".to_string(),
                bound: Bound::AtMost,
                limit: 0.1,
                pass: false,
                naive: Some(3.5),
                reference: None,
            }],
            series,
            diagnostics: Vec::new(),
            belief: None,
            output: Output::default(),
            took: Duration::ZERO,
        }
    }

    fn series(points: usize) -> Series {
        let points = (0..points as u64).map(|at| (at, (at % 2 == 0).then_some(0.1))).collect();
        Series {
            check: "depth".to_string(),
            name: "depth \"now\"".to_string(),
            unit: "jobs".to_string(),
            points,
            marks: vec![Mark { from_ns: 1, to_ns: 2, label: "too \"deep\"".to_string() }],
        }
    }

    fn workspace(dir: &tempfile::TempDir) -> Workspace {
        std::fs::create_dir(dir.path().join(".drill")).unwrap();
        Workspace::at(dir.path()).unwrap()
    }

    #[test]
    fn a_recording_reads_back_as_it_was_and_replaces_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = workspace(&dir);
        assert_eq!(Recording::load(&workspace, "queue/03-lab").unwrap(), None);
        for points in [9, 4] {
            let recording = Recording::of(&verdict(vec![series(points)]), UNIX_EPOCH).unwrap();
            recording.keep(&workspace).unwrap();
            assert_eq!(Recording::load(&workspace, "queue/03-lab").unwrap(), Some(recording));
        }
        assert_eq!(fsx::names(&dir.path().join(".drill/series")).unwrap(), ["queue.03-lab.json"]);
        assert_eq!(Recording::load(&workspace, "queue/02-other").unwrap(), None);
    }

    #[test]
    fn without_series_nothing_is_kept_and_too_many_are_cut() {
        assert_eq!(Recording::of(&verdict(Vec::new()), UNIX_EPOCH), None);
        let recording = Recording::of(&verdict(vec![series(60_000), series(60_000)]), UNIX_EPOCH).unwrap();
        assert_eq!(recording.series.len(), 1);
        assert!((recording.encode().len() as u64) < MOST_BYTES);
    }

    #[test]
    fn damage_is_said_with_what_mends_it() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = workspace(&dir);
        let text = Recording::of(&verdict(vec![series(4)]), UNIX_EPOCH).unwrap().encode();
        std::fs::create_dir(dir.path().join(".drill/series")).unwrap();
        for damaged in [
            "",
            "{}",
            &text[..text.len() / 2],
            &text.replace("queue/", "other/"),
            &text.replace(":1,", ":2,"),
        ] {
            std::fs::write(place(&workspace, "queue/03-lab"), damaged).unwrap();
            let failure = Recording::load(&workspace, "queue/03-lab").unwrap_err();
            assert!(failure.message.ends_with("is damaged"), "{failure}");
            assert_eq!(failure.help, ["`drill run queue/03-lab` writes it anew"]);
        }
    }
}
