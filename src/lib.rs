//! `uphold` makes every saved example of a Postman collection a test.

pub mod check;
pub mod cli;
pub mod contract;
pub mod finding;
pub mod harness;
pub mod jobs;
pub mod message;
pub mod mock;
pub mod placeholder;
pub mod plan;
pub mod postman;
pub mod redact;
pub mod report;
pub mod send;
pub mod suite;
