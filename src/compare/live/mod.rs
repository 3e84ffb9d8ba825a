//! Two servers, asked the same: the answer of the old one is the contract, the new one's is checked
//! against it, and what the old one has against itself is taken out again.
//!
//! [`Watch`] is one case under comparison. `contract` makes an expectation of an answer, `documented`
//! knows what the saved examples allow, `align` puts arrays side by side for values, `settle` tells drift
//! from noise. Nothing is sent here, and every finding comes from [`check`](crate::check).

mod align;
mod contract;
mod documented;
mod settle;
#[cfg(test)]
mod tests;
mod watch;

pub use settle::{Cancelled, Reason};
pub use watch::{Compared, Watch};
