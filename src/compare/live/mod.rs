//! Two servers, asked the same: the answer of the old one is the contract, the new one's is checked
//! against it, and what the old one has against itself is taken out again.
//!
//! [`Watch`] is one case under comparison. `contract` makes expectations of answers, `documented`
//! knows what the saved examples allow, `align` puts arrays side by side for values, `evidence` knows what
//! every answer says of a difference, `family` which answers say anything of it, `values` how likely new values
//! are, `shapes` what the places of a body are, `patterns` how many things come and go, `settle` decides what
//! counts, `unseen` knows what no answer has shown yet, and `together` what only several differences make up.
//! Nothing is sent here, and every finding comes from [`check`](crate::check).

mod align;
mod contract;
mod documented;
mod evidence;
mod family;
mod patterns;
mod settle;
mod shapes;
#[cfg(test)]
mod tests;
mod together;
mod unseen;
mod values;
mod watch;

pub use settle::{Cancelled, Reason};
pub use watch::{Compared, Watch};
