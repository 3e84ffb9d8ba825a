//! The result codes that a suite documents: [`CodeBook`].

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::envelope::{Reading, ResultCode, codes_at, success_codes};
use crate::message::Headers;

/// Where the examples of a suite carry result codes, and which codes these are.
#[derive(Debug, Clone, Default)]
pub struct CodeBook {
    places: BTreeSet<String>,
    /// By code the name of the first example that shows it; `None` where only suite.toml names it.
    known: HashMap<String, Option<String>>,
}

impl CodeBook {
    /// A book that knows places, and no code yet.
    pub(super) fn at(places: BTreeSet<String>) -> Self {
        Self { places, known: HashMap::new() }
    }

    /// Adds a code; of several examples that show it the first counts.
    pub(super) fn add(&mut self, code: String, example: Option<&str>) {
        self.known.entry(code).or_insert_with(|| example.map(str::to_owned));
    }

    /// Whether an example, or `error_code` of suite.toml, documents the code.
    pub fn knows(&self, code: &str) -> bool {
        self.known.contains_key(code)
    }

    /// The name of the first example that documents the code.
    pub fn example_of(&self, code: &str) -> Option<&str> {
        self.known.get(code)?.as_deref()
    }

    /// Every result code of an answer, each once for a place: those where its error envelope holds
    /// one, in a list those of all items, then those at the places where errors of the suite carry
    /// theirs. At the latter only what looks like a code beside a status or a message counts; the
    /// rest is data.
    pub fn all(&self, reading: &Reading, headers: &Headers, body: Option<&Value>) -> Vec<ResultCode> {
        let own = reading.code.as_ref().map(|code| code.at.as_str()).filter(|at| !at.is_empty());
        let of_envelope = own.into_iter().flat_map(|at| {
            let codes = codes_at(at, headers, body).into_iter();
            codes.map(|code| ResultCode { at: at.to_owned(), code })
        });
        let elsewhere = self.places.iter().filter(|at| Some(at.as_str()) != own);
        let of_suite = body
            .into_iter()
            .flat_map(|body| elsewhere.clone().flat_map(|at| success_codes(at, headers, body)));
        of_envelope.chain(of_suite).collect()
    }
}
