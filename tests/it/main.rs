//! The integration tests: one binary, one module a topic.

mod architecture;
mod bad_input;
mod corpus;
mod runs;
mod support;
