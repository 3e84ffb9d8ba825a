//! The whole path over real collections: every example of every file passes on the mock, and the
//! plan for a live API says how many could be sent there.
//!
//! The files are no part of the project: the folder comes from `UPHOLD_CORPUS`; without it the
//! tests say so and end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::support::{corpus, uphold};

#[derive(Default)]
struct Row {
    name: String,
    examples: usize,
    runnable: usize,
    skipped: BTreeMap<String, usize>,
    passed: usize,
    not_passed: Vec<String>,
    refused: Option<String>,
}
