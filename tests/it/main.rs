//! The integration tests: one binary, one module a topic.

mod architecture;
mod bad_input;
mod corpus;
#[cfg(test)]
mod fake_api;
mod live;
mod runs;
mod support;
