//! Quiz files in the mdbook-quiz schema, with drill's optional keys: `reasons`, `numeric`, `misconception`,
//! `read`. Knows nothing of asking or grading.

use super::decode::{self, Table};
use super::problem::{Problems, line_of};
use super::quantity;
use super::question::{
    Choice, Distractor, Numeric, Order, Outcome, Question, Response, Short, Task, Tracing,
};

/// A quiz, valid by construction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quiz {
    pub questions: Vec<Question>,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    /// Content: whatever looks like a slip is a problem.
    Ours,
    /// Any published quiz: keys that drill does not know are left alone.
    Foreign,
}

/// Most questions of a quiz.
const MAX_QUESTIONS: usize = 500;
/// Most options of one question: each has a digit.
const MAX_OPTIONS: usize = 9;

/// A quiz of a topic, with every problem it has.
pub fn parse(text: &str, problems: &mut Problems<'_>) -> Option<Quiz> {
    read(text, Rules::Ours, problems)
}

/// Any mdbook-quiz file. Only what makes a question impossible to ask is a problem.
pub fn parse_foreign(text: &str, problems: &mut Problems<'_>) -> Option<Quiz> {
    read(text, Rules::Foreign, problems)
}

fn read(text: &str, rules: Rules, problems: &mut Problems<'_>) -> Option<Quiz> {
    let doc = decode::parse(text, problems)?;
    let mut root = Table::root(&doc, "the quiz");
    let parts = root.free_strs("multipart", problems);
    let mut questions: Vec<Question> = Vec::new();
    let (mut used_parts, mut ids): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let tables = root.tables("questions", problems);
    if tables.is_empty() {
        problems.whole("the quiz has no `[[questions]]`");
    }
    if tables.len() > MAX_QUESTIONS {
        problems.whole(format!("the quiz has {} questions, more than {MAX_QUESTIONS}", tables.len()));
        return None;
    }
    for (i, mut table) in tables.into_iter().enumerate() {
        table.place = format!("question {}", i + 1);
        let line = line_of(text, table.offset());
        let part = table.opt_str("multipart", problems);
        if let Some(key) = part
            && !parts.iter().any(|(name, _)| name == key)
        {
            let message = format!("{}: `[multipart]` has no `{key}`", table.place);
            problems.at(table.offset_of("multipart"), message);
        }
        used_parts.extend(part);
        let id =
            table.opt_str("id", problems).map(str::trim).filter(|id| !id.is_empty() || rules == Rules::Ours);
        if rules == Rules::Ours
            && let Some(id) = id
        {
            check_id(id, &ids, &table, problems);
            ids.push(id);
        }
        let task = task(&mut table, rules, problems);
        let context = markdown(&mut table, "context", rules, problems);
        let prompt_explanation = table.opt_bool("promptExplanation", problems).unwrap_or(false);
        let misconception = markdown(&mut table, "misconception", rules, problems);
        let read = anchor(&mut table, problems);
        if rules == Rules::Ours {
            table.finish(problems);
        }
        if let Some(task) = task {
            let id = unique(&id.map_or_else(|| task.derived_id(), ToString::to_string), &questions);
            let part =
                part.and_then(|key| parts.iter().find(|(name, _)| name == key)).map(|(_, text)| text.clone());
            questions.push(Question {
                id,
                line,
                part,
                task,
                context,
                prompt_explanation,
                misconception,
                read,
            });
        }
    }
    if rules == Rules::Ours {
        for (name, _) in parts.iter().filter(|(name, _)| !used_parts.contains(&name.as_str())) {
            problems
                .at(root.offset_of("multipart"), format!("no question belongs to the multipart `{name}`"));
        }
        root.finish(problems);
    }
    (!questions.is_empty()).then_some(Quiz { questions })
}

fn check_id(id: &str, before: &[&str], table: &Table<'_>, problems: &mut Problems<'_>) {
    if id.is_empty() || id.len() > 100 || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
        problems.at(table.offset_of("id"), format!("`{id}` is not an id: up to 100 characters, no spaces"));
    } else if before.contains(&id) {
        problems.at(table.offset_of("id"), format!("the id `{id}` stands twice"));
    }
}

