//! The cases of an item, each with what is sent around it.

use std::sync::Arc;

use super::case::{Action, Case, Step, Steps};
use super::ids::Named;
use super::item::{Entry, Planned, Planner, Prepared, Role};
use super::steps;
use crate::contract::ContractError;
use crate::postman::{Captured, Deferred};
use crate::suite;

impl<'a> Planner<'a> {
    /// The selected cases of an item; `prepared` are the items that steps name.
    pub(super) fn plan_item(
        &self,
        position: usize,
        item: &Named<'a>,
        prepared: &Prepared<'a>,
    ) -> Result<Planned, ContractError> {
        let mut planned = Planned { cases: Vec::new(), secrets: Vec::new(), drawn: false };
        if !self.is_wanted(item) {
            return Ok(planned);
        }
        let made;
        let ready = if let Some(ready) = prepared.get(&position) {
            ready
        } else {
            made = self.prepare(item)?;
            &made
        };
        for (index, entry) in ready.entries.iter().enumerate() {
            if !self.options.selection.takes(&entry.id, &entry.rules.tags) {
                continue;
            }
            let captured = steps::names(&entry.rules.before);
            let role = Role { captured: &captured, draw: entry.id.as_str(), is_step: false };
            let Some((mut case, own)) = self.case(ready, index, &role, &mut planned) else { continue };
            self.surround(&mut case, own, entry, prepared, &mut planned);
            planned.cases.push(case);
        }
        Ok(planned)
    }

    /// Gives a case that is sent its steps, or skips it where one of them cannot be sent.
    fn surround(
        &self,
        case: &mut Case,
        own: Option<Deferred>,
        entry: &Entry<'_>,
        prepared: &Prepared<'a>,
        planned: &mut Planned,
    ) {
        let rules = &entry.rules;
        if !matches!(case.action, Action::Send { .. }) || rules.before.is_empty() && rules.after.is_empty() {
            return;
        }
        let mut captured = Captured::default();
        let mut before = Vec::new();
        let mut after = Vec::new();
        let phases = [("set-up", &rules.before), ("tear-down", &rules.after)];
        for (what, list) in phases {
            for (number, step) in list.iter().enumerate() {
                let draw = format!("{} {what} {number}", case.id);
                let Some(made) = self.step(step, &captured, &draw, prepared, planned) else { continue };
                if let Action::Skip(skip) = &made.case.action {
                    case.action = Action::Skip(steps::step_skip(what, &made.case, skip));
                    return;
                }
                step.capture.iter().for_each(|(name, _)| captured.expect(name));
                if what == "set-up" { before.push(made) } else { after.push(made) }
            }
        }
        let sent = before.iter().chain(&after).map(|step| &step.case.action);
        let lanes = steps::lanes(case.id.suite(), sent.chain([&case.action]));
        case.steps = Some(Arc::new(Steps { before, after, own, lanes }));
    }

    fn step(
        &self,
        step: &suite::Step,
        captured: &Captured,
        draw: &str,
        prepared: &Prepared<'a>,
        planned: &mut Planned,
    ) -> Option<Step> {
        let (item, example) = self.targets.of(step)?;
        let role = Role { captured, draw, is_step: true };
        let (case, deferred) = self.case(prepared.get(&item)?, example, &role, planned)?;
        Some(Step { case: Arc::new(case), deferred, capture: step.capture.clone() })
    }
}
