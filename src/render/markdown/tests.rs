//! What documents look like, character by character.

use super::*;
use crate::render::layout;

const UNICODE: Theme = Theme { color: false, unicode: true };
const COLORED: Theme = Theme { color: true, unicode: true };

const DOC: &str = "\
# The *small* document

Some **bold text that goes on** and `inline code` with a [link](https://a.example/x), a
hard  
break, caf&eacute; &amp; <https://b.example>, see [below](#tables) and a note[^n].

- one
- two is a longer item that wraps at forty columns
  1. nested `a b`
  2. again

> Quoted text.
>
> ```rust
> let x = 1;
> ```

## Tables

| name | n | what it does |
|:-----|---|:------------:|
| `gcra` | 12 | keeps one word, and nothing else at all |
| log | 3,000 | <b>exact</b><br>big |

[^n]: The note, with [a second link][ref].

[ref]: https://c.example/y
";

#[test]
fn a_document_at_40_columns() {
    let expected = "\
The small document
══════════════════

Some bold text that goes on and
`inline code` with a link[1], a hard
break, café & https://b.example, see
below (#tables) and a note[^n].

• one
• two is a longer item that wraps at
  forty columns
  1. nested `a b`
  2. again

┃ Quoted text.
┃
┃ │ let x = 1;

[^n] The note, with a second link[2].

[1] https://a.example/x
[2] https://c.example/y

Tables
──────

name   │     n │      what it does
───────┼───────┼────────────────────────
`gcra` │    12 │   keeps one word, and
       │       │   nothing else at all
       │       │
log    │ 3,000 │      <b>exact</b>
       │       │           big
";
    assert_eq!(markdown(DOC, 40, UNICODE), expected);
}

#[test]
fn a_document_at_80_columns_without_colours_and_symbols() {
    let expected = "\
The small document
==================

Some bold text that goes on and `inline code` with a link[1], a hard
break, café & https://b.example, see below (#tables) and a note[^n].

* one
* two is a longer item that wraps at forty columns
  1. nested `a b`
  2. again

> Quoted text.
>
> | let x = 1;

[^n] The note, with a second link[2].

[1] https://a.example/x
[2] https://c.example/y

Tables
------

name   |     n |              what it does
-------+-------+----------------------------------------
`gcra` |    12 | keeps one word, and nothing else at all
       |       |
log    | 3,000 |              <b>exact</b>
       |       |                   big
";
    assert_eq!(markdown(DOC, 80, Theme::plain()), expected);
}

#[test]
fn every_line_opens_and_closes_its_own_styles() {
    let text = "**bold text that goes on over a line** and *`mixed` looks*\n\n> `quoted code`\n";
    let expected = "\
\x1b[1mbold text that goes\x1b[0m
\x1b[1mon over a line\x1b[0m and
\x1b[3m\x1b[36mmixed\x1b[0m\x1b[0m \x1b[3mlooks\x1b[0m

\x1b[2m┃\x1b[0m \x1b[36mquoted code\x1b[0m
";
    assert_eq!(markdown(text, 20, COLORED), expected);
    for line in markdown(DOC, 40, COLORED).lines() {
        let opened = line.matches("\x1b[").count();
        assert!(opened.is_multiple_of(2) && (opened == 0 || line.contains("\x1b[0m")), "{line:?}");
    }
}

#[test]
fn colours_change_no_column() {
    let strip = |text: String| {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('\x1b') {
            out += before;
            rest = after.split_once('m').unwrap().1;
        }
        out + rest
    };
    let text = "A *b* **c** [d](e)\n\n| a | b |\n|--|--|\n| *c* | d |\n";
    assert_eq!(strip(markdown(text, 30, COLORED)), markdown(text, 30, UNICODE));
}

#[test]
fn code_is_never_wrapped_and_keeps_its_spaces() {
    let text = "```text\na  very long line of code\n\n  end\n```\n\n    indented\n";
    let expected = "│ a  very long line of code\n│\n│   end\n\n│ indented\n";
    assert_eq!(markdown(text, 10, UNICODE), expected);
}

#[test]
fn a_table_is_fitted_so_that_it_is_short() {
    let text = "\
| what | effect | answer |
|---|---|---|
| clock steps back | the same interval is earned twice | never move it |
| full | none | `a_name_that_is_longer_than_its_column` |
";
    let expected = "\
what       │ effect            │ answer
───────────┼───────────────────┼────────────────────
clock      │ the same interval │ never move it
steps back │ is earned twice   │
           │                   │
full       │ none              │ `a_name_that_is_lon
           │                   │ ger_than_its_column
           │                   │ `
";
    assert_eq!(markdown(text, 52, UNICODE), expected);
}

#[test]
fn a_table_that_cannot_be_side_by_side_becomes_records() {
    let text = "| a | b | c | d |\n|--|--|--|--|\n| 1 | 2 | 3 | 4 |\n| 5 | 6 | 7 | 8 |\n";
    let expected = "a: 1\nb: 2\nc: 3\nd: 4\n\na: 5\nb: 6\nc: 7\nd: 8\n";
    assert_eq!(markdown(text, 20, UNICODE), expected);
}

#[test]
fn nothing_but_code_and_long_words_is_wider_than_asked() {
    for width in [24, 40, 80, 100] {
        for line in markdown(DOC, width, UNICODE).lines() {
            assert!(layout::width(line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn control_characters_and_html_are_shown_not_obeyed() {
    let shown = markdown("a\x1b[31m &#27; `\x07` <script>x</script>\n\n<div>\x1b</div>\n", 80, COLORED);
    assert!(shown.contains("a\\u{1b}[31m \\u{1b}"), "{shown}");
    assert!(shown.contains("\\u{7}") && shown.contains("<script>x</script>"), "{shown}");
    assert!(shown.contains("<div>\\u{1b}</div>"), "{shown}");
    assert!(!shown.contains("\x1b[31m"));
    assert_eq!(markdown("<!-- a remark -->\n\ntext <!-- more -->\n", 80, UNICODE), "text\n");
}

#[test]
fn wide_characters_count_two_and_may_break_anywhere() {
    assert_eq!(markdown("漢字漢字漢字", 6, UNICODE), "漢字漢\n字漢字\n");
    let table = markdown("| 漢字 | b |\n|--|--|\n| a | c |\n", 80, UNICODE);
    assert_eq!(table, "漢字 │ b\n─────┼──\na    │ c\n");
}

#[test]
fn any_text_at_any_width_is_survived() {
    let deep = [">".repeat(4000), "- ".repeat(2000), "1. ".repeat(900), "*".repeat(3000), "[".repeat(3000)];
    for text in deep {
        markdown(&(text + " x"), 20, COLORED);
    }
    for text in
        ["", "\n", "|", "|--|", "| |\n|-|\n", "# ", "```", "[^a]: [^a]", "[^a]\n\n[^a]: [^a]", "- ", "<!--"]
    {
        for width in [0, 1, 2, 7] {
            markdown(text, width, COLORED);
            let cut = DOC.char_indices().map(|(i, _)| i).step_by(37);
            cut.for_each(|i| drop(markdown(&DOC[i..], width, COLORED)));
        }
    }
}