/// Text that must be there; in a foreign file it may be blank.
fn needed(table: &mut Table<'_>, key: &'static str, rules: Rules, problems: &mut Problems<'_>) -> String {
    if rules == Rules::Foreign && table.has(key) {
        return table.opt_str(key, problems).unwrap_or_default().to_string();
    }
    table.str(key, problems)
}

/// Optional text; blank is a slip in content, and nothing elsewhere.
fn markdown(
    table: &mut Table<'_>,
    key: &'static str,
    rules: Rules,
    problems: &mut Problems<'_>,
) -> Option<String> {
    let text = table.opt_str(key, problems)?;
    if text.trim().is_empty() {
        if rules == Rules::Ours {
            problems.at(table.offset_of(key), format!("`{key}` in {} is empty", table.place));
        }
        return None;
    }
    Some(text.to_string())
}

fn anchor(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Option<String> {
    let anchor = table.opt_str("read", problems)?;
    let anchor = anchor.strip_prefix('#').unwrap_or(anchor);
    if anchor.is_empty() || anchor.contains(|c: char| c.is_whitespace() || c.is_control() || c == '#') {
        let message = format!("`read` in {} is not an anchor, as in `the-clock-goes-back`", table.place);
        problems.at(table.offset_of("read"), message);
        return None;
    }
    Some(anchor.to_string())
}

fn task(table: &mut Table<'_>, rules: Rules, problems: &mut Problems<'_>) -> Option<Task> {
    let kind = table.str("type", problems);
    let tables = (table.table("prompt", problems), table.table("answer", problems));
    let (Some(mut prompt), Some(mut answer)) = tables else {
        for key in ["prompt", "answer"].iter().filter(|key| !table.has(key)) {
            problems.at(table.offset(), format!("{} lacks `{key}`", table.place));
        }
        return None;
    };
    let task = match kind.as_str() {
        "MultipleChoice" => choice(table, &mut prompt, &mut answer, rules, problems).map(Task::Choice),
        "ShortAnswer" => short(table, &mut prompt, &mut answer, rules, problems).map(Task::Short),
        "Tracing" => tracing(&mut prompt, &mut answer, rules, problems).map(Task::Tracing),
        "" => return None,
        other => {
            let message = format!(
                "{}: `{other}` is not a type (`MultipleChoice`, `ShortAnswer` or `Tracing`)",
                table.place
            );
            problems.at(table.offset_of("type"), message);
            return None;
        }
    };
    if rules == Rules::Ours {
        prompt.finish(problems);
        answer.finish(problems);
    }
    task
}

fn choice(
    table: &mut Table<'_>,
    prompt: &mut Table<'_>,
    answer: &mut Table<'_>,
    rules: Rules,
    problems: &mut Problems<'_>,
) -> Option<Choice> {
    let text = needed(prompt, "prompt", rules, problems);
    if !prompt.has("distractors") {
        problems.at(prompt.offset(), format!("{} lacks `distractors`", prompt.place));
    }
    let distractors = prompt.strs("distractors", problems);
    let index = prompt.opt_int("answerIndex", 0..=i64::from(u32::MAX), problems);
    let sorted = prompt.opt_bool("sortAnswers", problems).unwrap_or(false);
    if !answer.has("answer") {
        problems.at(answer.offset(), format!("{} lacks `answer`", answer.place));
    }
    let (answers, multi) = answer.str_or_strs("answer", problems)?;
    let reasons = table.strs("reasons", problems);
    let place = &table.place;
    if answers.is_empty() {
        problems.at(answer.offset_of("answer"), format!("{place} has no right option"));
        return None;
    }
    if table.has("reasons") && reasons.len() != distractors.len() {
        let message =
            format!("{place} has {} `reasons` for {} `distractors`", reasons.len(), distractors.len());
        problems.at(table.offset_of("reasons"), message);
    }
    let order = match index.and_then(|i| usize::try_from(i).ok()) {
        Some(i) => Order::AnswersAt(i.min(distractors.len())),
        None if sorted => Order::Sorted,
        None => Order::Shuffled,
    };
    if rules == Rules::Ours {
        let options: Vec<(usize, &str)> = answers
            .iter()
            .map(|text| (answer.offset_of("answer"), text.as_str()))
            .chain(distractors.iter().map(|(offset, text)| (*offset, text.as_str())))
            .collect();
        check_options(&options, order, place, problems);
        if distractors.is_empty() && prompt.has("distractors") {
            problems.at(prompt.offset_of("distractors"), format!("{place} has no wrong option"));
        }
        if index.is_some_and(|i| usize::try_from(i).is_ok_and(|i| i > distractors.len())) {
            let message = format!("`answerIndex` of {place} is past the {} distractors", distractors.len());
            problems.at(prompt.offset_of("answerIndex"), message);
        }
        for (offset, _) in reasons.iter().filter(|(_, reason)| reason.trim().is_empty()) {
            problems.at(*offset, format!("a reason of {place} is empty"));
        }
    }
    let mut reasons = reasons.into_iter().map(|(_, reason)| reason);
    let distractors = distractors
        .into_iter()
        .map(|(_, text)| Distractor { text, reason: reasons.next().filter(|r| !r.trim().is_empty()) })
        .collect();
    Some(Choice { prompt: text, answers, multi, distractors, order })
}

fn check_options(options: &[(usize, &str)], order: Order, place: &str, problems: &mut Problems<'_>) {
    if options.len() > MAX_OPTIONS {
        problems.at(options[0].0, format!("{place} has more than {MAX_OPTIONS} options"));
        return;
    }
    for (i, (offset, text)) in options.iter().enumerate() {
        if text.trim().is_empty() {
            problems.at(*offset, format!("an option of {place} is empty"));
        } else if options[..i].iter().any(|(_, other)| other.trim() == text.trim()) {
            problems.at(*offset, format!("an option of {place} stands twice: {text:?}"));
        }
        if order == Order::Shuffled && text.to_lowercase().contains("of the above") {
            let message =
                format!("{place} says {text:?} and is shuffled; `prompt.answerIndex` fixes the order");
            problems.at(*offset, message);
        }
    }
}

fn short(
    table: &mut Table<'_>,
    prompt: &mut Table<'_>,
    answer: &mut Table<'_>,
    rules: Rules,
    problems: &mut Problems<'_>,
) -> Option<Short> {
    let text = needed(prompt, "prompt", rules, problems);
    let response = match prompt.opt_str("response", problems) {
        None | Some("short") => Response::Short,
        Some("long") => Response::Long,
        Some("code") => Response::Code,
        Some(other) => {
            let message = format!("`{other}` is not a response (`short`, `long` or `code`)");
            problems.at(prompt.offset_of("response"), message);
            Response::Short
        }
    };
    let right = needed(answer, "answer", rules, problems);
    let alternatives = answer.strs("alternatives", problems).into_iter().map(|(_, text)| text).collect();
    let numeric = numeric(table, &right, answer.offset_of("answer"), problems);
    answer.has("answer").then_some(Short { prompt: text, answer: right, alternatives, response, numeric })
}

fn numeric(
    table: &mut Table<'_>,
    answer: &str,
    answer_at: usize,
    problems: &mut Problems<'_>,
) -> Option<Numeric> {
    let mut keys = table.table("numeric", problems)?;
    let value = keys.opt_float("value", problems);
    if !keys.has("value") {
        problems.at(keys.offset(), format!("{} lacks `value`", keys.place));
    }
    let unit = keys.opt_str("unit", problems).map(|u| u.trim().to_string()).filter(|u| !u.is_empty());
    let tolerance = keys.opt_float("tolerance", problems).unwrap_or(0.0);
    if tolerance < 0.0 {
        problems.at(keys.offset_of("tolerance"), format!("`tolerance` in {} is negative", keys.place));
    }
    keys.finish(problems);
    let numeric = Numeric { value: value?, unit, tolerance: tolerance.max(0.0) };
    let found = quantity::parse(answer).ok();
    let found = found.and_then(|q| numeric.unit.as_ref().map_or(Some(q.value), |unit| q.in_unit(unit)));
    if !found.is_some_and(|v| quantity::within(v, numeric.value, numeric.tolerance)) {
        let unit = numeric.unit.as_deref().unwrap_or_default();
        let message = format!(
            "{}: the answer {answer:?} does not read as {} {unit}",
            table.place,
            quantity::shown(numeric.value)
        );
        problems.at(answer_at, message.trim_end());
    }
    Some(numeric)
}

fn tracing(
    prompt: &mut Table<'_>,
    answer: &mut Table<'_>,
    rules: Rules,
    problems: &mut Problems<'_>,
) -> Option<Tracing> {
    let program = needed(prompt, "program", rules, problems);
    if !answer.has("doesCompile") {
        problems.at(answer.offset(), format!("{} lacks `doesCompile`", answer.place));
    }
    let compiles = answer.opt_bool("doesCompile", problems);
    let stdout = answer.opt_str("stdout", problems).map(ToString::to_string);
    let line = answer.opt_int("lineNumber", 0..=i64::from(u32::MAX), problems);
    let line = line.and_then(|line| usize::try_from(line).ok());
    if rules == Rules::Ours {
        let (missing, stray) = if compiles? { ("stdout", "lineNumber") } else { ("lineNumber", "stdout") };
        if !answer.has(missing) {
            problems.at(answer.offset(), format!("{} lacks `{missing}`", answer.place));
        }
        if answer.has(stray) {
            let message = format!("`{stray}` makes no sense with this `doesCompile` in {}", answer.place);
            problems.at(answer.offset_of(stray), message);
        }
        if line.is_some_and(|line| !(1..=program.lines().count()).contains(&line)) {
            problems.at(answer.offset_of("lineNumber"), "the program has no such line");
        }
    }
    // mdbook-quiz asks for no line any more, so published files may say anything.
    let line = line.filter(|line| *line > 0);
    let (line, cause) = if rules == Rules::Ours { (line, None) } else { (None, line) };
    let key = ["stdout", "lineNumber", "doesCompile"].into_iter().find(|key| answer.has(key));
    let key_line = problems.line_of(answer.offset_of(key.unwrap_or("doesCompile")));
    let outcome = if compiles? { Outcome::Compiles { stdout } } else { Outcome::Rejected { line } };
    Some(Tracing { program, outcome, cause, key_line })
}

fn unique(id: &str, before: &[Question]) -> String {
    let taken = |id: &str| before.iter().any(|q| q.id == id);
    let mut name = id.to_string();
    let mut n = 2;
    while taken(&name) {
        name = format!("{id}-{n}");
        n += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiz(text: &str) -> Quiz {
        let mut found = Vec::new();
        let quiz = parse(text, &mut Problems::new("quiz.toml", text, &mut found));
        assert_eq!(found, []);
        quiz.unwrap()
    }

    #[test]
    fn a_missing_id_is_derived_from_the_prompt_and_nothing_else() {
        let ask = |prompt: &str, answer: &str| {
            let question =
                format!("type = \"ShortAnswer\"\nprompt.prompt = \"{prompt}\"\nanswer.answer = \"{answer}\"");
            quiz(&format!("[[questions]]\n{question}\n[[questions]]\n{question}")).questions
        };
        let (a, b, c) = (ask("Why?", "so"), ask("Why?", "because"), ask("How?", "so"));
        assert_eq!(a[0].id, b[0].id);
        assert_ne!(a[0].id, c[0].id);
        assert_eq!(a[1].id, format!("{}-2", a[0].id));
    }

    #[test]
    fn numbers_and_their_tolerance_are_read() {
        let text = "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"How many?\"\nanswer.answer = \"0.3 s\"\n\
                    numeric = { value = 300, unit = \"ms\", tolerance = 5 }";
        let Task::Short(short) = &quiz(text).questions[0].task else { panic!("not a short answer") };
        let numeric = short.numeric.as_ref().unwrap();
        assert_eq!(*numeric, Numeric { value: 300.0, unit: Some("ms".into()), tolerance: 5.0 });
    }
}
