//! The integration tests: one binary, one module a topic.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test ends where something is not as it should be, and says what it skips"
)]

mod architecture;
mod bad_input;
mod batch;
mod behavior;
mod corpus;
mod data;
mod dynamic;
mod fake_api;
mod grants;
mod harness;
mod hostile;
mod hosts;
mod inference;
mod injection;
#[cfg(target_os = "linux")]
mod interrupted;
mod live;
mod prove;
mod proxied;
mod readme;
mod retried;
mod runs;
mod secured;
mod signed;
mod steps;
mod support;
mod tls_server;
mod v3;
mod verdicts;
mod wire;
mod wiretap;
