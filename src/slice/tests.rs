//! Reading, writing and applying slices.

use super::query;
use super::*;
use crate::content::load::load;
use crate::content::source::Source;

fn atlas() -> Atlas {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/atlas-small");
    load(&Source::Folder(root)).0
}

fn read(text: &str) -> Slice {
    query::read(text).unwrap()
}

#[track_caller]
fn leaves(text: &str, expected: &[&str]) {
    let atlas = atlas();
    let slice = read(text).checked(&atlas).unwrap();
    let ids: Vec<_> = slice.topics(&atlas).iter().map(|t| t.id.as_str()).collect();
    assert_eq!(ids, expected, "{text}");
}

#[test]
fn a_query_is_read_and_written_in_one_way() {
    let cases = [
        ("", "?"),
        ("?", "?"),
        ("?q=", "?"),
        ("tag=b&tag=a&q=two++words&family=f", "?q=two+words&family=f&tag=b&tag=a"),
        ("?q=caf%C3%A9+%26+it%27s", "?q=caf%C3%A9+%26+it%27s"),
        ("https://x.example/topics?kind=trade-off#top", "?kind=trade-off"),
        ("?q=100%", "?q=100%25"),
        ("?q=%zz%f", "?q=%25zz%25f"),
        ("?q=%ff", "?q=%EF%BF%BD"),
        ("?%71=a&&", "?q=a"),
        ("?family=a&family=b", "?family=b"),
    ];
    for (text, canonical) in cases {
        assert_eq!(read(text).to_string(), canonical, "{text}");
        assert_eq!(read(canonical), read(text), "{text}");
    }
}

#[test]
fn any_words_survive_the_way_through_a_query() {
    for word in ["a", "ü", "漢", "%41", "a+b", "'\"\\", "&=?#", "\u{1b}[31m", "~-._"] {
        let slice = Slice { words: vec![word.to_string()], tags: vec![word.to_string()], ..Slice::default() };
        assert_eq!(read(&slice.to_string()), slice);
    }
}

#[test]
fn unknown_keys_and_values_are_named_with_a_guess() {
    let failure = query::read("?famly=x").unwrap_err();
    assert_eq!(failure.message, "a slice has no key `famly`");
    assert_eq!(failure.help, ["did you mean `family`?"]);
    let failure = read("?kind=foundatoin").checked(&atlas()).unwrap_err();
    assert_eq!(failure.message, "no kind is called `foundatoin`");
    assert_eq!(failure.help[0], "did you mean `foundation`?");
    let failure = read("?tag=lock").checked(&atlas()).unwrap_err();
    assert_eq!(failure.help[0], "did you mean `lock-free`?");
    assert_eq!(failure.status, crate::failure::Status::Usage);
}

#[test]
fn filters_combine_with_and() {
    leaves("?", &["ring-buffer", "back-pressure", "work-stealing"]);
    leaves("?family=queueing", &["ring-buffer", "back-pressure"]);
    leaves("?family=queueing&tag=overload", &["back-pressure"]);
    leaves("?tag=lock-free", &["ring-buffer", "work-stealing"]);
    leaves("?tag=lock-free&tag=deque", &["work-stealing"]);
    leaves("?path=workers", &["ring-buffer", "work-stealing"]);
    leaves("?path=queues-core", &["ring-buffer", "back-pressure"]);
    leaves("?path=Queues", &["ring-buffer", "back-pressure"]);
    leaves("?kind=trade-off&difficulty=intro", &[]);
}

#[test]
fn every_word_must_stand_somewhere() {
    leaves("?q=IDLE", &["work-stealing"]);
    leaves("?q=lock-free+deque", &["work-stealing"]);
    leaves("?q=trade-off", &["work-stealing"]);
    // By a path's alias, and by the title of a topic that it builds on.
    leaves("?q=queues-core", &["ring-buffer", "back-pressure"]);
    leaves("?q=stealing", &["ring-buffer", "back-pressure", "work-stealing"]);
    leaves("?q=fair-queue", &["back-pressure"]);
    leaves("?q=idle+nonsense", &[]);
}

#[test]
fn each_choice_says_what_it_would_leave() {
    let atlas = atlas();
    let slice = read("?family=queueing&tag=queue");
    let shown = |facet| {
        let choices = slice.choices(facet, &atlas);
        let all: Vec<String> = choices
            .iter()
            .map(|c| format!("{}{} {}", if c.is_chosen { "*" } else { "" }, c.value, c.leaves))
            .collect();
        all.join(", ")
    };
    assert_eq!(shown(Facet::Family), "*queueing 2");
    assert_eq!(shown(Facet::Kind), "foundation 1, building-block 1");
    assert_eq!(shown(Facet::Path), "queues 2, workers 1");
    assert_eq!(shown(Facet::Tag), "lock-free 1, memory 1, overload 1, *queue 2");
}

#[test]
fn planned_topics_are_found_by_id_family_and_path() {
    let atlas = atlas();
    assert_eq!(read("?q=fair").planned(&atlas), ["fair-queue"]);
    assert_eq!(read("?path=queues").planned(&atlas), ["fair-queue"]);
    assert_eq!(read("?family=scheduling").planned(&atlas), [""; 0]);
    assert_eq!(read("?tag=queue").planned(&atlas), [""; 0]);
}

#[test]
fn a_slice_that_leaves_nothing_can_be_relaxed_filter_by_filter() {
    let slice = read("?q=idle+x&kind=foundation&tag=queue");
    let names: Vec<String> = slice.relaxed().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["`idle`", "`x`", "`--kind foundation`", "`--tag queue`"]);
    assert_eq!(slice.relaxed()[1].1.to_string(), "?q=idle&kind=foundation&tag=queue");
}
