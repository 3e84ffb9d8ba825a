//! `uphold` makes every saved example of a Postman collection a test.
//!
//! It reads a collection, makes one case of each saved example, sends that case's request to the
//! base URL it is given, and checks status, headers, result code and body against what the example
//! documents. Data enters once and flows one way, like a compiler's:
//!
//! ```text
//! cases/ ─ postman, suite ─▶ Suite ─ plan ─▶ Plan{Case…} ─ send ─▶ Exchange ─ check ─▶ Verdict ─ report ─▶ reports/
//!              schemas/ ──── contract ────▶ Expectation ──────────────┘
//! ```
//!
//! # As tests of another crate
//!
//! [`harness`] is the part for other crates: with one file under `tests/`, every case below
//! `cases/` is a test of `cargo test` and `cargo nextest run`.
//!
//! # The rooms
//!
//! Every module is a room with one duty. A room imports only rooms above it in this list:
//!
//! - [`redact`] hides secret values in any text
//! - [`message`]: plain HTTP requests and answers
//! - [`finding`]: what can differ, how grave it is; the ids of cases
//! - [`placeholder`] knows what `<integer>` and its like stand for
//! - [`postman`] reads collections and environments, and makes whole requests of saved ones
//! - [`suite`] reads and writes `cases/` and `schemas/`: settings, overrides, which values are secret
//! - [`contract`]: what an answer must be
//! - [`plan`] makes cases of examples: ids, twins, recipes, skips with reasons
//! - [`send`]: the HTTP client and its scheduler
//! - [`check`] compares an answer with what it must be
//! - [`compare`] holds new answers and collections against old ones
//! - [`mutate`] changes answers one way at a time: which changes does the contract catch
//! - [`mock`] serves the examples on loopback
//! - [`record`] makes saved examples of answers
//! - [`history`]: what earlier runs saw
//! - [`report`]: what each command prints and writes: the terminal, `JUnit`, JSON
//! - [`jobs`]: one for each command, and the units of work that they share
//! - [`harness`] and [`cli`] are the fronts: the only rooms that read arguments, the environment
//!   and the time of day
//!
//! A run from code is [`jobs::run::run`] with [`jobs::run::RunSettings`]; only a plan, nothing sent,
//! is [`jobs::list::list`].

pub mod check;
pub mod cli;
pub mod compare;
pub mod contract;
pub mod finding;
pub mod harness;
pub mod history;
pub mod jobs;
pub mod message;
pub mod mock;
pub mod mutate;
pub mod placeholder;
pub mod plan;
pub mod postman;
pub mod record;
pub mod redact;
pub mod report;
pub mod send;
pub mod suite;
