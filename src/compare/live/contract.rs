//! The expectation that live answers give.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::contract::envelope::codes_at;
use crate::contract::{BodyExpectation, Contracts, Expectation, Outcome, ResultCode, Siblings, Told, json};
use crate::message::Answer;
use crate::plan::Case;
use crate::postman::Example;
use crate::suite::{CaseSettings, Settings};

use super::super::error::CompareError;

/// What an answer must be that is to be like this one, under the rules of the case: how much is compared,
/// which values are free, what is ignored, at which levels.
///
/// Its body is the only example of its schema. Which result codes the suite documents is known from the
/// case, and so is the place of a success's code.
pub(super) fn of(
    case: &Case,
    method: &str,
    answer: &Answer,
    settings: &Settings,
) -> Result<Arc<Expectation>, CompareError> {
    let example = Arc::new(example(case, answer));
    let contracts = contracts(case, std::slice::from_ref(&example), method, settings);
    let siblings = Siblings::of(&[(Arc::clone(&example), example.code)]);
    one(case, method, (&example, answer), &contracts, &siblings)
}

/// What answers of one kind ask for.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) expectation: Arc<Expectation>,
    /// Whether their bodies are JSON.
    pub(super) is_json: bool,
}

/// The same of several answers to one request, which are the examples of one schema: an expectation for
/// each kind of them. Answers are of one kind whose status, media type, outcome and result code are the
/// same, and which have JSON, another text, or nothing.
pub(super) fn kinds(
    case: &Case,
    method: &str,
    answers: &[Answer],
    settings: &Settings,
) -> Result<Vec<Kind>, CompareError> {
    let examples: Vec<Arc<Example>> = answers.iter().map(|answer| Arc::new(example(case, answer))).collect();
    let contracts = contracts(case, &examples, method, settings);
    let told: Vec<_> = examples.iter().map(|example| (Arc::clone(example), example.code)).collect();
    let siblings = Siblings::of(&told);
    let (mut known, mut made) = (Vec::new(), Vec::new());
    for (example, answer) in examples.iter().zip(answers) {
        let reading = contracts.reading(example, answer.status);
        let media = answer.media_type().map(|media| media.essence);
        let form = (answer.body.is_empty(), is_json(answer));
        let kind = (answer.status, media, form, reading.outcome, reading.code.map(|code| code.code));
        if !known.contains(&kind) {
            known.push(kind);
            let expectation = one(case, method, (example, answer), &contracts, &siblings)?;
            made.push(Kind { expectation, is_json: form.1 });
        }
    }
    Ok(made)
}

fn is_json(answer: &Answer) -> bool {
    answer.text().is_some_and(|text| json::parse(text.trim_start_matches('\u{feff}')).is_ok())
}

fn contracts(case: &Case, examples: &[Arc<Example>], method: &str, settings: &Settings) -> Contracts {
    let told = examples.iter().map(|example| Told { item: 0, method, example });
    Contracts::ruled(told, &BTreeMap::new(), settings, &|_| case.expectation.known.maps.clone())
}

/// What one of the answers that the contracts are made of asks for.
fn one(
    case: &Case,
    method: &str,
    (example, answer): (&Arc<Example>, &Answer),
    contracts: &Contracts,
    siblings: &Siblings,
) -> Result<Arc<Expectation>, CompareError> {
    let documented = &case.expectation;
    let rules = CaseSettings {
        compare: documented.compare,
        volatile: documented.volatile.clone(),
        unordered: documented.unordered.clone(),
        ignore: documented.ignore.clone(),
        ..CaseSettings::default()
    };
    let mut made = contracts.expectation(&[], siblings, example, answer.status, method, &rules)?;
    if let Some(expectation) = Arc::get_mut(&mut made) {
        expectation.known.codes = Arc::clone(&documented.known.codes);
        if expectation.code.is_none() && expectation.outcome == Outcome::Ok {
            expectation.code = success_code(documented, &expectation.body, answer);
        }
    }
    Ok(made)
}

/// The code that a success carries where the example of the case, a success too, documents one.
fn success_code(documented: &Expectation, body: &BodyExpectation, answer: &Answer) -> Option<ResultCode> {
    let known = documented.code.as_ref().filter(|_| documented.outcome == Outcome::Ok)?;
    let BodyExpectation::Json { example: Some(json), .. } = body else { return None };
    let code = codes_at(&known.at, &answer.headers, Some(json)).into_iter().next()?;
    Some(ResultCode { at: known.at.clone(), code })
}

/// The answer as an example that somebody saved, of the request that the case documents.
fn example(case: &Case, answer: &Answer) -> Example {
    let text = answer.text().unwrap_or_else(|| String::from_utf8_lossy(&answer.body));
    Example {
        name: "the old server".to_owned(),
        id: None,
        request: case.example.request.clone(),
        code: Some(answer.status),
        headers: answer.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: Some(text.into_owned()),
        language: None,
        pointer: String::new(),
    }
}
