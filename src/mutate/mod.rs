//! Changes an answer in one way at a time, and says what `check` makes of each: mutation testing for
//! contracts.
//!
//! - [`mutations`] lists the changes of one case's answer, [`Mutation::apply`] makes one; pure and
//!   seeded. `head`, `body`, `said`, `fields` and `harmless` propose them, `spots` names the places of a body,
//!   `change` makes them, `fresh` draws new values of the same class.
//! - [`prove`] judges every one of them through [`crate::check::check`]. A breaking change must be
//!   found, a harmless one must not. What slips through is held against what the real examples show
//!   (`shown`), a reading of its own that asks neither the schema nor how it was inferred; only where
//!   they show nothing, or the person's settings say so, is there a [`Reason`], and the survivor is
//!   inherent. Without one the contract missed it. Three things only are the contract's to say, for they
//!   say what is a change of what: which examples are one group, which of their objects are maps
//!   ([`Sources`](crate::contract::sources::Sources)), and which bodies are documentation.
//!
//! Invariants: equal arguments give equal mutations; a mutation changes one thing; the number of
//! mutations of one case is bounded, and what is left out is counted.

mod base;
mod body;
mod change;
mod contract;
mod draw;
mod fields;
mod fresh;
mod harmless;
mod head;
mod kind;
mod list;
mod proof;
mod reason;
mod said;
mod shown;
mod spots;
#[cfg(test)]
mod tests;

pub use base::Base;
pub use change::Mutation;
pub use contract::contract_of;
pub use fresh::another_call;
pub use kind::{Kind, Nature};
pub use list::{MOST_PLACES, Mutations, mutations};
pub use proof::{CaseProof, Count, FalseAlarm, Rules, Survivor, is_caught, prove};
pub use reason::Reason;
pub use shown::Witnesses;
