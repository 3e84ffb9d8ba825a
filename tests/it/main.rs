//! The integration tests: one binary, one module a topic.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test ends where something is not as it should be, and says what it skips"
)]

mod architecture;
mod bad_input;
mod behavior;
mod corpus;
mod data;
mod dynamic;
mod fake_api;
mod grants;
mod harness;
mod hostile;
mod live;
mod prove;
mod readme;
mod runs;
mod signed;
mod support;
mod v3;
mod verdicts;
