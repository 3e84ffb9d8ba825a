//! Options that would do nothing beside others: each such pair is refused, with the cure. Whoever gives both believes
//! in an effect that there is not.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::Failure;
use crate::report::{OutputFormat, OutputSpec};

/// An option that has no effect beside another.
struct Idle {
    option: &'static str,
    beside: Beside,
    /// Why it has none.
    why: &'static str,
    cure: &'static str,
}

enum Beside {
    /// Another option.
    Option(&'static str),
    /// `--report` without a JUnit file.
    NoJunit,
}

const fn beside_mock(option: &'static str) -> Idle {
    Idle {
        option,
        beside: Beside::Option("mock"),
        why: "nothing leaves this process",
        cure: "leave one of them out; --base-url URL names an API",
    }
}

const fn forced(beside: &'static str) -> Idle {
    Idle {
        option: "force_write",
        beside: Beside::Option(beside),
        why: "nothing is written",
        cure: "leave one of them out",
    }
}

/// All of them, for every command that has both options.
const ALL: [Idle; 9] = [
    beside_mock("proxy"),
    beside_mock("no_proxy"),
    beside_mock("cacert"),
    beside_mock("cert"),
    beside_mock("insecure"),
    Idle {
        option: "allow_writes",
        beside: Beside::Option("only_safe"),
        why: "what it allows is left out",
        cure: "leave one of them out: --only-safe reads alone, --allow-writes sends everything",
    },
    forced("dry_run"),
    forced("list"),
    Idle {
        option: "junit_dialect",
        beside: Beside::NoJunit,
        why: "no JUnit file is written",
        cure: "add --report junit=FILE, or leave --junit-dialect out",
    },
];

/// Refuses options of a command that would do nothing beside others.
pub(super) fn refuse(given: &ArgMatches) -> Result<(), Failure> {
    let idle = ALL.iter().find(|idle| {
        is_given(given, idle.option)
            && match idle.beside {
                Beside::Option(other) => is_given(given, other),
                Beside::NoJunit => has_no_junit(given),
            }
    });
    idle.map_or(Ok(()), |idle| Err(idle.failure()))
}

impl Idle {
    fn failure(&self) -> Failure {
        let beside = match self.beside {
            Beside::Option(other) => format!("beside `{}`", flag(other)),
            Beside::NoJunit => "with this `--report`".to_owned(),
        };
        let message = format!("`{}` has no effect {beside}: {}", flag(self.option), self.why);
        Failure::usage(message).with_hint(self.cure)
    }
}

/// As it is typed.
fn flag(id: &str) -> String {
    format!("--{}", id.replace('_', "-"))
}

/// Whether somebody typed it: a usual value is nobody's wish.
fn is_given(given: &ArgMatches, id: &str) -> bool {
    let is_known = given.try_contains_id(id).is_ok();
    is_known && given.value_source(id) == Some(ValueSource::CommandLine)
}

fn has_no_junit(given: &ArgMatches) -> bool {
    let mut reports = given.get_many::<OutputSpec>("report").into_iter().flatten().peekable();
    reports.peek().is_some() && reports.all(|spec| spec.format != OutputFormat::Junit)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    /// What is typed for an option, and for what else the command must have.
    fn typed(command: &clap::Command, id: &str) -> Vec<String> {
        let option = command.get_arguments().find(|one| one.get_id() == id).unwrap();
        let mut typed = vec![flag(id)];
        if option.get_action().takes_values() {
            typed.push(
                match id {
                    "rate" => "1/s",
                    "retries" => "1",
                    "junit_dialect" => "strict",
                    _ => "x",
                }
                .to_owned(),
            );
        }
        typed
    }

    fn refused(command: &str, options: &[Vec<String>]) -> Option<String> {
        let needed: &[&str] = match command {
            "merge" => &["run.json"],
            "waive" => &["--case", "x", "--id", "status.changed", "--reason", "r", "--until", "2999-01-01"],
            _ => &[],
        };
        let args = ["uphold", command].map(str::to_owned).into_iter();
        let args = args.chain(needed.iter().map(|arg| (*arg).to_owned())).chain(options.concat());
        let matches = Cli::command().try_get_matches_from(args).unwrap();
        refuse(matches.subcommand().unwrap().1).err().map(|failure| format!("{failure:?}"))
    }

    #[test]
    fn every_idle_pair_is_refused_in_every_command_that_has_it() {
        let mut seen = BTreeMap::<usize, Vec<&str>>::new();
        let all = Cli::command();
        for command in all.get_subcommands() {
            let has = |id: &str| command.get_arguments().any(|one| one.get_id() == id);
            for (number, idle) in ALL.iter().enumerate().filter(|(_, idle)| has(idle.option)) {
                let other = match idle.beside {
                    Beside::Option(other) if has(other) => typed(command, other),
                    Beside::NoJunit => vec!["--report".to_owned(), "json=x.json".to_owned()],
                    Beside::Option(_) => continue,
                };
                let (name, option) = (command.get_name(), typed(command, idle.option));
                let both = refused(name, &[option.clone(), other.clone()])
                    .unwrap_or_else(|| panic!("{name} {option:?}"));
                assert!(both.contains(&format!("`{}` has no effect", flag(idle.option))), "{both}");
                assert_eq!(refused(name, &[option]), None, "{name}");
                assert_eq!(refused(name, &[other]), None, "{name}");
                seen.entry(number).or_default().push(command.get_name());
            }
        }
        assert_eq!(seen.len(), ALL.len(), "a rule for no command: {seen:?}");
        assert_eq!(seen[&4], ["run", "drift"], "--insecure --mock");
        assert_eq!(seen[&8], ["run", "drift", "compare", "merge"], "--junit-dialect");
    }

    /// Of all pairs of options of all commands these alone are refused: by the table above, or because the definition
    /// of an option says so.
    #[test]
    fn all_other_pairs_are_taken() {
        let mut taken = 0;
        for command in Cli::command().get_subcommands() {
            let ids: Vec<&str> = [
                "mock",
                "rate",
                "retries",
                "insecure",
                "allow_writes",
                "only_safe",
                "no_skips",
                "quiet",
                "no_progress",
                "dry_run",
                "force_write",
                "list",
                "check",
                "strict",
                "all",
                "replace",
                "values",
                "show_cancelled",
                "junit_dialect",
            ]
            .into_iter()
            .filter(|id| command.get_arguments().any(|one| one.get_id() == *id))
            .collect();
            for (at, one) in ids.iter().enumerate() {
                for other in &ids[at + 1..] {
                    let expected = ALL.iter().any(|idle| match idle.beside {
                        Beside::Option(beside) => {
                            (idle.option == *one && beside == *other)
                                || (idle.option == *other && beside == *one)
                        }
                        Beside::NoJunit => false,
                    });
                    let options = [typed(command, one), typed(command, other)];
                    assert_eq!(refused(command.get_name(), &options).is_some(), expected, "{one} {other}");
                    taken += usize::from(!expected);
                }
            }
        }
        assert!(taken > 100, "{taken}");
    }

    #[test]
    fn a_junit_file_among_others_has_its_dialect() {
        let of = |reports: &str| {
            let report = vec!["--report".to_owned(), reports.to_owned()];
            refused("run", &[vec!["--junit-dialect".to_owned(), "strict".to_owned()], report])
        };
        assert_eq!((of("junit=a.xml"), of("json=a.json,junit=a.xml")), (None, None));
        assert!(of("json=a.json,md=b.md").is_some());
    }
}
