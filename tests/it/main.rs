//! The integration tests: one binary, one module a topic.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test ends where something is not as it should be, and says what it skips"
)]

mod accept;
mod architecture;
mod bad_input;
mod batch;
mod behavior;
mod broken_body;
mod codes;
mod compare;
mod corpus;
mod data;
mod diff;
mod drift;
mod dynamic;
mod explained;
mod fake_api;
mod forgotten;
mod grants;
mod harness;
mod hostile;
mod hosts;
mod image;
mod infer;
mod inference;
mod init;
mod injection;
#[cfg(target_os = "linux")]
mod interrupted;
mod learn;
mod learned;
mod lints;
mod live;
mod long_names;
mod maps;
mod mistakes;
mod next;
mod no_skips;
mod progress;
mod prove;
mod proven;
mod proxied;
mod readme;
mod record;
mod refused;
mod retried;
mod runs;
#[cfg(unix)]
mod screens;
mod secrets;
mod secured;
mod shards;
mod signed;
mod steps;
mod streamed;
mod summarised;
mod support;
mod tls_server;
mod v3;
mod verdicts;
mod wire;
mod wiretap;
