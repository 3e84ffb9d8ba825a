//! The access tokens of a run.
//!
//! Invariants: equal questions are asked once, however many jobs wait for the answer; a token that
//! is about to run out is renewed before it is used; a grant that failed is not tried again; a
//! token is known to the redactor before anybody gets it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::token::{self, Granted};
use crate::postman::auth::late::{Ask, Grant};
use crate::redact::Redactor;
use crate::send::cancel::standing_by;
use crate::send::client::Client;
use crate::send::exchange::SendError;

/// A token is renewed this long before its end, or at nine tenths of its time, whichever is later.
const MARGIN: Duration = Duration::from_secs(30);

/// What became of the grants of a run; every text is free of secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GrantReport {
    /// Each grant that gave no token, with what the server said.
    pub failures: Vec<String>,
    /// What the user should know of the others.
    pub notes: Vec<String>,
}

/// What a token is wanted for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use<'t> {
    /// To be sent.
    First,
    /// This one was refused.
    Refused(&'t str),
}

/// The tokens by what was asked.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    grants: HashMap<Ask, Arc<tokio::sync::Mutex<State>>>,
    failures: Vec<String>,
    notes: Vec<String>,
}

/// What is known of one grant.
#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    /// The refresh token that the server gave last.
    refresh: Option<String>,
    /// Whether a refused token was renewed already.
    renewed: bool,
    /// Why there is no token, in a few words.
    failed: Option<String>,
}

#[derive(Debug)]
struct Token {
    value: String,
    /// When it is to be renewed; `None` holds as long as the run.
    until: Option<Instant>,
}

impl Tokens {
    /// A token that can be used now.
    pub(super) async fn get(
        &self,
        client: &Client,
        grant: &Grant,
        redactor: &Redactor,
        wanted: Use<'_>,
    ) -> Result<String, SendError> {
        let state = Arc::clone(self.locked().grants.entry(grant.ask.clone()).or_default());
        // Whoever comes first asks; the others wait here for what comes of it.
        let mut state = standing_by(state.lock()).await;
        let failed = |short: &str| SendError::Grant { place: grant.place.clone(), why: short.to_owned() };
        if let Some(short) = &state.failed {
            return Err(failed(short));
        }
        if let Some(token) = &state.token {
            let fresh = token.until.is_none_or(|until| Instant::now() < until);
            let usable = match wanted {
                Use::First => fresh,
                // Another job had it renewed meanwhile; or there is nothing more to be tried.
                Use::Refused(value) => token.value != value || state.renewed,
            };
            if usable {
                return Ok(token.value.clone());
            }
        }
        if matches!(wanted, Use::Refused(_)) {
            state.renewed = true;
        }
        match token::ask(client, &grant.ask, state.refresh.as_deref()).await {
            Ok(granted) => Ok(self.keep(&mut state, granted, grant, redactor)),
            Err(refused) => {
                // A token that was refused may still do for other requests.
                if matches!(wanted, Use::First) {
                    state.failed = Some(refused.short.clone());
                }
                let Ask { kind, origin, .. } = &grant.ask;
                let text = format!(
                    "{}: the {kind} grant at {} gave no token: {}",
                    grant.place,
                    origin.authority(),
                    refused.long
                );
                self.locked().failures.push(text);
                Err(failed(&refused.short))
            }
        }
    }

    fn keep(&self, state: &mut State, granted: Granted, grant: &Grant, redactor: &Redactor) -> String {
        redactor.learn(granted.secrets);
        let until = granted.holds.map(|holds| Instant::now() + usable_for(holds));
        let given = grant.ask.form.iter().find(|(name, _)| name == "refresh_token").map(|(_, value)| value);
        if let (Some(given), Some(newer)) = (given, granted.refresh) {
            if *given != newer && state.refresh.is_none() {
                self.locked().notes.push(format!(
                    "{}: {} gave another refresh token, which is used for the rest of this run and cannot be stored; if the old one stops working, put a new one where suite.toml takes it from",
                    grant.place,
                    grant.ask.origin.authority()
                ));
            }
            state.refresh = Some(newer);
        }
        state.token = Some(Token { value: granted.access.clone(), until });
        granted.access
    }

    pub(super) fn report(&self, redactor: &Redactor) -> GrantReport {
        let known = self.locked();
        let told = |texts: &[String]| {
            let mut told: Vec<String> = Vec::new();
            for text in texts.iter().map(|text| redactor.text(text).into_owned()) {
                if !told.contains(&text) {
                    told.push(text);
                }
            }
            told
        };
        GrantReport { failures: told(&known.failures), notes: told(&known.notes) }
    }

    /// Never held across an await, and never left half-changed.
    fn locked(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much of its time a token is used.
fn usable_for(holds: Duration) -> Duration {
    // Beyond a year the clock might not reach.
    let holds = holds.min(Duration::from_hours(24 * 365));
    holds.saturating_sub(MARGIN).max(holds.mul_f64(0.9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_before_its_end() {
        for (holds, usable) in [(0, 0), (10, 9), (300, 270), (3600, 3570)] {
            assert_eq!(usable_for(Duration::from_secs(holds)).as_secs(), usable, "{holds}");
        }
        assert!(usable_for(Duration::MAX) < Duration::from_hours(24 * 366));
    }
}
