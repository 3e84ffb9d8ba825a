//! Postman's files: the only reader of collections, environments and globals, and the rules by
//! which a saved request becomes a [`Request`](crate::message::Request).
//!
//! - [`read`] turns a file or folder into a [`Collection`] or [`Environment`], lenient where real files are
//!   odd, with a [`Warning`] for every oddity that changes what is sent or expected.
//! - [`Scope`] looks variables up, among them rows of iteration data ([`data`]) and Postman's
//!   dynamic variables ([`dynamic`]).
//! - [`resolve`] substitutes, encodes and signs: [`resolve::Resolver::resolve`].
//! - [`write`](mod@write) puts saved answers into a collection, and leaves the rest of it as it is.
//!
//! The room sends nothing and judges nothing.

pub mod auth;
mod captured;
pub mod data;
mod deferred;
pub mod dynamic;
pub(crate) mod hash;
mod headers;
pub mod model;
mod no_json;
mod number;
mod places;
pub mod read;
pub mod reason;
pub mod resolve;
mod rewrites;
pub(crate) mod spans;
pub mod spot;
#[cfg(test)]
mod tests;
pub mod url;
pub mod variables;
pub mod write;

pub use auth::{Auth, AuthKind};
pub use captured::Captured;
pub use data::Data;
pub use deferred::Deferred;
pub use dynamic::{Chance, Draw};
pub use model::{Behavior, Collection, Environment, Example, Folder, Item, Node, Variable, Warning};
pub use places::Places;
pub use read::ReadError;
pub use resolve::{AuthChoice, BaseRule, Cause, Changes, Resolved, Resolver};
pub use rewrites::Rewrites;
pub use spot::{Fault, Spot};
pub use variables::{Row, Scope};
