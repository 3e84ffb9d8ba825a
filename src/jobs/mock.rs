//! `uphold mock`: serves the examples until it is interrupted.

use super::planning::{Wanted, plan};
use super::signals::{GiveUp, Signals};
use super::{Chosen, JobError, Targets, load};
use crate::message::Origin;
use crate::mock::{Mock, MockOptions};
use crate::plan::SEED;

/// What is served, and where.
#[derive(Debug, Clone)]
pub struct MockSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// The port on 127.0.0.1; a free one where none is named.
    pub port: Option<u16>,
    /// What ends the program at a signal before requests are answered, and at the second one.
    pub give_up: GiveUp,
}

/// Serves every example of the chosen suites; `ready` hears the origin and the number of examples
/// as soon as requests are answered. Ends at SIGINT or SIGTERM.
pub fn mock<F: FnOnce(&Origin, usize)>(settings: &MockSettings, ready: F) -> Result<(), JobError> {
    let mut signals = Signals::listen(settings.give_up)?;
    let suites = load(&settings.chosen)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    runtime.block_on(async {
        let bound = Mock::bind(MockOptions { port: settings.port, seed: SEED }).await?;
        let origin = bound.origin();
        let plan = plan(&suites, &Targets::Mock, Some(&origin), &Wanted::everything())?;
        let mock = bound.serve(&plan);
        signals.in_order();
        ready(&origin, plan.suites.iter().map(|suite| suite.cases.len()).sum());
        signals.next().await;
        mock.stop().await;
        Ok(())
    })
}
