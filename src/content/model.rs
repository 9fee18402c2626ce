//! What there is to learn, valid by construction: the atlas, its topics, exercises and paths.

use std::time::Duration;

/// All there is to learn.
#[derive(Clone, Debug, Default)]
pub struct Atlas {
    pub families: Vec<Family>,
    /// The topics that exist, in the atlas's order.
    pub topics: Vec<Topic>,
    /// Declared, but not written yet, in the atlas's order.
    pub planned: Vec<Planned>,
    pub paths: Vec<Path>,
    /// Anchors of the sections that every write-up must have.
    pub sections: Vec<String>,
    /// Shown before the first exercise; a foreign pack may have one.
    pub welcome: Option<String>,
    /// Shown when everything is done.
    pub farewell: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Family {
    pub id: String,
    pub title: String,
    pub summary: String,
    /// Topic ids, also planned ones.
    pub topics: Vec<String>,
}

/// A topic that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub id: String,
    pub family: String,
}

/// A curated order through topics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    pub id: String,
    pub aliases: Vec<String>,
    pub title: String,
    pub summary: String,
    /// Topic ids in the order to walk them, also planned ones.
    pub topics: Vec<String>,
}

/// A deep dive: a write-up, exercises and a quiz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub family: String,
    pub kind: Kind,
    pub difficulty: Difficulty,
    pub tags: Vec<String>,
    pub builds_on: Vec<String>,
    pub unlocks: Vec<String>,
    pub related: Vec<String>,
    pub exercises: Vec<Exercise>,
    pub opening: Opening,
    pub has_quiz: bool,
}

/// What is read before a topic's exercises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    WriteUp,
    /// The atlas's welcome message: a foreign pack has no write-up.
    Welcome,
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// `<topic>/<nn-name>`; in a foreign pack `<pack>/<name>`.
    pub id: String,
    pub title: String,
    pub mode: Mode,
    /// What a learner should plan for; 0: nobody says.
    pub minutes: u64,
    /// One sentence, shown on a pass; empty in a foreign pack.
    pub learned: String,
    /// The write-up's section to read before, as an anchor.
    pub read: Option<String>,
    /// Each more concrete than the one before: three, or what a foreign pack has, which is one or none.
    pub hints: Vec<String>,
    pub lab: bool,
    /// rustc's `opt-level` for the learner's file and the checks, 0 or 1.
    pub opt_level: u8,
    pub limits: Limits,
    /// How it is judged where it has no hidden checks: an exercise of a rustlings pack.
    pub foreign: Option<Foreign>,
}

/// An exercise as rustlings knows it: a file that is to compile, run to its end, and pass its own tests and clippy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreign {
    /// Its folder inside of `exercises/` and `solutions/`.
    pub dir: Option<String>,
    /// Whether its `#[test]`s are run.
    pub test: bool,
    /// Whether clippy's warnings count as errors.
    pub strict_clippy: bool,
    /// It is meant to be solved as it is given.
    pub skip_check_unsolved: bool,
}

/// What one run of the checks may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time of one check.
    pub check_cpu: Duration,
    /// Heap and other private memory of the process, in MiB.
    pub memory_mib: u64,
}

impl Limits {
    pub fn of(lab: bool) -> Limits {
        Limits { check_cpu: Duration::from_secs(if lab { 10 } else { 2 }), memory_mib: 1024 }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            pub fn from_word(word: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|v| v.word() == word)
            }
        }
    };
}

words! {
    /// What the learner does in an exercise.
    Mode { Implement = "implement", Repair = "repair", Tune = "tune", Attack = "attack" }
}
words! {
    Kind {
        Foundation = "foundation", BuildingBlock = "building-block",
        EndToEndDesign = "end-to-end-design", TradeOff = "trade-off",
    }
}
words! {
    Difficulty { Intro = "intro", Intermediate = "intermediate", Advanced = "advanced" }
}

impl Exercise {
    /// `token-bucket-gcra` of `token-bucket-gcra/01-lazy-refill`.
    pub fn topic(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// `01-lazy-refill` of `token-bucket-gcra/01-lazy-refill`.
    pub fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or_default()
    }

    /// Where the stub is, in content and in a workspace alike.
    pub fn stub_path(&self) -> String {
        format!("exercises/{}.rs", self.place())
    }

    pub fn solution_path(&self) -> String {
        format!("solutions/{}.rs", self.place())
    }

    /// The README of its folder in a foreign pack, which may not be there.
    pub fn readme_path(&self) -> Option<String> {
        let dir = self.foreign.as_ref()?.dir.as_ref()?;
        Some(format!("exercises/{dir}/README.md"))
    }

    /// Where its files are, without the ending.
    fn place(&self) -> String {
        match &self.foreign {
            None => self.id.clone(),
            Some(Foreign { dir: Some(dir), .. }) => format!("{dir}/{}", self.name()),
            Some(Foreign { dir: None, .. }) => self.name().to_string(),
        }
    }

    pub fn checks_path(&self) -> String {
        format!("checks/{}.rs", self.id)
    }

    pub fn variants_path(&self) -> String {
        format!("checks/{}.toml", self.id)
    }
}

impl Topic {
    pub fn manifest_path(&self) -> String {
        format!("exercises/{}/topic.toml", self.id)
    }

    pub fn write_up_path(&self) -> String {
        format!("exercises/{}/README.md", self.id)
    }

    pub fn quiz_path(&self) -> String {
        format!("exercises/{}/quiz.toml", self.id)
    }
}

impl Atlas {
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|t| t.id == id)
    }

    pub fn exercise(&self, id: &str) -> Option<&Exercise> {
        self.exercises().find(|e| e.id == id)
    }

    /// By id or alias.
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.paths.iter().find(|p| p.id == name || p.aliases.iter().any(|a| a == name))
    }

    /// Every exercise, in the atlas's order.
    pub fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.topics.iter().flat_map(|t| &t.exercises)
    }

    /// What a topic's page offers next: declared, plus every topic that builds on it. Planned ones included.
    pub fn unlocked_by(&self, topic: &Topic) -> Vec<String> {
        let mut next = topic.unlocks.clone();
        for other in &self.topics {
            if other.builds_on.contains(&topic.id) && !next.contains(&other.id) {
                next.push(other.id.clone());
            }
        }
        next
    }
}
