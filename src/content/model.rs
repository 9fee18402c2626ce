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
    pub has_quiz: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// `<topic>/<nn-name>`.
    pub id: String,
    pub title: String,
    pub mode: Mode,
    /// What a learner should plan for.
    pub minutes: u64,
    /// One sentence, shown on a pass.
    pub learned: String,
    /// The write-up's section to read before, as an anchor.
    pub read: Option<String>,
    /// Each more concrete than the one before.
    pub hints: [String; 3],
    pub lab: bool,
    /// rustc's `opt-level` for the learner's file and the checks, 0 or 1.
    pub opt_level: u8,
    pub limits: Limits,
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
        format!("exercises/{}.rs", self.id)
    }

    pub fn solution_path(&self) -> String {
        format!("solutions/{}.rs", self.id)
    }

    pub fn checks_path(&self) -> String {
        format!("checks/{}.rs", self.id)
    }

    pub fn variants_path(&self) -> String {
        format!("checks/{}.toml", self.id)
    }
}

impl Topic {
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
