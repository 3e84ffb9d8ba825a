//! From events to reports: terminal, JUnit, run.json. Re-judges nothing.

pub mod events;
