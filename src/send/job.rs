//! What is sent, as the plan wants it.

use std::sync::Arc;

use super::cookies::Jar;
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
    /// Whether the case expects to be refused (401): then no access token is renewed for it.
    pub refused: bool,
    /// Jobs of one lane do not overlap; `None` runs beside everything.
    pub lane: Option<Lane>,
    /// Where its cookies come from and go to.
    pub jar: Jar,
}
