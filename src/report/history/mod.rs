//! What `uphold history` writes: [`text`] for people, [`json`] for programs.

pub mod json;
pub mod text;

#[cfg(test)]
mod tests;
