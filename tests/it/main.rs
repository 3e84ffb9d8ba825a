//! The integration tests, one binary.

#[cfg(test)]
mod fake_api;
