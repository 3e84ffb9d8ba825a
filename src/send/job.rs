//! What is sent, as the plan wants it.

use std::sync::Arc;

use super::cookies::Jar;
use super::pace::Pace;
use crate::message::{Delivery, Request};
use crate::plan::Lane;
use crate::postman::auth::Late;

/// One request to be sent.
#[derive(Debug, Clone)]
pub struct Job {
    /// What is sent.
    pub request: Request,
    /// Auth that it gets when it goes out.
    pub late: Option<Arc<Late>>,
    /// How it is sent.
    pub delivery: Arc<Delivery>,
    /// The status that the case expects: with it nothing is tried again, and of a 401 no access
    /// token is renewed.
    pub expected: u16,
    /// Jobs of one lane do not overlap; `None` runs beside everything.
    pub lane: Option<Lane>,
    /// Where its cookies come from and go to.
    pub jar: Jar,
    /// The pace that it keeps beside that of the run.
    pub pace: Pace,
}
