//! Examples become cases: ids, twins, recipes, order, selection, skips with reasons.
//!
//! Pure: no file is read, nothing is sent, and equal arguments give equal plans.

pub mod case;

pub use case::{Action, Case, Lane, Plan, Recipe, Skip, Source, SuitePlan, WithoutExample};
