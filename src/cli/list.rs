//! `uphold list`.

use clap::Args;

use super::Failure;
use super::args::{SelectArgs, ShardArgs, SuiteArgs, TargetArgs};
use super::exit::Exit;
use crate::jobs::Signals;
use crate::jobs::list::{ListSettings, list};
use crate::report::listing;

/// Show every case: how it is had, what it expects, why it is skipped
///
/// Nothing is sent. Without a target the plan is that of a live API; --mock shows what the embedded
/// mock is asked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # every suite under cases/
  uphold list

  # what a run with the same options would send
  uphold list zoho-crm --base-url https://www.zohoapis.com --only-safe

  # what one of four machines would send
  uphold list zoho-crm --shard 1/4

  # some cases of a lone file
  uphold list shop.postman_collection.json --filter '*::get_*'")]
pub(super) struct ListArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    shard: ShardArgs,
    #[command(flatten)]
    suites: SuiteArgs,
}

impl ListArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let mut plan = list(&ListSettings {
            chosen: self.suites.chosen(),
            selection: self.select.selection()?,
            goal: self.target.goal()?,
            allow_writes: self.target.allow_writes,
            only_safe: self.target.only_safe,
        })?;
        let any = plan.suites.iter().any(|suite| !suite.cases.is_empty());
        if let Some(shard) = self.shard.shard {
            plan.cut(shard);
        }
        let mut stdout = anstream::stdout().lock();
        Failure::unless_printed(listing::cases(&mut stdout, &plan))?;
        Ok(if any { Exit::Passed } else { Exit::NothingRan })
    }
}
