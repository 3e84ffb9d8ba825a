//! The expectation that one live answer gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::contract::envelope::codes_at;
use crate::contract::{BodyExpectation, Contracts, Expectation, Outcome, ResultCode, Siblings, Told};
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
    let example = Arc::new(example(answer));
    let told = [Told { item: 0, method, example: &example }];
    let contracts = Contracts::of(told.into_iter(), &BTreeMap::new(), settings);
    let documented = &case.expectation;
    let rules = CaseSettings {
        compare: documented.compare,
        volatile: documented.volatile.clone(),
        unordered: documented.unordered.clone(),
        ignore: documented.ignore.clone(),
        ..CaseSettings::default()
    };
    let siblings = Siblings::of(&[(Arc::clone(&example), example.code)]);
    let mut made = contracts.expectation(&[], &siblings, &example, answer.status, method, &rules)?;
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

/// The answer as an example that somebody saved.
fn example(answer: &Answer) -> Example {
    let text = answer.text().unwrap_or_else(|| String::from_utf8_lossy(&answer.body));
    Example {
        name: "the old server".to_owned(),
        id: None,
        request: None,
        code: Some(answer.status),
        headers: answer.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: Some(text.into_owned()),
        language: None,
        pointer: String::new(),
    }
}
